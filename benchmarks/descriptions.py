"""Do two checkouts describe the same exercises? Proof that a change of their form lost nothing.

    PYTHONPATH=<old checkout> python benchmarks/descriptions.py dump old.json
    PYTHONPATH=<new checkout> python benchmarks/descriptions.py dump new.json
    python benchmarks/descriptions.py compare old.json new.json

A dump holds for each exercise its facts, the known mistakes with hint and syntax tree, the digests
of the cases and probes drawn from five seeds, and the right variants. The checkout's environment
runs it.
"""

from __future__ import annotations

import ast
import hashlib
import inspect
import json
import sys
import textwrap
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

SEEDS = 5
_SOURCES: dict[int, str] = {}


def tree(source: str) -> str:
    """Return a function as text without docstrings, decorators and `pass` that does nothing."""
    made = ast.parse(textwrap.dedent(source))
    for node in ast.walk(made):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            node.decorator_list = []
            if ast.get_docstring(node, clean=False) is not None:
                node.body = node.body[1:] or [ast.Pass()]
        body = getattr(node, "body", None)
        if isinstance(body, list) and len(body) > 1:
            body[:] = [s for s in body if not isinstance(s, ast.Pass)] or [ast.Pass()]
    return ast.unparse(made)


def digest(value: Any) -> str:
    """Return a short text that two equal inputs share."""
    if isinstance(value, np.random.Generator):
        value = str(value.bit_generator.state)
    if isinstance(value, np.ndarray | np.generic):
        array = np.asarray(value)
        content = f"{array.dtype}{array.shape}{array.flags.writeable}".encode() + array.tobytes()
        return hashlib.sha256(content).hexdigest()[:12]
    if isinstance(value, dict):
        return str({k: digest(v) for k, v in value.items()})
    if isinstance(value, list | tuple):
        return type(value).__name__ + str([digest(v) for v in value])
    if callable(value):
        return "callable"
    if hasattr(value, "inputs"):
        return digest([value.label, value.inputs, value.given])
    return repr(value)


def remember_old_edits() -> None:
    """Keep what each wrong function was compiled from, where mistakes are edits of text."""
    from autograder.checking import exercise

    original: Callable = getattr(exercise, "edited", None)  # type: ignore[assignment]
    if original is None:
        return

    def edited(reference: Callable, changes: dict[str, str], name: str) -> Callable:
        source = exercise.source_of(reference)  # type: ignore[attr-defined]
        for old, new in changes.items():
            source = source.replace(old, new)
        made = original(reference, changes, name)
        _SOURCES[id(made)] = source
        return made

    exercise.edited = edited  # type: ignore[attr-defined]


def mistakes(exercise: Any) -> Iterator[tuple[str, list[str]]]:
    """Yield (name, [hint, tree]) of each known mistake."""
    for mistake in exercise.mistakes:
        source = getattr(mistake, "source", None)
        if source is None:
            wrong = mistake.functions[exercise.name]
            source = _SOURCES.get(id(wrong)) or inspect.getsource(wrong)
        yield mistake.name, [mistake.hint, tree(source)]


def described(exercise: Any) -> dict[str, Any]:
    """Return one exercise as plain data."""
    drawn = []
    for seed in range(SEEDS):
        cases = list(exercise.cases(np.random.default_rng(seed)))
        drawn.append([digest(c) for c in cases])
        rng = np.random.default_rng(seed)
        cases = list(exercise.cases(rng))
        if exercise.probes:
            drawn.append(
                [f"{p.clause} {digest(p.case)}" for p in exercise.probes(exercise, cases, rng)]
            )
    return {
        "chapter": exercise.chapter,
        "signature": exercise.signature,
        "summary": exercise.summary,
        "reference": tree(inspect.getsource(exercise.reference)),
        "outputs": [repr(o) for o in exercise.outputs],
        "cache": exercise.cache,
        "partner": exercise.partner,
        "forbids": sorted(set(exercise.forbids)),
        "options": repr((exercise.time_limit, exercise.may_change, exercise.randomness)),
        "mistakes": dict(mistakes(exercise)),
        "drawn": drawn,
    }


def dump(path: str) -> None:
    """Write what this checkout describes."""
    remember_old_edits()
    from autograder.audit import variants
    from autograder.exercises import everything

    found: dict[str, Any] = {name: described(e) for name, e in everything().items()}
    styles = {
        v.style: {name: tree(inspect.getsource(f)) for name, f in v.functions.items()}
        for v in variants.everything()
    }
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"exercises": found, "variants": styles}, file, ensure_ascii=False, indent=1)
    count = sum(len(e["mistakes"]) for e in found.values())
    print(f"{len(found)} exercises, {count} mistakes, {len(styles)} variants")


def compare(old_path: str, new_path: str) -> int:
    """Print every difference; return 1 where there is one."""
    with open(old_path, encoding="utf-8") as file:
        old = json.load(file)
    with open(new_path, encoding="utf-8") as file:
        new = json.load(file)
    lines = list(_differences("", old["variants"], new["variants"]))
    lines += _differences("", old["exercises"], new["exercises"])
    print("\n".join(lines))
    print(f"{len(lines)} differences")
    return 1 if lines else 0


def _differences(where: str, old: Any, new: Any) -> Iterator[str]:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in [*old, *(k for k in new if k not in old)]:
            place = f"{where} {key}".strip()
            if key not in new:
                yield f"{place}: gone: {old[key]}"
            elif key not in old:
                yield f"{place}: new: {new[key]}"
            else:
                yield from _differences(place, old[key], new[key])
    elif old != new:
        yield f"{where}:\n    {old}\n    {new}"


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["dump", path]:
            dump(path)
        case ["compare", old, new]:
            sys.exit(compare(old, new))
        case _:
            sys.exit(__doc__)
