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
# # 5.1 · Memory and unrolling
#
# Every network so far has seen its input all at once. The words of a sentence, the notes of a melody, the readings of a sensor come one after another,
# in any number, and what the next one means depends on those before it. This chapter gives the network a memory, finds out why
# the first idea for one forgets, and builds the cell that does not.
#
# **After this chapter you will be able to**
#
# 1. *unroll* a recurrent network in time and write its forward and backward pass in NumPy;
# 2. *derive* backpropagation through time, and an LSTM's backward pass gate by gate;
# 3. *measure* how far a gradient travels, and say what clipping, orthogonal matrices and gates do about it;
# 4. *compare* RNN, LSTM, GRU and their relatives fairly: same task, several seeds, parameters counted;
# 5. *train* networks that add, classify, reverse and write sequences.
#
# The chapter has six notebooks: **5.1** memory and unrolling · **5.2** backpropagation through time, and why gradients vanish ·
# **5.3** the LSTM · **5.4** its variants · **5.5** sequences at work · **5.6** encoder, decoder, attention.

# %%
import matplotlib.pyplot as plt
import numpy as np

import nnkit.functional as fn
from autograder import check
from nnkit import optim, plot
from nnkit.layers import RNN, Linear, PerStep, Sequential
from nnkit.plot.ch05_unrolled import unrolled

plot.style()

# %% [markdown]
# ## Notation and shapes
#
# | symbol | shape | meaning |
# |---|---|---|
# | $N$, $T$; $n$, $t$ | | sequences in a batch, steps in a sequence; their indices |
# | $D$, $H$, $V$ | | numbers in an input; units of the state; classes or tokens of an output |
# | `x` | $(N, T, D)$ | inputs; `x[:, t]` is step $t$ of all sequences |
# | `h`, `h0` | $(N, T, H)$, $(N, H)$ | states, `h[:, t]` after reading `x[:, t]`; the state before the first step |
# | `u`, `w`, `b` | $(D, H)$, $(H, H)$, $(H,)$ | weights of the input, weights of the old state, bias |
# | $s_t$ | $(N, H)$ | what goes into the activation, $s_t = x_tu + h_{t-1}w + b$; as a column, $(H, 1)$ |
# | $d$; $j$, $i$ | indices | a number of the input; the unit that a weight leads from, the unit that it leads to |
# | $\varphi$ | | the activation, tanh unless stated otherwise |
# | $U$, $W$, $A$ | $(H, D)$, $(H, H)$, $(V, H)$ | the classical notation with columns: $U = u^\top$, $W = w^\top$, and the readout $A$ |
# | $\hat y_t$, $b_y$ | $(V, 1)$ | the output of step $t$, $\hat y_t = Ah_t + b_y$, and its bias |
# | $a_t$, $a'_t$; $\gamma$ | | the two digits of step $t$, and the size of the weights, in the task of adding |
# | $k$ | a number | how many steps a window sees; from 5.2 on, how many cells a gradient may reach |
# | $\rho$ | | spectral radius of $w$, the largest absolute value among its eigenvalues |
# | `scores`, `y`, `mask` | $(N, T, V)$, $(N, T)$, $(N, T)$ | scores of every step, right answers $y_t$, which steps count |
# | $m_{nt}$, $M$ | numbers | an entry of `mask`; how many steps count |
# | $p_{nt}$ | $(V,)$ | probabilities of step $t$, softmax of its scores |
# | $L$, $L_t$ | numbers | the loss, and that of step $t$ |
# | `dx` | the shape of `x` | the gradient $\partial L/\partial x$; so for every variable |
# | `fn` | a module | `nnkit.functional`, the course's own pairs of functions |
#
# The formulas count steps and units from 1, as the classical texts do; the code counts from 0. Each later notebook begins with the letters that it adds.
#
# Experiments here train few nets, so that they finish in seconds. Where a sentence speaks of other starts, its numbers are in the course's table of claims, `docs/claims/ch05.md`, with the number of seeds and a control; a program measures it again.

