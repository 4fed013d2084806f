"""An output that is right for another argument: an option ignored, two arrays exchanged.

Known mistakes are written for the reference's style. What a function computes with `stride = 1` for
`stride` is the same in every style: the reference is run with one argument, or one entry of the
documented cache, changed, and its output compared with the student's. So are the blocks of all
weights in another order, and an image as wide as it is high.
"""

from __future__ import annotations

import itertools
import operator
import re
import time
from collections.abc import Callable, Iterator
from functools import partial
from types import SimpleNamespace
from typing import Any

import numpy as np

from autograder.checking.alike import nearer
from autograder.checking.compare import Finding
from autograder.checking.drawing import expect
from autograder.checking.exercise import Case, Probe
from autograder.checking.messages import output_name
from autograder.checking.messages import translate as _
from autograder.checking.runner import Run, collect, in_main_thread
from autograder.checking.sheet import Failure, Sheet
from autograder.checking.values import as_array, close, leaves

Change = Callable[[dict[str, Any]], Any]
NUMBERS: tuple[tuple[str, Callable[[Any], Any]], ...] = (
    ("1", lambda v: type(v)(1)), ("0", lambda v: type(v)(0)), ("{name} + 1", lambda v: v + 1),
    ("{name} − 1", lambda v: v - 1), ("2·{name}", lambda v: 2 * v), ("{name}/2", lambda v: v / 2),
    ("−{name}", lambda v: -v), ("1/{name}", lambda v: 1 / v), ("{name}²", lambda v: v**2),
    ("1 − {name}", lambda v: 1 - v),
)  # fmt: skip
ARRAYS: tuple[tuple[str, Callable[[Any], Any]], ...] = (
    ("0", np.zeros_like), ("1", np.ones_like), ("−{name}", np.negative),
    ("2·{name}", lambda v: 2 * v), ("{name}/2", lambda v: v / 2),
)  # fmt: skip
WHOLE: tuple[tuple[str, Callable[[Any], Any]], ...] = (
    ("{name} + 1", lambda v: v + 1), ("{name} − 1", lambda v: v - 1),
)  # fmt: skip
SQUARE: tuple[tuple[str, Callable[[Any], Any]], ...] = (("{name}.T", np.transpose),)
SERIES: tuple[tuple[str, Callable[[Any], Any]], ...] = (
    ("{name}[:, ::-1]", lambda v: v[:, ::-1]),
    ("{name}[:, :1]", lambda v: np.repeat(v[:, :1], v.shape[1], axis=1)),
)
# Rows stand for columns: only the shape of what comes out is compared.
IMAGES: tuple[tuple[str, Callable[[Any], Any]], ...] = (
    ("a square {name}", lambda v: np.zeros((*v.shape[:2], v.shape[2], v.shape[2]))),
)
SECONDS = 0.2


def instead(sheet: Sheet, failure: Failure) -> str:
    """A sentence on the argument for which the failed output is right, or ""."""
    exercise, finding = sheet.drawing.exercise, failure.finding
    odd = exercise.randomness or exercise.is_class or failure.probe.clause != "values"
    if finding is None or finding.kind not in ("values", "shapes") or odd:
        return ""
    places = [i for i, p in enumerate(sheet.drawing.probes) if p.clause == "values"]
    # Where it raises, it does something else as well.
    places = [i for i in places if i not in sheet.skipped and not sheet.runs[i].problem]
    places.sort(key=lambda i: sheet.drawing.probes[i] is not failure.probe)
    cached = _cache_names(sheet) if sheet.drawing.partner else []
    order = _order_of_blocks(sheet, finding, places) if exercise.gates else ""
    if order:
        return order
    until = time.thread_time() + SECONDS
    for name, label, change in _changes(failure.probe.case, cached, sheet):
        if time.thread_time() > until:
            break
        run_changed = _with_cache if name in cached else _with
        same = partial(_same, sheet, finding, (name, label), change, run_changed)
        if all(same(i) for i in places):
            text = _("{output} is what comes out with {new} in place of {name}.")
            if finding.kind == "shapes":
                text = _("{output} has the shape that comes out with {new} in place of {name}.")
            new = label.format(name=name)
            return text.format(output=output_name(finding.name), new=new, name=name)
    return ""


def _order_of_blocks(sheet: Sheet, finding: Finding, places: list[int]) -> str:
    """A sentence where the output is right for weights whose blocks are read in another order."""
    gates = sheet.drawing.exercise.gates
    if sheet.drawing.partner or finding.kind != "values":
        return ""
    for order in itertools.permutations(gates):
        if order == gates:
            continue
        at = [order.index(gate) for gate in gates]
        key = ("gates", ", ".join(order))
        if all(_same(sheet, finding, key, at, _with_blocks, i) for i in places):
            text = _(
                "{output} is what comes out with the blocks in the order {order}, not {names}."
            )
            names = ", ".join(gates)
            return text.format(output=output_name(finding.name), order=key[1], names=names)
    return ""


