"""Mistakes beside the lines: what a comment may say, what it changes, and what is refused."""

from __future__ import annotations

import importlib.util
import itertools
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from autograder.checking.mistakes import DescriptionError, read
from autograder.checking.mistakes.standard import STANDARD
from autograder.exercises import everything

NUMBER = itertools.count()


def load(folder: Path, body: str, name: str = "f"):
    """The function of a file that holds `body` below `import numpy as np`."""
    path = folder / f"described_{next(NUMBER)}.py"
    path.write_text(f"import numpy as np\n\n\n{body}\n", encoding="utf-8")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec
    assert spec.loader
    module = sys.modules[path.stem] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return getattr(module, name)


def mistaken(folder: Path, body: str, name: str = "f") -> dict:
    """The wrong function of each mistake, by its name."""
    return {m.name: m.functions[name] for m in read(load(folder, body, name), name)}


def test_each_form_of_change_does_what_the_table_says(tmp_path):
    wrong = mistaken(
        tmp_path,
        '''def f(x, k=2):
    """Doc."""
    total = 0.0
    for i in range(len(x)):  # ~ first only: [0] | h
        # ~ stops early: ...; return -1.0 | h
        total += x[i] * k  # ~ value: x[i] | h
        # ~ exchanged: x[i] => -x[i] | h
        # ~ statement: total = x[i] | h
        # ~ before: total *= 0; ... | h
        # ~ after: ...; total += 1 | h
        # ~ dropped: pass | h
    if total > 100:  # ~ condition: total > 0 | h
        total = 100.0
    return total  # ~ doubled: 2 * total | h''',
    )
    x = np.array([1.0, 2.0, 4.0])
    got = {name: function(x) for name, function in wrong.items()}
    assert got["first_only"] == 2.0
    assert got["stops_early"] == -1.0
    assert got["value"] == 7.0
    assert got["exchanged"] == -14.0
    assert got["statement"] == 4.0
    assert got["before"] == 8.0
    assert got["after"] == 17.0
    assert got["dropped"] == 0.0
    assert got["condition"] == 100.0
    assert got["doubled"] == 28.0


def test_beside_a_def_the_whole_function_changes(tmp_path):
    wrong = mistaken(
        tmp_path,
        """def negative(x, k=2):
    return -x


def f(x, k=2):
    # ~ default: k=2 => k=5 | h
    # ~ everywhere: x => np.abs(x) | h
    # ~ body: return 7 * x | h
    # ~ first: x = x + 1; ... | h
    # ~ another: negative | h
    y = x + x
    return y * k""",
    )
    got = {name: function(-3.0) for name, function in wrong.items()}
    assert got == {"default": -30, "everywhere": 12, "body": -21, "first": -8, "another": 3}


def test_another_function_of_the_file_may_stand_in_and_an_unknown_one_is_refused(tmp_path):
    (wrong,) = mistaken(
        tmp_path,
        """def absolute(x):
    return abs(x)


def f(x):
    # ~ another: absolute | h
    return x""",
    ).values()
    assert wrong(-2.0) == 2.0
    body = "def f(x):\n    # ~ another: no_such_function | h\n    return x"
    with pytest.raises(DescriptionError, match="no function no_such_function in this file"):
        read(load(tmp_path, body), "f")
    # A name beside a line is a value there, not a function of the file.
    (value,) = mistaken(
        tmp_path, "def g(x):\n    return x\n\n\ndef f(x):\n    return x + 1  # ~ v: x | h"
    ).values()
    assert value(3) == 3
    (nothing,) = mistaken(tmp_path, "def f(x):\n    # ~ empty: pass | h\n    return x").values()
    assert nothing(3) is None


def test_a_name_that_comes_twice_is_one_mistake_and_hints_carry_on(tmp_path):
    f = load(
        tmp_path,
        """def f(x):
    a = x + 1  # ~ both: x | Both sides.
    b = x - 1
    # ~ both: x
    # ~ one: x - 2
    # ~ other: x - 3 | A long hint that goes
    #     on in the next line.
    return a * b""",
    )
    listed = {m.name: m for m in read(f, "f")}
    assert listed["both"].functions["f"](5) == 25
    assert listed["one"].hint == "Both sides."
    assert listed["other"].hint == "A long hint that goes on in the next line."


def test_a_mistake_in_a_class_changes_one_method_or_takes_it_away(tmp_path):
    wrong = mistaken(
        tmp_path,
        """def twice(self):
    return 2 * self.n


class C:
    def __init__(self, n):
        self.n = n  # ~ off by one: n + 1 | h

    def value(self):  # ~ doubled: twice | h
        return self.n

    def more(self):  # ~ gone: del more | h
        return self.n""",
        "C",
    )
    assert wrong["off_by_one"](1).value() == 2
    assert wrong["doubled"](1).value() == 2
    assert not hasattr(wrong["gone"](1), "more")


@pytest.mark.parametrize(
    ("word", "order"),
    [
        ("first two exchanged", [2, 1, 3, 4, 5]),
        ("last two exchanged", [1, 2, 3, 5, 4]),
        ("states exchanged", [1, 3, 2, 4, 5]),
        ("du and dw exchanged", [1, 2, 4, 3, 5]),
    ],
)
def test_results_are_exchanged_by_their_places(tmp_path, word, order):
    body = f"""def f():
    return 1, 2, 3, 4, 5  # ~ {word}"""
    (mistake,) = read(load(tmp_path, body), "f")
    assert list(mistake.functions["f"]()) == order
    assert mistake.hint