# %% [markdown]
# ## 1 · What a feedforward network cannot do
#
# Add two numbers, as at school: from right to left, digit by digit, with a carry. In binary:
#
# | step $t$ | 1 | 2 | 3 | 4 | 5 |
# |---|---|---|---|---|---|
# | digit $a_t$ of 3 (from the right) | 1 | 1 | 0 | 0 | 0 |
# | digit $a'_t$ of 5 | 1 | 0 | 1 | 0 | 0 |
# | carry that comes in | 0 | 1 | 1 | 1 | 0 |
# | digit of the sum | 0 | 0 | 0 | 1 | 0 |
#
# Compare steps 4 and 5: the same two digits, 0 and 0, and two answers, 1 and 0. **No function of the two digits alone can give both.** A feedforward network that sees a
# window of the last $k$ steps does better, but a carry may run through any number of digits ($0111\ldots1 + 0000\ldots01$), so some sum
# is wrong for every $k$. How often? Here is the best that *any* function of a window can do on random numbers.


# %% tags=["experiment"]
def sums(n, bits, rng):
    """Random pairs of numbers x (n, bits, 2) and their sums y (n, bits), digits 0 and 1 from the right."""
    a, b = rng.integers(0, 2, (n, bits)), rng.integers(0, 2, (n, bits))
    a[:, -1] = b[:, -1] = 0  # room for the last carry
    y, carry = np.zeros((n, bits), int), np.zeros(n, int)
    for t in range(bits):
        total = a[:, t] + b[:, t] + carry
        y[:, t], carry = total % 2, total // 2
    return np.stack([a, b], axis=2).astype(float), y


x_long, y_long = sums(4000, 33, np.random.default_rng(0))
symbol = (2 * x_long[:, :, 0] + x_long[:, :, 1]).astype(int)
for k in [1, 2, 4, 8]:
    codes = sum(symbol[:, 32 - 1 - j] * 4**j for j in range(k))  # the window before and including step 32
    votes = np.zeros((4**k, 2))
    np.add.at(votes, (codes, y_long[:, 31]), 1)
    share = votes.max(axis=1).sum() / len(codes)
    print(
        f"window k = {k}: best share right {share:.3f}, counted; in theory {1 - 0.5**k:.3f}; "
        f"cases to memorize {4**k:6,}"
    )

# %% [markdown]
# One step alone is as good as tossing a coin: the carry is 1 half of the time, and flips the answer. One step farther back settles the carry
# if its two digits are equal (both 1: carry; both 0: none), which they are half of the time. So each further step halves the error, $2^{-k}$, and multiplies the number of cases by four. (The
# counted shares lie a little above theory, since the best function is chosen on the same 4000 sums on which it is counted; at $k = 8$, where 4000 sums cannot fill 65,536 cases, hardly an error is left to count.)
#
# A person who adds looks at two digits at a time and keeps *one bit* in mind. That is the idea of this chapter: **keep a state, and update it
# with the same rule at every step.**
#
# ## 2 · The recurrent network
#
# A **recurrent neural network** (循环神经网络, RNN; in this form Elman, 1990; Jordan, 1986, fed the output back instead of the state) carries a **hidden state** (隐状态) $h_t$. In the classical notation, with columns:
#
# $$\underset{(H,1)}{s_t} = \underset{(H,D)}{U}\,\underset{(D,1)}{x_t} + \underset{(H,H)}{W}\,\underset{(H,1)}{h_{t-1}} + b,
# \qquad h_t = \varphi(s_t),\qquad \underset{(V,1)}{\hat y_t} = \underset{(V,H)}{A}h_t + b_y,\qquad L = \frac1T\sum_{t} L_t(\hat y_t, y_t).$$
#
# The activation $\varphi$ is tanh as a rule. The output $\hat y_t$ is a number or a vector of numbers; for classes it holds the scores from which softmax makes probabilities. There is a loss for each step; where only
# some steps have an answer, only those count. $U$, $W$ and $A$ have no index $t$: **the same weights serve every step.** That is weight
# sharing in time, as a convolution shares weights in space. It is why the network can read sequences of any length, and why it needs
# no more parameters for longer ones.
#
# In row batches, one sequence per row, everything stands transposed, $u = U^\top$ and $w = W^\top$:
#
# $$\underset{(N,H)}{h_t} = \tanh(\underset{(N,D)}{x_t}\,\underset{(D,H)}{u} + \underset{(N,H)}{h_{t-1}}\,\underset{(H,H)}{w} + \underset{(H,)}{b}).$$
#
# Mind the roles: `w[j, i]` leads **from** unit $j$ **to** unit $i$; in $W$ it is $W_{ij}$.
#
# ### Unrolling
#
# In the drawing below, the network on the left has a loop. A computational graph may not have one; but the loop only means "one step later". Draw every step
# and the loop is gone: **unrolling in time** (按时间展开) turns the network into a feedforward one, $T$ layers deep, with the same weights in
# every layer and an input at every layer.


