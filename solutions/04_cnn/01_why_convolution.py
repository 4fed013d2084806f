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
# # 4.1 · Why convolution
#
# A picture is not a list of numbers. Its pixels have neighbors, and what a patch of pixels means does not depend on where in the
# picture it lies. A fully connected layer knows neither of the two facts. Build both facts into it, and what remains is a convolutional layer: far fewer weights, each trained on far more examples.
#
# **After this chapter you will be able to**
#
# 1. *count* what local connectivity, weight sharing and subsampling save, and *predict* every size in a convolutional net;
# 2. *derive* the gradients of a convolution index by index, and *write* convolution and pooling in NumPy, forward and backward;
# 3. *explain* why im2col is fast, what a transposed convolution is, and how far a unit can see;
# 4. *train* a net that reads digits, and *look* into its filters, its feature maps and its mistakes;
# 5. *measure* why very deep plain nets learn so badly, and *repair* them with residual units.
#
# The chapter has four notebooks: **4.1** why convolution · **4.2** the convolutional layer and its backward pass ·
# **4.3** a LeNet on digits, and what a unit sees · **4.4** deep networks and residual units.

# %%
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

import nnkit.functional as fn
from autograder import check
from nnkit import data, metrics, optim, plot
from nnkit.layers import Conv2d, Flatten, GlobalAvgPool2d, Layer, Linear, MaxPool2d, ReLU, Sequential
from nnkit.train import fit

plot.style()

# %% tags=["experiment"]
from nnkit.plot import ch04_layers, ch04_maps  # drawing, for the experiments only

# %% [markdown]
# ## Notation and shapes
#
# | symbol | shape | meaning |
# |---|---|---|
# | `x` | `(N, C, H, W)` | $N$ images of $C$ channels (通道), $H$ rows, $W$ columns |
# | `w` | `(F, C, KH, KW)` | $F$ filters (滤波器), each one kernel (卷积核) per input channel |
# | `b`, $b_f$ | `(F,)` | one bias per filter |
# | `out` | `(N, F, OH, OW)` | $F$ feature maps (特征图) |
# | $x$, $w$, $y$ | arrays | input, kernel and output of one convolution in formulas |
# | $M$, $K$; $K'$ | numbers | size of the input and of the kernel along one axis; places that a dilated kernel reaches over |
# | $S$, $P$, $D$ | numbers | stride, padding, dilation |
# | $O$ | a number | size of the output along one axis |
# | $A$; $Z$; $e_j$ | matrices; a vector | a linear layer as a matrix, $y = Ax$; the shift by one place; a single 1 at place $j$ |
# | $X$ | | the variable of a polynomial |
# | $Q$ | a number | size of a pooling window (4.2) |
# | $R$, $T$, $L$ | numbers | receptive field of a unit; distance in pixels between neighboring units; number of layers (4.3) |
# | $\mu$, $\sigma^2$, $\gamma$, $\beta$ | `(C,)` | mean, variance, new scale and new shift in batch normalization (4.3) |
# | $m$, $\varepsilon$, $g$, $\delta_{pq}$ | | values per mean; a small number under the root; the slope at $\hat x$; 1 for $p = q$, else 0 (4.3) |
# | $h$, $r$ | functions | a residual unit, $h(x) = x + r(x)$ (4.4) |
# | $G$; $z$, $a$, $s$ | a number; arrays | channels inside a residual unit; what goes into its first ReLU, what comes out, and the sum before the last one (4.4) |
# | $E$, $I$ | | expected value; identity matrix |
# | $n$, $f$, $c$ | indices | example, filter, channel |
# | $(i, j)$, $(k, l)$, $(u, v)$ | indices | place in the output, in the kernel, in the input |
# | $t$; $p$, $q$ | indices | a place in one dimension; two of the values that share a mean (4.3) |
# | `dx` | the shape of `x` | gradient of the loss with respect to `x`; so for every variable |
# | `fn` | a module | `nnkit.functional`, the course's own pairs of functions |
#
# Sizes along the two axes carry an index in formulas: $K_H$, $K_W$, $O_H$, $O_W$. Other texts call the depth of the input $D$ and that of the output $P$;
# here they are $C$ and $F$. Counting starts at 0.
#
# Experiments here train few nets, so that they finish in seconds. Where a sentence speaks of other starts or other splits, its numbers are in the course's table of claims, `docs/claims/ch04.md`, with the number of seeds and a control; a program measures it again.

# %% [markdown]
# ## 1 · What is wrong with a fully connected layer
#
# **It is too large.** A layer of 1000 units that sees a photograph of 427 × 640 pixels in three colors:

# %%
height, width, colors = data.sample_images()["china"].shape
inputs = height * width * colors
print(f"{inputs:,} inputs, {inputs * 1000 + 1000:,} parameters in one layer of 1000 units")

# %% [markdown]
# **It does not know what a neighbor is.** Shuffle the pixels of all images by one and the same permutation. Row $j$ of the weight
# matrix then belongs to another pixel, and that is all: every network on the original images has a twin on the shuffled ones
# with the same loss. For a fully connected layer an image and its shuffled version are equally hard.
#
# **It must learn everything again at every place.** A pixel on the left has its own weights. What they learn about a stroke
# teaches nothing to the weights on the right.
#
# The last two of these three faults can be measured. Digits of 8 × 8 pixels are put on a canvas of 12 × 12. Training images lie in the
# middle. Test images are moved by up to two pixels. We compare a dense net with a convolutional net of the kind that this chapter builds, which ends by averaging each map over the whole image.
#
# **Predict, then run.** How many of the digits does each net still read when they lie one pixel farther right? Two pixels? Write down four numbers.

# %% tags=["experiment"]
SIDE = 12


def on_canvas(images, row, column):
    """Put each (1, 8, 8) image on a black canvas with its corner at (row[n], column[n])."""
    canvas = np.zeros((len(images), 1, SIDE, SIDE), np.float32)
    for n, image in enumerate(images):
        canvas[n, :, row[n] : row[n] + 8, column[n] : column[n] + 8] = image
    return canvas


