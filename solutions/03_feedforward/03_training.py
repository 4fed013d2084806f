# %% [markdown]
# # 3 · Feedforward networks and backpropagation
#
# **Notebook 3 of 4: training**
#
# You have neurons and gradients. Now whole networks: a famous one in eleven lines, the right loss for digits, a two-layer network whose gradients you derive from end to end, and one of any depth. Then we look inside and ask what the hidden units stand for. What was measured on other splits, draws and starts is in `docs/claims/ch03.md`.

# %%
import matplotlib.pyplot as plt
import numpy as np

from autograder import check
from nnkit import plot

plot.style()

# %% tags=["experiment"]
# What only the experiments need: data, and the course's own functions, layers and training loop.
from sklearn.cluster import KMeans

import nnkit.functional as F
from nnkit import data, metrics, optim
from nnkit.gradcheck import relative_error
from nnkit.layers import Linear, Logistic, ReLU, Sequential
from nnkit.plot import ch03_strips
from nnkit.train import fit

x_train, y_train, x_test, y_test = data.digits(rng=np.random.default_rng(0))

# %% [markdown]
# ## 1. Eleven lines
#
# Four examples of three bits; the answer is the XOR of the first two, the third bit is always 1. The program follows Andrew Trask's *A neural network in 11 lines of Python* (2015), through which thousands of people first met neural networks. It uses nothing but NumPy:

# %% tags=["experiment"]
import numpy as np

x = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
y = np.array([[0, 1, 1, 0]]).T
rng = np.random.default_rng(1)
w1, w2 = rng.uniform(-1, 1, (3, 4)), rng.uniform(-1, 1, (4, 1))
for _ in range(20000):
    a1 = 1 / (1 + np.exp(-(x @ w1)))
    a2 = 1 / (1 + np.exp(-(a1 @ w2)))
    d2 = (y - a2) * a2 * (1 - a2)
    d1 = (d2 @ w2.T) * a1 * (1 - a1)
    w2, w1 = w2 + a1.T @ d2, w1 + x.T @ d1
print(a2.T.round(2))

# %% [markdown]
# It works; now read it with what you know. (`d1` and `d2` are *minus* gradients here, unlike every other `d…` of this course.) $N = 4$, $D = 3$, $H = 4$, one output.
#
# | line | shape | what it is |
# |---|---|---|
# | `a1` | (4, 4) | layer 1: affine without bias, logistic. The third bit, always 1, plays the bias |
# | `a2` | (4, 1) | layer 2: affine without any bias, logistic |
# | `y - a2` | (4, 1) | minus the gradient of $L = \frac12\sum_n (a_{2,n} - y_n)^2$: the squared error, *summed*, not averaged |
# | `* a2 * (1 - a2)` | (4, 1) | logistic backward, from the output |
# | `d2 @ w2.T` | (4, 4) | affine backward: $\mathrm{d}x = \mathrm{dout}\,w^{\mathsf T}$ |
# | `* a1 * (1 - a1)` | (4, 4) | logistic backward again |
# | `a1.T @ d2`, `x.T @ d1` | (4, 1), (3, 4) | affine backward: $\mathrm{d}w = x^{\mathsf T}\,\mathrm{dout}$ |
# | `+` | | descent. `d2` carries a minus sign already, so plus is downhill; the learning rate is 1 |
#
# Both weights are updated from gradients at the *old* weights; with two separate lines, `d1` has to be computed before `w2` changes, as it is here.
#
# Is that reading right? Take the gradient with the pairs of this course and compare:

# %% tags=["experiment"]
w1, w2 = rng.uniform(-1, 1, (3, 4)), rng.uniform(-1, 1, (4, 1))
z1, k1 = F.affine_forward(x, w1, np.zeros(4))
a1, s1 = F.logistic_forward(z1)
z2, k2 = F.affine_forward(a1, w2, np.zeros(1))
a2, s2 = F.logistic_forward(z2)
da1, dw2, _ = F.affine_backward(F.logistic_backward(a2 - y, s2), k2)
_, dw1, _ = F.affine_backward(F.logistic_backward(da1, s1), k1)

d2 = (y - a2) * a2 * (1 - a2)
d1 = (d2 @ w2.T) * a1 * (1 - a1)
print(
    "the eleven lines step along minus the gradient:",
    np.allclose(a1.T @ d2, -dw2),
    np.allclose(x.T @ d1, -dw1),
)


# %% tags=["experiment"]
def eleven_lines(inputs, w1, w2, steps):
    history = []
    for _ in range(steps):
        a1 = F.logistic(inputs @ w1)
        a2 = F.logistic(a1 @ w2)
        history.append(a2[:, 0])
        d2 = (y - a2) * a2 * (1 - a2)
        d1 = (d2 @ w2.T) * a1 * (1 - a1)
        w2, w1 = w2 + a1.T @ d2, w1 + inputs.T @ d1
    return np.array(history)


def without_hidden_layer(inputs, w, steps):
    history = []
    for _ in range(steps):
        a = F.logistic(inputs @ w)
        history.append(a[:, 0])
        w = w + inputs.T @ ((y - a) * a * (1 - a))
    return np.array(history)


rng = np.random.default_rng(1)
w1, w2 = rng.uniform(-1, 1, (3, 4)), rng.uniform(-1, 1, (4, 1))
runs = {
    "with a hidden layer": eleven_lines(x, w1, w2, 3000),
    "without": without_hidden_layer(x, w1[:, :1], 3000),
}
figure, axes = plt.subplots(1, 2, figsize=(9, 3), sharey=True)
for ax, (title, outputs) in zip(axes, runs.items()):
    for row, bits, target, style in zip(outputs.T, x, y[:, 0], ("-", "--", ":", "-.")):
        ax.plot(row, style, label="".join(map(str, bits)) + f" → {target}")
    ax.set(title=title, xlabel="step", ylim=(-0.05, 1.05))
    print(f"{title:20s} outputs after 3000 steps: {outputs[-1].round(2)}")
axes[0].legend(title="input → target", fontsize=8)
axes[0].set_ylabel("output")
plt.show()

# %% [markdown]
# *What to see:* right, a single layer ends with one half for every input, and more steps do not help: the gradient is zero there. One half everywhere has squares that sum to $4\cdot 0.25 = 1$; getting three inputs right and the fourth entirely wrong, as OR does, gives a sum of 1 as well: to the squared error OR is no better than no opinion. (The four curves lie on one another.) Left, the outputs hover there too at first. Then the hidden layer finds a useful description of the input, and the four curves separate within a few hundred steps.
#
# ## 2. Which loss for digits?
#
# Ten outputs, one per digit. Two losses are common for such a network.
#
# **Squared error (平方误差) of ten outputs.** Each output passes a logistic function, $a_m = \sigma(s_m)$; the target is the one-hot vector of the label $y$, with the entries $[m = y]$, 1 at the correct digit and 0 elsewhere:
#
# $$L = \tfrac12\sum_{m=0}^{9}(a_m - [m = y])^2,\qquad \frac{\partial L}{\partial s_m} = (a_m - [m = y])\,\underbrace{a_m(1 - a_m)}_{\sigma'(s_m)}.$$
#
# **Cross-entropy (交叉熵).** The outputs are scores, softmax makes probabilities of them, and only the correct digit's counts:
#
# $$L = -\ln p_y,\qquad \frac{\partial L}{\partial s_m} = p_m - [m = y]\qquad\text{(chapter 2)}.$$
#
# The difference is the factor $\sigma'$. An output that is *confidently wrong*, $s = -6$ where it should be large, has $a \approx 0.002$ and $\sigma' \approx 0.002$: the worst errors get almost no gradient. Cross-entropy's gradient is close to $-1$ there. One example in numbers:

# %% tags=["experiment"]
s = np.array([-2.0, -3, -2, -6, -2, 3, -3, -2, 1, -2])  # scores for the digits 0..9
label = 3  # the network is confident of 5, the picture shows 3
a, p, wish = F.logistic(s), F.softmax(s), np.eye(10)[label]
print("                     digit  ", "      ".join("0123456789"))
print("logistic outputs      ", "".join(f"{v:7.2f}" for v in a))
print("squared error: dL/ds  ", "".join(f"{v:7.3f}" for v in (a - wish) * a * (1 - a)))
print("softmax               ", "".join(f"{v:7.2f}" for v in p))
print("cross-entropy: dL/ds  ", "".join(f"{v:7.3f}" for v in p - wish))
print(
    "losses: squared error",
    round(0.5 * ((a - wish) ** 2).sum(), 2),
    " cross-entropy",
    round(-np.log(p[label]), 2),
)

