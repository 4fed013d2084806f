"""The commands `build`, `release` and `check` of `autograder`."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from autograder.command_line import COURSE_OPTION

if TYPE_CHECKING:
    from autograder.building.layout import Layout


@click.command()
@click.argument("targets", nargs=-1, metavar="[CHAPTER|NOTEBOOK]...")
@click.option("--force", is_flag=True, help="Execute every notebook, changed or not.")
@click.option("--check", "only_check", is_flag=True, help="Only compare with the committed files.")
@click.option("--language", help="Only the notebooks in this language: en, zh_CN; all by default.")
@click.option("--executed", is_flag=True, help="With --language: solutions-zh/*.ipynb as well.")
def build(
    targets: tuple[str, ...], force: bool, only_check: bool, language: str | None, executed: bool
) -> None:
    """Make chapters/ and solutions/*.ipynb from the texts solutions/**/*.py.

    CHAPTER is a number or a folder's name, NOTEBOOK a text's file name. Only notebooks whose code
    changed are executed again. From the translations in locale/ come chapters-zh/ and, where asked
    for, solutions-zh/ with the outputs of the English run.
    """
    from autograder.building.build import build as run_build
    from autograder.building.drift import drift
    from autograder.building.layout import Layout
    from autograder.building.problems import BuildError
    from autograder.translation.build import edition_drift

    console = Console(soft_wrap=True)
    try:
        texts = Layout().authored()
        chosen = [texts.edition(language)] if language else texts.editions()
        editions = [layout for layout in chosen if layout.language]
        if executed and not (language and editions):
            raise ValueError("--executed needs --language and one besides English, which has them")
        if only_check:
            problems = [] if editions == chosen else drift(targets)
            problems += [p for one in editions for p in edition_drift(targets, layout=one)]
            _print_problems(problems)
            if problems:
                sys.exit(1)
            console.print("The committed notebooks match their texts.")
            return
        if editions == chosen:
            _build_editions(console, targets, editions, executed)
            return
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("cells"),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=console, transient=True) as bars:
            tasks: dict[Path, int] = {}

            def progress(path: Path, done: int, total: int) -> None:
                if path not in tasks:
                    name = f"{path.parent.name}/{path.stem}"
                    tasks[path] = bars.add_task(name, total=total)
                bars.update(tasks[path], completed=done)  # type: ignore[arg-type]

            result = run_build(targets, force=force, progress=progress)
    except BuildError as error:
        _print_problems(error.problems)
        sys.exit(1)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    for warning in result.warnings:
        console.print(f"[yellow]warning[/] {warning}", highlight=False)
    for path in result.removed:
        console.print(f"removed {path}: its text is gone", highlight=False)
    for path in sorted(result.executed):
        console.print(f"executed {path.parent.name}/{path.stem}", highlight=False)
    console.print(f"{len(result.executed)} notebooks executed, {len(result.kept)} unchanged.")
    try:
        _build_editions(console, targets, editions, executed)
    except BuildError as error:
        _print_problems(error.problems)
        sys.exit(1)


def _build_editions(
    console: Console, targets: tuple[str, ...], editions: list[Layout], executed: bool
) -> None:
    """Build what is translated, and say how many notebooks have changed."""
    from autograder.translation.build import build_edition

    for layout in editions:
        written = build_edition(targets, layout=layout, executed=executed)
        number = len(written)
        notebooks = "1 notebook" if number == 1 else f"{number} notebooks"
        console.print(f"{layout.language}: {notebooks} written, in {layout.chapters.name}/.")


@click.command()
@click.argument("chapters", nargs=-1, metavar="[CHAPTER]...")
@COURSE_OPTION
@click.option("--force", is_flag=True, help="Generate again what is unchanged.")
@click.option("--yes", is_flag=True, help="Do not ask before scores of submissions change.")
@click.option("--language", help="Of texts and reports, zh_CN say; kept for the next release.")
def release(
    chapters: tuple[str, ...], course: Path, force: bool, yes: bool, language: str | None
) -> None:
    """Make the course folder: instructor's notebooks, release, gradebook, configuration.

    What exists is kept: the secret seed, the gradebook, all submissions. Where submissions are in
    the gradebook, what changes in their scores is said and asked first.
    """
    from autograder.building.problems import BuildError
    from autograder.coursefolder.release import ReleaseError, release_course

    console = Console(soft_wrap=True)

    def agree(name: str, sentences: list[str]) -> bool:
        for sentence in sentences:
            console.print(f"{name}: {sentence}", highlight=False)
        return yes or not sentences or click.confirm("Release it?")

    try:
        released = release_course(course, chapters, force=force, agree=agree, language=language)
    except BuildError as error:
        _print_problems(error.problems)
        sys.exit(1)
    except ReleaseError as error:
        raise click.ClickException(str(error)) from None
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    except Exception as error:
        from autograder.coursefolder.trouble import trouble

        if not trouble(error):
            raise
        raise click.ClickException(trouble(error)) from None
    for name, changed in released.items():
        state = "released" if changed else "unchanged"
        console.print(f"{name}: {state}, in {course / 'release' / name}", highlight=False)


@click.command()
@click.argument("notebook", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--all", "everything", is_flag=True, help="Run the experiments too.")
def check(notebook: Path, everything: bool) -> None:
    """Run a notebook's check cells and print their reports; exit 1 when one fails."""
    from autograder.building.handed_out import differences
    from autograder.building.shell_check import check_notebook, read_notebook

    console = Console(soft_wrap=True)
    try:
        missing = differences(notebook, read_notebook(notebook))
        reports = check_notebook(notebook, experiments=everything)
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    for report in reports:
        mark = "[green]passed[/]" if report.passed else "[red]failed[/]"
        points = "1 point" if report.points == 1 else f"{report.points:g} points"
        console.print(f"{mark} {report.name} ({points})", highlight=False)
        if not report.passed:
            click.echo("\n".join(f"    {line}" for line in report.text.splitlines()))
    earned = sum(report.points for report in reports if report.passed)
    total = sum(report.points for report in reports)
    console.print(f"{earned:g} of {total:g} points", highlight=False)
    for sentence in missing:
        click.echo(sentence)
    if any(not report.passed for report in reports):
        sys.exit(1)


def _print_problems(problems: Iterable[object]) -> None:
    for problem in problems:
        click.echo(str(problem), err=True)


COMMANDS: list[click.Command] = [build, release, check]
