"""Claims of notebooks 4.3 and 4.4: fields, dilation, kernels from photographs, deep gradients."""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace

import numpy as np

from nnkit import data, optim
from nnkit.layers import Conv2d, ReLU, Sequential
from nnkit.train import fit
from tests.claims.claim import Found, claim
from tests.claims.notebook import load


@cache
def lenet_text() -> SimpleNamespace:
    return load("04_cnn/03_a_lenet_on_digits", "grays")


@cache
def deep_text() -> SimpleNamespace:
    values = ("x_train", "y_train", "CHANNELS", "depths", "units", "variants", "shares")
    return load("04_cnn/04_deep_networks", *values)


@claim("4.3", "pixels seen of the field, rule kept", "rule broken in one layer", long=100)
def no_pixel_is_left_out_exactly_when_each_dilation_is_at_most_the_field_below(seed: int) -> Found:
    t, rng = lenet_text(), np.random.default_rng(seed)
    kept: list[int] = []
    for _ in range(int(rng.integers(2, 4))):
        kept.append(int(rng.integers(1, t.receptive_field([(3, 1, d) for d in kept]) + 1)))
    below = int(rng.integers(0, len(kept)))
    broken = [*kept[:below], t.receptive_field([(3, 1, d) for d in kept[:below]]) + 1]
    shares = []
    for dilations in (kept, broken):
        field = t.receptive_field([(3, 1, d) for d in dilations])
        seen = np.count_nonzero(t.ways(dilations, field + 2))
        shares.append(seen / field**2)
    return Found(shares[0] == 1 > shares[1], *shares)


@claim("4.3", "share of the gradient in the middle 27 % of the field", "share of the area", long=10)
def the_middle_of_the_field_carries_most_of_the_gradient(seed: int) -> Found:
    middle = float(lenet_text().influence(seed)[7:18, 7:18].sum())
    return Found(middle > 0.5, middle, 121 / 441)


@claim("4.3", "spread of 20 layers over that of 5", "field of 20 over that of 5", short=0, long=10)
def four_times_the_layers_double_the_spread_and_nearly_quadruple_the_field(seed: int) -> Found:
    t = lenet_text()
    twenty, five = (float(t.spread(t.influence(seed, depth, 41))) for depth in (20, 5))
    field = t.receptive_field([(3, 1, 1)] * 20) / t.receptive_field([(3, 1, 1)] * 5)
    return Found(1.7 < twenty / five < 2.3, twenty / five, field)


@claim("4.3", "measured spread over the root of 2L/3, 12 layers", "reach over it", long=10, short=2)
def the_spread_is_the_square_root_of_two_thirds_of_the_layers(seed: int) -> Found:
    t, root = lenet_text(), np.sqrt(2 * 12 / 3)
    ratio = float(t.spread(t.influence(seed, 12, 31)) / root)
    return Found(0.8 < ratio < 1.2, ratio, float(12 / root))


@cache
def misread(make: str, rate: float, epochs: int, seed: int) -> int:
    """Mistakes on one half of the digits after training on the other."""
    x, y, x_new, y_new = data.digits(rng=np.random.default_rng(seed), flat=False, test_size=0.5)
    rng = np.random.default_rng(seed)
    net = getattr(lenet_text(), make)(rng)
    plan = optim.cosine(rate, epochs=epochs)
    fit(net, x.astype(np.float32), y, optimizer=optim.Adam(net, rate), schedule=plan,
        epochs=epochs, rng=rng, progress=False)  # fmt: skip
    return int(np.sum(net(x_new.astype(np.float32)).argmax(axis=1) != y_new))


@claim("4.3", "spread in pixels, before training", "after", share=0.8, short=0, long=5)
def training_mostly_narrows_the_effective_field_of_the_net_on_the_canvas(seed: int) -> Found:
    t, rng = lenet_text(), np.random.default_rng(seed)
    x, y, _, _ = data.digits(rng=np.random.default_rng(0), flat=False)
    net, start = t.all_convolutional(rng), t.all_convolutional(np.random.default_rng(seed))
    canvases = np.concatenate([t.anywhere(x.astype(np.float32), rng) for _ in range(2)])
    fit(net, canvases, np.tile(y, 2), optimizer=optim.Adam(net, 5e-3),
        schedule=optim.cosine(5e-3, epochs=6), epochs=6, rng=rng, progress=False)  # fmt: skip
    noise = np.random.default_rng(1).standard_normal((100, 1, 28, 28)).astype(np.float32)
    before, after = (float(t.spread(t.influence_of(n[:-1], noise))) for n in (start, net))
    return Found(before > after, before, after)


