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
# # 5.3 · The LSTM
#
# A plain recurrent network rewrites its whole state at every step, and what is rewritten sixty times is forgotten. This notebook builds a cell that keeps what it is not told to change.
# You derive it from one requirement, write both directions by hand, measure the highway it opens for the gradient, and look inside while it works. The experiments take about half a minute on a quiet computer.
#
# Letters as in notebooks 5.1 and 5.2; these are new:
#
# | symbol | shape | meaning |
# |---|---|---|
# | `c`, $c_t$ | $(N, H)$ | the cell, the memory of an LSTM |
# | $f$, $i$, $o$ | $(N, H)$ | forget, input and output gate ($i$ was the index of a unit before) |
# | $\tilde c$, in code `g` | $(N, H)$ | the candidate, what would be written |
# | `u`, `w`, `b` | $(D, 4H)$, $(H, 4H)$, $(4H,)$ | as before, four blocks side by side |
# | $s_f$, $s_i$, $s_g$, $s_o$ | $(N, H)$ | the blocks of $s$: what goes into each gate and the candidate |
# | $\sigma$; $\beta$ | ; a number | the logistic function; the bias of the forget gate at the start |

# %%
import matplotlib.pyplot as plt
import numpy as np

import nnkit.functional as fn
from autograder import check
from nnkit import data, init, optim, plot
from nnkit.layers import LSTM, LastStep, Linear, PerStep, Sequential
from nnkit.plot.ch05_backward import lstm_backward_frames
from nnkit.plot.ch05_cells import cell as draw_cell

plot.style()

# %% [markdown]
# ## 1 · One requirement
#
# The gradient over $T$ steps is a product of $T$ factors. For it to neither vanish nor explode over any number of steps, the product must stay near 1, and the simplest way is to make every factor 1. For a single unit with its own memory $c$, that means $\partial c_t/\partial c_{t-1} = 1$, and the only functions with
# slope 1 everywhere are
#
# $$c_t = c_{t-1} + \text{something that does not depend on } c_{t-1}.$$
#
# Hochreiter found the trouble in his diploma thesis (1991); Hochreiter and Schmidhuber (1997) gave the remedy its name, *constant error carrousel*. A unit that only adds remembers forever, but it is of little use by itself:
#
# | trouble | remedy |
# |---|---|
# | *Write conflict*: every input is added, whether it matters or not. | an **input gate** $i$ (输入门): how much of the new is written |
# | *Read conflict*: whoever reads the unit is disturbed by it at every step, even when its number is not wanted. | an **output gate** $o$ (输出门): how much of the memory is shown |
# | *It cannot stop*: the sum grows and grows; what belongs to the last sequence runs into the next. | a **forget gate** $f$ (遗忘门), added in 2000 by Gers, Schmidhuber and Cummins: how much of the old is kept |
#
# A gate is a number between 0 (shut) and 1 (open) that multiplies what passes. It is computed by a logistic function from the current input and the last state, so that *the network decides from what it sees* when to write, keep and show. That is all.
#
# ## 2 · The equations
#
# The **long short-term memory** (长短期记忆网络, LSTM) carries two states: the **cell** (细胞状态) $c_t$, its memory, and the **hidden state** $h_t$, what it shows. In the classical notation, in the order in which they are computed:
#
# $$\begin{aligned}
# f_t &= \sigma(W_f h_{t-1} + U_f x_t + b_f) &&\text{forget gate: which cells are kept}\\
# i_t &= \sigma(W_i h_{t-1} + U_i x_t + b_i) &&\text{input gate: which cells are written}\\
# \tilde c_t &= \tanh(W_c h_{t-1} + U_c x_t + b_c) &&\text{candidate (候选状态): what would be written}\\
# c_t &= f_t * c_{t-1} + i_t * \tilde c_t &&\text{keep and write}\\
# o_t &= \sigma(W_o h_{t-1} + U_o x_t + b_o) &&\text{output gate: which cells are shown}\\
# h_t &= o_t * \tanh(c_t) &&\text{show}
# \end{aligned}$$
#
# Gates lie between 0 and 1, so they are logistic; the candidate may be positive or negative, so it is a tanh. The tanh in the last line brings the cell, which may have grown large, back to between $-1$ and $1$.
#
# In row batches the four affine maps are one, with the blocks side by side **in the order f, i, c̃, o**; the code calls the candidate `g`:
#
# $$\underset{(N,4H)}{s} = \underset{(N,D)}{x}\,\underset{(D,4H)}{u} + \underset{(N,H)}{h_{\text{prev}}}\,\underset{(H,4H)}{w} + \underset{(4H,)}{b},
# \qquad s = [\,s_f\;|\;s_i\;|\;s_g\;|\;s_o\,].$$
#
# An LSTM has $4(DH + H^2 + H)$ parameters, four times as many as the plain network.


