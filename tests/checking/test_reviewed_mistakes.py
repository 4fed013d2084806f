"""The reviewers' list of frequent mistakes: all rejected, nineteen of twenty named."""

import re
from functools import cache

import pytest

from autograder.checking.public import Check
from tests.checking.reviewed import everything

MISTAKES = everything()
SHOWN = re.compile(r"\(line \d+ of .*|`[^`]*`|line \d+ of [\w.]+", re.DOTALL)


@cache
def report(mistake):
    """What a notebook shows, without the text to paste."""
    others = {k: f for k, f in mistake.functions.items() if k != mistake.exercise}
    return Check().judge(mistake.functions[mistake.exercise], mistake.exercise, others)


def told(mistake):
    """The sentences before the numbers; without the student's own words, which name nothing."""
    said = report(mistake)
    parts = [SHOWN.sub("", part) for part in (said.found, said.cause, said.hint)]
    return " ".join(parts).replace(mistake.exercise, "").lower()


def named(mistake):
    return re.search(mistake.leads, told(mistake), re.DOTALL) is not None


def all_are_rejected_and_most_named(mistakes):
    passed = [m.name for m in mistakes if report(m).passed]
    assert not passed
    unnamed = [f"{m.name}: {told(m)}" for m in mistakes if not named(m)]
    assert len(unnamed) <= 0.05 * len(mistakes), "\n".join(unnamed)


def test_the_list_is_covered():
    assert len(MISTAKES) >= 120
    assert len({m.name for m in MISTAKES}) == len(MISTAKES)


def test_every_sixth_mistake_of_the_list_is_rejected_and_most_are_named():
    all_are_rejected_and_most_named(MISTAKES[::6])


@pytest.mark.long
def test_all_mistakes_of_the_list_are_rejected_and_nineteen_of_twenty_named():
    all_are_rejected_and_most_named(MISTAKES)
