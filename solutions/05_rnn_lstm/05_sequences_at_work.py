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
# # 5.5 · Sequences at work
#
# One cell, many machines. In this notebook the cells of the chapter classify images read row by row,
# add from the wrong end, and write documentation, and you see which earlier characters each of their
# predictions depends on. Three small pieces are missing and are yours: the embedding, its gradient and drawing the next character.
#
# Letters as in notebooks 5.1 to 5.4; these are new or mean something special:
#
# | symbol | shape | meaning |
# |---|---|---|
# | $V$ | | size of the vocabulary, the number of different tokens |
# | `idx` | (...) | tokens, whole numbers from 0 to $V - 1$ |
# | `table` | (V, D) | one vector of $D$ numbers for each token |
# | $\ell$, in code `logits` | (V,) | scores of the next token, before softmax |
# | $A$ | (V, H) | the readout of notebook 5.1, $\ell = Ah + b_y$ |
# | $\tau$ | | temperature |
# | $\xi$ | | a random number, uniform in $[0, 1)$ |

# %%
import re

import matplotlib.pyplot as plt
import numpy as np
from IPython.display import display

import nnkit.functional as fn
from autograder import check
from nnkit import data, metrics, optim, plot
from nnkit.layers import (
    GRU, LSTM, RNN, Bidirectional, Embedding, LastStep, Layer, Linear, PerStep, Sequential,
)  # fmt: skip
from nnkit.plot import ch05_sequences, ch05_text
from nnkit.train import fit

plot.style()

# %% [markdown]
# ## 1 · Four arrangements
#
# Three are drawn below the table; the fourth is notebook 5.6.
#
# | arrangement | loss at | example | how |
# |---|---|---|---|
# | **many-to-one** (多对一) | the last step | what digit is this? is this review positive? | read all, use $h_T$ |
# | **one-to-many** (一对多) | every step | a caption for an image; a melody from its first note | one input $x_1$ (or a start state $h_0$), then each output is the next input |
# | **many-to-many**, aligned (多对多) | every step | binary addition; a tag for each word | an output for each input |
# | **many-to-many**, unaligned | every output step | translation; reversing a string | **encoder–decoder** (编码器–解码器): read all, then write; that is notebook 5.6 |

# %% jupyter={"source_hidden": true} tags=["experiment"]
ch05_sequences.arrangements()
plt.show()

# %% [markdown]
# *What to see:* gray inputs, blue states, orange outputs, green losses; time runs to the right. Dotted: what was
# written is the next input. Only the places of inputs and losses differ; the backward pass is the same
# for all, with $\mathtt{dh}_t = 0$ where there is no loss.
#
# ## 2 · Many-to-one: a digit, row by row
#
# The 8×8 digits of scikit-learn, read from the top: 8 steps of 8 numbers. An LSTM with 48 units, 12
# epochs, the answer after the last row. Beside it, with about as many parameters, a **bidirectional**
# (双向) net (Schuster and Paliwal, 1997): one half reads from the top and the other from the bottom, with 33 units each, and the last states of both, side by side, give the answer. Three seeds, each with its
# own split.
#
# **Predict, then run.** Which of the two will be better? By how many of the 359 test images?

# %% tags=["experiment", "nbval-ignore-output"]
# About 9 s on an ordinary laptop.
def ends_forward(h):
    """States of both directions (N, T, 2H) -> the last of each (N, 2H): at the end, and at the start."""
    half = h.shape[2] // 2
    return np.concatenate([h[:, -1, :half], h[:, 0, half:]], axis=1), h.shape


def ends_backward(dout, shape):
    half, dh = shape[2] // 2, np.zeros(shape, dout.dtype)
    dh[:, -1, :half], dh[:, 0, half:] = dout[:, :half], dout[:, half:]
    return dh


def digit_net(name, rng):
    if name == "LSTM":
        return Sequential(LSTM(8, 48, rng=rng), LastStep(), Linear(48, 10, rng=rng))
    both = Bidirectional(LSTM(8, 33, rng=rng), LSTM(8, 33, rng=rng))
    return Sequential(both, Layer(ends_forward, ends_backward), Linear(66, 10, rng=rng))


def train_digits(name, seed):
    """The net, its history, and the split (x, y, x_test, y_test)."""
    rng = np.random.default_rng(seed)
    x, y, x_test, y_test = split = data.digit_rows(rng=rng)
    net = digit_net(name, rng).astype(np.float32)
    history = fit(
        net, x, y, optimizer=optim.Adam(net, 1e-2), epochs=12, batch_size=64, rng=rng, clip=1.0,
        progress=False, schedule=optim.cosine(1e-2, epochs=12), validation=(x_test, y_test),
        metric=metrics.accuracy,
    )  # fmt: skip
    return net, history, split


NAMES = ["LSTM", "bidirectional"]
readers = {name: [train_digits(name, seed) for seed in range(3)] for name in NAMES}
for name, runs in readers.items():
    count = sum(value.size for value in runs[0][0].parameters().values())
    right = [run[1].val_metric[-1] for run in runs]
    print(f"{name:14s} {count:6d} parameters; test accuracy {np.round(right, 3)} (seeds 0 to 2)")

