# %% [markdown]
# # 3 · Feedforward networks and backpropagation
#
# **Notebook 1 of 4: neurons and activations**
#
# After this chapter you will be able to
#
# - **build** a neuron, a layer and a network of any depth, and count their parameters;
# - **derive** the gradient of every operation in it, and check the shapes instead of memorizing formulas;
# - **trace** backpropagation through a graph by hand, and write it for scalars and for matrices;
# - **train** networks made of your own functions on handwritten digits;
# - **diagnose** a network that does not learn: saturation, dead units, bad initialization, a wrong gradient.
#
# | notebook | question it answers |
# |---|---|
# | 1 · neurons and activations | what is a neuron, and why must it bend the line? |
# | 2 · graphs and backpropagation | how does every weight learn its share of the error? |
# | 3 · training | what does a network of such neurons learn? |
# | 4 · training in practice | what makes a deep one trainable? |
#
# You need chapter 2: the logistic function, cross-entropy, the numerical gradient, mini-batch gradient descent.
#
# Where the text says what happened on other splits of the data or from other starts, `docs/claims/ch03.md` has the measurements.

# %% [markdown]
# ## Notation and shapes
#
# Examples lie in rows. Inputs may hold whole numbers; results are floats. All four notebooks use these letters. Nobody needs the whole table now: go on to section 1, and come back when you meet a letter. The later notebooks explain what $\beta_1$, a velocity and a Jacobian are.
#
# | symbol | meaning | shape |
# |---|---|---|
# | $N, D, M$ | examples in a batch, inputs, outputs of a layer; in a deeper network $D_l$ units in layer $l$, the input being layer 0 | numbers |
# | $H, C, K$ | hidden units; classes or channels; layers | numbers |
# | $x$ | input of an operation | $(N, D)$ |
# | $w, b$ | weights and biases of a layer | $(D, M)$, $(M,)$ |
# | $z$ | pre-activation (净输入), $z = xw + b$ | $(N, M)$ |
# | $a$ | activation, output of a neuron, $a = f(z)$ | $(N, M)$ |
# | $y, s, p$ | targets or labels; scores, the outputs of the last layer; probabilities made from them | $(N,)$, $(N, C)$, $(N, C)$ |
# | $L$ | loss | a number |
# | $\lambda, \eta$ | strength of the L2 penalty; learning rate, in code `lam`, `lr` | numbers |
# | $f, g$ | functions; in a layer $f$ is the activation function, and $\sigma$ the logistic one | |
# | $\Phi, \varphi$ | share of a standard normal below a number; its density | |
# | $u, v$ | intermediate results; in notebook 4 $u$ is a direction, $v$ the velocity of an optimizer | |
# | $J$ | Jacobian of an operation | $(M, D)$ |
# | ${}^{\mathsf T}$ | transposed | |
# | $\mathbb E$ | expected value; $\operatorname{Var}$ is the variance | |
# | $\alpha, \beta, \gamma$ | the numbers in ELU and Swish; $\gamma$ and $\beta$ in normalization; $\beta_1, \beta_2$ in Adam | numbers; $(D,)$ |
# | $\mu, \rho, r$ | memory of momentum and of RMSProp; running mean of squared gradients | numbers; that of $w$ |
# | $\epsilon$ | a small number that keeps a denominator away from 0 | a number |
# | $h$ | step of a difference quotient, in code `eps` (as in chapter 2) | a number |
# | $\kappa, q$ | curvature; factor by which an error shrinks in a step ($A$, $B$: constants beside it) | numbers |
# | $n, i, m, l, c, t$ | indices of examples, inputs, outputs, layers, classes or channels, steps | |
# | $j, k$ | a second index where one is taken; $k$ is also a count or an exponent | |
# | `dx`, in formulas $\mathrm{d}x$ | $\partial L / \partial x$; the same with any other name | that of $x$ |
# | `dout` | $\partial L / \partial\,\mathrm{out}$, what comes back from the operations that use `out` | that of `out` |
# | `cache` | what the forward pass keeps for the backward pass | a tuple |
#
# A condition in brackets, $[x > 0]$, is 1 where it holds and 0 elsewhere. $*$ between arrays multiplies entry by entry. In formulas, a function's arguments carry the names that they have in the code, as in $\mathrm{slope}\cdot x$. A letter with several meanings keeps one of them within a section.
#
# Every operation of the course is a **pair** of functions:
#
# ```python
# out, cache = name_forward(x, ...)      # compute, and remember what the derivative needs
# dx = name_backward(dout, cache)        # from dL/dout to dL/dx
# ```
#
# An operation with parameters returns their gradients too, in the order of the inputs: `dx, dw, db`. Neither function changes what it is given.

# %%
import matplotlib.pyplot as plt
import numpy as np
from scipy.special import erf

from autograder import check
from nnkit import plot

plot.style()

# %% tags=["experiment"]
# What only the experiments need: data, and the course's own layers and training loop.
import time

import nnkit.functional as F
from nnkit import data, optim
from nnkit.layers import Layer, Linear, Sequential
from nnkit.plot import ch03_xor
from nnkit.train import fit

# %% [markdown]
# ## 1. The neuron, in biology and as a model
#
# A nerve cell collects signals from other cells on its **dendrites** (树突). Each contact, a **synapse** (突触), passes its signal on more or less strongly, and may excite or inhibit. The cell body adds up what arrives. When the sum is large enough, the cell fires, and a pulse runs down its **axon** (轴突) to the next cells. A human brain has about 86 billion such cells (Azevedo and others, 2009), and a single one takes signals from thousands.
#
# McCulloch and Pitts (1943) made a model of it in which all signals were 0 or 1, all exciting contacts were alike, and one inhibiting signal silenced the cell. Graded signals, and contacts of different strength that can be *learned*, came with Rosenblatt's perceptron (1958). What is used today keeps four things:
#
# | biology | model | |
# |---|---|---|
# | firing rates of the cells before | inputs $x_1, \dots, x_D$ | a vector $x$, $(D,)$ |
# | strength of the synapses | **weights** (权重) $w_1, \dots, w_D$ | a vector $w$, $(D,)$; negative = inhibiting |
# | summation in the cell body, threshold | $z = w\cdot x + b$ | the **bias** (偏置) $b$ is minus the threshold |
# | firing rate as an answer to the sum | $a = f(z)$ | the **activation function** (激活函数) $f$ |


# %% tags=["experiment"] jupyter={"source_hidden": true}
def draw_cell(ax):
    rng = np.random.default_rng(4)
    for y in (1.6, 0.8, 0.0, -0.8, -1.6):
        t = np.linspace(0, 1, 30)
        curve = y * (1 - t) ** 1.3 + 0.06 * np.sin(9 * t + 5 * rng.random())
        ax.plot(-2.6 + 2.3 * t, curve, color="C0", lw=2.5, solid_capstyle="round")
        for shift in (-0.22, 0.22):
            ax.plot([-3.0, -2.6], [y + shift, curve[0]], color="C0", lw=1.5)
            ax.plot(-3.05, y + shift, "o", color="C1", ms=6)
    ax.add_patch(plt.Circle((0, 0), 0.55, color="C0", alpha=0.85))
    ax.add_patch(plt.Circle((0, 0), 0.2, color="white", alpha=0.7))
    ax.plot([0.5, 2.3], [0, 0], color="C0", lw=4, solid_capstyle="round")
    for dy in (-0.6, 0, 0.6):
        ax.plot([2.3, 3.0], [0, dy], color="C0", lw=2)
        ax.plot(3.0, dy, "o", color="0.6", ms=6)  # the weights of the cells that come next
    for xy, s in (
        ((-2.2, 2.05), "dendrites"),
        ((0, -0.95), "cell body"),
        ((1.45, 0.3), "axon"),
        ((-3.05, -2.3), "synapses"),
        ((2.7, -1.05), "to the next cells"),
    ):
        ax.text(*xy, s, ha="center", fontsize=10)
    ax.set(xlim=(-3.8, 3.8), ylim=(-2.5, 2.4), title="nerve cell")


def draw_model(ax):
    for i, y in enumerate((1.4, 0.4, -0.6)):
        ax.annotate(
            "", (-0.5, 0.0), (-2.4, y), arrowprops={"arrowstyle": "-|>", "color": "C0", "lw": 2}
        )
        ax.text(-2.6, y, f"$x_{i + 1}$", ha="right", va="center", fontsize=13)
        label = ax.text(-1.75, y * 0.66, f"$w_{i + 1}$", color="C1", ha="center", va="center")
        label.set(fontsize=12, bbox={"fc": "white", "ec": "none", "pad": 1.5})  # on its arrow
    ax.annotate(
        "", (-0.4, -0.3), (-1.0, -1.6), arrowprops={"arrowstyle": "-|>", "color": "C0", "lw": 2}
    )
    ax.text(-1.1, -1.9, "$b$", color="C1", fontsize=12)
    ax.add_patch(plt.Circle((0, 0), 0.55, color="C0", alpha=0.25))
    ax.text(0, 0, r"$\Sigma$", ha="center", va="center", fontsize=16)
    ax.annotate("", (1.55, 0), (0.55, 0), arrowprops={"arrowstyle": "-|>", "color": "C0", "lw": 2})
    ax.text(1.05, 0.18, "$z$", ha="center", fontsize=13)
    ax.add_patch(plt.Circle((2.1, 0), 0.55, color="C0", alpha=0.25))
    ax.text(2.1, 0, "$f$", ha="center", va="center", fontsize=15)
    ax.annotate("", (3.5, 0), (2.65, 0), arrowprops={"arrowstyle": "-|>", "color": "C0", "lw": 2})
    ax.text(3.15, 0.18, "$a$", ha="center", fontsize=13)
    ax.set(xlim=(-3.2, 3.8), ylim=(-2.5, 2.4), title="model:  $z = w\\cdot x + b$,  $a = f(z)$")


figure, axes = plt.subplots(1, 2, figsize=(9, 3))
draw_cell(axes[0])
draw_model(axes[1])
for ax in axes:
    ax.set_aspect("equal")
    ax.axis("off")
plt.show()

# %% [markdown]
# *What to see:* orange marks the same thing on both sides, the strengths of the connections. In the model $b$, minus the neuron's own threshold, is orange too. (The gray contacts at the end of the axon are weights of the next cells.) Learning changes the orange parts and nothing else.
#
# The model leaves out a great deal: the timing of pulses, the chemistry of synapses, computations inside the dendrites. It is inspired by biology, not a description of it. From here on, a **neuron** (神经元) is a function from $D$ numbers to one number.
#
# **By hand.** Take $x = (1, -2, 0.5)$, $w = (2, 0.5, -1)$, $b = 0.5$ and the logistic $f(z) = 1/(1+e^{-z})$:
#
# $$z = 2\cdot 1 + 0.5\cdot(-2) + (-1)\cdot 0.5 + 0.5 = 1, \qquad a = \frac{1}{1+e^{-1}} = 0.731.$$

