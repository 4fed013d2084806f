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
# ## 1.2 · Four kinds of learning
#
# The kinds differ in one thing: **what the learner is told.**
#
# | kind | what it is told | what it has to find | run in this notebook |
# |---|---|---|---|
# | supervised (监督学习) | examples $x$ *and* their right answers $y$ | a function $x \mapsto y$ | nearest neighbors on digits, ridge regression on diabetes patients |
# | unsupervised (无监督学习) | examples $x$ only | structure in them: groups, directions, densities | k-means on iris flowers and digits, PCA on digits |
# | semi-supervised (半监督学习) | a few $x$ with $y$, many $x$ without | a function $x \mapsto y$, better than from the few alone | self-training with 5% of the digits' labels |
# | reinforcement (强化学习) | a reward now and then, as a consequence of its own actions | how to act | Q-learning on a grid |
#
# You will write the heart of each method, five to ten lines, and then run it.
#
# **Shapes in this part**
#
# | symbol | in code | shape | meaning |
# |---|---|---|---|
# | $x, y$ | `x_train`, `y_train` | `(N, D)`, `(N,)` | examples in rows, and their answers |
# | $m$ | `centers` | `(K, D)` | the centers of $K$ clusters |
# | $\phi, w$ | `phi`, `w` | `(N, M)`, `(M,)` | features with a column of ones in front, and their weights |
# | $Q$ | `q` | (states, actions) | value of each action in each state |
#
# In the shapes of inputs, `n` counts the examples of any group, such as new ones, and `U` the unlabeled ones.

# %%
import matplotlib.pyplot as plt
import numpy as np

from autograder import check
from nnkit import plot

plot.style()

# %% tags=["experiment"]
# What only the experiments need: data and ready-made models.
from sklearn.datasets import load_diabetes, load_digits, load_iris, make_moons
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

from nnkit.plot import ch01_data, ch01_grid, ch01_maps

x_all, y_all = load_digits(return_X_y=True)
x_train, x_test, y_train, y_test = train_test_split(
    x_all / 16, y_all, test_size=360, random_state=0, stratify=y_all
)

# %% [markdown]
# ## 1 · Supervised learning: neighbors
#
# Two tasks share the name. When $y$ is one of a few classes it is **classification** (分类); when $y$ is a number it is
# **regression** (回归).
#
# The simplest classifier of all remembers every training example. Asked about a new one, it looks up the $k$ examples that lie
# nearest and lets them vote: **$k$ nearest neighbors** ($k$ 近邻, kNN). Near means small Euclidean distance,
#
# $$\lVert x_i - x \rVert = \sqrt{\textstyle\sum_{j=1}^D (x_{ij} - x_j)^2}\,.$$
#
# The square root does not change who is nearest, so it may be left out.
#
# *Why should neighbors know?* Suppose that at $x$ the label is 1 with probability $g(x)$ and 0 otherwise, and that $g$ changes little from $x$ to its neighbors. Write $g$ for $g(x)$, and let $g < \frac12$. The best possible
# answer is 0, and errs with probability $g$. One neighbor has the label 1 with about the same probability $g$, independently. Its answer is wrong when it says 1 and the truth is 0, or the other way round:
#
# $$\underbrace{g\,(1 - g)}_{\text{says 1, is 0}} + \underbrace{(1 - g)\, g}_{\text{says 0, is 1}} = 2g\,(1 - g) \;\le\; 2g .$$
#
# So with enough examples, one neighbor makes at most *twice* the smallest possible error (Cover and Hart, 1967). More votes bring it down further. For $g = 0.2$ the best is 0.2 and one neighbor errs with 0.32. Three neighbors say 1 with probability
# $3 g^2 (1 - g) + g^3 = 0.104$, and err with $0.104 \cdot 0.8 + 0.896 \cdot 0.2 \approx 0.262$. The price: the third neighbor lies farther away, where $g$ may be different. So $k$ is a compromise, and the next experiment looks for it.
#
# *By hand:* training points $0, 1, 3$ with labels $7, 7, 5$, and a new point $2.2$. The distances are $2.2, 1.2, 0.8$. For $k = 1$ the nearest is $3$, and
# the answer is 5. For $k = 3$ the votes are 7, 7, 5, and the answer is 7. For $k = 2$ the vote is one to one: our rule for a tie is *the
# smallest label wins*, so the answer is 5. (When two *distances* are equal, either example may be taken for the nearer; the check avoids such inputs.)
#
# **Task.** Write `knn_predict(x_train, y_train, x, k) -> y_pred`, shapes `(N, D), (N,), (n, D) -> (n,)`. Labels may be any integers.
#
# *Hint:* `np.unique` sorts labels, and can count them (`return_counts`) or number them (`return_inverse`); `argmax` returns the first of several maxima.


# %% nbgrader={"grade_id": "knn_predict", "solution": true}
def knn_predict(x_train, y_train, x, k):
    """The majority label among the k nearest training examples (Euclidean; ties to the smallest label).

    x_train (N, D), y_train (N,) integers, x (n, D) -> y_pred (n,).
    """
    ### BEGIN SOLUTION
    labels, number = np.unique(y_train, return_inverse=True)  # sorted; number (N,) counts from 0
    y_pred = np.empty(len(x), dtype=labels.dtype)
    for i, query in enumerate(x):
        squared_distance = ((x_train - query) ** 2).sum(axis=1)  # (N,)
        nearest = np.argsort(squared_distance, kind="stable")[:k]
        votes = np.bincount(number[nearest])
        y_pred[i] = labels[np.argmax(votes)]
    return y_pred
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_knn_predict", "grade": true, "points": 7}
check(knn_predict)

# %% [markdown]
# Two features can be drawn. The slider changes $k$. The two left panels show two training sets, A and B, drawn from the same source, two half moons that reach into each other, blurred by noise; each background color is what your function answers there. The right panel has the mean training and
# validation error (the error on new points) of 12 such sets, each with 100 points of its own to learn from and 100 to be judged by. **Predict:** for which $k$ is the *training* error smallest? And the validation error?