# %% [markdown]
# The two are within a percentage point of each other, at most three images of 359, and neither is ahead on
# every split. Other splits differ by up to two points, which is still chance: the standard error of a difference of two accuracies near 0.96 on 359 images is at most $\sqrt{2\cdot0.96\cdot0.04/359}$, 1.5 points (this if their errors were independent; they read the same images), and over
# ten splits the mean difference is $0.3 \pm 0.4$ points. A net that answers after the last row has seen the whole digit, so reading it once more from the other end brings little that is new. Section 3 has a task where it does.
#
# **When can one know?** Give every row an output layer of its own, fitted to the states after that row (by
# least squares, on the training digits), and ask it on the test digits.

# %% tags=["experiment", "nbval-ignore-output"]
net, _, (x, y, x_test, y_test) = readers["LSTM"][0]


def with_ones(h):
    return np.column_stack([h, np.ones(len(h))])


seen, unseen = (net[0](part.astype(np.float32)).astype(float) for part in (x, x_test))
answers = np.stack([
    with_ones(unseen[:, t]) @ np.linalg.lstsq(with_ones(seen[:, t]), np.eye(10)[y], rcond=None)[0]
    for t in range(8)
], axis=1).argmax(axis=2)  # fmt: skip
by_row = np.mean(answers == y_test[:, None], axis=0)
fig, axes = plt.subplots(1, 4, figsize=(9.5, 2.5), width_ratios=[2, 1, 1, 1])
axes[0].plot(np.arange(1, 9), by_row, "o-")
axes[0].axhline(0.1, color="k", ls=":", lw=1)
axes[0].text(8, 0.12, "guessing", ha="right", fontsize=9)
axes[0].set(xlabel="rows read", ylabel="share right (test)", ylim=(0, 1.02))
for ax, k in zip(axes[1:], [int(np.flatnonzero(y_test == digit)[0]) for digit in [3, 7, 4]]):
    ax.imshow(x_test[k], cmap="Greys")
    for row in range(8):
        color = "C0" if answers[k, row] == y_test[k] else "C1"
        ax.text(8, row, answers[k, row], va="center", fontsize=9, color=color)
    ax.add_patch(plt.Rectangle((-0.5, -0.5), 8, 8, fill=False, ec="0.6"))
    ax.set(xlim=(-0.6, 10), ylim=(7.6, -0.6), title=f"a {y_test[k]}")
    ax.set_axis_off()
plt.show()
print("share right after each row:", by_row.round(2))

# %% [markdown]
# *What to see:* left, the share grows row by row. It is the share that a linear function can read off the state; the LSTM itself was trained to be asked only after the last row. Right, beside every row the answer after it,
# blue where it is right, orange where it is wrong.
#
# ## 3 · Two directions, or two layers?
#
# On digits it did not matter. Here it does: binary addition once more, but the digits come **from the left**, the highest first. The carry travels from right to left, against the direction of reading. At every step the answer depends on what comes *later*. Three designs of about the same size: one GRU, two GRUs **stacked** (堆叠), where the upper one reads the states of the lower one, and two that read in opposite directions.

# %% tags=["experiment"]
ch05_sequences.two_rows()
plt.show()

# %% [markdown]
# *What to see:* two rows of states in both drawings. On the left, both rows read the inputs $x_t$, the blue one from left to right and the pink one from right to left, and the output sees both. On the right, the pink row reads the states of the blue one, and both run from left to right: $\hat y_1$ knows $x_1$ only.

# %% tags=["experiment", "nbval-ignore-output"]
def sums_from_left(n, bits, rng):
    """Pairs of binary numbers, highest digit first -> x (n, bits, 2), y (n, bits)."""
    a, b = rng.integers(0, 2, (n, bits)), rng.integers(0, 2, (n, bits))
    a[:, -1] = b[:, -1] = 0
    y, carry = np.zeros((n, bits), int), np.zeros(n, int)
    for t in range(bits):
        total = a[:, t] + b[:, t] + carry
        y[:, t], carry = total % 2, total // 2
    return np.stack([a, b], axis=2)[:, ::-1].astype(np.float32), y[:, ::-1]


def both_ways(rng):
    return Bidirectional(GRU(2, 16, rng=rng), GRU(2, 16, rng=rng))


DESIGNS = {
    "one GRU, 24 units": lambda rng: [GRU(2, 24, rng=rng), PerStep(Linear(24, 2, rng=rng))],
    "two stacked, 16 each": lambda rng: [
        GRU(2, 16, rng=rng), GRU(16, 16, rng=rng), PerStep(Linear(16, 2, rng=rng))
    ],
    "two directions, 16 each": lambda rng: [both_ways(rng), PerStep(Linear(32, 2, rng=rng))],
}  # fmt: skip


def train_adder(design, seed):
    """The trained net, and its share of right digits on 500 new sums."""
    rng = np.random.default_rng(seed)
    net = Sequential(*design(rng)).astype(np.float32)
    optimizer = optim.Adam(net, 1e-2)
    for _ in range(200):
        x, y = sums_from_left(32, 10, rng)
        _, cache = fn.sequence_cross_entropy_forward(net(x), y, np.ones(y.shape))
        net.backward(fn.sequence_cross_entropy_backward(cache), need_dx=False)
        optimizer.step(clip=1.0)
    x, y = sums_from_left(500, 10, rng)
    return net, np.mean(net(x).argmax(axis=2) == y)


