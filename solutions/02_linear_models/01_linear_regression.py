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
# The smallest model that learns is a weighted sum. Almost every idea of this course appears in it in its
# plainest form: a prediction, a number that says how wrong it is, the slope of that number, and a step
# downhill. A deep network is many weighted sums with nonlinear functions between them, trained by the
# same loop.
#
# **After this chapter you will be able to**
#
# 1. *derive* the squared loss, the cross-entropy and the hinge loss from what each one assumes;
# 2. *write* each loss and its gradient in NumPy, with the right shape and scale;
# 3. *test* any gradient by numerical differentiation, and know when the test itself misleads;
# 4. *keep* exponentials and logarithms finite for any input;
# 5. *choose* between linear regression, perceptron, logistic regression, softmax regression and SVM, and
#    read what they have learned.
#
# The chapter has four notebooks: **2.1** linear regression · **2.2** gradients in practice (checking them,
# estimating them from a few examples, keeping weights small) · **2.3** from scores to probabilities ·
# **2.4** four linear classifiers on the same data.
#
# **What it builds on.** Chapter 1 fitted lines with a ridge penalty (1.2), measured overfitting (1.3) and
# found how long a step of gradient descent may be (1.4). This chapter takes these as known and asks what
# lies behind them: where the loss comes from, what its slope is, and how to be sure of it.
#
# In some places you will find **Predict, then run**. Write your guess down before you run the next cell.
# A guess that turns out wrong is remembered longer than a figure that was only looked at. Some sentences tell
# what happened with other splits or seeds; `docs/claims/ch02.md` has these measurements.
#
# **Which code to read.** Your own, and that of the short cells. Cells of more than twenty lines run an experiment
# or draw a figure; the text says what they do, and you can go on without having read them.

# %%
import matplotlib.pyplot as plt
import numpy as np

from autograder import check
from nnkit import plot

plot.style()

# %% tags=["experiment"]
# Data and drawing, for the experiments only.
from sklearn.datasets import load_diabetes

from nnkit.plot import ch02_linear

# %% [markdown]
# ## From chapter 1's letters to these
#
# Chapter 1 wrote everything with one kind of parameters. From here on the letters are those of the literature on
# networks, and some of them change their meaning. Click on the line to unfold them all.
#
# <details><summary>The letters that change</summary>
#
# | chapter 1 | here |
# |---|---|
# | $J$, the criterion; $L$, the loss of one example | $L$, the average loss |
# | $\theta$, parameters | $w$ and $b$, weights and bias |
# | $\phi$, features | $x$, inputs |
# | $f(x; \theta)$, a model; $P$, number of parameters; $d$, a degree | $f$, any function; $P$, a probability; $d_k$, singular values |
# | $\hat y$, a prediction | $a$ for a number, $p$ for a probability |
# | $A$, second derivatives; $c$, curvatures | $H$, $c_k$ |
# | $u$, a direction; $v, w$, weights | $v_k$, a direction among the inputs; $u_k$, one among the examples; $v$, a step |
# | $\delta$, a move of the parameters | $v$; and $\delta$ is how far the weights are from the best ones |
# | $z$, other coordinates | $z$, the score of a two-class model |
# | $s, a, r, \gamma, Q, \alpha$ of rewards | $s$, scores; $a$, a prediction; $r$, probabilities; $\gamma$, a margin |
# | $H$, hidden units; $R$, number of training sets | $H$, second derivatives; $R$, length of the longest example |
# | $k$, how many neighbors or folds; $t$, the number of a step | $k$, an index; $t$, a number for one line |
# | $m$, centers; $\ell$, clusters; $g$, the true function | $m$, a factor; $\ell$, a length; $g$, a gradient |
# | bias: what a model gets wrong on average | bias: the shift $b$ |
#
# </details>
#
# $N, D, K, x, y, p, \eta, \lambda, I_0, \kappa, \varepsilon, \sigma_\varepsilon, \mathbb E, n, i, j$ and $e$ as an error
# mean what they meant, or nearly so.

# %% [markdown]
# ## Notation and shapes
#
# Most mistakes with gradients are mistakes of shape or of scale. One line is worth knowing by heart: **a gradient has the shape of the thing it belongs to.** When you are unsure whether a product is `x @ da` or `x.T @ da`, write the shapes down, with letters: one of the two does not fit.
#
# The table below serves the whole chapter, for looking up. Where a letter has two meanings, its row has both. In code the same names are used, with `scores` for $s$, `lam` for $\lambda$ and `lr` for $\eta$.
#
# <details><summary>The letters of the chapter, with shapes and meanings</summary>
#
# | symbol | shape | meaning |
# |---|---|---|
# | $N, D, K$ | numbers | examples at hand, inputs of one example (with the column of ones, where there is one), classes |
# | $i, j, k$ | whole numbers | indices: $i$ an example, $j$ and $k$ an input, a direction or a class |
# | $x$ | $(N, D)$ | inputs, one example in each row; where a function is studied on its own, the point it is taken at |
# | $w$ | $(D,)$, or $(D, K)$ with $K$ outputs | weights (权重); $w^*$ are the best ones |
# | $b$ | a number, or $(K,)$ | bias (偏置) |
# | $a$ | $(N,)$ | prediction of a regression, $a = xw + b$ |
# | $z$ | $(N,)$ | logit: the score of a two-class model, any real number |
# | $s$ | $(N, K)$ | one score for each class |
# | $y$ | $(N,)$ | targets: real numbers; or class indices $0 \dots K-1$; for two classes 0 and 1 (2.3) or −1 and +1 (2.4) |
# | $p$ | like $z$ or $s$ | probabilities of the classes; $p(\cdot)$ a density, $P(\cdot)$ the probability of one event |
# | $L$ | a number | the average loss over the examples at hand, the batch (批量) |
# | `dw`, `db`, … | the shape of `w`, `b`, … | the gradient $\partial L/\partial w$, $\partial L/\partial b$, … |
# | $g$ | the shape of its variable | a gradient, where it has no other name |
# | $e_i$ | a number | residual of example $i$, prediction minus target |
# | $\varepsilon$ | numbers | the noise in the targets |
# | $\eta$ | a number | learning rate |
# | $\lambda$ | a number | strength of the L2 penalty |
# | $B, T$ | numbers | examples in a mini-batch, steps of descent |
# | $H, c_k$ | $(D, D)$; numbers | Hessian of the loss; its eigenvalues, the curvatures of notebook 1.4 |
# | $I$ | $(D, D)$ | the identity matrix; $I_0$ has a zero for the constant feature |
# | $u_k, d_k, v_k$ | $(N,)$, a number, $(D,)$ | singular vectors and singular values of $x$ |
# | $v$ | like $w$, or like $z$ | without an index: a direction to move in, or the step itself |
# | $\mathcal N, \mathbb E$ | | normal distribution, expected value |
# | $\sigma(z)$ | like $z$ | the logistic function; with an index, $\sigma_\varepsilon$, it is the standard deviation of what the index names |
#
# The other letters appear in one place or two, and are introduced there.
#
# | symbol | shape | meaning |
# |---|---|---|
# | $\kappa, \rho$ | numbers | condition number, correlation |
# | $\delta$ | like $w$ | how far the weights are from the best ones |
# | $f, h$ | a function, a number | any function whose slope is wanted, and the small step to measure it |
# | $\epsilon$ | a number | the largest relative rounding error of the computer's numbers |
# | $\Sigma$ | $(D, D)$ | covariance of the gradients of single examples |
# | $\beta$ | a number | width of the Laplace density |
# | $q, r$ | $(K,)$ | probabilities that a code was made for, and those with which things happen |
# | $Z, \tau$ | numbers | what makes probabilities sum to 1; temperature |
# | $m(y)$ | a number | factor of a probability that does not depend on the score |
# | $t$ | a number | an auxiliary number, for one line |
# | $n, \ell$ | numbers | a count of something, a length of something |
# | $R, \gamma$ | numbers | length of the longest example, margin of a separating line |
# | $\Delta, \xi_i$ | numbers | the lead that the right class is asked for, and by how much an example misses it |
#
# </details>