def dense_net(rng):
    return Sequential(Flatten(), Linear(SIDE * SIDE, 128, rng=rng), ReLU(), Linear(128, 64, rng=rng), ReLU(),
                      Linear(64, 10, rng=rng)).astype(np.float32)


def averaging_net(rng):
    return Sequential(Conv2d(1, 16, 3, padding=1, rng=rng), ReLU(), MaxPool2d(2),
                      Conv2d(16, 32, 3, padding=1, rng=rng), ReLU(), GlobalAvgPool2d(),
                      Linear(32, 10, rng=rng)).astype(np.float32)


def train(make, x, y, seed, epochs=14):
    rng = np.random.default_rng(seed)
    net = make(rng)
    optimizer = optim.Adam(net, 7e-3)
    history = fit(net, x, y, optimizer=optimizer, epochs=epochs, rng=rng, metric=metrics.accuracy)
    return net, history


def size_of(net):
    return sum(p.size for p in net.parameters().values())


digits, labels, test_digits, test_labels = data.digits(rng=np.random.default_rng(0), flat=False)

# %% tags=["experiment", "nbval-ignore-output"]
# About 4 s on an ordinary laptop.
middle = np.full(len(digits), 2)
shuffle = np.random.default_rng(1).permutation(SIDE * SIDE)


def shuffled(x):
    return x.reshape(len(x), -1)[:, shuffle].reshape(x.shape)


centered = on_canvas(digits, middle, middle)
makers = {"dense": dense_net, "convolutional": averaging_net}
nets = {name: train(make, centered, labels, 0)[0] for name, make in makers.items()}
shuffled_net = train(dense_net, shuffled(centered), labels, 0)[0]

shifts = np.arange(-2, 3)
fig, ax = plt.subplots(figsize=(6, 3.4))
for (name, net), marker in zip(nets.items(), "os"):
    accuracy = []
    for shift in shifts:
        moved = on_canvas(test_digits, middle[: len(test_digits)], middle[: len(test_digits)] + shift)
        accuracy.append(metrics.accuracy(net(moved), test_labels))
    ax.plot(shifts, accuracy, marker=marker, label=name)
    print(f"{name:14s} by shift {dict(zip(shifts.tolist(), np.round(accuracy, 2).tolist()))}")
ax.axhline(0.1, color="k", ls=":", lw=1, label="guessing")
ax.set(xlabel="test digits moved to the right (pixels)", ylabel="test accuracy", xticks=shifts,
       ylim=(0, 1.03))
ax.legend(loc="lower center", bbox_to_anchor=(0.5, 0.13))
plt.show()
still = on_canvas(test_digits, middle, middle)
in_order = metrics.accuracy(nets["dense"](still), test_labels)
out_of_order = metrics.accuracy(shuffled_net(shuffled(still)), test_labels)
print(f"dense, test digits in the middle: pixels in order {in_order:.3f}, pixels shuffled {out_of_order:.3f}")

# %% [markdown]
# *What to see:* both nets read digits that lie where the training digits lay. Move them by one pixel, and the dense net (blue) misreads a large part of them; by two, and it misreads most. The convolutional net (orange) loses at most six points, and fewer at a shift by two than by one: two pixels are one whole step of its subsampling (section 2), which keeps one value of each 2 × 2 square. The last line is the other half of the story: a dense net trained and tested on shuffled pixels reads just as well, so it never used that pixels have neighbors. (What shuffling does to a convolutional net is measured in section 2.)

# %% [markdown]
# ## 2 · Three structural features
#
# Convolutional nets differ from fully connected ones by three decisions. In one dimension, with six pixels, they look like this:

# %% tags=["experiment"]
ch04_layers.connections()
plt.show()

# %% [markdown]
# *What to see:* a light gray line is a weight of its own; lines of one color are one weight, used again at every place; the dark lines of the last drawing pick values and have no weight. From left to right each drawing keeps what the one before has gained: fewer lines, then fewer weights, then fewer values to pass on.
#
# The three ideas are older than the nets that learn them. Hubel and Wiesel (1962) found cells in the cat's visual cortex that answer to an edge in one small part of the picture only. Fukushima's neocognitron (1980) stacked layers of such local cells with shared weights. LeCun and others (1989) trained them by gradients.
#
# Now count each decision on the smallest useful case: an image of $28 \times 28$, and a layer that makes one map of $28 \times 28$ from it.
#
# **Local connectivity** (局部连接). A unit is connected to a small window only, its **receptive field** (感受野), say $3 \times 3$.
# Reason: pixels far apart have little to do with each other; edges, corners and strokes are small.
#
# $$\underbrace{784 \cdot 784}_{\text{everything}} + 784 = 615{,}440 \quad\longrightarrow\quad \underbrace{784\cdot 9}_{\text{windows}} + 784 = 7{,}840 .$$
#
# **Weight sharing** (权重共享). All units of a map use the same window of weights. Reason: an edge is an edge everywhere.
#
# $$7{,}840 \quad\longrightarrow\quad 9 + 1 = 10 .$$
#
# With so few weights one can afford several maps, each looking for something different; six of them have 60 parameters.
#
# **Subsampling in space** (空间下采样). Keep one value of each $2\times2$ square. Reason: to know *that* there is a corner, and
# roughly where, is enough. It saves nothing in this layer. It saves in the next ones: three quarters of the values are gone, and with them
# three quarters of the work, and of the weights of a fully connected layer above.
#
# $$784 \cdot 10 + 10 = 7{,}850 \quad\longrightarrow\quad 196\cdot 10 + 10 = 1{,}970 .$$

# %%
places = 28 * 28
counts = {  # parameters, products
    "everything": (places * places + places, places * places),
    "local": (places * 9 + places, places * 9),
    "shared": (9 + 1, places * 9),
    "six shared maps": (6 * (9 + 1), 6 * places * 9),
}
for name, (parameters, products) in counts.items():
    print(f"{name:16s} {parameters:8,} parameters, {products:8,} products")