# %% tags=["experiment"]
fig, ax = plt.subplots(figsize=(8.5, 4.2))
draw_cell(ax, "lstm", ["cell"], size=12)
plt.show()

# %% [markdown]
# *What to see:* the orange line is the cell, and it runs straight through. Only two things happen on it: a multiplication by $f$ and an addition. No weights, no tanh. Everything below the line, gray, is the
# machinery that decides about the two. A dot is a junction: $h_{t-1}$ and $x_t$ go together to every box, and each of the four boxes $\sigma$ and tanh below holds its own $U$, $W$ and $b$.
#
# **By hand.** One unit, $h_{\text{prev}} = 0$, $c_{\text{prev}} = 2$, $x = 1$, $b = 0$ and $u = (\log 3,\ 0,\ \tfrac12\log 3,\ \log 4)$, chosen so that the gates come out round:
#
# | $f = \sigma(\log 3)$ | $i = \sigma(0)$ | $\tilde c = \tanh(\frac12\log 3)$ | $c = 0.75\cdot2 + 0.5\cdot0.5$ | $o = \sigma(\log 4)$ | $h = 0.8\tanh(1.75)$ |
# |---|---|---|---|---|---|
# | 0.75 | 0.5 | 0.5 | 1.75 | 0.8 | 0.7531 |
#
# ### Exercise: one step of an LSTM
#
# Return `h`, `c` and `cache = (x, h_prev, c_prev, u, w, b, f, i, g, o, c)`. Keep to this order: the experiments of sections 5 and 7 read $f$, $i$, $o$ and $c$ from it.
#
# *Example:* the table above. *Hint:* one affine map, then four blocks of $H$ columns. The logistic function must not overflow for large $|s|$: $\sigma(s) = \frac12\tanh(\frac12 s) + \frac12$ never does.


# %% nbgrader={"grade_id": "lstm_step_forward", "solution": true}
def lstm_step_forward(x, h_prev, c_prev, u, w, b):
    """One step of an LSTM. x (N, D), h_prev and c_prev (N, H),
    u (D, 4H), w (H, 4H), b (4H,), blocks f, i, g, o
    -> h (N, H), c (N, H), cache = (x, h_prev, c_prev, u, w, b, f, i, g, o, c)."""
    ### BEGIN SOLUTION
    units = h_prev.shape[1]
    s = x @ u + h_prev @ w + b
    f = 0.5 * np.tanh(0.5 * s[:, :units]) + 0.5
    i = 0.5 * np.tanh(0.5 * s[:, units : 2 * units]) + 0.5
    g = np.tanh(s[:, 2 * units : 3 * units])
    o = 0.5 * np.tanh(0.5 * s[:, 3 * units :]) + 0.5
    c = f * c_prev + i * g
    h = o * np.tanh(c)
    return h, c, (x, h_prev, c_prev, u, w, b, f, i, g, o, c)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_lstm_step_forward", "grade": true, "points": 3}
check(lstm_step_forward)

