"""The pre-warmed process: what notebooks import is loaded once, each submission is a fork.

It is started by exec with a clean environment, so it inherits nothing of the grader's memory, and
it runs no student code itself. It reads one-packet JSON orders from its socket:

{"do": "spawn"} with a descriptor     fork; the child speaks to that descriptor; what it names of
                                      libraries is loaded before
{"do": "kill"}                        end the child and all it started
{"do": "interrupt"}                   SIGINT for the child
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import resource
import signal
import socket
import sys
import traceback
from typing import Any

from ..protocol.channel import Channel
from ..shell import DRAWING, draw_once, make_shell
from ..stub import install_stub
from . import kernel, namespaces

# What every notebook may need and is quick to load; what takes longer is named by an order.
PRELOAD = (
    "numpy", "numpy.testing", "numpy.linalg", "numpy.random", "tqdm", "nnkit", "nnkit.functional",
    "nnkit.layers", "nnkit.optim", "nnkit.train", "nnkit.init", "nnkit.data", "nnkit.gradcheck",
    "nnkit.graph", "nnkit.metrics", "IPython.display", "json", "time", "copy", "itertools",
    "functools", "collections", "dataclasses", "typing", "urllib.request", "multiprocessing",
)  # fmt: skip


class Zygote:
    """Serves one worker: at most one child at a time."""

    def __init__(self, control: socket.socket, config: dict[str, Any]) -> None:
        self.control = control
        self.config = config
        self.walls = namespaces.Walls(
            show=config["show"], hide=config["hide"], numbers=dict(config["numbers"])
        )
        self.child = 0
        self.tried: set[str] = set()

    def run(self) -> None:
        """Warm up, then follow orders until the socket is closed."""
        namespaces.enter_worker(self.walls)
        os.environ.update(self.config["environment"])
        os.chdir(namespaces.WORK)
        missing = preload(PRELOAD)
        shell = make_shell()
        install_stub()
        self.load(self.config["libraries"], shell)
        self.settle()
        os.dup2(1, 2)  # what is said from here on is a student's, and goes nowhere
        self.say({"ready": True, "missing": missing})
        while True:
            order, descriptors, _, _ = socket.recv_fds(self.control, 65536, 1)
            if not order:
                break
            request = json.loads(order)
            if request["do"] == "spawn":
                self.spawn(descriptors[0], request, shell)
            elif request["do"] == "kill":
                self.kill()
                self.say({"dead": True, "serial": request["serial"]})
            elif request["do"] == "interrupt" and self.child:
                os.kill(self.child, signal.SIGINT)
        self.kill()

    def load(self, libraries: list[str], shell: Any) -> None:
        """Load those of them that were not asked for before."""
        lacking = tuple(name for name in libraries if name not in self.tried)
        self.tried.update(lacking)
        preload(lacking)
        if DRAWING in lacking:
            draw_once(shell)

    def settle(self) -> None:
        """Let forks share what is loaded, and give them their allowance of memory on top."""
        gc.collect()
        gc.freeze()
        kernel.use_large_pages(os.open("self/maps", os.O_RDONLY, dir_fd=self.walls.proc))
        base = virtual_memory(self.walls.proc)
        self.walls.numbers["address_space"] = self.config["numbers"]["address_space"] + base

    def say(self, message: dict[str, Any]) -> None:
        """Answer the grader."""
        self.control.send(json.dumps(message).encode())

    def spawn(self, descriptor: int, request: dict[str, Any], shell: Any) -> None:
        """Fork a child that serves one submission on `descriptor`."""
        self.kill()
        if not self.tried.issuperset(request["libraries"]):
            # A process whose children belong to another namespace can start no thread.
            kernel.setns(self.walls.pids, kernel.CLONE_NEWPID)
            self.load(request["libraries"], shell)
            self.settle()
        namespaces.next_child_in_own_pids(self.walls)
        child = os.fork()
        if not child:
            try:
                self.control.close()
                os.dup2(descriptor, 3)
                become_student(self.walls, shell, request)
            except BaseException:
                with contextlib.suppress(BaseException):
                    os.write(3, b"\xff\xff\xff\xff" + traceback.format_exc().encode()[-4000:])
            finally:
                os._exit(70)
        os.close(descriptor)
        self.child = child
        self.say({"pid": host_pid(self.walls.proc, child), "serial": request["serial"]})

    def kill(self) -> None:
        """End the child; as the first process of its pid namespace it takes all others with it."""
        if self.child:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.child, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(self.child, 0)
            self.child = 0


def become_student(walls: namespaces.Walls, shell: Any, request: dict[str, Any]) -> None:
    """Live the child's life."""
    from ..agent import Agent

    namespaces.enter_submission(walls)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.path.insert(0, "")  # as in Jupyter: a student's own modules lie beside the notebook
    sock = socket.socket(fileno=3)
    Agent(Channel(sock, request["message"]), shell, request).serve_forever()


def preload(names: tuple[str, ...]) -> list[str]:
    """Import what notebooks import; the names that are not there."""
    missing = []
    for name in names:
        try:
            importlib.import_module(name)
        except Exception:
            missing.append(name)
    return missing


def host_pid(proc: int, child: int) -> int:
    """Return the child's number outside this pid namespace: the grader reads its memory there."""
    with contextlib.suppress(OSError, ValueError):
        own = os.readlink("self", dir_fd=proc)
        file = os.open(f"{own}/task/{own}/children", os.O_RDONLY, dir_fd=proc)
        try:
            return int(os.read(file, 200).split()[-1])
        finally:
            os.close(file)
    return 0


def virtual_memory(proc: int) -> int:
    """Bytes this process has mapped: student code gets its allowance on top."""
    file = os.open("self/statm", os.O_RDONLY, dir_fd=proc)
    try:
        return int(os.read(file, 200).split()[0]) * os.sysconf("SC_PAGE_SIZE")
    finally:
        os.close(file)


def main(descriptor: int) -> None:
    """Entry: the control socket's number; the configuration is its first packet."""
    control = socket.socket(fileno=descriptor)
    # The grader's own allowance of memory (usage.allowance_of_memory) is none of the jail's.
    most = resource.getrlimit(resource.RLIMIT_DATA)[1]
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    config = json.loads(control.recv(1 << 20))
    try:
        Zygote(control, config).run()
        os._exit(0)  # the grader waits for the end, and to take the libraries down takes a while
    except OSError as error:
        with contextlib.suppress(OSError):
            control.send(json.dumps({"error": str(error)}).encode())
        sys.exit(1)
    except BaseException:
        with contextlib.suppress(OSError):
            control.send(json.dumps({"error": traceback.format_exc()[-6000:]}).encode())
        raise
