"""A catalog follows its text: the new is empty, the changed is outdated, nothing is lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from autograder import cli
from autograder.building.layout import Layout
from autograder.building.source import read_manual, read_source
from autograder.translation import catalogs
from autograder.translation.commands import translate
from autograder.translation.coverage import coverage, texts_of
from tests.building.conftest import CHECK, SETUP, SOLUTION
from tests.translation.committed import LAYOUT, TEXTS, each, each_page, each_text

LONG = "A paragraph of some length, which says that the gradient points uphill."
TEXT = f"{SETUP}\n# %% [markdown]\n# {LONG}\n{SOLUTION}{CHECK}"


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """A project of one text, and a folder for its Chinese."""
    folder = tmp_path / "solutions" / "03_tiny"
    folder.mkdir(parents=True)
    (folder / "01_a.py").write_text(TEXT, encoding="utf-8")
    (tmp_path / "locale" / "zh_CN" / "LC_MESSAGES").mkdir(parents=True)
    return Layout(tmp_path).edition("zh")


def look(layout: Layout, *, update: bool = True) -> list[tuple[str, str]]:
    (text,) = texts_of(layout)
    return [(one.what, one.text) for one in coverage(text, layout, update=update).findings]


def fill(layout: Layout, words: dict[str, str]) -> None:
    (text,) = texts_of(layout)
    path = layout.catalog(text)
    catalog = catalogs.read(path)
    for english, chinese in words.items():
        catalog.get(english).string = chinese
    catalogs.write(path, catalog)


def edit(layout: Layout, before: str, after: str) -> None:
    (text,) = texts_of(layout)
    old = text.read_text(encoding="utf-8")
    assert before in old
    text.write_text(old.replace(before, after), encoding="utf-8")


WORDS = {
    "# A chapter": "# 一章",
    "Words and $x^2$.": "文字和 $x^2$。",
    LONG: "一个有些长度的段落，说的是梯度指向上坡。",
    "Twice x.": "x 的两倍。",
}


def test_a_new_catalog_has_each_message_once_and_nothing_translated(layout):
    assert look(layout) == [("missing", english) for english in WORDS]
    said = layout.catalog(texts_of(layout)[0]).read_text(encoding="utf-8")
    assert "#. heading, A chapter" in said
    assert "#. docstring, double" in said
    assert "\n#: " not in said
    assert look(layout) == [("missing", english) for english in WORDS]


def test_what_is_translated_stays_and_a_second_update_changes_nothing(layout):
    look(layout)
    fill(layout, WORDS)
    assert look(layout) == []
    path = layout.catalog(texts_of(layout)[0])
    before = path.read_bytes()
    assert look(layout) == []
    assert path.read_bytes() == before


def test_a_changed_paragraph_is_outdated_and_keeps_its_old_translation(layout):
    look(layout)
    fill(layout, WORDS)
    edit(layout, "points uphill", "points up the hill")
    new = LONG.replace("points uphill", "points up the hill")
    assert look(layout, update=False)[0][0] == "not up to date"
    assert look(layout) == [("outdated", new)]
    catalog = catalogs.read(layout.catalog(texts_of(layout)[0]))
    entry = catalog.get(new)
    assert entry.string == WORDS[LONG]
    assert entry.previous_id == [LONG]
    assert catalogs.translation(catalog, new) == ""
    assert catalogs.translation(catalog, "# A chapter") == "# 一章"


def test_the_old_english_does_not_become_a_note_and_a_translators_note_stays(layout):
    look(layout)
    fill(layout, WORDS)
    edit(layout, "points uphill", "points up the hill")
    look(layout)
    path = layout.catalog(texts_of(layout)[0])
    outdated = path.read_text(encoding="utf-8")
    assert outdated.count("#| msgid") == 1
    noted = outdated.replace("#, fuzzy\n#|", "# Which hill?\n#, fuzzy\n#|")
    path.write_text(noted, encoding="utf-8")
    for _ in range(3):  # read and written again and again
        look(layout)
    text = path.read_text(encoding="utf-8")
    assert "# |" not in text
    assert (text.count("#| msgid"), text.count("# Which hill?")) == (1, 1)


def test_a_paragraph_taken_out_and_put_back_needs_no_new_translation(layout):
    look(layout)
    fill(layout, WORDS)
    edit(layout, f"\n# %% [markdown]\n# {LONG}\n", "")
    assert look(layout) == []
    edit(layout, "# Words and", f"# {LONG}\n#\n# Words and")
    assert look(layout) == []


def test_a_translation_of_another_structure_is_named(layout):
    look(layout)
    fill(layout, {**WORDS, "Words and $x^2$.": "文字和 $x^3$。"})
    assert look(layout) == [("differs", "Words and $x^2$.")] * 2


def test_a_broken_catalog_is_named(layout):
    path = layout.catalog(texts_of(layout)[0])
    path.write_text('msgid "never closed\n', encoding="utf-8")
    with pytest.raises(ValueError, match=r"03_01\.po is no catalog"):
        look(layout)


@each_page
def test_the_committed_catalog_is_that_of_its_text(text: Path) -> None:
    catalog = catalogs.read(LAYOUT.catalog(text))
    told = {message.id for message in catalog if message.id}
    # The built notebooks match their texts (test_committed.py), and are read in no time.
    path = (
        LAYOUT.root / "chapters" / "start.ipynb"
        if text == LAYOUT.start
        else text.with_suffix(".ipynb")
    )
    said = set()
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        marks = cell["metadata"].get("nbgrader", {})
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            said |= {piece.message for piece in catalogs.messages.markdown(source)}
        elif marks.get("solution"):
            said |= {piece.message for piece in catalogs.messages.exercise(source)}
    assert told == said - {""}


@each(LAYOUT.manuals)
def test_the_committed_catalog_of_a_manual_is_that_of_the_manual(text: Path) -> None:
    assert not catalogs.is_stale(catalogs.read(LAYOUT.catalog(text)), read_manual(text))


@each_text
def test_every_paragraph_is_translated(text: Path) -> None:
    catalog = catalogs.read(LAYOUT.catalog(text))
    entries = [message.id for message in catalog if message.id]
    assert [one for one in entries if not catalogs.translation(catalog, one)] == []


def test_there_is_no_catalog_without_a_text() -> None:
    folder = LAYOUT.catalog(LAYOUT.start).parent
    assert set(folder.glob("*.po")) == {LAYOUT.catalog(text) for text in TEXTS}


def test_translate_says_how_much_is_done_and_check_writes_nothing() -> None:
    done = CliRunner().invoke(translate, ["start", "--check"])
    assert done.exit_code == 0, done.output
    assert done.output.splitlines()[-1].endswith("paragraphs, 100.0 %")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--language", "fr"], "there is no edition 'fr': the course has en, zh_CN"),
        (["--language", "en"], "nothing to translate"),
        (["99"], "'99' is neither a chapter"),
    ],
)
def test_translate_refuses_in_one_sentence(arguments: list[str], said: str) -> None:
    refused = CliRunner().invoke(cli.main, ["translate", *arguments])
    assert refused.exit_code != 0
    assert said in refused.output
    assert "Traceback" not in refused.output


def test_reading_what_was_written_gives_the_same_entries(layout):
    look(layout)
    fill(layout, WORDS)
    (text,) = texts_of(layout)
    written = catalogs.read(layout.catalog(text))
    assert [m.id for m in written if m.id] == [
        m.id for m in catalogs.template(read_source(text)) if m.id
    ]
    assert {m.id: m.string for m in written if m.id} == WORDS
