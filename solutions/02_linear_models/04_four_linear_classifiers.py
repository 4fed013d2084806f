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
# # 2.4 · Four linear classifiers on the same data
#
# A linear classifier computes one score for each class and answers with the largest. For two classes one score is enough: its sign is the answer. Perceptron, logistic
# regression, softmax regression and support vector machine all do this. They differ in what they call an error, that
# is, in their loss, and in how they are trained; section 6 asks which of the two matters more. You have written two of
# the four losses; here are the others, then all of them side by side, and a look at what they have learned.
#
# For the experiments, `bce_with_logits_backward` (2.3) and `numerical_gradient` (2.2) are imported from the course's
# library, as are the data, the mini-batches and some drawing. The losses and gradients of this notebook you write
# yourself, in full. Letters mean what the table in notebook 2.1 says.

# %%
import matplotlib.pyplot as plt
import numpy as np

from autograder import check
from nnkit import plot

plot.style()

# %% tags=["experiment"]
# Data and tools, for the experiments only.
from sklearn.datasets import load_iris

from nnkit import data
from nnkit.plot import ch02_classifiers
from nnkit.functional import bce_with_logits_backward
from nnkit.gradcheck import numerical_gradient, relative_error

# %% [markdown]
# ## 1 · The geometry of a score
#
# Two classes, $y \in \{-1, +1\}$, one score $z = w \cdot x + b$; its sign is the answer. The points with $z = 0$ form a
# line, in $D$ dimensions a **hyperplane** (超平面). The vector $w$ is perpendicular to it: for two points on it,
# $w\cdot(x - x') = -b + b = 0$.
#
# How far is a point $x$ from it? Walk from $x$ against the unit vector $w/\|w\|$ until the score is zero. After a
# length $\ell$ it is $w\cdot(x - \ell\,w/\|w\|) + b = z - \ell\,\|w\|$, so
#
# $$\text{distance} = \frac{z}{\|w\|}.$$
#
# The score is the signed distance, in units of $1/\|w\|$. Doubling $w$ and $b$ doubles every score and moves nothing.
# The product $y z$ is positive when the answer is right; call it the **signed score** of the example. Divided by $\|w\|$ it is the example's distance from the line, negative on the wrong side. The smallest of these distances is the **margin** (间隔) of the line: how much room it leaves. (Many books call $yz$ itself a margin, the *functional* one.)
#
# **By hand.** $w = (3, 4)$, $b = -5$, $x = (3, 4)$: $z = 9 + 16 - 5 = 20$, $\|w\| = 5$, distance 4.

# %% tags=["experiment"]
ch02_classifiers.distance(np.array([3.0, 4.0]), -5.0, np.array([3.0, 4.0]))
plt.show()

# %% [markdown]
# *What to see:* the line is the set of points with score 0; on the shaded side scores are positive. The way from $x$
# to the line runs along $w$ and meets the line at a right angle. The bias moves the line without turning it.
#
# ## 2 · The perceptron
#
# The perceptron (Rosenblatt, 1958) looks at one example at a time and changes the weights only after a mistake.
# (Hebb's rule of 1949, which chapter 3 describes, is older: it strengthens connections without asking whether the
# answer was right.) The rule of the **perceptron** (感知机), with the bias inside $w$ (an input that is always 1):
#
# $$\text{if } y\,(w\cdot x) \le 0:\qquad w \leftarrow w + \eta\, y\, x .$$
#
# Why this helps: the signed score of that example becomes
# $y\,(w + \eta y x)\cdot x = y\,(w\cdot x) + \eta\|x\|^2$. It rises. A score of exactly zero counts as a mistake;
# otherwise training could never leave the start $w = 0$.
#
# It is gradient descent in disguise. The loss $\max(0, -y\,(w \cdot x))$ of one example has the gradient $-yx$ after
# a mistake, and 0 otherwise.
#
# **By hand**, $\eta = 1$, start $w = (0,0,0)$, the last input is the constant 1:
#
# | example $x$ | $y$ | $y\,(w\cdot x)$ | $w$ after it |
# |---|---|---|---|
# | $(2, 1, 1)$ | −1 | 0, a mistake | $(-2, -1, -1)$ |
# | $(-1, -1, 1)$ | +1 | $2 + 1 - 1 = 2$, right | $(-2, -1, -1)$ |
# | $(1, -2, 1)$ | +1 | $-2 + 2 - 1 = -1$, a mistake | $(-1, -3, 0)$ |
#
# **Predict, then run.** After the third line of the table, are all three examples on the right side?

# %% tags=["experiment"]
points, signs = np.array([[2.0, 1.0], [-1.0, -1.0], [1.0, -2.0]]), np.array([-1, 1, 1])
fig, axes = plt.subplots(1, 2, figsize=(8.6, 4.4), sharey=True)
for ax, w, title in [(axes[0], np.array([-2.0, -1.0, -1.0]), "after the first mistake"),
                     (axes[1], np.array([-1.0, -3.0, 0.0]), "after the second")]:
    ch02_classifiers.hyperplane(ax, w[:2], w[2])
    ch02_classifiers.arrow(ax, -w[2] * w[:2] / (w[:2] @ w[:2]), w[:2], "C2", "w", (-14, 2))
    for point, sign in zip(points, signs):
        right = sign * (point @ w[:2] + w[2]) > 0
        ax.plot(*point, "o" if sign > 0 else "s", color="C0" if sign > 0 else "C1", ms=9,
                mec="w" if right else "k", mew=2.2)
        name = f"y = {sign:+d}" + ("" if right else ", wrong")
        place = ((5, -16), "right") if point[0] < 0 else ((9, -4), "left")  # away from line and arrow
        ax.annotate(name, point, place[0], textcoords="offset points", ha=place[1])
    ax.set(xlim=(-3.4, 3.6), ylim=(-3.7, 2.6), aspect="equal", xlabel="$x_1$", title=title)
    print(f"w = {w}: signed scores {(signs * (points @ w[:2] + w[2])).tolist()}")
ch02_classifiers.arrow(axes[0], [1.0, -2.0], [0.6, -1.2], "k", "pulls w this way", (-4, -12))
axes[0].set_ylabel("$x_2$")
plt.show()

# %% [markdown]
# *What to see:* the shaded side is where the answer is +1. On the left the third example, a blue circle with a black
# edge, lies on the wrong side. The correction adds $x$ to $w$, which turns $w$ toward the example, and the line turns
# with it. On the right all three are right, and nothing will change any more.
#
# ### Exercise: one step of the perceptron
#
# One example `x` with label `y`, −1 or +1. After a right answer return `w` unchanged, but as a new array: whoever
# changes it later must not change your `w`.
#
# *Example:* `w = [-2, -1, -1]`, `x = [1, -2, 1]`, `y = 1`, `lr = 1` gives `[-1, -3, 0]`.
#
# *Hint:* the table above holds one case of each kind. What happens at a score of exactly zero, where every
# training run begins?

# %% nbgrader={"grade_id": "perceptron_update", "solution": true}
def perceptron_update(w, x, y, lr):
    """One step of the perceptron rule. w, x (D,), y is -1 or +1 -> w_new (D,), a new array."""
    ### BEGIN SOLUTION
    w_new = np.array(w, dtype=float)
    if y * np.dot(w, x) <= 0:
        w_new = w_new + lr * y * x
    return w_new
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_perceptron_update", "grade": true, "points": 4}
check(perceptron_update)