# %% [markdown]
# ## 3 · One step backward, gate by gate
#
# Given are **two** gradients: `dh`, for what the cell shows, and `dc`, which comes back along the highway from the next step. Take the equations from the last to the first. Every one is a product or a sum, and for those you know the rules:
# *multiply swaps, add distributes, copies add up*.
#
# **1. Show:** $h = o * \tanh(c)$. A product; each factor receives the gradient times the other:
#
# $$\mathtt{do} = \mathtt{dh} * \tanh(c),\qquad \text{to } \tanh(c):\ \mathtt{dh} * o .$$
#
# **2. The cell is used twice**, by this step's $h$ and by the next cell. Copies add up; on the way through tanh the factor is $1 - \tanh^2(c)$:
#
# $$\mathtt{dc}_{\text{total}} = \mathtt{dc} + \mathtt{dh} * o * (1 - \tanh^2 c).$$
#
# This line is the most frequent place for a mistake: `dc` dropped, or overwritten, or the caller's array changed.
#
# **3. Keep and write:** $c = f * c_{\text{prev}} + i * \tilde c$. The sum hands $\mathtt{dc}_{\text{total}}$ to both products, the products swap:
#
# $$\mathtt{df} = \mathtt{dc}_{\text{total}} * c_{\text{prev}},\quad \mathtt{dc\_prev} = \mathtt{dc}_{\text{total}} * f,\qquad
# \mathtt{di} = \mathtt{dc}_{\text{total}} * \tilde c,\quad \mathtt{dg} = \mathtt{dc}_{\text{total}} * i .$$
#
# **4. Through the activations,** each slope written with its own output, $\sigma' = \sigma(1 - \sigma)$ and $\tanh' = 1 - \tanh^2$:
#
# $$\mathtt{ds}_f = \mathtt{df} * f(1 - f),\quad \mathtt{ds}_i = \mathtt{di} * i(1 - i),\quad \mathtt{ds}_g = \mathtt{dg} * (1 - \tilde c^2),\quad \mathtt{ds}_o = \mathtt{do} * o(1 - o).$$
#
# **5. The affine map,** with the blocks put together again, $\mathtt{ds} = [\mathtt{ds}_f|\mathtt{ds}_i|\mathtt{ds}_g|\mathtt{ds}_o]$ of shape $(N, 4H)$:
#
# $$\underset{(N,D)}{\mathtt{dx}} = \mathtt{ds}\,u^\top,\quad \underset{(N,H)}{\mathtt{dh\_prev}} = \mathtt{ds}\,w^\top,\quad
# \underset{(D,4H)}{\mathtt{du}} = x^\top\mathtt{ds},\quad \underset{(H,4H)}{\mathtt{dw}} = h_{\text{prev}}^\top\,\mathtt{ds},\quad \underset{(4H,)}{\mathtt{db}} = \sum_n\mathtt{ds}_n .$$
#
# **By hand,** the example with $\mathtt{dh} = 1$ and $\mathtt{dc} = 0.5$: $\tanh 1.75 = 0.9414$, so $\mathtt{do} = 0.9414$ and $\mathtt{dc}_{\text{total}} = 0.5 + 0.8\,(1 - \tanh^2 1.75) = 0.59105$. Then
#
# | | f | i | g | o |
# |---|---|---|---|---|
# | gradient of the gate | $0.59105\cdot2 = 1.1821$ | $0.59105\cdot0.5 = 0.2955$ | $0.59105\cdot0.5 = 0.2955$ | $0.9414$ |
# | slope | $0.75\cdot0.25$ | $0.5\cdot0.5$ | $1 - 0.25$ | $0.8\cdot0.2$ |
# | $\mathtt{ds}$, here also $\mathtt{du}$ and $\mathtt{db}$ | 0.2216 | 0.0739 | 0.2216 | 0.1506 |
#
# and $\mathtt{dc\_prev} = 0.59105\cdot0.75 = 0.4433$. With $u$ as above $\mathtt{dx} = \mathtt{ds}\,u^\top = 0.2216\log3 + 0 + 0.2216\cdot\frac12\log3 + 0.1506\log4 = 0.5741$; $\mathtt{dh\_prev}$ and $\mathtt{dw}$ are 0, since here $w = 0$ and $h_{\text{prev}} = 0$.
#
# The five steps as five pictures: values in blue, gradients in orange, those that the step finds in bold. Move the slider and derive each number before you look at it.

# %% tags=["experiment"]
u_hand = np.array([[np.log(3), 0, np.log(3) / 2, np.log(4)]])
hand = np.ones((1, 1)), np.zeros((1, 1)), np.full((1, 1), 2.0), u_hand, np.zeros((1, 4)), np.zeros(4)
frames = lstm_backward_frames(1.0, 0.5, fn.lstm_step_forward(*hand)[2])
plot.slider(frames, [f"step {k} of 5" for k in range(1, 6)], "backward")

# %% [markdown]
# ### Exercise: one step backward
#
# Write the five steps. The caller's `dh` and `dc` stay as they are.
#
# *Example:* the table above, with $u$ as in section 2. *Hint:* find the four $\mathtt{ds}$ one by one, then put them side by side in the order f, i, c̃, o; after that it is the affine map of notebook 5.2.


# %% nbgrader={"grade_id": "lstm_step_backward", "solution": true}
def lstm_step_backward(dh, dc, cache):
    """One step of an LSTM, backward. dh, dc (N, H), cache = (x, h_prev, c_prev, u, w, b, f, i, g, o, c)
    -> dx (N, D), dh_prev (N, H), dc_prev (N, H), du (D, 4H), dw (H, 4H), db (4H,)."""
    ### BEGIN SOLUTION
    x, h_prev, c_prev, u, w, _, f, i, g, o, c = cache
    shown = np.tanh(c)
    do = dh * shown
    dc_total = dc + dh * o * (1 - shown**2)
    df = dc_total * c_prev
    di = dc_total * g
    dg = dc_total * i
    dc_prev = dc_total * f
    ds_f = df * f * (1 - f)
    ds_i = di * i * (1 - i)
    ds_g = dg * (1 - g**2)
    ds_o = do * o * (1 - o)
    ds = np.concatenate([ds_f, ds_i, ds_g, ds_o], axis=1)
    return ds @ u.T, ds @ w.T, dc_prev, x.T @ ds, h_prev.T @ ds, ds.sum(axis=0)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_lstm_step_backward", "grade": true, "points": 7}