# %% [markdown]
# Look at column 3, the correct digit: $-0.002$ against $-1$. The squared error can never exceed 5, one half for each output, and confusing one digit with another makes it about 1; cross-entropy grows without bound.
#
# Now in training, twice: from a normal start, and from a deliberately bad one, whose output biases make it confident that every picture is a 0 (bias $+6$ for the digit 0, $-6$ for all others). Network 64-30-10 with a logistic hidden layer, the same weights for both losses. Both losses are averaged over the batch, the squared error is summed over the ten outputs; it gets a learning rate six times as large, since $\sigma'$ makes its gradients smaller. **Predict, then run:** how many epochs does the bad start cost each of the two losses?


# %% tags=["experiment"]
def squared_error_forward(scores, y):
    a, cache = F.logistic_forward(scores)
    loss, cache_mse = F.mse_forward(a, np.eye(10)[y])
    return loss, (cache, cache_mse)


def squared_error_backward(cache):
    return F.logistic_backward(F.mse_backward(cache[1]), cache[0])


def learn(loss, bias, lr, epochs=20):
    rng = np.random.default_rng(0)
    net = Sequential(
        Linear(64, 30, rng=rng, init="xavier"), Logistic(), Linear(30, 10, rng=rng, init="xavier")
    )
    net.parameters()["2.b"] += bias
    history = fit(
        net,
        x_train,
        y_train,
        optimizer=optim.SGD(net, lr),
        loss=loss,
        epochs=epochs,
        batch_size=32,
        rng=rng,
        validation=(x_test, y_test),
        metric=metrics.accuracy,
        progress=False,
    )
    return history.val_metric


# %% tags=["experiment", "nbval-ignore-output"]
losses = {
    "squared error": ((squared_error_forward, squared_error_backward), 3.0),
    "cross-entropy": ((F.cross_entropy_forward, F.cross_entropy_backward), 0.5),
}
figure, axes = plt.subplots(1, 2, figsize=(9, 3), sharey=True)
for ax, (title, bias) in zip(
    axes,
    {"normal start": 0.0, "start: “it is a 0”": np.where(np.arange(10) == 0, 6.0, -6.0)}.items(),
):
    for style, (name, (pair, lr)) in zip(("s--", "o-"), losses.items()):
        accuracy = learn(pair, bias, lr)
        ax.plot(range(1, 21), accuracy, style, ms=3, label=name)
        print(
            f"{title:20s} {name:14s} test accuracy after 1, 5, 20 epochs: "
            f"{accuracy[0]:.2f} {accuracy[4]:.2f} {accuracy[19]:.2f}"
        )
    ax.set(title=title, xlabel="epoch", xticks=range(0, 21, 5))
    ax.legend(loc="lower right")
axes[0].set_ylabel("test accuracy")
plt.show()

# %% [markdown]
# *What to see:* left, both arrive; cross-entropy is ahead in the first epochs. Right, cross-entropy has forgotten the bad start after two epochs, while the squared error needs five to get to where it was after two from the normal start, and ten to pass 90%: its gradient has to pass outputs whose slope is nearly zero. (On eight splits of the digits the squared error was 18 to 33 points of accuracy behind after five epochs from this start, and about level from the normal one. With the best of five rates for each loss it was still 9 to 19 points behind, on six splits.) With patience it arrives as well. The squared error is not wrong; it is slow exactly where it should be fast.
#
# ## 3. A two-layer network, from end to end
#
# The workhorse: affine, ReLU, affine, cross-entropy, and L2 **regularization** (正则化) on the weights.
#
# $$z_1 = x w_1 + b_1,\quad a_1 = \max(0, z_1),\quad s = a_1 w_2 + b_2,\quad L = -\frac1N\sum_n \ln p_{n,y_n} + \frac{\lambda}{2}\Big(\sum w_1^2 + \sum w_2^2\Big).$$
#
# Backward, one line for each, in reverse (the picture of notebook 2, section 8, read from right to left); write the shape beside every line and the formula follows:
#
# | step | formula | shape |
# |---|---|---|
# | loss | $\mathrm{d}s = (p - \text{one-hot}(y))/N$ | $(N, C)$ |
# | affine 2 | $\mathrm{d}w_2 = a_1^{\mathsf T}\,\mathrm{d}s + \lambda w_2$ | $(H, C) = (H, N)(N, C)$ |
# | | $\mathrm{d}b_2 = \sum_n \mathrm{d}s$ | $(C,)$ |
# | | $\mathrm{d}a_1 = \mathrm{d}s\;w_2^{\mathsf T}$ | $(N, H) = (N, C)(C, H)$ |
# | ReLU | $\mathrm{d}z_1 = \mathrm{d}a_1 * [z_1 > 0]$ | $(N, H)$ |
# | affine 1 | $\mathrm{d}w_1 = x^{\mathsf T}\,\mathrm{d}z_1 + \lambda w_1$ | $(D, H) = (D, N)(N, H)$ |
# | | $\mathrm{d}b_1 = \sum_n \mathrm{d}z_1$ | $(H,)$ |
#
# Where does $\lambda w$ come from? $w$ is used in two places, in the layer and in the penalty. So $w$ is copied, and the gradients of its copies add.
#
# **By hand**, $N = 1$, $D = H = C = 2$, $\lambda = 0$, biases 0:
#
# $$x = (1, 2),\quad w_1 = \begin{pmatrix}1&-1\\0.5&-1\end{pmatrix},\quad w_2 = \begin{pmatrix}0.5&-0.5\\1&2\end{pmatrix},\quad y = 1.$$
#
# Forward: $z_1 = (2, -3)$, so $a_1 = (2, 0)$ and $s = (1, -1)$. Softmax: $p_0 = e^1/(e^1 + e^{-1}) = 0.881$, $p_1 = 0.119$; the loss is $-\ln 0.119 = 2.127$.
#
# Backward: $\mathrm{d}s = (0.881, -0.881)$. Then $\mathrm{d}w_2 = a_1^{\mathsf T}\mathrm{d}s = \begin{pmatrix}1.762&-1.762\\0&0\end{pmatrix}$; the second unit was off, so its outgoing weights learn nothing. $\mathrm{d}a_1 = (0.881\cdot 0.5 + 0.881\cdot 0.5,\; 0.881\cdot 1 - 0.881\cdot 2) = (0.881, -0.881)$; the mask makes it $\mathrm{d}z_1 = (0.881, 0)$, and $\mathrm{d}w_1 = \begin{pmatrix}0.881&0\\1.762&0\end{pmatrix}$.
#
# **By hand, with two examples and a penalty.** One example hides the $1/N$, and $\lambda = 0$ the penalty. Add $x = (0, 1)$ with $y = 0$ as a second example, and take $\lambda = 0.1$. Its $z_1 = (0.5, -1)$, $a_1 = (0.5, 0)$, $s = (0.25, -0.25)$ and $p = (0.622, 0.378)$. The loss is $\frac12(2.127 + 0.474) + 0.05\,(3.25 + 5.5) = 1.738$, where 3.25 and 5.5 are the sums of the squares in $w_1$ and $w_2$. Now $\mathrm{d}s$ is divided by 2: $\mathrm{d}s = \begin{pmatrix}0.440&-0.440\\-0.189&0.189\end{pmatrix}$. In its second row the first unit gets $\mathrm{d}a_1 = -0.189\cdot0.5 + 0.189\cdot(-0.5) = -0.189$, and the second is off, so $\mathrm{d}z_1 = \begin{pmatrix}0.440&0\\-0.189&0\end{pmatrix}$ and
#
# $$\mathrm{d}w_2 = \begin{pmatrix}0.786&-0.786\\0&0\end{pmatrix} + 0.1\,w_2 = \begin{pmatrix}0.836&-0.836\\0.1&0.2\end{pmatrix},\qquad \mathrm{d}w_1 = \begin{pmatrix}0.440&0\\0.692&0\end{pmatrix} + 0.1\,w_1 = \begin{pmatrix}0.540&-0.1\\0.742&-0.1\end{pmatrix}.$$
#
# (In $\mathrm{d}w_2$, $0.786 = 2\cdot0.440 + 0.5\cdot(-0.189)$; in $\mathrm{d}w_1$, $0.692 = 2\cdot0.440 + 1\cdot(-0.189)$ before rounding.) The biases have no penalty: $\mathrm{d}b_2 = (0.252, -0.252)$ and $\mathrm{d}b_1 = (0.252, 0)$, sums of columns, again before rounding. The second unit is off for both examples: its weights feel the penalty and nothing else.
#
# **Task.** `two_layer_loss(params, x, y, lam) -> (loss, grads)`, with `params` a dict of `w1, b1, w2, b2` and `grads` a dict with the same keys. Subtract the row maximum before `exp`, as in chapter 2.


