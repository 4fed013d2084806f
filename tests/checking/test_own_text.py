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


AS_F = "import nnkit.functional as F\n"


@pytest.mark.parametrize(
    "text",
    [
        "f, g = F.softmax, 1",
        "if z:\n    f = F.softmax\nelse:\n    def f(z): return z",
        "f = F.softmax\nif z:\n    def f(z): return z",
        "f = F.softmax\nif 0:\n    def f(z): return z",
        "def f(z): return z\nf.__code__ = F.softmax.__code__",
        "try:\n    1/0\nexcept Exception:\n    f = F.softmax",
        "for f in [F.softmax]: pass",
        "def g():\n    global f\n    f = F.softmax\ng()",
        "globals()['f'] = F.softmax",
        "globals().update(f=F.softmax)",
        "globals().update({'f': F.softmax})",
        "exec('f = F.softmax')",
        "def f(z): return eval('F.softmax')(z)",
        "def f(z): return getattr(F, 'soft' + 'max')(z)",
        "n='softmax'\ndef f(z): return getattr(F, n)(z)",
        "import inspect\nns={}\nexec(inspect.getsource(F.softmax), ns)\nf = ns['softmax']",
        "import inspect\nexec(inspect.getsource(F.softmax).replace('softmax','f'))",
        "import numpy as np\nnp.foo = F.softmax\ndef f(z): return np.foo(z)",
        "class B: pass\nb=B(); b.g = F.softmax\ndef f(z): return b.g(z)",
        "D={}\nD['a'] = F.softmax\ndef f(z): return D['a'](z)",
        "D={}\nD[i] = F.softmax\ndef f(z): return D[i](z)",
        "(f := F.softmax)",
        "def f(z): return globals()['h'](z)\nh = F.softmax",
        "import operator\nf = operator.attrgetter('softmax')(F)",
        "f = vars(F).get('softmax')",
        "import types\nf = types.FunctionType(F.softmax.__code__, {})",
        "match 1:\n    case 1: f = F.softmax",
        "from copy import copy\nf = copy(F.softmax)",
        "src = open(F.__file__).read()\nns = {}\nexec(src, ns)\nf = ns['softmax']",
        "f = next(v for k, v in vars(F).items() if k == 'softmax')",
        "f = [F.softmax][0]",
        "def f(z, g=F.softmax): return g(z)",
        "import functools\n@functools.wraps(F.softmax)\ndef f(z): return f.__wrapped__(z)",
        "import nnkit, os, glob\nsrc = ''\n"
        "for p in glob.glob(os.path.dirname(nnkit.__file__) + '/**/*.py', recursive=True):\n"
        "    t = open(p).read()\n    if 'def softmax(' in t: src = t; break\nns = {}\n"
        "exec(compile(src.replace('a',''), 'x', 'exec'), ns)\nf = ns['softmax']",
        "import types, sys\n"
        "_m = sys.modules['nnkit.functional'] if 'nnkit.functional' in sys.modules else 1\n"
        "_f = vars(_m)['softmax']\nf = types.FunctionType(_f.__code__, {})",
        "def f(z): pass\nsetattr(f, '__code__', F.softmax.__code__)",
        "import sys\nsetattr(sys.modules[__name__], 'f', F.softmax)",
        "with open('x') as g, F.softmax as f: pass",
        "def f(z): return z\nf = F.softmax if True else f",
        "def outer():\n    def f(z): return F.softmax(z)\n    return f\nf = outer()",
        "h = lambda: F\ndef f(z): return h().softmax(z)",
        "D = dict(a=F.softmax)\nf = D.get('a')",
        "D = {}\nD.update(a=F.softmax)\ndef f(z): return D['a'](z)",
    ],
)
def test_each_way_of_binding_it_is_found_each_time(text: str) -> None:
    assert used(AS_F + text)
    assert used(AS_F, text)
    assert used(AS_F, text)


@pytest.mark.parametrize(
    "text",
    [
        "def f(z): return z\nassert np.allclose(f(1), F.softmax(1))",
        "def f(z): return z\nref = F.softmax(1)\nprint(F, ref)",
        "D = {}\ndef f(z):\n    D['a'] = 1\n    return z\nE = {}\nE['a'] = F.softmax",
        "def f(z): return len(z)\nexec(open('helpers.py').read())",
        "f.reference = F.softmax\ndef f(z): return z",
        "import nnkit\nnnkit.plot.style()\ndef f(z): return nnkit.plot.x(z)",
        "for name in ('softmax',):\n    ref = getattr(F, name)\ndef f(z): return z",
        "results = {}\nresults['nnkit'] = F.softmax(1)\ndef f(z): return z",
        "if __name__ == '__main__':\n    def f(z): return z",
        "f = F.softmax\nif True:\n    def f(z): return z",
        "from nnkit.functional import *\ntry:\n    def f(z): return z\nexcept E: pass",
        "a, f = F.softmax, lambda z: z",
        "plt.x = F.softmax\ndef f(z): plt.y(z)",
        "setattr(plt, 'x', F.softmax)\ndef f(z): return z",
        "globals()['g'] = F.softmax\ndef f(z): return z",
        "exec('g = F.softmax')\ndef f(z): return max(z)",
        "import nnkit\nprint(nnkit.__file__)\ndef f(z): return z",
        "def f(z):\n    F = 3\n    return F",
    ],
)
def test_the_library_beside_own_work_is_no_use(text: str) -> None:
    assert not used(AS_F + text)
    assert not used(AS_F, text)


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
