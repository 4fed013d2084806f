"""What a translation must share with its English: formulas, code, links, numbers, and their frame.

And what Chinese punctuation asks for. Both say in short sentences what differs.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator

from markdown_it import MarkdownIt

MATH = re.compile(r"\$\$.*?\$\$|(?<![\\$])\$[^$]+\$", re.DOTALL)
CODE = re.compile(r"`[^`]+`")
TARGET = re.compile(r"\]\(([^)]*)\)")
TAG = re.compile(r"<!--.*?-->|</?[a-zA-Z][^<>]*>", re.DOTALL)
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
NAME = re.compile(r"\b\w+_\w+\b|\([A-Z]\w*(?:, [A-Z0-9]\w*)*,?\)", re.ASCII)
UNITS = {"million": 10**6, "billion": 10**9, "万": 10**4, "亿": 10**8}
UNIT = re.compile(rf"(\d+(?:\.\d+)?) ({'|'.join(UNITS)})")
WORDS_IN_MATH = re.compile(r"\\(?:text|mathrm|textrm)\{[^{}]*\}")
# The words that say 0, 1, 2, …
COUNTING = tuple(
    words.split()
    for words in (
        "zero zeros",
        "one ones once first single",
        "two twos twice second",
        "three threes third thirds",
        "four fours fourth",
        "five fives fifth",
        "six sixes sixth",
        "seven sevens seventh",
        "eight eights eighth",
        "nine nines ninth",
        "ten tens tenth",
        "eleven",
        "twelve",
    )
)
PROGRAM = ("docstring", "comment")  # kinds of messages that are no markdown

HAN = r"[\u3400-\u9fff]"
FULL = "，。；：？！、（）“”‘’《》…—"
RULES = (
    ("half-width punctuation", rf"{HAN}[,;:!?]|[,;:!?]{HAN}|{HAN}\.(?![\w.])"),
    ("half-width parentheses", rf"{HAN}\(|\){HAN}"),
    ("straight quotation marks", rf'{HAN}["\']|["\']{HAN}'),
    ("no blank between Chinese and Latin", rf"{HAN}[A-Za-z0-9\ue000]|[A-Za-z0-9\ue000]{HAN}"),
    ("a blank beside full-width punctuation", rf"[{FULL[:-2]}] (?=\S)|(?<=\S) [{FULL[:-2]}]"),
    ("a blank between Chinese characters", rf"(?!章){HAN} +{HAN}"),
    ("您", "您"),
    ("half an ellipsis or dash", r"(?<![…, ])…(?!…)|(?<!—)—(?!—)|\.\.\.\.|。。"),
)  # fmt: skip


def differences(english: str, other: str, kind: str) -> Iterator[str]:
    """Yield what a translation has more or less of than the English; what it repeats is fine."""
    for name, of in PARTS:
        said = of(english)
        yield from _unequal(name, said, _once(of(other), said))
    digits = numbers(other)
    said = numbers(english)
    yield from _unequal("numbers", said - digits, Counter())
    yield from _unequal("numbers", Counter(), _once(digits, said) - said - in_words(english))
    if kind in PROGRAM:
        yield from _unequal("names and shapes", names(english), names(other))
    else:
        yield from _unequal("marks of Markdown", frame(english), frame(other))
        if "**" in MATH.sub("", CODE.sub("", "".join(texts(other)))):
            yield "** that does not open or close: it must not stand beside punctuation inside"


def punctuation(text: str, kind: str) -> Iterator[str]:
    """Yield the places of a Chinese text that are not set as Chinese is."""
    marked = MATH.sub("\ue000", CODE.sub("\ue000", TAG.sub(" ", TARGET.sub("]", text))))
    marked = re.sub(r"[\[\]]|^\s*(?:[-+]|\d+\.|#+|>) ", "", marked.replace("|", "\n"), flags=re.M)
    plain = re.sub(r"\*+", "", marked)
    for name, pattern in RULES:
        if kind in PROGRAM and name.startswith(("half-width", "a blank beside")):
            continue
        # After **任务。** a blank has to stand: Markdown would not close the mark.
        bare = marked if name.startswith("a blank") else plain
        for found in re.finditer(pattern, bare):
            around = bare[max(0, found.start() - 6) : found.end() + 6]
            yield f"{name}: {around.replace(chr(0xE000), '…')!r}"


def formulas(text: str) -> Counter[str]:
    """Return the formulas, words inside them left out."""
    found = (WORDS_IN_MATH.sub(r"\\text{}", one) for one in MATH.findall(CODE.sub("", text)))
    return Counter(re.sub(r"\s+", "", one) for one in found)


def code(text: str) -> Counter[str]:
    """Return the code spans."""
    return Counter(CODE.findall(MATH.sub("", text)))


def targets(text: str) -> Counter[str]:
    """Return where links lead, and tags and comments of HTML."""
    bare = CODE.sub("", MATH.sub("", text))
    return Counter(TARGET.findall(bare) + TAG.findall(bare))


def numbers(text: str) -> Counter[str]:
    """Return the numbers in digits outside formulas, code and links."""
    bare = TARGET.sub("]", TAG.sub("", CODE.sub("", MATH.sub("", text))))
    bare = UNIT.sub(lambda found: f"{float(found[1]) * UNITS[found[2]]:.0f}", bare)
    return Counter(NUMBER.findall(re.sub(r"\b\d-D\b", "", bare)))


def in_words(text: str) -> Counter[str]:
    """Return the numbers that an English text says in words: a translation may write digits."""
    words = re.findall(r"[a-z]+|\d(?=-d\b)", text.lower())
    said = ((str(n), (str(n), *forms)) for n, forms in enumerate(COUNTING))
    return Counter({digit: sum(map(words.count, forms)) for digit, forms in said})


def names(text: str) -> Counter[str]:
    """Return what a docstring names: `dw_prev`, (N, D)."""
    return Counter(NAME.findall(text))


def frame(text: str) -> Counter[str]:
    """Return how often each mark of Markdown stands in a text: bold, emphasis, items, columns."""
    return Counter(
        token.type + token.tag
        for token in _tokens(text)
        if token.type.endswith("_open") and token.type != "paragraph_open"
    )


def texts(text: str) -> list[str]:
    """Return a text's words without its marks."""
    return [token.content for token in _tokens(text) if token.type == "text"]


PARTS: tuple[tuple[str, Callable[[str], Counter[str]]], ...] = (
    ("formulas", formulas),
    ("code", code),
    ("links and tags", targets),
)
_MARKDOWN = MarkdownIt("commonmark").enable("table")


def _tokens(text: str) -> list:
    bare = MATH.sub(lambda found: "x" + "\n" * found[0].count("\n"), text)
    return [one for token in _MARKDOWN.parse(bare) for one in (token, *(token.children or ()))]


def _once(other: Counter[str], english: Counter[str]) -> Counter[str]:
    """Return the counts without what only repeats something that the English says."""
    return Counter({part: min(n, english[part] or n) for part, n in other.items()})


def _unequal(name: str, english: Counter[str], other: Counter[str]) -> Iterator[str]:
    missing, added = list((english - other).elements()), list((other - english).elements())
    if missing:
        yield f"{name}: lacks {', '.join(missing[:5])}"
    if added:
        yield f"{name}: has more {', '.join(added[:5])}"
