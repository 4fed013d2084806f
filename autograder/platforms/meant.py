"""Whom a person means who types a name: a student, or all of a group; nobody else's is guessed."""

from __future__ import annotations

import difflib

from autograder.coursefolder.course import Course
from autograder.coursefolder.extensions import ExtensionError, load_extensions
from autograder.coursefolder.groups import load_groups
from autograder.coursefolder.shown import shown
from autograder.platforms.roster import called, load


def members_meant(course: Course, assignment: str, text: str, given: bool = False) -> list[str]:
    """Return the student that `text` means, or all of a group; ExtensionError where it is nobody.

    text: a name of the course, a group's, or a name, number or address of the roster.  given:
    whether who has an extension already is known too.
    """
    rosters = [r for r in (load(course.root, p) for p in ("canvas", "moodle")) if r]
    with course.gradebook() as gradebook:
        known = {student.id for student in gradebook.students}
    known |= set(course.submissions(assignment)).union(*(roster.rows for roster in rosters))
    if given:
        known |= {who for of, who in load_extensions(course.root) if of == assignment}
    groups = load_groups(course.root)
    names = {one: one for one in (*known, *groups)}
    for roster in rosters:
        names |= {called(row): f"{called(row)} ({who})" for who, row in roster.rows.items()}

    def one(text: str, where: str = "") -> str:
        if text in known:
            return text
        found = sorted({student for roster in rosters for student in roster.meant(text)})
        if len(found) > 1:
            raise ExtensionError(
                f"{shown(text)}{where} may be {' or '.join(map(shown, found))}: name one of them"
            )
        if found:
            return found[0]
        near = close(text, names)
        hint = f"; did you mean {', '.join(map(shown, near))}?" if near else ""
        raise ExtensionError(
            f"nobody called {shown(text)}{where} has handed in or is on a roster{hint}"
        )

    if text in known or text not in groups:
        return [one(text)]
    return [one(member, f", of {shown(text)} in groups.csv,") for member in groups[text]]


def doubtful_extensions(course: Course, assignment: str) -> list[str]:
    """Return a sentence on each line of extensions.csv that gives nobody of an assignment time.

    The table is written by `autograder extend`, which refuses such lines; people edit it, too.
    """
    doubts: list[str] = []
    given = load_extensions(course.root, doubts)
    with course.gradebook() as gradebook:
        released = {one.name for one in gradebook.assignments}
    for of, who in given:
        if of not in released:
            near = close(of, {name: name for name in released})
            hint = f"; did you mean {', '.join(near)}?" if near else ""
            doubts.append(f"extensions.csv: no assignment is called {shown(of)}{hint}")
        elif of == assignment:
            try:
                meant = members_meant(course, assignment, who)
            except ExtensionError as error:
                doubts.append(f"extensions.csv: {error}")
                continue
            if meant != [who]:
                names = ", ".join(map(shown, meant))
                doubts.append(f"extensions.csv: {shown(who)} is {names} in this course: write that")
    return doubts


def close(text: str, names: dict[str, str]) -> list[str]:
    """Return what is shown of the up to three names most like a text, small letters or not."""
    small: dict[str, str] = {}
    for name, sign in names.items():
        small.setdefault(name.casefold(), sign)
    return [small[one] for one in difflib.get_close_matches(text.casefold(), small, 3)]