# %% tags=["experiment", "nbval-ignore-output"]
# About 6 s on an ordinary laptop.
for name, design in DESIGNS.items():
    adders = [train_adder(design, seed) for seed in range(3)]
    count = sum(value.size for value in adders[0][0].parameters().values())
    right = np.round([share for _, share in adders], 3)
    print(f"{name:23s} {count:5d} parameters; digits right {right} (seeds 0 to 2)")

# %% [markdown]
# The first two guess: **no depth brings back what has not been read yet.** (Why 0.6 and not 0.5? The lowest digit, read last, has no carry; the one before gets a carry with probability 1/4, the next with 3/8, and so on to 1/2. The best guesses are right with probability $1, \frac34, \frac58, \dots$, on average over ten digits $0.5 + \frac1{10}(\frac12 + \frac14 + \dots) \approx 0.6$.) Two directions solve it. The price: a bidirectional net has to wait for the end of the sequence, so it can tag a sentence, but not predict the next word, nor run on a
# live stream. And in training a model of the *next* character it would read the answer.
#
# ## 4 · Tokens in: the embedding
#
# Characters are numbers only by name: that `b` = 1 lies between `a` = 0 and `c` = 2 means nothing. A **one-hot** (独热) vector of $V$ entries treats all alike. As a row times a matrix `table` it picks one row: in
#
# $$\underset{(1, V)}{\text{onehot}(k)}\;\underset{(V, D)}{\text{table}} = \sum_{j} \text{onehot}(k)_j\;\text{table}_j = \underset{(1, D)}{\text{table}_k}$$
#
# all terms but that of $j = k$ are 0. So skip the product: an **embedding** (嵌入) *is* the table lookup,
#
# $$\underset{(\dots, D)}{\text{out}} = \text{table}[\underset{(\dots)}{\text{idx}}].$$
#
# **Backward.** The product above has $\mathtt{dtable} = \text{onehot}(k)^\top\,\mathtt{dout}$, a matrix with `dout` in row $k$ and zeros elsewhere. Over all places these matrices are added: a row was copied to every place where its token stands, and copies add up. Rows of tokens that do not occur get 0.
#
# **By hand.** $\text{idx} = (2, 0, 2)$, $V = 3$, $D = 2$, $\mathtt{dout} = \begin{pmatrix}1&1\\5&5\\10&20\end{pmatrix}$. Token 2 stands in two places: $\mathtt{dtable} = \begin{pmatrix}5&5\\0&0\\11&21\end{pmatrix}$.
#
# ### Exercise: embedding
#
# Look the rows up, for tokens in an array of any shape.
#
# *Example:* `idx = np.array([[2, 0, 2]])` of shape (1, 3) and the table with the rows $(1, 2)$, $(3, 4)$, $(5, 6)$ give `[[[5, 6], [1, 2], [5, 6]]]`, of shape (1, 3, 2).
#
# *Hint:* what does NumPy do with an array of whole numbers between the brackets?

# %% nbgrader={"grade_id": "embedding_forward", "solution": true}
def embedding_forward(idx, table):
    """Rows of a table. idx: whole numbers of any shape (...), table (V, D) -> out (..., D), cache.

    cache = (idx, table.shape).
    """
    ### BEGIN SOLUTION
    return table[idx], (idx, table.shape)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_embedding_forward", "grade": true, "points": 1}
check(embedding_forward)

# %% [markdown]
# ### Exercise: its gradient
#
# *Example:* the hand example above.
#
# *Hint:* try `dtable[idx] += dout` on the hand example, and look at token 2. What was lost, and why?

# %% nbgrader={"grade_id": "embedding_backward", "solution": true}
def embedding_backward(dout, cache):
    """Gradient of the table. dout (..., D), cache = (idx, table.shape) -> dtable (V, D)."""
    ### BEGIN SOLUTION
    idx, shape = cache
    dtable = np.zeros(shape)
    np.add.at(dtable, idx, dout)
    return dtable
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_embedding_backward", "grade": true, "points": 3}
check(embedding_backward, forward=embedding_forward)

# %% [markdown]
# ## 5 · Tokens out: drawing the next one, and temperature
#
# A language model gives scores for the next character. To write, *draw* from $p = \text{softmax}(\text{scores})$; always taking the largest soon runs in circles. The **temperature** (温度) $\tau$ sharpens or flattens:
#
# $$p_k = \frac{e^{\ell_k/\tau}}{\sum_j e^{\ell_j/\tau}},\qquad \frac{p_k}{p_j} = e^{(\ell_k - \ell_j)/\tau}.$$
#
# $\tau \to 0$: always the largest. $\tau = 1$: as learned. $\tau \to \infty$: every character alike.
#
# **By hand.** Scores $(\log 4, 0)$: at $\tau = 1$, $p = (0.8, 0.2)$; at $\tau = 0.5$ the ratio $4$ is squared, $p = (16/17, 1/17) = (0.94, 0.06)$; at $\tau = 2$ its root is taken, $(2/3, 1/3)$.
#
# **How to draw** with one uniform number $\xi$ from $[0, 1)$: lay the probabilities end to end along the unit interval, index 0 first, and see which one $\xi$ falls into.
#
# ### Exercise: draw an index
#
# Use the `rng` that is passed in; any way of drawing with it is right. `logits` is another word for scores before softmax; here they may be
# as large as $\pm10^4$.
#
# *Example,* drawn in this way: $p = (0.8, 0.2)$, $\xi = 0.79$ gives 0, $\xi = 0.8$ gives 1. A number on an edge belongs to the piece that begins there.
#
# *Hint:* where do the pieces end? `np.cumsum` says it. And by rounding, the last edge may lie a little below 1.

