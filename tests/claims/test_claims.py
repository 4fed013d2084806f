"""Each sentence on an experiment holds for other seeds; at length: `python -m tests.claims`."""

from __future__ import annotations

import pytest

from tests.claims.chapters import claims
from tests.claims.claim import Claim, Found, claim

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
