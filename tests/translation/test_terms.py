"""One Chinese name for each thing: in the glossaries, the texts and the reports of the checks."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from autograder.checking.messages import LOCALES
from tests.translation.committed import TEXTS, each_text, entries, kind

# Other names of things that the glossaries call otherwise.
OTHER_NAMES = re.compile(
    "批量?规范化|批归一化|权值共享|逻辑斯[谛蒂]|逻辑回归|逻辑函数|捷径|跳跃连接|空洞率|扩张率"
    "|激活值|反向传递|全卷积网络|拐点|泄漏的 ?ReLU|带泄漏|滑动平均|学习速率|梯度修剪|随机失活"
    "|过度拟合|(?<!（)(?<!也叫)池化|(?<!（)丢弃法"
    "|节点|单元状态|滑动(?:均值|方差|统计量|值)|内积|评分程序"
)
# In reports, where 候选 is always the candidate of a cell and 核 always a convolution's kernel.
SHORTENED = re.compile("候选(?!状态)|(?<!卷积)(?<!内)核(?!对|心)")
GLOSSARY_NAMES = re.compile("池化|丢弃法")  # second names, which a glossary gives in parentheses
INTRODUCED = re.compile(r"\*\*([^*\n]+)\*\* \(([\u4e00-\u9fff–]+)")
# A dotted line called dashed leads the reader to another line of the picture.
LINES = {"(?<!-)dotted": "点线", "(?<!-)dashed": "虚线", "dash-dotted": "点划线"}
HAN = re.compile("[\u3400-\u9fff]+")
NO_WORDS = re.compile(r"\$\$.*?\$\$|\$[^$]+\$|`[^`]+`|(?<!\*)\*[^*\n]+\*(?!\*)", re.DOTALL)
# Where a text uses a part of the glossary's name, or the name of a theorem as a saying.
SHORTER = {
    "credit assignment": "贡献度分配",
    "no free lunch": "免费午餐",
    "truncated BPTT": "截断",
    "convolutional network": "卷积",
    "softmax function": "softmax",
}


def tables() -> list[dict[str, str]]:
    """The chapters' glossaries, English to Chinese."""
    found = []
    for text in TEXTS:
        for entry in entries(text):
            rows = [re.split(r"(?<!\\)\|", row)[1:-1] for row in entry.string.split("\n")]
            english = [re.split(r"(?<!\\)\|", row)[1:-1] for row in entry.id.split("\n")]
            if kind(entry) == "table" and "中文" in entry.id.split("\n")[0]:
                assert [row[1] for row in rows[1:]] == [row[1] for row in english[1:]]
                assert [row[0] for row in rows[1:]] == [row[0] for row in english[1:]]
                found.append({row[0].strip(): row[1].strip() for row in english[2:]})
    return found


def names(chinese: str) -> set[str]:
    """The names in a glossary's cell: 汇聚（池化） has two."""
    return {name for name in re.split("[、；（）]", chinese) if name}


def test_glossaries_give_one_name_to_each_thing() -> None:
    known: dict[str, set[str]] = defaultdict(set)
    for table in tables():
        for english, chinese in table.items():
            known[english.lower()].add(chinese)
    assert len(tables()) == 5
    assert len(known) > 150
    assert {english: found for english, found in known.items() if len(found) > 1} == {}


def test_a_term_is_introduced_by_the_name_that_its_glossary_has() -> None:
    known: dict[str, set[str]] = defaultdict(set)
    for table in tables():
        for english, chinese in table.items():
            known[singular(english)] |= names(chinese)
    wrong = {}
    for text in TEXTS:
        for entry in entries(text):
            for english, chinese in INTRODUCED.findall(entry.id):
                if known.get(singular(english)) and chinese not in known[singular(english)]:
                    wrong[text.stem, english] = (chinese, known[singular(english)])
    assert wrong == {}


def singular(english: str) -> str:
    """A term as a glossary's key."""
    return english.lower().removesuffix("s")


@each_text
def test_a_chinese_name_in_the_english_text_stands_in_the_chinese_too(text: Path) -> None:
    lost = [
        (name, entry.id[:60])
        for entry in entries(text)
        for name in HAN.findall(NO_WORDS.sub("", entry.id))
        if name not in entry.string.replace("*", "")
    ]
    assert lost == []


@each_text
def test_no_text_calls_a_thing_by_another_name(text: Path) -> None:
    found = [
        (name[0], entry.string[max(0, name.start() - 10) : name.end() + 10])
        for entry in entries(text)
        for name in OTHER_NAMES.finditer(entry.string)
        if not GLOSSARY_NAMES.fullmatch(name[0]) or name[0] not in entry.id
    ]
    assert found == []


def test_no_report_of_a_check_calls_a_thing_by_another_name() -> None:
    with (LOCALES / "zh" / "LC_MESSAGES" / "autograder.po").open("rb") as file:
        said = [str(message.string) for message in read_po(file)]
    assert [text for text in said if OTHER_NAMES.search(text) or SHORTENED.search(text)] == []


@each_text
def test_the_lines_of_a_figure_have_one_name_each(text: Path) -> None:
    lost = [
        (english, chinese, entry.string[:60])
        for entry in entries(text)
        for english, chinese in LINES.items()
        if (re.search(rf"\b{english}\b", entry.id) and chinese not in entry.string)
        or (
            any(re.search(rf"\b{other}\b", entry.id) for other in LINES)
            and not re.search(rf"\b{english}\b", entry.id)
            and chinese in entry.string
        )
    ]
    assert lost == []


@pytest.fixture(scope="module")
def one_name() -> dict[str, str]:
    """Terms of two words and more that have one name, which no text abbreviates."""
    found = {}
    for table in tables():
        for english, chinese in table.items():
            if " " in english and not re.search("[,;(]", english) and len(names(chinese)) == 1:
                found[english] = SHORTER.get(english, chinese)
    return found


@each_text
def test_a_term_of_the_glossary_has_its_name_wherever_it_stands(
    text: Path, one_name: dict[str, str]
) -> None:
    lost = []
    for entry in entries(text):
        if kind(entry) in ("docstring", "comment") or "Where to read" in entry.auto_comments[0]:
            continue
        english = NO_WORDS.sub("", entry.id).lower()
        for term, chinese in one_name.items():
            stands = re.search(rf"\b{re.escape(term.lower())}s?\b", english)
            if stands and chinese.lower() not in entry.string.lower().replace("*", ""):
                lost.append((term, chinese, entry.string[:80]))
    assert lost == []
