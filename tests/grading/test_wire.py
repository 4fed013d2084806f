"""Any bytes give a value or WireError, and what was written is read back.

Nothing unfolds beyond the limits.
"""

from __future__ import annotations

import contextlib
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.grading.jailed.protocol.mirror import Mirror
from autograder.grading.jailed.protocol.wire import Bounds, Unsendable, WireError, pack, unpack

BOUNDS = Bounds(size=1 << 20, items=5000, depth=20)


class Proxy:
    pass


def mirrors() -> tuple[Mirror, Mirror]:
    return tuple(Mirror(odd, lambda *_: Proxy(), lambda value: ("o", "thing")) for odd in (0, 1))  # type: ignore[return-value]


def across(value: Any) -> Any:
    ours, theirs = mirrors()
    (arrived,) = unpack(pack((value,), ours, BOUNDS), theirs, BOUNDS)
    return arrived


def same(a: Any, b: Any) -> bool:
    if type(a) is not type(b):
        return False
    if isinstance(
        a, (np.ndarray, np.generic)
    ):  # long doubles have bytes without meaning in between
        if a.dtype != b.dtype or a.shape != b.shape:
            return False
        return (
            a.tobytes() == b.tobytes()
            if a.dtype.itemsize < 16
            else np.array_equal(a, b, equal_nan=True)
        )
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[k], b[k]) for k in a)
    if isinstance(a, float) and math.isnan(a):
        return math.isnan(b)
    if isinstance(a, complex):
        return repr(a) == repr(b)
    return a == b


arrays = hnp.arrays(
    dtype=st.sampled_from(
        [np.dtype(n) for n in ("f8", "f4", "f2", "i8", "i4", "i1", "u1", "?", "c16", "g")]
    ),
    shape=hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4),
)
keys = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=5)
    | st.tuples(st.integers(), st.text(max_size=3))
)
leaves = (
    st.none() | st.booleans() | st.integers(-(2**200), 2**200) | st.floats() | st.complex_numbers()
    | st.text(max_size=20) | st.binary(max_size=20) | arrays | arrays.filter(lambda a: a.size).map(lambda a: a.flat[0])
    | st.builds(slice, st.none() | st.integers(), st.none() | st.integers()) | st.sets(keys,
    max_size=4) | st.just(...)
)  # fmt: skip
values = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=4) | st.lists(inner,
    max_size=4).map(tuple) | st.dictionaries(keys, inner, max_size=4), max_leaves=20
)  # fmt: skip


@given(values)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_is_sent_is_what_arrives(value: Any) -> None:
    assert same(across(value), value)


@given(st.binary(max_size=300))
@settings(max_examples=1500, deadline=None)
def test_any_bytes_give_a_value_or_a_wire_error(data: bytes) -> None:
    with contextlib.suppress(WireError):
        unpack(data, mirrors()[0], BOUNDS)


@given(values, st.data())
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_damaged_messages_give_a_value_or_a_wire_error(value: Any, data: st.DataObject) -> None:
    ours, theirs = mirrors()
    message = bytearray(pack((value, Proxy()), ours, BOUNDS))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(message) - 1))
        change = data.draw(st.sampled_from(["flip", "cut", "insert"]))
        if change == "flip":
            message[at] = data.draw(st.integers(0, 255))
        elif change == "cut":
            del message[at : at + data.draw(st.integers(1, 5))]
            message = message or bytearray(b"\0")
        else:
            message[at:at] = data.draw(st.binary(min_size=1, max_size=5))
    with contextlib.suppress(WireError):
        unpack(bytes(message), theirs, BOUNDS)


@given(st.binary(max_size=200), st.binary(max_size=200))
@settings(max_examples=600, deadline=None)
def test_known_objects_cannot_be_turned_into_something_else(first: bytes, second: bytes) -> None:
    """A second message after a good one: the trusted side's arrays keep their type and size."""
    ours, _ = mirrors()
    array, numbers, rng = np.arange(6.0), [1, 2], np.random.default_rng(1)
    pack((array, numbers, rng), ours, BOUNDS)
    for data in (
        first,
        b"\x01a\x04<f8 \x00\x01\x06" + second,
        b"\x01l\x06" + second,
        b"\x01R\x08\x05PCG64" + second,
    ):
        with contextlib.suppress(WireError):
            unpack(data, ours, BOUNDS)
    assert array.dtype == np.float64
    assert array.shape == (6,)
    assert type(numbers) is list
    rng.standard_normal()


def test_object_arrays_and_functions_cross_as_handles_only() -> None:
    for value in (
        np.array([object()]),
        np.array(["text"]),
        len,
        object(),
        np.zeros(2, dtype=[("a", "f8")]),
        range(3),
    ):
        assert isinstance(across(value), Proxy)


