"""The course folder: nbgrader's own release, made once, kept afterwards."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory

from autograder.building.build import build
from autograder.building.layout import Layout
from autograder.building.problems import BuildError
from autograder.coursefolder import release as course_module
from autograder.coursefolder.nbgrader import load_config
from autograder.coursefolder.release import make_secret, release_course
from tests.building.conftest import SETUP, WHOLE, Write, names

# nbgrader's own models warn about their order of flushing.
pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")


@pytest.fixture(autouse=True)
def stock_nbgrader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The course's configuration without the grader's part, which has tests of its own."""
    text = course_module.CONFIG_TEMPLATE.read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if "configure" not in line]
    template = tmp_path / "template.txt"
    template.write_text("\n".join(lines) + "\n", encoding="utf-8")
    monkeypatch.setattr(course_module, "CONFIG_TEMPLATE", template)


def test_release_is_byte_for_byte_what_the_build_puts_into_chapters(
    project: Write, tmp_path: Path
) -> None:
    layout = project(WHOLE)
    build(layout=layout, names=names)
    assert release_course(tmp_path / "course", layout=layout, names=names) == {"03_tiny": True}
    released = tmp_path / "course" / "release" / "03_tiny" / "01_a.ipynb"
    assert released.read_bytes() == (layout.chapters / "03_tiny" / "01_a.ipynb").read_bytes()


def test_second_release_changes_nothing_and_new_text_releases_again(
    project: Write, tmp_path: Path
) -> None:
    layout = project(WHOLE)
    course = tmp_path / "course"
    release_course(course, layout=layout, names=names)
    before = {path: path.stat().st_mtime_ns for path in course.rglob("*") if path.is_file()}
    assert release_course(course, layout=layout, names=names) == {"03_tiny": False}
    assert {path: path.stat().st_mtime_ns for path in before} == before
    project(WHOLE.replace("Words", "More words"))
    assert release_course(course, layout=layout, names=names) == {"03_tiny": True}
    assert "More words" in (course / "release" / "03_tiny" / "01_a.ipynb").read_text()


def test_gradebook_knows_the_points_and_the_hidden_tests(project: Write, tmp_path: Path) -> None:
    release_course(tmp_path / "course", layout=project(WHOLE), names=names)
    with Gradebook(f"sqlite:///{tmp_path / 'course' / 'gradebook.db'}") as gradebook:
        assignment = gradebook.find_assignment("03_tiny")
        assert assignment.max_score == 105
        cell = gradebook.find_source_cell("check_double", "01_a", "03_tiny")
        assert "check.secret(double" in cell.source


def test_secret_is_random_kept_and_for_its_owner_only(tmp_path: Path) -> None:
    path = make_secret(tmp_path)
    text = path.read_text()
    assert len(text.strip()) == 64
    assert make_secret(tmp_path).read_text() == text
    (tmp_path / "other").mkdir()
    assert make_secret(tmp_path / "other").read_text() != text
    if os.name != "nt":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_an_edited_configuration_is_kept(project: Write, tmp_path: Path) -> None:
    layout = project(WHOLE)
    course = tmp_path / "course"
    release_course(course, layout=layout, names=names)
    with (course / "nbgrader_config.py").open("a") as file:
        file.write("c.CourseDirectory.course_id = 'mine'\n")
    release_course(course, layout=layout, names=names)
    assert load_config(course).CourseDirectory.course_id == "mine"


def test_unfinished_chapter_is_not_released(project: Write, tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="no check cell"):
        release_course(tmp_path / "course", layout=project(SETUP), names=names)
    assert not (tmp_path / "course").exists()


@pytest.mark.parametrize(("solved", "score"), [(True, 100), (False, 0)])
@pytest.mark.long
def test_stock_nbgrader_grades_solution_and_untouched_release(
    solved: bool, score: float, project: Write, tmp_path: Path
) -> None:
    text = WHOLE.replace('print("quiz", name, answer)', "1 / (answer == 4711)")
    text = text.replace('print("passed")', "print(1)\n\n    secret = __call__")
    layout = project(text)
    build(layout=layout, names=names)
    course = tmp_path / "course"
    release_course(course, layout=layout, names=names)
    chosen = layout.solutions if solved else layout.chapters
    folder = course / "submitted" / "ann" / "03_tiny"
    folder.mkdir(parents=True)
    nb = nbformat.read(chosen / "03_tiny" / "01_a.ipynb", as_version=4)
    nbformat.write(nb, folder / "01_a.ipynb")
    config = load_config(course)
    api = NbGraderAPI(CourseDirectory(config=config), config=config)
    result = api.autograde("03_tiny", "ann")
    assert result["success"], result
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        assert gradebook.find_submission("03_tiny", "ann").score == score


def test_an_installed_copy_without_the_texts_makes_no_empty_course(tmp_path: Path) -> None:
    """As where a hub installs the package without -e."""
    with pytest.raises(course_module.ReleaseError, match="pip install -e FOLDER"):
        release_course(tmp_path / "course", layout=Layout(tmp_path / "site-packages"))
    assert not (tmp_path / "course").exists()
