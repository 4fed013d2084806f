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
# # 2.1 · Linear regression and the squared loss
#
# The smallest model that learns is a weighted sum. Almost every idea of this course can be met in it
# without distraction: a prediction, a number that says how wrong it is, the slope of that number, and a
# step downhill. A deep network is many weighted sums with bends between them, trained by the same loop.
#
# **After this chapter you will be able to**
#
# 1. *derive* the squared loss, the cross-entropy and the hinge loss from what each one assumes;
# 2. *write* each loss and its gradient in NumPy, with the right shape and scale;
# 3. *test* any gradient by numerical differentiation, and know when the test itself lies;
# 4. *keep* exponentials and logarithms finite for any input;
# 5. *choose* between linear regression, perceptron, logistic regression, softmax regression and SVM, and
#    read what they have learned.
#
# The chapter has four notebooks: **2.1** linear regression · **2.2** gradients in practice (checking them,
# estimating them from a few examples, holding weights small) · **2.3** from scores to probabilities ·
# **2.4** four linear classifiers on the same data.

# %%
import matplotlib.pyplot as plt
import numpy as np

from autograder import check
from nnkit import plot

plot.style()

# %% tags=["experiment"]
# Data, for the experiments only.
from sklearn.datasets import load_diabetes

# %% [markdown]
# ## Notation and shapes
#
# Most mistakes with gradients are mistakes of shape or of scale. This table serves the whole chapter.
#
# | symbol | shape | meaning |
# |---|---|---|
# | `x` | $(m, D)$ | inputs, one example a row |
# | `w` | $(D,)$, or $(D, K)$ with $K$ outputs | weights (权重) |
# | `b` | a number, or $(K,)$ | bias (偏置) |
# | `a` | $(m,)$ | prediction of a regression, $a = xw + b$ |
# | `z` | $(m,)$ | logit: the score of a two-class model, any real number |
# | `scores`, $s$ | $(m, K)$ | one score for each class |
# | `y` | $(m,)$ | targets: real numbers, or 0/1, or class indices $0 \dots K-1$ |
# | `p` | like `z` or `scores` | probabilities |
# | $L$, `loss` | a number | the average loss over the examples at hand, the batch (批) |
# | `dv` | the shape of `v` | the gradient $\partial L/\partial v$, for any `v` |
#
# $m$ is the number of rows (other texts and the other chapters also write $N$). The last line is the
# most useful one: **a gradient has the shape of the thing it belongs to.** When you are unsure whether a
# product is `x @ da` or `x.T @ da`, write the shapes down; one of the two does not fit.

# %% [markdown]
# ## 1 · A line through data
#
# For 442 patients we know the body mass index at the start of a study, and a doctor's measure of how far
# their diabetes had progressed one year later. How much does the one tell about the other?

# %% tags=["experiment"]
patients = load_diabetes(scaled=False)
bmi = patients.data[:, patients.feature_names.index("bmi")]
progression = patients.target

fig, ax = plt.subplots(figsize=(6, 3.6))
ax.plot(bmi, progression, ".", alpha=0.5)
ax.set_xlabel("body mass index (kg/m²)")
ax.set_ylabel("progression after one year (score)")
plt.show()
print(f"{len(bmi)} patients, index {bmi.min():.1f} to {bmi.max():.1f}, "
      f"score {progression.min():.0f} to {progression.max():.0f}")
same = progression[np.abs(bmi - 25) < 0.5]
print(f"the {len(same)} patients with an index between 24.5 and 25.5: scores {same.min():.0f} to {same.max():.0f}")

# %% [markdown]
# *What to see:* a cloud that rises to the right. No curve goes through all points: patients with
# almost the same index differ widely. A model can only give the typical score for an index.
#
# **Linear regression** (线性回归) takes a straight line, or for $D$ inputs a plane:
#
# $$a = x_1 w_1 + \dots + x_D w_D + b, \qquad\text{for all rows at once}\qquad
# \underset{(m,)}{a} = \underset{(m, D)}{x}\;\underset{(D,)}{w} + b .$$
#
# This is an **affine map** (仿射变换): a linear map followed by a shift. "Linear model" is the custom all
# the same. One trick removes $b$ from every derivation: append a column of ones to $x$, and $b$ becomes
# the weight of that column. So it is enough to study $a = xw$.

