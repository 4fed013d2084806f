"""Prints the table of the agreement set: python -m tests.agreement [FIRST [LAST]]."""

import sys
from itertools import islice

from autograder.grading.sandbox.jail import JailPool
from autograder.grading.sandbox.limits import Limits
from tests.agreement import ways
from tests.agreement.notebooks import everything


def main(first: int = 0, last: int | None = None) -> int:
    """The notebooks from `first` to before `last`, all ways.

    1 where two ways differ, or one from what is deserved.
    """
    odd = seen = 0
    print("| notebook | deserved | visible check | Validate | nbgrader | jailed grader |")
    print("|---|---|---|---|---|---|")
    with JailPool(Limits()) as pool:
        for notebook in islice(everything(), first, last):
            found = [
                ways.at_home(notebook),
                ways.under_validate(notebook),
                ways.by_nbgrader(notebook),
                ways.in_the_jail(notebook, pool),
            ]
            seen += 1
            odd += any(f != notebook.deserved for f in found)
            texts = ["".join("✓" if x else "✗" for x in f) for f in (notebook.deserved, *found)]
            print(f"| {notebook.name} | {' | '.join(texts)} |", flush=True)
    print(f"\n{odd} of {seen} notebooks with a verdict that differs")
    return 1 if odd else 0


if __name__ == "__main__":
    raise SystemExit(main(*map(int, sys.argv[1:])))
