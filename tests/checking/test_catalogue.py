"""The catalogue of the checks' texts: compiled, read again, and what in a label is a word."""

from __future__ import annotations

import gettext
import io

import pytest
from babel.messages import Catalog

from autograder.checking import catalogue


def test_a_compiled_catalogue_gives_its_translations_to_gettext():
    made = Catalog(locale="zh")
    made.add("{name} is not right.", "{name} 不对。")
    made.add("passed", "通过")
    made.add("no translation yet", "")
    found = gettext.GNUTranslations(io.BytesIO(catalogue.as_mo(made)))
    assert found.gettext("{name} is not right.") == "{name} 不对。"
    assert found.gettext("passed") == "通过"
    assert found.gettext("no translation yet") == "no translation yet"


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("gradient", True), ("tanh", False), ("loss", True), ("dx", False), ("exp", False),
        ("two rows", True), ("a", False), ("", False), ("3", False), ("N", False),
    ],
)  # fmt: skip
def test_a_word_is_told_from_a_name_of_code(part, words):
    assert catalogue.is_words(part) is words


def test_the_command_writes_both_files_and_says_what_has_no_translation(
    tmp_path, monkeypatch, capsys
):
    target = tmp_path / "zh" / "LC_MESSAGES" / "autograder.po"
    monkeypatch.setattr(catalogue, "PO", target)
    monkeypatch.setattr(catalogue, "texts", lambda: {"passed": ["a", "b", "c"], "FAILED": ["d"]})
    assert catalogue.read().get("passed") is None
    assert catalogue.main() == 1
    said = capsys.readouterr().out.splitlines()
    assert said == [
        "no translation: passed",
        "no translation: FAILED",
        "2 texts, 2 without a translation",
    ]
    text = target.read_text(encoding="utf-8")
    assert "#. a\n#. b\nmsgid" in text
    filled = text
    for english, chinese in (("passed", "通过"), ("FAILED", "未通过")):
        filled = filled.replace(
            f'msgid "{english}"\nmsgstr ""', f'msgid "{english}"\nmsgstr "{chinese}"'
        )
    target.write_text(filled, encoding="utf-8")
    assert catalogue.main() == 0
    assert capsys.readouterr().out == "2 texts, 0 without a translation\n"
    with target.with_suffix(".mo").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("FAILED") == "未通过"
    # A text that is gone is kept aside, and known again when it comes back.
    monkeypatch.setattr(catalogue, "texts", lambda: {"passed": ["a"]})
    assert catalogue.main() == 0
    assert '#~ msgstr "未通过"' in target.read_text(encoding="utf-8")
    monkeypatch.setattr(catalogue, "texts", lambda: {"FAILED": ["a"]})
    assert catalogue.main() == 0
    assert catalogue.read().get("FAILED").string == "未通过"  # type: ignore[union-attr]
