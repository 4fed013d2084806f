"""Results of a student's function by the names that were promised."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograder.checking.exercise import Output, StructureError, unpack
from autograder.checking.messages import translate


def output_list(
    outputs: str | Sequence[Output], gates: tuple[str, ...] = (), **common: Any
) -> tuple[Output, ...]:
    """Return Output objects from a text such as "dw: input gate_unit, db: gate_unit, loss".

    A name, then its axes in words, `_` for a blank.  gates: names of the equal blocks along every
    axis called "gate unit".  common: fields that all of them share. Output objects stay as they
    are.
    """
    if not isinstance(outputs, str):
        return tuple(outputs)
    listed = []
    for part in filter(None, outputs.split(",")):
        name, _, words = part.partition(":")
        axes = tuple(word.replace("_", " ") for word in words.split())
        blocks = (axes.index("gate unit"), gates) if gates and "gate unit" in axes else None
        listed.append(Output(name.strip(), axes=axes, blocks=blocks, **common))
    return tuple(listed)


def named(result: Any, names: tuple[str, ...], what: str) -> dict[str, Any]:
    """Return results by name: a lone name takes the value whole, several take a tuple apart.

    what: the function's name, for the StructureError of a result of another form.
    """
    if len(names) == 1:
        if type(result) is tuple and len(result) != 0 and names[0] not in ("grads", "layers"):
            raise StructureError(
                translate("{name} returned a tuple of {n}; expected {output} alone").format(
                    name=what, n=len(result), output=names[0]
                )
            )
        return {names[0]: result}
    return dict(zip(names, unpack(result, names, what), strict=True))


def in_turn(
    first: dict[str, Any], between: dict[str, Any], second: dict[str, Any]
) -> dict[str, Any]:
    """Return the results of three calls in turn, the last with the first one's arguments again.

    The call between has numbers of its own, often in the same shape: what is kept by shape only
    (a padded image, a table) shows there.
    """
    again = {f"{name} (again)": value for name, value in second.items()}
    return {**first, **{f"{name} (next)": value for name, value in between.items()}, **again}