# %%
x = np.array([1.0, -2.0, 0.5])
w = np.array([2.0, 0.5, -1.0])
b = 0.5
z = x @ w + b
print("z =", z, "  a =", round(1 / (1 + np.exp(-z)), 3))

# %% [markdown]
# ## 2. A neuron is a small linear classifier
#
# With the logistic function, a neuron is the logistic regression of chapter 2. The points with $w\cdot x + b = 0$ form a line (a hyperplane in $D$ dimensions), and on it $a = 1/2$. Three facts about that line:
#
# 1. $w$ is perpendicular to it: for two points $x, x'$ on it, $w\cdot(x - x') = -b + b = 0$.
# 2. A point $x$ lies at signed distance $(w\cdot x + b)/\lVert w\rVert$ from it: write $x = x' + k\,w/\lVert w\rVert$ with $x'$ on the line, at distance $k$ along $w$. Then $w\cdot x + b = k\,\lVert w\rVert$, since $w\cdot x' + b = 0$.
# 3. Scaling $w$ and $b$ by the same positive factor leaves the line where it is. Only the slope across it changes: with a factor above 1 the neuron becomes more decisive.

# %% tags=["experiment"]
rng = np.random.default_rng(0)
blob_x, blob_y = data.blobs(80, 2, 0.9, rng)
turn = np.deg2rad(35)
blob_x = -blob_x @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
centers = np.array([blob_x[blob_y == k].mean(axis=0) for k in (0, 1)])
direction = (centers[1] - centers[0]) / np.linalg.norm(centers[1] - centers[0])
offset = -direction @ centers.mean(axis=0)

span = np.abs(blob_x).max() + 0.5
grid = np.stack(np.meshgrid(np.linspace(-span, span, 120), np.linspace(-span, span, 120)), axis=-1)
figure, axes = plt.subplots(1, 3, figsize=(9, 3.2), sharey=True)
for ax, scale in zip(axes, (0.5, 2.0, 8.0)):
    a = F.logistic(scale * (grid @ direction + offset))
    image = ax.contourf(
        grid[..., 0], grid[..., 1], a, np.linspace(0, 1, 11), cmap="PuOr_r", alpha=0.8
    )
    ax.contour(grid[..., 0], grid[..., 1], a, [0.5], colors="k", linewidths=1.5)
    for k, mark, face in ((0, "o", "white"), (1, "^", "0.2")):
        ax.scatter(*blob_x[blob_y == k].T, marker=mark, c=face, edgecolors="k", s=16, lw=0.6)
    foot = -offset * direction + 2.6 * np.array([direction[1], -direction[0]])  # free of points
    ax.annotate("", foot + 1.5 * direction, foot, arrowprops={"arrowstyle": "-|>", "lw": 2})
    right = ((scale * (blob_x @ direction + offset) > 0) == blob_y).mean()
    ax.set(title=f"‖w‖ = {scale:g}", xlabel="$x_1$", aspect="equal")
    ax.grid(False)
    print(f"norm of w {scale:3.1f}: accuracy {right:.3f}")
axes[0].set_ylabel("$x_2$")
figure.colorbar(image, ax=axes, label="activation $a$", shrink=0.8)
plt.show()

# %% [markdown]
# *What to see:* white discs are one class, dark triangles the other; three neurons with the same direction (arrow: $w$, not to scale) and the same black line, hence the same accuracy. A longer $w$ narrows the strip in which the neuron is undecided. In the limit the activation is a step.
#
# **What one neuron cannot do.** The exclusive or (XOR) wants 1 for $(0,1)$ and $(1,0)$, and 0 for $(0,0)$ and $(1,1)$. A single neuron would need
#
# $$b \le 0,\qquad w_1 + b > 0,\qquad w_2 + b > 0,\qquad w_1 + w_2 + b \le 0.$$
#
# Add the two in the middle: $w_1 + w_2 + 2b > 0$. Add the outer two: $w_1 + w_2 + 2b \le 0$. Contradiction, whatever the weights.
#
# Three neurons can. One computes OR, one computes AND, and the third wants the first without the second:


# %%
def step(z):
    """The threshold neuron: 1 where z > 0, else 0."""
    return (z > 0).astype(float)


corners = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])  # (4, 2)
h_or = step(corners @ [1.0, 1.0] - 0.5)
h_and = step(corners @ [1.0, 1.0] - 1.5)
xor = step(1.0 * h_or - 1.0 * h_and - 0.5)
print("x1 x2   OR AND  XOR")
for (x1, x2), o, n, r in zip(corners, h_or, h_and, xor):
    print(f" {x1:.0f}  {x2:.0f}    {o:.0f}   {n:.0f}    {r:.0f}")

# %% [markdown]
# The hidden pair (OR, AND) is a new description of the input, and in that description one line is enough:

# %% tags=["experiment"]
figure, axes = plt.subplots(1, 2, figsize=(8, 3.4))
ch03_xor.planes(*axes)
plt.show()

# %% [markdown]
# *What to see:* triangles are to give 1, discs 0. On the left no single line parts them; the two dashed lines are the neurons OR and AND. On the right the same four inputs in the plane of what those two answer: $(0, 1)$ and $(1, 0)$ have moved to one point, and a line parts it from the others. That is all a **hidden layer** (隐藏层) does. The weights above were chosen by hand; the rest of the chapter is about finding them.

# %% [markdown]
# ## 3. Knowledge lies in the connections
#
# Where in a network is what it knows? Two answers are possible.
#
# - **Local representation** (局部表示): one unit per thing. A unit fires for grandmother and for nothing else. $k$ units tell $k$ things apart; lose the unit, and grandmother is gone.
# - **Distributed representation** (分布式表示): a thing is a pattern over many units, and every unit takes part in many patterns. $k$ on/off units have $2^k$ patterns; similar things can get similar patterns; losing one unit blurs everything a little and erases nothing.
#
# Units only compute. What they compute is decided by the strengths of the connections between them, so **learning means changing these strengths**. The oldest rule for it is Hebb's (1949): strengthen the connection of two units that are active together.
#
# A small experiment. One layer of 64 neurons with step activation ($\pm 1$) and 64 inputs. Shown a picture, it should return the same picture (Hopfield, 1982, made a memory of such layers). Hebb's rule for $N$ pictures $x_1, \dots, x_N$, each of 64 pixels $\pm 1$, is one line,
#
# $$w_{ij} = \frac1N\sum_{n=1}^{N} x_{ni}\,x_{nj}\quad (i \ne j),\qquad w_{ii} = 0:\qquad w_{ij}\ \text{grows when pixels } i \text{ and } j \text{ agree}.$$
#
# **Recall** is one step of the layer: each pixel of the answer asks all other pixels of the picture shown, $x$, and follows the weighted vote,
#
# $$a_j = \begin{cases}+1 & \text{if } \sum_i x_i\,w_{ij} > 0\\ -1 & \text{else.}\end{cases}$$
#
# By hand, one stored picture of five pixels, $(1, 1, -1, 1, -1)$: $w_{12} = 1$, $w_{13} = -1$ and so on, the product of the two pixels. Shown with its first pixel wrong, $(-1, 1, -1, 1, -1)$, the first pixel gets the vote $1\cdot 1 + (-1)\cdot(-1) + 1\cdot 1 + (-1)\cdot(-1) = 4$ and is corrected. On each of the others, three votes are right and one, that of the wrong pixel, is wrong. All votes together are $(4, 2, -2, 2, -2)$, and the answer is the picture that was stored.
#
# Then we damage the pictures, and after that the network. **Predict, then run:** half of the 4,032 weights are cut, at random. Is one of the three pictures lost, are all three damaged a little, or does the layer still correct them?