print(f"classifier above: {places * 10 + 10:,} parameters; after subsampling {places // 4 * 10 + 10:,}")

# %% [markdown]
# Note the second column: locality saves work, sharing does not. Sharing saves memory and, more important, *examples*: each of the nine weights is taught by
# 784 places at once.
#
# Do the three features deserve their place? Take them away one at a time. This time the digits lie anywhere on the canvas, in
# training and in testing; there are 800 training digits, each seen at one place only. Every convolutional variant has the same numbers of maps.
#
# **Predict, then run.** Put the five in order before you look: which reads the test digits best, which worst?
#
# - **complete**: two convolutions of 3 × 3 with 8 and 16 maps, each followed by a subsampling of 2 × 2, then 10 outputs;
# - **not shared**: the same windows, but weights of their own at every place;
# - **not local**: the pixels are shuffled, so that the nine inputs of a unit lie anywhere in the image;
# - **not subsampled**: the same two convolutions at full size;
# - **dense**: none of the three.

# %% [markdown]
# The next cell is the layer without sharing, and nothing in it goes beyond NumPy. Nine shifted copies of the padded image hold what the nine weights of each window meet. `windows @ w` then is one small matrix product for each place, with that place's own weights. Backward, the gradient of each copy is added to where the copy came from. (`Layer` makes a layer of a pair of functions, as in notebook 3.1.)

# %% tags=["experiment"]
TAPS = [divmod(tap, 3) for tap in range(9)]  # row and column of each weight in its window


def unshared_forward(x, w, b):
    """Windows of 3 x 3, own weights at each place: w (places, 9 C, F), b (F, H, W)."""
    n, c, h, width = x.shape
    padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    copies = np.stack([padded[:, :, i : i + h, j : j + width] for i, j in TAPS], axis=2)
    windows = copies.transpose(3, 4, 0, 1, 2).reshape(h * width, n, c * 9)
    return (windows @ w).transpose(1, 2, 0).reshape(n, -1, h, width) + b, (x.shape, windows, w)


def unshared_backward(dout, cache):
    (n, c, h, width), windows, w = cache
    d = dout.reshape(n, -1, h * width).transpose(2, 0, 1)  # (places, N, F)
    dcopies = (d @ w.transpose(0, 2, 1)).reshape(h, width, n, c, 9).transpose(4, 2, 3, 0, 1)
    dpadded = np.zeros((n, c, h + 2, width + 2), dout.dtype)
    for (i, j), dcopy in zip(TAPS, dcopies):
        dpadded[:, :, i : i + h, j : j + width] += dcopy
    return dpadded[:, :, 1:-1, 1:-1], windows.transpose(0, 2, 1) @ d, dout.sum(axis=0)


def unshared(c, f, side, rng):
    w = rng.normal(0, np.sqrt(2 / (9 * c)), (side * side, 9 * c, f))
    return Layer(unshared_forward, unshared_backward, w=w, b=np.zeros((f, side, side)))


# %% tags=["experiment"]
def unshared_net(rng):
    return Sequential(unshared(1, 8, 12, rng), ReLU(), MaxPool2d(2),
                      unshared(8, 16, 6, rng), ReLU(), MaxPool2d(2),
                      Flatten(), Linear(16 * 3 * 3, 10, rng=rng)).astype(np.float32)


def conv_net(rng):
    return Sequential(Conv2d(1, 8, 3, padding=1, rng=rng), ReLU(), MaxPool2d(2),
                      Conv2d(8, 16, 3, padding=1, rng=rng), ReLU(), MaxPool2d(2),
                      Flatten(), Linear(16 * 3 * 3, 10, rng=rng)).astype(np.float32)


def full_size_net(rng):
    return Sequential(Conv2d(1, 8, 3, padding=1, rng=rng), ReLU(),
                      Conv2d(8, 16, 3, padding=1, rng=rng), ReLU(),
                      Flatten(), Linear(16 * SIDE * SIDE, 10, rng=rng)).astype(np.float32)


# %% tags=["experiment", "nbval-ignore-output"]
# About 13 s on an ordinary laptop.
variants = {"complete": conv_net, "not shared": unshared_net, "not local": conv_net,
            "not subsampled": full_size_net, "dense": dense_net}
scores = {name: [] for name in variants}
sizes = {}
for seed in range(2):
    rng = np.random.default_rng(seed)
    x_train, y_train, x_test, y_test = data.digits(rng=rng, flat=False)
    x_train, y_train = on_canvas(x_train[:800], *rng.integers(0, SIDE - 7, (2, 800))), y_train[:800]
    x_test = on_canvas(x_test, *rng.integers(0, SIDE - 7, (2, len(x_test))))
    for name, make in variants.items():
        change = shuffled if name == "not local" else (lambda x: x)
        net, history = train(make, change(x_train), y_train, seed)
        sizes[name] = size_of(net)
        scores[name].append((history.train_metric[-1], metrics.accuracy(net(change(x_test)), y_test)))

fig, ax = plt.subplots(figsize=(7, 3.2))
for row, (name, values) in enumerate(scores.items()):
    learned, tested = np.array(values).T
    ax.plot(learned, np.full(2, row - 0.12), "^", color="C5", label="training" if row == 0 else None)
    ax.plot(tested, np.full(2, row + 0.12), "o", color="C0", label="test" if row == 0 else None)
    print(f"{name:15s} {sizes[name]:6,} parameters, training accuracy {learned.mean():.2f}, "
          f"test accuracy {tested.mean():.2f} ({tested.min():.2f} to {tested.max():.2f})")
ax.set(yticks=range(len(scores)), yticklabels=[f"{n} ({sizes[n]:,})" for n in scores],
       xlabel="accuracy, one point for each of two splits", title="digits anywhere on the canvas")
ax.invert_yaxis()
ax.legend(loc="lower left")
plt.show()