check(lstm_step_backward, forward=lstm_step_forward)

# %% [markdown]
# Your functions on the example of the tables:

# %% tags=["experiment"]
h, c, cache = lstm_step_forward(*hand)
print("f, i, g, o, c, h =", np.round([*(v.item() for v in cache[6:]), h.item()], 4))
_, _, dc_prev, du, _, _ = lstm_step_backward(np.ones((1, 1)), np.full((1, 1), 0.5), cache)
print("du =", du.round(4), " dc_prev =", dc_prev.round(4))

# %% [markdown]
# ## 4 · A sequence, there and back
#
# Forward, two states travel: `h` and `c`. Backward, two gradients travel: `dh_next` and `dc_next`; both are zero behind the last step. From outside, only the $h_t$ receive gradients (the cell is nobody's output).
#
# ### Exercise: the forward pass
#
# Call your step $T$ times and return all $h$; the cache is the list of the caches of the $T$ steps. The last $c$ is not returned: in this notebook every sequence begins from its own $h_0$, $c_0$. (If you need the state later, it is at the end of the last cache.)
#
# *Example:* one sequence of one step, $h_0 = 0$ and $c_0 = 2$, is the example of section 2: `h` is `[[[0.7531]]]`.


# %% nbgrader={"grade_id": "lstm_forward", "solution": true}
def lstm_forward(x, h0, c0, u, w, b):
    """An LSTM over sequences. x (N, T, D), h0 and c0 (N, H), u (D, 4H), w (H, 4H), b (4H,)
    -> h (N, T, H), cache = [cache of step 0, cache of step 1, ...]."""
    ### BEGIN SOLUTION
    h, c = h0, c0
    states, caches = [], []
    for t in range(x.shape[1]):
        h, c, cache = lstm_step_forward(x[:, t], h, c, u, w, b)
        states.append(h)
        caches.append(cache)
    return np.stack(states, axis=1), caches
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_lstm_forward", "grade": true, "points": 2}
check(lstm_forward)

# %% [markdown]
# ### Exercise: the backward pass
#
# Walk from the last step to the first with `lstm_step_backward`.
#
# *Example:* the same one step with `dh = [[[1]]]`: nothing comes back along the cell, so $\mathtt{dc}_{\text{total}} = 0.0910$ in place of 0.5910; `dc0` is 0.0683, and `du` is $(0.0341, 0.0114, 0.0341, 0.1506)$.
#
# *Hint:* as `rnn_backward`, with one more thing to carry. Gradients of u, w, b add up.


# %% nbgrader={"grade_id": "lstm_backward", "solution": true}
def lstm_backward(dh, cache):
    """An LSTM over sequences, backward. dh (N, T, H), cache = list of the caches of the steps
    -> dx (N, T, D), dh0 (N, H), dc0 (N, H), du (D, 4H), dw (H, 4H), db (4H,)."""
    ### BEGIN SOLUTION
    x, h_prev, c_prev, u, w, b = cache[0][:6]
    dx = np.zeros((dh.shape[0], dh.shape[1], x.shape[1]))
    du, dw, db = np.zeros(u.shape), np.zeros(w.shape), np.zeros(b.shape)
    dh_next, dc_next = np.zeros(h_prev.shape), np.zeros(c_prev.shape)
    for t in reversed(range(len(cache))):
        dx[:, t], dh_next, dc_next, du_t, dw_t, db_t = lstm_step_backward(
            dh[:, t] + dh_next, dc_next, cache[t]
        )
        du += du_t
        dw += dw_t
        db += db_t
    return dx, dh_next, dc_next, du, dw, db
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_lstm_backward", "grade": true, "points": 4}
check(lstm_backward, forward=lstm_forward)

