# %% [markdown]
# # 3 · Feedforward networks and backpropagation
#
# **Notebook 4 of 4: training in practice**
#
# Correct gradients are not enough: a deep network can have all of them correct and learn nothing. This notebook is about the four things that decide: where you start (initialization), how you step (optimizers), how you keep the network from memorizing its examples (dropout) and how you keep its signals in range (batch normalization). At the end: how to check gradients in real programs, a summary of the chapter, and its glossary. What was measured on other splits of the digits is in `docs/claims/ch03.md`.

# %%
import matplotlib.pyplot as plt
import numpy as np

from autograder import check
from nnkit import plot

plot.style()

# %% tags=["experiment"]
# What only the experiments need: data, and the course's own functions, layers and training loop.
import nnkit.functional as F
from nnkit import data, optim
from nnkit.gradcheck import check_pair
from nnkit.layers import Layer, LayerNorm, Linear, ReLU, Sequential, Tanh
from nnkit.plot import ch03_batchnorm, ch03_checks, ch03_dropout, ch03_norms, ch03_optimizers
from nnkit.train import fit

x_train, y_train, x_test, y_test = data.digits(rng=np.random.default_rng(0))

# %% [markdown]
# ## 1. Initialization (初始化)
#
# ### All zeros, or all the same
#
# If all units of a layer have the same incoming *and* the same outgoing weights, they compute the same, receive the same gradient and stay equal forever: a layer of 100 units is worth one. (Equal incoming weights alone are not enough for that: where the outgoing ones differ, so do the gradients, $\mathrm{dout}\,w^{\mathsf T}$, and the units part after one step.) With zeros it is worse: nothing passes forward or backward through the weights. Chance must break the **symmetry** (对称性).


# %% tags=["experiment"]
def hidden_gradient(w1, w2):
    z1, c1 = F.affine_forward(x_train[:100], w1, np.zeros(8))
    a1, ca = F.tanh_forward(z1)
    s, c2 = F.affine_forward(a1, w2, np.zeros(10))
    _, cl = F.cross_entropy_forward(s, y_train[:100])
    da1, _, _ = F.affine_backward(F.cross_entropy_backward(cl), c2)
    _, dw1, _ = F.affine_backward(F.tanh_backward(da1, ca), c1)
    return dw1


rng = np.random.default_rng(0)
starts = {
    "zeros": (np.zeros((64, 8)), np.zeros((8, 10))),
    "in and out alike": (
        np.repeat(rng.normal(0, 0.1, (64, 1)), 8, axis=1),
        np.repeat(rng.normal(0, 0.1, (1, 10)), 8, axis=0),
    ),
    "only in alike": (
        np.repeat(rng.normal(0, 0.1, (64, 1)), 8, axis=1),
        rng.normal(0, 0.1, (8, 10)),
    ),
    "random": (rng.normal(0, 0.1, (64, 8)), rng.normal(0, 0.1, (8, 10))),
}
for name, (w1, w2) in starts.items():
    dw1 = hidden_gradient(w1, w2)
    print(
        f"{name:18s} largest |dw1| {abs(dw1).max():.4f}, "
        f"different columns in dw1: {len(np.unique(dw1.round(12), axis=1).T)}"
    )

# %% [markdown]
# ### How large?
#
# Random, then, with mean 0; but of which size? Follow the variance through one layer. A pre-activation is a sum of $D$ products,
#
# $$z = \sum_{i=1}^{D} x_i w_i,$$
#
# with weights independent of each other and of $x$, with mean 0 and variance $\operatorname{Var} w$. The products then have mean 0 and do not correlate, so their variances add:
#
# $$\operatorname{Var} z = D\cdot\mathbb{E}[x^2]\cdot\operatorname{Var} w.$$
#
# Suppose for a moment that the activation keeps the size. Then after ten layers the factor $D\operatorname{Var} w$ has been applied ten times. At 0.5 the variance shrinks to a thousandth ($0.5^{10} \approx 0.001$), at 2 it grows a thousandfold. It has to be about 1. A unit's **fan-in** is the number of its inputs, $D$; its **fan-out** is the number of units that its output feeds, $M$.
#
# - **Forward**, if the activation is about the identity near 0 (tanh): $\mathbb{E}[a^2] \approx \operatorname{Var} z$, so the size is kept if $D\operatorname{Var} w = 1$, that is $\operatorname{Var} w = 1/\text{fan-in}$.
# - **Backward**, $\mathrm{d}x_i = \sum_{m=1}^{M}\mathrm{dout}_m\,w_{im}$ is a sum of $M$ products. Suppose that what comes back is independent of the weights (it is not quite: it has passed through the layers that they feed). Then the variances add as before, $\operatorname{Var}\mathrm{d}x = M\cdot\mathbb{E}[\mathrm{dout}^2]\cdot\operatorname{Var} w$, and the gradient keeps its size if $\operatorname{Var} w = 1/\text{fan-out}$.
#
# Both hold at once only if $D = M$. **Xavier initialization** (Glorot and Bengio, 2010) takes the compromise
#
# $$\operatorname{Var} w = \frac{2}{\text{fan-in} + \text{fan-out}}.$$
#
# **ReLU** throws half of a symmetric $z$ away: $z^2$ is as large on average where $z > 0$ as where $z < 0$, and only the first half is left, so $\mathbb{E}[a^2] = \frac12\mathbb{E}[z^2] = \frac12\operatorname{Var} z$. The weights must make up for it: $D\operatorname{Var} w\cdot\frac12 = 1$. This is **He initialization** (He and others, 2015):
#
# $$\operatorname{Var} w = \frac{2}{\text{fan-in}}.$$
#
# **ReLU on the way back.** There the mask $[z > 0]$ comes before the product. It is 0 for half of the units, so $\mathbb{E}[\mathrm{d}z^2] = \frac12\mathbb{E}[\mathrm{d}a^2]$, and $\operatorname{Var}\mathrm{d}x = M\cdot\frac12\,\mathbb{E}[\mathrm{d}a^2]\cdot\operatorname{Var} w$. The gradient keeps its size if $M\operatorname{Var} w\cdot\frac12 = 1$, that is $\operatorname{Var} w = 2/\text{fan-out}$. In a layer with $D = M = 64$ both demands are one: a standard deviation of $\sqrt2/\sqrt{64}$, the gain $\sqrt2$ of notebook 1. Where $D \ne M$, one of them suffices: with $2/\text{fan-in}$ the gradient is multiplied by $M/D$ in variance at each layer, and along a chain of layers $D_0, D_1, D_2, \dots$ these factors cancel but for the first and the last width.
#
# **By hand, ten layers.** Every layer 64 wide, ReLU, weights of variance $g^2/64$ with the gain $g$: a layer multiplies the mean square by $64\cdot g^2/64\cdot\frac12 = g^2/2$, so the size, its root, by $g/\sqrt2$. Gain 1: ten layers leave $0.707^{10} = 0.031$ of the size, forward and backward. Gain $\sqrt2$: all of it. Gain 2: $1.414^{10} = 32$ times as much. **Predict** the same for layers that are 256 wide with weights of variance $1/64$ (the answer comes after the task).
#
# **By hand:** fan-in 50, fan-out 150. Xavier: variance $2/200 = 0.01$, standard deviation 0.1. He: variance $2/50 = 0.04$, standard deviation 0.2. A generator's `normal` wants the standard deviation, not the variance.
#
# **Task.** `xavier_init(fan_in, fan_out, rng) -> w` and `he_init(fan_in, fan_out, rng) -> w`, normal, drawn from `rng`.


# %% nbgrader={"grade_id": "xavier_init", "solution": true}
def xavier_init(fan_in, fan_out, rng):
    """Normal weights of mean 0 and variance 2 / (fan_in + fan_out).

    fan_in, fan_out ints, rng a numpy Generator -> w (fan_in, fan_out).
    """
    ### BEGIN SOLUTION
    return rng.normal(0.0, np.sqrt(2.0 / (fan_in + fan_out)), (fan_in, fan_out))
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_xavier_init", "grade": true, "points": 1}
check(xavier_init)


# %% nbgrader={"grade_id": "he_init", "solution": true}
def he_init(fan_in, fan_out, rng):
    """Normal weights of mean 0 and variance 2 / fan_in.

    fan_in, fan_out ints, rng a numpy Generator -> w (fan_in, fan_out).
    """
    ### BEGIN SOLUTION
    return rng.normal(0.0, np.sqrt(2.0 / fan_in), (fan_in, fan_out))
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_he_init", "grade": true, "points": 1}
check(he_init)

# %% [markdown]
# (The prediction: a variance of $1/64$ is $g^2/256$ with $g = 2$, so ten layers make $1.414^{10} = 32$ again. The gain is what counts.)
#
# Five initializations, ten layers of 64 units, 500 digits (standardized, so that $\mathbb{E}[x^2]$ is about 1 in most pixels; pixels that hardly ever vary stay near 0, and the mean over all is 0.77). What do the activations of each layer look like?

# %% tags=["experiment"]
mean, std = x_train.mean(axis=0), x_train.std(axis=0) + 1e-2
z_train, z_test = (x_train - mean) / std, (x_test - mean) / std
schemes = {
    "tanh, std 0.01": (np.tanh, lambda m, n, rng: rng.normal(0, 0.01, (m, n))),
    "tanh, std 1": (np.tanh, lambda m, n, rng: rng.normal(0, 1, (m, n))),
    "tanh, Xavier": (np.tanh, xavier_init),
    "ReLU, Xavier": (lambda z: np.maximum(0, z), xavier_init),
    "ReLU, He": (lambda z: np.maximum(0, z), he_init),
}

# %% tags=["experiment"]
# About 3 s on an ordinary laptop.
shown = (1, 2, 4, 7, 10)
figure, axes = plt.subplots(len(schemes), len(shown), figsize=(10, 8))
for row, (name, (f, draw)) in zip(axes, schemes.items()):
    rng = np.random.default_rng(0)
    a, deviations = z_train[:500], []
    for layer in range(1, 11):
        a = f(a @ draw(64, 64, rng))
        deviations.append(np.sqrt((a**2).mean()))
        if layer in shown:
            ax = row[shown.index(layer)]
            limit = 1.05 if "tanh" in name else 3
            values = a[a != 0] if "ReLU" in name else a.ravel()
            ax.hist(
                values,
                bins=40,
                range=(-limit if "tanh" in name else 0, limit),
                color="C0" if "tanh" in name else "C1",
                histtype="stepfilled",
            )
            ax.set(yticks=[])
            ax.grid(False)
            ax.set_title(f"layer {layer}, rms {deviations[-1]:.1g}", fontsize=9)
    row[0].set_ylabel(name)
    print(
        f"{name:15s} root mean square of the activations in layers 1, 5, 10: "
        + ", ".join(f"{deviations[k]:.1e}" for k in (0, 4, 9))
    )
plt.show()
last = []
for seed in range(50):
    rng, a = np.random.default_rng(seed), z_train[:500]
    for _ in range(10):
        a = np.maximum(0, a @ he_init(64, 64, rng))
    last.append(np.sqrt((a**2).mean()))
low, middle, high = np.quantile(last, (0.1, 0.5, 0.9))
print(f"ReLU, He, layer 10, fifty seeds: median {middle:.2f}, eight of ten from {low:.2f} to {high:.2f}")

# %% [markdown]
# *What to see:* rows are initializations, columns are layers, the number is the root mean square (rms). Compare the widths: each panel has its own height. Row 1: too small, and from layer 2 on all activations are a spike at 0; the gradients of the weights, which contain the activations, vanish too. Row 2: too large, and all units sit at $-1$ or $1$, where tanh is flat. Row 3: with Xavier the distribution stays broad, though it narrows from layer to layer, because tanh pulls every value a little below the identity. Row 4: the same with ReLU loses about half of the variance per layer (units at exactly 0 are left out of the ReLU histograms). Row 5: He initialization repairs that. It begins below 1 because of the pixels that hardly vary, and what it does from layer to layer is the luck of 64 random units, ten times in a row: by the last printed line, the seed drawn here is among the lowest tenth.
#
# And in training? The same five, eight hidden layers of 64 units, the same optimizer at the same rate. **Predict, then run:** which of the five will not learn at all, and which will learn late?

