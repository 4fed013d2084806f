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
# # 4.3 · A LeNet on digits, and what a unit sees
#
# Now the pieces come together: a net in the manner of LeNet-5 (1998), which was built to read bank checks, trained here in seconds. Then we look into it, and take up what
# a practitioner asks next: how far does a unit see, can it see farther, how are the signals kept in range and how does one get from a small map back to a large one?
#
# Convolution and pooling, which you wrote in notebook 4.2, come from the course's own library from here on: `nnkit.layers` and `nnkit.functional`.

# %%
import matplotlib.pyplot as plt
import numpy as np

import nnkit.functional as fn
from autograder import check
from nnkit import data, metrics, optim, plot
from nnkit.layers import BatchNorm2d, Conv2d, Flatten, GlobalAvgPool2d, Linear, MaxPool2d, ReLU, Sequential
from nnkit.train import fit

plot.style()
x_train, y_train, x_test, y_test = data.digits(rng=np.random.default_rng(0), flat=False)
x_train, x_test = x_train.astype(np.float32), x_test.astype(np.float32)

# %% [markdown]
# ## 1 · The net
#
# The pattern is LeNet-5's and that of many nets since: convolution, non-linearity, subsampling; again, with more and smaller maps; then a small fully connected classifier.
# LeCun's LeNet-5 has kernels of 5 × 5, averages with learned weights for pooling, and an S-shaped activation. Ours has an image of 8 × 8 in place of 32 × 32, ReLU and max pooling. Read the shapes from top to
# bottom: space shrinks from 64 places to 4, channels grow from 1 to 32.

# %%
def lenet(rng, batch_norm=False):
    norm = (lambda c: [BatchNorm2d(c)]) if batch_norm else (lambda c: [])
    return Sequential(
        Conv2d(1, 16, 5, padding=2, rng=rng), *norm(16), ReLU(), MaxPool2d(2),
        Conv2d(16, 32, 3, padding=1, rng=rng), *norm(32), ReLU(), MaxPool2d(2),
        Flatten(), Linear(128, 64, rng=rng), ReLU(), Linear(64, 10, rng=rng),
    ).astype(np.float32)


print(lenet(np.random.default_rng(0)).summary((1, 8, 8)))

# %% tags=["experiment"]
from nnkit.plot import ch04_fields, ch04_layers, ch04_maps  # drawing, for the experiments only

ch04_layers.stacks([("", 1, 8), ("5 × 5\nReLU", 16, 8), ("pool", 16, 4), ("3 × 3\nReLU", 32, 4),
                    ("pool", 32, 2), ("dense\nReLU", 64, 0), ("dense", 10, 0)])
plt.show()

# %% [markdown]
# *What to see:* each sheet is one map, drawn to scale; the gray one is the image. The sheets become smaller and more. After the second pool the 32 maps of 2 × 2 are read as one row of 128 numbers.
#
# Two numbers to hold the net against before it has learned anything: the loss of a net that gives every class the same probability, $-\log\frac1{10} = 2.303$, and the accuracy of guessing, 0.1.

# %% tags=["experiment", "nbval-ignore-output"]
rng = np.random.default_rng(1)
net = lenet(rng)
kernels_at_start = net.parameters()["0.w"].copy()
first_scores = net(x_train)
first_loss = fn.cross_entropy_forward(first_scores, y_train)[0]
history = fit(net, x_train, y_train, optimizer=optim.Adam(net, 3e-3), schedule=optim.cosine(3e-3, epochs=8),
              epochs=8, rng=rng, validation=(x_test, y_test), metric=metrics.accuracy)
plot.curves(history, log=True, title="a small LeNet", validation="test")
plt.show()
scores = net(x_test)
predicted = scores.argmax(axis=1)
print(f"before training: loss {first_loss:.2f}, accuracy {metrics.accuracy(first_scores, y_train):.2f}")
print(f"after it: training loss {history.train_loss[-1]:.4f}, test loss {history.val_loss[-1]:.3f}, "
      f"test accuracy {metrics.accuracy(scores, y_test):.1%}")

# %% [markdown]
# *What to see:* before training the loss is a little above 2.303 and the accuracy below that of guessing: the random net prefers a few classes, for no reason. (Nothing was chosen by the test set, the dashed curve.) Nearly everything is learned in the first few epochs. The training loss goes on falling, the test loss hardly: the rest of the work makes the net more certain of what it can already do. More than 97 of 100
# digits that it has never seen are read correctly.
#
# Is that good? A linear classifier, as in chapter 2, is a strong rival on digits so small and so well centered, and 359 test digits hardly tell the two apart. Take more of them: three new splits, each with one half of the digits to learn from and the other half to test on. The rival
# gets what suits it: larger steps, and 40 epochs in place of 12.

# %% tags=["experiment", "nbval-ignore-output"]
def linear(rng):
    return Sequential(Flatten(), Linear(64, 10, rng=rng)).astype(np.float32)


misread = {"LeNet": [], "linear": []}
for seed in (1, 2, 3):
    rng = np.random.default_rng(seed)
    half, half_labels, other, other_labels = data.digits(rng=rng, flat=False, test_size=0.5)
    for name, make, rate, epochs in (("LeNet", lenet, 1e-2, 12), ("linear", linear, 1e-1, 40)):
        rng = np.random.default_rng(seed)
        model = make(rng)
        fit(model, half.astype(np.float32), half_labels, optimizer=optim.Adam(model, rate),
            schedule=optim.cosine(rate, epochs=epochs), epochs=epochs, rng=rng)
        misread[name].append(int(np.sum(model(other.astype(np.float32)).argmax(axis=1) != other_labels)))
for name, counts in misread.items():
    print(f"{name:6s} misread of {len(other_labels)}: {counts}, together {sum(counts)}")

# %% [markdown]
# On each split the convolutional net makes fewer mistakes, together about six for every ten of the linear one (fewer on five of five splits: table of claims). Stopped after 8 epochs at a rate of 0.01, the linear classifier makes about twice as many as it must, and our net would have looked better than it is. A comparison is worth what its rival is worth: train it as carefully as your own.
#
# ## 2 · What it has learned
#
# **Filters.** The first layer's sixteen kernels can be looked at directly, since their input is the image. Red weights want ink, blue ones want none. Each kernel stands above the map that it makes of one digit
# (**feature map**, 特征图).
#
# **Predict, then run.** What will sixteen kernels look like that were learned from 1438 small digits: edges, strokes, noise?

# %% tags=["experiment", "nbval-ignore-output"]
shown = int(np.flatnonzero((y_test == 3) & (predicted == 3))[0])
one = x_test[shown : shown + 1]
first, second = net[:2](one)[0], net[:5](one)[0]


def neighbors_agree(kernels):
    """Correlation of weights that lie side by side or one below the other."""
    pairs = [(kernels[..., :-1], kernels[..., 1:]), (kernels[..., :-1, :], kernels[..., 1:, :])]
    left, right = (np.concatenate([pair[side].ravel() for pair in pairs]) for side in (0, 1))
    return np.corrcoef(left, right)[0, 1]


