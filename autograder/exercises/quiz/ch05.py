"""Quiz questions of chapter 5: recurrent networks and LSTM."""

from __future__ import annotations

from autograder.exercises.quiz import Quiz

QUIZZES = (
    # Notebook 1: memory and unrolling
    Quiz(
        "quiz_rnn_parameters",
        620,
        hints={
            "62000": "Does every step have weights of its own?",
            "600": "Every unit has one number more.",
            "220": "The old state comes in too. Through how many weights?",
            "420": "The input comes in too. Through how many weights?",
        },
        hint="Write the shapes of u, w and b, and multiply them out.",
    ),
    Quiz(
        "quiz_three_steps",
        7,
        hints={
            "3": "The old state is multiplied by something before the input is added.",
            "4": "This is the share of the first input alone. What do the two others leave?",
            "8": "How often does the first input pass w on its way to the third state?",
            "6": "Each state starts with its own input.",
        },
        hint="Write h1, then h2 from h1, then h3 from h2.",
    ),
    Quiz(
        "quiz_masked_loss",
        2.0,
        tolerance=0.001,
        hints={
            "2.5": "This is the mean of the two sequences' means. Does a step of the short one weigh "
            "the same as a step of the long one?",
            "6": "Divide by the steps, not by the sequences.",
            "1.5": "Steps that were filled in do not enlarge the denominator.",
            "12": "A mean is asked for, not a sum.",
        },
        hint="Add the losses of all counted steps, and divide by how many there are.",
    ),
)