@claim("4.3", "misread of half of the digits, LeNet", "linear", short=0, long=5)
def the_convolutional_net_makes_fewer_mistakes_than_the_linear_one(seed: int) -> Found:
    ours, rival = misread("lenet", 1e-2, 12, seed + 1), misread("linear", 1e-1, 40, seed + 1)
    return Found(ours < rival, ours, rival)


@claim("4.3", "misread by the linear one, stopped early", "trained to the end", short=0, long=5)
def a_linear_rival_stopped_early_makes_many_more_mistakes_than_it_must(seed: int) -> Found:
    early, late = misread("linear", 1e-2, 8, seed + 1), misread("linear", 1e-1, 40, seed + 1)
    return Found(early > 1.5 * late, early, late)


@claim("4.3", "loss at rate 0.1, with batch norm", "without", short=0, long=5)
def up_to_a_rate_of_0_1_batch_norm_lowers_the_loss(seed: int) -> Found:
    t, losses = lenet_text(), {}
    x, y, _, _ = data.digits(rng=np.random.default_rng(0), flat=False)
    for rate in (0.03, 0.1):
        for normed in (True, False):
            rng = np.random.default_rng(seed)
            net = t.lenet(rng, batch_norm=normed)
            run = fit(net, x[::2].astype(np.float32), y[::2], optimizer=optim.SGD(net, rate),
                      epochs=2, batch_size=16, rng=rng, progress=False)  # fmt: skip
            losses[rate, normed] = float(run.train_loss[-1])
    lower = all(losses[rate, True] < losses[rate, False] for rate in (0.03, 0.1))
    return Found(lower, losses[0.1, True], losses[0.1, False])


