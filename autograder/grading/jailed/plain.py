"""The same agent in an ordinary process, for systems without namespaces: nothing is confined."""

from __future__ import annotations

import contextlib
import json
import signal
import socket
import sys

from .agent import Agent
from .protocol.channel import Channel
from .shell import draw_once, make_shell
from .stub import install_stub


def main(port: int) -> None:
    """Connect to the grader on this machine and serve one submission.

    The configuration is on stdin.
    """
    config = json.loads(sys.stdin.buffer.read())
    with contextlib.suppress(ImportError):
        limit(config)
    shell = make_shell()
    draw_once(shell)  # not for speed, as in the jail: no window may open
    install_stub()
    sys.path.insert(0, "")  # as in Jupyter: a student's own modules lie beside the notebook
    sock = socket.create_connection(("127.0.0.1", port))
    sock.sendall(bytes.fromhex(config["token"]))
    signal.signal(signal.SIGINT, signal.default_int_handler)
    Agent(Channel(sock, config["message"]), shell, config).serve_forever()


def limit(config: dict) -> None:
    """The resource limits the system has. ImportError where it has none."""
    import resource

    for name, kind in (
        ("cpu_seconds", "RLIMIT_CPU"),
        ("file_size", "RLIMIT_FSIZE"),
        ("open_files", "RLIMIT_NOFILE"),
    ):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(getattr(resource, kind), (config[name], config[name]))
    with contextlib.suppress(ValueError, OSError):
        # Addresses, not memory: the libraries alone map about half a gigabyte.
        most = config["address_space"] + (1 << 30)
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


__all__ = ["main"]
