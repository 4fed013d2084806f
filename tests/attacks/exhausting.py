"""Using up what others need: memory, processes, disk, time, output."""

from tests.attacks.assignment import SOFTMAX, SQUARE, Attack


def reason(text: str):
    """The result names this."""

    def look(_nb, result) -> None:
        assert any(text in r for r in result.reasons), result.reasons

    return look


FORKS = "while True:\n    try: os.fork()\n    except OSError: pass"
SLOW = "_end = time.process_time() + 0.7\nwhile time.process_time() < _end: pass\n"

ATTACKS = [
    Attack("three gigabytes in a cell", (2, 3), first="hog = bytearray(3 * 2**30)"),
    Attack("memory piece by piece", (2, 3), first="hog = []\nwhile True: "
                                                  "hog.append(np.ones(10**6))"),
    Attack("memory in a call", (0, 3), square="def square(x):\n    hog = []\n    while True: "
                                              "hog.append(bytearray(2**24))"),
    Attack("memory of many processes together", (2, 3), first="for _ in range(6):\n    if not "
                                                              "os.fork():\n        hog = "
                                                              "bytearray(100 * 2**20)\n        "
                                                              "hog[::4096] = b'x' * "
                                                              "len(hog[::4096])\n        "
                                                              "time.sleep(100)\ntime.sleep(100)",
                                                              look=reason("memory")),
    Attack("a fork bomb in a cell", (2, 3), first=FORKS),
    Attack("a fork bomb in a call", (0, 3), square="def square(x):\n    "
                                                   f"{FORKS.replace(chr(10), chr(10) + '    ')}"),
    Attack("threads without end", (2, 3), first="import threading\ntry:\n    while True: "
                                                "threading.Thread(target=time.sleep, args=(100,), "
                                                "daemon=True).start()\nexcept RuntimeError as e: "
                                                "print(e)"),
    Attack("the disk filled", (2, 3), first="n = 0\ntry:\n    while True:\n        with "
                                            "open(f'f{n}', 'wb') as f: f.write(b'x' * 2**20)\n     "
                                            "   n += 1\nexcept OSError as e: print(n, e)",
                                            look=lambda nb, result: _less(nb, 9)),
    Attack("a file that is too large", (2, 3), first="try:\n    with open('f', 'wb') as f:\n       "
                                                     " while True: f.write(b'x' * 2**20)\nexcept "
                                                     "OSError as e: print(e)"),
    Attack("files without end", (2, 3), first="try:\n    for n in range(10**6): open(f'f{n}', "
                                              "'w').close()\nexcept OSError as e: print(n, e)"),
    Attack("40 MB of printed output", (2, 3), first="for _ in range(40): print('x' * 10**6)"),
    Attack("40 MB of rich output", (2, 3), first="from IPython.display import HTML, display\nfor _ "
                                                 "in range(40): display(HTML('y' * 10**6))"),
    Attack("output in a million pieces", (2, 3), first="from IPython.display import display\nfor i "
                                                       "in range(3000):\n    print(i, "
                                                       "file=[sys.stdout, sys.stderr][i % 2])"),
    Attack("output in every cell", (2, 3), first="get_ipython().events.register('pre_run_cell', "
                                                 "lambda *a: print('z' * 900_000))"),
    Attack("sleeps in a call", (0, 3), square="def square(x):\n    time.sleep(1000)"),
    Attack("many slow cells", (2, 0), first=SLOW, square=SLOW + SQUARE, between=SLOW,
    softmax=SLOW + SOFTMAX, last=SLOW,
           look=reason("no submission gets more")),
    Attack("a loop that ignores interrupts", (2, 3), first="import signal\nfor s in "
                                                           "(signal.SIGINT, signal.SIGTERM, "
                                                           "signal.SIGALRM): signal.signal(s, "
                                                           "signal.SIG_IGN)\nwhile True: pass",
                                                           look=reason("stopped after")),
    Attack("a loop that swallows interrupts", (2, 3), first="while True:\n    try: "
                                                            "time.sleep(100)\n    except "
                                                            "BaseException: pass",
                                                            look=reason("stopped after")),
    Attack("regular expression without end", (2, 3), first="import re\nre.match('(a+)+b', 'a' * "
                                                           "60)", look=reason("stopped after")),
    Attack("CPU time of children", (2, 3), first="import resource\n"
                                                 "print(resource.getrlimit(resource.RLIMIT_CPU))\n"
                                                 "try: resource.setrlimit(resource.RLIMIT_CPU, "
                                                 "(10**6, 10**6)); print('RAISED')\nexcept "
                                                 "(ValueError, OSError) as e: print(e)",
                                                 look=lambda nb, result: _never(nb, "RAISED")),
]  # fmt: skip


def _less(nb, most: int) -> None:
    text = "".join(o.get("text", "") for o in nb.cells[1].outputs)
    assert 0 < int(text.split()[0]) <= most, text


def _never(nb, text: str) -> None:
    assert text not in str(nb.cells[1].outputs)
