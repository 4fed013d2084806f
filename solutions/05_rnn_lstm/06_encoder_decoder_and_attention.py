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
# # 5.6 · Encoder, decoder, attention
#
# Some answers are sequences of a different length from the question: a translation, a summary, a string
# in reverse. Two recurrent nets do it, one that reads and one that writes. Between them lies a
# bridge of one vector; you will measure what gets across it, and then do without it, with attention.
#
# You write four small functions: the gradient across the bridge, greedy decoding, attention forward and attention backward.
#
# Letters as in notebooks 5.1 to 5.5; these are new or mean something special:
#
# | symbol | shape | meaning |
# |---|---|---|
# | $D$, $E$ | | entries of a query or key; entries of a value |
# | $S$, $T$ | | steps read, steps written |
# | $h_s$ | (N, H) | encoder's state after step $s$ |
# | $q_t$ | (N, H) | decoder's state at step $t$; later, the *query* (not the $q$ of notebook 5.4) |
# | `q` | (N, T, D) | queries, one for each step that writes |
# | $k_s$, $v_s$; `k`, `v` | (N, S, D), (N, S, E) | keys and values, one of each for every step that was read |
# | $\ell$ | (N, T, S) | scores again, now `q` against `k` |
# | $\alpha$, in code `weights` | (N, T, S) | softmax of the scores over $S$ |
#
# Queries, keys and values have these letters in every text on attention, so they keep them, though $k$ was a number of cells, $D$ the numbers in an input and $s$ what goes into an activation before; here $s$ counts the steps that were read. Steps are counted from 1 in formulas, from 0 in code.

# %%
import matplotlib.pyplot as plt
import numpy as np

import nnkit.functional as fn
from autograder import check
from nnkit import optim, plot
from nnkit.layers import GRU, Embedding, Linear, PerStep, Sequential
from nnkit.plot import ch05_attention, ch05_sequences

plot.style()

# %% [markdown]
# ## 1 · Two networks and a bridge
#
# Reverse a string: 314 in, 413 out. The first digit to be written is the last one read, so nothing
# can be written before everything has been read.
#
# An **encoder** (编码器) reads. Its last state is the first state of the **decoder** (解码器). The
# decoder is fed START, then at each step the token that stands one place earlier in the output. It
# finishes by writing END, so the length of the output is its own decision.

# %% jupyter={"source_hidden": true} tags=["experiment"]
ch05_sequences.encoder_decoder()
plt.show()

# %% [markdown]
# *What to see:* time runs to the right. The only connection between the two nets is the arrow called
# bridge: one vector of $H$ numbers for the whole text. Three digits are read in three steps and
# written in four, since END is written too. Dotted arrows: each written token is fed at the next step.
#
# **In training** the decoder is fed the *right* previous token, whatever it would have written itself
# (**teacher forcing**, 教师强制). So all its inputs are known from the start, and one mistake does not
# spoil the steps after it. **In use** it is fed its own tokens.
#
# ### The bridge in the backward pass
#
# The decoder's first state *is* the encoder's last state, $q_0 = h_S$. The decoder's backward pass
# returns `dh0`, the gradient of $q_0$; so it is the gradient of $h_S$:
#
# $$\underset{(N, H)}{\frac{\partial L}{\partial h_S}} = \mathtt{dh0}, \qquad
# \text{and directly, } \frac{\partial L}{\partial h_s} = 0 \text{ for } s < S.$$
#
# The earlier states do matter, through $h_{s+1}$, but *that* way belongs to the encoder's own backward
# pass, which walks it step by step. What the encoder's backward pass needs from outside is an array
# of the shape of its states, (N, S, H).
#
# **By hand.** One text of $S = 3$ steps, $H = 2$, `dh0` $= ((5, -1))$. The encoder receives
# $\begin{pmatrix}0&0\\0&0\\5&-1\end{pmatrix}$.
#
# ### Exercise: the bridge
#
# *Example:* `bridge_gradient(np.array([[5.0, -1.0]]), 3)` is `[[[0, 0], [0, 0], [5, -1]]]`, of shape (1, 3, 2).
#
# *Hint:* it is the same array as for many-to-one, where the loss sees only one state.

# %% nbgrader={"grade_id": "bridge_gradient", "solution": true}
def bridge_gradient(dh0, steps):
    """The encoder's upstream gradient. dh0 (N, H), steps = S, a whole number -> dstates (N, S, H)."""
    ### BEGIN SOLUTION
    n, units = dh0.shape
    dstates = np.zeros((n, steps, units))
    dstates[:, -1] = dh0
    return dstates
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_bridge_gradient", "grade": true, "points": 1}
check(bridge_gradient)

