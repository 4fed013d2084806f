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
# ## Part 1: What learning is, and where neural networks stand
#
# This chapter assumes that you can read Python and that you have met a derivative and a matrix product.
# It does not assume that you have ever trained anything. It has four parts:
#
# 1. **What learning is** (this notebook): the four elements, the map of the field, two pipelines, and why networks won.
# 2. **Four kinds of learning**, each run once: supervised, unsupervised, semi-supervised, reinforcement.
# 3. **Does it generalize?** Over- and underfitting, bias and variance, cross-validation, and two sobering facts.
# 4. **Learning by going downhill**: gradient descent, and why more ambitious ideas do not carry over to large networks.
#
# **After the chapter you will be able to**
#
# - *split* any learning method into data, model, learning criterion and optimization algorithm;
# - *place* a method on the map of AI, machine learning, neural networks and deep learning, and say why it belongs there;
# - *write* nearest neighbors, PCA, ridge regression, k-means, self-training, Q-learning and gradient descent yourself;
# - *measure* whether a model underfits or overfits, and choose its settings without fooling yourself;
# - *predict* from the curvature whether a step size will arrive, creep or overshoot.
#
# ### Notation and shapes
#
# | symbol | in code | shape | meaning |
# |---|---|---|---|
# | $N, D, K$ | `n, d` | numbers | examples, features of one example, classes |
# | $x$ | `x` | `(N, D)` | one example (样本) a row, one feature (特征) a column |
# | $y$ | `y` | `(N,)` | what is to be predicted: a number, or a class $0 \dots K-1$ (the label, 标签) |
# | $f(x; \theta)$ | a function | | the model (模型) with its parameters (参数) $\theta$ |
# | $L(y, \hat y)$ | | number | loss (损失): how bad the prediction $\hat y$ is when $y$ is true |
# | $\lambda$ | `lam` | number | strength of a penalty (`lambda` is a reserved word in Python) |
# | $\eta$ | `lr` | number | learning rate (学习率): how far one step goes |
# | $\mu, \sigma$ | | `(D,)` | mean and standard deviation of each feature |
#
# Rows are examples in every chapter. When a formula puzzles you, write the shapes under it first.

# %%
import matplotlib.pyplot as plt
import numpy as np

from autograder import check
from nnkit import plot

plot.style()

# %% tags=["experiment"]
# What only the experiments need: data, ready-made models, and the course's own training loop.
import itertools
import time

from matplotlib.patches import Ellipse, FancyBboxPatch
from sklearn.datasets import load_digits
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression, Perceptron
from sklearn.model_selection import cross_val_predict, train_test_split
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import BernoulliRBM
from sklearn.tree import DecisionTreeClassifier

import nnkit.functional as F
from nnkit import optim
from nnkit.layers import Linear, ReLU, Sequential
from nnkit.train import fit

# %% [markdown]
# ## 1 · A rule you write, and a rule you find
#
# scikit-learn ships 1797 handwritten digits as 8 × 8 images. Each pixel is a number from 0 (paper) to 16 (ink); we
# divide by 16. A row of `x` is one image, its 64 pixels laid end to end. One fifth of the images, the **test set**
# (测试集), is put aside now and only used to judge. The rest is the **training set** (训练集).

# %% tags=["experiment"]
x_all, y_all = load_digits(return_X_y=True)
x_train, x_test, y_train, y_test = train_test_split(
    x_all / 16, y_all, test_size=360, random_state=0, stratify=y_all
)
print("training set", x_train.shape, y_train.shape, " test set", x_test.shape, y_test.shape)

# %% tags=["experiment"]
fig, axes = plt.subplots(2, 8, figsize=(8, 2.2))
for row, digit in enumerate((3, 8)):
    for ax, image in zip(axes[row], x_train[y_train == digit]):
        ax.imshow(image.reshape(8, 8), cmap="gray_r", vmin=0, vmax=1)
        ax.add_patch(plt.Rectangle((1.5, 4.5), 1, 1, fill=False, edgecolor="C1", linewidth=2))
        ax.axis("off")
fig.suptitle("Threes and eights. The square marks row 5, column 2")
plt.show()

# %% [markdown]
# **What to see:** an eight closes its lower loop on the left, a three leaves it open. Most eights have ink in the marked
# pixel and most threes do not.
#
# So here is a program that reads: *if the pixel in row 5, column 2 is darker than one half, say 8, otherwise say 3.*
# A person looked, thought, and wrote the rule. That is ordinary programming.
#
# The other way is to write down only the *form* of the rule, "some pixel is darker than some threshold", and let
# a program search for the pixel and the threshold that make the fewest mistakes on the training set.

# %% tags=["experiment"]
train38, test38 = np.isin(y_train, (3, 8)), np.isin(y_test, (3, 8))
a_train, eight_train = x_train[train38], y_train[train38] == 8
a_test, eight_test = x_test[test38], y_test[test38] == 8


def right(x, is_eight, pixel, threshold):
    """Share of the images for which "this pixel is darker than the threshold" says 8 rightly."""
    return np.mean((x[:, pixel] > threshold) == is_eight)


