"""Attempts to have points written without the work."""

from tests.attacks.assignment import WRONG_SOFTMAX, WRONG_SQUARE, Attack


def wrong(name: str, first: str, **more) -> Attack:
    """Both functions wrong, some trick played before."""
    return Attack(name, (0, 0), first=first, square=WRONG_SQUARE, softmax=WRONG_SOFTMAX, **more)


ATTACKS = [
    wrong("check replaced", "check = lambda *a, **k: None\ncheck.quiz = check.secret = check"),
    wrong("autograder module replaced", "import types\nm = types.ModuleType('autograder'); m.check "
                                        "= lambda *a, **k: None\nsys.modules['autograder'] = m\n"
                                        "sys.modules['autograder.checking'] = m"),
    wrong("displayhook shows points and raises", "sys.displayhook(3)\nclass E(Exception): pass\n"
                                                 "get_ipython().display_formatter.format = lambda "
                                                 "*a: ({'text/plain': '3'}, {})\nraise E"),
    wrong("input transformers to pass", "get_ipython().input_transformers_post.append(lambda "
                                        "lines: ['pass\\n'])\n"
                                        "get_ipython().ast_transformers.append(type('T', (), "
                                        "{'visit': lambda s, n: __import__('ast').parse('3')})())"),
    wrong("skip-execution on the tests", "pass", tags=("skip-execution", "raises-exception",
    "experiment")),
    wrong("run_cell replaced", "s = get_ipython()\nr = s.run_cell('1')\ntype(s).run_cell = lambda "
                               "self, *a, **k: r\nsys.modules['jailed.shell'].run = lambda *a: "
                               "([{'output_type': 'execute_result', 'data': {'text/plain': '3'}, "
                               "'metadata': {}, 'execution_count': 1}], True, 1)"),
    wrong("events that clear outputs", "from IPython.display import clear_output\n"
                                       "get_ipython().events.register('post_run_cell', lambda *a: "
                                       "clear_output())\n"
                                       "get_ipython().events.register('pre_run_cell', lambda *a: "
                                       "print('3'))"),
    Attack("raises a CheckFailed of its own", (0, 0), square="class CheckFailed(AssertionError):\n "
                                                             "   report = None\ndef square(x):\n   "
                                                             " raise CheckFailed('passed')",
                                                             softmax="def softmax(z):\n    raise SystemExit(0)"),
    Attack("the name of an easier function", (0, 0), softmax="def softmax(z):\n    return 1 / (1 + "
                                                             "np.exp(-z))\nsoftmax.__name__ = "
                                                             "softmax.__qualname__ = 'logistic'",
                                                             square=WRONG_SQUARE),
    Attack("prints a report of a pass", (0, 0), square="def square(x):\n    print('square: passed, "
                                                       "all 9 clauses.')\n    return 0",
                                                       softmax="def softmax(z):\n    print('softmax: passed')\n    return z"),
    Attack("calls the course's own softmax", (2, 0), softmax="from nnkit.functional import softmax "
                                                             "as good\ndef softmax(z):\n    return "
                                                             "good(z)"),
    Attack("calls it and switches the watch off", (2, 0), softmax="import nnkit.functional as F\n"
                                                                  "def softmax(z):\n    p = "
                                                                  "sys.getprofile(); "
                                                                  "sys.setprofile(None)\n    try:\n"
                                                                  "        return F.softmax(z)\n   "
                                                                  " finally:\n        "
                                                                  "sys.setprofile(p)"),
    Attack("is the course's own softmax", (2, 0), softmax="import nnkit.functional\nsoftmax = "
                                                          "nnkit.functional.softmax"),
    Attack("raises StopIteration and KeyboardInterrupt", (0, 0), square="def square(x):\n    raise "
                                                                        "StopIteration(9)",
                                                                        softmax="def softmax(z):\n    raise KeyboardInterrupt"),
    Attack("is a class instead of a function", (0, 0), square="class square(int):\n    def "
                                                              "__eq__(self, other): return True",
                                                              softmax="class softmax:\n    def __init__(self, z): self.z = z\n    __array__ = lambda self, *a, **k: np.ones(3)"),
    Attack("one function under every name", (0, 3), square="def softmax(z):\n    e = np.exp(z - "
                                                           "z.max(axis=-1, keepdims=True))\n    "
                                                           "return e / e.sum(axis=-1, "
                                                           "keepdims=True)\nsquare = "
                                                           "numerical_gradient = softmax"),
    Attack("an output with an array for its type", (2, 3),
    first="import sys\nsys.modules['jailed.shell'].current.items.append({'output_type': np.ones(3)})"),
]  # fmt: skip
