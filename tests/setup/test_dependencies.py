"""pyproject.toml is the one list; requirements.txt pins it and environment.yml repeats it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from rattler import MatchSpec

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
ENVIRONMENT = yaml.safe_load((ROOT / "environment.yml").read_text())
FILES = ("requirements.txt", "requirements-site.txt", "requirements-dev.txt")
# What conda-forge calls differently.
CONDA_NAMES = {"matplotlib-base": "matplotlib", "pytorch": "torch"}


def declared(*extras: str) -> dict[str, Requirement]:
    lines = list(PROJECT["dependencies"])
    for extra in extras:
        lines += PROJECT["optional-dependencies"][extra]
    return {canonicalize_name(r.name): r for r in map(Requirement, lines)}


def pinned(name: str) -> list[Requirement]:
    lines = (ROOT / name).read_text().splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith(("#", "-r "))]


def conda_specs() -> list[str]:
    return [entry for entry in ENVIRONMENT["dependencies"] if isinstance(entry, str)]


def test_environment_has_the_structure_conda_reads() -> None:
    assert set(ENVIRONMENT) == {"name", "channels", "dependencies"}
    assert ENVIRONMENT["name"] == PROJECT["name"]
    assert ENVIRONMENT["channels"] == ["conda-forge", "nodefaults"]
    (pip,) = [entry for entry in ENVIRONMENT["dependencies"] if not isinstance(entry, str)]
    assert pip == {"pip": ["-e ."]}
    assert "pip" in conda_specs()


@pytest.mark.parametrize("spec", conda_specs())
def test_every_conda_line_is_a_strict_match_spec(spec: str) -> None:
    assert MatchSpec(spec, strict=True).name is not None


def test_environment_repeats_pyproject_name_by_name_and_bound_by_bound() -> None:
    conda = {}
    for spec in conda_specs():
        name, _, bounds = spec.partition(" ")
        conda[CONDA_NAMES.get(name, name)] = bounds
    assert conda.pop("python") == PROJECT["requires-python"]
    conda.pop("pip")
    want = declared("lab", "grading", "dev")
    assert set(conda) == set(want)
    for name, bounds in conda.items():
        given = set(bounds.split(",")) - {""}
        assert given == {str(part) for part in want[name].specifier}, name


@pytest.mark.parametrize("name", FILES)
def test_every_version_is_pinned_and_no_address_is_written(name: str) -> None:
    text = (ROOT / name).read_text()
    assert not re.search(r"https?:|file:|--(extra-)?index|--find-links|@|\+cpu", text)
    for requirement in pinned(name):
        (only,) = requirement.specifier
        assert only.operator == "==", requirement


def test_pins_satisfy_pyproject_and_miss_nothing() -> None:
    for extras, files in (
        (("lab", "grading"), ["requirements.txt"]),
        (("lab", "grading", "site"), ["requirements.txt", "requirements-site.txt"]),
        (("lab", "grading", "site", "dev"), list(FILES)),
    ):
        pins = {canonicalize_name(r.name): r for file in files for r in pinned(file)}
        for name, requirement in declared(*extras).items():
            (version,) = pins[name].specifier
            assert requirement.specifier.contains(version.version), requirement


def test_no_package_is_pinned_in_two_files_and_each_builds_on_those_before_it() -> None:
    for place, name in enumerate(FILES):
        earlier = {canonicalize_name(r.name) for file in FILES[:place] for r in pinned(file)}
        assert not earlier & {canonicalize_name(r.name) for r in pinned(name)}
        before = "".join(f"-r {file}\n" for file in FILES[:place])
        assert (ROOT / name).read_text().startswith(before)


def test_torch_brings_no_graphics_card_libraries_into_the_pins() -> None:
    names = {r.name for file in FILES for r in pinned(file)}
    assert not [name for name in names if name.startswith(("nvidia", "cuda", "triton"))]