# %% nbgrader={"grade_id": "two_layer_loss", "solution": true}
def two_layer_loss(params, x, y, lam):
    """Loss and gradients of affine - ReLU - affine - softmax cross-entropy with L2.

    params {"w1" (D, H), "b1" (H,), "w2" (H, C), "b2" (C,)}, x (N, D), y (N,) class indices,
    lam a number -> loss a number, grads a dict with the keys and shapes of params.
    """
    ### BEGIN SOLUTION
    w1, b1, w2, b2 = params["w1"], params["b1"], params["w2"], params["b2"]
    n = len(x)

    z1 = x @ w1 + b1  # (N, H)
    a1 = np.maximum(0.0, z1)
    s = a1 @ w2 + b2  # (N, C)

    shifted = s - s.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    loss = -log_p[np.arange(n), y].mean() + 0.5 * lam * ((w1**2).sum() + (w2**2).sum())

    ds = np.exp(log_p)
    ds[np.arange(n), y] -= 1.0
    ds /= n
    dz1 = (ds @ w2.T) * (z1 > 0)
    grads = {
        "w1": x.T @ dz1 + lam * w1,
        "b1": dz1.sum(axis=0),
        "w2": a1.T @ ds + lam * w2,
        "b2": ds.sum(axis=0),
    }
    return loss, grads
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_two_layer_loss", "grade": true, "points": 5}
check(two_layer_loss)

# %%
tiny = {
    "w1": np.array([[1.0, -1.0], [0.5, -1.0]]),
    "b1": np.zeros(2),
    "w2": np.array([[0.5, -0.5], [1.0, 2.0]]),
    "b2": np.zeros(2),
}
loss, grads = two_layer_loss(tiny, np.array([[1.0, 2.0]]), np.array([1]), 0.0)
print("loss", round(float(loss), 3))
print("dw2 ", grads["w2"].round(3).tolist())
print("dw1 ", grads["w1"].round(3).tolist())
loss, grads = two_layer_loss(tiny, np.array([[1.0, 2.0], [0.0, 1.0]]), np.array([1, 0]), 0.1)
print("two examples, penalty 0.1: loss", round(float(loss), 3))
print("dw2 ", grads["w2"].round(3).tolist())
print("dw1 ", grads["w1"].round(3).tolist())
print("db2 ", grads["b2"].round(3).tolist(), " db1 ", grads["b1"].round(3).tolist())

# %% [markdown]
# ## 4. Before you train
#
# Three tests cost a second each and save hours.
#
# 1. **The loss at the start.** With small random weights all ten classes look alike, $p \approx 1/10$, and the loss must be near $\ln 10 = 2.303$.
# 2. **The gradient check**, on the real network and real data, for a few randomly chosen entries (the network has 2,410, and all of them would take $2\cdot 2{,}410$ passes). Relative error below $10^{-6}$: correct. Above: a bug, or, not far above, a kink; look whether a ReLU changes sides within the small step (notebook 4, section 5).
# 3. **Memorize twenty examples.** A network that cannot reach a loss near 0 on twenty examples has a bug no data will cure.
#
# **Which test catches it?** (for yourself) Four broken programs: (a) the weights begin a hundred times too large; (b) $\mathrm{d}w_2$ lacks its $1/N$; (c) the pictures have been shuffled and their labels have not; (d) every hidden bias begins at $-100$.
#
# (a) the first: the loss is far from $\ln 10$. (b) the second. (c) none: twenty examples can be memorized with any labels, and the gradient is that of the wrong task; only digits held back show it. (d) the third: no unit fires, and no weight of the first layer learns. The loss at the start and the gradient check are in order.


# %% tags=["experiment"]
def new_params(sizes, rng, scale=None):
    d, h, c = sizes
    return {
        "w1": rng.normal(0, scale or np.sqrt(2 / d), (d, h)),
        "b1": np.zeros(h),
        "w2": rng.normal(0, scale or np.sqrt(2 / h), (h, c)),
        "b2": np.zeros(c),
    }


rng = np.random.default_rng(0)
params = new_params((64, 32, 10), rng, scale=0.01)
loss, grads = two_layer_loss(params, x_train[:100], y_train[:100], 0.0)
print(f"1. loss at the start {loss:.3f}, ln 10 = {np.log(10):.3f}")

params = new_params((64, 32, 10), rng)
loss, grads = two_layer_loss(params, x_train[:100], y_train[:100], 0.01)
for name in params:
    entries = rng.choice(params[name].size, 5, replace=False)
    numeric = []
    for k in entries:
        values = []
        for eps in (1e-5, -1e-5):
            moved = {key: value.copy() for key, value in params.items()}
            moved[name].flat[k] += eps
            values.append(two_layer_loss(moved, x_train[:100], y_train[:100], 0.01)[0])
        numeric.append((values[0] - values[1]) / 2e-5)
    error = relative_error(np.array(numeric), grads[name].flat[entries])
    print(f"2. {name}: relative error on five entries below 1e-6: {error < 1e-6}")

for _ in range(300):
    loss, grads = two_layer_loss(params, x_train[:20], y_train[:20], 0.0)
    params = {name: w - 0.5 * grads[name] for name, w in params.items()}
print(f"3. loss on twenty examples after 300 steps {loss:.3f}")

# %% [markdown]
# All three pass: train, with mini-batches, by your function and a short loop. Two habits from here on.
#
# **A validation set** (验证集). Width, $\lambda$, learning rate and the number of epochs are choices, and a choice made on the test set is fitted to it. So 300 of the training digits are held back for choosing. From here to the end of this section the test set stays shut; it is opened once, for the net that the validation digits chose.
#
# **A schedule** (学习率调度). Large steps are good at first, and too noisy near the end: each mini-batch pulls its own way. Half a cosine lowers the rate over $k$ epochs from $\eta_0$, its value at the start, nearly to 0: epoch $t = 0, \dots, k-1$ has the rate $\eta_t = \frac{\eta_0}{2}\big(1 + \cos\frac{\pi t}{k}\big)$. By hand, $\eta_0 = 0.5$ and $k = 30$: the rate is 0.5 in the first epoch, 0.25 after 15 epochs, 0.0335 after 25 and 0.0014 in the last.
#
# One more number to watch: the **update-to-weight ratio** $\eta\lVert\mathrm{d}w\rVert/\lVert w\rVert$, the fraction of its own size by which a weight matrix changes in one step. The rule of thumb (CS231n) is about $10^{-3}$: at $10^{-6}$ nothing happens, at $10^{-1}$ the matrix is redrawn every ten steps.
#
# **Predict, then run.** Constant rate or falling rate, from the same start: which has the lower training loss after 30 epochs, and where does the ratio end?


# %% tags=["experiment"]
order = np.random.default_rng(1).permutation(len(x_train))
x_val, y_val = x_train[order[:300]], y_train[order[:300]]
x_fit, y_fit = x_train[order[300:]], y_train[order[300:]]
print(f"{len(x_fit)} digits to fit, {len(x_val)} to choose by, {len(x_test)} to judge by, once")


def accuracy_of(params, x, y):
    scores = np.maximum(0, x @ params["w1"] + params["b1"]) @ params["w2"] + params["b2"]
    return (scores.argmax(axis=1) == y).mean()


def train_two_layer(hidden, lam, epochs=30, lr=0.2, seed=0, scale=None, falling=False):
    rng = np.random.default_rng(seed)
    params, curves = new_params((64, hidden, 10), rng, scale), []
    for epoch in range(epochs):
        rate = lr * (1 + np.cos(np.pi * epoch / epochs)) / 2 if falling else lr
        ratios = []
        for x, y in data.minibatches(x_fit, y_fit, 32, rng):
            loss, grads = two_layer_loss(params, x, y, lam)
            ratios.append(rate * np.linalg.norm(grads["w1"]) / np.linalg.norm(params["w1"]))
            params = {name: w - rate * grads[name] for name, w in params.items()}
        fitted, chosen = (
            two_layer_loss(params, *part, 0.0)[0] for part in ((x_fit, y_fit), (x_val, y_val))
        )
        curves.append([fitted, chosen, accuracy_of(params, x_val, y_val), np.mean(ratios)])
    return params, np.array(curves)


