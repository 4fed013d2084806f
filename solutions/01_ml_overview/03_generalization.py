# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Chapter 1 · Machine learning overview
#
# ## 1.3 · Does it generalize?
#
# A model is not wanted for the examples it was fitted to: their answers are known. It is wanted for the next ones. This part is about
# the gap between the two: how large it is, where it comes from, and how to measure it without deceiving oneself.
#
# **Shapes in this part**
#
# | symbol | in code | shape | meaning |
# |---|---|---|---|
# | $x$ | `x` | `(N,)` | one input number for each example |
# | $\phi(x)$ | `phi` | `(N, degree + 1)` | its powers $1, x, x^2, \dots$ in columns |
# | $g(x)$ | `target` | `(N,)` | the true function, without noise |
# | $\hat f(x)$ | `predictions` | `(R, N)` | predictions at $N$ points, after training on each of $R$ training sets |

# %%
import matplotlib.pyplot as plt
import numpy as np

from autograder import check
from nnkit import plot

plot.style()

# %% tags=["experiment"]
# What only the experiments need: data and ready-made models.
import itertools

from matplotlib.figure import Figure
from sklearn.datasets import load_breast_cancer, load_digits, load_wine, make_moons
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import cross_val_predict, cross_val_score, train_test_split
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from nnkit.plot import ch01_grid

# %% [markdown]
# ## 1 · The risk we want and the risk we can compute
#
# Imagine that examples $(x, y)$ are drawn independently from some distribution that nobody knows. What we want to be small is the average loss
# over everything that may come, the **expected risk** (期望风险):
#
# $$\mathcal R(f) = \mathbb E\, L(y, f(x)) .$$
#
# What we can compute is the average over the $N$ examples we have, the **empirical risk** (经验风险):
#
# $$\mathcal R_\text{emp}(f) = \frac1N \sum_{i=1}^N L(y_i, f(x_i)) .$$
#
# For a function that was fixed *before* the examples were drawn, the second is an unbiased estimate of the first: its mean is $\mathcal R(f)$,
# and it strays from it by about $\sigma_L/\sqrt N$, where $\sigma_L$ is the standard deviation of one loss. For a function *chosen by* these examples it is not: we have picked the
# function that they flatter.
#
# The extreme case is a learner that stores all examples and knows nothing else.

# %% tags=["experiment"]
x_all, y_all = load_digits(return_X_y=True)
x_train, x_test, y_train, y_test = train_test_split(
    x_all / 16, y_all, test_size=360, random_state=0, stratify=y_all
)

memory = {image.tobytes(): label for image, label in zip(x_train, y_train)}
for name, x, y in (("training", x_train, y_train), ("test", x_test, y_test)):
    answers = np.array(
        [memory.get(image.tobytes(), 0) for image in x]
    )  # an unknown image is called 0
    print(f"memorizer: {name} error {np.mean(answers != y):.3f}")
nearest = KNeighborsClassifier(1).fit(x_train, y_train)
print(
    f"1 nearest neighbor: training error {np.mean(nearest.predict(x_train) != y_train):.3f}, ",
    end="",
)
print(f"test error {np.mean(nearest.predict(x_test) != y_test):.3f}")

# %% [markdown]
# The memorizer calls every image it does not know a 0, so nine of ten new images are wrong. The memorizer and the nearest neighbor both have empirical risk 0, and they could not be more different on new images. So the training error alone cannot tell learning from memorizing.
#
# The best of many looks good even when there is nothing to learn. Here 1000 "models" guess labels at random; the labels are coin flips too. We
# pick the model that does best on 50 examples. On 10,000 new ones it will guess again: coin flips against coin flips.

# %% tags=["experiment"]
rng = np.random.default_rng(0)
labels = rng.integers(0, 2, 50)
guesses = rng.integers(0, 2, (1000, 50))
scores = (guesses == labels).mean(axis=1)
print(f"the first model on the 50 examples: {scores[0]:.2f}   the best of 1000: {scores.max():.2f}")
again = np.mean(rng.integers(0, 2, 10_000) == rng.integers(0, 2, 10_000))  # it still guesses
print(f"the best of 1000 on 10,000 new examples: {again:.2f}")

# %% [markdown]
# *What to remember:* the more candidates you compare on the same examples, the better the best of them looks. Hence three
# separate sets: **training set** to fit, **validation set** (验证集) to compare and choose, **test set** to judge once, at the end.

# %% [markdown]
# ## 2 · Underfitting and overfitting
#
# A family of models whose flexibility can be turned up in steps: polynomials of growing degree. With the features
# $\phi(x) = (1, x, x^2, \dots, x^d)$ a polynomial is a weighted sum $\phi(x)\, w$: linear in $w$, however curved in $x$.
#
# *By hand:* $x = (2, 3)$ and degree 2 give $\phi = \begin{pmatrix} 1 & 2 & 4 \\ 1 & 3 & 9 \end{pmatrix}$.
#
# **Task.** Write `polynomial_features(x, degree) -> phi`, shapes `(N,) -> (N, degree + 1)`.
#
# *Hint:* broadcasting `(N, 1)` against `(degree + 1,)`. Mind whole-number inputs: the result is float.


# %% nbgrader={"grade_id": "polynomial_features", "solution": true}
def polynomial_features(x, degree):
    """The powers 0 to degree of each number, in columns.

    x (N,) -> phi (N, degree + 1), float; column 0 is all ones.
    """
    ### BEGIN SOLUTION
    return np.asarray(x, dtype=float)[:, None] ** np.arange(degree + 1)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_polynomial_features", "grade": true, "points": 5}
check(polynomial_features)

# %% [markdown]
# The training set consists of 12 noisy measurements of $g(x) = \sin \pi x$ at evenly spaced positions, with noise of standard deviation 0.3. Here we know the truth,
# and can see what the fit does to it. The validation set has 200 measurements at random positions. The weights are those of least squares (notebook 1.2 with $\lambda = 0$).
#
# **Predict, then run:** put the degrees 1, 3 and 9 in order, the smallest error first: once by training error, once by validation error.


# %% tags=["experiment"]
def truth(x):
    return np.sin(np.pi * x)


def measure(x, rng, noise=0.3):
    return x, truth(x) + rng.normal(0, noise, len(x))


def fit_polynomial(x, y, degree):
    """Weights of least squares; y may have several columns."""
    return np.linalg.lstsq(polynomial_features(x, degree), y, rcond=None)[0]


def mean_squared_error(w, x, y):
    return np.mean((polynomial_features(x, len(w) - 1) @ w - y) ** 2)


