"""The parts of the build alone, without a kernel: layout, calls, outputs, source, rules."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

import nbformat
import pytest
from ipykernel.ipkernel import IPythonKernel

from autograder.building.calls import check_calls, with_hidden_tests
from autograder.building.drift import difference
from autograder.building.layout import Layout, chapter_number, write_atomic
from autograder.building.outputs import clean_outputs, clean_text
from autograder.building.problems import BuildError, Problem
from autograder.building.rules import cell_problems, points_of_chapter, unchecked_exercises
from autograder.building.source import LANGUAGE_INFO, read_source
from autograder.building.student import steps
from tests.building.conftest import SETUP, SOLUTION, WHOLE, Write

STREAM = "stream"


@pytest.mark.parametrize(
    ("statement", "exercise", "quiz", "secret"),
    [
        ("check(f)", "f", False, "check.secret(f)"),
        ("check('f', forward=g)", "f", False, "check.secret('f', forward=g)"),
        ("check(h, exercise='f')", "f", False, "check.secret(h, exercise='f')"),
        ("check(h, forward='f')", "h", False, "check.secret(h, forward='f')"),
        ("check(h, exercise=f)", "h", False, "check.secret(h, exercise=f)"),
        ("check()", None, False, "check.secret()"),
        ("check(3)", None, False, "check.secret(3)"),
        ("check(f())", None, False, "check.secret(f())"),
        ("check.quiz('q', 4)", "q", True, "check.secret('q', 4)"),
    ],
)
def test_a_check_names_its_exercise(
    statement: str, exercise: str | None, quiz: bool, secret: str
) -> None:
    (call,) = check_calls(f"x = 1\n{statement}\n")
    assert (call.exercise, call.quiz, call.secret()) == (exercise, quiz, secret)
    shown = f"x = 1\n{statement}"
    hidden = f"\n### BEGIN HIDDEN TESTS\n{secret}\n### END HIDDEN TESTS"
    assert with_hidden_tests(shown) == (shown if quiz else shown + hidden)


@pytest.mark.parametrize(
    "statement",
    ["other(f)", "x = check(f)", "check.hint('f')", "my.quiz('q', 1)", "a.check.quiz(1)", "check"],
)
def test_what_is_no_statement_of_check_is_none_of_its_calls(statement: str) -> None:
    assert check_calls(statement) == []


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("<object at 0x7f12ab>", "<object>"),
        ("<A at 0xABCDEF> <B at 0x0123456789abcdef>", "<A> <B>"),
        ("bits at 0x7f12a stay, and 0x7f12ab", "bits at 0x7f12a stay, and 0x7f12ab"),
        ("/a/b/course/x/a.txt", "a.txt"),
        ("/a/b/b.txt in /a/b", "b.txt in ."),
        ("/a/b/course/x", "."),
        ("/other/r/c", "/other/r/c"),
    ],
)
def test_addresses_and_folders_are_taken_out_of_a_text(text: str, clean: str) -> None:
    assert clean_text(text, Path("/a/b"), Path("/a/b/course/x")) == clean


def test_home_and_the_folder_of_temporary_files_are_taken_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Path, "home", lambda: Path("/home/ada"))
    text = f"/home/ada/x {tempfile.gettempdir()}/y"
    assert clean_text(text, Path("/root-of-all"), Path("/work-of-it")) == "x y"
    for short in ("/", "/u"):
        monkeypatch.setattr(Path, "home", lambda short=short: Path(short))
        assert clean_text("a / b /u/x", Path("/root-of-all"), Path("/work-of-it")) == "a / b /u/x"


def test_outputs_are_merged_and_cleaned_in_code_cells_only() -> None:
    output = nbformat.v4.new_output
    chunks = [("stdout", "a"), ("stdout", "b"), ("stderr", "c"), ("stdout", "d /r/x")]
    shown = {"text/plain": "/r/y", "image/svg+xml": "/r/z", "image/png": "/r/q"}
    shown |= {"application/json": "/r/j"}
    nb = nbformat.v4.new_notebook()
    nb.cells = [
        nbformat.v4.new_markdown_cell("/r/m", metadata={"execution": {"t": "1"}}),
        nbformat.v4.new_code_cell(
            outputs=[
                *(output(STREAM, name=name, text=text) for name, text in chunks),
                output("display_data", shown, metadata={"execution": 1, "needs": 2}),
                output("display_data", {"application/json": {"k": "/r/k"}}),
            ],
            metadata={"execution": {"t": "1"}, "tags": ["kept"]},
        ),
        nbformat.v4.new_code_cell(outputs=[output(STREAM, name="stdout", text="last")]),
    ]
    clean_outputs(nb, Path("/r"), Path("/r"))
    words, code, last = nb.cells
    assert (words.source, words.metadata) == ("/r/m", {"execution": {"t": "1"}})
    assert code.metadata == {"tags": ["kept"]}
    streams = [(o.name, o.text) for o in code.outputs if o.output_type == STREAM]
    # A root of two letters is too short to be looked for.
    assert streams == [("stdout", "ab"), ("stderr", "c"), ("stdout", "d /r/x")]
    assert code.outputs[3].metadata == {"needs": 2}
    assert last.outputs[0].text == "last"
    clean_outputs(nb, Path("/r/y"), Path("/r/z"))
    assert code.outputs[3].data == shown | {"text/plain": ".", "image/svg+xml": "."}
    clean_outputs(nb, Path("/r/q"), Path("/r/j"))
    assert code.outputs[3].data["image/png"] == "/r/q"
    assert code.outputs[3].data["application/json"] == "."
    assert code.outputs[4].data == {"application/json": {"k": "/r/k"}}


def test_an_edition_has_folders_and_catalogs_of_its_own(tmp_path: Path) -> None:
    for language in ("zh_CN", "fr_FR"):
        (tmp_path / "locale" / language / "LC_MESSAGES").mkdir(parents=True)
    english = Layout(tmp_path)
    text = tmp_path / "solutions" / "03_feedforward" / "01_neurons.py"
    assert [layout.language for layout in english.editions()] == ["", "fr_FR", "zh_CN"]
    for name in ("zh", "zh_CN", "zh-CN"):
        chinese = english.edition(name)
        assert chinese.language == "zh_CN"
        assert chinese.edition("en") == chinese.edition("") == english
    assert english.student(text) == tmp_path / "chapters/03_feedforward/01_neurons.ipynb"
    assert chinese.student(text) == tmp_path / "chapters-zh/03_feedforward/01_neurons.ipynb"
    assert chinese.executed(text) == tmp_path / "solutions-zh/03_feedforward/01_neurons.ipynb"
    assert chinese.start_page == tmp_path / "chapters-zh/start.ipynb"
    folder = tmp_path / "locale" / "zh_CN" / "LC_MESSAGES"
    assert chinese.catalog(text) == folder / "03_01.po"
    assert chinese.catalog(chinese.start) == folder / "start.po"
    with pytest.raises(ValueError, match=r"no edition 'de': the course has en, fr_FR, zh_CN"):
        english.edition("de")


@pytest.mark.parametrize(
    ("committed", "line"),
    [("a\nb\nc", None), ("x\nb\nc", 1), ("a\nb\nx", 3), ("a\nb", 3), ("a\nb\nc\n", 4), ("", 1)],
)
def test_a_difference_is_told_by_its_first_line(committed: str, line: int | None) -> None:
    found = difference(Path("n.ipynb"), "a\nb\nc", committed)
    message = "differs from a fresh build: build again"
    assert found == ([] if line is None else [Problem(Path("n.ipynb"), line, message)])


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "x.ipynb"
    assert write_atomic(path, "one\ntwo\n") is True
    assert path.read_bytes() == b"one\ntwo\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    before = path.stat().st_ino
    assert write_atomic(path, "one\ntwo\n") is False
    assert path.stat().st_ino == before
    assert write_atomic(path, "é") is True
    with pytest.raises(UnicodeEncodeError):
        write_atomic(path, "\ud800")
    assert path.read_bytes() == "é".encode()
    assert os.listdir(path.parent) == ["x.ipynb"]


def test_chapters_and_texts_are_chosen_by_number_folder_and_file(tmp_path: Path) -> None:
    for name in ("03_tiny/01_a.py", "03_tiny/02_b.py", "11_big/01_a.py", "03_tiny/notes.py"):
        write_atomic(tmp_path / "solutions" / name, "")
    write_atomic(tmp_path / "solutions" / "drafts" / "01_a.py", "")
    layout = Layout(tmp_path)

    def chosen(*names: str) -> list[tuple[str, list[str], bool]]:
        found = layout.select(names)
        return [(s.folder.name, [text.name for text in s.texts], s.whole) for s in found]

    tiny, big = ("03_tiny", ["01_a.py", "02_b.py"], True), ("11_big", ["01_a.py"], True)
    assert chosen() == [tiny, big]
    assert chosen("11", "3", "03") == [big, tiny]
    assert chosen("02_b", "02_b.ipynb", "01_a.py") == [("03_tiny", ["02_b.py", "01_a.py"], False)]
    assert chosen("11_big/01_a.py") == [("11_big", ["01_a.py"], False)]
    for name in ("1", "4", "11_tiny/02_b.py", "notes.py", "nowhere/03_tiny"):
        with pytest.raises(ValueError, match=r"neither a chapter \(03_tiny, 11_big\) nor"):
            layout.select([name])
    with pytest.raises(ValueError, match=r"neither a chapter \(none\)"):
        Layout(tmp_path / "empty").select(["3"])
    assert chapter_number(Path("solutions/03_feed_forward")) == 3


def test_a_problem_is_shown_from_where_one_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    inside, outside = Problem(tmp_path / "a.py", 3, "no"), Problem(Path("/else/b.py"), 4, "never")
    assert str(BuildError([inside, outside])) == "a.py:3: no\n/else/b.py:4: never"


def cells(project: Write, text: str) -> list[nbformat.NotebookNode]:
    return [cell.node for cell in read_source(project(text).solutions / "03_tiny/01_a.py").cells]


def test_ids_are_the_grade_ids_without_what_a_notebook_forbids(project: Write) -> None:
    header = '# %% nbgrader={{"grade_id": "{}", "solution": true}}\nx\n\n'
    names = ("a b.c", "a-b-c", "n" * 70, "A_9")
    found = cells(project, "".join(header.format(name) for name in names) + "# %%\nx\n\n# %%\nx\n")
    ids = [cell.id for cell in found]
    assert ids[:4] == ["a-b-c", "a-b-c-2", "n" * 60, "A_9"]
    assert ids[5] == f"{ids[4]}-2"
    assert len(ids[4]) == 12


def test_every_key_of_nbgrader_is_there_and_what_is_no_solution_is_locked(project: Write) -> None:
    text = """\