def _with_blocks(sheet: Sheet, probe: Probe, _name: str, at: list[int]) -> Run:
    """The reference with the blocks of all weights in another order."""
    case = probe.case.fresh()
    wide = case.sizes["H"] * len(at)
    changed: dict[str, Any] = {
        name: np.concatenate([np.split(v, len(at), axis=-1)[k] for k in at], axis=-1)
        for name, v in case.inputs.items()
        if isinstance(v, np.ndarray) and v.shape[-1:] == (wide,)
    }
    case = case.replace(**changed)
    return expect(sheet.drawing.exercise, Probe("values", case, probe.trial))


def _cache_names(sheet: Sheet) -> list[str]:
    """The names in the documented cache, where it is a tuple of names."""
    text = sheet.drawing.exercise.cache.strip()
    listed = [part.strip() for part in text.strip("()").split(",") if part.strip()]
    return listed if text[:1] == "(" and all(re.fullmatch(r"\w+", n) for n in listed) else []


def _changes(case: Case, cached: list[str], sheet: Sheet) -> Iterator[tuple[str, str, Change]]:
    """(name, what stands in its place, how): small options first, then arrays for one another."""
    material = {**case.inputs, **case.given}
    if cached:
        probe = Probe("values", case)
        kept = _kept(sheet, probe, len(cached))
        material = {**case.given, **dict(zip(cached, kept, strict=True))} if kept else case.given
    arrays = {k: v for k, v in material.items() if isinstance(v, np.ndarray) and v.ndim}
    for name, value in material.items():
        if isinstance(value, bool):
            yield name, "not {name}", partial(_made, name, operator.not_)
        elif isinstance(value, int | float):
            for label, make in NUMBERS:
                if isinstance(value, float) or isinstance(make(3), int):
                    yield name, label, partial(_made, name, make)
            for other, also in material.items():
                if other != name and type(also) is type(value):
                    yield name, other, partial(_other, other)
    for name, array in arrays.items():
        for other, also in arrays.items():
            if other != name and also.shape == array.shape and also.dtype.kind == array.dtype.kind:
                yield name, other, partial(_other, other)
        square = SQUARE if array.ndim == 2 and array.shape[0] == array.shape[1] else ()
        series = SERIES if array.ndim == 3 else IMAGES if array.ndim == 4 else ()
        for label, make in (*square, *series, *(ARRAYS if array.dtype.kind == "f" else WHOLE)):
            yield name, label, partial(_made, name, make)


def _made(name: str, make: Callable[[Any], Any], material: dict[str, Any]) -> Any:
    return make(material[name])


def _other(name: str, material: dict[str, Any]) -> Any:
    return material[name]


def _kept(sheet: Sheet, probe: Probe, size: int) -> tuple | None:
    """What the reference forward keeps for a case."""
    partner = sheet.drawing.partner
    assert partner is not None
    run = in_main_thread(lambda: partner.reference(*probe.case.fresh().args))
    cache = run[-1] if isinstance(run, tuple) else None
    return cache if isinstance(cache, tuple) and len(cache) == size else None


def _same(
    sheet: Sheet,
    finding: Finding,
    key: tuple[str, str],
    change: Any,
    run_changed: Callable[[Sheet, Probe, str, Any], Run],
    i: int,
) -> bool:
    """Whether the student's output of probe i is the reference's with the change."""
    kept = sheet.drawing.others
    if (*key, i) not in kept:
        try:
            kept[*key, i] = run_changed(sheet, sheet.drawing.probes[i], key[0], change)
        except Exception:  # an argument that the reference cannot take
            kept[*key, i] = None
    theirs = kept[*key, i]
    if theirs is None:
        return False
    head = finding.name.split("[")[0]
    mine, new = sheet.runs[i].outputs.get(head), theirs.outputs.get(head)
    a, b = (as_array(dict(leaves(v, head)).get(finding.name)) for v in (mine, new))
    if a is None or b is None:
        return False
    if finding.kind == "shapes":
        return a.shape == b.shape
    want = as_array(finding.want)
    # Where all but the last digits are right, it is nothing but right that it is like.
    if want is not None and want.shape == a.shape and np.array_equal(a, finding.got):
        return close(a.astype(float), b.astype(float)) and nearer(a, b, want)
    return close(a.astype(float), b.astype(float))


def _with(sheet: Sheet, probe: Probe, name: str, change: Change) -> Run:
    """The reference with one argument changed; as it is where that argument is not given."""
    case = probe.case.fresh()
    material = {**case.inputs, **case.given}
    if name in material:
        case = case.replace(**{name: change(material)})
    return expect(sheet.drawing.exercise, Probe("values", case, probe.trial))


def _with_cache(sheet: Sheet, probe: Probe, name: str, change: Change) -> Run:
    """The reference backward with one entry of its forward's cache changed."""
    exercise, partner = sheet.drawing.exercise, sheet.drawing.partner
    assert partner is not None
    names = _cache_names(sheet)

    def forward(*args: Any, **options: Any) -> Any:
        *values, cache = partner.reference(*args, **options)
        entries = dict(zip(names, cache, strict=True))
        entries[name] = change({**probe.case.given, **entries})
        return (*values, tuple(entries.values()))

    space = SimpleNamespace(**{**vars(exercise.references()), partner.name: forward})
    run = Run()
    trial = probe.trial or exercise.trial
    in_main_thread(lambda: collect(run, trial(space, probe.case.fresh())))
    return run
