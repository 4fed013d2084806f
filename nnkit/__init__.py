"""A small NumPy library of neural networks: pairs of functions, layers, optimizers, training."""