# %% [markdown]
# ## 1 · A line through data
#
# For 442 patients we know the body mass index at the start of a study, and a doctor's measure of how far
# their diabetes had progressed one year later. How much does the one tell us about the other?

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
print(f"the {len(same)} patients with an index between 24.5 and 25.5: "
      f"scores {same.min():.0f} to {same.max():.0f}")

# %% [markdown]
# *What to see:* a cloud that rises to the right. No curve can pass through all points: patients with
# almost the same index differ widely. A model can only give the typical score for an index.
#
# **Linear regression** (线性回归) takes a straight line, or for $D$ inputs a plane:
#
# $$a = x_1 w_1 + \dots + x_D w_D + b, \qquad\text{for all rows at once}\qquad
# \underset{(N,)}{a} = \underset{(N, D)}{x}\;\underset{(D,)}{w} + b .$$
#
# This is an **affine map** (仿射变换), a linear map followed by a shift, although everybody calls the model
# linear. One trick removes $b$ from every derivation: append a column of ones to $x$, and $b$ becomes the
# weight of that column. So it is enough to study $a = xw$.

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
# The **mean squared error** (均方误差), with the customary factor ½, is
#
# $$L = \frac{1}{2N} \sum_{i=1}^{N} (a_i - y_i)^2 .$$
#
# **Why average?** A sum grows with the number of examples, and so does its slope; a step size chosen for
# 100 examples would be a hundred times too long for 10,000. The average keeps its size.
# **Why the ½?** It cancels the 2 from differentiating the square. Neither factor moves the minimum.
#
# **By hand.** Three examples $x = (1, 2, 3)$, $y = (1, 5, 6)$ and the line $w = 2$, $b = -1$:
#
# | | example 1 | example 2 | example 3 |
# |---|---|---|---|
# | prediction $a = 2x - 1$ | 1 | 3 | 5 |
# | target $y$ | 1 | 5 | 6 |
# | residual $e$ | 0 | −2 | −1 |
# | square | 0 | 4 | 1 |
#
# $L = (0 + 4 + 1)/(2 \cdot 3) = 5/6 \approx 0.833$.
#
# **Predict, then run.** The next figure also shows the line $w = 2.5$, $b = -1$, which misses the first
# point that the line above hits. Is its loss larger or smaller?

# %% tags=["experiment"]
x_hand, y_hand = np.array([1.0, 2.0, 3.0]), np.array([1.0, 5.0, 6.0])
fig, axes = plt.subplots(1, 2, figsize=(6.2, 4.2), sharey=True)
for ax, (w, b) in zip(axes, [(2.0, -1.0), (2.5, -1.0)]):
    a_hand = w * x_hand + b
    ax.axline((0, b), slope=w, color="C0")
    for xi, ai, yi in zip(x_hand, a_hand, y_hand):
        side = abs(ai - yi)
        corner = (xi - side if yi > ai else xi, min(ai, yi))  # on the side where the line is not
        ax.add_patch(plt.Rectangle(corner, side, side, color="C1", alpha=0.3))
        ax.plot([xi, xi], [ai, yi], color="C1")
    ax.plot(x_hand, y_hand, "ko")
    ax.set(xlim=(0, 5), ylim=(-1, 8), aspect="equal", xlabel="x",
           title=f"w = {w}, b = {b}, loss {np.sum((a_hand - y_hand) ** 2) / 6:.3f}")
axes[0].set_ylabel("y")
plt.show()

# %% [markdown]
# *What to see:* each orange square has a residual as its side; the loss is half their average area. The
# line on the right has a larger error at the first point and yet the smaller loss. Its residuals are 0.5, −1
# and 0.5; on the left they are 0, −2 and −1. The squared loss accepts several small errors to avoid one
# large one.

