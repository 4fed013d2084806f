"""A PostgreSQL server of the tests' own: in a temporary folder, on a socket there and no port."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

USER = "grader"


def programs() -> Path:
    """The folder of initdb and postgres; skips the test where there is none."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    if found := shutil.which("initdb"):
        folders.append(Path(found).resolve().parent)
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    pytest.skip("no PostgreSQL server is installed here (Debian: apt install postgresql)")


def account() -> str | None:
    """Who runs the server: it refuses the superuser, so then the account Debian makes for it."""
    if os.geteuid():
        return None
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        pytest.skip("a PostgreSQL server refuses to run as root, and there is no user postgres")


@contextlib.contextmanager
def server() -> Iterator[Path]:
    """Run a server; yields the folder of its socket."""
    pytest.importorskip("psycopg", reason="psycopg is not installed (the extra postgresql)")
    bin_, user = programs(), account()
    as_user = {"user": user, "group": user, "extra_groups": []} if user else {}
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    if user:
        shutil.chown(folder, user, user)
    process = None
    try:
        data = folder / "data"
        subprocess.run(
            [bin_ / "initdb", "-D", data, "-U", USER, "-A", "trust", "-N", "-E", "UTF8",
             "--locale=C"],
            check=True, stdout=subprocess.DEVNULL, cwd=folder, **as_user,
        )  # fmt: skip
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [bin_ / "postgres", "-D", data, "-k", folder, "-c", "listen_addresses=",
                 "-c", "fsync=off", "-c", "timezone=Asia/Tokyo"],
                stdout=log, stderr=log, cwd=folder, **as_user,
            )  # fmt: skip
        wait_for(folder, process)
        yield folder
    finally:
        if process is not None:
            process.terminate()  # "smart": waits for nobody who is still connected to leave
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def wait_for(folder: Path, process: subprocess.Popen) -> None:
    """Wait until the server answers."""
    import psycopg

    for _ in range(300):
        if process.poll() is not None:
            raise RuntimeError((folder / "log").read_text())
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(host=str(folder), user=USER, dbname="postgres").close()
            return
        time.sleep(0.1)
    raise RuntimeError("the PostgreSQL server does not answer within 30 s")


def new_database(folder: Path, name: str) -> str:
    """An empty database; its address for `c.CourseDirectory.db_url`."""
    import psycopg

    with psycopg.connect(
        host=str(folder), user=USER, dbname="postgres", autocommit=True
    ) as connection:
        connection.execute(f'create database "{name}"')
    return f"postgresql+psycopg://{USER}@/{name}?host={folder}"
