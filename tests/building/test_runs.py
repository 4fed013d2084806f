"""What the build does around a run: a kernel's answers are given, none is started."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from autograder.building import build as building
from autograder.building import execute as executing
from autograder.building import shell_check
from autograder.building.build import build, start_page
from autograder.building.drift import drift
from autograder.building.problems import BuildError, Problem
from autograder.building.source import SourceNotebook, read_source
from tests.building.conftest import SETUP, SOLUTION, WHOLE, Write, names

Output = nbformat.NotebookNode
new = nbformat.v4.new_output

TEXT = """\
# %% [markdown]
# # Words

# %%
a = 1

# %%
b = 2
b / 0

# %% tags=["experiment"]
c = 3
"""


class Kernel:
    """Answers as a kernel would: outputs by a cell's text, then perhaps an exception."""

    def __init__(self, outputs: dict[str, list[Output]], error: Exception | None = None) -> None:
        self.outputs, self.error, self.given = outputs, error, {}

    def __call__(self, nb: nbformat.NotebookNode, **given: Any) -> Kernel:
        self.nb, self.given = nb, given
        return self

    def execute(self, **given: Any) -> None:
        self.given |= given
        self.folder_was_there = Path(self.given["resources"]["metadata"]["path"]).is_dir()
        for index, cell in enumerate(self.nb.cells):
            if cell.cell_type == "code" and cell.source in self.outputs:
                if start := self.given.get("on_cell_start"):
                    start(cell=cell, cell_index=index)
                cell.outputs, cell.execution_count = self.outputs[cell.source], index
        if self.error:
            raise self.error


def stream(text: str, name: str = "stdout") -> Output:
    return new("stream", name=name, text=text)


def raised(*frames: str) -> Output:
    return new("error", ename="E", evalue="no", traceback=list(frames))


def ran(project: Write, monkeypatch: pytest.MonkeyPatch, kernel: Kernel) -> SourceNotebook:
    """The text above, to be executed by this kernel."""
    monkeypatch.setattr(executing, "NotebookClient", kernel)
    return read_source(project(TEXT).solutions / "03_tiny" / "01_a.py")


