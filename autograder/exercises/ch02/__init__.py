"""Chapter 2: linear models and losses."""

from autograder.exercises.ch02.classification import BCE, CROSS_ENTROPY, LOGISTIC, SOFTMAX
from autograder.exercises.ch02.margin import HINGE, PERCEPTRON
from autograder.exercises.ch02.regression import L2, MSE, NORMAL_EQUATION
from autograder.exercises.ch02.training import MINIBATCHES, NUMERICAL_GRADIENT, SOFTMAX_REGRESSION

EXERCISES = (
    *MSE, NORMAL_EQUATION, LOGISTIC, *BCE, SOFTMAX, *CROSS_ENTROPY, *HINGE, PERCEPTRON, L2,
    NUMERICAL_GRADIENT, MINIBATCHES, SOFTMAX_REGRESSION,
)  # fmt: skip
