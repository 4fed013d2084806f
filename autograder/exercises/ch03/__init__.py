"""Chapter 3: feedforward networks and backpropagation."""

from autograder.exercises.ch03.affine import AFFINE

EXERCISES = (*AFFINE,)