candidates = [(pixel, step / 16 + 1 / 32) for pixel in range(64) for step in range(16)]
found = max(candidates, key=lambda rule: right(a_train, eight_train, *rule))
print(f"candidate rules tried: {len(candidates)}")
for name, rule in (("rule written by hand", (5 * 8 + 2, 0.5)), ("rule found from data", found)):
    row, column = divmod(rule[0], 8)
    train_share, test_share = right(a_train, eight_train, *rule), right(a_test, eight_test, *rule)
    print(
        f"{name}: row {row}, column {column}, darker than {rule[1]:.2f}:"
        f"  right on training {train_share:.3f}, on test {test_share:.3f}"
    )

# %% [markdown]
# The search looked at 1024 rules and took the best. It knows nothing about loops, and yet it seems to beat the rule of a person who does.
# Does it? 72 test images are too few to say. So we repeat the division into training and test set 500 times, at random,
# search anew each time, and average.

# %% tags=["experiment"]
x38, eight = np.vstack([a_train, a_test]), np.hstack([eight_train, eight_test])
# is_right[r, i]: does rule r say the right thing about image i?  (1024, 357)
is_right = np.array([(x38[:, pixel] > threshold) == eight for pixel, threshold in candidates])
hand = candidates.index((5 * 8 + 2, 15 / 32))  # the candidate nearest to the rule written by hand
rng = np.random.default_rng(0)
shares = []
for _ in range(500):
    order = rng.permutation(len(eight))
    train, test = order[: len(eight_train)], order[len(eight_train) :]
    best = is_right[:, train].mean(axis=1).argmax()
    shares.append([is_right[rule, part].mean() for rule in (hand, best) for part in (train, test)])
shares = np.mean(shares, axis=0)
print(f"rule written by hand:  right on training {shares[0]:.3f}, on test {shares[1]:.3f}")
print(f"rule found from data:  right on training {shares[2]:.3f}, on test {shares[3]:.3f}")

# %% [markdown]
# The hand-written rule does equally well on both sets: neither was used to make it. The found rule looks two points better on the
# images it was chosen by, and on new images it is just as good as the other. Two things follow, and they are what this chapter is about.
# Data alone found a rule as good as a person's, without anyone knowing about loops. And the same data *flatter* what was
# chosen by them: to judge a rule you need data that it has not seen.
#
# **Machine learning** (机器学习) is this: choosing a function from a family by looking at data, so that it does well on
# data it has not seen. Every learning method has the same **four elements**, and our little search has them all.
#
# | element | question it answers | in the search above | in a neural network |
# |---|---|---|---|
# | data (数据) | what experience is there? | 285 images with labels | many images with labels |
# | model (模型) | among which functions do we choose? | "pixel $j$ is darker than $t$", with $\theta = (j, t)$ | layers of neurons, with all weights as $\theta$ |
# | learning criterion (学习准则) | which of them is better? | fewest mistakes on the training set | smallest average loss, plus a penalty |
# | optimization algorithm (优化算法) | how do we find a good one? | try them all | gradient descent |
#
# Change one element and you have another method. When you meet a new one, ask for its four elements first.

# %% [markdown]
# ## 2 · The map
#
# Four names get mixed up in every newspaper. Their relation is a picture. (Where a cell does nothing but draw, its code is folded away; click on the three dots to see it.)

# %% jupyter={"source_hidden": true} tags=["experiment"]
fig, ax = plt.subplots(figsize=(9, 5.6))
ax.set(xlim=(0, 18), ylim=(0, 11.2))
ax.axis("off")
for x0, y0, w, h, shade, edge in (
    (0.1, 0.1, 17.8, 11, "0.965", "0.5"),
    (0.5, 0.4, 17, 8.0, "0.90", "0.4"),
):
    ax.add_patch(
        FancyBboxPatch(
            (x0, y0), w, h, boxstyle="round,pad=0,rounding_size=0.6", fc=shade, ec=edge, lw=1.5
        )
    )
for center, color in (((6.6, 3.45), "C0"), ((11.4, 3.45), "C1")):
    ax.add_patch(Ellipse(center, 9.8, 5.7, fc=color, ec="none", alpha=0.22))
    ax.add_patch(Ellipse(center, 9.8, 5.7, fc="none", ec=color, lw=2))
labels = (
    (9, 10.45, "ARTIFICIAL INTELLIGENCE", "0.2", 11, "bold"),
    (
        9,
        9.3,
        "A* path search · alpha–beta chess programs · expert systems\n(rules written by people, no learning)",
        "0.15",
        9.5,
        "normal",
    ),
    (9, 7.85, "MACHINE LEARNING", "0.2", 11, "bold"),
    (
        9,
        6.95,
        "nearest neighbors · ridge regression · decision trees · SVM · k-means · PCA",
        "0.15",
        9.5,
        "normal",
    ),
    (3.95, 4.75, "NEURAL\nNETWORKS", "C0", 10.5, "bold"),
    (4.05, 2.9, "perceptron\ntwo-layer nets\nHopfield nets", "0.1", 9.5, "normal"),
    (9, 4.9, "deep neural nets", "0.1", 10, "bold"),
    (9, 3.2, "CNN · ResNet\nLSTM\nTransformer", "0.1", 9.5, "normal"),
    (14.05, 4.75, "DEEP\nLEARNING", "C1", 10.5, "bold"),
    (13.95, 2.9, "deep forests\ndeep belief nets\nas graphical models", "0.1", 9.5, "normal"),
)
for x0, y0, text, color, size, weight in labels:
    ax.text(x0, y0, text, color=color, fontsize=size, weight=weight, ha="center", va="center")