# %% [markdown]
# ## 2 · How wrong is a line?
#
# The **residual** (残差) of example $i$ is $e_i = a_i - y_i$. Learning needs *one* number for all of them,
# the **loss** (损失).
#
# - **The sum $\sum e_i$** will not do: errors of opposite sign cancel. Every line through the point of
#   averages $(\bar x, \bar y)$ has sum zero, whatever its slope.
# - **The sum $\sum |e_i|$** works and has its uses, but its slope is $\pm 1$: an error of 0.001 pulls as
#   hard as an error of 1000.
# - **The sum $\sum e_i^2$** has slope $2e_i$: it pulls in proportion to the error, and the pull fades as
#   the fit becomes good.
#
# The **mean squared error** (均方误差), in the form the classical texts use, is
#
# $$L = \frac{1}{2m} \sum_{i=1}^{m} (a_i - y_i)^2 .$$
#
# **Why average?** A sum grows with the number of examples, and so would its slope; a step size chosen for
# 100 examples would be a hundred times too long for 10 000. The average keeps its size.
# **Why the ½?** It cancels the 2 from differentiating the square. Neither factor moves the minimum.
#
# **By hand.** Three examples $x = (1, 2, 3)$, $y = (1, 5, 6)$ and the line $w = 2, b = -1$:
#
# | | example 1 | example 2 | example 3 |
# |---|---|---|---|
# | prediction $a = 2x - 1$ | 1 | 3 | 5 |
# | target $y$ | 1 | 5 | 6 |
# | residual $e$ | 0 | −2 | −1 |
# | square | 0 | 4 | 1 |
#
# $L = (0 + 4 + 1)/(2 \cdot 3) = 5/6 \approx 0.833$.

# %% tags=["experiment"]
x_hand, y_hand = np.array([1.0, 2.0, 3.0]), np.array([1.0, 5.0, 6.0])
fig, axes = plt.subplots(1, 2, figsize=(7, 4.2), sharey=True)
for ax, (w, b) in zip(axes, [(2.0, -1.0), (2.5, -1.0)]):
    a_hand = w * x_hand + b
    ax.axline((0, b), slope=w, color="C0")
    for xi, ai, yi in zip(x_hand, a_hand, y_hand):
        side = abs(ai - yi)
        ax.add_patch(plt.Rectangle((xi, min(ai, yi)), side, side, color="C1", alpha=0.3))
        ax.plot([xi, xi], [ai, yi], color="C1")
    ax.plot(x_hand, y_hand, "ko")
    ax.set(xlim=(0, 5), ylim=(-1, 8), aspect="equal", xlabel="x",
           title=f"w = {w}, b = {b}, loss {np.sum((a_hand - y_hand) ** 2) / 6:.3f}")
axes[0].set_ylabel("y")
plt.show()

# %% [markdown]
# *What to see:* each orange square has the residual as its side; the loss is half their average area. The
# line on the right has a larger error at the first point and yet the smaller loss: the squared loss
# would rather make three small errors than one large one.

