"""Stand-ins behave like the local functions they stand for, in everything a check looks at."""

from __future__ import annotations

import threading
import warnings
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from autograder.checking import GraderFault, GradingCheck
from autograder.checking.delegation import Watch
from autograder.checking.exercise import Case
from autograder.grading.remote.call_runner import CallRunner
from autograder.grading.remote.exceptions import RemoteError, exception
from autograder.grading.remote.proxies import Handle, make
from autograder.grading.remote.session import ProcessEnded, Session


def test_arguments_and_results_are_plain_values(student: Any) -> None:
    f = student("def f(*a, **k): return a, sorted(k), type(a[0]).__name__", "f")
    x = np.asfortranarray(np.arange(6.0).reshape(2, 3))
    (args, names, kind) = f(x, 2, None, "text", (1, [2.5]), {"k": x}, slice(1, None), flag=True)
    assert args[0] is x
    assert args[5]["k"] is x
    assert args[1:5] == (2, None, "text", (1, [2.5]))
    assert args[6] == slice(1, None)
    assert (names, kind) == (["flag"], "ndarray")
    result = student(
        "def f(): return np.float32(2), np.ma.masked_array([1.0]), True, {1: [np.bool_(True)]}", "f"
    )()
    assert type(result[0]) is np.float32
    assert type(result[1]) is np.ndarray
    assert result[3][1][0] is np.True_


def test_layout_and_protection_of_arguments_arrive(student: Any) -> None:
    f = student(
        "def f(x): return x.flags.f_contiguous, x.flags.c_contiguous, x.flags.writeable", "f"
    )
    x = np.asfortranarray(np.ones((2, 3)))
    x.flags.writeable = False
    assert f(x) == (True, False, False)


def test_changes_in_place_reach_the_callers_objects(student: Any) -> None:
    f = student(
        "def f(x, params, items):\n    x -= 1\n    params['w'] *= 3\n    params['new'] = 1\n    "
        "items.append(x)",
        "f",
    )
    x, w, items = np.ones(2), np.ones(2), [0]
    params = {"w": w}
    f(x, params, items)
    assert (x == 0).all()
    assert params["w"] is w
    assert (w == 3).all()
    assert params["new"] == 1
    assert items[1] is x


def test_one_object_given_twice_stays_one(student: Any) -> None:
    assert student("def f(a, b): return a is b", "f")(*[np.ones(2)] * 2)


def test_a_buffer_used_again_shows_in_the_earlier_result(student: Any) -> None:
    f = student("buffer = np.zeros(2)\ndef f(x):\n    buffer[:] = x\n    return buffer", "f")
    first = f(1.0)
    f(2.0)
    assert (first == 2).all()


def test_a_generator_of_random_numbers_advances_for_the_caller(student: Any) -> None:
    f = student("def f(rng): return rng.standard_normal(3)", "f")
    rng, twin = np.random.default_rng(5), np.random.default_rng(5)
    assert (f(rng) == twin.standard_normal(3)).all()
    assert rng.random() == twin.random()


def test_functions_given_as_arguments_are_called_out_here(student: Any) -> None:
    f = student("def f(g, x):\n    x[0] += 1\n    return [g(x), g(x * 2, scale=3)]", "f")
    seen = []

    def g(x: np.ndarray, scale: float = 1) -> float:
        seen.append(x)
        return float(x.sum()) * scale

    x = np.zeros(2)
    assert f(g, x) == [1.0, 6.0]
    assert seen[0] is x
    assert seen[1] is not x


def test_what_a_passed_function_raises_comes_back_as_itself(student: Any) -> None:
    f, swallow = student(
        "def f(g): return g()\ndef swallow(g):\n    try: g()\n    except ValueError as e: return "
        "str(e)",
        "f",
        "swallow",
    )

    class Own(ValueError):
        pass

    def g() -> None:
        raise Own("mine")

    with pytest.raises(Own):
        f(g)
    with pytest.raises(Own):
        swallow(g)  # a class Python does not know there is no ValueError there

    def h() -> None:
        raise ValueError("mine")

    assert swallow(h) == "mine"


def test_models_made_out_here_pass_through_unseen(student: Any) -> None:
    f = student(
        "def f(fit, predict):\n    model = fit(np.ones(2))\n    return predict(model), model, "
        "repr(model)",
        "f",
    )

    class Model:
        secret = 42

    model = Model()
    value, returned, shown = f(lambda x: model, lambda m: m.secret)
    assert value == 42
    assert returned is model
    assert "secret" not in shown


def test_calls_back_may_call_in_again(student: Any) -> None:
    f, g = student("def f(h): return h(1) + 1\ndef g(x): return x * 10", "f", "g")
    assert f(lambda x: g(x) + 5) == 16


