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
# One cell, many machines. In this notebook the cells of the chapter classify images read row by row, add from the wrong end, reverse strings, and write documentation. Three small pieces are missing and are yours: the embedding, its gradient, and drawing
# the next character.

# %%
import matplotlib.pyplot as plt
import numpy as np

import nnkit.functional as F
from autograder import check
from nnkit import data, metrics, optim, plot
from nnkit.layers import GRU, LSTM, Bidirectional, Embedding, LastStep, Linear, PerStep, Sequential
from nnkit.train import fit

plot.style()

# %% [markdown]
# ## 1 · Four arrangements
#
# | arrangement | loss at | example | how |
# |---|---|---|---|
# | **many-to-one** (多对一) | the last step | what digit is this? is this review friendly? | read all, use $h_T$ |
# | **one-to-many** (一对多) | every step | a caption for an image; a melody from its first note | input once (as $h_0$), then each output is the next input |
# | **many-to-many**, aligned (多对多) | every step | binary addition; a tag for each word | an output for each input |
# | **many-to-many**, unaligned | every output step | translation; reversing a string | **encoder–decoder** (编码器–解码器): read all, then write |

# %% jupyter={"source_hidden": true} tags=["experiment"]
def unit(ax, x, y, color):
    ax.add_patch(plt.Rectangle((x - 0.3, y - 0.25), 0.6, 0.5, fc="white", ec=color, lw=1.6, zorder=2))


def link(ax, a, b, color="0.35"):
    across, up = 0.32 * np.sign(b[0] - a[0]), 0.27 * np.sign(b[1] - a[1])
    ends = (b[0] - across, b[1] - up), (a[0] + across, a[1] + up)
    ax.annotate("", *ends, arrowprops={"arrowstyle": "->", "color": color, "lw": 1.4, "shrinkA": 0, "shrinkB": 0})


fig, axes = plt.subplots(1, 4, figsize=(9.5, 2.7), width_ratios=[3, 3, 3, 5])
plans = [("many-to-one", 3, [0, 1, 2], [2], []), ("one-to-many", 3, [0], [0, 1, 2], [0, 1]),
         ("many-to-many", 3, [0, 1, 2], [0, 1, 2], []), ("encoder–decoder", 5, [0, 1, 2], [2, 3, 4], [2, 3])]
for ax, (title, steps, inputs, outputs, fed) in zip(axes, plans):
    for t in range(steps):
        unit(ax, t, 1, "C3" if title.startswith("enc") and t > 2 else "C0")
        if t:
            link(ax, (t - 1, 1), (t, 1))
    for t in inputs:
        unit(ax, t, 0, "0.5")
        link(ax, (t, 0), (t, 1))
    for t in outputs:
        unit(ax, t, 2, "C1")
        link(ax, (t, 1), (t, 2))
    for t in fed:
        ax.annotate("", (t + 0.75, 1.27), (t + 0.32, 1.8), arrowprops={"arrowstyle": "->", "color": "C1", "ls": ":", "lw": 1.2, "shrinkA": 0, "shrinkB": 0})
    ax.set(xlim=(-0.6, steps - 0.4), ylim=(-0.5, 2.5))
    ax.set_title(title, fontsize=10)
    ax.set_axis_off()
plt.show()

# %% [markdown]
# *What to see:* gray inputs, blue states, orange outputs, time runs to the right. Dotted: what was written is the next input. Only the places of inputs and losses differ; the backward pass is the same for all, with $\mathtt{dh}_t = 0$ where there is no loss.
#
# ## 2 · Many-to-one: a digit, row by row
#
# The 8×8 digits of scikit-learn, read from the top: 8 steps of 8 numbers. An LSTM with 48 units, 20 epochs, the answer after the last row. Beside it, with about as many parameters: two LSTMs of 29 units **stacked** (堆叠), where the upper reads the states of the lower, and a **bidirectional** (双向) net, where one half reads
# from the top and the other from the bottom, their states side by side, and a small LSTM sums them up. Three seeds, each with its own split.

# %% tags=["experiment", "nbval-ignore-output"]
def digit_net(name, rng):
    if name == "LSTM":
        return Sequential(LSTM(8, 48, rng=rng), LastStep(), Linear(48, 10, rng=rng))
    if name == "stacked":
        return Sequential(LSTM(8, 29, rng=rng), LSTM(29, 29, rng=rng), LastStep(), Linear(29, 10, rng=rng))
    return Sequential(Bidirectional(LSTM(8, 27, rng=rng), LSTM(8, 27, rng=rng)), LSTM(54, 12, rng=rng), LastStep(), Linear(12, 10, rng=rng))