# %% [markdown]
# ### It stops, if it can
#
# Suppose that some line separates the classes: there are a vector $v$ of length 1 and a $\gamma > 0$ with
# $y_i\,(v\cdot x_i) \ge \gamma$ for all examples, and no example is longer than $R$. ($\gamma$ is the margin of section 1, in the space with the extra input 1, where $v$ has length 1. In the space without it, an example's distance from the line is $y_i\,(v \cdot x_i)$ divided by the length of $v$ without its last entry, hence larger.) Start at $w = 0$ with $\eta = 1$
# and look at $w$ after $n$ mistakes.
#
# - Each mistake adds $y\,(v\cdot x) \ge \gamma$ to $v \cdot w$. So $v\cdot w \ge n\gamma$.
# - Each mistake changes $\|w\|^2$ by $2y\,(w\cdot x) + \|x\|^2 \le 0 + R^2$. So $\|w\|^2 \le nR^2$.
# - A projection is never longer than the vector: $n\gamma \le v\cdot w \le \|w\| \le \sqrt n\,R$.
#
# Hence $n \le (R/\gamma)^2$: the number of mistakes is bounded, whatever the order, however many examples there are
# (Novikoff, 1962). If no line separates the classes, the rule never comes to rest.
#
# Both cases on real data, 150 iris flowers of three species, by length and width of their petals:

# %% tags=["experiment"]
iris = load_iris()
petals, species = iris.data[:, 2:], iris.target
with_one = np.column_stack([petals, np.ones(150)])


def perceptron(x, y, epochs, rng, average=False):
    """Weights after the epochs (or their average on the way), mistakes in each epoch; y is -1 or +1."""
    w, total, mistakes = np.zeros(x.shape[1]), np.zeros(x.shape[1]), []
    for _ in range(epochs):
        before = 0
        for i in rng.permutation(len(x)):
            if y[i] * np.dot(w, x[i]) <= 0:  # otherwise the rule changes nothing
                w = perceptron_update(w, x[i], y[i], 1.0)
                before += 1
            total += w
        mistakes.append(before)
    return (total / (epochs * len(x)) if average else w), mistakes


setosa = np.where(species == 0, 1, -1)
_, easy = perceptron(with_one, setosa, 40, np.random.default_rng(0))
hard_x, hard_y = with_one[species > 0], np.where(species[species > 0] == 1, 1, -1)
_, hard = perceptron(hard_x, hard_y, 40, np.random.default_rng(0))

v = np.array([-1.0, -1.0, 3.5])  # the line length + width = 3.5 separates setosa
v = v / np.linalg.norm(v)
gamma, longest = np.min(setosa * (with_one @ v)), np.max(np.linalg.norm(with_one, axis=1))
fig, ax = plt.subplots(figsize=(7, 3.6))
epochs = np.arange(1, 41)
ax.plot(epochs, easy, "o-", label="setosa against the rest (150 flowers)")
ax.plot(epochs, hard, "s-", color="C1", label="versicolor against virginica (100 flowers)")
ax.set(xlabel="epoch", ylabel="mistakes")
ax.legend()
plt.show()
print(f"setosa: {sum(easy)} mistakes in all, bound (R/gamma)^2 = ({longest:.3f}/{gamma:.4f})^2 "
      f"= {(longest / gamma) ** 2:.0f}")
print(f"versicolor against virginica: {hard[-1]} mistakes in the last epoch")

# %% [markdown]
# *What to see:* setosa (blue) is learned after a handful of mistakes, far fewer than the bound allows (for $v$ we
# took the line length + width = 3.5, found by eye; a better line would give a smaller bound), and then nothing
# changes any more. Versicolor and virginica (orange) overlap: the perceptron goes on correcting itself forever, and
# its weights depend on when one stops it.
#
# ## 3 · The margin and the hinge
#
# A perceptron stops at the first line that works, even one that almost touches the nearest flower. A better line would leave room: new flowers will not lie exactly where the old ones did. (That this helps is plausible; the experiment below does not show it.) The **support vector machine**
# (支持向量机, SVM) asks for the widest street between the classes.
#
# **From margin to loss.** The margin, the distance of the nearest example, is $\min_i y_iz_i/\|w\|$. As the scale of $w, b$ is
# free, fix it so that the nearest example has $y_iz_i = 1$. Its distance is then $1/\|w\|$, and the widest street solves
#
# $$\text{minimize } \tfrac12\|w\|^2 \quad\text{such that}\quad y_iz_i \ge 1 \text{ for all } i.$$
#
# When the classes overlap, this cannot be met. Allow each example to fall short by $\xi_i \ge 0$, at a price:
# $y_iz_i \ge 1 - \xi_i$, and add the average of the $\xi_i$, weighing the street against it by some $\lambda$:
#
# $$\text{minimize } \frac\lambda2\|w\|^2 + \frac1N\sum_i \xi_i .$$
#
# For given $w$ and $b$ the best $\xi_i$ is the smallest one allowed, $\max(0,\, 1 - y_iz_i)$. That is the **hinge
# loss** (合页损失), and the SVM is *hinge loss plus L2 regularization*. Here the penalty is no afterthought: it is what makes the street wide, since a short $w$ means a large $1/\|w\|$.

# %% tags=["experiment"]
yz = np.linspace(-3, 3, 601)
fig, ax = plt.subplots(figsize=(7, 3.8))
ax.plot(yz, (yz <= 0).astype(float), "k:", label="mistake")
ax.plot(yz, np.maximum(0, 1 - yz), color="C1", ls="-.", lw=2.2, label="hinge: max(0, 1 − yz)")
ax.plot(yz, np.log1p(np.exp(-yz)), color="C0", label="cross-entropy: log(1 + exp(−yz))")
ax.plot(yz, (1 - yz) ** 2 / 2, color="C3", ls="--", label="squared: (1 − yz)² / 2")
ax.plot(yz[::20], np.maximum(0, -yz[::20]), "^-", ms=4, color="C2", label="perceptron: max(0, −yz)")
ax.set(xlabel="signed score y z", ylabel="loss of one example", ylim=(-0.1, 4))
ax.legend(loc="upper right")
plt.show()