first_kernels = net.parameters()["0.w"][:, 0]
ch04_maps.kernels_and_maps(one[0, 0], first_kernels, first, cmap="gray_r")
plt.show()
enlarged = np.kron(1 - second / second.max(), np.ones((1, 10, 10)))  # so that a thin frame is thin
framed = np.pad(enlarged, ((0, 0), (1, 1), (1, 1)), constant_values=0.6)
plot.images(framed, columns=8, scale=0.9, share=True, title="second layer: 32 maps of 4 × 4")
plt.show()
kept = np.corrcoef(kernels_at_start.ravel(), first_kernels.ravel())[0, 1]
print(f"correlation of the kernels with what they were before training {kept:.2f}, "
      f"of neighboring weights {neighbors_agree(first_kernels):.2f}")
print(f"share of zeros after the ReLU: first layer {np.mean(first == 0):.2f}, "
      f"second layer {np.mean(second == 0):.2f}")

# %% [markdown]
# *What to see:* in the maps dark is a large value, and all maps of a layer share one scale. The kernels look like noise, and they are: what they began as, hardly changed (a correlation of 0.97, printed above). Noise that does no harm is not unlearned. The maps are more telling. Some show the strokes, some only one side of
# them, some nearly nothing. In the second layer the places have become coarse: one can no longer read the digit, but a few maps answer strongly at one place and others are silent. That is the trade of the whole architecture, less "where" for more "what".
#
# Digits of 8 × 8 are too small a world for neat kernels. So let a second net learn from photographs: it gets patches of the course's two pictures with noise added, and has to return the patch without the noise, by one layer of twelve kernels of
# 7 × 7, a ReLU, and one layer that puts the twelve maps together again.

# %% tags=["experiment", "nbval-ignore-output"]
grays = [picture.mean(axis=2)[:426].reshape(213, 2, 320, 2).mean(axis=(1, 3))
         for picture in data.sample_images().values()]


def patches(count, size, rng):
    """Squares cut from both photographs, each with mean 0: (count, 1, size, size)."""
    cut = np.empty((count, 1, size, size), np.float32)
    for n in range(count):
        gray = grays[n % 2]
        row, column = rng.integers(0, gray.shape[0] - size), rng.integers(0, gray.shape[1] - size)
        cut[n, 0] = gray[row : row + size, column : column + size]
    return (cut - cut.mean(axis=(2, 3), keepdims=True)) / cut.std()


def train_pictures(model, inputs, targets, epochs, rate):
    """Adam on the mean squared error, 32 pictures per step; returns the loss of the last epoch."""
    optimizer, losses = optim.Adam(model, rate), []
    for _ in range(epochs):
        losses = []
        for i in range(0, len(inputs), 32):
            apart = model(inputs[i : i + 32]) - targets[i : i + 32]
            losses.append(np.mean(apart**2))
            model.backward(2 * apart / apart.size, need_dx=False)
            optimizer.step()
    return float(np.mean(losses))


# %% tags=["experiment", "nbval-ignore-output"]
# About 3 s on an ordinary laptop.
rng = np.random.default_rng(0)
clean = patches(1000, 16, rng)
noisy = clean + 0.6 * rng.standard_normal(clean.shape).astype(np.float32)
cleaner = Sequential(Conv2d(1, 12, 7, padding=3, rng=rng), ReLU(),
                     Conv2d(12, 1, 7, padding=3, rng=rng)).astype(np.float32)
for name in ("0.w", "2.w"):  # a small start, so that what is learned is not hidden by the first noise
    cleaner.parameters()[name][...] *= 0.3
before = neighbors_agree(cleaner.parameters()["0.w"][:, 0])
train_pictures(cleaner, noisy, clean, 5, 5e-3)
photo_kernels = cleaner.parameters()["0.w"][:, 0]
pavilion = patches(1, 64, np.random.default_rng(2))
ch04_maps.kernels_and_maps(pavilion[0, 0], photo_kernels, cleaner[:2](pavilion)[0], columns=6)
plt.show()
after = neighbors_agree(photo_kernels)
print(f"correlation of neighboring weights {after:.2f}, before training {before:.2f}")

# %% [markdown]
# *What to see:* red weights are positive, blue ones negative; in the maps here, white is a large value and black is 0. Before training neighboring weights had nothing to do with each other; now they agree, so that patches of one sign stand beside each other: averages over a region, and differences between a region and the next. Nobody
# asked for them. To remove noise one has to know which pixels belong together, and these kernels are what gradient descent made of that. A million photographs give cleaner ones.
#
# **Mistakes.** The confusion matrix (混淆矩阵), and every misread digit with what the net thought.

