"""Every description holds: right code passes, known mistakes are rejected and named.

Gradients agree with numerical differentiation.
"""

import inspect

import numpy as np
import pytest

from autograder import run_check
from autograder.audit import variants
from autograder.checking.compare import compare
from autograder.checking.drawing import draw, expect
from autograder.exercises import everything

EXERCISES = everything()
NAMES = list(EXERCISES)
# The truncated gradient is no derivative, and gradient_norms no gradient; their own tests are in
# test_ch05.py.
PAIRS = [n for n, e in EXERCISES.items() if n.endswith("_backward")]


def rng_for(name, seed=0):
    return np.random.default_rng([seed, *name.encode()])


@pytest.mark.parametrize("name", NAMES)
def test_reference_passes(name):
    # Renamed, because a call of the course's own reference from outside counts as delegation.
    exercise = EXERCISES[name]
    for variant in variants.of(name)[:1]:
        for seed in (0, 4):  # others are tried with all variants below
            report = run_check(name, variant.functions, seed=seed)
            assert report.passed, report.message
    probes = draw(exercise, rng_for(name), 2)
    assert len([p for p in probes if p.clause == "values"]) >= 2


def variants_pass(name, seeds):
    found = variants.of(name)
    assert len(found) >= 3, f"{name} has {len(found)} right variants"
    for variant in found:
        for seed in seeds:
            report = run_check(name, variant.functions, seed=seed)
            assert report.passed, f"{variant.style}: {report.message}"


@pytest.mark.parametrize("name", NAMES)
def test_right_variants_pass(name):
    variants_pass(name, (None,))


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
def test_right_variants_pass_on_other_drawings(name):
    variants_pass(name, (1, 2, 3))


def mistakes_are_named(name, seed):
    mistakes = EXERCISES[name].mistakes
    assert len(mistakes) >= 4
    for mistake in mistakes:
        report = run_check(name, mistake.functions, seed=seed)
        assert not report.passed, f"{mistake.name} passes"
        assert report.mistake, f"{mistake.name} is not named: {report.message}"
        assert [c.name for c in report.clauses if c.passed is False] != ["own work"]


@pytest.mark.parametrize("name", NAMES)
def test_known_mistakes_are_rejected_and_named(name):
    mistakes_are_named(name, None)


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
def test_known_mistakes_are_rejected_and_named_on_another_drawing(name):
    mistakes_are_named(name, 5)


@pytest.mark.parametrize("name", NAMES)
def test_right_answers_are_not_degenerate(name):
    """No judged number is zero in all ordinary cases: a check of zeros checks nothing."""
    exercise = EXERCISES[name]
    probes = [p for p in draw(exercise, rng_for(name), 1) if p.clause == "values"]
    runs = [expect(exercise, p) for p in probes]
    for output in exercise.outputs:
        values = [r.outputs[output.name] for r in runs if output.name in r.outputs]
        arrays = [v for v in values if isinstance(v, (np.ndarray, float, int))]
        if arrays:
            assert any(np.any(np.asarray(v) != 0) for v in arrays), output.name
            assert all(np.all(np.isfinite(v)) for v in arrays)


@pytest.mark.parametrize("name", PAIRS)
def test_reference_gradients_agree_with_central_differences(name):
    exercise = EXERCISES[name]
    partner = EXERCISES[exercise.partner]
    rng = rng_for(name, 3)
    tested = 0
    if name in ("dropout_backward",):
        pytest.skip("its forward draws at random; the chapter's own test holds the mask")
    for probe in draw(exercise, rng, 1):
        if probe.clause != "values" or probe.trial is not None:
            continue
        case = probe.case
        grads = expect(exercise, probe).outputs
        for grad, value in grads.items():
            target = grad.removeprefix("d")
            if (
                target not in case.inputs
                or not isinstance(value, np.ndarray)
                or case[target].dtype.kind != "f"
            ):
                continue
            direction = rng.standard_normal(value.shape)

            def along(t, target=target, direction=direction, case=case):
                moved = case.fresh().replace(**{target: case[target] + t * direction})
                outs = partner.trial(partner.references(), moved)
                total = 0.0
                for out, v in outs.items():
                    if out.startswith("!") or isinstance(v, dict):
                        continue
                    up = next((case.given[u] for u in (f"d{out}", "dout") if u in case.given), 1.0)
                    total += float(np.sum(v * up))
                return total

            eps = 1e-5
            numeric = (8 * (along(eps) - along(-eps)) - (along(2 * eps) - along(-2 * eps))) / (
                12 * eps
            )
            analytic = float(np.sum(value * direction))
            scale = np.linalg.norm(value) * np.linalg.norm(direction) + 1e-12
            kinked = case.label.startswith(
                ("scores exactly", "zeros", "tie", "exactly", "equal values")
            )
            if not kinked:
                assert abs(numeric - analytic) / scale < 1e-6, (
                    probe.case.label,
                    grad,
                    numeric,
                    analytic,
                )
            tested += 1
    assert tested or name in ("mlp_backward", "residual_backward"), (
        f"no gradient of {name} was compared"
    )


@pytest.mark.parametrize("name", NAMES)
def test_signature_is_the_contracts(name):
    exercise = EXERCISES[name]
    assert exercise.signature.startswith(name)
    assert callable(exercise.reference)
    if not exercise.is_class:
        assert exercise.reference.__name__ == name
        assert inspect.getdoc(exercise.reference)


@pytest.mark.parametrize("name", NAMES)
def test_reports_of_seeds_are_repeatable(name):
    mistake = EXERCISES[name].mistakes[0]
    a, b = (run_check(name, mistake.functions, seed=4) for _ in range(2))
    assert a.found == b.found
    assert a.rows == b.rows


def test_comparison_of_the_reference_with_itself_finds_nothing():
    for name in ("affine_backward", "hinge_backward"):
        exercise = EXERCISES[name]
        for probe in draw(exercise, rng_for(name), 1):
            a, b = expect(exercise, probe), expect(exercise, probe)
            assert compare(exercise, a.outputs, b.outputs) == []