# %% tags=["experiment"]
unrolled(plt.subplots(figsize=(9, 4))[1])
plt.show()

# %% [markdown]
# *What to see:* biases are left out. On the right nothing is new. It is a deep network of the kind you know, and backpropagation will work on it as on any
# other. Two things make it special: the matrix $W$ is the *same* at every horizontal arrow, and the path from $x_1$ to $L_T$ passes it
# $T - 1$ times. The first makes gradients add up, the second makes them vanish or explode. Both are the subject of notebook 5.2.
#
# ### Three steps by hand
#
# Two units, one input, $\varphi$ the identity for once, no biases, $h_0 = (0, 0)$:
#
# $$U = \begin{pmatrix}1\\0\end{pmatrix},\quad W = \begin{pmatrix}0&0\\1&0\end{pmatrix},\quad A = \begin{pmatrix}0&1\end{pmatrix},
# \qquad\text{in rows}\quad u = \begin{pmatrix}1&0\end{pmatrix},\quad w = W^\top = \begin{pmatrix}0&1\\0&0\end{pmatrix}.$$
#
# | step | x | U x | W times the old h | new h | ŷ = A h |
# |---|---|---|---|---|---|
# | 1 | 3 | (3, 0) | (0, 0) | (3, 0) | 0 |
# | 2 | 1 | (1, 0) | (0, 3) | (1, 3) | 3 |
# | 3 | 2 | (2, 0) | (0, 1) | (2, 1) | 1 |
#
# Unit 1 takes the input, unit 2 takes what unit 1 held: a shift register. The output is the input one step late. With $W$ and $w$ mixed up
# unit 2 would never hear anything.
#
# The second example stays with us through notebook 5.2. One unit, tanh, $u = 1$, $w = 0.5$, $b = 0$, and a single knock at the door,
# $x = (1, 0, 0)$:
#
# | step | x | s = x + 0.5 · old h | h = tanh s |
# |---|---|---|---|
# | 1 | 1 | 1 | 0.7616 |
# | 2 | 0 | 0.3808 | 0.3634 |
# | 3 | 0 | 0.1817 | 0.1797 |
#
# The knock is remembered, and it fades, by a factor of a little less than $w$ per step.
#
# Both tables, by columns and by rows:

# %%
U, W, A = np.array([[1.0], [0.0]]), np.array([[0.0, 0.0], [1.0, 0.0]]), np.array([[0.0, 1.0]])
column, row = np.zeros((2, 1)), np.zeros((1, 2))
for x_t in [3.0, 1.0, 2.0]:
    column = U @ np.array([[x_t]]) + W @ column
    row = np.array([[x_t]]) @ U.T + row @ W.T
    print(f"x = {x_t:.0f}: column {column.ravel()}, row {row.ravel()}, output {(A @ column).item():.0f}")

knock = 0.0
for x_t in [1.0, 0.0, 0.0]:
    knock = np.tanh(x_t * 1.0 + knock * 0.5)
    print(f"x = {x_t:.0f}: h = {knock:.4f}")

# %% [markdown]
# ## 3 · In NumPy
#
# ### Exercise: one step
#
# `x` (N, D) and `h_prev` (N, H) go in, `h` (N, H) comes out. The backward pass will need all inputs, and `h` itself, because the slope of
# tanh is $1 - h^2$: so the cache is `(x, h_prev, u, w, b, h)`.
#
# *Example:* the knock: `x = [[1]]`, `h_prev = [[0]]`, `u = [[1]]`, `w = [[0.5]]`, `b = [0]` gives 0.7616.
#
# *Hint:* add all three terms before you apply tanh.


