"""The command `similar` of `autograder`."""

from __future__ import annotations

from pathlib import Path

import click

from autograder.command_line import COURSE_OPTION, complain, console


@click.command()
@click.argument("assignment")
@COURSE_OPTION
@click.option(
    "--to", type=click.Path(dir_okay=False, path_type=Path), help="The HTML file to write."
)
@click.option("--most", type=click.IntRange(1), default=50, show_default=True,
              help="How many pairs at most.")  # fmt: skip
@complain
def similar(assignment: str, course: Path, to: Path | None, most: int) -> None:
    """List pairs of graded submissions of ASSIGNMENT that share code, side by side on a page.

    Names, comments and blanks do not count; solutions, what was handed out and what many have is
    left out. Nothing is decided: the page is for a person to read, and changes no score.
    """
    from autograder.building.layout import write_atomic
    from autograder.coursefolder.course import Course
    from autograder.coursefolder.shown import shown
    from autograder.platforms.roster import known_groups
    from autograder.similarity.answers import answers, given
    from autograder.similarity.page import render
    from autograder.similarity.pairs import similar as pairs_of

    opened = Course.open(course)
    name = opened.resolve(assignment)
    opened.material(name)  # says so where it was never released
    texts = answers(opened, name)
    groups = known_groups(opened.root).values()
    pairs = pairs_of(texts, given(opened, name), groups, most)
    page = to or course / f"similar-{name}.html"
    write_atomic(page, render(name, pairs, len(texts)))
    out = console()
    out.print(f"{len(texts)} graded submissions of {name}, {len(pairs)} pairs to look at: {page}",
              soft_wrap=True)  # fmt: skip
    for pair in pairs[:10]:
        one, other = (shown(who, 60) for who in pair.names)
        parts = " and ".join(f"{100 * part:.0f} %" for part in pair.parts)
        out.print(f"  {one}, {other}: {pair.shared} characters, {parts} of their own", markup=False)


COMMANDS: list[click.Command] = [similar]