def test_generators_give_their_values_one_by_one(student: Any) -> None:
    f = student("def f(x):\n    for i in range(3):\n        yield x[i], i\n    x[0] = 9", "f")
    x = np.arange(3.0)
    found = f(x)
    assert iter(found) is found
    assert next(found) == (0.0, 0)
    assert x[0] == 0
    assert list(found) == [(1.0, 1), (2.0, 2)]
    assert x[0] == 9


def test_opaque_caches_go_back_as_themselves(student: Any) -> None:
    forward, backward = student(
        "class Cache: pass\ndef forward(x):\n    c = Cache(); c.x = x; c.f = lambda: 1\n    return "
        "x, (c, len)\n"
        "def backward(d, cache, change=False):\n    if change: cache[0].x = cache[0].x + 1\n    "
        "return d * cache[0].x", "forward", "backward")  # fmt: skip
    _, cache = forward(np.full(2, 3.0))
    assert type(cache[0]).__name__ == "Cache"
    assert (backward(np.ones(2), cache) == 3).all()
    backward(np.ones(2), cache, change=True)
    assert (backward(np.ones(2), cache) == 4).all()


VALUE = """
class Value:
    def __init__(self, data): self.data, self.grad, self._hidden = data, 0.0, 1
    def __add__(self, o): return Value(self.data + (o.data if isinstance(o, Value) else o))
    __radd__ = __add__
    def __mul__(self, o): return Value(self.data * (o.data if isinstance(o, Value) else o))
    __rmul__ = __mul__
    def __sub__(self, o): return self + (-o)
    def __rsub__(self, o): return Value(o - self.data)
    def __truediv__(self, o): return Value(self.data / (o.data if isinstance(o, Value) else o))
    def __rtruediv__(self, o): return Value(o / self.data)
    def __pow__(self, n): return Value(self.data ** n)
    def __neg__(self): return Value(-self.data)
    def max(self, o): return Value(max(self.data, o.data))
    def backward(self): self.grad = 7.0
"""


def test_a_class_with_operators(student: Any) -> None:
    value = student(VALUE, "Value")
    a, b = value(2.0), value(3)
    assert (a + b * 2 - 1).data == 7.0
    assert (2 * a).data == 4.0
    assert (1 - a).data == -1.0
    assert (np.float64(6) / a).data == 3.0
    assert (a**2 / 4).data == 1.0
    assert (-a).max(b).data == 3
    a.backward()
    assert a.grad == 7.0
    a.grad = 1.5
    assert a.grad == 1.5
    assert a != value(2.0)
    with pytest.raises(AttributeError):
        _ = a._hidden
    with pytest.raises(AttributeError):
        _ = a.nothing


def test_returned_objects_take_no_part_in_comparison_or_arithmetic(student: Any) -> None:
    f = student(
        "class L:\n    __eq__ = lambda s, o: True\n    __sub__ = __rsub__ = lambda s, o: 0.0\n    "
        "__lt__ = __eq__\ndef f(): return L()",
        "f",
    )
    lie = f()
    assert isinstance(lie, Handle)
    assert lie != 3
    assert [lie] != [3]
    for operation in (
        lambda: lie - 3,
        lambda: 3 - lie,
        lambda: lie < 3,
        lambda: abs(lie),
        lambda: float(lie),
        lambda: np.ones(2) - lie,
    ):
        with pytest.raises(TypeError):
            operation()


def test_the_name_is_the_variables_not_the_functions(student: Any) -> None:
    assert student("def f(): pass\nf.__name__ = 'easier'", "f").__name__ == "f"


def test_exceptions_come_as_the_built_in_class_or_one_of_their_name(student: Any) -> None:
    f, g, h = student(
        "def f():\n    raise ValueError('bad')\nclass Mine(Exception): pass\ndef g(): raise "
        "Mine('own')\ndef h(): raise NotImplementedError",
        "f",
        "g",
        "h",
    )
    with pytest.raises(ValueError, match=r"bad \(line 3: raise ValueError\('bad'\)\)"):
        f()
    with pytest.raises(Exception, match="own") as caught:
        g()
    assert type(caught.value).__name__ == "Mine"
    with pytest.raises(NotImplementedError, match=r"\A\Z"):
        h()


def test_warnings_prints_and_global_draws_are_noticed(student: Any, capsys: Any) -> None:
    f = student("def f(): print('said'); np.random.rand(); return np.log(np.zeros(1))", "f")
    before = np.random.get_state()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        f()
    assert [w.category for w in caught] == [RuntimeWarning]
    assert capsys.readouterr().out == "said\n"
    assert (
        not np.array_equal(before[1], np.random.get_state()[1])
        or before[2] != np.random.get_state()[2]
    )