# %% [markdown]
# *What to see:* the complete net reads unseen digits best (on three other splits, too: table of claims), and with a ninth or less of the weights of *not shared*, *not subsampled* and *dense*. Without sharing, and in the dense net, the training digits are learned almost perfectly and the test digits worse: ten to twenty times as many weights, and each place has seen too little. Without
# locality the small net is behind already on the training digits. More time does not mend it: after 60 epochs in place of 14 it knows nearly all of them and still reads only about half of the test digits, where the complete net reads nine in ten (five splits: table of claims). Nine pixels from anywhere say much less than nine neighbors. Without subsampling it
# is the weights of the last layer that become many, and the gap between training and test opens. What would change our mind: a data set where place matters (the parts of
# a face in a passport photograph), where unshared weights can win, or so many examples that weights need not be saved.

# %% [markdown]
# ### Why exactly this sum: convolution derived
#
# Suppose we did not know convolution, and asked of a layer only two things: it is **linear**, $y = Ax$, and it **commutes with shifts**: move the input and the output moves along, as seems right
# for a question that is asked everywhere. What can $A$ be? Take $M$ places on a circle, so that nothing is lost at the ends, and let $Z$ be the shift by one place, $(Zx)_i = x_{i-1}$, with all indices counted on the circle, so that $x_{-1}$ is $x_{M-1}$. Let $e_j$ be the input with a single 1 at place $j$.
#
# 1. Commuting means $A Z = Z A$, and therefore $A Z^j = Z^j A$.
# 2. A 1 at place $j$ is a 1 at place 0, shifted $j$ times: $e_j = Z^j e_0$.
# 3. So column $j$ of $A$ is $A e_j = Z^j (A e_0)$: column 0, shifted $j$ times. With $w = A e_0$ for column 0, $A_{ij} = w_{i-j}$.
# 4. Hence $y_i = \sum_j A_{ij}\, x_j = \sum_j w_{i-j}\, x_j$.
#
# Step 3 says that every diagonal of $A$ is constant: weight sharing was not chosen, it follows. Step 4 is the **convolution** of $w$ and $x$, the sum that the next section takes apart. Locality is a separate wish: $w$ is zero except near place 0. Of
# $M^2$ weights, linearity and commuting leave $M$, and locality leaves $K$.
#
# **Predict, then run.** Three random matrices of 12 × 12. Which of the three commute with the shift?

# %% tags=["experiment"]
rng = np.random.default_rng(4)
apart_by = (np.arange(12)[:, None] - np.arange(12)) % 12  # i − j on the circle
near = np.isin(apart_by, (11, 0, 1))
full_matrix = rng.standard_normal((12, 12))
column = np.zeros(12)
column[[11, 0, 1]] = 0.9, -1.6, 1.3
matrices = {"dense: 144 weights": full_matrix, "local: 36 weights": np.where(near, full_matrix, 0),
            "local and shared: 3 weights": column[apart_by]}
ch04_maps.weight_matrices(matrices)
plt.show()
x = rng.standard_normal(12)
for name, matrix in matrices.items():
    gap = np.abs(matrix @ np.roll(x, 1) - np.roll(matrix @ x, 1)).max()
    print(f"{name:28s} shift then layer, layer then shift: largest difference {gap:.2f}")

# %% [markdown]
# *What to see:* red is positive, blue negative, white zero. Left to right: every output has its own weight for every input; every output has its own weights for three neighbors; one column, shifted down along the diagonal. Only the last commutes with the shift. In two dimensions the same
# four lines hold with two indices in place of one.

# %% [markdown]
# ## 3 · Convolution in one dimension
#
# Local and shared means: slide one small window of weights along the input and take a weighted sum at every place. In one dimension,
# with input $x$ of length $M$ and kernel $w$ of length $K$, there are two ways to write it:
#
# $$\text{cross-correlation (互相关)}\quad y_t = \sum_{k=0}^{K-1} w_k\, x_{t+k},
# \qquad\qquad \text{convolution (卷积)}\quad y_t = \sum_{k=0}^{K-1} w_k\, x_{t-k}.$$
#
# The sums run over $k$; read $x$ as zero outside of its places $0, \dots, M-1$. Convolution then can be nonzero for $t = 0, \dots, M + K - 2$, correlation for $t = -(K - 1), \dots, M - 1$: a negative $t$
# is a place to the left of the input's beginning. They differ by a flip: convolution with $w$ is cross-correlation with $w$ read from back to front (and the result counted from another place). Why would anyone flip? Because
# then $w$ is what comes out when a single 1 goes in: with $x_0 = 1$ and zeros elsewhere, convolution gives $y_t = w_t$; cross-correlation gives $w_0$ at $t = 0$, $w_1$ at $t = -1$, $w_2$ at $t = -2$: $w$ reversed. Convolution also treats its
# two arguments alike, $x * w = w * x$: the indices of each product add up to $t$. It is the rule by which polynomials are multiplied, since $X^i$ times $X^j$ belongs to $X^{i+j}$:
#
# $$(2 + X + 3X^3 + X^4)(1 + 2X - X^2) = 2 + 5X + 0X^2 + 2X^3 + 7X^4 - X^5 - X^6 .$$
#
# One coefficient by hand, that of $X^2$: the indices add up to 2 in $x_0 w_2 + x_1 w_1 + x_2 w_0 = 2\cdot(-1) + 1\cdot 2 + 0\cdot 1 = 0$. So the convolution of $x = (2, 1, 0, 3, 1)$ and $w = (1, 2, -1)$ is $(2, 5, 0, 2, 7, -1, -1)$. A network that *learns* $w$ does not care about the
# flip: it learns the flipped weights. That is why every deep learning library computes cross-correlations and calls them convolutions, and
# why this course's 2-D layers do the same. The mathematics of the backward pass, though, brings the flip back.
#
# ### What happens at the ends: three modes
#
# Outside of $x$ there is nothing; read it as zeros. How far may the kernel hang over?
#
# | mode | the kernel | length of y | here, M = 5 and K = 3 |
# |---|---|---|---|
# | **narrow** (窄卷积) | stays inside | M − K + 1 | 0, 2, 7 |
# | **same** (等宽卷积) | hangs over by half of itself | M | 5, 0, 2, 7, −1 |
# | **wide** (宽卷积) | needs only one place of overlap | M + K − 1 | 2, 5, 0, 2, 7, −1, −1 |
#
# The lengths are counted like this: the kernel's first tap can stand on places $0, \dots, M - K$ when it stays inside, which is $M - K + 1$ of them;
# wide convolution adds $K - 1$ places at the left end and $K - 1$ at the right: $M - K + 1 + 2(K - 1) = M + K - 1$.
# Same and narrow are pieces of wide.
#
# **Even kernels** have no middle. "Same" must then hang over farther on one side. The contract of this course, which is also NumPy's, is to start at
# index $\lfloor (K-1)/2 \rfloor$ of the wide result. For $K = 4$ that is 1: $y_t$ sees $x_{t-2}, \dots, x_{t+1}$, two places back and one
# ahead. Other libraries hang over on the other side; with even kernels look it up.