rng = np.random.default_rng(1)
x_fit, y_fit = measure(np.linspace(-1, 1, 12), rng)
x_val, y_val = measure(rng.uniform(-1, 1, 200), rng)
line = np.linspace(-1, 1, 300)
fig, axes = plt.subplots(1, 3, figsize=(9.5, 3.1), sharey=True)
for ax, degree in zip(axes, (1, 3, 9)):
    w = fit_polynomial(x_fit, y_fit, degree)
    ax.plot(line, truth(line), "--", color="0.5", label="truth")
    ax.plot(line, polynomial_features(line, degree) @ w, color="C1", label="fit")
    ax.plot(x_fit, y_fit, "o", color="C0", markersize=5, label="training data")
    errors = mean_squared_error(w, x_fit, y_fit), mean_squared_error(w, x_val, y_val)
    ax.set(
        ylim=(-2, 2),
        xlabel="x",
        title=f"degree {degree}\ntraining {errors[0]:.2f}, validation {errors[1]:.2f}",
    )
    print(f"degree {degree}: training error {errors[0]:.3f}, validation error {errors[1]:.3f}")
axes[0].set_ylabel("y")
axes[0].legend(fontsize=8)
plt.show()

# %% [markdown]
# **What to see:** the straight line cannot bend; it is wrong on both sets: **underfitting** (欠拟合). Degree 9 bends to follow
# the training points, noise included, and swings where there is nothing to follow, most of all near the ends: **overfitting** (过拟合). Degree 3 bends as much as the truth does. By training error
# the order of the three is 9, 3, 1. By validation error 3 comes first.

# %% tags=["experiment"]
degrees = range(11)
curves = np.zeros((200, len(degrees), 2))
rng = np.random.default_rng(0)
for repeat in range(200):
    x, y = measure(np.linspace(-1, 1, 12), rng)
    x_new, y_new = measure(rng.uniform(-1, 1, 200), rng)
    for degree in degrees:
        w = fit_polynomial(x, y, degree)
        curves[repeat, degree] = mean_squared_error(w, x, y), mean_squared_error(w, x_new, y_new)
middle = curves.mean(axis=0)
fig, ax = plt.subplots(figsize=(6.5, 3.3))
ax.plot(degrees, middle[:, 0], "o-", label="training")
ax.plot(degrees, middle[:, 1], "s--", label="validation")
ax.axhline(0.09, color="0.4", linestyle=":", label="variance of the noise")
ax.set(xlabel="degree", xticks=degrees, ylabel="mean squared error (200 repeats)", ylim=(0, 0.7))
ax.legend()
plt.show()
for degree in (0, 1, 3, 5, 9):
    print(f"degree {degree}: training {middle[degree, 0]:.3f}, validation {middle[degree, 1]:.3f}")

# %% [markdown]
# **What to see:** training error only falls. Validation error comes down while bending helps and goes up again when the noise is fitted: a U. The step
# from 1 to 2 brings nothing, because the truth looks the same when turned by half a circle about the origin, and $x^2$ does not. For degree 1 the validation error is even a little below the training error: the training positions are evenly
# spaced and include both ends, where the line is farthest off, the validation positions are random. All this is for fewer parameters than examples; what happens beyond, section 3 will ask. No model can be expected to get below the dotted line on new data, since the noise of new data cannot be predicted. Where training
# error lies below it, noise was learned.

# %% [markdown]
# ## 3 · Bias and variance
#
# Why does a flexible model do worse? Training has an element of chance: another training set, another fit $\hat f$. At a fixed point $x$ the fit is then a
# random number with a mean $\bar f = \mathbb E \hat f$. A new measurement there is $y = g + \varepsilon$ with $\mathbb E\varepsilon = 0$, variance
# $\sigma_\varepsilon^2$, independent of the training set. Insert $g$ and $\bar f$ into the expected squared error:
#
# $$\mathbb E (y - \hat f)^2 = \mathbb E \bigl( \varepsilon + (g - \bar f) + (\bar f - \hat f) \bigr)^2 .$$
#
# Multiply out. $\mathbb E[\varepsilon (\dots)] = 0$, because $\varepsilon$ is independent of the rest and has mean 0. And
# $\mathbb E[(g - \bar f)(\bar f - \hat f)] = (g - \bar f)\,\mathbb E(\bar f - \hat f) = 0$, because $g - \bar f$ is a fixed number. Three squares remain:
#
# $$\mathbb E (y - \hat f)^2 = \underbrace{\sigma_\varepsilon^2}_{\text{noise}} + \underbrace{(g - \bar f)^2}_{\text{bias}^2} + \underbrace{\mathbb E (\hat f - \bar f)^2}_{\text{variance}} .$$
#
# Bias (偏差): what even the average of all fits gets wrong. Variance (方差): how much one fit differs from the average.
#
# *By hand:* two training sets, two points. Predictions $\begin{pmatrix} 1 & 2 \\ 3 & 2 \end{pmatrix}$ (training sets in rows), target
# $(1, 2)$. The mean prediction is $(2, 2)$; bias² is $(1 + 0)/2 = 0.5$. The variances at the two points are $1$ and $0$; their mean is $0.5$.
#
# **Task.** Write `bias_variance(predictions, target) -> (bias_squared, variance)`, shapes `(R, N), (N,) ->` two floats, each averaged over the $N$
# points. The variance divides by $R$.
#
# *Hint:* along which axis do the training sets change, and along which the points? Square before you average over points.


# %% nbgrader={"grade_id": "bias_variance", "solution": true}
def bias_variance(predictions, target):
    """Squared bias and variance, averaged over the points.

    predictions (R, N), training sets in rows; target (N,), without noise -> two floats.
    """
    ### BEGIN SOLUTION
    predictions = np.asarray(predictions, dtype=float)
    average = predictions.mean(axis=0)  # (N,), over training sets
    bias_squared = np.mean((average - target) ** 2)
    variance = np.mean((predictions - average) ** 2)
    return float(bias_squared), float(variance)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_bias_variance", "grade": true, "points": 6}
check(bias_variance)

# %% [markdown]
# *Measured:* 15 fixed positions, 500 training sets that differ in their noise only. Fresh measurements are taken at the same 15 positions as the training data, never between them, and there are 15, not 12: so the flexible degrees err less than in section 2. In the table the last column is the squared error on fresh noisy measurements,
# computed directly. The derivation says that it is the sum of the three before it.

# %% tags=["experiment"]
rng = np.random.default_rng(0)
x = np.linspace(-1, 1, 15)
noise, repeats = 0.3, 500
y_sets = truth(x)[:, None] + rng.normal(0, noise, (15, repeats))  # training sets in columns
y_fresh = truth(x)[:, None] + rng.normal(0, noise, (15, repeats))
fig, axes = plt.subplots(1, 3, figsize=(9.5, 3.1), sharey=True)
print("degree    bias²  variance   noise     sum   measured error")
for degree in range(13):
    phi = polynomial_features(x, degree)
    fits = (phi @ fit_polynomial(x, y_sets, degree)).T  # (500, 15)
    bias2, variance = bias_variance(fits, truth(x))
    if degree in (1, 3, 5, 9, 12):
        measured = np.mean((y_fresh.T - fits) ** 2)
        total = bias2 + variance + noise**2
        print(
            f"{degree:6d}  {bias2:7.3f}  {variance:7.3f}  {noise**2:7.3f}  {total:7.3f}  {measured:7.3f}"
        )
