"""Every file of a download is collected for whom it is, or named as not known, whatever names are.

The law: who handed in gets these files and nobody else's; what is not taken is named.
"""

from __future__ import annotations

import csv
import shutil
import unicodedata
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.cli import main
from autograder.coursefolder.course import Course
from autograder.coursefolder.names import roster_path
from autograder.platforms import roster
from autograder.platforms.collected import Collected
from autograder.platforms.collecting import collect, status
from autograder.platforms.downloads import readings
from tests.classroom.downloads import (
    NAMES,
    canvas_name,
    gradebook,
    moodle_name,
    worksheet,
    zipped,
)
from tests.classroom.smallclass import ASSIGNMENT

ONE, TWO = "01_ramp.ipynb", "02_affine.ipynb"
FIRST = 4711


@pytest.fixture
def course(released: Path, tmp_path: Path) -> Course:
    return Course.open(Path(shutil.copytree(released, tmp_path / "course")))


def lying(course: Course) -> dict[str, dict[str, bytes]]:
    """Return student -> file -> content, of everything in submitted/."""
    found: dict[str, dict[str, bytes]] = {}
    for path in sorted((course.root / "submitted").glob(f"*/{ASSIGNMENT}/**/*")):
        if path.is_file():
            student, _, *rest = path.relative_to(course.root / "submitted").parts
            found.setdefault(student, {})["/".join(rest)] = path.read_bytes()
    return found


def table(course: Course, text: str) -> roster.Roster:
    return roster.read(text.encode("utf-8-sig"))


def taken(found: Collected) -> int:
    return sum(map(len, found.students.values()))


@pytest.mark.parametrize("known", [True, False], ids=["roster", "no-roster"])
@pytest.mark.parametrize("late", [True, False], ids=["late", "on-time"])
def test_everybody_of_canvas_gets_their_own_files_whatever_they_are_called(course, known, late):
    files, told = [], {}
    for place, name in enumerate(NAMES):
        for number, file in enumerate((ONE, "a_b 3.py", "x-1.tar.gz")):
            called = canvas_name(name, FIRST + place, 9000 + 10 * place + number, file, late=late)
            files.append((called, f"{place} {file}".encode()))
        told[FIRST + place] = {
            ONE: f"{place} {ONE}".encode(),
            "a_b 3.py": f"{place} a_b 3.py".encode(),
            "x.tar.gz": f"{place} x-1.tar.gz".encode(),
        }
    given = table(course, gradebook((name, FIRST + n, f"s{n}") for n, name in enumerate(NAMES)))
    found = collect(
        course,
        zipped(course.root.parent / "d.zip", files),
        ASSIGNMENT,
        "",
        given if known else None,
    )
    assert not found.left_out
    assert not found.doubtful
    assert not found.unknown
    here = lying(course)
    if known:
        assert here == {f"s{number - FIRST}": its for number, its in told.items()}
        assert not found.renamed
    else:
        assert {int(who.rsplit("_", 1)[1]): its for who, its in here.items()} == told
    assert len(found.late) == (len(NAMES) if late else 0)


@pytest.mark.parametrize("flat", [True, False], ids=["flat", "folders"])
def test_everybody_of_moodle_gets_their_own_files_whatever_they_are_called(course, flat):
    people = [
        (name, FIRST + n, f"s{n}@x.org", "Submitted for grading") for n, name in enumerate(NAMES)
    ]
    files = [
        (moodle_name(name, number, ONE, flat=flat), str(number).encode())
        for name, number, _, _ in people
    ]
    given = table(course, worksheet(people))
    found = collect(course, zipped(course.root.parent / "d.zip", files), ASSIGNMENT, "", given)
    assert not found.left_out
    assert not found.unknown
    assert lying(course) == {mail: {ONE: str(n).encode()} for _, n, mail, _ in people}


