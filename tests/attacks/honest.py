"""Honest submissions, right and wrong: the rows of the table that ask for no protection."""

from tests.attacks.assignment import GRADIENT, SQUARE, WRONG_SOFTMAX, WRONG_SQUARE, Attack


def _warned(nb, _result) -> None:
    assert not any(o.output_type == "error" for c in nb.cells[:-2] for o in c.outputs)


def _loop(nb, result) -> None:
    assert any("stopped after" in reason for reason in result.reasons)


ATTACKS = [
    Attack("right", (2, 3, 5), gradient=GRADIENT),
    Attack("wrong", (0, 0), square=WRONG_SQUARE, softmax=WRONG_SOFTMAX),
    Attack("syntax error", (0, 3), square="def square(x)\n    return x * x"),
    Attack("nothing written", (0, 0), square="def square(x):\n    raise NotImplementedError",
    softmax="def softmax(z):\n    raise NotImplementedError"),
    Attack("sys.exit in a cell", (2, 3), first="sys.exit(0)"),
    Attack("exit and quit", (2, 3), first="exit()", between="quit()"),
    # Nobody answers in the jail; at home somebody did, and the function is there.
    Attack("input", (2, 3), square="n = input('how many? ')\n" + SQUARE),
    Attack("an exception before the function", (2, 3), first="1 / 0"),
    Attack("a RuntimeWarning on stderr", (2, 3), look=_warned,
           square="import warnings\ndef square(x):\n    warnings.warn('careful', RuntimeWarning)\n "
                  "   np.log(np.zeros(1))\n    print('x', file=sys.stderr)\n    return x * x"),
    Attack("an infinite loop in a cell", (2, 3), first="while True: pass", look=_loop),
    Attack("an infinite loop in a function", (2, 0), softmax="def softmax(z):\n    while True: "
                                                             "pass"),
    Attack("a cell of another language", (2, 3), first="%%bash\necho hello",
    between="library(ggplot2)"),
    Attack("global random seed moved", (2, 0), softmax="def softmax(z):\n    np.random.rand()\n    "
                                                       "e = np.exp(z - z.max(-1, keepdims=True))\n "
                                                       "   return e / e.sum(-1, keepdims=True)"),
    Attack("prints much in the function", (2, 3), softmax="def softmax(z):\n    print('x' * "
                                                          "10**6)\n    e = np.exp(z - z.max(-1, "
                                                          "keepdims=True))\n    return e / "
                                                          "e.sum(-1, keepdims=True)"),
    Attack("a line for the shell first", (2, 3), square="!pip install numpy\ndef square(x):\n    "
                                                        "return x * x"),
    Attack("a pool of threads in the function", (2, 3), softmax="from concurrent.futures import "
                                                                "ThreadPoolExecutor\ndef "
                                                                "softmax(z):\n    with "
                                                                "ThreadPoolExecutor(2) as pool:\n  "
                                                                "      m = list(pool.map(np.max, "
                                                                "[z]))\n    e = np.exp(z - "
                                                                "z.max(-1, keepdims=True))\n    "
                                                                "return e / e.sum(-1, "
                                                                "keepdims=True)"),
    Attack("a progress bar in the function", (2, 3), softmax="from tqdm import tqdm\ndef "
                                                             "softmax(z):\n    for _ in "
                                                             "tqdm(range(2)): pass\n    e = "
                                                             "np.exp(z - z.max(-1, "
                                                             "keepdims=True))\n    return e / "
                                                             "e.sum(-1, keepdims=True)"),
    Attack("a demo that is stopped, then a death", (2, 3), square="def square(x):\n    return x * "
                                                                  "x\nwhile True: pass",
                                                                  between="os._exit(1)"),
]  # fmt: skip
