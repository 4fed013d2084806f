"""What a function's text uses is found through every way of naming it, and nothing else is."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.checking.own_text import used_implementations

FORBIDS = ("nnkit.functional.softmax", "nnkit.graph", "numpy.convolve")


def used(*cells: str) -> set[str]:
    return used_implementations(cells, ["f"], FORBIDS)


@pytest.mark.parametrize(
    "text",
    [
        "import nnkit.functional\ndef f(z): return nnkit.functional.softmax(z)",
        "import nnkit.functional as F\nf = F.softmax",
        "import nnkit.functional as F\nfrom functools import partial\nf = partial(F.softmax)",
        "from nnkit import functional\nG = functional\ndef f(z): return G.softmax(z)",
        "from nnkit.functional import softmax as s\nhelp_ = lambda z: s(z)\ndef f(z): return "
        "help_(z)",
        "from nnkit.functional import *\ndef f(z): return softmax(z)",
        "from nnkit import softmax\nf = softmax",
        "def f(z):\n    from nnkit.functional import softmax\n    return softmax(z)",
        "import nnkit.functional as F\nclass f:\n    def g(self, z): return F.softmax(z)",
        "from nnkit.graph import Value\nclass f(Value): pass",
        "from nnkit import graph\ndef f(z): return graph.Value(z)",
        "import numpy as np\ndef f(z): return np.convolve(z, z)",
        "import torch\ndef f(z): return torch.softmax(z, 0)",
        "import importlib as i\nF = i.import_module('nnkit')\ndef f(z): return F.softmax(z)",
        "from importlib import import_module\ndef f(z): return import_module('nnkit').softmax(z)",
        "def f(z): return __import__('nnkit.functional', fromlist=['x']).softmax(z)",
        "F = __import__('nnkit.functional').functional\ndef f(z): return F.softmax(z)",
        "import nnkit.functional as F\ndef f(z): return getattr(F, 'softmax')(z)",
        "import nnkit.functional as F\ndef f(z): return vars(F)['softmax'](z)",
        "import nnkit.functional as F\ng = F.__dict__['softmax']\ndef f(z): return g(z)",
        "import sys, nnkit\ndef f(z): return sys.modules['nnkit.functional'].softmax(z)",
        "!pip install nnkit\n%matplotlib inline\nfrom nnkit.functional import softmax\nif True:\n  "
        "  def f(z): return softmax(z)",
    ],
)
def test_each_way_of_naming_it_is_found(text: str) -> None:
    assert used(text)
    assert used(*text.split("\n", 1)) if "\n" in text and not text.startswith("def") else True


@pytest.mark.parametrize("blank", ["\n", " \n", "\t", "\x0c\n"])
def test_empty_lines_without_number_are_read_at_once(blank: str) -> None:
    before = time.process_time()
    text = "from nnkit.functional import softmax" + "\n" + blank * 100_000
    assert used(text + "\n%time\ndef f(z): return softmax(z)")
    assert time.process_time() - before < 60  # minutes where lines were looked for across lines


def test_a_long_chain_of_helpers_is_followed_to_its_end() -> None:
    chain = "".join(f"def f{i}(x): return f{i + 1}(x)\n" for i in range(5_000))
    chain += "from nnkit.functional import softmax as f5000\ndef f(x): return f0(x)"
    assert used(chain) == {"nnkit.functional.softmax"}


@pytest.mark.parametrize(
    ("text", "is_it"),
    [
        ("from nnkit.layers import ReLU\nlayer = ReLU()\ndef f(x): return layer.forward(x)", True),
        ("import nnkit\ndef f(x): return nnkit.layers.activations.ReLU()(x)", True),
        ("from nnkit.layers import Tanh\ndef f(x): return Tanh()(x)", False),
        ("from nnkit.layers import *\ndef f(x): return Nothing()(x)", False),
    ],
)
def test_a_layer_is_the_functions_it_is_made_of(text: str, is_it: bool) -> None:
    assert bool(used_implementations([text], ["f"], ["nnkit.functional.relu_forward"])) == is_it


@pytest.mark.parametrize(
    "text",
    [
        "import nnkit.functional as F\ndef f(z): return z\nprint(F.softmax(1))",
        "from nnkit.functional import softmax\ndef softmax(z): return z\ndef f(z): return "
        "softmax(z)",
        "from nnkit.functional import *\ndef softmax(z): return z\ndef f(z): return softmax(z)",
        "import nnkit.functional as F\ndef f(softmax): return softmax\ndef demo(z): return "
        "F.softmax(z)",
        "import nnkit.functional as F\nh = F.softmax\ndef f(z):\n    h = 2 * z\n    return h",
        "def f(z): return {'nnkit': z}['nnkit'], getattr(z, 'softmax'), vars(z)['softmax']",
        "def f(z): return import_module('nnkit.functional').softmax(z)",
        "def f(z) return",
        "f = 3",
    ],
)
def test_a_use_elsewhere_is_no_use(text: str) -> None:
    assert not used(text)


def test_the_last_definition_counts() -> None:
    wrong = "import nnkit.functional as F\ndef f(z): return F.softmax(z)"
    assert not used(wrong, "def f(z): return z")
    assert used("def f(z): return z", wrong)


@given(st.permutations(["a", "b", "c", "d"]), st.integers(0, 3), st.booleans())
def test_a_chain_of_helpers_of_any_length_and_order_is_followed(
    names: list[str], length: int, uses: bool
) -> None:
    chain = names[: length + 1]
    cells = [f"def {x}(z): return {y}(z)" for x, y in pairwise(chain)]
    cells.append(f"def {chain[-1]}(z): return {'F.softmax(z)' if uses else 'z'}")
    cells += ["import nnkit.functional as F", f"def f(z): return {chain[0]}(z)"]
    assert bool(used(*cells)) is uses


@given(st.text(max_size=60))
def test_no_text_breaks_it(text: str) -> None:
    used(text, f"def f(z):\n    {text}")


def test_a_star_import_gives_the_librarys_functions_to_names_not_written_after_it():
    star, own = "from nnkit.functional import *", "def relu_forward(x): return x * (x > 0), (x,)"

    def taken(*cells: str) -> set[str]:
        return used_implementations(cells, ["relu_forward"], ["nnkit.functional.relu_forward"])

    assert taken(star) == taken(own, star) == {"nnkit.functional.relu_forward"}
    assert taken(star, own) == taken(own, "from numpy import *") == set()


@pytest.mark.parametrize(
    "text",
    [
        "f = f",
        "g = f\nf = g",
        "f = staticmethod(f)",
        "from functools import partial\nf = partial(f)\nf = partial(f)",
        "old = f\ndef f(z): return old(z)",
    ],
)
def test_the_librarys_function_stays_that_under_whatever_name_it_is_bound_again(text):
    start = "from nnkit.functional import softmax as f"
    assert used(start, text) == used(f"{start}\n{text}") == {"nnkit.functional.softmax"}


def test_a_name_bound_again_to_own_work_is_own():
    start = "from nnkit.functional import softmax as f"
    for text in ("def f(z): return f(z[1:])", "f = lambda z: f(z[1:])", "g = 1\nf = g"):
        assert used(start, text) == set()
