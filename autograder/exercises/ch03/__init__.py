"""Chapter 3: feedforward networks and backpropagation."""

from autograder.exercises.ch03.affine import AFFINE
from autograder.exercises.ch03.batchnorm import BATCHNORM
from autograder.exercises.ch03.counting import COUNT
from autograder.exercises.ch03.dropout import DROPOUT
from autograder.exercises.ch03.graph import GRAPH
from autograder.exercises.ch03.initialization import INITIALIZATION
from autograder.exercises.ch03.mlp import MLP
from autograder.exercises.ch03.optimizers import OPTIMIZERS
from autograder.exercises.ch03.prelu import PRELU
from autograder.exercises.ch03.ramps import ELU, LEAKY, RELU
from autograder.exercises.ch03.s_shaped import LOGISTIC, TANH
from autograder.exercises.ch03.smooth import GELU, SWISH
from autograder.exercises.ch03.two_layer import TWO_LAYER

EXERCISES = (
    *LOGISTIC,
    *TANH,
    *RELU,
    *LEAKY,
    *PRELU,
    *ELU,
    *SWISH,
    *GELU,
    COUNT,
    GRAPH,
    *AFFINE,
    TWO_LAYER,
    *MLP,
    *INITIALIZATION,
    *OPTIMIZERS,
    *DROPOUT,
    *BATCHNORM,
)
