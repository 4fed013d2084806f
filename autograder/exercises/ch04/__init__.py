"""Chapter 4: convolutional networks."""

from autograder.exercises.ch04.batchnorm2d import BATCHNORM2D
from autograder.exercises.ch04.columns import COL2IM, IM2COL
from autograder.exercises.ch04.conv1d import CONV1D
from autograder.exercises.ch04.conv2d import CONV2D
from autograder.exercises.ch04.pooling import AVG_POOL, MAX_POOL
from autograder.exercises.ch04.residual import RESIDUAL
from autograder.exercises.ch04.sizes import (
    CONV_PARAMETERS,
    EFFECTIVE_SIZE,
    OUTPUT_SIZE,
    RECEPTIVE_FIELD,
)
from autograder.exercises.ch04.transposed import CONV_TRANSPOSE

EXERCISES = (
    CONV1D, OUTPUT_SIZE, EFFECTIVE_SIZE, RECEPTIVE_FIELD, *CONV2D, IM2COL, COL2IM, *MAX_POOL, *AVG_POOL, *BATCHNORM2D,
    CONV_TRANSPOSE, *RESIDUAL, CONV_PARAMETERS,
)  # fmt: skip