for ax, degree in zip(axes, (1, 3, 9)):
    wave = (polynomial_features(line, degree) @ fit_polynomial(x, y_sets, degree)).T
    ax.plot(line, wave[:30].T, color="C0", alpha=0.18, linewidth=1)
    ax.plot(line, wave.mean(axis=0), color="C1", label="mean fit")
    ax.plot(line, truth(line), "--", color="0.2", label="truth")
    ax.set(ylim=(-1.8, 1.8), xlabel="x", title=f"degree {degree}")
axes[0].set_ylabel("y")
axes[0].legend(fontsize=8)
plt.show()

# %% [markdown]
# **What to see:** 30 fits in each panel, in pale blue. Degree 1: all fits agree, and all are wrong (bias). Degree 9: their mean is right, but each of them strays
# (variance). In the table the sum and the measured error agree up to chance.
#
# *The column of the variance follows a law.* Least squares projects the measurements $y$, a point in $N = 15$ dimensions, onto the space of all polynomials of degree $d$ at these positions, which has $d + 1$ dimensions (notebook 2.1 shows why). A projection is linear, so the noise is projected too: of its $N$ coordinates at right angles, each with variance $\sigma_\varepsilon^2$, it keeps $d + 1$. That is $\sigma_\varepsilon^2 (d + 1)$ for all $N$ points together, and on average over them
#
# $$\text{variance} = \sigma_\varepsilon^2\, \frac{d + 1}{N} .$$
#
# For the degrees 1, 3 and 9: $0.09 \cdot 2/15 = 0.012$, $0.09 \cdot 4/15 = 0.024$ and $0.09 \cdot 10/15 = 0.060$. Each parameter costs the same, whatever it is good for; what it brings is the fall of the bias.
#
# ### Regularization trades one for the other
#
# Choosing the degree is one way to trade variance for bias. Another is to keep a flexible model and restrain it: **regularization** (正则化), for instance
# the ridge penalty $\lambda$.

# %% tags=["experiment"]
by_degree = [
    bias_variance((polynomial_features(x, d) @ fit_polynomial(x, y_sets, d)).T, truth(x))
    for d in range(13)
]
lams = np.logspace(-4, 1.5, 25)
phi = polynomial_features(x, 9)[:, 1:]  # scikit-learn's Ridge adds the free offset itself
by_lam = [bias_variance(Ridge(alpha=lam).fit(phi, y_sets).predict(phi).T, truth(x)) for lam in lams]
fig, axes = plt.subplots(1, 2, figsize=(9, 3.4), sharey=True)
for ax, values, parts in ((axes[0], range(13), by_degree), (axes[1], lams, by_lam)):
    bias2, variance = np.array(parts).T
    ax.plot(values, bias2, "-.", label="bias²")
    ax.plot(values, variance, "--", label="variance")
    ax.plot(
        values,
        bias2 + variance + noise**2,
        color="0.2",
        linewidth=2.2,
        label="bias² + variance + noise",
    )
    ax.axhline(noise**2, color="0.5", linestyle=":", label="noise")
axes[0].set(xlabel="degree (more flexible to the right)", ylabel="squared error", ylim=(0, 0.36))
axes[1].set(xlabel="λ at degree 9 (less flexible to the right)", xscale="log")
for ax in axes:
    ax.legend(fontsize=8)
plt.show()
best = int(np.argmin(np.sum(by_lam, axis=1)))
for name, (bias2, variance) in (
    ("degree 9, lam = 0", by_degree[9]),
    (f"degree 9, lam = {lams[best]:.3f}", by_lam[best]),
    ("degree 3, lam = 0", by_degree[3]),
):
    print(f"{name:20s} bias² {bias2:.3f} + variance {variance:.3f} = {bias2 + variance:.3f}")

# %% [markdown]
# **What to see:** the left panel from left to right is the right panel from right to left. Bias falls where variance rises (on the left along the straight line that the law above says). The best model is where their *sum* is smallest, which is not where they cross: on the right the crossing lies at a larger $\lambda$ than the minimum. With the right $\lambda$ a polynomial of degree 9 beats the same polynomial without a penalty,
# and does nearly as well as if somebody had told us that degree 3 is enough.
#
# Here is the second way at work on the 12 measurements from above. Move the slider:


# %% tags=["experiment", "nbval-ignore-output"]
# About 3 s on an ordinary laptop.
def ridge_frame(lam):
    figure = Figure(figsize=(6.5, 3.3), layout="constrained")
    ax = figure.subplots()
    model = Ridge(alpha=lam).fit(polynomial_features(x_fit, 9)[:, 1:], y_fit)
    errors = [
        np.mean((model.predict(polynomial_features(a, 9)[:, 1:]) - b) ** 2)
        for a, b in ((x_fit, y_fit), (x_val, y_val))
    ]
    ax.plot(line, truth(line), "--", color="0.5", label="truth")
    ax.plot(line, model.predict(polynomial_features(line, 9)[:, 1:]), color="C1", label="fit")
    ax.plot(x_fit, y_fit, "o", color="C0", markersize=5, label="training data")
    ax.legend(fontsize=8, loc="upper left")
    title = f"λ = {lam:g}: training {errors[0]:.3f}, validation {errors[1]:.3f}"
    ax.set(xlim=(-1.05, 1.05), ylim=(-1.9, 1.9), xlabel="x", ylabel="y", title=title)
    return figure


strengths = [1e-9, 1e-6, 1e-5, 1e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3, 1, 10, 100]
plot.slider(
    [ridge_frame(lam) for lam in strengths],
    [f"λ = {lam:g}" for lam in strengths],
    "penalty of degree 9",
    start=6,
    still=(0, 6, 12),
)

# %% [markdown]
# **What to see:** at the left end the fit is the swinging one of degree 9; at the right end it is nearly flat. Training error rises all the way. Watch the validation error
# in the title: it has its smallest value in between. (There it lies a little below 0.09, the variance of the noise: 200 validation measurements have their own luck.)
#
# Whatever holds down the variance at the price of a little bias is called regularization: a penalty, stopping early, dropout (chapter 3). One more remedy lowers the variance and costs no
# bias at all: more data.
#
# **Predict, then run:** with more and more examples, which of the two degrees, 1 and 9, comes down to the noise?

# %% tags=["experiment"]
sizes = (12, 16, 24, 40, 80, 160, 320)
rng = np.random.default_rng(0)
learning = np.zeros((len(sizes), 2, 2, 100))
for i, n in enumerate(sizes):
    for repeat in range(100):
        x_n, y_n = measure(np.linspace(-1, 1, n), rng)
        x_new, y_new = measure(rng.uniform(-1, 1, 200), rng)
        for j, degree in enumerate((1, 9)):
            w = fit_polynomial(x_n, y_n, degree)
            learning[i, j, :, repeat] = (
                mean_squared_error(w, x_n, y_n),
                mean_squared_error(w, x_new, y_new),
            )
