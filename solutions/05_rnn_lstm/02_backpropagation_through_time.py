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
# # 5.2 · Backpropagation through time, and why gradients vanish
#
# Unrolled, a recurrent network is a feedforward network, and its gradient needs no new idea. What is new is what happens to it on a long way back. In this
# notebook you write the backward pass, watch gradients vanish and explode, see the number that decides which, and try the remedies: truncation, clipping, and a better start.
#
# The experiments take about half a minute on a quiet computer. Letters as in notebook 5.1; these are new:
#
# | symbol | shape | meaning |
# |---|---|---|
# | $\delta_t$ | $(N, H)$ | $\partial L/\partial s_t$ |
# | $J$ | $(H, H)$ | the Jacobian of one step, $\partial h_t/\partial h_{t-1}$; $\|\cdot\|$ is the largest singular value of a matrix |
# | $\lambda$ | numbers | eigenvalues of $w$; $\rho$ is the largest absolute value among them |
# | $Q$, $\Lambda$ | $(H, H)$ | eigenvectors of $w$ as columns; its eigenvalues on the diagonal |
# | $\theta$, $P_t$ | $(\lvert\theta\rvert,)$, $(H, \lvert\theta\rvert)$ | all numbers of `u`, `w` and `b` in one row; $\partial h_t/\partial\theta$ |
# | $*$ | | entry by entry |

# %%
import matplotlib.pyplot as plt
import numpy as np

import nnkit.functional as fn
from autograder import check
from nnkit import init, optim, plot
from nnkit.gradcheck import numerical_gradient
from nnkit.layers import RNN, LastStep, Layer, Linear, PerStep, Sequential
from nnkit.plot.ch05_gradients import cliff
from nnkit.plot.ch05_through_time import through_time
from nnkit.plot.ch05_two_orders import two_orders

plot.style()


# %% [markdown]
# The two functions of notebook 5.1, in short, so that the checks below can call them together with yours:


# %%
def rnn_step_forward(x, h_prev, u, w, b):
    """One step. x (N, D), h_prev (N, H) -> h (N, H), cache = (x, h_prev, u, w, b, h)."""
    h = np.tanh(x @ u + h_prev @ w + b)
    return h, (x, h_prev, u, w, b, h)


def rnn_forward(x, h0, u, w, b):
    """A sequence. x (N, T, D), h0 (N, H) -> h (N, T, H), cache = (x, h0, u, w, b, h)."""
    h, state = np.zeros((*x.shape[:2], w.shape[0])), h0
    for t in range(x.shape[1]):
        state, _ = rnn_step_forward(x[:, t], state, u, w, b)
        h[:, t] = state
    return h, (x, h0, u, w, b, h)


# %% [markdown]
# ## 1 · One step backward
#
# Forward, $h = \tanh(s)$ with $s = xu + h_{\text{prev}}w + b$. Given `dh`, walk back:
#
# | step | shape | why |
# |---|---|---|
# | $\mathtt{ds} = \mathtt{dh} * (1 - h * h)$ | $(N, H)$ | the slope of tanh, written with its output |
# | $\mathtt{dx} = \mathtt{ds}\,u^\top$ | $(N,H)(H,D) = (N, D)$ | affine map of chapter 3 |
# | $\mathtt{dh\_prev} = \mathtt{ds}\,w^\top$ | $(N,H)(H,H) = (N, H)$ | the same for the other input |
# | $\mathtt{du} = x^\top\mathtt{ds}$ | $(D,N)(N,H) = (D,H)$ | $u_{di}$ appears in $s_{ni}$ with the factor $x_{nd}$: $\sum_n x_{nd}\,\mathtt{ds}_{ni}$ |
# | $\mathtt{dw} = h_{\text{prev}}^\top\mathtt{ds}$ | $(H,N)(N,H) = (H,H)$ | $w_{ji}$ appears in $s_{ni}$ with the factor $h_{\text{prev},nj}$: $\sum_n h_{\text{prev},nj}\,\mathtt{ds}_{ni}$ |
# | $\mathtt{db} = \sum_n \mathtt{ds}_n$ | $(H,)$ | $b$ was copied to every example; copies add up |
#
# Here the shapes do not save you: $w$ is square, so $\mathtt{ds}\,w$ fits as well, and so does $\mathtt{ds}^\top h_{\text{prev}}$. Ask for the roles. `w[j, i]` leads from old unit
# $j$ to new unit $i$. The gradient of old unit $j$ collects over all new units $i$: $\sum_i \mathtt{ds}_i\,w_{ji}$, the *second* index of $w$ is summed, so it is $w^\top$ on the right. For `dw` the table's last column asks the same: $j$, the old unit, comes first.
#
# ### Exercise: one step backward
#
# *Example:* the third step of the knock: `h_prev = 0.3634`, `h = 0.1797`, `dh = 1` gives `ds = 0.9677`, `dh_prev = 0.4838`, `dw = 0.3517`.


# %% nbgrader={"grade_id": "rnn_step_backward", "solution": true}
def rnn_step_backward(dh, cache):
    """One step of a recurrent net, backward. dh (N, H), cache = (x, h_prev, u, w, b, h)
    -> dx (N, D), dh_prev (N, H), du (D, H), dw (H, H), db (H,)."""
    ### BEGIN SOLUTION
    x, h_prev, u, w, _, h = cache
    ds = dh * (1 - h * h)
    dx = ds @ u.T
    dh_prev = ds @ w.T
    du = x.T @ ds
    dw = h_prev.T @ ds
    db = ds.sum(axis=0)
    return dx, dh_prev, du, dw, db
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_rnn_step_backward", "grade": true, "points": 3}
check(rnn_step_backward, forward=rnn_step_forward)