# %% tags=["experiment", "nbval-ignore-output"]
i, j = np.indices((8, 8))
shapes = [
    (abs(i - j) <= 1) | (abs(i + j - 7) <= 1),
    np.maximum(abs(i - 3.5), abs(j - 3.5)) > 2,
    (j // 2) % 2 == 0,
]
patterns = np.array([np.where(s, 1.0, -1.0).ravel() for s in shapes])  # (3, 64)
weights = patterns.T @ patterns / len(patterns)  # Hebb's rule, (64, 64)
np.fill_diagonal(weights, 0.0)

rng = np.random.default_rng(0)
noisy = patterns.copy()
for row in noisy:
    row[rng.permutation(64)[:12]] *= -1  # twelve wrong pixels in each


def recall(x, w):
    return np.where(x @ w > 0, 1.0, -1.0)


rows = {"stored": patterns, "shown: 12 pixels wrong": noisy, "answer": recall(noisy, weights)}
for share in (0.5, 0.9):
    cut = weights * (rng.random(weights.shape) > share)
    rows[f"answer, {share:.0%} of weights cut"] = recall(noisy, cut)

figure, axes = plt.subplots(3, 5, figsize=(8, 4.6))
for column, (title, pictures) in zip(axes.T, rows.items()):
    wrong = (pictures != patterns).sum(axis=1)
    for ax, picture, count in zip(column, pictures, wrong):
        ax.imshow(picture.reshape(8, 8), cmap="gray_r", vmin=-1, vmax=1)
        ax.set(xticks=[], yticks=[], xlabel=f"{count} wrong")
        ax.spines[:].set_visible(True)
    column[0].set_title(title.replace(", ", "\n").replace(": ", "\n"), fontsize=9)
    print(f"{title:32s} wrong pixels: {wrong}")
plt.show()
print("share of weights cut, wrong pixels in each answer (mean of 50 draws):")
for share in (0.5, 0.6, 0.7, 0.8, 0.9):
    cuts = [weights * (rng.random(weights.shape) > share) for _ in range(50)]
    counts = [(recall(noisy, cut) != patterns).sum(axis=1) for cut in cuts]
    print(f"   {share:.0%}", np.mean(counts, axis=0).round(1))

# %% [markdown]
# *What to see:* the layer corrects all twelve wrong pixels, and in this draw it still does so with half of its connections cut. The more are cut, the more pixels stay wrong (printed, over fifty draws): slowly up to about 70%, then faster, and in all three pictures together; none is lost while the others stay. With nine in ten cut about as many pixels are wrong as in the picture shown: on balance hardly anything is corrected. (A few pixels then have a vote of exactly 0, which the rule turns into $-1$; whether that is wrong is an accident.) No single weight holds the cross. Each weight holds a bit of everything.
#
# This layer can only store what Hebb's rule puts in. Networks that learn *what to represent* need the error at the output to reach every weight, and that is backpropagation. First the neurons themselves.

# %% [markdown]
# ## 4. Without a non-linearity, depth is an illusion
#
# Stack two layers without an activation function. With row batches, $x\,(N, D)$, $w_1\,(D, H)$, $w_2\,(H, M)$:
#
# $$(x w_1 + b_1)\,w_2 + b_2 \;=\; x\underbrace{(w_1 w_2)}_{(D,\,M)} + \underbrace{(b_1 w_2 + b_2)}_{(M,)}.$$
#
# One affine map (仿射变换) follows another and the result is an affine map. By induction, so is any number of layers: more parameters, the same functions. In numbers, with six layers:

# %%
rng = np.random.default_rng(1)
sizes = [4, 50, 50, 50, 50, 50, 3]
layers = [
    (rng.normal(size=(m, n)) / np.sqrt(m), rng.normal(size=n))
    for m, n in zip(sizes[:-1], sizes[1:])
]

x = rng.normal(size=(1000, 4))
deep = x
for w, b in layers:
    deep = deep @ w + b

w_total, b_total = layers[0]
for w, b in layers[1:]:
    w_total, b_total = w_total @ w, b_total @ w + b
shallow = x @ w_total + b_total

print("largest difference below 1e-10:", bool(abs(deep - shallow).max() < 1e-10))
print("parameters of the six layers:", sum(w.size + b.size for w, b in layers))
print("parameters of the one that does the same:", w_total.size + b_total.size)

# %% [markdown]
# The same picture in one dimension: feed the numbers from $-3$ to $3$ through random networks of growing depth, 20 units wide, and plot what comes out.


# %% tags=["experiment"]
def random_net(x, depth, f, rng):
    h = x
    for _ in range(depth):
        h = f(h @ rng.normal(0, np.sqrt(2 / h.shape[1]), (h.shape[1], 20)) + rng.normal(0, 1.0, 20))
    out = h @ rng.normal(size=(20, 1))
    return out / abs(out).max()  # one scale for all curves


def corners_of(curve):
    """Where a curve bends; neighboring points count once."""
    bent = abs(np.diff(curve, 2)) > 1e-6
    return 1 + np.flatnonzero(np.diff(bent.astype(int), prepend=0) == 1)


def ramp(z):
    return np.maximum(0, z)


line = np.linspace(-3, 3, 2001)[:, None]
figure, axes = plt.subplots(1, 2, figsize=(9, 3))
for ax, (name, f) in zip(axes, {"no activation": lambda z: z, "ReLU: max(0, z)": ramp}.items()):
    for depth, style in ((1, "-"), (2, "--"), (5, "-.")):
        out = random_net(line, depth, f, np.random.default_rng(5))[:, 0]
        corners, label = corners_of(out), f"{depth} hidden layer{'s' if depth > 1 else ''}"
        (curve,) = ax.plot(line[:, 0], out, style, label=label)
        ax.plot(line[corners, 0], out[corners], "o", ms=3, color=curve.get_color())
        print(f"{name:16s} depth {depth}: bends in the curve: {len(corners)}")
    ax.set(title=name, xlabel="input", ylabel="output")
    ax.legend(fontsize=8)
plt.show()
for depth in (1, 2, 5):
    nets = (random_net(line, depth, ramp, np.random.default_rng(seed)) for seed in range(20))
    bends = [len(corners_of(out[:, 0])) for out in nets]
    print(f"twenty draws, depth {depth}: {min(bends)} to {max(bends)} bends, from {20 * depth} units")
tent = np.linspace(0, 1, 2001)
for _ in range(5):  # two units in each layer, chosen by hand: up to 1, and from 1/2 on down to 0
    tent = 2 * ramp(tent) - 4 * ramp(tent - 0.5)
print(f"weights chosen by hand, depth 5: {len(corners_of(tent))} bends, from 10 units")

# %% [markdown]
# *What to see:* left, three straight lines, whatever the depth. Right, dots mark the corners. (Each curve has been divided by its largest value; where two of them cross means nothing.) Each of the 20 units bends the line once, so one layer gives at most 20 (16 here; some lie outside the range, some are too flat to count). A layer on top folds what is folded already, and so can bend a line in many places with one unit. *Can*: the last printed line is a net of two units per layer that folds its input in half, five times over, with $2^5 - 1 = 31$ bends. Random weights do not use this. In twenty draws no net had more bends than units in all its layers together. (Hanin and Rolnick, 2019, show that this is the rule.) Depth makes many bends possible; it does not make them by itself.

# %% [markdown]
# ## 5. What an activation function should be
#
# A step bends the line, too. Why not use it? Because learning asks "how would the loss change if this weight changed a little?", and for a step the answer is zero almost everywhere. From this question follow four demands:
#
# 1. **Non-linear and continuous**, differentiable except at a few points. Then small changes of weights are small changes of the output, and a gradient exists.
# 2. **Simple to compute**, with its derivative. It runs for every neuron, every example, every step.
# 3. **A derivative in a useful range.** Backpropagation multiplies derivatives, one for each layer: far below 1 and the signal dies, far above and it explodes.
# 4. **Outputs around zero**, if it costs nothing; we will see why.
#
# Three families answer them.

# %% tags=["experiment"] jupyter={"source_hidden": true}
z = np.linspace(-4, 4, 400)
families = {
    "S-shaped": {"logistic": F.logistic(z), "tanh": np.tanh(z)},
    "ramps": {
        "ReLU": np.maximum(0, z),
        "leaky ReLU (slope 0.1)": np.where(z > 0, z, 0.1 * z),
        "ELU": np.where(z > 0, z, np.expm1(np.minimum(z, 0))),
    },
    "composite": {"Swish": z * F.logistic(z), "GELU": z * (1 + erf(z / np.sqrt(2))) / 2},
}
figure, axes = plt.subplots(1, 3, figsize=(9, 2.8))
for ax, (family, members) in zip(axes, families.items()):
    for style, (name, values) in zip(("-", "--", ":"), members.items()):
        ax.plot(z, values, style, label=name)
    ax.axhline(0, color="0.7", lw=0.8)
    ax.axvline(0, color="0.7", lw=0.8)
    ax.set(title=family, xlabel="z", ylim=(-1.3, 3.2))
    ax.legend(loc="upper left", fontsize=8)
axes[0].set_ylabel("f(z)")
plt.show()

# %% [markdown]
# *What to see:* S-shaped functions flatten on both sides; ramps stay straight on the right; composite ones are ramps with a rounded, slightly dipping corner.
#
# ### Backward through an element-wise function
#
# All of them act on each number alone: $\mathrm{out}_i = f(x_i)$. (In an exercise the input is called `x`, whatever it is. Inside a network it is the pre-activation $z$.) So a change of $x_i$ reaches the loss through $\mathrm{out}_i$ only, and the chain rule has one term:
#
# $$\frac{\partial L}{\partial x_i} = \frac{\partial L}{\partial\,\mathrm{out}_i}\,f'(x_i)\qquad\text{or}\qquad \mathrm{d}x = \mathrm{dout} * f'(x).$$
#
# $*$ is the element-wise product; `dx`, `dout` and `x` have one shape. **By hand:** $f(x) = x^2$, $x = (3, -1)$, and the loss grows by $\mathrm{dout} = (10, 100)$ per unit of output. Then $f'(x) = (6, -2)$ and $\mathrm{d}x = (60, -200)$.
#
# Every backward below is this line with another $f'$. Write each from its derivation; a check cell follows each one.

# %% [markdown]
# ## 6. S-shaped functions
#
# ### Logistic (Logistic 函数, $\sigma$)
#
# The oldest smooth step, used in the backpropagation papers of the 1980s.
#
# $$\sigma(z) = \frac{1}{1+e^{-z}},\qquad \text{range } (0, 1).$$
#
# **Derivative.** With $u = 1 + e^{-z}$, $\sigma = u^{-1}$:
#
# $$\sigma' = -u^{-2}\cdot(-e^{-z}) = \frac{1}{u}\cdot\frac{e^{-z}}{u} = \sigma\cdot\frac{(1+e^{-z}) - 1}{1+e^{-z}} = \sigma(1-\sigma).$$
#
# It is computed from the *output*, so the cache needs nothing else. By hand: $\sigma(0) = 1/2$ and $\sigma'(0) = 1/4$, the largest slope it has; so at 0, $\mathrm{dout} = 8$ gives $\mathrm{d}x = 2$.
#
# **Stability.** $e^{-z}$ overflows for $z = -1000$. Chapter 2 split the cases by sign. Another way out is to write $\sigma$ with a function that never overflows: look for one under tanh, below. (There small probabilities lose digits: $\sigma(-40) = 4\cdot10^{-18}$ becomes 0. The `logistic` of notebook 2.3 had to keep them; for an activation they do not matter.)
#
# **Task.** `logistic_forward(x) -> (out, cache)`, finite and without a warning for every $x$, and `logistic_backward(dout, cache) -> dx`, from the output in the cache.


# %% nbgrader={"grade_id": "logistic_forward", "solution": true}
def logistic_forward(x):
    """Logistic function, element by element.

    x any shape -> out of the same shape, cache = (out,).
    """
    ### BEGIN SOLUTION
    out = 0.5 * (1.0 + np.tanh(0.5 * x))
    return out, (out,)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_logistic_forward", "grade": true, "points": 2}
check(logistic_forward)


# %% nbgrader={"grade_id": "logistic_backward", "solution": true}
def logistic_backward(dout, cache):
    """dout of the shape of out, cache = (out,) -> dx of the same shape."""
    ### BEGIN SOLUTION
    (out,) = cache
    return dout * out * (1.0 - out)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_logistic_backward", "grade": true, "points": 2}
check(logistic_backward, forward=logistic_forward)

# %% [markdown]
# ### Hyperbolic tangent (双曲正切, tanh)
#
# $$\tanh z = \frac{e^{z} - e^{-z}}{e^{z} + e^{-z}},\qquad \text{range } (-1, 1).$$
#
# It is the logistic function, stretched and moved. (LeCun and others, 1998, recommended it in its place; section 9 says why.) Divide numerator and denominator by $e^{z}$:
#
# $$\tanh z = \frac{1 - e^{-2z}}{1 + e^{-2z}} = \frac{2 - (1 + e^{-2z})}{1 + e^{-2z}} = 2\sigma(2z) - 1.$$
#
# The chain rule turns $\sigma' = \sigma(1-\sigma)$ into the derivative of tanh. Write $\sigma$ for $\sigma(2z)$, so $\sigma = \frac12(1 + \tanh z)$ and $1 - \sigma = \frac12(1 - \tanh z)$:
#
# $$\tanh' z = 2\cdot 2\,\sigma(1-\sigma) = (1 + \tanh z)(1 - \tanh z) = 1 - \tanh^2 z.$$
#
# Again from the output alone. By hand: $\tanh' 0 = 1$, four times the logistic's slope, so $\mathrm{dout} = 8$ gives $\mathrm{d}x = 8$; and the outputs lie around zero.

# %%
z = np.array([-2.0, -0.5, 0.0, 1.0, 3.0])
print("tanh(z)           ", np.tanh(z).round(4))
print("2 sigma(2z) - 1   ", (2 / (1 + np.exp(-2 * z)) - 1).round(4))

# %% [markdown]
# **Task.** `tanh_forward(x) -> (out, cache)` and `tanh_backward(dout, cache) -> dx`. `np.tanh` may be used for the value; the gradient is yours.


# %% nbgrader={"grade_id": "tanh_forward", "solution": true}
def tanh_forward(x):
    """Hyperbolic tangent, element by element.

    x any shape -> out of the same shape, cache = (out,).
    """
    ### BEGIN SOLUTION
    out = np.tanh(x)
    return out, (out,)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_tanh_forward", "grade": true, "points": 1}
check(tanh_forward)


# %% nbgrader={"grade_id": "tanh_backward", "solution": true}
def tanh_backward(dout, cache):
    """dout of the shape of out, cache = (out,) -> dx of the same shape."""
    ### BEGIN SOLUTION
    (out,) = cache
    return dout * (1.0 - out**2)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_tanh_backward", "grade": true, "points": 2}
check(tanh_backward, forward=tanh_forward)

# %% [markdown]
# ## 7. Ramps
#
# ### Rectified linear unit (修正线性单元, ReLU)
#
# Fukushima built networks with it in 1969; Nair and Hinton (2010) and Glorot, Bordes and Bengio (2011) showed that deep networks learn well with it.
#
# $$\mathrm{ReLU}(x) = \max(0, x),\qquad f'(x) = \begin{cases}1 & x > 0\\ 0 & x < 0.\end{cases}$$
#
# At $x = 0$ there is a corner and no derivative. For learning, any value between 0 and 1 will do; the course takes **0 at 0**. What comes back passes where the input was positive and stops elsewhere: the forward pass decides, the backward pass obeys. So the mask comes from $x$, not from `dout`.
#
# **By hand:** $x = (2, -3, 0)$ gives $\mathrm{out} = (2, 0, 0)$, and $\mathrm{dout} = (5, 7, 9)$ gives $\mathrm{d}x = (5, 0, 0)$.
#
# **Task.** `relu_forward(x) -> (out, cache)` and `relu_backward(dout, cache) -> dx`.


# %% nbgrader={"grade_id": "relu_forward", "solution": true}
def relu_forward(x):
    """Rectified linear unit max(0, x), element by element.

    x any shape -> out of the same shape, cache = (x,).
    """
    ### BEGIN SOLUTION
    return np.maximum(0.0, x), (x,)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_relu_forward", "grade": true, "points": 1}
check(relu_forward)


# %% nbgrader={"grade_id": "relu_backward", "solution": true}
def relu_backward(dout, cache):
    """dout of the shape of x, cache = (x,) -> dx of the same shape; the slope at 0 is 0."""
    ### BEGIN SOLUTION
    (x,) = cache
    return dout * (x > 0)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_relu_backward", "grade": true, "points": 2}
check(relu_backward, forward=relu_forward)

# %% [markdown]
# ### Leaky ReLU (带泄露的 ReLU)
#
# A ReLU unit whose input is negative for every example gets no gradient, and does not recover unless the layers before it change. A small slope on the negative side keeps a path open (Maas, Hannun and Ng, 2013):
#
# $$f(x) = \begin{cases}x & x > 0\\ \text{slope}\cdot x & x \le 0,\end{cases}\qquad f'(x) = \begin{cases}1 & x > 0\\ \text{slope} & x \le 0.\end{cases}$$
#
# **By hand**, slope 0.1: $x = (2, -3, 0)$ gives $\mathrm{out} = (2, -0.3, 0)$; $\mathrm{dout} = (5, 7, 9)$ gives $\mathrm{d}x = (5, 0.7, 0.9)$.
#
# **Task.** `leaky_relu_forward(x, slope=0.01) -> (out, cache)` and `leaky_relu_backward(dout, cache) -> dx`.


# %% nbgrader={"grade_id": "leaky_relu_forward", "solution": true}
def leaky_relu_forward(x, slope=0.01):
    """Leaky ReLU: x where x > 0, slope * x elsewhere.

    x any shape, slope a number -> out of the shape of x, cache = (x, slope).
    """
    ### BEGIN SOLUTION
    return np.where(x > 0, x, slope * x), (x, slope)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_leaky_relu_forward", "grade": true, "points": 1}
check(leaky_relu_forward)


# %% nbgrader={"grade_id": "leaky_relu_backward", "solution": true}
def leaky_relu_backward(dout, cache):
    """dout of the shape of x, cache = (x, slope) -> dx; at 0 the negative side's slope counts."""
    ### BEGIN SOLUTION
    x, slope = cache
    return dout * np.where(x > 0, 1.0, slope)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_leaky_relu_backward", "grade": true, "points": 1}
check(leaky_relu_backward, forward=leaky_relu_forward)

# %% [markdown]
# ### Parametric ReLU (带参数的 ReLU, PReLU)
#
# Why guess the slope? Let it be learned, one $a_c$ for each channel $c$ (He and others, 2015; the letter is theirs, and in this section alone $a$ is a parameter). The channel is axis 1: for $x$ of shape $(N, C)$ a channel is a neuron; for images $(N, C, \text{height}, \text{width})$ it is a plane. In numbers, $(2, 3, 4, 4)$ are two pictures of 4 × 4 pixels in three colors, and `a` has three numbers, one for each color. `a` has shape $(C,)$.
#
# $$\mathrm{out} = \begin{cases}x & x > 0\\ a_c\,x & x \le 0\end{cases}\qquad\Rightarrow\qquad \frac{\partial\,\mathrm{out}}{\partial x} = \begin{cases}1\\ a_c\end{cases}\qquad \frac{\partial\,\mathrm{out}}{\partial a_c} = \begin{cases}0 & x > 0\\ x & x \le 0.\end{cases}$$
#
# One $a_c$ acts on every example and every position of its channel. The loss depends on it along all these paths, and the chain rule **adds the paths up**:
#
# $$\mathrm{d}a_c = \sum_{\text{all } n \text{ and positions}} \mathrm{dout}\cdot x\cdot[x \le 0].$$
#
# Shapes decide the axes of the sum: `da` is $(C,)$, so everything but axis 1 goes.
#
# **By hand**, $a = (0.1, 0.5)$, two examples of two channels:
#
# $$x = \begin{pmatrix}1 & -2\\ -4 & -6\end{pmatrix},\quad \mathrm{dout} = \begin{pmatrix}1 & 1\\ 10 & 100\end{pmatrix}:\qquad \mathrm{d}a = (10\cdot(-4),\; 1\cdot(-2) + 100\cdot(-6)) = (-40, -602),$$
#
# $$\mathrm{out} = \begin{pmatrix}1 & -1\\ -0.4 & -3\end{pmatrix},\qquad \mathrm{d}x = \begin{pmatrix}1 & 0.5\\ 1 & 50\end{pmatrix}.$$
#
# **Task.** `prelu_forward(x, a) -> (out, cache)` and `prelu_backward(dout, cache) -> (dx, da)`, for $x$ with two or more axes.
#
# *Hint:* NumPy lines shapes up from the right, and the channel is not always the last axis. Give `a` a shape that lines up with axis 1 for any number of axes.


# %% nbgrader={"grade_id": "prelu_forward", "solution": true}
def prelu_forward(x, a):
    """Parametric ReLU: x where x > 0, a * x elsewhere, a per channel.

    x (N, C, ...) with two or more axes, a (C,) -> out of the shape of x, cache = (x, a).
    """
    ### BEGIN SOLUTION
    slope = a.reshape((1, -1) + (1,) * (x.ndim - 2))  # (1, C, 1, ...): lines up with axis 1
    return np.where(x > 0, x, slope * x), (x, a)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_prelu_forward", "grade": true, "points": 1}
check(prelu_forward)


# %% nbgrader={"grade_id": "prelu_backward", "solution": true}
def prelu_backward(dout, cache):
    """dout of the shape of x, cache = (x, a) -> dx of the shape of x, da (C,)."""
    ### BEGIN SOLUTION
    x, a = cache
    slope = a.reshape((1, -1) + (1,) * (x.ndim - 2))
    dx = dout * np.where(x > 0, 1.0, slope)
    all_but_channels = tuple(axis for axis in range(x.ndim) if axis != 1)
    da = (dout * np.where(x > 0, 0.0, x)).sum(axis=all_but_channels)
    return dx, da
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_prelu_backward", "grade": true, "points": 2}
check(prelu_backward, forward=prelu_forward)

# %% [markdown]
# ### Exponential linear unit (指数线性单元, ELU)
#
# $$f(x) = \begin{cases}x & x > 0\\ \alpha(e^{x} - 1) & x \le 0,\end{cases}\qquad f'(x) = \begin{cases}1 & x > 0\\ \alpha e^{x} & x \le 0.\end{cases}$$
#
# From Clevert, Unterthiner and Hochreiter (2016). Negative inputs give negative outputs, down to $-\alpha$, so the mean moves toward zero; unlike the leaky ReLU it saturates there, which keeps noise in very negative inputs out of the output.
#
# Two traps. `np.where` computes both sides, so $e^{x}$ overflows for large *positive* $x$ although it is not chosen there. And $e^{x} - 1$ loses digits near 0, since it subtracts two nearly equal numbers; NumPy has a function of its own for it.
#
# **By hand**, $\alpha = 1$: $x = (2, -1, 0)$ gives $\mathrm{out} = (2, -0.632, 0)$, since $e^{-1} = 0.368$; $\mathrm{dout} = (5, 10, 9)$ gives $\mathrm{d}x = (5, 3.68, 9)$.
#
# **Task.** `elu_forward(x, alpha=1.0) -> (out, cache)` and `elu_backward(dout, cache) -> dx`, without an overflow warning.


# %% nbgrader={"grade_id": "elu_forward", "solution": true}
def elu_forward(x, alpha=1.0):
    """Exponential linear unit: x where x > 0, alpha * (e^x - 1) elsewhere.

    x any shape, alpha a number -> out of the shape of x, cache = (x, alpha).
    """
    ### BEGIN SOLUTION
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0.0))), (x, alpha)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_elu_forward", "grade": true, "points": 1}
check(elu_forward)


