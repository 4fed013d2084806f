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
# ## 1.1 · What learning is, and where neural networks stand
#
# This chapter assumes that you can read Python and that you have met a derivative and a matrix product.
# It does not assume that you have ever trained anything. It has four parts:
#
# 1. **What learning is** (this notebook): the four elements, the map of the field, two pipelines, and credit assignment.
# 2. **Four kinds of learning**, each run once: supervised, unsupervised, semi-supervised, reinforcement.
# 3. **Does it generalize?** Over- and underfitting, bias and variance, cross-validation, and two sobering facts.
# 4. **Learning by going downhill**: gradient descent, where more ambitious methods win, and why large networks cannot afford them.
#
# **After the chapter you will be able to**
#
# - *split* any learning method into data, model, learning criterion and optimization algorithm;
# - *place* a method on the map of AI, machine learning, neural networks and deep learning, and say why it belongs there;
# - *write* nearest neighbors, PCA, ridge regression, k-means, self-training, Q-learning and gradient descent yourself;
# - *measure* whether a model underfits or overfits, and choose its settings without deceiving yourself;
# - *predict* from the curvature whether gradient descent with a given learning rate will arrive, creep or overshoot.
#
# ### How the exercises work
#
# Where it says `YOUR CODE HERE`, write the function and delete the line `raise NotImplementedError()`. Then run the cell below it: `check` tries your function on many inputs and tells you what is right, what is not, and often
# why; run it as often as you like. Later cells use *your* functions, so go on when the check has passed.
#
# **Predict, then run** asks you to write down what you expect before you look, on paper or in a cell that you add. The code of an experiment need not be read: the text says what it does
# and what to see. And where the text says what happens with other seeds or other data, `docs/claims/ch01.md` has the measurements.
#
# ### Notation and shapes
#
# Rows are examples in every chapter. When a formula puzzles you, write the shapes under it first. Each letter is explained where it comes up, and all of them stand in the table below: click on the line to unfold it.
#
# <details><summary>All letters of the chapter, with shapes and meanings</summary>
#
# | symbol | in code | shape | meaning |
# |---|---|---|---|
# | $N, D, K$ | | numbers | examples, features of one example, classes or clusters |
# | $x$ | `x` | `(N, D)` | the data: one example (样本) in each row, one feature (特征) in each column; $x_i$ is one example, $\bar x$ the mean of some, $\tilde x$ the data minus their mean |
# | $y, \hat y$ | `y` | `(N,)` | what is to be predicted: a number, or a class $0 \dots K-1$ (the label, 标签); and the prediction |
# | $f(x; \theta)$ | a function | | the model (模型) with its parameters (参数) $\theta$, which are $P$ numbers; $w, v$ are weights |
# | $L(y, \hat y)$ | | number | loss (损失): how bad the prediction $\hat y$ is when $y$ is true, for one example |
# | $J(\theta)$ | | number | the learning criterion: what is made small, for instance the average loss |
# | $\phi, M$ | `phi` | `(N, M)` | features computed from $x$, and how many |
# | $\lambda, I_0$ | `lam` | number, `(M, M)` | strength of a penalty (`lambda` is a reserved word in Python), and what it weighs |
# | $\eta, t$ | `lr` | numbers | learning rate (学习率): how far one step goes; the number of the step |
# | $k$ | `k` | number | a whole number chosen by a person: how many neighbors, components or folds |
# | $\mu_j, \sigma_j$ | | `(D,)` | mean and standard deviation of feature $j$; $\sigma_\varepsilon$ is that of the noise, $\sigma_L$ that of a loss |
# | $S, u, \nu$ | | `(D, D)`, `(D,)`, number | covariance matrix, a direction of length 1, an eigenvalue of $S$ |
# | $A, c, \kappa$ | | `(P, P)`, numbers | second derivatives of $J$, its eigenvalues (curvatures), largest divided by smallest |
# | $z$ | | like $x$ or $\theta$ | the same thing in other coordinates |
# | $\ell, m$ | `labels`, `centers` | `(N,)`, `(K, D)` | cluster of each example, center of each cluster |
# | $s, a, r$ | `s, a, r` | numbers | state, action, reward; $s', a'$ come next |
# | $Q, \alpha, \gamma$ | `q` | (states, actions) | value of an action in a state, the fraction of the way that one update goes, discount |
# | $e$ | | number | largest error in a table $Q$ |
# | $\mathcal R, g, \varepsilon, R$ | | | expected risk; true function, the mean of $y$ at $x$; noise; number of training sets |
# | $d, V$ | `degree` | numbers | degree of a polynomial; volume of a small cube |
# | $H, \delta$ | `hidden` | number, like $\theta$ | hidden units of a network; a move of the parameters |
# | $n, i, j$ | | whole numbers | examples in a group; and indices: $i$ an example, $j$ a feature or direction |
# | $p$ | | number | a probability |
# | $\mathbb E$ | `.mean()` | | expectation: the average over everything that may happen |
#
# </details>
#
# ### The mathematics you need
#
# Three things are used all through the chapter. Here is a worked example of each.
#
# 1. **The gradient of a quadratic.** The gradient $\nabla J$ lists all partial derivatives and has the shape of the parameters. For $J(\theta) = 3\theta_1^2 + 2\theta_1\theta_2 + \theta_2^2$ it is
#    $(6\theta_1 + 2\theta_2,\; 2\theta_1 + 2\theta_2)$. In matrix form $J = \frac12 \theta^\top A\, \theta$ with the second derivatives $A = \begin{pmatrix} 6 & 2 \\ 2 & 2 \end{pmatrix}$, and $\nabla J = A\theta$. In the same way
#    $\nabla_w \lVert \phi w - y \rVert^2 = 2\phi^\top(\phi w - y)$: the chain rule, with shapes `(M, N) @ (N,) = (M,)`.
# 2. **An eigenvector.** A matrix turns most vectors; an eigenvector it only stretches. $\begin{pmatrix} 2 & 1 \\ 1 & 2 \end{pmatrix} \begin{pmatrix} 1 \\ 1 \end{pmatrix} = 3 \begin{pmatrix} 1 \\ 1 \end{pmatrix}$: eigenvector
#    $(1, 1)$, eigenvalue 3. The other one is $(1, -1)$ with eigenvalue 1. A *symmetric* matrix of shape `(D, D)` has $D$ of them at right angles to each other (we use this fact without proof), and the sum of its diagonal, the trace, here
#    $2 + 2$, is the sum of its eigenvalues, here $3 + 1$.
# 3. **An expectation.** $\mathbb E$ is the average over everything that may happen, each weighted by its probability. For a die $\mathbb E\, y = (1 + 2 + \dots + 6)/6 = 3.5$; the variance is $\mathbb E (y - 3.5)^2 \approx 2.92$ and its root, the
#    standard deviation, 1.71. Sums may be taken apart, $\mathbb E(y_1 + y_2) = \mathbb E y_1 + \mathbb E y_2$, and products of *independent* numbers too, $\mathbb E(y_1 y_2) = \mathbb E y_1 \cdot \mathbb E y_2$. So the variances of
#    independent numbers add up. If each of $N$ has the variance $\sigma^2$, their sum has $N\sigma^2$ and their mean $N\sigma^2/N^2$: the standard deviation of the mean, its **standard error**, is $\sigma/\sqrt N$. A number
#    that is 1 with probability $p$ and else 0 has the mean $p$ and the variance $p - p^2 = p(1 - p)$.

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