def train_digits(name, seed):
    rng = np.random.default_rng(seed)
    x, y, x_test, y_test = data.digit_rows(rng=rng)
    net = digit_net(name, rng).astype(np.float32)
    history = fit(net, x, y, optimizer=optim.Adam(net, 1e-2), epochs=20, batch_size=64, rng=rng, clip=1.0, progress=False,
                  schedule=optim.cosine(1e-2, epochs=20), validation=(x_test, y_test), metric=metrics.accuracy)
    return net, history, x_test, y_test


readers = {name: [train_digits(name, seed) for seed in range(3)] for name in ["LSTM", "stacked", "bidirectional"]}
for name, runs in readers.items():
    count = sum(value.size for value in runs[0][0].parameters().values())
    right = [run[1].val_metric[-1] for run in runs]
    print(f"{name:14s} {count:6d} parameters; test accuracy {np.array2string(np.array(right), precision=3)} (seeds 0 to 2)")
print("LSTM at 95 % or more on every seed:", all(run[1].val_metric[-1] >= 0.95 for run in readers["LSTM"]))

# %% [markdown]
# Every LSTM passes 95 %. Between the three designs the spread over seeds (other splits, other starts) is as large as the differences: with 360 test images, one percent is three or four images. Eight rows are short; nothing here needs a second direction.
#
# When does the net know? Ask it after every row, with the same output layer, though it was trained to answer after the last one only.

# %% tags=["experiment", "nbval-ignore-output"]
net, _, x_test, y_test = readers["LSTM"][0]
h = net[0](x_test.astype(np.float32))
scores = np.stack([net[2](h[:, t]) for t in range(8)], axis=1)
by_row = np.mean(scores.argmax(axis=2) == y_test[:, None], axis=0)
sure = F.softmax(scores)
fig, axes = plt.subplots(1, 4, figsize=(9.5, 3), width_ratios=[2.2, 1, 1, 1])
axes[0].plot(np.arange(1, 9), by_row, "o-")
axes[0].set(xlabel="rows read", ylabel="share right (test)", ylim=(0, 1.02))
for ax, k in zip(axes[1:], [int(np.flatnonzero(y_test == digit)[0]) for digit in [3, 7, 4]]):
    ax.imshow(x_test[k], cmap="Greys")
    for row in range(8):
        guess = sure[k, row].argmax()
        ax.text(8, row, f"{guess} ({sure[k, row, guess]:.2f})", va="center", fontsize=8, color="C0" if guess == y_test[k] else "C1")
    ax.set(xlim=(-0.5, 13), title=f"a {y_test[k]}")
    ax.set_axis_off()
plt.show()
print("share right after each row:", by_row.round(2))

# %% [markdown]
# *What to see:* left, the first rows say little, and most is settled only in the last third. Right, beside every row the answer after it, with its probability, blue where it is right. The early answers are guesses of a net that was never asked so early; they are confident all the same. A readout is only to be trusted where it was trained.
#
# ## 3 · Two directions, or two floors?
#
# On digits it did not matter. Here it does: binary addition once more, but the digits come **from the left**, the highest first. The carry travels from right to left, against the direction of reading. At every step the answer depends on what comes *later*.

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


DESIGNS = {
    "one GRU, 24 units": lambda rng: [GRU(2, 24, rng=rng), PerStep(Linear(24, 2, rng=rng))],
    "two stacked, 16 each": lambda rng: [GRU(2, 16, rng=rng), GRU(16, 16, rng=rng), PerStep(Linear(16, 2, rng=rng))],
    "two directions, 16 each": lambda rng: [Bidirectional(GRU(2, 16, rng=rng), GRU(2, 16, rng=rng)), PerStep(Linear(32, 2, rng=rng))],
}
for name, design in DESIGNS.items():
    right = []
    for seed in range(3):
        rng = np.random.default_rng(seed)
        net = Sequential(*design(rng)).astype(np.float32)
        optimizer = optim.Adam(net, 1e-2)
        for _ in range(400):
            x, y = sums_from_left(32, 10, rng)
            _, cache = F.sequence_cross_entropy_forward(net(x), y, np.ones(y.shape))
            net.backward(F.sequence_cross_entropy_backward(cache), need_dx=False)
            optimizer.step(clip=1.0)
        x, y = sums_from_left(500, 10, rng)
        right.append(np.mean(net(x).argmax(axis=2) == y))
    count = sum(value.size for value in net.parameters().values())
    print(f"{name:23s} {count:5d} parameters; digits right {np.array2string(np.array(right), precision=3)} (seeds 0 to 2)")