# %% tags=["experiment"]
signal, kernel = np.array([2, 1, 0, 3, 1]), np.array([1, 2, -1])
full = np.polymul(signal[::-1], kernel[::-1])[::-1]  # the product of the two polynomials
fig, axes = plt.subplots(1, 3, figsize=(10, 3.5), sharey=True)
for ax, mode, reach in zip(axes, ["narrow", "same", "wide"], [0, 1, 2]):
    for t in range(-reach, 5 + reach):
        inside = 0 <= t < 5
        look = {"fc": "#CFE3F2", "ls": "-"} if inside else {"fc": "white", "ls": "--"}
        ax.add_patch(plt.Rectangle((t - 0.5, 3.5), 1, 1, ec="0.5", **look))
        ax.text(t, 4, signal[t] if inside else 0, ha="center", va="center", color="k" if inside else "0.5")
    for t in range(1 - reach, 4 + reach):
        ax.add_patch(plt.Rectangle((t - 0.5, 0.5), 1, 1, fc="#FBE0CC", ec="0.5"))
        ax.text(t, 1, full[t + 1], ha="center", va="center")
    first = -reach
    for k, value in enumerate(kernel[::-1]):
        ax.add_patch(plt.Rectangle((first + k - 0.5, 2.3), 1, 0.8, fc="#D5EEE4", ec="C2"))
        ax.text(first + k, 2.7, value, ha="center", va="center", color="C2")
    ax.annotate("", (first + 1, 1.55), (first + 1, 2.25), arrowprops={"arrowstyle": "->", "color": "C2"})
    ax.set(xlim=(-2.8, 6.8), ylim=(0.2, 5), aspect="equal", title=f"{mode}: {3 + 2 * reach} values")
    ax.axis("off")
axes[0].text(-2.7, 4, "x", va="center")
axes[0].text(-2.7, 2.7, "flipped w", va="center", color="C2", fontsize=8)
axes[0].text(-2.7, 1, "y", va="center")
plt.show()
print("narrow", full[2:5], " same", full[1:6], " wide", full)

# %% [markdown]
# *What to see:* blue the signal, dashed the zeros that a mode assumes, green the flipped kernel at its first place, orange the result below
# the kernel's middle. From left to right the kernel starts farther out by one place, and the result grows by one value at each end.
#
# ### Exercise: convolution in one dimension
#
# True convolution, with the flip. `x` has shape $(M,)$, `w` has $(K,)$, $1 \le K \le M$; the result has the mode's length.
#
# Write the sum yourself: `np.convolve` or `np.polymul` would give the numbers and teach nothing.
#
# *Example:* `conv1d(np.array([2, 1, 0, 3, 1]), np.array([1, 2, -1]), "same")` is `[5, 0, 2, 7, -1]`.
#
# *Hint:* each product $x_i w_j$ belongs to one place of the wide result. Which?

# %% nbgrader={"grade_id": "conv1d", "solution": true}
def conv1d(x, w, mode):
    """True convolution y[t] = sum of w[k] x[t - k]. x (M,), w (K,), K <= M -> y.

    mode "narrow": (M - K + 1,), "wide": (M + K - 1,), "same": (M,), from index (K - 1) // 2 of wide.
    """
    ### BEGIN SOLUTION
    m, k = len(x), len(w)
    wide = np.zeros(m + k - 1)
    for i in range(m):
        for j in range(k):
            wide[i + j] += x[i] * w[j]
    start, length = {"wide": (0, m + k - 1), "same": ((k - 1) // 2, m), "narrow": (k - 1, m - k + 1)}[mode]
    return wide[start : start + length]
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_conv1d", "grade": true, "points": 5}
check(conv1d)

# %% [markdown]
# A kernel's effect is easiest to see on a signal. Row 200 of the photograph "china", smoothed, and differentiated:

# %% tags=["experiment"]
photographs = {name: image.mean(axis=2) for name, image in data.sample_images().items()}
line = photographs["china"][200, 150:420]
average, difference = np.full(9, 1 / 9), np.array([1, 0, -1]) / 2
fig, (top, bottom) = plt.subplots(2, 1, figsize=(8, 4), sharex=True)
columns = np.arange(150, 420)
top.plot(columns, line, color="0.7", label="row 200")
top.plot(columns, conv1d(line, average, "same"), color="C0", label="average of 9")
top.set(ylabel="brightness")
top.legend(loc="lower right", bbox_to_anchor=(0.95, 0.1))
bottom.plot(columns, conv1d(line, difference, "same"), color="C1", label="kernel (1, 0, −1) / 2")
bottom.set(xlabel="column of the photograph", ylabel="change per pixel", ylim=(-0.5, 0.5))
bottom.legend(loc="lower left")
plt.show()
ends = conv1d(line, average, "same")[[0, -1]]
print(f"first value {line[0]:.2f}, averaged {ends[0]:.2f}; last value {line[-1]:.2f}, averaged {ends[1]:.2f}")

# %% [markdown]
# *What to see:* the average (blue) follows the slow changes of the row (gray) and drops the fast ones; the difference (orange) does the opposite: it is near zero where the brightness is even, and jumps at edges. Its largest jump, at the right end, is no edge: it is the step from the sky down to the padded zeros. At both ends the average dives: there it averages with the zeros outside of the picture. That is the price of
# "same": values at the border are less reliable. Narrow convolution avoids them, at the price of fewer outputs.

# %% [markdown]
# ## 4 · Convolution in two dimensions
#
# An image $x$ of $H\times W$ and a kernel $w$ of $K_H \times K_W$. As a layer computes it (cross-correlation, narrow):
#
# $$y_{ij} = \sum_{k=0}^{K_H-1}\ \sum_{l=0}^{K_W-1} w_{kl}\; x_{i+k,\; j+l},
# \qquad \text{shape } (H - K_H + 1)\times(W - K_W + 1).$$
#
# Lay the kernel on the image, multiply each weight by the pixel under it, add up, move on. Narrow, wide and same exist along each axis: an
# image of $4\times4$ and a kernel of $3\times3$ give $2\times2$, $6\times6$ or $4\times4$.
#
# **By hand.** A dark picture with a bright right half, and a kernel that subtracts left from right:
#
# $$x = \begin{pmatrix} 0&0&2&2\\ 0&0&2&2\\ 0&1&2&2\\ 1&2&2&2 \end{pmatrix},\quad
# w = \begin{pmatrix} -1&0&1\\ -2&0&2\\ -1&0&1 \end{pmatrix},\quad
# y = \begin{pmatrix} 8 & 7\\ 7 & 4 \end{pmatrix}.$$
#
# The first value: the left column of the window is 0, 0, 0, the right one is 2, 2, 2, so $-0 + (1 + 2 + 1)\cdot 2 = 8$. Step through
# the rest, product by product.

# %%
picture = np.array([[0, 0, 2, 2], [0, 0, 2, 2], [0, 1, 2, 2], [1, 2, 2, 2]])
sobel = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])

