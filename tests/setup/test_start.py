"""start.py: what it runs, and one clear sentence for each thing that can go wrong.

The installers are replaced by small programs, so that no test needs the network.
"""

from __future__ import annotations

import ast
import json
import os
import resource
import runpy
import shutil
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
POSIX = pytest.mark.skipif(os.name == "nt", reason="the stand-in programs are shell scripts")


@pytest.fixture
def start() -> SimpleNamespace:
    """start.py's names, loaded without running it."""
    return SimpleNamespace(**runpy.run_path(str(ROOT / "start.py"), run_name="start"))


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A copy of what start.py reads, in a folder of its own."""
    folder = tmp_path / "a clone"
    folder.mkdir()
    pins = ("requirements.txt", "requirements-site.txt", "requirements-dev.txt")
    for name in ("start.py", "pyproject.toml", *pins):
        shutil.copy(ROOT / name, folder)
    return folder


def script(path: Path, body: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n" + body)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def fake_python(folder: Path, pip: str) -> Path:
    """A Python that answers start.py: makes environments with itself inside, says yes to `pip`."""
    path = folder / "python"
    script(
        path,
        f"""case "$*" in
  "-m venv "*) for last; do :; done; mkdir -p "$last/bin"; touch "$last/pyvenv.cfg"
               cp "$0" "$last/bin/python" ;;
  "-m pip "*) {pip} ;;
  "-c "*) exit 0 ;;
  *) echo "ran $*"; echo "path $PATH" ;;
esac
""",
    )
    return path


def command(clone: Path, python: Path | None, *arguments: str) -> list[str]:
    """A command that runs the clone's start.py as if `python` had started it."""
    code = (
        "import runpy, sys; sys.argv[0] = 'start.py'; "
        f"sys.executable = {str(python or sys.executable)!r}; "
        f"runpy.run_path({str(clone / 'start.py')!r}, run_name='__main__')"
    )
    return [sys.executable, "-c", code, *arguments]


def run(clone: Path, *arguments: str, python: Path | None = None, **env: str) -> Any:
    """Run start.py without uv on PATH, and see what it says."""
    return subprocess.run(
        command(clone, python, *arguments),
        capture_output=True,
        text=True,
        check=False,
        cwd=clone.parent,
        env={"PATH": "/usr/bin:/bin", "HOME": str(clone.parent), **env},
    )


OK = 'echo "$*" >> "$(dirname "$0")/../installed"'
NO_NETWORK = "echo 'NewConnectionError: Failed to establish a new connection'; exit 1"


def test_syntax_is_what_python_3_6_parses_so_that_it_can_say_it_is_too_old() -> None:
    tree = ast.parse((ROOT / "start.py").read_text(), feature_version=(3, 6))
    late = (ast.NamedExpr, ast.Match)
    assert not [node for node in ast.walk(tree) if isinstance(node, late)]
    futures = [
        n for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.module == "__future__"
    ]
    assert not futures
    imported = {
        name.name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for name in node.names
    }
    assert imported <= sys.stdlib_module_names


