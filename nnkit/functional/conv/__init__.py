"""Convolution: sizes and geometry, im2col, one and two dimensions, the way back to larger images."""
