"""Quiz questions of chapter 3: feedforward networks and backpropagation."""

from __future__ import annotations

from autograder.exercises.quiz import Quiz

QUIZZES = (
    # Notebook 1: neurons and activations
    Quiz(
        "quiz_parameters",
        745,
        hints={
            "700": "These are the weights. Every neuron has one number more.",
            "755": "Do the ten inputs compute anything? Only neurons have a bias.",
            "45": "These are the neurons. Count the lines between the layers too.",
            "750": "Count the biases again: how many neurons are there behind the input?",
        },
        hint="Layer by layer: units below times units above, and one bias for each unit above.",
    ),
    Quiz(
        "quiz_ten_layers",
        0.25**10,
        tolerance=0.03e-6,
        hints={
            "2.5": "Factors of a chain are multiplied, not added.",
            "0.25": "This is one layer's slope. There are ten in a row.",
            "0.0009765625": (
                "Here every layer has the slope 1/2. What is the logistic's slope at 0?"
            ),
        },
        hint="What is the logistic's slope at z = 0, and how do slopes along a chain combine?",
    ),
    Quiz(
        "quiz_dead_unit",
        "B",
        choices={
            "A": "pull them toward zero",
            "B": "nothing, as long as the layers before it do not change",
            "C": "raise them until the unit fires",
            "D": "it depends on the learning rate",
        },
        hints={
            "A": "That would be weight decay. What gradient reaches these weights without it?",
            "C": (
                "Write down the ReLU's derivative at the unit's inputs, then the gradient of its "
                "weights."
            ),
            "D": "The learning rate multiplies the gradient. How large is the gradient here?",
        },
    ),
    # Notebook 2: graphs and backpropagation
    Quiz(
        "quiz_two_ways",
        -4,
        hints={
            "-8": (
                "This is what comes back along the path through the product. x goes into a second "
                "place."
            ),
            "-6": "The square has the slope x here. What is the derivative of x²?",
            "2": "This is the derivative with respect to y.",
            "4": "Only the square is counted here. What comes back through the product?",
            "-32": "Shares that come back along several paths are not multiplied with each other.",
        },
        hint="x is used in two places. What does a copy do with the gradients that come back?",
    ),
    Quiz(
        "quiz_max_route",
        15,
        hints={
            "0": "Which of a and b wins the maximum?",
            "5": "This is df/da. What does the upstream gradient do to it?",
            "3": "This is the upstream gradient at f. The product passes it on scaled.",
            "6": "This is dL/dc: multiply swaps, so each factor gets the other one.",
            "7.5": "A maximum does not share between its inputs: it routes.",
        },
        hint="Go backward node by node: through the product first, then through the maximum.",
    ),
    Quiz(
        "quiz_columns",
        "C",
        choices={"A": "x @ dout.T", "B": "x.T @ dout", "C": "dout @ x.T", "D": "dout.T @ x"},
        hints={
            "A": "Write down the shape of this product. Is it the shape of w, or its mirror image?",
            "B": "This is right for examples in rows. Write the shapes down for columns.",
            "D": "Do the inner sizes of this product fit at all?",
        },
    ),
    Quiz(
        "quiz_two_things",
        "C",
        choices={
            "A": "Backpropagation moves the weights downhill.",
            "B": "Gradient descent cannot run without backpropagation.",
            "C": "Backpropagation and central differences lead to the same quantity, at very "
            "different cost.",
            "D": "Backpropagation works only for layered networks.",
        },
        hints={
            "A": (
                "Which line of a training loop changes a weight, and what does it need to be given?"
            ),
            "B": "Section 10 trained a network in two ways. What did the second one use?",
            "D": "Which graphs did your class Value accept?",
        },
    ),
    # Notebook 3: training
    Quiz(
        "quiz_first_loss",
        4.605,
        tolerance=0.01,
        hints={
            "2.3": "This is the value for ten classes.",
            "2.303": "This is the value for ten classes.",
            "2": "This is a logarithm to base 10. Which one does cross-entropy use here?",
            "6.64": "This is a logarithm to base 2. Which one does cross-entropy use here?",
            "0.01": "This is the probability of the right class. The loss is made from it.",
            "100": "This is the number of classes. Which probability does each get?",
        },
        hint="All classes are equally likely at first. What is minus the log of that probability?",
    ),
    Quiz(
        "quiz_enclose",
        3,
        hints={
            "2": "Two lines make a strip or a wedge. Can you walk to infinity inside?",
            "4": "A rectangle does it. Is there a polygon with fewer sides?",
            "1": "One line leaves two half planes, and both go on forever.",
        },
        hint="Which polygon has the fewest sides?",
    ),
    Quiz(
        "quiz_three_units",
        "B",
        choices={
            "A": "it cannot represent a boundary that follows the moons",
            "B": "it can represent such a boundary, and descent usually ends elsewhere",
            "C": "it overfits, so it needs a larger lambda",
            "D": "nothing, since the starts disagree",
        },
        hints={
            "A": "What have the two best starts found?",
            "C": "Does a net that overfits get few or many of the training labels right?",
            "D": "One start that succeeds proves something. What?",
        },
    ),
    # Notebook 4: training in practice
    Quiz(
        "quiz_he_std",
        0.1,
        tolerance=1e-6,
        hints={
            "0.01": "This is a variance. What was asked for?",
            "0.0707": "One ingredient is missing: what does a ReLU do to half of its inputs?",
            "0.1414": "Which of the two sizes is the fan-in, the one that feeds a unit?",
            "0.141": "Which of the two sizes is the fan-in, the one that feeds a unit?",
            "0.0816": "This is Xavier's answer, which balances both fans.",
            "0.082": "This is Xavier's answer, which balances both fans.",
        },
        hint="The variance of a sum of fan_in products, and a ReLU that lets half of it through.",
    ),
    Quiz(
        "quiz_adam_first_step",
        0.001,
        tolerance=1e-6,
        hints={
            "1": "This is plain gradient descent. What does Adam divide by?",
            "0.0001": "Only one of the two moments is corrected here.",
            "0.0316": "Only one of the two moments is corrected here.",
            "0.00316": "Neither moment is corrected here.",
            "-0.001": "The question asks for the size of the step.",
        },
        hint="Write down both corrected moments at t = 1. What is left of the gradient's size?",
    ),
    Quiz(
        "quiz_batchnorm_sum",
        0,
        tolerance=1e-9,
        hints={
            "1": "Shift all of a feature's inputs by the same amount. What happens to x̂?",
            "64": "That would be so if the mean were a constant. It moves with the inputs.",
        },
        hint=(
            "Add a constant to a whole column of x. What happens to the output, hence to the loss?"
        ),
    ),
    Quiz(
        "quiz_critical_momentum",
        0.64,
        tolerance=1e-6,
        hints={
            "0.8": "This is the root, the factor of a step. Which momentum has it?",
            "1.44": "This is the other zero of the discriminant. How large may a memory be?",
            "0.2": "This is the root of rate times curvature. What is it subtracted from?",
            "0.04": "This is rate times curvature. At which momentum is the discriminant 0?",
            "0.96": "This is the factor of a step without any momentum.",
            "0.81": "Is the curvature 4 in it?",
        },
        hint="Where is the discriminant zero, and which of its zeros has positive roots?",
    ),
    Quiz(
        "quiz_dropout_scale",
        1.25,
        tolerance=1e-6,
        hints={
            "0.8": "That would make the mean smaller still. What has to be made up for?",
            "1": "Then the mean would be 0.8 of the input. What should it be?",
            "5": "One over which of the two probabilities?",
            "0.2": "This is the probability to be dropped. What is the expected value of the mask?",
            "0.25": "This is the variance of the mask. What is its value where a unit is kept?",
        },
        hint="The expected value of the mask is 1, and 0.8 of its entries are not zero.",
    ),
    Quiz(
        "quiz_layernorm_means",
        32,
        hints={
            "10": "This is batch norm's number. Along which axis does layer norm average?",
            "320": "Each mean is taken over several numbers. Over which?",
            "1": "Do all examples share a mean? Then they would depend on each other.",
            "42": "Only one of the two axes is averaged over.",
        },
        hint="Which numbers are normalized together: those of a feature, or those of an example?",
    ),
    Quiz(
        "quiz_three_times",
        0.5,
        tolerance=1e-6,
        hints={
            "2": "The difference is divided by something. By what?",
            "0.667": "The difference is divided by the sum of both sizes, not by the larger one.",
            "0.6667": "The difference is divided by the sum of both sizes, not by the larger one.",
            "3": "This is the ratio. Put measured 1 and claimed 3 into the formula.",
            "0.25": "Put measured 1 and claimed 3 into the formula again.",
            "0.333": "How far apart are 1 and 3?",
        },
        hint="Put measured = 1 and claimed = 3 into the formula of section 5.",
    ),
)
