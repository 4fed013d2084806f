"""The jails of this process, by kind: made when first asked for, kept for the next submission."""

from __future__ import annotations

import atexit
from pathlib import Path

from autograder.grading.sandbox.jail import JailPool
from autograder.grading.sandbox.limits import Limits
from autograder.grading.sandbox.nojail import NoJail

_JAILS: dict[tuple, JailPool | NoJail] = {}


def jail_for(kind: str, limits: Limits, hide: tuple[str, ...]) -> JailPool | NoJail:
    """Return this process's jail of a kind; ValueError for an unknown kind."""
    key = (kind, limits, hide)
    if key not in _JAILS:
        if kind == "namespaces":
            _JAILS[key] = JailPool(limits, tuple(Path(path) for path in hide))
        elif kind == "none":
            _JAILS[key] = NoJail(limits)
        else:
            raise ValueError(f"jail is {kind!r}; expected 'namespaces' or 'none'")
    return _JAILS[key]


@atexit.register
def close_jails() -> None:
    """End this process's jails."""
    while _JAILS:
        _JAILS.popitem()[1].close()