# %% [markdown]
# ## 3 · Where the square comes from
#
# Nothing so far says why a square and not a fourth power. Here is the reason. Suppose that the world is
# a line plus noise, and that the noise is Gaussian with some width $\sigma$:
#
# $$y_i = x_i w + b + \varepsilon_i, \qquad
# p(y_i \mid x_i) = \frac{1}{\sqrt{2\pi\sigma^2}} \exp\!\Big(-\frac{(y_i - a_i)^2}{2\sigma^2}\Big).$$
#
# The principle of **maximum likelihood** (最大似然): take the parameters under which the data we have would
# have been least surprising. The examples are independent, so their densities multiply. A product of 442
# small numbers is awkward; its logarithm is a sum, and the logarithm does not move the maximum. With a
# minus sign we minimize:
#
# $$-\sum_i \log p(y_i \mid x_i)
# = \frac{m}{2}\log(2\pi\sigma^2) + \frac{1}{2\sigma^2}\sum_i (y_i - a_i)^2
# = \frac{m}{2}\log(2\pi\sigma^2) + \frac{m}{\sigma^2}\,L .$$
#
# Whatever $\sigma$ is, the best $w$ and $b$ are those that minimize $L$. **Squared error is maximum
# likelihood under Gaussian noise.** And the formula gives more: setting its derivative with respect to
# $\sigma^2$ to zero,
#
# $$\frac{m}{2\sigma^2} - \frac{m L}{\sigma^4} = 0 \quad\Longrightarrow\quad \sigma^2 = 2L,$$
#
# so the loss at the minimum is half the variance of the noise. It need not be near zero for the fit to be
# good: it cannot go below what the noise leaves.
#
# Other noise, other loss. If large errors are common, as in the Laplace density
# $\tfrac{1}{2c}e^{-|\varepsilon|/c}$, the same three lines give $\sum |e_i|$. Choosing a loss is a
# statement about errors, whether one means it or not.

# %% tags=["experiment"]
slope, intercept = np.polyfit(bmi, progression, 1)
residual = slope * bmi + intercept - progression
loss = np.mean(residual**2) / 2
sigma = np.sqrt(2 * loss)

fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3.6))
left.plot(bmi, progression, ".", alpha=0.25, color="C0")
left.axline((bmi.min(), slope * bmi.min() + intercept), slope=slope, color="k")
t = np.linspace(-3, 3, 100) * sigma
for at in [20, 25, 30, 35]:
    left.plot(at + 3.5 * np.exp(-(t**2) / (2 * sigma**2)), slope * at + intercept + t, color="C1")
    left.plot([at, at], [slope * at + intercept + t[0], slope * at + intercept + t[-1]], "C1", lw=0.5)
left.set(xlabel="body mass index (kg/m²)", ylabel="progression (score)",
         title="the model: a line with Gaussian noise")
right.hist(residual, bins=30, density=True, alpha=0.5)
right.plot(t, np.exp(-(t**2) / (2 * sigma**2)) / np.sqrt(2 * np.pi * sigma**2), color="C1",
           label=f"Gaussian, σ = {sigma:.1f}")
right.set(xlabel="residual a − y (score)", ylabel="density", title="the check: residuals")
right.legend()
plt.show()
print(f"slope {slope:.2f} per kg/m², loss {loss:.0f}, sigma = sqrt(2 loss) = {sigma:.1f}, "
      f"spread of the scores themselves {progression.std():.1f}")

# %% [markdown]
# *What to see:* on the left, the assumption: at each index the scores scatter around the line in the same
# bell. On the right, whether it holds: the residuals follow the bell roughly; their shoulders are a
# little wide and their tails a little short. Each kg/m² goes with about 10 more points of progression,
# and a prediction is typically off by 62 points, against 77 if one ignored the index altogether.
#
# **What the square costs.** A residual ten times larger counts a hundred times. Two small experiments
# show the effect: the best constant for five numbers, and one slip of the decimal point among the 442
# patients.

# %% tags=["experiment"]
numbers = np.array([1, 2, 3, 4, 100])
grid = np.arange(0, 101)
squared = [np.mean((a - numbers) ** 2) / 2 for a in grid]
absolute = [np.mean(np.abs(a - numbers)) for a in grid]
print(f"1, 2, 3, 4, 100: least squared error at {grid[np.argmin(squared)]} (the mean), "
      f"least absolute error at {grid[np.argmin(absolute)]} (the median)")

typo = progression.copy()
heaviest = np.argmax(bmi)
typo[heaviest] *= 10
print(f"slope {slope:.2f}; with one score typed as {typo[heaviest]:.0f} instead of "
      f"{progression[heaviest]:.0f}: {np.polyfit(bmi, typo, 1)[0]:.2f}")

# %% [markdown]
# One wrong entry in 442 raises the slope by four tenths. Under the Gaussian assumption so large a residual
# is next to impossible, so the model would rather bend the line for everybody. With real data, look at
# the residuals before you believe the line.

