"""`autograder audit`: how well the checks tell right from wrong."""

from __future__ import annotations

import json
import os
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import partial
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from autograder.audit import xray as xrays
from autograder.audit.measure import Measure, measure
from autograder.audit.page import written_page
from autograder.audit.right import right_runs
from autograder.audit.right import table as right_table
from autograder.audit.tables import table, totals


@click.command()
@click.argument("exercises", nargs=-1)
@click.option(
    "--seeds",
    default=30,
    show_default=True,
    help="Drawings on which right code has to pass, per exercise.",
)
@click.option(
    "--mutants", is_flag=True, help="Also run every one-step change of the reference's syntax tree."
)
@click.option(
    "--further", is_flag=True, help="--mutants, and rarer changes, many of which change nothing."
)
@click.option(
    "--xray",
    default=0,
    metavar="N",
    help="Only measure the x-ray: is the line found in N mutants of each right variant?",
)
@click.option(
    "--right",
    default=0,
    metavar="N",
    help="Only run right answers: the reference and every variant on N drawings.",
)
@click.option(
    "--first", default=0, show_default=True, help="With --right: the seed of the first drawing."
)
@click.option(
    "--page",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Only write the report of every known mistake into one HTML page, to be read.",
)
@click.option("--jobs", default=os.cpu_count() or 1, show_default=True, help="Processes.")
@click.option(
    "--json",
    "json_path",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Also write what was measured into this file.",
)
def audit(
    exercises: tuple[str, ...],
    seeds: int,
    mutants: bool,
    further: bool,
    xray: int,
    right: int,
    first: int,
    page: Path | None,
    jobs: int,
    json_path: Path | None,
) -> None:
    """Run known mistakes, right variants and mutants through the checks of EXERCISES.

    These are names, chapters ("ch03"), or all where none is given.
    """
    from autograder.exercises import everything

    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    known = everything()
    chosen = [
        n
        for n, e in known.items()
        if not exercises or n in exercises or f"ch{e.chapter:02d}" in exercises
    ]
    unknown = [
        x
        for x in exercises
        if x not in known and not any(f"ch{e.chapter:02d}" == x for e in known.values())
    ]
    if unknown:
        raise click.UsageError(
            f"no exercise or chapter {', '.join(unknown)}; known are {', '.join(known)} "
            "and ch01 to ch05"
        )
    console = Console()
    if xray:
        with ProcessPoolExecutor(jobs) as pool:
            scores = [s for both in pool.map(partial(xrays.score, most=xray), chosen) for s in both]
        console.print(xrays.table(scores))
        for one in scores:
            for miss in one.misses:
                console.print(f"{one.exercise}: {miss}", highlight=False, markup=False)
        return
    if page:
        count = written_page(page, chosen)
        console.print(f"{count} reports written to {page}")
        return
    if right:
        with ProcessPoolExecutor(jobs) as pool:
            runs = [*pool.map(partial(right_runs, first=first, drawings=right), chosen)]
        console.print(right_table(runs))
        for runs_of_one in runs:
            for rejection in runs_of_one.rejected:
                console.print(f"{runs_of_one.exercise}: {rejection}", highlight=False, markup=False)
        return
    results: dict[str, Measure] = {}
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with (
        Progress(*columns, console=console, transient=True) as progress,
        ProcessPoolExecutor(jobs) as pool,
    ):
        task = progress.add_task("auditing", total=len(chosen))
        work = partial(measure, seeds=seeds, with_mutants=mutants, further=further)
        for done in as_completed([pool.submit(work, name) for name in chosen]):
            result = done.result()
            results[result.exercise] = result
            progress.advance(task)
    ordered = [results[name] for name in chosen]
    console.print(table(ordered, mutants or further))
    for result in ordered:
        for problem in result.problems:
            console.print(f"{result.exercise}: {problem}", highlight=False, markup=False)
    if json_path is None:
        return
    json_path.parent.mkdir(parents=True, exist_ok=True)
    json_path.write_text(
        json.dumps(
            {"totals": totals(ordered), "exercises": [r.to_dict() for r in ordered]}, indent=1
        )
        + "\n"
    )
    console.print(f"Written to {json_path}")


COMMANDS = [audit]