# %% [markdown]
# The first two guess: **no depth brings back what has not been read yet.** (Why 0.6 and not 0.5? The lowest digit, read last, has no carry; the one before gets a carry with probability 1/4, the next with 3/8, and so on to 1/2. The best guesses are right with probability $1, \frac34, \frac58, \dots$, on the average over ten digits $0.5 + \frac1{10}(\frac12 + \frac14 + \dots) \approx 0.6$.) Two directions solve it. The price: a bidirectional net has to wait for the end of the sequence, so it can tag a sentence, but not predict the next word, nor run on a
# live stream. And in training a model of the *next* character it would simply read the answer.
#
# ## 4 · Encoder and decoder: reversing a string
#
# Five digits in, the same five in reverse order out. The first output is needed right after the last input; so nothing can be written before all is read. An **encoder** GRU reads; its last state is the start state of a **decoder** GRU, which gets a start token (10) and then, at each step, the digit before.
#
# In training the decoder is fed the *right* previous digit, whatever it said itself (**teacher forcing**, 教师强制). In use it is fed its own. The gradient crosses the bridge: the decoder's $\mathtt{dh0}$ arrives at the encoder's last state, and is its whole $\mathtt{dh}$.

# %% tags=["experiment", "nbval-ignore-output"]
START, LENGTH = 10, 5


def train_reverser(seed, batches=700):
    rng = np.random.default_rng(seed)
    encoder = Sequential(Embedding(11, 12, rng=rng), GRU(12, 48, rng=rng)).astype(np.float32)
    embed, decoder = Embedding(11, 12, rng=rng).astype(np.float32), GRU(12, 48, rng=rng).astype(np.float32)
    readout = PerStep(Linear(48, 10, rng=rng)).astype(np.float32)
    optimizers = [optim.Adam(part, 8e-3) for part in (encoder, embed, decoder, readout)]
    for batch in range(batches):
        digits = rng.integers(0, 10, (64, LENGTH))
        y = digits[:, ::-1]
        fed = np.column_stack([np.full(64, START), y[:, :-1]])
        states = encoder(digits)
        scores = readout(decoder(embed(fed), states[:, -1]))
        _, cache = F.sequence_cross_entropy_forward(scores, y, np.ones(y.shape))
        embed.backward(decoder.backward(readout.backward(F.sequence_cross_entropy_backward(cache))))
        dstates = np.zeros_like(states)
        dstates[:, -1] = decoder.dstates[0]  # the bridge
        encoder.backward(dstates, need_dx=False)
        for optimizer in optimizers:
            optimizer.lr = 8e-3 if batch < 0.6 * batches else 2e-3
            optimizer.step(clip=1.0)

    def reverse(digits):
        state, token, written = encoder(digits)[:, -1], np.full((len(digits), 1), START), []
        for _ in range(LENGTH):
            state = decoder(embed(token), state)[:, -1]
            token = readout(state[:, None]).argmax(axis=2)
            written.append(token[:, 0])
        return np.stack(written, axis=1)

    return reverse


digits = np.random.default_rng(100).integers(0, 10, (400, LENGTH))
for seed in range(3):
    reverse = train_reverser(seed)
    written = reverse(digits)
    print(f"seed {seed}: whole strings right {np.mean(np.all(written == digits[:, ::-1], axis=1)):.3f}; "
          f"{''.join(map(str, digits[0]))} -> {''.join(map(str, written[0]))}")

