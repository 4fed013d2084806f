"""Chapter 5: recurrent networks and LSTM."""

from autograder.exercises.ch05.gates import LSTM, LSTM_STEP
from autograder.exercises.ch05.gradients import CLIP, GRADIENT_NORMS, JACOBIAN
from autograder.exercises.ch05.rnn import RNN, RNN_STEP, TRUNCATED
from autograder.exercises.ch05.tokens import EMBEDDING, SAMPLE, SEQUENCE_LOSS
from autograder.exercises.ch05.variants import COUPLED, GRU_STEP, PEEPHOLE_STEP

EXERCISES = (
    *RNN_STEP, *RNN, TRUNCATED, JACOBIAN, GRADIENT_NORMS, CLIP, *LSTM_STEP, *LSTM, *GRU_STEP, *PEEPHOLE_STEP, COUPLED,
    *EMBEDDING, *SEQUENCE_LOSS, SAMPLE,
)  # fmt: skip
