"""The audit counts what it claims to count: each number against a description made to give it."""

from __future__ import annotations

import ast
import importlib.util
import itertools
import json
import sys
import types

import pytest
from click.testing import CliRunner

from autograder import exercises
from autograder.audit import measure as measured
from autograder.audit import right as right_ones
from autograder.audit.commands import audit
from autograder.audit.further import all_changed
from autograder.audit.mutate import mutants
from autograder.audit.tables import totals
from autograder.audit.variants import Variant
from autograder.checking import kinds

NUMBER = itertools.count()
BODY = '''
import numpy as np

from autograder.checking.kinds import draws, function


@function(says="a scaled sum", group="test", cases=draws("x: N", dict(N=4)), outputs="out")
def scaled_sum(x, scale={default}):
    """Sum of x times a scale that no case gives."""
    return scale * x.sum()
    # ~ squared: scale * (x**2).sum() | The entries add up as they are.
    # ~ survivor: {survivor} | Not to be seen by any case.
'''


def described(tmp_path, monkeypatch, survivor="scale * np.sum(x)", default=2.0):
    """The exercise above, alone in the course; no check sees `survivor`, it computes the same."""
    path = tmp_path / "scaled_sum.py"
    path.write_text(BODY.format(survivor=survivor, default=default), encoding="utf-8")
    spec = importlib.util.spec_from_file_location(f"audited.ch99.f{next(NUMBER)}", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)
    spec.loader.exec_module(module)
    (exercise,) = kinds.described(spec.name)
    monkeypatch.setattr(exercises, "find", lambda name: exercise if name == "scaled_sum" else None)
    monkeypatch.setattr(exercises, "everything", lambda: {"scaled_sum": exercise})
    monkeypatch.setattr(measured, "everything", lambda: {"scaled_sum": exercise})
    monkeypatch.setattr(measured.variants, "of", lambda name: [])
    return exercise


def variant(source):
    space = {}
    exec(f"import numpy as np\n{source}", space)
    return Variant("style", {"scaled_sum": space["scaled_sum"]})


def test_a_mistake_that_passes_is_counted_and_told(tmp_path, monkeypatch):
    described(tmp_path, monkeypatch)
    found = measured.measure("scaled_sum", seeds=3)
    assert (found.mistakes, found.rejected, found.named, found.itself) == (2, 1, 1, 1)
    assert [p for p in found.problems if "mistake survivor passes on 6 of 6 seeds" in p]


def test_a_mistake_named_as_another_is_told(tmp_path, monkeypatch):
    described(tmp_path, monkeypatch, survivor="np.dot(x, x) * scale")
    found = measured.measure("scaled_sum", seeds=3)
    assert (found.rejected, found.named, found.itself) == (2, 2, 1)
    assert any("survivor is named ['squared']" in p for p in found.problems)


def test_right_and_wrong_variants_are_told_apart_and_their_runs_counted(tmp_path, monkeypatch):
    described(tmp_path, monkeypatch)
    right = variant("def scaled_sum(x, scale=2.0):\n    return scale * float(np.ones(len(x)) @ x)")
    wrong = variant("def scaled_sum(x, scale=2.0):\n    return scale * float(x[:-1].sum())")
    monkeypatch.setattr(measured.variants, "of", lambda name: [right, wrong])
    found = measured.measure("scaled_sum", seeds=8)
    assert (found.variants, found.accepted) == (2, 1)
    assert found.right_runs == 2 * (4 + 1)
    assert found.false_rejections == 5
    assert any("variant style rejected 5 times" in p for p in found.problems)


def test_a_mutant_that_no_case_can_see_survives(tmp_path, monkeypatch):
    exercise = described(tmp_path, monkeypatch)
    listed = dict(mutants(exercise))
    assert "return scale * x.sum()  ->  return scale / x.sum()" in listed
    assert len(listed) >= 4
    found = measured.measure("scaled_sum", seeds=3, with_mutants=True)
    assert found.mutants == len(listed)
    assert found.killed == found.mutants - sum("mutant survives" in p for p in found.problems)
    assert found.killed > 0


def test_a_check_that_sees_nothing_lets_every_mutant_of_its_blind_spot_live(tmp_path, monkeypatch):
    exercise = described(tmp_path, monkeypatch, default=0.0)  # 0 times anything is right
    found = measured.measure("scaled_sum", seeds=3, with_mutants=True)
    assert found.rejected == 0
    assert found.killed < found.mutants
    assert exercise.mistakes


def test_totals_add_up_over_exercises(tmp_path, monkeypatch):
    described(tmp_path, monkeypatch)
    one = measured.measure("scaled_sum", seeds=3)
    assert totals([one, one])["rejected"] == 2
    assert totals([one, one])["mistakes"] == 4