# %% [markdown]
# ## 5 · The highway, measured
#
# Along the cell the Jacobian of one step is
#
# $$\frac{\partial c_t}{\partial c_{t-1}} = \underbrace{\operatorname{diag}(f_t)}_{\text{direct}} \;+\; \underbrace{\frac{\partial c_t}{\partial h_{t-1}}\,\frac{\partial h_{t-1}}{\partial c_{t-1}}}_{\text{through the gates}} .$$
#
# The direct part is diagonal, contains no weights, and over many steps it is $\prod f$, cell by cell: 1 as long as the gates are open, 0 as soon as one is shut. **The network itself sets the factor**, cell by cell and step by step, from what it reads. A plain network has one $w$ for everything.
#
# How open is open? $0.9^{60} = 0.002$; $0.99^{60} = 0.55$. The gate's bias decides where it stands at the start: $\sigma(0) = 0.5$, $\sigma(1) = 0.73$, $\sigma(3) = 0.95$, $\sigma(5) = 0.993$.
#
# Measured on random LSTMs with 20 units and inputs of ordinary size: the largest singular value of the whole $\partial c_T/\partial c_t$, both paths together, by your own functions; and the same of the direct part alone, where the largest singular value of the diagonal matrix is its largest entry. Beside it $\partial h_T/\partial h_t$ of a plain network with spectral radius 1 and the same inputs.
#
# Two remarks on the code. *How to get a Jacobian from a backward pass:* one call returns one row, the gradient of one number. So feed the same sequence 20 times as a batch and send back a different unit vector for each copy: with $\mathtt{dc}$ = the identity matrix, row $k$ of the result is
# $\partial c_{T,k}/\partial c_t$, and the batch of results is the Jacobian. *Why the last line adds a term:* the step backward returns `dc`, along the cell, and `dh`, which arrived at $h_t$. But $h_t = o_t * \tanh(c_t)$ depends on $c_t$ too, so the gradient with respect to $c_t$ is `dc + dh * o * (1 - tanh(c)**2)`: line 2 of section 3.
#
# **Predict, then run.** Which of the forget biases 0, 1, 3 and 5 keeps more gradient over 60 steps than the plain network? Can the whole gradient grow although $f$ never exceeds 1?


# %% tags=["experiment", "nbval-ignore-output"]
def random_lstm(d, units, forget_bias, rng):
    u = np.concatenate([init.xavier_normal(d, units, rng) for _ in range(4)], axis=1)
    w = np.concatenate([init.orthogonal((units, units), rng) for _ in range(4)], axis=1)
    b = np.zeros(4 * units)
    b[:units] = forget_bias
    return u, w, b


def cell_norms(x, u, w, b):
    """Norms of dc_T/dc_t, and of its direct part alone, for one sequence x (T, D)."""
    units = w.shape[0]
    zeros = np.zeros((units, units))
    _, caches = lstm_forward(np.repeat(x[None], units, axis=0), zeros, zeros, u, w, b)
    dh, dc, direct = zeros, np.eye(units), np.ones(units)
    norms, direct_norms = [1.0], [1.0]
    for cache in reversed(caches[1:]):
        _, dh, dc, *_ = lstm_step_backward(dh, dc, cache)
        direct = direct * cache[6][0]
        # h[t] = o tanh(c[t]): what has arrived at h[t] belongs to c[t] as well.
        t = len(caches) - len(norms) - 1
        o, c = caches[t][9], caches[t][10]
        norms.append(np.linalg.norm(dc + dh * o * (1 - np.tanh(c) ** 2), 2))
        direct_norms.append(direct.max())
    return norms, direct_norms


# %% tags=["experiment", "nbval-ignore-output"]
SIZE, STEPS = 20, 60


def plain_norms(seed):
    """The same for a plain network with an orthogonal w."""
    rng = np.random.default_rng(seed)
    x, h0 = rng.standard_normal((1, STEPS, 3)), np.zeros((1, SIZE))
    u, w = init.xavier_normal(3, SIZE, rng), init.orthogonal((SIZE, SIZE), rng)
    return fn.gradient_norms(fn.rnn_forward(x, h0, u, w, np.zeros(SIZE))[1])[::-1]


fig, axes = plt.subplots(1, 2, figsize=(9, 3.9), sharey=True)
colors = {0: "C0", 1: "C2", 3: "C4", 5: "C1"}
lags = np.arange(STEPS)
for bias, color in colors.items():
    whole, straight = [], []
    for seed in range(3):
        rng = np.random.default_rng(seed)
        result = cell_norms(rng.standard_normal((STEPS, 3)), *random_lstm(3, SIZE, bias, rng))
        whole.append(result[0])
        straight.append(result[1])
    axes[0].semilogy(lags, np.mean(whole, axis=0), color=color, label=f"forget bias {bias}")
    axes[1].semilogy(lags, np.mean(straight, axis=0), color=color)
    print(
        f"forget bias {bias}: at lag 20 {np.mean(whole, axis=0)[20]:.1e}, "
        f"at lag 59 {np.mean(whole, axis=0)[59]:.1e}; "
        f"direct path alone {np.mean(straight, axis=0)[20]:.1e} and {np.mean(straight, axis=0)[59]:.1e}"
    )