def test_old_python_is_told_what_it_needs(start: SimpleNamespace, monkeypatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    with pytest.raises(start.SetupError, match=r"This is Python 3\.9; .* 3\.11 or newer"):
        start.main(["demo"])


def test_unknown_command_names_the_known_ones(start: SimpleNamespace) -> None:
    with pytest.raises(
        start.SetupError, match="lab, update, progress, demo, test, site, autograder"
    ):
        start.main(["demon"])


def test_help_explains_every_command_without_setting_anything_up(clone: Path) -> None:
    result = run(clone, "--help")
    assert result.returncode == 0
    for word in ("lab", "update", "progress", "demo", "test", "site", "autograder", ".venv", "uv"):
        assert word in result.stdout
    assert not (clone / ".venv").exists()


@pytest.mark.parametrize("name", ["lab", "update", "progress", "demo", "test", "site"])
def test_help_of_a_command_sets_nothing_up(clone: Path, name: str) -> None:
    result = run(clone, name, "--help")
    assert result.returncode == 0
    assert f"  {name} " in result.stdout
    assert not (clone / ".venv").exists()


def test_progress_before_anything_is_begun_sets_nothing_up(clone: Path) -> None:
    result = run(clone, "progress")
    assert (result.returncode, result.stderr) == (0, "")
    assert "Nothing is begun" in result.stdout
    assert not (clone / ".venv").exists()


def test_commands_are_the_ones_the_readme_promises(start: SimpleNamespace) -> None:
    environment = start.Environment(str(ROOT))
    (demo,) = start.commands(environment, "demo", [])
    assert demo[1:] == ["-m", "autograder.cli", "demo"]
    work, lab = start.commands(environment, "lab", ["--port=1"])
    assert work[1:] == ["-m", "autograder.learning", "open"]
    assert lab[1:3] == ["-m", "jupyterlab"]
    assert {"--notebook-dir=" + str(ROOT / "work"), "--port=1"} <= set(lab)
    (update,) = start.commands(environment, "update", ["hw/03"])
    assert update[1:] == ["-m", "autograder.learning", "update", "hw/03"]
    (site,) = start.commands(environment, "site", ["--to=www"])
    assert site[1:] == ["-m", "autograder.site", "--to=www"]
    (tests,) = start.commands(environment, "test", [])
    assert tests[-2:] == ["solutions", "tests"]
    assert "--nbval" in tests


def test_a_learners_lab_adds_its_folder_to_those_that_a_user_has_named(
    start: SimpleNamespace,
) -> None:
    own = str(ROOT / "autograder" / "learning" / "jupyter")
    assert start.learners_lab({}, "work")["JUPYTER_CONFIG_PATH"] == own
    given = {"JUPYTER_CONFIG_PATH": "/theirs"}
    lab = start.learners_lab(given, "work")
    assert lab["JUPYTER_CONFIG_PATH"].split(os.pathsep) == [own, "/theirs"]
    assert (Path(own) / "labconfig" / "page_config.json").exists()


def test_a_learners_lab_keeps_its_tabs_with_the_copy_unless_told_otherwise(start: Any) -> None:
    name = "JUPYTERLAB_WORKSPACES_DIR"
    places = {start.learners_lab({}, copy)[name] for copy in ("work", "work-zh")}
    assert len(places) == 2
    assert start.learners_lab({name: "/mine"}, "work")[name] == "/mine"


def test_every_command_computes_in_one_thread_unless_told_otherwise(
    start: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "4")
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    variables = start.child_environment(start.Environment(str(ROOT)))
    assert variables["OMP_NUM_THREADS"] == "4"
    assert variables["OPENBLAS_NUM_THREADS"] == "1"


def test_a_folder_of_ones_own_is_opened_as_it_is(start: SimpleNamespace) -> None:
    (lab,) = start.commands(start.Environment(str(ROOT)), "lab", ["--notebook-dir=course"])
    assert lab[1:] == ["-m", "jupyterlab", "--notebook-dir=course"]


@POSIX
def test_first_run_installs_and_second_run_only_runs(clone: Path, tmp_path: Path) -> None:
    python = fake_python(tmp_path, OK)
    first = run(clone, "demo", python=python)
    assert first.returncode == 0, first.stderr
    assert "Setting up" in first.stdout
    assert "ran -m autograder.cli demo" in first.stdout
    installed = clone / ".venv" / "installed"
    assert [line.split()[-2:] for line in installed.read_text().splitlines()] == [
        [":all:", "uv"],
        ["-r", "requirements.txt"],
        ["-e", "."],
    ]
    assert f"path {clone / '.venv' / 'bin'}:" in first.stdout
    second = run(clone, "demo", python=python)
    assert "Setting up" not in second.stdout
    assert len(installed.read_text().splitlines()) == 3


@POSIX
def test_ready_set_up_computes_for_less_than_a_second(clone: Path, tmp_path: Path) -> None:
    python = fake_python(tmp_path, OK)
    run(clone, "demo", python=python)
    before = computed_by_children()
    run(clone, "demo", python=python)
    assert computed_by_children() - before < 1


def computed_by_children() -> float:
    """Processor seconds: those on the clock say how busy the machine is."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@POSIX
def test_tests_need_more_than_the_demo_and_changed_pins_install_again(
    clone: Path, tmp_path: Path
) -> None:
    python = fake_python(tmp_path, OK)
    run(clone, "demo", python=python)
    assert "Setting up" in run(clone, "test", python=python).stdout
    assert "Setting up" not in run(clone, "demo", python=python).stdout
    with (clone / "requirements.txt").open("a") as file:
        file.write("six==1.17.0\n")
    assert "Setting up" in run(clone, "demo", python=python).stdout


@POSIX
def test_the_site_needs_more_than_the_demo_and_less_than_the_tests(
    clone: Path, tmp_path: Path
) -> None:
    python = fake_python(tmp_path, OK)
    run(clone, "demo", python=python)
    assert "Setting up" in run(clone, "site", python=python).stdout
    assert "Setting up" in run(clone, "test", python=python).stdout
    assert "Setting up" not in run(clone, "site", python=python).stdout
    shutil.rmtree(clone / ".venv")
    run(clone, "test", python=python)
    assert "Setting up" not in run(clone, "site", python=python).stdout


@POSIX
def test_no_network_is_one_sentence_and_the_next_run_recovers(clone: Path, tmp_path: Path) -> None:
    result = run(clone, "demo", python=fake_python(tmp_path, NO_NETWORK))
    assert result.returncode == 1
    (sentence,) = result.stderr.splitlines()
    assert "could not be downloaded: connect to the network" in sentence
    result = run(clone, "demo", python=fake_python(tmp_path, OK))
    assert result.returncode == 0
    assert "Removing an unfinished .venv" in result.stdout


@POSIX
def test_full_disk_and_other_failures_are_said_with_the_log(clone: Path, tmp_path: Path) -> None:
    result = run(
        clone, "demo", python=fake_python(tmp_path, "echo No space left on device; exit 1")
    )
    assert "disk is full" in result.stderr
    result = run(clone, "demo", python=fake_python(tmp_path, "echo some wheel is broken; exit 1"))
    assert "some wheel is broken" in result.stderr
    assert "start.log" in result.stderr


def wait_for(path: Path) -> None:
    """Return when the file is there; a minute is more than a busy machine needs."""
    deadline = time.monotonic() + 60
    while not path.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert path.exists()


@POSIX
def test_a_second_start_waits_for_the_first_ones_set_up(clone: Path, tmp_path: Path) -> None:
    wait = f'while [ ! -e "{tmp_path}/go on" ]; do sleep 0.05; done'
    python = fake_python(tmp_path, f'touch "{tmp_path}/installing"; {wait}; {OK}')

    def started():
        return subprocess.Popen(
            command(clone, python, "demo"),
            env={"PATH": "/usr/bin:/bin", "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    first = started()
    wait_for(tmp_path / "installing")
    second = started()
    line = second.stdout.readline()
    (tmp_path / "go on").touch()
    assert "Another start.py is setting up" in line
    output, error = first.communicate(timeout=60)
    later, wrong = second.communicate(timeout=60)
    assert (first.returncode, error) == (0, "")
    assert "Setting up" in output
    assert "ran " in output
    assert (second.returncode, wrong) == (0, "")
    assert "ran " in later
    assert "Setting up" not in later
    assert "Removing" not in later


@POSIX
def test_ctrl_c_while_installing_leaves_a_venv_that_the_next_run_makes_anew(
    clone: Path, tmp_path: Path
) -> None:
    python = fake_python(tmp_path, f'touch "{tmp_path}/installing"; sleep 100')
    process = subprocess.Popen(
        command(clone, python, "demo"),
        env={"PATH": "/usr/bin:/bin"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # A shell that runs the tests in the background has SIGINT ignored, and children inherit
        # that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    wait_for(tmp_path / "installing")
    os.killpg(process.pid, signal.SIGINT)
    _, error = process.communicate(timeout=60)
    assert error.splitlines()[-1] == "start.py: stopped; run it again to go on."
    assert (clone / ".venv" / "start-unfinished").exists()
    result = run(clone, "demo", python=fake_python(tmp_path, OK))
    assert result.returncode == 0
    assert "Removing an unfinished .venv" in result.stdout


@POSIX
def test_venv_whose_python_is_gone_is_made_anew(clone: Path, tmp_path: Path) -> None:
    python = fake_python(tmp_path, OK)
    run(clone, "demo", python=python)
    (clone / ".venv" / "bin" / "python").unlink()
    result = run(clone, "demo", python=python)
    assert result.returncode == 0
    assert "Setting up" in result.stdout


@POSIX
def test_a_folder_called_venv_with_other_things_in_it_is_not_deleted(
    clone: Path, tmp_path: Path
) -> None:
    (clone / ".venv").mkdir()
    (clone / ".venv" / "thesis.txt").write_text("precious")
    result = run(clone, "demo", python=fake_python(tmp_path, OK))
    assert "is no Python environment: move it away" in result.stderr
    assert (clone / ".venv" / "thesis.txt").exists()


@POSIX
def test_environment_made_by_hand_is_used_not_deleted(clone: Path, tmp_path: Path) -> None:
    python = fake_python(tmp_path, OK)
    subprocess.run([python, "-m", "venv", clone / ".venv"], check=True)
    (clone / ".venv" / "mine").touch()
    assert run(clone, "demo", python=python).returncode == 0
    assert (clone / ".venv" / "mine").exists()


def test_python_without_venv_module_names_the_package_to_install(
    start: SimpleNamespace, clone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare = start.Environment.prepare
    monkeypatch.setitem(prepare.__globals__, "has_module", lambda name: name != "ensurepip")
    monkeypatch.setattr(shutil, "which", lambda name, path=None: None)
    with pytest.raises(start.SetupError, match="apt install python3-venv"):
        start.Environment(str(clone)).prepare("run")


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (PermissionError(13, "Permission denied", ".venv"), "cannot be written to"),
        (OSError(30, "Read-only file system", ".venv"), "read-only disk"),
        (OSError(28, "No space left on device"), "disk is full"),
    ],
)
def test_folder_that_cannot_be_written_to_is_said_with_the_way_out(
    error: OSError,
    sentence: str,
    start: SimpleNamespace,
    clone: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(path: str) -> None:
        raise error

    monkeypatch.setattr(os, "makedirs", refuse)
    with pytest.raises(start.SetupError, match=sentence):
        start.Environment(str(clone)).prepare("run")


@POSIX
@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere"
)
def test_folder_without_write_permission_for_real(clone: Path, tmp_path: Path) -> None:
    clone.chmod(0o555)
    result = run(clone, "demo", python=fake_python(tmp_path, OK))
    clone.chmod(0o755)
    assert "cannot be written to" in result.stderr


@POSIX
def test_another_users_folder_is_used_from_a_folder_of_ones_own(
    start: SimpleNamespace, clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is written beside the sources: the packages and the working copy are in the home."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    names = start.prepared.__globals__
    writable = names["is_writable"]
    monkeypatch.setitem(names, "is_writable", lambda p: str(p) != str(clone) and writable(p))
    monkeypatch.setattr(sys, "executable", str(fake_python(tmp_path, "exit 1")))
    installed: list[list[str]] = []

    def logged(self: Any, command: list[str]) -> tuple[int, str]:
        installed.append(command)
        return 0, ""

    monkeypatch.setattr(names["Environment"], "_logged", logged)
    monkeypatch.setattr(shutil, "which", lambda name, path=None: None)
    site = tmp_path / "site"
    site.mkdir()
    monkeypatch.setattr(subprocess, "check_output", lambda *a, **k: os.fsencode(site) + b"\n")
    before = sorted(clone.iterdir())
    environment = start.prepared(str(clone), "run")
    own = tmp_path / "home" / "nn-from-scratch-work"
    assert environment.path == str(own / ".venv")
    assert (site / "nn-from-scratch.pth").read_text() == f"{clone}\n"
    assert [line[-1] for line in installed] == ["uv", "requirements.txt", str(site)]
    assert start.work_folder(str(clone), "zh") == str(own / "work-zh")
    assert sorted(clone.iterdir()) == before
    assert start.prepared(str(clone), "run").is_ready("run")


@POSIX
def test_a_working_copy_of_another_owner_is_left_alone(
    start: SimpleNamespace, clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert start.work_folder(str(clone)) == str(clone / "work")
    (clone / "work").mkdir()
    assert start.work_folder(str(clone)) == str(clone / "work")
    owner = os.stat(clone / "work").st_uid
    monkeypatch.setattr(os, "getuid", lambda: owner + 1)
    assert start.work_folder(str(clone)) == str(tmp_path / "home/nn-from-scratch-work/work")
    environment = SimpleNamespace(root=str(clone), python="python")
    opening, lab = start.commands(environment, "lab", [], "", "mine/work")
    assert opening[1:] == ["-m", "autograder.learning", "--work", "mine/work", "open"]
    assert "--notebook-dir=mine/work" in lab


def test_a_python_that_has_the_course_and_its_packages_is_used_as_it_is(
    start: SimpleNamespace, clone: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    """A conda environment made from environment.yml; one that lacks a package is not used."""
    from importlib import metadata

    installed = start.Installed(str(clone))
    assert not installed.is_ready("run")  # this Python has the course from another folder
    origin = SimpleNamespace(read_text=lambda name: json.dumps({"url": clone.as_uri()}))
    real = list(metadata.distributions())

    def found(**wanted: Any) -> list[Any]:
        return [origin] if "name" in wanted else real

    monkeypatch.setattr(metadata, "distributions", found)
    assert installed.is_ready("run")
    assert start.prepared(str(clone), "run").python == sys.executable
    assert sys.prefix in capsys.readouterr().out
    real[:] = [one for one in real if one.metadata["Name"] != "jupyterlab"]
    assert not installed.is_ready("run")


@POSIX
def test_a_folder_that_was_moved_gets_a_new_venv(clone: Path, tmp_path: Path) -> None:
    """The programs in the old one begin with the path of the Python of the old place."""
    python = fake_python(tmp_path, OK)
    run(clone, "demo", python=python)
    moved = clone.rename(tmp_path / "elsewhere")
    (moved / ".venv" / "bin" / "old-program").touch()
    result = run(moved, "demo", python=python)
    assert result.returncode == 0, result.stderr
    assert "has been moved" in result.stdout
    assert not (moved / ".venv" / "bin" / "old-program").exists()
    assert "Setting up" not in run(moved, "demo", python=python).stdout


@POSIX
def test_a_path_that_is_too_long_for_windows_is_said_with_the_way_out(
    clone: Path, tmp_path: Path
) -> None:
    pip = "echo 'HINT: ... since this system does not have Windows Long Path support'; exit 1"
    result = run(clone, "demo", python=fake_python(tmp_path, pip))
    assert "move the project to a short one" in result.stderr


@POSIX
def test_uv_is_used_where_it_is_and_pip_where_uv_fails(clone: Path, tmp_path: Path) -> None:
    python = fake_python(tmp_path, OK)
    bin_folder = tmp_path / "bin"
    script(
        bin_folder / "uv",
        f"""case "$1" in
  venv) for last; do :; done; "{python}" -m venv "$last" ;;
  pip) echo "$* links=$UV_FIND_LINKS" >> "{tmp_path}/uv-ran" ;;