# %% nbgrader={"grade_id": "elu_backward", "solution": true}
def elu_backward(dout, cache):
    """dout of the shape of x, cache = (x, alpha) -> dx of the same shape."""
    ### BEGIN SOLUTION
    x, alpha = cache
    return dout * np.where(x > 0, 1.0, alpha * np.exp(np.minimum(x, 0.0)))
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_elu_backward", "grade": true, "points": 2}
check(elu_backward, forward=elu_forward)

# %% [markdown]
# ## 8. Composite functions
#
# ### Swish
#
# $$f(x) = x\,\sigma(\beta x).$$
#
# From Ramachandran, Zoph and Le (2017); with $\beta = 1$ also called SiLU (Elfwing, Uchibe and Doya, 2018). The logistic factor is a gate (门) that $x$ opens for itself: open for large $x$ (a ramp), closed for very negative $x$ (zero). With $\beta = 0$ the gate is stuck at $1/2$ and $f$ is linear; as $\beta\to\infty$ the gate becomes a step and $f$ a ReLU. Product rule, and the chain rule for the inner $\beta x$; write $\sigma$ for $\sigma(\beta x)$:
#
# $$f'(x) = \sigma + x\cdot\beta\,\sigma(1 - \sigma).$$
#
# **By hand:** $f(0) = 0$ and $f'(0) = 1/2$, for every $\beta$. At $x = 1$, $\beta = 1$: $f = 0.731$ and $f' = 0.731 + 0.731\cdot 0.269 = 0.928$, so $\mathrm{dout} = 10$ gives $\mathrm{d}x = 9.28$.
#
# **Task.** `swish_forward(x, beta=1.0) -> (out, cache)` and `swish_backward(dout, cache) -> dx`, both finite for large $|x|$.