# %% [markdown]
# ## 2 · Writing: greedy decoding
#
# In use there is no right previous token. **Greedy decoding** (贪心解码) takes the token with the
# highest score, feeds it back, and so on, until END comes. A limit makes sure that a net which never
# writes END stops as well.
#
# The function knows nothing about the network. It is given `step(token, state)`, which returns the
# scores of all $V$ tokens, shape (V,), and the next state. The state may be anything; pass it on.
#
# **By hand.** Tokens 0 to 3, start = 2, end = 3. Suppose that, whatever the state, the best token
# after 2 is 0, after 0 it is 1, after 1 it is 3. Then `greedy_decode` returns `[0, 1]`; with
# `max_len = 1` it returns `[0]`.
#
# ### Exercise: greedy decoding
#
# If several tokens share the highest score, take the lowest index. Neither the start you feed nor the end is in the
# list; a start that the net itself predicts later on is a token like any other. *Hint:* two things change from step to step. Which ones?

# %% nbgrader={"grade_id": "greedy_decode", "solution": true}
def greedy_decode(step, state, start, end, max_len):
    """The likeliest tokens, one by one, until end or until there are max_len of them.

    step(token, state) -> (scores (V,), next state); state: the first; start, end: tokens;
    max_len: a whole number >= 0 -> list of at most max_len whole numbers, without start and end.
    """
    ### BEGIN SOLUTION
    tokens, token = [], start
    while len(tokens) < max_len:
        scores, state = step(token, state)
        token = int(np.argmax(scores))
        if token == end:
            break
        tokens.append(token)
    return tokens
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_greedy_decode", "grade": true, "points": 3}
check(greedy_decode)

# %% [markdown]
# Greedy decoding is not the same as finding the likeliest *text*: a slightly less likely first token
# may lead to a much likelier rest. **By hand:** the first token is 0 with probability 0.6 or 1 with 0.4; after 0 the best second token has probability 0.5, after 1 it has 0.9. Greedy decoding begins with 0 and ends at $0.6\cdot0.5 = 0.30$; the text that begins with 1 has $0.4\cdot0.9 = 0.36$. *Beam search* keeps several beginnings alive, here two, and finds it. For reversal there is one right answer, and greedy is enough.
#
# ## 3 · How much gets across the bridge?
#
# A text of $S$ digits is one of $10^S$, and all the decoder ever learns about it is one vector of
# 48 numbers. Train on strings of 5, 8 and 12 digits, the same net and the same 400 batches each.
#
# **Predict, then run.** Which share of whole strings will be right at each length? And at length 12:
# will the *first* digits written be wrong more often, or the *last* ones? Write your guess down.
#
# The first cell makes a net and lets it write; with `look=None` there is no attention yet, and you may
# skip the lines that mention it until section 5. (Each of the four parts clips its gradient by itself: simpler than one
# norm for all, and enough to keep a step small.) Two things about the library's recurrent layers: called
# with a second argument, `net["decoder"](x, first)`, such a layer starts from that state, and its backward
# pass leaves the gradient of it, our `dh0`, in `net["decoder"].dstates[0]`.

# %% tags=["experiment"]
UNITS, START, END = 48, 10, 11


def make_net(attends, rng):
    """Embedding and GRU that read, the same that write, scores for ten digits, START and END."""
    parts = {
        "encoder": Sequential(Embedding(12, 12, rng=rng), GRU(12, UNITS, rng=rng)),
        "embedding": Embedding(12, 12, rng=rng),
        "decoder": GRU(12, UNITS, rng=rng),
        "readout": PerStep(Linear(2 * UNITS if attends else UNITS, 12, rng=rng)),
    }
    return {name: part.astype(np.float32) for name, part in parts.items()}


def decode(net, states, fed, first, look):
    """Scores (N, T, 12), decoder's states, attention's cache. look (S,): None or what may be seen."""
    q = net["decoder"](net["embedding"](fed), first)
    if look is None:
        return net["readout"](q), q, None
    out, cache = attention_forward(q, states, states, np.tile(look, (fed.shape[1], 1)))
    return net["readout"](np.concatenate([q, out], axis=2)), q, cache