# %% tags=["experiment", "nbval-ignore-output"]
figure, axes = plt.subplots(1, 2, figsize=(9, 3))
tried = {}
for color, mark, falling in (("C0", "o", False), ("C1", "s", True)):
    name = "falling rate" if falling else "constant rate"
    params, curves = train_two_layer(32, lam=0.0, lr=0.5, falling=falling)
    tried[name] = curves[-1, 1], params
    looks = {"color": color, "marker": mark, "markevery": 5}
    axes[0].semilogy(range(1, 31), curves[:, 0], label=f"{name}, training", **looks)
    axes[0].semilogy(range(1, 31), curves[:, 1], "--", color=color, label=f"{name}, validation")
    axes[1].semilogy(range(1, 31), curves[:, 3], label=name, **looks)
    print(
        f"{name:13s} training loss {curves[-1, 0]:.4f}, validation loss {curves[-1, 1]:.3f}, "
        f"validation accuracy {curves[-1, 2]:.3f}"
    )
axes[0].set(xlabel="epoch", ylabel="cross-entropy")
axes[0].set_yticks(ticks := [0.02, 0.05, 0.1, 0.2, 0.5], [f"{tick:g}" for tick in ticks])
axes[0].minorticks_off()
axes[1].set(xlabel="epoch", ylabel="update / weight of $w_1$")
axes[1].axhline(1e-3, color="0.5", lw=0.8)
axes[1].text(1, 1.1e-3, "rule of thumb", fontsize=8, color="0.3", va="bottom")
axes[0].set_ylim(0.01, 2.5)
axes[0].legend(fontsize=8, loc="upper right", handlelength=3)
axes[1].legend(fontsize=8)
chosen = min(tried, key=lambda name: tried[name][0])
params = tried[chosen][1]
print(f"chosen: {chosen}; opened once: test accuracy {accuracy_of(params, x_test, y_test):.3f}")
plt.show()

# %% [markdown]
# *What to see:* the constant rate ends with about *half* the training loss of the falling one, and is a little ahead on these validation digits. On twenty other splits the training loss of the falling rate was about twice as high in 18 (in the other two the constant rate happened to end on a spike), and the validation loss was the lower one in ten. So lowering the rate did not help the fit here, and the reason is instructive. These digits can be memorized: near such a fit the gradients of all examples are small at once, so mini-batches hardly pull in different ways. What noise there is shows as a few spikes of the constant rate, from which it recovers; in the second half the falling rate has none, and pays for that with smaller steps. In chapter 2, where the examples contradicted each other, the falling rate ended far below the constant one. A schedule is a remedy for noise; look first how much of it you have, and let the validation digits decide. The gap between solid and dashed is what the network has memorized without finding the rule: **overfitting** (过拟合), here a mild case.
#
# Right, the mean of the ratio over the mini-batches of each epoch. Both begin near $5\cdot10^{-2}$, fifty times the rule of thumb, and here that does no harm. They run together for about six epochs. Then the constant rate's falls slowly, as the gradients get smaller, to about $4\cdot10^{-3}$, and the falling one's goes down with its schedule, to about $2\cdot10^{-5}$.
#
# The test set has been opened, so its digits may be looked at, too. Here are all that the network gets wrong:

# %% tags=["experiment", "nbval-ignore-output"]
scores = np.maximum(0, x_test @ params["w1"] + params["b1"]) @ params["w2"] + params["b2"]
p = F.softmax(scores)
guess = p.argmax(axis=1)
wrong = np.flatnonzero(guess != y_test)
print(f"{len(wrong)} of {len(y_test)} wrong")
wrong = wrong[:10]  # on another machine it may be one more
titles = [f"{y_test[k]}, said {guess[k]} ({p[k, guess[k]]:.0%})" for k in wrong]
figure = plot.images(1 - x_test[wrong].reshape(-1, 8, 8), titles, columns=5, scale=1.5)
for ax in figure.axes[: len(wrong)]:
    ax.set(xticks=[], yticks=[])
    ax.set_axis_on()
    ax.spines[:].set_visible(True)
    ax.grid(False)
plt.show()

# %% [markdown]
# *What to see:* above each picture its label, the network's answer and the probability it gave to it. Four of the ten are eights, and several would puzzle a person, too. But the 6 that it calls a 1 gets 99%: a high probability says that the network is sure, not that it is right.
#
# ## 5. What hidden units do: they draw lines
#
# In two dimensions we can watch. Each hidden ReLU has a line $w\cdot x + b = 0$, its fold. The output layer adds the folded planes up and cuts the result. How many folds does it take to *enclose* a region?
#
# **Predict, then run:** points inside a disc against points outside, nets of 1, 2, 3 and 6 hidden units. Which shape does the inner region have for each? (The steps are Adam's, which notebook 4 derives: gradient descent whose step for each weight is divided by the usual size of that weight's gradient.)

# %% tags=["experiment"]
rng = np.random.default_rng(0)
disc = rng.uniform(-2, 2, (300, 2))
disc = disc[abs(np.hypot(*disc.T) - 1.05) > 0.15]
inside = (np.hypot(*disc.T) < 1.05).astype(int)


def best_of(hidden, starts=6):
    best = None
    for seed in range(starts):
        rng = np.random.default_rng(seed)
        net = Sequential(Linear(2, hidden, rng=rng), ReLU(), Linear(hidden, 2, rng=rng))
        history = fit(
            net,
            disc,
            inside,
            optimizer=optim.Adam(net, 0.03),
            epochs=60,
            batch_size=32,
            rng=rng,
            progress=False,
        )
        if best is None or history.train_loss[-1] < best[0]:
            best = history.train_loss[-1], net, seed
    return best


def draw_folds(ax, net, reach=2.0):
    p = net.parameters()
    t = np.array([-9.0, 9.0])
    for (w1, w2), b in zip(p["0.w"].T, p["0.b"]):
        n = w1 * w1 + w2 * w2
        ax.plot(-b * w1 / n - w2 * t, -b * w2 / n + w1 * t, "k--", lw=1.2)
    ax.set(xlim=(-reach, reach), ylim=(-reach, reach), xticks=[], yticks=[], aspect="equal")


# %% tags=["experiment", "nbval-ignore-output"]
# About 3 s on an ordinary laptop.
best_seed, best_net = {}, {}
figure, axes = plt.subplots(1, 4, figsize=(10, 2.8))
for ax, hidden in zip(axes, (1, 2, 3, 6)):
    _, net, best_seed[hidden] = best_of(hidden)
    best_net[hidden] = net
    plot.decision_regions(ax, lambda q: net(q).argmax(axis=1), disc, inside)
    draw_folds(ax, net)
    accuracy = (net(disc).argmax(axis=1) == inside).mean()
    ax.set_title(f"{hidden} hidden: {accuracy:.0%} right")
    print(f"{hidden} hidden units: accuracy {accuracy:.2f} (best of six starts)")
plt.show()

# %% [markdown]
# *What to see:* dashed, the fold of every hidden unit. One line leaves two half planes. Two lines make a strip or a wedge, open at an end. **Three lines make a triangle**: the smallest number that encloses. One unit cannot set the middle apart: the best of its six starts calls every point outside, and the 81% are the share of points that are. With two the inner region is a strip, open at both ends. With three it closes, in a triangle with cut corners. More units round it off (two of the six folds nearly coincide). In $D$ dimensions it takes at least $D + 1$ half-spaces $w_k\cdot x + b_k \le 0$ to enclose a bounded region: with $D$ or fewer there is a direction $u$ that leads out of none. If the $w_k$ are $D$ independent vectors, solve $w_k\cdot u = -1$ for all of them; if they span less than the space, take $u$ perpendicular to all.
#
# That two *units* are not enough follows, too. Where their folds cross, the plane has an unbounded wedge in which both are off, one in which only the first is on, and one in which only the second is. If the answer is to be "outside" far out in all three, then neither the bias of the score nor either of the two output weights may be positive, and so the score is positive nowhere. Where the folds are parallel, the score does not change along them.
#
# **By hand,** three units can: let the score of "inside" be $s = 1 - \max(0, -x_1) - \max(0, -x_2) - \max(0, x_1 + x_2 - 1)$. At $(0.2, 0.3)$ all three are off and $s = 1$. At $(2, 2)$ the third says 3, so $s = -2$. At $(-0.8, 0.5)$, beyond the first fold, that unit says 0.8, and the answer is still "inside", $s = 0.2$: alone, it needs a distance of 1 to win. At $(-0.8, -0.8)$ two units say 0.8 each, and $s = -0.6$. So the region is a triangle with cut corners.
#
# How do three folded planes make a region? Cut the picture of three units along the horizontal line through the middle. Each unit adds its own ramp to the score of "inside" minus that of "outside":

