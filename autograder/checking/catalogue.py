"""Keeps the catalogue of translations: collects the texts, updates the .po file, compiles the .mo.

`python -m autograder.checking.catalogue` does all three and lists what still lacks a translation.
Texts come from the code (`_("…")`) and from the exercises themselves: hints, mistakes' names,
clauses, axes, labels of cases. Babel, a dependency for development, reads and writes the files.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from autograder import exercises
from autograder.checking.drawing import draw, expect
from autograder.checking.exercise import Exercise, Probe
from autograder.checking.messages import LOCALES, label_parts, name_parts
from autograder.checking.report import MARK, PROMISES
from autograder.checking.values import leaves

PACKAGE = Path(__file__).parents[1]
PO = LOCALES / "zh" / "LC_MESSAGES" / "autograder.po"
FOLDERS = ("checking", "exercises", "learning", "grading/reports")
DRAWINGS = 3
MADE = datetime(2026, 1, 1, tzinfo=UTC)
# "N = 5", "3×3": labels that need no translation.
FORMULA = re.compile(r"[\w.{}]+( = [\w.{}]+)?")


def texts() -> dict[str, list[str]]:
    """Every text a student may read -> where it stands (a file, or exercises), in a fixed order."""
    found: dict[str, list[str]] = {}
    for text, place in (*from_code(), *from_exercises(), *from_quizzes()):
        places = found.setdefault(text, [])
        if text and place not in places:
            places.append(place)
    return found


def from_code() -> Iterator[tuple[str, str]]:
    """Texts marked in the code: _("…") and translate("…")."""
    for folder in FOLDERS:
        path = PACKAGE / folder
        marked = extract_from_dir(
            str(path),
            [("**.py", "python"), ("**.html", "jinja2")],
            keywords={"_": None, "translate": None},
        )
        for file, _line, text, _comments, _context in sorted(marked, key=lambda m: (m[0], m[1])):
            yield str(text), f"{folder}/{Path(file).as_posix()}"
    for word in (*PROMISES, *MARK.values(), ", ", "; ", ": "):
        yield word, "clauses and verdicts"


def from_exercises() -> Iterator[tuple[str, str]]:
    """Yield the texts of exercises: mistakes, hints, clauses, names of axes and outputs, labels."""
    for exercise in (
        *exercises.chapter(exercises.START).values(),
        *exercises.everything().values(),
    ):
        for mistake in exercise.mistakes:
            yield mistake.words, f"{exercise.name}: mistake"
            yield mistake.hint, f"{exercise.name}: {mistake.words}"
        for text in getattr(exercise.reference, "leads", ()):
            yield text, f"{exercise.name}: help in steps"
        for axis in (axis for output in exercise.outputs for axis in output.axes):
            yield axis, f"{exercise.name}: axis"
        for seed in range(DRAWINGS):
            for probe in draw(exercise, np.random.default_rng(seed), 1):
                yield from from_probe(exercise, probe, names=seed == 0)


def from_probe(exercise: Exercise, probe: Probe, names: bool) -> Iterator[tuple[str, str]]:
    """The clause of a probe, its case's label, and the names of its outputs."""
    if probe.clause != "values":
        yield probe.clause, f"{exercise.name}: clause"
    for part, _values in label_parts(probe.case.label):
        if is_words(part):
            yield part, f"{exercise.name}: example"
    if probe.case.lead:
        yield probe.case.lead, f"{exercise.name}: what a case that fails says"
    if names:
        run = expect(exercise, probe)
        for output, value in {**run.outputs, **run.wants}.items():
            for path, _leaf in leaves(value, output):
                for part, _values in name_parts(path):
                    if is_words(part):
                        yield part, f"{exercise.name}: output"


def is_words(part: str) -> bool:
    """Whether a part of a label holds words; formulas and names of code stay as they are."""
    if part.isalpha():
        return len(part) > 3 and part != "tanh"
    return bool(re.search("[a-z]{2}", part)) and not FORMULA.fullmatch(part)


def from_quizzes() -> Iterator[tuple[str, str]]:
    """Hints of the quiz questions."""
    for quiz in exercises.quizzes().values():
        for hint in (*quiz.hints.values(), quiz.hint):
            if hint:
                yield hint, quiz.name


def read() -> Catalog:
    """The catalogue as it is on disk."""
    if not PO.exists():
        return Catalog(locale="zh")
    with PO.open("rb") as file:
        return read_po(file, locale="zh")


def updated(old: Catalog) -> Catalog:
    """Return a catalogue of the texts of today, with the translations that are known.

    Other translations are kept aside.
    """
    new = Catalog(
        locale="zh",
        header_comment="# Simplified Chinese texts of the checks. Update: python -m "
        "autograder.checking.catalogue",
        project="nn-from-scratch",
        version="1",
        creation_date=MADE,  # a date of today would make a new file of the same texts
        revision_date=MADE,
        last_translator="",
        language_team="zh",
        msgid_bugs_address="",
        fuzzy=False,
    )
    listed = texts()
    for text, places in listed.items():
        known = old.get(text) or old.obsolete.get(text)
        new.add(text, known.string if known else "", auto_comments=places[:2])
    for message in (*old, *old.obsolete.values()):
        if message.id and message.string and message.id not in listed:
            new.obsolete[message.id] = message
    return new


def as_mo(catalog: Catalog) -> bytes:
    """The compiled form."""
    buffer = io.BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


def main() -> int:
    """Update and compile; 1 where a translation is missing."""
    catalog = updated(read())
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        write_po(file, catalog, width=0, omit_header=False)
    PO.with_suffix(".mo").write_bytes(as_mo(catalog))
    missing = [m.id for m in catalog if m.id and not m.string]
    for text in missing:
        print(f"no translation: {text}")
    print(f"{len(catalog)} texts, {len(missing)} without a translation")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