@pytest.mark.parametrize(
    "group", ["Team_7", "Lab 4_7", "7", "Team_7_8", "Gruppe \u00c4", "team_text"]
)
def test_a_group_whose_name_ends_like_a_number_of_canvas_is_that_group(course, group):
    """team_7_4711_88012_01_ramp.ipynb is no file 4711 of a student with the number 7."""
    (course.root / "groups.csv").write_text(f"group,student\n{group},ada\n{group},bob\n")
    files = [
        (canvas_name(group, FIRST, 88012, ONE), b"1"),
        (canvas_name(group, FIRST, 88013, "n.txt"), b"2"),
    ]
    people = [("Lovelace, Ada", FIRST, "ada"), ("Bob, B", 7, "bob"), ("Eight", 8, "eight")]
    given = table(course, gradebook(people))
    found = collect(course, zipped(course.root.parent / "d.zip", files), ASSIGNMENT, "", given)
    assert lying(course) == {who: {ONE: b"1", "n.txt": b"2"} for who in ("ada", "bob")}
    assert not found.left_out
    assert not found.unknown


def test_a_group_that_no_table_knows_is_read_by_the_chapters_notebooks(course):
    files = [("team_7_4711_88012_01_ramp.ipynb", b"1"), ("team_7_4711_88013_notes.txt", b"2")]
    found = collect(course, zipped(course.root.parent / "d.zip", files), ASSIGNMENT)
    assert lying(course) == {"team_7_4711": {ONE: b"1", "notes.txt": b"2"}}
    assert not found.doubtful


def test_a_name_that_nothing_decides_is_named(course):
    files = [("doejane_4711_88012_2026_plan.txt", b"1")]
    found = collect(course, zipped(course.root.parent / "d.zip", files), ASSIGNMENT)
    assert lying(course) == {"doejane_4711": {"2026_plan.txt": b"1"}}
    assert len(found.doubtful) == 1
    assert "perhaps doejane_4711, number 88012" in found.doubtful[0]


def test_a_number_with_a_zero_in_front_is_none():
    assert [one.file for one in readings("doejane_4711_88012_01_ramp.ipynb")] == [ONE]


def test_a_group_of_moodle_is_not_the_student_whose_number_it_has(course):
    """Moodle writes a group's own number behind its name; Ada is participant 42."""
    people = [("Ada Lovelace", 42, "ada", ""), ("Jos\u00e9 M\u00fcller", 43, "jose", "")]
    files = [
        (moodle_name("Team A", 42, ONE), b"team"),
        (moodle_name("Jos\u00e9 M\u00fcller", 43, ONE), b"j"),
    ]
    download = zipped(course.root.parent / "d.zip", files)
    given = table(course, worksheet(people))
    found = collect(course, download, ASSIGNMENT, "", given)
    assert lying(course) == {"Team_A_42": {ONE: b"team"}, "jose": {ONE: b"j"}}
    assert found.unknown == ["Team_A_42"]
    (course.root / "groups.csv").write_text("group,student\nTeam A,ada\nTeam A,jose\n")
    shutil.rmtree(course.root / "submitted")
    collect(course, download, ASSIGNMENT)
    assert lying(course)["ada"] == {ONE: b"team"}


def test_a_student_of_moodle_who_names_a_file_like_anothers_gives_it_to_nobody_else(course):
    people = [("Eve", 11, "eve", ""), ("Bob", 12, "bob", "")]
    name = moodle_name("Eve", 11, "Bob_12_assignsubmission_file_01_ramp.ipynb", flat=True)
    download = zipped(course.root.parent / "d.zip", [(name, b"eve's")])
    collect(course, download, ASSIGNMENT, "", table(course, worksheet(people)))
    assert list(lying(course)) == ["eve"]


def test_moodles_participants_have_another_number_in_each_assignment(course):
    """The worksheet of another one finds them by their names, where these are nobody else's."""
    people = [
        ("Ada Lovelace", 11, "ada", ""),
        ("Jane Doe", 12, "jane", ""),
        ("Jane Doe", 13, "jane2", ""),
    ]
    roster.keep(course.root, table(course, worksheet(people)), ["02_other"])
    files = [
        (moodle_name("Ada Lovelace", 91, ONE), b"ada"),
        (moodle_name("Jane Doe", 92, ONE), b"j"),
        (moodle_name("Team 1-Ada Lovelace", 91, TWO), b"t"),
    ]
    found = collect(course, zipped(course.root.parent / "d.zip", files), ASSIGNMENT)
    assert lying(course) == {"ada": {ONE: b"ada", TWO: b"t"}, "Jane_Doe_92": {ONE: b"j"}}
    assert found.by_name == ["ada"]
    assert found.unknown == ["Jane_Doe_92"]