# %% [markdown]
# *What to see:* left of zero the answer is wrong. Mistakes themselves (dotted) have no slope. The perceptron's loss
# begins at 0 and is zero for any right answer. The hinge is zero from a signed score of 1 on. The cross-entropy is a smooth
# hinge that never quite reaches zero. (It is the one of notebook 2.3: with $y = 1$ there it was
# $\log(1 + e^{z}) - z = \log(1 + e^{-z})$, with $y = 0$ it was $\log(1 + e^z)$; with $y = \pm1$ both are
# $\log(1 + e^{-yz})$.) The squared error between score and ±1 (dashed) rises again on the right: it penalizes answers
# for being *too* right.
#
# ### Many classes
#
# With one score for each class, the difference of two scores plays the part of $yz$. Ask that the true score exceed *every* other by a lead of $\Delta$ (`margin` in the code below, as in most libraries), and add what is missing
# (Weston and Watkins, 1999):
#
# $$L = \frac1N\sum_i\sum_{j\ne y_i}\max(0,\; s_{ij} - s_{i,y_i} + \Delta).$$
#
# The true class is left out: its term would be $\max(0, \Delta) = \Delta$, a constant.
#
# **By hand**, $\Delta = 1$, $y = 0$:
#
# | scores | class 1 | class 2 | loss |
# |---|---|---|---|
# | $(2,\ 1.5,\ -1)$ | $1.5 - 2 + 1 = 0.5$ | $-1 - 2 + 1 < 0$ | 0.5 |
# | $(1,\ 2,\ 1.5)$ | $2 - 1 + 1 = 2$ | $1.5 - 1 + 1 = 1.5$ | 3.5 |
#
# A check for the first run: with all scores equal each of the $K - 1$ terms is $\Delta$, so $L = (K - 1)\,\Delta$.
#
# **Why $\Delta = 1$ is enough.** Doubling $w$ and $b$ doubles all differences of scores. So the loss with lead $\Delta$ at $w, b$ is $\Delta$ times the loss with lead 1 at $w/\Delta, b/\Delta$. A larger lead only asks for larger weights, and how large weights may become is what $\lambda$ says: lead $\Delta$ with penalty $\lambda$ gives the same decisions as lead 1 with penalty $\lambda\Delta$. The two numbers do one job; we keep $\Delta = 1$ and
# tune $\lambda$.
#
# **What hinge and cross-entropy see.** True class 0, scores $(10, 8, 8)$ and $(10, -100, -100)$: the hinge loss is 0
# for both. The cross-entropy is 0.24 for the first and 0 for the second. The hinge is done once the true score leads by $\Delta$; the cross-entropy goes on asking for more.
#
# ### Exercise: the hinge loss
#
# *Example:* the two rows of the table as one batch, `y = [0, 0]`, give $(0.5 + 3.5)/2 = 2$.
#
# *Hint:* compute the terms of all classes at once, then take out the one that does not belong to the sum.

# %% nbgrader={"grade_id": "hinge_forward", "solution": true}
def hinge_forward(scores, y, margin=1.0):
    """Mean multi-class hinge loss. scores (N, K), y (N,) indices -> loss, cache = (scores, y, margin)."""
    ### BEGIN SOLUTION
    n = scores.shape[0]
    right = scores[np.arange(n), y]
    short = np.maximum(0, scores - right[:, None] + margin)
    short[np.arange(n), y] = 0
    return float(np.sum(short) / n), (scores, y, margin)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_hinge_forward", "grade": true, "points": 5}
check(hinge_forward)

# %% [markdown]
# ### Its gradient
#
# Take one example. A term with $s_j - s_y + \Delta > 0$ is *violated*; it contains $s_j$ once with a plus and $s_y$
# once with a minus. All other terms are flat zero. So
#
# $$\frac{\partial L}{\partial s_j} = \frac1N\,[\text{term } j \text{ violated}] \quad (j\ne y),\qquad
# \frac{\partial L}{\partial s_y} = -\frac1N\,\#\{\text{violated terms}\}.$$
#
# Exactly at the kink, $s_j - s_y + \Delta = 0$, either slope may be taken; here it is 0, as everywhere in this course.
#
# **By hand**, the two examples above, each as a batch of one: $(-1, 1, 0)$ and $(-2, 1, 1)$. Like $p - y$, each row
# sums to zero. Unlike $p - y$, it does not tell a small shortfall from a large one.
#
# ### Exercise: the gradient
#
# *Hint:* mark the violated terms with 1 first; the true class's entry then follows from its row.

# %% nbgrader={"grade_id": "hinge_backward", "solution": true}
def hinge_backward(cache):
    """Gradient of the mean hinge loss. cache = (scores, y, margin) -> dscores (N, K)."""
    ### BEGIN SOLUTION
    scores, y, margin = cache
    n = scores.shape[0]
    right = scores[np.arange(n), y]
    dscores = (scores - right[:, None] + margin > 0).astype(float)
    dscores[np.arange(n), y] = 0
    dscores[np.arange(n), y] = -np.sum(dscores, axis=1)
    return dscores / n
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_hinge_backward", "grade": true, "points": 5}
check(hinge_backward, forward=hinge_forward)

# %% [markdown]
# ### The first line and the widest street
#
# Setosa against versicolor, which a line can separate. Five perceptrons, which differ only in the order of the examples, and one SVM with a weak penalty. (The code uses the form for many classes, with $K = 2$ scores. Only their difference counts, so with $w = w_{:,1} - w_{:,0}$ the loss is the hinge of the derivation above. At rest the two columns are $\pm w/2$, and their penalty is $\frac\lambda2 \cdot 2\,\|w/2\|^2 = \frac\lambda4\|w\|^2$: half of what one $w$ would pay for the same $\lambda$.)

# %% tags=["experiment"]
pair_x, pair_y = petals[species < 2], species[species < 2]
center, spread = pair_x.mean(axis=0), pair_x.std(axis=0)
pair_z = (pair_x - center) / spread


def train_hinge(x, y, classes, lam, steps, lr):
    """Multi-class SVM: gradient descent on the hinge loss plus lam/2 sum w^2, falling learning rate."""
    w, b = np.zeros((x.shape[1], classes)), np.zeros(classes)
    for step in range(steps):
        rate = lr / (1 + 10 * step / steps)
        dscores = hinge_backward(hinge_forward(x @ w + b, y)[1])
        w, b = w - rate * (x.T @ dscores + lam * w), b - rate * dscores.sum(axis=0)
    return w, b


w_svm, b_svm = train_hinge(pair_z, pair_y, 2, 0.01, 6000, 0.2)
lines = {"SVM": np.append(w_svm[:, 1] - w_svm[:, 0], b_svm[1] - b_svm[0])}
signed = np.where(pair_y == 1, 1, -1)
pair_one = np.column_stack([pair_z, np.ones(len(pair_z))])
for seed in range(5):
    lines[f"perceptron {seed + 1}"] = perceptron(pair_one, signed, 20, np.random.default_rng(seed))[0]

# %% tags=["experiment"]
fig, ax = plt.subplots(figsize=(7.5, 4.6))
ax.plot(*pair_z[pair_y == 0].T, "o", label="setosa")
ax.plot(*pair_z[pair_y == 1].T, "s", color="C1", label="versicolor")
across = np.array([-2.0, 2.0])
for name, (w1, w2, b) in lines.items():
    nearest = np.min(signed * (pair_one @ lines[name])) / np.hypot(w1, w2)
    print(f"{name:13s} distance of the nearest flower {nearest:.3f}")
    ax.plot(across, -(w1 * across + b) / w2, color="k" if name == "SVM" else "0.6",
            lw=2 if name == "SVM" else 1,
            label={"SVM": "SVM", "perceptron 1": "five perceptrons"}.get(name))
w1, w2, b = lines["SVM"]
half_width = np.min(signed * (pair_one @ lines["SVM"]))
for edge in (-half_width, half_width):
    ax.plot(across, -(w1 * across + b - edge) / w2, "k--", lw=0.8,
            label="edges of the street" if edge > 0 else None)