# %% tags=["experiment", "nbval-ignore-output"]
# About 8 s on an ordinary laptop.
ks = (1, 3, 5, 9, 15, 25, 41, 61, 81, 95)
sets = [make_moons(100, noise=0.35, random_state=seed) for seed in range(12)]
new_points = [make_moons(100, noise=0.35, random_state=1000 + seed) for seed in range(12)]
errors = np.zeros((len(ks), 2))  # training and validation error, means of the 12 sets
for (x, y), (x_val, y_val) in zip(sets, new_points):
    for i, k in enumerate(ks):
        errors[i, 0] += np.mean(knn_predict(x, y, x, k) != y) / 12
        errors[i, 1] += np.mean(knn_predict(x, y, x_val, k) != y_val) / 12
frames = [ch01_data.neighbors_frame(knn_predict, sets[:2], k, ks, errors) for k in ks]
plot.slider(frames, [f"k = {k}" for k in ks], "neighbors", start=4, still=(0, 4, 9))

# %% tags=["experiment"]
for k, (training, validation) in zip(ks, errors):
    print(f"k = {k:2d}: training error {training:.3f}, validation error {validation:.3f}")

# %% [markdown]
# **What to see:** at $k = 1$ every training point lies in a region of its own color, and a stray point makes an island. The training error is 0, and it says nothing: each point is its own nearest neighbor. The regions of A and B differ widely, because both follow the luck of their points. With
# growing $k$ the border becomes smoother and more alike in A and B, and the validation error falls. At the right end nearly everybody votes everywhere, the bend of the moons is lost, and both errors rise. The
# validation error has its smallest value in between. Notebook 1.3 has names for the two ways to be wrong: variance on the left, bias on the right.
#
# Now the digits, where the neighbors live in 64 dimensions.

# %% tags=["experiment"]
for k in (1, 3, 10, 30, 100, 300):
    score = np.mean(knn_predict(x_train, y_train, x_test, k) == y_test)
    print(f"k = {k:3d}: test accuracy {score:.3f}")

# %% tags=["experiment"]
wrong = np.flatnonzero(knn_predict(x_train, y_train, x_test, 3) != y_test)[:4]
fig, axes = plt.subplots(4, 4, figsize=(5.2, 6.2), layout="constrained")
for row, i in zip(axes, wrong):
    nearest = np.argsort(((x_train - x_test[i]) ** 2).sum(axis=1))[:3]
    votes = np.bincount(y_train[nearest])
    shown = [(x_test[i], f"true {y_test[i]}, called {votes.argmax()}")] + [
        (x_train[j], f"neighbor: {y_train[j]}") for j in nearest
    ]
    for ax, (image, title) in zip(row, shown):
        ax.imshow(image.reshape(8, 8), cmap="gray_r", vmin=0, vmax=1)
        ax.set_title(title, fontsize=8.5, color="C1" if ax is row[0] else "0.2")
        ax.set(xticks=[], yticks=[])
        ax.grid(False)
        ax.spines[:].set(visible=ax is row[0], color="C1", linewidth=2)
plt.show()
mistakes = np.sum(knn_predict(x_train, y_train, x_test, 3) != y_test)
print(f"mistakes with k = 3: {mistakes} of {len(y_test)}")

# %% [markdown]
# **What to see:** each row is one mistake (the first four), with the three training images that caused it. A
# method that can show its reasons is worth something, even when it is wrong.
#
# The list above also shows the first of many settings that are *not* learned: with $k = 300$ the vote includes images of other digits,
# and accuracy falls. A setting that is chosen from outside is called a **hyperparameter** (超参数). Notebook 1.3 is about how to choose it.

# %% [markdown]
# ## 2 · Supervised learning: ridge regression
#
# Now $y$ is a number. The model is a weighted sum of features, $\hat y = \phi\, w$, where $\phi$ is `(N, M)`, $w$ is `(M,)`, and
# column 0 of $\phi$ is all ones, so that $w_0$ is a constant offset.
#
# *Criterion.* Small squared errors, and small weights. The second part is the **ridge** (岭回归) penalty: among weights that
# fit nearly equally well, prefer the modest ones (Hoerl and Kennard, 1970; Tikhonov had the same idea for ill-posed equations). The offset is left free, since where zero lies on the scale of $y$ says nothing
# about how complicated the model is:
#
# $$J(w) = \lVert \phi w - y \rVert^2 + \lambda \lVert w_{1:} \rVert^2 = \lVert \phi w - y \rVert^2 + \lambda\, w^\top I_0 w, \qquad I_0 = \operatorname{diag}(0, 1, \dots, 1).$$
#
# *Algorithm.* $J$ is a bowl: quadratic in $w$ and never negative. At its lowest point the gradient vanishes (the gradient of a quadratic is the first example in "The mathematics you need" of notebook 1.1),
#
# $$\nabla J = 2 \phi^\top (\phi w - y) + 2 \lambda I_0 w = 0 \quad\Longleftrightarrow\quad (\phi^\top \phi + \lambda I_0)\, w = \phi^\top y .$$
#
# Shapes: $\phi^\top \phi$ is `(M, N) @ (N, M) = (M, M)` and $\phi^\top y$ is `(M, N) @ (N,) = (M,)`. So there are $M$ linear equations for $M$ weights: this is one of the rare criteria whose minimum can be computed in one stroke.
#
# *Is a point where the gradient vanishes the lowest?* Go from a solution $w$ any way $v$, `(M,)`, and multiply out. The terms with a single $v$ add up to $v^\top \nabla J = 0$, so
#
# $$J(w + v) = J(w) + \lVert \phi v \rVert^2 + \lambda \lVert v_{1:} \rVert^2 \;\ge\; J(w) .$$
#
# No point is lower. And for $\lambda > 0$ no other point is as low: both squares are 0 only if $v_{1:} = 0$ and $\phi v = 0$, so that $v_0$, which multiplies the ones, is 0 too. So there is exactly one solution. The first of the equations, the one of the
# ones, contains no $\lambda$ and says that the errors add up to 0: the line goes through the mean point.
#
# *By hand:* $x = 0, 1, 2$ and $y = 1, 2, 4$, features $(1, x)$. Without penalty the equations are
# $\begin{pmatrix} 3 & 3 \\ 3 & 5 \end{pmatrix} w = \begin{pmatrix} 7 \\ 10 \end{pmatrix}$, so $w = (0.833, 1.5)$. With $\lambda = 2$ the 5 becomes
# a 7 and $w = (1.583, 0.75)$: half the slope, and the line still goes through the mean point $(1, 7/3)$.
#
# *Which way do things move when $\lambda$ grows?* Let $w$ be best for $\lambda$ and $w'$ for a larger $\lambda'$. Each is best for its own: $J_\lambda(w) \le J_\lambda(w')$ and $J_{\lambda'}(w') \le J_{\lambda'}(w)$. Add the two; the squared
# errors cancel, and $(\lambda' - \lambda)\,(\lVert w'_{1:} \rVert^2 - \lVert w_{1:} \rVert^2) \le 0$ is left. So the weights can only shrink. Then the first inequality says that the squared error can only grow.
#
# **Task.** Write `ridge_fit(phi, y, lam) -> w`, shapes `(N, M), (N,) -> (M,)`.
#
# *Hint:* solve the linear equations with `np.linalg.solve`; an inverse is never needed.