@pytest.mark.parametrize("word", STANDARD)
def test_each_standard_mistake_changes_a_line_it_fits_and_has_a_hint(tmp_path, word):
    line = {
        "overwritten": "db += dout.sum(axis=0)",
        "not averaged": "db = dout.sum(axis=0) / len(dout)",
        "type of x": "db = dout.sum(axis=0) + 0.5",
        "slope of tanh": "db = dout * v * (1 - v)",
        "from dc": "db = dct * dout.sum(axis=0)",
        "max for maximum": "db = np.maximum(dout, 2.0)",
        "bias missing": "db = dout + b",
        "returns early": "for k in range(3): db[k] = 7.0",
        "padding ignored": "db = dout + padding",
        "stride ignored": "db = dout * stride",
        "row offset forgotten": "db = dout + i * stride",
        "column offset forgotten": "db = dout + j * stride",
        "dilation ignored": "db = dout * dilation",
        "size rounded up": "db = dout // 2",
        "height and width swapped": "db = oh, ow",
        "kernel flipped": "db = w",
        "candidate with logistic": "db = np.tanh(dout)",
        "tanh of cell missing": "db = np.tanh(c)",
        "output of old cell": "db = np.tanh(c)",
    }
    if word.endswith(" exchanged"):  # changes the order of several results, which have no name
        pytest.skip("test_results_are_exchanged_by_their_places has these words")
    f = load(
        tmp_path,
        f"""def f(dout):
    db = np.ones(3)
    x, v, b, dct, dc, c, c_prev, logistic = np.arange(6), 0.3, 0.5, 2.0, 1.0, 3.0, 4.0, np.sqrt
    i, j, oh, ow, stride, padding, dilation, w = 1, 2, 3, 4, 5, 6, 7, np.arange(16).reshape([2] * 4)
    {line.get(word, "db = dout.sum(axis=0)")}  # ~ {word}
    return db""",
    )
    (mistake,) = read(f, "f")
    named = word if STANDARD[word].bare else f"db {word}"
    assert mistake.name == named.replace(" ", "_")
    dout = np.arange(6.0).reshape(2, 3)
    right, got = np.asarray(f(dout)), np.asarray(mistake.functions["f"](dout))
    assert mistake.hint
    # A transposed vector is the same vector: that word is for matrices.
    assert word == "transposed" or right.shape != got.shape or not np.allclose(right, got)


def test_a_word_may_name_the_result_that_it_changes_in_a_line_of_several(tmp_path):
    wrong = mistaken(
        tmp_path,
        """def f(dout):
    dx, db = 2 * dout, dout.sum(axis=0)  # ~ db averaged, dx sign
    return dx, db""",
    )
    dout = np.array([[1.0, 2.0], [3.0, 5.0]])
    assert sorted(wrong) == ["db_averaged", "dx_sign"]
    dx, db = wrong["db_averaged"](dout)
    assert (dx.tolist(), db.tolist()) == ([[2, 4], [6, 10]], [2.0, 3.5])
    dx, db = wrong["dx_sign"](dout)
    assert (dx.tolist(), db.tolist()) == ([[-2, -4], [-6, -10]], [4.0, 7.0])
    bodies = {
        "says no change": "def f(x):\n    # ~ name:\n    return x",
        "and this statement has none": "def f(x):\n    # ~ averaged\n    return x",
    }
    for complaint, body in bodies.items():
        with pytest.raises(DescriptionError, match=complaint):
            read(load(tmp_path, body), "f")


@pytest.mark.parametrize(
    ("comment", "complaint"),
    [
        ("# ~ no such word", "neither `name: change` nor one of averaged"),
        ("# ~ broken: x + | h", "invalid syntax"),
        ("# ~ absent: z => 1 | h", "`z` does not stand in the statement"),
        ("# ~ without a hint: x", "has no hint"),
        ("# ~ overwritten", "does not fit `x \\+ 1`"),
    ],
)
def test_what_cannot_be_read_is_refused_with_file_and_line(tmp_path, comment, complaint):
    f = load(tmp_path, f"def f(x):\n    y = x + 1  {comment}\n    return y")
    with pytest.raises(DescriptionError, match=complaint) as caught:
        read(f, "f")
    assert "described_" in str(caught.value)
    assert ":5" in str(caught.value)


def test_every_mistake_of_the_course_differs_from_its_reference_and_from_its_neighbors():
    for exercise in everything().values():
        sources = [m.source for m in exercise.mistakes]
        assert len(set(sources)) == len(sources), exercise.name
        assert len({m.name for m in exercise.mistakes}) == len(sources), exercise.name


@pytest.mark.parametrize("width", [40, 70, 160])
def test_nothing_depends_on_how_the_reference_is_laid_out(tmp_path, width):
    for name in ("conv2d_backward", "lstm_step_forward", "adam_step"):
        exercise = everything()[name]
        source = Path(sys.modules[exercise.reference.__module__].__file__ or "")
        copied = tmp_path / f"copy_{next(NUMBER)}.py"
        shutil.copy(source, copied)
        command = [sys.executable, "-m", "ruff", "format", "-q", "--line-length", str(width)]
        subprocess.run([*command, str(copied)], check=True)
        relaid = _mistakes_of_copy(copied, name)
        assert relaid == {m.name: m.source for m in exercise.mistakes}, (name, width)


def _mistakes_of_copy(path: Path, name: str) -> dict[str, str]:
    # The name holds a chapter, as the registration of an exercise wants it.
    spec = importlib.util.spec_from_file_location(f"copied.ch99.{path.stem}", path)
    assert spec
    assert spec.loader
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return {m.name: m.source for m in read(getattr(module, name), name)}