# %% [markdown]
# ## 4 · Exercise: the loss
#
# Write the loss for predictions `a` and targets `y` of one common shape, `(m,)` or `(m, D)`. The number
# of *rows* is $m$; further axes are summed, not averaged.
#
# Every loss in this course comes as a pair. `forward` returns the loss and a `cache` with whatever its
# partner `backward` will need. Here that is `(a, y)`.
#
# *Example:* `a = [1, 3, 5]`, `y = [1, 5, 6]` gives 5/6.
#
# *Hint:* `a.shape[0]` counts the rows for either shape; `np.mean` divides by all entries, which is not
# always the same.

# %% nbgrader={"grade_id": "mse_forward", "solution": true}
def mse_forward(a, y):
    """Half the mean squared error. a, y (m,) or (m, D) -> loss (a number), cache = (a, y)."""
    ### BEGIN SOLUTION
    m = a.shape[0]
    loss = np.sum((a - y) ** 2) / (2 * m)
    return float(loss), (a, y)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_mse_forward", "grade": true, "points": 4}
check(mse_forward)

# %% [markdown]
# ## 5 · The slope of the loss
#
# Change one prediction $a_i$ and keep the others. Only one term of the sum notices:
#
# $$\frac{\partial L}{\partial a_i} = \frac{1}{2m}\cdot 2\,(a_i - y_i) = \frac{a_i - y_i}{m},
# \qquad\text{so}\qquad \underset{(m,)}{\mathtt{da}} = \frac{a - y}{m}.$$
#
# The weights come next. $a_i = \sum_j x_{ij} w_j + b$, so $w_j$ reaches the loss through *every*
# prediction, with strength $x_{ij}$, and the effects add:
#
# $$\frac{\partial L}{\partial w_j} = \sum_i \frac{\partial L}{\partial a_i}\frac{\partial a_i}{\partial w_j}
# = \sum_i \mathtt{da}_i\, x_{ij}
# \quad\Longrightarrow\quad
# \underset{(D,)}{\mathtt{dw}} = \underset{(D, m)}{x^\top}\;\underset{(m,)}{\mathtt{da}},
# \qquad \mathtt{db} = \sum_i \mathtt{da}_i .$$
#
# The shapes leave no choice: $x^\top$ and `da` can be multiplied in this order only, and the result has
# the shape of `w`.
#
# **By hand**, with the numbers above: $e = (0, -2, -1)$, $\mathtt{da} = (0, -\tfrac23, -\tfrac13)$,
#
# $$\mathtt{dw} = 1\cdot 0 + 2\cdot(-\tfrac23) + 3\cdot(-\tfrac13) = -\tfrac73,\qquad
# \mathtt{db} = -1 .$$
#
# Both are negative: raise $w$ and raise $b$, and the loss falls.
#
# ### Exercise: the gradient of the loss
#
# *Example:* the cache of `a = [1, 3, 5]`, `y = [1, 5, 6]` gives `[0, -2/3, -1/3]`.
#
# *Hint:* the sum over the examples belongs to the loss. How many of its terms does one prediction touch?

# %% nbgrader={"grade_id": "mse_backward", "solution": true}
def mse_backward(cache):
    """Gradient of half the mean squared error. cache = (a, y) -> da, the shape of a."""
    ### BEGIN SOLUTION
    a, y = cache
    m = a.shape[0]
    return (a - y) / m
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_mse_backward", "grade": true, "points": 5}
check(mse_backward, forward=mse_forward)