# %% nbgrader={"grade_id": "rnn_step_forward", "solution": true}
def rnn_step_forward(x, h_prev, u, w, b):
    """One step of a recurrent net. x (N, D), h_prev (N, H), u (D, H), w (H, H), b (H,)
    -> h (N, H), cache = (x, h_prev, u, w, b, h)."""
    ### BEGIN SOLUTION
    s = x @ u + h_prev @ w + b
    h = np.tanh(s)
    return h, (x, h_prev, u, w, b, h)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_rnn_step_forward", "grade": true, "points": 3}
check(rnn_step_forward)

# %% [markdown]
# ### Exercise: a sequence
#
# Call the step $T$ times and keep every state. Each state goes two ways: up to the output, and on to the next step.
#
# *Example:* `x = [[[1], [0], [0]]]` (one sequence, three steps, one number), `h0 = [[0]]`, weights as above, gives the column of the table.
#
# *Hint:* collect the states in an array of shape (N, T, H), made before the loop.


# %% nbgrader={"grade_id": "rnn_forward", "solution": true}
def rnn_forward(x, h0, u, w, b):
    """A recurrent net over sequences. x (N, T, D), h0 (N, H), u (D, H), w (H, H), b (H,)
    -> h (N, T, H), every state, cache = (x, h0, u, w, b, h)."""
    ### BEGIN SOLUTION
    n, steps, _ = x.shape
    h = np.zeros((n, steps, w.shape[0]))
    state = h0
    for t in range(steps):
        state, _ = rnn_step_forward(x[:, t], state, u, w, b)
        h[:, t] = state
    return h, (x, h0, u, w, b, h)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_rnn_forward", "grade": true, "points": 3}
check(rnn_forward)

# %% [markdown]
# ## 4 · A network that adds, made by hand
#
# Which weights add binary numbers? Three units are enough. At each step let $\text{total}_t = a_t + a'_t + \text{carry}$, between 0 and 3, and let unit $i$ answer the question
# "is $\text{total}_t \ge i$?" with $+1$ (yes) or $-1$ (no):
#
# $$h_t^{(i)} = \tanh\big(\gamma\,(\text{total}_t - i + \tfrac12)\big),\qquad i = 1, 2, 3,\qquad \gamma = 10 .$$
#
# Since $\text{total}_t$ and $i$ are whole numbers, $\text{total}_t - i + \frac12$ is at least $\frac12$ for "yes" and at most $-\frac12$ for "no". The argument is then at least 5 in size, and $\tanh 5 = 0.9999$. The new carry is "is $\text{total}_t \ge 2$?", so the old one is
# $\frac12(1 + h_{t-1}^{(2)})$. Substitute and collect terms:
#
# $$s_t^{(i)} = \underbrace{\gamma}_{u} a_t + \underbrace{\gamma}_{u} a'_t + \underbrace{\tfrac\gamma2}_{w}h_{t-1}^{(2)} + \underbrace{\gamma(1 - i)}_{b}.$$
#
# Every unit hears the old unit 2 and no other. `w[j, i]` leads from $j$ to $i$, so this is one *row* of $w$: row 1 in the code, which counts from 0.
#
# The digit of the sum is 1 for a total of 1 or 3: $\hat y_t = \frac12\big(h^{(1)} - h^{(2)} + h^{(3)} + 1\big)$. Start from $h_0 = (-1, -1, -1)$: no carry yet.
#
# **By hand,** the first four steps of $3 + 5$: the totals are $2, 2, 2, 1$, so $h = (+,+,-)$ three times, then $(+,-,-)$; $\hat y = 0, 0, 0, 1$, read from the right: $1000_2 = 8$.

# %%
gamma = 10.0
u_add = gamma * np.ones((2, 3))
w_add = np.zeros((3, 3))
w_add[1] = gamma / 2  # from unit 2 (index 1) to all three units
b_add = gamma * (1 - np.array([1, 2, 3]))


def add_with_rnn(a, b, bits):
    """The sum of two whole numbers below 2**(bits - 1), computed by the recurrent net."""
    digits = np.array([[(a >> t) & 1, (b >> t) & 1] for t in range(bits)], dtype=float)[None]
    h, _ = rnn_forward(digits, -np.ones((1, 3)), u_add, w_add, b_add)
    out = (h[0, :, 0] - h[0, :, 1] + h[0, :, 2] + 1) / 2
    return sum(round(bit) << t for t, bit in enumerate(out))