# %% nbgrader={"grade_id": "s", "solution": true}
# %% nbgrader={"grade_id": "g", "grade": true, "points": 0}
# %% nbgrader={"grade_id": "o", "solution": true, "locked": true}
# %% nbgrader={"task": true}
"""
    common = {"schema_version": 3, "task": False}
    assert [cell.metadata.nbgrader for cell in cells(project, text)] == [
        common | {"grade_id": "s", "solution": True, "grade": False, "locked": False},
        common | {"grade_id": "g", "solution": False, "grade": True, "locked": True, "points": 0},
        common | {"grade_id": "o", "solution": True, "grade": False, "locked": True},
        common | {"grade_id": "", "solution": False, "grade": False, "locked": True, "task": True},
    ]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("print(1)\n", 1, "no cell: a cell starts with"),
        ('# %%\nx = """\n# %%\n"""\n', 1, "is one of them inside a string?"),
        ('# %%\nx\n\n# %% tags=["a]\ny\n', 4, "not valid JSON"),
        ('# %%\nx\n\n# %% nbgrader={"zeal": 1, "grade": true, "ado": 2}\ny\n', 4, "ado, zeal"),
    ],
)
def test_a_text_that_is_no_notebook_is_named_at_its_line(
    text: str, line: int, message: str, project: Write
) -> None:
    with pytest.raises(BuildError) as caught:
        cells(project, text)
    (problem,) = caught.value.problems
    assert problem.line == line
    assert message in problem.message


