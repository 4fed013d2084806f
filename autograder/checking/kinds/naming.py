"""Arguments passed by name, as later cells and `Layer` do: a renamed parameter shows."""

from __future__ import annotations

from collections.abc import Iterator

from autograder.checking.exercise import Case

NAMES = "names of arguments"


def by_name(drawn: list[Case], options: str) -> Iterator[Case]:
    """Yield the first case that gives all of `options`, split into values by place and by name."""
    chosen = options.split()
    for case in drawn if chosen else ():
        if all(name in case.inputs for name in chosen):
            first = [v for k, v in case.inputs.items() if k not in chosen]
            named = {k: case[k] for k in chosen}
            yield Case("options by their names", {}, {"first": first, "named": named}, case.sizes)
            return