# %% [markdown]
# ## 3 · Where the square comes from
#
# Nothing so far says why a square and not a fourth power. Here is a reason. Suppose that the world is a
# line plus noise, and that the noise is Gaussian with standard deviation $\sigma_\varepsilon$:
#
# $$y_i = x_i w + b + \varepsilon_i, \qquad
# p(y_i \mid x_i) = \frac{1}{\sqrt{2\pi\sigma_\varepsilon^2}}
# \exp\!\Big(-\frac{(y_i - a_i)^2}{2\sigma_\varepsilon^2}\Big).$$
#
# (Here $p$ is a **density** (密度): its integral over an interval is the probability that $y_i$ lies there. The bar is read
# "given": the density of $y_i$ when $x_i$ is known.)
#
# The principle of **maximum likelihood** (最大似然): choose the parameters under which the data we have
# would have been least surprising. The examples are independent, so their densities multiply, as
# probabilities do. The product, as a function of the parameters, is the **likelihood** (似然). A product of
# 442 small numbers is awkward; its logarithm is a sum, and taking the logarithm does not move the maximum.
# With a minus sign we minimize:
#
# $$-\sum_i \log p(y_i \mid x_i)
# = \frac{N}{2}\log(2\pi\sigma_\varepsilon^2) + \frac{1}{2\sigma_\varepsilon^2}\sum_i (y_i - a_i)^2
# = \frac{N}{2}\log(2\pi\sigma_\varepsilon^2) + \frac{N}{\sigma_\varepsilon^2}\,L .$$
#
# Whatever $\sigma_\varepsilon$ is, the best $w$ and $b$ are those that minimize $L$. **Squared error is
# maximum likelihood under Gaussian noise of one width.** (Legendre published the method of least squares in 1805, for the orbits of comets, without this reason. Gauss, who had used it before him, gave the reason in 1809.)
#
# On the three examples of section 2, with the lines $wx - 1$ and noise of two widths:

# %% tags=["experiment"]
tried = np.linspace(1.4, 3.6, 201)
missed = tried[:, None] * x_hand - 1 - y_hand  # (201, 3): residuals of the lines w x - 1
fig, axes = plt.subplots(1, 3, figsize=(9.5, 3.0))
for sd, style in [(0.5, "C0-"), (1.0, "C1--")]:
    density = np.exp(-(missed**2) / (2 * sd**2)) / np.sqrt(2 * np.pi * sd**2)
    axes[0].plot(tried, density.prod(axis=1), style)
    axes[1].plot(tried, -np.log(density).sum(axis=1), style, label=f"noise of width {sd}")
axes[2].plot(tried, np.sum(missed**2, axis=1) / 6, color="k")
for ax, title in zip(axes, ["likelihood", "minus its logarithm", "loss L"]):
    ax.axvline(2.5, color="0.6", lw=1, ls=":")
    ax.set(xlabel="w", title=title)
axes[1].legend(loc="upper center", fontsize=8)
plt.show()

# %% [markdown]
# *What to see:* the likelihood is largest where minus its logarithm and the loss are smallest, at $w = 2.5$ (dotted
# line), for either width. The logarithm turns each bump into a parabola: the loss, stretched by the factor
# $N/\sigma_\varepsilon^2$ and shifted. With less noise it is steeper, and the examples leave less doubt about $w$.
#
# The formula gives more. Set its derivative with respect to $\sigma_\varepsilon^2$ to zero:
#
# $$\frac{N}{2\sigma_\varepsilon^2} - \frac{N L}{\sigma_\varepsilon^4} = 0
# \quad\Longrightarrow\quad \sigma_\varepsilon^2 = 2L,$$
#
# so twice the loss at the minimum *estimates* the variance of the noise. At the true weights the loss is about
# $\sigma_\varepsilon^2/2$: a good fit need not have a loss near zero. But the minimum lies lower than that. The
# fitted line follows some of the noise, and $D$ fitted weights take away the share $D/N$ of it: on average
# $2L = \sigma_\varepsilon^2\,(1 - D/N)$ (section 6 shows why). With two weights and 442 patients that hardly
# matters. With as many weights as examples the loss is zero and says nothing about the noise, as notebook 1.3 saw.
#
# Other noise, other loss. If large errors are common, as in the Laplace density
# $\tfrac{1}{2\beta}e^{-|\varepsilon|/\beta}$, the same three lines give $\sum |e_i|$. If the width differs
# from example to example, each square is divided by its own $\sigma_i^2$. Choosing a loss is a statement
# about errors, whether or not one means it.
#
# **Predict, then run.** Does the assumption hold for the patients? Look at the cloud of section 1 again: is
# the scatter around a line equally wide for a low and for a high body mass index?

# %% tags=["experiment"]
slope, intercept = np.polyfit(bmi, progression, 1)
residual = slope * bmi + intercept - progression
loss = np.mean(residual**2) / 2
width = np.sqrt(2 * loss)
quarters = np.array_split(np.argsort(bmi, kind="stable"), 4)

fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3.6))
left.plot(bmi, progression, ".", alpha=0.25, color="C0")
left.axline((bmi.min(), slope * bmi.min() + intercept), slope=slope, color="k")
t = np.linspace(-2.5, 2.5, 100) * width
for at in [20, 25, 30, 35]:
    left.plot(at + 3.5 * np.exp(-(t**2) / (2 * width**2)), slope * at + intercept + t, color="C1")
    left.plot([at, at], [slope * at + intercept + t[0], slope * at + intercept + t[-1]], "C1", lw=0.5)
left.set(xlabel="body mass index (kg/m²)", ylabel="progression (score)",
         title="assumed: one width for all")
for q in quarters:
    spread, error = residual[q].std(), residual[q].std() / np.sqrt(2 * len(q))
    right.errorbar(bmi[q].mean(), spread, error, xerr=[[bmi[q].mean() - bmi[q].min()],
                   [bmi[q].max() - bmi[q].mean()]], fmt="o", color="C0", capsize=3)
right.axhline(width, color="C1", label=f"assumed everywhere: {width:.0f}")
right.set(xlabel="body mass index (kg/m²), in quarters", ylabel="standard deviation of the residuals",
          ylim=(0, 90), title="measured, ± one standard error")
right.legend(loc="lower right")
plt.show()
print(f"slope {slope:.2f} per kg/m², loss {loss:.0f}, width sqrt(2 loss) = {width:.1f}, "
      f"spread of the scores themselves {progression.std():.1f}")
print("width by quarter:", [round(float(residual[q].std()), 1) for q in quarters])
print(f"within one width {np.mean(np.abs(residual) < width):.2f} of the patients (Gaussian: 0.68), "
      f"within two {np.mean(np.abs(residual) < 2 * width):.2f} (0.95)")

# %% [markdown]
# *What to see:* on the left, the assumption: at every index the scores scatter around the line in the same
# bell. At an index of 20 it is visibly wrong, since the bell reaches below zero where the lowest score is 25.
# On the right, the measurement: the scatter is about 48 points in the leanest quarter and 60 to 70 in the
# others. (The error bars: a standard deviation measured on $n$ numbers has a standard error of about
# $1/\sqrt{2n}$ of itself. The gaps between the leanest quarter and the others are 2.5 to 4 times the standard error of such a gap.) The *shape* of the residuals is not bad: about as
# many lie within one and two widths as a Gaussian would have. So the width is the part of the assumption that
# fails, and the model promises too little precision for lean patients.
#
# The line itself is still useful: each kg/m² goes with about 10 more points of progression, and a
# prediction is typically off by 62 points, against 77 if the index is ignored.

