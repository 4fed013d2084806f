"""What the learner's lab switches off, and Validate's short list."""

from __future__ import annotations

import json
import socket
import sys
import tempfile
from pathlib import Path
from unittest import mock

import nbformat
import pytest
from jupyter_client.multikernelmanager import MultiKernelManager
from jupyterlab_server.config import get_page_config
from traitlets.config import Config

from autograder.learning import lab, running
from tests.learning.courses import check, question, stub

FOLDER = Path(lab.__file__).parent / "jupyter"
PLUGINS = Path("share/jupyter/labextensions/@jupyter/nbgrader")


def test_the_learners_lab_has_validate_and_no_panel_of_an_instructor(monkeypatch):
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", str(FOLDER))
    off = get_page_config([])["disabledExtensions"]
    assert "@jupyter/nbgrader:formgrader" in off
    assert "@jupyter/nbgrader:create-assignment" in off
    assert "@jupyter/nbgrader:validate-assignment" not in off


def test_a_lab_without_that_folder_has_them_all(monkeypatch):
    monkeypatch.delenv("JUPYTER_CONFIG_PATH", raising=False)
    assert "@jupyter/nbgrader:formgrader" not in get_page_config([]).get("disabledExtensions", {})


def test_every_plugin_that_is_switched_off_exists():
    code = "".join(
        path.read_text(errors="replace") for path in (Path(sys.prefix) / PLUGINS).rglob("*.js")
    )
    named = json.loads((FOLDER / "labconfig" / "page_config.json").read_text())
    assert [name for name in named["disabledExtensions"] if name not in code] == []


def failure(source: str, error: str = "an error") -> dict[str, str]:
    return {"source": source, "error": error, "raw_error": error}


def test_what_is_not_written_is_named_in_one_entry_and_wrong_answers_each():
    nb = nbformat.v4.new_notebook(
        cells=[
            stub("f", "first"),
            check("f", "first"),
            stub("g", "second"),
            check("g", "second"),
            question("why", "that"),
        ]
    )
    nb.cells[0].source = "def f(x):\n    return 0"
    checks = [cell.source for _, cell in lab.marked(nb, "grade") if cell.cell_type == "code"]
    failed = [failure(source) for source in checks]
    failed.append(failure(nb.cells[4].source.strip(), "You did not provide a response."))
    wrong, short = lab.in_short(failed, nb)
    assert wrong["source"] == "check(f)  # first"
    assert short["source"] == "g, why"
    assert short["error"] == "Not written yet: 2."


def said_by_a_kernel(config: Config) -> str:
    """What a kernel writes to the terminal at its start, under a server's configuration."""
    manager = MultiKernelManager(config=config)
    with tempfile.TemporaryFile("w+") as terminal:
        name = manager.start_kernel(stderr=terminal)
        client = manager.get_kernel(name).client()
        client.start_channels()
        client.wait_for_ready(timeout=60)
        assert client.execute_interactive("1", timeout=60)["content"]["status"] == "ok"
        client.stop_channels()
        manager.shutdown_kernel(name, now=True)
        terminal.seek(0)
        return terminal.read()


@pytest.mark.skipif(not lab.encrypted(), reason="this jupyter_client or zmq cannot encrypt")
def test_a_kernel_of_the_lab_has_nothing_to_warn_of():
    assert "without encryption" in said_by_a_kernel(Config())
    assert said_by_a_kernel(lab.encrypted()) == ""


def test_the_labs_kernels_and_validate_are_given_that_setting():
    server = mock.Mock()
    lab._load_jupyter_server_extension(server)
    server.kernel_manager.update_config.assert_called_once_with(lab.encrypted())
    config = Config({"Validator": {"validate_all": True}})
    validator = lab.ShortValidator(config=config)
    assert validator.validate_all
    assert validator.config.KernelManager == lab.encrypted().KernelManager


def test_libraries_that_cannot_encrypt_are_asked_for_nothing(monkeypatch):
    monkeypatch.setattr(lab.zmq, "has", lambda what: False)
    assert lab.encrypted() == Config()


def test_a_lab_that_runs_on_a_copy_is_found_and_one_that_ended_is_not(tmp_path, monkeypatch):
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = "http://localhost:8888/"
        about = {"root_dir": str(tmp_path / "work"), "hostname": "127.0.0.1", "url": url}
        about["port"] = server.getsockname()[1]
        (tmp_path / "jpserver-1.json").write_text('{"damaged": ')
        (tmp_path / "jpserver-2.json").write_text(json.dumps(about))
        assert running.open_lab(tmp_path / "work") == url
        assert running.open_lab(tmp_path / "work-zh") == ""
    assert running.open_lab(tmp_path / "work") == ""