plt.show()

# %% [markdown]
# **What to see:** neural networks and deep learning *overlap*; neither contains the other. Machine learning lies inside
# artificial intelligence, and both ellipses lie inside machine learning.
#
# - **Artificial intelligence** (人工智能, AI) is the aim: machines doing what takes intelligence in people. A route
#   planner that searches a map with A\* belongs here although it learns nothing.
# - **Machine learning** (ML) is one way there: the function is chosen from data.
# - A **neural network** (神经网络, NN) is one family of models: many copies of one simple unit, connected, with the
#   knowledge in the strengths of the connections.
# - **Deep learning** (深度学习, DL) is about *how many steps of processing are learned, one on top of another*: features,
#   features of features, and so on.
#
# *Neural but not deep:* the perceptron has no hidden layer, a two-layer net has one. *Deep but not neural:* a deep forest
# stacks layers of decision trees. A deep belief net (深度信念网络) is a stack of layers of random variables, a graphical
# model (概率图模型): its arrows and links stand for conditional probabilities, not for a computation. (The same weights
# can afterwards start off a neural network, so it sits near the border.) There is no agreed number of layers at which "deep"
# begins. We use the word from two hidden layers on. And we draw networks that learn: in 1943 McCulloch and Pitts wired
# theirs by hand, which is neural, but not learning.
#
# A map is worth little until you have been there. The next two cells train examples of every region on the digits:
# the same 1437 images to learn from, the same 360 to be judged by. You need not follow the code yet: the first cell says how the
# larger ones are built, the second trains all seven.


# %% tags=["experiment", "nbval-ignore-output"]
def network(sizes, x, y, epochs=40, seed=0):
    """A network with ReLU between its layers, trained with Adam on the cross-entropy (chapters 2 and 3)."""
    rng = np.random.default_rng(seed)
    layers = [Linear(sizes[0], sizes[1], rng=rng)]
    for fan_in, fan_out in itertools.pairwise(sizes[1:]):
        layers += [ReLU(), Linear(fan_in, fan_out, rng=rng)]
    net = Sequential(*layers)
    loss = (F.cross_entropy_forward, F.cross_entropy_backward)
    fit(
        net,
        x,
        y,
        optimizer=optim.Adam(net, lr=3e-3),
        loss=loss,
        epochs=epochs,
        rng=rng,
        progress=False,
    )
    return net


def accuracy_of(labels):
    return np.mean(labels == y_test)


def deep_forest(levels=3):
    """Each level's forests see the pixels and the class probabilities of the level below."""
    below_train, below_test = x_train, x_test
    for level in range(levels):
        forests = [
            kind(40, random_state=level) for kind in (RandomForestClassifier, ExtraTreesClassifier)
        ]
        held_out = [
            cross_val_predict(f, below_train, y_train, cv=3, method="predict_proba")
            for f in forests
        ]
        outputs = [f.fit(below_train, y_train).predict_proba(below_test) for f in forests]
        below_train, below_test = np.hstack([x_train, *held_out]), np.hstack([x_test, *outputs])
    return accuracy_of(sum(outputs).argmax(axis=1))


def deep_belief_net():
    """Two layers of random variables, each fitted to the one below without labels; then a linear reader."""
    low = BernoulliRBM(150, learning_rate=0.1, n_iter=30, random_state=0).fit(x_train)
    high = BernoulliRBM(150, learning_rate=0.1, n_iter=30, random_state=0).fit(
        low.transform(x_train)
    )
    top = [high.transform(low.transform(x)) for x in (x_train, x_test)]
    reader = LogisticRegression(C=10, max_iter=2000).fit(top[0], y_train)
    return accuracy_of(reader.predict(top[1]))


# %% tags=["experiment", "nbval-ignore-output"]
shallow_net = network([64, 32, 10], x_train, y_train)
deep_net = network([64, 64, 32, 10], x_train, y_train)
visited = [
    (
        "ML only",
        "decision tree",
        DecisionTreeClassifier(random_state=0).fit(x_train, y_train).score(x_test, y_test),
    ),
    (
        "ML only",
        "3 nearest neighbors",
        KNeighborsClassifier(3).fit(x_train, y_train).score(x_test, y_test),
    ),
    (
        "neural, not deep",
        "perceptron",
        Perceptron(random_state=0).fit(x_train, y_train).score(x_test, y_test),
    ),
    ("neural, not deep", "two-layer net", accuracy_of(shallow_net(x_test).argmax(axis=1))),
    ("neural and deep", "net, two hidden layers", accuracy_of(deep_net(x_test).argmax(axis=1))),
    ("deep, not neural", "deep forest, 3 levels", deep_forest()),
    ("deep, not neural", "deep belief net, 2 levels", deep_belief_net()),
]
for region, method, score in visited:
    print(f"{region:17s} {method:26s} test accuracy {score:.3f}")
