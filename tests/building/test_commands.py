"""What `autograder build`, `release` and `check` print, ask and exit with; their work is given."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from click.testing import CliRunner, Result

from autograder import cli
from autograder.building import build as building
from autograder.building import drift as drifting
from autograder.building import shell_check
from autograder.building.build import BuildResult
from autograder.building.problems import BuildError, Problem
from autograder.coursefolder import release as releasing
from autograder.coursefolder import trouble as troubles
from autograder.translation import build as translation

CHINESE = "zh_CN: 1 notebook written, in chapters-zh/."
A, B = Path("solutions/03_tiny/01_a.py"), Path("solutions/03_tiny/02_b.py")


def command(*arguments: str, answer: str = "") -> Result:
    return CliRunner().invoke(cli.main, arguments, input=answer)


def given(monkeypatch: pytest.MonkeyPatch, module: Any, name: str, answer: Any) -> list[Any]:
    """Let a module's function raise or return this; the calls of it."""
    calls: list[Any] = []

    def stub(*arguments: Any, **named: Any) -> Any:
        calls.append((arguments, named))
        if isinstance(answer, Exception):
            raise answer
        return answer(*arguments, **named) if callable(answer) else answer

    monkeypatch.setattr(module, name, stub)
    return calls


@pytest.fixture(autouse=True)
def chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    """The Chinese edition is built, and agrees with the texts."""
    monkeypatch.setattr(translation, "build_edition", lambda *_, **__: [B])
    monkeypatch.setattr(translation, "edition_drift", lambda *_, **__: [])


def test_a_build_says_what_it_did_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    done = BuildResult([B, A], [Path("kept.py")] * 3, [Problem(A, 4, "lacks")], [Path("c.ipynb")])

    def work(*_: Any, progress: Any, **__: Any) -> BuildResult:
        progress(A, 0, 3)
        progress(A, 2, 3)
        return done

    calls = given(monkeypatch, building, "build", work)
    result = command("build", "3", "--force")
    assert result.exit_code == 0, result.output
    assert [line for line in result.output.splitlines() if line.strip()] == [
        f"warning {A}:4: lacks",
        "removed c.ipynb: its text is gone",
        "executed 03_tiny/01_a",
        "executed 03_tiny/02_b",
        "2 notebooks executed, 3 unchanged.",
        CHINESE,
    ]
    assert (calls[0][0], calls[0][1]["force"]) == ((("3",),), True)
    command("build")
    assert (calls[1][0], calls[1][1]["force"]) == (((),), False)


