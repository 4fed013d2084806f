"""Help in steps: the idea, the shapes on the way, the derivation's next line, where to look.

The idea and the lines stand in the exercise's description (`@leads`); without them, the text's own
hint and the reference's formula take their place. The shapes come from one run of the reference.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np

from autograder.checking.exercise import Case, Exercise
from autograder.checking.messages import translate as _

PROJECT = Path(__file__).parents[2]
HINT = re.compile(r"^\*Hint[:.]\*\s*(.+?)(?:\n\s*\n|\Z)", re.DOTALL | re.MULTILINE)


def steps(exercise: Exercise) -> list[str]:
    """Return what `check.hint` says of an exercise, one text a call, the last one the place."""
    idea, *lines = getattr(exercise.reference, "leads", ()) or ("",)
    where, hint = _in_text(exercise)
    first = _(idea) or hint or _("It computes {what}.").format(what=exercise.summary)
    if not lines:
        lines = [(exercise.reference.__doc__ or "").strip().split("\n\n")[0]]
    shapes = shapes_on_the_way(exercise)
    return [
        _("The idea: {text}").format(text=first),
        *([_("Shapes: {text}").format(text=shapes)] if shapes else []),
        *(_("The next line: {text}").format(text=_(line)) for line in lines if line),
        *([_("A worked solution: {where}.").format(where=where)] if where else []),
    ]


def _in_text(exercise: Exercise) -> tuple[str, str]:
    """Return where the solution stands, and the hint that the text gives above the exercise."""
    for path in sorted(PROJECT.glob(f"solutions/{exercise.chapter:02d}_*/*.py")):
        text = path.read_text(encoding="utf-8")
        before, found, _rest = text.partition(f'"grade_id": "{exercise.name}"')
        if found:
            words, *between = before.rpartition("# %% [markdown]")[2].split("# %%")
            stem = exercise.name.removesuffix("_forward").removesuffix("_backward")
            own = all("grade_id" not in cell or stem in cell for cell in between)
            prose = re.sub(r"^# ?", "", words, flags=re.MULTILINE)
            hints = [" ".join(hint.split()) for hint in HINT.findall(prose) if own]
            notebook = path.with_suffix(".ipynb").relative_to(PROJECT).as_posix()
            where = _("{notebook}, cell {name}").format(notebook=notebook, name=exercise.name)
            return where, hints[-1] if hints else ""
    if not exercise.chapter:
        return "", ""
    text = _("chapter {n} of solutions/")
    if not (PROJECT / "solutions").is_dir():  # installed from a wheel
        text = _("chapter {n} of solutions/ in the course's folder; this installation has none")
    return text.format(n=exercise.chapter), ""


def shapes_on_the_way(exercise: Exercise) -> str:
    """Return the arrays that go in, come up and come out, with their sizes by name.

    An axis has the name of the one size that it equals in every case, "·" where there is none. ""
    where the reference's run shows no array.
    """
    seen: dict[str, list[tuple[tuple[int, ...], dict[str, int]]]] = {}
    for seed in range(2):
        for case in exercise.cases(np.random.default_rng(seed)):
            for name, shape in _arrays(exercise, case).items():
                seen.setdefault(name, []).append((shape, case.sizes))
    return ", ".join(f"{name} {_named(runs)}" for name, runs in seen.items())


def _arrays(exercise: Exercise, case: Case) -> dict[str, tuple[int, ...]]:
    """Return the shapes of the reference's variables at the end of its first run on a case."""
    found: dict[str, tuple[int, ...]] = {}
    code = getattr(exercise.reference, "__code__", None)

    def look(frame: FrameType, event: str, value: Any) -> None:
        if event == "return" and frame.f_code is code and value is not None and not found:
            for name, one in frame.f_locals.items():
                if isinstance(one, np.ndarray) and one.ndim and not name.startswith("_"):
                    found[name] = one.shape

    before = sys.getprofile()
    before = before if callable(before) else None  # cProfile's profiler cannot be put back so
    sys.setprofile(look)
    try:
        exercise.trial(exercise.references(), case.fresh())
    except Exception:  # help is a service: without shapes it still has its other steps
        return {}
    finally:
        sys.setprofile(before)
    return found


def _named(runs: list[tuple[tuple[int, ...], dict[str, int]]]) -> str:
    """Return a shape with names: those sizes that fit in all runs of as many axes as the first."""
    first, sizes = runs[0]
    alike = [(shape, known) for shape, known in runs if len(shape) == len(first)]
    parts = []
    for axis, number in enumerate(first):
        names = [
            name
            for name in sizes
            if all(known.get(name, shape[axis]) == shape[axis] for shape, known in alike)
        ]
        parts.append(names[0] if len(names) == 1 else "·" if sizes else str(number))
    return f"({parts[0]},)" if len(parts) == 1 else f"({', '.join(parts)})"