plain = np.mean([plain_norms(seed) for seed in range(3)], axis=0)
axes[0].semilogy(lags, plain, "k--", label="plain RNN, ρ = 1")
print(f"plain RNN: at lag 20 {plain[20]:.1e}, at lag 59 {plain[59]:.1e} (means over seeds 0 to 2)")
axes[0].set(title="both paths", ylabel="gradient norm", xlabel="lag (steps)", ylim=(1e-18, 1e3))
axes[1].set(title="direct path alone", xlabel="lag (steps)")
axes[0].legend(loc="lower left")
plt.show()

# %% [markdown]
# *What to see:* with ordinary inputs even an orthogonal plain network (dashed) loses its gradient, since every step costs a slope of tanh. At lag 59 the forget bias changes the LSTM's gradient by more than ten orders of magnitude. With bias 0 it is *worse* than the plain
# network: half of everything is forgotten at every step. With 3 or 5 the whole does not shrink over sixty steps. On the right is the part that the design guarantees, the products of $f$; they never exceed 1. The path through the gates comes on top: for bias 1 the whole at lag 59 is larger than the direct part by orders of magnitude, and for 3 and 5 the whole *grows* with the lag while the direct part shrinks.
#
# So "the LSTM solves the vanishing gradient" is half the truth. It makes the factor *adjustable*. Hence the advice to **start the forget bias at 1 or more** (Gers 2000, Jozefowicz 2015): a network that forgets everything after three steps never finds out that it should have remembered. How much more? A gate that stays at $\sigma(\beta)$, with the bias $\beta$, has half of the direct path left after
# $\log\frac12 / \log\sigma(\beta)$ steps: 1 at $\beta = 0$, 2 at $\beta = 1$, 14 at $\beta = 3$, 103 at $\beta = 5$. For large $\beta$ it is about $0.7\,e^{\beta}$. So 1 is a low default, and for a known lag $\beta \approx \log(\text{lag})$ is the right order (Tallec and Ollivier, 2018).
# And exploding? The direct path cannot, as $f \le 1$; the path through the gates can, so clip all the same.
#
# ## 6 · Does it matter? The adding problem
#
# A classic test of memory. The input is a sequence of pairs (number in $[0, 1]$, mark); two of the marks are 1, all others 0; the answer, asked after the last step, is the sum of the two marked numbers. Always answering 1 costs $1/6 \approx 0.167$. One sequence of 8 steps:

# %% tags=["experiment"]
x, y = data.adding_problem(1, 8, np.random.default_rng(1))
print("numbers", x[0, :, 0].round(2))
print("marks  ", x[0, :, 1].astype(int))
print("answer ", y[0, 0].round(2))

# %% [markdown]
# Thirty steps, 16 units, 300 batches of 32 sequences, Adam. Only the forget bias differs. Three seeds each.
#
# **Predict, then run.** Which of the biases 0, 1 and 3 will have learned the task after 300 batches?


# %% tags=["experiment", "nbval-ignore-output"]
def train_adder(forget_bias, seed, length=30, batches=300):
    """The trained network, and its test error every 20 batches."""
    rng = np.random.default_rng(seed)
    x_test, y_test = data.adding_problem(300, length, rng)
    net = Sequential(
        LSTM(2, 16, rng=rng, forget_bias=forget_bias), LastStep(), Linear(16, 1, rng=rng)
    ).astype(np.float32)
    optimizer, errors = optim.Adam(net, 1e-2), []
    for batch in range(batches):
        x, y = data.adding_problem(32, length, rng)
        _, cache = fn.mse_forward(net(x.astype(np.float32)), y.astype(np.float32))
        net.backward(fn.mse_backward(cache), need_dx=False)
        optimizer.step(clip=1.0)
        if batch % 20 == 19:
            errors.append(np.mean((net(x_test.astype(np.float32)) - y_test) ** 2))
    return net, errors


# %% tags=["experiment", "nbval-ignore-output"]
# About 13 s on an ordinary laptop.
biases = [0.0, 1.0, 3.0]
adders = {(bias, seed): train_adder(bias, seed) for bias in biases for seed in range(3)}
fig, axes = plt.subplots(1, 3, figsize=(9.5, 3.6), sharey=True)
for ax, bias, color in zip(axes, biases, ["C0", "C2", "C4"]):
    curves = [adders[bias, seed][1] for seed in range(3)]
    for curve, style in zip(curves, ("-", "--", ":")):
        ax.plot(np.arange(20, 301, 20), curve, style, color=color, lw=1.6)
    ax.axhline(1 / 6, color="k", ls=":", lw=1)
    ax.set(xlabel="batch", xticks=[100, 200, 300], yscale="log", ylim=(5e-3, 0.3))
    ax.set_title(f"forget bias {bias:.0f}")
    final = np.array2string(np.array([curve[-1] for curve in curves]), precision=4)
    under = [
        next((20 * (k + 1) for k, e in enumerate(adders[bias, seed][1]) if e < 0.05), None)
        for seed in range(3)
    ]
    print(
        f"forget bias {bias:.0f}: test error after 300 batches {final}, "
        f"below 0.05 after batch {under} (seeds 0 to 2)"
    )