def test_a_run_is_private_quiet_and_on_one_thread(
    project: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TQDM_DISABLE", "0")
    monkeypatch.setenv("KEPT", "yes")
    kernel = Kernel({"a = 1": [stream("at 0x123456ab")], "c = 3": [stream("4")]})
    source = ran(project, monkeypatch, kernel)
    told: list[tuple[int, int]] = []
    nb = executing.execute(source, source.path.parent, lambda i, n: told.append((i, n)))
    assert told == [(1, 4), (3, 4)]
    assert [cell.outputs[0].text for cell in nb.cells[1::2]] == ["at 0x123456ab", "4"]
    assert nb.metadata.language_info.version == "3.11"
    environment = kernel.given["env"]
    assert {environment[name] for name in ("TQDM_DISABLE", "OMP_NUM_THREADS")} == {"1"}
    assert (environment["PYTHONHASHSEED"], environment["KEPT"]) == ("0", "yes")
    assert kernel.folder_was_there
    assert not Path(kernel.given["resources"]["metadata"]["path"]).exists()
    assert kernel.given["record_timing"] is False
    assert kernel.given["timeout"] == 300


def test_every_cell_that_writes_to_stderr_is_named(
    project: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    kernel = Kernel({"a = 1": [stream(" one\n", "stderr")], "c = 3": [stream("two", "stderr")]})
    source = ran(project, monkeypatch, kernel)
    with pytest.raises(BuildError) as caught:
        executing.execute(source, source.path.parent)
    assert [(found.line, found.message) for found in caught.value.problems] == [
        (4, "the cell writes to stderr: one"),
        (11, "the cell writes to stderr: two"),
    ]


FRAMES = [
    "\x1b[31mZeroDivisionError\x1b[0m",
    "Cell \x1b[32mIn[2], line 2\x1b[0m",
    "Cell In[1], line 9",
]


@pytest.mark.parametrize(
    ("outputs", "error", "line", "message"),
    [
        (
            {"a = 1": [stream("a")], "b = 2\nb / 0": [raised(*FRAMES)]},
            CellExecutionError("", "E", "no"),
            9,
            "E: no",
        ),
        (
            {"a = 1": [stream("a"), raised("nowhere")]},
            CellExecutionError("", "E", "no"),
            4,
            "E: no",
        ),
        ({"a = 1": []}, CellTimeoutError("\x1b[1mslow\x1b[0m"), 7, "CellTimeoutError: slow"),
        ({}, DeadKernelError("died"), 4, "DeadKernelError: died"),
        (
            {"a = 1": [], "b = 2\nb / 0": [], "c = 3": []},
            DeadKernelError("died"),
            1,
            "DeadKernelError: died",
        ),
    ],
)
def test_what_stops_a_run_is_named_at_the_line_it_happened_at(
    outputs: dict[str, list[Output]],
    error: Exception,
    line: int,
    message: str,
    project: Write,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    source = ran(project, monkeypatch, Kernel(outputs, error))
    with pytest.raises(BuildError) as caught:
        executing.execute(source, source.path.parent)
    (found,) = caught.value.problems
    assert (found.line, found.message) == (line, message)


CHECKED = (
    SETUP
    + SOLUTION
    + """\

# %% nbgrader={"grade_id": "first", "grade": true, "points": 2.5}
check(double)

# %% tags=["experiment"]
train()

# %% nbgrader={"grade_id": "second", "grade": true, "points": 3}
check(double, 2)
"""
)


@pytest.mark.parametrize("experiments", [False, True])
def test_a_notebooks_checks_are_reported_in_order(
    experiments: bool, project: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = project(CHECKED).solutions / "03_tiny" / "01_a.py"
    path = text.with_suffix(".ipynb")
    nbformat.write(read_source(text).node(), path)
    shown = "\x1b[31mdb averaged\x1b[0m\n"
    kernel = Kernel({
        "check(double)": [
            stream("  fine \n"), stream(" "), new("display_data", {"text/plain": "1"}),
        ],
        "train()": [],
        "check(double, 2)": [
            stream(shown),
            new("display_data", {"text/html": "<b>"}),
            new("error", ename="CheckFailed", evalue=" \x1b[31mdb averaged\x1b[0m ", traceback=[]),
            new("error", ename="KeyError", evalue="'x'", traceback=[]),
        ],
    })  # fmt: skip
    monkeypatch.setattr(shell_check, "NotebookClient", kernel)
    reports = shell_check.check_notebook(path, experiments=experiments)
    assert reports == [
        shell_check.CellReport("first", 2.5, True, "fine\n1"),
        shell_check.CellReport("second", 3.0, False, "db averaged\nKeyError: 'x'"),
    ]
    train = next(cell for cell in kernel.nb.cells if cell.source == "train()")
    assert train.cell_type == ("code" if experiments else "raw")
    assert kernel.given["allow_errors"] is True
    assert kernel.given["resources"] == {"metadata": {"path": str(path.parent)}}
    assert kernel.given["env"]["TQDM_DISABLE"] == "1"


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Stems of the notebooks that were executed; a text with `fails` in it does."""
    done: list[str] = []

    def execute(source: SourceNotebook, root: Path, on_cell: Any) -> nbformat.NotebookNode:
        nb = source.node()
        if any("fails" in cell.source for cell in nb.cells):
            raise BuildError([Problem(source.path, 7, "fails")])
        for count, cell in enumerate(c for c in nb.cells if c.cell_type == "code"):
            cell.execution_count = count + 1
            cell.outputs = [stream(f"{root.name} {count}")]
        on_cell(2, 5)
        done.append(source.name)
        return nb

    monkeypatch.setattr(building, "execute", execute)
    monkeypatch.setattr(building.subprocess, "run", lambda *_, **__: None)  # no font cache needed
    return done


def test_only_what_changed_is_executed_and_progress_ends_at_the_last_cell(
    project: Write, runs: list[str]
) -> None:
    layout = project(WHOLE, SETUP)
    told: list[tuple[str, int, int]] = []

    def progress(path: Path, done: int, total: int) -> None:
        told.append((path.stem, done, total))

    first = build(layout=layout, names=names, progress=progress)
    assert sorted(runs) == sorted(path.stem for path in first.executed) == ["01_a", "02_b"]
    for name, cells in (("01_a", 7), ("02_b", 2)):
        assert [entry for entry in told if entry[0] == name] == [(name, 2, 5), (name, cells, cells)]
    project(WHOLE, SETUP.replace("print", "print  "))
    second = build(layout=layout, names=names)
    assert runs[2:] == ["02_b"]
    assert [path.stem for path in second.kept] == ["01_a"]
    executed = layout.executed(second.kept[0])
    nb = nbformat.read(executed, as_version=4)
    nb.cells[1].execution_count = None
    nbformat.write(nb, executed)
    build(["01_a"], layout=layout, names=names)
    assert runs[3:] == ["01_a"]


def test_a_notebook_that_fails_keeps_no_other_from_being_written(
    project: Write, runs: list[str]
) -> None:
    layout = project(WHOLE + "\n# %%\nfails\n", SETUP)
    with pytest.raises(BuildError) as caught:
        build(layout=layout, names=names)
    assert [(p.path.stem, p.line) for p in caught.value.problems] == [("01_a", 7)]
    assert runs == ["02_b"]
    assert layout.executed(layout.solutions / "03_tiny" / "02_b.py").exists()


def test_the_start_page_belongs_to_a_build_of_everything(project: Write, runs: list[str]) -> None:
    layout = project(WHOLE)
    layout.start.write_text("# %%\nstart()\n")
    build(["3"], layout=layout, names=names)
    assert not layout.start_page.exists()
    assert drift(["3"], layout=layout, names=names) == []
    (missing,) = drift(layout=layout, names=names)
    assert (missing.path, missing.line) == (layout.start_page, 1)
    build(layout=layout, names=names)
    assert layout.start_page.read_text() == start_page(layout)
    assert drift(layout=layout, names=names) == []
    assert runs == ["01_a"]


def test_drift_names_the_first_line_that_differs_and_what_no_text_makes(
    project: Write, runs: list[str]
) -> None:
    layout = project(WHOLE, SETUP)
    build(layout=layout, names=names)
    student = layout.chapters / "03_tiny" / "01_a.ipynb"
    lines = student.read_text().split("\n")
    student.write_text("\n".join([*lines[:6], lines[6] + " ", lines[7] + " ", *lines[8:]]))
    executed = layout.executed(layout.solutions / "03_tiny" / "02_b.py")
    executed.write_text(executed.read_text() + "\n")
    stray = layout.chapters / "09_gone" / "01_a.ipynb"
    stray.parent.mkdir()
    stray.write_text("{}")
    kept = layout.chapters / "03_tiny" / "09_z.ipynb"
    kept.write_text("{}")
    found = {(p.path, p.message) for p in drift(layout=layout, names=names)}
    assert found == {
        (student, "differs from a fresh build: build again"),
        (executed, "differs from a fresh build: build again"),
        (stray, "no authored text makes it"),
        (kept, "no authored text makes it"),
    }
    (chosen,) = drift(["01_a"], layout=layout, names=names)[1:]
    assert (chosen.path, chosen.line) == (student, 7)
    assert {p.path for p in drift(["3"], layout=layout, names=names)} == {student, executed, kept}
    executed.unlink()
    (message,) = [p.message for p in drift(["02_b"], layout=layout, names=names) if p.path != kept]
    assert message == "missing: build 02_b.py"


def test_a_name_that_is_missing_is_led_back_to_the_cell_that_failed() -> None:
    missing = new("error", ename="NameError", evalue="name 'ramp' is not defined", traceback=[])
    key = new("error", ename="KeyError", evalue="'x'", traceback=[])
    stub = new("error", ename="NotImplementedError", evalue="", traceback=[])
    talks = nbformat.v4.new_code_cell("print(ramp)", outputs=[stream("ramp\n")])

    def cause(*outputs: nbformat.NotebookNode) -> str:
        failed = nbformat.v4.new_code_cell("def ramp(x): ...", outputs=list(outputs))
        return shell_check._cause(missing, [failed, talks])

    assert cause(key) == "ramp is not there, because its cell failed: KeyError: 'x'"
    assert cause(stub) == "ramp is not written yet."
    assert cause(stream("before\n"), key).endswith("KeyError: 'x'")
    assert cause(stream("fine\n")) == cause() == ""
    assert shell_check._cause(key, [nbformat.v4.new_code_cell("ramp", outputs=[key])]) == ""