# %% nbgrader={"grade_id": "sample_index", "solution": true}
def sample_index(logits, temperature, rng):
    """An index drawn from softmax(logits / temperature) -> int.

    logits (V,), the scores; temperature > 0; rng a numpy Generator.
    """
    ### BEGIN SOLUTION
    scaled = logits / temperature
    p = np.exp(scaled - np.max(scaled))
    edges = np.cumsum(p / np.sum(p))
    xi = rng.random()
    index = 0
    while index < len(edges) - 1 and xi >= edges[index]:
        index += 1
    return index
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_sample_index", "grade": true, "points": 3}
check(sample_index)

# %% [markdown]
# ## 6 · A model that writes documentation
#
# The text: the language reference that ships with every Python, in lower case, without rare
# characters. The model: an embedding of 16 numbers, 96 units, scores for each character; at every step
# it has to predict the *next* character. The loss is the cross-entropy per character, $-\log p$ on average.
#
# **Two units that say more.** A question with two equally likely answers is worth one **bit** (比特); $m$ such questions leave one case of $2^m$, of probability $p = 2^{-m}$. So a character of probability $p$ costs $m = -\log_2 p = -\log p / \log 2$ bits: divide the loss, which is in *nats*, by $\log 2$. And if a model holds $V$ characters equally likely, its loss is $\log V$, so $e^{\text{loss}} = V$. For any model $e^{\text{loss}}$, the **perplexity** (困惑度), is the number of equally likely characters that would leave it as uncertain.
#
# **By hand.** A model assigns probability $\frac14$ to the right character at one step and 1 at the next. The loss is
# $\frac12(\log 4 + 0) = 0.693$ nats per character, that is 1 bit, and the perplexity is 2: as uncertain, on average, as
# tossing a coin for each character.
#
# Each batch holds 32 **windows** of 40 characters, and every window starts from a state of zeros. This
# is *not* the truncated BPTT of notebook 5.2, which carries the state across the border and cuts only
# the gradient. Here windows can be shuffled, and no state has to be kept. The price: the first
# characters of every window are predicted without a past. Here that costs nothing: with the state carried across the border (the pieces then come in order, not shuffled) the test loss after one epoch was 0.01 nats lower at best and 0.06 higher at worst, on five seeds (table of claims).
#
# How far does one get without any network? Counting characters (unigram), or pairs of them (bigram):

# %% tags=["experiment", "nbval-ignore-output"]
KEEP = set("abcdefghijklmnopqrstuvwxyz0123456789 \n.,:;()[]{}=+-*/<>\"'_`")
text = "".join(character for character in data.python_text().lower() if character in KEEP)
while "  " in text:
    text = text.replace("  ", " ")
vocabulary = sorted(set(text))
V = len(vocabulary)
code = {character: k for k, character in enumerate(vocabulary)}
ids = np.array([code[character] for character in text])
train_ids, test_ids = ids[:120_000], ids[-20_001:]
single = np.bincount(train_ids, minlength=V) + 0.5
pairs = np.zeros((V, V)) + 0.1
np.add.at(pairs, (train_ids[:-1], train_ids[1:]), 1)
unigram = -np.mean(np.log(single / single.sum())[test_ids[1:]])
bigram = -np.mean(np.log(pairs / pairs.sum(axis=1, keepdims=True))[test_ids[:-1], test_ids[1:]])
print(f"{len(ids):,} characters, {V} different ones; trained on 120,000, tested on the last 20,000")
for name, nats in [("guessing", np.log(V)), ("unigram", unigram), ("bigram", bigram)]:
    print(f"{name:9s} {nats:.2f} nats per character = {nats / np.log(2):.2f} bits")

# %% [markdown]
# Three writers, with the three cells of this chapter and 96 units each.
#
# **Predict, then run.** In which order will their test losses stand after each epoch?

# %% tags=["experiment", "nbval-ignore-output"]
EPOCHS, BATCH, WINDOW = 2, 32, 40
steps = (len(train_ids) - 1) // (BATCH * WINDOW)
x_all, y_all = (
    part[: BATCH * WINDOW * steps].reshape(BATCH, steps * WINDOW) for part in (train_ids[:-1], train_ids[1:])
)


def test_loss(net):
    x, y = test_ids[:-1].reshape(20, 1000), test_ids[1:].reshape(20, 1000)
    return fn.sequence_cross_entropy_forward(net(x), y, np.ones(y.shape))[0]