# %% [markdown]
# ### What the square costs
#
# A residual ten times larger counts a hundred times. First the best constant for five numbers. Then one slip
# of the decimal point: one of the 442 scores is typed ten times too large, and the line is fitted again.
#
# **Predict, then run.** By how much can one wrong score in 442 change the slope of 10.2? Does it matter
# which patient's score it is?

# %% tags=["experiment"]
numbers = np.array([1, 2, 3, 4, 100])
grid = np.arange(0, 101)
squared = [np.mean((a - numbers) ** 2) / 2 for a in grid]
absolute = [np.mean(np.abs(a - numbers)) for a in grid]
print(f"1, 2, 3, 4, 100: least squared error at {grid[np.argmin(squared)]} (the mean), "
      f"least absolute error at {grid[np.argmin(absolute)]} (the median)")


def slope_with_typo(i):
    """Slope of the line when the score of patient i is typed ten times too large."""
    typed = progression.copy()
    typed[i] *= 10
    return np.polyfit(bmi, typed, 1)[0]


change = np.array([slope_with_typo(i) for i in range(len(bmi))]) - slope
fig, ax = plt.subplots(figsize=(7, 3.4))
ax.scatter(bmi, change, s=6 + progression / 6, alpha=0.5)
ax.axhline(0, color="k", lw=0.8)
ax.axvline(bmi.mean(), color="0.5", ls=":", label="mean index")
ax.set(xlabel="body mass index of the patient with the wrong score", ylabel="change of the slope")
ax.legend()
plt.show()
print(f"slope {slope:.2f}; change by one typo: median {np.median(np.abs(change)):.2f}, "
      f"largest {np.abs(change).max():.2f}, patient of the largest index {change[np.argmax(bmi)]:.2f}")

# %% [markdown]
# *What to see:* each point is one refit; larger points are patients with larger scores. For most patients
# the slip hardly matters (median 0.4). Near the mean index it only lifts the line; far from the mean it has a
# long lever and turns it. In the worst case one wrong entry in 442 raises the slope from 10.2 to 15.6,
# by half. Under the Gaussian assumption so large a residual is next to impossible, and so the model bends
# the line for everybody. With real data, look at the residuals before you believe the line.

# %% [markdown]
# ## 4 · Exercise: the loss
#
# Write the loss for predictions `a` and targets `y` of one common shape, `(N,)` or `(N, D)`. The number
# of *rows* is $N$; further axes are summed, not averaged.
#
# Every loss in this course comes as a pair of functions. `mse_forward` goes from the predictions to the loss
# (the **forward pass**). Its partner `mse_backward`, the next exercise, goes back from the loss to its
# gradient (the **backward pass**). The partner needs numbers that forward has already seen, so forward returns
# them as a second value, the `cache`: a tuple, here `(a, y)`.
#
# *Example:* `a = [1, 3, 5]`, `y = [1, 5, 6]` gives 5/6.
#
# *Hint:* `a.shape[0]` counts the rows for either shape; `np.mean` divides by all entries, which is not
# always the same.

# %% nbgrader={"grade_id": "mse_forward", "solution": true}
def mse_forward(a, y):
    """Half the mean squared error. a, y (N,) or (N, D) -> loss (a number), cache = (a, y)."""
    ### BEGIN SOLUTION
    n = a.shape[0]
    loss = np.sum((a - y) ** 2) / (2 * n)
    return float(loss), (a, y)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_mse_forward", "grade": true, "points": 4}
check(mse_forward)

# %% [markdown]
# ## 5 · The slope of the loss
#
# Change one prediction $a_i$ and keep the others. Only one term of the sum notices:
#
# $$\frac{\partial L}{\partial a_i} = \frac{1}{2N}\cdot 2\,(a_i - y_i) = \frac{a_i - y_i}{N},
# \qquad\text{so}\qquad \underset{(N,)}{\mathtt{da}} = \frac{a - y}{N}.$$
#
# The weights come next. $a_i = \sum_j x_{ij} w_j + b$, so $w_j$ reaches the loss through *every*
# prediction, with strength $x_{ij}$, and the effects add:
#
# $$\frac{\partial L}{\partial w_j} = \sum_i \frac{\partial L}{\partial a_i}\frac{\partial a_i}{\partial w_j}
# = \sum_i \mathtt{da}_i\, x_{ij}
# \quad\Longrightarrow\quad
# \underset{(D,)}{\mathtt{dw}} = \underset{(D, N)}{x^\top}\;\underset{(N,)}{\mathtt{da}},
# \qquad \mathtt{db} = \sum_i \mathtt{da}_i .$$
#
# The shapes leave no choice: the sum runs over the examples, the axis that $x$ and `da` share, and the result has the shape of `w`.
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
    return (a - y) / a.shape[0]
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_mse_backward", "grade": true, "points": 4}
check(mse_backward, forward=mse_forward)

# %% [markdown]
# The loss over both parameters at once, for the three examples: a bowl, and at each point an arrow against
# the gradient that your function computes.

# %% tags=["experiment"]
def slope_by_hand(w, b):
    """(dw, db) of the three examples."""
    da = mse_backward(mse_forward(w * x_hand + b, y_hand)[1])
    return np.sum(da * x_hand), np.sum(da)


w_axis, b_axis = np.linspace(0, 5, 81), np.linspace(-5, 3, 81)
bowl = np.array([[mse_forward(w * x_hand + b, y_hand)[0] for w in w_axis] for b in b_axis])


def loss_at(w, b):
    return mse_forward(w * x_hand + b, y_hand)[0]


def on_contour(w, b, level):
    """The point with loss `level` on the ray from the minimum (2.5, -1) through (w, b)."""
    share = np.sqrt((level - loss_at(2.5, -1.0)) / (loss_at(w, b) - loss_at(2.5, -1.0)))
    return 2.5 + share * (w - 2.5), -1 + share * (b + 1)