axes[0].set_ylabel("mean squared error (test)")
axes[0].text(300, 0.18, "always 1", ha="right", va="bottom", fontsize=9)
plt.show()

# %% [markdown]
# *What to see:* one panel for each bias; a line is one run. Every curve first lies near the thin dotted line, where the network answers 1 whatever it reads. Then the network finds out about the marks, and the curve falls. With bias 0 it falls late: after 300 batches one has hardly begun, and none has settled; with 1 and with 3 the error is a tenth or less of that at the start, on every seed. Three seeds are few. On twelve the error after 300 batches was smaller with bias 1 than with bias 0 on ten, and with bias 3 on ten as well, though not on the same ten (table of claims). So at thirty steps a larger bias helps on most seeds, not on all. What would change our mind about bias 0: a task where forgetting at once is right, such as one that depends on the last two steps only.
#
# ## 7 · Under the microscope
#
# Which gate does what, in a network that has learned something? The cells of the adding problem are hard to read, as sixteen units share the work. So here is a task for which three units are enough: a **latch**. Numbers between $-1$ and 1 keep coming; now and then one is marked;
# at every step the answer is *the last marked number*. The network has to write at the mark, and hold until the next. Your `lstm_forward`, run with the trained weights, keeps every gate in its caches.
#
# **Predict, then run.** What will the forget gates do at a mark, and what the input gates?


# %% tags=["experiment", "nbval-ignore-output"]
def latch(n, length, rng):
    """Numbers and marks x (n, length, 2), the last marked number y (n, length, 1)."""
    number, mark = rng.uniform(-1, 1, (n, length)), rng.random((n, length)) < 0.12
    mark[:, 0] = True
    y, held = np.zeros((n, length, 1)), np.zeros(n)
    for t in range(length):
        held = np.where(mark[:, t], number[:, t], held)
        y[:, t, 0] = held
    return np.stack([number, mark], axis=2), y


def train_latch(seed, batches=800):
    rng = np.random.default_rng(seed)
    net = Sequential(LSTM(2, 3, rng=rng), PerStep(Linear(3, 1, rng=rng))).astype(np.float32)
    optimizer = optim.Adam(net, 2e-2)
    for batch in range(batches):
        optimizer.lr = 2e-2 if batch < 600 else 4e-3
        x, y = latch(32, 30, rng)
        error = net(x.astype(np.float32)) - y
        net.backward((error / error.size).astype(np.float32), need_dx=False)
        optimizer.step(clip=1.0)
    return [np.asarray(value, dtype=float) for value in net.parameters().values()]


def open_up(params, x):
    """Output (N, T) and f, i, g, o, c, each (N, T, H), of the network with these parameters."""
    zeros = np.zeros((len(x), 3))
    u, w, b, readout, readout_bias = params
    h, caches = lstm_forward(x, zeros, zeros, u, w, b)
    gates = [np.stack([cache[k] for cache in caches], axis=1) for k in range(6, 11)]
    return (h @ readout + readout_bias)[:, :, 0], *gates


# %% tags=["experiment", "nbval-ignore-output"]
# About 9 s on an ordinary laptop.
x_many, y_many = latch(300, 60, np.random.default_rng(5))
latches = [train_latch(seed) for seed in range(3)]
marked = x_many[:, :, 1] > 0


def error_without(params, block):
    """Squared error of the latch with the weights from h to one block (f, i, g, o) set to 0."""
    w_cut = params[1].copy()
    if block is not None:
        w_cut[:, 3 * block : 3 * block + 3] = 0
    return np.mean((open_up([params[0], w_cut, *params[2:]], x_many)[0] - y_many[:, :, 0]) ** 2)


for seed, params in enumerate(latches):
    _, forget, *_ = open_up(params, x_many)
    at_marks, elsewhere = (forget[where].mean(axis=0).round(2) for where in (marked, ~marked))
    print(f"seed {seed}: mean forget gate of the three units at marks {at_marks}, elsewhere {elsewhere}")
    blocks = ["forget", "input", "candidate", "output"]
    cuts = {name: error_without(params, k) for k, name in enumerate(blocks)}
    print(f"        squared error {error_without(params, None):.4f}; h cut off from "
          + ", ".join(f"{name} {error:.3f}" for name, error in cuts.items()))
print(f"always answering 0 costs {np.mean(y_many**2):.2f}")