margins = signed * (pair_one @ lines["SVM"])
ax.plot(*pair_z[margins < 1.02].T, "o", ms=14, mfc="none", mec="k", mew=1.6, label="support vectors")
ax.set(xlabel="petal length (standard deviations)", ylabel="petal width (standard deviations)",
       xlim=(-1.7, 1.9), ylim=(-1.7, 2.2), aspect="equal")
fig.legend(loc="outside lower center", ncols=3)
plt.show()
print(f"SVM: {np.sum(margins < 1.02)} of 100 flowers have a signed score below 1.02; "
      f"the smallest is {margins.min():.2f}")

# %% [markdown]
# *What to see:* all gray lines separate the flowers, and no two agree. The black line runs in the middle of the widest
# street (dashed edges): its nearest flowers are 0.66 away, and the perceptrons' between 0.14 and 0.45. Only the
# flowers on the edges, here two, hold the SVM in place; they are the **support vectors** (支持向量). They are ringed. All others have loss zero and a zero gradient, and could be left out without any change.
#
# ## 4 · Softmax regression, complete
#
# Everything together: affine scores, softmax, cross-entropy, L2 penalty on the weights (not on the biases).
#
# $$L = \frac1N\sum_i\Big(\log\sum_j e^{s_{ij}} - s_{i,y_i}\Big) + \frac\lambda2\sum w^2,\qquad s = xw + b .$$
#
# | quantity | shape | formula |
# |---|---|---|
# | `scores` | $(N, K)$ | `x @ w + b` |
# | `dscores` | $(N, K)$ | $(p - \text{onehot}(y))/N$ |
# | `dw` | $(D, K) = (D, N)(N, K)$ | $x^\top\,$`dscores` $+\ \lambda w$ |
# | `db` | $(K,)$ | sum of `dscores` over the rows: $b$ is added to every row |
#
# ### Exercise: loss and gradients
#
# Write it out in full, forward and backward, with the stable forms of notebook 2.3 (its functions are not defined
# in this notebook). No loop is needed.
#
# *Example:* `w` all zeros, `b` zeros, `x = [[1, 2]]`, `y = [0]` and two classes: the loss is $\ln 2$, `dscores` is
# $(-0.5, 0.5)$, so `dw = [[-0.5, 0.5], [-1, 1]]` and `db = [-0.5, 0.5]`.
#
# *Hint:* the penalty belongs to the loss once, not to every example. To which of the two gradients does it add
# something?

# %% nbgrader={"grade_id": "softmax_regression_loss", "solution": true}
def softmax_regression_loss(w, b, x, y, lam):
    """Cross-entropy plus lam/2 sum w^2. w (D, K), b (K,), x (N, D), y (N,) -> loss, dw (D, K), db (K,)."""
    ### BEGIN SOLUTION
    n = x.shape[0]
    scores = x @ w + b
    shifted = scores - np.max(scores, axis=1, keepdims=True)
    exponentials = np.exp(shifted)
    sums = np.sum(exponentials, axis=1, keepdims=True)
    losses = np.log(sums[:, 0]) - shifted[np.arange(n), y]
    loss = np.mean(losses) + lam / 2 * np.sum(w**2)

    dscores = exponentials / sums
    dscores[np.arange(n), y] -= 1
    dscores /= n
    dw = x.T @ dscores + lam * w
    db = np.sum(dscores, axis=0)
    return float(loss), dw, db
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_softmax_regression_loss", "grade": true, "points": 7}
check(softmax_regression_loss)

# %% [markdown]
# ### On handwritten digits
#
# 1797 digits of 8×8 pixels; four fifths for training. First the two checks that cost nothing: the loss at $w = 0$,
# and your gradient against numerical ones.

# %% tags=["experiment"]
x_train, y_train, x_test, y_test = data.digits(rng=np.random.default_rng(0))
w, b = np.zeros((64, 10)), np.zeros(10)
print(f"loss at w = 0: {softmax_regression_loss(w, b, x_train, y_train, 0.0)[0]:.4f}, "
      f"log 10 = {np.log(10):.4f}")
w = np.random.default_rng(1).normal(size=(64, 10))
_, dw, db = softmax_regression_loss(w, b, x_train[:20], y_train[:20], 0.1)
numeric_w = numerical_gradient(lambda w: softmax_regression_loss(w, b, x_train[:20], y_train[:20], 0.1)[0], w)
numeric_b = numerical_gradient(lambda b: softmax_regression_loss(w, b, x_train[:20], y_train[:20], 0.1)[0], b)
print("relative errors below 1e-7:",
      relative_error(dw, numeric_w) < 1e-7, relative_error(db, numeric_b) < 1e-7)


# %% tags=["experiment"]
def train_softmax(x, y, lam, epochs, lr=0.5, batch_size=32, seed=0, watch=None):
    """Softmax regression by mini-batch descent from w = 0; watch(w, b) is called after each epoch."""
    rng = np.random.default_rng(seed)
    w, b = np.zeros((x.shape[1], 10)), np.zeros(10)
    for _ in range(epochs):
        for x_batch, y_batch in data.minibatches(x, y, batch_size, rng):
            _, dw, db = softmax_regression_loss(w, b, x_batch, y_batch, lam)
            w, b = w - lr * dw, b - lr * db
        if watch:
            watch(w, b)
    return w, b


def accuracy(w, b, x, y):
    return float(np.mean(np.argmax(x @ w + b, axis=1) == y))


def measure(w, b):
    """Append training and test loss, training and test accuracy to records."""
    records.append([softmax_regression_loss(w, b, x, y, 0.0)[0]
                    for x, y in [(x_train, y_train), (x_test, y_test)]]
                   + [accuracy(w, b, x_train, y_train), accuracy(w, b, x_test, y_test)])


records = []
w, b = train_softmax(x_train, y_train, 0.0, 60, watch=measure)
records = np.array(records)
fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3.4))
for ax, column, name in [(left, 0, "loss"), (right, 2, "accuracy")]:
    ax.plot(np.arange(1, 61), records[:, column], label="training")
    ax.plot(np.arange(1, 61), records[:, column + 1], "--", color="C1", label="test")
    ax.set(xlabel="epoch", ylabel=name)
    ax.legend()
right.set(ylim=(0.9, 1.0))
plt.show()
for epoch in [1, 10, 60]:
    losses = records[epoch - 1]
    print(f"epoch {epoch:2d}: training loss {losses[0]:.3f}, test loss {losses[1]:.3f}, "
          f"accuracy {losses[2]:.3f} and {losses[3]:.3f}")

# %% [markdown]
# *What to see:* nine digits in ten are right after one epoch. From the tenth epoch on the test accuracy stays near
# 97%, but the test loss goes on falling, from 0.19 to 0.11: the model gives the right classes more and more
# probability. Accuracy alone would say that these 50 epochs were wasted. The gap between training and test opens,
# but overfitting in the sense of notebook 1.3, a rising test loss, has not begun.
#
# ## 5 · Templates
#
# Class $k$'s score is $x \cdot w_{:,k} + b_k$, and column $k$ of $w$ has one number for each pixel: it is itself a
# picture, the **template** (模板) of the class. (Texts that store the weights as `(K, D)` speak of its *rows*; here
# they are columns.) The gradient shows how it is painted:
#
# $$\mathtt{dw}_{:,k} = \frac1N\sum_i (p_{ik} - [y_i = k])\,x_i .$$
#
# Each step adds to picture $k$ the images of class $k$ that are not yet recognized, and takes away the images that
# are mistaken for $k$.
#
# **Predict, then run.** With a very strong penalty all weights stay tiny, and every $p_{ik}$ stays near
# $\tfrac1{10}$. What does the formula then say that the template must look like?