def reverse(net, digits, look=None):
    """What the net writes for one string (S,), by your greedy_decode."""
    states = net["encoder"](digits[None])

    def step(token, state):
        scores, q, _ = decode(net, states, np.array([[token]]), state, look)
        return scores[0, 0], q[:, -1]

    return greedy_decode(step, states[:, -1], START, END, 2 * len(digits))


# %% tags=["experiment"]
def learn(net, digits, look):
    """One batch, teacher forced: every part is left with its gradients."""
    y = np.column_stack([digits[:, ::-1], np.full(len(digits), END)])
    fed = np.column_stack([np.full(len(digits), START), y[:, :-1]])
    states = net["encoder"](digits)
    scores, _, cache = decode(net, states, fed, states[:, -1], look)
    _, loss_cache = fn.sequence_cross_entropy_forward(scores, y, np.ones(y.shape))
    dread = net["readout"].backward(fn.sequence_cross_entropy_backward(loss_cache))
    dq, dstates = dread[:, :, :UNITS], 0.0
    if cache is not None:  # the states are keys and values at once
        dquery, dk, dv = attention_backward(dread[:, :, UNITS:], cache)
        dq, dstates = dq + dquery, dk + dv
    net["embedding"].backward(net["decoder"].backward(dq))
    dstates = dstates + bridge_gradient(net["decoder"].dstates[0], digits.shape[1])
    net["encoder"].backward(dstates, need_dx=False)


def train_reverser(length, look=None, seed=0, batches=400):
    rng = np.random.default_rng(seed)
    net = make_net(look is not None, rng)
    optimizers = [optim.Adam(part, 8e-3) for part in net.values()]
    for batch in range(batches):
        learn(net, rng.integers(0, 10, (64, length)), look)
        for optimizer in optimizers:
            optimizer.lr = 8e-3 if batch < 0.6 * batches else 2e-3
            optimizer.step(clip=1.0)
    return net


def measure(net, length, look=None, count=100):
    """Share of whole strings written right, and of the digits at each place."""
    digits = np.random.default_rng(100).integers(0, 10, (count, length))
    written = np.full((count, 2 * length + 1), END)
    for row, string in zip(written, digits, strict=True):
        tokens = reverse(net, string, look)
        row[: len(tokens)] = tokens
    right = written[:, : length + 1] == np.column_stack([digits[:, ::-1], np.full(count, END)])
    return np.mean(right.all(axis=1)), right[:, :length].mean(axis=0)


# %% tags=["experiment", "nbval-ignore-output"]
# About 8 s on an ordinary laptop.
LENGTHS = [5, 8, 12]
plain_nets = {length: train_reverser(length) for length in LENGTHS}
plain = {length: measure(net, length) for length, net in plain_nets.items()}
fig, ax = plt.subplots(figsize=(7, 3.2))
for (length, (whole, places)), style in zip(plain.items(), ["o-", "s--", "^:"], strict=True):
    ax.plot(np.arange(1, length + 1), places, style, label=f"{length} digits, whole strings {whole:.2f}")
ax.axhline(0.1, color="0.5", lw=1)
ax.text(12, 0.12, "guessing", ha="right", fontsize=9)
ax.set(xlabel="place in the output", ylabel="share of digits right", ylim=(0, 1.03))
ax.legend(loc="lower left", fontsize=9, bbox_to_anchor=(0, 0.14))
plt.show()
print({length: round(float(whole), 2) for length, (whole, _) in plain.items()})