esac
""",
    )
    path = f"{bin_folder}:/usr/bin:/bin"
    result = run(clone, "demo", python=python, PATH=path, PIP_FIND_LINKS="/wheels")
    assert result.returncode == 0, result.stderr
    said = (tmp_path / "uv-ran").read_text()
    assert "-r requirements.txt links=/wheels" in said
    assert not (clone / ".venv" / "installed").exists()

    shutil.rmtree(clone / ".venv")
    script(bin_folder / "uv", "exit 1")
    result = run(clone, "demo", python=python, PATH=path)
    assert result.returncode == 0, result.stderr
    assert "trying pip" in result.stdout
    assert (clone / ".venv" / "installed").exists()


@POSIX
def test_pip_gets_uv_where_there_is_none_and_uv_is_told_what_pip_is_told(
    clone: Path, tmp_path: Path
) -> None:
    uv = tmp_path / "what pip installs"
    script(
        uv,
        f"""echo "$* strategy=$UV_INDEX_STRATEGY" >> "{tmp_path}/uv-ran"
env | grep -E "^(UV_|SSL_)" | sort > "{tmp_path}/uv-saw"
""",
    )
    pip = f"""case "$*" in
  *"config list") cat "{tmp_path}/settings" ;;
  *" uv") cp "{uv}" "$(dirname "$0")/uv" ;;
  *) {OK} ;;