# %% tags=["experiment"]
# About 5 s on an ordinary laptop.
strengths = [0.0, 1e-2, 1e-1, 1.0]
means = np.stack([x_train[y_train == k].mean(axis=0) for k in range(10)])
difference = (means - x_train.mean(axis=0)).T
rows, names, shown = [], [], [0, 1, 5, 7, 9]
print("lambda  accuracy training, test   largest weight   roughness   correlation with mean - overall")
for lam in strengths:
    w_lam, b_lam = np.zeros((64, 10)), np.zeros(10)
    for _ in range(1000):  # with all examples in each step: no noise in the pictures
        _, dw, db = softmax_regression_loss(w_lam, b_lam, x_train, y_train, lam)
        w_lam, b_lam = w_lam - 0.3 * dw, b_lam - 0.3 * db
    pictures = w_lam.T.reshape(10, 8, 8)
    steps = [np.mean(np.diff(pictures, axis=axis) ** 2) for axis in (1, 2)]  # up and down, left and right
    rough = np.mean(steps) / np.mean(pictures**2)
    alike = np.mean([np.corrcoef(w_lam[:, k], difference[:, k])[0, 1] for k in range(10)])
    results = accuracy(w_lam, b_lam, x_train, y_train), accuracy(w_lam, b_lam, x_test, y_test)
    print(f"{lam:6g} {results[0]:12.3f} {results[1]:10.3f} {np.abs(w_lam).max():14.2f} "
          f"{rough:14.2f} {alike:11.2f}")
    if lam != 1e-2:  # it would look like the row of 0
        rows.append(pictures[shown])
        names.append(f"λ = {lam:g}\ntest {results[1]:.3f}")
rows.append(difference.T.reshape(10, 8, 8)[shown])
names.append("class mean −\noverall mean")
fig, axes = plt.subplots(len(rows), len(shown), figsize=(8.5, 6.2))
for ax_row, pictures, name in zip(axes, rows, names):
    bound = np.abs(pictures).max()  # one color scale for the pictures of a row
    for k, ax in enumerate(ax_row):
        image = ax.imshow(pictures[k], cmap="RdBu_r", vmin=-bound, vmax=bound)
        ax.set(xticks=[], yticks=[])
        ax.grid(False)
    ax_row[0].set_ylabel(name, rotation=0, ha="right", va="center")
    fig.colorbar(image, ax=ax_row)
for k, ax in zip(shown, axes[0]):
    ax.set_title(str(k), loc="center")
plt.show()

# %% [markdown]
# *What to see:* red pixels speak for the digit, blue ones against it. The template of 0 has a blue hole in the
# middle: ink there is the best evidence against a zero. A template is not an average image; it shows what sets a
# digit apart. As $\lambda$ grows the weights shrink (each row has a color scale of its own, on its right) and the pictures become a
# little smoother (the roughness in the table is the mean square of the difference between neighboring pixels, side by
# side and one above the other, divided by the mean square of the pixels). At $\lambda = 1$ each template is the class's average
# minus the average of all digits, the last row (correlation 1.00). The formula says so: at rest
# $0 = \mathtt{dw}_{:,k} + \lambda w_{:,k}$, so with $p_{ik} \approx \tfrac1{10}$
# $\lambda w_{:,k} \approx \frac1N\sum_i [y_i = k]\,x_i - \frac1{10}\cdot\frac1N\sum_i x_i$, and as a tenth of the
# examples belong to class $k$, this is a tenth of its average minus a tenth of the overall average. Fine differences
# between similar digits no longer count, and the accuracy falls to 78%.
#
# *What to conclude:* with 1438 images for 650 parameters and 1000 steps from zero, the penalty does not raise the
# test accuracy here. It changes *which* solution is found. In notebook 2.2, with 120 examples for 64 features, it made
# all the difference.

# %% [markdown] nbgrader={"grade_id": "explain_templates", "grade": true, "solution": true, "points": 5}
# **In your own words** (graded by a person, 5 points). Some pixels are zero in all training images. (a) Which weights
# do they get when training starts at $w = 0$, and which when it starts at random numbers without regularization?
# Why? (b) What does L2 regularization change? (c) Why does the template of a digit not look like the average image
# of that digit?
#
# ### BEGIN SOLUTION
# (a) The gradient of the weight from pixel $j$ to class $k$ is $\frac1N\sum_i (p_{ik} - [y_i = k])\,x_{ij}$; it is
# zero if $x_{ij} = 0$ for all $i$. The weight stays where it started: zero in the first case, its random number in
# the second (2 points). (b) The penalty adds $\lambda w$ to the gradient, the only term that acts on such a weight: it
# shrinks by the factor $1 - \eta\lambda$ in every step, to zero in the end. Unseen pixels lose their influence on new
# images (1 point). (c) The template is trained to tell the digit from the others. Ink that all digits share carries no
# information and gets little weight; strokes that other digits have here and this one has not get negative weight,
# which no average image contains; the gradient adds images of the class and subtracts those mistaken for it
# (2 points).
# ### END SOLUTION

# %% [markdown]
# ## 6 · All four side by side
#
# Perceptron and logistic regression know two classes only. For more, train one classifier for each class, this class
# against the rest, and answer with the largest score (**one against the rest**, 一对其余). Softmax and the multi-class
# SVM train all scores together. All four get the same flowers, now of all three species.

# %% tags=["experiment"]
flowers = (petals - petals.mean(axis=0)) / petals.std(axis=0)


def one_perceptron_each(x, y, classes, epochs, rng, average=False):
    x_one = np.column_stack([x, np.ones(len(x))])
    w = np.stack([perceptron(x_one, np.where(y == k, 1, -1), epochs, rng, average)[0]
                  for k in range(classes)], axis=1)
    return w[:-1], w[-1]


def one_logistic_each(x, y, classes, lam, steps, lr):
    w, b = np.zeros((x.shape[1], classes)), np.zeros(classes)
    for k in range(classes):
        for _ in range(steps):
            dz = bce_with_logits_backward((x @ w[:, k] + b[k], (y == k).astype(float)))
            w[:, k] -= lr * (x.T @ dz + lam * w[:, k])
            b[k] -= lr * np.sum(dz)
    return w, b


def softmax_all(x, y, classes, lam, steps, lr):
    w, b = np.zeros((x.shape[1], classes)), np.zeros(classes)
    for _ in range(steps):
        _, dw, db = softmax_regression_loss(w, b, x, y, lam)
        w, b = w - lr * dw, b - lr * db
    return w, b


