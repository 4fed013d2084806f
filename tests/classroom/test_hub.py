"""docs/hub.md on a real JupyterHub: its proxy, a teacher and a student, each with an own server.

Needs jupyterhub (`pip install jupyterhub`) and `npm install -g configurable-http-proxy`.
Both servers run as this system's user, whose name nbgrader gives the submission; who may read whose
files is not part of it.
"""

from __future__ import annotations

import contextlib
import getpass
import importlib.util
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from autograder.demo.notebooks import Notebooks
from tests.classroom import smallclass
from tests.classroom.smallclass import ASSIGNMENT
from tests.classroom.test_classrun import totals
from tests.classroom.test_exchange import EXCHANGE, run

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(
        importlib.util.find_spec("jupyterhub") is None, reason="jupyterhub is not installed"
    ),
    pytest.mark.skipif(
        shutil.which("configurable-http-proxy") is None,
        reason="JupyterHub's proxy is not installed",
    ),
]
STUDENT = getpass.getuser()
TOKEN = "a-token-of-the-tests-0123456789abcdef"
HUB = """
c = get_config()
c.JupyterHub.bind_url = "http://127.0.0.1:{port}"
c.JupyterHub.hub_port = {hub}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{proxy}"
c.JupyterHub.authenticator_class = "dummy"
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = {homes!r} + "/{{username}}"
c.Authenticator.allowed_users = {{{student!r}, "teacher"}}
c.JupyterHub.services = [{{"name": "tests", "api_token": {token!r}}}]
c.JupyterHub.load_roles = [{{
    "name": "tests", "services": ["tests"],
    "scopes": ["admin:users", "admin:servers", "access:servers"],
}}]
c.Spawner.args = ["--allow-root"]
c.Spawner.http_timeout = c.Spawner.start_timeout = 120

"""


class Hub:
    """What a person's browser would send to the hub."""

    def __init__(self, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}"

    def ask(self, method: str, path: str, data: bytes | None = None) -> Any:
        request = urllib.request.Request(
            self.address + path, method=method, data=data,
            headers={"Authorization": f"token {TOKEN}"},
        )  # fmt: skip
        with urllib.request.urlopen(request, timeout=300) as answer:
            text = answer.read()
        return json.loads(text) if text.strip() else None

    def press(self, user: str, button: str, **fields: str) -> Any:
        answer = self.ask("POST", f"/user/{user}/{button}", urlencode(fields).encode())
        assert answer["success"], answer
        return answer

    def put(self, user: str, file: Path, to: str) -> None:
        """Save a notebook as the lab does."""
        model = {"type": "notebook", "format": "json", "content": json.loads(file.read_text())}
        self.ask("PUT", f"/user/{user}/api/contents/{to}", json.dumps(model).encode())

    def start(self, user: str) -> None:
        with contextlib.suppress(urllib.error.HTTPError):  # who is known need not be made
            self.ask("POST", f"/hub/api/users/{user}", b"")
        self.ask("POST", f"/hub/api/users/{user}/server", b"")
        wait(lambda: self.ask("GET", f"/hub/api/users/{user}")["servers"][""]["ready"], user)


def wait(what: Any, name: str) -> None:
    end = time.monotonic() + 180
    while time.monotonic() < end:
        with contextlib.suppress(OSError, KeyError):
            if what():
                return
        time.sleep(0.3)
    raise AssertionError(f"{name} did not start")


def free_ports(number: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(number)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[tuple[Hub, Path, Path]]:
    """A hub, the teacher's course and the student's home."""
    exchange, homes = tmp_path / "exchange", tmp_path / "homes"
    exchange.mkdir()
    exchange.chmod(0o777)
    (homes / STUDENT).mkdir(parents=True)
    text = EXCHANGE.format(root=str(exchange))
    (homes / STUDENT / "nbgrader_config.py").write_text(text)
    course = smallclass.make_course(homes / "teacher", text.replace("c = get_config()", ""))
    settings = homes / "teacher" / ".jupyter" / "nbgrader_config.py"
    settings.parent.mkdir()
    settings.write_text(f"c = get_config()\nc.CourseDirectory.root = {str(course)!r}\n")
    port, inner, proxy = free_ports(3)
    (tmp_path / "hub.py").write_text(
        HUB.format(
            port=port, hub=inner, proxy=proxy, homes=str(homes), token=TOKEN, student=STUDENT
        )
    )
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyterhub", "--config", str(tmp_path / "hub.py")],
            cwd=tmp_path, stdout=log, stderr=log, env={**os.environ, "PATH": path},
        )  # fmt: skip
        one = Hub(port)
        try:
            wait(lambda: one.ask("GET", "/hub/api/"), "the hub")
            yield one, course, homes / STUDENT
        finally:
            process.terminate()
            process.wait(60)
            print((tmp_path / "log").read_text()[-6000:])  # shown where the test fails


def test_a_week_on_a_hub(hub: tuple[Hub, Path, Path]) -> None:
    one, course, home = hub
    for user in ("teacher", STUDENT):
        one.start(user)
    names = {"course_id": "nn", "assignment_id": ASSIGNMENT}
    one.press("teacher", f"formgrader/api/assignment/{ASSIGNMENT}/release")
    one.press(STUDENT, "assignments/fetch", **names)
    Notebooks.solved(home / ASSIGNMENT, course / "source" / ASSIGNMENT).save(course.parent / "done")
    for file in sorted((course.parent / "done").glob("*.ipynb")):
        one.put(STUDENT, file, f"{ASSIGNMENT}/{file.name}")
    valid = one.press(STUDENT, "assignments/validate", path=f"{ASSIGNMENT}/02_affine.ipynb")
    assert valid["value"] == {}
    one.press(STUDENT, "assignments/submit", **names)
    one.press("teacher", f"formgrader/api/assignment/{ASSIGNMENT}/collect")
    for command in ("grade", "feedback"):
        run(course, "autograder.cli", command, ASSIGNMENT, "--course", str(course))
    assert totals(course) == {STUDENT: 100}
    one.press("teacher", f"formgrader/api/assignment/{ASSIGNMENT}/release_feedback")
    one.press(STUDENT, "assignments/fetch_feedback", **names)
    pages = sorted(page.name for page in (home / ASSIGNMENT / "feedback").rglob("*.html"))
    assert pages == ["01_ramp.html", "02_affine.html"]
