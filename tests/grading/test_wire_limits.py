"""Every limit of a message, at its last value and one beyond; what was seen is not sent again."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest

from autograder.grading.jailed.protocol import mirror as mirrors
from autograder.grading.jailed.protocol.mirror import Mirror
from autograder.grading.jailed.protocol.wire import Bounds, Unsendable, WireError, pack, unpack
from autograder.grading.jailed.protocol.wireformat import MAX_INT_BYTES, MAX_LABEL, is_key

ROOMY = Bounds(size=1 << 20, items=5000, depth=20)


class Pair(NamedTuple):
    a: int
    b: int


class Other:
    """Stands for an object of the other side."""


def side(odd: int, label: str = "thing") -> Mirror:
    return Mirror(odd, lambda *_: Other(), lambda value: ("o", label))


def message(value: Any, bounds: Bounds = ROOMY) -> bytes:
    return pack((value,), side(0), bounds)


def arrives(data: bytes, bounds: Bounds = ROOMY) -> Any:
    return unpack(data, side(1), bounds)[0]


def nested(depth: int) -> Any:
    """Return a number inside so many tuples."""
    value: Any = 1
    for _ in range(depth):
        value = (value,)
    return value


# (limits, what makes a value of a size, the last size that fits, what is said of the next)
SENT = [
    (Bounds(1000, 10, 9), lambda n: (1,) * n, 9, "a container of 10 values; at most 10"),
    (Bounds(1000, 10, 9), lambda n: [1] * n, 9, "a container of 10 values"),
    (Bounds(1000, 10, 9), lambda n: set(range(n)), 9, "a container of 10 values"),
    (Bounds(1000, 10, 9), lambda n: ((1,), *range(n)), 7, "more than 10 values at once"),
    (Bounds(1000, 11, 9), lambda n: dict.fromkeys(range(n)), 5, "more than 11 values at once"),
    (Bounds(1000, 99, 3), nested, 3, "containers nested more than 3 deep"),
    (Bounds(1000, 99, 9), lambda n: "x" * n, 1000 - 4, "more than 1,000 bytes at once"),
    (Bounds(1000, 99, 9), lambda n: bytes(n), 1000 - 4, "more than 1,000 bytes at once"),
    (ROOMY, lambda n: 1 << (8 * n - 2), MAX_INT_BYTES, "a whole number of 2,055 bits"),
]


@pytest.mark.parametrize(("bounds", "make", "most", "told"), SENT)
def test_the_last_value_that_fits_is_sent_and_the_next_is_refused(bounds, make, most, told):
    assert arrives(message(make(most), bounds)) == make(most)
    with pytest.raises(Unsendable, match=told):
        message(make(most + 1), bounds)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("x" * 1001, "a text of 1,001 characters"),
        (bytes(1001), "1,001 bytes at once; at most 1,000"),
        (np.zeros(126), "an array of 1,008 bytes; at most 1,000"),
        ([0] * 100, "a container of 100 values; at most 99"),
        (dict.fromkeys(range(100)), "a container of 100 values; at most 99"),
        (frozenset(range(100)), "a container of 100 values; at most 99"),
    ],
)
def test_what_is_too_large_by_itself_is_refused_before_it_is_written(value, told):
    with pytest.raises(Unsendable, match=told):
        message(value, Bounds(1000, 99, 9))


def test_a_text_or_an_array_of_the_most_bytes_is_not_refused_for_its_own_size():
    # The message around it is too long by some bytes: another sentence.
    for value in ("x" * 1000, bytes(1000), np.zeros(125)):
        with pytest.raises(Unsendable, match="more than 1,000 bytes at once"):
            message(value, Bounds(1000, 99, 9))


@pytest.mark.parametrize(
    ("value", "values", "depth"),
    [
        (None, 1, 0),
        ((1, 2), 3, 1),
        ([1, 2], 3, 1),
        ({1, 2}, 3, 1),
        (frozenset({(1,)}), 3, 2),
        ({"a": [1], "b": None}, 6, 2),
        ({(1, 2): 3}, 5, 2),
        (slice(1, 2, 3), 4, 1),
        (Pair(1, 2), 3, 1),
        (np.zeros(50), 1, 0),
        pytest.param(np.random.default_rng(0), 5, 1, id="generator"),
    ],
    ids=repr,
)
def test_sender_and_reader_count_alike_values_and_nesting(value, values, depth):
    """Each side accepts exactly what it takes, and refuses one value or one floor less."""
    data = message(value)
    exact = Bounds(1 << 20, values, depth)
    arrives(data, exact)
    message(value, exact)
    for smaller in (Bounds(1 << 20, values - 1, depth), Bounds(1 << 20, values, depth - 1)):
        if smaller.depth >= 0 and smaller.items > 0:
            with pytest.raises((WireError, Unsendable)):
                arrives(data, smaller)
            with pytest.raises(Unsendable):
                message(value, smaller)


@pytest.mark.parametrize("container", [list, lambda items: dict(enumerate(items))])
def test_a_container_sent_twice_counts_twice(container):
    inner = container([1, 2, 3])
    once = 1 + len(inner) * (2 if isinstance(inner, dict) else 1)
    for items, fits in ((1 + 2 * once, True), (2 * once, False)):
        bounds = Bounds(1 << 20, items, 9)
        if fits:
            first, second = arrives(message((inner, inner), bounds))
            assert first is second
            # The reader counts it, too: a known object costs what it unfolds to.
            arrives(message((inner, inner)), bounds)
        else:
            with pytest.raises(Unsendable):
                message((inner, inner, None), bounds)
            with pytest.raises(WireError):
                arrives(message((inner, inner, None)), bounds)


MADE: list[tuple[Callable[[], Any], Callable[[Any], Any]]] = [
    (lambda: list(range(100)), lambda v: v.append(7)),
    (lambda: dict.fromkeys(range(100)), lambda v: v.update(new=7)),
    (lambda: np.arange(100.0), lambda v: v.__setitem__(3, 70.0)),
    (lambda: np.asfortranarray(np.arange(100.0).reshape(10, 10)), lambda v: v.__iadd__(1)),
    (lambda: np.arange(100, dtype=">i4"), lambda v: v.__setitem__(3, 70)),
    (lambda: np.random.default_rng(3), lambda v: v.random()),
]


@pytest.mark.parametrize(("make", "change"), MADE)
def test_what_the_other_side_has_seen_is_named_and_what_has_changed_is_sent_again(make, change):
    ours, theirs = side(0), side(1)
    value = make()
    first = pack((value,), ours, ROOMY)
    (there,) = unpack(first, theirs, ROOMY)
    again = pack((value,), ours, ROOMY)
    assert len(again) < 6 < len(first)
    assert unpack(again, theirs, ROOMY)[0] is there
    change(value)
    once_more = pack((), ours, ROOMY)  # it travels with whatever is said next
    assert len(once_more) > 6
    unpack(once_more, theirs, ROOMY)
    if isinstance(value, np.random.Generator):
        assert there.random() == value.random()
    else:
        assert np.array_equal(there, value) if isinstance(value, np.ndarray) else there == value


def test_a_message_that_is_given_up_leaves_its_objects_unseen():
    ours, theirs = side(0), side(1)
    known, new = [1, 2], [3, 4]
    unpack(pack((known,), ours, ROOMY), theirs, ROOMY)
    known.append(5)
    with pytest.raises(Unsendable):
        pack((known, new, "x" * 2_000_000), ours, ROOMY)
    assert len(ours.known) == 1
    assert unpack(pack((known, new), ours, ROOMY), theirs, ROOMY) == ([1, 2, 5], [3, 4])


@pytest.mark.parametrize("kind", ["objects", "handles", "arrays"])
def test_each_side_knows_no_more_objects_than_it_may(kind, monkeypatch):
    monkeypatch.setattr(mirrors, "MAX_KNOWN", 5)

    def some(count: int) -> tuple:
        return tuple([0] if kind == "arrays" else Other() for _ in range(count))

    assert len(arrives(message(some(5)))) == 5
    told = "containers and arrays" if kind == "arrays" else "objects"
    with pytest.raises(Unsendable, match=f"more than 5 {told} at once"):
        message(some(6))
    monkeypatch.setattr(mirrors, "MAX_KNOWN", 6)
    six = message(some(6))
    monkeypatch.setattr(mirrors, "MAX_KNOWN", 5)
    with pytest.raises(WireError, match=r"more than 5 (objects|handles)"):
        arrives(six)


def number(n: int) -> bytes:
    """Seven bits a byte, the lowest first, all but the last with the highest bit set."""
    parts = []
    while n > 127:
        parts.append(n % 128 + 128)
        n //= 128
    return bytes([*parts, n])


def given(body: bytes) -> bytes:
    """A message of one part with no changed objects."""
    return b"\x01" + body + b"\0"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "unknown kind"),
        (b"?", r"unknown kind b'\?' at byte 1"),
        (b"s\x05ab", "ends too early"),
        (b"s\x02\xff\xfe", "text that is not UTF-8"),
        (b"i" + number(MAX_INT_BYTES + 1), "the number 257 where at most 256 is possible"),
        (b"b" + b"\xff" * 9, "a number of more than 63 bits"),
        (b"b" + b"\xff" * 3, "ends too early"),
        (b"t\x05N", "where at most"),
        (b"rNN" + b"T", "a slice of something else"),
        (b"S\x01l\x04\x00", "a key that is neither a number nor a text"),
        (b"n\x04s", "a namedtuple without values"),
        (b"n\x05t\x00", "a handle 5 of the wrong side"),
        (b"h\x05o\x00", "a handle 5 of the wrong side"),
        (b"h\x04q\x00", "a malformed handle"),
        (b"H\x05", "a handle 5 that was never given out"),
        (b"p\x04", "an unknown object 4"),
        (b"l\x05\x00", "an unknown object 5"),
        (b"a\x04<f9 \x00\x00", "the dtype '<f9'"),
        (b"a\x04<f8 \x04\x00", "unknown array flags 4"),
        (b"a\x04<f8 \x00\x01\x02\x08" + bytes(8), r"an array of shape \(2,\) and float64 with 8"),
        (b"a\x04<f8 \x00" + number(33), "the number 33 where at most 32"),
        (b"a\x04<f8 \x00\x01" + number(2**40 + 1), "where at most 1,?099"),
        (b"R\x04\x07MT19937", "the random generator 'MT19937'"),
        (b"N\0N", "bytes? follow the message"),
    ],
)
def test_what_is_no_message_is_refused_and_says_which_part(body, told):
    with pytest.raises(WireError, match=told):
        arrives(given(body))


def test_the_largest_counts_are_read():
    assert arrives(given(b"i" + number(MAX_INT_BYTES) + bytes(MAX_INT_BYTES))) == 0
    assert arrives(given(b"a\x04<f8 \x03\x02\x01\x02\x10" + bytes(16))).shape == (1, 2)
    for size in (127, 128, 16_383, 16_384):
        assert arrives(message(bytes(size))) == bytes(size)
        assert given(b"b" + number(size) + bytes(size)) == message(bytes(size))


def test_a_label_is_cut_by_the_sender_and_bounded_by_the_reader():
    told: list[tuple] = []
    theirs = Mirror(1, lambda *what: told.append(what) or Other(), lambda value: ("o", ""))  # type: ignore[func-returns-value]
    unpack(pack((Other(),), side(0, "x" * 200), ROOMY), theirs, ROOMY)
    assert [(kind, label) for _, kind, label in told] == [("o", "x" * MAX_LABEL)]
    arrives(given(b"h\x04f" + number(MAX_LABEL) + b"x" * MAX_LABEL))
    with pytest.raises(WireError, match="a malformed handle"):
        arrives(given(b"h\x04f" + number(MAX_LABEL + 1) + b"x" * (MAX_LABEL + 1)))


def test_identities_of_the_two_sides_never_meet():
    ours, theirs = side(0), side(1)
    for a, b in itertools.islice(itertools.pairwise(iter(lambda: ours.fresh(), None)), 4):
        assert a % 2 == 0
        assert b == a + 2
    assert {theirs.fresh() % 2 for _ in range(3)} == {1}


def test_a_handle_comes_back_as_the_object_itself():
    ours, theirs = side(0), side(1)
    thing, pair = Other(), Pair(1, 2)
    stand_in, values = unpack(pack((thing, pair), ours, ROOMY), theirs, ROOMY)
    assert values == (1, 2)
    again, same = unpack(pack((thing, pair), ours, ROOMY), theirs, ROOMY)
    assert again is stand_in
    assert same is values
    back, pair_back = unpack(pack((stand_in, values), theirs, ROOMY), ours, ROOMY)
    assert back is thing
    assert pair_back is pair


def test_a_cleared_table_starts_anew_and_gives_no_identity_twice():
    ours = side(0)
    before = [pack((value,), ours, ROOMY)[2] for value in ([1], [2])]
    ours.clear()
    assert not ours.known
    assert not ours.exports
    assert pack(([3],), ours, ROOMY)[2] not in before


@pytest.mark.parametrize(
    ("value", "may"),
    [
        (None, True), (True, True), (1, True), (1.5, True), ("a", True), (b"a", True), ((), True),
        ((1, ("a", None)), True), ((1,) * 16, True), ((1,) * 17, False), ((1, [2]), False),
        ((1, (2, 3j)), False), (1j, False), ([1], False), (frozenset(), False),
        (np.float64(1), False), (..., False), (Pair(1, 2), False),
    ],
)  # fmt: skip
def test_a_key_is_a_plain_value_or_a_short_tuple_of_such(value, may):
    assert is_key(value) is may