levels = [loss_at(2.0, -1.0), 1.6, 6, 20, 40]
around = [(1.0, 1.0, 1.6), (4.5, -4.5, 1.6), (4.0, -1.0, 6), (1.5, -2.5, 6)]
starts = [(2.0, -1.0), *(on_contour(*point) for point in around)]
fig, ax = plt.subplots(figsize=(5.2, 4.6))
rings = ax.contour(w_axis, b_axis, bowl, levels=levels, colors="0.65", linewidths=0.8)
ax.clabel(rings, fmt="%.3g", fontsize=8)
for w, b in starts:
    dw, db = slope_by_hand(w, b)
    ax.annotate("", (w - 0.16 * dw, b - 0.16 * db), (w, b), arrowprops={"arrowstyle": "-|>", "color": "C1"})
    ax.plot(w, b, "o", color="C1", ms=4)
ax.plot(2.5, -1.0, "k*", ms=12)
ax.set(xlabel="w", ylabel="b", aspect="equal", xlim=(0, 5), ylim=(-5, 3))
plt.show()
print("dw, db at w = 2, b = -1:", np.round(slope_by_hand(2.0, -1.0), 3))

# %% [markdown]
# *What to see:* each arrow is perpendicular to the contour line it starts from, and longer where the slope is
# steeper. It does *not* point at the minimum (the star): downhill and toward the minimum are different
# directions in a narrow valley. Section 7 asks what that costs.

# %% [markdown]
# ## 6 · All at once: the normal equation
#
# At the lowest point the slope is zero in every direction. With the ones column inside $x$ there is only
# $w$, and
#
# $$\mathtt{dw} = \tfrac1N\, x^\top (xw - y) = 0
# \quad\Longleftrightarrow\quad \underset{(D, D)}{x^\top x}\; w = \underset{(D,)}{x^\top y}.$$
#
# This is the **normal equation** (正规方程), $D$ linear equations for $D$ weights. You solved it in notebook 1.2, with
# $\lambda I_0$ (the identity matrix, but a zero for the constant feature) added to $x^\top x$; now we look at what
# it means, and at the case in which it cannot be solved as it stands.
#
# **What it means.** $x^\top e = 0$ says that the residual is perpendicular (in geometry, *normal*) to every
# column of $x$: what is left over contains nothing more that the columns could explain. With the three
# examples, $y$ is a point in a space of three dimensions, one for each example. The predictions $xw$ are the
# combinations of two columns, $(1, 2, 3)$ and $(1, 1, 1)$, and form a plane in that space.

# %% tags=["experiment"]
x_ones = np.column_stack([x_hand, np.ones(3)])
ch02_linear.projection(x_ones, y_hand, np.array([2.0, -1.0]))
plt.show()

# %% [markdown]
# *What to see:* the nearest point of the plane is found by dropping a perpendicular from $y$: the best
# prediction is the **projection** (投影) of $y$. Any other prediction, such as the one of our first line, is the
# long side of a right triangle, so it is farther away. Pythagoras gives the exact difference:
# $2.24^2 = 1.22^2 + 1.87^2$, that is, $5 = 1.5 + 3.5$. (The plane is seen from the side. The three sides of the
# triangle are true to scale; only the depth of the plane is not.)
#
# The right angle also shows why the loss at the minimum underestimates the noise (section 3). Noise is a step in
# all $N$ directions of this space, equally long in each on average. The part of it in the $D$ directions of the
# plane moves the nearest prediction and leaves no residual. The part in the other $N - D$ directions is left, and
# $\|e\|^2$ is on average $(N - D)\,\sigma_\varepsilon^2$.
#
# The triangle is a proof as well. Write any other weights as $w + v$. Then
# $\|x(w + v) - y\|^2 = \|xw - y\|^2 + 2 v^\top x^\top(xw - y) + \|xv\|^2$; the middle term is zero, and the
# last is never negative. So a point of zero slope is the lowest, and the surface has no other valley.
#
# **By hand.** For the three examples, with the ones column,
#
# $$x^\top x = \begin{pmatrix} 14 & 6 \\ 6 & 3 \end{pmatrix},\quad
# x^\top y = \begin{pmatrix} 29 \\ 12 \end{pmatrix}
# \quad\Longrightarrow\quad w = \frac{29\cdot 3 - 6\cdot 12}{14\cdot 3 - 6 \cdot 6} = 2.5,\qquad
# b = \frac{14\cdot 12 - 6\cdot 29}{6} = -1 .$$
#
# It is the line on the right in the figure of squares. Its residuals $(0.5, -1, 0.5)$ have sum 0 and
# $x$-weighted sum $0.5 - 2 + 1.5 = 0$, as they must.

# %%
x_three = np.column_stack([[1.0, 2.0, 3.0], np.ones(3)])
w_three = np.linalg.solve(x_three.T @ x_three, x_three.T @ np.array([1.0, 5.0, 6.0]))
print("w, b =", w_three.round(6))

# %% [markdown]
# ### When the answer is not unique
#
# If one column of $x$ is a combination of others (the same length in cm and in inches, or more columns
# than rows), then some $v \ne 0$ has $xv = 0$. Adding $v$ to $w$ changes no prediction; $x^\top x$ has no
# inverse; and `np.linalg.solve` fails or returns rounding noise. Among all best $w$ one stands out: the
# shortest. It is the one without any component along such useless directions $v$.
#
# The **singular value decomposition** (奇异值分解, SVD) finds it. It splits $x$ into directions that do not
# disturb one another:
#
# $$x = \sum_k d_k\, u_k v_k^\top, \qquad\text{so that}\qquad x v_k = d_k u_k .$$
#
# The **singular values** $d_k \ge 0$ are numbers, sorted from the largest down. The $v_k$ $(D,)$ are directions among
# the inputs, the $u_k$ $(N,)$ directions among the examples; each family consists of perpendicular vectors of unit
# length. (Every matrix has such a decomposition: take for the $v_k$ the eigenvectors of the symmetric matrix $x^\top x$,
# for $d_k$ the length of $xv_k$, and for $u_k$ its direction where $d_k > 0$. These $u_k$ are perpendicular, because
# $(xv_j)^\top xv_k = v_j^\top x^\top x\,v_k$ is zero for two eigenvectors.) In words: a weight of 1 along $v_k$
# produces the prediction $d_k u_k$. The best prediction needs the part of $y$ along $u_k$, which is $u_k^\top y$. To
# produce it, $w$ needs $u_k^\top y/d_k$ along $v_k$. Where $d_k = 0$ the direction produces nothing, and the shortest
# $w$ has nothing of it:
#
# $$w = \sum_{d_k > 0} \frac{u_k^\top y}{d_k}\, v_k .$$
#
# **By hand.** Two equal columns, $x = \begin{pmatrix}1 & 1\\ 2 & 2\end{pmatrix}$, $y = (2, 4)$. All $w$ with
# $w_1 + w_2 = 2$ fit exactly.
#
# | step | result |
# |---|---|
# | useful direction among the inputs | $v_1 = (1, 1)/\sqrt2$; the other, $v_2 = (1, -1)/\sqrt2$, has $xv_2 = 0$ |
# | what it produces | $x v_1 = (2, 4)/\sqrt2 = (1, 2)\sqrt2$ |
# | its length is $d_1$, its direction $u_1$ | $d_1 = \sqrt5\cdot\sqrt2 = \sqrt{10}$, $u_1 = (1, 2)/\sqrt5$; $d_2 = 0$ |
# | the part of $y$ along $u_1$ | $u_1^\top y = (2 + 8)/\sqrt5 = 10/\sqrt5$ |
# | divided by $d_1$ | $10/(\sqrt5\sqrt{10}) = \sqrt2$ |
# | times $v_1$ | $w = \sqrt2\cdot(1, 1)/\sqrt2 = (1, 1)$ |
#
# On a computer a zero comes out as something like $10^{-16}$, so "$d_k > 0$" has to mean "larger than
# rounding can make it": the usual bound is $d_{\max}\cdot\max(N, D)\cdot 2.2\cdot10^{-16}$.