def test_an_unknown_exercise_is_named():
    result = CliRunner().invoke(audit, ["no_such_thing"])
    assert result.exit_code == 2
    assert "no exercise or chapter no_such_thing" in result.output


def test_the_command_writes_what_it_prints(tmp_path):
    target = tmp_path / "audit.json"
    result = CliRunner().invoke(
        audit, ["relu_forward", "--seeds", "3", "--jobs", "1", "--json", str(target)]
    )
    assert result.exit_code == 0, result.output
    written = json.loads(target.read_text())
    (exercise,) = written["exercises"]
    assert (
        written["totals"]["mistakes"]
        == exercise["mistakes"]
        == len(exercises.everything()["relu_forward"].mistakes)
    )
    assert f"{exercise['rejected']}/{exercise['mistakes']}" in result.output


@pytest.mark.parametrize("name", ["conv2d_forward", "Value"])
def test_mutants_are_functions_of_their_own_that_register_nothing(name):
    exercise = exercises.everything()[name]
    before = kinds.described(exercise.reference.__module__)
    text, functions = next(iter(mutants(exercise)))
    assert " -> " in text
    assert isinstance(functions[name], type if name == "Value" else types.FunctionType)
    assert kinds.described(exercise.reference.__module__) == before


def test_a_mistake_is_made_in_another_style_where_its_change_fits():
    from autograder.audit import variants
    from autograder.audit.transfer import transferred

    exercise = exercises.everything()["affine_backward"]
    found = {
        (variant.style, mistake): functions
        for variant in variants.of("affine_backward")
        for mistake, functions in transferred(exercise, variant)
    }
    assert found
    for functions in found.values():
        assert not measured.run_check("affine_backward", functions).passed


def test_a_variants_own_mutants_differ_from_it_and_keep_its_other_functions():
    from autograder.audit import variants
    from autograder.audit.transfer import variant_mutants

    exercise = exercises.everything()["relu_backward"]
    variant = variants.of("relu_backward")[0]
    listed = list(variant_mutants(exercise, variant))
    assert listed
    for _text, functions in listed:
        assert functions["relu_forward"] is variant.functions["relu_forward"]
        assert functions["relu_backward"] is not variant.functions["relu_backward"]


def test_the_further_changes_are_new_texts_the_same_each_time_and_hold_each_kind():
    definition = ast.parse(
        "def f(x, y, k=2):\n"
        "    z = x[k:]\n"
        "    if k > 0 and len(y) > 1:\n"
        "        z = np.sum(z, axis=0)\n"
        "    return max(z, y)\n"
    ).body[0]
    made = [(text, ast.unparse(tree)) for text, tree in all_changed(definition)]
    assert made == [(text, ast.unparse(tree)) for text, tree in all_changed(definition)]
    codes = [code for _, code in made]
    assert len(set(codes)) == len(codes)
    assert ast.unparse(definition) not in codes
    for code in codes:
        compile(code, "<mutant>", "exec")
    for line in ("z = y[k:]", "z = x[k + 1:]", "z = x[:]", "z = x\n", "if True:",
                 "return max(y, z)", "if k > 0 or len(y) > 1:", "z = np.mean(z, axis=0)",
                 "z = np.sum(z)", "return z\n", "pass", "x[k:] * 1.001"):  # fmt: skip
        assert any(line in code + "\n" for code in codes), line


def test_right_runs_count_every_style_on_every_drawing_and_tell_each_rejection(
    tmp_path, monkeypatch
):
    described(tmp_path, monkeypatch)
    monkeypatch.setattr(right_ones, "everything", exercises.everything)
    right = variant("def scaled_sum(x, scale=2.0):\n    return scale * float(np.ones(len(x)) @ x)")
    wrong = variant("def scaled_sum(x, scale=2.0):\n    return scale * float(x[:-1].sum())")
    monkeypatch.setattr(measured.variants, "of", lambda name: [right, wrong])
    found = right_ones.right_runs("scaled_sum", first=7, drawings=4)
    assert (found.styles, found.runs, len(found.rejected)) == (3, 12, 4)
    assert any("seed 10" in text for text in found.rejected)
    assert found.seconds[1] >= found.seconds[0] > 0


def test_the_page_holds_the_report_of_every_known_mistake(tmp_path):
    target = tmp_path / "reports.html"
    result = CliRunner().invoke(audit, ["mse_backward", "--page", str(target)])
    assert result.exit_code == 0, result.output
    page = target.read_text(encoding="utf-8")
    known = exercises.everything()["mse_backward"].mistakes
    assert page.count('class="ag-report ag-no"') == len(known)
    assert 'class="ag-report ag-ok"' not in page
    assert all(f"<h3>{mistake.words}</h3>" in page for mistake in known)