# %% [markdown]
# ## 6 · All at once: the normal equation
#
# At the lowest point the slope is zero in every direction. With the ones column inside $x$ there is only
# $w$, and
#
# $$\mathtt{dw} = \tfrac1m\, x^\top (xw - y) = 0
# \quad\Longleftrightarrow\quad \underset{(D, D)}{x^\top x}\; w = \underset{(D,)}{x^\top y}.$$
#
# This is the **normal equation** (正规方程): $D$ linear equations for $D$ weights. Its name is geometry.
# $x^\top e = 0$ says that the residual is perpendicular (normal) to every column of $x$: what is left
# over contains nothing more that the columns could explain.
#
# Is a point of zero slope surely the lowest? Write any other weights as $w + v$. Then
# $\|x(w + v) - y\|^2 = \|xw - y\|^2 + 2 v^\top x^\top(xw - y) + \|xv\|^2$; the middle term is zero, and the
# last is never negative. So yes, and the surface has no other valley.
#
# **By hand.** For the three examples, with the ones column,
#
# $$x^\top x = \begin{pmatrix} 14 & 6 \\ 6 & 3 \end{pmatrix},\quad x^\top y = \begin{pmatrix} 29 \\ 12 \end{pmatrix}
# \quad\Longrightarrow\quad w = \frac{29\cdot 3 - 6\cdot 12}{14\cdot 3 - 6 \cdot 6} = 2.5,\qquad
# b = \frac{14\cdot 12 - 6\cdot 29}{6} = -1 .$$
#
# It is the line on the right in the figure of squares. Its residuals $(0.5, -1, 0.5)$ have sum 0 and
# $x$-weighted sum $0.5 - 2 + 1.5 = 0$, as they must.

# %%
x_ones = np.column_stack([[1.0, 2.0, 3.0], np.ones(3)])
w_hand = np.linalg.solve(x_ones.T @ x_ones, x_ones.T @ np.array([1.0, 5.0, 6.0]))
print("w, b =", w_hand.round(6))

# %% [markdown]
# ### When the answer is not unique
#
# If one column of $x$ is a combination of others (the same length in cm and in inches, or more columns
# than rows), then some $v \ne 0$ has $xv = 0$. Adding $v$ to $w$ changes no prediction; $x^\top x$ has no
# inverse; and `np.linalg.solve` fails or returns rounding noise. Among all best $w$ one stands out: the
# shortest. It is the one without any component along such useless directions $v$.
#
# **By hand.** Two equal columns, $x = \begin{pmatrix}1 & 1\\ 2 & 2\end{pmatrix}$, $y = (2, 4)$. All $w$ with
# $w_1 + w_2 = 2$ fit exactly. The shortest is $(1, 1)$.
#
# The **singular value decomposition** (奇异值分解) finds it. It writes
# $x = U\,\mathrm{diag}(\sigma_1, \dots, \sigma_r)\,V^\top$ with orthonormal columns in $U$ $(m, r)$ and $V$ $(D, r)$. Where
# $\sigma_k > 0$, the input direction $v_k$ is turned into the output direction $u_k$ and stretched by
# $\sigma_k$; the best prediction takes the part of $y$ along $u_k$, and to produce it $w$ needs
# $u_k^\top y/\sigma_k$ along $v_k$. Where $\sigma_k = 0$ the direction is useless, and $w$ takes nothing of it:
#
# $$w = \sum_{\sigma_k > 0} v_k\, \frac{u_k^\top y}{\sigma_k}.$$
#
# On a computer a zero comes out as something like $10^{-16}$, so "$\sigma_k > 0$" has to mean "larger than
# rounding can make it": the usual bound is $\sigma_{\max}\cdot\max(m, D)\cdot 2.2\cdot10^{-16}$.
#
# The decomposition has a second virtue: it never forms $x^\top x$. The **condition number** (条件数)
# $\kappa(x) = \sigma_{\max}/\sigma_{\min}$ says how much errors can be magnified, and
# $\kappa(x^\top x) = \kappa(x)^2$: forming the product can cost twice as many digits. Measured on powers of the
# body mass index, where we make $y$ from known weights so that the right answer is known:

# %% tags=["experiment", "nbval-ignore-output"]
print("degree   condition number   relative error, x'x solved   relative error, SVD")
for degree in [1, 2, 3, 4, 5]:
    powers = bmi[:, None] ** np.arange(degree + 1)
    truth = np.ones(degree + 1)
    target = powers @ truth
    solved = np.linalg.solve(powers.T @ powers, powers.T @ target)
    by_svd = np.linalg.lstsq(powers, target, rcond=None)[0]
    errors = [np.linalg.norm(w - truth) / np.linalg.norm(truth) for w in (solved, by_svd)]
    print(f"{degree:4d} {np.linalg.cond(powers):18.0e} {errors[0]:22.0e} {errors[1]:24.0e}")