# %% nbgrader={"grade_id": "swish_forward", "solution": true}
def swish_forward(x, beta=1.0):
    """Swish x * logistic(beta * x), element by element.

    x any shape, beta a number -> out of the shape of x, cache = (x, beta).
    """
    ### BEGIN SOLUTION
    gate = 0.5 * (1.0 + np.tanh(0.5 * beta * x))
    return x * gate, (x, beta)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_swish_forward", "grade": true, "points": 1}
check(swish_forward)


# %% nbgrader={"grade_id": "swish_backward", "solution": true}
def swish_backward(dout, cache):
    """dout of the shape of x, cache = (x, beta) -> dx of the same shape."""
    ### BEGIN SOLUTION
    x, beta = cache
    gate = 0.5 * (1.0 + np.tanh(0.5 * beta * x))
    return dout * (gate + beta * x * gate * (1.0 - gate))
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_swish_backward", "grade": true, "points": 2}
check(swish_backward, forward=swish_forward)

# %% [markdown]
# ### GELU (高斯误差线性单元)
#
# The same idea with another gate (Hendrycks and Gimpel, 2016): $x$ is kept with the probability that a standard normal number lies below it,
#
# $$f(x) = x\,\Phi(x),\qquad \Phi(x) = \tfrac12\left(1 + \operatorname{erf}\tfrac{x}{\sqrt 2}\right),\qquad \Phi'(x) = \varphi(x) = \tfrac{1}{\sqrt{2\pi}}e^{-x^2/2}.$$
#
# Product rule: $f'(x) = \Phi(x) + x\,\varphi(x)$.
#
# **Task.** `gelu_forward(x) -> (out, cache)` and `gelu_backward(dout, cache) -> dx`, in the exact form, with `erf` (imported above from scipy). By hand: $f(1) = \Phi(1) = 0.8413$; $f'(0) = \Phi(0) = 1/2$, and $f'(1) = 0.8413 + 1\cdot 0.2420 = 1.0833$, so there $\mathrm{dout} = 10$ gives $\mathrm{d}x = 10.833$.


# %% nbgrader={"grade_id": "gelu_forward", "solution": true}
def gelu_forward(x):
    """Gaussian error linear unit x * Phi(x), exact, element by element.

    x any shape -> out of the same shape, cache = (x,).
    """
    ### BEGIN SOLUTION
    return x * 0.5 * (1.0 + erf(x / np.sqrt(2.0))), (x,)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_gelu_forward", "grade": true, "points": 1}
check(gelu_forward)


# %% nbgrader={"grade_id": "gelu_backward", "solution": true}
def gelu_backward(dout, cache):
    """dout of the shape of x, cache = (x,) -> dx of the same shape."""
    ### BEGIN SOLUTION
    (x,) = cache
    phi_below = 0.5 * (1.0 + erf(x / np.sqrt(2.0)))
    density = np.exp(-0.5 * x**2) / np.sqrt(2.0 * np.pi)
    return dout * (phi_below + x * density)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_gelu_backward", "grade": true, "points": 2}
check(gelu_backward, forward=gelu_forward)

# %% [markdown]
# **One without its formula** (not graded). *Softplus*, $f(x) = \ln(1 + e^{x})$ (Dugas and others, 2001), is a smooth ReLU. Derive $f'$ on paper, write the pair, and find a form of $f$ that is finite at $x = 1000$. Then compare with `F.softplus_forward` and `F.softplus_backward` of the course's library. (For a large $x$, factor $e^{x}$ out of the parenthesis before you take the logarithm.) At $x = 0$ the slope must be $1/2$; you have met the function that it is.
#
# **Two approximations** are in use, from the time when erf was slow. Both replace $\Phi$ by something S-shaped, with a number ($0.044715$, $1.702$) that was fitted to make the error small:
#
# $$\Phi(x) \approx \tfrac12\left(1 + \tanh\!\left(\sqrt{\tfrac 2\pi}\,(x + 0.044715\,x^3)\right)\right),\qquad \Phi(x)\approx\sigma(1.702\,x).$$
#
# The second makes GELU a Swish with $\beta = 1.702$. How far off are they?

# %% tags=["experiment"]
z = np.linspace(-5, 5, 2001)
approximations = {
    "tanh form": lambda: F.gelu_forward(z, approximate="tanh"),
    "logistic form": lambda: F.swish_forward(z, beta=1.702),
}
backwards = {"tanh form": F.gelu_backward, "logistic form": F.swish_backward}
exact, cache = F.gelu_forward(z)
exact_slope = F.gelu_backward(np.ones_like(z), cache)
figure, axes = plt.subplots(1, 2, figsize=(9, 2.8), sharey=True)
for style, (name, forward) in zip(("--", ":"), approximations.items()):
    out, cache = forward()
    off, slope_off = out - exact, backwards[name](np.ones_like(z), cache) - exact_slope
    axes[0].plot(z, off, style, label=name)
    axes[1].plot(z, slope_off, style, label=name)
    print(f"{name:14s} largest error {abs(off).max():.4f}, of the slope {abs(slope_off).max():.4f}")
axes[0].set(xlabel="x", ylabel="approximation minus exact", title="GELU")
axes[1].set(xlabel="x", title="its slope")
axes[0].legend(fontsize=8)
plt.show()

# %% [markdown]
# *What to see:* the tanh form's error stays near zero in both panels; the logistic form is off by up to 0.02 in the value and by more in the slope. Harmless for training, as long as forward and backward use the *same* form: a logistic forward with an erf backward is a wrong gradient, by the dotted curve on the right.

# %% [markdown]
# ## 9. All of them, with derivatives
#
# The curves below are drawn with *your* functions: the value from forward, the derivative from backward with `dout = 1`.

# %% tags=["experiment"]
activations = {
    "logistic": (logistic_forward, logistic_backward, {}),
    "tanh": (tanh_forward, tanh_backward, {}),
    "ReLU": (relu_forward, relu_backward, {}),
    "leaky ReLU, slope 0.1": (leaky_relu_forward, leaky_relu_backward, {"slope": 0.1}),
    "PReLU, a = 0.3": (
        lambda x: prelu_forward(x[:, None], np.array([0.3])),
        lambda d, c: prelu_backward(d[:, None], c)[0],
        {},
    ),
    "ELU, alpha = 1": (elu_forward, elu_backward, {}),
    "Swish, beta = 1": (swish_forward, swish_backward, {}),
    "GELU": (gelu_forward, gelu_backward, {}),
}
z = np.linspace(-4, 4, 401)
figure, axes = plt.subplots(2, 4, figsize=(10, 4.6), sharex=True, sharey=True)
for ax, (name, (forward, backward, options)) in zip(axes.flat, activations.items()):
    out, cache = forward(z, **options)
    slope = backward(np.ones_like(z), cache)
    ax.axhline(0, color="0.8", lw=0.8)
    ax.plot(z, out, label="f")
    ax.plot(z, slope, "--", label="f '")
    ax.set(title=name, ylim=(-1.3, 2.5))
    many = np.random.default_rng(0).normal(size=1_000_000)
    print(
        f"{name:22s} smallest f {out.min():6.3f}   f' between {slope.min():5.2f} and {slope.max():5.2f}"
        f"   mean of f(z), z standard normal: {forward(many, **options)[0].mean():.2f}"
    )
for ax in axes[1]:
    ax.set_xlabel("z")
axes[0, 0].legend()
plt.show()

# %% [markdown]
# *What to see:* the dashed derivative. The logistic's never exceeds 0.25; tanh reaches 1 at a single point; ramps have exactly 1 on the whole right side; Swish and GELU overshoot 1 a little and go slightly below 0 on the left, so they are not monotonic.
#
# ### Saturation (饱和)
#
# Where $f$ is flat, $f'$ is nearly zero and `dx = dout * f'` is too. A deep net multiplies one such factor per layer, and the product can become too small to learn from: the **vanishing gradient** (梯度消失). (Large weights can do the opposite, a gradient that grows at every layer: the **exploding gradient**, 梯度爆炸.) We send 200 digits through ten layers of 64 units, start a random gradient at the last layer, and measure its mean size at each layer on its way back. Two things happen in a layer: the product with $w^{\mathsf T}$, which keeps the size, since 64 squares of weights with the variance $1/64$ add up to 1, and the factor $f'$. **Predict first:** by which factor does a layer change the gradient, for the logistic, for tanh and for a ReLU, and what do nine of them make?