from sklearn.datasets import load_digits
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.ensemble import ExtraTreesClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression, Perceptron
from sklearn.model_selection import KFold, cross_val_predict, train_test_split
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import BernoulliRBM
from sklearn.tree import DecisionTreeClassifier

import nnkit.functional as F
from nnkit import optim
from nnkit.plot import ch01_data, ch01_maps
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
fig, axes = plt.subplots(2, 8, figsize=(9, 2.7), sharex=True, sharey=True)
for row, digit in enumerate((3, 8)):
    for ax, image in zip(axes[row], x_train[y_train == digit]):
        ax.imshow(image.reshape(8, 8), cmap="gray_r", vmin=0, vmax=1)
        ax.add_patch(plt.Rectangle((1.5, 4.5), 1, 1, fill=False, edgecolor="C1", linewidth=2))
        ax.set(xticks=range(0, 8, 2), yticks=range(0, 8, 2))
        ax.tick_params(labelsize=7, length=2)
        ax.grid(False)
        ax.spines[:].set_visible(True)
fig.suptitle("Threes and eights. Rows and columns count from 0; the square marks row 5, column 2")
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
print(f"threes and eights: {len(a_train)} for training, {len(a_test)} for the test")
print(f"candidate rules tried: {len(candidates)}")
for name, rule in (("rule written by hand", (5 * 8 + 2, 0.5)), ("rule found from data", found)):
    row, column = divmod(rule[0], 8)
    train_share, test_share = right(a_train, eight_train, *rule), right(a_test, eight_test, *rule)
    print(
        f"{name}: row {row}, column {column}, darker than {rule[1]:.2f}:"
        f"  right on training {train_share:.3f}, on test {test_share:.3f}"
    )

# %% jupyter={"source_hidden": true} tags=["experiment"]
pixel_shares = np.array([right(a_train, eight_train, *rule) for rule in candidates]).reshape(64, 16)
always_three = np.mean(~eight_train)
ch01_data.rule_map(pixel_shares, {"by hand": 5 * 8 + 2, "found": found[0]}, always_three)
plt.show()
print(f"always saying 3: right on training {always_three:.3f}")
print("best share of each pixel: lowest", pixel_shares.max(axis=1).min().round(3), end=", ")
print("highest", pixel_shares.max(axis=1).max().round(3))

