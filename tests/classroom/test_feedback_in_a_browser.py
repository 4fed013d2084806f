"""Feedback and report in a real browser, from a submission full of what would act there."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.coursefolder.course import Course
from autograder.demo.notebooks import code
from autograder.grading.classroom.classrun import grade_class
from autograder.grading.reports.feedback import pages_of, write_feedback
from autograder.grading.reports.write import write_report
from tests.browser import in_a_browser
from tests.classroom import smallclass
from tests.classroom.smallclass import ASSIGNMENT
from tests.classroom.test_active import EVIL
from tests.classroom.test_faults import Here

COVER = 'style="position:fixed;inset:0;z-index:99999;display:block"'
LINKS = [
    f'<a href="java&Tab;script:window.name=1" {COVER}>cover</a>',
    f'<a href="&#106;avascript:window.name=1" {COVER}>cover</a>',
    f'<a href="java\nscript:window.name=1" {COVER}>cover</a>',
    f'<div {COVER} onclick="window.name=1">cover</div>',
    '<img src=x onerror="window.name=1"><svg onload="window.name=1"></svg>',
]
SHOW = "from IPython.display import HTML, Markdown, Latex, display\n" + "\n".join(
    f"display({kind}({text!r}))"
    for text in [*LINKS, *EVIL]
    for kind in ("HTML", "Markdown", "Latex")
)

COVERING = """[...document.querySelectorAll("body *")].filter(
    e => e.textContent === "cover" && getComputedStyle(e).position !== "static").length"""
# As the browser understands an address: entities, tabs and the ends of lines are gone.
PROTOCOLS = "[...document.links].map(link => link.protocol)"


@pytest.fixture
def pages(tmp_path: Path) -> dict[str, Path]:
    """The feedback and the report of a student whose answer, output and file names all try."""
    root = smallclass.make_course(tmp_path)
    work = smallclass.solved(root)
    work.write("explain", "\n\n".join(["An answer.", *LINKS, *EVIL]))
    work.insert_after("check_relu_forward", code(SHOW))
    folder = smallclass.hand_in(root, "mallory", work)
    (folder / "<img src=x onerror='window.name=1'>.txt").write_text("x")
    course = Course.open(root)
    grade_class(course, ASSIGNMENT, workers=1, make_executor=Here)
    write_feedback(course, ASSIGNMENT, ["mallory"])
    (first,) = [p for p in pages_of(course, ASSIGNMENT, "mallory") if p.stem == "01_ramp"]
    report, _ = write_report(course, ASSIGNMENT, tmp_path / "report.html")
    return {"feedback": first, "report": report}


@pytest.mark.long
@in_a_browser
def test_nothing_of_a_students_acts_and_the_page_stays_readable(pages, page, picture):
    asked: list[str] = []
    said: list[str] = []
    page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: asked.append(request.url))
    page.set_content(LINKS[0])
    assert (page.evaluate(COVERING), page.evaluate(PROTOCOLS)) == (1, ["javascript:"])
    for name, path in pages.items():
        page.goto(path.as_uri())
        page.wait_for_timeout(1000)
        picture(f"hostile_{name}")
        assert page.evaluate(COVERING) == 0, name
        assert set(page.evaluate(PROTOCOLS)) <= {"file:", "http:", "https:", "mailto:"}, name
        for across in range(40, 1280, 240):
            for down in range(40, 900, 170):
                page.mouse.click(across, down)
        assert page.url.split("#")[0] == path.as_uri(), name
        assert page.evaluate("window.name") == "", name
        assert said == [], name
        assert [url for url in asked if "evil" in url or url.startswith("javascript")] == [], name
    page.goto(pages["feedback"].as_uri())
    # What follows the student's texts is there and can be seen.
    for text in ("check(relu_forward)", "check_quiz_columns", "An answer."):
        last = page.get_by_text(text).last
        last.scroll_into_view_if_needed()
        assert last.is_visible(), text