# %% tags=["experiment", "nbval-ignore-output"]
x, y = latch(1, 50, np.random.default_rng(3))
out, f, i, g, o, c = open_up(latches[1], x)
marks = np.flatnonzero(x[0, :, 1])
fig, axes = plt.subplots(5, 1, figsize=(8, 7.6), sharex=True, height_ratios=[2.6, 1.2, 1.2, 1.2, 1.2])
axes[0].plot(x[0, :, 0], "o", color="0.75", ms=4, label="numbers")
axes[0].plot(marks, x[0, marks, 0], "o", color="C1", ms=7, label="marked")
axes[0].step(np.arange(50), y[0, :, 0], where="mid", color="k", lw=1, label="right answer")
axes[0].step(np.arange(50), out[0], where="mid", color="C0", ls="--", label="network")
axes[0].set_ylabel("value")
axes[0].legend(loc="lower center", ncols=4, bbox_to_anchor=(0.5, 1))
large = np.abs(c).max()
for ax, values, name, cmap, low in [
    (axes[1], f, "forget gate f", "viridis", 0),
    (axes[2], i, "input gate i", "viridis", 0),
    (axes[3], o, "output gate o", "viridis", 0),
    (axes[4], c, "cell c", "RdBu_r", -large),
]:
    image = ax.imshow(values[0].T, aspect="auto", cmap=cmap, vmin=low, vmax=large if low else 1)
    ax.set(ylabel="unit", yticks=[0, 1, 2], yticklabels=[1, 2, 3])
    ax.set_title(name, fontsize=10)
    ax.grid(False)
    label = "0 shut, 1 open" if low == 0 else "value"
    fig.colorbar(image, ax=ax, pad=0.01).set_label(label, fontsize=8)
axes[4].set_xlabel("step")
plt.show()
print(f"seed 1: marks at steps {marks.tolist()}; largest error {np.abs(out - y[:, :, 0]).max():.2f}")

# %% [markdown]
# *What to see:* this is seed 1, the clearest of the three. On top, the dashed blue line takes each orange number and holds it, whatever gray numbers come in between. Below, the dark columns of the forget gates stand exactly at the marks: **there the old number is thrown out**. (In the other two networks, too, the forget gates are lower at the marks, with seed 0 one unit of three hardly so: see the means printed above.) Of the input gates one opens at the marks (unit 3): there the new number comes in. Nobody told the gates what a mark is; gradient descent found
# it. Between marks the forget gates stand well below 1, so each cell by itself would leak at every step. What leaks, $h$ puts back through the candidate: cut the weights from $h$ to the candidate (printed above), and the error rises to half of that of always answering 0, or beyond it. The control is the same cut at one of the three gates: in each network it does less damage, in most cases far less. And no single cell (lowest panel) is the memory: the cells shift while the output stays. What is held is a combination of three.
# Networks find solutions that textbooks do not draw.
#
# In notebook 5.5 the same microscope looks at a network that reads text.
#
# ## Quiz
#
# **1.** An LSTM has $D = 10$ inputs and $H = 20$ units. How many parameters do `u`, `w` and `b` have together? Store the number in `quiz_lstm_parameters`.

# %% nbgrader={"grade_id": "quiz_lstm_parameters", "solution": true}
# quiz_lstm_parameters = ...
### BEGIN SOLUTION
quiz_lstm_parameters = 4 * (10 * 20 + 20 * 20 + 20)
### END SOLUTION

# %% nbgrader={"grade_id": "check_quiz_lstm_parameters", "grade": true, "points": 1}
check.quiz("quiz_lstm_parameters", quiz_lstm_parameters)

# %% [markdown]
# **2.** The forget gate of a cell is 0.95 at each of 20 steps, and the gates do not depend on the state. By which factor is the gradient multiplied on its way back along this cell? Store the number, to three significant digits or as an expression, in `quiz_highway`.

# %% nbgrader={"grade_id": "quiz_highway", "solution": true}
# quiz_highway = ...
### BEGIN SOLUTION
quiz_highway = 0.95**20
### END SOLUTION

# %% nbgrader={"grade_id": "check_quiz_highway", "grade": true, "points": 1}
check.quiz("quiz_highway", quiz_highway)

# %% [markdown]
# ## What to remember
#
# - The cell adds where the plain network rewrites: $c_t = f * c_{t-1} + i * \tilde c_t$, $h_t = o * \tanh(c_t)$.
# - Backward: the cell's gradient is a sum of two, $\mathtt{dc} + \mathtt{dh} * o * (1 - \tanh^2 c)$; then products swap, activations multiply by their slopes, one affine map.
# - Along the cell the gradient is multiplied by $f$, and the network chooses $f$. Start with the forget bias at 1 or above.
# - The direct path cannot explode; the path through the gates can. Clip.
#
# Next, notebook 5.4: which of these parts are needed?
