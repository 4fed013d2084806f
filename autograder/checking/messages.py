"""Messages in the reader's language, from one gettext catalogue (English texts are the keys)."""

from __future__ import annotations

import contextlib
import gettext
import os
import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path

LOCALES = Path(__file__).parent / "locale"
LANGUAGES = ("en", "zh")
# A value inside a case's label: a list, a tuple, an empty dict, a number, sizes such as 3×4.
VALUE = re.compile(r"\[.*\]|\([^()]*\)|\{\}|(?<![\w.])[-±+]?\d(?:[\d.,×e+-]*\d)?")
SEPARATOR = re.compile(r"(, |; |: )")
# An output's name: "dw", "share kept", "out (again)[0]", "w_new[step 1, parameter 2]".
NAME = re.compile(r"(.*?)( \(\w+\))?(?:(\['?)(.*?)('?\]))?", re.DOTALL)
_current = ""


def language(code: str | None = None) -> str:
    """Choose "en" or "zh"; without an argument, say which is in use.

    The start value comes from NN_COURSE_LANGUAGE, else LANGUAGE, LC_ALL, LC_MESSAGES, LANG.
    Raises ValueError for any other language, named here or in NN_COURSE_LANGUAGE.
    """
    global _current
    if code is not None:
        _current = _known(code, "language")
    return _current or _from_environment()


@contextlib.contextmanager
def speaking(code: str) -> Iterator[None]:
    """Use a language until the block ends; ValueError for one that is not available."""
    global _current
    before, _current = _current, _known(code, "language")
    try:
        yield
    finally:
        _current = before


def for_class(code: str) -> str:
    """Return the language of a class's reports: `code`, "zh_CN" say, unless another was chosen.

    Chosen is what was named for this program, not for the whole machine. "" means no language.
    """
    if not code or _current or os.environ.get("NN_COURSE_LANGUAGE"):
        return language()
    return _known(code, "language")


def translate(text: str) -> str:
    """The text in the chosen language; itself where the catalogue has none."""
    if not text:
        return text
    code = language()
    return text if code == "en" else _catalogue(code).gettext(text)


def output_name(name: str) -> str:
    """An output's name as a reader sees it: code stays code, words are translated."""
    return _output_name(name, language())


def case_label(label: str) -> str:
    """A case's label in the reader's language: "stride 2, no padding" part by part, values kept."""
    return "".join(translate(text).format(*values) for text, values in label_parts(label))


def name_parts(name: str) -> list[tuple[str, list[str]]]:
    """An output's name as parts and their values.

    "w (again)[step 1]" -> w, (again), [, step {0}, ].
    """
    head, later, opening, index, closing = NAME.fullmatch(name).groups("")  # type: ignore[union-attr]
    parts = [(head, []) if " " in head else ("{0}", [head]), (later, []), ("{0}", [opening])]
    # An index of one word is a key of a dict: code.
    return [
        *parts,
        *(label_parts(index) if " " in index else [("{0}", [index])]),
        ("{0}", [closing]),
    ]


def label_parts(label: str) -> list[tuple[str, list[str]]]:
    """Parts and separators in turn, each with its values.

    "no step, stride 2" -> … ("stride {0}", ["2"]).
    """
    values = iter(VALUE.findall(label))
    parts = []
    for piece in SEPARATOR.split(VALUE.sub("\0", label)):
        head, *tail = piece.replace("{", "{{").replace("}", "}}").split("\0")
        parts.append(
            (
                head + "".join(f"{{{i}}}{text}" for i, text in enumerate(tail)),
                [next(values) for _ in tail],
            )
        )
    return parts


def pad(text: str, width: int) -> str:
    """The text filled with blanks to a number of terminal cells (a Chinese character takes two)."""
    return text + " " * (width - cells(text))


def cells(text: str) -> int:
    """How many terminal cells a text takes."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


@lru_cache(maxsize=4096)  # a failed check names the same few outputs hundreds of times
def _output_name(name: str, _code: str) -> str:
    return "".join(translate(text).format(*values) for text, values in name_parts(name))


@cache
def _catalogue(code: str) -> gettext.NullTranslations:
    return gettext.translation("autograder", LOCALES, [code])


def _known(code: str, where: str) -> str:
    short = code.lower().replace("-", "_").split("_")[0].split(".")[0]
    if short not in LANGUAGES:
        raise ValueError(f"{where} {code!r} is not available: choose one of {', '.join(LANGUAGES)}")
    return short


def _from_environment() -> str:
    own = os.environ.get("NN_COURSE_LANGUAGE", "")
    if own:
        return _known(own, "NN_COURSE_LANGUAGE")
    # These speak of the whole machine: any language but Chinese reads English.
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"
