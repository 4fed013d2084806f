"""Values as bytes. A byte says the kind, lengths and counts follow, then the content."""

from __future__ import annotations

from typing import Any

import numpy as np

from .mirror import Named
from .wireformat import (
    CODES,
    COMPLEX,
    FLOAT,
    GENERATORS,
    MAX_INT_BYTES,
    MAX_LABEL,
    Bounds,
    Unsendable,
    is_key,
    is_plain_dtype,
    tobytes,
    view,
)  # fmt: skip


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
            self._named(value, depth)
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
        """Write a count or an identity: seven bits a byte."""
        if n < 128:  # nearly always
            self.out.append(n)
            return
        while n > 127:
            self.out.append(n & 127 | 128)
            n >>= 7
        self.out.append(n)

    def chunk(self, data: bytes) -> None:
        """Write a length and as many bytes."""
        if len(data) > self.bounds.size:
            raise Unsendable(
                f"{len(data):,} bytes at once; at most {self.bounds.size:,} are passed on"
            )
        self.number(len(data))
        self.out += data

    def handle(self, value: Any) -> None:
        """Write a value that stays here, or goes back to its owner."""
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
        self.out += b"f" + FLOAT.pack(value)

    def _complex(self, value: complex, _depth: int) -> None:
        self.out += b"c" + COMPLEX.pack(value.real, value.imag)

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

    def _named(self, value: tuple, depth: int) -> None:
        """Write a namedtuple so that it comes back as itself: a backward reads it by names."""
        items = tuple(tuple.__iter__(value))
        if id(value) in self.mirror.proxy_idents:
            return self.handle(value)
        if type(value) is Named or not self.mirror.has_room(value):
            return self._tuple(items, depth)
        self.out += b"n"
        self.number(self.mirror.export(value)[1])
        self._tuple(items, depth)

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
        base = value if type(value) is np.ndarray else view(value, np.ndarray)
        code, native = CODES.get(base.dtype), base
        if code is None:
            if not is_plain_dtype(base.dtype):
                return self.handle(value)
            native = base.astype(base.dtype.newbyteorder("<"))
            code = CODES[native.dtype]
        if base.nbytes > self.bounds.size:
            raise Unsendable(
                f"an array of {base.nbytes:,} bytes; at most {self.bounds.size:,} are passed on"
            )
        if self._known(value, b"a"):
            return
        flags = base.flags
        column = flags.f_contiguous and not flags.c_contiguous
        self.out += code
        self.out.append(2 * column + (not flags.writeable))
        self.number(base.ndim)
        for n in base.shape:
            self.number(n)
        data = tobytes(native, order="F" if column else "C")
        self.number(len(data))
        self.out += data
        self.mirror.settle(value, 1, None if column or native is not base else data)

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
    type(None): Writer._constant, bool: Writer._constant, type(...): Writer._constant,
    int: Writer._int,
    float: Writer._float, complex: Writer._complex, str: Writer._str, bytes: Writer._bytes,
    tuple: Writer._tuple, list: Writer._list, dict: Writer._dict, set: Writer._set,
    frozenset: Writer._set, slice: Writer._slice, np.ndarray: Writer._array,
    np.random.Generator: Writer._generator,
}  # fmt: skip