# %% tags=["experiment", "nbval-ignore-output"]
p, along = best_net[3].parameters(), np.linspace(-2, 2, 401)
ramps = np.maximum(0, np.column_stack([along, 0 * along]) @ p["0.w"] + p["0.b"])
votes, bias = p["2.w"][:, 1] - p["2.w"][:, 0], p["2.b"][1] - p["2.b"][0]
total = ramps @ votes + bias
figure, ax = plt.subplots(figsize=(7, 3))
for k, style in enumerate(("--", ":", "-.")):
    color = ("C0", "C2", "C3")[k]
    ax.plot(along, ramps[:, k] * votes[k], style, color=color, label=f"unit {k + 1}")
ax.axhline(bias, color="0.6", lw=1.5, label="biases")
ax.plot(along, total, color="C1", lw=2.5, label="sum")
ax.fill_between(along, 0, total, where=total > 0, color="C1", alpha=0.25)
ax.axhline(0, color="k", lw=0.8)
ax.set(xlabel="$x_1$ (where $x_2 = 0$)", ylabel="score of inside − outside")
ax.legend(fontsize=8, loc="center left", bbox_to_anchor=(1.0, 0.5))
plt.show()

# %% [markdown]
# *What to see:* dashed, dotted and dash-dotted, what each of the three units adds along the line; gray, the biases of the output; orange, the sum. Every unit is flat up to its fold and speaks against "inside" beyond it. Where the sum is above 0 (shaded) the answer is "inside". The plane is folded three times, and the output layer cuts the result at height 0.
#
# The next figure shows the folds finding their places: the three-unit network during training.


# %% tags=["experiment", "nbval-ignore-output"]
def folds_by_epoch(seed, at):
    rng = np.random.default_rng(seed)
    net = Sequential(Linear(2, 3, rng=rng), ReLU(), Linear(3, 2, rng=rng))
    frames, labels = [], []

    def snapshot(epoch, net, history):
        if epoch in at:
            figure, ax = plt.subplots(figsize=(4.2, 3.9))
            plot.decision_regions(ax, lambda q: net(q).argmax(axis=1), disc, inside)
            draw_folds(ax, net)
            ax.set_title(f"loss {history.train_loss[-1]:.2f}")
            frames.append(figure)
            labels.append(f"epoch {epoch + 1}")

    fit(
        net,
        disc,
        inside,
        optimizer=optim.Adam(net, 0.03),
        epochs=60,
        batch_size=32,
        rng=rng,
        progress=False,
        callback=snapshot,
    )
    return frames, labels


frames, labels = folds_by_epoch(best_seed[3], at=(0, 1, 2, 4, 6, 8, 11, 15, 20, 28, 40, 59))
plot.slider(frames, labels, "training")

# %% [markdown]
# *What to see:* at first no point is called inside. The folds turn and move until they frame the middle; then a triangle opens between them and grows until it holds the disc. The boundary lies a little outside the folds and has more corners than they have, because a unit begins to speak against "inside" at its fold, and what the three say is added up: it takes some distance until the sum is large enough, less where two of them speak. That is how the triangle gets its cut corners.
#
# ## 6. Width, regularization, smoothness
#
# A second data set: a hundred points of two moons, ten of which carry the *wrong* label. Memorizing the labels and finding the rule are now two things: new data, correctly labeled, tell them apart. We vary the number of hidden units (3, 10, 100) and the strength $\lambda$ of the L2 penalty (0, 0.001, 0.01), with your `two_layer_loss`. **Predict, then run:** which of the nine nets learns the most wrong labels, and which is best on new data?

# %% tags=["experiment"]
rng = np.random.default_rng(4)
moon_x, moon_y = data.moons(100, 0.2, rng)
new_x, new_y = data.moons(1000, 0.2, rng)
spoiled = rng.permutation(100)[:10]
moon_y = moon_y.copy()
moon_y[spoiled] = 1 - moon_y[spoiled]


def train_moons(hidden, lam, steps=2000, seed=0):
    rng = np.random.default_rng(seed)
    params = new_params((2, hidden, 2), rng)
    params["w1"] *= 3  # folds all over the plane from the start
    params["b1"] = rng.normal(0, 2, hidden)
    velocity = dict.fromkeys(params, 0.0)
    for _ in range(steps):  # all examples each step, with momentum (notebook 4)
        loss, grads = two_layer_loss(params, moon_x, moon_y, lam)
        velocity = {name: 0.9 * velocity[name] + grads[name] for name in params}
        params = {name: w - 0.1 * velocity[name] for name, w in params.items()}
    return params


def scores_of(params, q):
    return np.maximum(0, q @ params["w1"] + params["b1"]) @ params["w2"] + params["b2"]


def draw_moons(ax, params, title):
    """Regions of a net, with rings around the wrong labels; return its two accuracies."""
    plot.decision_regions(ax, lambda q: scores_of(params, q).argmax(axis=1), moon_x, moon_y)
    for dots in ax.collections[1:]:
        dots.set(sizes=[9], linewidths=0)  # small, or they would cover the islands
    ax.scatter(*moon_x[spoiled].T, s=110, facecolors="none", edgecolors="k", linewidths=1)
    seen, unseen = (
        (scores_of(params, x).argmax(axis=1) == y).mean()
        for x, y in ((moon_x, moon_y), (new_x, new_y))
    )
    ax.set(xticks=[], yticks=[], aspect="equal")
    ax.set_title(f"{title}\ntraining {seen:.0%}, new data {unseen:.0%}", fontsize=9)
    return seen, unseen


# %% tags=["experiment", "nbval-ignore-output"]
# About 5 s on an ordinary laptop.
moon_nets = {}
figure, axes = plt.subplots(3, 3, figsize=(9, 8))
for row, hidden in zip(axes, (3, 10, 100)):
    for ax, lam in zip(row, (0.0, 0.001, 0.01)):
        params = moon_nets[hidden, lam] = train_moons(hidden, lam)
        seen, unseen = draw_moons(ax, params, f"{hidden} hidden, λ = {lam:g}")
        learned = (scores_of(params, moon_x[spoiled]).argmax(axis=1) == moon_y[spoiled]).sum()
        print(
            f"{hidden:3d} hidden, lambda {lam:5.3f}: training {seen:.3f}, new data {unseen:.3f}, "
            f"wrong labels learned: {learned} of 10"
        )
plt.show()

# %% [markdown]
# *What to see:* rings mark the ten wrong labels. A hundred units without regularization (bottom left) build islands and bays around them, and also bend the boundary where there is no point at all, since nothing holds it there: the net learns 98% of the training labels, nine of the ten wrong ones included (printed), and misses more of the new points than the same net with a little regularization beside it. Too much, and the boundary is stretched nearly into a line.
#
# And three units? From this start they miss the moons. Does that mean that they cannot follow them? One start cannot tell. **Predict, then run:** twelve starts at each width, same data, $\lambda = 0.001$, 600 steps each (the figure above had 2000). (The steps use momentum, which notebook 4 derives: each keeps nine tenths of the step before.) Write down, for 3 and for 100 units, the best and the worst accuracy on new data that you expect.

# %% tags=["experiment", "nbval-ignore-output"]
# About 6 s on an ordinary laptop.
by_width = {}
for hidden in (3, 10, 100):
    starts = [train_moons(hidden, 0.001, steps=600, seed=seed) for seed in range(12)]
    by_width[f"{hidden} units"] = [
        (scores_of(params, new_x).argmax(axis=1) == new_y).mean() for params in starts
    ]
figure, ax = plt.subplots(figsize=(6.5, 3))
ch03_strips.strips(ax, by_width, "accuracy on new data")
for name, values in by_width.items():
    print(f"{name:9s} worst {min(values):.3f}, median {np.median(values):.3f}, best {max(values):.3f}")
plt.show()
for seed in np.argsort(by_width["3 units"])[:2]:  # the two worst, ten times as long
    params = train_moons(3, 0.001, steps=6000, seed=seed)
    longer = (scores_of(params, new_x).argmax(axis=1) == new_y).mean()
    print(f"3 units, 600 steps: {by_width['3 units'][seed]:.3f}; 6000 steps: {longer:.3f}")