# %% nbgrader={"grade_id": "ridge_fit", "solution": true}
def ridge_fit(phi, y, lam):
    """The w that minimizes ||phi w - y||^2 + lam ||w[1:]||^2; phi's column 0 is the constant feature.

    phi (N, M), y (N,), lam >= 0 -> w (M,).
    """
    ### BEGIN SOLUTION
    phi = np.asarray(phi, dtype=float)
    penalty = lam * np.eye(phi.shape[1])
    penalty[0, 0] = 0.0  # the offset is free
    return np.linalg.solve(phi.T @ phi + penalty, phi.T @ y)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_ridge_fit", "grade": true, "points": 8}
check(ridge_fit)

# %%
by_hand = np.column_stack([np.ones(3), [0, 1, 2]])
for lam in (0, 2):
    print(f"lam = {lam}: w =", ridge_fit(by_hand, np.array([1, 2, 4]), lam).round(3))

# %% [markdown]
# *On real data.* 442 diabetes patients: age, sex, body mass index, blood pressure and six blood values. The target is a
# score of how far the disease has progressed a year later (25 to 346). To make the learner's life hard we let it see only 30
# patients. The answer depends heavily on which 30, so we repeat with 100 random choices.
#
# **Predict, then run:** as $\lambda$ grows from almost nothing to very large, which way does the error on the 30 patients go, and which way the error on the 412 others?

# %% tags=["experiment"]
patients, score = load_diabetes(return_X_y=True, scaled=False)
lams = np.logspace(-2, 4, 25)
rng = np.random.default_rng(0)
error_train, error_test, weights = np.zeros((100, 25)), np.zeros((100, 25)), np.zeros((100, 25, 10))
baseline = []
for repeat in range(100):
    order = rng.permutation(len(score))
    few, rest = order[:30], order[30:]
    scaler = StandardScaler().fit(patients[few])
    phi = np.column_stack([np.ones(len(score)), scaler.transform(patients)])
    baseline.append(np.sqrt(np.mean((score[rest] - score[few].mean()) ** 2)))
    for j, lam in enumerate(lams):
        w = ridge_fit(phi[few], score[few], lam)
        weights[repeat, j] = w[1:]
        error_train[repeat, j] = np.sqrt(np.mean((phi[few] @ w - score[few]) ** 2))
        error_test[repeat, j] = np.sqrt(np.mean((phi[rest] @ w - score[rest]) ** 2))
fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3.5))
names = load_diabetes().feature_names
middle = weights.mean(axis=0)  # (25, 10)
left.semilogx(lams, middle, color="0.7", linewidth=1.2)
for i, j in enumerate(np.argsort(-np.abs(middle[0]))[:4]):
    left.semilogx(lams, middle[:, j], color=f"C{i}", linestyle=("-", "--", "-.", ":")[i])
    left.text(lams[0] / 1.3, middle[0, j], names[j], color=f"C{i}", ha="right", va="center")
left.set(xlabel="penalty strength λ", ylabel="weight, mean of 100 choices", title="weights")
left.set_xlim(left=lams[0] / 8)
right.semilogx(lams, error_train.mean(axis=0), label="the 30 patients learned from")
right.semilogx(lams, error_test.mean(axis=0), "--", label="the 412 others")
right.axhline(np.mean(baseline), color="0.4", linestyle=":", label="always say the mean")
right.set(xlabel="penalty strength λ", ylabel="root mean squared error (score)", title="errors")
right.legend(fontsize=8, loc="center left", bbox_to_anchor=(0, 0.33))
plt.show()
best = error_test.mean(axis=0).argmin()
print(f"always say the mean: test error {np.mean(baseline):.1f}")
for j, name in ((0, "almost no penalty"), (best, "best penalty"), (24, "huge penalty")):
    known, new = error_train.mean(axis=0)[j], error_test.mean(axis=0)[j]
    print(f"{name:18s} lam = {lams[j]:8.2f}: training error {known:.1f}, test error {new:.1f}")

# %% [markdown]
# **What to see:** on the left the penalty presses the weights toward zero (a single one may grow for a while; their sum of squares cannot). The four that are largest without it bear their names. `s1`, a measure of cholesterol, even changes its sign on the way: it nearly repeats other blood values, and without a penalty they pull against one another. On the right the training error grows with $\lambda$,
# while the error on new patients first falls, then rises. Fitting the known patients *less* well predicts unknown ones better,
# up to a point. With a huge penalty the model predicts almost the mean for everybody.

