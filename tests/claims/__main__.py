"""python -m tests.claims ch02: measures a chapter's claims at length, prints a markdown table.

`ch02_3` measures those of notebook 2.3, `--only WORDS` those with these words in their sentence;
`--write` puts each row into the committed table.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import time

from autograder.threads import default_to_one_thread
from tests.claims.chapters import claims
from tests.claims.table import put


def main() -> int:
    """Print the rows; 1 where a claim does not survive, 2 where there is none."""
    words = argparse.ArgumentParser(prog="python -m tests.claims", description=__doc__)
    words.add_argument("chapter", help="ch02, or the beginning of a module's name: ch02_3")
    words.add_argument("--only", default="", help="words of the sentence")
    words.add_argument("--write", action="store_true", help="put the rows into docs/claims")
    asked = words.parse_args()
    default_to_one_thread()
    chosen = [c for c in claims(asked.chapter) if asked.only in c.sentence]
    if not chosen:
        print(f"no claims of {asked.chapter!r}; expected ch02 or the like", file=sys.stderr)
        return 2
    refuted = 0
    for sentence in chosen:
        start = time.process_time()
        with contextlib.redirect_stdout(sys.stderr):  # progress bars and what notebooks print
            found = sentence.run(sentence.long)
        refuted += not sentence.survives(found)
        print(sentence.row(found), flush=True)
        print(f"{time.process_time() - start:.1f} s", file=sys.stderr, flush=True)
        if asked.write:
            put(asked.chapter[:4], [sentence.row(found)])
    return int(refuted > 0)


if __name__ == "__main__":
    sys.exit(main())
