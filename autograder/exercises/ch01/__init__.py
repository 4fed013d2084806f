"""Chapter 1: machine learning overview."""

from autograder.exercises.ch01.neighbours import KMEANS, KNN, PCA, STANDARDIZE
from autograder.exercises.ch01.regression import BIAS_VARIANCE, K_FOLD, POLYNOMIAL, RIDGE
from autograder.exercises.ch01.steps import GRADIENT_DESCENT, Q_LEARNING, SELF_TRAIN

EXERCISES = (
    STANDARDIZE, PCA, KNN, KMEANS, POLYNOMIAL, RIDGE, K_FOLD, BIAS_VARIANCE, GRADIENT_DESCENT, SELF_TRAIN, Q_LEARNING,
)  # fmt: skip
