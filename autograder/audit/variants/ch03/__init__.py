"""Right variants for chapter 3."""

MODULES = ("affine",)
