"""Right variants for chapter 3."""

MODULES = (
    "s_shaped", "ramps", "smooth", "counting", "graph", "affine", "two_layer", "mlp", "initialization", "optimizers", "dropout", "batchnorm",
)  # fmt: skip
