"""Messages forged to the trusted process, and misuse of the calls back into it."""

from tests.attacks.assignment import GRADIENT, SOFTMAX, Attack

SOCK = "import socket\ns = socket.socket(fileno=os.dup(3))\ns.setblocking(True)\n"


def sends(name: str, data: str, points: tuple[float, ...] = (2, 0)) -> Attack:
    """softmax writes something of its own to the socket, then returns."""
    body = f"def softmax(z):\n    s.sendall({data})\n    return z"
    return Attack(
        name,
        points,
        first=SOCK + "import struct\ndef frame(b): return struct.pack('<I', len(b)) + b",
        softmax=body,
    )


W = "sys.modules['jailed.protocol.writer']"
ATTACKS = [
    sends("noise on the wire", "os.urandom(5000)"),
    sends("a message said to be of four gigabytes", "b'\\xff\\xff\\xff\\xff' + b'x' * 1000"),
    sends("an endless message", "struct.pack('<I', 10**7) + b'x' * 1000"),
    sends("another protocol: HTTP", "b'GET / HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n' * 100"),
    sends("another protocol: pickle", "frame(__import__('pickle').dumps({'a': 1}))"),
    sends("a reply out of order", "frame(b'\\x03s\\x05replyNN\\x00') * 500"),
    sends("a forged result of a cell", "frame(b'\\x02s\\x03rant\\x03l\\x05\\x00Ti\\x01\\x01\\x00') "
                                       "* 3"),
    sends("a handle that was never given out", "frame(b'\\x03s\\x05replyH\\x02N\\x00')"),
    sends("a call back that was never passed in",
    "frame(b'\\x03s\\x08callbackt\\x03H\\x04t\\x00d\\x07\\x00N\\x00')"),
    sends("lengths that lie", "frame(b'\\x03s\\xff\\xff\\xff\\x7freply') + frame(b'\\x03a' + "
                              "b'\\xff' * 50)"),
    sends("nested a thousand times", "frame(b'\\x03s\\x05reply' + b't\\x01' * 5000 + b'NN\\x00')"),
    Attack("the socket closed", (2, 0), softmax="def softmax(z):\n    os.close(3)\n    return z"),
    Attack("all descriptors closed in a cell", (2, 3), first="os.closerange(0, 100)"),
    Attack("a forged result while a cell runs", (2, 3),
    first=SOCK + "s.sendall(b'\\x0f\\x00\\x00\\x00' + b'\\x02s\\x03rant\\x03l\\x05\\x00Ti\\x01')"),
    Attack("answers forged ahead for later questions", (0, 0), first=SOCK + "import struct\nb = "
                                                                            "b'\\x03s\\x05reply' + "
                                                                            "b'f' + struct.pack('<d', 9.0) + b'N\\x00'\nfor _ in range(50): s.sendall(struct.pack('<I', len(b)) + b)", square="def square(x): return 0", softmax="def softmax(z): return z"),
    Attack("another process answers", (2, 0), softmax="def softmax(z):\n    if not os.fork():\n    "
                                                      "    while True:\n            try: "
                                                      "os.write(3, b'\\x01\\x00\\x00\\x00x')\n     "
                                                      "       except OSError: time.sleep(0.01)\n   "
                                                      " return z"),
    Attack("its class of messages widened", (2, 0), first=f"w = {W}",
    softmax="class Evil(np.ndarray): pass\ndef softmax(z):\n    w._WRITERS[Evil] = lambda self, v, d: self.out.extend(b'X' + b'\\x00' * 100)\n    return z.view(Evil)"),
    Attack("changes arrays it was not given", (2, 0), first=f"w = {W}", softmax="def softmax(z):\n "
                                                                                "   w._WRITERS[str] = lambda self, v, d: self.out.extend(b'l\\x02\\x00')\n    return 'x'"),
    Attack("calls back without end", (2, 3, 0), gradient="def numerical_gradient(f, x, eps=1e-6):\n"
                                                         "    while True: f(x)"),
    Attack("calls back with objects and huge arrays", (2, 3, 0),
    gradient="def numerical_gradient(f, x, eps=1e-6):\n    for bad in (object(), [object()], np.array([object()]), np.ones(10**6), 'text', None, f, {}, 10**400, x.astype(object)):\n        try: f(bad)\n        except Exception: pass\n    return f(x, x, x)"),
    Attack("calls back nested", (2, 3, 0), gradient="def numerical_gradient(f, x, eps=1e-6):\n    "
                                                    "return f(lambda *a: f(x))"),
    Attack("keeps the function and calls it in a later cell", (2, 3, 5),
    gradient="kept = []\n" + GRADIENT.replace("    x = np.array",
    "    kept.append((f, x))\n    x = np.array"),
    last="try: print('CALLED', kept[-1][0](kept[-1][1]))\nexcept RuntimeError as e: print('refused', e)",
           look=lambda nb, result: _refused(nb)),
    Attack("looks into the function it was given", (2, 3, 5),
    gradient=GRADIENT.replace("    x = np.array",
    "    cells = [c.cell_contents for c in (f.__closure__ or ())]\n    seen.append(repr((f.__globals__.get('__name__'), cells, f.__code__.co_names)))\n    x = np.array"), first="seen = []", last="print(seen[-1])",
           look=lambda nb, result: _inside(nb)),
    Attack("returns the function it was given", (2, 3, 0), gradient="def numerical_gradient(f, x, "
                                                                    "eps=1e-6):\n    return f",
                                                                    softmax=SOFTMAX),
    Attack("raises through the function it was given", (2, 3, 0),
    gradient="def numerical_gradient(f, x, eps=1e-6):\n    try: f('a')\n    except BaseException as e: raise e"),
]  # fmt: skip


def _refused(nb) -> None:
    text = str(nb.cells[-1].outputs)
    assert "refused" in text, text
    assert "CALLED" not in text


def _inside(nb) -> None:
    text = str(nb.cells[-1].outputs)
    assert "jailed.agent" in text
    assert "smooth" not in text
