"""How Value is tried: expressions on leaves of their own, their values and every gradient."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from autograder.checking.exercise import Case, Probe
from autograder.checking.recording import build_each
from autograder.checking.remote import attribute_of_each, call_each, method_of_each
from autograder.checking.values import as_array, plain

# Builds an expression from the leaves that its parameters name; a dict names its parts, "out" last.
Build = Callable[..., Any]

TWO: dict[str, Build] = {
    "a + b": lambda a, b: a + b,
    "a - b": lambda a, b: a - b,
    "a * b": lambda a, b: a * b,
    "a / b": lambda a, b: a / b,
    "b / a": lambda a, b: b / a,
    "c / a": lambda a, c: c / a,
}
RIGHT: dict[str, Build] = {
    "a + 2.5": lambda a: a + 2.5,
    "a - 2.5": lambda a: a - 2.5,
    "c * 2.5": lambda c: c * 2.5,
    "a / 2.5": lambda a: a / 2.5,
    "a ** 2.5": lambda a: a**2.5,
    "c ** 2": lambda c: c**2,
    "c ** 3": lambda c: c**3,
    "a ** -1": lambda a: a**-1,
    "b ** 0.5": lambda b: b**0.5,
    "a * 3": lambda a: a * 3,
    "max with a smaller number": lambda a: a.max(0.5),
    "max with a larger number": lambda a: a.max(2.5),
    "max with 0": lambda c: c.max(0),
}
LEFT: dict[str, Build] = {
    "2.5 + a": lambda a: 2.5 + a,
    "2.5 - a": lambda a: 2.5 - a,
    "2.5 * c": lambda c: 2.5 * c,
    "2.5 / a": lambda a: 2.5 / a,
    "2.5 ** a": lambda a: 2.5**a,
    "3 * b": lambda b: 3 * b,
    "1 / c": lambda c: 1 / c,
    "0 + a + b": lambda a, b: sum([a, b]),
}
FUNCTIONS: dict[str, Build] = {
    "exp": lambda a: a.exp(),
    "exp of a negative number": lambda c: c.exp(),
    "log": lambda a: a.log(),
    "log of less than 1": lambda b: b.log(),
    "tanh": lambda b: b.tanh(),
    "tanh of a negative number": lambda c: c.tanh(),
    "max, the first larger": lambda a, b: a.max(b),
    "max, the second larger": lambda a, b: b.max(a),
    "max of two that are not leaves": lambda a, b, c: (a * c).max(b * c),
}


def _circuit(a: Any, b: Any, c: Any) -> dict[str, Any]:
    s = a * b + c
    return {"s": s, "out": 1 / (1 + (0 - s).exp())}


def _diamond(a: Any, b: Any, c: Any) -> dict[str, Any]:
    u = a * b
    v = u + c
    w = u * v
    return {"u": u, "v": v, "w": w, "out": w + u * a}


def _early_and_late(a: Any, b: Any, c: Any) -> dict[str, Any]:
    # p is used by the result itself and deep below it: a walk that does not wait gets it wrong.
    p = a * c
    q = (p + b).tanh()
    r = q * p - q
    return {"p": p, "q": q, "r": r, "out": p * (r + q) + p}


def _late_and_early(a: Any, b: Any, c: Any) -> dict[str, Any]:
    p = a - c
    q = p * b
    r = q.exp() + p
    return {"p": p, "q": q, "r": r, "out": (r * q).max(c) / (r + 2) * p}


def _beside_its_input(a: Any, b: Any) -> dict[str, Any]:
    # The maximum is a Value of its own: what comes back to it is less than what comes back to a.
    m = a.max(b)
    return {"m": m, "out": m * 2 + a * 3}


def _doubled(a: Any) -> dict[str, Any]:
    # 2⁴⁰ paths lead from the result to a: a walk along every path never ends.
    for _ in range(40):
        a = a + a
    return {"out": a}


SHARED: dict[str, Build] = {
    "a + a": lambda a: {"out": a + a},
    "a * a": lambda a: {"out": a * a},
    "a used three times": lambda a, b, c: {"out": a * b + a * c + a},
    "(a + b) * c": lambda a, b, c: {"out": (a + b) * c},
    "the logistic circuit": _circuit,
    "a diamond": _diamond,
    "used early and late": _early_and_late,
    "used late and early": _late_and_early,
    "powers shared": lambda a, b: {"out": a**3 * a**2 - 2**b * a},
    "a maximum beside its input": _beside_its_input,
}
USED_OFTEN = (
    "where each Value is used once, all is right. The gradient of one that is used more often is "
    "the sum over its uses, and it hands that on once, when all of them have added their share."
)
MANY_PATHS = (
    "2⁴⁰ paths lead from the result to this Value: a walk along each of them never ends. Visit "
    "every node once, and let it hand on the sum of what has come in."
)
EQUAL: dict[str, Build] = {
    "a * b + b": lambda a, b: a * b + b,
    "a ** 2 - b": lambda a, b: a**2 - b,
    "a alone": lambda a: a,
}
WHOLE: dict[str, Build] = {
    **{label: TWO[label] for label in ("a + b", "a * b", "a / b")},
    "c ** 2": RIGHT["c ** 2"],
    "(a + b) * c": lambda a, b, c: (a + b) * c,
    "tanh": FUNCTIONS["tanh"],
    "1 / c": LEFT["1 / c"],
}
FAR: dict[str, Build] = {
    "tanh of a": lambda a: a.tanh(),
    "tanh of b": lambda b: b.tanh(),
    "exp of b": lambda b: b.exp(),
    "c ** 2": RIGHT["c ** 2"],
}


AFRESH = (
    "backward() sets the gradient of every Value that the result was made from afresh, leaves and "
    "those between: what stood there, and what an earlier call has seen, has no part in it."
)
DOUBLED = "doubled forty times"


def cases(rng: np.random.Generator) -> Iterator[Case]:
    """a > 1, 0 < b < 1, c < 0: every operation sees each sign it is defined for."""
    for label, expressions in (
        ("two Values", TWO),
        ("a number on the right", RIGHT),
        ("a number on the left", LEFT),
        ("functions", FUNCTIONS),
        ("Values used more than once", SHARED),
    ):
        a, b, c = (float(rng.uniform(*ends)) for ends in ((1.2, 2.2), (0.3, 0.8), (-1.5, -0.4)))
        yield graph_case(label, expressions, a=a, b=b, c=c)


def graph_case(label: str, expressions: dict[str, Build], **leaves: float) -> Case:
    """Expressions to build on the given leaves."""
    used = {k: list(inspect.signature(build).parameters) for k, build in expressions.items()}
    lead = USED_OFTEN if expressions is SHARED else ""
    lead = MANY_PATHS if DOUBLED in expressions else lead
    return Case(label, leaves, {"expressions": expressions, "used": used}, lead=lead, about="grad")


def more(drawn: list[Case], rng: np.random.Generator) -> list[Probe]:
    """Whole numbers, calls of backward one after another, and the far ends of the functions."""
    equal = graph_case("two Values of one size", EQUAL, a=1.75, b=1.75, c=-0.5)
    far = graph_case("a = 300, b = -300, c = 0", FAR, a=300.0, b=-300.0, c=0.0)
    return [
        Probe("values", equal),
        Probe(
            "values",
            Case("the larger of two equal numbers", dict.fromkeys("ab", 1.75) | {"c": -0.5}),
            tie_trial,
        ),
        Probe("repeatable", replace(drawn[0], lead=AFRESH, about=""), again_trial),
        Probe("whole numbers", graph_case("whole numbers", WHOLE, a=3, b=2, c=-4)),
        Probe("extreme values", far),
        # Last, since nothing is asked of a function that did not come back.
        Probe("cost", graph_case("a graph of many paths", {DOUBLED: _doubled}, a=1.5)),
    ]


def trial(f: Any, case: Case) -> dict[str, Any]:
    """Each expression on leaves of its own: its value, and the gradient of everything in it."""
    used = [(label, name) for label, names in case["used"].items() for name in names]
    made = call_each(f.Value, [(case[name],) for _, name in used])
    leaves = dict(zip(used, made, strict=True))
    results: list[Any] = []
    nodes: dict[str, Any] = {}
    given = [{name: leaves[label, name] for name in case["used"][label]} for label in case["used"]]
    every = build_each([in_parts(case["expressions"][label]) for label in case["used"]], given)
    for label, parts in zip(case["used"], every, strict=True):
        results.append(list(parts.values())[-1])
        nodes |= {f"{label}: {name}": node for name, node in parts.items()}
    method_of_each(results, "backward")
    ends = {f"{label}: {name}": leaf for (label, name), leaf in leaves.items()}
    return {"data": read(nodes, "data"), "grad": read({**nodes, **ends}, "grad")}


def in_parts(build: Build) -> Callable[..., dict[str, Any]]:
    """Return an expression that names its parts, be it a single one."""

    def built(**leaves: Any) -> dict[str, Any]:
        made = build(**leaves)
        return made if type(made) is dict else {"itself": made}

    return built


def tie_trial(f: Any, case: Case) -> dict[str, Any]:
    """The maximum of two equal Values: 1 to either of them, or a half to both; 1 in all."""
    a, b, c = call_each(f.Value, [(case[k],) for k in "abc"])
    out = a.max(b) * c
    out.backward()
    grad = read({"a": a, "b": b}, "grad")
    both = [v for v in map(as_array, grad.values()) if v is not None and not v.ndim]
    if len(both) < 2:
        return {"data": read({"out": out}, "data"), "grad": grad}
    return {
        "data": read({"out": out}, "data"),
        "grad": {"equal numbers: the shares of a and b together": float(sum(both))},
    }


def read(nodes: dict[str, Any], name: str) -> dict[str, Any]:
    """An attribute of each node, as a plain value."""
    values = attribute_of_each(list(nodes.values()), name)
    return {label: plain(value) for label, value in zip(nodes, values, strict=True)}


def again_trial(f: Any, case: Case) -> dict[str, Any]:
    """backward() twice, from a part, from what was built on top, and beside another graph."""
    a, b, c, d = call_each(f.Value, [(case[k],) for k in "abcb"])
    u = a * b
    out = u * c + u
    top = out.exp()
    other = a * d
    grad: dict[str, Any] = {}

    def note(when: str, **nodes: Any) -> None:
        grad.update(read({f"{when}: {k}": v for k, v in nodes.items()}, "grad"))

    out.backward()
    note("once", a=a, b=b, c=c, u=u, out=out)
    out.backward()
    note("twice", a=a, b=b, c=c, u=u, out=out)
    top.backward()
    note("from above", a=a, out=out, top=top)
    u.backward()
    note("from a part", a=a, b=b, u=u)
    note("what the part was not made from", c=c, top=top, out=out)
    other.backward()
    note("another graph with the same a", a=a, d=d)
    note("the first graph after that", b=b, u=u, c=c)
    return {"grad": grad, "data": read({"out": out, "top": top}, "data")}
