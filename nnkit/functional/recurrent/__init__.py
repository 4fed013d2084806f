"""Recurrent cells, one a file with its step and its sequence, and gradients through time."""