def test_two_of_one_name_are_not_both_the_one_that_an_old_worksheet_has(course):
    roster.keep(course.root, table(course, worksheet([("Jane Doe", 12, "jane", "")])))
    files = [(moodle_name("Jane Doe", n, ONE), str(n).encode()) for n in (91, 92)]
    found = collect(course, zipped(course.root.parent / "d.zip", files), ASSIGNMENT)
    assert sorted(lying(course)) == sorted(found.unknown) == ["Jane_Doe_91", "Jane_Doe_92"]


def test_whom_moodles_worksheet_calls_late_is_named_with_how_much(course):
    people = [
        ("Ada L", 11, "ada", "Submitted for grading - 2 days 3 hours late"),
        ("Bob B", 12, "bob", "Submitted for grading - Graded"),
        ("Cy C", 13, "cy", "No submission - Assignment is overdue by: 4 days late"),
        ("Dee D", 14, "dee", "Submitted for grading - 5 mins late - Graded - Extension granted"),
        ("Eve E", 15, "eve", "Submitted for grading"),
    ]  # fmt: skip
    files = [(moodle_name(name, n, ONE), b"x") for name, n, *_ in people[:4]]
    given = table(course, worksheet(people))
    found = collect(course, zipped(course.root.parent / "d.zip", files), ASSIGNMENT, "", given)
    assert found.late == {"ada": "2 days 3 hours", "dee": "5 mins"}
    assert found.absent == ["eve"]
    given.own = False  # another assignment's says nothing of this one
    assert status(given, "ada") == ""


@pytest.mark.parametrize(
    ("platform", "text", "told"),
    [
        ("moodle", gradebook([("Lovelace, Ada", 11, "ada")]), "the roster is Canvas's"),
        ("moodle", worksheet([("Some One", 99, "other", "")]), "knows nobody in this download"),
        ("folder", gradebook([("Some, One", 99, "other")]), "knows nobody in this download"),
    ],
)
def test_a_roster_that_does_not_fit_is_not_kept_and_nothing_is_sorted(
    course, tmp_path, platform, text, told
):
    name = moodle_name("Ada Lovelace", 11, ONE) if platform == "moodle" else f"ada/{ONE}"
    download = zipped(
        tmp_path / "d.zip", [(name, b"x"), (name.replace("11", "12").replace("ada/", "bob/"), b"y")]
    )
    (tmp_path / "roster.csv").write_text(text)
    for assignment, why in ((ASSIGNMENT, told), ("9", "9 was never released")):
        words = [
            "collect",
            download,
            assignment,
            "--course",
            course.root,
            "--roster",
            tmp_path / "roster.csv",
        ]
        done = CliRunner().invoke(main, [str(word) for word in words])
        assert done.exit_code == 1
        assert why in " ".join(done.output.split())
        assert not (course.root / "roster").exists()
        assert not lying(course)


def test_a_roster_that_export_refuses_is_not_kept(course, tmp_path):
    (tmp_path / "roster.csv").write_text(worksheet([("Ada L", 11, "ada", "")]))
    words = [
        "export",
        "--for",
        "canvas",
        "--roster",
        tmp_path / "roster.csv",
        "--course",
        course.root,
    ]
    done = CliRunner().invoke(main, [str(word) for word in words])
    assert done.exit_code == 1
    assert not (course.root / "roster").exists()


def test_moodles_table_of_another_assignment_is_not_filled_in(course):
    roster.keep(course.root, table(course, worksheet([("Ada L", 11, "ada", "")])), ["02_other"])
    words = ["export", "--for", "moodle", "--assignment", "3", "--course", str(course.root)]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 1
    assert "needed for each assignment" in " ".join(done.output.split())
    assert roster_path(course.root, "moodle", "02_other").is_file()


def test_the_table_for_moodle_changes_no_feedback_that_moodle_has(course, tmp_path):
    """Its import writes every cell of the column, and ours has no lines and no formulas."""
    text = worksheet([("Ada L", 11, "ada", "")]).replace("-,\n", '-,"- well done\n=1+1"\n')
    roster.keep(course.root, table(course, text), [ASSIGNMENT])
    to = tmp_path / "back.csv"
    words = ["export", "--for", "moodle", "--assignment", "3", "--to", to, "--course", course.root]
    done = CliRunner().invoke(main, [str(word) for word in words])
    assert done.exit_code == 0, done.output
    (head, line) = csv.reader(to.open(encoding="utf-8"))
    assert "Feedback comments" not in head
    assert dict(zip(head, line, strict=True))["Last modified (grade)"] == "-"


