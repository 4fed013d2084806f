"""A gradient check along random directions: two evaluations test all entries at once."""

import numpy as np

from autograder.checking.kinds import function, leads
from autograder.exercises.ch03 import check_along_trial


@function(
    says="a gradient check along random directions",
    group="grad. check",
    cases=check_along_trial.cases,
    outputs=check_along_trial.OUTPUTS,
    trial=check_along_trial.verdict,
    more=check_along_trial.probes,
    may_change=("rng",),
    randomness=True,
    forbids=(
        "nnkit.gradcheck.numerical_gradient",
        "nnkit.gradcheck.complex_step_gradient",
        "nnkit.gradcheck.relative_error",
        "nnkit.gradcheck.check_pair",
        "scipy.optimize.check_grad",
        "scipy.optimize.approx_fprime",
    ),
)
@leads(
    "One random direction tests the whole gradient at once: the slope of f along it is a "
    "single number.",
    "(f(x + εv) − f(x − εv))/(2ε) should be the sum of grad·v; compare relative to the "
    "size of both.",
)
def check_along(f, grad, w, rng, directions=3, eps=1e-5):
    """Return the largest |a - b| / (|a| + |b|), a the slope of f along u, b = grad · u."""
    # ~ directions fixed: directions = 3; ... | directions is an argument.
    # ~ eps ignored: eps = 1e-5; ... | eps is an argument.
    w, worst = np.array(w, dtype=float), 0.0
    # ~ float32: np.array(w)
    #     | Single precision has seven digits. How many are left after a step of 1e-5?
    for _ in range(directions):
        # ~ one direction too many: directions => directions + 1
        #     | How many directions are asked for?
        u = rng.standard_normal(w.shape)
        # ~ positive directions: rng.random(w.shape)
        #     | Errors of opposite sign cancel. Which signs can the entries of u have?
        # ~ ignores rng: np.random.default_rng(0).standard_normal(w.shape)
        #     | Two calls with different generators should look along different directions.
        # ~ one axis: (np.arange(w.size) == rng.integers(w.size)).astype(float).reshape(w.shape)
        #     | A direction that moves one entry tests one entry.
        # ~ same shift for all: np.full(w.shape, rng.choice([-1.0, 1.0]))
        #     | Errors of opposite sign cancel. Which directions are there besides (1, 1, ..., 1)?
        u = u / np.linalg.norm(u)
        # ~ each row normalized: u / np.linalg.norm(u, axis=-1, keepdims=True)
        #     | Length 1 over all entries: over which is your norm taken?
        # ~ sum of sizes for norm: u / np.abs(u).sum()
        #     | The length is the root of a sum of squares.
        # ~ not normalized: pass | How long is a unit direction?
        # ~ square for norm: np.linalg.norm(u) => np.sum(u**2) | Which power of the length is this?
        # ~ float32: u = (u / np.linalg.norm(u)).astype(w.dtype)
        high = f(w + eps * u)
        low = f(w - eps * u)
        # ~ one sided: f(w) | Step to both sides: what does the error of the slope do?
        slope, along = (high - low) / (2 * eps), np.sum(grad * u)
        # ~ brackets missing: (high - low) / 2 * eps, np.sum(grad * u)
        #     | What does Python divide by in a / 2 * eps?
        # ~ half missing: 2 * eps => eps | How far apart are the two points?
        # ~ one sided: (high - low) / eps, np.sum(grad * u)
        # ~ norm for product: np.sum(grad * u) => np.linalg.norm(grad)
        #     | How fast does f grow along u, if grad is right?
        worst = max(worst, abs(slope - along) / max(abs(slope) + abs(along), 1e-300))
        # ~ last direction only: abs(slope - along) / max(abs(slope) + abs(along), 1e-300)
        #     | One direction may miss a bug. Which of the differences is returned?
        # ~ smallest: min(worst or 9.0, abs(slope - along) / max(abs(slope) + abs(along), 1e-300))
        #     | A check is as good as the worst difference it reports.
        # ~ mean for largest: worst + abs(slope - along) / max(abs(slope) + abs(along), 1e-300) /
        #     directions | A check is as good as the worst difference it reports.
        # ~ added up: worst + abs(slope - along) / max(abs(slope) + abs(along), 1e-300)
        #     | A check is as good as the worst difference it reports.
        # ~ small number below: max(abs(slope) + abs(along), 1e-300) =>
        #     abs(slope) + abs(along) + 1e-8
        #     | A gradient may be small everywhere. Only 0 by 0 needs care.
        # ~ zero by zero: max(abs(slope - along) / (abs(slope) + abs(along)), worst)
        #     | What do you divide by where the slope and the claim are both 0?
        # ~ absolute difference: max(worst, abs(slope - along))
        #     | Relative to what? A large gradient has large rounding errors.
        # ~ sizes compared: abs(slope - along) => abs(abs(slope) - abs(along))
        #     | A gradient of the wrong sign has the right size.
        # ~ sign kept: abs(slope - along) => (slope - along)
        #     | Too large and too small are both wrong.
    return worst
    # ~ verdict for number: bool(worst < 1e-6) | A number is asked for, not a verdict.
