"""The start page's exercise."""
