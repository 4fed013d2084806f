"""Claims of notebook 3.4: starts of the right size, four learning rates, how much to drop."""

from __future__ import annotations

from functools import cache

import numpy as np

from nnkit import data, optim
from tests.claims.ch03_4_practice import digits, loss_by_rate, text
from tests.claims.claim import Found, claim
from tests.claims.larger import larger
from tests.claims.notebook import load


@cache
def after_five_epochs(name: str, seed: int, rate: float = 0.03) -> tuple[float, float]:
    """Growth of |dw| from layer 8 to layer 1 at the start, and the loss after five epochs."""
    t = load("03_feedforward/04_training_in_practice", "schemes")
    x, y, _, _ = digits(seed)
    z = (x - x.mean(axis=0)) / (x.std(axis=0) + 1e-2)
    rng, layers = np.random.default_rng(seed), []
    for _ in range(8):
        layers += [
            t.Linear(64, 64, rng=rng, init=t.schemes[name][1]),
            t.Tanh() if "tanh" in name else t.ReLU(),
        ]
    net = t.Sequential(*layers, t.Linear(64, 10, rng=rng, init=t.schemes[name][1]))
    _, cache_ = t.F.cross_entropy_forward(net(z[:500]), y[:500])
    net.backward(t.F.cross_entropy_backward(cache_))
    first, last = (np.linalg.norm(net.gradients()[f"{2 * k}.w"]) for k in (0, 7))
    sgd = optim.SGD(net, rate)
    with np.errstate(all="ignore"):
        history = t.fit(net, z, y, optimizer=sgd, epochs=5, batch_size=32, rng=rng, progress=False)
    return float(first / last), float(history.train_loss[-1])


@cache
def at_its_own_rate(name: str, seed: int) -> float:
    """Smallest loss after five epochs of the rates 0.01 to 0.3."""
    losses = [after_five_epochs(name, seed, rate)[1] for rate in (0.01, 0.03, 0.1, 0.3)]
    return float(np.nanmin(losses))


@claim("3.4", "loss after five epochs, tanh from 0.01", "from Xavier", short=0, long=5)
def from_too_small_a_start_nothing_moves_and_xavier_learns_at_once(seed: int) -> Found:
    small, xavier = (after_five_epochs(f"tanh, {s}", seed)[1] for s in ("std 0.01", "Xavier"))
    return Found(abs(small - np.log(10)) < 0.02 and xavier < 0.7, small, xavier)


@claim("3.4", "|dw| of layer 1 over layer 8, tanh from 1", "from Xavier", short=0, long=5)
def from_too_large_a_start_the_gradient_grows_a_hundredfold_on_its_way_down(seed: int) -> Found:
    large, xavier = (after_five_epochs(f"tanh, {s}", seed)[0] for s in ("std 1", "Xavier"))
    return Found(large > 30 and 0.2 < xavier < 5, large, xavier)


@claim("3.4", "loss after five epochs, ReLU from Xavier", "from He", short=0, long=5)
def he_saves_the_epochs_that_relu_needs_from_xavier(seed: int) -> Found:
    xavier, he = (after_five_epochs(f"ReLU, {s}", seed)[1] for s in ("Xavier", "He"))
    return Found(he < xavier / 2, xavier, he)


@claim("3.4", "best loss, ReLU from Xavier over He", "better bad start over He", short=0, long=5)
def at_rates_of_their_own_he_stays_ahead_of_xavier_and_bad_starts_far_behind(seed: int) -> Found:
    he = at_its_own_rate("ReLU, He", seed)
    xavier = at_its_own_rate("ReLU, Xavier", seed) / he
    bad = min(at_its_own_rate(f"tanh, std {size}", seed) for size in ("0.01", "1")) / he
    return Found(xavier > 1 and bad > 3 * xavier, xavier, bad)


@cache
def ends_by_rate(seed: int) -> list[float]:
    """Loss of the last 45 steps of six epochs of SGD, at a low, good, high, too high rate, 0.6."""
    t = text()
    x, y, x_test, y_test = data.digits(rng=np.random.default_rng(seed))
    t.globals_.update(x_train=x, y_train=y, x_test=x_test, y_test=y_test)
    with np.errstate(all="ignore"):
        ends = [
            t.train_with(t.sgd_step, lr, 6, seed)[0][-45:].mean()
            for lr in (0.01, 0.3, 0.8, 2.5, 0.6)
        ]
    return [float(min(end, 9.0)) if np.isfinite(end) else 9.0 for end in ends]


@claim("3.4", "smallest loss of a low, high, too high rate", "good rate", short=1, long=20)
def a_good_rate_beats_a_low_a_high_and_a_too_high_one(seed: int) -> Found:
    low, good, high, too_high, _ = ends_by_rate(seed)
    return Found(good < min(low, high) and too_high > 1.5, min(low, high, too_high), good)


@claim("3.4", "loss at rate 0.6", "at 0.3", share=0.2, short=0, long=20)
def at_a_rate_of_six_tenths_it_ends_above_the_good_one_on_some_splits_only(seed: int) -> Found:
    return larger(ends_by_rate(seed)[4], ends_by_rate(seed)[1])


@claim("3.4", "best rate of SGD over Adam's", "over momentum's", share=0.8, short=0, long=5)
def rmsprop_and_adam_want_rates_thirty_to_a_hundred_times_smaller(seed: int) -> Found:
    best = text().sweep[loss_by_rate(seed)[:, :-1].argmin(axis=1)]
    ratio = [float(best[0] / rate) for rate in best]
    return Found(9 < ratio[4] < 110 and ratio[4] > ratio[1], ratio[4], ratio[1])


@cache
def by_keep(seed: int) -> dict[float, float]:
    """Test accuracy by keep, with 80 of 400 labels wrong."""
    t, rng = text(), np.random.default_rng(seed)
    x, y, x_test, y_test = digits(seed)
    labels = y[:400].copy()
    labels[:80] = (labels[:80] + rng.integers(1, 10, 80)) % 10
    t.globals_.update(few_x=x[:400], few_y=labels, x_test=x_test, y_test=y_test)
    return {
        keep: float(t.accuracy(t.wide_net(keep, seed, curves=False)[0], x_test, y_test))
        for keep in (1.0, 0.8, 0.5, 0.3)
    }


@claim(
    "3.4", "keep 0.5 minus keep 0.8, wrong labels", "keep 0.8 minus 1", share=0.8, short=0, long=5
)
def with_wrong_labels_dropping_half_gains_more_than_dropping_a_fifth(seed: int) -> Found:
    found = by_keep(seed)
    more, some = found[0.5] - found[0.8], found[0.8] - found[1.0]
    return Found(more > 0 and found[0.5] > found[1.0], more, some)
