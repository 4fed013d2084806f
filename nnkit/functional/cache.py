"""A cache with more in it than its docstring shows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


class Cache(tuple):
    """The documented cache, a tuple, and `extra`: what forward has computed and backward needs too.

    A tuple, so that what it shows cannot be replaced while extra stays. A cache rebuilt from its
    entries, tuple(cache), [*cache] or a copy, has no extra: backward then computes it again from
    the entries, so the result is always that of the entries.
    """

    extra: Any

    def __new__(cls, entries: Iterable[Any], extra: Any) -> Cache:
        """Return the cache of the given entries."""
        self = tuple.__new__(cls, entries)
        self.extra = extra
        return self

    def __reduce__(self) -> tuple[type, tuple[tuple]]:
        """Return how to copy or pickle: as a plain tuple, since copies may be changed."""
        return tuple, (tuple(self),)


def extra_of(cache: Any) -> Any:
    """Return what forward put into the cache beyond its entries; None for a rebuilt cache."""
    return cache.extra if isinstance(cache, Cache) else None