def test_the_progress_of_a_build_is_a_bar_a_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    from rich.progress import Progress

    seen: list[tuple[str, float, float | None]] = []

    def work(*_: Any, progress: Any, **__: Any) -> BuildResult:
        for path, done in ((A, 0), (B, 1), (A, 2)):
            progress(path, done, 3)
        return BuildResult()

    leave = Progress.__exit__

    def look(self: Progress, *error: Any) -> None:
        seen.extend((task.description, task.completed, task.total) for task in self.tasks)
        leave(self, *error)

    monkeypatch.setattr(Progress, "__exit__", look)
    given(monkeypatch, building, "build", work)
    assert command("build").exit_code == 0
    assert seen == [("03_tiny/01_a", 2, 3), ("03_tiny/02_b", 1, 3)]


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (BuildError([Problem(A, 4, "no"), Problem(B, 5, "never")]), 1, "01_a.py:4: no\n"),
        (ValueError("'9' is no chapter"), 2, "'9' is no chapter"),
    ],
)
def test_a_build_that_stops_says_why(
    error: Exception, code: int, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    given(monkeypatch, building, "build", error)
    result = command("build", "9")
    assert (result.exit_code, words in result.stderr) == (code, True)
    assert "executed" not in result.output


def test_build_check_compares_and_runs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = given(monkeypatch, building, "build", BuildResult())
    given(monkeypatch, drifting, "drift", [])
    fine = command("build", "--check")
    assert (fine.exit_code, fine.output) == (0, "The committed notebooks match their texts.\n")
    given(monkeypatch, drifting, "drift", [Problem(A, 4, "differs")])
    wrong = command("build", "--check")
    assert (wrong.exit_code, wrong.output) == (1, f"{A}:4: differs\n")
    given(monkeypatch, drifting, "drift", ValueError("no such"))
    assert command("build", "--check", "9").exit_code == 2
    assert calls == []


SENTENCES = ["two scores change", "one is lost"]


def asked(sentences: list[str]) -> Any:
    """A release that asks about these sentences, and is done when the answer is yes."""
    return lambda *_, agree, **__: {"03_tiny": agree("03_tiny", sentences), "04_next": False}


@pytest.mark.parametrize(
    ("sentences", "arguments", "answer", "released", "question"),
    [
        ([], (), "", True, False),
        (SENTENCES, (), "y\n", True, True),
        (SENTENCES, (), "n\n", False, True),
        (SENTENCES, ("--yes",), "", True, False),
    ],
)
def test_a_release_asks_before_scores_change(
    sentences: list[str],
    arguments: tuple[str, ...],
    answer: str,
    released: bool,
    question: bool,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    calls = given(monkeypatch, releasing, "release_course", asked(sentences))
    result = command("release", "3", "--course", str(tmp_path), *arguments, answer=answer)
    assert result.exit_code == 0, result.output
    assert ("Release it?" in result.output) == question
    assert [line for line in sentences if f"03_tiny: {line}\n" not in result.output] == []
    lines = result.output.splitlines()[-2:]
    state = "released" if released else "unchanged"
    assert lines[0].endswith(f"03_tiny: {state}, in {tmp_path}/release/03_tiny")
    assert lines[1] == f"04_next: unchanged, in {tmp_path}/release/04_next"
    assert calls[0][0] == (tmp_path, ("3",))
    assert calls[0][1]["force"] is False


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (BuildError([Problem(A, 4, "no")]), 1, "01_a.py:4: no\n"),
        (releasing.ReleaseError("taken"), 1, "Error: taken"),
        (ValueError("'9' is no chapter"), 2, "Error: '9' is no chapter"),
        (OSError("disk"), 1, "Error: the disk is full"),
    ],
)
def test_a_release_that_stops_says_why(
    error: Exception, code: int, words: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    given(monkeypatch, releasing, "release_course", error)
    given(monkeypatch, troubles, "trouble", "the disk is full")
    result = command("release", "--course", str(tmp_path), "--force")
    assert (result.exit_code, words in result.stderr) == (code, True)


def test_a_bug_in_a_release_is_shown_as_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    given(monkeypatch, releasing, "release_course", KeyError("bug"))
    given(monkeypatch, troubles, "trouble", "")
    assert isinstance(command("release", "--course", str(tmp_path)).exception, KeyError)


def test_check_prints_the_reports_of_what_failed_and_the_points(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "n.ipynb"
    nbformat.write(nbformat.v4.new_notebook(), path)
    report = shell_check.CellReport
    fine, wrong = report("a", 2.5, True, "fine"), report("b", 4, False, "one\ntwo")
    calls = given(monkeypatch, shell_check, "check_notebook", [fine, wrong, fine])
    result = command("check", str(path), "--all")
    assert (result.exit_code, result.output.splitlines()) == (1, [
        "passed a (2.5 points)", "failed b (4 points)", "    one", "    two",
        "passed a (2.5 points)", "5 of 9 points",
    ])  # fmt: skip
    assert calls == [((path,), {"experiments": True})]
    given(monkeypatch, shell_check, "check_notebook", [fine])
    result = command("check", str(path))
    assert (result.exit_code, result.output.splitlines()[-1]) == (0, "2.5 of 2.5 points")
    given(monkeypatch, shell_check, "check_notebook", ValueError("no check cell"))
    result = command("check", str(path))
    assert result.exit_code == 1
    assert re.search("Error: .*no check cell", result.stderr)
