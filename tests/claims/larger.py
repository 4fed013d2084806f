"""A claim that one number exceeds another."""

from __future__ import annotations

from tests.claims.claim import Found


def larger(value: float, control: float) -> Found:
    """Return what was found: it holds where the value exceeds the control."""
    return Found(bool(value > control), float(value), float(control))
