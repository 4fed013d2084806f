"""Asking and writing the gradebook once for a notebook leaves what nbgrader itself leaves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from sqlalchemy import Engine, create_engine, event, text

from autograder.coursefolder.at_once import at_once
from autograder.coursefolder.nbgrader import load_config, quiet_nbgrader
from autograder.coursefolder.release import release_course
from tests.building.conftest import WHOLE, Write, names

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")
TABLES = ("grade_cells", "solution_cells", "task_cells", "source_cell", "notebook", "base_cell")


def rows(course: Path) -> dict[str, list]:
    """Every row of an assignment's tables, identities and their references left out."""
    engine = create_engine(f"sqlite:///{course / 'gradebook.db'}")
    found = {}
    with engine.connect() as connection:
        for table in TABLES:
            all_of_them = connection.execute(text(f"select * from {table}")).mappings()
            found[table] = sorted(
                str({k: v for k, v in row.items() if k != "id" and not k.endswith("_id")})
                for row in all_of_them
            )
    engine.dispose()
    return found


@contextmanager
def commits() -> Iterator[list[None]]:
    """How often a database has committed by the end of the block."""
    made: list[None] = []

    def note(_connection: object) -> None:
        made.append(None)

    event.listen(Engine, "commit", note)
    try:
        yield made
    finally:
        event.remove(Engine, "commit", note)


def test_a_new_release_leaves_the_rows_and_files_that_nbgrader_leaves(
    project: Write, tmp_path: Path
) -> None:
    ours = tmp_path / "ours"
    release_course(ours, layout=project(WHOLE), names=names)
    name = next((ours / "source").iterdir()).name
    released = {p.name: p.read_bytes() for p in (ours / "release" / name).glob("*.ipynb")}
    written = rows(ours)
    assert written["grade_cells"]
    config = load_config(ours)
    made = {}
    for way, its in (("at once", at_once(config)), ("nbgrader's", config)):
        (ours / "gradebook.db").unlink()
        with quiet_nbgrader(), commits() as made[way]:
            api = NbGraderAPI(CourseDirectory(config=config), config=its)
            assert api.generate_assignment(name, force=True)["success"]
    assert rows(ours) == written
    cells = sum(len(written[table]) for table in TABLES[:4])
    assert len(made["at once"]) + cells == len(made["nbgrader's"])
    stock = {p.name: p.read_bytes() for p in (ours / "release" / name).glob("*.ipynb")}
    assert stock == released