def train_writer(cell, seed=0, epochs=EPOCHS, after_epoch=lambda net: None):
    """Embedding, cell, scores; the loss of every batch and the test loss before and after each epoch."""
    rng = np.random.default_rng(seed)
    parts = Embedding(V, 16, rng=rng), cell(16, 96, rng=rng), PerStep(Linear(96, V, rng=rng))
    net = Sequential(*parts).astype(np.float32)
    optimizer, trains, tests = optim.Adam(net, 1e-2), [], [test_loss(net)]
    after_epoch(net)
    for epoch in range(epochs):
        optimizer.lr = 1e-2 if epoch < 1 else 3e-3
        for piece in rng.permutation(steps):
            part = slice(piece * WINDOW, (piece + 1) * WINDOW)
            x, y = x_all[:, part], y_all[:, part]
            loss, cache = fn.sequence_cross_entropy_forward(net(x), y, np.ones((BATCH, WINDOW)))
            net.backward(fn.sequence_cross_entropy_backward(cache), need_dx=False)
            optimizer.step(clip=1.0)
            trains.append(loss)
        tests.append(test_loss(net))
        after_epoch(net)
    return net, trains, tests


# %% tags=["experiment", "nbval-ignore-output"]
# About 12 s on an ordinary laptop.
def write(net, temperature, length, seed, start="the "):
    """Text that a net with an LSTM writes after `start`, character by character."""
    table, u, w, b, readout, bias = net.parameters().values()
    rng, written = np.random.default_rng(seed), start
    h = c = np.zeros((1, len(w)), u.dtype)
    for t in range(len(start) + length - 1):
        h, c, _ = fn.lstm_step_forward(table[[code[written[t]]]], h, c, u, w, b)
        if t >= len(start) - 1:
            written += vocabulary[sample_index((h @ readout + bias)[0], temperature, rng)]
    return written


def known_words(written):
    """Share of the words of three or more letters that stand in the training text."""
    words = re.findall("[a-z]{3,}", written)
    return np.mean([word in known for word in words]) if words else 0.0


known = set(re.findall("[a-z]+", text[:120_000]))
samples = []
trained = {cell.__name__: train_writer(cell) for cell in (RNN, GRU)}
trained["LSTM"] = train_writer(LSTM, after_epoch=lambda net: samples.append(write(net, 1.0, 1200, 1)))
for epoch, sample in enumerate(samples):
    loss = trained["LSTM"][2][epoch]
    print(f"--- LSTM, epochs: {epoch}; {loss:.2f} nats = {loss / np.log(2):.2f} bits, perplexity "
          f"{np.exp(loss):.1f}; known words {known_words(sample[4:]):.2f}\n{sample[:150]}\n")

# %% tags=["experiment", "nbval-ignore-output"]
fig, ax = plt.subplots(figsize=(7.5, 3.8))
for (name, (_, trains, tests)), (color, marker, line) in zip(
    trained.items(), [("0.4", "o", ":"), ("C0", "s", "--"), ("C1", "^", "-")], strict=True
):
    smooth = np.convolve(trains, np.ones(20) / 20, "valid") / np.log(2)
    ax.plot(np.arange(20, len(trains) + 1) / steps, smooth, line, color=color, label=name, lw=1.6)
    ax.plot(range(1, EPOCHS + 1), np.array(tests[1:]) / np.log(2), marker, color=color, ms=7)
for value, name in [(unigram, "unigram"), (bigram, "bigram")]:
    ax.axhline(value / np.log(2), color="k", ls=":", lw=1)
    ax.text(EPOCHS + 0.06, value / np.log(2), name, va="center", fontsize=9)
ax.set(xlabel="epochs (lines: training, mean of 20 batches; markers: test)", ylabel="bits per character",
       xlim=(0, EPOCHS + 0.04), ylim=(2.3, 5.3), xticks=[0, 0.5, 1, 1.5, 2])
ax.legend()
plt.show()
for name, (_, _, tests) in trained.items():
    print(f"{name:5s} nats per character before training and after each epoch: {np.round(tests, 2)} (seed 0)")

# %% [markdown]
# *What to see:* in the samples: before training, noise; after one epoch nearly a quarter of the words that the net writes (of those
# with three or more letters) stand in the training text, and the second epoch adds little to that. In the figure: the bigram (lower dotted line) is passed before the
# first epoch is over; from there on it is context that pays. The GRU is ahead of the LSTM and the LSTM ahead
# of the plain RNN after every epoch. That is one seed; with five seeds, one epoch each, the order of the three losses was the same every time (table of claims). The samples sound like the manual and make no sense; with a hundred units and a few seconds of training, that was to be expected.
#
# ### Five guesses for every character
#
# Let the LSTM read a piece of the test text, and write down, before each character, which five it
# thinks likeliest.

# %% tags=["experiment", "nbval-ignore-output"]
writer = trained["LSTM"][0]
piece = slice(3211, 3251)  # words; elsewhere the manual is half punctuation
chances = fn.softmax(writer(test_ids[None, piece.start - 40 : piece.stop - 1])[0, -40:])
order = np.argsort(-chances, axis=1)[:, :5]
read = "".join(vocabulary[k] for k in test_ids[piece])
guesses = ["".join(vocabulary[k] for k in row) for row in order]
display(ch05_text.likeliest(read, guesses, np.take_along_axis(chances, order, axis=1)))
right = order == test_ids[piece, None]
print(f"first guess right {right[:, 0].mean():.2f}, among the five {right.any(axis=1).mean():.2f}")