learning = learning.mean(axis=-1)
fig, axes = plt.subplots(1, 2, figsize=(9, 3.2), sharey=True)
for j, (ax, degree) in enumerate(zip(axes, (1, 9))):
    ax.semilogx(sizes, learning[:, j, 0], "o-", label="training")
    ax.semilogx(sizes, learning[:, j, 1], "s--", label="validation")
    ax.axhline(0.09, color="0.4", linestyle=":", label="noise")
    ax.set(xlabel="training examples", title=f"degree {degree}", ylim=(0, 0.36))
    ax.set_xticks(sizes, [str(n) for n in sizes])
    ax.minorticks_off()
axes[0].set_ylabel("mean squared error\n(100 repeats)")
axes[0].legend(fontsize=8)
plt.show()
for j, degree in enumerate((1, 9)):
    for i in (0, 3, 6):
        seen, new = learning[i, j]
        print(f"degree {degree}, {sizes[i]:3d} examples: training {seen:.3f}, validation {new:.3f}")

# %% [markdown]
# **What to see:** these are **learning curves** (学习曲线). On the left there is no gap from the start (the validation error is again a little the smaller one, for the reason given above), and no amount of data brings the curves down to the noise: more data does not cure bias. On the right more data closes a wide gap, and the curves meet at the noise. So look at the gap: a wide one asks for data or regularization, a high plateau without
# a gap asks for a better model.

# %% [markdown]
# ### Beyond the U: double descent
#
# All curves so far stop before a model has as many parameters as there are examples. Networks have far more. What happens there?
#
# The model: $M$ random features $\phi_j(x) = \max(0, (x - 0.3)^\top v_j)$ of a digit's 64 pixels, with random weights $v_j$, `(64,)`, that stay as they are (0.3 is about the mean of a pixel, so that half of the features are zero for a typical image); it is a two-layer network of which only the last layer is trained (chapter 3). The weights are those of least squares from 100
# training images, with ten outputs, one for each digit (the target is 1 for the right digit and 0 for the others). At $M = N = 100$ the equations $\phi w = y$ can nearly be solved, and from a little above it exactly: the training error is 0, and there are many solutions. `np.linalg.lstsq` then returns the one of **smallest norm**,
# $w = \phi^\top (\phi\phi^\top)^{-1} y$. *Why that one?* It solves the equations: $\phi w = \phi\phi^\top (\phi\phi^\top)^{-1} y = y$. Any other solution is $w + \delta$ with $\phi \delta = 0$. So $w^\top \delta = y^\top (\phi\phi^\top)^{-1} \phi \delta = 0$, the two are at right angles, and $\lVert w + \delta \rVert^2 = \lVert w \rVert^2 + \lVert \delta \rVert^2$: longer.
#
# **Predict, then run** (it takes a few seconds). Before you look, sketch the test error against $M$ from 10 to 2000, on logarithmic axes. Where is it largest? Which is better, $M = 40$ or $M = 2000$?


# %% tags=["experiment"]
def random_features(x, count, rng):
    return np.maximum(0, (x - 0.3) @ rng.normal(size=(64, count)) / 8)


def double_descent(counts, seed, lam=0.0, examples=100):
    """Training error, test error, share of wrong digits, norm of the weights, for each count."""
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(x_all))
    train, test = order[:examples], order[examples : examples + 1000]
    phi, targets = random_features(x_all / 16, max(counts), rng), np.eye(10)[y_all]
    rows = []
    for count in counts:
        a, b = phi[train, :count], phi[test, :count]
        if lam:
            w = a.T @ np.linalg.solve(a @ a.T + lam * np.eye(examples), targets[train])
        else:
            w = np.linalg.lstsq(a, targets[train], rcond=None)[0]
        errors = [np.mean((f @ w - targets[i]) ** 2) for f, i in ((a, train), (b, test))]
        rows.append([*errors, np.mean((b @ w).argmax(axis=1) != y_all[test]), np.linalg.norm(w)])
    return rows


# %% tags=["experiment"]
# About 3 s on an ordinary laptop.
counts = (10, 20, 40, 60, 80, 90, 100, 110, 120, 150, 200, 300, 500, 1000, 2000)
plain = np.median([double_descent(counts, seed) for seed in range(5)], axis=0)
held = np.median([double_descent(counts, seed, lam=0.1) for seed in range(5)], axis=0)
fig, axes = plt.subplots(1, 3, figsize=(10.5, 3.4))
axes[0].loglog(counts, np.maximum(plain[:, 0], 1e-5), "o:", label="training")
axes[0].loglog(counts, plain[:, 1], "s-", label="test")
axes[0].loglog(counts, held[:, 1], "--", color="C2", label="test, with a ridge penalty")
axes[1].semilogx(counts, plain[:, 2], "s-", color="C1")
axes[1].semilogx(counts, held[:, 2], "--", color="C2")
axes[2].loglog(counts, plain[:, 3], "s-", color="C1")
axes[2].loglog(counts, held[:, 3], "--", color="C2")
titles = ("squared error", "share of wrong digits", "norm of the weights")
for ax, title in zip(axes, titles):
    ax.axvline(100, color="0.4", linestyle=":")
    ax.set(xlabel="features M (dotted line: M = N)", title=title)
axes[0].set_ylim(0.01, 300)
for i in (int(plain[:6, 1].argmin()), len(counts) - 1):  # the best below N, and the right end
    at = (counts[i], plain[i, 1])
    side = "right" if i == len(counts) - 1 else "center"  # inside the panel
    axes[0].annotate(f"{at[1]:.3f}", at, (0, 14), textcoords="offset points", ha=side)
fig.legend(*axes[0].get_legend_handles_labels(), loc="outside upper center", ncols=3)
plt.show()
for count in (10, 20, 40, 60, 100, 200, 2000):
    row = plain[counts.index(count)]
    numbers = f"training {row[0]:.3f}, test {row[1]:8.3f}, wrong digits {row[2]:.2f}"
    print(f"M = {count:4d}: {numbers}, norm {row[3]:6.1f}")