@pytest.mark.parametrize("member", ["addda", "Lovelace"])
def test_more_time_for_a_group_with_a_mistyped_member_is_refused(course, member):
    (course.root / "groups.csv").write_text(f"group,student\nTeam 7,{member}\nTeam 7,ada\n")
    roster.keep(course.root, table(course, gradebook([("Lovelace, Ada", 11, "ada")])))
    words = ["extend", "3", "Team 7", "--days", "1", "--course", str(course.root)]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 1
    assert f"nobody called {member}, of Team 7 in groups.csv," in " ".join(done.output.split())
    assert "did you mean" in done.output
    assert not (course.root / "extensions.csv").exists()


@pytest.mark.parametrize(
    ("typed", "near"),
    [("ADA", "ada"), ("Lovelce, Ada", "Lovelace, Ada (ada)"), ("a d a", "ada"), ("ada@x", "ada"),
     ("team 7", "Team 7")],
)  # fmt: skip
def test_more_time_for_a_mistyped_student_is_refused_with_names_like_it(course, typed, near):
    (course.root / "groups.csv").write_text("group,student\nTeam 7,ada\n")
    roster.keep(course.root, table(course, gradebook([("Lovelace, Ada", 11, "ada")])))
    words = ["extend", "3", typed, "--days", "1", "--course", str(course.root)]
    done = CliRunner().invoke(main, words)
    said = " ".join(done.output.split())
    if typed == "ADA":  # the roster's names are known in any letters
        assert said.startswith("ada: 24 h more")
    else:
        assert done.exit_code == 1
        assert f"did you mean {near}" in said
        assert not (course.root / "extensions.csv").exists()


def test_who_has_left_the_course_can_lose_an_extension(course):
    (course.root / "extensions.csv").write_text(
        f"assignment,student,hours,why\n{ASSIGNMENT},gone,5,\n"
    )
    words = ["extend", "3", "gone", "--remove", "--course", str(course.root)]
    assert CliRunner().invoke(main, words).exit_code == 0


def test_a_member_of_groups_csv_whom_the_roster_lacks_and_a_stranger_in_a_group_are_named(course):
    (course.root / "groups.csv").write_text('group,student\nTeam 7,bbo\nTeam 7,"Lovelace, Ada"\n')
    people = [("Lovelace, Ada", 11, "ada"), ("B, Bob", 12, "bob")]
    download = zipped(course.root.parent / "d.zip", [(canvas_name("Team 7", 12, 5, ONE), b"x")])
    found = collect(course, download, ASSIGNMENT, "", table(course, gradebook(people)))
    assert sorted(lying(course)) == ["ada", "bbo"]
    assert found.unknown == ["bbo"]
    assert found.outside == {"Team 7": "bob"}


def test_groups_that_a_platform_writes_alike_are_told_apart_or_named(course):
    (course.root / "groups.csv").write_text("group,student\nC++,ada\nC#,bob\n")
    download = zipped(
        course.root.parent / "d.zip", [("c_11_5_a.ipynb", b"x"), ("d_12_6_a.ipynb", b"y")]
    )
    found = collect(course, download, ASSIGNMENT)
    assert lying(course) == {"d_12": {"a.ipynb": b"y"}}
    assert found.left_out == {"c_11_5_a.ipynb": "may be of C++ or C#: rename one of these groups"}


