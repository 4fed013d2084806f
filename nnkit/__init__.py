"""A small NumPy library of neural networks: forward/backward pairs, layers, optimizers, training."""
