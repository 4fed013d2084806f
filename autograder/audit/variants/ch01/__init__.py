"""Right variants for chapter 1."""

MODULES = ("neighbours", "regression", "steps")
