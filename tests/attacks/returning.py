"""Values made to lie, to grow or to act when they are looked at."""

import json

import nbformat

from tests.attacks.assignment import Attack

LIAR = """\
class Liar:
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    __lt__ = __le__ = __gt__ = __ge__ = __eq__
    def __bool__(self): return True
    def __array__(self, *a, **k): return np.array([1.0, 4.0])
    def __float__(self): return 9.0
    def __sub__(self, other): return 0.0
    __rsub__ = __add__ = __sub__
    def __abs__(self): return 0.0
    def __len__(self): return 2
    def __iter__(self): return iter([1.0, 4.0])
    def __getattr__(self, name): return self
    def __call__(self, *a, **k): return self
    shape = (2,); dtype = np.dtype(float); ndim = 1
    __class__ = property(lambda self: np.ndarray)
    def __array_function__(self, *a, **k): return True
    def __array_ufunc__(self, *a, **k): return np.array(True)
"""
ARRAY = """\
class Array(np.ndarray):
    def __eq__(self, other): return np.ones(self.shape, bool)
    def __array_ufunc__(self, *a, **k): return np.ones(self.shape, bool)
    def __array_function__(self, *a, **k): return True
    def __array_finalize__(self, obj): pass
    def tobytes(self, *a): return b''
    def view(self, *a): return self
    all = any = lambda self, *a, **k: True
    dtype = property(lambda self: np.dtype(float))
"""


def both(name: str, code: str, value: str, **more) -> Attack:
    """Both functions return the same strange value."""
    return Attack(
        name,
        (0, 0),
        square=f"{code}\ndef square(x):\n    return {value}",
        softmax=f"def softmax(z):\n    return {value}",
        **more,
    )


ATTACKS = [
    both("an object that equals everything", LIAR, "Liar()"),
    both("an array subclass with lying comparison", ARRAY, "np.zeros(3).view(Array)"),
    both("an object array of liars", LIAR, "np.array([Liar()] * 3, dtype=object)"),
    both("a float that equals everything", "class F(float):\n    __eq__ = lambda s, o: True\n    "
                                           "__sub__ = __rsub__ = lambda s, o: 0.0\n    __hash__ = "
                                           "None", "F(1)"),
    both("a string and a list that equal everything", "class S(str):\n    __eq__ = lambda s, o: "
                                                      "True\nclass L(list):\n    __eq__ = lambda "
                                                      "s, o: True", "[S('a'), L([1])]"),
    both("values that act when unpickled", "class P:\n    def __reduce__(self): return (os.system, "
                                           "('touch COURSE/pwned',))", "P()"),
    both("an array of ten gigabytes by strides", "", "np.lib.stride_tricks.as_strided(np.ones(1), "
                                                     "(10**5, 10**5), (0, 0))"),
    both("an array of 70 megabytes", "", "np.ones(9_000_000)"),
    both("NaN everywhere", "", "np.full(np.shape(x if 'x' in locals() else z), np.nan)"),
    both("a whole number of a million digits", "", "1 << 10_000_000"),
    both("a list nested deeply", "def deep():\n    v = []\n    for _ in range(100_000): v = [v]\n  "
                                 "  return v", "deep()"),
    both("a list that contains itself", "def own():\n    v = [1]; v.append(v); return v", "own()"),
    both("small lists that unfold to billions", "def laugh():\n    v = [1.0] * 10\n    for _ in "
                                                "range(9): v = [v] * 10\n    return v", "laugh()"),
    both("an endless generator", "def endless():\n    while True: yield 1.0", "endless()"),
    both("a dict whose keys act", "class K:\n    def __hash__(self): return 1\n    def "
                                  "__eq__(self, o): os._exit(1)", "{K(): 1}"),
    both("a million values", "", "list(range(1_000_000))"),
    both("text of many megabytes", "", "'x' * 100_000_000"),
    both("an array whose dtype has fields and names", "", "np.zeros(3, dtype=[('a', 'O'), ('b', "
                                                          "'f8')])"),
    Attack("exceptions that act when they are read", (0, 0),
           square="class B(Exception):\n    def __str__(self): raise self\n    __repr__ = __str__\n"
                  "def square(x): raise B",
           softmax="class C(Exception):\n    def __str__(self):\n        return 'x' * 10**8\n"
                   "C.__name__ = 'N' * 10**6\ndef softmax(z): raise C"),
    Attack("texts that cannot be written to a file", (0, 0), first="print('\\ud800 \\x00 \\x08')",
    square="def square(x): raise ValueError('\\ud800\\x00\\udfff')",
    softmax="class E\u00e9(Exception): pass\nE\u00e9.__name__ = 'E\\ud800'\ndef softmax(z):\n    print('\\ud800' * 300)\n    raise E\u00e9('\\x00\\ud800 \\x1b[2J')",
           look=lambda nb, result: _writable(nb, result)),
    Attack("an exception whose text never comes", (0, 3), square="class B(Exception):\n    def "
                                                                 "__str__(self):\n        while "
                                                                 "True: pass\ndef square(x): raise "
                                                                 "B"),
    Attack("endless recursion", (0, 0), square="def square(x): return square(x)",
    softmax="def softmax(z): return softmax(z)"),
    Attack("recursion through the C stack", (0, 3), square="sys.setrecursionlimit(10**9)\ndef "
                                                           "square(x):\n    return "
                                                           "eval('square(x)', {'square': square, "
                                                           "'x': x})"),
    Attack("changes its argument to what is expected", (2, 0), softmax="def softmax(z):\n    z -= "
                                                                       "z.max(axis=-1, "
                                                                       "keepdims=True)\n    "
                                                                       "np.exp(z, out=z)\n    z /= "
                                                                       "z.sum(axis=-1, "
                                                                       "keepdims=True)\n    return "
                                                                       "z"),
    Attack("makes read-only arguments writable", (2, 0), softmax="def softmax(z):\n    "
                                                                 "z.flags.writeable = True\n    "
                                                                 "z[...] = np.exp(z - z.max(-1, "
                                                                 "keepdims=True))\n    z /= "
                                                                 "z.sum(-1, keepdims=True)\n    "
                                                                 "return z"),
]  # fmt: skip


def _writable(nb, result) -> None:
    nbformat.writes(nb).encode()
    json.dumps(result.to_dict(), ensure_ascii=False).encode()