# %% [markdown]
# **What to see:** left of the dotted line the U: the wrong digits become fewer until about $M = 60$, then more; the squared error, which also asks how close each output is to 0 or 1, turns no later, here near $M = 20$. At $M = N$, where the training error all but vanishes, the test error is far larger than anywhere else (note the logarithmic axis). And then it comes down *again*, and at the right end it is far lower than the best on the left (both are written beside the curve), with a training error of 0 all the way (its curve leaves the picture at the bottom): **double descent** (双下降). So the U is not the whole story. (Each point is the median of five draws of images and features.)
#
# *Why the peak, and why the second descent?* At $M = N$ the matrix $\phi$ is square. If it has an inverse, exactly one solution fits all training examples, noise included, and it takes very large weights (right panel): a square random matrix is nearly singular in some direction, and solving divides by a number close to 0 there. (In some draws a few features are 0 for all 100 images; then there is no inverse, and the equations can only nearly be solved.) From a little above $N$ on there are many solutions. Every solution with $M$ features is also one
# with $M + 1$ features (give the new one the weight 0), so the smallest possible norm can only fall with $M$. Smaller weights are thought to mean a smoother function and less variance (the figure shows that the two go together here; it does not prove it). The number of parameters is a poor measure of flexibility there; the norm
# of the weights is a better one.
#
# The green line is the control: a ridge penalty, $\lambda = 0.1$, which holds the norm small everywhere, and the peak is gone. Deep networks work on the right-hand side of the figure. Gradient descent that starts from zero weights finds the solution of smallest norm by itself when the model is linear in its weights (each gradient is $\phi^\top$ times something; so $w$ stays $\phi^\top$ times something all the way, and the argument for the right angle needed no more);
# something similar in networks is thought to be one reason why they generalize.

# %% [markdown]
# ## 4 · Cross-validation
#
# Nobody tells us the true function $g$, so bias and variance cannot be computed on real data. The validation error can, but with a small validation set it depends much on the
# luck of the division. **Cross-validation** (交叉验证) uses every example for validation once:
#
# 1. cut the examples, in random order, into $k$ parts (folds) of nearly equal size;
# 2. for each part: train on the other $k - 1$, validate on this one;
# 3. average the $k$ results.
#
# *By hand:* 7 examples and $k = 3$ give validation parts of 3, 2 and 2 examples. Each of the 7 is in exactly one; the training part is always the rest.
#
# **Task.** Write `k_fold_indices(n, k, rng) -> [(train_idx, val_idx), ...]`, $k$ pairs of integer arrays. Shuffle with `rng`. The
# validation parts are a partition of `range(n)`; their sizes differ by at most one.
#
# *Hint:* shuffle first, then cut. `np.split` refuses when $k$ does not divide $n$; look up which function beside it does not.


# %% nbgrader={"grade_id": "k_fold_indices", "solution": true}
def k_fold_indices(n, k, rng):
    """Indices of k-fold cross-validation, shuffled.

    n examples, 2 <= k <= n, rng a numpy Generator -> k pairs (train_idx, val_idx) of integer arrays.
    """
    ### BEGIN SOLUTION
    parts = np.array_split(rng.permutation(n), k)
    folds = []
    for i in range(k):
        train_idx = np.concatenate(parts[:i] + parts[i + 1 :])
        folds.append((train_idx, parts[i]))
    return folds
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_k_fold_indices", "grade": true, "points": 7}
check(k_fold_indices)

# %% [markdown]
# *On real data.* 569 breast tumors, 30 measurements each, benign or malignant. 169 are put aside as a test set. How many neighbors should vote? (The folds are five throughout.) The
# scaling of the features is part of the training, so it happens inside each fold.

# %% tags=["experiment"]
tumors, malignant = load_breast_cancer(return_X_y=True)
t_train, t_test, m_train, m_test = train_test_split(
    tumors, malignant, test_size=169, random_state=0, stratify=malignant
)


def fold_accuracies(count, rng, folds=5):
    """Validation accuracy of `count` neighbors in each fold."""
    scores = []
    for train_idx, val_idx in k_fold_indices(len(t_train), folds, rng):
        # The tree finds the same neighbors as a full search, without starting threads.
        neighbors = KNeighborsClassifier(count, algorithm="ball_tree")
        model = make_pipeline(StandardScaler(), neighbors).fit(
            t_train[train_idx], m_train[train_idx]
        )
        scores.append(model.score(t_train[val_idx], m_train[val_idx]))
    return scores


# %% tags=["experiment"]
# About 7 s on an ordinary laptop.
rng = np.random.default_rng(0)
voters = (1, 3, 5, 7, 11, 15, 21, 31, 51, 81, 121, 181)
results = np.array(
    [[fold_accuracies(count, rng) for _ in range(5)] for count in voters]
)  # (12, 5 repeats, 5 folds)
mean = results.mean(axis=(1, 2))
chosen = voters[mean.argmax()]
fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3.3))
low, high = np.quantile(results.reshape(len(voters), -1), (0.1, 0.9), axis=1)
left.fill_between(voters, low, high, color="C0", alpha=0.2, label="8 of 10 single folds")
left.semilogx(voters, mean, "o-", label="mean of all folds")
left.set(
    xlabel="neighbors that vote", ylabel="validation accuracy", title="25 folds for each count"
)
left.legend(loc="lower left")
crossed = np.array([fold_accuracies(5, rng) for _ in range(40)])
for height, values, color in ((1, crossed[:, 0], "C0"), (0, crossed.mean(axis=1), "C1")):
    spread = height + rng.uniform(-0.25, 0.25, len(values))  # so that equal values can be seen
    right.plot(values, spread, "o", color=color, alpha=0.6, markersize=4)
    right.plot([values.mean()] * 2, [height - 0.35, height + 0.35], color="0.2")
right.set_yticks([1, 0], ["one fold\n(80 examples)", "mean of\n5 folds"])
right.set(xlabel="estimated accuracy of 5 neighbors", title="the same question, asked 40 times")
right.set_ylim(-0.6, 1.6)
plt.show()
for count, value in zip(voters, mean):
    mark = "   <- chosen" if count == chosen else ""
    print(f"{count:3d} neighbors: cross-validated accuracy {value:.3f}{mark}")
single, mean_of_5 = crossed[:, 0].std(), crossed.mean(axis=1).std()
print(f"one fold: standard deviation {single:.3f}; mean of 5 folds: {mean_of_5:.3f}")
final = make_pipeline(StandardScaler(), KNeighborsClassifier(chosen)).fit(t_train, m_train)
judged = final.score(t_test, m_test)
error = np.sqrt(judged * (1 - judged) / 169)
print(f"test accuracy of the chosen model, looked at once: {judged:.3f} ± {error:.3f}")

# %% [markdown]
# **What to see:** left, single folds (the band) scatter more than most of the settings differ; only the mean shows the shape: a hundred neighbors are too many, and
# up to fifteen or so hardly anything changes (even one neighbor is behind the best by less than a test set of 169 could show). Right, shuffling anew moves the result of one fold far more than the mean of five. (All 40 shuffle the same 400
# examples, so their spread shows the luck of the split, not the luck of having these 400.) The test result comes with its standard error and lies a
# little lower than the cross-validated one: it was not chosen, and it has its own luck.
#
# ### What must be inside the fold
#
# A warning in numbers. 60 patients, 2000 measurements, all of them pure noise; the labels are coin flips. *Wrong:* pick the 20 measurements that are most strongly related to the labels, on all patients, then cross-validate a classifier on them. *Right:* pick anew within each
# training part. **Predict, then run:** what accuracy will each of the two report? (It takes a few seconds.)


# %% tags=["experiment"]
def pick(x, y, count=20):
    """The features whose class means differ most."""
    return np.argsort(-np.abs(x[y == 1].mean(axis=0) - x[y == 0].mean(axis=0)))[:count]


