"""Copies are found however they are dressed up, and independent answers are not."""

from __future__ import annotations

import ast
import inspect
import os
import random
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from autograder import exercises
from autograder.audit import variants
from autograder.similarity.page import render
from autograder.similarity.pairs import LEAST, Pair, similar

pytest.importorskip("copydetect", reason="copydetect is not installed (the extra similar)")
CHAPTERS = (3, *(pytest.param(chapter, marks=pytest.mark.long) for chapter in (1, 2, 4, 5)))


def independent(chapter: int, style: int) -> list[str]:
    """One student's functions: of each exercise the answer in one of the styles of the audit."""
    found = []
    for name in exercises.chapter(chapter):
        styles = variants.of(name)
        if style < len(styles):
            function = styles[style].functions[name]
            found.append(textwrap.dedent(inspect.getsource(function)))
    return found


def text(functions: list[str]) -> str:
    return "\n".join(functions)


class Renamed(ast.NodeTransformer):
    """Other names for everything that a function itself names."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}

    def new(self, name: str) -> str:
        return self.names.setdefault(name, f"value_{len(self.names)}")

    def visit_arg(self, node: ast.arg) -> ast.arg:
        return ast.arg(self.new(node.arg))

    def visit_Name(self, node: ast.Name) -> ast.Name:
        if isinstance(node.ctx, ast.Store) or node.id in self.names:
            return ast.Name(self.new(node.id), node.ctx)
        return node


def disguised(functions: list[str], seed: int) -> list[str]:
    """Copied: other names, comments and layout, another order, a fifth is not there."""
    rng = random.Random(seed)
    found = []
    for one in functions:
        if rng.random() < 0.2:
            continue
        lines = ast.unparse(Renamed().visit(ast.parse(one))).split("\n")
        found.append("\n".join(f"{line}  # {rng.random()}" for line in lines))
    rng.shuffle(found)
    return found


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_disguised_copy_comes_first_and_independent_answers_are_not_listed(chapter):
    ada, bob, eve = (independent(chapter, style) for style in range(3))
    texts = {"ada": text(ada), "bob": text(bob), "eve": text(eve),
             "mallory": text(disguised(ada, chapter))}  # fmt: skip
    assert [pair.names for pair in similar(texts)][:1] == [("ada", "mallory")]
    others = [pair for pair in similar(texts) if set(pair.names) <= {"ada", "bob", "eve"}]
    assert others == []


def test_what_was_handed_out_is_nobodys_copy():
    solution = text(independent(3, 0))
    texts = {"ada": solution, "bob": solution + "\n# mine\n"}
    assert [pair.names for pair in similar(texts)] == [("ada", "bob")]
    assert similar(texts, [solution]) == []


def test_what_many_have_is_nobodys_copy_but_what_two_share_beside_it_is():
    common, rare = independent(1, 0), text(independent(2, 1))
    texts = {f"s{number:02d}": text(common[number % 3 :]) for number in range(33)}
    texts |= {"x": text(common) + rare, "y": rare + text(common)}
    assert [pair.names for pair in similar(texts)] == [("x", "y")]


def test_members_of_one_group_are_not_a_pair():
    copied = text(independent(5, 0))
    texts = {"ada": copied, "bob": copied, "eve": copied, "own": text(independent(5, 1))}
    found = {pair.names for pair in similar(texts, together=[["bob", "ada"]])}
    assert found == {("ada", "eve"), ("bob", "eve")}


def test_nothing_of_a_student_is_markup_on_the_page():
    line = "value = '<script>alert(1)</script>' if x & y else '</mark><img src=x>'\n"
    code = "".join(f"def f{n}(x, y):\n    {line}" for n in range(12))
    (pair,) = similar({"<b>ada</b>": code, "bob": code})
    page = render("03_small", [pair], 2)
    assert "<script" not in page
    assert "<img" not in page
    assert "<b>" not in page
    assert page.count("<mark>") == page.count("</mark>") > 0


def test_a_text_that_repeats_itself_or_is_no_code_at_all_is_compared():
    texts = {"empty": "", "broken": "def f(:\n" * 300, "again": "x = [1]\n" * 300, "a": "y = 'ß'\n"}
    assert all(isinstance(pair, Pair) and pair.shared >= LEAST for pair in similar(texts))


@pytest.mark.long
def test_the_same_submissions_give_the_same_figures_in_every_process():
    program = (
        "from tests.similarity.test_pairs import *\n"
        "ada = independent(2, 0)\n"
        "pairs = similar({'ada': text(ada), 'bob': text(disguised(ada, 2))})\n"
        "print([(pair.names, pair.shared, pair.parts) for pair in pairs])"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", program], check=True, capture_output=True, text=True,
            cwd=Path(__file__).parents[2], env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2", "3")
    }  # fmt: skip
    assert len(said) == 1
    assert "ada" in said.pop()