# %% [markdown]
# ## 3 · Unsupervised learning: k-means
#
# No labels now. Can $N$ examples be described by a few typical ones? Then $K D$ numbers and $N$ labels replace $N D$ numbers; and groups that exist in the data may come to light.
# **k-means** ($k$ 均值聚类) (Lloyd, 1957; the name is MacQueen's, 1967) describes $N$ points by $K$ centers $m_1 \dots m_K$ and says for each point which center it belongs
# to, its **cluster** (簇). When every point is replaced by its center, the error made is the total squared distance of the points from their centers. That is the criterion:
#
# $$J = \sum_{i=1}^N \lVert x_i - m_{\ell(i)} \rVert^2, \qquad \ell(i) \in \{0, \dots, K - 1\} .$$
#
# Both the labels $\ell$ and the centers $m$ are unknown. The algorithm takes turns:
#
# 1. *centers fixed:* give each point to its nearest center. Each term of $J$ becomes as small as it can be.
# 2. *labels fixed:* move each center to the mean $\bar x$ of its $n$ points. That is the best place, because for any point $m$
#    $$\sum_i \lVert x_i - m \rVert^2 = \sum_i \lVert x_i - \bar x \rVert^2 + n \lVert \bar x - m \rVert^2$$
#    (write $x_i - m = (x_i - \bar x) + (\bar x - m)$; the mixed term is $2 (\bar x - m)^\top \sum_i (x_i - \bar x) = 0$).
#
# So neither half of a step can raise $J$. *Does it come to rest?* That $J$ does not rise is not enough: the labels might go round in a circle at equal $J$. But a point changes its label only if the new center is strictly nearer,
# and then $J$ falls strictly, or if it is equally near and has the lower index. So whenever the labels change, either $J$ falls, or it stays and the sum of the indices falls. No labeling can therefore come back. There are finitely many ways
# to label $N$ points; hence the process ends. Not necessarily at the smallest $J$ of all.
#
# *By hand:* points $0, 1, 4, 5$, centers $0, 1$. Step 1 gives the labels $0, 1, 1, 1$ and centers $0$ and $10/3$. The next step gives $0, 0, 1, 1$
# and centers $0.5$ and $4.5$. After that nothing moves. $J$ fell from 25 (first labels, old centers) to 1.
#
# **Task.** Write `kmeans_step(x, centers) -> (labels, new_centers)`, shapes `(N, D), (K, D) -> (N,), (K, D)`: the labels refer to the *old*
# centers, a tie goes to the lower index, and a center without points stays where it is.
#
# *Hint:* `x[:, None] - centers` has shape `(N, K, D)`.


# %% nbgrader={"grade_id": "kmeans_step", "solution": true}
def kmeans_step(x, centers):
    """One step of k-means: label by nearest old center, then move each center to its cluster's mean.

    x (N, D), centers (K, D) -> labels (N,), new_centers (K, D). An empty cluster keeps its center.
    """
    ### BEGIN SOLUTION
    squared_distance = ((x[:, None] - centers) ** 2).sum(axis=2)  # (N, K)
    labels = squared_distance.argmin(axis=1)
    new_centers = np.array(centers, dtype=float)  # a copy: the caller's centers stay as they are
    for j in range(len(centers)):
        if np.any(labels == j):
            new_centers[j] = x[labels == j].mean(axis=0)
    return labels, new_centers
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_kmeans_step", "grade": true, "points": 7}
check(kmeans_step)

# %% [markdown]
# *In motion:* 150 iris flowers, two of their measurements. The three starting centers are badly chosen on purpose.

# %% tags=["experiment"]
iris = load_iris()
petals = iris.data[:, 2:]
centers = np.array([[1.0, 0.2], [1.7, 0.3], [1.5, 0.6]])
fig, axes = plt.subplots(2, 3, figsize=(9, 5.2), sharex=True, sharey=True)
panels = dict(zip((1, 2, 3, 7, 9, 15), axes.flat))
criteria = []
way = [centers]  # where the centers have been
for step in range(1, 16):
    labels, new_centers = kmeans_step(petals, centers)
    criterion = ((petals - centers[labels]) ** 2).sum()
    criteria.append(round(float(criterion), 1))
    if step in panels:
        ax = panels[step]
        for j in range(3):
            ax.scatter(*petals[labels == j].T, s=16, marker="os^"[j], color=f"C{j}", alpha=0.4)
            ax.plot(*np.array(way)[:, j].T, ".-", color=f"C{j}", markeredgecolor="0.1")
            ax.plot(*centers[j], "X", color=f"C{j}", markeredgecolor="black", markersize=10)
        ax.set_title(f"step {step}:  J = {criterion:.1f}")
    centers = new_centers
    way.append(centers)
for ax in axes[1]:
    ax.set_xlabel("petal length (cm)")
for ax in axes[:, 0]:
    ax.set_ylabel("petal width (cm)")
plt.show()
print("J after labeling, steps 1 to 15:", *criteria)
print("clusters against species (setosa, versicolor, virginica):")
print(np.array([[np.sum((labels == j) & (iris.target == s)) for s in range(3)] for j in range(3)]))

# %% [markdown]
# **What to see:** crosses are the centers that labeled the points; the line behind a cross shows where that center has been, with a black dot for each step. $J$ never rises, but it can stay almost
# the same for a while (steps 3 to 7) before it falls again. In the end the clusters are nearly the three species (last table: clusters in rows,
# species in columns), though no species was ever mentioned.
#
# Now the digits, $K = 10$, from 20 random starts. **Predict, then run:** which digits will have a cluster almost to themselves, and which will share one?

# %% tags=["experiment"]
# About 3 s on an ordinary laptop.
rng = np.random.default_rng(0)
runs = []
for _ in range(20):
    centers = x_train[rng.choice(len(x_train), 10, replace=False)]
    previous = None
    while previous is None or np.any(centers != previous):  # until nothing moves
        previous = centers
        labels, centers = kmeans_step(x_train, centers)
    runs.append((((x_train - centers[labels]) ** 2).sum(), centers, labels))