# %% tags=["experiment"]
def draw_grid(ax, values, left, top, size, fill, done=None):
    for (r, c), value in np.ndenumerate(values):
        shown = done is None or r * values.shape[1] + c < done
        corner = (left + c * size, top - (r + 1) * size)
        ax.add_patch(plt.Rectangle(corner, size, size, fc=fill(r, c), ec="0.6", lw=0.7))
        if shown:
            center = (corner[0] + size / 2, corner[1] + size / 2)
            ax.text(*center, str(value), ha="center", va="center", fontsize=11)


# %% tags=["experiment"]
# About 4 s on an ordinary laptop.
def frame(i, j, tap):
    """The kernel at place (i, j) after `tap` + 1 of its nine products."""
    fig = Figure(figsize=(6.4, 2.9), layout="none")
    ax = fig.add_axes((0, 0, 1, 1))
    window = picture[i : i + 3, j : j + 3]
    terms = (window * sobel).ravel()[: tap + 1]
    down, right = divmod(tap, 3)
    results = np.array([[np.sum(picture[r : r + 3, c : c + 3] * sobel) for c in range(2)] for r in range(2)])
    finished = i * 2 + j + (tap == 8)

    def shade(r, c):
        if (r, c) == (i + down, j + right):
            return "#F5B183"
        return "#FBE3D2" if i <= r < i + 3 and j <= c < j + 3 else "white"

    draw_grid(ax, picture, 0, 4, 1, shade)
    draw_grid(ax, sobel, 5, 3.5, 1, lambda r, c: "#8CCDB5" if (r, c) == (down, right) else "#DDF1E9")
    draw_grid(ax, results, 9, 3, 1, lambda r, c: "#CFE3F2" if r * 2 + c < finished else "white", finished)
    for x, text in ((0, "image"), (5, "kernel"), (9, "output")):
        ax.text(x, 4.25, text, fontsize=10, color="0.3")
    ax.text(0, -0.55, f"{window[down, right]} · ({sobel[down, right]}) = {terms[-1]}", fontsize=11)
    ax.text(4, -0.55, f"running sum after {tap + 1} of 9:  {terms.sum()}", fontsize=11, weight="bold")
    ax.set(xlim=(-0.2, 11.2), ylim=(-0.9, 4.7), aspect="equal")
    ax.axis("off")
    return fig


steps = [(i, j, tap) for i in range(2) for j in range(2) for tap in range(9)]
plot.slider([frame(*step) for step in steps],
            [f"place ({i}, {j}), product {tap + 1}" for i, j, tap in steps], "A kernel slides over an image")

# %%
for mode, padding in (("narrow", 0), ("same", 1), ("wide", 2)):
    result = fn.conv2d_forward(picture[None, None], sobel[None, None], np.zeros(1), padding=padding)[0][0, 0]
    print(f"{mode}: {result.shape[0]} × {result.shape[1]}", *result.astype(int).tolist(), sep="\n  ")

# %% [markdown]
# *What to see, moving the slider:* nine products make one output; then the kernel moves one place to the right, and after the last
# column to the next row. The output is 8 where the picture changes from all dark to all bright, 4 where the dark part has become narrow.
# Below the slider are the three modes in two dimensions, computed with 0, 1 and 2 rings of zeros around the image: each result is the middle of the next. The large negative numbers at the right are not edges of the picture. They are the
# step from 2 down to the padded zeros.
#
# ### Filters made by hand
#
# Before networks learned their kernels people designed them. Each kernel in this table asks one question about a pixel and its neighbors:
#
# | kernel | weights | asks |
# |---|---|---|
# | blur, 7 × 7 | 49 times 1/49 | what is the average here? |
# | Sobel, columns | the kernel of the example above | does it become brighter to the right? |
# | Sobel, rows | its transpose | does it become brighter downward? |
# | Laplace | `[[0, 1, 0], [1, -4, 1], [0, 1, 0]]` | is this pixel unlike its neighbors? |

# %% tags=["experiment"]
kernels = {"blur, 7 × 7": np.full((7, 7), 1 / 49), "brighter to the right": sobel,
           "brighter downward": sobel.T, "Laplace": np.array([[0, 1, 0], [1, -4, 1], [0, 1, 0]])}


