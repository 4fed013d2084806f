"""American spelling in everything a person reads: code, texts, manuals."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
IZE = (
    "normal|recogn|local|capital|sanit|initial|optim|regular|summar|general|minim|maxim|visual"
    "|standard|organ|penal|factor|vector|discret|real|serial|random|parallel|character|emphas|util"
    "|categor|final|formal|custom|memor|stabil|central|equal|linear|material|synchron|token"
)
BRITISH = re.compile(
    r"(?i:\b\w*("
    rf"({IZE})is(e|ed|es|er|ers|ing|ation|ations)"
    r"|(col|fav|neighb|behavi|lab|hon|flav|rum|arm|harb)our\w*"
    r"|cent(re|res|red|ring)|met(re|res)|fib(re|res)|theat(re|res)"
    r"|(label|travel|model|signal|level|channel|fuel|tunnel)l(ed|ing|er|ers)"
    r"|analys(e|ed|er|ing)|paralys(e|ed|ing)|judgement\w*|artefact\w*|licence\w*|defence\w*"
    r"|grey|greyer|learnt|spelt|whilst|amongst|ageing|acknowledgement\w*|programme|programmes"
    r")\b)"
)
SUFFIXES = (".py", ".md", ".toml", ".yml", ".html", ".css")


def british(text: str) -> list[str]:
    return [match[0] for match in BRITISH.finditer(text)]


@pytest.mark.parametrize(
    "word", ["normalised", "centred", "favourite", "Neighbours", "labelled", "grey", "analysed"]
)
def test_a_british_spelling_is_found(word: str) -> None:
    assert british(f"a {word} thing") == [word]


@pytest.mark.parametrize(
    "word",
    ["normalized", "centered", "analyses", "four", "precise", "promised", "parallel"],
)
def test_an_american_spelling_is_none(word: str) -> None:
    assert british(f"a {word} thing") == []


def test_the_whole_tree_is_spelled_the_american_way() -> None:
    listed = ["git", "ls-files", "-z"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, check=True).stdout.decode()
    found = []
    for name in names.split("\0"):
        path = ROOT / name
        if path.suffix in SUFFIXES and path != Path(__file__) and path.is_file():
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                found += [f"{name}:{number} {word}" for word in british(line)]
    assert not found, "\n".join(found)