# %% [markdown]
# ### Exercise: solve least squares
#
# Return the weights that minimize $\|xw - y\|^2$, and the shortest such weights when there are many. Add no
# column of ones: the caller does that.
#
# *Example:* `x = [[1, 1], [2, 2]]`, `y = [2, 4]` gives `[1, 1]`.
#
# *Hint:* `np.linalg.svd(x, full_matrices=False)` returns `u`, the singular values, and $V^\top$ (already
# transposed). Leave out the singular values that rounding cannot tell from zero.

# %% nbgrader={"grade_id": "normal_equation", "solution": true}
def normal_equation(x, y):
    """Least-squares weights of least norm. x (m, D), y (m,) -> w (D,)."""
    ### BEGIN SOLUTION
    u, sigma, vt = np.linalg.svd(x, full_matrices=False)
    smallest = sigma.max() * max(x.shape) * np.finfo(float).eps
    keep = sigma > smallest
    return (vt[keep].T / sigma[keep]) @ (u[:, keep].T @ y)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_normal_equation", "grade": true, "points": 6}
check(normal_equation)

# %% [markdown]
# ## 7 · Step by step: gradient descent
#
# A formula for the minimum is a luxury. It exists because the loss is quadratic; with the logistic
# function of notebook 2.3 it is gone. It is also dear: forming $x^\top x$ takes about $mD^2$
# multiplications, solving another $D^3/3$ or so, and the matrix alone needs $D^2$ numbers.

# %%
for features in [10, 1_000, 100_000]:
    print(f"D = {features:7,}: x'x takes {8 * features**2:14,} bytes, the gradient {8 * features:7,}")

# %% [markdown]
# **Gradient descent** (梯度下降) only needs the slope:
#
# $$w \leftarrow w - \eta\,\mathtt{dw},\qquad b \leftarrow b - \eta\,\mathtt{db},$$
#
# at about $2mD$ multiplications a step ($xw$, then $x^\top\mathtt{da}$). The **learning rate** (学习率) $\eta$ is ours to choose. From the hand example with
# $\eta = 0.1$: $w = 2 + 0.1\cdot\tfrac73 \approx 2.233$, $b = -1 + 0.1 = -0.9$.
#
# ### How long may a step be?
#
# For a quadratic loss this has an exact answer. Let $w^*$ be the minimum and $\delta = w - w^*$ the error.
# The gradient is $\tfrac1m x^\top(xw - y) = H\delta$ with the **Hessian** (海森矩阵) $H = \tfrac1m x^\top x$, shape
# $(D, D)$, so one step gives
#
# $$\delta \leftarrow (I - \eta H)\,\delta .$$
#
# $H$ is symmetric. Along its eigenvector with eigenvalue $\lambda$, the error is multiplied by $1 - \eta\lambda$
# in every step, independently of all other directions:
#
# | $\eta\lambda$ | factor $1 - \eta\lambda$ | what happens along this direction |
# |---|---|---|
# | 0.01 | 0.99 | creeps |
# | 1 | 0 | arrives in one step |
# | 1.9 | −0.9 | jumps across the valley, shrinking slowly |
# | 2 | −1 | jumps for ever |
# | 2.1 | −1.1 | grows without limit |
#
# All directions share one $\eta$. The steepest sets the limit, $\eta < 2/\lambda_{\max}$; the flattest then sets the
# time, about $\lambda_{\max}/\lambda_{\min}$ steps to shrink its error by a factor $e$ when $\eta = 1/\lambda_{\max}$. That ratio
# is the condition number of $H$. It is why features are standardized before training:

# %% tags=["experiment"]
features, target = patients.data, progression - progression.mean()
standard = (features - features.mean(axis=0)) / features.std(axis=0)


def eigenvalues(x):
    return np.linalg.eigvalsh(x.T @ x / len(x))


