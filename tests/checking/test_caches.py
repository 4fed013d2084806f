"""The cache is free, a misfit is blamed on the right one, and what differs is said."""

from __future__ import annotations

import types

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.checking import run_check
from autograder.checking.caches import as_promised, entry_names
from autograder.checking.public import Check
from autograder.exercises import everything

EXERCISES = everything()
BACKWARDS = [
    name
    for name, e in EXERCISES.items()
    if e.partner and e.partner.endswith("_forward") and len(entry_names(e.cache)) > 1
]


def own(function):
    """The reference under a name of the student's: calling the course's own is noticed."""
    scope = {**function.__globals__, "__name__": "student"}
    made = types.FunctionType(function.__code__, scope, function.__name__, function.__defaults__)
    scope[function.__name__] = made
    return made


def keeping(forward: str, place: int, change):
    """A forward whose cache, the result at `place` from the end, went through `change`."""
    right = own(EXERCISES[forward].reference)
    scope = {"right": right, "change": change, "place": place}
    source = f"""def {forward}(*arguments, **options):
    results = list(right(*arguments, **options))
    results[place] = change(results[place])
    return tuple(results)"""
    exec(source, scope)
    return scope[forward]


@pytest.mark.parametrize("backward", BACKWARDS)
@given(data=st.data())
@settings(max_examples=5, deadline=None, derandomize=True)
def test_a_cache_in_another_order_is_said_by_forward_and_blamed_by_backward(backward, data):
    exercise = EXERCISES[backward]
    names = entry_names(exercise.cache)
    place = -2 if "batchnorm" in backward else -1
    order = data.draw(st.permutations(range(len(names))))
    forward = keeping(exercise.partner, place, lambda kept: tuple(kept[i] for i in order))
    functions = {exercise.partner: forward, backward: own(exercise.reference)}
    first = run_check(exercise.partner, functions)
    assert first.passed, first.message
    # Entries of one value may change places: stride and padding are both 1 in the first case.
    said = [note for note in first.notes if "The docstring promises the cache" in note]
    assert len(said) <= 1
    second = run_check(backward, functions)
    if not second.passed:
        assert f"{backward} is right: with the documented cache" in second.found, second.message
        assert second.mistake is None
        assert not second.cause


@pytest.mark.parametrize("backward", BACKWARDS)
def test_an_entry_that_is_missing_is_blamed_on_the_forward(backward):
    exercise = EXERCISES[backward]
    place = -2 if "batchnorm" in backward else -1
    forward = keeping(exercise.partner, place, lambda kept: tuple(kept[1:]))
    functions = {exercise.partner: forward, backward: own(exercise.reference)}
    report = run_check(backward, functions)
    assert not report.passed
    assert f"{backward} is right: with the documented cache" in report.found, report.message
    assert "is promised" in report.found


def test_the_entry_that_differs_is_named_by_what_it_is():
    import numpy as np

    def changed(kept):
        return (*kept[:10], np.tanh(kept[10]))

    forward = keeping("lstm_step_forward", -1, changed)
    backward = own(EXERCISES["lstm_step_backward"].reference)
    report = run_check(
        "lstm_step_backward", {"lstm_step_forward": forward, "lstm_step_backward": backward}
    )
    assert "entry 10 is tanh(c), where c is promised." in report.found


def test_a_wrong_backward_is_not_excused_by_a_cache_of_another_form():
    forward = keeping("affine_forward", -1, lambda kept: (kept[1], kept[0], kept[2]))
    wrong = EXERCISES["affine_backward"].mistakes[0].functions["affine_backward"]
    report = run_check("affine_backward", {"affine_forward": forward, "affine_backward": wrong})
    assert not report.passed
    assert "is right" not in report.found


@pytest.mark.parametrize(
    ("got", "promised"),
    [((1, 2.0), True), ([1, 2.0], True), ((1, 3.0), False), ((1,), False), ({"a": 1}, False)],
)
def test_a_cache_is_as_promised_entry_by_entry(got, promised):
    assert as_promised("(a, b)", got, (1, 2.0)) is promised


def test_an_image_kept_with_its_padding_is_said_though_the_first_case_has_none():
    def padded(kept):
        x, w, b, stride, padding, dilation = kept
        around = [(0, 0), (0, 0), (padding, padding), (padding, padding)]
        return np.pad(x, around), w, b, stride, padding, dilation

    forward = keeping("conv2d_forward", -1, padded)
    report = run_check("conv2d_forward", {"conv2d_forward": forward})
    assert report.passed
    assert any("The docstring promises the cache" in note for note in report.notes)


