"""Loss and gradients of a two-layer network: affine, ReLU, affine, cross-entropy, penalty."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.checking.exercise import Case, Output, case
from autograder.checking.kinds import function, leads


def cases(rng: np.random.Generator) -> Iterator[Case]:
    """All sizes differ; one example and one bias of exact zeros put a unit right on its kink."""
    for (n, d, h, k), lam, on_kink in (
        ((5, 4, 6, 3), 0.3, True),
        ((7, 3, 4, 5), 0.0, False),
        ((5, 4, 6, 3), 1.7, False),
    ):
        x = rng.standard_normal((n, d))
        shapes = {"w1": (d, h), "b1": (h,), "w2": (h, k), "b2": (k,)}
        params = {name: rng.standard_normal(shape) for name, shape in shapes.items()}
        if on_kink:
            x[0], params["b1"][:2] = 0.0, 0.0
        while _near_kink(x, params):
            params["w1"] = rng.standard_normal((d, h))
            params["b1"] = np.where(params["b1"] == 0, 0.0, rng.standard_normal(h))
        # In the case without a penalty the largest class does not occur.
        y = rng.permutation(np.arange(n) % (k if lam else k - 1))
        terms = {f"lam·{name}": lam * params[name] for name in ("w1", "w2") if lam}
        yield case(
            f"lam = {lam}", params=params, x=x, y=y, lam=lam, N=n, D=d, H=h, K=k, parts=terms
        )


def _near_kink(x: np.ndarray, params: dict[str, np.ndarray]) -> bool:
    z = x @ params["w1"] + params["b1"]
    alive, dead = (z > 0).any(axis=0), (z < 0).any(axis=0)
    return bool((np.abs(z[z != 0]) < 0.02).any()) or not alive.all() or not dead.any()


def extreme(rng: np.random.Generator) -> Iterator[Case]:
    """Large pre-activations: each example's scores share an offset of its own, 0, 900 and 2000."""
    x = rng.standard_normal((3, 4))
    x[:, 0] = [0.0, 900.0, 2000.0]
    w1, w2 = rng.standard_normal((4, 5)), rng.standard_normal((5, 3))
    w1[:, 0], w1[0], w2[0] = 0.0, 0.0, 1.0
    w1[0, 0] = 1.0
    b1, b2 = np.array([0.5, 1.0, -1.0, 0.3, 2.0]), rng.standard_normal(3)
    params = {"w1": w1, "b1": b1, "w2": w2, "b2": b2}
    label, y = "scores around 0, 900 and 2000", np.array([2, 0, 1])
    yield case(label, params=params, x=x, y=y, lam=0.1, N=3, D=4, H=5, K=3)
    # exp(-50) is far from underflow, and far below 1e-15: a small number inside a log shows.
    certain = {"w1": np.eye(3), "b1": np.zeros(3), "w2": 50 * np.eye(3), "b2": np.zeros(3)}
    x = np.eye(3) + rng.uniform(0, 0.02, (3, 3))
    yield case("certain and wrong", params=certain, x=x, y=np.array([1, 2, 0]), lam=0.1, N=3)