def by_place(net):
    """Loss per character of the test text: of the first letters of words, and of the letters after them."""
    x, y = test_ids[:-1].reshape(20, 1000), test_ids[1:].reshape(20, 1000)
    losses = -np.take_along_axis(fn.log_softmax(net(x)), y[..., None], axis=2)[..., 0]
    letter = np.array([character.isalpha() for character in vocabulary])
    return losses[letter[y] & ~letter[x]].mean(), losses[letter[y] & letter[x]].mean()


first, later = by_place(writer)
print(f"nats in the whole test text: first letter of a word {first:.2f}, later ones {later:.2f}")

# %% [markdown]
# *What to see:* under each character of the text (␣ is a blank, ¶ a line end) stand the five guesses
# made *before* it was read, darker for likelier; an orange frame marks the right one. At the first letter of a word the net spreads its bets: that is where the text says
# something new. Within a word, what has been read says much about what follows; in the whole test text a first letter costs clearly more than a later one (last line).
#
# ### Which characters does a prediction depend on?
#
# Take the logarithm of the probability $p_j$ of the character $j$ that really follows, and send its gradient back
# to the embeddings $x_t$ of the sixty characters before it. It begins at the scores of the last step: from
# $\log p_j = \ell_j - \log\sum_k e^{\ell_k}$,
#
# $$\underset{(V,)}{\frac{\partial\log p_j}{\partial\ell}} = \text{onehot}(j) - p,\qquad
# \underset{(H,)}{\frac{\partial\log p_j}{\partial h_{60}}} = \underset{(H, V)}{A^\top}\big(\text{onehot}(j) - p\big),$$
#
# with the readout $A$; the cell's backward pass, which you wrote, does the rest, down to
# $\partial\log p_j/\partial x_t$, $D$ numbers for each character. The size of this vector says how much the
# prediction depends on character $t$, to first order: move $x_t$ by a small distance, and $\log p_j$ moves by at most
# this distance times this size. (Madsen, 2019, calls it the connectivity.)
#
# **By hand.** One unit without tanh, $h_t = \frac12 h_{t-1} + x_t$, all $x_t = 0$; two characters with scores
# $(h_3, 0)$, so $p = (\frac12, \frac12)$. Character 0 follows. Then $\partial\log p_0/\partial h_3 = 1 - \frac12 = \frac12$,
# and each step back brings a factor $\frac12$: the sizes are $\frac12$, $\frac14$, $\frac18$ for $x_3$, $x_2$, $x_1$. The
# last character has $\frac47$ of their sum, the last two have $\frac67$.
#
# **Predict, then run.** How many characters back does each of the three nets look?

# %% tags=["experiment", "nbval-ignore-output"]
# About 4 s on an ordinary laptop.
def dependence(net, past, following):
    """Norm of the gradient of log p(following) at each character of past (60,), and that p."""
    x = net[0](past[None])
    scores = net[2](net[1](x))
    p = fn.softmax(scores[0, -1])
    dscores = np.zeros_like(scores)
    dscores[0, -1] = -p
    dscores[0, -1, following] += 1
    dx = net[1].backward(net[2].backward(dscores))
    return np.linalg.norm(dx[0], axis=1), p[following]


ORDER = ["RNN", "LSTM", "GRU"]
frames, labels = [], []
for at in range(3060, 3076):
    past, following = test_ids[at - 60 : at], test_ids[at]
    found = {name: dependence(trained[name][0], past, following) for name in ORDER}
    frames.append(ch05_text.dependence(
        "".join(vocabulary[k] for k in past), vocabulary[following],
        {name: sizes for name, (sizes, _) in found.items()}, {name: p for name, (_, p) in found.items()},
    ))  # fmt: skip
    labels.append(f"'{ch05_text.shown(vocabulary[following])}'")
plot.slider(frames, labels, "predict")

# %% tags=["experiment", "nbval-ignore-output"]
def shares(net, places):
    """Share of the gradient's size from more than 5, 10, and 20 characters back, mean over places."""
    lag, rows = np.arange(60, 0, -1), []
    for at in places:
        sizes, _ = dependence(net, test_ids[at - 60 : at], test_ids[at])
        rows.append([sizes[lag > back].sum() / sizes.sum() for back in (5, 10, 20)])
    return np.mean(rows, axis=0)


places = np.random.default_rng(0).integers(60, len(test_ids), 100)
for name in ORDER:
    five, ten, twenty = shares(trained[name][0], places)
    print(f"{name:5s} from more than 5 back: {five:.3f}, 10: {ten:.3f}, 20: {twenty:.4f}")

