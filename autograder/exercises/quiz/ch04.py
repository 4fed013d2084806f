"""Quiz questions of chapter 4: convolutional networks."""

from __future__ import annotations

from autograder.exercises.quiz import Quiz

QUIZZES = (
    # Notebook 1: why convolution
    Quiz(
        "quiz_narrow",
        5,
        tolerance=1e-9,
        hints={
            "7": "This lays the kernel on as it is. What does a true convolution do first?",
            "1": "This is the first value of the wide convolution. Where does the kernel lie "
            "wholly inside?",
            "2": "This is the second value of the wide convolution. Where does the kernel lie "
            "wholly inside?",
        },
        hint="Turn the kernel round, lay it on the first three values, multiply and add.",
    ),
    Quiz(
        "quiz_padding",
        4,
        hints={
            "1": "That is enough for a kernel without holes. How far does this one reach?",
            "8": "Padding is put on both sides.",
            "5": "How many places does the dilated kernel reach over? Set the output size equal to "
            "M.",
            "2": "How many places does the dilated kernel reach over?",
        },
        hint="Find the reach of the dilated kernel, then solve O = M for the padding.",
    ),
    Quiz(
        "quiz_sharing",
        "B",
        choices={
            "A": "weights and products",
            "B": "weights, not products",
            "C": "products, not weights",
            "D": "neither, only the gradient becomes simpler",
        },
        hints={
            "A": "Each of the 784 outputs is still a weighted sum. Of how many terms?",
            "C": "How many different weights are left after sharing? And how many terms does each "
            "sum have?",
            "D": "Count the weights of the map before and after.",
        },
        hint="Look at both columns of the table in section 2.",
    ),
    # Notebook 2: the convolutional layer
    Quiz(
        "quiz_dw",
        (12, 30),
        tolerance=1e-9,
        hint="Write both outputs as sums. Which input did each weight meet in the first, which in "
        "the "
        "second? The slopes are the factors.",
    ),
    Quiz(
        "quiz_ties",
        "B",
        choices={
            "A": "5 to each of the four; below the ReLU nothing",
            "B": "5 to the first of the four; below the ReLU nothing",
            "C": "1.25 to each of the four; below the ReLU the same",
            "D": "5 to the first of the four; below the ReLU the same",
        },
        hints={
            "A": "Four times 5 would leave a window that received 5. Who takes the gradient at a "
            "tie?",
            "C": "That is how an average shares. Who takes the gradient of a maximum at a tie?",
            "D": "The pool is right. Is the pixel's value above zero, as the ReLU asks?",
        },
        hint="First the rule for ties in a window, then the ReLU's slope at 0.",
    ),
    # Notebook 3: a LeNet on digits
    Quiz(
        "quiz_field",
        16,
        hints={
            "10": "Above the pool, neighboring units lie two pixels apart.",
            "12": "One of the layers has holes in its kernel.",
            "15": "Count again: what does the pooling window itself add?",
            "8": "Above the pool, neighboring units lie two pixels apart, and dilation spreads the "
            "taps.",
            "17": "A stride counts for the layers above it, not for its own layer.",
        },
        hint="Go from the image upward: each layer adds (kernel − 1) · dilation steps, and the "
        "length of "
        "a step is the product of the strides below.",
    ),
    Quiz(
        "quiz_small_kernels",
        "C",
        choices={
            "A": "a smaller receptive field, fewer weights",
            "B": "the same receptive field, the same number of weights",
            "C": "the same receptive field, fewer weights, more non-linearities",
            "D": "a larger receptive field, fewer weights, more non-linearities",
        },
        hints={
            "A": "Each 3 × 3 layer adds two pixels to the field. How many does a single "
            "7 × 7 layer add?",
            "B": "Compare 3 · 9 with 49.",
            "D": "Each 3 × 3 layer adds two pixels to the field. How many does a single "
            "7 × 7 layer add?",
        },
        hint="Use the formula for the receptive field, and count 9 C² against 49 C².",
    ),
    Quiz(
        "quiz_values",
        6400,
        hints={
            "100": "How many pixels does each image have? They share the statistics too.",
            "64": "How many images are in the batch? They share the statistics too.",
            "102400": "Each channel has statistics of its own.",
            "16": "This is how many means there are. Over how many values is each taken?",
        },
        hint="All axes but the channels.",
    ),
    # Notebook 4: deep networks
    Quiz(
        "quiz_identity",
        "D",
        choices={
            "A": "0, the unit passes nothing on",
            "B": "half of dout, the two ways share it",
            "C": "it cannot be said without x",
            "D": "dout, unchanged",
        },
        hints={
            "A": "The body passes nothing on. Is it the only way from x to the output?",
            "B": "An addition hands the whole gradient to both of its inputs. What does the body "
            "make "
            "of its copy?",
            "C": "Where all outputs are positive, the last ReLU has slope 1. And r does not depend "
            "on x.",
        },
        hint="Write the output as relu(x + r(x)) with r = 0, and differentiate.",
    ),
    Quiz(
        "quiz_projection",
        8320,
        hints={
            "8192": "Every output channel has a number of its own besides its weights.",
            "73856": "The projection looks at one pixel, not at 3 × 3.",
            "8256": "To which channels is a bias added: those of the input or those of the output?",
        },
        hint="A 1 × 1 convolution from 64 to 128 channels: weights and biases.",
    ),
)
