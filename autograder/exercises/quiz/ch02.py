"""Quiz questions of chapter 2: linear models and losses."""

from __future__ import annotations

from autograder.exercises.quiz import Quiz

QUIZZES = (
    # Notebook 1: linear regression
    Quiz(
        "quiz_mse",
        5 / 3,
        tolerance=0.006,
        hints={
            "3.3333": "This is the mean of the squares. Look at the factor in front of the sum "
            "again.",
            "5": "Half the sum of squares is right so far; the number of examples is missing.",
            "10": "This is the sum of the squares. Which two factors stand before it?",
            "0.3333": "Errors of opposite sign have canceled. What happens to each error first?",
        },
        hint="Write down the three errors first. Then: which two factors stand in front of the sum "
        "of squares?",
    ),
    Quiz(
        "quiz_duplicates",
        "B",
        choices={
            "A": "loss and gradient both double",
            "B": "loss and gradient both stay the same",
            "C": "the loss stays the same, the gradient doubles",
            "D": "loss and gradient are both halved",
        },
        hints={
            "A": "That is true of the sum of the errors. What does the loss divide by?",
            "C": "The gradient is the slope of the loss. Can it change when the loss, at all "
            "weights, "
            "does not?",
            "D": "The number of rows doubles, and what happens to the sum?",
        },
        hint="Write the loss for 2N rows and sort the equal terms together.",
    ),
    Quiz(
        "quiz_descent",
        1.16350359375,
        tolerance=0.0005,
        hints={
            "1.1054": "This is w after four steps. Where does your count begin?",
            "1.1966": "This is w after six steps. Where does your count begin?",
            "1.2091": "The bias has moved with the gradient of the new w. Which w should both "
            "gradients see?",
            "1.4117": "The steps are four times too long. What has become of the average over the "
            "examples?",
            "1.2389": "The steps are twice too long. What does the one half do to the derivative "
            "of the square?",
            "0.5643": "This is b. The question asks for the other parameter.",
            "0.244": "This is the loss. The question asks for w.",
            "-5.9793": "The loss rises with these steps. Which sign belongs in front of the "
            "gradient?",
        },
        hint="Compare w and b after the first step with the numbers by hand.",
    ),
    Quiz(
        "quiz_learning_rate",
        0.5,
        tolerance=0.001,
        hints={
            "20": "That limit belongs to the flattest direction. Which direction explodes first?",
            "2": "All directions share one learning rate. Which one tolerates least?",
            "0.25": "With this rate the steepest error is gone in one step. It may be longer "
            "still.",
            "4": "The steeper the direction, the shorter the step it bears.",
        },
        hint="When is the factor 1 − ηλ between −1 and 1, for every eigenvalue?",
    ),
    # Notebook 2: gradients in practice
    Quiz(
        "quiz_central",
        3.25,
        tolerance=0.001,
        hints={
            "3": "This is the derivative itself. The difference quotient with h = 0.5 is not quite "
            "it.",
            "4.75": "This looks to one side only.",
            "6.5": "How far apart are the two points?",
            "1.625": "How far apart are the two points?",
        },
        hint="At which two points is f looked at, and how far apart are they?",
    ),
    Quiz(
        "quiz_precision",
        "C",
        choices={
            "A": "the gradient is wrong",
            "B": "the gradient is right",
            "C": "nothing: repeat it in float64",
            "D": "nothing: repeat it in float32 with h = 1e-8",
        },
        hints={
            "A": "Look at the float32 curve at h = 1e-6: what error does a right gradient show "
            "there?",
            "B": "A wrong gradient could show the same error. What does the check exclude?",
            "D": "Follow the float32 curve from 1e-6 to the left. Does the error become smaller?",
        },
        hint="Read the V-shaped figure at this step size.",
    ),
    Quiz(
        "quiz_bugs",
        "BE",
        hints={
            "B": "One is found. Another is wrong by a factor that depends on the weights.",
            "E": "One is found. Another is wrong in a single entry only: compare whole arrays.",
            "EB": "Both are found. Write the letters in alphabetical order.",
        },
        hint="Take weights at which no residual is near zero, and print the relative error of each "
        "of "
        "the five. Where two stand out by many powers of ten, those are the ones.",
    ),
    Quiz(
        "quiz_batch",
        10,
        tolerance=0.05,
        hints={
            "100": "The variance shrinks by this factor. The question asks for the standard "
            "deviation.",
            "0.1": "The noise is multiplied by this number. By which factor does it shrink?",
        },
        hint="The standard deviation is proportional to one over the root of the batch size.",
    ),
    # Notebook 3: probabilities and cross-entropy
    Quiz(
        "quiz_bits",
        3,
        tolerance=0.01,
        hints={
            "2.0794": "These are nats. A bit is a factor of two.",
            "8": "One among eight. How many yes-or-no questions single it out?",
            "0.375": "One event is asked for, not an average over many.",
            "-3": "Can a message have a negative length?",
        },
        hint="How many times must 1 be halved to arrive at 1/8?",
    ),
    Quiz(
        "quiz_dscores",
        (0.2, 0.5, -0.7),
        tolerance=0.001,
        hint="Which score should rise, and which should fall? What must the three numbers add up "
        "to?",
    ),
    Quiz(
        "quiz_factor",
        "D",
        choices={"A": "1, they are equal", "B": "4", "C": "10", "D": "22 000"},
        hints={
            "A": "Both contain p − y. Which further factor does the chain rule give the squared "
            "error?",
            "B": "The factor p(1 − p) is 1/4 at logit 0. What is it at logit −10?",
            "C": "The logistic function is exponential at its ends, not proportional to the logit.",
        },
        hint="Write down both gradients. What is left when one is divided by the other?",
    ),
    Quiz(
        "quiz_threshold",
        0.05,
        tolerance=0.001,
        hints={
            "0.95": "The worse a missed alarm, the earlier it should ring.",
            "0.5": "That holds when both mistakes cost the same.",
            "0.0526": "This is the ratio of the two costs. Set the two expected costs equal and "
            "solve for "
            "p.",
        },
        hint="At the threshold, p times the cost of a miss equals 1 − p times the cost of an "
        "alarm.",
    ),
    # Notebook 4: four linear classifiers
    Quiz(
        "quiz_hinge",
        2.5,
        tolerance=0.001,
        hints={
            "3.5": "The true class does not count as its own rival.",
            "1": "A rival that lies below the true score, but by less than the margin, counts as "
            "well.",
            "2": "One more rival comes closer than the margin allows.",
            "0.5": "The rival with the highest score is missing.",
        },
        hint="For each class but the true one: its score, minus the true score, plus the margin; "
        "negative values count as zero.",
    ),
    Quiz(
        "quiz_perceptron",
        "A",
        choices={
            "A": "nothing, the weights stay as they are",
            "B": "they widen the margin",
            "C": "they make the weights longer, the line stays",
            "D": "they may make new mistakes in another order",
        },
        hints={
            "B": "On which examples does the rule change the weights? Compare the hinge loss.",
            "C": "On which examples does the rule change the weights?",
            "D": "Whether an answer is a mistake depends on the weights. Does it depend on the "
            "order, as "
            "long as they do not change?",
        },
        hint="When does the perceptron rule change the weights?",
    ),
    Quiz(
        "quiz_scale",
        "B",
        choices={
            "A": "loss and accuracy stay the same",
            "B": "the loss falls, the accuracy stays",
            "C": "the loss rises, the accuracy stays",
            "D": "the loss falls, the accuracy rises",
        },
        hints={
            "A": "The answers stay. Do the probabilities?",
            "C": "Each true score is the largest of its row. What does a factor of 10 do to the "
            "differences, and to −log p?",
            "D": "Which score is the largest does not change. And all answers were right already.",
        },
        hint="What happens to the differences between the scores of a row?",
    ),
)
