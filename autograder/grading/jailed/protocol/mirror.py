"""Objects that both sides know: the same identity here and there, changes in place carried over.

Local functions see the caller's own arrays: they may change them, return them, keep them. A value
copied through a wire loses that, and a check that looks for changed inputs would look in vain. So
each side keeps a table of the lists, dicts, arrays and generators that have crossed, with a copy of
what the other side last saw; what differs is sent along with the next message and written into the
other side's object. Identities made by the trusted side are even, those made in the jail are odd.

What it is for is that a check sees what it sees of local functions: inputs changed in place,
results overwritten by a later call (the clauses "inputs unchanged" and "repeatable"). That known
content is not sent again saves time where much of it goes back and forth: on the solutions of
chapter 5 the check cells take 1.91 s with everything sent again and 1.32 s as it is (1.45), in
chapters 3 and 4 the same (0.65 and 0.66 s, 0.42 and 0.39 s). Run benchmarks/messages.py to measure
again.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from .in_place import make_generator, memory, unchanged, update
from .wireformat import Unsendable, WireError, view

MAX_KNOWN = 20_000


class Named(tuple):
    """A namedtuple of the other side, its values here; handed back, it is that side's object."""

    _fields: tuple[str, ...] = ()


@dataclass
class Known:
    """An object that crossed: what the other side last saw of it, and its number of values."""

    value: Any
    seen: Any = None
    weight: int = 1