# %% [markdown]
# *What to see:* each dot is one start, and the black bar is the median; where a dot stands to the left or right means nothing. Three units *can* follow the moons: their best start comes within half a percentage point of the usual start of the wide net. But ten of their twelve starts end at a worse place, at 86 to 90%. Have they only been stopped too early? Ten times as many steps change the accuracy of the two worst by very little, as printed, and neither finds the way. (Their gradients are small but not 0, so this does not prove that each sits at a minimum; it does show that waiting is no remedy. On five draws of the data, this one among them, the starts that missed changed by 1.2 points at most, and the best start was 2 to 14 points ahead.) With a hundred units the worst and the best start are about one percentage point apart. So the advantage of width is not what a net can represent here; it is that **descent from a random start finds it reliably**. (On other draws the best of a few starts of three units nearly always came within 3 points of the wide net, and on every draw the spread of a hundred units was less than half of that of three. The course notes of CS231n go further: small nets have few minima, and most of them are bad.)
#
# So take a net wide enough that the start hardly matters, and set the smoothness by $\lambda$, chosen on a validation set.
#
# The slider goes through $\lambda$ for the widest network.

# %% tags=["experiment", "nbval-ignore-output"]
# About 3 s on an ordinary laptop.
frames, strengths = [], (0.0, 0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03)
for lam in strengths:
    params = moon_nets[100, lam] if (100, lam) in moon_nets else train_moons(100, lam)
    figure, ax = plt.subplots(figsize=(4.6, 3.6))
    seen, unseen = draw_moons(ax, params, f"100 hidden, λ = {lam:g}")
    frames.append(figure)
    print(f"lambda {lam:6.4f}: training {seen:.3f}, new data {unseen:.3f}")
plot.slider(frames, [f"λ = {lam:g}" for lam in strengths], "strength of regularization")

# %% [markdown]
# *What to see:* the islands around the wrong labels shrink, the bays fill up, and in the end the boundary is nearly a line. Far from all points the regions do what they like at small strengths: no example and hardly any penalty says what should be there. In the printed numbers the training accuracy is highest at the smallest strengths and falls from there; the accuracy on new data is best in between, near $\lambda = 0.001$. (On other draws of the points $\lambda = 0.001$ was always better than no penalty, and $\lambda = 0.01$ was better still on some of them. That a little helps is general; how much helps most is not.)
#
# ## 7. Any depth
#
# Nothing in the derivation was special to two layers. With $a_0 = x$ and layers $l = 1, \dots, K$,
#
# $$z_l = a_{l-1}w_l + b_l,\qquad a_l = \max(0, z_l)\ \text{for } l < K,\qquad \mathrm{out} = z_K.$$
#
# ($K$ is the number of layers.) Backward, follow $\mathrm{d}z_l$, of shape $(N, D_l)$. It begins with $\mathrm{d}z_K = \mathrm{dout}$, since the last layer has no activation, and goes
#
# $$\mathrm{d}w_l = a_{l-1}^{\mathsf T}\,\mathrm{d}z_l,\qquad \mathrm{d}b_l = \sum_n\mathrm{d}z_l,\qquad \mathrm{d}z_{l-1} = (\mathrm{d}z_l\,w_l^{\mathsf T}) * [z_{l-1} > 0].$$
#
# | quantity | shape | check |
# |---|---|---|
# | $\mathrm{d}w_l$ | $(D_{l-1}, D_l)$ | $(D_{l-1}, N)(N, D_l)$ |
# | $\mathrm{d}z_l\,w_l^{\mathsf T}$ | $(N, D_{l-1})$ | $(N, D_l)(D_l, D_{l-1})$ |
#
# It is one loop, forward through the list of layers, and one loop back. For the loop back each layer needs its input and its own $z$, so the cache is a list with $(x_{in}, w, b, z)$ per layer.
#
# **By hand**, two layers of one unit each, $w_1 = 1.5,\; b_1 = -1,\; w_2 = -2,\; b_2 = 0.5$, and two examples $x = 2$ and $x = 0.5$. The pairs below are columns, an entry for each example. Forward: $z_1 = (2, -0.25)$, $a_1 = (2, 0)$, $\mathrm{out} = (-3.5, 0.5)$. Backward with $\mathrm{dout} = (1, 10)$: $\mathrm{d}w_2 = 2\cdot 1 + 0\cdot 10 = 2$ and $\mathrm{d}b_2 = 11$; $\mathrm{d}z_1 = (1\cdot(-2),\; 0)$, since the second example is off; $\mathrm{d}w_1 = 2\cdot(-2) = -4$ and $\mathrm{d}b_1 = -2$.
#
# **Task.** `mlp_forward(x, params) -> (out, cache)` with `params` a list of `(w, b)`, and `mlp_backward(dout, cache) -> grads`, a list of `(dw, db)` in the order of the layers. (MLP, multilayer perceptron, is another name for such a network.) Going back from layer $l$ to layer $l - 1$, the mask is made from the $z$ of layer $l - 1$; at the last layer nothing masks `dout`.


# %% nbgrader={"grade_id": "mlp_forward", "solution": true}
def mlp_forward(x, params):
    """Fully connected network: ReLU between the layers, none after the last.

    x (N, D), params a list of (w (D_in, D_out), b (D_out,)) -> out (N, D_last),
    cache = a list with one tuple (x_in, w, b, z) per layer.
    """
    ### BEGIN SOLUTION
    cache = []
    a = x
    for layer, (w, b) in enumerate(params):
        z = a @ w + b
        cache.append((a, w, b, z))
        a = np.maximum(0.0, z) if layer < len(params) - 1 else z
    return a, cache
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_mlp_forward", "grade": true, "points": 2}
check(mlp_forward)


# %% nbgrader={"grade_id": "mlp_backward", "solution": true}
def mlp_backward(dout, cache):
    """dout (N, D_last), cache from mlp_forward -> grads, a list of (dw, db), first layer first."""
    ### BEGIN SOLUTION
    grads = []
    dz = dout  # of the layer at hand
    for layer in reversed(range(len(cache))):
        x_in, w, b, z = cache[layer]
        grads.append((x_in.T @ dz, dz.sum(axis=0)))
        if layer > 0:
            z_before = cache[layer - 1][3]
            dz = (dz @ w.T) * (z_before > 0)
    return grads[::-1]
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_mlp_backward", "grade": true, "points": 5}
check(mlp_backward, forward=mlp_forward)

# %%
chain = [(np.array([[1.5]]), np.array([-1.0])), (np.array([[-2.0]]), np.array([0.5]))]
out, cache = mlp_forward(np.array([[2.0], [0.5]]), chain)
print("out", out.ravel().tolist())
for layer, (dw, db) in enumerate(mlp_backward(np.array([[1.0], [10.0]]), cache), start=1):
    print(f"layer {layer}: dw = {dw.item()}, db = {db.item()}")

# %% [markdown]
# Does depth help? Two spirals of two full turns are hard: a line through the middle crosses eight stripes. We give networks of one, two and three hidden layers about the same number of parameters, first 135 and then 700, train each from five starts with your pair, and judge them by 2,000 *fresh* points. (Adam's steps again, written out; notebook 4 explains the lines.)
#
# **Predict, then run:** rank the three depths at 135 parameters, and again at 700.