# %% [markdown]
# *What to see:* move the slider. Each strip holds the same sixty characters, darker where the
# prediction of the orange character depends on them more; the color is the square root of the size, so
# that small shares can be seen at all. Most of the dependence lies within the current word and the one
# before it, in all three nets, however long the memory of their cells could be: after two epochs,
# spelling is what there is to learn. What reaches farther back is small, and there the cells differ: beyond twenty characters next to nothing for the RNN, a little for the LSTM and most for the GRU, which is also the best of the three here. That the gated cells reach farther than the plain one is what notebooks 5.2 and 5.3 let us expect; that the GRU reaches farther than the LSTM is not. (Of five starts with one epoch each, four gave the GRU a larger far share than the RNN and one did not: table of claims; a tendency, not a law.)
#
# A gradient holds for small changes, and a character cannot be changed a little. So test the picture:
# exchange one character for a random one, see how far $\log p$ moves, and compare the sixty moves with the
# sixty sizes of the strip. Since both fall with the distance, compare also with the strip of *another* place.

# %% tags=["experiment", "nbval-ignore-output"]
def exchanged(net, past, following, rng):
    """How far log p(following) moves when one character of past (60,) is exchanged at random: (60,)."""
    others = np.repeat(past[None], len(past), axis=0)
    np.fill_diagonal(others, rng.integers(0, V, len(past)))
    both = np.concatenate([past[None], others])
    log_p = fn.log_softmax(net(both)[:, -1])[:, following]
    return np.abs(log_p[1:] - log_p[0])


def strip_and_exchange(net, places, rng):
    """Mean correlation of log sizes: exchange with the strip of its own place, and of the place before."""
    own, other, before = [], [], None
    for at in places:
        past, following = test_ids[at - 60 : at], test_ids[at]
        strip = np.log(dependence(net, past, following)[0] + 1e-9)
        moves = np.log(exchanged(net, past, following, rng) + 1e-9)
        own.append(np.corrcoef(strip, moves)[0, 1])
        if before is not None:
            other.append(np.corrcoef(before, moves)[0, 1])
        before = strip
    return np.mean(own), np.mean(other)


own, other = strip_and_exchange(trained["LSTM"][0], places[:30], np.random.default_rng(1))
print(f"correlation of exchange and gradient {own:.2f}; with the gradient of another place {other:.2f}")

# %% [markdown]
# *What to see:* the correlation is high, and most of it is distance alone: another place's strip does nearly as
# well. So the strip tells *how far back* a net looks better than it tells *at which* character.
#
# ### Temperature
#
# **Predict, then move.** The same net, the same random numbers, only $\tau$ differs. What will the
# coldest text look like, and what the hottest?

# %% tags=["experiment", "nbval-ignore-output"]
# About 3 s on an ordinary laptop.
opening = np.array([[code[character] for character in "the "]])
scores = writer(opening)[0, -1].astype(float)
frames, labels = [], []
for temperature in [0.1, 0.3, 0.6, 1.0, 1.5, 2.5]:
    p = fn.softmax(scores / temperature)
    title = f"after 'the ': temperature {temperature}, the largest probability {p.max():.2f}"
    sample = write(writer, temperature, 270, 3)
    frames.append(ch05_text.unit_interval(p, "".join(vocabulary), sample, title))
    labels.append(f"temperature {temperature}")
plot.slider(frames, labels, "temperature")

# %% [markdown]
# *What to see:* above, the probabilities of the first character after `the `, laid end to end along the
# unit interval in the order of the vocabulary, as `sample_index` does it (the two shades only separate the segments; narrow ones
# have no letter); below, a text. Cold, a few segments fill the whole
# interval, and the text repeats what the net is surest of; hot, all segments approach the same
# width, and the spelling goes; in between lies what one would call style.
#
# ### The microscope again: what do cells of a text model hold?
#
# Run the net over unseen text and correlate each of its 96 cells with things that one can count: how
# far it is to the beginning of the line or of the word, and whether a bracket is open. Then look at the
# best cell for each.
#
# The best of 96 has some correlation with *anything*. How much? Shift the counted feature along the
# text by some hundred characters, so that it keeps its shape and loses its place, and take the best of
# 96 again. Only what exceeds that by far means something.

# %% tags=["experiment", "nbval-ignore-output"]
def states_along(net, shown):
    """Cells (len(shown), 96) of a net with an LSTM along a text."""
    table, u, w, b, _, _ = (np.asarray(value, dtype=float) for value in net.parameters().values())
    h = c = np.zeros((1, len(w)))
    cells = []
    for character in shown:
        h, c, _ = fn.lstm_step_forward(table[[code[character]]], h, c, u, w, b)
        cells.append(c[0])
    return np.array(cells)


def counted(shown):
    """Distances to the start of the line and of the word, and whether a bracket is open."""
    line, word, bracket = [], [], []
    for k, character in enumerate(shown):
        line.append(0 if character == "\n" or k == 0 else line[-1] + 1)
        word.append(0 if not character.isalpha() or k == 0 else word[-1] + 1)
        depth = bracket[-1] if k else 0
        bracket.append(min(1, max(0, depth + (character == "(") - (character == ")"))))
    names = "distance to the line's start", "distance to the word's start", "inside ( )"
    return dict(zip(names, map(np.array, (line, word, bracket)), strict=True))


def together(cells, feature):
    """Correlation of each cell with the feature."""
    return np.array([np.corrcoef(cell, feature)[0, 1] for cell in cells.T])


