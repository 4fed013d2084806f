"""python -m benchmarks.mutation nnkit/functional --sample 40: a table by folder, and survivors."""

from __future__ import annotations

import argparse
import itertools
import tempfile
import time
from collections import Counter
from pathlib import Path

from benchmarks.mutation import concerned, trial
from benchmarks.mutation.places import Mutant, mutants
from benchmarks.mutation.survivors import known

ROOT = Path(__file__).resolve().parents[2]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mutation", description=__doc__)
    parser.add_argument("paths", nargs="+", help="modules or folders of nnkit or autograder")
    parser.add_argument("--sample", type=int, default=40, help="changes a path (40)")
    parser.add_argument("--after", type=int, default=0, help="go on after so many of the sample")
    parser.add_argument("--all", action="store_true", help="one change at every place instead")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--minutes", type=float, default=float("inf"), help="begin none after that")
    parser.add_argument("--limit", type=float, help="seconds a run; trust that the tests pass now")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "mutation")
    return parser.parse_args()


def modules(path: str) -> list[str]:
    """Return the modules at a path below the project."""
    found = [ROOT / path] if path.endswith(".py") else sorted((ROOT / path).rglob("*.py"))
    if not found:
        raise SystemExit(f"no module at {path}; expected a folder or file of this project")
    return [module.relative_to(ROOT).as_posix() for module in found]


def main() -> None:
    """Change, test, and print what was noticed."""
    options = arguments()
    end = time.monotonic() + 60.0 * options.minutes
    work = options.work.resolve()
    copy = work / "copy"
    copy.mkdir(parents=True, exist_ok=True)
    trial.copy_tree(ROOT, copy)
    sample = None if options.all else options.sample
    chosen = {
        path: mutants(ROOT, modules(path), sample, options.seed)[options.after :]
        for path in options.paths
    }
    trial.warm_up(copy)
    usual = Unchanged(work, options.limit)
    print("| path | mutants | killed | equivalent | survived | killed of what can be |")
    print("|---|---|---|---|---|---|", flush=True)
    counts: dict[str, Counter[str]] = {path: Counter() for path in chosen}
    survivors = []
    # One of each path in turn: where the time ends a run, all of them have been looked at.
    for turn in itertools.zip_longest(*chosen.values()):
        for path, mutant in zip(chosen, turn, strict=True):
            if mutant is None or time.monotonic() > end:
                continue
            state = outcome(mutant, usual, copy, work)
            counts[path][state] += 1
            if state != "killed":
                survivors.append((mutant, state))
    for path, counted in counts.items():
        able = counted.total() - counted["equivalent"]
        share = f"{counted['killed'] / able:.1%}" if able else ""
        numbers = [counted.total(), *(counted[s] for s in ("killed", "equivalent", "survived"))]
        print(f"| {path} | " + " | ".join(map(str, numbers)) + f" | {share} |", flush=True)
    for mutant, state in survivors:
        print(f"\n`{mutant.path}`\n\n```diff\n- {mutant.before}\n+ {mutant.after}\n```\n\n{state}:")
        print(f"line {mutant.line}")


class Unchanged:
    """What the tests of a module take while nothing is changed: they have to pass.

    limit: seconds that a mutant gets in any case; nothing is run without a change then.
    """

    def __init__(self, work: Path, limit: float | None) -> None:
        self._work, self._limit = work, limit
        self._seconds: dict[tuple[str, ...], float] = {}

    def limit(self, tests: list[str]) -> float:
        """Return the seconds after which a mutant counts as killed."""
        return self._limit or 10.0 + 5.0 * self.seconds(tests)

    def seconds(self, tests: list[str]) -> float:
        """Return the time, measured once."""
        if tuple(tests) not in self._seconds:
            started = time.monotonic()
            if not trial.passes(tests, 550.0, self._work / "unchanged.log"):
                raise SystemExit(f"tests fail without a change, see {self._work}/unchanged.log")
            self._seconds[tuple(tests)] = time.monotonic() - started
        return self._seconds[tuple(tests)]


def outcome(mutant: Mutant, unchanged: Unchanged, copy: Path, work: Path) -> str:
    """Return killed, equivalent or survived. A run that takes five times as long is killed."""
    chosen = concerned.tests(mutant.path)
    limit = unchanged.limit(chosen)
    started = time.monotonic()
    with trial.changed(copy / mutant.path, mutant.source):
        alive = trial.passes(chosen, limit, work / "last.log")
    entry = known().get((mutant.path, mutant.before, mutant.after))
    state = "killed" if not alive else "equivalent" if entry and entry.equivalent else "survived"
    with (work / "log.txt").open("a") as log:
        print(
            f"{time.monotonic() - started:6.1f} s {state:8} {mutant.path}:{mutant.line}", file=log
        )
        if alive:
            print(f"    - {mutant.before}\n    + {mutant.after}", file=log)
    return state


if __name__ == "__main__":
    main()