@function(
    says="loss and gradients of a two-layer network",
    group="nets",
    cases=cases,
    extreme=extreme,
    whole="x",
    outputs=[Output("loss"), Output("grads", atol=1e-11)],
    forbids=("nnkit.layers",),
)
@leads(
    "Forward through affine, activation, affine and loss; then back through the same "
    "four in reverse.",
    "Start with the loss's gradient for the scores; each step back gives the gradients "
    "of its own parameters and what the one before needs.",
)
def two_layer_loss(params, x, y, lam):
    """Affine, ReLU, affine, cross-entropy plus lam/2 (sum w1² + sum w2²)."""
    w1, b1, w2, b2 = params["w1"], params["b1"], params["w2"], params["b2"]
    n = len(x)
    z = x @ w1 + b1  # ~ bias1 missing: x @ w1 | Both layers have a bias.
    h = np.maximum(z, 0.0)
    # ~ relu missing: z * 1.0 | Without a non-linearity the two layers are one.
    scores = h @ w2 + b2  # ~ bias2 missing: h @ w2 | Both layers have a bias.
    # ~ relu after output: np.maximum(h @ w2 + b2, 0.0) | Scores may be negative.
    shifted = scores - scores.max(axis=1, keepdims=True)
    # ~ no shift: scores * 1.0 | What is exp(2000)? The softmax does not change when all scores of
    #     an example move together.
    # ~ global shift: scores - scores.max() | Each example has a maximum of its own.
    # ~ maximum of each column: scores - scores.max(axis=0)
    #     | The softmax does not change when all scores of an example move together.
    # ~ row maximum not subtracted: scores - scores.max()
    #     | What are exp(2000) and exp(-2000)? Each example has a maximum of its own: no shift fails
    #     here, and so does one shift for all.
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    # ~ softmax over examples: 1 => 0 | Each example's probabilities sum to 1. Along which axis?
    # ~ row maximum not subtracted: np.log(np.exp(shifted) / np.exp(shifted).sum(axis=1,
    #     keepdims=True))
    loss = -log_p[np.arange(n), y].mean() + 0.5 * lam * ((w1**2).sum() + (w2**2).sum())
    # ~ only the second layer penalized: (w1**2).sum() + (w2**2).sum() => (w2**2).sum()
    #     | Which matrices are penalized?
    # ~ regularization missing in loss: -log_p[np.arange(n), y].mean()
    #     | Which part of the loss does not depend on the data?
    # ~ regularization without half: 0.5 * lam => lam
    #     | Compare the factor in the loss with the one in its gradient.
    # ~ regularization one layer: (w1**2).sum() + (w2**2).sum() => (w1**2).sum()
    #     | Which matrices are penalized?
    # ~ biases penalized: (w2**2).sum() => (w2**2).sum() + (b1**2).sum() + (b2**2).sum()
    #     | Which parameters are penalized?
    # ~ penalty averaged: 0.5 => 0.5 / n | The penalty belongs to the parameters; how many examples
    #     there are does not matter to it.
    # ~ loss summed: log_p[np.arange(n), y].mean => log_p[np.arange(n), y].sum
    #     | Losses of this course average over the batch.
    # ~ loss sign: -log_p[np.arange(n), y].mean() => log_p[np.arange(n), y].mean()
    #     | A loss gets smaller when the prediction gets better.
    # ~ probability for log: log_p => np.exp(log_p)
    #     | Cross-entropy is minus the logarithm of a probability.
    # ~ penalty over n: lam => lam / n | The penalty belongs to the parameters; how many examples
    #     there are does not matter to it.
    # ~ penalty not halved: 0.5 => 1.0
    #     | Value and gradient belong together, and so does the 1/2 in the task.
    # ~ all parameters penalized: (w2**2).sum() => (w2**2).sum() + (b1**2).sum() + (b2**2).sum()
    #     | Which parameters are penalized?
    # ~ 1e-12 in the log: log_p[np.arange(n), y].mean() => np.log(np.exp(log_p[np.arange(n), y]) +
    #     1e-12).mean() | A small number inside the log changes the loss of an example that is
    #     certain and wrong.
    # ~ probability cut off: log_p[np.arange(n), y].mean() => np.log(np.clip(np.exp(
    #     log_p[np.arange(n), y]), 1e-15, 1.0)).mean() | What does an example cost that is certain
    #     and wrong? A bound on p is a bound on the loss.
    # ~ every example with every label: log_p[np.arange(n), y].mean() => log_p[:, y].mean()
    #     | Which entries does log_p[:, y] have? One for each example is wanted.
    # ~ size for squares: (w1**2).sum() + (w2**2).sum() => np.abs(w1).sum() + np.abs(w2).sum()
    #     | The penalty adds up squares.
    # ~ norm for squares: (w1**2).sum() + (w2**2).sum() => np.linalg.norm(w1) + np.linalg.norm(w2)
    #     | The penalty adds up squares.
    # ~ mean of squares: (w1**2).sum() + (w2**2).sum() => (w1**2).mean() + (w2**2).mean()
    #     | The penalty adds up squares.
    # ~ 1e-8 in the log: log_p[np.arange(n), y].mean() => np.log(np.exp(log_p[np.arange(n), y]) +
    #     1e-08).mean()

    dscores = np.exp(log_p)
    dscores[np.arange(n), y] -= 1.0
    # ~ target in every row: dscores[:, y] -= 1.0
    #     | Which entries does p[:, y] have? One in each row is wanted.
    # ~ target not subtracted: pass
    #     | The gradient of the scores compares the prediction with something.
    dscores = dscores / n
    # ~ gradient not averaged: dscores * 1.0
    #     | The loss is an average over the batch. Where does the 1/N go?
    # ~ gradient averaged twice: n => n**2 | Count the factors 1/N on the way down.
    # ~ gradient over classes: n => scores.shape[1]
    #     | The average runs over examples, not over classes.
    # ~ scores gradient sign: -dscores / n | Going downhill has to raise the right class's score.
    dw2 = h.T @ dscores + lam * w2
    # ~ regularization gradient missing: h.T @ dscores | A term of the loss has a gradient too.
    # ~ regularization gradient missing w2: h.T @ dscores | Both matrices are penalized.
    # ~ regularization gradient doubled: lam => 2 * lam | What is the 1/2 in the penalty for?
    # ~ regularization gradient halved: lam => 0.5 * lam | What is the derivative of w²/2?
    # ~ pre activation in dw2: h => z | What is the input of the second layer?
    # ~ penalty over n: lam => lam / n
    # ~ penalty not halved: lam => 2 * lam
    db2 = dscores.sum(axis=0)
    # ~ biases penalized in gradient: dscores.sum(axis=0) + lam * b2
    #     | Which parameters are penalized?
    # ~ db averaged: dscores.mean(axis=0)
    #     | Where a value is copied, gradients add up; 1/N is in dscores already.
    # ~ all parameters penalized: dscores.sum(axis=0) + lam * b2
    dz = (dscores @ w2.T) * (z > 0)  # ~ relu missing: dscores @ w2.T
    # ~ value for mask: z > 0 => h | What is the slope of the ReLU where the unit is on?
    # ~ relu mask missing: dscores @ w2.T | Hidden units that were off pass nothing back.
    # ~ mask from gradient: z => dscores @ w2.T | Which units were on was decided in forward.
    # ~ relu slope at zero: z > 0 => z >= 0 | Which slope has been agreed on at exactly 0?
    dw1 = x.T @ dz + lam * w1  # ~ regularization gradient missing: x.T @ dz
    # ~ only the second layer penalized: x.T @ dz | Which matrices are penalized?
    # ~ regularization gradient missing w1: x.T @ dz | Both matrices are penalized.
    # ~ regularization gradient doubled: lam => 2 * lam
    # ~ regularization gradient halved: lam => 0.5 * lam
    # ~ penalty over n: lam => lam / n
    # ~ penalty not halved: lam => 2 * lam
    db1 = dz.sum(axis=0)  # ~ biases penalized in gradient: dz.sum(axis=0) + lam * b1
    # ~ db averaged: dz.mean(axis=0)
    # ~ all parameters penalized: dz.sum(axis=0) + lam * b1
    return loss, {"w1": dw1, "b1": db1, "w2": dw2, "b2": db2}
    # ~ params changed: b2 -= 0.1; ... | The function measures; the optimizer changes parameters.
    # ~ parameters for gradients: loss, {"w1": w1 - 0.1 * dw1, "b1": b1 - 0.1 * db1, "w2": w2 - 0.1
    #     * dw2, "b2": b2 - 0.1 * db2} | The function measures; the optimizer changes parameters.
    # ~ keys with d: loss, {"dw1": dw1, "db1": db1, "dw2": dw2, "db2": db2}
    #     | The gradients have the keys of params.