# %% tags=["experiment"]
x_train, y_train, x_test, y_test = data.digits(rng=np.random.default_rng(0))


def gradient_by_layer(forward, backward, gain, depth=10, width=64, seed=0):
    rng = np.random.default_rng(seed)
    a, trace, sizes = x_train[:200], [], []
    for _ in range(depth):
        w = rng.normal(0, gain / np.sqrt(width), (width, width))
        a, cache = forward(a @ w)
        trace.append((w, cache))
    d = rng.normal(size=a.shape)
    for w, cache in reversed(trace):
        d = backward(d, cache)
        sizes.append(np.abs(d).mean())
        d = d @ w.T
    return np.array(sizes[::-1])


figure, ax = plt.subplots(figsize=(7, 3.2))
for style, (name, gain) in zip(
    ("o-", "s--", "^-", "d:"), (("logistic", 1), ("tanh", 1), ("ReLU", np.sqrt(2)), ("ReLU", 1))
):
    sizes = gradient_by_layer(*activations[name][:2], gain)
    ax.semilogy(range(1, 11), sizes, style, label=f"{name}, weights ×{gain:.2g}/√64")
    print(
        f"{name:8s} gain {gain:.2f}: size at layer 1 / size at layer 10 = {sizes[0] / sizes[-1]:.1e}"
    )
ax.set(xlabel="layer (1 is nearest the input)", ylabel="mean |gradient|", xticks=range(1, 11))
ax.legend(fontsize=8)
plt.show()

# %% [markdown]
# *What to see:* read from right to left, the way the gradient travels. The logistic loses a factor of about four per layer, and that is with units near 0, where the slope is largest; saturated ones would lose more. tanh keeps nearly half over all nine steps. ReLU nearly keeps the size if the weights make up for the half of the units that are off (gain $\sqrt 2$; notebook 4 derives it for both directions), and loses a factor of about 30 over the nine steps if they do not.
#
# What could be predicted: the logistic's $f'$ is about $1/4$, and $4^{-9} = 4\cdot10^{-6}$. For tanh it is about 1 near 0 and less elsewhere. For a ReLU it is 0 in half of the units and 1 in the others, so that the mean of the squares is halved and the size falls by $1/\sqrt 2 = 0.71$ in each layer, and by $2^{-9/2} = 0.04$ in nine. The predictions have the right size and miss by a factor: a logistic's units are not exactly at 0 (it keeps 0.236 of the gradient in a layer, not 0.25), and a ReLU's masks are not quite half and not independent of the weights.
#
# ### Zero-centered outputs (零中心化)
#
# The weights of a neuron get $\mathrm{d}w = \mathrm{d}z\cdot x$ from one example: the number $\mathrm{d}z$ times the input vector. If all inputs are positive, as a logistic layer's outputs are, all entries of $\mathrm{d}w$ have the sign of $\mathrm{d}z$. The weights can only all grow or all shrink together. A target that asks one to grow and one to shrink is reached in a zigzag. (That is exact for one example at a time. A mini-batch adds up examples whose $\mathrm{d}z$ differ in sign, so it can move the weights in any direction; what remains is a ravine, as the figure shows.)
#
# Below, a linear neuron with two weights is to learn the weights $(1, -1)$ from inputs in $(0, 1)$, one example at each step, and the same with the mean of the inputs removed.

# %% tags=["experiment"]
rng = np.random.default_rng(3)
inputs = F.logistic(rng.normal(0.5, 1.0, (400, 2)))
target = np.array([1.0, -1.0])
figure, axes = plt.subplots(1, 2, figsize=(8, 3.8), sharex=True, sharey=True)
g = np.stack(np.meshgrid(np.linspace(-1.3, 1.6, 80), np.linspace(-1.9, 1.0, 80)), axis=-1)
for ax, (name, x) in zip(
    axes, {"inputs in (0, 1)": inputs, "the same, centered": inputs - inputs.mean(axis=0)}.items()
):
    x = x / np.sqrt((x**2).mean())  # same average size for both
    w, path, same_sign = np.array([-1.0, -0.6]), [], []
    for row in x[:200]:
        path.append(w)
        dw = (row @ w - row @ target) * row
        same_sign.append(dw[0] * dw[1] > 0)
        w = w - 0.1 * dw
    path = np.array(path)
    loss = (((g - target) @ x.T) ** 2).mean(axis=-1)
    ax.contour(g[..., 0], g[..., 1], loss, np.geomspace(0.02, 8, 10), colors="0.7", linewidths=0.8)
    ax.plot(*path.T, "o-", ms=2, lw=1)
    ax.plot(*target, "k*", ms=12)
    eigenvalues = np.linalg.eigvalsh(x.T @ x / len(x))
    ax.set(title=name, xlabel="$w_1$", aspect="equal")
    print(
        f"{name:20s} both weights move the same way in {np.mean(same_sign):4.0%} of the steps; "
        f"distance left {np.linalg.norm(w - target):.2f}; ravine {eigenvalues[1] / eigenvalues[0]:.1f} : 1"
    )
axes[0].set_ylabel("$w_2$")
plt.show()

# %% [markdown]
# *What to see:* the paths of 200 steps. Left, every step goes up and to the right or down and to the left. The star lies to the right of the start and below it. But both weights can only move the same way, so the neuron first goes right *and up*, away from the height of the star, and then creeps along a narrow valley toward the star in a zigzag of small steps. Right, the valley is round: the path overshoots once and reaches the star. The last number printed is the ratio of the steepest to the flattest curvature of the loss, which is how many times steeper this valley, the *ravine*, is across than along. (The loss is a quadratic bowl; up to a common factor its curvatures are the eigenvalues of $x^{\mathsf T}x/N$.) That is why tanh is usually the better S-shape inside a network, and why batch normalization (notebook 4) centers the pre-activations. (A ReLU after it still sends only numbers ≥ 0 to the next layer.)
#
# ### Dead units (死亡 ReLU)
#
# A ReLU whose pre-activation is not positive for *any* training example outputs 0 for all of them, and its weights receive the gradient 0: it is dead. One large step can do that, since it may push the bias far down. We train 64-100-10 networks on the digits with three learning rates and count the hidden units that are off for the whole training set. **Predict, then run:** at the rates 0.1, 1 and 2, what share of the 100 units is dead after 15 epochs?


# %% tags=["experiment"]
def train_and_count_dead(pair, lr, epochs=15, seed=0):
    rng = np.random.default_rng(seed)
    net = Sequential(Linear(64, 100, rng=rng), Layer(*pair), Linear(100, 10, rng=rng))
    dead = []

    def count(epoch, net, history):
        p = net.parameters()
        z = x_train @ p["0.w"] + p["0.b"]
        dead.append((z <= 0).all(axis=0).mean())

    count(-1, net, None)  # before the first step
    fit(
        net,
        x_train,
        y_train,
        optimizer=optim.SGD(net, lr),
        epochs=epochs,
        batch_size=32,
        rng=rng,
        callback=count,
        progress=False,
    )
    scores = net(x_test)
    return dead, (scores.argmax(axis=1) == y_test).mean()


# %% tags=["experiment", "nbval-ignore-output"]
figure, ax = plt.subplots(figsize=(7, 3))
for style, lr in zip(("-", "--", ":"), (0.1, 1.0, 2.0)):
    dead, accuracy = train_and_count_dead((relu_forward, relu_backward), lr)
    ax.plot(range(16), dead, style, label=f"ReLU, lr = {lr}")
    print(
        f"ReLU       lr {lr}: dead at the start {dead[0]:3.0%}, after one epoch {dead[1]:4.0%}, "
        f"at the end {dead[-1]:4.0%}; test accuracy {accuracy:.2f}"
    )
dead, accuracy = train_and_count_dead((leaky_relu_forward, leaky_relu_backward), 2.0)
print(
    f"leaky ReLU lr 2.0: off at the end {dead[-1]:4.0%}, but with a gradient; test accuracy {accuracy:.2f}"
)
ax.plot(range(16), dead, "-.", label="leaky ReLU, lr = 2.0: off, not dead")
ax.set(xlabel="epoch", ylabel="share of units that are off", ylim=(-0.03, 1.05))
ax.legend()
plt.show()

# %% [markdown]
# *What to see:* with a moderate learning rate a few units are dead from the start, by bad luck in their initial weights, and no more die. A larger rate kills a good part in the first epochs, and the network still learns with the units that are left. A rate that is too large kills nearly all of them within a few epochs, and the network gives the same answer for every digit. No later step brings a dead unit back here: its inputs are the pictures themselves. (In a deeper layer the inputs may still change.) At the same rate the leaky version (dash-dotted) has most of its units off as well and stays able to learn, since "off" no longer means "without gradient".
#
# ### Cost

# %% tags=["experiment", "nbval-ignore-output"]
z = np.random.default_rng(0).normal(size=(200, 1000))
print("nanoseconds per number, forward + backward (your machine)")
for name, (forward, backward, options) in activations.items():
    if name.startswith("PReLU"):
        continue
    times = []
    for _ in range(5):
        start = time.perf_counter()
        out, cache = forward(z, **options)
        backward(z, cache)
        times.append(time.perf_counter() - start)
    print(f"  {name:22s} {np.median(times) / z.size * 1e9:7.1f}")

w, times = rng.normal(size=(1000, 1000)), []
for _ in range(3):
    start = time.perf_counter()
    dw, dx = z.T @ (z @ w), z @ w.T  # as large as an affine layer's forward and backward
    times.append(time.perf_counter() - start)
print(f"  {'matrix product, D 1000':22s} {np.median(times) / z.size * 1e9:7.1f}")