def found(project: Write, text: str) -> list[tuple[int, str]]:
    notebook = read_source(project(text).solutions / "03_tiny/01_a.py")
    return [(problem.line, problem.message) for problem in cell_problems(notebook)]


GRADED = '# %% nbgrader={{"grade_id": "g", "grade": true{}}}\ncheck(f)\n'


@pytest.mark.parametrize("points", ["0", "3", "2.5"])
def test_points_are_numbers_from_zero_on(points: str, project: Write) -> None:
    assert found(project, GRADED.format(f', "points": {points}')) == []


@pytest.mark.parametrize("points", ["-1", "true", '"3"', "[1]"])
def test_other_points_are_refused(points: str, project: Write) -> None:
    ((line, message),) = found(project, GRADED.format(f', "points": {points}'))
    assert (line, message[:35]) == (1, "points must be a number that is not")


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("# %%\n# %matplotlib inline\nx = (\n", None, ""),
        ("# %%\n# !ls (\n", None, ""),
        ("# %%\nx = 1\ny = = 2\n", 3, "not valid Python: invalid syntax"),
        ("# %% [markdown]\n# x = = 2\n", None, ""),
        (
            SOLUTION.strip().replace("    return", "    ### BEGIN SOLUTION\n    return"),
            5,
            "### BEGIN SOLUTION inside the region opened 1 above",
        ),
        (
            '# %% [markdown] nbgrader={"grade_id": "m", "grade": true, "points": 1}\n# Why?\n',
            1,
            'a markdown answer needs both "grade": true and "solution": true',
        ),
        (
            SOLUTION.strip().replace('"solution"', '"points": 2, "solution"'),
            1,
            'points in "double", which has no "grade": true',
        ),
        (
            '# %% nbgrader={"grade_id": "g", "grade": true, "points": 1}\nx = 1\ncheck()\n',
            3,
            "check needs the graded function as its first argument",
        ),
        ("# %%\nx = 1\n\ncheck.quiz('q', x)\n", 4, 'check(...) in a cell without nbgrader "gra'),
        ("# %%\nx = 1\n# END HIDDEN TESTS\n", 3, "hidden tests are added by the build"),
    ],
)
def test_a_cell_is_refused_at_the_line_that_is_wrong(
    text: str, line: int | None, message: str, project: Write
) -> None:
    problems = found(project, text)
    if line is None:
        assert problems == []
    else:
        assert [(n, m[: len(message)]) for n, m in problems] == [(line, message)]