rng = np.random.default_rng(0)
leaky, honest = [], []
for _ in range(20):
    x_noise, coins = rng.normal(size=(60, 2000)), rng.integers(0, 2, 60)
    outside = pick(x_noise, coins)
    for train_idx, val_idx in k_fold_indices(60, 5, rng):
        inside = pick(x_noise[train_idx], coins[train_idx])
        for scores, columns in ((leaky, outside), (honest, inside)):
            neighbors = KNeighborsClassifier(5, algorithm="ball_tree")  # starts no threads, as above
            model = neighbors.fit(x_noise[train_idx][:, columns], coins[train_idx])
            scores.append(model.score(x_noise[val_idx][:, columns], coins[val_idx]))
for name, scores in (("outside", leaky), ("inside", honest)):
    repeats = np.reshape(scores, (20, 5)).mean(axis=1)  # folds of one repeat are not independent
    error = repeats.std(ddof=1) / np.sqrt(20)
    print(f"features picked {name:7s} the folds: accuracy {repeats.mean():.3f} ± {error:.3f}")

# %% [markdown]
# The first number claims that coin flips can be diagnosed. The second one agrees with one half, as it must. Everything that is computed from data belongs inside the fold. What looks at the labels, as this choice does, deceives the most.
#
# (A trap for the careful, measured in `docs/claims/ch01.md`: if you take exactly 30 patients of each kind instead of 60 coin flips, the second number tends to fall *below* one half. Then a validation part with more ones leaves a training part with more zeros, and the classifier leans the wrong way.)

# %% [markdown]
# ## 5 · No free lunch
#
# Which learner is best? If nothing is assumed about the world: none. The **no-free-lunch theorem** (没有免费午餐定理), in a case small enough
# to try out in full: inputs are the 8 strings of 3 bits, the world is any function from them to $\{0, 1\}$. There are $2^8 = 256$ worlds. A learner sees the answers for 5 of the
# inputs and has to predict the other 3. We average its accuracy over *all* worlds.

# %% jupyter={"source_hidden": true} tags=["experiment"]
fig, axes = plt.subplots(1, 3, figsize=(9.5, 3.2))
world = np.array([0, 0, 0, 1, 0, 1, 1, 1])
other = np.array([0, 1, 1, 1, 0, 1, 1, 1])
ch01_grid.cube(axes[0], world, range(8), "a world")
ch01_grid.cube(axes[1], world, (0, 3, 5, 6, 7), "what the learner sees")
ch01_grid.cube(axes[2], other, range(8), "another world that agrees")
plt.show()

# %% [markdown]
# **What to see:** each corner is one input, neighbors differ in one bit; blue corners have the answer 1. The learner knows five corners. The three others can be filled in $2^3 = 8$ ways, and each of them is a world like any other. **Predict, then run:** can the learner
# *contrary*, which always answers the opposite of what it has mostly seen, be as good as the others?

# %% tags=["experiment"]
inputs = np.array(list(itertools.product((0, 1), repeat=3)))
seen, unseen = [0, 3, 5, 6, 7], [1, 2, 4]
worlds = np.array(list(itertools.product((0, 1), repeat=8)))  # (256, 8)


def majority(x, y, new):
    return np.full(len(new), int(y.mean() > 0.5))


def contrary(x, y, new):
    return 1 - majority(x, y, new)


def neighbor(x, y, new):
    return KNeighborsClassifier(1).fit(x, y).predict(new)


def linear(x, y, new):
    if len(set(y)) == 1:
        return np.full(len(new), y[0])
    return LogisticRegression(C=100).fit(x, y).predict(new)


def tree(x, y, new):
    return DecisionTreeClassifier(random_state=0).fit(x, y).predict(new)


# %% tags=["experiment"]
# About 3 s on an ordinary laptop.
learners = {
    "majority": majority,
    "contrary": contrary,
    "1 neighbor": neighbor,
    "linear": linear,
    "tree": tree,
}
hits = {
    name: np.array(
        [np.mean(learn(inputs[seen], w[seen], inputs[unseen]) == w[unseen]) for w in worlds]
    )
    for name, learn in learners.items()
}
# A plane separates ones from zeros; small whole-number weights reach all such worlds.
cuts = itertools.product(range(-2, 3), range(-2, 3), range(-2, 3), np.arange(-6.5, 7))
separable = {tuple((inputs @ np.array(w[:3]) > w[3]).astype(int)) for w in cuts}
orderly = np.array([tuple(w) in separable for w in worlds])
print(f"worlds: {len(worlds)}, of which a plane separates ones from zeros: {orderly.sum()}")
for name, values in hits.items():
    everywhere, there = values.mean(), values[orderly].mean()
    print(f"{name:11s} right on unseen: all worlds {everywhere:.4f}   those of a plane {there:.3f}")

# %% [markdown]
# Every learner scores exactly one half, the contrary one included. The proof is short. Fix what was seen. Of the worlds that agree with it,
# exactly half have a 1 at a given unseen input, and half a 0. So whatever is predicted there is right in half of them. *By hand:* you have seen mostly ones and answer 1 at one unseen corner. In four of the eight worlds that agree with what you saw, that corner is 1: right in 4 of 8.
#
# The numbers at the end of the lines show the way out: only the worlds in which a plane through the cube separates ones from zeros. As soon as some worlds are ruled out, learners can differ. So a learner is good because its assumptions
# (**inductive bias**, 归纳偏置) suit the world. Convolutional networks assume that a cat moved to the left is still a cat (chapter 4). What we call a good
# method is good for *our* worlds.
#
# What about real data? Three real tasks, and five that we make up, each with another kind of order: two moons, the sign of a product (exclusive or), a weighted sum of what is *particular* to each of 20 features that share a large common part (so that only their differences count), a rule about three of 40 features, and two classes
# that differ only in their spread. Each made-up task is drawn five times, so that no lucky draw decides. The column *lead* says how far the best method is ahead of the second, in paired standard errors (notebook 1.1: example by example on the same examples), over all draws together; the last columns say it for each draw. A star marks a lead of more than two. (The best method is picked on the same examples on which it is compared, the kind of choice that this chapter warns of; so a lead barely above two would mean little. Those with a star turn out to be at least 3.7.)
#
# The four methods: a linear model, 5 neighbors, a decision tree (a chain of questions, each about one feature and one threshold), and *naive Bayes*, which describes each class by a mean and a spread of each feature, as if the features were independent.
#
# **Predict, then run:** which of the four methods will have the most stars?

# %% tags=["experiment"]
models = {
    "linear": LogisticRegression(max_iter=3000),
    "5 neighbors": KNeighborsClassifier(5),
    "tree": DecisionTreeClassifier(random_state=0),
    "naive Bayes": GaussianNB(),
}


# %% tags=["experiment"]
def exclusive_or(rng):
    x = rng.uniform(-1, 1, (300, 2))
    return x, (x[:, 0] * x[:, 1] > 0).astype(int)


