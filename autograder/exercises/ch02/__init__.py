"""Chapter 2: linear models and losses."""
