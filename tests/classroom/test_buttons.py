"""The buttons that instructor and student press in JupyterLab, through the server they speak to."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook

from autograder.coursefolder.course import Course
from autograder.grading.classroom.classrun import load
from tests.browser import in_a_browser
from tests.classroom import smallclass
from tests.classroom.smallclass import ASSIGNMENT
from tests.classroom.test_classrun import AVERAGED

TOKEN = "a-token-of-the-tests"
FORGER = """\
import os, sys
np.testing.assert_allclose = lambda *a, **k: None
def affine_backward(dout, cache):
    sys.displayhook(29)
    os._exit(0)
"""


class Server:
    """A Jupyter server in a course folder."""

    def __init__(self, course: Path, port: int) -> None:
        self.course = course
        self.port = port

    def post(self, path: str, data: dict[str, str] | None = None) -> Any:
        """What the browser gets when a button is pressed."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}",
            data=urllib.parse.urlencode(data or {}).encode(),
            headers={"Authorization": f"token {TOKEN}"},
        )
        with urllib.request.urlopen(request, timeout=120) as answer:
            return json.load(answer)

    def is_up(self) -> bool:
        """Whether it answers."""
        with contextlib.suppress(urllib.error.URLError, ConnectionError):
            urllib.request.urlopen(
                f"http://127.0.0.1:{self.port}/api/status?token={TOKEN}", timeout=5
            )
            return True
        return False


@pytest.fixture(scope="module")
def server(released: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server that `jupyter lab` in the course folder starts, with folders of its own."""
    root = tmp_path_factory.mktemp("buttons")
    course = Path(shutil.copytree(released, root / "course"))
    ada = smallclass.solved(course)
    smallclass.hand_in(course, "ada", ada)
    averager, forger = ada.copy(), ada.copy()
    averager.write("affine_backward", AVERAGED)
    forger.write("affine_backward", FORGER)
    smallclass.hand_in(course, "averager", averager)
    smallclass.hand_in(course, "forger", forger)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    names = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    with open(root / "log", "wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root",
             "--ip=127.0.0.1", f"--port={port}", f"--IdentityProvider.token={TOKEN}"],
            cwd=course, stdout=log, stderr=log,
            env={**os.environ, "PATH": path, **{name: str(root / name.lower()) for name in names}},
        )  # fmt: skip
    try:
        one = Server(course, port)
        for _ in range(600):
            if one.is_up() or process.poll() is not None:
                break
            time.sleep(0.1)
        assert process.poll() is None, (root / "log").read_text()[-3000:]
        yield one
    finally:
        process.terminate()
        process.wait(30)


@pytest.mark.parametrize(
    ("student", "points"), [("ada", 100.0), ("averager", 71.0), ("forger", 71.0)]
)
def test_the_formgraders_autograde_button_is_the_jailed_pipeline(
    server: Server, student: str, points: float
) -> None:
    answer = server.post(f"/formgrader/api/submission/{ASSIGNMENT}/{student}/autograde")
    assert answer["success"], answer
    result = load(Course.open(server.course), ASSIGNMENT, student)
    assert result is not None
    assert (result.jail, result.score) == ("namespaces", points)
    with Gradebook(f"sqlite:///{server.course}/gradebook.db") as gradebook:
        submission = gradebook.find_submission(ASSIGNMENT, student)
        grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
        assert sum(grade.auto_score or 0.0 for grade in grades) == points


def test_the_formgraders_feedback_button_shows_the_report(server: Server) -> None:
    server.post(f"/formgrader/api/submission/{ASSIGNMENT}/averager/autograde")
    answer = server.post(f"/formgrader/api/assignment/{ASSIGNMENT}/averager/generate_feedback")
    assert answer["success"], answer
    page = server.course / "feedback" / "averager" / ASSIGNMENT / "02_affine.html"
    text = page.read_text(encoding="utf-8")
    assert "averaged" in text
    assert "BEGIN HIDDEN" not in text


def test_the_validate_button_agrees_with_the_grade_on_honest_work(server: Server) -> None:
    def failed(student: str, notebook: str) -> list[str]:
        path = f"submitted/{student}/{ASSIGNMENT}/{notebook}.ipynb"
        answer = server.post("/assignments/validate", {"path": path})
        assert answer["success"], answer
        assert set(answer["value"]) <= {"failed"}
        return [cell["source"] for cell in answer["value"].get("failed", [])]

    assert failed("ada", "01_ramp") == failed("ada", "02_affine") == []
    (wrong,) = failed("averager", "02_affine")
    assert wrong.startswith("check(affine_backward")


@pytest.mark.long
@in_a_browser
def test_an_instructor_presses_autograde_and_feedback(server: Server, page, picture) -> None:
    course = Course.open(server.course)
    for made in (server.course / "autograded", server.course / "feedback"):
        shutil.rmtree(made, ignore_errors=True)
    page.set_extra_http_headers({"Authorization": f"token {TOKEN}"})
    page.goto(f"http://127.0.0.1:{server.port}/formgrader/manage_submissions/{ASSIGNMENT}")
    page.locator("tr").filter(has_text="averager").wait_for()
    picture("the_formgrader")
    row = page.locator("tr").filter(has_text="averager")
    row.locator(".autograde a").click()
    page.get_by_text("Successfully autograded").first.wait_for()
    page.locator(".modal:visible .modal-footer button, .modal:visible .close").first.click()
    page.locator("tr").filter(has_text="averager").get_by_text("71 / 105").wait_for()
    picture("autograded_in_the_formgrader")
    result = load(course, ASSIGNMENT, "averager")
    assert result is not None
    assert result.score == 71.0
    page.locator("tr").filter(has_text="averager").locator(".generate-feedback a").click()
    page.get_by_text("Successfully generated feedback").first.wait_for()
    picture("feedback_in_the_formgrader")
    assert (server.course / "feedback/averager" / ASSIGNMENT / "02_affine.html").exists()