@cache
def from_photographs(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """The kernels (12, 7, 7) of a net that takes noise away, before training and after."""
    t, rng = lenet_text(), np.random.default_rng(seed)
    clean = t.patches(1000, 16, rng)
    noisy = clean + 0.6 * rng.standard_normal(clean.shape).astype(np.float32)
    first = Conv2d(1, 12, 7, padding=3, rng=rng)
    net = Sequential(first, ReLU(), Conv2d(12, 1, 7, padding=3, rng=rng)).astype(np.float32)
    for name in ("0.w", "2.w"):
        net.parameters()[name][...] *= 0.3
    before = net.parameters()["0.w"][:, 0].copy()
    t.train_pictures(net, noisy, clean, 4, 5e-3)
    return before, net.parameters()["0.w"][:, 0]


@claim("4.3", "neighboring weights correlate after training", "before", short=1, long=5)
def kernels_learned_from_photographs_agree_with_their_neighbors(seed: int) -> Found:
    before, after = map(float, map(lenet_text().neighbors_agree, from_photographs(seed)))
    return Found(after > 0.25 > before, after, before)


@claim("4.3", "correlation with the start, kernels of digits", "of photographs", short=0, long=5)
def kernels_learned_from_digits_hardly_change(seed: int) -> Found:
    t, rng = lenet_text(), np.random.default_rng(seed)
    x, y, _, _ = data.digits(rng=rng, flat=False)
    net = t.lenet(rng)
    before = net.parameters()["0.w"].copy()
    fit(net, x.astype(np.float32), y, optimizer=optim.Adam(net, 3e-3),
        schedule=optim.cosine(3e-3, epochs=8), epochs=8, rng=rng, progress=False)  # fmt: skip
    kept, moved = (
        float(np.corrcoef(old.ravel(), new.ravel())[0, 1])
        for old, new in ((before, net.parameters()["0.w"]), from_photographs(seed))
    )
    return Found(kept > 0.9 > moved, kept, moved)


def artifact(kind: int | str, seed: int) -> float:
    """Deviation of the answer to a flat picture, after training."""
    t, rng = lenet_text(), np.random.default_rng(seed)
    large = t.patches(1000, 32, rng)
    low = large.reshape(-1, 1, 8, 4, 8, 4).mean(axis=(3, 5))
    net = t.upsampler(kind, rng)
    t.train_pictures(net, low, large[:, :, 1:30, 1:30] if kind == 3 else large, 6, 3e-3)
    return float(net(np.full((1, 1, 12, 12), 0.8, np.float32))[0, 0, 12:-12, 12:-12].std())


@claim("4.3", "artifact after training, K = 3", "K = 4", share=0.8, short=0, long=5)
def the_checkerboard_of_three_mostly_survives_training_more_than_that_of_four(seed: int) -> Found:
    three, four = artifact(3, seed), artifact(4, seed)
    return Found(three > four, three, four)


@claim("4.3", "artifact, K = 4", "resize-convolution, untrained", long=10)
def resize_convolution_answers_a_flat_picture_flatly(seed: int) -> Found:
    t, flat = lenet_text(), np.full((1, 1, 12, 12), 0.8, np.float32)
    four, resized = (
        float(t.upsampler(kind, np.random.default_rng(seed))(flat)[0, 0, 12:-12, 12:-12].std())
        for kind in (4, "resize")
    )
    return Found(resized < 1e-5 < four, four, resized)


@claim("4.4", "norm of dw, lowest over highest of 32 layers, plain", "residual", short=2, long=5)
def the_gradient_grows_downward_in_plain_nets(seed: int) -> Found:
    t = deep_text()
    ratios = []
    for unit in (t.plain_unit, t.residual_unit):
        norms = [float(np.linalg.norm(g)) for g in t.gradients(t.deep_net(32, unit, seed))]
        ratios.append(float(np.mean(norms[:4]) / np.mean(norms[-4:])))
    return Found(ratios[0] > 10 and ratios[0] > 3 * ratios[1], *ratios)


@claim("4.4", "cosine after a change of 1 %, 32 plain layers", "32 residual", short=2, long=5)
def plain_gradients_turn_after_one_percent_and_residual_ones_do_not(seed: int) -> Found:
    t = deep_text()
    plain, residual = (
        float(t.directions_kept(t.deep_net(32, unit, seed))[2])
        for unit in (t.plain_unit, t.residual_unit)
    )
    return Found(abs(plain) < 0.35 and residual > 0.8, plain, residual)


@claim("4.4", "spread over a plain net's, small r", "r as it is", short=2, long=10)
def shortcuts_narrow_the_effective_field_as_the_count_of_paths_says(seed: int) -> Found:
    t = deep_text()
    plain, whole, small = (
        float(t.spread(t.influence(seed, shortcut, scale)))
        for shortcut, scale in ((False, 1), (True, 1), (True, 1 / 4))
    )
    counted = {small: 1 / 9, whole: 2 / 3, plain: 1}
    as_counted = all(
        abs(measured / np.sqrt(2 * 12 / 3 * part) - 1) < 0.2 for measured, part in counted.items()
    )
    return Found(as_counted and small < whole < plain, small / plain, whole / plain)


@claim("4.4", "mean after 16 units, ReLU before the addition", "twice that with it after",
       short=1, long=10)  # fmt: skip
def the_signal_grows_most_with_the_relu_before_the_addition_and_least_with_it_first_in_r(
    seed: int,
) -> Found:
    t = deep_text()
    after, before, first = (
        t.means_by_unit(t.deep_net(32, t.variants[name], seed))[-1] for name in t.variants
    )
    return Found(before > 2 * after > 3 * first, before, 2 * after)


@claim("4.4", "loss of 32 plain layers at the best of three rates", "residual", short=0, long=5)
def no_rate_brings_the_plain_net_near_the_residual_one(seed: int) -> Found:
    t = deep_text()
    plain = min(
        t.at_the_end(t.trained(t.deep_net(32, t.plain_unit, seed + 1), rate=rate))
        for rate in (0.03, 0.1, 0.3)
    )
    residual = t.at_the_end(t.trained(t.deep_net(32, t.residual_unit, seed + 1)))
    return Found(plain > 2 * residual, plain, residual)


@claim("4.4", "different winners among three starts", "one", share=0.8, short=0, long=5)
def the_best_place_of_the_last_relu_changes_with_the_start(seed: int) -> Found:
    t, winners = deep_text(), set()
    for start in range(3 * seed, 3 * seed + 3):
        nets = (t.deep_net(16, unit, start) for unit in t.variants.values())
        winners.add(int(np.argmin([t.at_the_end(t.trained(net)) for net in nets])))
    return Found(len(winners) > 1, len(winners), 1)
