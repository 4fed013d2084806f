"""docs/surprises.md names tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "surprises.md").read_text(encoding="utf-8")
NAMED = re.compile(r"`([\w/.]*)::(\w+)`")
WHOLE = re.compile(r"`([a-z]+/(?:\w+\.py)?)`")


def test_every_test_that_a_row_names_exists():
    found = 0
    for line in PAGE.splitlines():
        file = ""
        for name, test in NAMED.findall(line):
            file = name or file
            text = (ROOT / "tests" / file).read_text(encoding="utf-8")
            assert f"def {test}(" in text, (file, test)
            found += 1
    assert found > 60


def test_every_file_that_is_named_as_a_whole_exists():
    for name in WHOLE.findall(PAGE):
        assert (ROOT / "tests" / name).exists(), name


def test_every_row_of_a_table_names_what_holds_it():
    for line in PAGE.splitlines():
        if line.startswith("| ") and not line.endswith("| held by |"):
            assert NAMED.search(line) or WHOLE.search(line) or "the same test |" in line, line