# %% [markdown]
# All that the decoder ever learns of the input is one vector of 48 numbers. For longer strings that bottleneck is what gives; attention was invented to get around it.
#
# ## 5 · Tokens in: the embedding
#
# Characters are numbers only by name: that `b` = 1 lies between `a` = 0 and `c` = 2 means nothing. A **one-hot** (独热) vector of $V$ entries treats all alike, and its product with a matrix `table` $(V, D)$ simply picks a row. So skip the product: an **embedding** (嵌入) *is* the table lookup,
#
# $$\underset{(\dots, D)}{\text{out}} = \text{table}[\underset{(\dots)}{\text{idx}}].$$
#
# **Backward.** A row was copied to every place where its token stands; copies add up. Rows of tokens that do not occur get 0.
#
# **By hand.** $\text{idx} = (2, 0, 2)$, $V = 3$, $D = 2$, $\mathtt{dout} = \begin{pmatrix}1&1\\5&5\\10&20\end{pmatrix}$. Token 2 stands in two places: $\mathtt{dtable} = \begin{pmatrix}5&5\\0&0\\11&21\end{pmatrix}$.
#
# ### Exercise: embedding

# %% nbgrader={"grade_id": "embedding_forward", "solution": true}
def embedding_forward(idx, table):
    """Rows of a table. idx: whole numbers of any shape (...), table (V, D) -> out (..., D), cache = (idx, table.shape)."""
    ### BEGIN SOLUTION
    return table[idx], (idx, table.shape)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_embedding_forward", "grade": true, "points": 2}
check(embedding_forward)

# %% [markdown]
# ### Exercise: its gradient
#
# *Hint:* try `dtable[idx] += dout` on the hand example, and look at token 2. `np.add.at` is one way out; a loop is another.

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
# ## 6 · Tokens out: drawing the next one, and temperature
#
# A language model gives scores for the next character. To write, *draw* from $p = \text{softmax}(\text{scores})$; always taking the largest soon runs in circles. The **temperature** (温度) $\tau$ sharpens or flattens:
#
# $$p_k = \frac{e^{s_k/\tau}}{\sum_j e^{s_j/\tau}},\qquad \frac{p_k}{p_j} = e^{(s_k - s_j)/\tau}.$$
#
# $\tau \to 0$: always the largest. $\tau = 1$: as learned. $\tau \to \infty$: every character alike.
#
# **By hand.** Scores $(\log 4, 0)$: at $\tau = 1$, $p = (0.8, 0.2)$; at $\tau = 0.5$ the ratio $4$ is squared, $p = (16/17, 1/17) = (0.94, 0.06)$; at $\tau = 2$ its root is taken, $(2/3, 1/3)$.
#
# **How to draw** with one uniform number $q$ from $[0, 1)$: lay the probabilities end to end along the unit interval and see in which $q$ falls.
#
# ### Exercise: draw an index
#
# Use the `rng` that is passed in. Logits may be as large as $\pm10^4$.

# %% nbgrader={"grade_id": "sample_index", "solution": true}
def sample_index(logits, temperature, rng):
    """An index drawn from softmax(logits / temperature). logits (V,), temperature > 0, rng a Generator -> int."""
    ### BEGIN SOLUTION
    z = logits / temperature
    p = np.exp(z - np.max(z))
    edges = np.cumsum(p / np.sum(p))
    q = rng.random()
    index = 0
    while index < len(edges) - 1 and q >= edges[index]:
        index += 1
    return index
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_sample_index", "grade": true, "points": 2}
check(sample_index)

# %% [markdown]
# ## 7 · A model that writes documentation
#
# The text: the language reference that ships with every Python, in lower case, without rare characters. The model: embedding of 16, an LSTM of 96 units, scores for each character; at every step it is to predict the *next* character. Loss: cross-entropy in nats a character; $e^{\text{loss}}$ is the **perplexity** (困惑度), among how many equally likely
# characters the model still hesitates. Batches of 32 pieces of 40 characters: truncated BPTT in chunks.
#
# What would do without any network? Counting characters (unigram), or pairs of them (bigram):

# %% tags=["experiment", "nbval-ignore-output"]
KEEP = set("abcdefghijklmnopqrstuvwxyz0123456789 \n.,:;()[]{}=+-*/<>\"'_`")
text = "".join(character for character in data.python_text().lower() if character in KEEP)
while "  " in text:
    text = text.replace("  ", " ")
vocabulary = sorted(set(text))
V = len(vocabulary)
code = {character: k for k, character in enumerate(vocabulary)}
ids = np.array([code[character] for character in text])
train_ids, test_ids = ids[:200_000], ids[-20_001:]
single = np.bincount(train_ids, minlength=V) + 0.5
pairs = np.zeros((V, V)) + 0.1
np.add.at(pairs, (train_ids[:-1], train_ids[1:]), 1)
unigram = -np.mean(np.log(single / single.sum())[test_ids[1:]])
bigram = -np.mean(np.log(pairs / pairs.sum(axis=1, keepdims=True))[test_ids[:-1], test_ids[1:]])
print(f"{len(ids):,} characters, {V} different ones; trained on 200,000, tested on the last 20,000")
print(f"nats a character: guessing {np.log(V):.2f}, unigram {unigram:.2f}, bigram {bigram:.2f}")

