"""Right variants for chapter 2."""

MODULES = ("classification", "margin", "regression", "training")