# %% [markdown]
# **What to see:** left, all 1024 rules at once. Each square is a pixel, its number the share of the training images (in percent) that the *best* of its 16 thresholds gets right. Saying 3 every time is right for 51%: a white square, with about that number, knows nothing. (The few reddish ones, down to 41, do know something, but the other way round: there ink speaks for a 3, and the form of our rule cannot say that.) The dark blue ones lie where the left side of the loops is open or closed, the pixel of the person among them. Right, the 16 thresholds of the two marked pixels. To learn, here, is to search this map for its bluest square.
#
# The search looked at 1024 rules and took the best. It knows nothing about loops, and yet it seems to beat the rule of a person who does.
# Does it? 72 test images are too few to say. So we repeat the division into training and test set 500 times, at random,
# search anew each time, and average. **Predict, then run:** for each of the two rules, will the average on the training images be above, below or equal to that on the test images?

# %% tags=["experiment"]
x38, eight = np.vstack([a_train, a_test]), np.hstack([eight_train, eight_test])
# is_right[r, i]: does rule r say the right thing about image i?  (1024, 357)
is_right = np.array([(x38[:, pixel] > threshold) == eight for pixel, threshold in candidates])
# Pixels are multiples of 1/16, so "> 0.5" and "> 17/32" are one rule.
hand = candidates.index((5 * 8 + 2, 17 / 32))
rng = np.random.default_rng(0)
shares, lead, tested = [], np.zeros(len(eight)), np.zeros(len(eight))
for _ in range(500):
    order = rng.permutation(len(eight))
    train, test = order[: len(eight_train)], order[len(eight_train) :]
    best = is_right[:, train].mean(axis=1).argmax()
    shares.append([is_right[rule, part].mean() for rule in (hand, best) for part in (train, test)])
    lead[test] += is_right[best, test].astype(float) - is_right[hand, test]
    tested[test] += 1
shares = np.array(shares)  # (500, 4)
for name, (train, test) in (("written by hand", shares[:, :2].T), ("found from data", shares[:, 2:].T)):
    error = (train - test).std() / np.sqrt(500)
    print(f"rule {name}: right on training {train.mean():.3f}, on test {test.mean():.3f},", end=" ")
    print(f"difference {np.mean(train - test):+.3f} ± {error:.3f}")
ahead = lead / tested  # (357,): for each image, found minus written, when it was a test image
print(f"on test: found minus written {ahead.mean():+.3f}", end=" ")
print(f"± {ahead.std() / np.sqrt(len(ahead)):.3f} (as far as {len(ahead)} images can tell)")

# %% [markdown]
# The hand-written rule has equal averages on both sides, and it must: it is always the same rule, and over many random divisions every image is
# equally likely to be on either side. (The number after ± says how far the luck of 500 divisions can shift the average. And the hand-written rule is not quite innocent either: a person chose it after looking at sixteen of these images.) The found rule differs from one division to the next, it is chosen with the help of the training side, and it looks about two points better there than on the images that it has not seen.
#
# On those it is still about two points ahead of the other rule. Would it be ahead on *other* threes and eights too? That no number of divisions can tell: they all shuffle the same 357 images. So the last line takes the images one by one: how often was the found rule right about this image, less how often the written one was? The mean of these 357 differences is uncertain by their standard deviation divided by $\sqrt{357}$, and that is more than the lead itself. The found rule is about as good as the written one; which of them is better, 357 images cannot say. Two things follow, and they are what this chapter is about.
# Data alone found a rule that is no worse than a person's, as far as 357 images can tell, without anyone knowing about loops. And the same data *flatters* whatever was chosen with its help: to judge a rule you need data that it has not seen.
#
# **Machine learning** (机器学习) is this: choosing a function from a family by looking at data, so that it does well on
# data it has not seen. Nearly every learning method has the same **four elements**, and our little search has them all.
#
# | element | question it answers | in the search above | in a neural network |
# |---|---|---|---|
# | data (数据) | what experience is there? | 285 images with labels | many images with labels |
# | model (模型) | among which functions do we choose? | "this pixel is darker than this threshold", with $\theta$ = (pixel, threshold) | layers of neurons, with all weights as $\theta$ |
# | learning criterion (学习准则) | which of them is better? | fewest mistakes on the training set | smallest average loss, plus a penalty |
# | optimization algorithm (优化算法) | how do we find a good one? | try them all | gradient descent |
#
# Change one element and you have another method. When you meet a new one, ask for its four elements first. (One of them may be empty: nearest neighbors, in notebook 1.2, only stores the data. It fits nothing, so it has no criterion.)

# %% [markdown]
# ## 2 · The map
#
# Four names are often confused: artificial intelligence, machine learning, neural networks, deep learning. A picture shows how they are related. (Where a cell does nothing but draw, its code is folded away; click on the three dots to see it.)

