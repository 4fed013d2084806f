# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 4.4 · Deep networks and residual units
#
# Small kernels and depth: that was the advice of notebook 4.3. Then why not a hundred layers? Around 2015 people tried, and met a surprise: deeper nets became worse, and not only on the test set: they were worse at *learning their own training
# set*. This notebook reproduces the surprise on digits, finds out what goes wrong, repairs it with one addition, and ends with the famous architectures, counted by your own formulas.
#
# Convolutions come from the course's own library, `nnkit`; you wrote them in notebook 4.2. Letters as in notebook 4.1.

# %%
import matplotlib.pyplot as plt
import numpy as np

import nnkit.functional as fn
from autograder import check
from nnkit import data, metrics, optim, plot
from nnkit.functional import conv2d_backward, conv2d_forward, conv_output_size
from nnkit.layers import BatchNorm2d, Conv2d, GlobalAvgPool2d, Linear, ReLU, Residual, Sequential
from nnkit.train import fit

plot.style()
x_train, y_train, _, _ = data.digits(rng=np.random.default_rng(0), flat=False)
x_train, y_train = ((x_train[:300] - 0.3) / 0.38).astype(np.float32), y_train[:300]

# %% [markdown]
# ## 1 · The degradation problem
#
# A deeper net contains the shallower one: copy the trained layers, and let each additional layer pass on what it gets, the identity. It could have the same training loss (with a normalization after each copy, for the right $\gamma$ and $\beta$). So the best training loss cannot rise with depth. Whether gradient descent *finds* it is another question.
#
# The experiment: 300 digits; one convolution with stride 2 (8 × 8 becomes 4 × 4), then 4, 16 or 32 convolutions of 3 × 3 with 8 channels, each followed by batch normalization and ReLU; global average pooling; ten outputs. The
# **plain** net is the chain. The **residual** net has the same layers, except that after each pair of convolutions the pair's input is added to its output. It has no additional parameters. Both are trained in the same way for 12 epochs.
#
# **Predict, then run.** Two kinds of net, three depths: in which order will the six training losses stand at the end?

# %%
CHANNELS = 8


def pair_of_convolutions(rng, last_relu=False):
    layers = [Conv2d(CHANNELS, CHANNELS, 3, padding=1, rng=rng), BatchNorm2d(CHANNELS), ReLU(),
              Conv2d(CHANNELS, CHANNELS, 3, padding=1, rng=rng), BatchNorm2d(CHANNELS)]
    return Sequential(*layers, *([ReLU()] if last_relu else []))


def plain_unit(rng):
    return [pair_of_convolutions(rng), ReLU()]


def residual_unit(rng):
    return [Residual(pair_of_convolutions(rng)), ReLU()]


