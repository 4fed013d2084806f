"""Addresses come from the one place that names the repository, and there are none without it."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.building import repository
from autograder.site.actions import actions
from autograder.site.pages import with_links

ROOT = Path(__file__).parents[2]
NAMED = '[project]\nname = "x"\n[project.urls]\nRepository = "https://github.com/ada/nets.git"\n'


@pytest.fixture
def pyproject(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "pyproject.toml"
    path.write_text('[project]\nname = "x"\n')
    monkeypatch.setattr(repository, "PYPROJECT", path)
    monkeypatch.delenv("GITHUB_REPOSITORY", raising=False)
    return path


def test_without_a_name_nothing_is_linked(pyproject: Path, tmp_path: Path) -> None:
    assert repository.address() == repository.source("a.py") == repository.colab("a.ipynb") == ""
    line = actions("# Title\n\nText", "03_feedforward/03_training", "en")
    assert "Colab" not in line
    assert "Download" in line
    assert with_links("See [the code](../a.py#L1).", tmp_path) == "See the code."


def test_the_name_is_read_from_the_projects_urls(pyproject: Path, tmp_path: Path) -> None:
    pyproject.write_text(NAMED)
    assert repository.address() == "https://github.com/ada/nets"
    line = actions("# Title\n\nText", "03_feedforward/03_training", "en")
    assert (
        "https://colab.research.google.com/github/ada/nets/blob/main/"
        "chapters/03_feedforward/03_training.ipynb" in line
    )
    assert "pip install git+https://github.com/ada/nets<" in line
    linked = "See [the code](https://github.com/ada/nets/blob/main/a.py#L1)."
    assert with_links("See [the code](../a.py#L1).", tmp_path) == linked


def test_the_start_page_has_the_name_where_there_is_one(pyproject: Path, monkeypatch) -> None:
    monkeypatch.setenv("GITHUB_REPOSITORY", "bo/nets")  # a workflow builds what is committed
    form = "https://colab.research.google.com/github/OWNER/REPOSITORY/blob/main/a.ipynb"
    assert repository.filled(form) == form
    pyproject.write_text(NAMED)
    assert repository.filled(form) == form.replace("OWNER/REPOSITORY", "ada/nets")
    start = (ROOT / "solutions" / "start.py").read_text(encoding="utf-8")
    assert repository.PLACEHOLDER in start


def test_on_github_a_fork_has_its_own_name(pyproject: Path, monkeypatch) -> None:
    pyproject.write_text(NAMED)
    monkeypatch.setenv("GITHUB_REPOSITORY", "bo/nets")
    assert repository.source("a.py") == "https://github.com/bo/nets/blob/main/a.py"
