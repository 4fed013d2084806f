"""What platforms hand out, sorted into a course, graded, and handed back as they take it."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from nbgrader.api import Gradebook

from autograder.cli import main
from autograder.coursefolder.course import Course
from autograder.coursefolder.extensions import extend, load_extensions
from autograder.coursefolder.groups import load_groups
from autograder.coursefolder.tables import TableError
from autograder.grading.classroom.classrun import grade_class
from autograder.grading.classroom.gradebook import refresh_penalties
from autograder.platforms.archive import UnreadableDownload, inside
from autograder.platforms.collecting import collect
from autograder.platforms.downloads import from_canvas, from_moodle, platform_of
from autograder.platforms.roster import called, read
from tests.classroom import smallclass
from tests.classroom.smallclass import ASSIGNMENT
from tests.classroom.test_faults import Here

ONE, TWO = "01_ramp.ipynb", "02_affine.ipynb"
# As Canvas names a hand-in of two files, a second attempt, a late one, a typed text, a group.
CANVAS = {
    "lovelaceada_4711_88012_01_ramp.ipynb": ("4711", ONE),
    "lovelaceada_4711_88013_02_affine.ipynb": ("4711", TWO),
    "mullerjose_LATE_4712_88020_01_ramp-2.ipynb": ("4712", ONE),
    "hopper_grace_4713_88030_02_affine-1.ipynb": ("4713", TWO),
}
GRADEBOOK = """\
Student,ID,SIS User ID,SIS Login ID,Section,03_small (991)
"    Points Possible",,,,,100
"Lovelace, Ada",4711,u1,ada,Morning,
"M\u00fcller, Jos\u00e9",4712,u2,jose,Morning,
"Hopper, Grace",4713,u3,grace,Evening,
"Absent, Ann",4714,u4,ann,Evening,
"Student, Test",4715,,abc,Evening,
"""
WORKSHEET = """\
Identifier,Full name,Email address,Status,Grade,Maximum Grade,Last modified (grade)
Participant 11,Ada Lovelace,ada@example.org,Submitted,,100.00,-
Participant 12,Jos\u00e9 M\u00fcller,jose@example.org,Submitted,,50.00,
Participant 13,Ann Absent,ann@example.org,No submission,,100.00,
"""


@pytest.fixture
def course(released: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(released, tmp_path / "course"))


def notebooks(course: Path) -> dict[str, bytes]:
    return {
        name: json.dumps(nb).encode() for name, nb in smallclass.solved(course).notebooks.items()
    }


def zipped(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def run(*words: object) -> str:
    done = CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return " ".join(done.output.split())


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))


def grade(course: Path) -> None:
    grade_class(Course.open(course), ASSIGNMENT, workers=1, make_executor=Here)


def read_all(course: Path, but: str = "") -> None:
    """Give all points for the question in words, to all but one."""
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        for submission in gradebook.assignment_submissions(ASSIGNMENT):
            for notebook in submission.notebooks if submission.student_id != but else ():
                for one in notebook.grades:
                    if one.needs_manual_grade:
                        one.manual_score, one.needs_manual_grade = one.max_score, False
        gradebook.db.commit()


def test_a_canvas_week_from_the_download_to_the_table_that_goes_back(course, tmp_path):
    right = notebooks(course)
    files = {name: right[file] for name, (_, file) in CANVAS.items()}
    files["absentann_4714_text.html"] = b"<p>I was ill"
    files["readme.txt"] = b"hello"
    download = zipped(tmp_path / "submissions.zip", files)
    (tmp_path / "grades.csv").write_text(GRADEBOOK, "utf-8-sig")
    said = run("collect", download, "3", "--course", course, "--roster", tmp_path / "grades.csv")
    lying = {p.relative_to(course / "submitted").as_posix() for p in course.glob("submitted/*/*/*")}
    assert lying == {
        f"ada/{ASSIGNMENT}/{ONE}", f"ada/{ASSIGNMENT}/{TWO}",
        f"jose/{ASSIGNMENT}/{ONE}", f"grace/{ASSIGNMENT}/{TWO}",
    }  # fmt: skip
    assert "1 marked late by canvas" in said
    assert "jose" in said
    assert "readme.txt: its name is not one of canvas's" in said
    assert "a text typed into Canvas" in said
    grade(course)
    read_all(course, but="grace")
    run("export", "--for", "canvas", "--course", course)
    table = (course / "grades-canvas.csv").read_text("utf-8")
    assert table.startswith(
        "Student,ID,SIS User ID,SIS Login ID,Section,03_small (991)\n    Points Possible,,,,,105\n"
    )
    found = {row["ID"]: row["03_small (991)"] for row in rows(course / "grades-canvas.csv")}
    run("report", "3", "--course", course)
    page = (course / "reports" / f"{ASSIGNMENT}.html").read_text()
    assert "<strong>Nothing handed in:</strong> ann<" in page  # of the roster
    # Half of the chapter each, and 5 for the question in words of the first notebook. Grace's is
    # the second notebook: what she did not hand in has no question to read.
    assert found["4711"] == "105"
    assert found["4712"] == "56"
    assert found["4714"] == ""
    assert "4715" not in found


def test_moodles_folders_and_its_worksheet_scaled_to_its_own_maximum(course, tmp_path):
    right = notebooks(course)
    download = tmp_path / "moodle"
    for who, name in (
        ("Ada Lovelace_11", ONE),
        ("Ada Lovelace_11", TWO),
        ("Jos\u00e9 M\u00fcller_12", ONE),
    ):
        folder = download / f"{who}_assignsubmission_file_"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(right[name])
    (tmp_path / "worksheet.csv").write_text(WORKSHEET, "utf-8")
    run("collect", download, ASSIGNMENT, "--course", course, "--roster", tmp_path / "worksheet.csv")
    assert {p.name for p in course.glob("submitted/*")} == {"ada@example.org", "jose@example.org"}
    grade(course)
    read_all(course)
    run(
        "export",
        "--for",
        "moodle",
        "--assignment",
        "3",
        "--course",
        course,
        "--to",
        tmp_path / "back.csv",
    )
    found = {row["Identifier"]: row["Grade"] for row in rows(tmp_path / "back.csv")}
    assert found == {
        "Participant 11": "100", "Participant 12": f"{56 * 50 / 105:.5g}", "Participant 13": "",
    }  # fmt: skip
    back, there = (
        (tmp_path / "back.csv").read_text(),
        WORKSHEET.replace(",,100.00,-", ",100,100.00,-"),
    )
    assert back.splitlines()[:2] == there.splitlines()[:2]


def test_a_second_download_replaces_what_changed_and_keeps_the_old_files(course, tmp_path):
    opened, name = Course.open(course), "doejane_1_2_01_ramp.ipynb"
    first, second = (
        zipped(tmp_path / "1.zip", {name: b"first"}),
        zipped(tmp_path / "2.zip", {name: b"second"}),
    )
    assert collect(opened, first, ASSIGNMENT).students == {"doejane_1": [ONE]}
    assert collect(opened, first, ASSIGNMENT).unchanged == ["doejane_1"]
    assert collect(opened, second, ASSIGNMENT).replaced == ["doejane_1"]
    assert (course / "submitted/doejane_1" / ASSIGNMENT / ONE).read_bytes() == b"second"
    assert (course / "replaced" / ASSIGNMENT / "doejane_1/1" / ONE).read_bytes() == b"first"


def test_what_a_mac_writes_beside_each_file_is_no_hand_in(course, tmp_path):
    one = notebooks(course)[ONE]
    forks = ("._lovelaceada_4711_88012_01_ramp.ipynb", "__MACOSX/._lovelaceada_4711_1_a.ipynb")
    files = {"lovelaceada_4711_88012_01_ramp.ipynb": one, **dict.fromkeys(forks, b"\0\5\x16\7")}
    collect(Course.open(course), zipped(tmp_path / "d.zip", files), ASSIGNMENT)
    assert [p.name for p in (course / "submitted").iterdir()] == ["lovelaceada_4711"]


def test_the_highest_attempt_counts(course, tmp_path):
    files = {
        f"doejane_1_{n}_01_ramp{mark}.ipynb": mark.encode()
        for n, mark in enumerate(("-10", "-9", ""))
    }
    collect(Course.open(course), zipped(tmp_path / "x.zip", files), ASSIGNMENT)
    assert (course / "submitted/doejane_1" / ASSIGNMENT / ONE).read_bytes() == b"-10"


def test_one_hand_in_of_a_group_grades_all_its_members(course, tmp_path):
    (course / "groups.csv").write_text("group,student\nTeam 7,ada\nTeam 7,jose\n")
    download = zipped(tmp_path / "x.zip", {"team7_9_1_02_affine.ipynb": notebooks(course)[TWO]})
    run("collect", download, ASSIGNMENT, "--course", course)
    grade(course)
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        scores = {s.student_id: s.score for s in gradebook.assignment_submissions(ASSIGNMENT)}
    assert scores == {"ada": 49, "jose": 49}
    run("feedback", ASSIGNMENT, "--course", course)
    assert {p.name for p in course.glob("feedback/*")} == {"ada", "jose"}


def test_a_group_that_groups_csv_lacks_is_named_since_only_one_member_gets_the_files(
    course, tmp_path
):
    """Canvas writes the group's name and one member's number."""
    (tmp_path / "grades.csv").write_text(GRADEBOOK, "utf-8-sig")
    files = {
        "team7_4711_1_02_affine.ipynb": b"x",
        "m\u00fcllerjos\u00e9_4712_2_02_affine.ipynb": b"y",
    }
    download = zipped(tmp_path / "x.zip", files)
    said = run("collect", download, "3", "--course", course, "--roster", tmp_path / "grades.csv")
    assert "1 under another name than the roster's: a group that groups.csv lacks?" in said
    assert "team7 (to ada)" in said


def test_who_hands_in_fewer_notebooks_than_before_is_named(course, tmp_path):
    """Canvas hands out the files of the last attempt only."""
    both = {f"doejane_1_{n}_{name}": b"x" for n, name in enumerate((ONE, TWO))}
    one = {"doejane_1_7_01_ramp-1.ipynb": b"y"}
    for number, files in enumerate((both, one)):
        download = zipped(tmp_path / f"{number}.zip", files)
        said = run("collect", download, ASSIGNMENT, "--course", course)
    assert "1 have handed in fewer notebooks than before" in said
    assert "doejane_1 (02_affine.ipynb)" in said


def test_a_new_hand_in_does_not_keep_the_time_of_the_one_before(course, tmp_path):
    for content in (b"x", b"y"):
        download = zipped(tmp_path / "x.zip", {"doejane_1_7_01_ramp.ipynb": content})
        said = run("collect", download, ASSIGNMENT, "--course", course)
        folder = course / "submitted/doejane_1" / ASSIGNMENT
        assert not (folder / "timestamp.txt").exists()
        (folder / "timestamp.txt").write_text("2026-03-03 12:00:00 UTC")
    assert "1 had a timestamp.txt, now in replaced/ too" in said
    assert "doejane_1" in said


@pytest.mark.parametrize(
    "form", ["{who}/{file}", "all/{who}/{file}", "{who}/03_small/{file}", "a/{who}/03_small/{file}"]
)
def test_a_plain_folder_may_be_wrapped_in_one_and_have_one_for_the_chapter(course, tmp_path, form):
    paths = {
        form.format(who=who, file=file): b"x" for who in ("ada", "zo\u00eb") for file in (ONE, TWO)
    }
    if form == "{who}/{file}":
        paths["loose.ipynb"] = b"x"
    found = collect(Course.open(course), zipped(tmp_path / "x.zip", paths), ASSIGNMENT)
    assert {who: sorted(files) for who, files in found.students.items()} == {
        "ada": [ONE, TWO], "zo\u00eb": [ONE, TWO],
    }  # fmt: skip
    assert set(found.left_out.values()) <= {"lies in no folder of a student"}


def test_an_empty_download_is_called_empty(course, tmp_path):
    with pytest.raises(UnreadableDownload, match="is empty"):
        collect(Course.open(course), zipped(tmp_path / "x.zip", {}), ASSIGNMENT)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: re.sub(r'"(.+), (.+)"', r"\1,\2", text)
        .replace("Student,ID", "LastName,FirstName,ID").replace('Possible",', 'Possible",,'),
        lambda text: text.replace(",", ";").replace("; ", ", "),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("    Points", ",,,,,Manual Posting\n    Points"),
    ],
    ids=["first-and-last-name", "semicolons", "windows", "manual-posting"],
)  # fmt: skip
def test_canvas_tables_of_every_setting_know_the_same_members(change):
    usual, other = (read(text.encode("utf-8-sig")) for text in (GRADEBOOK, change(GRADEBOOK)))
    assert list(other.rows) == list(usual.rows) == ["ada", "jose", "grace", "ann"]
    assert other.student("4712") == "jose"
    assert other.first["03_small (991)"] == "100"
    assert [called(row) for row in other.rows.values()] == [
        called(row) for row in usual.rows.values()
    ]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (GRADEBOOK.encode("cp1252"), 'save it in Excel as "CSV UTF-8"'),
        (GRADEBOOK.replace("4711", "1.07E+16").encode(), "a spreadsheet has rounded it"),
        (b"Teilnehmer,Bewertung\n1,2\n", "with Moodle in English"),
        (b"", "found nothing"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused_in_a_sentence(data, told):
    with pytest.raises(TableError, match=re.escape(told)):
        read(data)


def test_a_worksheet_without_names_is_one_of_anonymous_submissions():
    text = "Identifier,Status,Grade,Maximum grade\nParticipant 11,Submitted,,100.00\n"
    assert read(text.encode()).student("11") == "11"


def test_what_canvas_had_stays_where_there_is_no_grade_of_ours(course, tmp_path):
    """An empty cell would delete it: whom a person excused, or gave a zero."""
    table = GRADEBOOK.replace("ann,Evening,", "ann,Evening,EX").replace(
        "ada,Morning,", "ada,Morning,1"
    )
    (tmp_path / "grades.csv").write_text(table, "utf-8")
    smallclass.hand_in(course, "ada", smallclass.solved(course))
    grade(course)
    read_all(course)
    said = run("export", "--for", "canvas", "--course", course, "--roster", tmp_path / "grades.csv")
    found = {row["ID"]: row["03_small (991)"] for row in rows(course / "grades-canvas.csv")}
    assert found == {"": "105", "4711": "105", "4712": "", "4713": "", "4714": "EX"}
    assert "03_small (991) is worth 100 points in Canvas and 105 here" in said
    said = run("export", "--for", "canvas", "--course", course, "--column", "3=Chapter 3 (7)")
    assert "Canvas's table has no column for 03_small" in said


def test_a_student_in_two_groups_is_refused_by_line(course, tmp_path):
    (course / "groups.csv").write_text("group,student\nA,ada\nB,ada\n")
    download = zipped(tmp_path / "x.zip", {"a_9_1_x.ipynb": b"x"})
    done = CliRunner().invoke(main, ["collect", str(download), ASSIGNMENT, "--course", str(course)])
    assert done.exit_code == 1
    assert "line 3: ada is in A already" in done.output


def saved_by_a_spreadsheet(text: str) -> list[bytes]:
    """The forms in which Excel and LibreOffice save one table."""
    semicolons = text.replace(",", ";").replace(".", ",")
    windows = text.replace("\n", "\r\n")
    return [
        text.encode(), windows.encode("utf-8-sig"), semicolons.encode("utf-8-sig"),
        windows.replace(",", "\t").encode("utf-16"), text.title().encode(),
    ]  # fmt: skip


def test_tables_of_the_course_folder_are_read_as_spreadsheets_save_them(tmp_path):
    groups, extensions = tmp_path / "groups.csv", tmp_path / "extensions.csv"
    for data in saved_by_a_spreadsheet("group,student\nA,Zo\u00eb\n\nA,Bob\n"):
        groups.write_bytes(data)
        assert load_groups(tmp_path) == {"A": ["Zo\u00eb", "Bob"]}
    for data in saved_by_a_spreadsheet("assignment,student,hours,why\n03_X,Zo\u00eb,1.5,Ill\n")[
        :-1
    ]:
        extensions.write_bytes(data)
        assert load_extensions(tmp_path)["03_X", "Zo\u00eb"].hours == 1.5
    groups.write_bytes("group,student\nA,Zo\u00eb\n".encode("cp1252"))
    with pytest.raises(TableError, match='save it in Excel as "CSV UTF-8"'):
        load_groups(tmp_path)
    groups.write_text("team,student\n")
    with pytest.raises(TableError, match="needs the columns group and student"):
        load_groups(tmp_path)


PARTS = st.sampled_from([
    "..", ".", "", "a", "x.ipynb", "\n", "\x1b[31m", "C:", "~", "\u202e", "z" * 300,
    "ada_1_2_x.ipynb", "Ada_1_assignsubmission_file_", "Ada_1_assignsubmission_file_y.ipynb",
    "LATE", "_1_2_",
])  # fmt: skip
PATHS = (
    st.lists(PARTS, min_size=1, max_size=4)
    .map("/".join)
    .filter(lambda path: inside(path) and path[-1] != "/")
)


@pytest.fixture(scope="module")
def shared(released: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(released, tmp_path_factory.mktemp("shared") / "course"))


@settings(max_examples=100, deadline=None)
@given(paths=st.lists(PATHS, min_size=1, max_size=6, unique_by=inside))
def test_every_file_of_a_download_is_taken_or_named_and_nothing_lies_elsewhere(shared, paths):
    course = shared
    shutil.rmtree(course / "submitted", ignore_errors=True)
    download = zipped(course.parent / "d.zip", {path: path.encode() for path in paths})
    before = {p for p in course.parent.rglob("*") if "submitted" not in p.parts}
    try:
        found = collect(Course.open(course), download, ASSIGNMENT)
    except UnreadableDownload:
        taken = []
    else:
        taken = [name for files in found.students.values() for name in files]
        assert len(taken) + len(found.left_out) == len(paths)
    lying = [p for p in (course / "submitted").rglob("*") if p.is_file()]
    assert len(lying) == len(taken)
    assert all(p.read_bytes().decode() in paths for p in lying)
    assert {p for p in course.parent.rglob("*") if "submitted" not in p.parts} == before


@pytest.mark.parametrize(
    ("path", "who", "user", "file", "late", "attempt"),
    [
        ("doejane_1_2_a.ipynb", "doejane", "1", "a.ipynb", False, 0),
        ("doejane_LATE_1_2_a_b-3.ipynb", "doejane", "1", "a_b.ipynb", True, 3),
        ("my_team_1_2_3_4.ipynb", "my_team", "1", "3_4.ipynb", False, 0),
        ("anon_k3x9z_2_a.ipynb", "anon", "k3x9z", "a.ipynb", False, 0),
        ("LATE_anon_k3x9z_2_a.ipynb", "anon", "k3x9z", "a.ipynb", True, 0),
        (
            "m\u00fcllerjos\u00e9_4_5_01_a.ipynb",
            "m\u00fcllerjos\u00e9",
            "4",
            "01_a.ipynb",
            False,
            0,
        ),
        ("leelin_LATE_4_link.html", "leelin", "4", "link.html", True, 0),
    ],
)
def test_names_as_canvas_writes_them(path, who, user, file, late, attempt):
    found = from_canvas(path)
    assert (found.who, found.user, found.file, found.late, found.attempt) == (
        who,
        user,
        file,
        late,
        attempt,
    )


@pytest.mark.parametrize(
    ("path", "who", "file"),
    [
        ("Jane Doe_11_assignsubmission_file_/a.ipynb", "Jane Doe", "a.ipynb"),
        ("Jane Doe_11_assignsubmission_file/a/b.ipynb", "Jane Doe", "a/b.ipynb"),
        ("top/Jane Doe_11_assignsubmission_file_a.ipynb", "Jane Doe", "a.ipynb"),
        ("Team 7-Jane_Doe_11_assignsubmission_file_a.ipynb", "Team 7-Jane_Doe", "a.ipynb"),
    ],
)
def test_names_as_moodle_writes_them(path, who, file):
    found = from_moodle(path)
    assert (found.who, found.user, found.file) == (who, "11", file)
    assert platform_of([path]) == "moodle"


def late_course(course: Path) -> Path:
    with (course / "nbgrader_config.py").open("a") as file:
        file.write("\nc.LateSubmissionPlugin.penalty_method = 'zero'\n")
    folder = smallclass.hand_in(course, "ada", smallclass.solved(course))
    (folder / "timestamp.txt").write_text("2026-03-03 12:00:00 UTC")
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        gradebook.update_or_create_assignment(ASSIGNMENT, duedate="2026-03-01 12:00:00 UTC")
    return course


def penalty(course: Path) -> float:
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        return gradebook.find_submission(ASSIGNMENT, "ada").late_submission_penalty


@pytest.mark.parametrize("graded_first", [True, False])
def test_an_extension_takes_the_penalty_away_and_comes_back_with_it(course, graded_first):
    late_course(course)
    if graded_first:
        grade(course)
        assert penalty(course) == 100
    run("extend", "3", "ada", "--days", 2, "--why", "flu", "--course", course)
    if not graded_first:
        grade(course)
    assert penalty(course) == 0
    page = (
        run("report", "3", "--course", course)
        and (course / "reports" / f"{ASSIGNMENT}.html").read_text()
    )
    assert "48 h: flu" in page
    assert "Nobody was late" in page
    run("extend", "3", "ada", "--hours", 47, "--course", course)
    assert penalty(course) == 100
    run("extend", "3", "ada", "--remove", "--course", course)
    assert penalty(course) == 100
    assert load_extensions(course) == {}


def test_more_time_is_given_by_any_name_of_the_roster_and_to_whole_groups(course):
    (course / "roster").mkdir()
    twins = GRADEBOOK + '"Hopper, Grace",4716,u6,grace2,Evening,\n'
    (course / "roster/canvas.csv").write_text(twins, "utf-8")
    (course / "groups.csv").write_text("group,student\nTeam 7,ann\nTeam 7,grace\n")
    assert "jose: 24 h more" in run(
        "extend", "3", "m\u00fcller, jos\u00e9", "--days", 1, "--course", course
    )
    run("extend", "3", "4711", "--days", 2, "--course", course)
    run("extend", "3", "Team 7", "--hours", 5, "--course", course)
    given = {student: one.hours for (_, student), one in load_extensions(course).items()}
    assert given == {"jose": 24, "ada": 48, "ann": 5, "grace": 5}
    for name, told in (("Hopper, Grace", "may be grace or grace2"), ("Muller, Jose", "(jose)?")):
        words = ["extend", "3", name, "--days", "1", "--course", str(course)]
        done = CliRunner().invoke(main, words)
        assert done.exit_code == 1
        assert told in " ".join(done.output.split())


def test_an_extension_without_a_due_date_waits_for_one(course):
    late_course(course)
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        gradebook.find_assignment(ASSIGNMENT).duedate = None
        gradebook.db.commit()
    assert "no due date yet" in run("extend", "3", "ada", "--days", 2, "--course", course)
    grade(course)
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        gradebook.update_or_create_assignment(ASSIGNMENT, duedate="2026-03-01 12:00:00 UTC")
    refresh_penalties(Course.open(course), ASSIGNMENT)
    assert penalty(course) == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["extend", "3", "adda", "--days", "1"], "did you mean ada?"),
        (["extend", "3", "ada"], "say how much more time"),
        (["feedback", "9"], "9 was never released; there are 03_small"),
        (["feedback", "3", "--student", "bob"], "no graded submission of 03_small by bob"),
        (["export", "--assignment", "9"], "9 was never released"),
        (["export", "--for", "csv", "--column", "3"], "--column is written ASSIGNMENT=HEADING"),
        (["extend", "3", "ada", "--days", "-1"], "expected 0 to"),
        (["extend", "9", "ada", "--days", "1"], "was never released"),
        (["export", "--for", "canvas"], "with --roster FILE"),
        (["export", "--for", "nbgrader", "--anonymous"], "--for canvas, moodle or csv"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(course, words, told):
    smallclass.hand_in(course, "ada", smallclass.untouched(course))
    done = CliRunner().invoke(main, [*words, "--course", str(course)])
    assert done.exit_code == 1
    assert told in " ".join(done.output.split())
    assert not (course / "extensions.csv").exists()


@given(st.dictionaries(
    st.tuples(st.just("03_x"),
              st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1)
              .map(str.strip).filter(bool)),
    st.tuples(st.floats(0.5, 8000).map(lambda h: round(h, 1)),
              st.text(st.characters(exclude_categories=["Cs", "Cc"]))),
    min_size=1, max_size=5))  # fmt: skip
def test_extensions_are_read_as_they_were_written(tmp_path_factory, given_):
    root = tmp_path_factory.mktemp("extensions")
    for (assignment, student), (hours, why) in given_.items():
        extend(root, assignment, student, hours, why)
    found = {key: (one.hours, one.why) for key, one in load_extensions(root).items()}
    assert found == {key: (hours, " ".join(why.split())) for key, (hours, why) in given_.items()}
    assert all(one.delta == timedelta(hours=one.hours) for one in load_extensions(root).values())


def test_the_plain_table_is_for_excel_and_anonymous_marks_tell_nobody(course):
    for student in ("=1+1", "ada"):
        smallclass.hand_in(course, student, smallclass.solved(course))
    grade(course)
    read_all(course, but="ada")
    said = run("export", "--for", "csv", "--course", course)
    assert "1 without a grade yet" in said
    assert "ada" in said
    data = (course / "grades-csv.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    assert {r["student"]: r[ASSIGNMENT] for r in rows(course / "grades-csv.csv")} == {
        "'=1+1": "105",
        "ada": "",
    }
    run("export", "--for", "csv", "--anonymous", "--course", course)
    assert not any(b"ada" in line for line in (course / "grades-csv.csv").read_bytes().splitlines())