# %% [markdown]
# *What to see:* five digits pass. The longer the string, the more is lost, and it is the *end* of the
# output that fails first: the digits that were read first, farthest away. The very first outputs are
# nearly always right, at any length.
#
# Is it the bridge? Longer strings also have to be carried farther and are harder to learn. So far the numbers
# say only that something fails with length. Section 5 opens a way around the bridge and checks whether the failure goes away.
#
# ## 4 · Attention
#
# All states $h_1, \dots, h_S$ were computed, and all but the last were thrown away. Keep them, and let
# the decoder look at the one it needs at each step (Bahdanau, Cho and Bengio, 2015). *Which* one has
# to be learned, by gradients, so the choice must be soft: a **weighted mean**, whose weights depend on
# what the decoder is looking for.
#
# Think of a dictionary. Each step that was read offers a **key** (键) $k_s$, to be found by, and a **value** (值)
# $v_s$, to be read. The decoder has a **query** (查询) $q_t$. A query is compared with each key by a
# dot product, softmax turns the scores into weights, and the output is the mean of the values:
#
# $$\underset{(T, S)}{\ell} = \frac{1}{\sqrt D}\underset{(T, D)}{q}\underset{(D, S)}{k^\top}, \qquad
# \alpha_{ts} = \frac{e^{\ell_{ts}}}{\sum_{s'} e^{\ell_{ts'}}}, \qquad
# \underset{(T, E)}{\text{out}} = \underset{(T, S)}{\alpha}\,\underset{(S, E)}{v},$$
#
# the same for each of the $N$ texts. This is **attention** (注意力), in its form of scaled dot products.
#
# **Why $\sqrt D$?** If the entries of $q_t$ and $k_s$ are independent with mean 0 and variance 1, their
# product has mean 0 and variance 1, and the sum of $D$ products variance $D$. Without the factor, the
# scores of large vectors are large, softmax is nearly one-hot, and its gradient
# $\alpha(1 - \alpha)$ nearly 0. Divided by $\sqrt D$ they have variance 1 at any $D$.
#
# **Mask.** `mask[t, s]` is True where query $t$ may look at step $s$: no looking at padding, for
# instance. The softmax runs over those steps only, as if the others had the score $-\infty$. A query
# that may look nowhere has no weights to give; its output is 0, and so are its gradients.
#
# **By hand.** $D = 4$, one query $q = (\frac12, \frac12, \frac12, \frac12)$, two keys
# $k_1 = \log 3 \cdot (1, 1, 1, 1)$ and $k_2 = 0$, values $v_1 = (8)$, $v_2 = (0)$. The scores are
# $\frac{1}{\sqrt 4} \cdot 4 \cdot \frac12 \log 3 = \log 3$ and $0$, the weights $\frac34$ and $\frac14$,
# and out $= \frac34 \cdot 8 + \frac14 \cdot 0 = 6$. The same in a picture:

# %% tags=["experiment"]
ch05_attention.attention_step(np.full(4, 0.5), np.log(3) * np.array([[1, 1, 1, 1], [0, 0, 0, 0]]), [8, 0])
plt.show()

# %% [markdown]
# *What to see:* from left to right, the query meets each key in a score; softmax makes weights of the scores that add up to 1; each weight multiplies a value, and the sum is the output. A second query would be a second drawing, with the same keys and values.
#
# ### Exercise: attention, forward
#
# *Example:* the numbers above as arrays of one text: `q` is `[[[½, ½, ½, ½]]]`, `k` is `[[[log 3, log 3, log 3, log 3], [0, 0, 0, 0]]]`, `v` is `[[[8], [0]]]`; then `out` is `[[[6]]]` and the weights are `[[[¾, ¼]]]`.
#
# Scores may be as large as $\pm10^4$. *Hint:* write the shapes of the three products beside each other;
# `k.swapaxes(1, 2)` transposes each text's matrix. For the mask, think about which score makes a weight
# of 0, and what is the largest score *among those that may be seen*. A row that may look nowhere has only $-\infty$,
# and $-\infty - (-\infty)$ is not a number: what do you subtract there, and what do you divide by?

# %% nbgrader={"grade_id": "attention_forward", "solution": true}
def attention_forward(q, k, v, mask=None):
    """Weighted means of values. q (N, T, D), k (N, S, D), v (N, S, E) -> out (N, T, E), cache.

    mask: None, or bool (T, S) or (N, T, S), True where a query may look; out is 0 where it may look
    nowhere. cache = (q, k, v, weights, mask), weights (N, T, S).
    """
    ### BEGIN SOLUTION
    scores = q @ k.swapaxes(1, 2) / np.sqrt(q.shape[2])
    seen = np.ones(scores.shape, dtype=bool)
    if mask is not None:
        seen = seen & mask
    scores = np.where(seen, scores, -np.inf)
    top = np.max(scores, axis=2, keepdims=True)
    e = np.exp(scores - np.where(np.isfinite(top), top, 0.0))
    total = np.sum(e, axis=2, keepdims=True)
    weights = e / np.where(total > 0, total, 1.0)
    return weights @ v, (q, k, v, weights, mask)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_attention_forward", "grade": true, "points": 4}
check(attention_forward)