print(f"standard error of one such number near 0.97: {np.sqrt(0.97 * 0.03 / len(x_test)):.3f}")

# %% [markdown]
# **What to see:** every region can read digits, and on this small task the deep methods do not lead. Nearest neighbors,
# with no training at all, are as good as anything here. The last line says how far luck of the test set goes: numbers
# that differ by less than about two standard errors, 0.02, should not be ranked.
#
# So the map is no ranking. Deep networks pull ahead where examples are many, inputs are large, and nobody knows good features.
# *What would change one's mind:* the same table for 60,000 large photographs, where pixel-by-pixel neighbors mean nothing.

# %% [markdown]
# ## 3 · Two pipelines
#
# Before networks took over, most learning systems were built like this:
#
# **preprocess** (预处理: crop, scale, clean) → **extract features** (特征提取: a person decides what to measure) →
# **transform features** (特征转换: combine and reduce the measurements) → **predict** (预测: a simple model).
#
# Deep learning keeps the two ends and learns the middle: **representation learning** (表示学习).


# %% jupyter={"source_hidden": true} tags=["experiment"]
def draw_pipeline(ax, y, boxes):
    for i, (text, learned, x0, width) in enumerate(boxes):
        face, edge = ("C0", "C0") if learned else ("white", "0.4")
        ax.add_patch(
            FancyBboxPatch(
                (x0, y),
                width,
                0.9,
                boxstyle="round,pad=0.04",
                fc=face,
                ec=edge,
                alpha=0.3 if learned else 1,
            )
        )
        ax.text(x0 + width / 2, y + 0.45, text, ha="center", va="center", fontsize=9)
        if i:
            left = boxes[i - 1][2] + boxes[i - 1][3]
            ax.annotate(
                "",
                (x0 - 0.04, y + 0.45),
                (left + 0.06, y + 0.45),
                arrowprops={"arrowstyle": "->", "color": "0.3"},
            )


fig, ax = plt.subplots(figsize=(9, 2.9))
draw_pipeline(
    ax,
    2,
    [
        ("image", 0, 0, 1),
        ("preprocess", 0, 1.6, 1.5),
        ("extract\nfeatures", 0, 3.7, 1.4),
        ("transform\nfeatures", 1, 5.7, 1.5),
        ("predict", 1, 7.8, 1.2),
        ("label", 0, 9.6, 1),
    ],
)
draw_pipeline(
    ax,
    0.4,
    [
        ("image", 0, 0, 1),
        ("preprocess", 0, 1.6, 1.5),
        ("layer 1", 1, 3.7, 0.9),
        ("layer 2", 1, 5.0, 0.9),
        ("...", 1, 6.3, 0.9),
        ("predict", 1, 7.8, 1.2),
        ("label", 0, 9.6, 1),
    ],
)
ax.text(
    0, 3.15, "classical pipeline: stages built one after the other", fontsize=9.5, weight="bold"
)
ax.text(
    0,
    1.55,
    "deep pipeline: all blue stages learned together, from one loss",
    fontsize=9.5,
    weight="bold",
)
ax.annotate("", (3.7, 0.12), (9.0, 0.12), arrowprops={"arrowstyle": "->", "color": "C1", "lw": 1.8})
ax.text(
    6.35, -0.2, "the error travels back through every stage", color="C1", ha="center", fontsize=9
)
ax.set(xlim=(-0.1, 10.7), ylim=(-0.4, 3.5))
ax.axis("off")
plt.show()

# %% [markdown]
# **What to see:** blue boxes have parameters set by data, white boxes are made by people. The classical pipeline fits each blue box on
# its own; the deep one fits all of them to one criterion.
#
# We shall build both for the digits. First the tools of the middle: standardizing, and PCA.
#
# ### Preprocessing: bring features to one scale, without leaking
#
# If one feature is measured in grams and the next in kilometers, distances only see the one with the large numbers.
# **Standardizing** (标准化) gives every feature mean 0 and standard deviation 1 over the training set:
#
# $$z = \frac{x - \mu}{\sigma}, \qquad \mu_j = \frac1N\sum_{i=1}^N x_{ij}, \qquad \sigma_j = \sqrt{\frac1N\sum_{i=1}^N (x_{ij} - \mu_j)^2}$$
#
# Shapes: $x$ is `(N, D)`, $\mu$ and $\sigma$ are `(D,)`, so $z$ is `(N, D)` by broadcasting.
#
# The test set is transformed with the **training** set's $\mu$ and $\sigma$. It plays the part of the future, and the future
# is not there yet when you compute a mean. Using it would be a **leak** (数据泄漏).
#
# *By hand:* the training column is $1, 2, 3$. Then $\mu = 2$ and $\sigma = \sqrt{(1 + 0 + 1)/3} \approx 0.816$, so the
# column becomes $-1.225, 0, 1.225$. A test value of $4$ becomes $(4 - 2)/0.816 \approx 2.449$.
#
# **Task.** Write `standardize(x_train, x_test) -> (z_train, z_test)`, shapes `(N, D), (M, D) -> (N, D), (M, D)`. A feature that is constant
# in the training set has $\sigma = 0$: it must become exactly 0 there and stay finite in the test set.
#
# *Hint:* rounding can make the standard deviation of a constant column a tiny number instead of 0. There is a safer way to ask
# whether all values of a column are equal.


