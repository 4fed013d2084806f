"""Every text a student reads is there in Chinese.

The catalogue agrees with the code and compiles to itself.
"""

import ast
import functools
import gettext
import string

import numpy as np
import pytest

from autograder import run_check
from autograder.checking import CheckFailed, catalogue, check, messages
from autograder.checking.compare import Finding
from autograder.checking.exercise import Output
from autograder.checking.locate import where
from autograder.checking.report import as_html
from tests.checking.test_engine import RIGHT, affine_forward, backward_with


@pytest.fixture
def chinese():
    messages.language("zh")
    yield
    messages._current = ""


@pytest.fixture
def unset(monkeypatch):
    monkeypatch.setattr(messages, "_current", "")
    for name in ("NN_COURSE_LANGUAGE", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


@pytest.fixture(scope="module")
def on_disk():
    return {m.id: m.string for m in catalogue.read() if m.id}


texts = functools.cache(catalogue.texts)  # some seconds


def placeholders(text):
    return sorted(field for _, field, _, _ in string.Formatter().parse(text) if field is not None)


def from_templates():
    """Texts that are filled in: those of the code and of the cases' labels."""
    found = texts()
    return [
        t for t, places in found.items() if any(".py" in p or p.endswith("example") for p in places)
    ]


def test_every_text_of_code_exercises_and_quizzes_is_translated(on_disk):
    missing = [text for text in texts() if not on_disk.get(text)]
    assert not missing, "translate these, then run python -m autograder.checking.catalogue"


def marked(path):
    """The texts that a file marks for translation, by its syntax tree: in f-strings, too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if (
            isinstance(node, ast.Call)
            and getattr(node.func, "id", "") in ("_", "translate")
            and isinstance(node.args[0], ast.Constant)
        ):
            yield node.args[0].value


def test_no_marked_text_is_overlooked():
    listed = texts()
    files = [
        path for name in catalogue.FOLDERS for path in (catalogue.PACKAGE / name).rglob("*.py")
    ]
    found = {text for path in files for text in marked(path)}
    assert len(found) > 100
    assert found - set(listed) == set()


def test_placeholders_of_translations_agree(on_disk):
    assert [t for t in from_templates() if placeholders(t) != placeholders(on_disk[t])] == []


def test_translations_are_chinese_or_names(on_disk):
    def has_chinese(text):
        return any("\u3000" <= c <= "\uffef" for c in text)

    allowed = {"dtype", "narrow", "wide", "same", "a dict", "momentum {0}", "eps {0}"}
    allowed |= {"{sentence} {next}", "{label} {numbers}"}
    assert {t for t, zh in on_disk.items() if not has_chinese(zh)} <= allowed


def test_compiled_catalogue_is_that_of_the_text_file(on_disk):
    with catalogue.PO.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)._catalog
    assert {k: v for k, v in compiled.items() if k} == on_disk


def test_catalogue_keeps_known_translations_and_sets_lost_ones_aside():
    old = catalogue.Catalog(locale="zh")
    old.add("FAILED", "未通过")
    old.add("a text nobody uses", "没人用")
    new = catalogue.updated(old)
    assert new["FAILED"].string == "未通过"
    assert "a text nobody uses" not in new
    assert "a text nobody uses" in new.obsolete


def test_right_answer_is_reported_in_chinese(chinese):
    message = run_check("affine_forward", RIGHT).message
    assert message.startswith("affine_forward：通过，全部")
    assert "  通过  不改动输入" in message


def test_named_mistake_and_its_hint_are_reported_in_chinese(chinese):
    def without_bias(x, w, b):
        return x.reshape(len(x), -1) @ w, (x, w, b)

    report = run_check("affine_forward", {"affine_forward": without_bias})
    assert report.mistake == "bias_missing"
    assert "与一个已知的错误一致：“缺少偏置”。" in report.message
    assert "提示：输入全为零时，输出是什么？" in report.message
    assert "下一步：" in report.message


def test_place_of_a_difference_is_reported_in_chinese(chinese):
    def spoil(g):
        g = g.copy()
        g[0] += 1.0
        return g

    report = run_check("affine_backward", {**RIGHT, "affine_backward": backward_with(dw=spoil)})
    assert "dw 只有第一个输入不对，其余都对。" in report.message
    assert "例子：N = 3，D = 4，M = 5" in report.message


def test_pattern_and_wrong_form_are_reported_in_chinese(chinese):
    third = {**RIGHT, "affine_backward": backward_with(dw=lambda g: g / 3)}
    assert "dw 等于正确答案乘以 1/N。" in run_check("affine_backward", third).message
    bare = run_check(
        "affine_forward", {"affine_forward": lambda x, w, b: x.reshape(len(x), -1) @ w + b}
    )
    assert "应当返回 (out, cache)" in bare.message
    stub = run_check("affine_forward", {"affine_forward": None})
    assert "affine_forward 是None；应当是函数" in stub.message


def test_wrong_quiz_answer_gets_its_hint_in_chinese(chinese):
    report = check.judge_quiz("quiz_map", "a")
    assert "感知机也是神经网络" in report.message
    assert "quiz_map 不对。" in report.message


def test_html_says_its_language(chinese):
    page = as_html(run_check("affine_forward", RIGHT))
    assert 'lang="zh"' in page
    assert "形状：通过" in page


def test_columns_of_the_text_report_stand_under_each_other(chinese):
    third = {**RIGHT, "affine_backward": backward_with(dw=lambda g: g / 3)}
    lines = run_check("affine_backward", third).message.splitlines()
    marks = [line for line in lines if line.startswith(("  通过", "  未通过", "  未评判"))]
    names = {
        messages.cells(line[: len(line) - len(line[2:].split(maxsplit=1)[1])]) for line in marks
    }
    assert names == {10}


def test_english_stays_as_it_is(unset):
    unset.setenv("LANG", "en_US.UTF-8")
    assert "passed, all" in run_check("affine_forward", RIGHT).message


@pytest.mark.parametrize(("name", "value"), [("NN_COURSE_LANGUAGE", "zh"), ("LANG", "zh_CN.UTF-8")])
def test_environment_chooses_the_language(unset, name, value):
    unset.setenv(name, value)
    assert check.language() == "zh"
    assert "通过" in run_check("affine_forward", RIGHT).message


def test_course_variable_goes_before_the_machines_language(unset):
    unset.setenv("LANG", "zh_CN.UTF-8")
    unset.setenv("NN_COURSE_LANGUAGE", "en")
    assert check.language() == "en"


def test_unknown_language_is_refused_with_the_choices(unset):
    with pytest.raises(ValueError, match="'fr' is not available: choose one of en, zh"):
        check.language("fr")
    unset.setenv("NN_COURSE_LANGUAGE", "klingon")
    with pytest.raises(ValueError, match="NN_COURSE_LANGUAGE 'klingon' is not available"):
        check.language()


@pytest.mark.parametrize(
    ("label", "parts"),
    [
        ("stride 2, no padding", [("stride {0}", ["2"]), (", ", []), ("no padding", [])]),
        (
            "x0 of shape (2, 3), 6 steps",
            [("x0 of shape {0}", ["(2, 3)"]), (", ", []), ("{0} steps", ["6"])],
        ),
        ("state {}; ±10,000", [("state {0}", ["{}"]), ("; ", []), ("{0}", ["±10,000"])]),
        ("{a}", [("{{a}}", [])]),
    ],
)
def test_labels_come_apart_and_together_again(label, parts):
    assert messages.label_parts(label) == parts
    assert messages.case_label(label) == label


def test_traceback_is_short_and_the_error_keeps_the_report():
    def without_bias(x, w, b):
        return x.reshape(len(x), -1) @ w, (x, w, b)

    with pytest.raises(CheckFailed) as caught:
        check(without_bias, exercise="affine_forward")
    lines = caught.value._render_traceback_()
    assert len(lines) <= 4
    assert lines[0] == "CheckFailed: affine_forward: not right yet."
    assert "bias missing" in lines[-1]
    assert str(caught.value) == caught.value.report.message


def test_nothing_is_called_right_that_was_never_seen():
    report = run_check(
        "affine_forward", {"affine_forward": lambda x, w, b: affine_forward(x, w, b)[0]}
    )
    verdicts = {c.name: c.passed for c in report.clauses}
    assert (verdicts["runs"], verdicts["structure"], verdicts["out"]) == (True, False, None)


@pytest.mark.parametrize(
    ("wrong", "axes", "english", "chinese_text"),
    [
        ((slice(1, 3),), (), "index 1, 2 on axis 0", "轴 0 上下标 1, 2 不对"),
        ((slice(1, 3),), ("row", "column"), "row 1, 2", "行 1, 2 不对"),
        ((slice(None), 0), (), "the first index on axis 1", "轴 1 上第一个下标不对"),
    ],
)
def test_places_read_well_with_and_without_names_of_axes(unset, wrong, axes, english, chinese_text):
    got = np.zeros((5, 4))
    got[wrong] = 1.0
    finding = Finding("values", "w", Output("w", axes=axes), got, np.zeros((5, 4)))
    messages.language("en")
    assert where(finding) == f"w agrees except at {english}."
    messages.language("zh")
    assert chinese_text in where(finding)