def difference(rng):
    own = rng.normal(size=(200, 20))
    return own + 3 * rng.normal(size=(200, 1)), (own @ rng.normal(size=20) > 0).astype(int)


def three_of_forty(rng):
    x = rng.normal(size=(400, 40))
    return x, ((x[:, 0] > -0.5) & (x[:, 1] < 0.6) & (x[:, 2] > -1)).astype(int)


def two_spreads(rng):
    y = rng.permutation(np.arange(200) % 2)
    return rng.normal(size=(200, 20)) * np.where(y, 1.0, 1.6)[:, None], y


# %% tags=["experiment"]
def compare(x_task, y_task, seed=0):
    """Right or wrong for each model and example, (4, N), by 5-fold cross-validation."""
    order = np.random.default_rng(seed).permutation(len(y_task))
    x_task, y_task = x_task[order], y_task[order]
    return np.array(
        [
            cross_val_predict(make_pipeline(StandardScaler(), m), x_task, y_task, cv=5) == y_task
            for m in models.values()
        ]
    ).astype(float)


def lead(right_ones, best):
    """How far model `best` is ahead of the best of the others, in paired standard errors."""
    others = np.delete(np.arange(len(right_ones)), best)
    second = others[right_ones[others].mean(axis=1).argmax()]
    gap = right_ones[best] - right_ones[second]
    return gap.mean() / max(gap.std() / np.sqrt(len(gap)), 1e-9)


# %% tags=["experiment"]
# About 8 s on an ordinary laptop.
tasks = {
    "wine": load_wine(return_X_y=True),
    "breast cancer": load_breast_cancer(return_X_y=True),
    "digits": load_digits(return_X_y=True),
}
made_up = {
    "two moons": lambda rng: make_moons(400, noise=0.25, random_state=int(rng.integers(1000))),
    "exclusive or": exclusive_or,
    "difference": difference,
    "3 of 40": three_of_forty,
    "two spreads": two_spreads,
}
draws = {task: [xy] for task, xy in tasks.items()}
draws |= {
    task: [make(np.random.default_rng(seed)) for seed in range(5)] for task, make in made_up.items()
}
names = "".join(f"{name:>13s}" for name in models)
print(f"{'5-fold accuracy':15s}{names}   lead   in each draw")
for task, sets in draws.items():
    drawn = [compare(*xy) for xy in sets]  # (4, N) for each drawing of the task
    right_ones = np.hstack(drawn)
    best = right_ones.mean(axis=1).argmax()
    ahead = lead(right_ones, best)
    stars = ["*" if i == best and ahead > 2 else " " for i in range(4)]
    cells = "".join(f"{a:12.3f}{star}" for a, star in zip(right_ones.mean(axis=1), stars))
    each = "  ".join(f"{lead(part, best):.1f}" for part in drawn) if len(drawn) > 1 else ""
    print(f"{task:15s}{cells} {ahead:6.1f}   {each}")

# %% [markdown]
# **What to see:** on the three real tasks the best two methods are closer than two standard errors: no star, no ranking, although one method always has the largest number. On the made-up tasks the stars are real: the tree has two of them, each of the other methods one. The last columns show why one draw is not enough. On the two moons and the exclusive or, the lead in a single draw is often below two standard errors; only the five together decide. On the other three tasks any one of the draws would have
# done. Whoever knows
# what kind of order to expect can choose; nobody can choose for all tasks at once. (We made these tasks up so that they differ. How often each kind of order occurs in the world is another question, and the theorem does not answer it.)

# %% [markdown]
# ## 6 · The curse of dimensionality
#
# Learning from neighbors needs neighbors. With many features they move away: the **curse of dimensionality** (维度灾难). Three views of it.
#
# *Volume.* Take a cube of edge 1 in $D$ dimensions filled evenly with examples. A small cube of volume $V$ holds the share $V$ of them and has the edge $V^{1/D}$. For
# one percent in 1 dimension that is 0.01 of the range. In 10 dimensions it is $0.01^{1/10} \approx 0.63$: to find the nearest one percent you have to look at
# nearly two thirds of the range of *every* feature.
#
# *Distance.* A squared distance is a sum of $D$ terms. If they are independent and alike, the sum has a mean proportional to $D$ and a standard deviation
# proportional to $\sqrt D$: relative to their mean, distances differ in proportion to $1/\sqrt D$. In many dimensions the nearest is hardly nearer than the farthest.
#
# *Accuracy.* Real data, with more and more features of pure noise added. **Predict, then run:** on the 13 features of the wine data, five neighbors reach an accuracy of 0.95. How many features of noise does it take to lose ten points of that: 10, 30, 100 or 300?


# %% tags=["experiment"]
def contrast(points, queries):
    """How much farther the farthest point is than the nearest, relative to it; median of queries."""
    distance = np.sqrt(((points[None] - queries[:, None]) ** 2).sum(axis=2))
    return np.median(distance.max(axis=1) / distance.min(axis=1) - 1)


# %% tags=["experiment"]
rng = np.random.default_rng(0)
dims = (1, 2, 3, 5, 10, 20, 50, 100, 300, 1000)
contrasts = [contrast(rng.uniform(size=(300, d)), rng.uniform(size=(20, d))) for d in dims]
added = (0, 10, 30, 100, 300, 1000)
accuracy = {}
for task in ("wine", "breast cancer"):
    x_task, y_task = tasks[task]
    order = rng.permutation(len(y_task))
    x_task, y_task = x_task[order], y_task[order]
    scaled_neighbors = make_pipeline(
        StandardScaler(), KNeighborsClassifier(5)
    )  # scaled in each fold
    accuracy[task] = [
        cross_val_score(
            scaled_neighbors, np.hstack([x_task, rng.normal(size=(len(x_task), n))]), y_task
        ).mean()
        for n in added
    ]
# %% tags=["experiment"]
fig, axes = plt.subplots(1, 3, figsize=(9.8, 3.1))
axes[0].semilogx(dims, [0.01 ** (1 / d) for d in dims], "o-", label="1% of volume")
axes[0].semilogx(dims, [0.1 ** (1 / d) for d in dims], "s--", label="10%")
axes[0].set(xlabel="dimensions", ylabel="edge of the cube", title="edge needed", ylim=(0, 1.05))
axes[0].legend(fontsize=8)
axes[1].loglog(dims, contrasts, "o-")
axes[1].set(
    xlabel="dimensions", ylabel="(farthest − nearest) / nearest", title="contrast of distances"
)
for mark, (task, values) in zip(("o-", "s--"), accuracy.items()):
    p, n = np.array(values), len(tasks[task][1])
    error = np.sqrt(p * (1 - p) / n)  # standard error of n answers
    axes[2].errorbar(range(len(added)), p, error, fmt=mark, capsize=3, label=f"{task} ({n})")
