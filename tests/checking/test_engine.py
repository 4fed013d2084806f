"""The engine tells right from wrong, says where and why, and charges an error once."""

import threading
import time

import numpy as np
import pytest

from autograder import exercises, run_check
from autograder.checking import CheckFailed, GradingCheck, check
from autograder.checking.runner import Runner


def affine_forward(x, w, b):
    return x.reshape(len(x), -1) @ w + b, (x, w, b)


def affine_backward(dout, cache):
    x, w, _ = cache
    return (dout @ w.T).reshape(x.shape), x.reshape(len(x), -1).T @ dout, dout.sum(axis=0)


RIGHT = {"affine_forward": affine_forward, "affine_backward": affine_backward}


def backward_with(**changes):
    """affine_backward with some of its three results changed."""

    def affine_backward(dout, cache):
        grads = dict(zip(("dx", "dw", "db"), RIGHT["affine_backward"](dout, cache), strict=True))
        return tuple(changes.get(name, lambda g: g)(g) for name, g in grads.items())

    return affine_backward


def failed(report):
    return [c.name for c in report.clauses if c.passed is False]


def test_right_pair_passes_every_clause():
    report = run_check("affine", RIGHT)
    assert report.passed
    assert all(c.passed for c in report.clauses)
    assert report.mistake is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda g: 3 * g, "times N."),
        (lambda g: -g, "wrong sign"),
        (lambda g: g / 3, "1/N"),
        (lambda g: 0 * g, "zero everywhere"),
        (lambda g: g + 2.5, "same amount"),
        (lambda g: g.T.copy(), "axes of the right shape exchanged"),
        (lambda g: g.T.reshape(g.shape), "axes in another order"),
        (lambda g: g[None], "axis"),
        (lambda g: g.astype(np.float32), "float32"),
        (lambda g: g[:, ::-1], "reversed"),
    ],
)
def test_patterns_are_put_into_words(change, words):
    report = run_check("affine_backward", {**RIGHT, "affine_backward": backward_with(dw=change)})
    assert not report.passed
    assert words in report.message


def test_the_place_of_the_difference_is_named():
    def spoil(g):
        g = g.copy()
        g[0] += 1.0
        return g

    report = run_check("affine_backward", {**RIGHT, "affine_backward": backward_with(dw=spoil)})
    assert "dw agrees except at the first input" in report.message
    assert failed(report) == ["dw"]


def test_backward_keeps_its_points_when_forward_is_wrong():
    def wrong_forward(x, w, b):
        return x.reshape(len(x), -1) @ w - b, (x, w, b)

    functions = {"affine_forward": wrong_forward, "affine_backward": affine_backward}
    assert not run_check("affine_forward", functions).passed
    report = run_check("affine_backward", functions)
    assert report.passed
    assert "documented cache (x, w, b)" in report.message


def test_backward_uses_the_students_own_cache_when_forward_is_right():
    def forward(x, w, b):
        return affine_forward(x, w, b)[0], {"mine": (x, w)}

    def backward(dout, cache):
        return affine_backward(dout, (*cache["mine"], None))

    assert run_check(
        "affine_backward", {"affine_forward": forward, "affine_backward": backward}
    ).passed


def test_changed_inputs_are_noticed():
    def forward(x, w, b):
        out = affine_forward(x, w, b)
        x *= 1.5
        return out

    assert "inputs unchanged" in failed(run_check("affine_forward", {"affine_forward": forward}))

    def backward(dout, cache):
        grads = affine_backward(dout, cache)
        dout += 1
        return grads

    assert "inputs unchanged" in failed(
        run_check("affine_backward", {**RIGHT, "affine_backward": backward})
    )


def test_state_between_calls_is_noticed():
    buffer = {}

    def forward(x, w, b):
        buffer["x"] = x
        return affine_forward(x, w, b)[0], (x, w, b)

    def backward(dout, cache):
        return affine_backward(dout, (buffer["x"], cache[1], cache[2]))

    report = run_check("affine_backward", {"affine_forward": forward, "affine_backward": backward})
    assert "repeatable" in failed(report)

    kept = np.zeros((50, 50))

    def reuses(x, w, b):
        out = kept[: len(x), : len(b)]
        out[...] = affine_forward(x, w, b)[0]
        return out, (x, w, b)

    assert "repeatable" in failed(run_check("affine_forward", {"affine_forward": reuses}))


def test_delegation_is_told():
    from functools import partial

    import nnkit.functional as F

    report = run_check(
        "affine_backward",
        {**RIGHT, "affine_backward": lambda d, c: F.affine_backward(d, F.affine_forward(*c)[1])},
    )
    assert failed(report) == ["own work"]
    assert not run_check("affine_forward", {"affine_forward": partial(F.affine_forward)}).passed