runs.sort(key=lambda run: run[0])
purity = []
for _, _, labels in runs:
    in_majority = [
        np.bincount(y_train[labels == j]).max() for j in range(10) if np.any(labels == j)
    ]
    purity.append(sum(in_majority) / len(y_train))
best_j, centers, labels = runs[0]
fig, axes = plt.subplots(1, 10, figsize=(9, 1.5))
for j, ax in enumerate(axes):
    counts = np.bincount(y_train[labels == j], minlength=10)
    ax.imshow(centers[j].reshape(8, 8), cmap="gray_r")
    ax.set_title(f"{counts.argmax()}: {counts.max() / counts.sum():.0%}", fontsize=9)
    ax.axis("off")
plt.show()
print(f"J at rest, 20 starts: best {runs[0][0]:.0f}, worst {runs[-1][0]:.0f}")
print(
    f"share of images in the majority of their cluster: best run {purity[0]:.2f}, worst run {purity[-1]:.2f}"
)

# %% [markdown]
# **What to see:** the ten centers of the best run, each with its most common digit and that digit's share. Most centers are blurred digits: the groups were
# in the images, not in the labels. Here 0, 4 and 6 have a cluster almost to themselves; those of 1, 8 and 9 have a share near one half and mix two digits or more: k-means groups by ink, not by meaning.
# The spread of $J$ over the starts shows that coming to rest is not the same as finding the best. Hence two remedies: keep the best of several starts, as here; or take as starts examples that lie far from one another, each drawn with a probability proportional to its squared distance from those already taken (*k-means++*, Arthur and Vassilvitskii, 2007).
#
# ### And PCA
#
# You wrote PCA in notebook 1.1. It too is unsupervised: it saw no label. And it shares the criterion of k-means, the squared error of describing each example by less (there by one of $K$ centers, here by $k$ numbers). For its criterion has a second reading: the $k$ directions of largest
# variance are those from which the images can be rebuilt with the smallest squared error. For one example with coordinates $z_j = \tilde x_i^\top u_j$, Pythagoras says $\lVert \tilde x_i \rVert^2 = \sum_{j \le k} z_j^2 + \sum_{j > k} z_j^2$: what is kept plus what
# is lost. The total does not depend on the directions, so keeping most means losing least. (Here we use scikit-learn's version.)

# %% tags=["experiment"]
counts = (1, 2, 5, 10, 21, 64)
fig, axes = plt.subplots(2, 7, figsize=(8.5, 2.8))
for first_row, row, example in ((True, axes[0], 2), (False, axes[1], 6)):
    row[0].imshow(x_test[example].reshape(8, 8), cmap="gray_r", vmin=0, vmax=1)
    for ax, k in zip(row[1:], counts):
        model = PCA(k).fit(x_train)
        rebuilt = model.inverse_transform(model.transform(x_test))
        ax.imshow(rebuilt[example].reshape(8, 8), cmap="gray_r", vmin=0, vmax=1)
        if first_row:
            print(
                f"k = {k:2d}: mean squared error per pixel {np.mean((rebuilt - x_test) ** 2):.4f}"
            )
    for ax, title in zip(row, ("original", *(f"k = {k}" for k in counts))):
        ax.axis("off")
        ax.set_title(title if first_row else "")
plt.show()

# %% [markdown]
# **What to see:** test images rebuilt from $k$ numbers each. With 10 the digit can be guessed, with 21 it is clear; the other 43 numbers of the 64 add
# little.

# %% [markdown]
# ## 4 · Semi-supervised learning: self-training
#
# Labels cost a person's time, examples cost almost nothing. Suppose someone labeled 5% of the training images, 72 of 1437. Can the
# other 1365 help?
#
# **Self-training** (自训练) lets the model teach itself: fit on the labeled examples; predict the unlabeled ones; where the model is *sure*, take
# its prediction for a label; fit again; repeat. To be sure means that the largest class probability is at least a threshold.
#
# Why could this work? Unlabeled images show where images are dense. If classes are clumps with sparse regions between
# (the cluster assumption, 聚类假设), labels may spread through a clump. Why could it fail? Wrong predictions that are sure
# become training data, and the model never drops them again.
#
# *By hand:* labeled points $0$ (class 0) and $10$ (class 1), unlabeled $3, 6, 4.9$. A model is sure of a point when it is at least
# twice as near to one class's nearest labeled point as to the other's. Round 1: $3$ is sure ($3$ against $7$), and becomes class 0. $6$ is not ($4$ against $6$), nor is
# $4.9$. Round 2, with $3$ labeled: $4.9$ has distances $1.9$ and $5.1$ and becomes class 0; $6$ has $3$ and $4$, not sure. Round 3: $6$ is now $1.1$ from class 0 and $4$ from class 1,
# and becomes class 0, although by the labels given at first it was nearer to class 1. So a label can spread far from where it was given. (In the task, a probability says how sure the model is. Here it
# could be the share of the distance to the *other* class: for $3$ in round 1 that is $7/(3 + 7) = 0.7$ for class 0, and "twice as near" is the threshold $2/3$.)
#
# **Task.** Write `self_train(fit, predict_proba, x_lab, y_lab, x_unlab, threshold, rounds) -> model`.
#
# - `fit(x, y) -> model` and `predict_proba(model, x) -> (n, K)` are given functions.
# - First fit on the labeled set. Then, at most `rounds` times: unlabeled examples whose largest probability is at least `threshold`
#   move to the labeled set, with that class, and stay there; fit again on the larger set. Stop early when no unlabeled example is left. If the model is sure of none, nothing will change any more: stop then, too.
# - Return the last model. Shapes: `x_lab (N, D)`, `y_lab (N,)`, `x_unlab (U, D)`. Class $j$ is column $j$ of the probabilities.
#
# *Hint:* a boolean mask picks the examples that move, and its opposite those that stay; `np.concatenate` makes a new array and leaves the
# caller's as they are.


