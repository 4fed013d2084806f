"""Whole messages over a stream socket, with deadlines. Both sides use it."""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Callable

_HEAD = struct.Struct("<I")
# A waiting thread returns to Python this often: it can be stopped there, and memory is looked at.
SLICE = 0.05


class Closed(Exception):
    """The other side is gone."""


class Late(Exception):
    """The deadline passed before a whole message was there."""


class Channel:
    """Sends and receives byte strings of at most `size` bytes."""

    def __init__(self, sock: socket.socket, size: int) -> None:
        self.sock = sock
        self.size = size
        self.buffer = bytearray()
        self.waits: float | None = -1.0

    def send(self, data: bytes, deadline: float | None = None) -> None:
        """Send one message. Closed or Late when that is impossible."""
        view = memoryview(_HEAD.pack(len(data)) + data)
        self._set_timeout(None if deadline is None else SLICE)
        while view:
            try:
                view = view[self.sock.send(view) :]
            except TimeoutError:
                if deadline is not None and time.monotonic() > deadline:
                    raise Late from None
            except OSError as error:
                raise Closed(str(error)) from None

    def receive(
        self, deadline: float | None = None, tick: Callable[[], None] | None = None
    ) -> bytes:
        """Return the next message.

        `tick` is called every SLICE seconds of waiting and may raise.
        """
        self._set_timeout(None if deadline is None else SLICE)
        self._fill(_HEAD.size, deadline, tick)
        (size,) = _HEAD.unpack_from(self.buffer)
        if size > self.size:
            raise Closed(
                f"a message of {size:,} bytes was announced; at most {self.size:,} are read"
            )
        self._fill(_HEAD.size + size, deadline, tick)
        data = bytes(self.buffer[_HEAD.size : _HEAD.size + size])
        del self.buffer[: _HEAD.size + size]
        return data

    def close(self) -> None:
        """Close the socket."""
        self.sock.close()

    def _set_timeout(self, seconds: float | None) -> None:
        """Set how long one system call may wait: forever, or a slice of the time."""
        if self.waits != seconds:
            self.waits = seconds
            try:
                self.sock.settimeout(seconds)
            except OSError as error:
                raise Closed(str(error)) from None

    def _fill(self, size: int, deadline: float | None, tick: Callable[[], None] | None) -> None:
        while len(self.buffer) < size:
            try:
                data = self.sock.recv(min(1 << 20, max(65536, size - len(self.buffer))))
            except TimeoutError:
                data = None
                if tick is not None:
                    tick()
            except OSError as error:
                raise Closed(str(error)) from None
            if data == b"":
                raise Closed("the process ended")
            self.buffer += data or b""
            if deadline is not None and len(self.buffer) < size and time.monotonic() > deadline:
                raise Late
