"""Chapter 1: machine learning overview."""
