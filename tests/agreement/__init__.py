"""Honest and wrong notebooks in unusual styles: one verdict at home, under Validate, nbgrader and in the jail."""