# %% [markdown]
# ## 2 · Through time
#
# **Where dh_next enters.** A state $h_t$ is used twice: by the output of its own step, and by the next step. Copies add up, so its gradient has two parts:
#
# $$\underset{(N,H)}{\frac{\partial L}{\partial h_t}} =
# \underbrace{\mathtt{dh}_t}_{\text{from outside: the loss of step } t}\; +\; \underbrace{\delta_{t+1}\,w^\top}_{\mathtt{dh\_next}:\ \text{what step } t+1 \text{ sends back}},
# \qquad \delta_t = \frac{\partial L}{\partial s_t} = \frac{\partial L}{\partial h_t} * (1 - h_t * h_t).$$
#
# Mind the name: in the code `dh[:, t]` is the first part only, what comes from outside; the whole gradient of $h_t$ is the sum of both.
#
# Behind the last step nothing comes back: $\mathtt{dh\_next} = 0$ there. So start at $t = T$ and walk to $t = 1$; what step 1 sends back is $\mathtt{dh0}$.
#
# **Why dw adds up over steps.** Pretend that every step had its own matrix $w_1, \dots, w_T$. Then $\partial L/\partial w_t = h_{t-1}^\top\delta_t$, as for one
# step. (In the column notation, $\partial L/\partial W_t$ is its transpose.) In truth they are copies of one $w$, and where a value is copied, gradients add up:
#
# $$\mathtt{dw} = \sum_{t=1}^{T} h_{t-1}^\top\,\delta_t,\qquad \mathtt{du} = \sum_t x_t^\top\delta_t,\qquad \mathtt{db} = \sum_t\sum_n\delta_{t,n}.$$
#
# This is **backpropagation through time** (随时间反向传播, BPTT; Rumelhart, Hinton and Williams, 1986; Werbos, 1990), all of it.
#
# **The sum over paths.** Substitute the recursion into itself, with $L = \sum_t L_t$ (if the loss is a mean over the steps, each $L_t$ here has its factor $\frac1T$ inside). $L_t$ depends on $w_{t'}$, the copy of step $t'$, for every $t' \le t$, through the chain $h_{t'} \to h_{t'+1} \to \dots \to h_t$ and no other way:
#
# $$\frac{\partial L}{\partial w} = \sum_{t=1}^{T}\sum_{t'=1}^{t}
# \frac{\partial L_t}{\partial h_t}\;\Big(\underbrace{\frac{\partial h_t}{\partial h_{t-1}}\frac{\partial h_{t-1}}{\partial h_{t-2}}\cdots\frac{\partial h_{t'+1}}{\partial h_{t'}}}_{t-t'\ \text{Jacobians}}\Big)\;\frac{\partial h_{t'}}{\partial w_{t'}}.$$
#
# These are $T(T+1)/2$ terms. BPTT needs $T$ steps only, because it adds first and multiplies afterwards, as $(\mathtt{dh}_2 + \mathtt{dh}_3)J$ is one product and $\mathtt{dh}_2J + \mathtt{dh}_3J$ are two: everything that arrives at $h_{t'}$ from all later losses is one vector before it goes on. Keep the formula in mind for its long brackets: they are where gradients die.
#
# **By hand**, the knock of notebook 5.1: $u = 1$, $w = 0.5$, $x = (1, 0, 0)$, $h = (0.7616, 0.3634, 0.1797)$, and the loss is the last state itself, $L = h_3$.
#
# | $t$ | from outside | from step $t+1$ | $1 - h_t^2$ | $\delta_t$ | to dw: $\delta_th_{t-1}$ | to du: $\delta_tx_t$ |
# |---|---|---|---|---|---|---|
# | 3 | 1 | 0 | 0.9677 | 0.9677 | 0.3517 | 0 |
# | 2 | 0 | 0.4838 | 0.8679 | 0.4200 | 0.3198 | 0 |
# | 1 | 0 | 0.2100 | 0.4200 | 0.0882 | 0 | 0.0882 |
#
# $\mathtt{dw} = 0.6715$, $\mathtt{du} = 0.0882$, $\mathtt{db} = 0.9677 + 0.4200 + 0.0882 \approx 1.476$. The same in a picture:

# %% tags=["experiment"]
h_knock = [0.0]
for x_t in (1.0, 0.0, 0.0):
    h_knock.append(np.tanh(x_t + 0.5 * h_knock[-1]))
through_time(plt.subplots(figsize=(9, 3.8))[1], h_knock, [0.0, 0.0, 1.0], 0.5)
plt.show()

# %% [markdown]
# *What to see:* gray is the way forward, orange the way back. Each state receives from above what comes from outside and from the right what the next step sends back (`dh_next`); the slope of tanh makes $\delta_t$, the second line in the box, of their sum. From each step one share of `dw` falls down, in blue, and the shares are added.
#
# And the same by the numerical gradient of chapter 2:

# %%
x_knock = np.array([[[1.0], [0.0], [0.0]]])


def last_state(params):
    u, w, b = params
    return rnn_forward(x_knock, np.zeros((1, 1)), np.array([[u]]), np.array([[w]]), np.array([b]))[0][0, 2, 0]


print("du, dw, db =", numerical_gradient(last_state, np.array([1.0, 0.5, 0.0])).round(4))

# %% [markdown]
# ### Exercise: backpropagation through time
#
# *Example:* the table: with the cache of the knock, `dh = np.array([[[0.0], [0.0], [1.0]]])`, since the loss sees the last state only, gives `dw = [[0.6715]]`, `du = [[0.0882]]`, `db = [1.476]`.
#
# *Hint:* `rnn_step_backward` does one line of it; its `h_prev` is `h[:, t - 1]`, but what stands before the first step?


# %% nbgrader={"grade_id": "rnn_backward", "solution": true}
def rnn_backward(dh, cache):
    """Backpropagation through time. dh (N, T, H), the gradient that arrives at each state from outside,
    cache = (x, h0, u, w, b, h) -> dx (N, T, D), dh0 (N, H), du (D, H), dw (H, H), db (H,)."""
    ### BEGIN SOLUTION
    x, h0, u, w, b, h = cache
    dx, du, dw, db = np.zeros(x.shape), np.zeros(u.shape), np.zeros(w.shape), np.zeros(b.shape)
    dh_next = np.zeros(h0.shape)
    for t in reversed(range(x.shape[1])):
        h_prev = h[:, t - 1] if t > 0 else h0
        step = (x[:, t], h_prev, u, w, b, h[:, t])
        dx[:, t], dh_next, du_t, dw_t, db_t = rnn_step_backward(dh[:, t] + dh_next, step)
        du += du_t
        dw += dw_t
        db += db_t
    return dx, dh_next, du, dw, db
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_rnn_backward", "grade": true, "points": 6}
check(rnn_backward, forward=rnn_forward)