# %% [markdown]
# What counts is less the formula than how NumPy computes it: `np.maximum` handles several numbers at once; `np.where`, in the leaky ReLU, picks one of two finished arrays, number by number; `np.expm1` and `erf` take their time. The last line is a layer with 1000 inputs and 1000 outputs, its whole cost divided by the number of outputs, as for the activations. Counted, an output of that layer takes about $3\cdot1000$ products and as many additions, and an activation a few dozen operations. How much of this difference is left depends on the machine, since products of matrices are what it does best: compare the last line with that of the most expensive activation. So cost decides between two activations that learn equally well, and seldom otherwise.
#
# | | range | slope | mean of $f(z)$, $z$ standard normal | saturates | typical use |
# |---|---|---|---|---|---|
# | logistic | (0, 1) | ≤ 1/4 | 0.50 | both sides | gates, output for two classes |
# | tanh | (−1, 1) | ≤ 1 | 0 | both sides | recurrent nets (chapter 5), small nets |
# | ReLU | [0, ∞) | 0 or 1 | 0.40 | left, exactly 0 | the default |
# | leaky ReLU, PReLU | all numbers | slope or 1 | 0.36 (slope 0.1) | no | when units die |
# | ELU | (−α, ∞) | 0 to 1 (α = 1) | 0.16 | left | deep nets without batch norm (notebook 4) |
# | Swish, GELU | ≥ −0.28, ≥ −0.17 | −0.13 to 1.13 | 0.21, 0.28 | left | transformers (chapter 5), recent conv nets (chapter 4) |
#
# By the column of means (printed with the curves above) only tanh is zero-centered, and ELU comes closest among the ramps. Compared with ReLU, Swish is halfway there and GELU a third of the way; leaky ReLU is hardly better.

# %% [markdown]
# ## 10. Layers, and how to count them
#
# (The example networks of this section, 3-4-2 and 3-4-4-1, are those of the course notes of Stanford's CS231n.)
#
# A **feedforward network** (前馈网络) arranges neurons in layers. Every neuron of a layer is connected to every neuron of the next (**fully connected**, 全连接), none to its own layer, and nothing goes backward. All $M$ neurons of a layer compute at once, as columns of one matrix:
#
# $$z = x w + b,\qquad (N, M) = (N, D)(D, M) + (M,),\qquad a = f(z).$$
#
# Two conventions, of this course and of most texts, worth stating once:
#
# - **The input does not count as a layer.** Its "units" compute nothing; they are the data. A "two-layer network" has one hidden layer and one output layer.
# - **The output layer (输出层) usually has no activation.** Its numbers are scores or predictions and may need any size. What turns scores into probabilities (softmax, logistic) belongs to the loss, as in chapter 2, where both together are stable.


# %% tags=["experiment"] jupyter={"source_hidden": true}
def draw_network(ax, sizes, title):
    for layer, n in enumerate(sizes):
        ys = np.arange(n) - (n - 1) / 2
        for y in ys:
            if layer + 1 < len(sizes):
                for y_next in np.arange(sizes[layer + 1]) - (sizes[layer + 1] - 1) / 2:
                    ax.plot([layer, layer + 1], [y, y_next], color="0.7", lw=0.8, zorder=1)
            if layer == 0:
                ax.scatter(layer, y, s=200, marker="s", color="0.85", edgecolors="0.4", zorder=2)
            else:
                last = layer == len(sizes) - 1
                ax.scatter(layer, y, s=260, color="C1" if last else "C0", edgecolors="k", zorder=2)
        name = "input" if layer == 0 else "output" if layer == len(sizes) - 1 else f"hidden {layer}"
        ax.text(layer, max(sizes) / 2 + 0.15, f"{name}\n{n}", ha="center", fontsize=9)
    ax.set(
        title=title,
        xlim=(-0.4, len(sizes) - 0.6),
        ylim=(-max(sizes) / 2 - 0.2, max(sizes) / 2 + 0.9),
    )
    ax.axis("off")


figure, axes = plt.subplots(1, 2, figsize=(9, 3.2), width_ratios=(2, 3))
draw_network(axes[0], [3, 4, 2], "3-4-2: two layers")
draw_network(axes[1], [3, 4, 4, 1], "3-4-4-1: three layers")
plt.show()

# %% [markdown]
# *What to see:* squares are data, circles are neurons. Left: $4 + 2 = 6$ neurons, a line for every weight: $3\cdot 4 + 4\cdot 2 = 20$, and a bias for every neuron: 6. Together 26 parameters. In general, between a layer of $D_l$ units and the next there are $D_l\cdot D_{l+1}$ connections.
#
# Right, by hand: $4 + 4 + 1 = 9$ neurons, $12 + 16 + 4 = 32$ weights, 9 biases, 41 parameters.
#
# **Task.** `count_parameters(sizes) -> (neurons, weights, biases)` for a list of layer sizes, input first.


# %% nbgrader={"grade_id": "count_parameters", "solution": true}
def count_parameters(sizes):
    """Count a fully connected network; sizes lists the units of each layer, the input first.

    sizes list of ints, two or more -> (neurons, weights, biases), three ints.
    """
    ### BEGIN SOLUTION
    neurons = sum(sizes[1:])  # the input computes nothing
    weights = sum(n * n_next for n, n_next in zip(sizes[:-1], sizes[1:]))
    biases = neurons  # one each
    return neurons, weights, biases
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_count_parameters", "grade": true, "points": 2}
check(count_parameters)

# %%
for sizes in ([3, 4, 2], [3, 4, 4, 1], [784, 16, 16, 10]):
    neurons, weights, biases = count_parameters(sizes)
    print(
        f"{'-'.join(map(str, sizes)):14s} {neurons:3d} neurons  {weights:6,d} weights "
        f"+ {biases:3d} biases = {weights + biases:6,d} parameters"
    )

# %% [markdown]
# The last one reads 28 × 28 pixels of a handwritten digit and is small by any measure. Its 13,002 numbers must all be found by learning.
#
# ## 11. One hidden layer is enough, in principle
#
# Which functions can a network compute? Take one input $x$ and a logistic unit with a large weight, $\mathrm{slope}$, and the bias $-\mathrm{slope}\cdot\mathrm{left}$. Its activation $\sigma(\mathrm{slope}\,(x - \mathrm{left}))$ rises from 0 to 1 around $x = \mathrm{left}$, most of it within a distance of $4/\mathrm{slope}$: for a large slope it is a step. A second unit steps up further right, at $\mathrm{right}$. Subtract it, with an output weight of the opposite sign, and what is left is a **bump**: about $\mathrm{height}$ between left and right, about 0 elsewhere,
#
# $$\mathrm{bump}(x) = \mathrm{height}\cdot\big(\sigma(\mathrm{slope}\,(x-\mathrm{left})) - \sigma(\mathrm{slope}\,(x-\mathrm{right}))\big).$$
#
# Two hidden units, one bump. Many bumps side by side, each of its own height, are a staircase that follows any curve. Over pieces that are short enough, a continuous function on a closed interval changes by as little as you like, so a staircase of enough bumps, steep enough, comes as close to it as you like. (At its own edge a bump has half of its height. Where two bumps meet, the halves add up; at the two ends of the interval there is no neighbor, so let the first bump begin, and the last one end, outside.) This is **universal approximation** (通用近似) in one dimension; Cybenko (1989) and Hornik, Stinchcombe and White (1989) proved it for any number of inputs. Michael Nielsen's book tells the proof by bumps in pictures (chapter 4).
#
# **By hand,** the staircase for $g(x) = x$ on $[0, 1]$ with four bumps: the edges are $0, 0.25, 0.5, 0.75, 1$ and the heights are the values in the middles, $0.125, 0.375, 0.625, 0.875$. Just beside the inner edges the error is largest, $0.125$: the slope 1 times half of the width. (At an inner edge itself the halves of two bumps add up to $g$ exactly. If the outer bumps began and ended at 0 and 1, the halves there would be alone: $0.0625$ for $g(0) = 0$ and, much worse, $0.4375$ for $g(1) = 1$. That is why they reach beyond.)
#
# **Task.** `bump(x, left, right, height, slope=100.0) -> y`: return the formula above, entry by entry for an $x$ of any shape, finite and without a warning for every $x$.
#
# **By hand**, left 0, right 1, height 2, slope 100: in the middle, $x = 0.5$, the units give 1 and 0, so $y = 2$. At $x = 0$ the first is at one half: $y = 1$. At $x = -1$ both are 0.
#
# *Hint:* section 6 has a logistic function that never overflows, and returns more than one thing.


# %% nbgrader={"grade_id": "bump", "solution": true}
def bump(x, left, right, height, slope=100.0):
    """Two steep logistic units, the second subtracted: height between left and right, else 0.

    x an array of any shape, left < right, height and slope numbers -> y of the shape of x.
    """
    ### BEGIN SOLUTION
    up = logistic_forward(slope * (x - left))[0]
    down = logistic_forward(slope * (x - right))[0]
    return height * (up - down)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_bump", "grade": true, "points": 2}
check(bump)

# %% tags=["experiment"]
at = np.linspace(-1, 2, 601)
figure, axes = plt.subplots(1, 4, figsize=(10, 2.4), sharey=True)
for ax, steepness in zip(axes, (4, 10, 30, 100)):
    for style, edge in (("--", 0.0), (":", 1.0)):
        ax.plot(at, F.logistic(steepness * (at - edge)), style, color="0.5", lw=1.2)
    ax.plot(at, bump(at, 0.0, 1.0, 1.0, steepness), "C1")
    ax.set(title=f"slope {steepness}", xlabel="x", xticks=(0, 1))
plt.show()

# %% [markdown]
# *What to see:* dashed and dotted, the two units, for four slopes; solid, their difference. The steeper the units, the squarer the bump.
#
# Bumps from your function, side by side, follow a curve. Next to them, another family: ReLUs whose folds are spread evenly, and whose output weights are found by least squares (chapter 2). The bumps have the slope 4000: even the narrowest, 1/16 wide, is then 31 times as wide as one of its edges ($2\cdot4/4000$), so its rounded corners do not matter. The theorem is about continuous functions, so first $\sin 3x$ is to be followed (in numbers only). Then a step of 1 is added at $x = 0.3$, to see what a jump does: this is the $g$ of the pictures, and its errors are measured at a distance from the jump.
#
# **Predict, then run:** twice as many units, and the largest error for $\sin 3x$ becomes: the same, half, a quarter? For bumps and for ReLUs.


# %% tags=["experiment"]
def smooth_curve(x):
    return np.sin(3 * x)


def g(x):
    return smooth_curve(x) + (x > 0.3)


def by_bumps(x, count, g):
    edges = np.linspace(-1, 1, count + 1)
    middles = (edges[:-1] + edges[1:]) / 2
    return sum(bump(x, l, r, g(m), 4000.0) for l, r, m in zip(edges[:-1], edges[1:], middles))


def by_relus(x, count, g):
    folds = np.linspace(-1, 1, count, endpoint=False)
    hidden = np.column_stack([np.ones_like(x), *(np.maximum(0, x - f) for f in folds)])
    return hidden @ np.linalg.lstsq(hidden, g(x), rcond=None)[0]


