"""Looking for what is hidden: the tests, the seed, the references, the gradebook, the machine."""

from tests.attacks.assignment import SOFTMAX, Attack

READ = """\
def read(path):
    try:
        with open(path, 'rb') as f: print(path, f.read(300))
    except Exception as e: print(path, type(e).__name__)
"""


def tries(name: str, code: str, **more) -> Attack:
    """Honest functions; the prying goes on before, and its finds are printed."""
    return Attack(name, (2, 3), first=READ + code, **more)


def shows(*texts: str, never: tuple[str, ...] = ()):
    """Assertions about what the prying cell printed."""

    def look(nb, _result) -> None:
        shown = "".join(str(o) for o in nb.cells[1].outputs)
        for text in texts:
            assert text in shown, shown[:2000]
        for text in never:
            assert text not in shown, shown[:2000]

    return look


ATTACKS = [
    tries("the gradebook and other submissions", "for n in ('gradebook.db', 'secret', "
                                                 "'submitted/anna/02_linear_models/01.ipynb'): "
                                                 "read('COURSE/' + n)\n"
                                                 "print(os.path.exists('COURSE'))",
                                                 look=shows("False", "FileNotFoundError")),
    tries("writes points into the gradebook", "import sqlite3\nfor p in ('COURSE/gradebook.db', "
                                              "'../../../gradebook.db', '../../gradebook.db'):\n   "
                                              " try:\n        c = "
                                              "sqlite3.connect(f'file:{p}?mode=rw', uri=True)\n    "
                                              "    c.execute('update grade set manual_score = "
                                              "99'); c.commit(); print('GIVEN')\n    except "
                                              "sqlite3.Error as e: print(e)",
                                              look=shows("unable to open", never=("GIVEN",))),
    tries("writes outside its folder", "import nnkit, site\nfor p in ('/pwned', "
                                       "'COURSE/gradebook.db', "
                                       "'COURSE/submitted/anna/02_linear_models/01.ipynb', "
                                       "nnkit.__file__, np.__file__, '/etc/passwd', "
                                       "'/usr/lib/pwned', '/lib/x'):\n    try:\n "
                                       "       open(p, 'w').write('x'); print('WROTE', p)\n    "
                                       "except OSError as e: print(p, e.errno)",
                                       look=shows(never=("WROTE",))),
    # Shared memory is a part of its own folder; the machine's is looked at before and after.
    tries("writes into shared memory", "open('/dev/shm/pwned', 'w').write('x')\n"
                                       "print('OWN', os.path.realpath('/dev/shm') != '/dev/shm')",
                                       look=shows("OWN True")),
    tries("the environment", "print(dict(os.environ))\nimport ctypes\nenviron = "
                             "ctypes.POINTER(ctypes.c_char_p).in_dll(ctypes.CDLL(None), "
                             "'environ')\nprint([environ[i] for i in range(8) if environ[i]])\n"
                             "print(sys.argv, sys.orig_argv)", look=shows("student",
                             never=("CANARY",))),
    tries("/proc", "for p in ('/proc/1/environ', '/proc/self/mem', '/proc/self/maps', "
                   "'/proc/1/cmdline', '/proc/kcore', '/proc/self/fd/3', '/proc/mounts'): read(p)\n"
                   "print(os.listdir('/'))", look=shows(never=("'proc'",))),
    tries("/sys and devices", "for p in ('/sys/kernel/uevent_helper', '/sys/class/net/lo/address', "
                              "'/dev/mem', '/dev/kmsg', '/dev/sda', '/dev/vda', '/dev/tty', "
                              "'/dev/ptmx'): read(p)\nprint(os.listdir('/dev'))",
                              look=shows("urandom", never=("vda'", "tty'"))),
    tries("inherited descriptors", "found = []\nfor fd in range(3, 2000):\n    try:\n        "
                                   "import stat; found.append((fd, "
                                   "stat.S_IFMT(os.fstat(fd).st_mode) == stat.S_IFSOCK))\n    "
                                   "except OSError: pass\nprint('FOUND', found)",
                                   look=shows("FOUND [(3, True)]")),
    tries("memory inherited by the fork", "import gc, ctypes\nhits = []\nfor o in "
                                          "gc.get_objects():\n    t = type(o).__module__\n    if "
                                          "t.startswith('autograder'): hits.append(t)\n"
                                          "print('HITS', hits)\nprint([m for m in sys.modules if "
                                          "m.startswith('autograder')])\nimport mmap",
                                          look=shows("HITS []", "['autograder', 'autograder.checking']")),
    tries("the references' sources", "import importlib, importlib.util\nfor n in "
                                     "('autograder.exercises', 'autograder.exercises.ch02', "
                                     "'autograder.checking', 'autograder.grading', "
                                     "'nbgrader.api'):\n    try: print(n, "
                                     "importlib.util.find_spec(n))\n    except Exception as e: "
                                     "print(n, type(e).__name__)\nimport nnkit\nup = "
                                     "os.path.dirname(os.path.dirname(nnkit.__file__))\nprint([n "
                                     "for n in ('autograder', 'solutions', 'chapters', 'tests', "
                                     "'.git', 'course') if os.path.exists(os.path.join(up, n)) and os.listdir(os.path.join(up, n))] and 'LEAK')", look=shows(never=("LEAK",))),
    Attack("In, Out and history while a test runs", (2, 3), softmax="def softmax(z):\n    "
                                                                    "print(get_ipython().user_ns['In'][-3:], get_ipython().history_manager.input_hist_raw[-1])\n    e = np.exp(z - z.max(axis=-1, keepdims=True))\n    return e / e.sum(axis=-1, keepdims=True)", last="print(In)"),
    Attack("frames of the caller", (2, 3), softmax="found = []\ndef softmax(z):\n    f = "
                                                   "sys._getframe()\n    while f: "
                                                   "found.append((f.f_code.co_filename, "
                                                   "sorted(f.f_locals))); f = f.f_back\n    e = "
                                                   "np.exp(z - z.max(axis=-1, keepdims=True))\n    "
                                                   "return e / e.sum(axis=-1, keepdims=True)",
                                                   last="print([(a.split('/')[-1], b) for a, b in found if 'want' in str(b) or 'expected' in str(b) or 'reference' in str(b)] or 'NOTHING')",
           look=lambda nb, result: _last(nb, "NOTHING")),
    Attack("settrace for expected values", (2, 3), first="seen = set()\ndef tracer(frame, event, "
                                                         "arg):\n    seen.update(frame.f_locals); "
                                                         "return tracer\nimport threading\n"
                                                         "threading.settrace(tracer)",
                                                         softmax="def softmax(z):\n    sys.settrace(tracer)\n    e = np.exp(z - z.max(axis=-1, keepdims=True))\n    return e / e.sum(axis=-1, keepdims=True)", last="sys.settrace(None); print(sorted(n for n in seen if n in ('want', 'expected', 'reference', 'secret', 'probes')) or 'NOTHING')",
           look=lambda nb, result: _last(nb, "NOTHING")),
    tries("ptrace and memory of other processes", "import ctypes\nlibc = ctypes.CDLL(None, "
                                                  "use_errno=True)\nfor pid in (1, os.getppid(), "
                                                  "2, 3):\n    r = libc.ptrace(16, pid, 0, 0); "
                                                  "print('ptrace', pid, r, ctypes.get_errno())\nb "
                                                  "= ctypes.create_string_buffer(8)\nclass "
                                                  "I(ctypes.Structure): _fields_ = [('b', "
                                                  "ctypes.c_void_p), ('l', ctypes.c_size_t)]\nv = "
                                                  "I(ctypes.addressof(b), 8)\nprint('vm', "
                                                  "libc.process_vm_readv(1, ctypes.byref(v), 1, ctypes.byref(v), 1, 0), ctypes.get_errno())", look=shows("ptrace 1 -1 1", "vm -1 1")),
    tries("signals to other processes", "import signal\nfor pid in (0, -1, 2, os.getppid()):\n    "
                                        "try: os.kill(pid, 0); print('sent', pid)\n    except "
                                        "OSError as e: print('errno', e.errno)\nfor p in range(2, "
                                        "3000):\n    try: os.kill(p, 9); print('KILLED', p)\n    "
                                        "except OSError: pass", look=shows(never=("KILLED",))),
    tries("sockets of every family", "import socket\nfor f, a in ((socket.AF_INET, ('127.0.0.1', "
                                     "80)), (socket.AF_INET6, ('::1', 80)), (socket.AF_UNIX, "
                                     "'/run/x'), (socket.AF_UNIX, '\\0abstract'), "
                                     "(socket.AF_NETLINK, (0, 0)), (socket.AF_PACKET, ('lo', "
                                     "0))):\n    try:\n        s = socket.socket(f, "
                                     "socket.SOCK_STREAM if f != socket.AF_NETLINK else "
                                     "socket.SOCK_RAW); s.connect(a); print('OPEN', f)\n    except "
                                     "OSError as e: print(f, e.errno)\nimport urllib.request\ntry: "
                                     "urllib.request.urlopen('http://192.0.2.1', timeout=1); print('OPEN')\nexcept Exception as e: print(type(e).__name__)", look=shows("URLError", never=("OPEN",))),
    tries("symbolic and hard links", "for make in (os.symlink, os.link):\n    for target in "
                                     "('COURSE/gradebook.db', '/etc/shadow', '/proc/1/root'):\n    "
                                     "    try: make(target, 'l'); read('l')\n        except "
                                     "OSError as e: print(e.errno)\n        finally:\n            "
                                     "if os.path.lexists('l'): os.remove('l')\nos.symlink('/', "
                                     "'root')\nread('root' + 'COURSE/secret')\nread('../' * 9 + "
                                     "'COURSE/secret'.lstrip('/'))"),
    tries("setuid and capabilities", "for call in (lambda: os.setuid(0), lambda: os.setgid(0), "
                                     "lambda: os.setgroups([0]), lambda: os.setresuid(0, 0, 0), "
                                     "lambda: os.chroot('/'), lambda: os.sethostname('x') if "
                                     "hasattr(os, 'sethostname') else os.nice(-20), lambda: "
                                     "os.mknod('d', 0o60666, 0)):\n    try: call(); "
                                     "print('ALLOWED')\n    except OSError as e: print(e.errno)\n"
                                     "open('s', 'w').close(); os.chmod('s', 0o4755)\n"
                                     "print(os.getresuid())", look=shows(never=("ALLOWED",
                                     "(0, 0, 0)"))),
    tries("mounts and namespaces", "import ctypes\nlibc = ctypes.CDLL(None, use_errno=True)\nfor "
                                   "n, a in (('unshare', (0x10000000,)), ('unshare', (0x20000,)), "
                                   "('mount', (b'x', b'/tmp', b'tmpfs', 0, 0)), ('umount2', "
                                   "(b'/home/student', 2)), ('setns', (3, 0))):\n    print(n, "
                                   "getattr(libc, n)(*a), ctypes.get_errno())\nprint('clone', "
                                   "libc.syscall(56, 0x10000000 | 17, 0, 0, 0, 0), "
                                   "ctypes.get_errno())\nprint('keyctl', libc.syscall(250, 0, -3, "
                                   "1))\nprint('bpf', libc.syscall(321, 0, 0, 0))\n"
                                   "print('io_uring', libc.syscall(425, 8, 0))",
                                   look=shows("unshare -1 1", "mount -1 1", "umount2 -1 1",
                                   "clone -1 1", "keyctl -1", "bpf -1", "io_uring -1")),
    Attack("active content for the instructor's browser", (2, 3), first="from IPython.display "
                                                                        "import HTML, display, "
                                                                        "Javascript, SVG\n"
                                                                        "display(HTML('<script>alert(1)</script>'), HTML('<img src=x onerror=alert(1)>'), Javascript('alert(1)'), SVG('<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>'), HTML('<b>kept</b>'), HTML('<a href=\"javascript:alert(1)\">x</a>'))", softmax=SOFTMAX,
           look=lambda nb, result: _harmless(nb)),
]  # fmt: skip


def _last(nb, text: str) -> None:
    assert text in str(nb.cells[-1].outputs), str(nb.cells[-1].outputs)[:2000]


def _harmless(nb) -> None:
    data = [o.data for o in nb.cells[1].outputs if "data" in o]
    rich = str([{k: v for k, v in d.items() if k != "text/plain"} for d in data])
    assert "alert" not in rich
    assert "<b>kept</b>" in rich
