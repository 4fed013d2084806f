"""Convolution: sizes and geometry, im2col, one and two dimensions, and back to larger images."""
