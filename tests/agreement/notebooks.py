"""The set: each style once with the right formula and once with a wrong one, put in for @@."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

ROWS = "e / e.sum(-1, keepdims=True)"
WRONG_ROWS = ("e / e.sum()", "e / e.sum(0, keepdims=True)", "e", "2 * e / e.sum(-1, keepdims=True)")
SLOPE = "(1 - out**2)"
WRONG_SLOPE = ("(1 - out)", "out", "(1 + out**2)", "-(1 - out**2)")

PLAIN = "def softmax(z):\n    e = np.exp(z - z.max(-1, keepdims=True))\n    return @@"
SOFTMAX = {
    "plain": PLAIN,
    "lambda": "softmax = lambda z: (lambda e: @@)(np.exp(z - z.max(-1, keepdims=True)))",
    "decorator": "import functools\n"
    "def loud(f):\n"
    "    @functools.wraps(f)\n"
    "    def inner(*a, **k):\n"
    "        return f(*a, **k)\n"
    "    return inner\n\n"
    "@loud\n" + PLAIN,
    "decorator without wraps": "def loud(f):\n"
    "    def inner(*a, **k):\n"
    "        return f(*a, **k)\n"
    "    return inner\n\n"
    "@loud\n" + PLAIN,
    "callable object": "class Softmax:\n"
    "    def __call__(self, z):\n"
    "        e = np.exp(z - z.max(-1, keepdims=True))\n"
    "        return @@\n"
    "softmax = Softmax()",
    "method": "class Tools:\n"
    "    def softmax(self, z):\n"
    "        e = np.exp(z - z.max(-1, keepdims=True))\n"
    "        return @@\n"
    "softmax = Tools().softmax",
    "partial": "from functools import partial\n"
    "def general(axis, z):\n"
    "    e = np.exp(z - z.max(axis, keepdims=True))\n"
    "    return @@\n"
    "softmax = partial(general, -1)",
    "factory": "def make(shift):\n"
    "    def inner(z):\n"
    "        e = np.exp(z - shift(z))\n"
    "        return @@\n"
    "    return inner\n"
    "softmax = make(lambda z: z.max(-1, keepdims=True))",
    "thread pool": "from concurrent.futures import ThreadPoolExecutor\n"
    "def softmax(z):\n"
    "    with ThreadPoolExecutor(2) as pool:\n"
    "        m, = pool.map(lambda a: a.max(-1, keepdims=True), [z])\n"
    "    e = np.exp(z - m)\n"
    "    return @@",
    "thread": "import threading\n"
    "def softmax(z):\n"
    "    kept = []\n"
    "    t = threading.Thread(target=lambda: "
    "kept.append(np.exp(z - z.max(-1, keepdims=True))))\n"
    "    t.start(); t.join()\n"
    "    e = kept[0]\n"
    "    return @@",
    "progress bar": "from tqdm import tqdm\n"
    "def softmax(z):\n"
    "    for _ in tqdm(range(2), disable=True):\n"
    "        e = np.exp(z - z.max(-1, keepdims=True))\n"
    "    return @@",
    "generator inside": "def parts(z):\n"
    "    yield np.exp(z - z.max(-1, keepdims=True))\n"
    "def softmax(z):\n"
    "    e = next(parts(z))\n"
    "    return @@",
    "recursion": "def shifted(z, n=3):\n"
    "    return shifted(z, n - 1) if n else z - z.max(-1, keepdims=True)\n"
    "def softmax(z):\n"
    "    e = np.exp(shifted(z))\n"
    "    return @@",
    "slow loop": "def softmax(z):\n"
    "    e = np.zeros(z.shape)\n"
    "    top = z.max(-1, keepdims=True) + 0.0 * z\n"
    "    for i in np.ndindex(z.shape):\n"
    "        e[i] = np.exp(z[i] - top[i])\n"
    "    return @@",
    "memo": "from functools import lru_cache\n"
    "@lru_cache\n"
    "def axis_of(ndim):\n"
    "    return ndim - 1\n"
    "def softmax(z):\n"
    "    e = np.exp(z - z.max(axis_of(z.ndim), keepdims=True))\n"
    "    return @@",
    "own array class": "class Shares(np.ndarray):\n"
    "    pass\n"
    "def softmax(z):\n"
    "    e = np.exp(z - z.max(-1, keepdims=True)).view(Shares)\n"
    "    return @@",
    "data class": "from dataclasses import dataclass\n"
    "@dataclass\n"
    "class Row:\n"
    "    e: np.ndarray\n"
    "def softmax(z):\n"
    "    e = Row(np.exp(z - z.max(-1, keepdims=True))).e\n"
    "    return @@",
    "own module": "import types\n"
    "tools = types.ModuleType('tools')\n"
    "exec('import numpy as np\\ndef up(z):\\n    return np.exp(z - z.max(-1, keepdims=True))', "
    "tools.__dict__)\n"
    "def softmax(z):\n"
    "    e = tools.up(z)\n"
    "    return @@",
    "prints": PLAIN.replace("    return", "    print('shape', z.shape)\n    return"),
    "magic": "%config InlineBackend.figure_format = 'retina'\n" + PLAIN,
    "error state": "def softmax(z):\n"
    "    with np.errstate(all='ignore'):\n"
    "        e = np.exp(z - z.max(-1, keepdims=True))\n"
    "    return @@",
    "function of an experiment": "### EXPERIMENT\n"
    "def shifted(z):\n"
    "    return z - z.max(-1, keepdims=True)\n"
    "### CELL\n"
    "def softmax(z):\n"
    "    e = np.exp(shifted(z))\n"
    "    return @@",
}

PAIR = (
    "def tanh_forward(x):\n"
    "    out = np.tanh(x)\n"
    "    return out, {keep}\n\n"
    "def tanh_backward(dout, cache):\n"
    "    out = {get}\n"
    "    return dout * @@"
)
CACHES = {
    "tuple": ("", "(out,)", "cache[0]"),
    "list": ("", "[out]", "cache[0]"),
    "dict": ("", "{'out': out}", "cache['out']"),
    "array": ("", "out", "cache"),
    "nested": ("", "{'a': [(out, 1), 'text']}", "cache['a'][0][0]"),
    "named tuple": (
        "from collections import namedtuple\nKept = namedtuple('Kept', 'out')\n",
        "Kept(out)",
        "cache.out",
    ),
    "typed named tuple": (
        "from typing import NamedTuple\nclass Kept(NamedTuple):\n    out: np.ndarray\n",
        "Kept(out)",
        "cache.out",
    ),
    "data class": (
        "from dataclasses import dataclass\n@dataclass\nclass Kept:\n    out: np.ndarray\n",
        "Kept(out)",
        "cache.out",
    ),
    "slots": (
        "class Kept:\n"
        "    __slots__ = ('out',)\n"
        "    def __init__(self, out):\n"
        "        self.out = out\n",
        "Kept(out)",
        "cache.out",
    ),
    "cached property": (
        "from functools import cached_property\n"
        "class Kept:\n"
        "    def __init__(self, a):\n"
        "        self.a = a\n"
        "    @cached_property\n"
        "    def out(self):\n"
        "        return self.a + 0\n",
        "Kept(out)",
        "cache.out",
    ),
    "counting property": (
        "class Kept:\n"
        "    def __init__(self, a):\n"
        "        self.a, self.uses = a, 0\n"
        "    @property\n"
        "    def out(self):\n"
        "        self.uses += 1\n"
        "        return self.a\n",
        "Kept(out)",
        "cache.out",
    ),
    "closure": ("", "lambda: out", "cache()"),
    "partial": ("from functools import partial\n", "partial(np.asarray, out)", "cache()"),
    "namespace": ("from types import SimpleNamespace\n", "SimpleNamespace(out=out)", "cache.out"),
    "deque": ("from collections import deque\n", "deque([out])", "cache[0]"),
    "ordered dict": (
        "from collections import OrderedDict\n",
        "OrderedDict(out=out)",
        "cache['out']",
    ),
    "default dict": (
        "from collections import defaultdict\n",
        "defaultdict(list, out=out)",
        "cache['out']",
    ),
    "bytes": ("import pickle\n", "pickle.dumps(out)", "pickle.loads(cache)"),
    "iterator": (
        "class Again:\n"
        "    def __init__(self, a):\n"
        "        self.a = a\n"
        "    def __iter__(self):\n"
        "        yield self.a\n",
        "Again(out)",
        "next(iter(cache))",
    ),
    "nested class": (
        "class Outer:\n"
        "    class Kept:\n"
        "        def __init__(self, out):\n"
        "            self.out = out\n",
        "Outer.Kept(out)",
        "cache.out",
    ),
}


@dataclass(frozen=True)
class Notebook:
    """One submission: its cells, the checks that follow, and whether it deserves the points."""

    name: str
    cells: tuple[str, ...]
    checks: tuple[str, ...]
    deserved: tuple[bool, ...]


def everything() -> Iterator[Notebook]:
    """Every style, right and wrong."""
    for i, (style, text) in enumerate(SOFTMAX.items()):
        for right in (True, False):
            formula = ROWS if right else WRONG_ROWS[i % len(WRONG_ROWS)]
            cells = tuple(c.strip("\n") for c in text.replace("@@", formula).split("### CELL"))
            yield Notebook(f"softmax, {style}", cells, ("check(softmax)",), (right,))
    for i, (style, (before, keep, get)) in enumerate(CACHES.items()):
        for right in (True, False):
            formula = SLOPE if right else WRONG_SLOPE[i % len(WRONG_SLOPE)]
            text = before + PAIR.replace("{keep}", keep).replace("{get}", get)
            checks = ("check(tanh_forward)", "check(tanh_backward, forward=tanh_forward)")
            cells = (text.replace("@@", formula),)
            yield Notebook(f"tanh, cache: {style}", cells, checks, (True, right))
