"""Each sentence on an experiment holds for other seeds; at length: `python -m tests.claims`."""

from __future__ import annotations

import pytest

from tests.claims.chapters import claims
from tests.claims.claim import Claim, Found, claim
from tests.claims.table import fault, rows

SHORT = [c for c in claims() if c.short]


@pytest.mark.parametrize("sentence", SHORT, ids=lambda c: f"{c.where}-{c.sentence}")
def test_the_sentence_holds(sentence: Claim) -> None:
    found = sentence.run(sentence.short)
    assert sentence.survives(found), sentence.row(found)


def test_a_claim_that_half_of_the_seeds_refute_does_not_survive() -> None:
    @claim("nowhere", "seed", "one", share=0.75, short=4)
    def even(seed: int) -> Found:
        return Found(seed % 2 == 0, seed, 1.0)

    assert not even.survives(even.run(4))
    assert even.row(even.run(4)) == "| nowhere | even | 2 of 4 | seed: 0 to 3 | one: 1 to 1 |"


@pytest.mark.parametrize("chapter", ["ch01", "ch02", "ch03", "ch04", "ch05"])
def test_the_committed_table_has_every_claim_as_the_code_has_it(chapter: str) -> None:
    expected, table = claims(chapter), rows(chapter)
    missing = [c.start() for c in expected if not any(r.startswith(c.start()) for r in table)]
    assert not missing
    assert len(table) == len(expected)
    faults = {row: fault(c, row) for c, row in zip(expected, table, strict=True)}
    assert not {row: why for row, why in faults.items() if why}


def test_a_row_of_fewer_seeds_or_of_another_control_is_noticed() -> None:
    @claim("0.1", "|w|", "one", long=6)
    def it_grows(seed: int) -> Found:
        return Found(True, 10.0**seed, float("inf"))

    assert fault(it_grows, it_grows.row(it_grows.run(6))) == ""
    assert "5 times, not 6" in fault(it_grows, it_grows.row(it_grows.run(5)))
    assert "another" in fault(it_grows, it_grows.row(it_grows.run(6)).replace("one", "two"))
