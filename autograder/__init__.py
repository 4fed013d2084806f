"""Checks, grades and builds the course."""