one_raw = np.column_stack([bmi, np.ones(len(bmi))])
one_standard = np.column_stack([(bmi - bmi.mean()) / bmi.std(), np.ones(len(bmi))])
all_raw = np.column_stack([features, np.ones(len(bmi))])
all_standard = np.column_stack([standard, np.ones(len(bmi))])
for name, x in [("bmi, raw", one_raw), ("bmi, standardized", one_standard),
                ("10 features, raw", all_raw), ("10 features, standardized", all_standard)]:
    eigen = eigenvalues(x)
    print(f"{name:27s} largest step {2 / eigen[-1]:9.2g}   condition number {eigen[-1] / eigen[0]:9.2g}")

# %% [markdown]
# With the raw index, steps above 0.0028 explode and shrinking the error by a factor $e$ takes some 26 000 steps; standardized, the bowl
# is round and one step arrives. With all ten features standardizing takes the condition number from
# fifty million to 470; the rest is correlation between features, which rescaling cannot remove.
#
# Two features that almost repeat each other, total cholesterol (`s1`) and LDL cholesterol (`s2`), make a
# valley that can be drawn. For two standardized features with correlation $\rho$ the eigenvalues of $H$ are
# $1 + \rho$ and $1 - \rho$.

# %% tags=["experiment", "nbval-ignore-output"]
pair = standard[:, [patients.feature_names.index("s1"), patients.feature_names.index("s2")]]
best = normal_equation(pair, target)
lowest = mse_forward(pair @ best, target)[0]
limit = 2 / eigenvalues(pair)[-1]


def descend(x, y, start, lr, steps):
    """Weights (steps + 1, D) along gradient descent on the mean squared error."""
    path = [np.array(start, dtype=float)]
    for _ in range(steps):
        _, cache = mse_forward(x @ path[-1], y)
        path.append(path[-1] - lr * (x.T @ mse_backward(cache)))
    return np.array(path)


w1, w2 = np.meshgrid(np.linspace(-75, 75, 61), np.linspace(-75, 75, 61))
surface = np.array([mse_forward(pair @ np.array(w), target)[0]
                    for w in zip(w1.ravel(), w2.ravel())]).reshape(w1.shape) - lowest
start = [20.0, 60.0]
frames, labels = [], []
for fraction in [0.02, 0.1, 0.25, 0.5, 0.8, 0.95, 1.0, 1.02]:
    path = descend(pair, target, start, fraction * limit, 40)
    gap = [mse_forward(pair @ w, target)[0] - lowest for w in path]
    fig, (left, right) = plt.subplots(1, 2, figsize=(8, 3.5))
    left.contour(w1, w2, surface, levels=np.geomspace(5, 8000, 12), colors="0.75", linewidths=0.8)
    left.plot(*path.T, ".-", color="C0", lw=1)
    left.plot(*best, "k*", ms=11, zorder=3)
    left.set(xlim=(-75, 75), ylim=(-75, 75), xlabel="weight of s1", ylabel="weight of s2", aspect="equal")
    right.semilogy(gap, color="C0")
    right.set(xlabel="step", ylabel="loss above the minimum", ylim=(1e-3, 2e4))
    fig.suptitle(f"learning rate {fraction * limit:.3f} = {fraction:g} × limit")
    frames.append(fig)
    labels.append(f"{fraction * limit:.3f}")
plot.slider(frames, labels, "Gradient descent in a valley: learning rate")

# %% tags=["experiment"]
print(f"correlation {np.corrcoef(pair.T)[0, 1]:.3f}, eigenvalues {eigenvalues(pair).round(3)}, "
      f"largest learning rate {limit:.3f}")

# %% [markdown]
# *What to see, moving the slider from left to right:* small steps slide down the wall and then creep
# along the floor of the valley. The longer the step the faster the floor is crossed, but the path begins to jump
# from wall to wall. Just below the limit the jumps take longest to die out; at the limit they never do;
# two hundredths above it they grow. On the right, the bend in the curve is the change from wall to floor.
#
# ### A sweep over learning rates
#
# Now all ten features. For each learning rate: the loss after 10, 100 and 1000 steps.