# %% nbgrader={"grade_id": "self_train", "solution": true}
def self_train(fit, predict_proba, x_lab, y_lab, x_unlab, threshold, rounds):
    """Fit, label what the model is sure of, fit again; return the last model.

    fit(x, y) -> model; predict_proba(model, x (n, D)) -> (n, K); x_lab (N, D), y_lab (N,), x_unlab (U, D).
    """
    ### BEGIN SOLUTION
    model = fit(x_lab, y_lab)
    for _ in range(rounds):
        if len(x_unlab) == 0:
            break
        probability = predict_proba(model, x_unlab)
        sure = probability.max(axis=1) >= threshold
        if not np.any(sure):
            break  # the next fit would be the same
        x_lab = np.concatenate([x_lab, x_unlab[sure]])
        y_lab = np.concatenate([y_lab, probability.argmax(axis=1)[sure]])
        x_unlab = x_unlab[~sure]
        model = fit(x_lab, y_lab)
    return model
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_self_train", "grade": true, "points": 9}
check(self_train)

# %% [markdown]
# **Predict, then run:** does a high threshold (only what the model is very sure of) help more than a low one, or less?
#
# *On the digits* (this takes a while, a dozen seconds or so). The model is a linear one that gives probabilities (softmax regression, chapter 2). We compare it, trained on the 72 labels alone,
# with self-training on the same 72 labels and the 1365 images without. We do so for eight choices of the 72, for several thresholds, and for two
# models that differ in one setting: how strongly their weights are held down.


# %% tags=["experiment", "nbval-ignore-output"]
# About 12 s on an ordinary laptop.
def predict_proba(model, x):
    return model.predict_proba(x)


def fitter(strength):
    def fit(x, y):
        return LogisticRegression(C=strength, max_iter=300, tol=1e-3).fit(x, y)

    return fit


def gains(fit, thresholds, seed):
    """Test accuracy on 72 labels alone, and what self-training adds at each threshold."""
    lab, unlab = train_test_split(
        np.arange(1437), train_size=72, random_state=seed, stratify=y_train
    )
    given = x_train[lab], y_train[lab], x_train[unlab]
    alone = fit(*given[:2]).score(x_test, y_test)
    models = [self_train(fit, predict_proba, *given, threshold, 5) for threshold in thresholds]
    return alone, [model.score(x_test, y_test) - alone for model in models]


thresholds = (0.5, 0.7, 0.8, 0.9, 0.95)
gain = {}
for name, strength in (("lightly penalized model", 10.0), ("strongly penalized model", 1.0)):
    runs = [gains(fitter(strength), thresholds, seed) for seed in range(8)]
    gain[name] = np.array([added for _, added in runs])
    print(f"{name}: supervised on 72 labels {np.mean([alone for alone, _ in runs]):.3f}")
    for threshold, column in zip(thresholds, gain[name].T):
        error, better = column.std(ddof=1) / np.sqrt(8), np.sum(column > 0)
        changed = f"{column.mean():+.3f} ± {error:.3f}, better in {better} of 8"
        print(f"   threshold {threshold:.2f}: changed by self-training {changed}")
all_labels = fitter(10.0)(x_train, y_train).score(x_test, y_test)
print(f"supervised with all 1437 labels: {all_labels:.3f}")

# %% tags=["experiment"]
fig, axes = plt.subplots(1, 2, figsize=(9, 3.3), sharey=True)
for ax, (name, values) in zip(axes, gain.items()):
    ax.axhline(0, color="0.4", linestyle=":")
    ax.plot(thresholds, values.T, color="0.75", linewidth=1)
    ax.plot(thresholds, values.mean(axis=0), color="C0", marker="o", label="mean of 8")
    ax.set(title=name, xlabel="threshold")
    ax.legend()
axes[0].set_ylabel("accuracy gained by self-training")
plt.show()

# %% [markdown]
# **What to see:** gray lines are the eight choices of labels; above the dotted line the unlabeled images helped. On the left they help
# at nearly every threshold and choice: 2 to 4 points of accuracy at the middle thresholds for no further labels, about a third of the way to the model that has all labels.
# The model on the right gains even more at 0.5 and about as much at 0.7, but it is seldom sure: at 0.95 it is, in most choices, sure of no image at all, so nothing changes, and at 0.8 and 0.9 self-training does *harm*. So the highest threshold is the best on neither side.
# Why can being careful do harm? We look at what the model on the right is sure of in the first round.

# %% tags=["experiment", "nbval-ignore-output"]
lab, unlab = train_test_split(np.arange(1437), train_size=72, random_state=0, stratify=y_train)
timid = LogisticRegression(C=1.0, max_iter=300, tol=1e-3).fit(x_train[lab], y_train[lab])
probability = timid.predict_proba(x_train[unlab])
sure = probability.max(axis=1) >= 0.8
print(
    "sure at the start, by digit 0 to 9:",
    np.bincount(probability.argmax(axis=1)[sure], minlength=10),
)
agree = probability.argmax(axis=1)[sure] == y_train[unlab][sure]
print(f"right among them: {agree.sum()} of {sure.sum()}")
after = self_train(
    fitter(1.0), predict_proba, x_train[lab], y_train[lab], x_train[unlab], threshold=0.8, rounds=5
)
for name, answers in (
    ("truth", y_test),
    ("72 labels alone", timid.predict(x_test)),
    ("after self-training", after.predict(x_test)),
):
    print(f"{name:20s} eights and nines among the 360 test images: {np.isin(answers, (8, 9)).sum()}")

# %% [markdown]
# Dozens of zeros are added, but one eight and no nine. To the next model eights and nines look rare, so it believes in them even less, and drifts toward its
# favorites round after round, although every label it added at first was right. The last lines show where it ends: far fewer test images than before are called eight or nine. Self-training strengthens what the model already believes, right or wrong. And note that we read the best
# threshold off the test set. With 72 labels there is hardly anything to choose it by, which is the weak point of the method.

# %% [markdown]
# ## 5 · Reinforcement learning: Q-learning
#
# Nobody says which action would have been right. The learner, called **agent** (智能体), is in a **state** (状态) $s$, chooses an **action** (动作) $a$,
# receives a **reward** (奖励) $r$, and finds itself in a new state $s'$. A reward may come long after the action that earned it: credit
# assignment again, now in time.

