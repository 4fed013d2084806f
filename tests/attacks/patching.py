"""What the check uses is changed in the student's process: NumPy, builtins, the import system."""

from tests.attacks.assignment import Attack
from tests.attacks.forging import wrong

ATTACKS = [
    wrong("numpy.testing patched", "np.testing.assert_allclose = np.testing.assert_array_equal = "
                                   "lambda *a, **k: None"),
    wrong("numpy comparisons patched", "for n in ('allclose', 'array_equal', 'isclose', 'all', "
                                       "'any', 'array_equiv'):\n    setattr(np, n, lambda *a, **k: "
                                       "True)"),
    wrong("builtins patched", "import builtins\nfor n in ('abs', 'all', 'any', 'isinstance', "
                              "'len', 'max', 'issubclass'):\n    setattr(builtins, n, lambda *a, "
                              "**k: True)"),
    wrong("AssertionError replaced", "import builtins\nbuiltins.AssertionError = type('A', "
                                     "(BaseException,), {'__new__': lambda c, *a: None})\n"
                                     "builtins.Exception = object"),
    wrong("modules emptied", "for n in list(sys.modules):\n    if n != 'sys': sys.modules.pop(n)"),
    wrong("an import hook", "class F:\n    def find_spec(self, name, path=None, target=None):\n    "
                            "    import types\n        from importlib.machinery import ModuleSpec\n"
                            "        return ModuleSpec(name, self)\n    def create_module(self, "
                            "spec): return __import__('types').ModuleType(spec.name)\n    def "
                            "exec_module(self, m): m.__getattr__ = lambda n: (lambda *a, **k: "
                            "True)\nsys.meta_path.insert(0, F())\nfor n in list(sys.modules):\n    "
                            "if n.startswith('numpy.testing'): del sys.modules[n]"),
    wrong("numpy replaced as a whole", "import types\nfake = types.ModuleType('numpy')\n"
                                       "fake.__getattr__ = lambda n: (lambda *a, **k: True)\n"
                                       "sys.modules['numpy'] = fake\nnp = fake"),
    wrong("the agent's wire patched", "w = sys.modules['jailed.protocol.writer']\nw.is_plain_dtype "
                                      "= lambda d: True\nw.is_key = lambda k: True\n"
                                      "w.MAX_INT_BYTES = 10**9"),
    wrong("the agent's operations answer for the student", "a = sys.modules['jailed.agent']\n"
                                                           "a.OPERATIONS['call'] = lambda target, "
                                                           "args, options: args[0]"),
    Attack("numpy made to raise on warnings", (2, 3), first="np.seterr(all='raise')\nimport "
                                                            "warnings; warnings.simplefilter('error')"),
    Attack("recursion limit and switch interval", (2, 3), first="sys.setrecursionlimit(60)",
    between="sys.setrecursionlimit(10**6); sys.setswitchinterval(10)"),
    Attack("standard streams closed", (2, 3), first="sys.stdout.close(); sys.stderr.close()\n"
                                                    "sys.stdout = sys.stderr = None",
                                                    between="del sys.stdout"),
    Attack("np.ndarray methods cannot be patched but tried", (2, 3),
    first="try:\n    np.ndarray.__eq__ = lambda a, b: True\nexcept TypeError:\n    import ctypes, gc\n    gc.get_referents(np.ndarray.__dict__)[0]['tobytes'] = lambda self, order='C': b''"),
]  # fmt: skip
