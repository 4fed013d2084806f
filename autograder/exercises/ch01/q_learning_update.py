"""One update of Q-learning: a state's value moves toward reward plus discounted best future."""

from collections.abc import Iterator

import numpy as np

from autograder.checking.exercise import Case, Output, case
from autograder.checking.kinds import function, leads


def tables(rng: np.random.Generator) -> Iterator[Case]:
    """The best next action is not a; a step stays in its state; whole numbers; no future."""
    for s, a, s_next in ((1, 2, 4), (3, 0, 0), (2, 1, 2), (0, 0, 3)):
        q = 3 * rng.standard_normal((5, 3))
        q[s_next, (a + 1) % 3] = q[s_next].max() + 1
        q[(s_next + 2) % 5, a] = q.max() + 2  # the largest value of the table lies elsewhere
        r = float(rng.uniform(1, 2))
        label = f"s = {s}, a = {a}, s_next = {s_next}"
        yield case(label, q=q, s=s, a=a, r=r, s_next=s_next, alpha=0.3, gamma=0.8)
    for sign in (1, -1):  # a step that stays in its state, its action the best there
        q = sign * (1 + rng.random((4, 3)))
        q[1, 2] = q[1].max() + 0.5
        label = f"s = 1, a = 2, s_next = 1, its values {'positive' if sign > 0 else 'negative'}"
        yield case(label, q=q, s=1, a=2, r=0.5, s_next=1, alpha=0.3, gamma=0.8)
    for label, table, s, a, r, s_next, alpha, gamma in (
        ("a table of whole numbers", rng.integers(-4, 5, (4, 3)), 0, 1, 1, 2, 0.25, 0.9),
        ("all values negative", -1 - rng.random((4, 2)), 3, 1, -0.5, 0, 0.5, 0.9),
        ("one action", rng.standard_normal((3, 1)), 2, 0, 0.5, 1, 0.3, 0.8),
        ("one state", rng.standard_normal((1, 3)), 0, 1, 0.5, 0, 0.3, 0.8),
        ("as many states as actions", rng.standard_normal((3, 3)), 0, 2, 1.5, 1, 0.3, 0.8),
        ("gamma = 0, alpha = 1", rng.standard_normal((3, 2)), 2, 0, 2.0, 1, 1.0, 0.0),
    ):
        yield case(label, q=table, s=s, a=a, r=r, s_next=s_next, alpha=alpha, gamma=gamma)


@function(
    says="one update of Q-learning",
    group="four kinds",
    cases=tables,
    outputs=[Output("q_new", axes=("state", "action"), strict=True)],
)
@leads(
    "One entry changes: it moves a part of the way toward what one step has taught.",
    "The target is r + gamma times the best value of the next state; alpha is the part of"
    " the way. Copy the table first.",
)
def q_learning_update(q, s, a, r, s_next, alpha, gamma):
    """q[s, a] + alpha·(r + gamma·max q[s_next] − q[s, a]), in a new table."""
    q_new = np.array(q, dtype=float)  # ~ changes table: q | A new table; the old one stays.
    # ~ whole numbers kept: q.copy() | What happens to 0.25 in an array of whole numbers?
    best = np.max(q[s_next])
    # ~ value of the largest size: q[s_next][np.argmax(np.abs(q[s_next]))]
    #     | The largest value, not the largest size.
    # ~ old state maximum: s_next => s | From which state does the future begin?
    # ~ maximum of the table: np.max(q) | The future begins in s_next.
    # ~ maximum of the column: np.max(q[:, a]) | Which axis of q holds the actions?
    # ~ best action of the old state: q[s_next, np.argmax(q[s])]
    #     | Which action is the best one in s_next?
    # ~ same action: q[s_next, a]
    #     | Q-learning looks at the best next action (SARSA at the one taken).
    # ~ mean for maximum: np.max => np.mean | The best next action counts.
    # ~ position for value: np.max => np.argmax | Its value, not its index.
    # ~ absolute maximum: np.max(np.abs(q[s_next])) | The largest value, not the largest size.
    # ~ maximum at least zero: max(0, np.max(q[s_next])) | All values may be negative.
    q_new[s, a] += alpha * (r + gamma * best - q[s, a])
    # ~ whole row: q_new[s] += alpha * (r + gamma * best - q[s]) | One action was taken; the
    #     others have taught nothing.
    # ~ maximum after the change: q_new[s, a] *= 1 - alpha; q_new[s, a] += alpha * (r + gamma *
    #     np.max(q_new[s_next])) | Where s_next is s: of which table is the largest value taken?
    # ~ gamma missing: gamma * best => best | The future is discounted.
    # ~ reward discounted: alpha * (gamma * (r + best) - q[s, a]) | The reward is here already.
    # ~ old value discounted: alpha * (r + gamma * (best - q[s, a]))
    #     | The discount belongs to what comes later, not to the old value.
    # ~ old value not subtracted: alpha * (r + gamma * best)
    #     | Move a share of the way towards the target.
    # ~ alpha missing: r + gamma * best - q[s, a] | Move a share of the way, not all of it.
    # ~ replaced: q_new[s, a] = alpha * (r + gamma * best - q[s, a]) | Add to the old value.
    # ~ next state updated: q_new[s, a] => q_new[s_next, a] | Whose value has been tried out?
    # ~ whole numbers kept: q_new[s, a] = q[s, a] + alpha * (r + gamma * best - q[s, a])
    # ~ next state on both sides: q_new[s_next, a] += alpha * (r + gamma * best - q[s_next, a])
    #     | Whose value has been tried out?
    # ~ old value of next state: q_new[s, a] = q[s_next, a] + alpha * (r + gamma * best - q[s_next,
    #     a]) | Which old value moves towards the target?
    return q_new
    # ~ only the new entry: q_new[s, a] | The whole table comes back.
    # ~ only the row: q_new[s]