# %% jupyter={"source_hidden": true} tags=["experiment"]
ch01_maps.field_map()
plt.show()

# %% [markdown]
# **What to see:** neural networks and deep learning *overlap*; neither contains the other. Machine learning lies inside
# artificial intelligence, and both ellipses lie inside machine learning.
#
# - **Artificial intelligence** (人工智能, AI) is the aim: machines doing what takes intelligence in people. A route
#   planner that searches a map with A\* belongs here although it learns nothing.
# - **Machine learning** (ML) is one way there: the function is chosen from data.
# - A **neural network** (神经网络, NN) is one family of models: many copies of one simple **unit**, connected, with the
#   knowledge in the strengths of the connections. A unit computes one number, a weighted sum of its inputs passed through a fixed function.
#   Units side by side form a **layer**; a layer between the inputs and the output layer is a **hidden layer**.
# - **Deep learning** (深度学习, DL) is about *how many steps of processing are learned, one on top of another*: features,
#   features of features, and so on.
#
# *Neural but not deep:* the perceptron has no hidden layer, a two-layer net has one. *Deep but not neural:* a deep forest
# stacks layers of decision trees. A deep belief net (深度信念网络) is a stack of layers of random variables, a graphical
# model (概率图模型): its links say which variables depend on which, not which number is computed from which. (The same weights
# can afterward start off a neural network.) A linear model could stand in either region: as a formula it is one layer of units; it is filed by its history. There is no agreed number of layers at which "deep"
# begins. We use the word for two hidden layers or more. And we draw networks that learn: in 1943 McCulloch and Pitts wired
# theirs by hand, which is neural, but not learning.
#
# Now let us visit the regions. The next three cells train examples of every region on the digits:
# the same 1437 images to learn from, the same 360 to be judged by. You need not follow the code yet: the first two cells say how the
# larger ones are built, the third trains all eight, which takes ten seconds or so.
#
# **Predict, then run:** which of the eight (decision tree, 3 nearest neighbors, linear model, perceptron, two-layer net, net with two hidden layers, deep forest, deep belief net) will be best, and which worst? (A **decision tree**, 决策树, asks one question after another, each about one feature and one threshold; the answer decides which question is next, and at the end stands a class. The rule of section 1 is a tree of a single question. The names on the map that are not run here, such as ResNet or LSTM, have chapters of their own or need not concern you.)


# %% tags=["experiment", "nbval-ignore-output"]
def network(sizes, x, y, epochs=40, seed=0):
    """A network with ReLU between its layers, trained with Adam on the cross-entropy (chapters 2 and 3)."""
    rng = np.random.default_rng(seed)
    layers = [Linear(sizes[0], sizes[1], rng=rng)]
    for fan_in, fan_out in itertools.pairwise(sizes[1:]):
        layers += [ReLU(), Linear(fan_in, fan_out, rng=rng)]
    net = Sequential(*layers)
    loss = (F.cross_entropy_forward, F.cross_entropy_backward)
    adam = optim.Adam(net, lr=3e-3)
    fit(net, x, y, optimizer=adam, loss=loss, epochs=epochs, rng=rng, progress=False)
    return net


# %% tags=["experiment"]
def hits(labels):
    """1 where a test image is read rightly, 0 elsewhere; (360,)."""
    return (labels == y_test).astype(float)


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
    return sum(outputs).argmax(axis=1)


def deep_belief_net():
    """Two layers of random variables, each fitted to the one below without labels; then a linear reader."""
    low = BernoulliRBM(150, learning_rate=0.1, n_iter=30, random_state=0).fit(x_train)
    high = BernoulliRBM(150, learning_rate=0.1, n_iter=30, random_state=0).fit(
        low.transform(x_train)
    )
    top = [high.transform(low.transform(x)) for x in (x_train, x_test)]
    reader = LogisticRegression(C=10, max_iter=2000).fit(top[0], y_train)
    return reader.predict(top[1])


# %% tags=["experiment", "nbval-ignore-output"]
# About 10 s on an ordinary laptop.
shallow_net = network([64, 32, 10], x_train, y_train)
deep_net = network([64, 64, 32, 10], x_train, y_train)
ready_made = {
    ("ML only", "decision tree"): DecisionTreeClassifier(random_state=0),
    ("ML only", "3 nearest neighbors"): KNeighborsClassifier(3),
    ("ML only", "linear model"): LogisticRegression(max_iter=2000),
    ("neural, not deep", "perceptron"): Perceptron(random_state=0),
}
visited = {key: hits(m.fit(x_train, y_train).predict(x_test)) for key, m in ready_made.items()}
visited["neural, not deep", "two-layer net"] = hits(shallow_net(x_test).argmax(axis=1))
visited["neural and deep", "net, two hidden layers"] = hits(deep_net(x_test).argmax(axis=1))
visited["deep, not neural", "deep forest, 3 levels"] = hits(deep_forest())
visited["deep, not neural", "deep belief net, 2 levels"] = hits(deep_belief_net())
reference = visited["ML only", "3 nearest neighbors"]
print(f"{'':45s}accuracy   difference from 3 neighbors")
for (region, method), right_ones in visited.items():
    gap = right_ones - reference  # (360,): image by image
    error = gap.std() / np.sqrt(len(gap))
    compared = f"{gap.mean():+.3f} ± {error:.3f}" if gap.any() else ""
    print(f"{region:18s}{method:27s}{right_ones.mean():8.3f}   {compared}")

