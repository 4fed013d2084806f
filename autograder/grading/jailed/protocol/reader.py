"""Bytes as values: exact built-in types and numeric arrays are rebuilt and nothing else.

Every length is checked before it is believed, so that any sequence of bytes gives a value or raises
WireError.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .wireformat import (
    CODES,
    COMPLEX,
    FLOAT,
    GENERATORS,
    MAX_INT_BYTES,
    MAX_LABEL,
    Bounds,
    WireError,
    is_key,
)  # fmt: skip


class Reader:
    """Decodes what a Writer wrote; every other input raises WireError."""

    def __init__(self, data: bytes, mirror: Any, bounds: Bounds) -> None:
        self.data = data
        self.at = 0
        self.mirror = mirror
        self.bounds = bounds
        self.left = bounds.items

    def get(self, depth: int = 0) -> Any:
        """Return the next value."""
        self.left -= 1
        if self.left < 0:
            raise WireError(f"more than {self.bounds.items:,} values")
        if depth > self.bounds.depth:
            raise WireError(f"nested more than {self.bounds.depth} deep")
        at = self.at
        read = _READERS.get(self.data[at]) if at < len(self.data) else None
        if read is None:
            raise WireError(f"unknown kind {self.data[at : at + 1]!r} at byte {at}")
        self.at = at + 1
        return read(self, depth)

    def end(self) -> None:
        """Refuse what follows."""
        if self.at != len(self.data):
            raise WireError(f"{len(self.data) - self.at} bytes follow the message")

    def spend(self, weight: int) -> None:
        """Count values, shared ones each time: small messages must not unfold into huge ones."""
        self.left -= weight
        if self.left < 0:
            raise WireError(f"more than {self.bounds.items:,} values")

    def take(self, n: int) -> bytes:
        """Return the next n bytes."""
        if n < 0 or self.at + n > len(self.data):
            raise WireError("the message ends too early")
        self.at += n
        return self.data[self.at - n : self.at]

    def number(self, most: int = 2**62) -> int:
        """Return a count or an identity."""
        value, data, at = 0, self.data, self.at
        if at < len(data) and data[at] < 128 and data[at] <= most:  # nearly always
            self.at = at + 1
            return data[at]
        for shift in range(0, 63, 7):
            if at >= len(data):
                raise WireError("the message ends too early")
            byte = data[at]
            at += 1
            value |= (byte & 127) << shift
            if byte < 128:
                if value > most:
                    raise WireError(f"the number {value} where at most {most} is possible")
                self.at = at
                return value
        raise WireError("a number of more than 63 bits")

    def count(self) -> int:
        """Return a number of values that follow; each takes a byte at least."""
        return self.number(min(self.left, len(self.data) - self.at))

    def text(self) -> str:
        """Return a length and UTF-8."""
        try:
            return self.take(self.number()).decode("utf-8", "surrogatepass")
        except UnicodeDecodeError as error:
            raise WireError(f"text that is not UTF-8: {error.reason}") from None

    def _int(self, _depth: int) -> int:
        return int.from_bytes(self.take(self.number(MAX_INT_BYTES)), "little", signed=True)

    def _complex(self, _depth: int) -> complex:
        return complex(*COMPLEX.unpack(self.take(16)))

    def _tuple(self, depth: int) -> tuple:
        return tuple([self.get(depth + 1) for _ in range(self.count())])

    def _named(self, depth: int) -> tuple:
        ident, kind = self.number(), self.take(1)
        if kind != b"t":
            raise WireError("a namedtuple without values")
        return self.mirror.named(ident, self._tuple(depth))

    def _keys(self, depth: int) -> list:
        return [self.key(depth + 1) for _ in range(self.count())]

    def _slice(self, depth: int) -> slice:
        parts = [self.get(depth + 1) for _ in range(3)]
        if not all(p is None or type(p) is int for p in parts):
            raise WireError("a slice of something else than whole numbers")
        return slice(*parts)

    def key(self, depth: int) -> Any:
        """Return a value that can be a key."""
        value = self.get(depth)
        if not is_key(value):
            raise WireError("a key that is neither a number nor a text")
        return value

    def _list(self, depth: int) -> list:
        ident, before = self.number(), self.left
        items = [self.get(depth + 1) for _ in range(self.count())]
        return self.mirror.receive(ident, list, items, before - self.left)

    def _dict(self, depth: int) -> dict:
        ident, before = self.number(), self.left
        pairs = [(self.key(depth + 1), self.get(depth + 1)) for _ in range(self.count())]
        return self.mirror.receive(ident, dict, dict(pairs), before - self.left)

    def _dtype(self) -> np.dtype:
        name = self.take(4)
        dtype = _DTYPES.get(name)
        if dtype is None:
            raise WireError(f"the dtype {name.decode('latin-1').rstrip()!r}")
        return dtype

    def _array(self, _depth: int) -> np.ndarray:
        ident, dtype, flags = self.number(), self._dtype(), self.take(1)[0]
        if flags > 3:
            raise WireError(f"unknown array flags {flags}")
        shape = tuple([self.number(2**40) for _ in range(self.number(32))])
        data = self.take(self.number())
        size = dtype.itemsize
        for n in shape:
            size *= n
        if size != len(data):
            raise WireError(f"an array of shape {shape} and {dtype} with {len(data)} bytes")
        column = bool(flags & 2)
        try:
            array = np.frombuffer(bytearray(data), dtype).reshape(
                shape, order="F" if column else "C"
            )
        except ValueError as error:
            raise WireError(f"an impossible array: {error}") from None
        if 0 in shape:
            array = np.zeros(shape, dtype)
        if flags & 1:
            array.flags.writeable = False
        return self.mirror.receive(ident, np.ndarray, array, 1, None if column else data)

    def _scalar(self, _depth: int) -> np.generic:
        dtype = self._dtype()
        return np.frombuffer(self.take(dtype.itemsize), dtype)[0]

    def _generator(self, depth: int) -> np.random.Generator:
        ident, name = self.number(), self.text()
        if name not in GENERATORS:
            raise WireError(f"the random generator {name!r}")
        parts = [self.get(depth + 1) for _ in range(4)]
        tops = (2**128, 2**128, 2, 2**32)
        if not all(type(p) is int and 0 <= p < top for p, top in zip(parts, tops, strict=True)):
            raise WireError("an impossible generator state")
        state = {"bit_generator": name, "state": {"state": parts[0], "inc": parts[1]},
                 "has_uint32": parts[2], "uinteger": parts[3]}  # fmt: skip
        return self.mirror.receive(ident, np.random.Generator, state, 1)

    def _back(self, _depth: int) -> Any:
        value, weight = self.mirror.recall(self.number())
        self.spend(weight)
        return value

    def _theirs(self, _depth: int) -> Any:
        ident, kind, label = self.number(), self.take(1).decode("latin-1"), self.text()
        if len(label) > MAX_LABEL or kind not in "fkio":
            raise WireError("a malformed handle")
        return self.mirror.proxy(ident, kind, label)

    def _mine(self, _depth: int) -> Any:
        return self.mirror.resolve(self.number())


_DTYPES = {code: dtype for dtype, code in CODES.items()}
_READERS: dict[int, Any] = {ord(kind): read for kind, read in {
    b"N": lambda r, d: None, b"T": lambda r, d: True, b"F": lambda r, d: False, b"E": lambda r,
    d: ...,
    b"i": Reader._int, b"f": lambda r, d: FLOAT.unpack(r.take(8))[0], b"c": Reader._complex,
    b"s": lambda r, d: r.text(), b"b": lambda r, d: r.take(r.number()), b"t": Reader._tuple,
    b"S": lambda r, d: set(r._keys(d)), b"Z": lambda r, d: frozenset(r._keys(d)),
    b"r": Reader._slice,
    b"l": Reader._list, b"d": Reader._dict, b"a": Reader._array, b"g": Reader._scalar,
    b"R": Reader._generator, b"p": Reader._back, b"h": Reader._theirs, b"H": Reader._mine,
    b"n": Reader._named,
}.items()}  # fmt: skip