# %% [markdown]
# ### Backward
#
# Three steps back, each of which you have met. Shapes for one text, so that nothing needs memorizing.
#
# 1. $\text{out} = \alpha v$ is a product of matrices, like an affine map:
#    $$\underset{(S, E)}{\mathtt{dv}} = \underset{(S, T)}{\alpha^\top}\,\underset{(T, E)}{\mathtt{dout}},
#    \qquad \underset{(T, S)}{\mathtt{d}\alpha} = \underset{(T, E)}{\mathtt{dout}}\,\underset{(E, S)}{v^\top}.$$
# 2. Softmax, each row on its own. From $\partial\alpha_s / \partial \ell_j = \alpha_s([s = j] - \alpha_j)$, where $[s = j]$ is 1 for $s = j$, else 0,
#    $$\mathtt{d}\ell_j = \sum_s \mathtt{d}\alpha_s\,\alpha_s([s = j] - \alpha_j)
#    = \alpha_j\Bigl(\mathtt{d}\alpha_j - \sum_s \alpha_s\,\mathtt{d}\alpha_s\Bigr).$$
#    In words: raise a score if adding some of its value lowers the loss more than adding some of the current mean, that is, if $\mathtt{d}\alpha_j$ is below the weighted mean of
#    all $\mathtt{d}\alpha_s$. A weight of 0 has no say, so steps that the mask hides, and queries that may look
#    nowhere, take care of themselves.
# 3. $\ell = q k^\top / \sqrt D$, again a product:
#    $$\underset{(T, D)}{\mathtt{dq}} = \frac{1}{\sqrt D}\underset{(T, S)}{\mathtt{d}\ell}\,\underset{(S, D)}{k},
#    \qquad \underset{(S, D)}{\mathtt{dk}} = \frac{1}{\sqrt D}\underset{(S, T)}{\mathtt{d}\ell^\top}\,\underset{(T, D)}{q}.$$
#
# **By hand**, the example from above with $\mathtt{dout} = 1$: $\mathtt{dv} = (\frac34, \frac14)$.
# $\mathtt{d}\alpha = (8, 0)$, their weighted mean is 6, so
# $\mathtt{d}\ell = (\frac34 \cdot 2, \frac14 \cdot (-6)) = (1.5, -1.5)$. With $\frac{1}{\sqrt 4}$:
# $\mathtt{dq} = 0.75 \log 3 \cdot (1, 1, 1, 1)$, and the entries of $\mathtt{dk}_1$ are
# $0.75 \cdot \frac12 = 0.375$, those of $\mathtt{dk}_2$ are $-0.375$.
#
# ### Exercise: attention, backward
#
# Write the three steps for a batch of texts. *Example:* the numbers above. *Hint:* the weights in the cache are 0 wherever the mask hides a step; is there anything left for the mask to do?

# %% nbgrader={"grade_id": "attention_backward", "solution": true}
def attention_backward(dout, cache):
    """dout (N, T, E), cache = (q, k, v, weights, mask) -> dq (N, T, D), dk (N, S, D), dv (N, S, E)."""
    ### BEGIN SOLUTION
    q, k, v, weights, mask = cache
    dv = weights.swapaxes(1, 2) @ dout
    dweights = dout @ v.swapaxes(1, 2)
    mean = np.sum(weights * dweights, axis=2, keepdims=True)
    dscores = weights * (dweights - mean) / np.sqrt(q.shape[2])
    dq = dscores @ k
    dk = dscores.swapaxes(1, 2) @ q
    return dq, dk, dv
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_attention_backward", "grade": true, "points": 6}
check(attention_backward, forward=attention_forward)

# %% [markdown]
# ## 5 · The same task with attention
#
# The decoder's state is the query; the encoder's states are keys and values at once, so their gradient
# is `dk + dv`, plus what comes across the bridge, which stays. The scores of the next digit are
# computed from the decoder's state and attention's output side by side (see `decode` and `learn`).
#
# One more net is the control: is it the way around the bridge that helps, or the additional parameters?
# It has the same attention, the same number of parameters, the same code, but a mask that lets every query see
# the last state $h_S$ only. It can look, and sees nothing that has not passed the bridge.
#
# **Predict, then run.** 12 digits, 400 batches. Which share of strings will each of the three nets
# write without a mistake?

# %% tags=["experiment", "nbval-ignore-output"]
# About 8 s on an ordinary laptop.
LONG = 12
LOOKS = {
    "no attention": None,
    "last state only": np.arange(LONG) == LONG - 1,
    "attention": np.ones(LONG, bool),
}
nets = {  # the first is the one that section 3 trained
    name: plain_nets[LONG] if look is None else train_reverser(LONG, look) for name, look in LOOKS.items()
}
results = {name: measure(net, LONG, LOOKS[name]) for name, net in nets.items()}
fig, ax = plt.subplots(figsize=(7, 3.2))
for (name, (whole, places)), style in zip(results.items(), ["C2^:", "C1s--", "C0o-"], strict=True):
    ax.plot(np.arange(1, LONG + 1), places, style, label=f"{name}, whole strings {whole:.2f}")