# %% [markdown]
# **What to see:** every region can read digits, and on this small task the deep methods do not lead. Nearest neighbors, with no training at all, are as good as anything here; the decision tree and the belief net come last.
#
# How much of this is the luck of the test set? Each answer is right (1) or wrong (0), so one accuracy near 0.97 on 360 images has the standard error $\sqrt{0.97 \cdot 0.03 / 360} \approx 0.009$. The *difference* of two methods on different images would have $\sqrt2$ times that, 0.013. But ours were asked
# about the same images, so we can do better: take the difference image by image ($1$, $0$ or $-1$), and the standard error of its mean. That is the **paired** comparison in the last column. If two methods were equally good, chance alone would
# make a difference of more than two standard errors about once in twenty comparisons. What is less than that should not be ranked. So the decision tree, the perceptron and the belief net are behind nearest neighbors, the linear model is a borderline case; the two networks and the deep forest cannot be told apart from them.
#
# The deep belief net stands out: it is worse than the *linear model on the bare pixels*. A likely reason is not its depth but how it was trained (the table cannot separate the two): its layers were fitted without labels, to imitate the images, and nothing
# corrected them afterward for the purpose of telling digits apart; a linear reader is all that saw a label. In practice the weights were corrected with labels in a second stage.
#
# So the map is no ranking. Deep networks pull ahead where examples are many, inputs are large, and nobody knows good features.
# *What would change our minds:* the same table for 60,000 large photographs, where pixel-by-pixel neighbors mean nothing.

# %% [markdown]
# ## 3 · Two pipelines
#
# Before networks took over, most learning systems were built like this:
#
# **preprocess** (预处理: crop, clean) → **extract features** (特征提取: a person decides what to measure) →
# **transform features** (特征转换: scale, combine and reduce the measurements) → **predict** (预测: a simple model).
#
# Deep learning keeps the two ends and learns the middle: **representation learning** (表示学习).


# %% jupyter={"source_hidden": true} tags=["experiment"]
ch01_maps.pipelines()
plt.show()

# %% [markdown]
# **What to see:** blue boxes have parameters that are set by data. In the white boxes nothing is fitted: they are the input, the answer, and what people decided. The classical pipeline fits each blue box on
# its own; the deep one fits all of them to one criterion.
#
# We will build both for the digits. First the tools of the middle: standardizing, and PCA.
#
# ### Standardizing: bring features to one scale, without leaking
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
# **Task.** Write `standardize(x_train, x_test) -> (z_train, z_test)`, both arrays with $D$ columns, each result with the shape of its input. A feature that is constant
# in the training set has $\sigma_j = 0$: it becomes 0 there, and must stay finite in the test set.
#
# *Hint:* rounding can make the computed standard deviation of a constant column a tiny number instead of 0 (try six times 0.1), and dividing by it blows the rounding error up. What do you know about the largest and the smallest
# value of a column that is constant?