# %% [markdown]
# ## 3 · The other direction: real-time recurrent learning
#
# BPTT has to keep all states until the sequence ends. A creature that learns while it lives cannot wait for the end. **Real-time recurrent learning** (实时循环学习, RTRL; Williams and Zipser, 1989) carries
# the derivatives *forward*: beside the state, keep its derivative with respect to every parameter, $P_t = \partial h_t/\partial\theta$, shape $(H, |\theta|)$ for one sequence. Differentiate
# $h_t = \tanh(s_t)$, with the state and $s_t$ as columns:
#
# $$P_0 = 0,\qquad P_t = \operatorname{diag}(1 - h_t^2)\Big(\underset{(H,H)}{W}\,P_{t-1} + \frac{\partial s_t}{\partial\theta}\Big|_{h_{t-1}\text{ fixed}}\Big),
# \qquad \mathtt{d}\theta = \sum_t \mathtt{dh}_t\,P_t ,$$
#
# where the row $\mathtt{dh}_t$ is what comes from outside, as before. The second term in the bracket is where $\theta$ appears in $s_t$ itself: $u_{di}$ appears in $s_i$ only, with the factor $x_d$. For $D = H = 2$ and $u$ laid out row by row, $(u_{11}, u_{12}, u_{21}, u_{22})$, that is
#
# $$\frac{\partial s}{\partial u} = \begin{pmatrix}x_1&0&x_2&0\\0&x_1&0&x_2\end{pmatrix},$$
#
# each $x_d$ times the identity matrix, side by side, which is `np.kron(x_t, np.eye(units))`; the same with $h_{t-1}$ for $w$, and the identity itself for $b$.
#
# **By hand,** the knock again, $\theta = (u, w, b)$, one unit: the second term is $(x_t, h_{t-1}, 1)$. $P_1 = 0.4200\cdot(1, 0, 1) = (0.4200, 0, 0.4200)$; $P_2 = 0.8679\,\big(0.5\,P_1 + (0,\ 0.7616,\ 1)\big) = (0.1823, 0.6610, 1.0502)$; $P_3 = 0.9677\,\big(0.5\,P_2 + (0,\ 0.3634,\ 1)\big) = (0.0882, 0.6715, 1.476)$: the gradients of the table, without waiting for the end of the sequence.
#
# The gradient is up to date after every step, and nothing of the past need be stored but $P$. The price: $WP$ multiplies an $H\times H$ matrix by one with $|\theta| \approx H^2$ columns.
#
# | for one sequence, $H$ units, $T$ steps | BPTT | RTRL |
# |---|---|---|
# | multiplications | about $2TH^2$ | about $TH^4$ |
# | numbers kept | $TH$ states | $H\cdot H^2 = H^3$ derivatives, however long the sequence |
# | gradient known | at the end | after every step |
#
# Both compute the same number; they only multiply the same product of matrices from opposite ends. From the left it is a *row times matrix* at every step, from the right a *matrix times matrix*.
#
# One term of the sum in a picture, for $H = 3$ and $D = 2$, so $|\theta| = 18$: the way of step 1's parameters to the loss of step 3.

# %% tags=["experiment"]
two_orders(plt.subplots(figsize=(9.5, 3.5))[1])
plt.show()

# %% [markdown]
# *What to see:* four matrices, drawn to scale; each bracket is a product, numbered in the order of the work. From the left (orange) what is in hand is always one row. From the right (blue) it is as wide as there are parameters until the last step; in return, nothing but that last step has to wait for $\mathtt{dh}_3$. Both are right, since $(\mathtt{dh}_3J_3)J_2P_1 = \mathtt{dh}_3(J_3J_2P_1)$.


# %% tags=["experiment"]
def rtrl(x, dh, u, w, b):
    """Real-time recurrent learning for one sequence. x (T, D), dh (T, H) -> du, dw, db."""
    d, units = u.shape
    h, p, grad = np.zeros(units), np.zeros((units, d * units + units * units + units)), 0.0
    for x_t, dh_t in zip(x, dh):
        direct = np.hstack([np.kron(x_t, np.eye(units)), np.kron(h, np.eye(units)), np.eye(units)])
        h_new = np.tanh(x_t @ u + h @ w + b)
        p = (1 - h_new**2)[:, None] * (w.T @ p + direct)
        h, grad = h_new, grad + dh_t @ p
    du, dw, db = np.split(grad, [d * units, d * units + units * units])
    return du.reshape(d, units), dw.reshape(units, units), db


rng = np.random.default_rng(0)
x, dh = rng.standard_normal((1, 20, 3)), rng.standard_normal((1, 20, 8))
u, w, b = rng.standard_normal((3, 8)) / 2, rng.standard_normal((8, 8)) / 3, rng.standard_normal(8) / 2
_, cache = rnn_forward(x, np.zeros((1, 8)), u, w, b)
from_the_end = rnn_backward(dh, cache)[2:]
on_the_way = rtrl(x[0], dh[0], u, w, b)
largest = max(np.abs(one - two).max() for one, two in zip(from_the_end, on_the_way))
print("BPTT and RTRL differ by less than 1e-12:", largest < 1e-12)
for units in [8, 32, 128, 512]:
    print(
        f"H = {units:3d}, T = 100: multiplications BPTT {2 * 100 * units**2:.1e}, RTRL {100 * units**4:.1e}; "
        f"numbers kept BPTT {100 * units:.1e}, RTRL {units**3:.1e}"
    )

# %% [markdown]
# ## 4 · Truncated backpropagation
#
# A text has no end. Even if it had, a gradient through 100,000 steps costs 100,000 states in memory for one update. **Truncated backpropagation through time** (截断的 BPTT) lets every
# gradient walk back a limited number of cells. In this course's form, `dh[:, t]` reaches the cells $t, t-1, \dots, t - k + 1$, that is $k$ cells, and no others.
#
# **What exactly is cut: the gradient, not the state.** The forward pass is the uncut one; $h_t$ still depends on $x_1$. The network *uses* old inputs; it is just never told how its weights should have treated them.
#
# The usual practice is a little different: cut the sequence into chunks of $k$ steps, carry the state across the border, and backpropagate within each chunk. It takes as many
# products as full BPTT, and the memory of $k$ states; but the reach of a gradient depends on where in its chunk it starts.

