"""Values as bytes, and back, without pickle: what student code sends is numbers, texts and containers.

A byte says the kind, lengths and counts follow, then the content. The reader rebuilds exact built-in
types and numeric arrays and nothing else; it checks every length before it believes it, so that any
sequence of bytes either gives a value or raises WireError. What is not plain stays where it is and
crosses as a handle, a number that only its owner can resolve.

Lists, dicts, arrays and random generators have an identity (see mirror.py): the same object sent
twice arrives as the same object, and changes in place travel with the next message.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any

import numpy as np

MAX_INT_BYTES = 256
MAX_LABEL = 80
DTYPES = frozenset(
    [
        "|b1",
        "|i1",
        "|u1",
        "<i2",
        "<i4",
        "<i8",
        "<u2",
        "<u4",
        "<u8",
        "<f2",
        "<f4",
        "<f8",
        "<f16",
        "<c8",
        "<c16",
        "<c32",
    ]
)
# The state of these two is two numbers; nothing in it can send the generator astray.
GENERATORS = {"PCG64": np.random.PCG64, "PCG64DXSM": np.random.PCG64DXSM}

# Kept from before any student code: a patched ndarray does not change what is sent.
tobytes, view = np.ndarray.tobytes, np.ndarray.view
_FLOAT, _COMPLEX = struct.Struct("<d"), struct.Struct("<dd")


class WireError(Exception):
    """The other side sent something that is no message; the text names what."""


class Unsendable(Exception):
    """A value cannot be sent; the text says why, in words for a student."""


@dataclass(frozen=True)
class Bounds:
    """Limits of one message: bytes, values in it (shared ones counted each time), nesting."""

    size: int = 64 * 1024 * 1024
    items: int = 500_000
    depth: int = 32


def is_plain_dtype(dtype: np.dtype) -> bool:
    """Whether arrays of this dtype travel by value."""
    return dtype.kind in "biufc" and dtype.newbyteorder("<").str in DTYPES


class Writer:
    """Encodes values into `out`; objects that are not plain go through `mirror.export`."""

    def __init__(self, mirror: Any, bounds: Bounds) -> None:
        self.out = bytearray()
        self.mirror = mirror
        self.bounds = bounds
        self.open: set[int] = set()
        self.sent: set[int] = set()
        self.fresh: set[int] = set()
        self.left = bounds.items

    def put(self, value: Any, depth: int = 0) -> None:
        """Append one value."""
        self.left -= 1
        if self.left < 0:
            raise Unsendable(f"more than {self.bounds.items:,} values at once")
        if depth > self.bounds.depth:
            raise Unsendable(f"containers nested more than {self.bounds.depth} deep")
        write = _WRITERS.get(type(value))
        if write is not None:
            write(self, value, depth)
        elif isinstance(value, np.ndarray) and is_plain_dtype(view(value, np.ndarray).dtype):
            self._array(value, depth)
        elif isinstance(value, np.generic):
            self._scalar(value, depth)
        elif isinstance(value, tuple) and hasattr(type(value), "_fields"):
            self._tuple(tuple(tuple.__iter__(value)), depth)
        elif isinstance(value, dict) and type(value).__name__ in (
            "OrderedDict",
            "defaultdict",
            "Counter",
        ):
            self._dict(value, depth)
        else:
            self.handle(value)
        if len(self.out) > self.bounds.size:
            raise Unsendable(f"more than {self.bounds.size:,} bytes at once")

    def number(self, n: int) -> None:
        """A count or an identity: seven bits a byte."""
        while n > 127:
            self.out.append(n & 127 | 128)
            n >>= 7
        self.out.append(n)

    def chunk(self, data: bytes) -> None:
        """A length and as many bytes."""
        if len(data) > self.bounds.size:
            raise Unsendable(
                f"{len(data):,} bytes at once; at most {self.bounds.size:,} are passed on"
            )
        self.number(len(data))
        self.out += data

    def handle(self, value: Any) -> None:
        """A value that stays here, or goes back to its owner."""
        mine, ident, kind, label = self.mirror.export(value)
        self.out += b"h" if mine else b"H"
        self.number(ident)
        if mine:
            self.out += kind.encode()
            self.chunk(label[:MAX_LABEL].encode("utf-8", "replace"))

    def _constant(self, value: Any, _depth: int) -> None:
        self.out += {None: b"N", True: b"T", False: b"F", ...: b"E"}[value]

    def _int(self, value: int, _depth: int) -> None:
        size = value.bit_length() // 8 + 1
        if size > MAX_INT_BYTES:
            raise Unsendable(f"a whole number of {value.bit_length():,} bits")
        self.out += b"i"
        self.chunk(value.to_bytes(size, "little", signed=True))

    def _float(self, value: float, _depth: int) -> None:
        self.out += b"f" + _FLOAT.pack(value)

    def _complex(self, value: complex, _depth: int) -> None:
        self.out += b"c" + _COMPLEX.pack(value.real, value.imag)

    def fits(self, count: int) -> None:
        """Refuse a large container before any time is spent on it."""
        if count > self.left:
            raise Unsendable(
                f"a container of {count:,} values; at most {self.bounds.items:,} are passed on"
            )

    def _str(self, value: str, _depth: int) -> None:
        if len(value) > self.bounds.size:
            raise Unsendable(f"a text of {len(value):,} characters")
        self.out += b"s"
        self.chunk(value.encode("utf-8", "surrogatepass"))

    def _bytes(self, value: bytes, _depth: int) -> None:
        self.out += b"b"
        self.chunk(value)

    def _tuple(self, value: tuple, depth: int) -> None:
        self.fits(len(value))
        self.out += b"t"
        self.number(len(value))
        for item in value:
            self.put(item, depth + 1)

    def _set(self, value: Any, depth: int) -> None:
        self.fits(len(value))
        if not all(is_key(item) for item in value):
            return self.handle(value)
        self.out += b"S" if type(value) is set else b"Z"
        self.number(len(value))
        for item in value:
            self.put(item, depth + 1)

    def _slice(self, value: slice, depth: int) -> None:
        self.out += b"r"
        for item in (value.start, value.stop, value.step):
            self.put(item, depth + 1)

    def _known(self, value: Any, tag: bytes) -> bool:
        """Write the identity; True when the other side needs no content."""
        ident, changed, fresh = self.mirror.identify(value)
        if fresh:
            self.fresh.add(ident)
        if id(value) in self.open:
            raise Unsendable("a container that contains itself")
        if ident in self.sent or not changed:
            self.out += b"p"
            self.number(ident)
            self.left -= self.mirror.weight(ident)
            return True
        self.sent.add(ident)
        self.out += tag
        self.number(ident)
        return False

    def _list(self, value: list, depth: int) -> None:
        self.fits(len(value))
        if self._known(value, b"l"):
            return
        self.open.add(id(value))
        before = self.left
        self.number(len(value))
        for item in list(value):
            self.put(item, depth + 1)
        self.open.discard(id(value))
        self.mirror.settle(value, before - self.left)

    def _dict(self, value: dict, depth: int) -> None:
        self.fits(len(value))
        pairs = list(dict.items(value))
        if not all(is_key(key) for key, _ in pairs):
            return self.handle(value)
        if self._known(value, b"d"):
            return
        self.open.add(id(value))
        before = self.left
        self.number(len(pairs))
        for key, item in pairs:
            self.put(key, depth + 1)
            self.put(item, depth + 1)
        self.open.discard(id(value))
        self.mirror.settle(value, before - self.left)

    def _array(self, value: np.ndarray, _depth: int) -> None:
        # A subclass cannot change what is sent either.
        base = view(value, np.ndarray)
        if not is_plain_dtype(base.dtype):
            return self.handle(value)
        if base.nbytes > self.bounds.size:
            raise Unsendable(
                f"an array of {base.nbytes:,} bytes; at most {self.bounds.size:,} are passed on"
            )
        if self._known(value, b"a"):
            return
        native = base.astype(base.dtype.newbyteorder("<"), copy=False)
        column = native.flags.f_contiguous and not native.flags.c_contiguous
        self.out += native.dtype.str.encode().ljust(4)
        self.out.append(2 * column + (not base.flags.writeable))
        self.number(base.ndim)
        for n in base.shape:
            self.number(n)
        self.chunk(tobytes(native, order="F" if column else "C"))
        self.mirror.settle(value, 1)

    def _scalar(self, value: np.generic, depth: int) -> None:
        if isinstance(value, np.str_):
            return self._str(str.__str__(value), depth)
        if type(value).__module__ != "numpy" or not is_plain_dtype(value.dtype):
            return self.handle(value)
        native = np.asarray(value).astype(value.dtype.newbyteorder("<"), copy=False)
        self.out += b"g" + native.dtype.str.encode().ljust(4) + native.tobytes()

    def _generator(self, value: np.random.Generator, depth: int) -> None:
        name = type(value.bit_generator).__name__
        if name not in GENERATORS:
            return self.handle(value)
        if self._known(value, b"R"):
            return
        state: Any = value.bit_generator.state
        self.chunk(name.encode())
        for part in (
            state["state"]["state"],
            state["state"]["inc"],
            state["has_uint32"],
            state["uinteger"],
        ):
            self.put(int(part), depth + 1)
        self.mirror.settle(value, 1)


_WRITERS: dict[type, Any] = {
    type(None): Writer._constant, bool: Writer._constant, type(...): Writer._constant, int: Writer._int,
    float: Writer._float, complex: Writer._complex, str: Writer._str, bytes: Writer._bytes,
    tuple: Writer._tuple, list: Writer._list, dict: Writer._dict, set: Writer._set,
    frozenset: Writer._set, slice: Writer._slice, np.ndarray: Writer._array,
    np.random.Generator: Writer._generator,
}  # fmt: skip


def is_key(value: Any) -> bool:
    """Whether a value may be a dict key or an element of a set on the wire."""
    kind = type(value)
    if kind is tuple:
        return len(value) <= 16 and all(is_key(item) for item in value)
    return value is None or kind in (bool, int, float, str, bytes)


class Reader:
    """Decodes what a Writer wrote; every other input raises WireError."""

    def __init__(self, data: bytes, mirror: Any, bounds: Bounds) -> None:
        self.data = data
        self.at = 0
        self.mirror = mirror
        self.bounds = bounds
        self.left = bounds.items

    def get(self, depth: int = 0) -> Any:
        """The next value."""
        self.spend(1)
        if depth > self.bounds.depth:
            raise WireError(f"nested more than {self.bounds.depth} deep")
        read = _READERS.get(self.take(1))
        if read is None:
            raise WireError(
                f"unknown kind {self.data[self.at - 1 : self.at]!r} at byte {self.at - 1}"
            )
        return read(self, depth)

    def end(self) -> None:
        """Nothing may follow."""
        if self.at != len(self.data):
            raise WireError(f"{len(self.data) - self.at} bytes follow the message")

    def spend(self, weight: int) -> None:
        """Count values, shared ones each time: small messages must not unfold into huge ones."""
        self.left -= weight
        if self.left < 0:
            raise WireError(f"more than {self.bounds.items:,} values")

    def take(self, n: int) -> bytes:
        """The next n bytes."""
        if n < 0 or self.at + n > len(self.data):
            raise WireError("the message ends too early")
        self.at += n
        return self.data[self.at - n : self.at]

    def number(self, most: int = 2**62) -> int:
        """A count or an identity."""
        value = 0
        for shift in range(0, 63, 7):
            byte = self.take(1)[0]
            value |= (byte & 127) << shift
            if byte < 128:
                if value > most:
                    raise WireError(f"the number {value} where at most {most} is possible")
                return value
        raise WireError("a number of more than 63 bits")

    def count(self) -> int:
        """A number of values that follow; each takes a byte at least."""
        return self.number(min(self.left, len(self.data) - self.at))

    def text(self) -> str:
        """A length and UTF-8."""
        try:
            return self.take(self.number()).decode("utf-8", "surrogatepass")
        except UnicodeDecodeError as error:
            raise WireError(f"text that is not UTF-8: {error.reason}") from None

    def _int(self, _depth: int) -> int:
        return int.from_bytes(self.take(self.number(MAX_INT_BYTES)), "little", signed=True)

    def _complex(self, _depth: int) -> complex:
        return complex(*_COMPLEX.unpack(self.take(16)))

    def _tuple(self, depth: int) -> tuple:
        return tuple(self.get(depth + 1) for _ in range(self.count()))

    def _keys(self, depth: int) -> list:
        return [self.key(depth + 1) for _ in range(self.count())]

    def _slice(self, depth: int) -> slice:
        parts = [self.get(depth + 1) for _ in range(3)]
        if not all(p is None or type(p) is int for p in parts):
            raise WireError("a slice of something else than whole numbers")
        return slice(*parts)

    def key(self, depth: int) -> Any:
        """A value that can be a key."""
        value = self.get(depth)
        if not is_key(value):
            raise WireError("a key that is no number or text")
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
        name = self.take(4).decode("latin-1").rstrip()
        if name not in DTYPES:
            raise WireError(f"the dtype {name!r}")
        return np.dtype(name)

    def _array(self, _depth: int) -> np.ndarray:
        ident, dtype, flags = self.number(), self._dtype(), self.take(1)[0]
        if flags > 3:
            raise WireError(f"unknown array flags {flags}")
        shape = tuple(self.number(2**40) for _ in range(self.number(32)))
        data = self.take(self.number())
        size = dtype.itemsize
        for n in shape:
            size *= n
        if size != len(data):
            raise WireError(f"an array of shape {shape} and {dtype} with {len(data)} bytes")
        try:
            array = np.frombuffer(bytearray(data), dtype).reshape(
                shape, order="F" if flags & 2 else "C"
            )
        except ValueError as error:
            raise WireError(f"an impossible array: {error}") from None
        if 0 in shape:
            array = np.zeros(shape, dtype)
        array.flags.writeable = not flags & 1
        return self.mirror.receive(ident, np.ndarray, array, 1)

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


_READERS: dict[bytes, Any] = {
    b"N": lambda r, d: None, b"T": lambda r, d: True, b"F": lambda r, d: False, b"E": lambda r, d: ...,
    b"i": Reader._int, b"f": lambda r, d: _FLOAT.unpack(r.take(8))[0], b"c": Reader._complex,
    b"s": lambda r, d: r.text(), b"b": lambda r, d: r.take(r.number()), b"t": Reader._tuple,
    b"S": lambda r, d: set(r._keys(d)), b"Z": lambda r, d: frozenset(r._keys(d)), b"r": Reader._slice,
    b"l": Reader._list, b"d": Reader._dict, b"a": Reader._array, b"g": Reader._scalar,
    b"R": Reader._generator, b"p": Reader._back, b"h": Reader._theirs, b"H": Reader._mine,
}  # fmt: skip


def pack(parts: tuple, mirror: Any, bounds: Bounds) -> bytes:
    """One message: its parts, then the mirrored objects that changed since they were last sent."""
    writer = Writer(mirror, bounds)
    try:
        writer.number(len(parts))
        for part in parts:
            writer.put(part)
        changed = mirror.changed(writer.sent)
        writer.number(len(changed))
        for value in changed:
            writer.put(value)
    except BaseException:
        mirror.unsend(writer.sent, writer.fresh)
        raise
    return bytes(writer.out)


def unpack(data: bytes, mirror: Any, bounds: Bounds) -> tuple:
    """The parts of a message; changed objects are updated in place. WireError for anything else."""
    if len(data) > bounds.size + 1024:
        raise WireError(f"a message of {len(data):,} bytes")
    reader = Reader(data, mirror, bounds)
    parts = tuple(reader.get() for _ in range(reader.number(64)))
    for _ in range(reader.count()):
        reader.get()
    reader.end()
    mirror.weigh(bounds.items)
    return parts