# %% nbgrader={"grade_id": "standardize", "solution": true}
def standardize(x_train, x_test):
    """Scale both sets by the training set's mean and standard deviation.

    x_train (N, D), x_test (any number of rows, D) -> z_train, z_test of the same shapes.
    The variance divides by N.
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
# $S$ is the covariance matrix (协方差矩阵), `(D, N) @ (N, D) = (D, D)`. It is symmetric, so it has $D$ eigenvectors (特征向量) $u_1 \dots u_D$ of length 1 at right angles, with $S u_j = \nu_j u_j$. Let $\nu_1$ be the largest
# eigenvalue. Any direction can be put together from them, $u = \sum_j z_j u_j$ with $z_j = u_j^\top u$, and $\sum_j z_j^2 = \lVert u \rVert^2 = 1$. Insert this. $S$ stretches each eigenvector, $S u = \sum_j z_j \nu_j u_j$; multiplied by $u = \sum_i z_i u_i$ from the left, all products $u_i^\top u_j$ with $i \ne j$ are 0, since the eigenvectors are at right angles, and $u_j^\top u_j = 1$ is left:
#
# $$u^\top S u = \sum_i \sum_j z_i z_j \nu_j\, u_i^\top u_j = \sum_j \nu_j z_j^2 .$$
#
# The variance along $u$ is a weighted average of the eigenvalues, with weights $z_j^2$ that add up to 1. So it cannot exceed $\nu_1$, and it is $\nu_1$ when all the weight is on $u_1$. The best
# direction is the eigenvector of the largest eigenvalue, and the eigenvalue is the variance along it. Among the directions at right angles to $u_1$ (those with $z_1 = 0$) the best is $u_2$, with the second largest
# eigenvalue, and so on. The eigenvalues add up to the trace of $S$, which is the sum of the variances of all features: the total variance. So the share that component $j$ explains is $\nu_j / \sum_{j'} \nu_{j'}$.
#
# *By hand:* the points $(2, 1), (1, 2), (-2, -1), (-1, -2)$ have mean $(0, 0)$ and
# $S = \begin{pmatrix} 2.5 & 2 \\ 2 & 2.5 \end{pmatrix}$. Its eigenvectors are $(1, 1)/\sqrt 2$ with $\nu_1 = 4.5$ and
# $(1, -1)/\sqrt 2$ with $\nu_2 = 0.5$. The first direction explains $4.5/5 = 90\%$ of the variance. Turn the direction and see (where is the variance largest, where smallest, and how far apart are the two angles?):

# %% tags=["experiment", "nbval-ignore-output"]
# About 6 s on an ordinary laptop.
by_hand = np.array([[2, 1], [1, 2], [-2, -1], [-1, -2]])
turns = range(0, 181, 15)
frames = [ch01_data.direction_frame(by_hand, degrees) for degrees in turns]
labels = [f"{degrees}°" for degrees in turns]
plot.slider(frames, labels, "angle of the direction u", start=2, still=(0, 3, 9))

# %% [markdown]
# **What to see:** the diamonds are the points as seen along $u$: the number $\tilde x_i^\top u$ tells where on the line each projection lies. At 45° they are farthest apart and the variance is the larger eigenvalue, 4.5. At 135°, at right
# angles to that, they are closest together and it is 0.5.
#
# **Task.** Write `pca(x, k) -> (components, explained_variance_ratio)`, shapes `(k, D)` and `(k,)`: components in rows, unit length,
# largest variance first. The sign of a component is free. The ratio refers to the variance of all $D$ directions.
#
# *Hint:* `np.linalg.eigh` is made for symmetric matrices. Look up in which order it returns eigenvalues, and whether eigenvectors
# are its rows or its columns.


# %% nbgrader={"grade_id": "pca", "solution": true}
def pca(x, k):
    """The k directions of largest variance.

    x (N, D) -> components (k, D), unit vectors in rows, largest variance first;
    explained_variance_ratio (k,), shares of the total variance.
    """
    ### BEGIN SOLUTION
    centered = x - x.mean(axis=0)
    covariance = centered.T @ centered / len(x)  # (D, D)
    variances, vectors = np.linalg.eigh(covariance)  # ascending; eigenvectors in columns
    order = np.argsort(variances)[::-1][:k]
    return vectors[:, order].T, variances[order] / variances.sum()
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_pca", "grade": true, "points": 8}
check(pca)

# %% [markdown]
# ### The digits in a plane
#
# What do the components of the digits look like? Each is a direction in the space of 64 pixels, so it can be shown as an image.

# %% tags=["experiment"]
components, ratio = pca(x_train, 64)
center = x_train.mean(axis=0)
titles = [f"{j + 1}: {ratio[j]:.0%}" for j in range(8)]
pictures = components[:8].reshape(8, 8, 8)
name = "Components, and their shares of the variance"
fig = plot.images(pictures, titles, columns=4, symmetric=True, share=True, scale=1.4, title=name)
fig.colorbar(fig.axes[0].images[0], ax=fig.axes, label="weight of the pixel")
plt.show()
for count in (2, 10, 21, 40):
    print(f"{count:2d} principal components hold {ratio[:count].sum():.2f} of the variance")

# %% [markdown]
# **What to see:** red is positive, blue negative, white 0; the title gives the share of the variance. An image with more ink than the mean image in the red places and less in the blue ones has a large positive coordinate along that
# component. (Exchange red and blue, and it is the same direction, walked the other way.) The first few are broad contrasts, the later ones finer. The left and right edges are nearly white: few digits have ink there, so little varies.
#
# Two numbers for each image are enough to draw it as a point. PCA chooses the two directions without looking at the labels. **Linear discriminant analysis**
# (线性判别分析, LDA) looks at them: it wants the class means far apart *compared with* the spread inside the classes. For two classes, seen along a direction $u$ as the numbers $z_i = x_i^\top u$, it makes this ratio large:
#
# $$\frac{(\bar z_1 - \bar z_0)^2}{\sigma_0^2 + \sigma_1^2}$$
#
# The numerator is the squared distance between the two class means, the denominator the sum of the variances inside the classes. *By hand:* class 0 has the points $(0, 0), (2, 10)$, class 1 has $(4, 1), (6, 11)$. Along feature 1 the means are 1 and 5, the variances 1 and 1: the ratio is $4^2/(1 + 1) = 8$. Along feature 2 the means are 5 and 6, the variances 25 and 25: $1^2/(25 + 25) = 0.02$. Of these two LDA takes feature 1, which tells the classes apart. PCA, which does not know the classes, takes feature 2: its variance over all four points is $25.25$, that of feature 1 only $5$.

# %% tags=["experiment"]
lda = LinearDiscriminantAnalysis(n_components=2).fit(x_train, y_train)
planes = {
    "PCA (labels not used)": [(x - center) @ components[:2].T for x in (x_train, x_test)],
    "LDA (labels used)": [lda.transform(x) for x in (x_train, x_test)],
}


def draw_planes(planes):
    ch01_data.digit_planes({name: both[1] for name, both in planes.items()}, y_test)
    plt.show()
    for name, (plane_train, plane_test) in planes.items():
        score = KNeighborsClassifier(15).fit(plane_train, y_train).score(plane_test, y_test)
        print(f"{name}: 15 nearest neighbors in the plane are right on {score:.2f} of the test set")


draw_planes(planes)

# %% [markdown]
# **What to see:** every test image is drawn as the digit it shows. On the left some digits already form islands, although nobody told PCA that there are ten kinds. LDA was told: it moves
# the 0s far out, and the 4s and 6s to the left, side by side, at the price of crowding the rest. Counted over all ten digits the two planes are nearly
# equally good, and neither is good enough: two numbers are too few. It takes 21 of 64 directions to hold 90% of the variance.
#
# ### The classical pipeline, run
#
# *Extract features:* how much ink there is in each of the 8 rows and 8 columns, and, for each region of the image, how strong
# the strokes are in each of four orientations. *Transform:* standardize, then PCA. *Predict:* a linear model.
#
# Two settings are open: into how many regions the image is cut (2 × 2 or 4 × 4), and how many numbers PCA keeps (24 or all). The sums are 16 numbers; 2 × 2 regions add 16, 4 × 4 regions add 64. So *all* means 32 or 80. To learn what each setting does, and whether they depend on each other, we try all four combinations: a **factorial
# experiment**. And we do not choose by the test set. Each combination is judged by **cross-validation** on the training images (train on four fifths of them, judge on the last fifth, in turn for all five; more in notebook 1.3). The winner is tested
# once. All of it is repeated for five divisions into training and test set.
#
# **Predict, then run:** does it help to cut the image finer? To keep more numbers? Both at once?


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


def divide(seed):
    return train_test_split(x_all / 16, y_all, test_size=360, random_state=seed, stratify=y_all)


# %% tags=["experiment"]
# About 7 s on an ordinary laptop.
settings = [(2, 24), (2, 32), (4, 24), (4, 80)]  # regions along each side, numbers kept
validated, pixel_scores, classical_scores = [], [], []
for seed in range(5):
    a, b, label_a, label_b = divide(seed)
    folds = list(KFold(5, shuffle=True, random_state=seed).split(a))
    row = [
        np.mean([classical(a[i], label_a[i], a[j], label_a[j], *setting) for i, j in folds])
        for setting in settings
    ]
    validated.append(row)
    chosen = settings[int(np.argmax(row))]
    pixel_scores.append(linear(a, label_a, b, label_b))
    classical_scores.append(classical(a, label_a, b, label_b, *chosen))
    name = f"{chosen[0]} × {chosen[0]} regions, {chosen[1]} numbers"
    print(f"division {seed}: chosen {name}, tested once: {classical_scores[-1]:.3f}", end="")
    print(f"   linear model on pixels {pixel_scores[-1]:.3f}")
print("cross-validated accuracy    24 numbers kept   all kept")
for name, pair in zip(("2 × 2 regions", "4 × 4 regions"), np.mean(validated, axis=0).reshape(2, 2)):
    print(f"{name:27s} {pair[0]:15.3f} {pair[1]:10.3f}")

# %% [markdown]
# **What to see:** read the small table by rows and by columns. Finer regions alone bring nothing, as long as only 24 numbers are kept. With coarse regions, keeping all numbers brings nothing either (these are only eight more). Finer regions *and* all 80 of their numbers help much. An
# experiment that changed one thing at a time would have found neither worth doing, and one that changed both at once would not have known which of them did it.
#
# The chosen features beat the bare pixels in each division. This is what the work on a classical pipeline was like: think, try, measure, try again, and for every new task from the start.
#
# ### The deep pipeline, run
#
# Now the same pixels go into a net with two hidden layers. Nobody says what to measure. Then we take the output of its
# second hidden layer, 32 numbers for each image, as features: a **representation** that was learned.

# %% tags=["experiment", "nbval-ignore-output"]
# About 5 s on an ordinary laptop.
deep_scores = []
for seed in range(5):
    a, b, label_a, label_b = divide(seed)
    net = network([64, 64, 32, 10], a, label_a, seed=seed)
    hidden = Sequential(*net.layers[:-1])  # everything but the last affine map
    deep_scores.append(
        [np.mean(net(b).argmax(axis=1) == label_b), linear(hidden(a), label_a, hidden(b), label_b)]
    )
deep_scores = np.array(deep_scores)
names = (
    "pixels,\nlinear model",
    "chosen features,\nlinear model",
    "deep net",
    "linear model on\nlearned features",
)
both = np.column_stack([pixel_scores, classical_scores, deep_scores])
fig, ax = plt.subplots(figsize=(8.5, 3.4))
for i, score in enumerate(both.T):
    color = "C0" if i > 1 else "0.45"
    ax.plot(i + np.linspace(-0.12, 0.12, 5), score, "o", color=color, alpha=0.7)
    ax.plot([i - 0.25, i + 0.25], [score.mean()] * 2, color=color, linewidth=2.5)
    ax.text(i + 0.3, score.mean(), f"{score.mean():.3f}", va="center", fontsize=9)
ax.set(xticks=range(4), xlim=(-0.5, 3.8), ylim=(0.94, 1), ylabel="test accuracy")
ax.set_xticklabels(names)
plt.show()
for name, score in zip(names, both.T):
    label = name.replace("\n", " ")
    print(f"{label:34s} {score.mean():.3f}")
gap = both[:, 1] - both[:, 3]
error = gap.std(ddof=1) / np.sqrt(5)
print(f"chosen minus learned features: {gap.mean():+.3f} ± {error:.3f} (five divisions)")

# %% [markdown]
# **What to see:** each dot is one division (set side by side so that none hides another), the bar their mean; gray for what people chose, blue for what was learned. The learned representation beats the bare pixels, and carefully chosen hand-made features are no worse than it is (the last printed line has their difference, paired by division). On 8 × 8 digits, where a person can tell what matters, hand-made features are
# not beaten. (They had a little help: their settings were chosen by cross-validation, the net had none of its own chosen.) What differs is who did the work, and what it takes to move to the next task: new thought for the classical pipeline, new data for the deep one.

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
# A long pipeline makes a mistake. Which stage caused it, and in which direction should it have changed? This is the
# **credit assignment problem** (贡献度分配问题). In the classical pipeline a person answers it by trial and error. Neural networks have an exact and cheap answer. It is not the only
# reason for their success (large collections of data and fast hardware are others, and no experiment here could weigh them), but without it none of the large networks could be trained.
#
# *By hand.* Three stages, each multiplying by one number: $\hat y = w_3 w_2 w_1 x$ with $x = 1$ and $w = (2, 3, 0.5)$, so
# $\hat y = 3$. The right answer is $y = 4$; the loss is $L = \frac12(\hat y - y)^2 = 0.5$. How fast does $L$ change with
# each weight? The chain rule gives the derivative through all later stages:
#
# $$\frac{\partial L}{\partial w_1} = \underbrace{(\hat y - y)}_{-1} \cdot w_3 w_2\, x = -1.5, \qquad
# \frac{\partial L}{\partial w_2} = (\hat y - y)\, w_3\, w_1 x = -1, \qquad
# \frac{\partial L}{\partial w_3} = (\hat y - y)\, w_2 w_1 x = -6 .$$
#
# So $w_3$ carries the most blame, and all three should grow (the derivative is negative: raising the weight lowers the loss).

# %% jupyter={"source_hidden": true} tags=["experiment"]
ch01_maps.credit_chain([2, 3, 0.5], x=1, y=4)
plt.show()

# %% [markdown]
# **What to see:** blue numbers travel to the right, one multiplication at each stage. Orange numbers travel back: the derivative of the loss with respect to the value above. At each stage it is multiplied by that stage's weight. A weight's own
# derivative is the product of the two numbers that meet at it, the value that came in and the blame that came back. The bar shows it, to the left of its zero mark where the derivative is negative. Nothing is computed twice: that is why all three together are cheap.
#
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
# everywhere, and its derivative has to say something. That of a decision tree does not: nudge its threshold a little and usually nothing changes at all. The derivative is 0, so there is no blame to
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
# would start with the classical or the deep pipeline, and why. About ten sentences.
#
# (Graded by a person, 5 points: 2 for four elements that are told apart, 1 for a test on truly new cases, 1 for features of both kinds, 1 for a reasoned choice.)

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
# - Learning is choosing a function from a family with the help of data. Four elements: data, model, learning criterion, optimization algorithm.
# - AI contains ML. Neural networks and deep learning overlap inside it, and neither contains the other.
# - The deep pipeline learns its features together with the prediction, from one criterion. It can do that because every stage has
#   a derivative that does not vanish almost everywhere, as a tree's does, so that the error can be traced back through it.
# - Two methods tried on the same examples are compared pair by pair; a difference below two standard errors does not rank them.
# - What is computed from data, even a mean, is computed from the training set.
#
# Next: [four kinds of learning](02_four_kinds.ipynb), which differ in what the learner is told.
