"""Identities of the gradebook's new rows, in the order in which they are made."""

from __future__ import annotations

import os
import time

VERSION, VARIANT = 0x7 << 76, 0b10 << 62
RANDOM = (1 << 76) - 1 & ~(0b11 << 62)


def new_id() -> str:
    """Return a UUID of version 7 (RFC 9562, 5.7), 32 hexadecimal digits, as nbgrader's are.

    nbgrader draws its own at random, so that each new row goes to another page of an index: with
    10,000 submissions a row cost twice what the first ones did. These begin with the time and go to
    the end.
    """
    moment = time.time_ns() // 1_000_000
    drawn = int.from_bytes(os.urandom(10)) & RANDOM
    return f"{moment << 80 | VERSION | VARIANT | drawn:032x}"
