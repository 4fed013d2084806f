"""The trusted end of the jail: starts the pre-warmed process and asks it for one child a submission."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import socket
import subprocess
import sys
import sysconfig
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from autograder.grading.inside.channel import Channel
from autograder.grading.limits import Limits

INSIDE = Path(__file__).with_name("inside")
START_SECONDS = 120.0
# Threads would multiply with the workers; one each is what a class of notebooks needs.
ONE_THREAD = {
    f"{name}_NUM_THREADS": "1" for name in ("OPENBLAS", "OMP", "MKL", "NUMEXPR", "VECLIB_MAXIMUM")
}
HOME = "/home/student"


class JailError(Exception):
    """The jail cannot be built here; the message is a sentence for the instructor."""


class Connection:
    """A running child: a channel to it and the means to end it."""

    def __init__(self, channel: Channel, pid: int | None) -> None:
        self.channel = channel
        self.pid = pid


class JailPool:
    """The pre-warmed process of one worker, started when it is first needed, started again when it dies.

    hide: folders that the jail must not show even if they lie inside the Python installation (the
    course folder). Not for use by several submissions at a time; make one for each worker.
    """

    kind = "namespaces"

    def __init__(self, limits: Limits | None = None, hide: tuple[Path, ...] = ()) -> None:
        self.limits = limits or Limits()
        self.hide = hide
        self.process: subprocess.Popen | None = None
        self.control: socket.socket | None = None
        self.owner = os.getpid()
        self.lock = threading.RLock()
        self.serial = 0

    def start(self) -> None:
        """Start the pre-warmed process; JailError with the reason where that is impossible."""
        if self.process is not None and self.process.poll() is None and self.owner == os.getpid():
            return
        refuse_without_namespaces()
        self.owner = os.getpid()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = [sys.executable, "-I", str(INSIDE / "__main__.py"), "jail", str(theirs.fileno())]
        environment = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", **ONE_THREAD}
        null = subprocess.DEVNULL
        self.process = subprocess.Popen(
            command,
            stdin=null,
            stdout=null,
            stderr=null,
            env=environment,
            cwd="/",
            pass_fds=(theirs.fileno(),),
            start_new_session=True,
        )
        theirs.close()
        self.control = ours
        ours.settimeout(START_SECONDS)
        try:
            ours.send(json.dumps(self.configuration()).encode())
            answer = self._answer(0)
        except OSError as error:
            self.close()
            raise JailError(f"The jail's process could not be started: {error}.") from None
        if "error" in answer:
            self.close()
            raise JailError(explain(str(answer["error"])))

    def configuration(self) -> dict[str, Any]:
        """What the pre-warmed process needs to know."""
        limits = self.limits
        names = ("cpu_seconds", "address_space", "disk", "file_size", "open_files", "processes")
        return {
            "show": visible_paths(),
            "hide": hidden_paths(self.hide),
            "numbers": {name: getattr(limits, name) for name in names},
            "environment": {"HOME": HOME, "TMPDIR": f"{HOME}/tmp", "USER": "student", "PWD": HOME, "MPLCONFIGDIR": f"{HOME}/tmp",
                            "IPYTHONDIR": f"{HOME}/tmp", "MPLBACKEND": "module://matplotlib_inline.backend_inline",
                            "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "TQDM_DISABLE": "1", **ONE_THREAD},
        }  # fmt: skip

    def connect(self) -> Connection:
        """Fork a child for a submission (again); the one before is ended."""
        with self._locked():
            for attempt in (1, 2):
                self.start()
                assert self.control is not None
                ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
                limits = self.limits
                self.serial += 1
                request = {
                    "do": "spawn",
                    "serial": self.serial,
                    "message": limits.message,
                    "items": limits.items,
                    "depth": limits.depth,
                    "output": limits.output,
                }
                try:
                    socket.send_fds(self.control, [json.dumps(request).encode()], [theirs.fileno()])
                    pid = int(self._answer(self.serial)["pid"])
                except (OSError, KeyError, ValueError):
                    ours.close()
                    self.close()  # the pre-warmed process died, of memory perhaps: once more with a new one
                    if attempt == 2:
                        raise JailError(
                            "The jail's process ended twice while a submission was being started."
                        ) from None
                    continue
                finally:
                    theirs.close()
                return Connection(Channel(ours, limits.message + 65536), pid)
        raise AssertionError("unreachable")

    def kill(self, connection: Connection) -> None:
        """End the child and everything it started; returns when all of it is gone."""
        connection.channel.close()
        with self._locked():
            if self.control is None:
                return
            try:
                self.serial += 1
                self.control.send(json.dumps({"do": "kill", "serial": self.serial}).encode())
                self._answer(self.serial)
            except OSError:
                self.close()

    def interrupt(self, connection: Connection) -> None:
        """KeyboardInterrupt in the child."""
        with self._locked():
            if self.control is not None:
                try:
                    self.control.send(b'{"do": "interrupt"}')
                except OSError:
                    self.close()

    def close(self) -> None:
        """End the pre-warmed process, and with it whatever it started."""
        if self.control is not None:
            self.control.close()
            self.control = None
        if self.process is not None and self.owner == os.getpid():
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process = None

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        """One order at a time; a thread that was stopped while it held the lock does not keep it."""
        lock = self.lock
        if not lock.acquire(timeout=START_SECONDS):
            lock = self.lock = threading.RLock()
            lock.acquire()
        try:
            yield
        finally:
            lock.release()

    def __enter__(self) -> JailPool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        if self.control is not None:
            self.control.close()

    def _answer(self, serial: int) -> dict[str, Any]:
        """The answer to an order; those to orders that were given up are passed over."""
        assert self.control is not None
        while True:
            data = self.control.recv(65536)
            if not data:
                raise OSError("it ended without a word")
            answer = json.loads(data)
            if answer.get("serial", 0) == serial:
                return answer


class NoJail:
    """A plain process in a temporary folder, with resource limits where the system has them: no protection.

    For systems without namespaces, on the instructor's explicit word. Slower, since nothing is pre-warmed.
    """

    kind = "none"

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self.process: subprocess.Popen | None = None
        self.folder: tempfile.TemporaryDirectory | None = None

    def start(self) -> None:
        """Nothing to prepare."""

    def connect(self) -> Connection:
        """Start a process for a submission (again)."""
        self._end()
        self.folder = tempfile.TemporaryDirectory(prefix="submission-", ignore_cleanup_errors=True)
        server = socket.create_server(("127.0.0.1", 0))
        server.settimeout(START_SECONDS)
        token = os.urandom(16)
        home = self.folder.name
        keep = {
            k: os.environ[k]
            for k in ("PATH", "SYSTEMROOT", "LANG", "LD_LIBRARY_PATH")
            if k in os.environ
        }
        environment = {**keep, **ONE_THREAD, "HOME": home, "TMPDIR": home, "MPLBACKEND": "module://matplotlib_inline.backend_inline",
                       "TQDM_DISABLE": "1", "IPYTHONDIR": home}  # fmt: skip
        command = [
            sys.executable,
            "-I",
            str(INSIDE / "__main__.py"),
            "plain",
            str(server.getsockname()[1]),
        ]
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment,
            cwd=home,
            start_new_session=True,
        )
        limits = self.limits
        names = (
            "cpu_seconds",
            "address_space",
            "file_size",
            "open_files",
            "message",
            "items",
            "depth",
            "output",
        )
        assert self.process.stdin is not None
        self.process.stdin.write(
            json.dumps({"token": token.hex(), **{n: getattr(limits, n) for n in names}}).encode()
        )
        self.process.stdin.close()
        try:
            with server:
                deadline = time.monotonic() + START_SECONDS
                while time.monotonic() < deadline:
                    connection, _ = server.accept()
                    connection.settimeout(5)
                    if connection.recv(16, socket.MSG_WAITALL) == token:
                        return Connection(
                            Channel(connection, limits.message + 65536), self.process.pid
                        )
                    connection.close()
        except OSError:
            pass
        raise JailError("The process for the student's code could not be started.")

    def kill(self, connection: Connection) -> None:
        """End the process, and its process group where the system has such groups."""
        connection.channel.close()
        self._end()

    def interrupt(self, connection: Connection) -> None:
        """KeyboardInterrupt in the process."""
        import signal

        if self.process is not None and os.name == "posix":
            self.process.send_signal(signal.SIGINT)

    def close(self) -> None:
        """End everything."""
        self._end()

    def _end(self) -> None:
        import signal

        if self.process is not None:
            if os.name == "posix":
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(self.process.pid, signal.SIGKILL)
            self.process.kill()
            self.process.wait()
            self.process = None
        if self.folder is not None:
            self.folder.cleanup()
            self.folder = None

    def __enter__(self) -> NoJail:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def refuse_without_namespaces() -> None:
    """JailError where the system can have no jail."""
    if not sys.platform.startswith("linux"):
        raise JailError(
            f"Student code is run in a jail made of Linux namespaces, which {sys.platform} does not have. "
            "Grade on Linux (a virtual machine or WSL 2 will do), or give --jail none to run it without protection."
        )


def explain(error: str) -> str:
    """A sentence for an instructor from what the pre-warmed process said."""
    if "unshare" in error or "uid_map" in error or "mount" in error or "pivot_root" in error:
        return (
            f"Student code is run in a jail made of Linux namespaces, and this system does not allow them ({error}). "
            "Containers and some distributions switch them off for ordinary users (kernel.unprivileged_userns_clone, "
            "kernel.apparmor_restrict_unprivileged_userns, docker's seccomp profile). "
            "Allow them, or give --jail none to run it without protection."
        )
    return f"The jail could not be started: {error}"


def visible_paths() -> list[str]:
    """The folders that Python and its libraries need, and no other."""
    found = {
        "/lib",
        "/lib64",
        "/lib32",
        "/usr/lib",
        "/usr/lib64",
        "/usr/share/fonts",
        "/usr/share/zoneinfo",
    }
    for name in ("stdlib", "platstdlib", "purelib", "platlib"):
        found.add(sysconfig.get_paths()[name])
    # Compiled libraries lie beside the standard library, in .../lib.
    found.add(os.path.dirname(sysconfig.get_paths()["stdlib"]))
    spec = importlib.util.find_spec("nnkit")
    if spec is not None and spec.submodule_search_locations:
        found.add(str(Path(next(iter(spec.submodule_search_locations))).resolve()))
    chosen: list[str] = []
    for path in sorted(found):
        real = os.path.realpath(path)
        for candidate in {path, real}:
            if os.path.lexists(candidate) and not any(
                inside(candidate, other) for other in chosen if not os.path.islink(other)
            ):
                chosen.append(candidate)
    return chosen


def hidden_paths(more: tuple[Path, ...]) -> list[str]:
    """Where the autograder itself and the course would be seen."""
    package = str(Path(__file__).resolve().parents[1])
    return [package, *(str(Path(p).resolve()) for p in more)]


def inside(path: str, folder: str) -> bool:
    """Whether a path lies in a folder."""
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def memory_in_use(pid: int) -> int:
    """Resident bytes of a process and all that descend from it; 0 where that cannot be read."""
    total, waiting, page = (
        0,
        [pid],
        4096 if not hasattr(os, "sysconf") else os.sysconf("SC_PAGE_SIZE"),
    )
    seen = 0
    while waiting and seen < 500:
        one = waiting.pop()
        seen += 1
        try:
            with open(f"/proc/{one}/statm", "rb") as file:
                _, resident, shared, *_ = map(int, file.read().split())
            total += (resident - shared) * page
            for task in os.listdir(f"/proc/{one}/task"):
                with open(f"/proc/{one}/task/{task}/children", "rb") as file:
                    waiting += map(int, file.read().split())
        except (OSError, ValueError):
            continue
    return total