print("3 + 5 =", add_with_rnn(3, 5, 4))
print("123456789 + 987654321 =", add_with_rnn(123456789, 987654321, 31))
big = 2**200 - 1
print("2^200 - 1 + 1 == 2^200:", add_with_rnn(big, 1, 202) == 2**200)

# %% [markdown]
# Eighteen weights and biases (and four of the readout) add numbers of any length, and carry a one through two hundred digits. No error builds up on the way, although the units give $\pm0.9999$ and not $\pm1$: that moves the next argument by less than a thousandth, and tanh, flat out there, answers $\pm0.9999$ again. The state is
# three numbers, of which one, the carry, is all that the past has to say to the future. **A state need not remember the past, only what matters of it.**

# %% tags=["experiment"]
digits, answer = sums(1, 24, np.random.default_rng(5))
h, _ = rnn_forward(digits, -np.ones((1, 3)), u_add, w_add, b_add)
fig, axes = plt.subplots(2, 1, figsize=(8, 3.6), sharex=True, height_ratios=[2, 3])
axes[0].imshow(np.vstack([digits[0].T, answer]), cmap="Greys", aspect="auto", vmin=0, vmax=1.6)
axes[0].set_yticks([0, 1, 2], ["a", "a'", "sum"])
image = axes[1].imshow(h[0].T, cmap="Blues", aspect="auto", vmin=-1.3, vmax=1.3)
axes[1].set_yticks([0, 1, 2], ["total ≥ 1", "total ≥ 2 (carry)", "total ≥ 3"])
axes[1].set_xlabel("step (digits from the right)")
for ax in axes:
    ax.grid(False)
fig.colorbar(image, ax=axes, label="state", shrink=0.8, ticks=[-1, 0, 1])
plt.show()
print("steps with a carry:", int((h[0, :, 1] > 0).sum()), "of 24; seed 5")

# %% [markdown]
# *What to see:* above, the digits (dark is 1); below, the three units. The middle row is the carry; wherever both digits are 1 it turns dark,
# and it stays dark until both are 0. Nothing else of the past survives.
#
# ## 5 · A loss at every step
#
# Here every step has an answer. With classes $0 \dots V - 1$ and scores (N, T, V), the loss of one step is the cross-entropy of chapter 2, $-\log p_y$
# with $p = \mathrm{softmax}(\text{scores})$. In a batch, sequences may have different lengths; the short ones are *padded*, filled up to the length $T$ of the longest, and a **mask** (掩码)
# says which steps count, 1 or 0:
#
# $$L = \frac1M\sum_{n,t} m_{nt}\,\big(-\log p_{nt,\,y_{nt}}\big),\qquad M = \sum_{n,t} m_{nt}.$$
#
# The mean is over all counted steps of the batch. Not over $N$, else a batch of long sequences would weigh more than one of short sequences and the learning rate would depend on $T$; not
# over $NT$, else padding would shrink the loss; not sequence by sequence, else a step in a short sequence would weigh more than one in a long one.
# If no step counts, the loss is 0 by convention. Whatever stands in `y` where the mask is 0 must have no effect, even $-1$ or 99.
#
# **By hand.** Two sequences of lengths 2 and 1, three classes, all scores 0. Every counted step costs $\log 3$; $L = 3\log3/3 = \log 3 = 1.0986$.
# Dividing by $N = 2$ would have given 1.65, by $NT = 4$ only 0.82.
#
# **The gradient.** Only step $(n, t)$ itself sees its scores. From chapter 2, $\partial(-\log p_y)/\partial\,\text{scores} = p - \text{onehot}(y)$. So
#
# $$\mathtt{dscores}_{nt} = \frac{m_{nt}}{M}\,\big(p_{nt} - \text{onehot}(y_{nt})\big),\qquad\text{shape } (N, T, V).$$
#
# In the example, with right class 0: $(\frac13 - 1, \frac13, \frac13)/3 = (-0.222, 0.111, 0.111)$ at the three counted steps, zeros at the fourth.
#
# ### Exercise: the loss of a sequence
#
# Return the loss and `cache = (scores, y, mask)`. The mask holds True/False or 1/0, as whole numbers or floats.
#
# *Example:* the two sequences above: `scores = np.zeros((2, 2, 3))`, `y = np.array([[0, 0], [0, 99]])`, `mask = np.array([[1, 1], [1, 0]])` give 1.0986.
#
# *Hint:* a label that does not count may not be a valid index; replace it before you index. For large scores subtract the maximum of each step first, as in chapter 2.


