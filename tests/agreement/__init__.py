"""Unusual notebooks, right and wrong: one verdict at home, by Validate, nbgrader and the jail."""
