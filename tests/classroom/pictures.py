"""Pictures of a week with Canvas: the table that goes back, and the report with extensions, groups.

    python -m tests.classroom.pictures docs/images

Makes a course with chapter 3, collects a download as Canvas makes it, gives extensions, grades,
reports and exports with the commands of docs/teaching.md, opens both results in Chromium and keeps
canvas_export.png and report_week.png. Needs the extra `browser` and a Chromium; two minutes.
"""

from __future__ import annotations

import csv
import html
import io
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from nbgrader.api import Gradebook

from autograder.cli import main as autograder
from autograder.coursefolder.release import release_course
from autograder.demo import classroom
from tests.browser import BROWSER, save
from tests.classroom.downloads import canvas_name, written, zipped

CHAPTER = classroom.MAIN
# As Canvas sorts them: name, number, login, whose hand-in of the demo class it is, late.
PEOPLE = [
    ("Absent, Ann", 4714, "ann", "", False),
    ("Hopper, Grace", 4713, "grace", "halfway", True),
    ("Lovelace, Ada", 4711, "ada", "ada", False),
    ("M\u00fcller, Jos\u00e9", 4712, "jose", "broken", False),
    ("O'Brien, Se\u00e1n", 4715, "sean", "", False),
    ("\u738b, \u5c0f\u660e", 4716, "wang", "", True),
    ("=1+1, Eve", 4717, "eve", "blank", False),
]
GROUP = ("Team_7", "sean", "wang")
STYLE = """body { font: 14px sans-serif; margin: 24px } table { border-collapse: collapse }
td, th { border: 1px solid #bbb; padding: 4px 10px; text-align: left } th { background: #eee }"""


def run(*words: object) -> str:
    """Run a command of autograder; what it says."""
    done = CliRunner().invoke(autograder, [str(word) for word in words], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    print(f"$ autograder {' '.join(map(str, words))}\n{done.output}")
    return done.output


def download(root: Path, course: Path) -> Path:
    """The submissions of the demo class as Canvas hands them out; one is a group's."""
    classroom.make_class(course, CHAPTER)
    made = root / "made"
    shutil.move(course / "submitted", made)
    files, number = [], 88000
    hand_ins = [(name, user, story, late) for name, user, _, story, late in PEOPLE if story]
    for name, user, story, late in [*hand_ins, (GROUP[0], 4716, "ada", True)]:
        for path in sorted((made / story / CHAPTER).glob("*.ipynb")):
            number += 1
            again = path.name.replace(".ipynb", "-1.ipynb") if story == "broken" else path.name
            called = canvas_name(name, user, number, again, late=late)
            files.append((called, path.read_bytes()))
    files.append((canvas_name("Absent, Ann", 4714, 1, "x")[: -len("_1_x")] + "_text.html", b"ill"))
    return zipped(root / "submissions.zip", files)


def week(root: Path) -> Path:
    """A course folder after a week."""
    course = root / "course"
    release_course(course, [CHAPTER])
    classroom.set_duedate(course, CHAPTER)
    (course / "groups.csv").write_text(
        "group,student\n" + "".join(f"{GROUP[0]},{student}\n" for student in GROUP[1:])
    )
    table = [["Student", "ID", "SIS User ID", "SIS Login ID", "Section", f"{CHAPTER} (991)"]]
    table.append(["    Points Possible", "", "", "", "", "110"])
    for name, user, login, *_ in PEOPLE:
        table.append([name, str(user), "", login, "Morning", "EX" if login == "ann" else ""])
    (root / "gradebook.csv").write_text(written(table), "utf-8-sig")
    at = ("--course", course)
    run("collect", download(root, course), 3, "--roster", root / "gradebook.csv", *at)
    for student, hour in (("grace", 30), ("sean", 20), ("wang", 20)):
        when = classroom.DUE + classroom.timedelta(hours=hour)
        folder = course / "submitted" / student / CHAPTER
        (folder / "timestamp.txt").write_text(f"{when:%Y-%m-%d %H:%M:%S} UTC\n")
    run("extend", 3, "Team_7", "--days", 1, "--why", "the bus broke down", *at)
    run("extend", 3, "Lovelace, Ada", "--days", 3, "--why", "in hospital", *at)
    run("grade", 3, *at)
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        for submission in gradebook.assignment_submissions(CHAPTER):
            for notebook in submission.notebooks if submission.student_id != "jose" else ():
                for one in notebook.grades:
                    if one.needs_manual_grade:
                        one.manual_score, one.needs_manual_grade = one.max_score - 1, False
        gradebook.db.commit()
    run("report", 3, *at)
    run("export", "--for", "canvas", "--assignment", 3, *at)
    return course


def page_of(table: str) -> str:
    """A CSV file as a page."""
    first, *others = csv.reader(io.StringIO(table))

    def row(cells: list[str], kind: str) -> str:
        return f"<tr>{''.join(f'<{kind}>{html.escape(cell)}</{kind}>' for cell in cells)}</tr>"

    lines = [row(first, "th"), *(row(cells, "td") for cells in others)]
    return f"<meta charset=utf-8><style>{STYLE}</style><table>{''.join(lines)}</table>"


def take(page: Any, address: Path, to: Path, selector: str = "body") -> None:
    """Keep a picture of a page."""
    page.goto(address.as_uri())
    save(page.locator(selector).first.screenshot(), to)


def main() -> None:
    """Make both pictures in the folder that is named."""
    from playwright.sync_api import sync_playwright

    folder = Path(sys.argv[1])
    with tempfile.TemporaryDirectory(prefix="pictures-") as root:
        course = week(Path(root))
        table = Path(root) / "export.html"
        table.write_text(page_of((course / "grades-canvas.csv").read_text("utf-8")), "utf-8")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 1000, "height": 700})
            take(page, table, folder / "canvas_export.png", "table")
            report = course / "reports" / f"{CHAPTER}.html"
            take(page, report, folder / "report_week.png", "section[aria-labelledby=h-late]")
            browser.close()


if __name__ == "__main__":
    main()
