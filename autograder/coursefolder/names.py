"""What lies where in a course folder; everything else asks here.

course/nbgrader_config.py          what the stock nbgrader commands read
course/gradebook.db                nbgrader's gradebook
course/language                    of texts and reports, "zh_CN" say, where a release named one
course/secret                      the seed of the hidden tests, readable by its owner only
course/source/<chapter>/*.ipynb    the instructor's notebooks, with solutions and hidden tests
course/release/<chapter>/*.ipynb   what to hand out: the same bytes as chapters/
course/submitted/<student>/<chapter>/*.ipynb   put here by whoever collects
course/results/<chapter>/<student>.json        what grading keeps beside the gradebook
course/earlier/<chapter>.json      what earlier releases said
course/extensions.csv              who has more time, and why
course/groups.csv                  who hands in together
course/roster/<platform>.csv       who is who, as the platform exports it
course/roster/moodle.<chapter>.csv the same, of one assignment
course/replaced/<chapter>/<student>/           what a newer download took the place of
course/reports/<chapter>.html                  the class report
"""

from __future__ import annotations

from pathlib import Path

CONFIG = "nbgrader_config.py"
GRADEBOOK = "gradebook.db"
SECRET = "secret"
LANGUAGE = "language"
SOURCE, RELEASE, RESULTS, REPORTS = "source", "release", "results", "reports"
EARLIER = "earlier"
ROSTER, REPLACED = "roster", "replaced"
EXTENSIONS, GROUPS = "extensions.csv", "groups.csv"


def missing_from(root: Path) -> str:
    """Return the file that keeps `root` from being a course folder; empty when it is one."""
    return next((name for name in (CONFIG, SECRET) if not (root / name).is_file()), "")


def read_secret(root: Path) -> bytes:
    """Return the seed of the hidden tests."""
    return (root / SECRET).read_text(encoding="ascii").strip().encode()


def read_language(root: Path) -> str:
    """Return the language of texts and reports, "zh_CN" say; "" where no release named one."""
    path = root / LANGUAGE
    return path.read_text(encoding="ascii").strip() if path.exists() else ""


def source_folder(root: Path, assignment: str) -> Path:
    """Return the folder of the instructor's notebooks."""
    return root / SOURCE / assignment


def release_folder(root: Path, assignment: str) -> Path:
    """Return the folder of the notebooks to hand out."""
    return root / RELEASE / assignment


def result_path(root: Path, assignment: str, student: str) -> Path:
    """Return the file that keeps the result of a submission."""
    return root / RESULTS / assignment / f"{student}.json"


def earlier_path(root: Path, assignment: str) -> Path:
    """Return the file that keeps what earlier releases said."""
    return root / EARLIER / f"{assignment}.json"


def report_path(root: Path, assignment: str) -> Path:
    """Return the class report's page."""
    return root / REPORTS / f"{assignment}.html"


def roster_path(root: Path, platform: str, assignment: str = "") -> Path:
    """Return the file that keeps a platform's table of members, or an assignment's own one."""
    return root / ROSTER / ".".join(filter(None, (platform, assignment, "csv")))


def replaced_folder(root: Path, assignment: str, student: str) -> Path:
    """Return the folder of what newer downloads took the place of."""
    return root / REPLACED / assignment / student


def extensions_path(root: Path) -> Path:
    """Return the table of extensions."""
    return root / EXTENSIONS


def groups_path(root: Path) -> Path:
    """Return the table of groups."""
    return root / GROUPS
