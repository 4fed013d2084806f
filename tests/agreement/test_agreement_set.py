"""Unusual notebooks get one verdict; slow, so `python -m tests.agreement` runs the rest."""

import pytest

from autograder.grading.sandbox.jail import JailPool
from tests.agreement import ways
from tests.agreement.notebooks import Notebook, everything
from tests.grading.conftest import pool  # noqa: F401 - the jail of these tests

SET = list(everything())
IDS = [f"{'right' if all(n.deserved) else 'wrong'}: {n.name}" for n in SET]


def test_there_are_forty_honest_and_forty_wrong_ones() -> None:
    assert sum(all(n.deserved) for n in SET) >= 40
    assert sum(not all(n.deserved) for n in SET) >= 40


@pytest.mark.parametrize("notebook", SET, ids=IDS)
def test_home_and_jail_agree_with_what_is_deserved(
    notebook: Notebook,
    pool: JailPool,  # noqa: F811
) -> None:
    assert ways.at_home(notebook) == notebook.deserved
    assert ways.in_the_jail(notebook, pool) == notebook.deserved


@pytest.mark.parametrize("notebook", [SET[4], SET[-1]], ids=[IDS[4], IDS[-1]])
def test_validate_and_nbgrader_agree_too(notebook: Notebook) -> None:
    assert ways.under_validate(notebook) == notebook.deserved
    assert ways.by_nbgrader(notebook) == notebook.deserved