# %% nbgrader={"grade_id": "standardize", "solution": true}
def standardize(x_train, x_test):
    """Scale both sets by the training set's mean and standard deviation.

    x_train (N, D), x_test (M, D) -> z_train (N, D), z_test (M, D). The variance divides by N.
    """
    ### BEGIN SOLUTION
    constant = x_train.max(axis=0) == x_train.min(axis=0)
    mean = np.where(constant, x_train[0], x_train.mean(axis=0))
    std = np.where(constant, 1.0, x_train.std(axis=0))  # any divisor but 0 will do for a constant
    return (x_train - mean) / std, (x_test - mean) / std
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_standardize", "grade": true, "points": 7}
check(standardize)

# %% [markdown]
# ### Transforming features: PCA
#
# 64 pixels are 64 numbers, but neighboring pixels tell nearly the same story. **Principal component analysis**
# (主成分分析, PCA) looks for the few directions in which the examples differ most.
#
# *Idea.* Move the cloud of points so that its mean is the origin: $\tilde x = x - \mu$, shape `(N, D)`. Seen along a direction $u$
# of length 1, shape `(D,)`, example $i$ sits at the number $\tilde x_i^\top u$. We want the $u$ along which those numbers spread most.
#
# *Derivation.* Their mean is 0, so their variance is
#
# $$\frac1N \sum_i (\tilde x_i^\top u)^2 = \frac1N \lVert \tilde x u \rVert^2 = u^\top S u, \qquad S = \frac1N \tilde x^\top \tilde x .$$
#
# $S$ is the covariance matrix (协方差矩阵), `(D, N) @ (N, D) = (D, D)`. We maximize $u^\top S u$ under the condition
# $u^\top u = 1$ with a Lagrange multiplier $\nu$: the gradient of $u^\top S u - \nu (u^\top u - 1)$ must vanish,
#
# $$2 S u - 2 \nu u = 0 \quad\Longleftrightarrow\quad S u = \nu u .$$
#
# So $u$ is an eigenvector (特征向量) of $S$, and the variance along it is $u^\top S u = \nu\, u^\top u = \nu$, its eigenvalue. The best
# direction belongs to the largest eigenvalue. $S$ is symmetric, so its eigenvectors can be chosen at right angles; the best
# direction at right angles to the first is the eigenvector of the second largest eigenvalue, and so on. The eigenvalues add up to
# the total variance (the trace of $S$), so the share of the variance that component $j$ explains is $\nu_j / \sum_i \nu_i$.
#
# *By hand:* the points $(2, 1), (1, 2), (-2, -1), (-1, -2)$ have mean $(0, 0)$ and
# $S = \begin{pmatrix} 2.5 & 2 \\ 2 & 2.5 \end{pmatrix}$. Its eigenvectors are $(1, 1)/\sqrt 2$ with $\nu = 4.5$ and
# $(1, -1)/\sqrt 2$ with $\nu = 0.5$. The first direction explains $4.5/5 = 90\,\%$ of the variance.
#
# **Task.** Write `pca(x, k) -> (components, explained_variance_ratio)`, shapes `(k, D)` and `(k,)`: components in rows, unit length,
# largest variance first. The sign of a component is free. The ratio refers to the variance of all $D$ directions.
#
# *Hint:* `np.linalg.eigh` is made for symmetric matrices. Look up in which order it returns eigenvalues, and whether eigenvectors
# are its rows or its columns.


# %% nbgrader={"grade_id": "pca", "solution": true}
def pca(x, k):
    """The k directions of largest variance.

    x (N, D) -> components (k, D), one unit vector a row, largest variance first;
    explained_variance_ratio (k,), shares of the total variance.
    """
    ### BEGIN SOLUTION
    centered = x - x.mean(axis=0)
    covariance = centered.T @ centered / len(x)  # (D, D)
    variances, vectors = np.linalg.eigh(covariance)  # ascending; eigenvectors in columns
    order = np.argsort(variances)[::-1][:k]
    return vectors[:, order].T, variances[order] / variances.sum()
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_pca", "grade": true, "points": 10}
check(pca)

# %% [markdown]
# ### The digits in a plane
#
# Two numbers an image can be drawn. PCA chooses the two directions without looking at the labels. **Linear discriminant analysis**
# (线性判别分析, LDA) looks at them: it wants the class means far apart *compared with* the spread inside the classes.