# %% tags=["experiment"]
def two_turns(n, rng):
    y, t = np.arange(n) % 2, rng.random(n)
    angle = 2 * np.pi * (2 * t + y / 2)
    x = (0.1 + 0.9 * t)[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return x + rng.normal(0, 0.02, (n, 2)), y


def train_spirals(sizes, seed, x, y, steps=600, lr=0.02):
    rng = np.random.default_rng(seed)
    params = [
        (rng.normal(0, np.sqrt(2 / m), (m, n)), rng.normal(0, 0.5, n) * (m == 2))
        for m, n in zip(sizes[:-1], sizes[1:])
    ]
    mean = square = [(0.0, 0.0)] * len(params)
    for t in range(1, steps + 1):
        scores, cache = mlp_forward(x, params)
        _, loss_cache = F.cross_entropy_forward(scores, y)
        grads = mlp_backward(F.cross_entropy_backward(loss_cache), cache)
        mean = [[0.9 * m + 0.1 * g for m, g in zip(*pair)] for pair in zip(mean, grads)]
        square = [[0.999 * s + 0.001 * g**2 for s, g in zip(*pair)] for pair in zip(square, grads)]
        rate, late = lr / (1 - 0.9**t), 1 - 0.999**t
        params = [
            tuple(p - rate * m / (np.sqrt(s / late) + 1e-8) for p, m, s in zip(*layer))
            for layer in zip(params, mean, square)
        ]
    return params


def right_share(params, x, y):
    return (mlp_forward(x, params)[0].argmax(axis=1) == y).mean()


budgets = {
    "about 135 parameters": ([2, 26, 2], [2, 9, 9, 2], [2, 7, 7, 6, 2]),
    "about 700 parameters": ([2, 140, 2], [2, 24, 23, 2], [2, 17, 17, 17, 2]),
}

# %% tags=["experiment", "nbval-ignore-output"]
# About 10 s on an ordinary laptop.
rng = np.random.default_rng(0)
spiral_x, spiral_y = two_turns(400, rng)
fresh_x, fresh_y = two_turns(2000, rng)
figure, axes = plt.subplots(1, 3, figsize=(10.5, 3.4), width_ratios=(1.15, 1.15, 1))
for ax, (budget, nets) in zip(axes, budgets.items()):
    by_depth = {}
    for sizes in nets:
        runs = [train_spirals(sizes, seed, spiral_x, spiral_y) for seed in range(5)]
        fresh = [right_share(params, fresh_x, fresh_y) for params in runs]
        by_depth["-".join(map(str, sizes))] = fresh
        count = sum(w.size + b.size for w, b in runs[0])
        print(f"{'-'.join(map(str, sizes)):12s} {count:4d} parameters: {np.round(sorted(fresh), 3)}")
    ch03_strips.strips(ax, by_depth, "accuracy on fresh points")
    ax.set(title=budget, ylim=(0.6, 1.02) if "135" in budget else (0.98, 1.001))
axes[1].set_ylabel("")
params, few = runs[int(np.argmax(fresh))], slice(0, 150)  # more points would hide the regions
plot.decision_regions(
    axes[2],
    lambda q: mlp_forward(q, params)[0].argmax(axis=1),
    spiral_x[few],
    spiral_y[few],
    resolution=200,
)
axes[2].set(title="best 2-17-17-17-2", xticks=[], yticks=[], aspect="equal", anchor="N")
plt.show()

# %% [markdown]
# *What to see:* each dot is one start, a bar is the median of five. (On the right, colors are the two spirals and the net's answer.) At 135 parameters the deeper nets have the higher medians in this draw, and the starts of each depth lie further apart than these medians do. In four of five draws of the data even the depth with the smallest spread varied more between starts than the medians of the depths differed, and in the fifth about as much. A median of five such starts is uncertain itself, so whether depth helps here cannot be told from this figure; that the start matters at least as much can. At 700 parameters (note the other scale) nearly every net gets nearly every fresh point right, and the medians of the depths are a quarter of a percentage point apart.
#
# Five starts cannot tell, but twenty can. With twenty starts of each depth at 135 parameters, on five draws of the data, two hidden layers were ahead of one on every draw, by 7 to 11 points in the mean: at least two and a half standard errors of that difference. Three layers were ahead of two on none of them. Can the net with one layer do less, or does it only learn more slowly? With four times as many steps both got better, and two layers led by 3 to 7 points: part of the lead was speed. So on these spirals, with this budget, the second hidden layer pays and the third does not.
#
# That there *are* functions which a deep net computes with few units and a shallow one only with exponentially many is a theorem (Telgarsky, 2016); whether your data are of this kind has to be tried. And training ever deeper nets raises difficulties of its own, the subject of notebook 4.
#
# ## 8. What hidden units stand for: templates
#
# A row of numbers that is multiplied by a picture, pixel by pixel, and summed is a **template** (模板): the sum is large when the picture is dark where the template is positive. A linear classifier (chapter 2) has one template for each class. If a class looks two ways, its template must be both at once.
#
# A made-up world to see it (trained with momentum, as in section 6, and a weight decay, which is the $\lambda$ of section 3; notebook 4 has both): side views of vehicles, 10 × 20 pixels with noise. A *hatchback* has a hood at one end, left or right, depending on where it faces. A *bus* has none, a *sedan* has one at both ends. The question: hatchback or not? **Predict, then run:** what share will a linear classifier get right, and what will its template look like?


# %% tags=["experiment"]
def vehicle(hood_left, hood_right, rng):
    picture, shift, bottom = np.zeros((10, 20)), rng.integers(-1, 2), rng.integers(6, 8)
    front, back = 3 + shift, 17 + shift
    roof = slice(front + 4 if hood_left else front, back - 4 if hood_right else back)
    picture[bottom - 2 : bottom, front:back] = 1.0
    picture[bottom - 5 : bottom - 2, roof] = 1.0
    picture[bottom - 4, roof.start + 1 : roof.stop - 1] = 0.3  # windows
    for wheel in (front + 3, back - 4):
        picture[bottom : bottom + 2, wheel - 1 : wheel + 2] = 0.8
    return np.clip(picture + rng.normal(0, 0.15, picture.shape), 0, 1)


def vehicles(n, rng):
    kinds = rng.integers(0, 4, n)  # 0 bus, 1 faces left, 2 faces right, 3 sedan
    pictures = np.array([vehicle(k in (1, 3), k in (2, 3), rng) for k in kinds])
    return pictures.reshape(n, -1), ((kinds == 1) | (kinds == 2)).astype(int), kinds


rng = np.random.default_rng(0)
car_x, car_y, car_kind = vehicles(800, rng)
car_x_test, car_y_test, car_kind_test = vehicles(400, rng)
figure, axes = plt.subplots(1, 4, figsize=(9, 1.5))
for ax, kind, name in zip(
    axes, range(4), ("bus", "hatchback, faces left", "hatchback, faces right", "sedan")
):
    ax.imshow(car_x[car_kind == kind][0].reshape(10, 20), cmap="gray_r")
    ax.set(title=name, xticks=[], yticks=[])
    ax.title.set_fontsize(9)
plt.show()

# %% tags=["experiment", "nbval-ignore-output"]
mean_picture = car_x.mean(axis=0)


def train_cars(net, rng, epochs=30):
    fit(
        net,
        car_x - mean_picture,
        car_y,
        optimizer=optim.SGD(net, 0.1, momentum=0.9, weight_decay=3e-3),
        epochs=epochs,
        batch_size=32,
        rng=rng,
        progress=False,
    )
    return (net(car_x_test - mean_picture).argmax(axis=1) == car_y_test).mean()


rng = np.random.default_rng(0)
linear = Sequential(Linear(200, 2, rng=rng))
print(f"linear classifier:   test accuracy {train_cars(linear, rng):.2f}")
rng = np.random.default_rng(0)
hidden = Sequential(Linear(200, 4, rng=rng), ReLU(), Linear(4, 2, rng=rng))
print(f"four hidden units:   test accuracy {train_cars(hidden, rng):.2f}")


# %% tags=["experiment", "nbval-ignore-output"]
units = hidden.parameters()["0.w"].T
votes = hidden.parameters()["2.w"][:, 1] - hidden.parameters()["2.w"][:, 0]
activity = np.maximum(0, (car_x_test - mean_picture) @ units.T + hidden.parameters()["0.b"])
pictures = [linear.parameters()["0.w"][:, 1] - linear.parameters()["0.w"][:, 0], *units]
titles = [
    "linear: “hatchback”",
    *(f"unit {k}: votes {'for' if v > 0 else 'against'}" for k, v in enumerate(votes, start=1)),
]
figure, axes = plt.subplots(1, 5, figsize=(10, 2))
for ax, picture, title in zip(axes, pictures, titles):
    ax.imshow(
        picture.reshape(10, 20),
        cmap="PuOr",
        vmin=-np.abs(picture).max(),
        vmax=np.abs(picture).max(),
    )
    ax.set(title=title, xlabel=f"−{abs(picture).max():.2f} to {abs(picture).max():.2f}")
    ax.set(xticks=[], yticks=[])
    ax.title.set_fontsize(9)
print("mean activity for    bus   left  right  sedan")
for k in range(4):
    print(
        f"  unit {k + 1}          ",
        "".join(f"{activity[car_kind_test == kind, k].mean():7.2f}" for kind in range(4)),
    )
plt.show()

# %% [markdown]
# *What to see:* the linear classifier, on the left, is no better than tossing a coin, and its template is noise (each of the five pictures has its own scale, from darkest orange to darkest purple, written below it): whatever speaks for a hood on the left speaks against a hatchback that faces right. (On twenty draws of the pictures it got 44 to 55% right, and four hidden units got all.) The four hidden units have divided the question. Purple is positive: ink there makes the unit fire; ink on orange silences it. Two of them want a roof at the right end and none at the left: a car that faces left. One wants the mirror image. One fires for a missing roof at both ends, a sedan, and votes against. The activities in the table say the same. The classes "faces left" and "faces right" were never named in training: the network invented them, because they help. (This is XOR again, with pictures for bits.)
#
# Now the digits. The columns of $w_1$ of a trained 64-100-10 network, as pictures, the 12 with the strongest votes:

# %% tags=["experiment", "nbval-ignore-output"]
params, _ = train_two_layer(100, lam=5e-3, epochs=40, scale=0.05)
order = np.argsort(-np.linalg.norm(params["w2"], axis=1))
figure, axes = plt.subplots(2, 6, figsize=(9, 3.6))
for ax, k in zip(axes.flat, order):
    template = params["w1"][:, k].reshape(8, 8)
    ax.imshow(template, cmap="PuOr", vmin=-abs(template).max(), vmax=abs(template).max())
    ax.set(xticks=[], yticks=[])
    ax.set_title(f"for {params['w2'][k].argmax()} (±{abs(template).max():.1f})", fontsize=9)
activity = np.maximum(0, x_test @ params["w1"] + params["b1"])
by_class = np.array([activity[y_test == c].mean(axis=0) for c in range(10)])  # (10, 100)
shared = (by_class > 0.5 * by_class.max(axis=0)).sum(axis=0)
print(
    f"classes a unit answers to, at least half as strongly as to its favorite: {shared.mean():.1f} (mean)"
)
print(f"units that fire for one picture: {(activity > 0).sum(axis=1).mean():.0f} of 100 on average")

# %% [markdown]
# *What to see:* above each template stands the digit for which the unit votes most strongly, and the largest weight, which sets the scale of its colors. Patches of stroke (purple) beside patches that must be empty (orange), and not a single whole digit. A unit answers to several classes, and a digit makes many units fire. This is the distributed representation of notebook 1, found by learning. It has a famous property, **graceful degradation**: remove some units at random, without retraining, and the answers get worse slowly.
#
# Is it the distribution that protects the network? A control is needed. Two *local* codes, in which every unit stands for one digit and nothing else, and the digit of the nearest unit wins: one with a single unit for each digit (the class mean), and one with as many units as the network, ten prototypes for each digit, found by k-means (chapter 1: the pictures of a digit are divided into ten groups of similar ones, and a prototype is the mean of a group).
#
# **Predict, then run:** half of the units are gone. Rank the three.


# %% tags=["experiment", "nbval-ignore-output"]
def prototypes(per_digit, x, y):
    centers = [
        KMeans(per_digit, n_init=1, random_state=0).fit(x[y == k]).cluster_centers_
        for k in range(10)
    ]
    return np.concatenate(centers), np.repeat(np.arange(10), per_digit)


def with_units_removed(params, codes, share, rng, draws=30):
    """Test accuracy of the network, and of each local code, with a share of the units removed."""
    activity = np.maximum(0, x_test @ params["w1"] + params["b1"])
    distances = [((x_test[:, None] - centers) ** 2).sum(axis=2) for centers, _ in codes]
    found = []
    for _ in range(draws):
        alive = rng.permutation(len(params["b1"])) >= round(share * len(params["b1"]))
        guesses = [((activity * alive) @ params["w2"] + params["b2"]).argmax(axis=1)]
        for distance, (_, digit) in zip(distances, codes):
            alive = rng.permutation(len(digit)) >= round(share * len(digit))
            guesses.append(digit[alive][distance[:, alive].argmin(axis=1)])
        found.append([(guess == y_test).mean() for guess in guesses])
    return np.mean(found, axis=0)


codes = [prototypes(n, x_fit, y_fit) for n in (10, 1)]
shares = np.linspace(0, 0.9, 10)
rng = np.random.default_rng(0)
curves = np.array([with_units_removed(params, codes, share, rng) for share in shares])
figure, ax = plt.subplots(figsize=(6.5, 3))
names = ("network, 100 units", "local, 10 units per digit", "local, 1 unit per digit")
for style, name, curve in zip(("o-", "^-.", "s--"), names, curves.T):
    ax.plot(shares, curve, style, label=name)
    print(f"{name:24s} 0, 20, 50% removed: {curve[0]:.2f}, {curve[2]:.2f}, {curve[5]:.2f}")
ax.set(xlabel="share of units removed", ylabel="test accuracy")
ax.legend()
plt.show()

# %% [markdown]
# *What to see:* the order with half of the units gone is ten prototypes per digit, the network, one unit per digit, in the figure and on nine other splits. With one unit per digit, every unit that goes takes its class with it. The network falls from 0.96 to 0.80; the first fifth of its units costs it three points. But the local code with as many units falls less, from 0.98 to 0.91: ten prototypes cover for each other better than a hundred units that were never trained to. So graceful degradation needs no distribution: **redundancy**, many units for each thing, is enough for it. (The control does not say what distribution adds; the network has both.) What sets a distributed code apart is how many things fit (notebook 1): $k$ local units stand for $k$ things at most, an eleventh class needs a unit of its own, while $k$ units that are on or off have $2^k$ patterns.
#
# Dropout, in notebook 4, trains the units to cover for each other.

# %% [markdown]
# ## 9. Quiz
#
# **Question 1.** A network for 100 classes, small random weights, no regularization. Which loss do you expect before the first step? Give two decimal places.

# %% nbgrader={"grade_id": "quiz_first_loss", "solution": true}
# quiz_first_loss = a number
### BEGIN SOLUTION
quiz_first_loss = 4.61
### END SOLUTION

# %% nbgrader={"grade_id": "check_quiz_first_loss", "grade": true, "points": 1}
check.quiz("quiz_first_loss", quiz_first_loss)

# %% [markdown]
# **Question 2.** What is the smallest number of lines that can enclose a bounded region of the plane, and so, as section 5 showed, the smallest number of hidden units, one fold each? A whole number.

# %% nbgrader={"grade_id": "quiz_enclose", "solution": true}
# quiz_enclose = a whole number
### BEGIN SOLUTION
quiz_enclose = 3
### END SOLUTION

# %% nbgrader={"grade_id": "check_quiz_enclose", "grade": true, "points": 1}
check.quiz("quiz_enclose", quiz_enclose)

# %% [markdown]
# **Question 3.** At 3 hidden units, two of twelve starts reach 95% on the moons and the others end at 86 to 90%. What have we learned about a net of 3 units?
#
# - A: it cannot represent a boundary that follows the moons
# - B: it can represent such a boundary, and descent usually ends elsewhere
# - C: it overfits, so it needs a larger $\lambda$
# - D: nothing, since the starts disagree

# %% nbgrader={"grade_id": "quiz_three_units", "solution": true}
# quiz_three_units = a letter
### BEGIN SOLUTION
quiz_three_units = "B"
### END SOLUTION

# %% nbgrader={"grade_id": "check_quiz_three_units", "grade": true, "points": 1}
check.quiz("quiz_three_units", quiz_three_units)

# %% [markdown]
# **In your own words** (graded by a person). A friend has built a two-layer network for the ten digits and reports: "The loss at the start is 2.30, so the gradients are right. With 20 examples the loss stays at 2.30, so I need more data." Which of the two conclusions follow, which do not, and what should the friend try next? At most eight sentences.

# %% [markdown] nbgrader={"grade_id": "explain_before_training", "grade": true, "solution": true, "points": 5}
# <!-- BEGIN SOLUTION -->
# Neither follows. A loss near $\ln 10$ at the start says that the forward pass gives all classes about the same probability; it does not look at the gradients, which may have any value. A network that cannot memorize twenty examples has a bug or a bad setting, and more data cannot cure that: it would only take longer to see the same. Next comes the gradient check, for a few entries of each of the four arrays, with a small batch and a penalty of zero. If it fails, the array where it fails says which line of the backward pass to read. If all arrays pass, the gradients are right for this start: then look at whether hidden units fire at all (a bias far below zero, a dead layer), whether the parameters are really updated, with the right sign, and whether the learning rate is far too small.
#
# *Points:* 1 for "the first loss does not test gradients", 1 for "more data cannot help a network that does not memorize twenty", 1 for the gradient check as the next step, 2 for a conclusion from each of its outcomes.
# <!-- END SOLUTION -->

# %% [markdown]
# ## What to take away
#
# - Check three things before training: the first loss, the gradient, whether it can memorize twenty examples.
# - Cross-entropy's gradient, $p$ minus the one-hot label, has no factor $\sigma'$; confident errors are corrected first.
# - A hidden unit is a line with a fold (in the plane) and a template (on pictures). Three lines enclose a region.
# - A wide network reaches the same accuracy from nearly every start; set its smoothness by $\lambda$, chosen on a validation set.
# - A claim about one start is a claim about one start: repeat the run, and look for the control that could refute it.
#
# Next: why deep networks refuse to learn, and how to train them.