def deep_net(depth, unit, seed=1):
    rng = np.random.default_rng(seed)
    units = [layer for _ in range(depth // 2) for layer in unit(rng)]
    first = [Conv2d(1, CHANNELS, 3, padding=1, stride=2, rng=rng), BatchNorm2d(CHANNELS), ReLU()]
    last = [GlobalAvgPool2d(), Linear(CHANNELS, 10, rng=rng)]
    return Sequential(*first, *units, *last).astype(np.float32)


def trained(net, epochs=12, rate=0.1):
    optimizer = optim.SGD(net, rate, momentum=0.9)
    return fit(net, x_train, y_train, optimizer=optimizer, epochs=epochs, batch_size=50,
               rng=np.random.default_rng(2), metric=metrics.accuracy)


def size_of(net):
    return sum(p.size for p in net.parameters().values())


for unit in (plain_unit, residual_unit):
    counts = {depth: size_of(deep_net(depth, unit)) for depth in (4, 16, 32)}
    print(f"{unit.__name__:13s} parameters by depth: {counts}")

# %% tags=["experiment", "nbval-ignore-output"]
# About 5 s on an ordinary laptop.
depths = (4, 16, 32)
runs = {("plain", depth): trained(deep_net(depth, plain_unit)) for depth in depths}
print("plain: trained with", depths, "layers")

# %% tags=["experiment", "nbval-ignore-output"]
# About 6 s on an ordinary laptop.
units = {"plain": plain_unit, "residual": residual_unit}
runs |= {("residual", depth): trained(deep_net(depth, residual_unit)) for depth in depths}


def at_the_end(run):
    """Training loss, mean of the last three epochs."""
    return float(np.mean(run.train_loss[-3:]))


fig, axes = plt.subplots(1, 3, figsize=(11, 3.4))
for ax, name in zip(axes, units):
    for depth, color, style in zip(depths, ("C0", "C1", "C2"), ("-", "--", ":")):
        ax.plot(range(1, 13), runs[name, depth].train_loss, color=color, ls=style, label=f"{depth} layers")
    ax.set(yscale="log", ylim=(0.02, 4), xticks=[3, 6, 9, 12], xlabel="epoch",
           ylabel="training loss", title=name)
    ax.set_yticks([0.03, 0.1, 0.3, 1, 3], labels=["0.03", "0.1", "0.3", "1", "3"])
    ax.legend(loc="lower left")
for name, marker, color in (("plain", "o", "C6"), ("residual", "s", "C3")):
    losses = [at_the_end(runs[name, depth]) for depth in depths]
    axes[2].plot(depths, losses, marker=marker, color=color, label=name)
    accuracies = [runs[name, depth].train_metric[-1] for depth in depths]
    print(f"{name:8s} training loss at the end {np.round(losses, 2).tolist()}, "
          f"training accuracy {np.round(accuracies, 2).tolist()}, for {depths} layers")
axes[2].set(yscale="log", xticks=depths, xlabel="layers", ylabel="training loss at the end",
            title="against depth")
axes[2].set_yticks([0.2, 0.5, 1, 2], labels=["0.2", "0.5", "1", "2"])
for ax in axes:
    ax.minorticks_off()
axes[2].legend()
plt.show()

# %% tags=["experiment", "nbval-ignore-output"]
# About 6 s on an ordinary laptop.
print("32 plain layers at other rates:",
      {rate: round(at_the_end(trained(deep_net(32, plain_unit), rate=rate)), 2) for rate in (0.03, 0.3)})

# %% [markdown]
# *What to see:* on the left, from the second epoch on, more depth means a higher *training* loss: the net of 32 plain layers still misreads most of the 300 digits when four layers read nine in ten. This is the **degradation problem** (退化问题). It is not overfitting; that would
# show as a *low* training loss. In the middle, with additions, the deep nets learn about as well as the shallow one; their curves cross, and one start does not tell which of the three is best. On the right, both in one view: the same layers, the same parameters, and at 32 layers the losses differ by a factor of nearly eight. (Over five starts, with the plain net at the best of its three rates, the factors went from 2 to 11: some residual nets were slow, too. Table of claims.) The last line answers a doubt: was
# the learning rate wrong for the plain net? At 0.03 and at 0.3 it does no better than at 0.1.

# %% [markdown]
# ## 2 · What goes wrong
#
# The usual suspect is a gradient that vanishes. Look at it: the norm of $\mathtt{dw}$ for every convolution, before the first step. ($\mathtt{dw}$ is the layer's input times the gradient that arrives. Normalization keeps the inputs of all layers at about one size, so $\mathtt{dw}$ grows and shrinks like the gradient; layer 0 is another layer, with one channel in.)

# %% tags=["experiment", "nbval-ignore-output"]
def gradients(net):
    """The gradients of all convolutions on 50 digits, lowest layer first."""
    _, cache = fn.cross_entropy_forward(net(x_train[:50]), y_train[:50])
    net.backward(fn.cross_entropy_backward(cache))
    return [g.astype(float) for g in net.gradients().values() if g.ndim == 4]


fig, ax = plt.subplots(figsize=(7, 3.4))
for (name, unit), color in zip(units.items(), ("C6", "C3")):
    norms = np.array([[np.linalg.norm(g) for g in gradients(deep_net(32, unit, seed))] for seed in range(3)])
    typical = np.exp(np.log(norms).mean(axis=0))
    ax.plot(norms.T, color=color, alpha=0.25, lw=1)
    ax.plot(typical, color=color, label=name)
    growth = (typical[2] / typical[30]) ** (1 / 28)
    print(f"{name:8s} norm of dw (geometric mean of three nets): layer 1 {typical[1]:.1f}, "
          f"highest {typical[-1]:.2f}, {growth:.2f} times per layer")
ax.set(yscale="log", xlabel="layer (0 is nearest the image)", ylabel="norm of dw",
       title="32 layers, before training; faint: three single nets")
ax.legend()
plt.show()

# %% [markdown]
# *What to see:* in the plain net the gradient does not vanish, batch normalization sees to that. It *grows* from the top down, by a constant factor per layer, a straight line on the logarithmic axis; the lowest layers receive tens of times as much as the highest.
# A learning rate that suits one end may not suit the other. In the residual net it grows as well, but by 6% per layer instead of 16%: the lowest layers receive four to six times as much as the highest.
#
# Why does it grow? Let $z$ be normal with mean 0 and variance 1, as batch normalization makes it, and $a = \mathrm{relu}(z)$. Half of the $z$ are cut off, so $E[a^2] = \frac12$. But the next normalization subtracts the mean of what it gets, and the mean of $a$ only adds a constant to each channel: what is left of the signal is the *variance* of $a$. With $E[a] = \int_0^\infty z\,\frac{e^{-z^2/2}}{\sqrt{2\pi}}\,dz = \frac1{\sqrt{2\pi}}$ it is $\frac12 - \frac1{2\pi} = \frac12\big(1 - \frac1\pi\big) \approx 0.34$. The normalization brings this $0.34$ back to 1: it multiplies the signal by $1/\sqrt{0.34}$, and on the way back the gradient by the same factor, its square by $1/0.34$. The ReLU lets half of the squared gradient through. (The convolution between the two scales signal and gradient by the same factor, and the normalization divides it out again.) Together, one layer multiplies the squared gradient by
#
# $$\frac{1/2}{\frac12(1 - \frac1\pi)} = \frac{\pi}{\pi - 1} \approx 1.47,\qquad\text{for the norm } \sqrt{1.47} \approx 1.21 .$$
#
# The estimate leaves out that pixels of a map resemble each other, and what the normalization subtracts from the gradient; the measured growth is somewhat smaller. In short: in every layer the squared gradient gains more by the normalization (a factor 1/0.34) than it loses in the ReLU (a factor 1/2).
#
# Size is half of the matter. A gradient is also a *direction*, and a promise: nearby, the slope is still the same. Hold the nets to it. Move all kernels at random by a share of their size, and compare the gradients before and after.
#
# **Predict, then run.** By how many percent may the kernels of each net move before the gradient has turned by half a right angle (cosine 0.7)?

# %% tags=["experiment", "nbval-ignore-output"]
# About 3 s on an ordinary laptop.
shares = [0.001, 0.003, 0.01, 0.03, 0.1]


def directions_kept(net):
    """Cosine between the gradients before and after a random change of all kernels, by its size."""
    kernels = [p for p in net.parameters().values() if p.ndim == 4]
    start, rng = [p.copy() for p in kernels], np.random.default_rng(9)
    moves = [p.std() * rng.standard_normal(p.shape).astype(np.float32) for p in kernels]
    before, cosines = np.concatenate([g.ravel() for g in gradients(net)]), []
    for share in shares:
        for p, old, move in zip(kernels, start, moves):
            p[...] = old + share * move
        after = np.concatenate([g.ravel() for g in gradients(net)])
        cosines.append(before @ after / (np.linalg.norm(before) * np.linalg.norm(after)))
    return cosines


fig, axes = plt.subplots(1, 2, figsize=(9, 3.3), sharey=True)
for ax, (name, unit) in zip(axes, units.items()):
    for depth, marker in zip(depths, "os^"):
        kept = np.mean([directions_kept(deep_net(depth, unit, seed)) for seed in range(3)], axis=0)
        ax.plot(np.array(shares) * 100, kept, marker=marker, label=f"{depth} layers")
        print(f"{name:8s} {depth:2d} layers: cosine {np.round(kept, 2).tolist()} for changes of {shares}")
    ax.set(xscale="log", xlabel="change of the kernels (%)", title=name)
axes[0].set_ylabel("cosine of the gradients")
axes[1].legend(loc="lower left")
plt.show()

# %% [markdown]
# *What to see:* a cosine of 1 means the same direction, 0 a right angle; means of three nets. With 4 layers little happens. In 32 plain layers the gradient has turned to nearly a right angle after a change of one percent: it tells next to nothing about a point that far away (at 32 layers, the cosine 0.7 of your prediction is passed before 0.1% in the plain net, and between 3 and 10% in the residual one). With shortcuts the cosine is still above 0.9
# after one percent, and near a half after ten. So there are good weights, and there is a gradient of sufficient size; but its direction holds for a short way only. These are two properties that go along with slow learning, uneven size and unsteady direction. That they are its cause is plausible, not shown here.

# %% [markdown]
# ## 3 · Residual units
#
# A unit should be able to do nothing. So let it do nothing when its weights are zero. A **residual unit** (残差单元) computes
#
# $$h(x) = x + r(x),$$
#
# where $r$ is two convolutions with a ReLU between them. The layers no longer learn $h$ but the **residual** $r = h - x$, what is to be changed. The path of $x$ around $r$ is the **shortcut** (直连边).

# %% jupyter={"source_hidden": true} tags=["experiment"]
drawings = {
    "plain": "conv norm ReLU conv norm ReLU",
    "residual": "conv norm ReLU conv norm + ReLU",
    "ReLU before\nthe addition": "conv norm ReLU conv norm ReLU +",
    "ReLU first in r": "norm ReLU conv norm ReLU conv +",
}
COLORS = {"conv": "C0", "norm": "0.6", "ReLU": "C1", "+": "C2"}


def draw_unit(ax, title, steps):
    for y in range(-1, len(steps)):  # from the input up to the output, an arrow into each step
        look = {"arrowstyle": "-|>", "color": "0.4", "shrinkA": 9 if y >= 0 else 0, "shrinkB": 10}
        ax.annotate("", (0, y + 1), (0, y), arrowprops=look)
    for y, step in enumerate(steps):
        shape = "circle,pad=0.2" if step == "+" else "round,pad=0.25"
        box = {"boxstyle": shape, "fc": "white", "ec": COLORS[step], "lw": 1.6}
        ax.text(0, y, step, ha="center", va="center", fontsize=10, bbox=box)
    if "+" in steps:
        top = steps.index("+")
        ax.plot([0, 0.8, 0.8], [-0.75, -0.75, top], color="C2", lw=2)
        look = {"arrowstyle": "-|>", "color": "C2", "lw": 2, "shrinkA": 0, "shrinkB": 0}
        ax.annotate("", (0.18, top), (0.82, top), arrowprops=look)
        ax.text(0.9, top / 2, "x", va="center", color="C2")
        ax.plot([-0.5, -0.6, -0.6, -0.5], [-0.3, -0.3, top - 0.7, top - 0.7], color="0.3", lw=1.2)
        ax.text(-0.66, (top - 1) / 2, "r", va="center", ha="right", style="italic")
    ax.text(0.08, -1.05, "x", va="center")
    ax.set(xlim=(-0.9, 1.2), ylim=(-1.3, 7.6))
    ax.set_title(title, fontsize=10, loc="center")
    ax.axis("off")


fig, axes = plt.subplots(1, 4, figsize=(9.5, 4.1))
for ax, (title, chain) in zip(axes, drawings.items()):
    draw_unit(ax, title, chain.split())
plt.show()

# %% [markdown]
# *What to see:* from the bottom up (the shortcut in green, the bracket around $r$), one unit of the nets that were just trained, plain and residual ("norm" is batch normalization). The two drawings on the right are variants with the same parts; they are compared below.
#
# **Backward.** Differentiate a sum: $\dfrac{\partial h}{\partial x} = I + \dfrac{\partial r}{\partial x}$, hence
#
# $$\mathtt{dx} = \mathtt{dh} + \Big(\frac{\partial r}{\partial x}\Big)^{\!\top}\mathtt{dh} .$$
#
# The first term is the upstream gradient itself. Stack many units (and leave out any ReLU on the path for the moment). What comes out at the top is what went in below, plus the residuals of all units $u$ on the way, each computed from its own input $x_u$. With gradients as columns, as in the formula above:
#
# $$x_{\text{top}} = x_{\text{low}} + \sum_u r_u(x_u),\qquad\text{so}\qquad
# \mathtt{dx}_{\text{low}} = \mathtt{dx}_{\text{top}} + \Big(\frac{\partial}{\partial x_{\text{low}}}\sum_u r_u(x_u)\Big)^{\!\top}\mathtt{dx}_{\text{top}} .$$
#
# A plain chain has a *product* of Jacobians, one for each unit, in this place. Here the loss reaches every layer directly, with the factor 1, and everything else is added to that.
#
# **In numbers.** Let every layer have the slope 0.1: after 20 of them, a plain chain passes on $0.1^{20}$, a residual one $1.1^{20}$. But the addition is no insurance against growth: with slopes of 1, plain layers pass on 1 and residual ones $2^{20}$. Residual nets want *small* $r$ at the start, which normalization
# or small initial weights give them.

# %%
for slope in (0.1, 0.5, 1.0):
    print(f"slope {slope}: 20 plain layers {slope**20:.1e}, 20 residual layers {(1 + slope) ** 20:.1e}")

# %% [markdown]
# **How far does a residual unit see?** In notebook 4.3 we counted paths. Each layer of 3 × 3 moves a path by $-1$, 0 or 1 pixel, the squared gradients of the paths add up on average, and after $L$ layers they scatter by $\sqrt{2L/3}$ pixels. Now a path may take the shortcut instead, where it does not move at all. The more of the squared gradient goes this way, the narrower the spread.
#
# **By hand.** Let the kernels have the variance $2/(9C)$ (He's start, chapter 3). At each place of `dx`, $9C$ products of a slope and a weight are added, so a convolution doubles the squared gradient on average; a ReLU halves it. Then $r$ passes on $2\cdot\frac12\cdot2 = 2$ times what arrives, and the shortcut once: two parts of three go through $r$. The variance is two thirds of a plain net's, the spread $\sqrt{2/3} = 0.82$ times as wide. Now divide the second kernel of each unit by 4: $r$ passes on $\frac2{16} = \frac18$ of what arrives, which is one part of nine, and the spread is $\sqrt{1/9} = 0.33$ times as wide.
#
# The formula's field is the same for all three, 25 pixels after 12 layers. **Predict, then run.** For $L = 12$, what are the three spreads in pixels?

# %% tags=["experiment", "nbval-ignore-output"]
def influence(seed, shortcut=True, scale=1, units=6, side=31):
    """Squared gradient of the central output by column of the input, with sum 1: (side,)."""
    rng, layers = np.random.default_rng(seed), []
    for _ in range(units):
        r = Sequential(Conv2d(CHANNELS, CHANNELS, 3, padding=1, rng=rng), ReLU(),
                       Conv2d(CHANNELS, CHANNELS, 3, padding=1, rng=rng))
        r.parameters()["2.w"][...] *= scale
        layers += [Residual(r)] if shortcut else [r, ReLU()]
    net = Sequential(*layers).astype(np.float32)
    top = np.zeros_like(net(rng.standard_normal((10, CHANNELS, side, side)).astype(np.float32)))
    top[:, :, side // 2, side // 2] = 1
    square = np.sum(net.backward(top).astype(float) ** 2, axis=(0, 1, 2))
    return square / square.sum()


def spread(share):
    """Standard deviation in pixels."""
    places = np.arange(len(share))
    return np.sqrt(share @ (places - share @ places) ** 2)


fig, ax = plt.subplots(figsize=(7, 3.2))
kinds = {"plain": (False, 1, 1), "residual": (True, 1, 2 / 3), "residual, small r": (True, 1 / 4, 1 / 9)}
for (name, (shortcut, scale, part)), style in zip(kinds.items(), ("-", "--", ":")):
    nets = [influence(seed, shortcut, scale) for seed in range(3)]
    ax.plot(np.arange(-15, 16), np.mean(nets, axis=0), style, label=name)
    print(f"{name:17s} spread {np.mean([spread(share) for share in nets]):.2f} pixels, "
          f"by the count of paths {np.sqrt(2 * 12 / 3 * part):.2f}")
ax.set(xlabel="pixels from the center", ylabel="share of the squared gradient",
       title="12 layers: field 25 × 25")
ax.legend()
plt.show()

# %% [markdown]
# *What to see:* one line for each kind, the mean of three random nets. All three fields end 12 pixels from the center (where two ways meet, the field is the larger of the two: that of $r$); the parts of them that are used differ as the count says. A residual net with small $r$ begins by looking at little more than single pixels: its start is near the identity, in space too. (On ten starts every spread was within 20 percent of the count: table of claims. All this is before training; notebook 4.3 shows that training may change the width.)

# %% [markdown]
# **When the shapes differ.** $x + r(x)$ needs equal shapes. Where the number of channels changes, the shortcut gets a 1 × 1 convolution, the **projection** (投影): $h(x) = r(x) + w_{\text{p}} \star x + b_{\text{p}}$. It costs $C F + F$ parameters, a ninth of a 3 × 3 layer. Then
# the gradient on the shortcut is no longer passed on as it is, but through $w_{\text{p}}$; famous nets therefore use it only where they must.
#
# **Where does the last ReLU go?** In the original unit, after the addition: $\mathtt{out} = \mathrm{relu}(r(x) + x)$. Why not before, $x + \mathrm{relu}(r(x))$? Then the sum of many units can only grow: no unit adds anything negative, so none can take anything back. We measure it, with a third
# variant in which no ReLU comes last, neither after the addition nor in $r$: ReLU and normalization stand *first* in $r$ ("pre-activation"), and a convolution, whose values have both signs, ends it.
#
# **Predict, then run.** In which of the three does the signal grow most from unit to unit, and in which least?

# %% tags=["experiment", "nbval-ignore-output"]
# About 4 s on an ordinary laptop.
def relu_before(rng):
    return [Residual(pair_of_convolutions(rng, last_relu=True))]


def relu_first(rng):
    layers = []
    for _ in range(2):
        layers += [BatchNorm2d(CHANNELS), ReLU(), Conv2d(CHANNELS, CHANNELS, 3, padding=1, rng=rng)]
    return [Residual(Sequential(*layers))]


def means_by_unit(net):
    """Mean of x + r(x) after each residual unit, for 100 digits."""
    signal, means = x_train[:100], []
    for layer in net:
        signal = layer(signal)
        if isinstance(layer, Residual):
            means.append(float(signal.mean()))
    return means


# %% tags=["experiment", "nbval-ignore-output"]
variants = {"after the addition": residual_unit, "before the addition": relu_before, "first in r": relu_first}
fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3.3))
for (name, unit), marker in zip(variants.items(), "os^"):
    means = means_by_unit(deep_net(32, unit))
    run = runs["residual", 16] if unit is residual_unit else trained(deep_net(16, unit))
    left.plot(range(1, 17), means, marker=marker, ms=3, label=name)
    right.plot(range(1, 13), run.train_loss, marker=marker, ms=3, label=name)
    print(f"{name:20s} mean of x + r(x): unit 1 {means[0]:.2f}, unit 16 {means[-1]:.2f}; "
          f"16 layers, 12 epochs: training loss {at_the_end(run):.2f}")
left.set(xlabel="unit", ylabel="mean of x + r(x)", title="32 layers, before training")
right.set(xlabel="epoch", ylabel="training loss", yscale="log", title="16 layers")
left.legend()
plt.show()

# %% [markdown]
# *What to see:* on the left, with the ReLU before the addition the signal grows by the same amount in every unit, since nothing can ever be subtracted. After the addition it still grows, but slowly: $r$ may be negative. Where no ReLU comes last, the mean wanders and stays smallest: a unit may take away as much as it adds. On the right, one start for
# each variant. Do not read an order into it: the winner changes with the start. (With the starts 2 and 3 the losses at the end are 0.17, 0.94, 1.32 and 0.43, 0.69, 0.32, in the order of the legend; of five groups of three starts, four had more than one winner: table of claims.) What held for all of ten starts is the order on the left (table of claims). In nets of hundreds of layers this third variant wins (He and others, 2016, not measured here).

# %% [markdown]
# ### Exercise: the residual unit
#
# `params` is a dict with `w1` $(G, C, K_H, K_W)$, `b1` $(G,)$, `w2` $(F, G, K_{H,2}, K_{W,2})$, `b2` $(F,)$ ($G$ channels in the middle; the two kernels may differ in size), and for a projection also `wp` $(F, C, 1, 1)$ and `bp` $(F,)$. The projection is used exactly when `wp` is given. All convolutions have stride 1 and the zero padding that keeps height and width; kernels have odd sides and need not be square.
#
# $$z = w_1 \star x + b_1,\quad a = \mathrm{relu}(z),\quad r = w_2 \star a + b_2,\quad s = r + \mathrm{shortcut}(x),\quad \mathtt{out} = \mathrm{relu}(s).$$
#
# *By hand:* one channel, one pixel, kernels 1 × 1: $x = 2$, $w_1 = 1$, $b_1 = -1$, $w_2 = \tfrac12$, $b_2 = 0$. Then $z = 1$, $a = 1$, $r = \tfrac12$, $s = \mathtt{out} = 2.5$. With $\mathtt{dout} = 3$: $\mathtt{ds} = 3$; $\mathtt{dw_2} = 3$, $\mathtt{db_2} = 3$,
# $\mathtt{da} = 1.5$, $\mathtt{dz} = 1.5$; $\mathtt{dw_1} = 3$, $\mathtt{db_1} = 1.5$; and at last both ways together, $\mathtt{dx} = 1.5 + 3 = 4.5$.
#
# *Hint:* use `conv2d_forward` and `conv2d_backward`. Those of `nnkit.functional`, imported above, take a padding `(rows, columns)`; with your own, pad the input yourself and cut the gradient. `conv2d_backward` asks for the cache of its forward: call `conv2d_forward` again with what your cache holds, and it gives you one.

# %% nbgrader={"grade_id": "residual_forward", "solution": true}
def residual_forward(x, params):
    """The residual unit relu(r(x) + shortcut(x)).

    x (N, C, H, W), params {"w1", "b1", "w2", "b2"[, "wp", "bp"]} -> out (N, F, H, W),
    cache = (x, params, z, a, s): z the first convolution, a = relu(z), s the sum before the last ReLU.
    """
    ### BEGIN SOLUTION
    def keep(w):
        return (w.shape[2] // 2, w.shape[3] // 2)

    z, _ = conv2d_forward(x, params["w1"], params["b1"], padding=keep(params["w1"]))
    a = np.maximum(z, 0)
    r, _ = conv2d_forward(a, params["w2"], params["b2"], padding=keep(params["w2"]))
    shortcut = x
    if "wp" in params:
        shortcut, _ = conv2d_forward(x, params["wp"], params["bp"])
    s = r + shortcut
    return np.maximum(s, 0), (x, params, z, a, s)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_residual_forward", "grade": true, "points": 4}
check(residual_forward)


# %% nbgrader={"grade_id": "residual_backward", "solution": true}
def residual_backward(dout, cache):
    """Gradients of the residual unit.

    dout (N, F, H, W), cache = (x, params, z, a, s) -> dx (N, C, H, W), dparams (the keys of params).
    """
    ### BEGIN SOLUTION
    x, params, z, a, s = cache

    def conv_cache(v, w, b):
        return (v, w, b, 1, (w.shape[2] // 2, w.shape[3] // 2), 1)

    ds = dout * (s > 0)
    da, dw2, db2 = conv2d_backward(ds, conv_cache(a, params["w2"], params["b2"]))
    dz = da * (z > 0)
    dx_through_r, dw1, db1 = conv2d_backward(dz, conv_cache(x, params["w1"], params["b1"]))
    dparams = {"w1": dw1, "b1": db1, "w2": dw2, "b2": db2}
    dx_through_shortcut = ds
    if "wp" in params:
        cache_p = conv_cache(x, params["wp"], params["bp"])
        dx_through_shortcut, dparams["wp"], dparams["bp"] = conv2d_backward(ds, cache_p)
    return dx_through_r + dx_through_shortcut, dparams
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_residual_backward", "grade": true, "points": 6}
check(residual_backward, forward=residual_forward)

# %% [markdown]
# ## 4 · Counting famous architectures
#
# Depth and size of a net are arithmetic. A layer from $C$ to $F$ channels with a $K\times K$ kernel has
#
# $$F\,(C K^2 + 1)$$
#
# parameters, and makes $O_H O_W\, F\, C K^2$ multiplications. A **fully connected layer is a convolution** whose kernel covers the whole map: from 256 maps of 6 × 6 to 4096 numbers is (256, 4096, 6), and from 4096 to 1000 is (4096, 1000, 1). So one function counts whole nets.
#
# *By hand:* LeNet's first layer, (1, 6, 5): $6\,(25 + 1) = 156$, and its second convolution, (6, 16, 5): $16\,(150 + 1) = 2416$.
#
# ### Exercise: count parameters
#
# Add up the parameters of a list of layers, each given as (in channels, out channels, kernel).
#
# *Example:* `conv_parameters([(1, 6, 5), (6, 16, 5)])` is 2572, and of `[]` it is 0.
#
# *Hint:* one bias per output channel, whatever the kernel.

# %% nbgrader={"grade_id": "conv_parameters", "solution": true}
def conv_parameters(layers):
    """Return the number of weights and biases; layers: (in_channels, out_channels, kernel) -> int."""
    ### BEGIN SOLUTION
    total = 0
    for c_in, c_out, kernel in layers:
        total += c_out * (c_in * kernel * kernel + 1)
    return total
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_conv_parameters", "grade": true, "points": 2}
check(conv_parameters)

# %% [markdown]
# The four nets as lists: `(in, out, kernel, stride, padding)` is a convolution, `(size, stride, padding)` a pool. The sizes come from `conv_output_size`, which you wrote in notebook 4.1.

# %%
def vgg_stage(c_in, c_out, convolutions):
    return [(c_in, c_out, 3, 1, 1)] + [(c_out, c_out, 3, 1, 1)] * (convolutions - 1) + [(2, 2, 0)]


def resnet_stage(c_in, c_out):
    return [(c_in, c_out, 3, 1 if c_in == c_out else 2, 1)] + [(c_out, c_out, 3, 1, 1)] * 3


networks = {
    "LeNet-5": (32, [(1, 6, 5, 1, 0), (2, 2, 0), (6, 16, 5, 1, 0), (2, 2, 0),
                     (16, 120, 5, 1, 0), (120, 84, 1, 1, 0), (84, 10, 1, 1, 0)]),
    "AlexNet": (227, [(3, 96, 11, 4, 0), (3, 2, 0), (96, 256, 5, 1, 2), (3, 2, 0),
                      (256, 384, 3, 1, 1), (384, 384, 3, 1, 1), (384, 256, 3, 1, 1), (3, 2, 0),
                      (256, 4096, 6, 1, 0), (4096, 4096, 1, 1, 0), (4096, 1000, 1, 1, 0)]),
    "VGG-16": (224, [*vgg_stage(3, 64, 2), *vgg_stage(64, 128, 2), *vgg_stage(128, 256, 3),
                     *vgg_stage(256, 512, 3), *vgg_stage(512, 512, 3),
                     (512, 4096, 7, 1, 0), (4096, 4096, 1, 1, 0), (4096, 1000, 1, 1, 0)]),
    "ResNet-18": (224, [(3, 64, 7, 2, 3), (3, 2, 1), *resnet_stage(64, 64), *resnet_stage(64, 128),
                        *resnet_stage(128, 256), *resnet_stage(256, 512), (7, 1, 0), (512, 1000, 1, 1, 0)]),
}
chains, products, kept = {}, {}, {}
for name, (size, layers) in networks.items():
    sizes, work, kept[name] = [size], 0, 0
    for layer in layers:
        kernel, stride, padding = layer[-3:]
        sizes.append(conv_output_size(sizes[-1], kernel, stride, padding))
        if len(layer) == 5:
            channels = layer[1]
            work += sizes[-1] ** 2 * layer[0] * channels * kernel**2
        kept[name] += sizes[-1] ** 2 * channels
    chains[name], products[name] = [layer[:3] for layer in layers if len(layer) == 5], work
    print(f"{name:10s} {' '.join(map(str, sizes))}")

# %% [markdown]
# Every size printed here is the one in the papers' tables: 55, 27, 13, 6 for AlexNet, 112, 56, 28, 14, 7 for ResNet-18. (AlexNet's paper says the image is 224 × 224. Then the first layer would have $(224 - 11)/4 + 1 = 54.25$ outputs; 55 needs 227, or padding.)
#
# Now the parameters. Published totals follow different conventions, so name them:
#
# - **LeNet-5** (1998): 60,000 trainable parameters. Its third layer is not fully connected among maps: six of its 16 maps see 3 of the 6 maps below, nine see 4, one sees all 6. Its pooling has a weight and a bias per map. Its ten output units have fixed weights, which do not count. Modern copies
#   connect everything, pool without weights and train the output: 61,706.
# - **AlexNet** (2012): "60 million". It was split over two graphics cards, and layers 2, 4 and 5 see only the half of the channels on their own card: a layer from 96 to 256 counts as (48, 256). Without the split there are 62.4 million.
# - **VGG-16** (2014): "138 million", everything with biases.
# - **ResNet-18** (2015): 11,689,512 in the usual implementation. Its convolutions have no biases, but each is followed by batch normalization with $\gamma$ and $\beta$, two numbers per channel; and three projections are not in our chain.

# %% tags=["experiment"]
lenet, alexnet, vgg, resnet = (chains[name] for name in networks)
original_lenet = (conv_parameters([(1, 6, 5), (16, 120, 5), (120, 84, 1)]) + 2 * 6 + 2 * 16
                  + conv_parameters([(3, 6, 5), (4, 9, 5), (6, 1, 5)]))
halved = {(96, 256, 5): (48, 256, 5), (384, 384, 3): (192, 384, 3), (384, 256, 3): (192, 256, 3)}
split_alexnet = conv_parameters([halved.get(layer, layer) for layer in alexnet])
projections = [(64, 128, 1), (128, 256, 1), (256, 512, 1)]
# Every layer but the classifier has one bias per channel in the formula, and gamma and beta in reality.
normalized = [*resnet[:-1], *projections]
whole_resnet = conv_parameters([*normalized, resnet[-1]]) + sum(c_out for _, c_out, _ in normalized)
for name, counted, published in [
    ("LeNet-5, everything connected", conv_parameters(lenet), 61_706),
    ("LeNet-5, as published", original_lenet, 60_000),
    ("AlexNet, not split", conv_parameters(alexnet), 62_378_344),
    ("AlexNet, split in two", split_alexnet, 60_965_224),
    ("VGG-16", conv_parameters(vgg), 138_357_544),
    ("ResNet-18, batch norm, projections", whole_resnet, 11_689_512),
]:
    verdict = "equal" if counted == published else "DIFFERENT"
    print(f"{name:35s} counted {counted:12,}   known total {published:12,}   {verdict}")

# %% tags=["experiment"]
fig, (left, right) = plt.subplots(1, 2, figsize=(10, 2.8), sharey=True)
for row, (name, chain) in enumerate(chains.items()):
    dense = [layer for layer in chain if layer[2] == 1 or layer in ((256, 4096, 6), (512, 4096, 7))]
    total, share = conv_parameters(chain), conv_parameters(dense) / conv_parameters(chain)
    labels = ("convolutions", "fully connected") if row == 0 else (None, None)
    left.barh(row, 100 * (1 - share), color="C0", label=labels[0])
    left.barh(row, 100 * share, left=100 * (1 - share), color="C4", label=labels[1])
    right.plot(products[name] / 1e9, row, "o", color="C2", ms=7)
    right.text(products[name] / 1e9 * 1.5, row, f"{products[name] / 1e9:.2g}", va="center", fontsize=9)
    print(f"{name:10s} {total:12,} parameters in the chain, {share:.0%} of them fully connected; "
          f"per image {products[name] / 1e9:.4f} billion products, {kept[name] / 1e6:.2f} million outputs")
left.set(yticks=range(4), yticklabels=list(chains), xlabel="share of the parameters (%)")
left.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2)
right.set(xscale="log", xlabel="products for one image (billions)", xlim=(1e-4, 100))
left.invert_yaxis()
plt.show()

# %% [markdown]
# *What to see:* in AlexNet and VGG-16 about nine of ten parameters sit in the fully connected layers, although they do only about 5% (AlexNet) and 1% (VGG-16) of the multiplications. ResNet-18 averages every map before its classifier: it has a twelfth of VGG's parameters and less than an eighth of its work, at about the same error: 27.9% of ImageNet's validation images against 28.1%, as He and others (2015) report.
#
# The last number of each line is about memory. Parameters are stored once; the outputs of the layers are kept for every image of the batch, until the backward pass has used them. By hand, the first convolution of VGG-16: $224\cdot224\cdot64 = 3.2$ million numbers, for one image. All its layers together make 15 million, so the outputs of ten images take more room than its 138 million parameters; in ResNet-18 five images are enough (and batch normalization and ReLU, which our chain does not count, keep outputs of their own). With a batch of a hundred images it is the outputs that fill the memory, not the parameters.
#
# (Our chain for ResNet leaves its three projections out. AlexNet is counted without the split; LeNet's third convolution of 5 × 5 on a map of 5 × 5 could be called fully connected too.)

# %% [markdown]
# ## Quiz
#
# **1.** In a residual unit without projection all weights and biases of $r$ are zero, and $x > 0$ everywhere. What is `dx`?
#
# - A · 0, the unit passes nothing on
# - B · half of `dout`, the two ways share it
# - C · it cannot be said without $x$
# - D · `dout`, unchanged
#
# Store the letter in `quiz_identity`.

# %% nbgrader={"grade_id": "quiz_identity", "solution": true}
# quiz_identity = ...
### BEGIN SOLUTION
quiz_identity = "D"
### END SOLUTION

# %% nbgrader={"grade_id": "check_quiz_identity", "grade": true, "points": 1}
check.quiz("quiz_identity", quiz_identity)

# %% [markdown]
# **2.** How many parameters does a projection from 64 to 128 channels have, with biases? Store the number in `quiz_projection`.

# %% nbgrader={"grade_id": "quiz_projection", "solution": true}
# quiz_projection = ...
### BEGIN SOLUTION
quiz_projection = 128 * (64 * 1 * 1 + 1)
### END SOLUTION

# %% nbgrader={"grade_id": "check_quiz_projection", "grade": true, "points": 1}
check.quiz("quiz_projection", quiz_projection)

# %% [markdown] nbgrader={"grade_id": "explain_degradation", "grade": true, "solution": true, "points": 5}
# **In your own words** (graded by a person, 5 points). Someone says: "The 32-layer plain net is worse because it overfits; use dropout." Another: "No, its gradient vanishes; use a larger learning rate." Refute both with measurements from this notebook.
# Then explain what the addition in a residual unit changes, forward and backward, and why it costs no parameters.
#
# ### BEGIN SOLUTION
# Overfitting means a low training and a high test loss; here the *training* loss itself is higher with depth (1 point), although a solution as good as the shallow net's exists: additional layers as identities.
# Vanishing: before training the norm of dw in the lowest plain layers is not small but tens of times larger than at the top, and its direction is hardly the same after the weights change by 1% (1 point); neither smaller nor larger rates than 0.1 brought the plain net near the residual one.
# Forward, $x + r(x)$ passes $x$ on when $r$ is zero: the identity is the starting point and only the difference has to be learned (1 point). Backward, the Jacobian is $I + \partial r/\partial x$: each layer gets
# the upstream gradient directly, with factor 1, not only as a product of all Jacobians above (1 point). An addition has no weights; only where the shapes differ a 1 × 1 projection is needed (1 point).
# ### END SOLUTION

# %% [markdown]
# ## Summary of the chapter
#
# | what | formula | where |
# |---|---|---|
# | cross-correlation | $y_t = \sum_k w_k x_{t+k}$ | 4.1 |
# | convolution | $y_t = \sum_k w_k x_{t-k}$, the kernel flipped | 4.1 |
# | narrow, same, wide | $M - K + 1$, $M$, $M + K - 1$ | 4.1 |
# | reach of a dilated kernel | $K' = K + (K-1)(D-1)$ | 4.1 |
# | output size | $O = \lfloor (M + 2P - K')/S\rfloor + 1$ | 4.1 |
# | layer | $\mathtt{out}_{nfij} = b_f + \sum_{ckl} w_{fckl}\,\tilde x_{n,c,iS+kD,jS+lD}$ | 4.2 |
# | gradients | $\mathtt{db} = \sum \mathtt{dout}$; $\mathtt{dw} = \tilde x \star \mathtt{dout}$; $\mathtt{d\tilde x} = \mathtt{dout} * w$, wide (for $S = D = 1$) | 4.2 |
# | im2col | $\mathtt{out} = \mathtt{cols}\,w^\top + b$; $\mathtt{dw} = \mathtt{dout}^\top\mathtt{cols}$; $\mathtt{dx} = \mathtt{col2im}(\mathtt{dout}\,w)$ | 4.2 |
# | max pooling, backward | the first maximum of each window takes $\mathtt{dout}$; overlaps add | 4.2 |
# | average pooling, backward | each pixel takes $\mathtt{dout}/Q^2$ | 4.2 |
# | receptive field | $R \leftarrow R + (K-1)DT$, then $T \leftarrow TS$ | 4.3 |
# | transposed convolution | $O = (H-1)S + K - 2P$; uses $A^\top$ forward | 4.3 |
# | spatial batch norm | statistics per channel over $N, H, W$; $\mathtt{dx} = \frac1{\mathrm{std}}(g - \bar g - \hat x\,\overline{g\hat x})$ | 4.3 |
# | residual unit | $h = x + r(x)$; $\mathtt{dx} = \mathtt{dh} + (\partial r/\partial x)^\top\mathtt{dh}$ | 4.4 |
# | parameters, products | $F(CK^2 + 1)$; $O_HO_W\,F C K^2$ | 4.4 |
#
# ## Glossary
#
# | English | 中文 | in one line |
# |---|---|---|
# | convolutional network | 卷积神经网络 | layers that slide shared windows of weights |
# | kernel, filter | 卷积核、滤波器 | a window of weights; one kernel per input channel |
# | channel | 通道 | one of the images that make up the input |
# | feature map | 特征图 | what one filter makes of the input |
# | local connectivity | 局部连接 | a unit sees a small window only |
# | weight sharing | 权重共享 | the same weights at every place |
# | subsampling | 下采样 | keep fewer places |
# | cross-correlation | 互相关 | slide without flipping |
# | convolution | 卷积 | slide the flipped kernel |
# | narrow, same, wide convolution | 窄卷积、等宽卷积、宽卷积 | the kernel stays inside; keeps the length; hangs over fully |
# | padding | 填充 | zeros around the input |
# | stride | 步幅 | places from one window to the next |
# | dilated convolution | 空洞卷积 | taps with holes between them |
# | gridding | 网格效应 | pixels that a stack of equal dilations never sees |
# | equivariance | 等变性 | shift the input and the output shifts |
# | invariance | 不变性 | shift the input and the output stays |
# | pooling | 汇聚（池化） | one number for each window |
# | max, average pooling | 最大汇聚、平均汇聚 | the largest value; the mean |
# | global average pooling | 全局平均汇聚 | one number for each map |
# | im2col | im2col | windows laid out as a matrix |
# | adjoint | 伴随 | the transpose of a linear map |
# | receptive field | 感受野 | the part of the image that a unit can see |
# | all-convolutional net | 全部由卷积层组成的网络 | strides in place of pooling, no linear layers |
# | transposed convolution | 转置卷积 | paints kernels: the backward pass used forward |
# | batch normalization | 批量归一化 | mean 0 and variance 1 over the batch, per channel |
# | confusion matrix | 混淆矩阵 | truth by prediction, counted |
# | degradation problem | 退化问题 | deeper plain nets have a higher training loss |
# | residual unit | 残差单元 | input plus a learned change |
# | shortcut | 直连边 | the way around the layers |
# | projection | 投影 | a 1 × 1 convolution on the shortcut |
#
# ## Where to read more
#
# - Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, "Gradient-based learning applied to document recognition", *Proceedings of the IEEE* 86 (1998): LeNet-5 in every detail.
# - V. Dumoulin, F. Visin, "A guide to convolution arithmetic for deep learning" (2016): all sizes, with pictures.
# - I. Goodfellow, Y. Bengio, A. Courville, *Deep Learning* (2016), chapter 9.
# - 邱锡鹏, 《神经网络与深度学习》, 第 5 章 卷积神经网络: the notation of narrow, wide and same, in Chinese.
# - Stanford CS231n, notes on convolutional networks: architectures and memory, counted.
# - A. Krizhevsky, I. Sutskever, G. Hinton, "ImageNet classification with deep convolutional neural networks" (2012): AlexNet. K. Simonyan, A. Zisserman, "Very deep convolutional networks for large-scale image recognition" (2014): VGG.
# - K. He, X. Zhang, S. Ren, J. Sun, "Deep residual learning for image recognition" (2015), and "Identity mappings in deep residual networks" (2016): degradation, residual units and where the ReLU goes.
# - W. Luo, Y. Li, R. Urtasun, R. Zemel, "Understanding the effective receptive field in deep convolutional neural networks" (2016): why it grows like the square root of the depth, and what shortcuts do to it.
# - G. Yang and others, "A mean field theory of batch normalization" (2019): why gradients grow in deep plain nets with batch normalization.
# - D. Balduzzi and others, "The shattered gradients problem: If resnets are the answer, then what is the question?" (2017): the direction of gradients in deep plain nets.
# - F. Yu, V. Koltun, "Multi-scale context aggregation by dilated convolutions" (2015); P. Wang and others, "Understanding convolution for semantic segmentation" (2017): dilation, and its grid.
# - J. Springenberg and others, "Striving for simplicity: the all convolutional net" (2014); A. Odena, V. Dumoulin, C. Olah, "Deconvolution and checkerboard artifacts", *Distill* (2016).
# - S. Ioffe, C. Szegedy, "Batch normalization" (2015).