ax.set(xlabel="place in the output", ylabel="share of digits right", ylim=(0, 1.03))
ax.legend(loc="lower left", fontsize=9)
plt.show()
for name, net in nets.items():
    count = sum(value.size for part in net.values() for value in part.parameters().values())
    print(f"{name:16s} {count} parameters, whole strings right: {results[name][0]:.2f} (seed 0)")

# %% [markdown]
# *What to see:* with attention about nine of ten strings of twelve digits come out right, and at no place fewer than 95 of 100 digits.
# Attention that sees the last state only is as poor as none. These two nets have the same parameters and the
# same training: what made the difference is a way around the bridge. (One seed is shown; on five, attention wrote 0.83 to 0.92 of the strings right and the control at most 0.01: table of claims.)
#
# Are 48 numbers too few for twelve digits, then? No. With 1600 batches in place of 400 the net *without* attention writes most of the strings right, too
# (on each of five seeds: table of claims). So the bridge was not too narrow: what takes long to learn is to pack a whole text into one vector and to unpack it again. Attention spares the net that work. No single vector has to hold the whole
# text, and no digit has to be carried over more than a few steps from where it was read to where it is written. At some length the room must run out as well; where, is not measured here.
#
# ### Where does it look?
#
# The weights can be read off with a trick that needs no look into the cache: with the identity matrix
# as values, the weighted mean *is* the row of weights.

# %% tags=["experiment", "nbval-ignore-output"]
def weights_while_writing(net, digits, look):
    """Weights (T, S) of attention, T = S + 1 with END, teacher forced."""
    y = np.append(digits[::-1], END)
    states = net["encoder"](digits[None])
    fed = np.append(START, y[:-1])[None]
    _, q, _ = decode(net, states, fed, states[:, -1], look)
    return attention_forward(q, states, np.eye(len(digits))[None])[0][0]


fig, axes = plt.subplots(1, 2, figsize=(9, 4.4))
for ax, digits in zip(axes, np.random.default_rng(1).integers(0, 10, (2, LONG)), strict=True):
    weights = weights_while_writing(nets["attention"], digits, LOOKS["attention"])
    image = ch05_sequences.attention_map(ax, weights, [*map(str, digits)], [*map(str, digits[::-1]), "END"])
fig.colorbar(image, ax=axes, label="weight", shrink=0.8)
plt.show()
print("the string on the right, steps counted from 0:")
print("needed for each digit written", list(range(LONG - 1, -1, -1)))
print("most looked at               ", weights[:LONG].argmax(axis=1).tolist())

# %% [markdown]
# *What to see:* each row is one step of writing; its weights on the steps that were read add up to 1. The
# band of large weights runs from the upper right to the lower left: to write in reverse, the net reads in reverse. It
# found that alignment by itself; nothing in the loss mentions positions. The band is not sharp, and
# need not be: where the largest weight is not on the step needed, it is on the one *after* it (compare the two printed lines), and $h_{s+1}$ knows
# the digit of step $s$ as well. END needs no digit, and we know of no reason why its row looks where it does. Where the
# weights lie says where information *may* come from, not yet what is done with it.
#
# **What it costs.** Each of $T$ queries is compared with each of $S$ keys: time and memory grow like
# $T \cdot S$. A recurrent state costs the same at every step, however long the text is.
#
# **What came of it.** If a query can reach any step directly, is the recurrent net still needed? The
# Transformer (Vaswani and others, 2017) answered no: queries, keys and values all come from the same text, a mask hides what lies in the future, `mask[t, s] = s <= t`, and all steps are computed at
# once. What is lost, the order of the steps, is put back by adding a vector for each position to the
# embeddings.
#
# ## Quiz
#
# One query meets three keys of $D = 4$ entries; its dot products with them are $2\log 2$, $0$ and $0$. Which weight does the first key get? Store the number in `quiz_attention_weight`.

# %% nbgrader={"grade_id": "quiz_attention_weight", "solution": true}
# quiz_attention_weight = ...
### BEGIN SOLUTION
quiz_attention_weight = 2 / (2 + 1 + 1)
### END SOLUTION