def test_a_call_that_does_not_end_fails_and_the_next_one_works(
    student: Any, session: Session
) -> None:
    # Three times its limit of processor time, which a busy machine cannot use up for it.
    source = "import time\ndef f():\n    end = time.process_time() + 6\n"
    source += "    while time.process_time() < end: pass\ndef g(): return 5"
    f, g = student(source, "f", "g")
    with pytest.raises(TimeoutError, match="still running after 2 s"):
        f()
    assert g() == 5
    assert session.deaths == 1


def test_a_call_that_ends_the_process_fails_and_the_state_comes_back(student: Any) -> None:
    f, g = student(
        "import os\nstate = [1]\ndef f(): os._exit(3)\ndef g(): state.append(2); return state",
        "f",
        "g",
    )
    assert g() == [1, 2]
    with pytest.raises(ProcessEnded):
        f()
    assert g() == [1, 2]


def test_handles_of_a_process_that_ended_are_void(student: Any) -> None:
    make, use, die = student(
        "import os\nclass C: pass\ndef make(): return C()\ndef use(c): return 1\ndef die(): "
        "os._exit(1)",
        "make",
        "use",
        "die",
    )
    thing = make()
    assert use(thing) == 1
    with pytest.raises(ProcessEnded):
        die()
    with pytest.raises((TypeError, ProcessEnded)):
        use(thing)
    assert use(make()) == 1


def test_delegation_is_seen_whatever_the_name(student: Any) -> None:
    class Space:
        pass

    for code in ("import nnkit.functional as F\ndef f(z): return F.softmax(z)",
                 "from nnkit.functional import softmax as mine\ndef f(z): return mine(z)"):  # fmt: skip
        space = Space()
        space.f = student(code, "f")  # type: ignore[attr-defined]
        with Watch(space, ("nnkit.functional.softmax",)) as watch:
            space.f(np.ones((2, 3)))  # type: ignore[attr-defined]
        assert watch.seen == {"nnkit.functional.softmax"}
    space.f = student("def f(z): return z", "f")  # type: ignore[attr-defined]
    with Watch(space, ("nnkit.functional.softmax",)) as watch:
        space.f(np.ones(2))  # type: ignore[attr-defined]
    assert not watch.seen


def test_many_calls_leave_nothing_behind(student: Any, session: Session) -> None:
    f = student("def f(g, x): return [g(x + i) for i in range(50)]", "f")
    for _ in range(5):
        f(lambda x: [x], np.ones(3))
    for _ in range(3):  # a container first, then what it held
        session.client.mirror.unused()
    assert len(session.client.mirror.known) < 20


def test_a_runner_of_calls_needs_no_thread_and_ends_with_its_time(
    student: Any, session: Session
) -> None:
    f, g = student("import time\ndef f(): time.sleep(0.2); return 1\ndef g(): return 5", "f", "g")
    threads = threading.active_count()
    runner = CallRunner(0.1)
    late = runner.run(lambda space, case: {"x": f()}, SimpleNamespace(), Case("", {}))
    assert late.problem is not None
    assert late.problem[0] == "timeout"
    assert (
        runner.run(lambda s, c: {"x": g()}, SimpleNamespace(), Case("", {})).problem == late.problem
    )
    assert threading.active_count() == threads
    assert g() == 5
    assert session.deaths == 0


def test_all_calls_of_a_notebooks_tests_share_a_time(student: Any, session: Session) -> None:
    f = student(
        "import time\ndef f():\n    end = time.process_time() + 0.2\n    while time.process_time() "
        "< end: pass",
        "f",
    )
    session.budget.tests_left = 0.3
    f()
    for _ in range(2):
        with pytest.raises(TimeoutError, match=r"more than the .* s of a notebook's tests"):
            f()


def test_sleep_in_many_calls_adds_up(student: Any, session: Session) -> None:
    f = student("import time\ndef f(): time.sleep(0.3)", "f")
    left = session.budget.tests_left
    for _ in range(3):
        f()
    assert left - session.budget.tests_left >= 0.3


