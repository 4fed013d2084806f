"""The trusted end of the jail: starts the pre-warmed process, asks for a child a submission."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from autograder.grading.jailed.protocol.channel import Channel
from autograder.grading.sandbox.limits import Limits
from autograder.grading.sandbox.machine import (
    JailError,
    explain,
    hidden_paths,
    last_words,
    not_started,
    package_paths,
    refuse_without_namespaces,
    visible_paths,
)
from autograder.threads import ONE_THREAD

JAILED = Path(__file__).parents[1] / "jailed"
START_SECONDS = 120.0
HOME = "/home/student"


class Connection:
    """A running child: a channel to it and the means to end it."""

    def __init__(self, channel: Channel, pid: int | None) -> None:
        self.channel = channel
        self.pid = pid


class JailPool:
    """The pre-warmed process of one worker, started when first needed and again when it dies.

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
        self.libraries: set[str] = set()

    def also_load(self, libraries: Iterable[str]) -> None:
        """Load these into the pre-warmed process before the next child, unless they are there."""
        self.libraries.update(libraries)

    def start(self) -> None:
        """Start the pre-warmed process; JailError with the reason where that is impossible."""
        if self.process is not None and self.process.poll() is None and self.owner == os.getpid():
            return
        refuse_without_namespaces()
        self.owner = os.getpid()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = [sys.executable, "-I", str(JAILED / "__main__.py"), "jail", str(theirs.fileno())]
        command += package_paths()
        # By default each thread reserves 64 MiB of addresses for itself, of which the student
        # would soon have none left.
        arenas = {"MALLOC_ARENA_MAX": "1"}
        environment = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", **ONE_THREAD, **arenas}
        null = subprocess.DEVNULL
        said = tempfile.TemporaryFile()  # noqa: SIM115 - closed when the process is ready
        try:
            self.process = subprocess.Popen(
                command,
                stdin=null,
                stdout=null,
                stderr=said,
                env=environment,
                cwd="/",
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
            )
        except OSError as error:
            ours.close()
            said.close()
            raise JailError(not_started("", str(error))) from None
        finally:
            theirs.close()
        process, self.control = self.process, ours
        ours.settimeout(START_SECONDS)
        try:
            ours.send(json.dumps(self.configuration()).encode())
            answer = self._answer(0)
        except OSError as error:
            self.close()
            words = last_words(said)
            raise JailError(not_started(str(error), words, process.returncode)) from None
        finally:
            said.close()
        if "error" in answer:
            self.close()
            raise JailError(explain(str(answer["error"])))

    def configuration(self) -> dict[str, Any]:
        """Return what the pre-warmed process needs to know."""
        limits = self.limits
        names = ("cpu_seconds", "address_space", "disk", "file_size", "open_files", "processes")
        return {
            "show": visible_paths(),
            "hide": hidden_paths(self.hide),
            "numbers": {name: getattr(limits, name) for name in names},
            "libraries": sorted(self.libraries),
            "environment": {"HOME": HOME, "TMPDIR": f"{HOME}/tmp", "USER": "student",
            "PWD": f"{HOME}/notebook", "MPLCONFIGDIR": f"{HOME}/tmp",
                            "IPYTHONDIR": f"{HOME}/tmp", "MPLBACKEND": "module://matplotlib_inline.backend_inline",
                            "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "TQDM_DISABLE": "1",
                            **ONE_THREAD},
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
                    "answer": limits.answer,
                    "items": limits.items,
                    "depth": limits.depth,
                    "output": limits.output,
                    "libraries": sorted(self.libraries),
                }
                try:
                    socket.send_fds(self.control, [json.dumps(request).encode()], [theirs.fileno()])
                    pid = int(self._answer(self.serial)["pid"])
                except (OSError, KeyError, ValueError):
                    ours.close()
                    # the pre-warmed process died, of memory perhaps: once more with a new one
                    self.close()
                    if attempt == 2:
                        raise JailError(
                            "The jail's process ended twice while a submission was being started."
                        ) from None
                    continue
                finally:
                    theirs.close()
                return Connection(Channel(ours, limits.answer + 65536), pid)
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
        """Let one order through at a time.

        A thread that was stopped while it held the lock does not keep it.
        """
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
        """Return the answer to an order; those to orders that were given up are passed over."""
        assert self.control is not None
        while True:
            data = self.control.recv(65536)
            if not data:
                raise OSError("it ended without a word")
            answer = json.loads(data)
            if answer.get("serial", 0) == serial:
                return answer
