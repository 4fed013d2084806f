"""Formulas, code, links, numbers and marks are equal in both languages; Chinese is set as such."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.translation.structure import differences, punctuation
from tests.translation.committed import each_text, entries, kind

ENGLISH = (
    "**Task.** With $x^2$ and `f(x)` of [notebook 5.4](04_x.ipynb) in *two* steps of 0.5, 3 times."
)
CHINESE = "**任务。** 用 $x^2$ 和[笔记本 5.4](04_x.ipynb) 的 `f(x)`，分*两*步，每步 0.5，做 3 次。"


@each_text
def test_every_translation_has_the_structure_of_its_english(text: Path) -> None:
    found = {
        entry.id[:60]: said
        for entry in entries(text)
        if (said := list(differences(entry.id, entry.string, kind(entry))))
    }
    assert found == {}


@each_text
def test_every_translation_is_set_as_chinese_is(text: Path) -> None:
    found = {
        entry.id[:60]: said
        for entry in entries(text)
        if (said := list(punctuation(entry.string, kind(entry))))
    }
    assert found == {}


def test_a_faithful_translation_has_no_difference() -> None:
    assert list(differences(ENGLISH, CHINESE, "paragraph")) == []
    assert list(punctuation(CHINESE, "paragraph")) == []


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("$x^2$", "$x^3$", "formulas"),
        ("$x^2$", "", "formulas"),
        ("`f(x)`", "`f(y)`", "code"),
        ("04_x.ipynb", "05_x.ipynb", "links"),
        ("0.5", "0.6", "numbers"),
        ("3 次", "4 次", "numbers"),
        ("**任务。** 用", "**任务。**用", "marks"),
        ("**任务。** 用", "**任务。**用", "does not open or close"),
        ("*两*", "两", "marks"),
    ],
)
def test_what_a_translation_loses_or_changes_is_said(before: str, after: str, said: str) -> None:
    found = list(differences(ENGLISH, CHINESE.replace(before, after), "paragraph"))
    assert any(said in one for one in found), found


@pytest.mark.parametrize(
    ("english", "other"),
    [
        ("| a | b |\n|---|---|\n| one | two |", "| 甲 | 乙 |\n|---|---|\n| 一 | 二 |\n| 三 | 四 |"),
        ("- one\n- two", "- 一、二"),
        ("## A heading", "### 标题"),
        ("x (N, D) -> dx", "x (N, M) -> dx"),
    ],
)
def test_tables_lists_headings_and_shapes_keep_their_form(english: str, other: str) -> None:
    assert list(differences(english, other, "docstring" if "->" in english else "table"))


def test_words_in_formulas_and_numbers_in_words_are_the_translators_own() -> None:
    assert not list(differences("86 billion cells", "860 亿个细胞", "paragraph"))
    english = r"The three of $\text{error}$ in a 2-D array: $a \quad\text{if } b$"
    chinese = r"二维数组中 $\text{误差}$ 的 3 个：$a \quad \text{若 } b$"
    assert list(differences(english, chinese, "paragraph")) == []


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("这是,那是", "half-width punctuation"),
        ("这是.", "half-width punctuation"),
        ("这是(对的)", "half-width parentheses"),
        ('他说"对"', "straight quotation marks"),
        ("用numpy", "no blank"),
        ("用$x$做", "no blank"),
        ("一 二", "a blank between"),
        ("好， 再来", "a blank beside"),
        ("您好", "您"),
        ("等等…", "half an ellipsis"),
    ],
)
def test_what_is_not_set_as_chinese_is_named(text: str, rule: str) -> None:
    assert [said for said in punctuation(text, "paragraph") if said.startswith(rule)]


@pytest.mark.parametrize(
    "text",
    [
        "**任务。** 写出 $f(x)$，见 `a.b`。",
        "用 NumPy 2.0（或更新）：$x = 1$。",
        "| 记号 | 含义 |\n|---|---|\n| $x$ | 一个数 |",
        "形状为 (N, D) 的数组……见 https://a.b/c",
    ],
)
def test_what_is_set_well_is_left_alone(text: str) -> None:
    assert list(punctuation(text, "paragraph")) == []