esac"""
    python = fake_python(tmp_path, pip)
    (tmp_path / "settings").write_text(
        ":env:.find-links='/new /newer'\nglobal.cert='/a/b.pem'\nglobal.find-links='/old'\n"
        "global.extra-index-url='https://one.example/simple\\nhttps://two.example/simple'\n"
        "global.timeout='60'\n"
    )
    result = run(clone, "demo", python=python)
    assert result.returncode == 0, result.stderr
    first, second = (tmp_path / "uv-ran").read_text().splitlines()
    assert "-r requirements.txt strategy=unsafe-best-match" in first
    assert "--no-deps -e . " in second
    assert not (clone / ".venv" / "installed").exists()
    assert (tmp_path / "uv-saw").read_text().splitlines() == [
        "SSL_CERT_FILE=/a/b.pem",
        "UV_FIND_LINKS=/new,/newer",
        "UV_INDEX=https://one.example/simple https://two.example/simple",
        "UV_INDEX_STRATEGY=unsafe-best-match",
    ]


@POSIX
def test_lab_is_set_up_without_the_news_pop_up(clone: Path, tmp_path: Path) -> None:
    run(clone, "lab", python=fake_python(tmp_path, OK))
    settings = clone / ".venv" / "share" / "jupyter" / "lab" / "settings" / "overrides.json"
    assert '"fetchNews": "false"' in settings.read_text()


def test_its_syntax_is_what_old_pythons_parse() -> None:
    tree = ast.parse((ROOT / "start.py").read_text("utf-8"))
    new = (ast.JoinedStr, ast.NamedExpr, ast.AnnAssign, ast.AsyncFunctionDef, ast.YieldFrom)
    for node in ast.walk(tree):
        assert not isinstance(node, new), node.lineno
        if isinstance(node, ast.Raise):
            assert node.cause is None, node.lineno
        if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            assert not any(isinstance(e, ast.Starred) for e in node.elts), node.lineno
        if isinstance(node, ast.Call):  # nothing after *arguments, and print with one argument only
            starred = [isinstance(a, ast.Starred) for a in node.args]
            assert starred == sorted(starred), node.lineno
            assert sum(starred) < 2, node.lineno
            assert not (isinstance(node.func, ast.Name) and node.func.id == "print"), node.lineno
        if isinstance(node, ast.FunctionDef):
            assert not node.args.kwonlyargs, node.lineno
            assert node.returns is None, node.lineno


def test_a_users_settings_for_pip_and_python_do_not_reach_the_environment(
    start: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("PIP_USER", "1")
    environment = start.Environment(str(tmp_path))
    assert "PYTHONPATH" not in start.child_environment(environment)
    assert start.install_environment(environment)["PIP_USER"] == "0"


def test_a_folder_with_any_letters_has_a_fingerprint_in_any_locale(clone: Path) -> None:
    folder = clone.parent / "Übung 神经"
    clone.rename(folder)
    code = (
        "import runpy; s = runpy.run_path('start.py', run_name='start'); "
        "print(s['Environment'](s['ROOT']).fingerprint('run'))"
    )
    plain = {**os.environ, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "LC_ALL": "C"}
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, env=plain, capture_output=True,
    text=True)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.strip()) == 64


def test_a_language_before_the_command_opens_its_own_working_copy(start: SimpleNamespace) -> None:
    environment = SimpleNamespace(root="here", python="python")
    opening, lab = start.commands(environment, "lab", [], "zh")
    assert opening == ["python", "-m", "autograder.learning", "--language", "zh", "open"]
    assert f"--notebook-dir={os.path.join('here', 'work-zh')}" in lab
    assert start.short("zh_CN") == "zh"
    assert start.short("") == ""
    with pytest.raises(start.SetupError, match="not there in 'fr': it is in en, zh"):
        start.short("fr")


@POSIX
def test_options_without_a_command_are_the_labs(clone: Path, tmp_path: Path) -> None:
    python = fake_python(tmp_path, "exit 0")
    done = run(clone, "--no-browser", "--port=8899", python=python)
    assert "jupyterlab" in done.stdout
    assert "--no-browser --port=8899" in done.stdout
    done = run(clone, "--language=en", "--no-browser", python=python)
    assert done.stdout.count("--no-browser") == 1


@POSIX
def test_a_lab_that_does_not_start_as_root_says_what_to_type(
    start: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    names = start.main.__globals__
    monkeypatch.setitem(names, "prepared", lambda root, purpose: start.Environment(root))
    monkeypatch.setattr(subprocess, "call", lambda command, **kw: int("jupyterlab" in command))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert start.main(["lab"]) == 1
    assert "start.py lab --allow-root" in capsys.readouterr().out
    assert start.main(["lab", "--allow-root"]) == 1
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert start.main(["lab"]) == 1
    assert "--allow-root" not in capsys.readouterr().out


def test_options_before_and_behind_the_command_are_told_apart(clone: Path, tmp_path: Path) -> None:
    (clone / "chapters-zh").mkdir()
    python = fake_python(tmp_path, "exit 0")
    run(clone, "--language", "zh", "update", python=python)
    done = run(clone, "--language", "zh", "update", "--help", python=python)
    assert "ran -m autograder.learning --language zh update --help" in done.stdout
    refused = run(clone, "--language", "fr", python=python)
    assert "it is in en, zh" in refused.stderr
