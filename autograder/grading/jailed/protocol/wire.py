"""Messages without pickle: what student code sends is numbers, texts and containers.

What is not plain stays where it is and crosses as a handle, a number that only its owner can
resolve. Lists, dicts, arrays and random generators have an identity (see mirror.py): the same
object sent twice arrives as the same object, and changes in place travel with the next message.
"""

from __future__ import annotations

from typing import Any

from .reader import Reader
from .wireformat import Bounds, Unsendable, WireError, from_bytes, to_bytes
from .writer import Writer


def pack(parts: tuple, mirror: Any, bounds: Bounds) -> bytes:
    """Return one message: its parts, then the mirrored objects that changed since the last one."""
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
    """Return the parts of a message and update changed objects; WireError for anything else."""
    if len(data) > bounds.size + 1024:
        raise WireError(f"a message of {len(data):,} bytes")
    reader = Reader(data, mirror, bounds)
    parts = tuple(reader.get() for _ in range(reader.number(64)))
    for _ in range(reader.count()):
        reader.get()
    reader.end()
    mirror.weigh(bounds.items)
    return parts


__all__ = ["Bounds", "Unsendable", "WireError", "from_bytes", "pack", "to_bytes", "unpack"]
