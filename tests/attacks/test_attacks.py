"""A class of hostile students and honest ones, graded together: all get what they deserve."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.grading.sandbox.jail import JAILED
from tests.attacks.assignment import HIDDEN, SECRET, Attack, texts
from tests.attacks.catalogue import ATTACKS, TABLE
from tests.attacks.conftest import Graded
from tests.attacks.course import ASSIGNMENT, CANARY

SECRETS = (CANARY, HIDDEN, SECRET.decode(), str(JAILED.parents[1] / "exercises"))
every_attack = pytest.mark.parametrize("attack", ATTACKS, ids=lambda a: a.name.replace(" ", "-"))


def test_there_are_enough_and_their_names_differ() -> None:
    assert len(ATTACKS) >= 150
    assert len({a.name for a in ATTACKS}) == len(ATTACKS)


@pytest.mark.parametrize("row", TABLE)
def test_every_row_of_the_table_of_stock_nbgrader_is_an_attack(row: str) -> None:
    assert set(TABLE[row]) <= {attack.name for attack in ATTACKS}


@every_attack
def test_deserved_score(attack: Attack, graded: Graded) -> None:
    student = graded.student(attack)
    result = graded.result(student)
    assert graded.scores[student] == attack.deserved, (
        result.reasons,
        texts(graded.notebook(student))[:3000],
    )
    assert not result.error
    if attack.look is not None:
        attack.look(graded.notebook(student), result)


@every_attack
def test_hidden_material_is_in_nothing_that_comes_of_it(attack: Attack, graded: Graded) -> None:
    student = graded.student(attack)
    shown = texts(graded.notebook(student))
    assert len(shown) < 6_000_000
    feedback = sorted((graded.course / "feedback" / student).rglob("*.html"))
    assert feedback
    beside = [p for p in others(graded.course / "autograded" / student) if p.suffix != ".ipynb"]
    for text in [shown, *(p.read_text(errors="replace") for p in [*feedback, *beside])]:
        for secret in SECRETS:
            assert secret not in text


def others(folder: Path) -> list[Path]:
    """The files below a folder, which holds no links."""
    assert not [p for p in [folder, *folder.rglob("*")] if p.is_symlink()]
    return [p for p in folder.rglob("*") if p.is_file()]


def test_the_rest_of_the_class_is_unharmed(graded: Graded) -> None:
    assert len(graded.honest) > 20
    for student, one in graded.honest.items():
        assert graded.scores[student] == one.deserved, student
        assert graded.result(student).reasons == [], student
        assert graded.result(student).evidence == [], student
    assert set(graded.scores) == {*graded.students, *graded.honest}


def test_the_run_went_on_to_its_end_and_every_submission_has_a_score_or_a_reason(
    graded: Graded,
) -> None:
    everybody = {*graded.students, *graded.honest}
    assert set(graded.run["graded"]) == everybody
    assert all(graded.run["unscored"].values())
    assert "Traceback" not in graded.run["stderr"], graded.run["stderr"][-3000:]


@pytest.mark.parametrize(
    "what",
    ["course", "jail", "nnkit", "numpy", "temporary files", "shared memory", "passwords", "root",
    "home"],
)  # fmt: skip
def test_no_trace_is_left_outside(what: str, graded: Graded) -> None:
    before, after = graded.before[what], graded.after[what]
    if isinstance(before, dict):
        assert [path for path in {*before, *after} if before.get(path) != after.get(path)] == []
    assert before == after


def test_no_process_outlives_the_run(graded: Graded) -> None:
    assert graded.run["left"] == []


def test_the_report_of_the_class_shows_no_hidden_material_and_runs_nothing(graded: Graded) -> None:
    for path in (graded.course / "reports").iterdir():
        text = path.read_text()
        for secret in SECRETS:
            assert secret not in text
        assert "<script" not in text
    assert ASSIGNMENT.split("_")[1] in (graded.course / "reports" / "report.html").read_text()