# %% nbgrader={"grade_id": "sequence_cross_entropy_forward", "solution": true}
def sequence_cross_entropy_forward(scores, y, mask):
    """Mean cross-entropy over the steps that count. scores (N, T, V), y (N, T), mask (N, T) of True/False
    or 1/0 -> loss (a number; 0 if no step counts), cache = (scores, y, mask)."""
    ### BEGIN SOLUTION
    counts = np.asarray(mask) > 0
    shifted = scores - np.max(scores, axis=2, keepdims=True)
    log_p = shifted - np.log(np.sum(np.exp(shifted), axis=2, keepdims=True))
    loss = 0.0
    for n, t in np.argwhere(counts):
        loss -= log_p[n, t, y[n, t]]
    return loss / max(counts.sum(), 1), (scores, y, mask)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_sequence_cross_entropy_forward", "grade": true, "points": 3}
check(sequence_cross_entropy_forward)

# %% [markdown]
# ### Exercise: its gradient
#
# *Example:* the same two sequences: $(-0.222, 0.111, 0.111)$ three times, and $(0, 0, 0)$.
#
# *Hint:* how many steps count, in the whole batch?


# %% nbgrader={"grade_id": "sequence_cross_entropy_backward", "solution": true}
def sequence_cross_entropy_backward(cache):
    """Gradient of the mean cross-entropy. cache = (scores, y, mask)
    -> dscores (N, T, V), zero where the mask is 0."""
    ### BEGIN SOLUTION
    scores, y, mask = cache
    counts = np.asarray(mask) > 0
    e = np.exp(scores - np.max(scores, axis=2, keepdims=True))
    dscores = e / np.sum(e, axis=2, keepdims=True)
    for n, t in np.argwhere(counts):
        dscores[n, t, y[n, t]] -= 1
    return dscores * counts[:, :, None] / max(counts.sum(), 1)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_sequence_cross_entropy_backward", "grade": true, "points": 3}
check(sequence_cross_entropy_backward, forward=sequence_cross_entropy_forward)

# %% [markdown]
# ## 6 · Will a network find the carry by itself?
#
# Nobody tells it that there is a carry. It sees digits, and the digit of the sum at every step. Eight units, random weights, sums of 8 digits, 600 batches of 32; the
# gradients come from the course's library (they are notebook 5.2). `PerStep(Linear(...))` is the readout, the same affine map at every step; `clip=1.0` limits the length of the gradient, also notebook 5.2.
# Then the question that matters: what does it make of numbers far longer than any it has seen?
#
# **Predict, then run.** Trained on sums of 8 digits, on what share of 200-bit sums will this network get every digit right?


# %% tags=["experiment", "nbval-ignore-output"]
UNITS = 8


def learn_to_add(seed, batches=600):
    rng = np.random.default_rng(seed)
    net = Sequential(RNN(2, UNITS, rng=rng), PerStep(Linear(UNITS, 2, rng=rng)))
    optimizer, losses = optim.Adam(net, 2e-2), []
    for _ in range(batches):
        x, y = sums(32, 8, rng)
        loss, cache = fn.sequence_cross_entropy_forward(net(x), y, np.ones(y.shape))
        net.backward(fn.sequence_cross_entropy_backward(cache))
        optimizer.step(clip=1.0)
        losses.append(loss)
    return net, losses


trained = {seed: learn_to_add(seed) for seed in range(3)}
fig, ax = plt.subplots(figsize=(7, 3.2))
for (seed, (net, losses)), style in zip(trained.items(), ("-", "--", ":")):
    ax.semilogy(losses, style, lw=1.2, label=f"seed {seed}")
    right = {}
    for bits in [8, 50, 200]:
        x, y = sums(500, bits, np.random.default_rng(99))
        right[bits] = np.mean(np.all(net(x).argmax(axis=2) == y, axis=1)).round(3).item()
    print(f"seed {seed}: loss {losses[-1]:.4f}; whole sums right, by number of bits: {right}")