# %%
x_equal = np.array([[1.0, 1.0], [2.0, 2.0]])
u, d, vt = np.linalg.svd(x_equal, full_matrices=False)
print("singular values", d.round(6), "  u'y / d =", (u.T @ np.array([2.0, 4.0]))[0] / d[0])
print("first row of V' (its sign is free):", vt[0].round(4))

# %% [markdown]
# The decomposition has a second virtue: it never forms $x^\top x$. The **condition number** (条件数)
# $\kappa(x) = d_{\max}/d_{\min}$ says how much relative errors can be magnified. A target along the first $u_k$ is
# divided by $d_{\max}$ on its way to $w$, an error along the last one only by $d_{\min}$. And
# $\kappa(x^\top x) = \kappa(x)^2$: forming the product can cost twice as many digits. We measure it on powers
# of the body mass index, with $y$ made from known weights so that the right answer is known:

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
# Return the weights that minimize $\|xw - y\|^2$, and the shortest such weights when there are many. Add no column of
# ones: the caller does that. (The function is called by the name of the equation; it solves it without forming
# $x^\top x$.)
#
# *Example:* `x = [[1, 1], [2, 2]]`, `y = [2, 4]` gives `[1, 1]`.
#
# *Hint:* `np.linalg.svd(x, full_matrices=False)` returns the $u_k$ as columns, the singular values, and the
# $v_k$ as *rows*. Follow the table above. Leave out the singular values that rounding cannot tell from zero.

# %% nbgrader={"grade_id": "normal_equation", "solution": true}
def normal_equation(x, y):
    """Least-squares weights of least norm. x (N, D), y (N,) -> w (D,)."""
    ### BEGIN SOLUTION
    u, d, vt = np.linalg.svd(x, full_matrices=False)
    smallest = d.max() * max(x.shape) * np.finfo(float).eps
    keep = d > smallest
    return vt[keep].T @ ((u[:, keep].T @ y) / d[keep])
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_normal_equation", "grade": true, "points": 5}
check(normal_equation)

# %% [markdown]
# ## 7 · Step by step: gradient descent
#
# A formula for the minimum is a luxury. It exists because the loss is quadratic; with the logistic function
# of notebook 2.3 it is gone. It is expensive, too: forming $x^\top x$ takes about $ND^2$ multiplications,
# solving another $D^3/3$ or so, and the matrix alone needs $D^2$ numbers.

# %%
for features in [10, 1_000, 100_000]:
    print(f"D = {features:7,}: x'x takes {8 * features**2:14,} bytes, the gradient {8 * features:7,}")

# %% [markdown]
# **Gradient descent** (梯度下降) needs only the slope:
#
# $$w \leftarrow w - \eta\,\mathtt{dw},\qquad b \leftarrow b - \eta\,\mathtt{db},$$
#
# at about $2ND$ multiplications per step ($xw$, then $x^\top\mathtt{da}$). The **learning rate** (学习率) $\eta$ is
# ours to choose. Both gradients are computed first, at the old $w$ and $b$; then both parameters move.
# From the hand example with $\eta = 0.1$: $w = 2 + 0.1\cdot\tfrac73 \approx 2.233$, $b = -1 + 0.1 = -0.9$.
#
# ### Exercise: write the loop
#
# Fit a line to the four examples $x = (0, 1, 2, 3)$, $y = (1, 2, 2, 5)$ by gradient descent. Start at
# $w = 0$, $b = 0$, use $\eta = 0.1$ and make exactly five steps, with your own `mse_forward` and
# `mse_backward`. Store the value of $w$ after the fifth step in `quiz_descent`.
#
# *By hand:* the first step sees $a = (0, 0, 0, 0)$, so $\mathtt{da} = (-0.25, -0.5, -0.5, -1.25)$,
# $\mathtt{dw} = -5.25$, $\mathtt{db} = -2.5$, and leads to $w = 0.525$, $b = 0.25$.
#
# *Hint:* four things inside the loop, in this order: prediction, `da`, the two gradients, the two updates.

# %% nbgrader={"grade_id": "quiz_descent", "solution": true}
# quiz_descent = a number: w after five steps
### BEGIN SOLUTION
x_four, y_four = np.array([0.0, 1.0, 2.0, 3.0]), np.array([1.0, 2.0, 2.0, 5.0])
w_four, b_four = 0.0, 0.0
for _ in range(5):
    _, cache_four = mse_forward(w_four * x_four + b_four, y_four)
    da_four = mse_backward(cache_four)
    dw_four, db_four = np.sum(da_four * x_four), np.sum(da_four)
    w_four, b_four = w_four - 0.1 * dw_four, b_four - 0.1 * db_four
quiz_descent = float(w_four)
### END SOLUTION

# %% nbgrader={"grade_id": "check_quiz_descent", "grade": true, "points": 3}
check.quiz("quiz_descent", quiz_descent)

