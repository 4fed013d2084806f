"""Every hostile submission gets exactly what it deserves, and leaves nothing behind."""

from __future__ import annotations

import os
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from nbgrader.utils import determine_grade

from autograder.grading.executor import Execution, execute_notebook
from autograder.grading.jail import INSIDE, JailPool
from tests.attacks import (
    exhausting,
    forging,
    honest,
    lingering,
    patching,
    prying,
    returning,
    wiring,
)
from tests.attacks.assignment import HIDDEN, SECRET, Attack, notebook, texts
from tests.attacks.conftest import CANARY, descendants, snapshot

GROUPS = (honest, forging, patching, returning, prying, exhausting, lingering, wiring)
ATTACKS = [attack for group in GROUPS for attack in group.ATTACKS]
HONEST = Attack("the next submission", (2,), softmax="")


def run(attack: Attack, pool: JailPool, course: Path) -> tuple[Any, Execution, tuple[float, ...]]:
    nb = notebook(attack)
    for cell in nb.cells:
        cell.source = (
            cell.source.replace("COURSE", str(course))
            if "nbgrader" not in cell.metadata or cell.metadata["nbgrader"]["solution"]
            else cell.source
        )
    usual = pool.limits
    pool.limits = replace(usual, **attack.limits)
    try:
        result = execute_notebook(nb, jail=pool, secret=SECRET)
    finally:
        pool.limits = usual
    graded = [c for c in nb.cells if c.metadata.get("nbgrader", {}).get("grade")]
    return nb, result, tuple(float(determine_grade(c)[0]) for c in graded)


def traces(course: Path) -> Any:
    """What a submission could leave behind on this machine."""
    return (
        snapshot(course),
        snapshot(INSIDE),
        sorted(n for n in os.listdir("/dev/shm") if not n.startswith("sem.mp-")),
        snapshot(Path(tempfile.gettempdir())),
    )


def test_there_are_enough_and_their_names_differ() -> None:
    assert len(ATTACKS) >= 40
    assert len({a.name for a in ATTACKS}) == len(ATTACKS)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda a: a.name.replace(" ", "-"))
def test_deserved_score_and_no_trace(attack: Attack, jail: JailPool, course: Path) -> None:
    jail.start()
    assert jail.process is not None
    before = traces(course)
    processes = descendants(jail.process.pid)
    state, directory, environment = np.random.get_state()[1].tolist(), os.getcwd(), dict(os.environ)

    nb, result, points = run(attack, jail, course)
    assert points == attack.points, (result.reasons, texts(nb)[:3000])
    if attack.look is not None:
        attack.look(nb, result)

    shown = texts(nb)
    for secret in (CANARY, HIDDEN, SECRET.decode(), str(INSIDE.parents[1] / "exercises")):
        assert secret not in shown
    assert len(shown) < 6_000_000
    assert traces(course) == before
    assert jail.process is None or descendants(jail.process.pid) <= processes
    assert np.random.get_state()[1].tolist() == state or "random" in attack.name
    assert os.getcwd() == directory
    assert dict(os.environ) == environment

    _, result, points = run(HONEST, jail, course)
    assert points == HONEST.points, (result.reasons, "the next submission")
    assert not result.deaths