# %% tags=["experiment"]
t, cell = np.meshgrid(np.arange(1, 13), np.arange(1, 13), indexing="ij")
reach = {
    "full": cell <= t,
    "truncated, k = 4": (cell <= t) & (cell > t - 4),
    "chunks of 4": (cell <= t) & ((cell - 1) // 4 == (t - 1) // 4),
}
fig, axes = plt.subplots(1, 3, figsize=(9, 3.3), sharey=True)
for ax, (name, arrives) in zip(axes, reach.items()):
    ax.imshow(arrives, cmap="Blues", vmin=0, vmax=1.5, extent=(0.5, 12.5, 12.5, 0.5))
    ax.set(title=name, xlabel="cell that is reached", xticks=[1, 4, 8, 12], yticks=[1, 4, 8, 12])
    ax.grid(False)
    print(
        f"{name:17s} pairs of loss and cell {int(arrives.sum()):3d}, "
        f"mean reach {arrives.sum(axis=1).mean():.2f} cells"
    )
axes[0].set_ylabel("loss of step")
plt.show()

# %% [markdown]
# *What to see:* each row is one loss, dark squares are the cells its gradient reaches. In the middle every loss reaches equally far (except at the start); on the right the first step of
# each chunk reaches one cell only. Chunks are cheap since everything arriving at a cell goes on together; the middle form needs up to $k$ gradients under way at once, $k$ times the work.
#
# **By hand**, the knock again with its one loss at step 3: $k = 3$ is the full gradient. $k = 2$ reaches cells 3 and 2: $\mathtt{dw} = 0.6715$ as before (cell 1 contributed $\delta_1h_0 = 0$), but
# $\mathtt{du} = 0$: the cell that heard the knock is not reached. $k = 1$: $\mathtt{dw} = 0.3517$.
#
# ### Exercise: the truncated backward pass
#
# `steps` is $k$. Each of the reached cells adds its own share to dx, du, dw, db, unscaled. Where the first cell ($t = 0$ in the code) is among the reached ones, the gradient that it sends back goes to dh0; from a loss whose
# reach ends earlier, dh0 gets nothing. With `steps` at least $T$ the result equals `rnn_backward`.
#
# *Example:* the knock once more, `dh` as in the exercise above. `steps = 3`: the first cell is reached, $\mathtt{dh0} = \delta_1w = 0.0882\cdot0.5 = 0.0441$. `steps = 2`: it is not, and `dh0` and `du` are 0.
#
# *Hint:* take one arriving gradient `dh[:, t]` at a time and follow it down. Speed does not matter here.


# %% nbgrader={"grade_id": "rnn_backward_truncated", "solution": true}
def rnn_backward_truncated(dh, cache, steps):
    """BPTT in which dh[:, t] reaches the cells t, t - 1, ..., t - steps + 1 only. dh (N, T, H), steps >= 1,
    cache = (x, h0, u, w, b, h) -> dx (N, T, D), dh0 (N, H), du (D, H), dw (H, H), db (H,)."""
    ### BEGIN SOLUTION
    x, h0, u, w, b, h = cache
    dx, dh0 = np.zeros(x.shape), np.zeros(h0.shape)
    du, dw, db = np.zeros(u.shape), np.zeros(w.shape), np.zeros(b.shape)
    for t in range(x.shape[1]):
        traveler = dh[:, t]
        last = max(0, t - steps + 1)
        for s in range(t, last - 1, -1):
            h_prev = h[:, s - 1] if s > 0 else h0
            step = (x[:, s], h_prev, u, w, b, h[:, s])
            dx_s, traveler, du_s, dw_s, db_s = rnn_step_backward(traveler, step)
            dx[:, s] += dx_s
            du += du_s
            dw += dw_s
            db += db_s
        if last == 0:
            dh0 += traveler
    return dx, dh0, du, dw, db
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_rnn_backward_truncated", "grade": true, "points": 4}
check(rnn_backward_truncated, forward=rnn_forward)

# %% [markdown]
# ### What truncation costs
#
# **Predict, then run.** A gradient reaches $k$ cells, and the task needs 9. Write down how the error depends on $k$. Is training with a short reach better than not training the recurrent weights at all?
#
# A task with a known distance: the inputs are random signs, and the output is to repeat the input of 8 steps ago. The gradient of step $t$ has to go back through 9 cells to reach the one that read $x_{t-8}$; with 8 it still
# reaches the cell after it, where $w$ can be told what to do with $h_{t-8}$. Everything else is the same in all runs; the network starts as a slightly leaky rotation ($w$ orthogonal, times 0.9). The control is a network whose recurrent weights are **frozen** at their random start: only its readout is trained.
# (In the code, `Layer(forward, backward, u=..., w=..., b=...)` makes a trainable layer of any pair of functions and its parameters; here both functions are the library's, and its truncation is the one that you have just written.)

# %% tags=["experiment", "nbval-ignore-output"]
LAG, LENGTH, UNITS = 8, 24, 24


def echo(steps, seed, batches=300):
    """Train with truncated BPTT, or only the readout if steps is 0.
    Returns the mean squared error of the last 20 batches (1 is guessing)."""
    rng = np.random.default_rng(seed)

    def backward(dh, cache):
        dx, _, *dparams = fn.rnn_backward_truncated(dh, cache, max(steps, 1))
        return dx, *(dparams if steps else [np.zeros(d.shape) for d in dparams])

    cell = Layer(
        lambda x, u, w, b: fn.rnn_forward(x, np.zeros((len(x), UNITS), x.dtype), u, w, b),
        backward,
        u=rng.standard_normal((1, UNITS)) / 2,
        w=0.9 * init.orthogonal((UNITS, UNITS), rng),
        b=np.zeros(UNITS),
    )
    net = Sequential(cell, PerStep(Linear(UNITS, 1, rng=rng))).astype(np.float32)
    optimizer, errors = optim.Adam(net, 8e-3), []
    for _ in range(batches):
        x = rng.choice([-1.0, 1.0], (24, LENGTH, 1)).astype(np.float32)
        error = net(x)[:, LAG:] - x[:, :-LAG]
        errors.append(np.mean(error**2))
        net.backward(np.pad(error, ((0, 0), (LAG, 0), (0, 0))) / error.size)
        optimizer.step(clip=1.0)
    return np.mean(errors[-20:])


# %% tags=["experiment", "nbval-ignore-output"]
# About 10 s on an ordinary laptop.
reaches = [0, 1, 2, 4, 7, 8, 9, 24]
errors = np.array([[echo(steps, seed) for seed in range(3)] for steps in reaches])
fig, ax = plt.subplots(figsize=(7, 3.4))
places = np.arange(len(reaches))
ax.plot(places, errors, "o", color="C0", alpha=0.7)
ax.hlines(np.median(errors, axis=1), places - 0.25, places + 0.25, color="C1", lw=2, label="median of three")
ax.axvline(5.5, color="k", ls=":", lw=1)
ax.text(5.6, 0.6, "the cell that\nreads $x_{t-8}$\nis in reach", fontsize=9)
ax.legend(loc="upper right")
ax.set(
    xticks=range(len(reaches)),
    xticklabels=["frozen", *reaches[1:]],
    xlabel="cells that a gradient reaches",
    ylabel="mean squared error",
)
plt.show()
for steps, row in zip(reaches, errors):
    name = f"steps {steps:2d}" if steps else "frozen"
    print(f"{name:8s}: error {row.mean():.3f}, from {row.min():.3f} to {row.max():.3f} (seeds 0 to 2)")

# %% [markdown]
# *What to see:* each point is one run; the axis is not to scale. From 9 cells on the task is learned by all three seeds; with 8, where the weights of the input cannot learn but those of the state can, by some. The surprise is on the left. The frozen network learns part of the task: the state is not cut, a random rotation
# holds an echo of the last inputs by itself, and the readout can learn to listen to it. (Networks built on this alone are called reservoirs; Jaeger, 2001.) Gradients through 2 to 7 cells do *worse* than no training of the recurrent weights: **a biased gradient, one that is wrong on average since whole terms are left out, can be worse than none.** It need not be: the gradient through 1 cell is biased too, and with three seeds its runs cannot be told apart from those without any. (On four of five seeds it was better than none: table of claims.)
# What exactly the gradients of 2 to 7 cells spoil is not measured here.
#
# What would change our mind about the nine cells? Runs with 7 cells or fewer that come near 0 for every seed.
#
# ## 5 · Why gradients vanish and explode
#
# A **vanishing gradient** (梯度消失) or an **exploding gradient** (梯度爆炸): everything depends on the long brackets, the products of Jacobians. One factor, for $h = \tanh(s)$, row batches:
#
# $$J_{ij} = \frac{\partial h_i}{\partial h_{\text{prev},j}} = (1 - h_i^2)\,w_{ji},\qquad\text{in matrices}\qquad \underset{(H,H)}{J} = \operatorname{diag}(1 - h^2)\;w^\top .$$
#
# Row $i$ is scaled by the slope of the *new* unit $i$.
#
# **By hand.** $h = (0.6, 0)$, $w = \begin{pmatrix}1&2\\3&4\end{pmatrix}$: slopes $(0.64, 1)$, $J = \begin{pmatrix}0.64&0\\0&1\end{pmatrix}\begin{pmatrix}1&3\\2&4\end{pmatrix} =
# \begin{pmatrix}0.64&1.92\\2&4\end{pmatrix}$.
#
# ### Exercise: the Jacobian of a state
#
# One matrix for each example.
#
# *Example:* the numbers above: `h = [[0.6, 0]]` gives `[[[0.64, 1.92], [2, 4]]]`.
#
# *Hint:* one of the two factors differs from example to example, the other does not. Along which axis of $J$ does each of them vary?


# %% nbgrader={"grade_id": "state_jacobian", "solution": true}
def state_jacobian(h, w):
    """Derivative of the new state with respect to the old one. h (N, H), the new state, w (H, H)
    -> J (N, H, H): J[n, i, j] says how new unit i of example n moves with old unit j."""
    ### BEGIN SOLUTION
    slope = 1 - h * h
    return slope[:, :, None] * w.T[None, :, :]
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_state_jacobian", "grade": true, "points": 3}
check(state_jacobian)

# %% [markdown]
# ### The bound
#
# How large can $\partial h_T/\partial h_t = J_TJ_{T-1}\cdots J_{t+1}$ be? Measure a matrix by how much it can stretch a vector, its largest singular value $\|J\|$. Then $\|J_2J_1\| \le \|J_2\|\|J_1\|$, the slopes of
# tanh are at most 1, and
#
# $$\Big\|\frac{\partial h_T}{\partial h_t}\Big\| \;\le\; \prod_{j=t+1}^{T}\max_i(1 - h_{j,i}^2)\,\|w\| \;\le\; \|w\|^{T-t}.$$
#
# So if the largest singular value of $w$ is below 1, the gradient vanishes at least exponentially with the lag: **sufficient for vanishing**. That it exceeds 1 is **necessary for
# exploding**, not sufficient. (That $\|J_2J_1\| \le \|J_2\|\|J_1\|$: no vector is stretched more than by both factors, one after the other.)
#
# What decides in the long run, for a linear network, is the **spectral radius** $\rho$. Suppose that $w$ has a basis of eigenvectors, $w = Q\Lambda Q^{-1}$ with the eigenvalues on the diagonal of $\Lambda$. Then $w^{\text{lag}} = Q\Lambda^{\text{lag}}Q^{-1}$, so
#
# $$\rho^{\text{lag}} \;\le\; \|w^{\text{lag}}\| \;\le\; \|Q\|\,\|Q^{-1}\|\,\rho^{\text{lag}}, \qquad\text{and}\qquad \|w^{\text{lag}}\|^{1/\text{lag}} \to \rho,$$
#
# on the left since an eigenvector is stretched by exactly $|\lambda|^{\text{lag}}$, on the right because the constant to the power $1/\text{lag}$ goes to 1. (It holds for every matrix; the rest of the proof is linear algebra.) The two numbers can be far apart: for a large random matrix of independent Gaussian entries $\|w\| \approx 2\rho$, a fact of random matrix theory that we only use. For an
# orthogonal matrix times a number they are equal, and the bound is sharp.
#
# **By hand.** $w = \begin{pmatrix}0.5&10\\0&0.5\end{pmatrix}$ has $\rho = 0.5$ and $\|w\| \approx 10$. $w^2 = \begin{pmatrix}0.25&10\\0&0.25\end{pmatrix}$, as large as before; $w^{10} = \begin{pmatrix}0.001&0.195\\0&0.001\end{pmatrix}$.
# Gradients may grow for a while and vanish in the end.
#
# ### Exercise: the norm of the gradient by time
#
# From a cache of `rnn_forward`: entry $t$ of the result is $\|\partial h_{T-1}/\partial h_t\|$ (counted from 0, so $T - 1$ is the last), averaged over the batch; the last entry is 1, the norm of the identity.
#
# *Example:* the knock gives $(0.5\cdot0.8679\cdot0.5\cdot0.9677,\ 0.5\cdot0.9677,\ 1) = (0.2100, 0.4838, 1)$.
#
# *Hint:* walk backward in time with one product for each example; `np.linalg.norm(m, ord=2, axis=(1, 2))` is the largest singular value. Which factor stands on which side?


# %% nbgrader={"grade_id": "gradient_norms", "solution": true}
def gradient_norms(cache):
    """Size of the gradient by time. cache = (x, h0, u, w, b, h) of rnn_forward
    -> norms (T,): mean over the batch of the largest singular value of the Jacobian of
    h[:, T-1] with respect to h[:, t]."""
    ### BEGIN SOLUTION
    _, _, _, w, _, h = cache
    n, steps, units = h.shape
    norms = np.ones(steps)
    product = np.stack([np.eye(units)] * n)
    for t in range(steps - 2, -1, -1):
        product = product @ state_jacobian(h[:, t + 1], w)
        norms[t] = np.linalg.norm(product, ord=2, axis=(1, 2)).mean()
    return norms
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_gradient_norms", "grade": true, "points": 3}
check(gradient_norms, forward=rnn_forward)

# %% [markdown]
# ### Measured
#
# Forty units, sixty steps, inputs so small ($10^{-5}$) that tanh is practically linear as long as the state does not grow. Two kinds of $w$, each scaled to spectral radius 0.8, 1 and 1.25: orthogonal, and Gaussian. Solid: measured. Dashed: the bound $\|w\|^{\text{lag}}$ in
# the same figure.
#
# **Predict, then run.** Which of the six gradients will grow with the lag, and which will meet their bound?

# %% tags=["experiment", "nbval-ignore-output"]
UNITS_B, STEPS_B = 40, 60
rng = np.random.default_rng(0)
gaussian = rng.standard_normal((UNITS_B, UNITS_B))
kinds = {
    "orthogonal": init.orthogonal((UNITS_B, UNITS_B), rng),
    "Gaussian": gaussian / np.abs(np.linalg.eigvals(gaussian)).max(),
}
x_unit = rng.standard_normal((8, STEPS_B, 3))
u_b = rng.standard_normal((3, UNITS_B)) / 2
lag = np.arange(STEPS_B)[::-1]
fig, axes = plt.subplots(1, 2, figsize=(9, 4), sharey=True)
for ax, (name, w_one) in zip(axes, kinds.items()):
    for radius, color in [(0.8, "C0"), (1.0, "C2"), (1.25, "C1")]:
        w = radius * w_one
        _, cache = rnn_forward(1e-5 * x_unit, np.zeros((8, UNITS_B)), u_b, w, np.zeros(UNITS_B))
        norms, largest = gradient_norms(cache), np.linalg.norm(w, 2)
        ax.semilogy(lag, norms, color=color, label=f"ρ = {radius}")
        label = "bound, same color" if radius > 1 else None
        ax.semilogy(lag, largest**lag, "--", color=color, lw=1, label=label)
        print(
            f"{name:10s} ρ = {radius:4.2f}, ‖w‖ = {largest:.2f}: "
            f"at lag 20 measured {norms[-21]:.1e}, bound {largest**20:.1e}; "
            f"at lag 59 {norms[0]:.1e}, bound {largest**59:.1e}"
        )
    ax.set(xlabel="lag (steps)", title=name, ylim=(1e-7, 1e9))
axes[0].set_ylabel("‖∂h(T) / ∂h(T − lag)‖")
axes[0].legend(loc="upper left")
plt.show()

# %% [markdown]
# *What to see:* in a logarithmic plot the gradient goes along straight lines: below one it dies, at one it stays, above one it explodes, **exponentially** with the lag. On the left bound and measurement coincide
# up to $\rho = 1$. At 1.25 the measured gradient is five times smaller than the bound: the state itself has grown by then, and in the last steps it reaches the curved part of tanh; from there on the lines are parallel. On the right the bounds are of no use: they grow even for $\rho = 0.8$; after a hump at small lags, the growth "for a while" of the hand
# example, the slopes are those of the spectral radius.
#
# **Saturation** (饱和). Now with inputs of ordinary size: the same two networks at $\rho = 1.25$ with larger and larger inputs.

# %% tags=["experiment", "nbval-ignore-output"]
scales = np.geomspace(0.01, 10, 13)
fig, ax = plt.subplots(figsize=(7, 3.3))
for (name, w_one), color in zip(kinds.items(), ["C0", "C1"]):
    sizes, slopes = [], []
    for scale in scales:
        h, cache = rnn_forward(scale * x_unit, np.zeros((8, UNITS_B)), u_b, 1.25 * w_one, np.zeros(UNITS_B))
        sizes.append(gradient_norms(cache)[-21])
        slopes.append(np.mean(1 - h[:, -20:] ** 2))
    ax.loglog(scales, sizes, "o-", color=color, label=f"{name}, ρ = 1.25")
    print(
        f"{name:10s} inputs of size 0.01: mean slope {slopes[0]:.2f}, norm at lag 20 {sizes[0]:.1e}; "
        f"of size 10: {slopes[-1]:.2f}, {sizes[-1]:.1e} (seed 0)"
    )
ax.axhline(1, color="k", ls=":", lw=1)
ax.set(xlabel="standard deviation of the inputs", ylabel="gradient norm at lag 20")
ax.legend()
plt.show()

# %% [markdown]
# *What to see:* $w$ has not changed. With inputs that drive the units into the flat ends of tanh, every step costs a factor $1 - h^2$, and the product falls by many orders of magnitude. So $w$ alone does not tell how far a gradient gets; the inputs have a say.
# Nothing follows from this about larger $w$: a factor $\|w\|$ above 1 may make up for slopes below 1 (Goodfellow and others, 2016, section 10.8). The last experiment of this notebook tries it.
#
# ## 6 · Exploding: cliffs, and clipping
#
# A gradient that explodes belongs to a loss with cliffs. The smallest example has one unit and two parameters: $h_t = \tanh(w\,h_{t-1} + b)$ for 50 steps from $h_0 = 0.5$, and $L = \frac12(h_{50} + 0.6)^2$. For $w > 1$ the
# unit is a switch: the state ends up high or low, depending on $b$. On the border between the two the loss jumps.
#
# **Clipping** (梯度裁剪) keeps the direction and limits the length: with the norm of *all* gradients together (dw, db, …),
#
# $$\text{norm} = \sqrt{\|\mathtt{dw}\|^2 + \|\mathtt{db}\|^2 + \dots},\qquad \mathtt{dw} \leftarrow \mathtt{dw}\cdot\min\Big(1, \frac{\text{max\_norm}}{\text{norm}}\Big),\quad\text{the same factor for all.}$$
#
# All together, because clipping each array on its own would change the direction (Pascanu, Mikolov and Bengio, 2013).
#
# **By hand.** Two arrays, $(3, 0)$ and $(4)$: norm 5. With max_norm 1: $(0.6, 0)$ and $(0.8)$. With max_norm 10: unchanged.
#
# ### Exercise: clipping
#
# `grads` is a list or a dict of arrays; return new arrays in a container of the same kind, and the norm *before* clipping (worth plotting: it tells what is going on).
#
# *Hint:* what happens when all gradients are zero?


# %% nbgrader={"grade_id": "clip_grad_norm", "solution": true}
def clip_grad_norm(grads, max_norm):
    """Scale all gradients together to a joint norm of at most max_norm. grads: list or dict of arrays
    -> (clipped, norm): the same kind of container, and the norm before clipping."""
    ### BEGIN SOLUTION
    arrays = list(grads.values()) if isinstance(grads, dict) else grads
    norm = np.sqrt(sum(np.sum(g**2) for g in arrays))
    scale = max_norm / norm if norm > max_norm else 1.0
    if isinstance(grads, dict):
        return {name: scale * g for name, g in grads.items()}, norm
    return [scale * g for g in grads], norm
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_clip_grad_norm", "grade": true, "points": 2}
check(clip_grad_norm)

# %% [markdown]
# ### The cliff


# %% tags=["experiment", "nbval-ignore-output"]
def switch(w, b):
    """State after 50 steps and its derivatives with respect to w and b, which may be arrays."""
    h = 0.5 * np.ones_like(w)
    dh_dw, dh_db = np.zeros_like(w), np.zeros_like(w)
    for _ in range(50):
        h_new = np.tanh(w * h + b)
        slope = 1 - h_new**2
        dh_dw, dh_db = slope * (w * dh_dw + h), slope * (w * dh_db + 1)
        h = h_new
    return h, dh_dw, dh_db


def descend(max_norm, start=(1.8, 0.2), steps=200, lr=0.05):
    """The path of (w, b), its losses and the gradient norms."""
    path, losses, norms = [np.array(start)], [], []
    for _ in range(steps):
        h, dh_dw, dh_db = switch(*path[-1])
        (step,), norm = clip_grad_norm([(h + 0.6) * np.array([dh_dw, dh_db])], max_norm)
        losses.append((h + 0.6) ** 2 / 2)
        norms.append(norm)
        path.append(path[-1] - lr * step)
    return np.array(path[:-1]), np.array(losses), norms


# %% tags=["experiment", "nbval-ignore-output"]
ws, bs = np.linspace(0.2, 2.2, 220), np.linspace(-1.0, 0.4, 220)
miss = switch(*np.meshgrid(ws, bs))[0] + 0.6
paths = {}
for name, max_norm in [("plain", np.inf), ("clipped at norm 1", 1.0)]:
    path, losses, norms = descend(max_norm)
    paths[name] = path
    print(
        f"{name:17s} largest gradient {max(norms):8.1f}, "
        f"end at w = {path[-1, 0]:.2f}, b = {path[-1, 1]:.2f}, loss {losses[-1]:.4f}"
    )
cliff(ws, bs, miss**2 / 2, miss, paths)
plt.show()

# %% [markdown]
# *What to see:* on the left the surface, its wall in gray; in the middle and on the right the same from above, each with one run from the same start. The plateau breaks off at a wall. Both runs go down the plateau, fall over the edge, walk along the foot of the wall and there meet a gradient of several hundred. The plain step (middle) throws the parameters far out of the picture, to where
# the unit is saturated and nothing can be learned any more. The clipped run (right) is thrown back by one short step each time, and ends at a minimum. It is *a* minimum: $h_{50} = -0.6$ is one equation for two unknowns, so the loss is zero along a whole curve (dashed), part of which lies at the foot of the wall.
#
# ### What clipping cannot fix
#
# An answer that depends on what is long past is called a **long-term dependency** (长程依赖). Here is the smallest one, a task on which gradients can vanish and explode: the first input is $+1$ or $-1$, then come 39 steps of noise, then the question: what was the first input? Plain SGD with learning rate 0.5, 32 units, the answer from the last state (`LastStep()` hands on that one only), four starts of $w$, with
# and without clipping, three seeds.
#
# **Predict, then run.** For which of the spectral radii 0.5, 1, 1.5 and 3 will the network learn the answer, and where does clipping make a difference?


# %% tags=["experiment", "nbval-ignore-output"]
def recall(start, clip, seed, batches=200):
    """Share right in the last 40 batches, median gradient norm, largest gradient norm."""
    rng = np.random.default_rng(seed)
    net = Sequential(RNN(2, 32, rng=rng), LastStep(), Linear(32, 2, rng=rng))
    gaussian = rng.standard_normal((32, 32))
    optimizer = optim.SGD(net, 0.5)
    if start != "orthogonal":  # the library's RNN starts orthogonal by itself
        net.parameters()["0.w"][...] = start * gaussian / np.abs(np.linalg.eigvals(gaussian)).max()
    net.astype(np.float32)
    right, norms = [], []
    for _ in range(batches):
        y = rng.integers(0, 2, 32)
        x = np.zeros((32, 40, 2), np.float32)
        x[:, 0, 0], x[:, 1:, 1] = 2 * y - 1, 0.3 * rng.standard_normal((32, 39))
        scores = net(x)
        right.append(np.mean(scores.argmax(axis=1) == y))
        net.backward(fn.cross_entropy_backward(fn.cross_entropy_forward(scores, y)[1]))
        norms.append(optimizer.step(clip=clip))
    return np.mean(right[-40:]), np.median(norms), np.max(norms)


# %% tags=["experiment", "nbval-ignore-output"]
# About 15 s on an ordinary laptop.
names = {
    0.5: "Gaussian, ρ = 0.5",
    "orthogonal": "orthogonal, ρ = 1",
    1.5: "Gaussian, ρ = 1.5",
    3.0: "Gaussian, ρ = 3",
}
fig, ax = plt.subplots(figsize=(7, 3.4))
for row, (start, name) in enumerate(names.items()):
    for clip, marker, shift in [(1e9, "o", -0.2), (1.0, "s", 0.2)]:
        runs = np.array([recall(start, clip, seed) for seed in range(3)])
        label = {1e9: "no clipping", 1.0: "clipped at norm 1"}[clip]
        ax.plot(
            runs[:, 0],
            row + shift + np.array([-0.11, 0, 0.11]),
            marker,
            color="C0" if clip > 1 else "C1",
            alpha=0.7,
            label=label if row == 0 else None,
        )
        print(
            f"{name:18s} {label:18s} right {np.array2string(runs[:, 0], precision=2)}, "
            f"largest norm {runs[:, 2].max():.1e} (seeds 0 to 2)"
        )
ax.set(yticks=range(4), yticklabels=names.values(), xlabel="share right (0.5 is guessing)", xlim=(0.4, 1.03))
ax.invert_yaxis()
ax.legend()
plt.show()

# %% [markdown]
# *What to see:* each point is one run, the three seeds a little apart in height. With $\rho = 0.5$ all runs guess, clipped or not: what the first step could have learned arrives multiplied by about $0.5^{39} = 1.8\cdot10^{-12}$. **Clipping shortens
# long gradients; it cannot lengthen those that have vanished**, and scaling all gradients up would scale up those of the near steps by the same factor. With $\rho = 1.5$ and 3, without clipping, single gradients reach norms above 10,000, and some runs fail; clipped, all of them learn. So a large $w$
# *can* be a remedy against vanishing, if the explosions are clipped. **Orthogonal initialization** (正交初始化; Saxe, McClelland and Ganguli, 2014), where all singular values are 1, solves the task without
# clipping on these seeds: it begins on the border between vanishing and exploding (single gradients still reach a norm near 100). But it only *begins* there. Nothing holds $w$ on the border during training, and the slope of tanh stays below 1. Notebook 5.3 builds a path that stays open.
#
# What would change our mind: runs with $\rho = 0.5$ that learn the answer once they are clipped.

# %% [markdown]
# ## Quiz
#
# **1.** A linear recurrent unit has $w = 0.9$. By which factor is the gradient multiplied over 100 steps back? Store the number, to three significant digits or as an expression, in `quiz_hundred_steps`.

# %% nbgrader={"grade_id": "quiz_hundred_steps", "solution": true}
# quiz_hundred_steps = ...
### BEGIN SOLUTION
quiz_hundred_steps = 0.9**100
### END SOLUTION

# %% nbgrader={"grade_id": "check_quiz_hundred_steps", "grade": true, "points": 1}
check.quiz("quiz_hundred_steps", quiz_hundred_steps)

# %% [markdown]
# **2.** The gradients are $\mathtt{dw} = (6, 0)$ and $\mathtt{db} = (8)$; they are clipped at a global norm of 5. What is the one entry of $\mathtt{db}$ afterwards? Store the number in `quiz_clipped`.

# %% nbgrader={"grade_id": "quiz_clipped", "solution": true}
# quiz_clipped = ...
### BEGIN SOLUTION
quiz_clipped = 8 * 5 / 10
### END SOLUTION

# %% nbgrader={"grade_id": "check_quiz_clipped", "grade": true, "points": 1}
check.quiz("quiz_clipped", quiz_clipped)

# %% [markdown]
# **3.** A network is trained with truncation to 10 cells. In the forward pass, $h_{50}$
#
# - A · depends on the last 10 inputs only
# - B · depends on all inputs up to step 50
# - C · depends on all inputs, but those older than 10 steps are multiplied by zero
# - D · is set to $h_0$ every 10 steps
#
# Store the letter in `quiz_truncated_state`.

# %% nbgrader={"grade_id": "quiz_truncated_state", "solution": true}
# quiz_truncated_state = ...
### BEGIN SOLUTION
quiz_truncated_state = "B"
### END SOLUTION

# %% nbgrader={"grade_id": "check_quiz_truncated_state", "grade": true, "points": 1}
check.quiz("quiz_truncated_state", quiz_truncated_state)

# %% [markdown]
# ## In your own words
#
# A colleague trains a tanh network to report an event that lies 200 steps back. The loss stays at the level of guessing, from the first batch to the last. She prints the norm of the whole gradient: between 0.1 and 0.3 in
# every batch. "Not vanished, not exploded," she says, "so I shall clip at 0.1 and wait." What is wrong with her conclusion from the norm, would clipping help, and which two measurements or changes do you suggest?
# (About ten lines. This question is graded by a person.)

# %% [markdown] nbgrader={"grade_id": "explain_norm", "grade": true, "solution": true, "points": 5}
# ### BEGIN SOLUTION
# The norm of the whole gradient is a sum over all lags. The terms of short lags (the readout, the last few steps) are of ordinary size and hide that the terms of lag 200, the only ones that matter for the task, are practically zero. So the norm says
# nothing about vanishing. (2 points)
#
# Clipping multiplies all terms by the same number of at most 1. The proportion of near to far stays what it is, and the far terms become smaller still: it is no remedy for vanishing, and nothing here explodes. (1 point)
#
# Measurements: $\|\partial h_T/\partial h_t\|$ by lag (`gradient_norms`), or the gradient by `dx[:, t]` at the step of the event; the spectral radius of $w$ and the mean slope $1 - h^2$; the loss against the length of the lag. Changes: orthogonal start; an LSTM or GRU with the forget gate open at first;
# start with short lags and lengthen them; give the event a shorter way (an extra loss on the way, attention). Any two with a reason. (2 points)
# ### END SOLUTION

# %% [markdown]
# ## What to remember
#
# - A state's gradient has two parts, from outside and from the next step; gradients of the weights add up over the steps.
# - RTRL computes the same forward in time: no waiting, at a cost of $H^4$ multiplications per step.
# - Truncation cuts the gradient, not the state; what lies farther back than $k$ cells cannot be learned on purpose.
# - $\partial h_T/\partial h_t$ is a product of $\operatorname{diag}(1 - h^2)\,w^\top$: bounded by $\|w\|^{\text{lag}}$; for small states it goes like $\rho^{\text{lag}}$ in the long run, less where units saturate.
# - Clipping cures exploding gradients and does nothing for vanished ones. With $w$ on or above the border at the start, and clipping, a gradient arrives; nothing keeps $w$ there.
#
# Next, notebook 5.3: a cell on whose path the factor is 1, unless the network wants otherwise.
