"""Both sides see the same objects: identity and changes in place cross with the next message."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograder.grading.jailed.protocol.mirror import Mirror
from autograder.grading.jailed.protocol.wire import Bounds, WireError, pack, unpack


class Pair:
    """Two sides and messages between them."""

    def __init__(self) -> None:
        self.trusted = Mirror(0, lambda *_: object(), lambda value: ("o", "thing"))
        self.jail = Mirror(1, lambda *_: object(), lambda value: ("o", "thing"))

    def there(self, *parts: Any) -> tuple:
        return unpack(pack(parts, self.trusted, Bounds()), self.jail, Bounds())

    def back(self, *parts: Any) -> tuple:
        return unpack(pack(parts, self.jail, Bounds()), self.trusted, Bounds())


@pytest.fixture
def pair() -> Pair:
    return Pair()


def test_the_same_array_twice_is_one_array_there(pair: Pair) -> None:
    x = np.ones(3)
    a, (b, c) = pair.there(x, [x, x.copy()])
    assert a is b
    assert c is not a


def test_a_returned_argument_is_the_argument(pair: Pair) -> None:
    x = np.ones(3)
    (arrived,) = pair.there(x)
    assert pair.back(arrived)[0] is x


def test_changes_in_place_come_back_without_being_returned(pair: Pair) -> None:
    x, numbers, params, rng = np.ones((2, 2)), [1, 2], {"w": np.zeros(2)}, np.random.default_rng(0)
    frozen = np.ones(2)
    frozen.flags.writeable = False
    a, b, c, g, f = pair.there(x, numbers, params, rng, frozen)
    a += 1
    b.append(3)
    c["w"][0] = 5.0
    c["b"] = a
    g.random(3)
    f.flags.writeable = True
    f[0] = 7.0
    pair.back("done")
    assert (x == 2).all()
    assert numbers == [1, 2, 3]
    assert params["w"][0] == 5.0
    assert params["b"] is x
    twin = np.random.default_rng(0)
    twin.random(3)
    assert rng.random() == twin.random()
    assert frozen[0] == 7.0
    assert not frozen.flags.writeable


def test_a_later_change_of_an_earlier_result_is_seen(pair: Pair) -> None:
    buffer = np.zeros(3)
    (first,) = pair.back(buffer)
    buffer[:] = 9
    pair.back("another call")
    assert (first == 9).all()


def test_changes_made_here_are_seen_there(pair: Pair) -> None:
    x = np.zeros(2)
    (arrived,) = pair.there(x)
    x[0] = 4
    pair.there("another call")
    assert arrived[0] == 4


def test_objects_that_nobody_refers_to_are_forgotten(pair: Pair) -> None:
    x = np.zeros(2)
    pair.there(x, [np.ones(2), {"a": np.ones(3)}])
    for _ in range(4):
        pair.trusted.unused()
    assert len(pair.trusted.known) == 1
    assert next(iter(pair.trusted.known.values())).value is x


def test_the_jail_cannot_change_the_size_of_an_array_or_name_unknown_ones(pair: Pair) -> None:
    x = np.zeros(2)
    pair.there(x)
    with pytest.raises(WireError):
        unpack(b"\x01a\x04<f8 \x00\x01\x01\x08" + bytes(8) + b"\x00", pair.trusted, Bounds())
    with pytest.raises(WireError):
        unpack(b"\x01p\x50\x00", pair.trusted, Bounds())
    with pytest.raises(WireError):
        unpack(b"\x01l\x64\x00\x00", pair.trusted, Bounds())
    assert x.shape == (2,)
