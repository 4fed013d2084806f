"""Prints the table of the agreement set (python -m tests.agreement)."""

from autograder.grading.sandbox.jail import JailPool
from autograder.grading.sandbox.limits import Limits
from tests.agreement import ways
from tests.agreement.notebooks import everything


def main() -> int:
    """All notebooks, all ways; 1 where two ways differ, or one from what is deserved."""
    odd = 0
    print("| notebook | deserved | visible check | Validate | nbgrader | jailed grader |")
    print("|---|---|---|---|---|---|")
    with JailPool(Limits()) as pool:
        for notebook in everything():
            found = [
                ways.at_home(notebook),
                ways.under_validate(notebook),
                ways.by_nbgrader(notebook),
                ways.in_the_jail(notebook, pool),
            ]
            odd += any(f != notebook.deserved for f in found)
            texts = ["".join("✓" if x else "✗" for x in f) for f in (notebook.deserved, *found)]
            print(f"| {notebook.name} | {' | '.join(texts)} |", flush=True)
    print(f"\n{odd} notebooks with a verdict that differs")
    return 1 if odd else 0


if __name__ == "__main__":
    raise SystemExit(main())
