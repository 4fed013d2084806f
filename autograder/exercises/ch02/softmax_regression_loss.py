"""The loss of softmax regression, penalty included, with its gradients."""

from collections.abc import Iterator

import numpy as np

from autograder.checking.exercise import Case, Output, case
from autograder.checking.kinds import function, leads


def regressions(rng: np.random.Generator) -> Iterator[Case]:
    """All sizes differ; with and without a penalty; a bias that matters."""
    for n, d, k, lam in ((4, 3, 5, 0.7), (5, 4, 3, 0.05), (3, 2, 4, 0.0)):
        w, b = rng.standard_normal((d, k)), 2 * rng.standard_normal(k)
        # In the last case the largest class does not occur.
        x, y = rng.standard_normal((n, d)), rng.integers(0, k - (lam == 0), n)
        parts = {"lam·w": lam * w, "lam·b": lam * b} if lam else {}
        label = f"lam = {lam:g}, N = {n}, D = {d}, K = {k}"
        yield case(label, w=w, b=b, x=x, y=y, lam=lam, N=n, D=d, K=k, parts=parts)


def huge(rng: np.random.Generator) -> Iterator[Case]:
    """Scores in the thousands."""
    w, x = 100 * rng.standard_normal((3, 4)), 50 * rng.standard_normal((5, 3))
    yield case("scores up to ±10,000", w=w, b=np.zeros(4), x=x, y=rng.integers(0, 4, 5), lam=0.1)


@function(
    says="the loss of softmax regression and its gradients",
    group="softmax, CE",
    cases=regressions,
    extreme=huge,
    whole="x",
    outputs=(
        Output("loss", tol=1e-9),
        Output("dw", axes=("input", "class")),
        Output("db", axes=("class",)),
    ),
)
@leads(
    "Three parts that you have written: scores of an affine map, their cross-entropy, the penalty.",
    "With ds = (p − onehot)/N: each weight wⱼₖ reaches the loss through column k of the "
    "scores, with strength xⱼ.",
)
def softmax_regression_loss(w, b, x, y, lam):
    """Cross-entropy of x·w + b plus lam/2 · sum w², with its gradients."""
    n = len(x)
    scores = x @ w + b  # ~ bias ignored: x @ w | The scores need b.
    shifted = scores - scores.max(axis=1, keepdims=True)  # ~ no shift: scores | What is exp(1000)?
    # ~ shift by column: scores - scores.max(axis=0)
    #     | What may be subtracted without a change: one number from each row, or from each column?
    # ~ global shift: scores - scores.max()
    #     | A row far below the largest one underflows; what is log 0?
    # ~ one shift for all: scores - scores.max()
    # ~ columns shifted: scores - scores.max(axis=0)
    #     | What may be subtracted without a change: one number from each row, or from each column?
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    # ~ one shift for all: np.log(np.exp(shifted) / np.exp(shifted).sum(axis=1, keepdims=True))
    # ~ log of probability: np.log(np.exp(shifted) / np.exp(shifted).sum(axis=1, keepdims=True))
    #     | A probability can round to zero before its log is taken.
    # ~ columns shifted: np.log(np.exp(shifted) / np.exp(shifted).sum(axis=1, keepdims=True))
    loss = -log_p[np.arange(n), y].mean() + lam / 2 * np.sum(w**2)  # ~ not averaged
    # ~ penalty missing in loss: -log_p[np.arange(n), y].mean() | The loss has two parts.
    # ~ penalty without half: lam / 2 => lam
    #     | Value and gradient of the penalty have to belong together.
    # ~ bias penalized: np.sum(w**2) => np.sum(w**2) + np.sum(b**2) | The bias is not penalized.
    # ~ norm not squared: np.sum(w**2) => np.sqrt(np.sum(w**2))
    #     | The penalty adds up squares; no root is taken.
    # ~ 1e-12 in the log: log_p[np.arange(n), y].mean() => np.log(np.exp(log_p[np.arange(n), y]) +
    #     1e-12).mean() | A small number inside the log puts a ceiling on the loss.
    # ~ 1e-8 in the log: log_p[np.arange(n), y].mean() => np.log(np.exp(log_p[np.arange(n), y]) +
    #     1e-08).mean()
    # ~ penalty not halved: lam / 2 => lam
    #     | Value and gradient belong together, and so does the 1/2 in the task.
    # ~ penalty over n: lam / 2 => lam / (2 * n)
    #     | The penalty belongs to the weights; how many examples there are does not matter to it.
    dscores = np.exp(log_p)
    dscores[np.arange(n), y] -= 1
    # ~ one hot missing: pass | The score of the right class should be pushed up.
    # ~ labels subtracted: dscores = dscores - y[:, None]
    #     | In p − y, y stands for a row with a single 1: where?
    # ~ divided first: dscores /= n; ... | Both parts of p − y are averaged: what comes first?
    # ~ labels from one: y => y - 1
    #     | Which numbers do the classes have, and the columns of the scores?
    dscores /= n
    # ~ gradient not averaged: pass | The loss averages over the batch; so do its gradients.
    # ~ divided first: pass
    dw = x.T @ dscores + lam * w
    # ~ penalty missing in gradient: x.T @ dscores | Both parts of the loss depend on w.
    # ~ penalty gradient doubled: lam => 2 * lam | Half of the square has a simple derivative.
    # ~ penalty gradient halved: lam => lam / 2
    # ~ gradient averaged twice: x.T @ dscores / n + lam * w | Each 1/N of the loss appears once.
    # ~ penalty averaged: lam * w => lam * w / n | The penalty knows nothing of N.
    # ~ sign: x.T => -x.T | Step against the gradient: the loss should fall.
    # ~ penalty not halved: lam => 2 * lam
    # ~ penalty over n: lam => lam / n
    db = dscores.sum(axis=0)  # ~ keeps axis
    # ~ summed over classes: dscores.sum(axis=1) | db has an entry for each class.
    # ~ averaged | dscores holds 1/N already.
    # ~ bias penalized: dscores.sum(axis=0) + lam * b
    # ~ bias gradient penalized: dscores.sum(axis=0) + lam * b | The bias is not penalized.
    return loss, dw, db
    # ~ last two exchanged