# %% tags=["experiment"]
# About 3 s on an ordinary laptop.
models = {
    "perceptron, one against the rest": one_perceptron_each(
        flowers, species, 3, 40, np.random.default_rng(0)),
    "logistic, one against the rest": one_logistic_each(flowers, species, 3, 1e-3, 3000, 1.0),
    "softmax": softmax_all(flowers, species, 3, 1e-3, 3000, 1.0),
    "SVM": train_hinge(flowers, species, 3, 1e-3, 3000, 0.2),
}
fig, axes = plt.subplots(2, 2, figsize=(9, 7), sharex=True, sharey=True)
for ax, (name, (w_model, b_model)) in zip(axes.flat, models.items()):
    plot.decision_regions(ax, lambda x, w=w_model, b=b_model: x @ w + b, flowers, species)
    right = np.mean(np.argmax(flowers @ w_model + b_model, axis=1) == species)
    ax.set_title(name)
    print(f"{name:33s} {right:.3f} of the flowers it was trained on right")
    if "rest" in name:  # the line where versicolor's score is zero, and its positive side
        ch02_classifiers.zero_line(ax, w_model[:, 1], b_model[1])
        positive = flowers @ w_model[:, 1] + b_model[1] > 0
        print(f"{'':33s} versicolor's score is positive for {positive[species == 1].sum()} of its 50 flowers"
              f" and for {positive[species != 1].sum()} of the 100 others")
for ax in axes[1]:
    ax.set_xlabel("petal length (standard deviations)")
for ax in axes[:, 0]:
    ax.set_ylabel("petal width (standard deviations)")
fig.legend(axes[0, 0].get_legend_handles_labels()[0], iris.target_names, loc="outside lower center", ncols=3)
plt.show()

# %% [markdown]
# *What to see:* all boundaries are straight, whatever the loss.
# Softmax and SVM, trained jointly, agree almost everywhere where there are flowers. One against the rest has a
# weakness that shows in the picture: no line separates versicolor (orange), which lies between the other two, from both of them together. So its score is a poor one. The dashed line is where it is zero, the plus signs stand on its positive side. On that side the logistic model (right) has only a few of versicolor's flowers, and the perceptron (left) about as many of virginica's as of versicolor's (see the printed counts; with another order of the flowers its line lies elsewhere). Where a flower of versicolor is recognized with a negative score, it is because the other two scores are lower still. Hence the regions meet at odd angles. In accuracy (of the 150 flowers trained on; the next experiment judges on new examples, of digits) only the perceptron pays for it, since its lines are wherever the last mistake left them.
#
# ### On digits, five times
#
# One split of the data says little: the accuracy changes from split to split. So five random splits, and as a fifth
# method least squares on targets of 0 and 1 (the normal equation of notebook 2.1, one column for each class). All
# methods see the *same* split, so we can compare them pair by pair: what changes from split to split for all of them
# cancels in the differences (notebook 1.1 on paired comparisons).
#
# They differ in more than the loss. Perceptron and logistic regression are trained one against the rest,
# softmax and SVM jointly. Logistic regression, SVM and softmax make 40 passes in batches of 32, with the penalty
# $\lambda = 10^{-4}$ and a constant rate (0.5; for the SVM 0.1). The perceptron makes 8 passes, without a penalty.
# Least squares is solved exactly, without a penalty. To tell the loss from the training, three methods appear twice: least squares also with 40 passes and the penalty, like logistic regression (at a rate of 0.05), the perceptron also with the *average* of all weights that it had on its way (Freund and Schapire, 1999) in place
# of the last ones, and logistic regression also with a rate of 2.
#
# **Predict, then run.** Write down your order of the five methods, from worst to best. What will the three variants change?

# %% tags=["experiment"]
def compare(seed):
    rng = np.random.default_rng(seed)
    x, y, x_new, y_new = data.digits(rng=rng)
    x_one = np.column_stack([x, np.ones(len(x))])
    w_ls = np.linalg.lstsq(x_one, np.eye(10)[y], rcond=None)[0]
    results = {"least squares": (w_ls[:-1], w_ls[-1])}
    for name, average in [("perceptron", False), ("perceptron, averaged", True)]:
        results[name] = one_perceptron_each(x, y, 10, 8, np.random.default_rng(seed), average)

    def one_each(s, t):  # ten logistic losses, one for each class against the rest
        return bce_with_logits_backward((s, np.eye(10)[t]))

    def squares(s, t):  # targets of 0 and 1
        return (s - np.eye(10)[t]) / len(t)

    def hinge(s, t):
        return hinge_backward(hinge_forward(s, t)[1])

    for name, slope, rate in [("logistic", one_each, 0.5), ("logistic, rate 2", one_each, 2.0),
                              ("SVM", hinge, 0.1), ("least squares, 40 passes", squares, 0.05)]:
        w, b = np.zeros((64, 10)), np.zeros(10)
        for _ in range(40):
            for x_batch, y_batch in data.minibatches(x, y, 32, rng):
                dscores = slope(x_batch @ w + b, y_batch)
                w, b = w - rate * (x_batch.T @ dscores + 1e-4 * w), b - rate * dscores.sum(axis=0)
        results[name] = (w, b)
    results["softmax"] = train_softmax(x, y, 1e-4, 40, seed=seed)
    return {name: accuracy(w, b, x_new, y_new) for name, (w, b) in results.items()}


# %% tags=["experiment"]
# About 8 s on an ordinary laptop.
splits = [compare(seed) for seed in range(5)]
names = ["least squares", "least squares, 40 passes", "perceptron", "perceptron, averaged", "logistic",
         "logistic, rate 2", "SVM", "softmax"]
table = np.array([[result[name] for name in names] for result in splits])  # (5 splits, 8 rows)
fig, (left, right) = plt.subplots(1, 2, figsize=(9.5, 3.6), sharey=True)
for column, name in enumerate(names):
    values, gap = table[:, column], table[:, column] - table[:, -1]
    beside = column + np.linspace(-0.2, 0.2, 5)  # one split above the other, so that none hides
    left.plot(values, beside, "o", color="C0", alpha=0.6)
    left.plot(values.mean(), column, "k|", ms=18, mew=2)
    right.plot(gap, beside, "s", color="C1", alpha=0.6)
    right.plot(gap.mean(), column, "k|", ms=18, mew=2)
    error = gap.std(ddof=1) / np.sqrt(5)
    print(f"{name:24s} test accuracy {values.mean():.3f}, from {values.min():.3f} to {values.max():.3f}; "
          f"minus softmax {gap.mean():+.3f} ± {error:.3f}")
left.set(yticks=range(len(names)), yticklabels=names, ylim=(len(names) - 0.4, -0.6),
         xlabel="test accuracy (points: splits, bars: means)")
right.axvline(0, color="0.5", lw=0.8)
right.set(xlabel="difference to softmax in the same split")
plt.show()