def test_a_fault_of_our_own_is_not_taken_for_the_students(
    student: Any, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    f = student("def f(): return 1", "f")

    def broken(*_: Any) -> Any:
        raise AttributeError("a mistake of ours")

    with monkeypatch.context() as patch:
        patch.setattr(session.client, "answer", broken)
        with pytest.raises(GraderFault, match="AttributeError: a mistake of ours"):
            CallRunner(1.0).run(lambda space, case: {"x": f()}, SimpleNamespace(), Case("", {}))
    assert f() == 1


def test_a_check_that_breaks_is_a_fault_and_no_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograder.checking.grading_check.judge", lambda *_: 1 / 0)
    with pytest.raises(GraderFault, match="affine_forward: ZeroDivisionError"):
        GradingCheck(b"secret")(lambda x, w, b: None, exercise="affine_forward")


def test_a_function_that_does_not_end_is_not_called_again_in_its_cell(
    student: Any, session: Session
) -> None:
    f, g = student("def f():\n    while True: pass\ndef g(): return 5", "f", "g")
    for _ in range(20):
        with pytest.raises(TimeoutError):
            f()
    assert g() == 5
    assert session.deaths == 1
    session.end_test()
    assert session.begin_test(["g"])[0]["g"]() == 5


def test_an_iterator_may_give_nothing_zero_or_false_and_goes_on(student: Any) -> None:
    f = student(
        "def f():\n    yield 1\n    yield 0\n    yield None\n    yield False\n    yield ()\n"
        "    yield np.zeros(2)\n    yield 2",
        "f",
    )
    *first, array, last = f()
    assert first == [1, 0, None, False, ()]
    assert (array == 0).all()
    assert last == 2
    with pytest.raises(StopIteration):
        next(student("def g(): return iter([])", "g")())


def answering(answer: Any, kind: str = "i") -> Any:
    """A proxy whose process gives one answer to everything."""
    asked: list[Any] = []

    def operate(*order: Any) -> Any:
        asked.append(order)
        return answer

    session: Any = SimpleNamespace(operate=operate, asked=asked)
    return make(session, kind, "thing")


@pytest.mark.parametrize(
    "answer", [None, (), (True,), (True, 1, 2), [True, 1], (1, 2), (None, 1), "ab", {True: 1}]
)
def test_an_iterator_that_answers_something_else_than_a_value_is_refused(answer: Any) -> None:
    with pytest.raises(RuntimeError, match="something else than a value"):
        next(answering(answer))
    assert next(answering((True, 0))) == 0
    with pytest.raises(StopIteration):
        next(answering((False, None)))


def test_an_iterator_without_end_is_left_after_a_hundred_thousand_values() -> None:
    found = answering((True, 1))
    assert sum(1 for _ in zip(range(100_000), found, strict=False)) == 100_000
    with pytest.raises(OverflowError, match="more than 100,000 values"):
        next(found)


@pytest.mark.parametrize("answer", [None, (), (1,), (1, 2, 3), [1, 2], 2, "ab"])
def test_as_many_answers_as_were_asked_for_have_to_come(answer: Any) -> None:
    f = answering(answer, "f")
    with pytest.raises(RuntimeError, match="2 answers were asked for"):
        f.autograder_remote.call_each(f, [(1,), (2,)])
    with pytest.raises(RuntimeError, match="2 answers were asked for"):
        f.autograder_remote.attribute_of_each([f, f], "grad")
    right = answering((5, 0), "f")
    assert right.autograder_remote.call_each(right, [(1,), (2,)]) == [5, 0]
    assert right.autograder_remote.method_of_each([right, right], "run") == [5, 0]
    assert right._link.session.asked[0][0] == "call each"


def test_what_is_shown_of_a_students_exception_is_bounded() -> None:
    made = exception("ValueError", "a" * 300, "b" * 300)
    assert str(made) == "a" * 200 + " (" + "b" * 140 + ")"
    assert str(exception("ValueError", "a" * 200, "")) == "a" * 200
    own = exception("K" * 99, "text", "")
    assert type(own).__name__ == "K" * 60
    assert type(exception("no name", "text", "")).__name__ == "Exception"
    for kind in ("StopIteration", "StopAsyncIteration", "int", "KeyboardInterrupt"):
        assert isinstance(exception(kind, "text", ""), RemoteError)
    decode = exception("UnicodeDecodeError", "bad byte", "")
    assert (type(decode).__name__, str(decode)) == ("UnicodeDecodeError", "bad byte")


def test_a_label_is_cleaned_and_cut() -> None:
    session: Any = SimpleNamespace()
    assert type(make(session, "o", "<b>Thing</b>")).__name__ == "bThingb"
    assert type(make(session, "o", "x" * 70)).__name__ == "x" * 60
    assert type(make(session, "o", "<>")).__name__ == "object"
    assert type(make(session, "f", "anything")).__name__ == "function"
    assert type(make(session, "k", "anything")).__name__ == "type"
    assert make(session, "f", "named").__name__ == "named"
    assert make(session, "f", "no name").__name__ == "function"


def test_what_takes_part_in_arithmetic_is_what_a_class_of_the_test_cell_made() -> None:
    one = answering(None, "o")
    for operation in (lambda: one + 1, lambda: 1 - one, lambda: -one, lambda: +one):
        with pytest.raises(TypeError):
            operation()
    one._link.computes = True
    _ = 1 - one, one @ one, -one
    asked = one._link.session.asked
    assert [order[:2] for order in asked] == [("binary", "sub"), ("binary", "matmul"),
                                              ("unary", "neg")]  # fmt: skip
    assert asked[0][2] == (1, one)
    with pytest.raises(TypeError):
        _ = one + "text"
