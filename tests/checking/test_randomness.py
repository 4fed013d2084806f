"""What was drawn from NumPy's global generator is noticed and put back, whichever it is."""

import numpy as np
import pytest

from autograder.checking.randomness import Randomness


@pytest.fixture(params=[np.random.MT19937, np.random.PCG64, np.random.SFC64])
def generator(request):
    before = np.random.get_bit_generator()
    np.random.set_bit_generator(request.param(5))
    yield
    np.random.set_bit_generator(before)


@pytest.mark.parametrize(
    "change",
    [
        lambda: np.random.rand(),
        lambda: np.random.randn(),
        lambda: np.random.seed(7),
        lambda: np.random.set_bit_generator(np.random.MT19937(6)),
        lambda: np.random.set_bit_generator(np.random.Philox(6)),
    ],
)
@pytest.mark.parametrize("normals", [0, 1])
def test_a_draw_a_seed_and_another_generator_are_noticed_and_put_back(generator, change, normals):
    np.random.randn(normals)
    before = Randomness()
    wanted = np.random.randn(3)
    assert not before.is_unchanged()
    before.put_back()
    assert before.is_unchanged()
    try:
        change()
    except (TypeError, ValueError):  # only the twister can be seeded so
        assert before.is_unchanged()
    else:
        assert not before.is_unchanged()
    before.put_back()
    assert np.array_equal(np.random.randn(3), wanted)