# %% tags=["experiment", "nbval-ignore-output"]
# About 4 s on an ordinary laptop.
figure, (gradient_axis, ax) = plt.subplots(1, 2, figsize=(10, 3.6))
for style, (name, (_, draw)) in zip(("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1))), schemes.items()):
    rng = np.random.default_rng(0)
    layers = []
    for _ in range(8):
        layers += [Linear(64, 64, rng=rng, init=draw), Tanh() if "tanh" in name else ReLU()]
    net = Sequential(*layers, Linear(64, 10, rng=rng, init=draw))
    _, cache = F.cross_entropy_forward(net(z_train[:500]), y_train[:500])
    net.backward(F.cross_entropy_backward(cache))
    sizes = [np.linalg.norm(net.gradients()[f"{2 * layer}.w"]) for layer in range(8)]
    gradient_axis.semilogy(range(1, 9), sizes, ls=style, marker="o", ms=3, label=name)
    history = fit(
        net,
        z_train,
        y_train,
        optimizer=optim.SGD(net, 0.03),
        epochs=10,
        batch_size=32,
        rng=rng,
        progress=False,
    )
    ax.semilogy(range(1, 11), history.train_loss, ls=style, label=name)
    print(
        f"{name:15s} |dw| of layers 1 and 8 at the start {sizes[0]:.0e}, {sizes[-1]:.0e}; "
        f"loss after 10 epochs {history.train_loss[-1]:6.3f}, "
        f"test accuracy {(net(z_test).argmax(axis=1) == y_test).mean():.2f}"
    )
ax.set(xlabel="epoch", ylabel="training loss")
gradient_axis.set(xlabel="layer", ylabel="norm of dw at the start")
lines, names = ax.get_legend_handles_labels()
figure.legend(lines, names, loc="outside lower center", ncols=5, fontsize=9)
plt.show()

# %% [markdown]
# *What to see:* left, the gradients before the first step; right, the training. From a start that is too small the gradients are next to nothing in every layer, and nothing moves: the loss stays at $\ln 10 = 2.303$, pure guessing. From one that is too large the loss begins far above that and comes down slowly. Its units are saturated, but the weights, eight times Xavier's, more than make up for the small slopes: the gradient *grows* on its way back, to more than a hundred times its size, and the steps of the first layers are wild. Xavier with tanh learns at once. ReLU with Xavier's start needs some epochs until its signals have grown; He initialization saves those epochs. All this is at one rate, so part of it may be the rate's doing. (On five splits, each start with the best of four rates from 0.01 to 0.3: after five epochs ReLU from Xavier's start had 1.7 to 6.4 times the loss of He's, and the better of the two bad starts more than 20 times.)
#
# ## 2. Optimizers
#
# The gradient says which way is downhill here and now. What to do with it is up to us. Let $w$ be one array of parameters, $\mathrm{d}w$ its gradient, $\eta$ the **learning rate** (学习率), `lr`.
#
# **Plain gradient descent (SGD).** $w \leftarrow w - \eta\,\mathrm{d}w$. It struggles in a **ravine**: a loss that is steep across and flat along. Take $L = \frac12(\kappa_1 w_1^2 + \kappa_2 w_2^2)$ with the curvatures $\kappa_1 = 1$, $\kappa_2 = 25$. Each coordinate is multiplied by $1 - \eta\kappa$ at each step. Steep direction: $|1 - 25\eta| < 1$ needs $\eta < 2/25$. Flat direction, at that rate: a factor of $1 - 2/25 = 0.92$ per step at best. The steep wall dictates the rate, the flat floor pays for it.
#
# **Momentum** (动量). Let the gradient push a velocity, as gravity pushes a ball:
#
# $$v \leftarrow \mu v + \mathrm{d}w,\qquad w \leftarrow w - \eta v.$$
#
# Across the ravine, pushes alternate in sign and cancel in $v$. Along it they agree and add up, to at most $\mathrm{d}w\,(1 + \mu + \mu^2 + \cdots) = \mathrm{d}w/(1-\mu)$: with $\mu = 0.9$ ten times the step.
#
# *How much momentum?* In a direction of curvature $\kappa$ the gradient is $\kappa\,w$. Let $w_t$ be the weight after $t$ steps and $v_t$ the velocity of step $t$, so that $\eta v_t = w_{t-1} - w_t$. Put this into $w_{t+1} = w_t - \eta\,(\mu v_t + \kappa w_t)$:
#
# $$w_{t+1} = (1 + \mu - \eta\kappa)\,w_t - \mu\,w_{t-1}.$$
#
# So each weight is made from the two before it. Try $w_t = q^t$, and divide by $q^{t-1}$: it is a solution if
#
# $$q^2 - (1+\mu-\eta\kappa)\,q + \mu = 0.$$
#
# This has two roots $q_1$, $q_2$. If they are different, every run is a mixture $A q_1^t + B q_2^t$ of the two (at a double root $q$ it is $(A + B t)\,q^t$), and after some steps the larger one, in absolute value, is all that is left: $|q|$ is the factor by which the error shrinks in a step. **In numbers,** $\eta = 0.02$ and $\kappa = 1$. Without momentum $q = 1 - 0.02 = 0.98$. With $\mu = 0.5$ it is $q^2 - 1.48\,q + 0.5 = 0$, $q = 0.74 \pm\sqrt{0.74^2 - 0.5} = 0.74\pm0.218$, so $|q| = 0.958$. With $\mu = 0.9$ it is $q^2 - 1.88\,q + 0.9 = 0$, and the number under the root is $0.94^2 - 0.9 = -0.0164$: two complex roots $0.94\pm0.128\,\mathrm i$ with $|q| = \sqrt{0.9} = 0.949$.
#
# *Creeping and swinging.* Where the roots are real and positive, as at $\mu = 0.5$, the error creeps toward 0 from one side. Where they are complex, they are conjugates with the product $\mu$, so both have $|q| = \sqrt\mu$, whatever the curvature: the error swings around 0, and more momentum is then slower. The border between the two, **critical damping**, is fastest. There the discriminant is zero, $(1 + \mu - \eta\kappa)^2 = 4\mu$, and both roots are $\sqrt\mu$ if $\mu = (1 - \sqrt{\eta\kappa})^2$. By hand, $\eta = 0.02$: the flat direction, $\kappa = 1$, wants $\mu = 0.74$ (then $|q| = 0.86$), the steep one, $\kappa = 25$, wants $0.09$.
#
# *How large may the rate be?* For a given $\mu$ the discriminant is zero at a second rate as well, $\eta\kappa = (1 + \sqrt\mu)^2$, where both roots are $-\sqrt\mu$: the rate is so large that the error changes sign at each step. Beyond $\eta\kappa = 2 + 2\mu$ it grows. (Gabriel Goh, *Why momentum really works*, Distill 2017, has the whole story.)
#
# **Nesterov** (1983). Momentum will carry us on by $-\eta\mu v$ anyway, so take the gradient at the point $\tilde w$ where that leads:
#
# $$\tilde w = w - \eta\mu v,\qquad v' = \mu v + \mathrm{d}w(\tilde w),\qquad w' = w - \eta v'.$$
#
# Programs have the gradient only at the parameters they hold. So let them hold $\tilde w$. The next one is $\tilde w' = w' - \eta\mu v' = w - \eta v' - \eta\mu v'$; put in $w = \tilde w + \eta\mu v$, and $\mu v = v' - \mathrm{d}w$:
#
# $$\tilde w' = \tilde w + \eta\,(v' - \mathrm{d}w) - \eta v' - \eta\mu v' = \tilde w - \eta\,(\mathrm{d}w + \mu v').$$
#
# With $w$ as the name of what is held, this is
#
# $$v \leftarrow \mu v + \mathrm{d}w,\qquad w \leftarrow w - \eta\,(\mathrm{d}w + \mu v).$$
#
# **RMSProp** (Hinton's lectures, 2012). Give every parameter its own rate. In the ravine the gradient is the curvature times the coordinate, so the steep direction has large gradients because it is steep. Divide each gradient by its typical size, the root of a running mean of its squares, and the curvature cancels: one $\eta$ suits both directions.
#
# $$r \leftarrow \rho r + (1-\rho)\,\mathrm{d}w^2,\qquad w \leftarrow w - \eta\,\frac{\mathrm{d}w}{\sqrt r + \epsilon}.$$
#
# **Adam** (Kingma and Ba, 2015). Momentum in the numerator (here $v$ is a running mean), RMSProp in the denominator, and a correction for their start:
#
# $$v \leftarrow \beta_1 v + (1-\beta_1)\,\mathrm{d}w,\quad r \leftarrow \beta_2 r + (1-\beta_2)\,\mathrm{d}w^2,\quad \hat v = \frac{v}{1-\beta_1^t},\quad \hat r = \frac{r}{1-\beta_2^t},\quad w \leftarrow w - \eta\,\frac{\hat v}{\sqrt{\hat r} + \epsilon}.$$
#
# *Why the correction?* $v$ starts at 0, so early means are too small. Unroll it: after $t$ steps $v_t = (1-\beta_1)\sum_{k=1}^t\beta_1^{t-k}\,\mathrm{d}w_k$. If all gradients were the same $\mathrm{d}w$, the geometric sum gives $v_t = (1-\beta_1^t)\,\mathrm{d}w$. Dividing by $1-\beta_1^t$ makes it $\mathrm{d}w$, as it should be. The same holds for $r$. The number $t$ counts the steps from 1.
#
# **By hand**, the first step of each from $w = 1$ with $\mathrm{d}w = 0.5$, $\eta = 0.1$, $\mu = \rho = \beta_1 = 0.9$, $\beta_2 = 0.999$, $\epsilon$ negligible:
#
# | | computation | $w$ after the step |
# |---|---|---|
# | SGD | $1 - 0.1\cdot 0.5$ | 0.95 |
# | momentum | $v = 0.5$; $1 - 0.1\cdot 0.5$ | 0.95 |
# | Nesterov | $v = 0.5$; $1 - 0.1\,(0.5 + 0.9\cdot 0.5)$ | 0.905 |
# | RMSProp | $r = 0.1\cdot 0.25 = 0.025$; $1 - 0.1\cdot 0.5/0.1581$ | 0.684 |
# | Adam | $\hat v = 0.5$, $\hat r = 0.25$; $1 - 0.1\cdot 0.5/0.5$ | 0.9 |
#
# Adam's first step has the size $\eta$ for every gradient that is large beside $\epsilon$.
#
# **Task.** Five functions. `state` carries what an optimizer remembers from step to step, for one parameter array. It is `None` or `{}` at first; what you put into it is up to you, but return a *new* one and leave the old as it is. The same for $w$.
#
# *Hint:* what is a velocity before the first step, for an array of any shape? A plain number will do.


# %% nbgrader={"grade_id": "sgd_step", "solution": true}
def sgd_step(w, dw, state, lr):
    """One step of gradient descent.

    w, dw arrays of one shape, state None or {} (nothing to remember), lr a number
    -> w_new of the shape of w, state_new.
    """
    ### BEGIN SOLUTION
    return w - lr * dw, {}
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_sgd_step", "grade": true, "points": 1}
check(sgd_step)


# %% nbgrader={"grade_id": "momentum_step", "solution": true}
def momentum_step(w, dw, state, lr, mu=0.9):
    """One step with momentum mu; the velocity starts at 0.

    w, dw arrays of one shape, state None or {} at first -> w_new, state_new.
    """
    ### BEGIN SOLUTION
    v = state["v"] if state else 0.0
    v = mu * v + dw
    return w - lr * v, {"v": v}
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_momentum_step", "grade": true, "points": 2}
check(momentum_step)


# %% nbgrader={"grade_id": "nesterov_step", "solution": true}
def nesterov_step(w, dw, state, lr, mu=0.9):
    """One step of Nesterov momentum mu, in the form derived above; the velocity starts at 0.

    w, dw arrays of one shape, state None or {} at first -> w_new, state_new.
    """
    ### BEGIN SOLUTION
    v = state["v"] if state else 0.0
    v = mu * v + dw
    return w - lr * (dw + mu * v), {"v": v}
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_nesterov_step", "grade": true, "points": 2}
check(nesterov_step)


# %% nbgrader={"grade_id": "rmsprop_step", "solution": true}
def rmsprop_step(w, dw, state, lr, rho=0.9, eps=1e-8):
    """One step of RMSProp with the memory rho, eps outside the root; r starts at 0.

    w, dw arrays of one shape, state None or {} at first -> w_new, state_new.
    """
    ### BEGIN SOLUTION
    r = state["r"] if state else 0.0
    r = rho * r + (1.0 - rho) * dw**2
    return w - lr * dw / (np.sqrt(r) + eps), {"r": r}
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_rmsprop_step", "grade": true, "points": 3}
check(rmsprop_step)


# %% nbgrader={"grade_id": "adam_step", "solution": true}
def adam_step(w, dw, state, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    """One step of Adam with both corrections, eps outside the root; steps are counted in state.

    w, dw arrays of one shape, state None or {} at first -> w_new, state_new.
    """
    ### BEGIN SOLUTION
    state = state or {"m": 0.0, "r": 0.0, "t": 0}
    t = state["t"] + 1
    m = beta1 * state["m"] + (1.0 - beta1) * dw
    r = beta2 * state["r"] + (1.0 - beta2) * dw**2
    m_hat = m / (1.0 - beta1**t)
    r_hat = r / (1.0 - beta2**t)
    return w - lr * m_hat / (np.sqrt(r_hat) + eps), {"m": m, "r": r, "t": t}
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_adam_step", "grade": true, "points": 3}
check(adam_step)

# %%
for step in (sgd_step, momentum_step, nesterov_step, rmsprop_step, adam_step):
    print(
        f"{step.__name__:14s} 1 -> {step(np.array([1.0]), np.array([0.5]), None, lr=0.1)[0][0]:.3f}"
    )

# %% [markdown]
# All five in the ravine $L = \frac12(w_1^2 + 25w_2^2)$, from $(-9, 1.5)$, forty steps, with the steps of *your* functions. (Each has a rate with which it does well here.)

# %% tags=["experiment"]
curvature = np.array([1.0, 25.0])
runs = {
    "SGD, lr 0.07": (sgd_step, 0.07),
    "momentum, lr 0.02": (momentum_step, 0.02),
    "Nesterov, lr 0.02": (nesterov_step, 0.02),
    "RMSProp, lr 0.3": (rmsprop_step, 0.3),
    "Adam, lr 0.5": (adam_step, 0.5),
}


def walk(step, lr, steps=40, **options):
    w, state, path = np.array([-9.0, 1.5]), None, []
    for _ in range(steps + 1):
        path.append(w)
        w, state = step(w, curvature * w, state, lr, **options)
    return np.array(path)


figure, axes = plt.subplots(3, 2, figsize=(9.5, 5.8))
styles = ("-", "--", ":", "-.", (0, (5, 1, 1, 1, 1, 1)))
for ax, style, (name, (step, lr)) in zip(axes.flat, styles, runs.items()):
    path = walk(step, lr)
    loss = 0.5 * (path**2 @ curvature)
    ch03_optimizers.ravine_path(ax, curvature, path, name)
    axes[2, 1].semilogy(loss, ls=style, label=name.split(",")[0])
    print(
        f"{name:18s} loss after 10, 20, 40 steps: {loss[10]:8.3f} {loss[20]:8.3f} {loss[40]:8.3f}"
    )
axes[2, 1].set(xlabel="step", ylabel="loss", ylim=(5e-4, 1000))
axes[2, 1].legend(fontsize=7, ncols=3, loc="upper right")
plt.show()

# %% [markdown]
# *What to see:* both axes have one scale, so this is how narrow the ravine is. SGD leaps from wall to wall, then creeps along the floor. Momentum swings through the valley like a ball in a bowl and overshoots the star. Nesterov looks ahead and damps the swinging. RMSProp's first step has the same size in both directions, 0.95 in each, though the slopes are 9 and 37.5; afterward the steps of each direction shrink as its gradients fall below their own past, so the short way, down the wall, is finished first and the long way along the floor takes the rest. Adam has the lowest loss after twenty steps, in the printed numbers (momentum and Nesterov have swung past the star by then), and then its own momentum carries it past: after forty it is the last. On a bowl of two dimensions this proves nothing about networks. What it shows is the character of each: what swings, what creeps, what scales.
#
# The slider goes through $\mu$ at $\eta = 0.02$. **Predict first:** is the loss after forty steps at $\mu = 0.99$ smaller or larger than without momentum?

# %% tags=["experiment"]
frames, values = [], (0.0, 0.5, 0.74, 0.9, 0.95, 0.99)
for mu in values:
    path = walk(momentum_step, 0.02, mu=mu)
    figure, axes = plt.subplots(1, 2, figsize=(9, 2.9), width_ratios=(1.7, 1))
    ch03_optimizers.ravine_path(axes[0], curvature, path, f"loss {0.5 * path[-1] ** 2 @ curvature:.2g}")
    ch03_optimizers.damping(axes[1], {"κ = 1 (flat)": 0.02, "κ = 25 (steep)": 0.5}, mu)
    frames.append(figure)
    print(f"mu {mu:4.2f}: loss after 40 steps {0.5 * path[-1] ** 2 @ curvature:.2g}")
plot.slider(frames, [f"μ = {mu:g}" for mu in values], "momentum")

# %% [markdown]
# *What to see:* without momentum the flat direction keeps 0.98 of its error per step. The factor falls until $\mu = 0.74$, its critical damping; beyond that both directions swing and keep $\sqrt\mu$. (Right: the larger $|q|$ of the two roots in each direction, over $\mu$; the vertical line is the $\mu$ of the path on the left.) What limits the descent is the larger of the two curves, so the best $\mu$ is where the flat direction stops creeping.
#
# The same five on the digits. This training loop is yours from the gradient to the step; it is all that an optimizer in a library does.


# %% tags=["experiment", "nbval-ignore-output"]
def train_with(step, lr, epochs=8, seed=0):
    rng = np.random.default_rng(seed)
    net = Sequential(
        Linear(64, 64, rng=rng), ReLU(), Linear(64, 64, rng=rng), ReLU(), Linear(64, 10, rng=rng)
    )
    states, losses = {}, []
    for _ in range(epochs):
        for x, y in data.minibatches(x_train, y_train, 32, rng):
            loss, cache = F.cross_entropy_forward(net(x), y)
            net.backward(F.cross_entropy_backward(cache))
            gradients = net.gradients()
            for name, w in net.parameters().items():
                w[...], states[name] = step(w, gradients[name], states.get(name), lr)
            losses.append(loss)
    return np.array(losses), (net(x_test).argmax(axis=1) == y_test).mean()


rates = {
    "SGD": (sgd_step, 0.1),
    "momentum": (momentum_step, 0.03),
    "Nesterov": (nesterov_step, 0.03),
    "RMSProp": (rmsprop_step, 0.002),
    "Adam": (adam_step, 0.003),
}
figure, ax = plt.subplots(figsize=(7, 3.2))
for style, (name, (step, lr)) in zip(styles, rates.items()):
    losses, accuracy = train_with(step, lr)
    smooth = np.convolve(losses, np.ones(20) / 20, mode="valid")
    ax.semilogy(np.arange(len(smooth)) + 10, smooth, ls=style, label=f"{name}, lr {lr}")
    print(
        f"{name:10s} mean loss of the last epoch, 45 steps, {losses[-45:].mean():.3f}, "
        f"test accuracy {accuracy:.3f}"
    )
ax.set(xlabel="step", ylabel="loss (mean of 20 steps)")
ax.legend(fontsize=8)
plt.show()

# %% [markdown]
# *What to see:* all five learn; the four with a memory are ahead of plain SGD from early on. Each has a learning rate of the size that is usual for it. Is the order a matter of the optimizers, or of the rates we chose? Sweep the rate of each. **Predict, then run:** whose range of working rates is the widest, and how far apart are the five at their own best rates?

# %% tags=["experiment", "nbval-ignore-output"]
# About 4 s on an ordinary laptop.
sweep = np.geomspace(1e-4, 3, 10)
figure, ax = plt.subplots(figsize=(7, 3.4))
for mark, (name, (step, _)) in zip(("o-", "s--", "^:", "v-.", "d-"), rates.items()):
    with np.errstate(all="ignore"):  # some rates are too large: that is the point
        ends = [train_with(step, lr, epochs=3)[0][-40:].mean() for lr in sweep]
    ends = [min(end, 3.0) if np.isfinite(end) else 3.0 for end in ends]
    ax.loglog(sweep, ends, mark, label=name)
    best = int(np.argmin(ends))
    works = [lr for lr, end in zip(sweep, ends) if end < np.log(10) / 2]
    print(
        f"{name:10s} best rate {sweep[best]:.4f}: loss in the third epoch {ends[best]:.3f}; "
        f"below half of ln 10 from {works[0]:.4f} to {works[-1]:.4f}"
    )
ax.axhline(np.log(10), color="0.6", lw=0.8)
ax.set(xlabel="learning rate", ylabel="training loss, third epoch")
ax.set_yticks(ticks := [0.1, 0.2, 0.5, 1, 2], [f"{tick:g}" for tick in ticks])
ax.minorticks_off()
ax.legend(fontsize=8)
plt.show()

# %% [markdown]
# *What to see:* valleys at three places: SGD's at the largest rate, those of momentum and Nesterov at a third of it, those of RMSProp and Adam far to the left. Their depths differ far less than the five losses at any single rate between them. RMSProp and Adam, which divide by the size of the gradient, want rates thirty to a hundred times smaller than SGD. At one rate, 0.03, the largest of the five losses is six to eight times the smallest; at their own best rates it is 1.6 to 2.4 times, measured on five splits of the digits. No range of working rates, by the printed limits, is wider than Adam's, a factor of about a hundred. (On five splits it was the widest in two, and tied for widest in three.) So when you compare optimizers, tune the rate of each: here it matters far more than the name.
#
# **Weight decay and L2 are two things in Adam.** For SGD they are one: the penalty $\frac\lambda2\sum w^2$ adds $\lambda w$ to the gradient, and the step shrinks $w$ by $\eta\lambda w$. In Adam the added $\lambda w$ is divided by $\sqrt{\hat r}$ with the rest, so weights with large gradients are hardly shrunk. **AdamW** (Loshchilov and Hutter, 2019) takes the decay out of the gradient and subtracts $\eta\lambda w$ separately. By hand, $w = 1$, $\lambda = 0.1$, and gradients that jump between $+10$ and $-10$: $\sqrt{\hat r}$ is about 10, so of the penalty's $\lambda w = 0.1$ Adam makes a step of $0.01\,\eta$, a tenth of what AdamW subtracts, $0.1\,\eta$. With gradients of $\pm 0.01$ it is the other way round. Two hundred steps of both, with your function:

# %% tags=["experiment"]
def shrunk(size, penalty, decay, steps=200, lr=0.01):
    """Mean of 500 weights that start at 1 and see gradients of random sign."""
    rng, w, state = np.random.default_rng(0), np.ones(500), None
    for _ in range(steps):
        dw = size * rng.choice([-1.0, 1.0], 500)
        w_new, state = adam_step(w, dw + penalty * w, state, lr)
        w = w_new - lr * decay * w
    return w.mean()


for size in (10.0, 0.01):
    print(f"gradients ±{size:g}: left of 1 without penalty {shrunk(size, 0, 0):.2f}, "
          f"L2 in the gradient {shrunk(size, 0.1, 0):.2f}, decay apart {shrunk(size, 0, 0.1):.2f}")

# %% [markdown]
# *What to see:* the decay of AdamW shrinks all weights alike. The penalty in Adam's gradient shrinks weights with large gradients hardly at all, and those with small ones nearly to nothing.
#
# ### Reading a loss curve
#
# The rate is the first thing to tune, and the curve of the loss says in which direction. The network of the sweep, with plain SGD at four rates.
#
# **Predict, then run:** sketch the four curves: a rate that is low, a good one, a high one, and one that is too high.

# %% tags=["experiment", "nbval-ignore-output"]
figure, ax = plt.subplots(figsize=(7, 3.2))
four = {"low": 0.01, "good": 0.3, "high": 0.8, "too high": 2.5}
for (name, lr), style, color in zip(four.items(), ("-.", "-", "--", ":"), ("C2", "C0", "C1", "0.2")):
    with np.errstate(all="ignore"):
        losses, right = train_with(sgd_step, lr, epochs=6)
    smooth = np.convolve(np.minimum(np.nan_to_num(losses, nan=9, posinf=9), 9), np.ones(15) / 15, "valid")
    ax.semilogy(np.arange(len(smooth)) + 7, smooth, style, color=color, label=f"{name}: {lr:g}")
    last = losses[-45:].mean()
    print(f"rate {lr:5g} ({name}): loss of the last epoch {last:.3f}, test accuracy {right:.3f}")
ax.axhline(np.log(10), color="0.6", lw=0.8)
ax.set(xlabel="step", ylabel="loss (mean of 15 steps, at most 9)")
ax.legend(title="learning rate", fontsize=8)
plt.show()

# %% [markdown]
# *What to see:* low: a steady, slow decline; nothing is wrong but the time it takes. Good: a steep fall that flattens, with a leap now and then. High: it falls at first as well, but leaps throw it back again and again, and it ends far above the good one, here even above the low one: a rate that is too large by a little can cost more than one that is far too small. (On each of twenty splits of the digits a rate of 0.8 ended above 0.3. A rate of 0.6 ended above it on eight of them and below it on twelve: near the limit one curve decides nothing.) Too high: it leaps up at once and comes to rest at guessing ($\ln 10$, the gray line). (CS231n sketches these four curves.)
#
# ## 3. Dropout (暂退法)
#
# A wide network has room to memorize its training set, and hidden units may come to rely on a single partner that is never missing. **Dropout** (Srivastava and others, 2014) removes each unit with probability $1 - \text{keep}$, anew for every example and every step. A unit must be useful beside many different partners.
#
# At test time all units are there. Then a unit sends, on average, more than it did in training, by a factor $1/\text{keep}$. The clean fix is to scale *in training*: with a mask of independent entries
#
# $$\mathrm{mask} = \begin{cases}1/\mathrm{keep} & \text{with probability keep}\\ 0 & \text{else,}\end{cases}\qquad \mathbb{E}[\mathrm{mask}] = \mathrm{keep}\cdot\frac{1}{\mathrm{keep}} = 1,$$
#
# $\mathrm{out} = x * \mathrm{mask}$ has the expected value $x$, and at test time dropout is the identity. This is called *inverted* dropout.
#
# Seen another way, dropout is **noise**: each activation is multiplied by a random number of mean 1 and variance $\mathbb{E}[\mathrm{mask}^2] - 1 = \frac1{\mathrm{keep}} - 1$. With keep 0.5 the variance is 1, with 0.8 it is 0.25. A fit that hangs on exact values of single units does not survive such noise.
#
# And a third way: each draw leaves another network, and all of them share their weights. With $k$ units there are $2^k$; training visits them at random, and the network of test time stands in for the average of all of them, an **ensemble** (集成). (That it stands in well is a rule of thumb, not a theorem, for nets with more than one layer.)

# %% tags=["experiment"]
kept = np.random.default_rng(3).random((2, 2, 5)) < 0.5  # two draws for two hidden layers
figure, axes = plt.subplots(1, 3, figsize=(9.5, 2.7))
for ax, draw, title in zip(
    axes, (*kept, np.ones((2, 5), dtype=bool)), ("one draw", "the next draw", "test time")
):
    ch03_dropout.thinned(ax, [[True] * 3, *draw, [True] * 2], title)
    print(f"{title:13s} hidden units there: {draw.sum()} of 10")
plt.show()

# %% [markdown]
# *What to see:* crosses are the units that a draw with keep 0.5 has removed; their connections go with them. The next example gets another network. At test time all units are there.
#
# Backward: the mask is a constant factor, so $\mathrm{d}x = \mathrm{dout} * \mathrm{mask}$, with the *same* mask, scale included.
#
# **By hand**, keep 0.5: $x = (1, 2, 3, 4)$ and the draw (keep, drop, drop, keep) give $\mathrm{mask} = (2, 0, 0, 2)$, $\mathrm{out} = (2, 0, 0, 8)$; $\mathrm{dout} = (1, 1, 1, 1)$ gives $\mathrm{d}x = (2, 0, 0, 2)$.
#
# **Task.** `dropout_forward(x, keep, rng, train) -> (out, cache)`: one draw for every entry of $x$, from `rng`; the identity when `train` is false. Which draws mean "keep" is up to you: the check looks at the shares that are kept, and at how they are spread, not at single entries. And `dropout_backward(dout, cache) -> dx`.


# %% nbgrader={"grade_id": "dropout_forward", "solution": true}
def dropout_forward(x, keep, rng, train):
    """Inverted dropout: keep each entry with probability keep and scale it by 1 / keep.

    x any shape, keep in (0, 1], rng a numpy Generator, train a bool -> out of the shape of x,
    cache = (mask,) where mask holds 0 or 1 / keep (ones at test time), of the shape of x.
    """
    ### BEGIN SOLUTION
    mask = (rng.random(x.shape) < keep) / keep if train else np.ones(x.shape)
    return x * mask, (mask,)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_dropout_forward", "grade": true, "points": 3}
check(dropout_forward)


# %% nbgrader={"grade_id": "dropout_backward", "solution": true}
def dropout_backward(dout, cache):
    """dout of the shape of x, cache = (mask,) -> dx of the same shape."""
    ### BEGIN SOLUTION
    (mask,) = cache
    return dout * mask
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_dropout_backward", "grade": true, "points": 2}
check(dropout_backward, forward=dropout_forward)

# %% [markdown]
# A case where it should matter: 400 training digits of which 80 have a *wrong label*, and a network with more than enough room to memorize them, 64-128-128-10. The other 1,038 training digits are held back: they will be needed to choose by. Your pair, lifted into a layer; the option `train` follows `net.train()` and `net.eval()`. **Predict, then run:** after 60 epochs, is the test *loss* lower with dropout, or the test *accuracy* higher, or both?

# %% tags=["experiment"]
few_x, few_y = x_train[:400], y_train[:400].copy()
x_val, y_val = x_train[400:], y_train[400:]  # never trained on
rng = np.random.default_rng(0)
wrong = rng.permutation(400)[:80]
few_y[wrong] = (few_y[wrong] + rng.integers(1, 10, 80)) % 10


# %% tags=["experiment"]
def wide_net(keep, seed, curves=True):
    rng = np.random.default_rng(seed)
    layers = []
    for inputs in (64, 128):
        layers += [Linear(inputs, 128, rng=rng), ReLU()]
        if keep < 1:
            layers.append(
                Layer(
                    dropout_forward,
                    dropout_backward,
                    options={"keep": keep, "rng": rng, "train": True},
                )
            )
    net, losses = Sequential(*layers, Linear(128, 10, rng=rng)), []

    def measure(epoch, net, history):
        net.eval()  # both losses with all units present, or they could not be compared
        parts = ((few_x, few_y), (x_test, y_test))
        losses.append([F.cross_entropy_forward(net(x), y)[0] for x, y in parts])
        net.train()

    fit(
        net,
        few_x,
        few_y,
        optimizer=optim.Adam(net, 0.001),
        epochs=60,
        batch_size=32,
        rng=rng,
        callback=measure if curves else None,
        progress=False,
    )
    net.eval()
    return net, np.array(losses)


# %% tags=["experiment"]
def accuracy(net, x, y):
    return (net(x).argmax(axis=1) == y).mean()


def accuracy_without(net, share, rng):
    """Accuracy when a share of the last hidden units is removed, mean of 20 draws."""
    hidden = Sequential(*list(net.children().values())[:-1])(x_test)
    p = net.parameters()
    w, b = (p[[k for k in p if k.endswith(end)][-1]] for end in (".w", ".b"))
    return np.mean(
        [
            ((hidden * (rng.random(128) >= share)) @ w + b).argmax(axis=1) == y_test
            for _ in range(20)
        ]
    )


# %% tags=["experiment", "nbval-ignore-output"]
# About 4 s on an ordinary laptop.
noisy = {}  # validation accuracies of these nets, for the next figure
figure, axes = plt.subplots(1, 2, figsize=(9.5, 3))
for color, keep in zip(("C0", "C1"), (1.0, 0.5)):
    name = "no dropout" if keep == 1 else f"dropout, keep {keep}"
    trained = [wide_net(keep, seed) for seed in range(2)]
    scores = [(accuracy(net, few_x, few_y), accuracy(net, x_test, y_test)) for net, _ in trained]
    noisy[keep] = [accuracy(net, x_val, y_val) for net, _ in trained]
    axes[0].plot(
        range(1, 61),
        np.mean([losses[:, 0] for _, losses in trained], axis=0),
        "-" if keep == 1 else "-.",
        color=color,
        label=f"{name}, training",
    )
    axes[0].plot(
        range(1, 61),
        np.mean([losses[:, 1] for _, losses in trained], axis=0),
        "--" if keep == 1 else ":",
        color=color,
        label=f"{name}, test",
    )
    shares = np.linspace(0, 0.9, 10)
    rng = np.random.default_rng(0)
    removed = [
        np.mean([accuracy_without(net, share, rng) for net, _ in trained]) for share in shares
    ]
    axes[1].plot(shares, removed, "o-" if keep == 1 else "s--", color=color, label=name)
    print(
        f"{name:18s} accuracy: training {np.mean([a for a, _ in scores]):.3f}, "
        f"test {np.mean([b for _, b in scores]):.3f}, "
        f"test with 50, 70% of the units removed {removed[5]:.3f}, {removed[7]:.3f}"
    )
axes[0].set(xlabel="epoch", ylabel="cross-entropy")
axes[0].legend(fontsize=8)
axes[1].set(xlabel="share of last hidden layer removed", ylabel="test accuracy")
axes[1].legend(fontsize=8)
plt.show()

# %% [markdown]
# *What to see:* left, all four losses are measured alike, with every unit present. Without dropout the training loss (blue, solid) falls toward zero, wrong labels and all; with dropout it stays higher, since under the noise a network cannot memorize eighty exceptions. The two *test* losses are not far apart at the end, and early on dropout's is the higher one: it learns more slowly and is less sure of itself. (At first both test losses lie below the training losses, though it is mostly the other way round: a fifth of the training labels is wrong and costs a loss, and no label of the test is.) The gain is in the printed test *accuracy*. Right, a share of the units of the *last* hidden layer is removed, without rescaling (in notebook 3 it was the only hidden layer): with dropout, removing half of them costs about three points of accuracy, against about twenty-four without. That is what one would expect of units that have been trained to do without one another.
#
# **Predict, then run.** Is it the wrong labels that make dropout worthwhile? And how much of it is best? That is a choice, so it is made by the digits held back, not by the test set (notebook 3). The same network with different values of keep, once with the wrong labels and once with all labels correct.

# %% tags=["experiment", "nbval-ignore-output"]
# About 8 s on an ordinary laptop.
spoiled, keeps, swept = few_y, (1.0, 0.8, 0.5, 0.3), {}
for name, labels in (("80 of 400 labels wrong", spoiled), ("all labels right", y_train[:400])):
    few_y = labels  # wide_net learns these
    known = noisy if labels is spoiled else {}
    swept[name] = [
        known[keep]
        if keep in known
        else [accuracy(wide_net(keep, seed, curves=False)[0], x_val, y_val) for seed in range(2)]
        for keep in keeps
    ]
    print(f"{name:23s}", ", ".join(f"keep {k:g}: {np.mean(v):.3f}" for k, v in zip(keeps, swept[name])))
few_y = spoiled
figure, ax = plt.subplots(figsize=(6.5, 3))
for (name, values), mark, color in zip(swept.items(), ("o-", "s--"), ("C1", "C0")):
    ax.plot(keeps, np.mean(values, axis=1), mark, color=color, label=name)
    ax.plot(keeps, values, ".", color=color, ms=4, alpha=0.6)
ax.set(xlabel="keep (1: no dropout)", ylabel="validation accuracy")
ax.invert_xaxis()
ax.legend()
plt.show()

# %% [markdown]
# *What to see:* with wrong labels dropout gains several points, and dropping half of the units gains more than dropping a fifth. Dropping seven in ten gains about as much as dropping half: with two seeds (the dots) the two cannot be told apart. With correct labels there is little to gain and something to lose. So dropout is a remedy for memorizing, not a gain as such. (On five splits of the digits keep 0.5 gained 4.7 to 8.6 points with the wrong labels, and lost up to one with the correct ones. Among the wrong labels it was ahead of keep 0.8 on four of the five.)
#
# Where is it used today? In wide fully connected layers and in transformers, with keep near 0.9; convolutional nets mostly make do with batch normalization and more data. Where training data are so many that each is seen once, there is nothing to memorize, and it is left out.
#
# ## 4. Batch normalization (批量归一化)
#
# Initialization sets the size of the signals at the start. Training then moves the weights, and the sizes with them. **Batch normalization** (Ioffe and Szegedy, 2015) measures the mean and the deviation of every unit over the batch and normalizes, at every step; two learned parameters per unit then choose the deviation and mean it should have.
#
# **Forward**, each feature (column) on its own; $x$ is $(N, D)$, everything else $(D,)$:
#
# $$\mathrm{mean} = \frac1N\sum_n x_n,\quad \mathrm{var} = \frac1N\sum_n(x_n-\mathrm{mean})^2,\quad \mathrm{std} = \sqrt{\mathrm{var}+\epsilon},\quad \hat x_n = \frac{x_n-\mathrm{mean}}{\mathrm{std}},\quad \mathrm{out}_n = \gamma\,\hat x_n + \beta.$$
#
# At test time a batch may hold one example, and the answer must not depend on its neighbors. So training keeps **running statistics**, running ← momentum · running + (1 − momentum) · batch, and test time uses these as constants. (This momentum, near 1, says how much of the old value is kept. PyTorch calls one minus this number the momentum. And the $\epsilon$ of this section is a small number that keeps std away from 0; $x$ is whatever the layer is given, in a network a pre-activation.)
#
# **Backward.** $\gamma$ and $\beta$ are easy: each acts on all rows, so $\mathrm{d}\beta = \sum_n\mathrm{dout}_n$ and $\mathrm{d}\gamma = \sum_n\mathrm{dout}_n\,\hat x_n$. And $\mathrm{d}\hat x_n = \gamma\,\mathrm{dout}_n$.
#
# For $x_n$ look at the graph: it reaches $\hat x$ along **three paths**: directly, through the mean and through the deviation. Copies add. One column at a time:
#
# 1. *Directly:* $\partial\hat x_n/\partial x_n = 1/\mathrm{std}$. Share: $\mathrm{d}\hat x_n/\mathrm{std}$.
# 2. *Through the mean:* $\partial\hat x_k/\partial\,\mathrm{mean} = -1/\mathrm{std}$ for every row $k$, so the mean receives $-\frac1{\mathrm{std}}\sum_k\mathrm{d}\hat x_k$, and $\partial\,\mathrm{mean}/\partial x_n = 1/N$. Share: $-\frac{1}{N\,\mathrm{std}}\sum_k\mathrm{d}\hat x_k$.
# 3. *Through the deviation:* $\partial\hat x_k/\partial\,\mathrm{std} = -\hat x_k/\mathrm{std}$, so the deviation receives $-\frac1{\mathrm{std}}\sum_k\mathrm{d}\hat x_k\,\hat x_k$. From $\mathrm{std} = \sqrt{\mathrm{var}+\epsilon}$ follows $\partial\,\mathrm{std}/\partial\,\mathrm{var} = 1/(2\,\mathrm{std})$, and $\partial\,\mathrm{var}/\partial x_n = \frac2N(x_n-\mathrm{mean}) = \frac2N\,\mathrm{std}\;\hat x_n$ (what the mean adds here is zero, since $\sum_k(x_k-\mathrm{mean}) = 0$). Together $\partial\,\mathrm{std}/\partial x_n = \hat x_n/N$. Share: $-\frac{\hat x_n}{N\,\mathrm{std}}\sum_k\mathrm{d}\hat x_k\,\hat x_k$.
#
# Add them:
#
# $$\boxed{\mathrm{d}x_n = \frac1{\mathrm{std}}\Big(\mathrm{d}\hat x_n - \underbrace{\frac1N\sum_k\mathrm{d}\hat x_k}_{\text{mean of } \mathrm{d}\hat x} - \hat x_n\cdot\underbrace{\frac1N\sum_k\mathrm{d}\hat x_k\,\hat x_k}_{\text{mean of } \mathrm{d}\hat x\,\hat x}\Big)}$$
#
# It says: *take out of the gradient whatever would shift the column or stretch it*, for the normalization undoes both anyway. So $\sum_n\mathrm{d}x_n = 0$, always. At test time paths 2 and 3 do not exist, and $\mathrm{d}x = \gamma\,\mathrm{dout}/\mathrm{std}$.
#
# **By hand**, one column, $\gamma = 1$, $\epsilon \approx 0$: $x = (1, 2, 6)$ has the mean 3, $\mathrm{var} = (4 + 1 + 9)/3 = 4.667$, $\mathrm{std} = 2.160$, $\hat x = (-0.926, -0.463, 1.389)$. For $\mathrm{dout} = (1, 0, 0)$ the means are $0.333$ and $-0.309$:
#
# $$\mathrm{d}x_1 = \frac{1 - 0.333 - (-0.926)(-0.309)}{2.160} = 0.176,\qquad \mathrm{d}x_2 = -0.220,\qquad \mathrm{d}x_3 = 0.044,\qquad\text{sum } 0.$$
#
# The two other gradients: $\mathrm{d}\beta = 1 + 0 + 0 = 1$ and $\mathrm{d}\gamma = 1\cdot(-0.926) + 0 + 0 = -0.926$.

# %% tags=["experiment"]
figure, ax = plt.subplots(figsize=(9, 3))
ch03_batchnorm.three_paths(ax, [1, 2, 6], [1, 0, 0])
for name, share in ch03_batchnorm.shares([1, 2, 6], [1, 0, 0]).items():
    print(f"{name:22s} {share.round(3)}")
plt.show()

# %% [markdown]
# *What to see:* gray arrows show the way forward, from $x$ to $\hat x$. The colored ones go back: the gradient begins as $\mathrm{d}\hat x$ on the right, and the colored numbers are what arrives at $x$ on the left along each path; their sum is $\mathrm{d}x$. (An arrow from the mean to the deviation is left out: what goes back along it is zero.) Only the first output received a gradient, and yet all three inputs get one: the direct path reaches $x_1$ alone, the mean takes the same from every row, the deviation gives and takes in proportion to $\hat x$. The three shares add up to the numbers above.
#
# **Task.** `batchnorm_forward(x, gamma, beta, state, momentum, eps, train) -> (out, cache, state_new)` and `batchnorm_backward(dout, cache) -> (dx, dgamma, dbeta)`. `state` has `running_mean` and `running_var`; return a new dict in training (leave the old one as it is), the same at test time. The variance divides by $N$ everywhere.
#
# *By hand, the running statistics:* running mean 0, momentum 0.9, batch mean 3 give $0.9\cdot 0 + 0.1\cdot 3 = 0.3$; running variance 1 and batch variance 4.667 give $0.9\cdot 1 + 0.1\cdot 4.667 = 1.367$. *At test time* after this one batch, $x = 1$ becomes $(1 - 0.3)/\sqrt{1.367} = 0.599$, whoever is beside it, and $\mathrm{dout} = 1$ gives $\mathrm{d}x = 1/\sqrt{1.367} = 0.855$. (This pair returns three things forward, the new state beside `out` and `cache`.)


# %% nbgrader={"grade_id": "batchnorm_forward", "solution": true}
def batchnorm_forward(x, gamma, beta, state, momentum, eps, train):
    """Batch normalization of each column, then scale and shift.

    x (N, D), gamma (D,), beta (D,), state {"running_mean" (D,), "running_var" (D,)} (not changed),
    momentum and eps numbers, train a bool -> out (N, D), cache = (x_hat, gamma, std, train) with
    std = sqrt(var + eps) (D,), state_new.
    """
    ### BEGIN SOLUTION
    if train:
        mean, var = x.mean(axis=0), x.var(axis=0)
        state_new = {
            "running_mean": momentum * state["running_mean"] + (1.0 - momentum) * mean,
            "running_var": momentum * state["running_var"] + (1.0 - momentum) * var,
        }
    else:
        mean, var = state["running_mean"], state["running_var"]
        state_new = state
    std = np.sqrt(var + eps)
    x_hat = (x - mean) / std
    return gamma * x_hat + beta, (x_hat, gamma, std, train), state_new
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_batchnorm_forward", "grade": true, "points": 3}
check(batchnorm_forward)


# %% nbgrader={"grade_id": "batchnorm_backward", "solution": true}
def batchnorm_backward(dout, cache):
    """dout (N, D), cache = (x_hat, gamma, std, train) -> dx (N, D), dgamma (D,), dbeta (D,)."""
    ### BEGIN SOLUTION
    x_hat, gamma, std, train = cache
    dbeta = dout.sum(axis=0)
    dgamma = (dout * x_hat).sum(axis=0)
    dx_hat = dout * gamma
    if train:
        dx = (dx_hat - dx_hat.mean(axis=0) - x_hat * (dx_hat * x_hat).mean(axis=0)) / std
    else:
        dx = dx_hat / std  # the statistics are constants
    return dx, dgamma, dbeta
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_batchnorm_backward", "grade": true, "points": 5}
check(batchnorm_backward, forward=batchnorm_forward)

# %%
column = np.array([[1.0], [2.0], [6.0]])
start = {"running_mean": np.zeros(1), "running_var": np.ones(1)}
out, cache, state = batchnorm_forward(column, np.ones(1), np.zeros(1), start, 0.9, 1e-5, True)
dx, dgamma, dbeta = batchnorm_backward(np.array([[1.0], [0.0], [0.0]]), cache)
print("x_hat", cache[0].ravel().round(3), " std", cache[2].round(3))
print("dx   ", dx.ravel().round(3), " sum is 0:", bool(abs(dx.sum()) < 1e-12))
print("dgamma", dgamma.round(3), " dbeta", dbeta.round(3))
print("running mean", state["running_mean"].round(3), " running var", state["running_var"].round(3))
tested, cache, _ = batchnorm_forward(column[:1], np.ones(1), np.zeros(1), state, 0.9, 1e-5, False)
dx_tested, _, _ = batchnorm_backward(np.ones((1, 1)), cache)
print("test time, x = 1: out", tested.ravel().round(3), " dx", dx_tested.ravel().round(3))

out10, cache10, _ = batchnorm_forward(10 * column, np.ones(1), np.zeros(1), start, 0.9, 1e-5, True)
dx10, _, _ = batchnorm_backward(np.array([[1.0], [0.0], [0.0]]), cache10)
print(
    "input times ten: output the same",
    np.allclose(out, out10, atol=1e-4),
    " dx a tenth",
    np.allclose(dx, 10 * dx10, atol=1e-4),
)

# %% [markdown]
# What does it buy? Two experiments with your pair in a ReLU network with six hidden layers. First, starts of the wrong size: weights of He's size times 0.1 to 4. Second, He initialization and learning rates from 0.001 to 2. **Predict, then run:** at which of these starts and rates does each net learn, the one with batch norm and the one without?


# %% tags=["experiment"]
def normalization(n):
    return Layer(
        batchnorm_forward,
        batchnorm_backward,
        gamma=np.ones(n),
        beta=np.zeros(n),
        options={
            "state": {"running_mean": np.zeros(n), "running_var": np.ones(n)},
            "momentum": 0.9,
            "eps": 1e-5,
            "train": True,
        },
    )


def deep_net(factor, lr, normalize, epochs=6, seed=0):
    """Return the test accuracy, and how many times the hidden layers' weights have grown."""
    rng = np.random.default_rng(seed)
    layers = []
    for _ in range(6):
        layers.append(Linear(64, 64, rng=rng, init=lambda m, n, rng: factor * he_init(m, n, rng)))
        layers += [normalization(64), ReLU()] if normalize else [ReLU()]
    net = Sequential(*layers, Linear(64, 10, rng=rng))
    before = [np.linalg.norm(w) for name, w in net.parameters().items() if name.endswith("w")]
    with np.errstate(all="ignore"):  # some of these runs explode: that is the point
        fit(
            net,
            x_train,
            y_train,
            optimizer=optim.SGD(net, lr),
            epochs=epochs,
            batch_size=32,
            rng=rng,
            progress=False,
        )
        scores = net.eval()(x_test)
        after = [np.linalg.norm(w) for name, w in net.parameters().items() if name.endswith("w")]
    return (scores.argmax(axis=1) == y_test).mean(), np.mean(np.divide(after, before)[:6])


# %% tags=["experiment", "nbval-ignore-output"]
# About 8 s on an ordinary laptop.
factors, rates = (0.1, 0.3, 1.0, 2.0, 4.0), (0.001, 0.01, 0.1, 0.5, 2.0)
figure, axes = plt.subplots(1, 2, figsize=(9, 3), sharey=True)
for style, normalize in (("o-", False), ("s--", True)):
    name = "with batch norm" if normalize else "without"
    by_factor = [deep_net(f, 0.05, normalize)[0] for f in factors]
    by_rate, growth = zip(*[deep_net(1.0, lr, normalize) for lr in rates])
    axes[0].semilogx(factors, by_factor, style, label=name)
    axes[1].semilogx(rates, by_rate, style, label=name)
    print(
        f"{name:16s} by size of the start {np.round(by_factor, 2)}   by learning rate {np.round(by_rate, 2)}"
    )
print(f"batch norm, rate 2: the hidden layers' weights grew {growth[-1]:.1f} times")
axes[0].set(xlabel="initial weights / He's", ylabel="test accuracy after 6 epochs")
axes[1].set(xlabel="learning rate")
axes[0].legend()
plt.show()

# %% [markdown]
# *What to see:* left, without batch norm the start must be about right: 0.3 times He's size learns nothing, nor does 4 times. With it every start of the five learns. (On five splits of the digits, batch norm reached at least 81% from both of these starts, the plain network about 10% at most.) Right, at the smallest learning rate neither gets far in six epochs, and from 0.01 to 0.1 they are close. With batch norm one can go on to rates at which the plain network has long exploded. What batch norm does not do here is make a good start at a good rate any better.
#
# **Why does it work?** Part of it can be derived. What held for the input in the experiment before ("input times ten") holds for the weights: ten times the weights make ten times the pre-activations, which batch norm scales back. So the forward pass of a normalized layer cannot explode, whatever the size of its weights; and weights that have grown tenfold get a gradient of a tenth, so that steps that were too large make the next ones smaller. But that is not all of it: a step is $\eta$ times a gradient that is proportional to $1/\lVert w\rVert$, so in proportion to the weights it is $\eta\lVert\mathrm{d}w\rVert/\lVert w\rVert\propto\eta/\lVert w\rVert^2$. At the rate 2 the weights grew by the printed factor, 1.5, which makes that smaller by $1.5^2 = 2.25$; the rates that the two nets can stand, 0.1 and 2, differ by a factor of twenty. Ioffe and Szegedy saw the reason in layers whose inputs keep their distribution. Santurkar and others (2018) put noise behind batch norm, so that the distributions changed at every step, and their network trained as well as before; what they found instead is a loss that is smoother along the gradient. The question is not settled, and the experiment here shows *that* it works, not why.
#
# **Its noise.** In training an example's output depends on who else is in the batch: the mean of $N$ examples has the standard error $\mathrm{std}/\sqrt N$. Every step sees another batch, so batch norm adds noise, as dropout does, and may regularize a little. The smaller the batch, the larger the noise. At $N = 2$ hardly anything else is left: two numbers $x_1 < x_2$ lie at the same distance from their mean, and that distance is their deviation, so $\hat x$ is $-1$ and $1$ whatever the numbers were (the last figure of this section shows what that does).
#
# ### Layer normalization (层归一化)
#
# Layer normalization (Ba, Kiros and Hinton, 2016) avoids that noise, and the difference between training and test. It normalizes each *row*, over the $D$ features of one example:
#
# $$\mathrm{mean}_n = \frac1D\sum_i x_{ni},\quad \mathrm{var}_n = \frac1D\sum_i(x_{ni}-\mathrm{mean}_n)^2,\quad \hat x_{ni} = \frac{x_{ni}-\mathrm{mean}_n}{\mathrm{std}_n},\quad \mathrm{out}_{ni} = \gamma_i\,\hat x_{ni} + \beta_i.$$
#
# The mean and the deviation have an entry for each example, $(N, 1)$; $\gamma$ and $\beta$ still have one for each feature, $(D,)$. No example depends on another, training and test are alike, and no running statistics are needed: the choice for recurrent nets and transformers (chapter 5).

# %% tags=["experiment"]
batch = np.array([[1, 4, 0, 3], [2, 2, 5, 3], [6, 0, 1, 9]])
figure, axes = plt.subplots(1, 2, figsize=(9, 2.7))
ch03_norms.averaged(axes[0], batch, 0, "batch norm: down a column")
ch03_norms.averaged(axes[1], batch, 1, "layer norm: along a row")
plt.show()

# %% [markdown]
# *What to see:* the frame holds the numbers that are normalized together, orange are the means. Batch norm has one for each column, and each changes with the examples that happen to be in the batch. Layer norm has one for each row, and no row depends on the others.
#
# **Backward.** But for $\gamma$ and $\beta$, layer norm is batch norm applied to the transpose, so the three paths are the same, with the sums along the row. Only $\gamma$ differs: it is not one number for the whole group, so it stays inside the means. With $\mathrm{d}\hat x_{ni} = \gamma_i\,\mathrm{dout}_{ni}$,
#
# $$\mathrm{d}x_{ni} = \frac1{\mathrm{std}_n}\Big(\mathrm{d}\hat x_{ni} - \frac1D\sum_k\mathrm{d}\hat x_{nk} - \hat x_{ni}\cdot\frac1D\sum_k\mathrm{d}\hat x_{nk}\,\hat x_{nk}\Big),\qquad \mathrm{d}\gamma_i = \sum_n\mathrm{dout}_{ni}\,\hat x_{ni},\qquad \mathrm{d}\beta_i = \sum_n\mathrm{dout}_{ni}.$$
#
# The last two still sum over the *rows*: a feature's $\gamma$ acts on every example. Replacing every axis 0 of batch norm by axis 1 would get these two wrong.
#
# **By hand.** The row $(1, 2, 6)$ becomes $(-0.926, -0.463, 1.389)$, the numbers above, whatever the other rows are. With $\gamma = (2, 1, 1)$ and $\mathrm{dout} = (1, 0, 0)$ it is $\mathrm{d}\hat x = (2, 0, 0)$, so $\mathrm{d}x$ is twice that of batch norm's example, $(0.353, -0.441, 0.088)$; $\mathrm{d}\gamma = (-0.926, 0, 0)$ and $\mathrm{d}\beta = (1, 0, 0)$.
#
# **For practice** (not graded). Write `layernorm_forward(x, gamma, beta, eps)` and `layernorm_backward(dout, cache)`, and hold them against the library's. The next cell does so with *your batch norm*, on the transposed array with $\gamma = 1$ and $\beta = 0$, and shows who depends on whom:

# %% tags=["experiment"]
rng = np.random.default_rng(0)
x, gamma, beta, dout = rng.normal(size=(4, 3)), np.array([2.0, 1, 1]), np.zeros(3), rng.normal(size=(4, 3))
x[0] = 1.0, 2.0, 6.0
out, cache = F.layernorm_forward(x, gamma, beta)
dx, dgamma, dbeta = F.layernorm_backward(dout, cache)
plain = {"running_mean": np.zeros(4), "running_var": np.ones(4)}
x_hat, turned, _ = batchnorm_forward(x.T, np.ones(4), np.zeros(4), plain, 0.9, 1e-5, True)
dx_turned, _, _ = batchnorm_backward((dout * gamma).T, turned)
print("x_hat of the first row", x_hat[:, 0].round(3))
print(
    "batch norm of the transpose: out", np.allclose(gamma * x_hat.T + beta, out),
    " dx", np.allclose(dx_turned.T, dx),
    " dgamma over the rows", np.allclose((dout * x_hat.T).sum(axis=0), dgamma),
)

others = x.copy()
others[1:] = rng.normal(size=(3, 3))  # the same first example in another batch
state3 = {"running_mean": np.zeros(3), "running_var": np.ones(3)}
for name, run in {
    "layer norm": lambda x: F.layernorm_forward(x, gamma, beta)[0],
    "batch norm": lambda x: batchnorm_forward(x, gamma, beta, state3, 0.9, 1e-5, True)[0],
}.items():
    print(f"{name}: first row {run(x)[0].round(2)}, in another batch {run(others)[0].round(2)}")

# %% [markdown]
# What does a small batch do to a training? A network 64-64-64-10 with your batch norm and one with layer norm take 400 steps each, on 400 digits, with batches of 2, 4, 8 and 32. Batch norm is judged twice: at test time, with its running statistics, and in training mode, with test digits in batches of the same size.
#
# **Predict, then run:** which of the three curves falls, and from which batch size down?


# %% tags=["experiment"]
def by_batch_size(layer, size, lr=0.05, steps=400, seed=0):
    """Train on 400 digits in batches; return the test accuracy at test time and in training mode."""
    rng, layers = np.random.default_rng(seed), []
    for _ in range(2):
        layers += [Linear(64, 64, rng=rng), layer(64), ReLU()]
    net = Sequential(*layers, Linear(64, 10, rng=rng))
    fit(
        net,
        x_train[:400],
        y_train[:400],
        optimizer=optim.SGD(net, lr),
        epochs=steps * size // 400,
        batch_size=size,
        rng=rng,
        progress=False,
    )
    at_test_time = (net.eval()(x_test).argmax(axis=1) == y_test).mean()
    net.train()
    batches = (x_test[k : k + size] for k in range(0, len(x_test), size))
    guesses = np.concatenate([net(part).argmax(axis=1) for part in batches])
    return at_test_time, (guesses == y_test).mean()


# %% tags=["experiment", "nbval-ignore-output"]
# About 3 s on an ordinary laptop.
batch_sizes = (2, 4, 8, 32)
normed = np.array([by_batch_size(normalization, size) for size in batch_sizes])
by_row = [by_batch_size(LayerNorm, size)[0] for size in batch_sizes]
figure, ax = plt.subplots(figsize=(6.5, 3))
for name, mark, values in (
    ("layer norm", "o-", by_row),
    ("batch norm, running statistics", "s--", normed[:, 0]),
    ("batch norm, training mode", "^:", normed[:, 1]),
):
    ax.semilogx(batch_sizes, values, mark, label=name)
    print(f"{name:31s}", ", ".join(f"{n}: {v:.2f}" for n, v in zip(batch_sizes, values)))
ax.set(xlabel="batch size", ylabel="test accuracy after 400 steps")
ax.set_xticks(batch_sizes, [str(n) for n in batch_sizes])
ax.minorticks_off()
ax.legend(fontsize=8, loc="lower right")
plt.show()

# %% [markdown]
# *What to see:* with batches of 32 the three are level. In training mode the accuracy falls from there on, since an answer depends on the neighbors; by the running statistics, which are means over many batches, the same net holds out down to batches of 4. Batches of two are another matter: training has shown this net little but signs, and it is far behind layer norm, whichever way it is judged. (Layer norm is lower there, too: with batches of two, 400 steps have seen each picture only twice. Here, at one rate, batch norm is 18 points behind at two by the running statistics; with the best of four rates for each net it was at least 20 behind on each of five splits, and level at 32.)
#
# ## 5. Gradient checks (梯度检验) in practice
#
# The checks of this course do it for you. In your own programs you do it yourself, and these points decide whether the check is worth anything.
#
# 1. **float64, central differences, step $h$ near $10^{-5}$.** Chapter 2 measured why.
# 2. **Relative error of whole arrays**, as in notebook 2, not of single entries near 0. This course draws **one line, at $10^{-6}$**: a correct gradient in float64 ends at $10^{-7}$ or below, a bug nearly always above $10^{-4}$. What ends near the line deserves a look for a kink.
# 3. **Kinks.** A ReLU that changes sides between $x - h$ and $x + h$ makes the *numerical* gradient wrong. By hand, $x = 10^{-6}$: the slope is 1, the difference gives $(1.1\cdot10^{-5} - 0)/(2\cdot10^{-5}) = 0.55$. Few examples cross few kinks: check with a small batch.
# 4. **Random directions** when there are many parameters: compare $\langle\mathrm{d}w, u\rangle$ with the slope of the loss along a random $u$. Two passes test all entries of $w$ at once.
# 5. **A random upstream gradient.** With `dout` all ones, batch norm's true $\mathrm{d}x$ is zero, and a function that returns zeros passes.
# 6. **Freeze randomness.** Dropout must draw the same mask at every evaluation: a generator made anew from the same seed.
# 7. **More than one example, sizes all different, some steps after the start.** $N = 1$ hides a missing $1/N$; square matrices hide a transpose; at the start many gradients are special.
# 8. **Without the regularization first.** Its gradient can be large and correct, and cover a wrong data gradient.
# 9. **A parameter without effect** has gradient zero, and 0/0 is no evidence. A bias right before batch norm is one: the mean takes it out again.
#
# (Most of these are in the course notes of CS231n, part 3.)
#
# Point 4 is an exercise. Draw a direction $u$ with $\lVert u\rVert = 1$. How fast does $f$ grow along it?
#
# $$\mathrm{measured} = \frac{f(w + h u) - f(w - h u)}{2h},\qquad \mathrm{claimed} = \sum_i \mathrm{grad}_i\,u_i.$$
#
# The two are equal (up to rounding and an error of order $h^2$, which comes from the third derivative) if grad is correct. Their relative difference is
#
# $$\frac{|\mathrm{measured} - \mathrm{claimed}|}{|\mathrm{measured}| + |\mathrm{claimed}|},\qquad\text{and 0 if both are 0.}$$
#
# A wrong gradient can agree with the slope along one direction by chance, hardly along three. A mistake in one entry of very many is another matter: it changes the slope along any random direction by a small fraction only. More directions do not help there, a strict tolerance does, such as our line at $10^{-6}$.
#
# **By hand:** $f(w) = w_1^2 + 3 w_2$ at $w = (1, 2)$ has the gradient $(2, 3)$. Along $u = (0.6, 0.8)$ the slope is $1.2 + 2.4 = 3.6$. A program that returns $(2, 0)$ claims 1.2: difference $2.4/4.8 = 0.5$.
#
# **Task.** `check_along(f, grad, w, rng, directions=3, eps=1e-5) -> float`. Draw `directions` random directions of the shape of $w$ from `rng`, scale each to length 1 (over all its entries), compute the relative difference for each and return the largest. `f(w)` takes an array of the shape of $w$ and returns a number; `grad` has the shape of $w$. Leave $w$ as it is. It must catch three planted bugs (a gradient half as large again as the correct one, one of the wrong sign, and one whose second half is zeros), and pass a correct gradient whose weights are in float32.
#
# *Hint:* float32 keeps seven digits, so after a step of $10^{-5}$ the difference of two losses is mostly rounding error. In what precision must you compute the points at which $f$ is called?


# %% nbgrader={"grade_id": "check_along", "solution": true}
def check_along(f, grad, w, rng, directions=3, eps=1e-5):
    """Compare a gradient with slopes along random unit directions, computed in float64.

    f takes an array of the shape of w and returns a number, grad like w, w any shape (not changed),
    rng a numpy Generator, directions an int, eps a number -> the largest relative difference, a float.
    """
    ### BEGIN SOLUTION
    w, worst = np.array(w, dtype=float), 0.0
    for _ in range(directions):
        u = rng.standard_normal(w.shape)
        u = u / np.sqrt(np.sum(u**2))
        slope = (f(w + eps * u) - f(w - eps * u)) / (2 * eps)
        along = np.sum(grad * u)
        worst = max(worst, abs(slope - along) / max(abs(slope) + abs(along), 1e-300))
    return float(worst)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_check_along", "grade": true, "points": 3}
check(check_along)

# %% [markdown]
# Your check on the weights of an affine layer with cross-entropy and an L2 penalty, for the correct gradient and typical bugs:

# %% tags=["experiment"]
rng = np.random.default_rng(0)
some_x, some_y, w0 = rng.normal(size=(6, 5)), rng.integers(0, 3, 6), rng.normal(size=(5, 3))


def penalized(w):
    return F.cross_entropy_forward(some_x @ w, some_y)[0] + 0.05 * np.sum(w**2)


def gradient_of(w):
    return some_x.T @ F.cross_entropy_backward(F.cross_entropy_forward(some_x @ w, some_y)[1])


right = gradient_of(w0) + 0.1 * w0
single = w0.astype(np.float32)
differences = {}
for name, grad, w in (
    ("correct", right, w0),
    ("correct, weights in float32", gradient_of(single.astype(float)) + 0.1 * single, single),
    ("penalty forgotten", gradient_of(w0), w0),
    ("summed, not averaged", 6 * gradient_of(w0) + 0.1 * w0, w0),
    ("last row missing", right * (np.arange(5) < 4)[:, None], w0),
    ("one entry of 15, 1% too large", right * (1 + 0.01 * (np.arange(15) == 7)).reshape(5, 3), w0),
):
    differences[name] = check_along(penalized, grad, w, np.random.default_rng(1))
    print(f"{name:30s} {'correct' if differences[name] < 1e-6 else 'WRONG'}")
figure, ax = plt.subplots(figsize=(7.5, 2.6))
ch03_checks.differences(ax, differences, 1e-6)
plt.show()

# %% [markdown]
# *What to see:* the axis is logarithmic. What is correct ends to the left of the line, what is wrong far to the right of it, so its exact place hardly matters. The last bar is the mildest mistake: a hundredth of one entry of fifteen still stands out.

# %% [markdown]
# The library's `check_pair` does the same for a pair of functions, with a random `dout` (point 5). On your pairs and on three more bugs:


# %% tags=["experiment"]
def dropout_fixed(x):
    return dropout_forward(x, 0.6, np.random.default_rng(7), True)  # the same mask each time


def batchnorm_out(x, gamma, beta):
    out, cache, _ = batchnorm_forward(x, gamma, beta, start3, 0.9, 1e-5, True)
    return out, cache


def without_scale(dout, cache):
    return dout * (cache[0] > 0)


def mean_as_constant(dout, cache):
    x_hat, gamma, std, _ = cache
    dx_hat = dout * gamma
    return (
        (dx_hat - x_hat * (dx_hat * x_hat).mean(axis=0)) / std,
        (dout * x_hat).sum(axis=0),
        dout.sum(axis=0),
    )


def averaged_bias(dout, cache):
    dx, dw, _ = F.affine_backward(dout, cache)
    return dx, dw, dout.mean(axis=0)


# %% tags=["experiment"]
rng = np.random.default_rng(0)
start3 = {"running_mean": np.zeros(3), "running_var": np.ones(3)}
batch = {"x": rng.normal(size=(5, 3))}
scaled = {**batch, "gamma": rng.normal(size=3), "beta": rng.normal(size=3)}
affine = {**batch, "w": rng.normal(size=(3, 4)), "b": rng.normal(size=4)}
for name, forward, backward, inputs in (
    ("dropout", dropout_fixed, dropout_backward, batch),
    ("dropout, no 1/keep in backward", dropout_fixed, without_scale, batch),
    ("batch norm", batchnorm_out, batchnorm_backward, scaled),
    ("batch norm, mean as a constant", batchnorm_out, mean_as_constant, scaled),
    ("affine, db averaged", F.affine_forward, averaged_bias, affine),
):
    report = check_pair(forward, backward, inputs, rng=np.random.default_rng(1))
    verdict = (
        "all gradients correct" if report else "wrong: " + ", ".join(f"d{v}" for v in report.failed)
    )
    print(f"{name:32s} {verdict}")

# %% [markdown]
# ## 6. A recipe
#
# 1. Scale the inputs. He initialization for ramps, Xavier's for tanh. No activation after the last layer.
# 2. First loss, gradient check, twenty examples memorized (notebook 3).
# 3. Adam at 0.001, or SGD with momentum 0.9; try learning rates in factors of three. The loss explodes: too large. It creeps: too small, or dead, or saturated: look at the activations by layer.
# 4. Deep and unstable: batch norm before the activations.
# 5. Training good and test poor: more data, stronger $\lambda$, dropout, stop earlier. Training poor: wider, deeper, longer.
# 6. Change one thing at a time, with more than one seed.
#
# ## 7. Quiz
#
# **Question 1.** A ReLU layer with 200 inputs and 100 outputs, He initialization. What is the standard deviation of the weights?

# %% nbgrader={"grade_id": "quiz_he_std", "solution": true}
# quiz_he_std = a number
### BEGIN SOLUTION
quiz_he_std = 0.1
### END SOLUTION

# %% nbgrader={"grade_id": "check_quiz_he_std", "grade": true, "points": 1}
check.quiz("quiz_he_std", quiz_he_std)

# %% [markdown]
# **Question 2.** Adam with learning rate 0.001. The first gradient of a weight is 1000. How far does the weight move in the first step? (The size of the step, a positive number.)

# %% nbgrader={"grade_id": "quiz_adam_first_step", "solution": true}
# quiz_adam_first_step = a number
### BEGIN SOLUTION
quiz_adam_first_step = 0.001
### END SOLUTION

# %% nbgrader={"grade_id": "check_quiz_adam_first_step", "grade": true, "points": 1}
check.quiz("quiz_adam_first_step", quiz_adam_first_step)

# %% [markdown]
# **Question 3.** Batch norm in training mode, 64 examples, any upstream gradient. What is the sum of `dx` over the 64 entries of one column?

# %% nbgrader={"grade_id": "quiz_batchnorm_sum", "solution": true}
# quiz_batchnorm_sum = a number
### BEGIN SOLUTION
quiz_batchnorm_sum = 0
### END SOLUTION

# %% nbgrader={"grade_id": "check_quiz_batchnorm_sum", "grade": true, "points": 1}
check.quiz("quiz_batchnorm_sum", quiz_batchnorm_sum)

# %% [markdown]
# **Question 4.** In a direction of curvature 4, with the rate $\eta = 0.01$, which momentum $\mu$ damps critically, without a change of sign at each step?

# %% nbgrader={"grade_id": "quiz_critical_momentum", "solution": true}
# quiz_critical_momentum = a number
### BEGIN SOLUTION
quiz_critical_momentum = 0.64
### END SOLUTION

# %% nbgrader={"grade_id": "check_quiz_critical_momentum", "grade": true, "points": 1}
check.quiz("quiz_critical_momentum", quiz_critical_momentum)

# %% [markdown]
# **Question 5.** Inverted dropout with keep 0.8. By what is an activation multiplied in training, if it is kept?

# %% nbgrader={"grade_id": "quiz_dropout_scale", "solution": true}
# quiz_dropout_scale = a number
### BEGIN SOLUTION
quiz_dropout_scale = 1.25
### END SOLUTION

# %% nbgrader={"grade_id": "check_quiz_dropout_scale", "grade": true, "points": 1}
check.quiz("quiz_dropout_scale", quiz_dropout_scale)

# %% [markdown]
# **Question 6.** A batch of 32 examples with 10 features goes through layer norm. How many means does it compute? A whole number.

# %% nbgrader={"grade_id": "quiz_layernorm_means", "solution": true}
# quiz_layernorm_means = a whole number
### BEGIN SOLUTION
quiz_layernorm_means = 32
### END SOLUTION

# %% nbgrader={"grade_id": "check_quiz_layernorm_means", "grade": true, "points": 1}
check.quiz("quiz_layernorm_means", quiz_layernorm_means)

# %% [markdown]
# **Question 7.** A backward pass forgets the $1/N$, with 3 examples and no penalty: every entry of the gradient is three times too large. Which relative difference does `check_along` return?

# %% nbgrader={"grade_id": "quiz_three_times", "solution": true}
# quiz_three_times = a number
### BEGIN SOLUTION
quiz_three_times = 0.5
### END SOLUTION

# %% nbgrader={"grade_id": "check_quiz_three_times", "grade": true, "points": 1}
check.quiz("quiz_three_times", quiz_three_times)

# %% [markdown]
# **In your own words** (graded by a person). A friend reports: "My network has batch norm. In training the accuracy is 97%. When I give it one picture at a time, in training mode, it says the same digit for all of them." Explain why, with the formula of $\hat x$ for $N = 1$, what the friend has to change, and why layer norm would not have this fault. At most eight sentences.

# %% [markdown] nbgrader={"grade_id": "explain_batch_of_one", "grade": true, "solution": true, "points": 5}
# <!-- BEGIN SOLUTION -->
# In training mode the mean and the deviation are those of the batch. With one example the mean is the example itself, so $\hat x = (x - x)/\sqrt{0 + \epsilon} = 0$ in every feature, and the output of the layer is $\beta$, whatever the picture was. All that comes after sees the same numbers, hence the same digit for all. At test time the layer must use the running statistics, which are constants collected in training; the friend has to switch the network to test mode (`train=False`, `net.eval()`). Layer norm takes the mean over the features of one example, so an example is normalized in the same way alone and in a batch, and there is no mode to forget.
#
# *Points:* 2 for $\hat x = 0$ and the output $\beta$, 1 for the batch as the source of the statistics, 1 for running statistics in test mode, 1 for layer norm's mean over the features.
# <!-- END SOLUTION -->

# %% [markdown]
# ## 8. The chapter in formulas
#
# $N$ examples in rows; $*$ is element-wise; sums over the index that disappears.
#
# | | forward | backward |
# |---|---|---|
# | logistic | $\sigma = 1/(1+e^{-x})$ | $\mathrm{dout} * \sigma(1-\sigma)$ |
# | tanh | $2\sigma(2x)-1$ | $\mathrm{dout} * (1-\mathrm{out}^2)$ |
# | ReLU | $\max(0, x)$ | $\mathrm{dout} * [x>0]$ |
# | leaky ReLU, PReLU | $x$ or $a x$ | $\mathrm{dout}$ or $a\,\mathrm{dout}$; $\;\mathrm{d}a_c = \sum\mathrm{dout}\,x\,[x\le 0]$ |
# | ELU | $x$ or $\alpha(e^x-1)$ | $\mathrm{dout}$ or $\mathrm{dout} * \alpha e^x$ |
# | Swish | $x\,\sigma(\beta x)$ | $\mathrm{dout} * (\sigma + \beta x\,\sigma(1-\sigma))$, $\sigma$ at $\beta x$ |
# | GELU | $x\,\Phi(x)$ | $\mathrm{dout} * (\Phi(x) + x\,\varphi(x))$ |
# | affine | $xw+b$ | $\mathrm{dout}\,w^{\mathsf T}$, $\;x^{\mathsf T}\mathrm{dout}$, $\;\sum_n\mathrm{dout}$ |
# | cross-entropy | $-\frac1N\sum\ln p_{n,y_n}$ | $(p - \text{one-hot})/N$ |
# | L2 | $\frac\lambda2\sum w^2$ | $\lambda w$ |
# | dropout | $x * \mathrm{mask}$, $\;\mathbb{E}[\mathrm{mask}] = 1$ | $\mathrm{dout} * \mathrm{mask}$ |
# | batch norm | $\gamma\,\hat x + \beta$, $\;\hat x = (x-\mathrm{mean})/\mathrm{std}$ | $\frac\gamma{\mathrm{std}}\big(\mathrm{dout} - \overline{\mathrm{dout}} - \hat x\,\overline{\mathrm{dout}\,\hat x}\big)$, $\;\sum\mathrm{dout}\,\hat x$, $\;\sum\mathrm{dout}$ |
# | layer norm | the same along each row | $\frac1{\mathrm{std}}\big(\mathrm{d}\hat x - \overline{\mathrm{d}\hat x} - \hat x\,\overline{\mathrm{d}\hat x\,\hat x}\big)$ with $\mathrm{d}\hat x = \gamma\,\mathrm{dout}$, means along the row; $\;\sum_n\mathrm{dout}\,\hat x$, $\;\sum_n\mathrm{dout}$ |
#
# | | |
# |---|---|
# | neurons, parameters | $\sum_{l\ge1}D_l$, $\;\sum_l (D_{l-1}D_l + D_l)$ |
# | any graph | gradient of an input = upstream × local; where a value is used twice, add |
# | deep network | $\mathrm{d}z_{l-1} = (\mathrm{d}z_l\,w_l^{\mathsf T}) * f'(z_{l-1})$, $\;\mathrm{d}w_l = a_{l-1}^{\mathsf T}\,\mathrm{d}z_l$ |
# | Xavier, He | $\operatorname{Var}w = 2/(\text{fan-in}+\text{fan-out})$, $\;2/\text{fan-in}$ |
# | momentum; Nesterov | $v \leftarrow \mu v + \mathrm{d}w$, then $\;w \leftarrow w - \eta v$; $\;w \leftarrow w - \eta\,(\mathrm{d}w + \mu v)$ |
# | RMSProp | $r \leftarrow \rho r + (1-\rho)\,\mathrm{d}w^2$, $\;w \leftarrow w - \eta\,\mathrm{d}w/(\sqrt r + \epsilon)$ |
# | Adam | $\hat v = v/(1-\beta_1^t)$, $\;\hat r = r/(1-\beta_2^t)$, $\;w \leftarrow w - \eta\,\hat v/(\sqrt{\hat r}+\epsilon)$ |
#
# ## 9. Glossary
#
# | term | 中文 | meaning |
# |---|---|---|
# | neuron; pre-activation; activation function | 神经元；净输入；激活函数 | $f(w\cdot x + b)$; its $z$; its $f$ |
# | dendrite, axon, synapse | 树突、轴突、突触 | what inputs, output and weights stand for |
# | weight, bias | 权重、偏置 | strength of a connection; minus the threshold |
# | local, distributed representation | 局部表示、分布式表示 | one unit for each thing; a pattern of units for each thing |
# | affine map | 仿射变换 | $xw + b$ |
# | logistic function; hyperbolic tangent | Logistic 函数；双曲正切 | the S-shaped activations |
# | rectified linear unit (ReLU) | 修正线性单元 | $\max(0, x)$ |
# | leaky, parametric ReLU; exponential linear unit | 带泄露的 ReLU、带参数的 ReLU；指数线性单元 | ramps with a negative side |
# | Gaussian error linear unit (GELU) | 高斯误差线性单元 | $x\,\Phi(x)$ |
# | gate | 门 | a factor between 0 and 1 that lets a signal pass |
# | saturation; dead ReLU | 饱和；死亡 ReLU | flat part, slope near 0; off for every example |
# | zero-centered | 零中心化 | with outputs around 0 |
# | feedforward network; fully connected | 前馈网络；全连接 | layers, no way back; every unit to every next unit |
# | hidden layer; output layer | 隐藏层；输出层 | layers between input and output; the last one |
# | credit assignment problem | 贡献度分配问题 | which weight has which share in the error |
# | computational graph; topological sort | 计算图；拓扑排序 | operations as nodes; parents before children |
# | chain rule; backpropagation | 链式法则；反向传播 | multiply along a path, add over paths; that, from the loss backward |
# | Jacobian | 雅可比矩阵 | all partial derivatives of a vector by a vector |
# | gradient descent | 梯度下降 | step against the gradient |
# | cross-entropy; squared error | 交叉熵；平方误差 | $-\ln p_y$; $\frac12\sum(a-y)^2$ |
# | template | 模板 | weights seen as a picture to compare with |
# | regularization; weight decay | 正则化；权重衰减 | what keeps a fit simple; L2 on the weights |
# | validation set; schedule | 验证集；学习率调度 | data to choose by; a learning rate that changes over training |
# | universal approximation | 通用近似 | one wide hidden layer follows any continuous function |
# | adversarial example | 对抗样本 | an input changed a little so that the answer changes |
# | overfitting | 过拟合 | good on training data, worse on new data |
# | initialization; symmetry | 初始化；对称性 | weights at the start; units that stay alike |
# | vanishing, exploding gradient | 梯度消失、梯度爆炸 | shrinks or grows by a factor at every layer |
# | learning rate; momentum | 学习率；动量 | size of a step; memory of past steps |
# | dropout | 暂退法（丢弃法） | random removal of units in training |
# | batch normalization | 批量归一化 | mean 0 and deviation 1 over the batch, then $\gamma$, $\beta$ |
# | layer normalization | 层归一化 | the same over the features of one example |
# | gradient check; relative error | 梯度检验；相对误差 | backpropagation against finite differences; $\lVert u - v\rVert/(\lVert u\rVert + \lVert v\rVert)$ |
# | ensemble | 集成 | several networks whose answers are averaged |
#
# ## 10. Where to read more
#
# - Rumelhart, Hinton and Williams, *Learning representations by back-propagating errors*, Nature 323 (1986): four pages that made the method known. Linnainmaa (1970) and Werbos (1974) had it before.
# - Michael Nielsen, *Neural Networks and Deep Learning*, chapters 1 to 4: digits, learning slowdown, cross-entropy, explained slowly; universal approximation in pictures.
# - Stanford CS231n, course notes on backpropagation and on neural networks parts 1 to 3: patterns in gradient flow, practical advice.
# - Gabriel Goh, *Why momentum really works*, Distill (2017): momentum on the quadratic, to play with.
# - Andrew Trask, *A neural network in 11 lines of Python* (2015): the program of notebook 3.
# - 3Blue1Brown, *Neural networks*, chapters 1 to 4: the pictures to have in mind.
# - Xipeng Qiu, *Neural Networks and Deep Learning* (邱锡鹏,《神经网络与深度学习》), chapters 4 and 7: the Chinese terms used here, and much more on optimization.
# - Goodfellow, Bengio and Courville, *Deep Learning*, chapters 6 to 8: the general theory.
# - Glorot and Bengio, *Understanding the difficulty of training deep feedforward neural networks* (2010); He, Zhang, Ren and Sun, *Delving deep into rectifiers* (2015): the two initializations, and PReLU.
# - Kingma and Ba, *Adam* (2015); Srivastava and others, *Dropout* (2014); Ioffe and Szegedy, *Batch normalization* (2015); Hendrycks and Gimpel, *Gaussian error linear units* (2016).
# - Andrej Karpathy, *micrograd*: a `Value` class like yours, in a hundred lines, with a lecture.
#
# Next chapter: what is wrong with a fully connected layer on images, and what to do about it.
