"""What a cell shows, collected as a notebook stores it, and never more than it may show."""

from __future__ import annotations

import io
from typing import Any

CUT = "\n[output cut here: a cell may show {limit:,} bytes]\n"


class Outputs:
    """The outputs of the running cell."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.items: list[dict[str, Any]] = []
        self.left = limit
        self.clear_next = False
        self.muted = False  # while nobody sees what is shown: drawing it would take longest

    def start(self) -> None:
        """A new cell."""
        self.items, self.left, self.clear_next = [], self.limit, False

    def text(self, name: str, text: str) -> None:
        """Printed text; consecutive pieces of one stream are one output."""
        self._clear_if_asked()
        if self.left <= 0:
            return
        if len(text) > self.left:
            text = text[: self.left] + CUT.format(limit=self.limit)
        self.left -= len(text)
        last = self.items[-1] if self.items else None
        if last is not None and last["output_type"] == "stream" and last["name"] == name:
            last["text"].append(text)
        else:
            self.items.append({"output_type": "stream", "name": name, "text": [text]})

    def data(
        self, kind: str, bundle: dict[str, Any], metadata: dict[str, Any], **more: Any
    ) -> None:
        """Take a rich output; one that is too large is replaced by a sentence."""
        self._clear_if_asked()
        size = sum(
            len(str(k)) + len(v if isinstance(v, (str, bytes)) else repr(v))
            for k, v in bundle.items()
        )
        if size > self.left:
            self.text(
                "stdout",
                f"[an output of {size:,} bytes was left out: a cell may show {self.limit:,} "
                "bytes]\n",
            )
            return
        self.left -= size
        self.items.append({"output_type": kind, "data": bundle, "metadata": metadata, **more})

    def error(self, name: str, value: str, lines: list[str]) -> None:
        """Take an exception that ended the cell, even when the cell has shown too much."""
        self._clear_if_asked()
        lines = [str(line)[:20_000] for line in lines[-60:]]
        self.items.append(
            {
                "output_type": "error",
                "ename": name[:200],
                "evalue": value[:2000],
                "traceback": lines,
            }
        )

    def clear(self, wait: bool) -> None:
        """IPython.display.clear_output."""
        if wait:
            self.clear_next = True
        else:
            self.items = []

    def finished(self) -> list[dict[str, Any]]:
        """Return the outputs with the pieces of text joined."""
        for item in self.items:
            if item["output_type"] == "stream":
                item["text"] = "".join(item["text"])
        return self.items

    def _clear_if_asked(self) -> None:
        if self.clear_next:
            self.items, self.clear_next = [], False


class Stream(io.TextIOBase):
    """sys.stdout or sys.stderr: writes go to `sink(name, text)`."""

    encoding = "utf-8"  # type: ignore[assignment]
    errors = "replace"  # type: ignore[assignment]

    def __init__(self, name: str, sink: Any) -> None:
        self.name = name
        self.sink = sink

    def writable(self) -> bool:
        """True."""
        return True

    def isatty(self) -> bool:
        """False."""
        return False

    def write(self, text: str) -> int:
        """Pass text on."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self.sink(self.name, text)
        return len(text)

    def flush(self) -> None:
        """Do nothing: nothing is held back."""

    def fileno(self) -> int:
        """Return the descriptor of the process's own stream, as in Jupyter; it leads nowhere."""
        return 2 if self.name == "stderr" else 1


class Printed:
    """Collects what a graded function prints, up to a few thousand characters."""

    def __init__(self, most: int = 4000) -> None:
        self.most = most
        self.pieces: list[str] = []
        self.count = 0

    def write(self, _name: str, text: str) -> None:
        """Take a piece of text."""
        room = self.most - self.count
        if room > 0:
            self.pieces.append(text[:room])
        self.count += len(text)

    def take(self) -> tuple[str, int]:
        """(text, number of characters printed) since the last time."""
        found = "".join(self.pieces), self.count
        self.pieces, self.count = [], 0
        return found