@pytest.mark.parametrize("make", [
    lambda: 1 << 5000,
    lambda: list(range(6000)),
    lambda: np.zeros(200_000),
    lambda: "x" * 2_000_000,
    lambda: np.broadcast_to(1.0, (10**6, 10**6)),
    lambda: [[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]],
    lambda: _loop(),
    lambda: _laugh(),
])  # fmt: skip
def test_what_is_too_large_is_refused_by_the_sender_and_nothing_stays_behind(make: Any) -> None:
    ours, theirs = mirrors()
    with pytest.raises(Unsendable):
        pack((make(),), ours, BOUNDS)
    assert unpack(pack(([1, 2],), ours, BOUNDS), theirs, BOUNDS) == ([1, 2],)


def _loop() -> list:
    own: list = [1]
    own.append(own)
    return own


def _laugh() -> list:
    laugh: list = [1] * 10
    for _ in range(6):
        laugh = [laugh] * 10
    return laugh


def test_a_reader_refuses_small_messages_that_unfold_to_large_values() -> None:
    ours, theirs = mirrors()
    generous = Bounds(size=1 << 20, items=10**9, depth=20)
    with pytest.raises(WireError, match="values"):
        unpack(pack((_laugh(),), ours, generous), theirs, BOUNDS)


def test_a_container_cannot_be_made_to_contain_itself_later() -> None:
    ours, _ = mirrors()
    numbers: list = [1]
    data = pack((numbers,), ours, BOUNDS)
    ident = data[2]
    with pytest.raises(WireError, match="contains itself"):
        unpack(bytes([1, ord("l"), ident, 1, ord("p"), ident, 0]), ours, BOUNDS)


def test_generator_states_that_would_send_a_generator_astray_are_refused() -> None:
    ours, theirs = mirrors()
    rng = np.random.default_rng(3)
    data = pack((rng,), ours, BOUNDS)
    assert unpack(data, theirs, BOUNDS)[0].random() == np.random.default_rng(3).random()
    twister = np.random.Generator(np.random.MT19937(1))
    assert isinstance(across(twister), Proxy)


def whole(number: int) -> bytes:
    """A whole number as it is written: its kind, its length, its bytes."""
    data = number.to_bytes(number.bit_length() // 8 + 1, "little", signed=True)
    return b"i" + bytes([len(data)]) + data


@pytest.mark.parametrize("place", range(4))
def test_a_part_of_a_generators_state_outside_its_bounds_is_refused(place: int) -> None:
    tops = (2**128, 2**128, 2, 2**32)  # the state and its increment, a flag, half a draw
    for wrong in (-1, tops[place], None):
        parts = [1, 3, 0, 0]
        start = b"\x01R\x04\x05PCG64"
        right = start + b"".join(map(whole, parts)) + b"\0"
        assert unpack(right, mirrors()[1], BOUNDS)[0].random() >= 0
        written = [b"N" if wrong is None and i == place else whole(n) for i, n in enumerate(parts)]
        if wrong is not None:
            written[place] = whole(wrong)
        with pytest.raises(WireError, match="impossible generator state"):
            unpack(start + b"".join(written) + b"\0", mirrors()[1], BOUNDS)


def tuple_of(count: int) -> bytes:
    """The beginning of a tuple of between 128 and 16,383 values."""
    return b"t" + bytes([count % 128 + 128, count // 128])


@pytest.mark.parametrize("inside", [1001, 1000])
def test_the_values_of_one_message_are_counted_wherever_they_stand(inside: int) -> None:
    """A tuple may announce what is left; what is inside its first value takes from that."""
    inner = tuple_of(inside) + b"N" * inside
    data = b"\x01" + tuple_of(3999) + inner + b"N" * 3998 + b"\0"  # 5,000 values with 1,000 inside
    if inside == 1000:
        assert len(unpack(data, mirrors()[0], BOUNDS)[0]) == 3999
    else:
        with pytest.raises(WireError, match="more than 5,000 values"):
            unpack(data, mirrors()[0], BOUNDS)


def test_an_array_keeps_its_layout_and_its_protection() -> None:
    value = np.asfortranarray(np.arange(6.0).reshape(2, 3))
    value.flags.writeable = False
    arrived = across(value)
    assert arrived.flags.f_contiguous
    assert not arrived.flags.writeable
    assert across(np.arange(3)[::-1]).tolist() == [2, 1, 0]


def least_depth(value: Any) -> int:
    """The smallest bound on nesting under which a value is read."""

    def fits(depth: int) -> bool:
        ours, theirs = mirrors()
        try:
            unpack(pack((value,), ours, BOUNDS), theirs, Bounds(1 << 20, 5000, depth))
        except WireError:
            return False
        return True

    return next(depth for depth in range(BOUNDS.depth) if fits(depth))


@pytest.mark.parametrize("around", range(4))
def test_the_parts_of_a_generator_lie_one_deeper_than_itself(around: int) -> None:
    generator: Any = np.random.default_rng(3)
    number: Any = [1]
    for _ in range(around):
        generator, number = [generator], [number]
    assert least_depth(generator) == least_depth(number)