class Mirror:
    """One side's table.

    odd: 0 for the trusted side, 1 for the jail.
    make_proxy(ident, kind, label): what stands here for an object that stays on the other side.
    classify(value) -> (kind, label): what the other side may know of an object that stays here;
    kinds are f callable, k class, i iterator, o other.
    """

    def __init__(
        self,
        odd: int,
        make_proxy: Callable[[int, str, str], Any],
        classify: Callable[[Any], tuple[str, str]],
    ) -> None:
        self.odd = odd
        self.make_proxy = make_proxy
        self.classify = classify
        self.known: dict[int, Known] = {}
        self.idents: dict[int, int] = {}
        self.exports: dict[int, Any] = {}
        self.export_idents: dict[int, int] = {}
        self.proxies: dict[int, Any] = {}
        self.proxy_idents: dict[int, int] = {}
        self.next = 2 + odd
        self.updated = False

    def fresh(self) -> int:
        """Return an identity not used before."""
        self.next += 2
        return self.next

    # -- sending ---------------------------------------------------------------------------------

    def identify(self, value: Any) -> tuple[int, bool, bool]:
        """(identity, whether the other side needs the content, whether it is new)."""
        ident = self.idents.get(id(value))
        if ident is None:
            if len(self.known) >= MAX_KNOWN:
                raise Unsendable(f"more than {MAX_KNOWN:,} containers and arrays at once")
            ident = self.fresh()
            self._add(ident, value)
            return ident, True, True
        entry = self.known[ident]
        return ident, not unchanged(entry.value, entry.seen), False

    def settle(self, value: Any, weight: int, data: bytes | None = None) -> None:
        """Remember what is being sent as what the other side has seen.

        data: an array's bytes, row by row.
        """
        entry = self.known[self.idents[id(value)]]
        if entry.seen is not None and isinstance(value, np.ndarray):
            base = view(value, np.ndarray)
            if (entry.seen[0], entry.seen[2]) != (base.dtype, base.size):
                raise Unsendable("an array whose dtype or size was changed in place")
        entry.seen, entry.weight = memory(value, data), weight

    def unsend(self, sent: set[int], fresh: set[int]) -> None:
        """A message was given up halfway: what it held has not been seen by the other side."""
        self.forget(fresh)
        for ident in sent - fresh:
            if ident in self.known:
                self.known[ident].seen = None

    def weight(self, ident: int) -> int:
        """Return how many values a known object unfolds to."""
        return self.known[ident].weight

    def changed(self, sent: set[int]) -> list[Any]:
        """Return known objects that differ from what the other side saw.

        sent: already in this message.
        """
        return [
            e.value
            for ident, e in self.known.items()
            if ident not in sent and not unchanged(e.value, e.seen)
        ]

    def export(self, value: Any) -> tuple[bool, int, str, str]:
        """(whether it stays here, identity, kind, label) of an object that is not plain."""
        theirs = self.proxy_idents.get(id(value))
        if theirs is not None:
            return False, theirs, "", ""
        ident = self.export_idents.get(id(value))
        kind, label = self.classify(value)
        if ident is None:
            if len(self.exports) >= MAX_KNOWN:
                raise Unsendable(f"more than {MAX_KNOWN:,} objects at once")
            ident = self.fresh()
            self.exports[ident] = value
            self.export_idents[id(value)] = ident
        return True, ident, kind, label

    def has_room(self, value: Any) -> bool:
        """Return whether an object can be exported."""
        return id(value) in self.export_idents or len(self.exports) < MAX_KNOWN

    # -- receiving -------------------------------------------------------------------------------

    def receive(
        self, ident: int, kind: type, content: Any, weight: int, data: bytes | None = None
    ) -> Any:
        """Return the object of this identity with this content, updated in place if it is known.

        data: an array's bytes, row by row, where they are at hand.
        """
        entry = self.known.get(ident)
        if entry is None:
            if ident % 2 == self.odd:
                raise WireError(f"an unknown object {ident}")
            if len(self.known) >= MAX_KNOWN:
                raise WireError(f"more than {MAX_KNOWN:,} objects")
            value = make_generator(content) if kind is np.random.Generator else content
            entry = self._add(ident, value)
        else:
            data = None  # what is known may keep its bytes in another order
            update(entry.value, kind, content)
            self.updated = self.updated or kind in (list, dict)
        entry.seen, entry.weight = memory(entry.value, data), weight
        return entry.value

    def recall(self, ident: int) -> tuple[Any, int]:
        """(object, weight) of an identity that crossed before."""
        entry = self.known.get(ident)
        if entry is None:
            raise WireError(f"an unknown object {ident}")
        return entry.value, entry.weight

    def resolve(self, ident: int) -> Any:
        """Return the object behind a handle that this side gave out."""
        if ident not in self.exports:
            raise WireError(f"a handle {ident} that was never given out")
        return self.exports[ident]

    def proxy(self, ident: int, kind: str, label: str) -> Any:
        """Return what stands here for the other side's object, always the same for one identity."""
        if ident % 2 == self.odd:
            raise WireError(f"a handle {ident} of the wrong side")
        found = self.proxies.get(ident)
        if found is None:
            if len(self.proxies) >= MAX_KNOWN:
                raise WireError(f"more than {MAX_KNOWN:,} handles")
            found = self.proxies[ident] = self.make_proxy(ident, kind, label)
            self.proxy_idents[id(found)] = ident
        return found

    def named(self, ident: int, items: tuple) -> Any:
        """Return what stands here for the other side's namedtuple of this identity."""
        found = self.proxies.get(ident)
        if found is not None and type(found) is not Named:
            raise WireError(f"a namedtuple {ident} that was something else")
        if found is None or len(found) != len(items):
            if ident % 2 == self.odd:
                raise WireError(f"a handle {ident} of the wrong side")
            if len(self.proxies) >= MAX_KNOWN:
                raise WireError(f"more than {MAX_KNOWN:,} handles")
            found = self.proxies[ident] = Named(items)
            self.proxy_idents[id(found)] = ident
        return found

    def weigh(self, most: int) -> None:
        """Refuse containers that contain themselves or unfold to more than `most` values.

        To be called after containers were updated.
        """
        if not self.updated:
            return
        self.updated = False
        done: dict[int, int] = {}
        for entry in self.known.values():
            entry.weight = _weigh(entry.value, done, set(), most)

    # -- forgetting ------------------------------------------------------------------------------

    def _add(self, ident: int, value: Any) -> Known:
        entry = self.known[ident] = Known(value)
        self.idents[id(value)] = ident
        return entry

    def unused(self) -> tuple[int, ...]:
        """Forget objects that nothing here refers to any more.

        Returns their identities, for the other side.
        """
        # Two references: the table's own and the argument of getrefcount.
        gone = tuple(i for i, entry in self.known.items() if sys.getrefcount(entry.value) <= 2)
        self.forget(gone)
        return gone

    def forget(self, idents: Iterable[int]) -> None:
        """Drop objects from the table; unknown identities are ignored."""
        for ident in idents:
            entry = self.known.pop(ident, None)
            if entry is not None:
                self.idents.pop(id(entry.value), None)

    def clear(self) -> None:
        """Forget everything, handles too; identities are not used again."""
        for table in (
            self.known,
            self.idents,
            self.exports,
            self.export_idents,
            self.proxies,
            self.proxy_idents,
        ):
            table.clear()


def _weigh(value: Any, done: dict[int, int], above: set[int], most: int) -> int:
    """Return how many values a container unfolds to, shared ones counted each time."""
    if type(value) not in (list, dict, tuple):
        return 1
    if id(value) in done:
        return done[id(value)]
    if id(value) in above or len(above) > 200:
        raise WireError("a container that contains itself")
    above.add(id(value))
    items = value.values() if type(value) is dict else value
    weight = 1 + sum(_weigh(item, done, above, most) for item in items)
    above.discard(id(value))
    if weight > most:
        raise WireError(f"a container of more than {most:,} values")
    done[id(value)] = weight
    return weight