# %% tags=["experiment"]
at = np.linspace(-0.999, 0.999, 1201)
away = abs(at - 0.3) > 0.15  # from the jump
frames, counts = [], (2, 4, 8, 16, 32, 64)
print("largest errors    sin 3x: bumps  ReLUs     with the jump: bumps  ReLUs")
for count in counts:
    figure, axes = plt.subplots(1, 2, figsize=(8.4, 3), sharey=True)
    bumps = count // 2
    pair = {
        f"{bumps} bump{'s' if bumps > 1 else ''}, {count} logistic units": by_bumps(at, bumps, g),
        f"{count} ReLUs": by_relus(at, count, g),
    }
    for ax, (name, values) in zip(axes, pair.items()):
        ax.plot(at, g(at), color="0.6", lw=3, label="$g$")
        ax.plot(at, values, "C1", lw=1.5, label="network")
        ax.set(title=name, xlabel="x", ylim=(-1.4, 2.2))
    axes[0].legend(loc="upper left", fontsize=8)
    plain = (by_bumps(at, bumps, smooth_curve), by_relus(at, count, smooth_curve))
    errors = [abs(values - smooth_curve(at)).max() for values in plain]
    errors += [abs(values - g(at))[away].max() for values in pair.values()]
    print("{:2d} units {:20.3f} {:8.4f} {:18.3f} {:8.4f}".format(count, *errors))
    frames.append(figure)
plot.slider(frames, [f"{count} units" for count in counts], "hidden units")

# %% [markdown]
# *What to see:* both close in on the curve. Read the first two columns: once there are enough of them, twice as many bumps halve the largest error, since a flat step misses by the steepness of the curve times half the width of the step. Twice as many ReLUs cut it to a quarter, since a straight piece between two points of the curve misses by an eighth of the curvature times the width squared: with 64 pieces on $[-1, 1]$ that is $9\cdot(1/32)^2/8 = 0.0011$. Least squares does somewhat better. With the jump, the ReLUs' errors become uneven, even at a distance: a piece that spans the jump disturbs its neighbors, and how much depends on where its ends fall.
#
# What the theorem does not say: how many units a function of many inputs needs (often hopelessly many), whether descent finds the weights, and what happens between and beyond the examples. It says that the *form* is no obstacle.
#
# ## 12. Your activations at work
#
# `Layer(forward, backward)` of the course's library turns any pair into a layer, yours included. Here is each of your activations inside a 64-32-32-10 network on 8 × 8 digits, S-shaped ones from Xavier's initial weights, of variance $2/(D+M)$, and all others from He's, of variance $2/D$ (notebook 4 derives both). How `fit` obtains the gradients is notebook 2.
#
# A logistic's slope is at most 1/4, so its gradients are smaller from the start, and a comparison at one learning rate would be unfair. So each activation is trained at seven rates. **Predict, then run:** by what factor does the logistic net's best rate differ from that of the others, and is it level with them there?


# %% tags=["experiment"]
def train_activation(name, lr, x, y, epochs=10, seed=0):
    """Train 64-32-32-10 with an activation; return the last training loss and the network."""
    forward, backward, options = activations[name]
    init = "xavier" if name in ("logistic", "tanh") else "he"
    rng, layers = np.random.default_rng(seed), []
    for _ in range(2):
        layers.append(Linear(64 if not layers else 32, 32, rng=rng, init=init))
        if name.startswith("PReLU"):
            layers.append(Layer(prelu_forward, prelu_backward, a=np.full(32, 0.3)))  # a is learned
        else:
            layers.append(Layer(forward, backward, options=options))
    net = Sequential(*layers, Linear(32, 10, rng=rng, init=init))
    with np.errstate(all="ignore"):  # some rates are too large: that is the point
        history = fit(
            net,
            x,
            y,
            optimizer=optim.SGD(net, lr),
            epochs=epochs,
            batch_size=32,
            rng=np.random.default_rng(seed + 1),
            progress=False,
        )
    return history.train_loss[-1], net


# %% tags=["experiment", "nbval-ignore-output"]
# About 15 s on an ordinary laptop.
rates = (0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
figure, ax = plt.subplots(figsize=(8, 3.8))
drawn = {"logistic": ("o-", "C1"), "tanh": ("s--", "C0"), "Swish, beta = 1": ("^:", "C2")}
for name in (*(n for n in activations if n not in drawn), *drawn):  # the named ones on top
    runs = [train_activation(name, lr, x_train, y_train) for lr in rates]
    losses = [min(loss, 2.6) if np.isfinite(loss) else 2.6 for loss, _ in runs]
    best = int(np.argmin(losses))
    mark, color = drawn.get(name, ("-", "0.7"))
    label = name.split(",")[0] if name in drawn else "the other five" * (name == "GELU")
    ax.loglog(rates, losses, mark, color=color, label=label or None)
    ax.plot(rates[best], losses[best], "o", mfc="none", mec=color, mew=1.5, ms=11)
    accuracy = (runs[best][1](x_test).argmax(axis=1) == y_test).mean()
    print(
        f"{name:22s} loss at rate 0.1: {losses[1]:.2f}; best rate {rates[best]:4g}: "
        f"loss {losses[best]:.3f}, test accuracy {accuracy:.3f}"
    )
ax.axhline(np.log(10), color="0.6", lw=0.8)
ax.text(1.01, np.log(10), "guessing, ln 10", transform=ax.get_yaxis_transform(), fontsize=8, va="center")
ax.axvline(0.1, color="0.6", lw=0.8, ls=":")
ax.text(0.1, 1.02, "one rate for all", transform=ax.get_xaxis_transform(), fontsize=8, ha="center")
ax.set(xlabel="learning rate", ylabel="training loss after 10 epochs\n(at most 2.6)")
ax.legend(fontsize=9, loc="center left", bbox_to_anchor=(1.0, 0.5))
plt.show()

# %% [markdown]
# *What to see:* a ring marks the best rate of each. At rate 0.1 (dotted) the logistic net has hardly begun, and one would call it unable to learn. Its valley lies about ten times further to the right, at 3; at 10 it, too, no longer learns. (A loss above 2.6, or one that is no number any more, is drawn at 2.6.) At its own rate it comes within a few points of the test accuracy of the others, though its loss is still higher than theirs. The other seven have their valleys close together, mostly at 0.3 (five of them in gray, since they can hardly be told apart).
#
# So the activation and the learning rate are chosen together, and a comparison at one rate compares the rates. In deeper networks, where the slope is multiplied more often, the difference becomes one of kind (notebook 4).
#
# That ReLU no longer learns at 1.0, where the net of section 9 still did, is no contradiction: the nets differ, one hidden layer of 100 units there, two of 32 here. Which of the differences matters has not been tested. (On six splits of the digits the logistic net ended between 4 points behind the ReLU net and 2 points ahead; at rate 0.1 it was 26 to 73 points behind.)

# %% [markdown]
# ## 13. Quiz
#
# Replace each line by an answer. A wrong one brings a hint, not the solution.
#
# **Question 1.** A network 10-20-20-5 (input first). How many parameters does it have, weights and biases together? A whole number.

# %% nbgrader={"grade_id": "quiz_parameters", "solution": true}
# quiz_parameters = a whole number
### BEGIN SOLUTION
quiz_parameters = 745
### END SOLUTION

# %% nbgrader={"grade_id": "check_quiz_parameters", "grade": true, "points": 1}
check.quiz("quiz_parameters", quiz_parameters)

# %% [markdown]
# **Question 2.** Ten layers with logistic activation, all units at $z = 0$, where the slope is largest. By which factor do the ten activations alone scale the gradient? A number, to two significant digits or better.

# %% nbgrader={"grade_id": "quiz_ten_layers", "solution": true}
# quiz_ten_layers = a number, e.g. 1.2e-3 or an expression
### BEGIN SOLUTION
quiz_ten_layers = 0.25**10
### END SOLUTION

# %% nbgrader={"grade_id": "check_quiz_ten_layers", "grade": true, "points": 1}
check.quiz("quiz_ten_layers", quiz_ten_layers)

# %% [markdown]
# **Question 3.** In a trained network one ReLU unit outputs 0 for every training example. What will further gradient descent on the same examples, without weight decay, do to its incoming weights?
#
# - A: pull them toward zero
# - B: nothing, as long as the layers before it do not change
# - C: raise them until the unit fires
# - D: it depends on the learning rate

# %% nbgrader={"grade_id": "quiz_dead_unit", "solution": true}
# quiz_dead_unit = a letter, e.g. "A"
### BEGIN SOLUTION
quiz_dead_unit = "B"
### END SOLUTION

# %% nbgrader={"grade_id": "check_quiz_dead_unit", "grade": true, "points": 1}
check.quiz("quiz_dead_unit", quiz_dead_unit)

# %% [markdown]
# **In your own words** (graded by a person). A friend replaces every ReLU in a ten-layer network by the logistic function and reports: "It still trains, but the first layers hardly change." Explain to the friend, in at most eight sentences, what happens, why it hits the first layers hardest, and name two different remedies.

# %% [markdown] nbgrader={"grade_id": "explain_saturation", "grade": true, "solution": true, "points": 5}
# <!-- BEGIN SOLUTION -->
# The gradient of an early weight is a product with one factor $\sigma'(z)$ for every layer above it. The logistic's slope is at most 1/4, and near 0 for units that are saturated (|z| large). So each layer shrinks the signal by a factor of four or more; the first of ten layers receives about $4^{-9}$ of what the last receives, and its weights hardly move. The last layers see hardly any of these factors and learn normally, which is why the loss still falls: they make the best of almost random features. Remedies: an activation whose slope is 1 on a wide range (ReLU and relatives; tanh is better already, slope 1 at zero and outputs around zero); an initialization or a normalization (batch norm) that keeps pre-activations in the steep part and scales the signal up again; shortcuts around layers (chapter 4). A larger learning rate is no remedy: it would blow up the last layers before it helps the first.
#
# *Points:* 2 for the product of slopes, 1 for the bound 1/4 or saturation, 1 for the first layers having the most factors, 1 for two remedies that fit.
# <!-- END SOLUTION -->

# %% [markdown]
# ## What to take away
#
# - A neuron is $f(w\cdot x + b)$: a line, and a bend across it. Knowledge is in $w$ and $b$.
# - Without the bend, any depth collapses to one affine map.
# - `dx = dout * f'(x)`: the element-wise backward pass, and the reason why the range of $f'$ decides how deep a network can learn.
# - One hidden layer can follow any continuous curve; how many units, and whether descent finds them, is another matter.
# - Count neurons without the input; a layer $D \to M$ has $DM + M$ parameters.
#
# Next: how the gradient reaches every weight, in notebook 2.