# %% nbgrader={"grade_id": "check_quiz_attention_weight", "grade": true, "points": 1}
check.quiz("quiz_attention_weight", quiz_attention_weight)

# %% [markdown]
# ## Summary of the chapter
#
# | piece | forward | backward |
# |---|---|---|
# | RNN step | $h = \tanh(xu + h_{\text{prev}}w + b)$ | $\mathtt{ds} = \mathtt{dh} * (1 - h^2)$; $\mathtt{dh\_prev} = \mathtt{ds}\,w^\top$, $\mathtt{dw} = h_{\text{prev}}^\top\mathtt{ds}$ |
# | through time | $h_t$ from $h_{t-1}$ | $\mathtt{dh}_t + \mathtt{dh\_next}$; $\mathtt{du}, \mathtt{dw}, \mathtt{db}$ add up over steps |
# | truncated | uncut | $\mathtt{dh}_t$ reaches cells $t, \dots, t - k + 1$ |
# | Jacobian | | $J = \operatorname{diag}(1 - h^2)\,w^\top$, $\;\lVert\prod J\rVert \le \lVert w\rVert^{\text{lag}}$, in the long run like $\rho^{\text{lag}}$ |
# | clipping | | each gradient times $\min(1, \text{max\_norm}/\text{norm})$, one norm for all |
# | LSTM | $c = f * c_{\text{prev}} + i * \tilde c$, $h = o * \tanh c$ | $\mathtt{dc}_{\text{total}} = \mathtt{dc} + \mathtt{dh} * o * (1 - \tanh^2c)$; $\mathtt{dc\_prev} = \mathtt{dc}_{\text{total}} * f$ |
# | peephole | gates $+\,p * c$ | $\mathtt{dc}_{\text{total}} \mathrel{+}= \mathtt{ds}_op_o$, $\mathtt{dc\_prev} \mathrel{+}= \mathtt{ds}_fp_f + \mathtt{ds}_ip_i$ |
# | coupled | $i = 1 - f$ | |
# | GRU | $h = z * h_{\text{prev}} + (1 - z) * \tilde h$ | $\mathtt{dh\_prev} = \mathtt{dh} * z + \mathtt{dq} * r + \mathtt{ds}_zw_z^\top + \mathtt{ds}_rw_r^\top$ |
# | embedding | $\text{table}[\text{idx}]$ | rows add up over repeated tokens |
# | sequence loss | $\frac1M\sum m_{nt}(-\log p_{y})$ | $\frac{m_{nt}}{M}(p - \text{onehot})$ |
# | temperature | $\text{softmax}(\ell/\tau)$ | |
# | bridge | $q_0 = h_S$ | $\mathtt{dh}_S = \mathtt{dh0}$, $0$ for the other states |
# | attention | $\alpha = \text{softmax}(qk^\top/\sqrt D)$, $\text{out} = \alpha v$ | $\mathtt{dv} = \alpha^\top\mathtt{dout}$; $\mathtt{d}\ell = \alpha * (\mathtt{d}\alpha - \sum\alpha\,\mathtt{d}\alpha)$; $\mathtt{dq} = \mathtt{d}\ell\,k/\sqrt D$, $\mathtt{dk} = \mathtt{d}\ell^\top q/\sqrt D$ |
#
# Parameters: an RNN has $DH + H^2 + H$; a GRU, a coupled cell and an LSTM without forget gate have three times as many, an LSTM four times; peepholes add $3H$. Cost of the gradient for $T$ steps: BPTT $TH^2$, RTRL $TH^4$.
#
# ## Glossary
#
# | English | 中文 | in one line |
# |---|---|---|
# | recurrent neural network | 循环神经网络 | applies one rule at every step, with a state |
# | hidden state | 隐状态 | what is carried from step to step |
# | unrolling in time | 按时间展开 | the same network drawn once for each step |
# | mask | 掩码 | which steps count |
# | distributed representation | 分布式表示 | a pattern over many units stands for a thing |
# | spectral radius | 谱半径 | largest absolute eigenvalue |
# | backpropagation through time | 随时间反向传播 | backpropagation on the unrolled network |
# | real-time recurrent learning | 实时循环学习 | the same gradient, carried forward |
# | truncated BPTT | 截断的随时间反向传播 | gradients walk back a limited number of cells |
# | vanishing gradient | 梯度消失 | products of small factors |
# | exploding gradient | 梯度爆炸 | products of large factors |
# | long-term dependency | 长程依赖 | an answer that depends on what is long past |
# | saturation | 饱和 | the flat ends of tanh and of the logistic function |
# | gradient clipping | 梯度裁剪 | limits the length of the gradient, keeps its direction |
# | orthogonal initialization | 正交初始化 | start with all singular values 1 |
# | long short-term memory, LSTM | 长短期记忆网络 | a cell that adds, guarded by gates |
# | cell | 细胞状态、记忆单元 | the memory of an LSTM |
# | forget, input, output gate | 遗忘门、输入门、输出门 | keep, write, show |
# | candidate | 候选状态 | what would be written |
# | peephole connection | 窥视孔连接 | lets a gate see its cell |
# | coupled gates | 耦合门 | $i = 1 - f$ |
# | gated recurrent unit, GRU | 门控循环单元 | one state, update and reset gate |
# | update gate, reset gate | 更新门、重置门 | how much is kept; how much the candidate sees |
# | many-to-one, one-to-many, many-to-many | 多对一、一对多、多对多 | where inputs and losses stand |
# | encoder–decoder | 编码器–解码器 | read all, then write |
# | teacher forcing | 教师强制 | in training, feed the right previous token |
# | stacked | 堆叠 | one recurrent layer reads another's states |
# | bidirectional | 双向 | one half reads from the front, one from the back |
# | one-hot vector | 独热向量 | all zeros but one |
# | embedding | 嵌入 | a learned vector for each token |
# | perplexity | 困惑度 | $e^{\text{loss}}$: how many equally likely characters leave it as uncertain |
# | temperature | 温度 | sharpens or flattens a distribution |
# | greedy decoding | 贪心解码 | take the likeliest token, feed it back, until the end |
# | attention | 注意力 | a mean of values, weighted by how well their keys fit a query |
# | query, key, value | 查询、键、值 | what is looked for; what it is found by; what is read |
#
# ## Where to read more
#
# - 邱锡鹏, 《神经网络与深度学习》, 第 6 章 循环神经网络: the same path in Chinese, with the notation of this chapter's classical formulas.
# - I. Goodfellow, Y. Bengio, A. Courville, *Deep Learning* (2016), chapter 10: sequence modeling.
# - S. Hochreiter, J. Schmidhuber, "Long short-term memory", *Neural Computation* 9 (1997); F. Gers, J. Schmidhuber, F. Cummins, "Learning to forget" (2000); F. Gers, J. Schmidhuber, "Recurrent nets that time and count" (2000): cell, forget gate, peepholes.
# - K. Cho and others, "Learning phrase representations using RNN encoder–decoder" (2014): the GRU, and the encoder–decoder. I. Sutskever, O. Vinyals, Q. Le, "Sequence to sequence learning with neural networks" (2014): the same with LSTMs, and why reading in reverse helps.
# - D. Bahdanau, K. Cho, Y. Bengio, "Neural machine translation by jointly learning to align and translate" (2015): attention. A. Vaswani and others, "Attention is all you need" (2017): scaled dot products, and no recurrence.
# - M. Schuster, K. Paliwal, "Bidirectional recurrent neural networks" (1997).
# - A. Karpathy, J. Johnson, L. Fei-Fei, "Visualizing and understanding recurrent networks" (2015); A. Madsen, "Visualizing memorization in RNNs", *Distill* (2019): what cells hold, and which characters a prediction depends on.
# - Y. Bengio, P. Simard, P. Frasconi, "Learning long-term dependencies with gradient descent is difficult" (1994); R. Pascanu, T. Mikolov, Y. Bengio, "On the difficulty of training recurrent neural networks" (2013): vanishing, exploding, clipping.
# - R. Williams, D. Zipser, "A learning algorithm for continually running fully recurrent neural networks" (1989); R. Williams, J. Peng, "An efficient gradient-based algorithm for on-line training of recurrent network trajectories" (1990): RTRL and truncated BPTT.
# - K. Greff and others, "LSTM: a search space odyssey" (2017); R. Jozefowicz, W. Zaremba, I. Sutskever, "An empirical exploration of recurrent network architectures" (2015): which parts matter.
# - Q. Le, N. Jaitly, G. Hinton, "A simple way to initialize recurrent networks of rectified linear units" (2015): the adding problem as used here.
# - A. Karpathy, "The unreasonable effectiveness of recurrent neural networks" (2015): character models and their cells; C. Olah, "Understanding LSTM networks" (2015): the drawings everybody knows.
