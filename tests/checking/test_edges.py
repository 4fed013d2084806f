"""Laws of form, over all exercises: no squeeze, transposed square or guess at axes passes."""

import numpy as np
import pytest

from autograder.exercises import everything
from tests.checking.wrappers import (
    EXERCISES,
    each,
    failed,
    first_case,
    outputs,
    promised_any_shape,
    turned,
)


def gives_arrays(name):
    """Whether an exercise's results hold arrays of one axis or more that are its own."""
    exercise = EXERCISES[name]
    if exercise.is_class or name in ("self_train", "minibatches", "k_fold_indices"):
        return False  # a model, a generator, indices without a size of one
    run = exercise.trial(exercise.references(), first_case(name))
    promised = {o.name for o in exercise.outputs}
    found = []
    each([v for k, v in run.items() if k in promised], lambda a: found.append(a.ndim))
    return any(found) and name != "sample_index"


ARRAYS = [n for n in EXERCISES if gives_arrays(n)]


@pytest.mark.parametrize(
    "name", [n for n in ARRAYS if n not in ("dropout_backward", "greedy_decode")]
)
def test_a_squeeze_is_rejected(name):
    def squeezed(reference, *arguments, **options):
        return outputs(name, reference(*arguments, **options), np.squeeze)

    assert failed(name, squeezed)


# Read for its shape alone, or not at all; or its transpose has the same eigenvalues.
UNUSED = {
    ("attention_backward", "mask"),
    ("largest_stable_rate", "phi"),
    ("avg_pool2d_backward", "x"),
    ("embedding_backward", "table"),
    *(("gradient_norms", v) for v in ("x", "h0", "u")),
}


def squares(name):
    """(what is turned, slip) for each argument of two axes or more, and each entry of a cache."""
    exercise, case = EXERCISES[name], first_case(name)
    known = {**case.inputs, **case.given}
    names = exercise.signature.partition("(")[2].rstrip(")").split(", ")
    for i, argument in enumerate(n.partition("=")[0] for n in names):
        if argument == "cache":
            kept = exercise.cache.strip("()[]").split(", ")
            for j, entry in enumerate(kept):
                if entry in known and (name, entry) not in UNUSED:
                    yield known[entry], entry, cached(j)
        elif argument in known and (name, argument) not in UNUSED:
            yield known[argument], argument, given(i)


def given(i):
    def slip(reference, *arguments, **options):
        listed = list(arguments)
        if i < len(listed):
            listed[i] = each(listed[i], turned)
        return reference(*listed, **options)

    return slip


def cached(j):
    def slip(reference, *arguments):
        *before, cache = arguments
        kept = list(cache)
        kept[j] = each(kept[j], turned)
        return reference(*before, type(cache)(kept))

    return slip


def is_matrix(value, name):
    gates = name.endswith(("lstm", "gru")) or "lstm" in name or "gru" in name
    return isinstance(value, np.ndarray) and value.ndim >= 2 and not gates


SQUARES = [
    (name, argument, slip)
    for name, exercise in EXERCISES.items()
    if not exercise.is_class and name != "self_train"
    for value, argument, slip in squares(name)
    if is_matrix(value, name)
]


@pytest.mark.parametrize(
    ("name", "slip"), [(n, s) for n, _, s in SQUARES], ids=[f"{n}-{a}" for n, a, _ in SQUARES]
)
def test_an_argument_transposed_where_it_is_square_is_rejected(name, slip):
    assert failed(name, slip)


def test_enough_arguments_are_tried():
    assert len(SQUARES) >= 80
    assert len(ARRAYS) >= 70


@pytest.mark.parametrize("axes", [0, 1, 3])
@pytest.mark.parametrize("name", promised_any_shape())
def test_what_is_promised_for_any_shape_is_tried_with_none_one_and_three_axes(name, axes):
    def picky(reference, *arguments, **options):
        first = next(a for a in arguments if isinstance(a, np.ndarray))
        if first.ndim == axes:
            raise ValueError("not this number of axes")
        return reference(*arguments, **options)

    if name == "dropout_forward" and axes == 0:
        pytest.skip("a single unit shows no share")
    assert failed(name, picky)


def largest_class_forgotten(reference, scores, y, *rest):
    """As many classes as the labels show."""
    loss, cache = reference(scores[..., : int(y.max()) + 1], y, *rest)
    return loss, (scores, *cache[1:])


@pytest.mark.parametrize(
    "name", ["cross_entropy_forward", "hinge_forward", "sequence_cross_entropy_forward"]
)
def test_the_number_of_classes_is_not_read_off_the_labels(name):
    assert failed(name, largest_class_forgotten)


def test_every_exercise_with_scores_has_a_case_without_its_largest_class():
    rng = np.random.default_rng(3)
    for name, exercise in everything().items():
        for case in [first_case(name)]:
            if {"scores", "y"} <= case.inputs.keys() or {"y", "w", "lam"} <= case.inputs.keys():
                absent = [
                    c
                    for c in exercise.cases(rng)
                    if c.sizes.get("K", c.sizes.get("V")) and _classes(c) > c["y"].max() + 1
                ]
                assert absent, name


def _classes(case):
    return case.sizes.get("K", case.sizes.get("V"))