def test_points_of_a_chapter_are_those_of_its_automatic_cells(project: Write) -> None:
    folder = project(WHOLE, SETUP).solutions / "03_tiny"
    whole = [read_source(folder / name) for name in ("01_a.py", "02_b.py")]
    assert list(points_of_chapter(whole)) == []
    assert list(points_of_chapter(whole[1:])) == []
    (problem,) = points_of_chapter([whole[0], whole[0], whole[1]])
    assert problem.message == "the automatic points of 03_tiny sum to 200, not 100"
    assert (problem.path.name, problem.line) == ("02_b.py", 1)


def test_an_exercise_without_a_check_is_named_at_the_first_line_of_the_last_text(
    project: Write,
) -> None:
    notebook = read_source(project(SETUP).solutions / "03_tiny/01_a.py")
    (problem,) = unchecked_exercises([notebook], ("double",))
    assert (problem.path, problem.line) == (notebook.path, 1)


def test_the_language_that_is_written_down_is_the_kernels() -> None:
    said = IPythonKernel.language_info
    fixed = {key: value for key, value in LANGUAGE_INFO.items() if key != "version"}
    assert fixed == {key: said[key] for key in fixed}


def test_the_steps_to_a_release_are_nbgraders_without_its_last_check() -> None:
    from nbgrader.converters import GenerateAssignment

    stock = list(GenerateAssignment().preprocessors)
    assert [step.__name__ for step in steps()] == [
        "IncludeHeaderFooter", "InstantiateTests", "LockCells", "ClearSolutions", "ClearOutput",
        "CheckCellMetadata", "ComputeChecksums", "SaveCells", "ClearHiddenTests",
        "ClearMarkScheme", "ComputeChecksums",
    ]  # fmt: skip
    assert stock == [*steps(), next(s for s in stock if s.__name__ == "CheckCellMetadata")]
