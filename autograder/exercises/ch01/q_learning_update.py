"""Gradient descent, self-training, Q-learning: learning as a repeated step."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.checking.exercise import Case, Output, case
from autograder.checking.kinds import function


def tables(rng: np.random.Generator) -> Iterator[Case]:
    """More states than actions; the best next action is not a; a step that stays in its state; whole numbers; no future."""
    for s, a, s_next in ((1, 2, 4), (3, 0, 0), (2, 1, 2), (0, 0, 3)):
        q = 3 * rng.standard_normal((5, 3))
        q[s_next, (a + 1) % 3] = q[s_next].max() + 1
        q[(s_next + 2) % 5, a] = q.max() + 2  # the largest value of the table lies elsewhere
        yield case(
            f"s = {s}, a = {a}, s_next = {s_next}",
            q=q,
            s=s,
            a=a,
            r=float(rng.uniform(1, 2)),
            s_next=s_next,
            alpha=0.3,
            gamma=0.8,
        )
    yield case(
        "a table of whole numbers",
        q=rng.integers(-4, 5, (4, 3)),
        s=0,
        a=1,
        r=1,
        s_next=2,
        alpha=0.25,
        gamma=0.9,
    )
    yield case(
        "all values negative",
        q=-1 - rng.random((4, 2)),
        s=3,
        a=1,
        r=-0.5,
        s_next=0,
        alpha=0.5,
        gamma=0.9,
    )
    yield case(
        "gamma = 0, alpha = 1",
        q=rng.standard_normal((3, 2)),
        s=2,
        a=0,
        r=2.0,
        s_next=1,
        alpha=1.0,
        gamma=0.0,
    )


@function(
    says="one update of Q-learning",
    group="four kinds",
    cases=tables,
    outputs=[Output("q_new", axes=("state", "action"))],
)
def q_learning_update(q, s, a, r, s_next, alpha, gamma):
    """q[s, a] + alpha·(r + gamma·max q[s_next] − q[s, a]), in a new table."""
    q_new = np.array(q, dtype=float)  # ~ changes table: q | A new table; the old one stays.
    # ~ whole numbers kept: q.copy() | What happens to 0.25 in an array of whole numbers?
    q_new[s, a] += alpha * (r + gamma * np.max(q[s_next]) - q[s, a])
    # ~ old state maximum: s_next => s | From which state does the future begin?
    # ~ maximum of the table: q[s_next] => q | The future begins in s_next.
    # ~ same action: np.max(q[s_next]) => q[s_next, a]
    #     | Q-learning looks at the best next action (SARSA at the one taken).
    # ~ mean for maximum: np.max => np.mean | The best next action counts.
    # ~ gamma missing: alpha * (r + np.max(q[s_next]) - q[s, a]) | The future is discounted.
    # ~ old value not subtracted: alpha * (r + gamma * np.max(q[s_next]))
    #     | Move a share of the way towards the target.
    # ~ replaced: q_new[s, a] = alpha * (r + gamma * np.max(q[s_next]) - q[s, a])
    #     | Add to the old value.
    # ~ alpha missing: r + gamma * np.max(q[s_next]) - q[s, a]
    #     | Move a share of the way, not all of it.
    # ~ next state updated: q_new[s, a] => q_new[s_next, a] | Whose value has been tried out?
    # ~ whole numbers kept: q_new[s, a] = q[s, a] + alpha * (r + gamma * np.max(q[s_next]) - q[s,
    #     a])
    # ~ absolute maximum: q[s_next] => np.abs(q[s_next]) | The largest value, not the largest size.
    # ~ reward discounted: alpha * (gamma * (r + np.max(q[s_next])) - q[s, a])
    #     | The reward is here already.
    # ~ position for value: np.max => np.argmax | Its value, not its index.
    # ~ maximum at least zero: np.max(q[s_next]) => max(0, np.max(q[s_next]))
    #     | All values may be negative.
    return q_new