# %% tags=["experiment"]
components, ratio = pca(x_train, 64)
center = x_train.mean(axis=0)
lda = LinearDiscriminantAnalysis(n_components=2).fit(x_train, y_train)
planes = {
    "PCA (labels not used)": [(x - center) @ components[:2].T for x in (x_train, x_test)],
    "LDA (labels used)": [lda.transform(x) for x in (x_train, x_test)],
}


def draw_planes(planes):
    _, axes = plt.subplots(1, len(planes), figsize=(9, 4.4))
    for ax, (name, (plane_train, plane_test)) in zip(axes, planes.items()):
        for digit in range(10):
            points = plane_test[y_test == digit]
            ax.scatter(*points.T, s=14, color=plt.cm.tab10(digit), alpha=0.6)
            ax.text(
                *np.median(points, axis=0),
                str(digit),
                fontsize=15,
                weight="bold",
                ha="center",
                va="center",
                bbox={"boxstyle": "circle,pad=0.1", "fc": "white", "ec": "none", "alpha": 0.75},
            )
        score = KNeighborsClassifier(15).fit(plane_train, y_train).score(plane_test, y_test)
        print(f"{name}: 15 nearest neighbors in the plane are right on {score:.2f} of the test set")
        ax.set(title=name, xlabel="coordinate 1", ylabel="coordinate 2")
    plt.show()


draw_planes(planes)
for count in (2, 10, 21, 40):
    print(f"{count:2d} principal components hold {ratio[:count].sum():.2f} of the variance")

# %% [markdown]
# **What to see:** on the left some digits already form islands, although nobody told PCA that there are ten kinds. LDA was told: it sends
# 0, 4 and 6 far out into islands of their own, at the price of crowding the rest. Counted over all ten digits the two planes are nearly
# equally good, and neither is good enough: two numbers are too few. The last lines say how many it takes; 21 of 64 directions hold
# 90 % of the variance.
#
# ### The classical pipeline, run
#
# *Extract features:* how much ink there is in each of the 8 rows and 8 columns, and in how much of each region of the image strokes
# run in each of four orientations. *Transform:* standardize, then PCA to 24 numbers. *Predict:* a linear model.
#
# Beside it stand a linear model on the bare pixels, and the classical pipeline again after more thought about its features:
# 16 regions instead of 4, and all 80 numbers kept.