# %% tags=["experiment", "nbval-ignore-output"]
fig, ax = plt.subplots(figsize=(4.6, 4.4))
plot.confusion(ax, metrics.confusion_matrix(y_test, predicted, 10))
plt.show()
wrong = np.flatnonzero(predicted != y_test)
sure = fn.softmax(scores.astype(float)).max(axis=1)
captions = [f"{y_test[i]} as {predicted[i]}\n{sure[i]:.0%} sure" for i in wrong]
enlarged = np.kron(1 - x_test[wrong, 0], np.ones((1, 8, 8)))  # so that a thin frame is thin
framed = np.pad(enlarged, ((0, 0), (1, 1), (1, 1)), constant_values=0.6)
plot.images(framed, captions, columns=max(4, -(-len(wrong) // 2)), scale=1.2)
plt.show()
print(f"{len(wrong)} of {len(y_test)} misread; median certainty {np.median(sure[wrong]):.0%} when wrong, "
      f"{np.median(sure[predicted == y_test]):.1%} when right")

# %% [markdown]
# *What to see:* so few mistakes that one can look at each. Ask of every picture what you would have read: with 64 pixels some are hard for people too. Note the certainties. When the net is wrong it is usually less sure than when it is right, but not always:
# a high probability is not a promise.
#
# ## 3 · Small kernels, and no pooling at all?
#
# **Two 3 × 3 layers or one 5 × 5?** Both see 5 × 5 pixels. With $C$ channels throughout, the weights are $2 \cdot 9\,C^2 = 18\,C^2$ against $25\,C^2$; three layers of 3 × 3 against one of 7 × 7, $27\,C^2$ against $49\,C^2$. The stack also has more non-linearities: one more with two layers, two more with three. (The saving needs $C$ channels in and out. In our net the first layer has one channel in, so there 5 × 5 costs less than 3 × 3 twice.) That is why, since VGG, nearly all kernels are 3 × 3 and nets became deeper instead.
#
# **All-convolutional nets** (全部由卷积层组成的网络). A convolution with stride 2 subsamples as well, and it *learns* how. Pooling can go. The fully connected part can go too: a last convolution with one map per class and a global average pool. What remains
# consists of convolutions only and takes images of any size.

# %% tags=["experiment", "nbval-ignore-output"]
# About 4 s on an ordinary laptop.
def two_small(rng):
    return Sequential(Conv2d(1, 16, 3, padding=1, rng=rng), ReLU(),
                      Conv2d(16, 16, 3, padding=1, rng=rng), ReLU(), MaxPool2d(2),
                      Conv2d(16, 32, 3, padding=1, rng=rng), ReLU(), MaxPool2d(2),
                      Flatten(), Linear(128, 64, rng=rng), ReLU(), Linear(64, 10, rng=rng)).astype(np.float32)


def all_convolutional(rng):
    return Sequential(Conv2d(1, 16, 3, padding=1, rng=rng), ReLU(),
                      Conv2d(16, 16, 3, padding=1, stride=2, rng=rng), ReLU(),
                      Conv2d(16, 32, 3, padding=1, rng=rng), ReLU(),
                      Conv2d(32, 32, 3, padding=1, stride=2, rng=rng), ReLU(),
                      Conv2d(32, 10, 1, rng=rng), GlobalAvgPool2d()).astype(np.float32)


def trained_net(make, seed=1, epochs=8):
    rng = np.random.default_rng(seed)
    model = make(rng)
    fit(model, x_train, y_train, optimizer=optim.Adam(model, 3e-3),
        schedule=optim.cosine(3e-3, epochs=epochs), epochs=epochs, rng=rng)
    return model, metrics.accuracy(model(x_test), y_test)


designs = {"5 × 5, pooling": lenet, "3 × 3 twice, pooling": two_small,
           "all-convolutional": all_convolutional}
for name, make in designs.items():
    model, accuracy = (net, metrics.accuracy(scores, y_test)) if make is lenet else trained_net(make)
    count = sum(p.size for p in model.parameters().values())
    print(f"{name:21s} {count:6,} parameters, test accuracy {accuracy:.1%}")
standard_error = np.sqrt(0.98 * 0.02 / len(y_test))
print(f"standard error of an accuracy of 98% on {len(y_test)} digits: {standard_error:.1%}")
print("the all-convolutional net on images of 12 × 20:", model(np.zeros((2, 1, 12, 20), np.float32)).shape)

# %% [markdown]
# The largest difference is about one percentage point. If the errors of two nets were independent, the difference of their accuracies would have $\sqrt2$ times the standard error of one; on the same test digits, hard ones and easy ones, it has less. That is at most one point as well: this test cannot tell the three apart. So the honest conclusion is the modest one: pooling is not essential, the last linear layers are not either, and kernels need not be large, on these digits.
#
# "Takes images of any size" is worth a picture. The same design, trained on single digits anywhere on a canvas of 12 × 12, is laid on a canvas of 12 × 60 with five digits, all in one forward pass. Leave out the last average, and there is a
# score for each class at each of 3 × 15 places; averages over 3 × 3 places are nearly what the net would say of each piece of 12 × 12 (nearly, since at the rim of a piece its units see the neighbor, where a piece on its own has zeros). What pieces share is computed once.
#
# **Predict, then run.** What will it say of a piece that holds the halves of two digits?

# %% tags=["experiment", "nbval-ignore-output"]
# About 4 s on an ordinary laptop.
def anywhere(images, rng):
    canvas = np.zeros((len(images), 1, 12, 12), np.float32)
    for n, (row, column) in enumerate(rng.integers(0, 5, (len(images), 2))):
        canvas[n, :, row : row + 8, column : column + 8] = images[n]
    return canvas


rng = np.random.default_rng(0)
slider_net = all_convolutional(rng)
fit(slider_net, np.concatenate([anywhere(x_train, rng) for _ in range(2)]), np.tile(y_train, 2),
    optimizer=optim.Adam(slider_net, 5e-3), schedule=optim.cosine(5e-3, epochs=6), epochs=6, rng=rng)


def read_along(digits, rng):
    """The canvas of five digits, and the probabilities (10, 13) of pieces four columns apart."""
    canvas = np.concatenate(list(anywhere(digits, rng)), axis=2)
    columns = slider_net[:-1](canvas[None])[0].mean(axis=1)
    windows = (columns[:, :-2] + columns[:, 1:-1] + columns[:, 2:]) / 3
    return canvas[0], fn.softmax(windows.T.astype(float)).T


right = []
for _ in range(40):
    chosen = rng.integers(0, len(x_test), 5)
    canvas, p = read_along(x_test[chosen], rng)
    right.append(p[:, ::3].argmax(axis=0) == y_test[chosen])
ch04_maps.class_scores(canvas, np.pad(p, ((0, 0), (1, 1)), constant_values=np.nan), 4)
plt.show()
print(f"the digits {y_test[chosen]}; read at columns 4, 16, 28, 40, 52: {p[:, ::3].argmax(axis=0)}")
print(f"of 200 digits on such canvases {np.mean(right):.0%} are read right")

# %% [markdown]
# *What to see:* near each digit one class lights up (place $i$ of the scores is centered on pixel $4i$, and the middle places of the five pieces are at 4, 16, 28, 40 and 52), without anybody telling the net where to look. Between two digits it answers as well, sometimes torn (between the 4 and the 5) and sometimes quite sure (between the 9 and the 4): it was never shown "no digit", and so it has no such answer.

# %% [markdown]
# ## 4 · How far does a unit see?
#
# The **receptive field** (感受野) of a unit is the part of the *image* that can influence it. Go from the image upward and keep two numbers: the field $R$, and the step $T$, the distance in pixels between two neighboring units of the
# current layer. At the image $R = 1$, $T = 1$. A layer with kernel $K$, stride $S$, dilation $D$ takes taps that span $(K - 1)D$ units of the layer below, and neighboring units stand $T$ pixels apart:
#
# $$R \leftarrow R + (K - 1)\,D\,T, \qquad T \leftarrow T\,S .$$
#
# The order matters: a layer's own stride widens the steps of the layers *above* it.
#
# **By hand**, our LeNet up to the second pool: 5 × 5: $R = 1 + 4 = 5$, $T = 1$. Pool 2: $R = 6$, $T = 2$. 3 × 3: $R = 6 + 2\cdot2 = 10$. Pool 2: $R = 10 + 2 = 12$, $T = 4$. More than the 8 pixels there are; and with the padding of this net the two fields along an axis lie over the places $-4$ to 7 and 0 to 11. So every unit of the last maps may see all of the digit.
#
# Step by step, in a picture:

# %% tags=["experiment"]
by_hand = [("5 × 5", 5, 1, 1), ("pool 2 × 2", 2, 2, 1), ("3 × 3", 3, 1, 1), ("pool 2 × 2", 2, 2, 1)]
ch04_fields.field_steps(by_hand)
plt.show()

# %% [markdown]
# *What to see:* one panel for each layer, along one axis. A blue bar is what one tap of the layer sees of the image: it is as wide as the field $R$ of the layers below. Neighboring taps stand $DT$ pixels apart. The orange bar is what the unit sees by all its taps: one blue bar, and $K - 1$ steps of $DT$ more. That is the formula.
#
# The formula shows **the three ways to see farther**: larger kernels ($K$, expensive: weights grow with $K^2$) or more layers (linear growth), stride or pooling (growth multiplies, resolution is lost), and dilation ($D$, free of weights and of subsampling).
#
# ### Exercise: the receptive field
#
# Return $R$ at the top of a list of layers. `layers` is a list of (kernel, stride, dilation), `layers[0]` nearest the image; pooling counts as (size, stride, 1).
#
# *Example:* `receptive_field([(5, 1, 1), (2, 2, 1), (3, 1, 1), (2, 2, 1)])` is 12, and of `[]` it is 1.
#
# *Hint:* two variables and one loop.

# %% nbgrader={"grade_id": "receptive_field", "solution": true}
def receptive_field(layers):
    """Return the width of the input that one output sees; layers: (kernel, stride, dilation) -> int."""
    ### BEGIN SOLUTION
    field, step = 1, 1
    for kernel, stride, dilation in layers:
        field += (kernel - 1) * dilation * step
        step *= stride
    return field
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_receptive_field", "grade": true, "points": 4}
check(receptive_field)

# %% tags=["experiment"]
def curve(layer_at):
    return [receptive_field([layer_at(i) for i in range(depth)]) for depth in range(9)]


growth = {
    "3 × 3": curve(lambda i: (3, 1, 1)),
    "7 × 7": curve(lambda i: (7, 1, 1)),
    "3 × 3, dilation 2": curve(lambda i: (3, 1, 2)),
    "3 × 3, stride 2": curve(lambda i: (3, 2, 1)),
    "3 × 3, dilation 1, 2, 4, …": curve(lambda i: (3, 1, 2**i)),
}
fig, ax = plt.subplots(figsize=(7, 3.6))
for (name, values), marker in zip(growth.items(), "osD^v"):
    look = {"ls": "--" if "…" in name else "-", "lw": 4 if "stride" in name else 1.8}
    ax.plot(values, marker=marker, label=name, **look)
    print(f"{name:28s} {values}")
ax.set(yscale="log", xlabel="layers", ylabel="receptive field (pixels)")
ax.legend(loc="upper left")
plt.show()

# %% [markdown]
# *What to see:* on a logarithmic axis a straight line is exponential growth. The three curves with stride 1 and one fixed dilation bend down: their field grows by the same few pixels each time. The two straight lines coincide: stride 2 (wide, pink) and doubling dilation (dashed, yellow). With stride 2 in every layer $R$ becomes $2R + 1$, and the field nearly doubles,
# but after eight layers only one place in $2^8$ is left along each axis, one in $2^{16}$ of the image. Doubling *dilation* gives exactly the same field, 511 pixels after eight layers, with all places kept. That is why nets for sound and for segmentation use it.
#
# The formula gives what *can* influence a unit. What does, and how much? Count paths, along one axis. Each layer of 3 × 3 moves a path by $-1$, 0 or 1 pixel. If the three are equally frequent, one move has the variance $\frac13(1 + 0 + 1) = \frac23$. Variances of independent moves add up, so after $L$ layers the ends of the paths
# scatter around the middle with a standard deviation of $\sqrt{2L/3}$ pixels, while the field reaches $L$ pixels to each side. **By hand:** $L = 6$ gives 2 of 6 pixels, $L = 24$ gives 4 of 24: four times the layers, four times the field, twice the spread.
#
# The gradient is a sum over paths. Its square is the sum of the paths' squares and of products of two different paths; with weights of random sign such a product is positive as often as negative and has mean 0, a square has not. So on average the *squares* of the paths add up. Measure that: random nets of 3 × 3 layers with ReLU on random images, and the squared gradient of the central output with respect to each pixel.
#
# **Predict, then run.** Ten layers have a field of 21 × 21. How large a part of its middle carries nine tenths of the whole?

# %% tags=["experiment", "nbval-ignore-output"]
def influence_of(model, images):
    """Mean squared gradient (H, W) of a net's central output with respect to the images, with sum 1."""
    top = np.zeros_like(model(images))
    top[:, :, top.shape[2] // 2, top.shape[3] // 2] = 1
    square = np.mean(model.backward(top).astype(float) ** 2, axis=(0, 1))
    return square / square.sum()


def influence(seed, depth=10, side=25):
    """The same for a random net and random images, (side, side)."""
    rng = np.random.default_rng(seed)
    layers = [Conv2d(1, 8, 3, padding=1, rng=rng), ReLU()]
    for _ in range(depth - 1):
        layers += [Conv2d(8, 8, 3, padding=1, rng=rng), ReLU()]
    deep = Sequential(*layers).astype(np.float32)
    return influence_of(deep, rng.standard_normal((20, 1, side, side)).astype(np.float32))


def spread(share):
    """Standard deviation in pixels, from left to right, of a map that adds up to 1."""
    places, p = np.arange(share.shape[1]), share.sum(axis=0)
    return np.sqrt(p @ (places - p @ places) ** 2)


# %% tags=["experiment", "nbval-ignore-output"]
ten_layers = np.mean([influence(seed) for seed in range(3)], axis=0)
field = receptive_field([(3, 1, 1)] * 10)
fig, (left, right) = plt.subplots(1, 2, figsize=(9.5, 3.5), width_ratios=[1.15, 1.4])
shown_map = left.imshow(ten_layers / ten_layers.max(), cmap="Blues", vmin=0)
left.add_patch(plt.Rectangle((12 - field / 2, 12 - field / 2), field, field, fill=False, ec="C1", lw=2))
fig.colorbar(shown_map, ax=left, label="squared gradient, largest = 1")
ticks = {"ticks": [2, 7, 12, 17, 22], "labels": [-10, -5, 0, 5, 10]}
left.set_xticks(**ticks)
left.set_yticks(**ticks)
left.set(xlabel="pixels from the center", title=f"10 layers: field {field} × {field}")
left.grid(False)
layers_tried = [3, 6, 12, 20]
spreads = np.array([[spread(influence(seed, depth, 31)) for seed in range(3)] for depth in layers_tried])
many = np.linspace(0, 20, 100)
right.plot(many, many, color="C1", label="reach of the field, $L$")
right.plot(many, np.sqrt(2 * many / 3), "--", color="C0", label="$\\sqrt{2L/3}$")
right.plot(layers_tried, spreads, "o", color="C0", ms=4)
right.lines[-1].set_label("measured spread, three nets each")
right.set(xlabel="layers of 3 × 3, $L$", ylabel="pixels to each side", title="field and spread",
          xticks=[0, 5, 10, 15, 20], yticks=[0, 5, 10, 15, 20])
right.legend()
plt.show()
inner = [ten_layers[12 - half : 13 + half, 12 - half : 13 + half].sum() for half in range(field // 2 + 1)]
side = 2 * int(np.argmax(np.array(inner) > 0.9)) + 1
print(f"10 layers: nine tenths lie in the inner {side} × {side} of {field} × {field} pixels")
print("spread by layers:", dict(zip(layers_tried, spreads.mean(axis=1).round(2).tolist())))

# %% [markdown]
# *What to see:* on the left, the orange square is the formula's field; dark is a large gradient, white none. Nine tenths of it come from a small part in the middle, since many paths lead there and few to a corner: the **effective receptive field** (有效感受野) is smaller than the field that the formula promises. On the right, the field grows by the same amount in each layer, the measured
# spread only like the square root of their number, as the count of paths says: the deeper the net, the smaller the part of its field that it uses (Luo and others, 2016).
#
# All this is before training. The net that read the canvas in section 3 can be asked after it, too.
#
# **Predict, then run.** Its field is 13 × 13. Will training widen the part that it uses, or narrow it?

# %% tags=["experiment", "nbval-ignore-output"]
field = receptive_field([(3, 1, 1), (3, 2, 1)] * 2 + [(1, 1, 1)])
fresh = all_convolutional(np.random.default_rng(0))  # as slider_net was before training
noise = np.random.default_rng(1).standard_normal((100, 1, 28, 28)).astype(np.float32)
for name, model in (("before", fresh), ("after", slider_net)):
    width = spread(influence_of(model[:-1], noise))
    print(f"field {field} × {field}, spread {name} training: {width:.2f} pixels")

# %% [markdown]
# Here training narrows it: pixels near the middle gain weight over those near the rim (on four of five starts; on one it widened a little: table of claims). Deeper nets on larger images have been seen to widen theirs (Luo and others, 2016). So ask the net that you use, after its training.
#
# ### Dilated convolution and its grid
#
# A dilated (空洞) kernel has holes. Which pixels does it miss? Backpropagation answers: send a gradient of 1 into the central unit of the top layer and see where it arrives. Here all weights are 1, so a pixel's number counts the ways from it to the unit.

# %% tags=["experiment"]
def ways(dilations, size=33):
    """Number of paths from each pixel to the central unit of a stack of 3 x 3 layers."""
    gradient = np.zeros((1, 1, size, size))
    gradient[0, 0, size // 2, size // 2] = 1
    for d in reversed(dilations):
        cache = (np.zeros((1, 1, size, size)), np.ones((1, 1, 3, 3)), np.zeros(1), 1, d, d)
        gradient = fn.conv2d_backward(gradient, cache)[0]
    return gradient[0, 0]


stacks = [(1, 1, 1), (1, 2, 4), (4, 4, 4), (1, 3, 9)]
fig, axes = plt.subplots(1, 4, figsize=(11, 3))
for ax, dilations in zip(axes, stacks):
    count = ways(dilations)
    field = receptive_field([(3, 1, d) for d in dilations])
    shade = np.where(count > 0, np.log2(np.maximum(count, 1)), np.nan)
    shown_ways = ax.imshow(shade, cmap="viridis_r", vmin=-1, vmax=6)
    corner = 16 - field / 2
    ax.add_patch(plt.Rectangle((corner, corner), field, field, fill=False, ec="0.3", ls="--", lw=1))
    ax.set_title(f"dilations {', '.join(map(str, dilations))}", fontsize=10)
    ax.set(xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    ax.grid(False)
    print(f"dilations {dilations}: field {field:2d} × {field:2d} = {field**2:3d} pixels, "
          f"of which {np.count_nonzero(count):3d} are seen; most ways {count.max():.0f}")
bar = fig.colorbar(shown_ways, ax=axes, label="ways to the unit", shrink=0.8, ticks=[0, 2, 4, 6])
bar.ax.set_yticklabels([1, 4, 16, 64])
plt.show()

# %% [markdown]
# *What to see:* the dashed square is the receptive field that the formula gives. Dark pixels have many ways to the unit, light ones few, white ones none; all four pictures share one (logarithmic) scale. All four stacks have 27 weights. Ordinary layers see 7 × 7 pixels, the middle best. Dilations 1, 2, 4 see every pixel of 15 × 15. Dilations 4, 4, 4 reach
# 25 × 25, but see only every fourth pixel of every fourth row, 49 of 625: this is **gridding** (网格效应). Two neighboring units then look at two sets of pixels that have nothing in common. Dilations 1, 3, 9 see all of 27 × 27, each pixel in exactly one way.
#
# **When is no pixel left out?** The taps of a layer
# stand $D$ places apart, and each brings the field of the layers below, $R$ pixels wide. If $D \le R$, these fields touch or overlap; if not, there are gaps between them. Which pixels are seen does not depend on the order of the layers, since the offsets of the taps add up. So sort the dilations, the smallest first. Then a gap stays open: the later taps stand at least as far apart, and at the edge of the whole field none of them reaches into it.
# Nothing is left out exactly when $D \le R$ at every step (at stride 1). Sorted, 1, 3, 9 has $R = 1, 3, 9$: just enough. Growing from 1 is not enough by itself: with 1, 4 the second layer takes steps of 4 over fields of 3, and sees 81 of 121 pixels; 1, 2, 9 sees 441 of 625. A common factor above 1 fails at the first step: all offsets are multiples of it.
#
# On a picture. Three layers of averages over 3 × 3 taps smooth a part of the photograph, to which five bright and five dark specks were added (those in the sky are the easiest to see):

# %% tags=["experiment"]
photograph = data.sample_images()["china"].mean(axis=2)[60:240:2, 220:400:2].copy()
rng = np.random.default_rng(6)
for value in (2.5, -1.5):
    photograph[rng.integers(10, 80, 5), rng.integers(10, 80, 5)] = value


def smoothed(dilations):
    image = np.pad(photograph, 13, mode="edge")[None, None]
    for d in dilations:
        image = fn.conv2d_forward(image, np.full((1, 1, 3, 3), 1 / 9), np.zeros(1), dilation=d)[0]
    cut = (image.shape[2] - 90) // 2
    return image[0, 0, cut : cut + 90, cut : cut + 90]


def roughness(image):
    """Average difference between neighbors in a row."""
    return np.abs(np.diff(image, axis=1)).mean()


results = {"with specks": photograph}
for stack in ((1, 1, 1), (4, 4, 4), (1, 3, 9)):
    results[f"dilations {', '.join(map(str, stack))}"] = smoothed(stack)
fig, axes = plt.subplots(1, 4, figsize=(11, 3))
for ax, (title, result) in zip(axes, results.items()):
    ax.imshow(result, cmap="gray", vmin=0, vmax=1)
    ax.set_title(title, fontsize=10)
    ax.axis("off")
    print(f"{title:18s} difference between neighbors {roughness(result):.3f}")
plt.show()

# %% [markdown]
# *What to see:* with dilations 4, 4, 4 every edge of the pavilion and every speck strewn over it comes back as a lattice of copies four pixels apart: the smoothing reached far and left the picture rough, because neighbors were averaged over different pixels. Dilations 1, 3, 9
# reach as far and give one smooth surface.

# %% [markdown]
# ## 5 · Transposed convolution: from small to large
#
# Some nets must end with a picture: outlines, segmentations, generated faces. They need a layer that makes maps *larger*, and learns how.
#
# We have had one all along. The backward pass of a convolution turns `dout`, small, into `dx`, large. Write the convolution as a matrix, $\mathrm{vec}(y) = A\,\mathrm{vec}(x)$; then
# $\mathrm{vec}(\mathtt{dx}) = A^\top\mathrm{vec}(\mathtt{dout})$. The **transposed convolution** (转置卷积) uses $A^\top$ *forward*. It is not the inverse: only the shapes go back.
#
# In words, it paints: each input value paints one kernel, multiplied by the value, into the output; neighbors paint $S$ places apart; where the paint overlaps it adds up. The last kernel starts at $(H - 1)S$ and ends $K - 1$ places later; padding
# cuts $P$ off at each end:
#
# $$O = (H - 1)\,S + K - 2P .$$
#
# **By hand**, in one dimension: $x = (1, 2)$, $w = (1, 3, 2)$, $S = 2$, $P = 0$. The value 1 paints $(1, 3, 2, \cdot, \cdot)$, the value 2 paints $(\cdot, \cdot, 2, 6, 4)$. Sum: $(1, 3, 4, 6, 4)$, of length $(2 - 1)\cdot 2 + 3 = 5$.
#
# The same with the matrix. The ordinary convolution with this $w$ and stride 2 goes from five numbers to two; each row of $A$ is the kernel at one place. Its transpose goes from two to five; each *column* of $A^\top$ is a painted kernel:
#
# $$A = \begin{pmatrix}1&3&2&0&0\\0&0&1&3&2\end{pmatrix},\qquad
# A^\top\begin{pmatrix}1\\2\end{pmatrix} = 1\begin{pmatrix}1\\3\\2\\0\\0\end{pmatrix} + 2\begin{pmatrix}0\\0\\1\\3\\2\end{pmatrix} = \begin{pmatrix}1\\3\\4\\6\\4\end{pmatrix}.$$
#
# ### Exercise: transposed convolution
#
# A call of the library's `conv2d_backward` computes the same, and is accepted. You learn more by writing the painting itself.
#
# `x` $(N, F, H, W)$, `w` $(F, C, K_H, K_W)$, `b` $(C,)$: note that the filters' $F$ now is the number of *input* channels. Each output place gets its bias once.
#
# *Example:* the numbers above, as images of 1 × 2 and 1 × 3, with $b = (0)$.
#
# *Hint:* make the full output first, cut off the padding, then add the bias. A negative end of a slice fails when the padding is 0.

# %% nbgrader={"grade_id": "conv2d_transpose_forward", "solution": true}
def conv2d_transpose_forward(x, w, b, stride, padding):
    """Paint every filter, times each value of x, into the output.

    x (N, F, H, W), w (F, C, KH, KW), b (C,) -> out (N, C, OH, OW) with
    OH = (H - 1) * stride + KH - 2 * padding, cache = (x, w, b, stride, padding).
    """
    ### BEGIN SOLUTION
    n, _, h, width = x.shape
    _, c, kh, kw = w.shape
    full = np.zeros((n, c, (h - 1) * stride + kh, (width - 1) * stride + kw))
    for i in range(h):
        for j in range(width):
            painted = np.tensordot(x[:, :, i, j], w, axes=(1, 0))  # (N, C, KH, KW)
            full[:, :, i * stride : i * stride + kh, j * stride : j * stride + kw] += painted
    bottom, right = full.shape[2] - padding, full.shape[3] - padding
    out = full[:, :, padding:bottom, padding:right] + b[:, None, None]
    return out, (x, w, b, stride, padding)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_conv2d_transpose_forward", "grade": true, "points": 5}
check(conv2d_transpose_forward)

# %% [markdown]
# Is it really the transpose? If so, $\langle \mathtt{conv}(x), y\rangle = \langle x, \mathtt{conv}^\top(y)\rangle$ for all $x$ and $y$. And how evenly does it paint?

# %% tags=["experiment"]
rng = np.random.default_rng(7)
x, y = rng.standard_normal((2, 3, 9, 7)), rng.standard_normal((2, 4, 5, 4))
w = rng.standard_normal((4, 3, 3, 3))
left = np.sum(fn.conv2d_forward(x, w, np.zeros(4), stride=2, padding=1)[0] * y)
right = np.sum(x * conv2d_transpose_forward(y, w, np.zeros(3), 2, 1)[0])
print(f"<conv(x), y> = {left:.6f}, <x, transposed(y)> = {right:.6f}")

fig, axes = plt.subplots(1, 4, figsize=(11, 3))
for ax, k in zip(axes, (3, 4)):
    ones, kernel = np.ones((1, 1, 6, 6)), np.ones((1, 1, k, k))
    layers_of_paint = conv2d_transpose_forward(ones, kernel, np.zeros(1), 2, 0)[0][0, 0]
    ax.imshow(layers_of_paint, cmap="Blues", vmin=0, vmax=5)
    for (r, c), count in np.ndenumerate(layers_of_paint):
        ink = "white" if count > 3 else "black"
        ax.text(c, r, f"{count:.0f}", ha="center", va="center", fontsize=7, color=ink)
    ax.set_title(f"layers of paint, K = {k}, S = 2", fontsize=9)
    inner = layers_of_paint[2:-2, 2:-2]
    print(f"K = {k}: inside, {inner.min():.0f} to {inner.max():.0f} layers of paint")
triangle = np.array([1, 3, 3, 1]) / 4
digit = x_test[shown : shown + 1].astype(float)
larger = conv2d_transpose_forward(digit, np.outer(triangle, triangle)[None, None], np.zeros(1), 2, 1)[0]
for ax, picture in zip(axes[2:], (digit, larger)):
    ax.imshow(picture[0, 0], cmap="gray_r")
    ax.set_title(f"{picture.shape[2]} × {picture.shape[3]}", fontsize=9)
for ax in axes:
    ax.set(xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    ax.grid(False)
plt.show()

# %% [markdown]
# *What to see:* with $K = 3$ and stride 2 some places get four layers of paint and some only one: a checkerboard. If the stride divides the kernel, as with $K = 4$, the inside is even. On the right, a kernel
# of 4 × 4 with the weights $(1, 3, 3, 1)/4$ in each direction enlarges the digit 3 smoothly: interpolation is a special case, and a net may learn a better one.

# %% [markdown]
# Training could learn to even out the paint. Does it? Three nets enlarge photographs to four times their height and width: two transposed convolutions with $K = 3$, the same with $K = 4$, or twice "repeat every pixel, then an ordinary convolution" (resize-convolution). After training each gets a
# *flat* gray picture. Whatever varies in the answer is an artifact.
#
# **Predict, then run.** Put the three in order.

# %% tags=["experiment", "nbval-ignore-output"]
# About 4 s on an ordinary laptop.
from nnkit.layers import ConvTranspose2d, Layer


def repeat_forward(x):
    return x.repeat(2, axis=2).repeat(2, axis=3), x.shape


def repeat_backward(dout, shape):
    n, c, h, width = shape
    return dout.reshape(n, c, h, 2, width, 2).sum(axis=(3, 5))


def upsampler(kind, rng):
    if kind == "resize":
        layers = [Layer(repeat_forward, repeat_backward), Conv2d(1, 8, 3, padding=1, rng=rng), ReLU(),
                  Layer(repeat_forward, repeat_backward), Conv2d(8, 1, 3, padding=1, rng=rng)]
    else:
        layers = [ConvTranspose2d(1, 8, kind, stride=2, padding=1, rng=rng), ReLU(),
                  ConvTranspose2d(8, 1, kind, stride=2, padding=1, rng=rng)]
    return Sequential(*layers).astype(np.float32)


rng = np.random.default_rng(0)
large = patches(1000, 32, rng)
low = large.reshape(-1, 1, 8, 4, 8, 4).mean(axis=(3, 5))
flat = np.full((1, 1, 12, 12), 0.8, np.float32)
flat_answers, enlarged = {}, {}
for kind in (3, 4, "resize"):
    model = upsampler(kind, np.random.default_rng(1))
    wanted = large[:, :, 1:30, 1:30] if kind == 3 else large
    loss = train_pictures(model, low, wanted, 6, 3e-3)
    name = "resize-convolution" if kind == "resize" else f"transposed, K = {kind}"
    answer = model(flat)[0, 0, 12:-12, 12:-12]
    flat_answers[name], enlarged[name] = answer - answer.mean(), model(low[:1])[0, 0]
    print(f"{kind}: loss {loss:.3f}, standard deviation of the answer to a flat picture {answer.std():.3f}")

# %% tags=["experiment", "nbval-ignore-output"]
rows = {"flat gray": {"input": flat[0, 0] * 0, **flat_answers, "wanted": np.zeros((24, 24))},
        "a patch": {"input": low[0, 0], **enlarged, "wanted": large[0, 0]}}
fig, axes = plt.subplots(2, 5, figsize=(11, 4.8))
for line, (what, pictures), bound in zip(axes, rows.items(), (0.5, 2)):
    for ax, (name, picture) in zip(line, pictures.items()):
        ax.imshow(picture, cmap="gray", vmin=-bound, vmax=bound)
        ax.set_title(name if what == "flat gray" else "", fontsize=10)
        ax.set(xticks=[], yticks=[])
        ax.grid(False)
    line[0].set_ylabel(what)
plt.show()

# %% [markdown]
# *What to see:* from left to right the input, what the three nets make of it, and what was wanted. Above, a flat picture (its mean is subtracted and the border cut off); below, a patch of 8 × 8. With $K = 3$ the checkerboard survives the training. With $K = 4$ the paint is even, but each of the four places of a $2 \times 2$ block is painted by another quarter of the kernel's 16 weights, and nothing forces the four quarters to have equal sums: a weaker pattern remains. (In four of five starts the pattern of $K = 3$ was the stronger one, in one start that of $K = 4$: table of claims.)
# Resize-convolution asks the same question at every place of an evenly enlarged picture, and answers a flat one flatly, trained or not. Here it also has the lowest loss, but that is one start, and the net with $K = 3$ is trained on a slightly smaller target (29 × 29 pixels, not 32 × 32).

# %% [markdown]
# ## 6 · Spatial batch normalization
#
# Batch normalization, from chapter 3, takes the mean and the variance of each feature over the batch. What is a feature of a convolutional net? Not the pixel at (2, 3) of map 5: all pixels of map 5 were made by the same weights and
# mean the same thing at different places. So **one mean and one variance per channel**, over examples, rows and columns: $m = N H W$ values.
#
# $$\mu_c = \frac1m\sum_{n,i,j} x_{ncij},\qquad \sigma_c^2 = \frac1m\sum_{n,i,j}(x_{ncij} - \mu_c)^2,\qquad
# \hat x = \frac{x - \mu_c}{\sqrt{\sigma_c^2 + \varepsilon}},\qquad \mathtt{out} = \gamma_c\,\hat x + \beta_c .$$
#
# Here are the axes in colors; values of one color share a mean and a variance.

# %% tags=["experiment"]
ch04_maps.norm_axes()
plt.show()

# %% [markdown]
# *What to see:* on the left, chapter 3's batch normalization, one mean for each column of features. On the right, one mean for each channel, over all pixels of all examples.
#
# If every pixel had its own statistics, an edge on the left would be scaled differently from the same edge on the right, and weight sharing would be undone. Analyze the shapes: $\mu, \sigma, \gamma, \beta$ are all $(C,)$.
#
# **By hand:** one channel, two images of 1 × 2: $(1, 3)$ and $(5, 7)$. $\mu = 4$, $\sigma^2 = (9 + 1 + 1 + 9)/4 = 5$, $\hat x = (-3, -1, 1, 3)/\sqrt5$.
#
# At test time a single image must not depend on who else is in the batch. Training therefore keeps running averages, running = momentum · running + (1 − momentum) · batch, and test time uses them as constants.
#
# **Backward.** In training $x$ reaches the output in three ways: directly, through $\mu$, through $\sigma$. Write $g = \gamma\,\mathtt{dout}$, the slope at $\hat x$, and $\mathrm{std} = \sqrt{\sigma^2 + \varepsilon}$. For one channel, with $p, q$ running over its $m$ values and $\delta_{pq} = 1$ for $p = q$, else 0,
#
# $$\frac{\partial \hat x_p}{\partial x_q} = \frac1{\mathrm{std}}\Big(\delta_{pq} - \frac1m\Big) - \frac{x_p - \mu}{\mathrm{std}^2}\,\frac{\partial\,\mathrm{std}}{\partial x_q},
# \qquad \frac{\partial\,\mathrm{std}}{\partial x_q} = \frac{1}{2\,\mathrm{std}}\cdot\frac2m (x_q - \mu) = \frac{\hat x_q}{m}$$
#
# (the derivative of $\mu$ inside the variance drops out since $\sum(x_p - \mu) = 0$). Multiply by $g_p$ and sum over $p$:
#
# $$\mathtt{dx}_q = \frac1{\mathrm{std}}\Big(g_q - \underbrace{\tfrac1m\textstyle\sum_p g_p}_{\text{through }\mu} - \hat x_q\,\underbrace{\tfrac1m\textstyle\sum_p g_p\hat x_p}_{\text{through }\sigma}\Big),
# \qquad \mathtt{d\gamma}_c = \sum \mathtt{dout}\,\hat x,\qquad \mathtt{d\beta}_c = \sum\mathtt{dout}.$$
#
# At test time the statistics are constants and only the first term is left: $\mathtt{dx} = g/\mathrm{std}$.
#
# **By hand,** the example again, with $\gamma = 1$, $\varepsilon = 0$ and $\mathtt{dout} = (1, 0, 0, 0)$: $\frac1m\sum g = \frac14$ and $\frac1m\sum g\hat x = -\frac{3}{4\sqrt5}$, so
#
# $$\mathtt{dx} = \frac1{\sqrt5}\Big((1, 0, 0, 0) - \tfrac14\,(1, 1, 1, 1) + \tfrac{3}{20}\,(-3, -1, 1, 3)\Big) = \frac1{\sqrt5}\,(0.3,\ -0.4,\ -0.1,\ 0.2) .$$
#
# Two checks that cost nothing: $\sum\mathtt{dx} = 0$, since a constant added to all $x$ changes no output, and (for $\varepsilon = 0$) $\sum\mathtt{dx}\,\hat x = 0$, since a factor common to all $x - \mu$ changes none either. Here $-0.9 + 0.4 - 0.1 + 0.6 = 0$.
#
# ### Exercise: spatial batch normalization
#
# Write the forward pass for training and for test time, and below it the backward pass for both.
#
# `state` is a dict with `running_mean` and `running_var`, each $(C,)$; do not change it, return a new one. At test time return it as it is.
#
# *Example:* `x = np.array([1., 3, 5, 7]).reshape(2, 1, 1, 2)`, gamma 1, beta 0, eps 0, momentum 0.9, and a state with mean 0 and variance 1: `out` is $(-3, -1, 1, 3)/\sqrt5$, and the new state has running_mean 0.4 and running_var $0.9 + 0.1\cdot5 = 1.4$ (the variance with the factor $1/m$).
#
# *Hint:* over which three axes does each mean run? NumPy lines shapes up from the right, so $(C,)$ meets the columns of $(N, C, H, W)$, not the channels: which shape would meet them?

# %% nbgrader={"grade_id": "batchnorm2d_forward", "solution": true}
def batchnorm2d_forward(x, gamma, beta, state, momentum, eps, train):
    """Normalize every channel, then scale and shift it.

    x (N, C, H, W), gamma, beta (C,), state {"running_mean": (C,), "running_var": (C,)}
    -> (out, cache, state_new), cache = (x_hat, gamma, std, train) with std = sqrt(var + eps) (C,).
    """
    ### BEGIN SOLUTION
    if train:
        mean, var = x.mean(axis=(0, 2, 3)), x.var(axis=(0, 2, 3))
        state_new = {
            "running_mean": momentum * state["running_mean"] + (1 - momentum) * mean,
            "running_var": momentum * state["running_var"] + (1 - momentum) * var,
        }
    else:
        mean, var = state["running_mean"], state["running_var"]
        state_new = state
    std = np.sqrt(var + eps)
    x_hat = (x - mean[:, None, None]) / std[:, None, None]
    out = gamma[:, None, None] * x_hat + beta[:, None, None]
    return out, (x_hat, gamma, std, train), state_new
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_batchnorm2d_forward", "grade": true, "points": 5}
check(batchnorm2d_forward)


# %% nbgrader={"grade_id": "batchnorm2d_backward", "solution": true}
def batchnorm2d_backward(dout, cache):
    """Gradients of spatial batch normalization.

    dout (N, C, H, W), cache = (x_hat, gamma, std, train) -> dx (N, C, H, W), dgamma (C,), dbeta (C,).
    """
    ### BEGIN SOLUTION
    x_hat, gamma, std, train = cache
    axes = (0, 2, 3)
    dgamma = np.sum(dout * x_hat, axis=axes)
    dbeta = np.sum(dout, axis=axes)
    g = dout * gamma[:, None, None]
    dx = g
    if train:
        through_mean = np.mean(g, axis=axes, keepdims=True)
        through_std = x_hat * np.mean(g * x_hat, axis=axes, keepdims=True)
        dx = g - through_mean - through_std
    return dx / std[:, None, None], dgamma, dbeta
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_batchnorm2d_backward", "grade": true, "points": 6}
check(batchnorm2d_backward, forward=batchnorm2d_forward)

# %% [markdown]
# Does it help? The same LeNet, trained on half of the digits for two epochs by plain gradient descent without momentum in batches of 16, with and without batch normalization, over learning rates from 0.03 to 1, three seeds each.
#
# **Predict, then run.** At which rates will the net with batch normalization be ahead?

# %% tags=["experiment", "nbval-ignore-output"]
# About 5 s on an ordinary laptop.
rates, half_train = [0.03, 0.1, 0.3, 1.0], (x_train[::2], y_train[::2])
fig, ax = plt.subplots(figsize=(7, 3.4))
for name, marker, color in (("without", "o", "C0"), ("with", "s", "C1")):
    losses = np.zeros((3, len(rates)))
    for (seed, place), _ in np.ndenumerate(losses):
        rng = np.random.default_rng(seed)
        model = lenet(rng, batch_norm=name == "with")
        run = fit(model, *half_train, optimizer=optim.SGD(model, rates[place]), epochs=2, batch_size=16,
                  rng=rng)
        losses[seed, place] = run.train_loss[-1]
    ax.plot(rates, losses.T, marker, color=color, alpha=0.4, ms=4)
    ax.plot(rates, losses.mean(axis=0), marker=marker, color=color, label=f"{name} batch normalization")
    print(f"{name:8s}", dict(zip(rates, losses.mean(axis=0).round(2).tolist())), "(means over three seeds)")
ax.axhline(np.log(10), color="k", ls=":", lw=1, label="guessing")
ax.set(xscale="log", yscale="log", xlabel="learning rate", ylabel="training loss in epoch 2")
ax.set_xticks(rates, labels=[f"{rate:g}" for rate in rates], minor=False)
ax.set_yticks([0.2, 0.5, 1, 2], labels=["0.2", "0.5", "1", "2"])
ax.minorticks_off()
ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=3)
plt.show()

# %% [markdown]
# *What to see:* faint points are single runs, lines their means. Up to a rate of 0.1 the loss with batch normalization is the lower one on every seed: with a step of 0.03 the net reaches a lower loss than the net without it at any of the four rates. At 0.3 the net without it is ahead on average, and the single runs overlap; at 1 neither learns. So normalization makes small steps go farther; it does not make every rate work. Why it is behind at 0.3 is not measured here.
#
# One thing that it changes can be seen without an experiment. Multiply all weights before a normalization by ten: nothing changes but for $\varepsilon$, since the scale is divided out again. The size at which the weights begin no longer matters for the output.

# %% [markdown]
# ## Quiz
#
# **1.** A net has four layers, from the image upward: convolution 3 × 3; max pooling 2 × 2 with stride 2; convolution 3 × 3; convolution 3 × 3 with dilation 2. How wide is the receptive field of a unit at the top? Store the number in `quiz_field`.

# %% nbgrader={"grade_id": "quiz_field", "solution": true}
# quiz_field = ...
### BEGIN SOLUTION
quiz_field = receptive_field([(3, 1, 1), (2, 2, 1), (3, 1, 1), (3, 1, 2)])
### END SOLUTION

# %% nbgrader={"grade_id": "check_quiz_field", "grade": true, "points": 1}
check.quiz("quiz_field", quiz_field)

# %% [markdown]
# **2.** Replace one layer of 7 × 7 by three layers of 3 × 3, all with $C$ channels in and out. What do you get?
#
# - A · a smaller receptive field, fewer weights
# - B · the same receptive field, the same number of weights
# - C · the same receptive field, fewer weights, more non-linearities
# - D · a larger receptive field, fewer weights, more non-linearities
#
# Store the letter in `quiz_small_kernels`.

# %% nbgrader={"grade_id": "quiz_small_kernels", "solution": true}
# quiz_small_kernels = ...
### BEGIN SOLUTION
quiz_small_kernels = "C"
### END SOLUTION

# %% nbgrader={"grade_id": "check_quiz_small_kernels", "grade": true, "points": 1}
check.quiz("quiz_small_kernels", quiz_small_kernels)

# %% [markdown]
# **3.** Spatial batch normalization sees a batch of 64 examples with 16 channels of 10 × 10 pixels. Over how many values is each mean taken? Store the number in `quiz_values`.

# %% nbgrader={"grade_id": "quiz_values", "solution": true}
# quiz_values = ...
### BEGIN SOLUTION
quiz_values = 64 * 10 * 10
### END SOLUTION

# %% nbgrader={"grade_id": "check_quiz_values", "grade": true, "points": 1}
check.quiz("quiz_values", quiz_values)

# %% [markdown]
# ## What to remember
#
# - Convolution, non-linearity, subsampling; fewer places, more maps; a small classifier at the end. Kernels learned from photographs average regions and compare them.
# - $R \leftarrow R + (K-1)DT$, $T \leftarrow TS$. Depth adds, stride multiplies, dilation is free; with the dilations sorted, $D \le R$ at every step, or pixels are left out.
# - A transposed convolution paints: it is the backward pass used forward. A stride that divides the kernel paints evenly, which lessens checkerboards; resize-convolution avoids them.
# - Batch normalization of images: one mean, one variance per channel.
#
# Next, notebook 4.4: what happens when the net becomes ten times as deep.
