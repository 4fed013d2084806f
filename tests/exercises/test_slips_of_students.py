"""Frequent mistakes, written independently of the descriptions, are rejected and led to."""

import re

import pytest

from autograder import run_check
from tests.exercises.slips import everything

SLIPS = everything()


def leads_there(slip, report):
    told = f"{report.found} {report.cause} {report.hint}"
    return bool(slip.leads) and re.search(slip.leads, told) is not None


@pytest.mark.parametrize("slip", SLIPS, ids=lambda s: s.name)
def test_a_slip_is_rejected_and_named(slip):
    for seed in (None, 3):
        report = run_check(slip.exercise, slip.functions, seed=seed)
        assert not report.passed
        if slip.leads:
            assert leads_there(slip, report), report.message


def test_the_report_leads_to_nineteen_of_twenty_slips():
    assert len(SLIPS) >= 150
    assert len({s.name for s in SLIPS}) == len(SLIPS)
    led = [s for s in SLIPS if s.leads]
    assert len(led) >= 0.95 * len(SLIPS)