# %% [markdown]
# *What to see:* on the left the ranges overlap, and it seems that little can be said. With 359 test images, one
# percent is three or four images. The differences on the right say more. (The five splits share most of their images,
# so the printed ± is too small; look whether the sign is the same in every split.) Least squares, in both forms, and the perceptron are behind softmax in every split, by three to four points on average. All the others lie within a point of softmax,
# ahead of it in one split and behind it in another: no order can be named. Among them is the perceptron with averaged
# weights.
#
# *What to conclude:* it would be wrong to say that softmax beats the perceptron because of its loss. What the perceptron lacks is mostly a way to settle: its last weights are those after the latest correction, whichever that was, and their average does far better. Logistic regression at a rate of 0.5 has not yet arrived after 40 passes; at a rate of 2 it is hardly behind softmax, and more splits say the same (`docs/claims/ch02.md`). Only least squares owes its place to its loss, which penalizes answers for being too right: trained like the others, with 40 passes and a penalty, it is hardly better. To choose between
# softmax and SVM there are better reasons: softmax gives probabilities, the SVM does not.
#
# ## 7 · What no line can do
#
# Four points: $(0, 1)$ and $(1, 0)$ belong to class 1, $(0, 0)$ and $(1, 1)$ to class 0. A line that separates them
# would need
#
# $$w_2 + b > 0,\qquad w_1 + b > 0,\qquad b \le 0,\qquad w_1 + w_2 + b \le 0 .$$
#
# The sum of the first two says $w_1 + w_2 + 2b > 0$; the sum of the last two says $w_1 + w_2 + 2b \le 0$. So there is
# none: the **exclusive or** (XOR, 异或) is out of reach for every model of this chapter, whatever its loss.
# What helps is not a better loss but a better feature: the
# product $x_1x_2$.

# %% tags=["experiment"]
corners, label = np.array([[0.0, 0.0], [1.0, 1.0], [0.0, 1.0], [1.0, 0.0]]), np.array([0, 0, 1, 1])
fig, (left, right) = plt.subplots(1, 2, figsize=(8.6, 3.8))
for k, color, marker in [(0, "C0", "o"), (1, "C1", "s")]:
    x1, x2 = corners[label == k].T
    left.plot(x1, x2, marker, color=color, ms=10, label=f"class {k}")
    right.plot(x1 + x2, x1 * x2, marker, color=color, ms=10)
left.axline((0, 1.5), slope=-1, color="0.5", ls="--")
left.text(0.28, 0.76, "three of\nfour right", color="0.35")
right.axline((0.5, 0), slope=0.5, color="k")
right.text(0.2, 0.75, "$x_1 + x_2 - 2x_1x_2 = 0.5$")
for (x1, x2), at in zip(corners[:2], [(0, 0), (2, 1)]):
    right.annotate(f"({x1:g}, {x2:g})", at, (9, 6), textcoords="offset points")
right.annotate("(0, 1) and (1, 0)", (1, 0), (9, -4), textcoords="offset points")
left.set(xlim=(-0.3, 1.3), ylim=(-0.3, 1.3), xticks=[0, 1], yticks=[0, 1], aspect="equal",
         xlabel="$x_1$", ylabel="$x_2$", title="no line")
right.set(xlim=(-0.3, 2.6), ylim=(-0.3, 1.3), xticks=[0, 1, 2], yticks=[0, 1], xlabel="$x_1 + x_2$",
          ylabel="$x_1x_2$", title="one more feature")
left.legend(loc="center left")
plt.show()

# %% [markdown]
# *What to see:* on the left, every line leaves at least one point on the wrong side. On the right, the same four
# points with the product as a new feature, and one line is enough. (To draw three features in a plane, $x_1$ and
# $x_2$ are added up, as a line with equal weights does; so two points fall together.) The same on two half moons,
# with nine features up to degree 3:

# %% tags=["experiment"]
moons, side = data.moons(400, 0.15, np.random.default_rng(0))


def cubic(x):
    x1, x2 = x[:, 0] - 0.5, x[:, 1] - 0.25
    return np.column_stack([x1, x2, x1 * x1, x1 * x2, x2 * x2, x1**3, x1 * x1 * x2, x1 * x2 * x2, x2**3])


fig, axes = plt.subplots(1, 2, figsize=(9, 3.8), sharey=True)
for ax, features, name in [(axes[0], lambda x: x, "two coordinates"),
                           (axes[1], cubic, "nine features up to degree 3")]:
    w_moon, b_moon = softmax_all(features(moons), side, 2, 0.0, 4000, 0.5)
    plot.decision_regions(ax, lambda x, f=features, w=w_moon, b=b_moon: f(x) @ w + b, moons, side)
    ax.set(xlabel="$x_1$", title=f"softmax on {name}")
    right = np.mean(np.argmax(features(moons) @ w_moon + b_moon, axis=1) == side)
    print(f"{name:29s} {right:.3f} right")
axes[0].set_ylabel("$x_2$")
plt.show()

# %% [markdown]
# *What to see:* the same model, the same loss. On the left 13% of the points lie on the wrong side, and no amount of
# training helps: the loss is convex, and this is its minimum or close to it. On the right the model is still
# linear, in nine features that somebody thought of, and the boundary bends around the moons. To *learn* such features
# instead of thinking of them is the subject of chapter 3.
#
# ## Quiz
#
# **1.** Scores $(3,\ 2.5,\ 4)$, true class 0, $\Delta = 1$. What is the hinge loss? Store the number in `quiz_hinge`.

# %% nbgrader={"grade_id": "quiz_hinge", "solution": true}
# quiz_hinge = ...
### BEGIN SOLUTION
quiz_hinge = 0.5 + 2.0
### END SOLUTION

# %% nbgrader={"grade_id": "check_quiz_hinge", "grade": true, "points": 1}
check.quiz("quiz_hinge", quiz_hinge)

# %% [markdown]
# **2.** A perceptron has gone through all training examples once without a mistake. What do further passes do?
#
# - A · nothing, the weights stay as they are
# - B · they widen the margin
# - C · they make the weights longer, the line stays
# - D · they may make new mistakes in another order
#
# Store the letter in `quiz_perceptron`.

# %% nbgrader={"grade_id": "quiz_perceptron", "solution": true}
# quiz_perceptron = ...
### BEGIN SOLUTION
quiz_perceptron = "A"
### END SOLUTION

# %% nbgrader={"grade_id": "check_quiz_perceptron", "grade": true, "points": 1}
check.quiz("quiz_perceptron", quiz_perceptron)

# %% [markdown]
# **3.** Softmax regression classifies all training examples correctly. You multiply $w$ and $b$ by 10, without
# regularization. On the training set
#
# - A · loss and accuracy stay the same
# - B · the loss falls, the accuracy stays
# - C · the loss rises, the accuracy stays
# - D · the loss falls, the accuracy rises
#
# Store the letter in `quiz_scale`.

# %% nbgrader={"grade_id": "quiz_scale", "solution": true}
# quiz_scale = ...
### BEGIN SOLUTION
quiz_scale = "B"
### END SOLUTION

# %% nbgrader={"grade_id": "check_quiz_scale", "grade": true, "points": 1}
check.quiz("quiz_scale", quiz_scale)

