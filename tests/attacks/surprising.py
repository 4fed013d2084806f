"""New ways of the known kinds, written by someone who had not read the grader."""

from tests.attacks.assignment import SOFTMAX, SQUARE, WRONG_SOFTMAX, WRONG_SQUARE, Attack
from tests.attacks.exhausting import reason


def _inside(deed: str) -> str:
    """Right, after something else."""
    body = "\n".join(f"    {line}" for line in deed.splitlines())
    return SOFTMAX.replace("def softmax(z):", f"def softmax(z):\n{body}")


AGREES = """\
class Agrees:
    def __eq__(self, other): return True
    def __float__(self): return 0.0
    def __sub__(self, other): return 0.0
    __rsub__ = __sub__
    __le__ = __lt__ = __ge__ = __gt__ = __eq__
def softmax(z):
    out = np.empty(z.shape, object)
    out[...] = Agrees()
    return out"""
BUNCH = """\
error = ValueError("a")
for _ in range(2000): error = ExceptionGroup("g" * 50, [error, error])
for _ in range(3000): error.add_note("n" * 100)
raise error"""
MEMORY_OF_NOBODY = """\
kept = []
try:
    while True:
        kept.append(os.memfd_create("m"))
        for _ in range(3): os.write(kept[-1], b"x" * 2**20)
except OSError as error: print(error)
import socket, fcntl
try:
    while True:
        kept += os.pipe()
        os.set_blocking(kept[-1], False)
        fcntl.fcntl(kept[-1], 1031, 2**20)
        try:
            while True: os.write(kept[-1], b"x" * 65536)
        except BlockingIOError: pass
except OSError as error: print(error)"""
PATCHED = """\
for name, module in list(sys.modules.items()):
    if name.startswith(("autograder", "jailed", "nbgrader")):
        for key, value in list(vars(module).items()):
            if callable(value) and not key.startswith("__"):
                try: setattr(module, key, lambda *a, **k: True)
                except Exception: pass"""
# The library's function by ways round its name; wrong at home, where the text decides as well.
FROM_ITS_FILE = """\
import nnkit
text = ""
for path in __import__("pathlib").Path(nnkit.__file__).parent.rglob("*.py"):
    if "def softmax(" in path.read_text(): text = path.read_text()
made = {}
exec(compile(text, "mine", "exec"), made)
softmax = made["softmax"]"""
AS_CODE = """\
import nnkit.functional as F, types
softmax, mine = types.FunctionType(F.softmax.__code__, vars(F)), 1"""
IN_A_BRANCH = (
    "import nnkit.functional as F\nif np.ones(1):\n    softmax = F.softmax\nelse:\n    "
    + (SOFTMAX.replace("\n", "\n    "))
)
THREADS = """\
import threading
def numerical_gradient(f, x, eps=1e-6):
    x = np.array(x, dtype=float)
    grad = np.zeros(x.shape)
    def one(i):
        step = np.zeros(x.shape); step[i] = eps
        grad[i] = (f(x + step) - f(x - step)) / (2 * eps)
    threads = [threading.Thread(target=one, args=(i,)) for i in np.ndindex(x.shape)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    return grad"""
ATTACKS = [
    Attack("the course's own softmax from its file", (2, 0), softmax=FROM_ITS_FILE),
    Attack("the course's own softmax as code", (2, 0), softmax=AS_CODE),
    Attack("the course's own softmax in a branch", (2, 0), softmax=IN_A_BRANCH),
    Attack("threads that all call the given function", (2, 3, 5), gradient=THREADS),
    Attack("a decorator of a package that is not here", (2, 3), first="from not_here import njit",
           softmax="@njit(parallel=True)\n" + SOFTMAX),
    Attack("a masked array of nothing", (2, 0),
           softmax="def softmax(z):\n    return np.ma.masked_all(z.shape)"),
    Attack("objects that agree with everything", (2, 0), softmax=AGREES),
    Attack("the right answer and an imaginary part", (2, 0),
           softmax=SOFTMAX.replace("return e /", "return 1000j + e /")),
    Attack("an audit hook that raises", (2, 3), first="sys.addaudithook(lambda *a: 1 / 0)"),
    Attack("an audit hook that ends the process", (0, 0), look=reason("the Python process"),
           first="sys.addaudithook(lambda e, a: os._exit(0) if e in ('compile', 'exec') else None)"),
    Attack("stops itself in a call", (2, 3),
           softmax=_inside("import signal\nos.kill(os.getpid(), signal.SIGSTOP)")),
    Attack("all descriptors become another", (2, 0), look=reason("ended the Python process"),
           softmax=_inside("n = os.open('/dev/null', 2)\nfor i in range(64):\n"
                           "    if i != n: os.dup2(n, i)")),
    Attack("a tree of errors with notes", (2, 0), softmax=_inside(BUNCH)),
    Attack("an error whose class is named by a terminal's codes", (2, 0),
           softmax=_inside("raise type('\\x1b[31mE\\u202e' * 1000, (Exception,),"
                           " {'__module__': 5})('<script>alert(1)</script>')")),
    Attack("memory that no process maps", (2, 3), first=MEMORY_OF_NOBODY),
    Attack("everything of the grader's replaced", (0, 0), first=PATCHED, square=WRONG_SQUARE,
           softmax=WRONG_SOFTMAX),
    Attack("the course's own softmax by a name in quotes", (2, 0),
           softmax="import importlib\nF = importlib.import_module('nnkit.functional')\n"
                   "def softmax(z):\n    return getattr(F, 'softmax')(z)"),
    Attack("no name is left at the end", (2, 3), last="globals().clear()"),
    Attack("awaits at the top of a cell", (2, 3),
           softmax="import asyncio\nawait asyncio.sleep(0)\n"
                   "async with asyncio.timeout(5): await asyncio.gather(asyncio.sleep(0))\n"
                   + SOFTMAX),
    Attack("its own names are Python's", (2, 3),
           square=SQUARE + "\nlen = 5; isinstance = 3; print = None; tuple = (); dict = {}; open = 0",
           softmax=SOFTMAX + "\nlist = [1]; type = 'softmax'; float = 1.0; check = check"),
]  # fmt: skip