def test_global_random_state_is_put_back_and_noticed():
    def forward(x, w, b):
        np.random.seed(20261128)  # no other test leaves this state behind
        np.random.rand()
        return affine_forward(x, w, b)

    before = np.random.get_state()[1].copy()
    report = run_check("affine_forward", {"affine_forward": forward})
    assert failed(report) == ["randomness"]
    assert "nothing here is random" in report.found  # it has no rng to draw from
    assert np.array_equal(before, np.random.get_state()[1])


def test_a_normal_number_that_numpy_keeps_for_the_next_draw_is_missed_when_it_is_taken():
    def forward(x, w, b):
        np.random.randn()
        return affine_forward(x, w, b)

    np.random.seed(20261129)
    np.random.randn()  # the second of its pair is kept, and drawing it changes no word
    before = np.random.get_state()
    assert failed(run_check("affine_forward", {"affine_forward": forward})) == ["randomness"]
    after = np.random.get_state()
    assert np.array_equal(before[1], after[1])
    assert before[2:] == after[2:]


def test_one_call_leaves_nothing_to_the_next_in_the_same_thread():
    from types import SimpleNamespace

    from autograder.checking.exercise import case

    def divides(_f, _case):
        out = {"out": np.array([1.0]) / np.zeros(1)}
        np.seterr(all="ignore")
        return out

    threads = threading.active_count()
    with Runner(5.0) as runner:
        runs = [runner.run(divides, SimpleNamespace(), case("x", x=1.0)) for _ in range(3)]
    assert [bool(r.warnings) for r in runs] == [True, True, True]
    deadline = time.monotonic() + 5
    while threading.active_count() > threads and time.monotonic() < deadline:
        time.sleep(0.01)
    assert threading.active_count() <= threads


def test_every_seed_draws_other_numbers():
    seen = set()

    def spy(x, w, b):
        seen.add(round(float(x.flat[0]), 12))
        return affine_forward(x, w, b)

    for seed in (None, 0, 1):
        assert run_check("affine_forward", {"affine_forward": spy}, seed=seed).passed
    assert len(seen) > 5


def test_grading_check_keeps_reports_and_depends_on_the_secret():
    drawn = []

    def spy(x, w, b):
        drawn[-1].append(float(x.flat[0]))
        return affine_forward(x, w, b)

    for secret in (b"one", b"two", b"one"):
        drawn.append([])
        grading = GradingCheck(secret)
        grading(spy, exercise="affine_forward")
        assert grading.reports[0].passed
    assert drawn[0] == drawn[2] != drawn[1]
    grading = GradingCheck(b"one")
    with pytest.raises(CheckFailed):
        grading(lambda *a: None, exercise="affine_forward")
    assert not grading.reports[0].passed


def test_notebook_form(capsys):
    def averaged(dout, cache):
        dx, dw, db = affine_backward(dout, cache)
        return dx, dw, db / len(dout)

    check(affine_backward, forward=affine_forward)
    assert "passed" in capsys.readouterr().out
    with pytest.raises(CheckFailed) as caught:
        check(averaged, exercise="affine_backward", forward=affine_forward)
    assert caught.value.report.mistake == "db_averaged"
    assert "CheckFailed" in caught.value._render_traceback_()[0]


@pytest.mark.parametrize("name", ["affine_backward", "relu_backward", "hinge_forward"])
def test_numbers_drawn_between_two_checks_change_no_name_and_do_not_come_again(name):
    """A drawing is kept from check to check, with what known mistakes gave for it."""
    mistakes = exercises.find(name).mistakes
    for k, mistake in enumerate(reversed(mistakes)):
        np.random.seed(k)
        fourth = np.random.rand(4)[3]
        np.random.seed(k)
        np.random.rand(3)
        assert check.judge(mistake.functions[name], name, {}).mistake, mistake.name
        assert np.random.rand() == fourth, mistake.name


def test_html_and_text_say_the_same_and_stand_alone():
    report = run_check(
        "affine_backward", {**RIGHT, "affine_backward": backward_with(dw=lambda g: 3 * g)}
    )
    page = report._repr_html_()
    for text in (report.found, report.cause, *report.rows[0]):
        assert text in page
    assert "http" not in page
    assert "<script" not in page


def test_markup_in_student_text_is_escaped():
    def nasty(x, w, b):
        raise ValueError("<script>alert(1)</script>")

    assert "<script" not in run_check("affine_forward", {"affine_forward": nasty})._repr_html_()