# %% jupyter={"source_hidden": true} tags=["experiment"]
ch01_maps.agent_loop()
plt.show()

# %% [markdown]
# **What to see:** the agent sends an action and gets back two things, a reward and a new state. It never sees the rules of the world.
#
# The agent wants a large **return** (回报): the sum of all rewards to come, where a reward $t$ steps ahead counts $\gamma^t$ times, with $0 \le \gamma < 1$.
# Let $Q(s, a)$ be the return when it takes $a$ in $s$ and the best actions from then on. The first reward comes at once, everything later is one step
# away and therefore counts $\gamma$ times, so in a deterministic world (an action in a state always has the same consequence)
#
# $$Q(s, a) = r + \gamma \max_{a'} Q(s', a') .$$
#
# **Q-learning** (Watkins, 1989) makes an assignment out of this equation. After each step, move the old value a fraction $\alpha$ of the way to what
# the right side now says, the *target*:
#
# $$Q(s, a) \leftarrow Q(s, a) + \alpha \bigl( \underbrace{r + \gamma \max_{a'} Q(s', a')}_{\text{target}} - Q(s, a) \bigr) .$$
#
# Only one entry of the table changes in a step. Its shape is (states, actions). Guess, compare, correct: you will meet this form of update again.
#
# *Why does it arrive?* Let $Q^*$ be the table that satisfies the equation, and $e$ the largest error $\lvert Q - Q^* \rvert$ in the table at hand. The target differs from $Q^*(s, a)$ only by what the maximum in $s'$ gets wrong, and a maximum of
# numbers that are off by at most $e$ is itself off by at most $e$:
#
# $$\lvert \text{target} - Q^*(s, a) \rvert = \gamma\, \bigl\lvert \max_{a'} Q(s', a') - \max_{a'} Q^*(s', a') \bigr\rvert \le \gamma e .$$
#
# The updated entry lies between old value and target, so its error is at most $(1 - \alpha) e + \alpha \gamma e = \bigl(1 - \alpha (1 - \gamma)\bigr) e$. Once *every* entry has been updated, the largest error has shrunk by that factor.
# (In a deterministic world, with $0 < \alpha \le 1$.) Hence the condition: every action must be tried in every state, again and again.
#
# *By hand:* $Q(s, a) = 2$, the reward is $-1$, the best value in the new state is $10$, $\gamma = 0.9$, $\alpha = 0.5$. The target is $-1 + 0.9 \cdot 10 = 8$, and
# the new value $2 + 0.5 \cdot (8 - 2) = 5$.
#
# **Task.** Write `q_learning_update(q, s, a, r, s_next, alpha, gamma) -> q_new`, the result has the shape of `q`. Return a new float table; leave `q` as it is.
# (A final state needs no special care: its row starts at zero and is never updated.)
#
# *Hint:* which of the two states does the maximum belong to, and which one is corrected?


# %% nbgrader={"grade_id": "q_learning_update", "solution": true}
def q_learning_update(q, s, a, r, s_next, alpha, gamma):
    """The table after one step of Q-learning: action a in state s gave reward r and led to s_next.

    q (states, actions) -> q_new of the same shape, a new float table.
    """
    ### BEGIN SOLUTION
    q_new = np.array(q, dtype=float)
    target = r + gamma * np.max(q_new[s_next])
    q_new[s, a] += alpha * (target - q_new[s, a])
    return q_new
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_q_learning_update", "grade": true, "points": 7}
check(q_learning_update)

# %% [markdown]
# *The world:* a grid of 4 × 6. `S` is the start, `G` the goal (reward +10), `P` a pit (reward −10), `#` a wall. Any other step, bumping into a wall included, costs 1 (reward −1).
# Goal and pits end the episode. The agent does not know any of this. With probability 0.2 it acts at random, to **explore**
# (探索); otherwise it takes the action it currently values most, to **exploit** (利用) what it knows. The random part is what keeps the condition above: no action of a state that the agent visits again and again stays untried. **Predict, then run:** where in the grid will good values show first, near `S` or near `G`?

# %% tags=["experiment"]
grid = [
    ".....G",
    ".##.P.",
    "....#.",
    "S.P...",
]
rows, columns = len(grid), len(grid[0])
moves = ((-1, 0), (0, 1), (1, 0), (0, -1))  # up, right, down, left


def step(state, action):
    """What the world answers: (next state, reward, finished)."""
    row, column = divmod(state, columns)
    to_row, to_column = row + moves[action][0], column + moves[action][1]
    inside = 0 <= to_row < rows and 0 <= to_column < columns
    if not inside or grid[to_row][to_column] == "#":
        return state, -1, False  # it bumps into the wall and stays
    reward = {"G": 10, "P": -10}.get(grid[to_row][to_column], -1)
    return to_row * columns + to_column, reward, reward != -1  # goal and pit end the episode


# %% tags=["experiment"]
def learn_to_act(episodes, rng, keep=(), gamma=0.95):
    """The tables after the wanted episodes, the sum of rewards of each episode, all steps taken."""
    q, returns, tables, taken = np.zeros((rows * columns, 4)), [], {0: np.zeros((24, 4))}, 0
    for episode in range(episodes):
        state, finished, total, count = 3 * columns, False, 0, 0
        while not finished and count < 200:
            best = rng.choice(np.flatnonzero(q[state] == q[state].max()))
            action = rng.integers(4) if rng.random() < 0.2 else best
            next_state, reward, finished = step(state, action)
            q = q_learning_update(q, state, action, reward, next_state, 0.5, gamma)
            state, total, count = next_state, total + reward, count + 1
        returns.append(total)
        taken += count
        if episode + 1 in (*keep, episodes):
            tables[episode + 1] = q
    return tables, returns, taken


def greedy(q):
    """Cells visited by always the best-valued action, and the sum of rewards."""
    cells, total, finished = [3 * columns], 0, False
    while not finished and len(cells) < 20:
        state, reward, finished = step(cells[-1], q[cells[-1]].argmax())
        cells.append(state)
        total += reward
    return cells, total, finished and reward == 10