@pytest.mark.parametrize(
    ("files", "here"),
    [
        ([(f"d_1_{n}_part-{n}.ipynb", str(n)) for n in (1, 2)],
         {"part-1.ipynb": "1", "part-2.ipynb": "2"}),
        ([("d_1_99_01_ramp.ipynb", "old"), ("d_1_100_01_ramp.ipynb", "new")], {ONE: "new"}),
        ([("d_1_9_01_ramp-7.ipynb", "old"),
          ("d_1_10_01_ramp-0f8fad5b-d9cb-469f-a165-70867728950e.ipynb", "new")], {ONE: "new"}),
        ([("d_1_9_a-3.b.tar.gz", "x")], {"a.b.tar.gz": "x"}),
        ([("d_1_9_README-2", "x")], {"README-2": "x"}),
    ],
    ids=["own-numbers", "numbers-of-files", "the-eighth-attempt", "two-endings", "none"],
)  # fmt: skip
def test_attempts_of_canvas(course, files, here):
    download = zipped(course.root.parent / "d.zip", [(n, text.encode()) for n, text in files])
    found = collect(course, download, ASSIGNMENT)
    assert lying(course) == {"d_1": {name: text.encode() for name, text in here.items()}}
    assert taken(found) + len(found.left_out) == len(files)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_what_a_zip_file_can_hold_besides_is_named(course, tmp_path):
    link = zipfile.ZipInfo("bob/link.ipynb")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "d.zip", "w") as archive:
        for name, data in (
            ("ada/a.ipynb", "1"),
            ("ada/a.ipynb", "2"),
            ("bob/b.ipynb", "3"),
            (link, "/etc"),
        ):
            archive.writestr(name, data)
        archive.writestr(zipfile.ZipInfo("c:"), "4")
    found = collect(course, tmp_path / "d.zip", ASSIGNMENT)
    assert lying(course) == {"ada": {"a.ipynb": b"2"}, "bob": {"b.ipynb": b"3"}}
    assert found.left_out == {
        "ada/a.ipynb": "another file of this name comes later in the zip file",
        "bob/link.ipynb": "is a link, no file", "c:": "its name leads nowhere",
    }  # fmt: skip


def test_a_folder_named_on_a_mac_and_a_roster_written_elsewhere_are_one_student(course):
    name = unicodedata.normalize("NFD", "zo\u00eb")
    roster.keep(course.root, table(course, gradebook([("E, Zo\u00eb", 11, "zo\u00eb")])))
    files = [(f"{name}/{ONE}", b"x"), (f"stranger/{ONE}", b"y")]
    found = collect(course, zipped(course.root.parent / "d.zip", files), ASSIGNMENT)
    assert sorted(lying(course)) == ["stranger", "zo\u00eb"]
    assert found.unknown == ["stranger"]


def test_names_in_the_code_of_an_old_system_are_named(course, tmp_path):
    class Old(zipfile.ZipInfo):
        def _encodeFilenameFlags(self):  # noqa: N802
            return self.filename.encode("gbk"), 0

    download = zipped(
        tmp_path / "d.zip", [(f"\u738b\u5c0f\u660e/{ONE}", b"x"), (f"ada/{ONE}", b"y")], Old
    )
    found = collect(course, download, ASSIGNMENT)
    assert len(found.doubtful) == 1
    assert "no UTF-8" in found.doubtful[0]


@settings(max_examples=60, deadline=None)
@given(
    names=st.lists(
        st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)
        | st.sampled_from(["a_1", "a_1_2", "LATE", "1_2_3", "anon", "_", "text.html"]),
        min_size=1, max_size=4,
    ),
    known=st.booleans(), late=st.booleans(),
    file=st.sampled_from([ONE, "2_3.txt", "link.html", "7_text.html", "a-1-2.py"]),
)  # fmt: skip
def test_a_roster_finds_everybody_of_canvas(tmp_path_factory, released, names, known, late, file):
    """And without one each number has a folder of its own, but where a name is named doubtful."""
    root = tmp_path_factory.mktemp("any") / "course"
    course = Course.open(Path(shutil.copytree(released, root)))
    files = [(canvas_name(name, FIRST + n, 90 + n, file, late=late), str(n).encode())
             for n, name in enumerate(names)]  # fmt: skip
    given = table(
        course, gradebook((f"{name}, X", FIRST + n, f"s{n}") for n, name in enumerate(names))
    )
    found = collect(
        course, zipped(root.parent / "d.zip", files), ASSIGNMENT, "canvas", given if known else None
    )
    here = {who: list(its.values()) for who, its in lying(course).items()}
    assert sum(map(len, here.values())) + len(found.left_out) == len(files)
    if known:
        assert here == {f"s{n}": [str(n).encode()] for n in range(len(names))}
    elif not found.doubtful:
        assert sorted(who.rsplit("_", 1)[1] for who in here) == [
            str(FIRST + n) for n in range(len(names))
        ]