def filtered(image, kernel):
    """Narrow cross-correlation of one gray image with one kernel."""
    kernel = np.asarray(kernel, dtype=float)
    return fn.conv2d_forward(image[None, None], kernel[None, None], np.zeros(1))[0][0, 0]


fig, axes = plt.subplots(2, 5, figsize=(11, 3.4))
for row, (name, image) in zip(axes, photographs.items()):
    image = image[: 2 * (len(image) // 2)].reshape(-1, 2, 320, 2).mean(axis=(1, 3))  # half the size
    # Shown smaller than it is, so neighboring pixels are averaged: else fine detail turns into a pattern.
    row[0].imshow(image, cmap="gray", vmin=0, vmax=1, interpolation="antialiased")
    row[0].set_title(name, fontsize=9)
    for ax, (title, kernel) in zip(row[1:], kernels.items()):
        result = filtered(image, kernel)
        bound = 1 if "blur" in title else np.percentile(np.abs(result), 99.5)
        low = 0 if "blur" in title else -bound
        ax.imshow(result, cmap="gray", vmin=low, vmax=bound, interpolation="antialiased")
        ax.set_title(title, fontsize=9)
    edges = np.hypot(filtered(image, sobel), filtered(image, sobel.T))
    blurred = filtered(image, kernels["blur, 7 × 7"]).mean()
    others = max(abs(filtered(image, kernel).mean()) for kernel in list(kernels.values())[1:])
    print(f"{name}: average {image.mean():.2f}, after the blur {blurred:.2f}, "
          f"after the other three at most {others:.2f}; "
          f"strong edges (> 1) at {(edges > 1).mean():.0%} of the places")
for ax in axes.ravel():
    ax.axis("off")
plt.show()

# %% [markdown]
# *What to see:* in the panels "brighter to the right" and "brighter downward" (the two Sobel kernels) gray means "no change", white "brighter in this direction", black "darker". The posts of the pavilion
# show in the one for columns, its eaves in the one for rows; the outline of the flower changes its sign from one side to the other. The weights of
# the blur add up to 1 and keep the average brightness; those of the other three add up to 0, and the average of their answers is nearly 0, too (printed above): they look only at differences. Strong edges are rare; the last numbers say how rare.
# A network may learn such kernels, and in notebook 4.3 it does. Nobody has to tell it which.
#
# ### Shift in, shift out
#
# At stride 1, and away from the border, move the image by one pixel and the output moves by one pixel: $\text{conv}(\text{shift}(x)) = \text{shift}(\text{conv}(x))$. It follows from
# the formula in one line: replace $x_{ij}$ by $x_{i, j-1}$, and $y_{ij}$ becomes $y_{i, j-1}$. The property is called **equivariance** (等变性). It is what weight
# sharing means: the same question, asked everywhere. It is not *invariance* (不变性), where the answer would stay the same; that
# takes pooling, in the next notebook.

# %% tags=["experiment"]
small = np.random.default_rng(2).standard_normal((6, 7))
moved = np.zeros_like(small)
moved[:, 1:] = small[:, :-1]
apart = np.abs(filtered(moved, sobel)[:, 1:] - filtered(small, sobel)[:, :-1]).max()
print("shift then filter, filter then shift; largest difference:", apart)

# %% [markdown]
# ## 5 · Stride, padding, dilation, and the size that results
#
# Three numbers change how the window walks.
#
# - **Padding** (填充) $P$: that many zeros are put around the image, on each side. The input becomes $M + 2P$ long. Wide convolution is $P = K - 1$; "same", for odd $K$, is
#   $P = (K-1)/2$.
# - **Stride** (步幅) $S$: the window moves by $S$ places at a time. Stride 2 computes every second value only, a convolution and a subsampling in one.
# - **Dilation** (膨胀率) $D$: the taps stand $D$ places apart, with $D - 1$ holes between neighbors. The kernel reaches farther with no more weights.
#
# **How far does a dilated kernel reach?** $K$ taps have $K - 1$ gaps between them, each with $D - 1$ holes:
#
# $$K' = K + (K - 1)(D - 1).$$
#
# By hand: $K = 3$, $D = 2$ reaches over $3 + 2\cdot1 = 5$ places: tap, hole, tap, hole, tap. One tap, whatever the dilation, reaches over one place.
#
# **How large is the output?** The first window starts at 0. Window number $i$ starts at $iS$ and ends at $iS + K' - 1$. It must end inside, at $M + 2P - 1$ at the latest:
#
# $$iS + K' - 1 \le M + 2P - 1 \iff i \le \frac{M + 2P - K'}{S}
# \quad\Longrightarrow\quad O = \Big\lfloor \frac{M + 2P - K'}{S} \Big\rfloor + 1 .$$
#
# The $+1$ is the window number 0; the floor (向下取整) drops a window that does not fit. By hand: $M = 8$, $K = 3$, $S = 2$, $P = 0$: $\lfloor 5/2\rfloor + 1 = 3$. Windows start at 0, 2, 4;
# the one at 6 would need place 8, which does not exist. The last input is then never looked at.

# %% tags=["experiment"]
cases = [("K = 3", 1, 0, 1), ("padding 1", 1, 1, 1), ("stride 2", 2, 0, 1), ("dilation 2", 1, 0, 2)]
fig, axes = plt.subplots(1, 4, figsize=(11, 2.2))
for ax, (title, stride, padding, dilation) in zip(axes, cases):
    starts = [s for s in range(0, 8 + 2 * padding, stride) if s + 2 * dilation < 8 + 2 * padding]
    for t in range(-padding, 8 + padding):
        inside = 0 <= t < 8
        look = {"fc": "#CFE3F2", "ls": "-"} if inside else {"fc": "white", "ls": "--"}
        ax.add_patch(plt.Rectangle((t - 0.42, 0), 0.84, 0.84, ec="0.5", **look))
    for row, start in enumerate(starts):
        taps = start - padding + dilation * np.arange(3)
        ax.plot(taps, np.full(3, -0.7 - row * 0.62), "o-", color="C1", ms=5, lw=1)
        ax.text(taps[-1] + 0.5, -0.7 - row * 0.62, f"$y_{row}$", va="center", fontsize=9)
    ax.set(xlim=(-1.7, 10.3), ylim=(-5.6, 1.2), title=f"{title}: {len(starts)} outputs")
    ax.axis("off")
plt.show()

# %% [markdown]
# *What to see:* eight inputs in blue, padding dashed; every orange line below is one window with its three taps (the dots) and makes the output named beside it. Padding adds a
# window at each end. Stride 2 leaves every second window out, and here the last input is not reached at all. Dilation spreads the taps, so fewer windows fit.
#
# ### Exercise: two formulas
#
# Write the two formulas of this section as functions of whole numbers.
#
# *Examples:* `effective_kernel_size(3, 2)` is 5, `conv_output_size(8, 3, stride=2)` is 3.
#
# *Hint:* a size is an `int`; `//` is the floor of a quotient.

# %% nbgrader={"grade_id": "effective_kernel_size", "solution": true}
def effective_kernel_size(k, dilation):
    """Return how many places k taps, dilation apart, reach over, first and last included (an int)."""
    ### BEGIN SOLUTION
    return k + (k - 1) * (dilation - 1)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_effective_kernel_size", "grade": true, "points": 2}
check(effective_kernel_size)


# %% nbgrader={"grade_id": "conv_output_size", "solution": true}
def conv_output_size(m, k, stride=1, padding=0, dilation=1):
    """Return the number of windows of k taps along m values (an int)."""
    ### BEGIN SOLUTION
    reach = k + (k - 1) * (dilation - 1)
    return (m + 2 * padding - reach) // stride + 1
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_conv_output_size", "grade": true, "points": 3}
check(conv_output_size)

# %% [markdown]
# A formula is worth what it predicts. The sizes of the first layers of three famous nets, and the wide, same and narrow sizes of
# a 28 × 28 image:

# %% tags=["experiment"]
for name, m, k, s, p in [("AlexNet, first layer", 227, 11, 4, 0), ("ResNet-18, first layer", 224, 7, 2, 3),
                         ("VGG-16, first layer", 224, 3, 1, 1), ("28 wide", 28, 5, 1, 4),
                         ("28 same", 28, 5, 1, 2), ("28 narrow", 28, 5, 1, 0)]:
    print(f"{name:23s} M = {m:3d}, K = {k:2d}, S = {s}, P = {p} -> O = {conv_output_size(m, k, s, p)}")

# %% [markdown]
# ## Quiz
#
# **1.** What is the first value of the *narrow* true convolution of $x = (1, 2, 3, 4)$ with $w = (1, 0, 2)$? Store the number in `quiz_narrow`.

# %% nbgrader={"grade_id": "quiz_narrow", "solution": true}
# quiz_narrow = ...
### BEGIN SOLUTION
quiz_narrow = 3 * 1 + 2 * 0 + 1 * 2
### END SOLUTION

# %% nbgrader={"grade_id": "check_quiz_narrow", "grade": true, "points": 1}
check.quiz("quiz_narrow", quiz_narrow)

# %% [markdown]
# **2.** A layer with kernels of 3 × 3, dilation 4 and stride 1 is to keep the size of its input. Which padding does it need? Store the number in `quiz_padding`.

# %% nbgrader={"grade_id": "quiz_padding", "solution": true}
# quiz_padding = ...
### BEGIN SOLUTION
quiz_padding = 4
### END SOLUTION

# %% nbgrader={"grade_id": "check_quiz_padding", "grade": true, "points": 1}
check.quiz("quiz_padding", quiz_padding)

# %% [markdown]
# **3.** A map of 28 × 28 units, each connected to its own window of 3 × 3. What does weight sharing save?
#
# - A · weights and products
# - B · weights, not products
# - C · products, not weights
# - D · neither, only the gradient becomes simpler
#
# Store the letter in `quiz_sharing`.

# %% nbgrader={"grade_id": "quiz_sharing", "solution": true}
# quiz_sharing = ...
### BEGIN SOLUTION
quiz_sharing = "B"
### END SOLUTION

# %% nbgrader={"grade_id": "check_quiz_sharing", "grade": true, "points": 1}
check.quiz("quiz_sharing", quiz_sharing)

# %% [markdown] nbgrader={"grade_id": "explain_structure", "grade": true, "solution": true, "points": 5}
# **In your own words** (graded by a person, 5 points). A colleague has tables with 50 blood values per patient, in alphabetical order, and proposes
# a 1-D convolutional net, "because it has fewer parameters". Which assumptions about the data do local connectivity, weight sharing and
# subsampling each make? Do they hold here? Name a kind of medical data for which they do.
#
# ### BEGIN SOLUTION
# Local connectivity assumes that inputs with neighboring indices belong together (1 point); sharing assumes that the same pattern means the same wherever
# it occurs (1 point); subsampling assumes that its exact place does not matter (1 point). In an alphabetical table, neighbors are neighbors by accident, a value of 5 means something
# else in each column, and the "place" is the identity of the measurement: none of the three holds, and shuffling the columns would change the
# result for no reason. Fewer parameters help only if the ones that are left fit the data (1 point). They hold for signals and images: an ECG in time, an X-ray in space (1 point).
# ### END SOLUTION

# %% [markdown]
# ## What to remember
#
# - Local: small windows. Shared: the same window everywhere. Subsampled: fewer places above. The first saves weights and work, the second weights and examples, the third the work
#   and the weights of all that follows.
# - Convolution flips the kernel, cross-correlation does not; layers use the latter and keep the former's name.
# - Narrow $M - K + 1$, same $M$, wide $M + K - 1$. In general $O = \lfloor (M + 2P - K')/S \rfloor + 1$ with $K' = K + (K-1)(D-1)$.
# - Shift in, shift out: equivariance.
#
# Next, notebook 4.2: the layer with many channels, and the way back through it.