# %% tags=["experiment"]
floor = mse_forward(standard @ normal_equation(standard, target), target)[0]
limit_all = 2 / eigenvalues(standard)[-1]
rates = np.sort(np.append(np.geomspace(1e-4, 1, 33), limit_all * np.array([0.97, 0.99, 1.01, 1.03])))
fig, ax = plt.subplots(figsize=(8, 4))
for steps, color in [(10, "C2"), (100, "C1"), (1000, "C0")]:
    final = []
    for rate in rates:
        w = np.zeros(10)
        for _ in range(steps):
            loss, cache = mse_forward(standard @ w, target)
            if loss > 1e5:
                break
            w = w - rate * (standard.T @ mse_backward(cache))
        final.append(mse_forward(standard @ w, target)[0])
    ax.plot(rates, final, ".-", color=color, label=f"after {steps} steps")
ax.axhline(floor, color="k", lw=1, ls="--", label="normal equation")
ax.axvline(limit_all, color="k", lw=1, ls=":", label="2 / λmax")
ax.set(xscale="log", ylim=(1350, 3100), xlabel="learning rate", ylabel="loss")
ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
plt.show()

w_gd = descend(standard, target, np.zeros(10), 0.9 * limit_all, 1000)[-1]
loss_gd = mse_forward(standard @ w_gd, target)[0]
print(f"limit {limit_all:.3f}, loss of the normal equation {floor:.1f}, "
      f"after 1000 steps at 0.9 × limit {loss_gd:.1f}")

# %% [markdown]
# *What to see:* each curve is flat on the left (the steps were too short to get anywhere), falls, and
# then turns up into a wall at $2/\lambda_{\max}$ (a little blurred after only ten steps, sharp after a thousand).
# More steps widen the range that works, to the left only; the wall does not move. The best learning rate lies close to the wall. In deep networks it often does as
# well, only that nobody computes the wall beforehand. Hence the practice: try powers of ten, then refine below
# the first that explodes.

# %% [markdown]
# ## Quiz
#
# **1.** What is half the mean squared error of $a = (1, 3, 5)$ against $y = (2, 3, 3)$? Store the number in
# `quiz_mse`.

# %% nbgrader={"grade_id": "quiz_mse", "solution": true}
# quiz_mse = ...
### BEGIN SOLUTION
quiz_mse = (1 + 0 + 4) / 6
### END SOLUTION

# %% nbgrader={"grade_id": "check_quiz_mse", "grade": true, "points": 1}
check.quiz("quiz_mse", quiz_mse)

# %% [markdown]
# **2.** By mistake every example was entered twice. Compared with the clean data set, at the same weights:
#
# - A · loss and gradient both double
# - B · loss and gradient both stay the same
# - C · the loss stays the same, the gradient doubles
# - D · loss and gradient are both halved
#
# Store the letter, for example `"A"`, in `quiz_duplicates`.

# %% nbgrader={"grade_id": "quiz_duplicates", "solution": true}
# quiz_duplicates = ...
### BEGIN SOLUTION
quiz_duplicates = "B"
### END SOLUTION

# %% nbgrader={"grade_id": "check_quiz_duplicates", "grade": true, "points": 1}
check.quiz("quiz_duplicates", quiz_duplicates)

# %% [markdown]
# **3.** The Hessian of a quadratic loss has eigenvalues 0.1, 1 and 4. Below which learning rate does
# gradient descent converge from every start? Store the number in `quiz_learning_rate`.

# %% nbgrader={"grade_id": "quiz_learning_rate", "solution": true}
# quiz_learning_rate = ...
### BEGIN SOLUTION
quiz_learning_rate = 2 / 4
### END SOLUTION

# %% nbgrader={"grade_id": "check_quiz_learning_rate", "grade": true, "points": 1}
check.quiz("quiz_learning_rate", quiz_learning_rate)

# %% [markdown]
# ## What to remember
#
# - Squared error is maximum likelihood for Gaussian noise; its minimum is half the noise variance.
# - `da = (a − y)/m`, `dw = x.T @ da`, `db = da.sum()`. The shapes dictate the products.
# - The normal equation solves small least-squares problems at once; solve it through the SVD.
# - Gradient descent multiplies the error along each eigenvector by $1 - \eta\lambda$ a step: stable below
#   $2/\lambda_{\max}$, slow along the flat directions. Standardize the features.
#
# Next, notebook 2.2: how to find out whether a gradient is right.