# %% [markdown]
# ### How long may a step be?
#
# A reminder from notebook 1.4 ("Any quadratic bowl, in its own coordinates"), in this chapter's letters: every
# least-squares problem is a ravine whose directions shrink independently. Let $w^*$ be the minimum and
# $\delta = w - w^*$ the error. The gradient is
#
# $$\mathtt{dw} = \tfrac1N x^\top(xw - y) = \tfrac1N x^\top x\,(w - w^*) + \tfrac1N x^\top(xw^* - y) = H\delta ,$$
#
# because the last term is zero: that is the normal equation. $H = \tfrac1N x^\top x$, shape $(D, D)$, is the
# **Hessian** (海森矩阵), the matrix of second derivatives. One step gives
#
# $$\delta \leftarrow \delta - \eta H \delta = (I - \eta H)\,\delta .$$
#
# $H$ is symmetric, so it has perpendicular eigenvectors. They are the $v_k$ of the SVD, with eigenvalues
# $c_k = d_k^2/N$. Along $v_k$ the error is multiplied by $1 - \eta c_k$ in every step, independently of all
# other directions. So, as found there:
#
# - **The limit.** All factors lie between −1 and 1 exactly when $\eta < 2/c_{\max}$. The steepest direction
#   decides.
# - **The time.** Near the limit the flattest direction shrinks by the factor
#   $1 - \eta c_{\min} \approx e^{-\eta c_{\min}}$ in each step, so it takes about $1/(\eta c_{\min})$ steps to shrink
#   by a factor of $e$. With $\eta \approx 2/c_{\max}$ that is half the condition number of $H$, $c_{\max}/c_{\min}$ (the square
#   of $\kappa(x)$).
# - **The best rate.** The slowest factor is $\max(|1 - \eta c_{\min}|, |1 - \eta c_{\max}|)$. From
#   $\eta = 1/c_{\max}$ on, raising $\eta$ makes the first smaller and the second larger; the best is where they are
#   equal, $1 - \eta c_{\min} = \eta c_{\max} - 1$:
#
# $$\eta_{\text{best}} = \frac{2}{c_{\min} + c_{\max}}, \qquad
# \text{factor of one step } \frac{c_{\max} - c_{\min}}{c_{\max} + c_{\min}} .$$
#
# **By hand.** $c = (1, 4)$: the limit is 0.5, the best rate 0.4, and with it both errors shrink to
# $|1 - 0.4| = |1 - 1.6| = 0.6$ of their size in each step.
#
# For a large condition number the best rate is close to the limit: $\eta_{\text{best}}$ is
# $c_{\max}/(c_{\min} + c_{\max})$ times the limit.
#
# What is new in this chapter is the question of time: which rate is best after 40 steps, and which after 1000?

# %% tags=["experiment"]
features, target = patients.data, progression - progression.mean()
standard = (features - features.mean(axis=0)) / features.std(axis=0)


def curvatures(x):
    """Eigenvalues of the Hessian, the smallest first."""
    return np.linalg.eigvalsh(x.T @ x / len(x))


ones = np.ones(len(bmi))
for name, x in [("bmi, raw", np.column_stack([bmi, ones])),
                ("bmi, standardized", np.column_stack([(bmi - bmi.mean()) / bmi.std(), ones])),
                ("10 features, raw", np.column_stack([features, ones])),
                ("10 features, standardized", np.column_stack([standard, ones]))]:
    c = curvatures(x)
    print(f"{name:27s} limit {2 / c[-1]:9.2g}   best rate {2 / (c[0] + c[-1]):9.2g}   "
          f"condition number {c[-1] / c[0]:9.2g}")

# %% [markdown]
# Standardizing makes the bowl of one feature perfectly round: condition number 1, and at the best rate one
# step arrives. For the raw index the same number is 26,000. With all ten features standardizing takes it from
# fifty million to 470; the rest is correlation between features, which rescaling cannot remove.
#
# Two features that almost repeat each other, total cholesterol (`s1`) and LDL cholesterol (`s2`), make a
# valley that can be drawn. The **correlation** (相关系数) $\rho$ of two standardized features is the mean of their product. So their
# Hessian $\tfrac1N x^\top x$ has the mean squares, 1, on its diagonal and $\rho$ beside it:
#
# $$H = \begin{pmatrix} 1 & \rho\\ \rho & 1 \end{pmatrix}, \qquad
# H\begin{pmatrix} 1\\ 1 \end{pmatrix} = (1 + \rho)\begin{pmatrix} 1\\ 1 \end{pmatrix}, \qquad
# H\begin{pmatrix} 1\\ -1 \end{pmatrix} = (1 - \rho)\begin{pmatrix} 1\\ -1 \end{pmatrix} .$$
#
# The eigenvalues $1 + \rho$ and $1 - \rho$ have the sum 2, so the best rate is exactly $2/2 = 1$.
#
# **Predict, then run.** The correlation here is 0.9, so the limit is $2/1.9$. After 40 steps, at which rate on
# the slider is the loss lowest: below half the limit, between half and nine tenths of it, or within the last tenth?

# %% tags=["experiment", "nbval-ignore-output"]
# About 5 s on an ordinary laptop.
pair = standard[:, [patients.feature_names.index("s1"), patients.feature_names.index("s2")]]
best = normal_equation(pair, target)
lowest = mse_forward(pair @ best, target)[0]
limit = 2 / curvatures(pair)[-1]


def descend(x, y, start, lr, steps):
    """Weights (steps + 1, D) along gradient descent on the mean squared error."""
    path = [np.array(start, dtype=float)]
    for _ in range(steps):
        _, cache = mse_forward(x @ path[-1], y)
        path.append(path[-1] - lr * (x.T @ mse_backward(cache)))
    return np.array(path)


axis = np.linspace(-75, 75, 61)
surface = np.array([[mse_forward(pair @ np.array([w1, w2]), target)[0] - lowest for w1 in axis]
                    for w2 in axis])