# %% tags=["experiment", "nbval-ignore-output"]
rng = np.random.default_rng(0)
writer = Sequential(Embedding(V, 16, rng=rng), LSTM(16, 96, rng=rng), PerStep(Linear(96, V, rng=rng))).astype(np.float32)


def write(temperature, length, seed, start="the "):
    """Text written by the model, character by character."""
    table, u, w, b, v, v0 = writer.parameters().values()
    rng, written = np.random.default_rng(seed), start
    h = c = np.zeros((1, len(w)), u.dtype)
    for t in range(len(start) + length):
        if t >= len(start):
            written += vocabulary[sample_index((h @ v + v0)[0], temperature, rng)]
        h, c, _ = F.lstm_step_forward(table[[code[written[t]]]], h, c, u, w, b)
    return written


def test_loss():
    x, y = test_ids[:-1].reshape(20, 1000), test_ids[1:].reshape(20, 1000)
    return F.sequence_cross_entropy_forward(writer(x), y, np.ones(y.shape))[0]


EPOCHS, N, T = 5, 32, 40
steps = (len(train_ids) - 1) // (N * T)
x_all, y_all = (part[: N * T * steps].reshape(N, steps * T) for part in (train_ids[:-1], train_ids[1:]))
optimizer, tests, trains, samples = optim.Adam(writer, 5e-3), [test_loss()], [], [write(1.0, 150, 1)]
for epoch in range(EPOCHS):
    optimizer.lr = 5e-3 if epoch < 3 else 1.5e-3
    for piece in rng.permutation(steps):
        part = slice(piece * T, (piece + 1) * T)
        loss, cache = F.sequence_cross_entropy_forward(writer(x_all[:, part]), y_all[:, part], np.ones((N, T)))
        writer.backward(F.sequence_cross_entropy_backward(cache), need_dx=False)
        optimizer.step(clip=1.0)
        trains.append(loss)
    tests.append(test_loss())
    samples.append(write(1.0, 150, 1))
for epoch, sample in enumerate(samples):
    if epoch in (0, 1, 2, 3, 5):
        print(f"--- after {epoch} epochs, test loss {tests[epoch]:.2f}, perplexity {np.exp(tests[epoch]):.1f}:\n{sample}\n")

# %% tags=["experiment", "nbval-ignore-output"]
fig, ax = plt.subplots(figsize=(7, 3.3))
ax.plot(np.arange(1, len(trains) + 1) / steps, trains, color="0.75", lw=0.8, label="training, each batch")
ax.plot(range(EPOCHS + 1), tests, "o-", label="test")
for value, name in [(unigram, "unigram"), (bigram, "bigram")]:
    ax.axhline(value, color="k", ls=":", lw=1)
    ax.text(EPOCHS + 0.05, value, name, va="center", fontsize=9)
ax.set(xlabel="epoch", ylabel="nats a character", xlim=(0, EPOCHS))
ax.legend()
plt.show()
print(f"test loss after each epoch: {np.round(tests, 2)} (seed 0)")

# %% [markdown]
# *What to see:* before training, noise. After one epoch words of the right length and many real ones; later Python's own words, brackets that close, line breaks at plausible places. The curve passes "count characters" within the first batches and "count pairs" before the end of the first epoch: from there on it is memory that pays. The sense is missing, and
# with a hundred units and a few seconds nobody expected it.
#
# **Temperature**, the same trained model:

# %% tags=["experiment", "nbval-ignore-output"]
for temperature in [0.2, 0.6, 1.0, 1.6]:
    print(f"--- temperature {temperature}:\n{write(temperature, 160, 3)}\n")

# %% [markdown]
# *What to see:* cold, it repeats what it is surest of; hot, it spells badly; in between lies what one would call style.
#
# ### The microscope again: what do cells of a text model hold?
#
# Run the net over unseen text and correlate each of its 96 cells with things one can count: how far it is to the beginning of the line or of the word, and whether a bracket is open. Then look at the best cell for each.

