"""Student code without a jail, on the instructor's explicit word."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable

from autograder.grading.jailed.protocol.channel import Channel
from autograder.grading.sandbox.jail import JAILED, START_SECONDS, Connection
from autograder.grading.sandbox.limits import Limits
from autograder.grading.sandbox.machine import JailError, last_words, not_started, package_paths
from autograder.threads import ONE_THREAD


class NoJail:
    """A plain process in a temporary folder, with resource limits where they exist: no protection.

    For systems without namespaces, on the instructor's explicit word. Slower, since nothing is
    pre-warmed.
    """

    kind = "none"

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self.process: subprocess.Popen | None = None
        self.folder: tempfile.TemporaryDirectory | None = None

    def start(self) -> None:
        """Do nothing: each submission starts a process of its own."""

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
            str(JAILED / "__main__.py"),
            "plain",
            str(server.getsockname()[1]),
            *package_paths(),
        ]
        said = tempfile.TemporaryFile()  # noqa: SIM115 - closed when the process is ready
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=said,
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
            "answer",
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
                        said.close()
                        return Connection(
                            Channel(connection, limits.answer + 65536), self.process.pid
                        )
                    connection.close()
        except OSError:
            pass
        words = last_words(said)
        said.close()
        raise JailError(not_started("it did not answer", words))

    def also_load(self, libraries: Iterable[str]) -> None:
        """Do nothing: each submission loads what it needs."""

    def kill(self, connection: Connection) -> None:
        """End the process, and its process group where the system has such groups."""
        connection.channel.close()
        self._end()

    def interrupt(self, connection: Connection) -> None:
        """KeyboardInterrupt in the process."""
        if self.process is not None and os.name == "posix":
            self.process.send_signal(signal.SIGINT)

    def close(self) -> None:
        """End everything."""
        self._end()

    def _end(self) -> None:
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