def test_a_table_kept_for_its_shape_is_said():
    def forward(idx, table):
        return table[idx], (idx, table)

    report = run_check("embedding_forward", {"embedding_forward": forward})
    assert report.passed
    assert any("(idx, table.shape)" in note for note in report.notes)


@pytest.mark.parametrize(
    ("forward", "change", "said"),
    [
        ("lstm_forward", lambda kept: kept[::-1], "in the order 4, 3, 2, 1, 0"),
        ("lstm_forward", lambda kept: kept[1:], "yours is a list of"),
        ("mlp_forward", lambda kept: [(z, w, b, x) for x, w, b, z in kept], "(z, w, b, x_in)"),
        ("dropout_forward", lambda kept: kept[0], "yours is an array"),
        ("dropout_forward", lambda kept: None, "yours is None"),
        ("affine_forward", lambda kept: None, "yours is None"),
        ("relu_forward", lambda kept: (np.maximum(kept[0], 0),), "yours is (out,)"),
        ("logistic_forward", lambda kept: kept[0], "yours is out"),
        ("rnn_forward", lambda kept: (kept[0], kept[5][:, -1], *kept[2:]), "(x, h[:, -1], u"),
    ],
)
def test_a_list_a_none_and_a_bare_array_are_said_too(forward, change, said):
    report = run_check(forward, {forward: keeping(forward, -1, change)})
    assert report.passed, report.message
    assert said in " ".join(report.notes)


def test_steps_of_the_students_own_form_are_no_news_in_a_list():
    forward = keeping("lstm_forward", -1, lambda kept: [{"all": c} for c in kept])
    assert not run_check("lstm_forward", {"lstm_forward": forward}).notes


@pytest.mark.parametrize(("change", "kept"), [(lambda k: None, "None"), (lambda k: k[0], "")])
def test_a_mask_that_backward_cannot_read_is_the_forwards_affair(change, kept):
    functions = {
        "dropout_forward": keeping("dropout_forward", -1, change),
        "dropout_backward": own(EXERCISES["dropout_backward"].reference),
    }
    report = run_check("dropout_backward", functions)
    assert "dropout_backward is right: with the documented cache (mask,)" in report.found
    assert kept in report.found


def test_a_mask_of_noughts_and_ones_is_the_forwards_affair_and_a_wrong_backward_its_own():
    functions = {
        "dropout_forward": keeping("dropout_forward", -1, lambda kept: (kept[0] > 0,)),
        "dropout_backward": own(EXERCISES["dropout_backward"].reference),
    }
    found = run_check("dropout_backward", functions).found
    assert "dropout_backward is right: with the documented cache (mask,)" in found
    assert "dtype bool, where mask is promised" in found
    functions["dropout_backward"] = lambda dout, cache: 3.0 * dout * cache[0]
    assert "is right" not in run_check("dropout_backward", functions).found
    functions |= {"dropout_forward": own(EXERCISES["dropout_forward"].reference)}
    assert "is right" not in run_check("dropout_backward", functions).found


def test_no_line_of_a_right_backward_is_named():
    forward = keeping("lstm_forward", -1, lambda kept: kept[::-1])
    backward = own(EXERCISES["lstm_backward"].reference)
    report = Check().judge(backward, "lstm_backward", {"forward": forward})
    assert "lstm_backward is right" in report.found
    assert "a list of them in the order" in report.found
    assert "The mistake is in line" not in report.message


def test_one_buffer_in_the_caches_of_all_steps_is_said_and_blamed_on_the_forward():
    step = EXERCISES["lstm_step_forward"].reference

    def lstm_forward(x, h0, c0, u, w, b):
        cell, states, caches, h = np.array(c0, float), [], [], h0
        for t in range(x.shape[1]):
            h, c, kept = step(x[:, t], h, cell, u, w, b)
            states.append(h)
            caches.append((*kept[:2], cell, *kept[3:]))
            cell[...] = c
        return np.stack(states, axis=1), caches

    functions = {
        "lstm_forward": lstm_forward,
        "lstm_backward": own(EXERCISES["lstm_backward"].reference),
    }
    assert "the same numbers in entry 2" in run_check("lstm_forward", functions, seed=None).message
    report = run_check("lstm_backward", functions, seed=None)
    assert report.found.startswith("lstm_backward is right")
    assert "the same numbers in entry 2" in report.found