# %% tags=["experiment", "nbval-ignore-output"]
shown = text[-20_000:-17_000]
table, u, w, b, v, v0 = (np.asarray(value, dtype=float) for value in writer.parameters().values())
h = c = np.zeros((1, 96))
cells, forgets = [], []
for character in shown:
    h, c, cache = F.lstm_step_forward(table[[code[character]]], h, c, u, w, b)
    cells.append(c[0])
    forgets.append(cache[6][0])
cells, forgets = np.array(cells), np.array(forgets)
line, word, bracket = [], [], []
for k, character in enumerate(shown):
    line.append(0 if character == "\n" or k == 0 else line[-1] + 1)
    word.append(0 if not character.isalpha() or k == 0 else word[-1] + 1)
    depth = bracket[-1] if k else 0
    bracket.append(min(1, max(0, depth + (character == "(") - (character == ")"))))
best = {}
for name, feature in [("distance to the line's start", line), ("distance to the word's start", word), ("inside ( )", bracket)]:
    together = np.array([np.corrcoef(cells[:, k], feature)[0, 1] for k in range(96)])
    best[name] = int(np.argmax(np.abs(together)))
    print(f"{name:29s} best cell {best[name]:2d}, correlation {together[best[name]]:+.2f}; median over all cells {np.median(np.abs(together)):.2f}")
space = np.array([character in " \n" for character in shown])
print(f"mean forget gate: at spaces and line ends {forgets[space].mean():.2f}, elsewhere {forgets[~space].mean():.2f}")

# %% tags=["experiment", "nbval-ignore-output"]
at = max(0, next(k for k in range(100, 3000) if bracket[k] and line[k] > 5) - 60)
fig, axes = plt.subplots(3, 1, figsize=(9.5, 3.6))
for ax, (name, k) in zip(axes, best.items()):
    values = cells[at : at + 110, k]
    ax.imshow(values[None], aspect="auto", cmap="RdBu_r", vmin=-np.abs(values).max(), vmax=np.abs(values).max())
    for t, character in enumerate(shown[at : at + 110]):
        ax.text(t, 0, character.replace("\n", "¶"), ha="center", va="center", fontsize=8, family="monospace")
    ax.set(yticks=[], xticks=[])
    ax.set_title(f"cell {k}: {name}", fontsize=9)
    ax.grid(False)
plt.show()

# %% [markdown]
# *What to see:* each strip is one cell along the same piece of text (¶ is a line end), red for positive, blue for negative. The cell for the word follows its feature clearly, growing darker letter by letter and starting anew at each space; the one for the line roughly; for brackets there is no cell worth the name. A clean "bracket cell" as in the famous pictures needs larger nets, longer training and luck. And mind the method: the best of 96 cells has a sizable correlation with *anything*, so compare it with
# the median, and check on other text before you believe in a meaning.
#
# ## Quiz
#
# **1.** Scores $(\log 9, 0)$ for two characters. With which probability is the first drawn at temperature 0.5? Store the number in `quiz_temperature`.

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
# A hospital monitor delivers one measurement a second, day and night. An alarm has to be raised within a few seconds; the signs of trouble are spread over the last ten minutes. A plan says: "A bidirectional plain RNN, full backpropagation through each whole day (86 400 steps), gradients clipped at 1." Name three things in the plan that will not
# work, each with its reason, and say what you would do instead. (About ten lines. This question is graded by a person.)

# %% [markdown] nbgrader={"grade_id": "explain_monitor", "grade": true, "solution": true, "points": 5}
# ### BEGIN SOLUTION
# 1. *Bidirectional*: the backward half has to wait for the end of the day; an alarm cannot. Use one direction (or a delay of a few seconds at most). (1 point)
# 2. *Plain RNN*: the signs lie up to 600 steps back; the gradient over 600 Jacobians has vanished (or exploded), so these weights never learn. LSTM or GRU with an open gate at the start (for 600 steps a bias well above 1), or a coarser clock, such as means over ten seconds. Clipping does not help against vanishing. (2 points)
# 3. *Full BPTT over a day*: 86 400 states in memory for one update a day, and nothing in it that needs more than ten minutes. Truncated BPTT, chunks of some 600 to 1200 steps, the state carried across. (1 point)
# 4. A consistent replacement, for instance: GRU, one direction, gate bias about 3 to 5, chunks of 1000 steps, clipping at 1, a loss at every step with a mask where nobody knows the truth; test by lead time and false alarms on other patients. (1 point)
# ### END SOLUTION