ax.set(xlabel="batch", ylabel="loss per digit")
ax.legend()
plt.show()

# %% [markdown]
# *What to see:* for some eighty batches the loss stays near $\log 2 = 0.69$, which is guessing. A function without memory cannot do much better, as we saw (a little, since the first of the eight digits has no carry and the next ones have it less often). Then it falls: the
# network has found out that there is something to remember. What is learned on 8 digits holds for 200, because the same rule is applied at every step. Does one of the eight
# units hold the carry?


# %% tags=["experiment", "nbval-ignore-output"]
def carries(x):
    """The carry that leaves each step. x (n, bits, 2) -> (n, bits) of 0 and 1."""
    out, carry = np.zeros(x.shape[:2]), np.zeros(len(x))
    for t in range(x.shape[1]):
        carry = (x[:, t].sum(axis=1) + carry >= 2).astype(float)
        out[:, t] = carry
    return out


x, _ = sums(300, 30, np.random.default_rng(7))
carry = carries(x)[:, :-1].ravel()


def read_off(states):
    """Share of the steps whose carry the best linear function of these states gets right."""
    ones = np.column_stack([states, np.ones(len(states))])
    fitted = ones @ np.linalg.lstsq(ones, carry, rcond=None)[0]
    return np.mean((fitted > 0.5) == carry)


for seed, (net, _) in trained.items():
    states = net[0](x)[:, :-1].reshape(-1, UNITS)
    alone = np.array([read_off(states[:, [k]]) for k in range(UNITS)])
    without_best = np.delete(states, alone.argmax(), axis=1)
    print(
        f"seed {seed}: carry read off from all units {read_off(states):.3f}, from the three best, one by one "
        f"{np.sort(alone)[:-4:-1].round(3)}, from all but the best {read_off(without_best):.3f}"
    )
print(f"always the same answer: {max(carry.mean(), 1 - carry.mean()):.3f}")

# %% [markdown]
# All eight units together give the carry at every step, in all three networks: it is a linear function of the state. Who holds it differs. With seeds 0 and 2 one unit has nearly become the carry, as in the network made by hand, and without it one step in ten is
# read wrongly. With seed 1 the other seven give it without the best one, but mind what that shows: there three units each give it nearly alone. These are *copies* (redundancy). A **distributed representation** (分布式表示) is something else: each unit alone says little, and only a pattern over several units says it.
# To tell the two apart, look at each unit alone, not at what is left without one. Training asks for neither: the next step sees only $h_{t-1}w$, weighted sums over *all* units.
#
# What would change our mind? A network that had memorized the 8-digit cases would fail on 50 digits. How many units does it take? Set `UNITS` to 4 or 3 and run the last two cells again.
#
# ## 7 · How long does a state remember?
#
# Take one random network, two different start states, and the *same* inputs from then on. If the distance of the two runs goes to zero, the start is forgotten. The
# size of $w$ decides; its natural measure is the **spectral radius** (谱半径) $\rho$, the largest absolute value among its eigenvalues.
#
# **Predict, then run.** For which of the radii 0.5, 0.9, 1.1 and 1.5 will the start be forgotten after 60 steps?

# %% tags=["experiment", "nbval-ignore-output"]
units, steps, rng = 50, 60, np.random.default_rng(0)
raw = rng.standard_normal((units, units))
raw /= np.abs(np.linalg.eigvals(raw)).max()
x = 0.3 * rng.standard_normal((40, steps, 4))
u_random = rng.standard_normal((4, units)) / 2
starts = rng.uniform(-0.5, 0.5, (2, 40, units))
fig, ax = plt.subplots(figsize=(7, 3.4))
first = np.linalg.norm(starts[0] - starts[1], axis=1).mean()
for radius, color, style in [(1.5, "C1", "-"), (1.1, "C4", "--"), (0.9, "C2", "-."), (0.5, "C0", ":")]:
    one, two = (rnn_forward(x, start, u_random, radius * raw, np.zeros(units))[0] for start in starts)
    distance = np.linalg.norm(one - two, axis=2).mean(axis=0) / first
    ax.semilogy(np.arange(1, steps + 1), distance, color=color, ls=style, label=f"ρ = {radius}")
    left = [f"{share:.2g}" if share > 1e-9 else "less than 1e-9" for share in distance[[9, -1]]]
    print(f"spectral radius {radius}: share of the difference left after 10 steps {left[0]}, "
          f"after 60 {left[1]}")