# %% [markdown]
# ## Summary of the chapter
#
# | loss | formula (mean over the $N$ examples) | gradient, times $N$ | assumes or asks |
# |---|---|---|---|
# | squared | $\frac12(a - y)^2$ | $a - y$ | Gaussian noise |
# | binary cross-entropy | $\log(1 + e^z) - yz$ | $\sigma(z) - y$ | label is 1 with probability $\sigma(z)$ |
# | cross-entropy | $\log\sum_j e^{s_j} - s_y$ | $p - \text{onehot}(y)$ | class $k$ with probability $\text{softmax}(s)_k$ |
# | perceptron, $y = \pm1$ | $\max(0, -yz)$ | $-y$ after a mistake, else 0 | a right answer |
# | hinge | $\sum_{j\ne y}\max(0, s_j - s_y + \Delta)$ | 1 where violated, $-$count at $y$ | a right answer with room to spare |
#
# | tool | formula |
# |---|---|
# | affine scores | $s = xw + b$; `dw = x.T @ ds`, `db = ds.sum(axis=0)` |
# | normal equation | $x^\top x\,w = x^\top y$; through the SVD, $w = \sum_{d_k>0} v_k\,(u_k^\top y)/d_k$ |
# | gradient descent | $w \leftarrow w - \eta\,\mathtt{dw}$; on a quadratic, stable for $\eta < 2/c_{\max}$, best at $2/(c_{\min} + c_{\max})$ |
# | mini-batch noise | proportional to $1/\sqrt B$ |
# | L2 | $\frac\lambda2\sum w^2$, gradient $\lambda w$, decay $1 - \eta\lambda$ per step; filter $c_k/(c_k + \lambda)$ |
# | $T$ steps of descent from 0 | filter $1 - (1 - \eta c_k)^T$ |
# | numerical gradient | $(f(x+h) - f(x-h))/2h$, float64, $h \approx 10^{-5}$ to $10^{-6}$ |
# | log-sum-exp | $s_{\max} + \log\sum_j e^{s_j - s_{\max}}$, for each row |
# | softmax Jacobian | $\operatorname{diag}(p) - pp^\top$; applied to $g$: $p\,(g - \sum_k g_kp_k)$ |
# | decision threshold | $\text{cost}_{\text{alarm}}/(\text{cost}_{\text{alarm}} + \text{cost}_{\text{miss}})$ |
#
# ## Glossary
#
# | English | 中文 | in one line |
# |---|---|---|
# | affine map | 仿射变换 | weighted sums plus a shift |
# | weight, bias | 权重、偏置 | factor of an input; the shift |
# | residual | 残差 | prediction minus target |
# | loss | 损失 | one number for how wrong the predictions are |
# | batch | 批量 | the examples that one loss is averaged over |
# | mean squared error | 均方误差 | average squared residual; here with the factor ½ |
# | density | 密度 | probability per unit of length |
# | likelihood | 似然 | density of the data as a function of the parameters |
# | maximum likelihood | 最大似然 | choose the parameters that make the data least surprising |
# | normal equation | 正规方程 | the residual is perpendicular to every feature |
# | projection | 投影 | the nearest point that the columns can produce |
# | singular value decomposition | 奇异值分解 | any matrix as rotate, stretch, rotate |
# | condition number | 条件数 | largest stretch divided by smallest |
# | correlation | 相关系数 | mean product of two standardized features |
# | gradient descent | 梯度下降 | step against the slope |
# | learning rate | 学习率 | length of the step for slope 1 |
# | Hessian | 海森矩阵 | matrix of second derivatives |
# | central difference | 中心差分 | slope between two points on either side |
# | forward difference | 前向差分 | slope to a point on one side |
# | cancellation | 相消 | loss of digits when nearly equal numbers are subtracted |
# | kink | 折点 | point where the slope jumps |
# | mini-batch, epoch | 小批量、轮 | a few examples; one pass through all |
# | stochastic gradient descent | 随机梯度下降 | descent with gradients of mini-batches |
# | covariance | 协方差 | mean product of two deviations from their means |
# | L2 regularization | L2 正则化 | a price on the sum of squared weights |
# | weight decay | 权重衰减 | every step first shrinks the weights |
# | linear regression | 线性回归 | affine map, squared loss |
# | logistic regression | Logistic 回归 | affine map, logistic function, binary cross-entropy |
# | logistic function | Logistic 函数 | $1/(1 + e^{-z})$ |
# | odds, logit | 几率、对数几率 | $p/(1-p)$; its logarithm |
# | saturation | 饱和 | the flat ends of an S-shaped curve |
# | entropy | 熵 | shortest average length of a message |
# | cross-entropy | 交叉熵 | the same with a code made for other probabilities |
# | binary cross-entropy | 二元交叉熵 | the cross-entropy for two classes |
# | Kullback–Leibler divergence | KL 散度 | the excess of cross-entropy over entropy |
# | convex | 凸 | at most one valley |
# | threshold | 阈值 | probability above which one acts |
# | calibrated | 校准 | of the cases given probability p, a share p comes true |
# | temperature | 温度 | what scores are divided by before the softmax |
# | softmax function | softmax 函数 | scores to probabilities |
# | Jacobian | 雅可比矩阵 | all derivatives of outputs by inputs |
# | hyperplane | 超平面 | the points of score zero |
# | support vector | 支持向量 | an example on the edge of the street |
# | template | 模板 | the weights of a class, seen as a picture |
# | margin | 间隔 | distance of the nearest example from the line |
# | perceptron | 感知机 | corrects its weights after mistakes only |
# | hinge loss | 合页损失 | by how much the lead asked for is missed |
# | support vector machine | 支持向量机 | hinge loss with L2: the widest street |
# | one against the rest | 一对其余 | one two-class model for each class |
# | one-hot vector | 独热向量 | 1 at the index of the class, 0 elsewhere |
# | Bayes' rule | 贝叶斯公式 | posterior in proportion to likelihood times prior |
# | prior, posterior | 先验分布、后验分布 | belief before and after the data |
# | exclusive or (XOR) | 异或 | one or the other, not both |
#
# ## Where to read more
#
# - C. M. Bishop, *Pattern Recognition and Machine Learning* (2006), chapters 3 and 4: linear models for regression and
#   classification, with the Bayesian view.
# - I. Goodfellow, Y. Bengio, A. Courville, *Deep Learning* (2016), chapters 4 to 6: numerical computation, maximum
#   likelihood, output units and their losses.
# - G. Goh, "Why Momentum Really Works", *Distill* (2017): descent on a quadratic, direction by direction.
# - C. Olah, "Visual Information Theory" (2015): code lengths as areas; our weather and its code follow his example.
# - 邱锡鹏, 《神经网络与深度学习》, 第 3 章 线性模型: the same four classifiers, in Chinese.
# - M. Nielsen, *Neural Networks and Deep Learning*, chapter 3: the cross-entropy against slow learning.
# - Stanford CS231n, notes on linear classification: templates, SVM and softmax on pictures.
# - P. Blanchard, D. J. Higham, N. J. Higham, "Accurately computing the log-sum-exp and softmax functions", *IMA Journal
#   of Numerical Analysis* 41 (2021).
# - N. J. Higham, *Accuracy and Stability of Numerical Algorithms* (2nd edition, 2002): rounding errors, and why not to
#   form $x^\top x$.
# - C. E. Shannon, "A mathematical theory of communication" (1948): entropy and codes.
# - F. Rosenblatt, "The perceptron" (1958); A. B. J. Novikoff, "On convergence proofs on perceptrons" (1962);
#   C. Cortes, V. Vapnik, "Support-vector networks" (1995); J. Weston, C. Watkins, "Support vector machines for
#   multi-class pattern recognition" (1999).