keep = (5, 8, 12, 20, 25, 40, 100)
tables, returns, taken = learn_to_act(400, np.random.default_rng(0), keep)
for first in (0, 20, 100, 300):
    average = np.mean(returns[first : first + 20])
    print(f"episodes {first + 1:3d} to {first + 20:3d}: mean sum of rewards {average:6.1f}")
path, total, _ = greedy(tables[400])
print(f"always the best-valued action: {len(path) - 1} steps, sum of rewards {total}")

# %% tags=["experiment", "nbval-ignore-output"]
# About 4 s on an ordinary laptop.
frames = []
for episode, table in tables.items():
    cells, total, arrived = greedy(table)
    note = f"goal in {len(cells) - 1} steps" if arrived else "goal not found"
    shown = cells if arrived else []
    frames.append(ch01_grid.q_frame(grid, table, shown, returns, episode, note))
labels = [f"{episode} episodes" for episode in tables]
plot.slider(frames, labels, "learned from", start=2, still=(2, 4, 8))

# %% [markdown]
# **What to see:** each cell has four triangles, one for each action; the color is $Q(s, a)$, white means never updated. On the right is the mean sum of rewards of each ten episodes: in gray those of the whole run, in blue those up to this table. The orange line is the path of an agent that always takes the best-valued action; it appears as soon as
# it reaches the goal. In the first episodes the agent meets costs and pits only: all colors are dark. Then it stumbles upon the goal, and one triangle beside `G` turns bright (after 8 episodes, where the slider starts). So good values show first near the goal, and from there the knowledge spreads backward, one cell for
# each visit: a step corrects only the cell that it left. In the end there is a path from `S`. The start lies eight moves from
# the goal even on an empty grid, so eight steps cannot be beaten. While learning, the mean stays below the best possible
# 3, because one action in five is random: the price of exploring.
#
# Compare with what lies outside machine learning in the picture of notebook 1.1. A route planner is *given* the map of the grid, and searches it, ring by ring
# around the start:

# %% tags=["experiment"]
seen, ring, rings = {3 * columns}, [3 * columns], 0
goal = columns - 1
while goal not in seen:
    answers = [step(state, action) for state in ring for action in range(4)]  # read off the map
    ring = sorted({state for state, reward, _ in answers if reward != -10} - seen)
    seen.update(ring)
    rings += 1
print(f"route planner with the map: {rings} steps, found without taking a single one")
print(f"Q-learning without the map: {len(path) - 1} steps, after {taken:,} steps of learning")

# %% [markdown]
# Q-learning is for when there is no map. *What would change our minds about the table $Q$:* a world with more states than fit in memory. Then a network takes the place of the table.

# %% [markdown]
# ## 6 · Quiz
#
# **1.** Training points $1, 2, 4, 7$ have the labels $0, 0, 1, 1$. What does kNN with $k = 3$ answer at $3.2$?

# %% nbgrader={"grade_id": "quiz_neighbors", "solution": true}
# quiz_neighbors = a label
### BEGIN SOLUTION
quiz_neighbors = 0
### END SOLUTION

# %% nbgrader={"grade_id": "check_quiz_neighbors", "grade": true, "points": 1}
check.quiz("quiz_neighbors", quiz_neighbors)

# %% [markdown]
# **2.** k-means on the points $0, 1, 5, 9$ with the centers $0$ and $4$. Where is the *second* center after one step?

# %% nbgrader={"grade_id": "quiz_center", "solution": true}
# quiz_center = a number
### BEGIN SOLUTION
quiz_center = (5 + 9) / 2
### END SOLUTION

# %% nbgrader={"grade_id": "check_quiz_center", "grade": true, "points": 1}
check.quiz("quiz_center", quiz_center)

# %% [markdown]
# **3.** $Q(s, a) = 2$, the reward is $1$, the values of the actions in the new state are $0, 4, -3$; $\alpha = 0.5$, $\gamma = 0.9$. What is the new
# $Q(s, a)$?

# %% nbgrader={"grade_id": "quiz_q_value", "solution": true}
# quiz_q_value = a number
### BEGIN SOLUTION
quiz_q_value = 2 + 0.5 * (1 + 0.9 * 4 - 2)
### END SOLUTION

# %% nbgrader={"grade_id": "check_quiz_q_value", "grade": true, "points": 1}
check.quiz("quiz_q_value", quiz_q_value)

# %% [markdown]
# **4.** You have 10,000 emails, and for 200 of them you know whether they are spam. You want a spam filter and use all the emails. What kind of learning
# is it? `"a"` supervised, `"b"` unsupervised, `"c"` semi-supervised, `"d"` reinforcement.

# %% nbgrader={"grade_id": "quiz_kind", "solution": true}
# quiz_kind = "a", "b", "c" or "d"
### BEGIN SOLUTION
quiz_kind = "c"
### END SOLUTION

# %% nbgrader={"grade_id": "check_quiz_kind", "grade": true, "points": 1}
check.quiz("quiz_kind", quiz_kind)

# %% [markdown]
# ## 7 · What to take along
#
# | kind | data | model | criterion | algorithm |
# |---|---|---|---|---|
# | kNN | $x, y$ | all training examples | (empty: nothing is fitted; $k$ is chosen by validation) | store them |
# | ridge regression | $x, y$ | $\phi w$ | squared error + $\lambda \lVert w_{1:} \rVert^2$ | one linear system |
# | k-means | $x$ | $K$ centers | squared distance to its own center | take turns |
# | PCA | $x$ | $k$ directions | variance kept | eigenvectors |
# | self-training | few $x, y$, many $x$ | that of the inner model | that of the inner model, including the labels it gave itself | fit, label, fit again |
# | Q-learning | own steps $(s, a, r, s')$ | table $Q$ | distance from the target | small corrections |
#
# Again and again results on new data differed from those on the training data. [Notebook 1.3](03_generalization.ipynb) is about that gap.