ax.set(
    xlabel="steps since the start", ylabel="distance of the two runs,\nrelative to the start", ylim=(1e-9, 10)
)
ax.legend(title="tanh network, 50 units", loc="center left", bbox_to_anchor=(1, 0.5))
plt.show()

# %% [markdown]
# *What to see:* straight lines in a logarithmic plot: the past of this network is forgotten exponentially where $\rho$ is small. Over the 60 steps it fades faster than by a factor of $\rho$ per step, since each step also costs a slope of tanh: at $\rho = 0.9$ the factor is 0.77 per step in the mean, and at $\rho = 1.1$, above 1, it is still 0.88.
# At $\rho = 1.5$ the two runs do not meet in these 60 steps: the state depends on where it began, no matter what the network has read since, and that is no good memory either. Somewhere between 1.1 and 1.5 lies the border for this network and these inputs. (Twenty other random networks gave the same: at 0.9 and 1.1 the start fades, at 1.5 not at all; table of claims. For the first few steps there is no such rule, as a matrix in notebook 5.2 shows.)
# So a memory that neither loses its past nor stops listening has to live near the border. The same number will decide about gradients, and with LSTMs we shall *build* a path on which the factor is 1.
#
# ## Quiz
#
# **1.** A recurrent network has $D = 10$ inputs, $H = 20$ units and a bias. How many parameters do `u`, `w` and `b` have together, for sequences of $T = 100$ steps? Store
# the number in `quiz_rnn_parameters`.

# %% nbgrader={"grade_id": "quiz_rnn_parameters", "solution": true}
# quiz_rnn_parameters = ...
### BEGIN SOLUTION
quiz_rnn_parameters = 10 * 20 + 20 * 20 + 20
### END SOLUTION

# %% nbgrader={"grade_id": "check_quiz_rnn_parameters", "grade": true, "points": 1}
check.quiz("quiz_rnn_parameters", quiz_rnn_parameters)

# %% [markdown]
# **2.** One unit, $\varphi$ the identity, $u = 1$, $w = 2$, $b = 0$, $h_0 = 0$. The inputs are $1, 1, 1$. What is $h_3$? Store the number in `quiz_three_steps`.

# %% nbgrader={"grade_id": "quiz_three_steps", "solution": true}
# quiz_three_steps = ...
### BEGIN SOLUTION
quiz_three_steps = 2 * (2 * 1 + 1) + 1
### END SOLUTION

# %% nbgrader={"grade_id": "check_quiz_three_steps", "grade": true, "points": 1}
check.quiz("quiz_three_steps", quiz_three_steps)

# %% [markdown]
# **3.** A batch holds sequences of lengths 4 and 2, padded to $T = 4$. Every counted step of the first has loss 1, every counted step of the second has loss 4. What is the loss of the batch? Store
# the number in `quiz_masked_loss`.

# %% nbgrader={"grade_id": "quiz_masked_loss", "solution": true}
# quiz_masked_loss = ...
### BEGIN SOLUTION
quiz_masked_loss = (4 * 1 + 2 * 4) / 6
### END SOLUTION

# %% nbgrader={"grade_id": "check_quiz_masked_loss", "grade": true, "points": 1}
check.quiz("quiz_masked_loss", quiz_masked_loss)

# %% [markdown]
# ## What to remember
#
# - A recurrent network applies one rule at every step: $h_t = \tanh(x_tu + h_{t-1}w + b)$. Weights are shared in time.
# - Unrolled, it is a feedforward network of depth $T$, with an input and perhaps a loss in every layer.
# - The state keeps of the past what matters for the future, and no more: one bit is enough to add.
# - The loss of a sequence is a mean over the steps that count, of the whole batch.
# - Memory fades exponentially where the spectral radius of $w$ is small. Where it was well above 1, the start did not fade in 60 steps.
#
# Next, notebook 5.2: gradients through time.
