"""Things that act later, end the process, or want to outlive the submission."""

from tests.attacks.assignment import SOFTMAX, SQUARE, WRONG_SOFTMAX, Attack
from tests.attacks.exhausting import reason

DAEMON = """\
if not os.fork():
    os.setsid()
    if not os.fork():
        import signal
        for s in range(1, 65):
            try: signal.signal(s, signal.SIG_IGN)
            except (OSError, ValueError): pass
        while True: time.sleep(1)
    os._exit(0)
"""
ATTACKS = [
    Attack("os._exit in a cell", (2, 3), first="os._exit(0)", look=reason("ended the Python "
                                                                          "process")),
    Attack("os._exit between right cells", (2, 3), between="os._exit(1)"),
    Attack("os._exit in a function", (0, 3), square="def square(x): os._exit(0)",
    look=reason("ended the Python process")),
    Attack("os.abort, and a crash in C code", (2, 3), first="os.abort()", between="import ctypes; "
                                                                                  "ctypes.string_at(0)"),
    Attack("kills itself by signal", (2, 3), first="import signal; os.kill(os.getpid(), "
                                                   "signal.SIGTERM); os.kill(os.getpid(), "
                                                   "signal.SIGSEGV)"),
    Attack("dies in every cell", (0, 0), first="os._exit(1)", square="os._exit(1)",
    between="os._exit(1)", softmax="os._exit(1)"),
    Attack("a function that dies each time", (0, 0), square="def square(x): os._exit(1)",
    softmax="def softmax(z): os._exit(1)"),
    Attack("right the first time, dead the second", (2, 0),
    softmax="calls = []\n" + SOFTMAX.replace("def softmax(z):",
    "def softmax(z):\n    calls.append(1)\n    if len(calls) > 1: os._exit(0)")),
    Attack("right the first time, wrong later", (2, 0), softmax="calls = []\ndef softmax(z):\n    "
                                                                "calls.append(1)\n    e = np.exp(z "
                                                                "- z.max(axis=-1, keepdims=True))\n"
                                                                "    return e / e.sum(axis=-1, "
                                                                "keepdims=True) * (1 if len(calls) "
                                                                "< 4 else 2)"),
    Attack("atexit", (2, 3), first="import atexit\natexit.register(lambda: "
                                   "open('COURSE/gradebook.db', 'w').write('x'))\n"
                                   "atexit.register(print, 'late')"),
    Attack("threads that keep running", (2, 3), first="import threading\ndef work():\n    while "
                                                      "True:\n        try: print('noise', end=''); "
                                                      "sum(range(1000)); time.sleep(0.001)\n       "
                                                      " except BaseException: pass\nfor _ in "
                                                      "range(3): threading.Thread(target=work).start()"),
    Attack("a timer that ends the process in a later cell", (2, 0), between="import threading\n"
                                                                            "threading.Timer(0.1, "
                                                                            "os._exit, (0,)).start()", softmax="time.sleep(0.4)\n" + SOFTMAX),
    Attack("daemons in sessions of their own", (2, 3), first=DAEMON * 3),
    Attack("a daemon left by a function", (2, 3), square=SQUARE.replace("def square(x):",
    "def square(x):\n    d()"), first="def d():\n" + "".join(f"    {line}\n" for line in DAEMON.splitlines())),
    Attack("subprocesses", (2, 3), first="import subprocess\nfor a in (['/bin/sh', '-c', 'sleep "
                                         "1000'], [sys.executable, '-c', 'while 1: pass']):\n    "
                                         "try: subprocess.Popen(a, start_new_session=True)\n    "
                                         "except OSError as e: print(e)\nos.system('touch "
                                         "COURSE/pwned'); os.system('rm -rf / 2>/dev/null')"),
    Attack("shared memory", (2, 3), first="from multiprocessing import shared_memory\ntry: s = "
                                          "shared_memory.SharedMemory(create=True, size=10**6, "
                                          "name='pwned'); print('MADE')\nexcept OSError as e: "
                                          "print(e)\nimport ctypes\n"
                                          "print(ctypes.CDLL(None).shmget(1234, 4096, 0o1666))"),
    Attack("signal handlers that stay", (2, 3), first="import signal\ndef h(*a): raise SystemExit\n"
                                                      "for s in (signal.SIGINT, signal.SIGALRM, "
                                                      "signal.SIGUSR1, signal.SIGPROF): "
                                                      "signal.signal(s, h)\n"
                                                      "signal.setitimer(signal.ITIMER_REAL, 0.05)\n"
                                                      "time.sleep(0.3)"),
    Attack("a destructor that acts at the end", (2, 3), first="class D:\n    def __del__(self):\n  "
                                                              "      try: open('COURSE/pwned', "
                                                              "'w')\n        except OSError: pass\n"
                                                              "        while True: pass\nd = D()"),
    Attack("garbage collection that acts", (2, 0), softmax="import gc\ngc.callbacks.append(lambda "
                                                           "*a: None)\n" + WRONG_SOFTMAX),
    Attack("loops in its softmax only on large inputs", (2, 0),
    softmax=SOFTMAX.replace("def softmax(z):",
    "def softmax(z):\n    while np.abs(z).max() > 100: pass")),
]  # fmt: skip
