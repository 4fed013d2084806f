"""Chapter 1: the answers to its quizzes, and a leading sentence for each wrong one."""

from __future__ import annotations

from autograder.exercises.quiz import Quiz

QUIZZES = (
    # Part 1: what learning is
    Quiz(
        "quiz_map",
        "b",
        choices={
            "a": "a perceptron",
            "b": "a deep forest",
            "c": "an LSTM",
            "d": "nearest neighbors",
        },
        hints={
            "a": "A perceptron is a neural network. How many hidden layers does it have?",
            "c": "An LSTM learns many steps of processing. But what are its building blocks?",
            "d": "Nearest neighbors store examples and compare. Is there a step of processing "
            "learned on "
            "top of another?",
        },
        hint="Answer with one letter; find the method in the right-hand ellipse of the map.",
    ),
    Quiz(
        "quiz_elements",
        "c",
        choices={
            "a": "data",
            "b": "model",
            "c": "learning criterion",
            "d": "optimization algorithm",
        },
        hints={
            "a": "The loss is computed from data. Is it itself something that was observed?",
            "b": "The model is the family of functions. The average loss compares its members.",
            "d": "The algorithm is what finds good weights. What tells it which weights are "
            "better?",
        },
        hint="Answer with one letter; the table in section 1 has one question for each element.",
    ),
    Quiz(
        "quiz_explained",
        0.9,
        tolerance=1e-3,
        hints={
            "0.6": "That is the share of the first component alone.",
            "9": "That is a sum of variances. A share refers to the total.",
            "90": "Give the share as a number between 0 and 1.",
            "0.667": "Did you leave the third direction out of the total?",
        },
        hint="Each eigenvalue is the variance along its component; divide by the variance of all "
        "three.",
    ),
    Quiz(
        "quiz_blame",
        2,
        tolerance=1e-6,
        hints={
            "1": "That is the error of the prediction. What lies between w1 and the prediction?",
            "6": "That is the derivative with respect to the other weight.",
            "-2": "Mind the sign: is the prediction too high or too low?",
            "12": "The error is the prediction minus y, not the prediction.",
            "0.5": "That is the loss itself. How does it change with w1?",
        },
        hint="Work out the prediction and the error first; then multiply by everything that w1 is "
        "multiplied by on its way to the prediction.",
    ),
    # Part 2: four kinds of learning
    Quiz(
        "quiz_neighbors",
        0,
        hints={
            "1": "That is the label of the single nearest point. Three points vote.",
            "4": "That is a training point. The answer is a label.",
            "2": "That is a training point, or a number of votes. The answer is a label.",
        },
        hint="Write down the four distances and strike out the largest. Which labels are left?",
    ),
    Quiz(
        "quiz_center",
        7,
        tolerance=1e-6,
        hints={
            "0.5": "That is where the first center goes.",
            "5": "Which points are nearer to 4 than to 0? There is more than one. Take their mean.",
            "4": "The center moves: it has points of its own.",
            "14": "That is a sum. The center is a mean.",
            "6": "The old center is no data point; leave it out of the mean.",
        },
        hint="First decide for each of the four points which old center is nearer.",
    ),
    Quiz(
        "quiz_q_value",
        3.3,
        tolerance=1e-6,
        hints={
            "4.6": "That is the target. The old value moves only part of the way to it.",
            "3.5": "The values of the next state count a little less than the reward at once.",
            "0.15": "Take the best action of the new state, not the worst.",
            "4.3": "The step is in proportion to the target minus the old value.",
            "2.4": "You seem to have used the old state's value where the new state's best value "
            "belongs.",
        },
        hint="Target first: reward plus the discounted best value of the new state. Then move half "
        "way.",
    ),
    Quiz(
        "quiz_kind",
        "c",
        choices={
            "a": "supervised",
            "b": "unsupervised",
            "c": "semi-supervised",
            "d": "reinforcement",
        },
        hints={
            "a": "Then the emails without a label would not be used.",
            "b": "Then the 200 labels would not be used.",
            "d": "Are there actions whose consequences the learner lives through?",
        },
        hint="Answer with one letter: what is the learner told about each email?",
    ),
    # Part 3: does it generalize?
    Quiz(
        "quiz_decomposition",
        11 / 3,
        tolerance=0.01,
        hints={
            "1": "That is the squared bias alone.",
            "2.667": "That is the variance alone.",
            "5": "Divide the variance by the number of training sets, not by one less.",
            "1.667": "Add the variance to the square of the bias; this looks like a difference.",
            "11": "That is the sum over the three training sets. An average is wanted.",
        },
        hint="You can also average the three squared errors directly: it must give the same.",
    ),
    Quiz(
        "quiz_gap",
        "b",
        choices={
            "a": "more parameters",
            "b": "a stronger penalty",
            "c": "training longer",
            "d": "leaving out half of the training examples",
        },
        hints={
            "a": "The training error is small already. What would more flexibility do to the "
            "variance?",
            "c": "Training longer makes the training error smaller. Is that the number to worry "
            "about?",
            "d": "Look at the learning curves: what happens to the gap with fewer examples?",
        },
        hint="Answer with one letter: is the gap a sign of bias or of variance?",
    ),
    Quiz(
        "quiz_folds",
        18,
        hints={
            "19": "That is the size of the other training parts. There are smaller ones.",
            "5": "That is a validation part.",
            "4": "That is a validation part.",
            "18.4": "Examples cannot be cut; the parts differ by at most one.",
        },
        hint="Write down the five sizes of the validation parts; they add up to 23.",
    ),
    Quiz(
        "quiz_edge",
        0.05 ** (1 / 20),
        tolerance=0.001,
        hints={
            "0.05": "That would be the edge in one dimension.",
            "0.0025": "A volume is a product of 20 edges, not a quotient.",
            "0.794": "That is the edge for 1 %.",
        },
        hint="The volume of the small cube is its edge to the power of 20.",
    ),
    # Part 4: going downhill
    Quiz(
        "quiz_two_steps",
        2.5,
        tolerance=1e-6,
        hints={
            "5": "That is x after one step.",
            "7.5": "The derivative of x² is not x.",
            "5.625": "The derivative of x² is not x.",
            "0": "The learning rate that arrives at once is another one.",
            "22.5": "Downhill means against the gradient: mind the sign.",
        },
        hint="By which factor does each step multiply x?",
    ),
    Quiz(
        "quiz_limit",
        0.25,
        tolerance=1e-6,
        hints={
            "1": "That is the limit for x². This valley is steeper.",
            "0.5": "The curvature is the second derivative, not the factor in front of x².",
            "0.125": "With that one it arrives in a single step. The limit is where it jumps "
            "forever.",
            "8": "That is the curvature.",
        },
        hint="Write one step as a factor times x. For which learning rates is the factor between "
        "-1 and 1?",
    ),
    Quiz(
        "quiz_grid",
        20**6,
        hints={
            "120": "Every value of one parameter is tried with every value of the others.",
            str(6**20): "Base and exponent are swapped.",
            "1000000": "That is for 10 values each.",
        },
        hint="Count for one parameter, for two, for three; which pattern do you see?",
    ),
    Quiz(
        "quiz_zero_gradient",
        "c",
        choices={
            "a": "it is the best point",
            "b": "it is a minimum, perhaps not the best",
            "c": "gradient descent started there stays there",
            "d": "the network makes no errors",
        },
        hints={
            "a": "What did the equation solver find in section 3?",
            "b": "At which other kinds of points does the gradient vanish?",
            "d": "Think of the tiny network with all weights zero: its gradient is zero. Its loss?",
        },
        hint="Answer with one letter: put a zero gradient into the update.",
    ),
)
