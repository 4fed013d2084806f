"""python -m tests.claims ch02: measures a chapter's claims at length, prints a markdown table."""

from __future__ import annotations

import contextlib
import sys

from tests.claims.chapters import claims


def main(chapter: str) -> int:
    """Print the table; 1 where a claim does not survive."""
    chosen = claims(chapter)
    if not chosen:
        print(f"no claims of {chapter!r}; expected ch02 or the like", file=sys.stderr)
        return 2
    print(f"# Claims of chapter {int(chapter[2:4])}, measured again\n")
    print(
        "Built by `python -m tests.claims " + chapter + "`. Each line is a sentence of the text; "
        "seeds are other draws, splits or subsets of the data.\n"
    )
    print(
        "| notebook | the text says that | holds in | measured | control |\n|---|---|---|---|---|"
    )
    refuted = 0
    for sentence in chosen:
        with contextlib.redirect_stdout(sys.stderr):  # progress bars and what notebooks print
            found = sentence.run(sentence.long)
        refuted += not sentence.survives(found)
        print(sentence.row(found), flush=True)
    return int(refuted > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "ch02"))