c, v = np.linalg.eigh(pair.T @ pair / len(pair))
frames, labels = [], []
for rate in [0.02, 0.1, 0.3, 0.5, 0.8, 1.0, limit, 1.02 * limit]:
    path = descend(pair, target, [20.0, 60.0], rate, 40)
    parts = 0.5 * c * ((path - best) @ v) ** 2  # the loss above the minimum, direction by direction
    fig, (left, right) = plt.subplots(1, 2, figsize=(8, 3.5))
    left.contour(axis, axis, surface, levels=np.geomspace(5, 8000, 12), colors="0.75", linewidths=0.8)
    left.plot(*path.T, ".-", color="C0", lw=1)
    left.plot(*best, "k*", ms=11, zorder=3)
    left.set(xlim=(-75, 75), ylim=(-75, 75), xlabel="weight of s1", ylabel="weight of s2", aspect="equal")
    right.semilogy(np.maximum(parts[:, 1], 1e-9), "--", color="C1", label=f"steep, c = {c[1]:.2f}")
    right.semilogy(np.maximum(parts[:, 0], 1e-9), ":", color="C2", lw=2.2, label=f"flat, c = {c[0]:.2f}")
    right.semilogy(np.maximum(parts.sum(axis=1), 1e-9), color="C0", lw=1.2, label="together")
    right.set(xlabel="step", ylabel="loss above the minimum", ylim=(1e-3, 1e6))
    right.legend(loc="lower left")
    fig.suptitle(f"learning rate {rate:.3f} = {rate / limit:.2f} × limit")
    frames.append(fig)
    labels.append(f"{rate:.3f}")
plot.slider(frames, labels, "Gradient descent in a valley: learning rate", start=5, still=(0, 5, 7))

# %% tags=["experiment"]
print(f"correlation {np.corrcoef(pair.T)[0, 1]:.3f}, curvatures {curvatures(pair).round(3)}, "
      f"limit {limit:.3f}")
for rate in [0.5, 0.8, 1.0, 0.99 * limit]:
    gap = mse_forward(pair @ descend(pair, target, [20.0, 60.0], rate, 40)[-1], target)[0] - lowest
    print(f"rate {rate:.3f}: loss above the minimum after 40 steps {gap:.3f}")

# %% [markdown]
# *What to see, moving the slider from left to right:* small steps slide down the wall and then creep along
# the floor of the valley. On the right, the loss is the sum of two parts, each a straight line on the log scale: the
# steep direction is gone first, then the flat one sets the pace. With larger rates the flat line falls faster. So does the steep
# one up to half the limit, where one step arrives; from there on it falls more slowly. At the best rate, 1, they are parallel; in the long run no rate is faster. Within
# these 40 steps 0.8, about three quarters of the limit, is still ahead, because this start lies high up the
# steep wall; so the answer to the question is the second one. At the limit the steep
# direction does not shrink at all, and at 1.02 times the limit it grows.
#
# ### A sweep over learning rates
#
# Now all ten features. For each learning rate: how far above the minimum the loss is after 10, 100 and
# 1000 steps. The targets are repeated in columns, so that one call of your functions works on all learning
# rates side by side, one in each column.

# %% tags=["experiment"]
floor = mse_forward(standard @ normal_equation(standard, target), target)[0]
c = curvatures(standard)
limit_all, best_rate = 2 / c[-1], 2 / (c[0] + c[-1])
rates = np.sort(np.concatenate([np.geomspace(1e-4, 1, 41), limit_all * np.linspace(0.7, 1.05, 36)]))


def gaps(w):
    """Loss above the minimum of each column of weights, w (D, rates) -> (rates,)."""
    return np.mean((standard @ w - target[:, None]) ** 2, axis=0) / 2 - floor


w_all = np.zeros((10, len(rates)))
columns = np.repeat(target[:, None], len(rates), axis=1)
after = {}
for step in range(1, 1001):
    _, cache = mse_forward(standard @ w_all, columns)
    w_all = np.clip(w_all - rates * (standard.T @ mse_backward(cache)), -1e6, 1e6)  # explosions stop here
    if step in (10, 100, 1000):
        after[step] = gaps(w_all)

fig, ax = plt.subplots(figsize=(8, 4))
for (steps, gap), color, marker in zip(after.items(), ["C2", "C1", "C0"], ["s:", "^--", "o-"]):
    ax.loglog(rates, gap, marker, color=color, ms=3, label=f"after {steps} steps")
    lowest_at = np.argmin(gap)
    ax.loglog(rates[lowest_at], gap[lowest_at], marker[0], color="k", ms=7)
    half = np.interp(limit_all / 2, rates, gap)
    print(f"after {steps:4d} steps: best rate {rates[lowest_at] / limit_all:.2f} × limit, "
          f"loss above the minimum {gap[lowest_at]:.3f} (at half the limit {half:.3f})")
ax.axvline(limit_all, color="k", lw=1, ls=":")
ax.text(limit_all * 1.1, 0.1, "limit\n2/c_max", fontsize=9)
ax.set(ylim=(1e-3, 1e5), xlabel="learning rate", ylabel="loss above the minimum")
ax.legend(loc="lower left")
plt.show()
print(f"limit {limit_all:.3f}, 2/(c_min + c_max) = {best_rate:.4f} = {best_rate / limit_all:.3f} × limit")

# %% [markdown]
# *What to see:* the curves for 10 and 100 steps are flat on the left (the steps were too short to get anywhere); each curve falls, and then turns up into a wall at $2/c_{\max}$. More steps widen the range that works, to the left only; the wall does
# not move. The best rate (black marks) lies close to the wall, the closer the longer the training: with more
# steps the flat directions are what is left to do. (The shelf near 10 in the longer curves is the flattest direction, which at these rates has not moved yet.) After 1000 steps the loss is 0.002 above the
# minimum at the best rate, and 0.16 at half the limit. Hence the practice for problems whose wall nobody
# can compute: try powers of ten, then refine below the first one that explodes.

# %% [markdown]
# ## Quiz
#
# **1.** What is half the mean squared error of $a = (1, 3, 5)$ against $y = (2, 3, 2)$? Store the number in
# `quiz_mse`.

# %% nbgrader={"grade_id": "quiz_mse", "solution": true}
# quiz_mse = ...
### BEGIN SOLUTION
quiz_mse = (1 + 0 + 9) / 6
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
# - Squared error is maximum likelihood for Gaussian noise of one width; its minimum estimates half the
#   variance of the noise.
# - `da = (a − y)/N`, `dw = x.T @ da`, `db = da.sum()`. The shapes dictate the products.
# - The best prediction is the projection of $y$ on what the columns of $x$ can produce. Compute it through
#   the SVD, which also handles columns that repeat each other.
# - Gradient descent multiplies the error along $v_k$ by $1 - \eta c_k$ at each step: stable below $2/c_{\max}$, best at
#   $2/(c_{\min} + c_{\max})$, slow along the flat directions. Standardize the features.
#
# Next, notebook 2.2: how to find out whether a gradient is right.
