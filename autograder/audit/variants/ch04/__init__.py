"""Right variants for chapter 4."""

MODULES = ("convolution", "normalization", "pooling", "residual", "sizes")
