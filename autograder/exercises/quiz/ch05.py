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
            "2.5": "This is the mean of the two sequences' means. Does a step of the short one "
            "weigh "
            "the same as a step of the long one?",
            "6": "Divide by the steps, not by the sequences.",
            "1.5": "Steps that were filled in do not enlarge the denominator.",
            "12": "A mean is asked for, not a sum.",
        },
        hint="Add the losses of all counted steps, and divide by how many there are.",
    ),
    # Notebook 2: backpropagation through time
    Quiz(
        "quiz_hundred_steps",
        0.9**100,
        tolerance=2e-6,
        hints={
            "90": "Factors of a chain are multiplied, not added.",
            "0.9": "This is one step. There are a hundred in a row.",
            "0.09": "Factors of a chain are multiplied with each other.",
            "0.0": "Small, but how small? Give the number.",
        },
        hint="How do the factors of a hundred steps in a row combine?",
    ),
    Quiz(
        "quiz_clipped",
        4.0,
        tolerance=0.001,
        hints={
            "5": "That would be clipping db on its own. One norm for all gradients together keeps "
            "the "
            "direction.",
            "8": "Is the norm of all gradients together really below the limit?",
            "10": "This is the norm before clipping.",
            "0.8": "That would be a limit of 1.",
            "2.857": "Squares add up, norms do not.",
        },
        hint="First the norm of all three numbers together, then one factor for all.",
    ),
    Quiz(
        "quiz_truncated_state",
        "B",
        choices={
            "A": "depends on the last 10 inputs only",
            "B": "depends on all inputs up to step 50",
            "C": "depends on all inputs, but those older than 10 steps are multiplied by zero",
            "D": "is set to h0 every 10 steps",
        },
        hints={
            "A": "Which pass does truncation change?",
            "C": "Which pass does truncation change?",
            "D": "What is carried across the border of two chunks?",
        },
        hint="What exactly is cut, the gradient or the state?",
    ),
    # Notebook 3: the LSTM
    Quiz(
        "quiz_lstm_parameters",
        2480,
        hints={
            "620": "How many affine maps does an LSTM have?",
            "1860": "Three gates, and what else?",
            "2400": "Every block has a bias.",
            "2420": "Every block has a bias of its own.",
        },
        hint="Write the shapes of u, w and b with their four blocks, and multiply them out.",
    ),
    Quiz(
        "quiz_highway",
        0.95**20,
        tolerance=0.002,
        hints={
            "0.95": "This is one step. There are twenty in a row.",
            "19": "Factors of a chain are multiplied, not added.",
            "0": "No factor is zero.",
            "0.05": "What is kept, not what is lost, multiplies.",
        },
        hint="Along the cell, one step multiplies the gradient by f.",
    ),
    # Notebook 4: variants
    Quiz(
        "quiz_gru_parameters",
        1860,
        hints={
            "2480": "This is the LSTM. Which of its blocks does a GRU not have?",
            "620": "How many affine maps does a GRU have?",
            "1240": "Two gates, and what else?",
            "1800": "Every block has a bias.",
        },
        hint="Write the shapes of u, w and b with their blocks, and multiply them out.",
    ),
    Quiz(
        "quiz_update_gate",
        "B",
        choices={
            "A": "it copies the candidate at every step",
            "B": "it keeps its first value forever, and passes gradients back along it unchanged",
            "C": "it is always 0",
            "D": "it behaves like a unit of a plain recurrent network",
        },
        hints={
            "A": "Which of the two does z multiply, the old state or the candidate?",
            "C": "Put z = 1 into the last equation. What is left?",
            "D": "A plain unit rewrites its state at every step. What is left of the candidate "
            "here?",
        },
        hint="Put z = 1 into the last equation.",
    ),
    # Notebook 5: sequences at work
    Quiz(
        "quiz_temperature",
        81 / 82,
        tolerance=0.003,
        hints={
            "0.9": "This is temperature 1. What does a low temperature do to the ratio of the two?",
            "0.75": "A low temperature sharpens.",
            "0.947": "The ratio of the two probabilities is 9 at temperature 1. And at 0.5?",
        },
        hint="The ratio of the two probabilities is exp of the difference of the scores, divided "
        "by the "
        "temperature.",
    ),
    Quiz(
        "quiz_bidirectional",
        "B",
        choices={
            "A": "a part of speech for every word of a finished sentence",
            "B": "the next character while someone is typing",
            "C": "which language a recorded call is in",
            "D": "which digit a complete image shows",
        },
        hints={
            "A": "Is the end of the sequence known when the answer is needed?",
            "C": "Is the end of the sequence known when the answer is needed?",
            "D": "Is the end of the sequence known when the answer is needed?",
        },
        hint="What does the half that reads backward have to wait for?",
    ),
    # Notebook 6: encoder, decoder, attention
    Quiz(
        "quiz_attention_weight",
        0.5,
        hints={
            "0.667": "Dot products are not yet the scores. What are they divided by?",
            "0.414": "By what are the dot products divided, the number of entries or its root?",
            "0.333": "Equal weights belong to equal scores.",
        },
        hint="Write down the three scores, then their exponentials, then the sum of these.",
    ),
)