# %% tags=["experiment"]
def ink_and_strokes(x, cells):
    """Row and column sums, and edge strength in 4 orientations over cells × cells regions."""
    images = x.reshape(-1, 8, 8)
    vertical, horizontal = np.gradient(images, axis=(1, 2))
    strength = np.hypot(vertical, horizontal)
    orientation = (np.arctan2(vertical, horizontal) % np.pi / np.pi * 4).astype(int) % 4
    parts = [images.sum(axis=2), images.sum(axis=1)]
    for o in range(4):
        regions = (strength * (orientation == o)).reshape(-1, cells, 8 // cells, cells, 8 // cells)
        parts.append(regions.sum(axis=(2, 4)).reshape(len(x), -1))
    return np.hstack(parts)


def classical(x_a, y_a, x_b, y_b, cells, keep):
    z_a, z_b = standardize(ink_and_strokes(x_a, cells), ink_and_strokes(x_b, cells))
    directions, _ = pca(z_a, keep)  # z_a has mean 0 already
    return linear(z_a @ directions.T, y_a, z_b @ directions.T, y_b)


def linear(x_a, y_a, x_b, y_b):
    return LogisticRegression(max_iter=2000).fit(x_a, y_a).score(x_b, y_b)


rows = []
for seed in range(5):
    a, b, label_a, label_b = train_test_split(
        x_all / 16, y_all, test_size=360, random_state=seed, stratify=y_all
    )
    rows.append(
        [
            linear(a, label_a, b, label_b),
            classical(a, label_a, b, label_b, 2, 24),
            classical(a, label_a, b, label_b, 4, 80),
        ]
    )
classical_scores = np.array(rows)
for name, score in zip(
    ("pixels, linear model", "features v1, linear model", "features v2, linear model"),
    classical_scores.T,
):
    spread = f"(from {score.min():.3f} to {score.max():.3f})"
    print(f"{name:26s} mean test accuracy over 5 splits {score.mean():.3f}  {spread}")

# %% [markdown]
# Our first features made matters *worse* than no features at all; the second set, after more thought, is better. This is what the work
# on a classical pipeline was like: try, look, try again, for every new task from the start.
#
# ### The deep pipeline, run
#
# Now the same pixels go into a net with two hidden layers. Nobody says what to measure. Then we take the output of its
# second hidden layer, 32 numbers an image, as features: a **representation** that was learned.

# %% tags=["experiment", "nbval-ignore-output"]
deep_scores = []
for seed in range(5):
    a, b, label_a, label_b = train_test_split(
        x_all / 16, y_all, test_size=360, random_state=seed, stratify=y_all
    )
    net = network([64, 64, 32, 10], a, label_a, seed=seed)
    hidden = Sequential(*net.layers[:-1])  # everything but the last affine map
    deep_scores.append(
        [np.mean(net(b).argmax(axis=1) == label_b), linear(hidden(a), label_a, hidden(b), label_b)]
    )
deep_scores = np.array(deep_scores)
names = (
    "pixels,\nlinear model",
    "features v1,\nlinear model",
    "features v2,\nlinear model",
    "deep net",
    "linear model on\nlearned features",
)
both = np.hstack([classical_scores, deep_scores])

fig, ax = plt.subplots(figsize=(8.5, 3.4))
for i, score in enumerate(both.T):
    color = "C0" if i > 2 else "0.45"
    ax.plot(np.full(5, i) + np.linspace(-0.12, 0.12, 5), score, "o", color=color, alpha=0.7)
    ax.plot([i - 0.25, i + 0.25], [score.mean()] * 2, color=color, linewidth=2.5)
    ax.text(i + 0.3, score.mean(), f"{score.mean():.3f}", va="center", fontsize=9)
ax.set(xticks=range(5), xlim=(-0.5, 4.8), ylabel="test accuracy")
ax.set_xticklabels(names)
plt.show()
for name, score in zip(names, both.T):
    label = name.replace("\n", " ")
    print(f"{label:34s} {score.mean():.3f}")

# %% [markdown]
# **What to see:** one dot a split, a bar for the mean. The learned representation beats the bare pixels and our first features, and the
# features of longer thought are as good as it is, or better. On 8 × 8 digits, where a person can tell what matters, hand-made features are
# not beaten. What differs is who did the work, and what it takes to move to the next task: new thought above, new data below.

# %% tags=["experiment", "nbval-ignore-output"]
hidden = Sequential(*deep_net.layers[:-1])
h_train, h_test = hidden(x_train), hidden(x_test)
directions, _ = pca(h_train, 2)
draw_planes(
    {
        "PCA of the pixels": planes["PCA (labels not used)"],
        "PCA of the learned features": [
            (h - h_train.mean(axis=0)) @ directions.T for h in (h_train, h_test)
        ],
    }
)

# %% [markdown]
# **What to see:** both planes come from the same method, PCA, and show the same test images, which the net never saw in training. Only what
# PCA is applied to differs. In the learned features the classes have drawn farther apart, although the plane was not chosen by labels: the
# labels have done their work in the layers below.

# %% [markdown]
# ## 4 · Who is to blame? Credit assignment
#
# A long pipeline makes a mistake. Which stage caused it, and which way should it have been different? This is the
# **credit assignment problem** (贡献度分配问题). In the classical pipeline a person answers it by trial and error. That
# neural networks have an exact and cheap answer is the main reason why they won.
#
# *By hand.* Three stages, each multiplying by one number: $\hat y = w_3 w_2 w_1 x$ with $x = 1$ and $w = (2, 3, 0.5)$, so
# $\hat y = 3$. The right answer is $y = 4$; the loss is $L = \frac12(\hat y - y)^2 = 0.5$. How much does $L$ change per unit change
# of each weight? The chain rule gives the derivative through all later stages:
#
# $$\frac{\partial L}{\partial w_1} = \underbrace{(\hat y - y)}_{-1} \cdot w_3 w_2\, x = -1.5, \qquad
# \frac{\partial L}{\partial w_2} = (\hat y - y)\, w_3\, w_1 x = -1, \qquad
# \frac{\partial L}{\partial w_3} = (\hat y - y)\, w_2 w_1 x = -6 .$$
#
# So $w_3$ carries the most blame, and all three should grow (the derivative is negative: raising the weight lowers the loss).
# The other way to find this out is to nudge each weight and look:


# %%
def chain_loss(w, x=1.0, y=4.0):
    return 0.5 * (w[2] * w[1] * w[0] * x - y) ** 2


w = np.array([2.0, 3.0, 0.5])
for i, derivative in enumerate((-1.5, -1.0, -6.0)):
    nudged = w.copy()
    nudged[i] += 0.001
    measured = (chain_loss(nudged) - chain_loss(w)) / 0.001
    print(f"w{i + 1}: derivative {derivative:5.1f}, measured by a nudge of 0.001: {measured:7.3f}")

# %% [markdown]
# Nudging needs one run of the whole pipeline for each parameter, plus one. The chain rule, applied from the end to the start
# (**backpropagation**, 反向传播, chapter 3), gives *all* derivatives for the cost of a few runs, however many parameters there are. For a
# net with 784 inputs, two hidden layers of 16 and 10 outputs:

# %% tags=["experiment", "nbval-ignore-output"]
sizes = [784, 16, 16, 10]
count = sum(fan_in * fan_out + fan_out for fan_in, fan_out in itertools.pairwise(sizes))
rng = np.random.default_rng(0)
net = Sequential(
    Linear(784, 16, rng=rng), ReLU(), Linear(16, 16, rng=rng), ReLU(), Linear(16, 10, rng=rng)
)
images, upstream = rng.normal(size=(256, 784)), rng.normal(size=(256, 10))
run, blame = [], []
for _ in range(50):
    start = time.perf_counter()
    net(images)
    middle = time.perf_counter()
    net.backward(upstream)
    run.append(middle - start)
    blame.append(time.perf_counter() - middle)
cost = (np.median(run) + np.median(blame)) / np.median(run)
print(f"parameters: {count:,}   runs of the net to nudge each once: {count + 1:,}")
print(f"one run and all derivatives by the chain rule: as long as {cost:.1f} runs")

# %% [markdown]
# This also says what a method must offer to be trained as a whole: each stage has to be differentiable (可微), at least almost
# everywhere. A decision tree is not: nudge its threshold a little and usually nothing changes at all, so there is no blame to
# hand down. That is why the deep forest above was built level by level, while all layers of the net learned together.

# %% [markdown]
# ## 5 · Quiz
#
# Answer each question in its cell; the check after it tells you whether it is right.
#
# **1.** Which of these is deep learning but not a neural network? `"a"` a perceptron, `"b"` a deep forest, `"c"` an LSTM,
# `"d"` nearest neighbors.

# %% nbgrader={"grade_id": "quiz_map", "solution": true}
# quiz_map = "a", "b", "c" or "d"
### BEGIN SOLUTION
quiz_map = "b"
### END SOLUTION

# %% nbgrader={"grade_id": "check_quiz_map", "grade": true, "points": 1}
check.quiz("quiz_map", quiz_map)

# %% [markdown]
# **2.** Gradient descent is used to find the weights that minimize an average loss. Which of the four elements is the
# *average loss*? `"a"` data, `"b"` model, `"c"` learning criterion, `"d"` optimization algorithm.

# %% nbgrader={"grade_id": "quiz_elements", "solution": true}
# quiz_elements = "a", "b", "c" or "d"
### BEGIN SOLUTION
quiz_elements = "c"
### END SOLUTION

# %% nbgrader={"grade_id": "check_quiz_elements", "grade": true, "points": 1}
check.quiz("quiz_elements", quiz_elements)

# %% [markdown]
# **3.** The covariance matrix of some data in three dimensions has the eigenvalues 6, 3 and 1. What share of the variance do
# the first two principal components explain together? (A number between 0 and 1.)

# %% nbgrader={"grade_id": "quiz_explained", "solution": true}
# quiz_explained = a number
### BEGIN SOLUTION
quiz_explained = (6 + 3) / (6 + 3 + 1)
### END SOLUTION

# %% nbgrader={"grade_id": "check_quiz_explained", "grade": true, "points": 1}
check.quiz("quiz_explained", quiz_explained)

# %% [markdown]
# **4.** Two stages: $\hat y = w_2 w_1 x$ with $x = 2$, $w_1 = 3$, $w_2 = 1$, and $L = \frac12(\hat y - y)^2$ with $y = 5$. What is
# $\partial L/\partial w_1$?

# %% nbgrader={"grade_id": "quiz_blame", "solution": true}
# quiz_blame = a number
### BEGIN SOLUTION
quiz_blame = (1 * 3 * 2 - 5) * 1 * 2
### END SOLUTION

# %% nbgrader={"grade_id": "check_quiz_blame", "grade": true, "points": 1}
check.quiz("quiz_blame", quiz_blame)

# %% [markdown]
# ## 6 · In your own words
#
# Choose a task from your own life or field that a program could learn (not reading digits). Name the four elements of a method you would try
# first. Then say which features you would measure by hand, what a learned representation might find that you would miss, and whether you
# would start with the classical or the deep pipeline, and why. About ten sentences. (Graded by a person, 5 points.)

# %% [markdown] nbgrader={"grade_id": "explain_own_task", "grade": true, "solution": true, "points": 5}
# ### BEGIN SOLUTION
# A model answer. *Task:* tell from one second of sound whether a bearing of a machine is worn. *Data:* recordings with a
# mechanic's verdict, split by machine so that the test set holds machines never heard in training. *Model:* a linear classifier on
# features. *Criterion:* the average cross-entropy on the training machines plus an L2 penalty; a missed worn bearing costs more than a false
# alarm, so its loss is weighted. *Algorithm:* gradient descent. By hand I would measure loudness in a dozen frequency bands and how
# peaked the signal is, since worn balls click. A learned representation could find patterns in time, such as clicks whose rate follows the
# speed of rotation, that fixed bands average away. With two hundred recordings I start with the classical pipeline: few
# parameters, quick to check, and a mechanic can judge the features. With a hundred thousand recordings I would train a network, since then
# there is enough data to learn the features and no more need to guess them.
#
# *Points:* 2 for four elements that are really told apart (criterion and algorithm are most often mixed up), 1 for a split that judges on truly
# new cases, 1 for features on both sides, 1 for a choice with a reason that mentions the amount of data or of knowledge.
# ### END SOLUTION

# %% [markdown]
# ## 7 · What to take along
#
# - Learning is choosing a function from a family by data. Four elements: data, model, learning criterion, optimization algorithm.
# - AI contains ML. Neural networks and deep learning overlap inside it, and neither contains the other.
# - The deep pipeline learns its features together with the prediction, from one criterion. It can do that because every stage is
#   differentiable, so that blame can be handed down.
# - What is computed from data, even a mean, is computed from the training set.
#
# Next: [four kinds of learning](02_four_kinds.ipynb), which differ in what the learner is told.