# %% tags=["experiment", "nbval-ignore-output"]
shown = text[-20_000:-17_000]
cells, features, best = states_along(writer, shown), counted(shown), {}
for name, feature in features.items():
    correlation = together(cells, feature)
    best[name] = k = int(np.abs(correlation).argmax())
    null = [np.abs(together(cells, np.roll(feature, 137 * j))).max() for j in range(2, 12)]
    print(f"{name:29s} best cell {k:2d}: {correlation[k]:+.2f}; "
          f"feature shifted, best of 96: mean {np.mean(null):.2f}, largest {max(null):.2f}")

# %% tags=["experiment", "nbval-ignore-output"]
inside = features["inside ( )"]
at = max(0, int(np.flatnonzero(inside[100:])[0]) + 40)
part = slice(at, at + 64)
display(ch05_text.cells(shown[part], {
    f"cell {k}, below it: {name}": (cells[part, k], features[name][part].astype(float))
    for name, k in best.items()
}))  # fmt: skip

# %% [markdown]
# *What to see:* each strip is one cell along the same piece of text, red for positive, blue for
# negative; the gray steps below it are the counted feature. The cell for the word follows its feature
# loosely: in `extends` it turns red toward the end, in `contents` just before it, in `the` it begins red and ends blue. In the strip for the line
# no eye would find the feature. Yet both correlations, about 0.5 in size, are more than twice
# what the best of 96 cells reaches on a shifted feature (at most 0.23), so *something* of the two is in the state, with much else on top.
# For brackets that cannot be said: the best of 96 cells reaches 0.24, a shifted feature 0.22. A clean "bracket cell", as in the famous pictures of Karpathy and others (2015), needs
# larger nets, longer training, and luck. And whoever searches 96 cells for a meaning has to compare
# with the best of 96 cells where there is none.
#
# ## Quiz
#
# **1.** Scores $(\log 9, 0)$ for two characters. With which probability is the first drawn at temperature 0.5? Store the number, to three significant digits or as an expression, in `quiz_temperature`.

# %% nbgrader={"grade_id": "quiz_temperature", "solution": true}
# quiz_temperature = ...
### BEGIN SOLUTION
quiz_temperature = 81 / 82
### END SOLUTION

# %% nbgrader={"grade_id": "check_quiz_temperature", "grade": true, "points": 1}
check.quiz("quiz_temperature", quiz_temperature)

# %% [markdown]
# **2.** For which of these tasks is a bidirectional network out of place?
#
# - A · a part of speech for every word of a finished sentence
# - B · the next character while someone is typing
# - C · which language a recorded call is in
# - D · which digit a complete image shows
#
# Store the letter in `quiz_bidirectional`.

# %% nbgrader={"grade_id": "quiz_bidirectional", "solution": true}
# quiz_bidirectional = ...
### BEGIN SOLUTION
quiz_bidirectional = "B"
### END SOLUTION

# %% nbgrader={"grade_id": "check_quiz_bidirectional", "grade": true, "points": 1}
check.quiz("quiz_bidirectional", quiz_bidirectional)

# %% [markdown]
# ## In your own words
#
# A hospital monitor delivers one measurement a second, day and night. An alarm has to be raised within a few seconds; the signs of trouble are spread over the last ten minutes. A plan says: "A bidirectional plain RNN, full backpropagation through each whole day (86,400 steps), gradients clipped at 1." Name three things in the plan that will not
# work, each with its reason, and say what you would do instead. (About ten lines. This question is graded by a person.)

# %% [markdown] nbgrader={"grade_id": "explain_monitor", "grade": true, "solution": true, "points": 5}
# ### BEGIN SOLUTION
# 1. *Bidirectional*: the backward half has to wait for the end of the day; an alarm cannot. Use one direction (or a delay of a few seconds at most). (1 point)
# 2. *Plain RNN*: the signs lie up to 600 steps back; the gradient over 600 Jacobians has vanished (or exploded), so these weights never learn. LSTM or GRU with an open gate at the start (for 600 steps a bias well above 1), or a coarser clock, such as means over ten seconds. Clipping does not help against vanishing. (2 points)
# 3. *Full BPTT over a day*: 86,400 states in memory for one update a day, and nothing in it that needs more than ten minutes. Truncated BPTT, chunks of some 600 to 1200 steps, the state carried across. (1 point)
# 4. A consistent replacement, for instance: GRU, one direction, gate bias about 3 to 5, pieces of 1000 steps, clipping at 1, a loss at every step with a mask where nobody knows the truth; test by lead time and false alarms on other patients. (1 point)
# ### END SOLUTION

# %% [markdown]
# ## What to remember
#
# - Where inputs and losses stand makes the arrangement; the cell and its backward pass stay the same.
# - A second direction helps where the answer depends on what comes later, and only where one may wait for it.
# - An embedding is a row of a table; its gradient adds up over all places of a token.
# - A net that predicts the next character writes by drawing; the temperature decides how boldly.
# - What a cell "holds" is worth believing only against a null: the best of as many cells on a feature that is out of place.
#
# Next, notebook 5.6: answers of a different length from the question, and attention.