axes[2].set(
    xticks=range(len(added)),
    xlabel="noise features added (not to scale)",
    ylabel="5-fold accuracy of 5 neighbors",
    title="real data plus noise",
)
axes[2].set_xticklabels(added)
axes[2].legend(fontsize=8)
plt.show()
for d in (1, 10, 100, 1000):
    edge, far = 0.01 ** (1 / d), contrasts[dims.index(d)]
    print(f"{d:4d} dimensions: edge for 1% of the volume {edge:.2f}, contrast {far:.2f}")
for task, values in accuracy.items():
    print(f"{task}: {values[0]:.3f} without noise features, {values[3]:.3f} with 100,", end=" ")
    print(f"{values[-1]:.3f} with 1000")

# %% [markdown]
# **What to see:** left, in 100 dimensions "the nearest 1%" spans nearly the whole range. Middle, on logarithmic axes, the farthest point is hundreds of times as far
# as the nearest in one dimension, and hardly farther in a thousand. Right, accuracy falls as features are added that mean nothing; wine has lost ten points somewhere between 30 and 100 of them.
#
# Then why do neighbors work so well on digits, with 64 features? Because digits do not fill their 64 dimensions:

# %% tags=["experiment"]
rng = np.random.default_rng(0)
shuffled = np.column_stack(
    [rng.permutation(column) for column in x_train.T]
)  # same pixels, relations destroyed
shuffled_test = np.column_stack([rng.permutation(column) for column in x_test.T])
print(f"contrast of distances among digits: {contrast(x_train, x_test[:50]):.2f}")
print(
    f"the same with every pixel shuffled across images: {contrast(shuffled, shuffled_test[:50]):.2f}"
)
one_kind = []
for digit in range(10):
    known, new = x_train[y_train == digit], x_test[y_test == digit]
    mixed, mixed_new = (np.column_stack([rng.permutation(c) for c in a.T]) for a in (known, new))
    one_kind.append((contrast(known, new), contrast(mixed, mixed_new)))
print("within one digit, before and after, mean of ten:", np.mean(one_kind, axis=0).round(2))

# %% [markdown]
# Shuffling leaves every pixel's own distribution as it was and destroys only how pixels go together, and the contrast falls. Part of it is that there are ten clumps; but within a single digit it falls too (last line). Such findings led to the **manifold hypothesis** (流形假设):
# real data lies near surfaces of far fewer dimensions than they have features. A learned representation is, in part, the search for them.

# %% [markdown]
# ## 7 · Quiz
#
# **1.** At one point, the predictions after training on three different training sets are $2, 4, 6$. The true value is $5$. What is the average squared
# error of the predictions against the true value, that is, bias² plus variance?

# %% nbgrader={"grade_id": "quiz_decomposition", "solution": true}
# quiz_decomposition = a number
### BEGIN SOLUTION
quiz_decomposition = (4 - 5) ** 2 + ((2 - 4) ** 2 + 0 + (6 - 4) ** 2) / 3
### END SOLUTION

# %% nbgrader={"grade_id": "check_quiz_decomposition", "grade": true, "points": 1}
check.quiz("quiz_decomposition", quiz_decomposition)

# %% [markdown]
# **2.** Training error 1%, validation error 20%. Which change is most likely to help? `"a"` more parameters, `"b"` a stronger penalty,
# `"c"` training longer, `"d"` leaving out half of the training examples.

# %% nbgrader={"grade_id": "quiz_gap", "solution": true}
# quiz_gap = "a", "b", "c" or "d"
### BEGIN SOLUTION
quiz_gap = "b"
### END SOLUTION

# %% nbgrader={"grade_id": "check_quiz_gap", "grade": true, "points": 1}
check.quiz("quiz_gap", quiz_gap)

# %% [markdown]
# **3.** 23 examples, 5-fold cross-validation. How many examples are in the *smallest* training part?

# %% nbgrader={"grade_id": "quiz_folds", "solution": true}
# quiz_folds = a whole number
### BEGIN SOLUTION
quiz_folds = 23 - 5
### END SOLUTION

# %% nbgrader={"grade_id": "check_quiz_folds", "grade": true, "points": 1}
check.quiz("quiz_folds", quiz_folds)

# %% [markdown]
# **4.** Examples fill a cube of edge 1 in 20 dimensions evenly. How long is the edge of a small cube that holds 5% of them? (Three decimals.)

# %% nbgrader={"grade_id": "quiz_edge", "solution": true}
# quiz_edge = a number
### BEGIN SOLUTION
quiz_edge = 0.05 ** (1 / 20)
### END SOLUTION

# %% nbgrader={"grade_id": "check_quiz_edge", "grade": true, "points": 1}
check.quiz("quiz_edge", quiz_edge)

# %% [markdown]
# ## 8 · In your own words
#
# A friend has 200 X-ray images from one hospital and tries 50 network architectures. She reports the one with the best accuracy on a validation set of 40
# images: 95%. Her training accuracy is 100%. Explain to her (a) why she should not expect 95% on new images of the same hospital, (b) which further reason makes
# another hospital worse still, (c) what she should do next, in which order, and which result would tell her that the problem is bias rather than
# variance. About ten sentences.
#
# (Graded by a person, 5 points: 2 for (a), 1 for (b), 2 for (c).)

# %% [markdown] nbgrader={"grade_id": "explain_xrays", "grade": true, "solution": true, "points": 5}
# ### BEGIN SOLUTION
# A model answer. (a) The validation set was used to choose among 50 candidates, so the winner is partly the one that these 40 images flatter; 95% of 40 is
# 38 right, and even for a model fixed in advance the standard error would be about 3 points. The estimate is optimistic. (b) The images of another hospital are drawn from
# another distribution (machines, patients, habits), while every estimate here assumes that new examples come from the same one. The network may
# have learned marks of this hospital. (c) First get an honest number: an untouched test set, ideally from other patients and another hospital,
# looked at once. Then cross-validate instead of relying on 40 images, with every choice made inside the folds. Training accuracy 100% with lower
# validation accuracy is a gap: variance. So more data or augmentation, a stronger penalty, a smaller network. If after that training
# and validation accuracy meet at a value that is too low, the plateau without a gap says bias, and she needs a more flexible model or better
# inputs.
#
# *Points:* 1 for selection on the validation set, 1 for the smallness of 40, 1 for the change of distribution, 1 for a sensible order that
# begins with an honest estimate, 1 for telling bias from variance by the gap.
# ### END SOLUTION

# %% [markdown]
# ## 9 · What to take along
#
# - Expected risk is what we want, empirical risk is what we see; choosing by it makes it look better than it is.
# - Squared error = noise + bias² + variance. Flexibility lowers bias and raises variance; data and regularization lower variance. Beyond as many parameters as examples the error can fall a second time.
# - Compare on validation data or by cross-validation, with everything that is computed from data inside the folds. Look at the test set once.
# - No learner is best without assumptions, and without structure in the data many features are a curse.
#
# Next: [how the search for good parameters works](04_going_downhill.ipynb).
