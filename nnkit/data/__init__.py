"""Data that needs no download: scikit-learn's bundled sets, made-up planes and sequences, text.

MNIST, Fashion-MNIST and CIFAR-10 are downloaded once, on demand, by nnkit.data.openml.
"""

from nnkit.data.batches import minibatches, split
from nnkit.data.bundled import (
    breast_cancer,
    diabetes,
    digit_rows,
    digits,
    iris,
    sample_images,
    wine,
)
from nnkit.data.generated import adding_problem, blobs, moons, spirals
from nnkit.data.openml import cifar10, fashion_mnist, mnist
from nnkit.data.text import character_sequences, python_text
