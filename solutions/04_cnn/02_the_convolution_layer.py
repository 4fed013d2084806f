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
# # 4.2 · The convolutional layer and its backward pass
#
# Notebook 4.1 slid one kernel over one gray image. A layer slides many kernels over many images of many channels, and it has to learn
# the kernels. For that it needs three gradients. We derive each of them index by index, and then look at what we have got: two of the three are
# convolutions again. After that, the matrix form that makes it all fast, and pooling.
#
# The size formula `conv_output_size` from notebook 4.1 is imported from the course's own library here.

# %%
import time

import matplotlib.pyplot as plt
import numpy as np

import nnkit.functional as fn
from autograder import check
from nnkit import data, metrics, optim, plot
from nnkit.functional import conv_output_size
from nnkit.layers import AvgPool2d, Conv2d, Flatten, Layer, Linear, MaxPool2d, ReLU, Sequential
from nnkit.train import fit

plot.style()

# %% tags=["experiment"]
from nnkit.plot import ch04_windows  # drawing, for the experiments only

# %% [markdown]
# ## 1 · From C channels to F feature maps
#
# A color image has three channels, and after the first layer there may be sixteen. A **filter** (滤波器) therefore has one kernel for every
# input channel; it slides over all channels at once and adds up what they give. One filter makes one **feature map** (特征图). A layer has
# $F$ filters, so it turns $C$ channels into $F$ maps. With $\tilde x$ for the padded input,
#
# $$\mathtt{out}_{nfij} = b_f + \sum_{c}\sum_{k}\sum_{l} w_{fckl}\;\tilde x_{n,\,c,\;iS + kD,\;jS + lD} .$$
#
# Analyze the shapes: $n, f, i, j$ stand on the left, so the output is $(N, F, O_H, O_W)$. The sum runs over $c, k, l$: a weighted sum of
# $C K_H K_W$ numbers. The layer has $F\,(C K_H K_W + 1)$ parameters, whatever the size of the image.
#
# **By hand.** Two channels, one filter, no padding, stride 1, bias 1:
#
# $$x_0 = \begin{pmatrix}1&2&0\\0&1&3\end{pmatrix},\; x_1 = \begin{pmatrix}0&1&1\\2&0&1\end{pmatrix},\quad
# w_0 = \begin{pmatrix}1&0\\0&1\end{pmatrix},\; w_1 = \begin{pmatrix}0&-1\\1&0\end{pmatrix} .$$
#
# The window fits at two places. Each output is what channel 0 gives, plus what channel 1 gives, plus the bias: $(1 + 1) + (-1 + 2) + 1 = 4$ on the left, $(2 + 3) + (-1 + 0) + 1 = 5$ on the right.
#
# The slider shows a whole layer at work: two channels, two filters, stride 2, one ring of zeros, biases 1 and −1.
#
# **Predict, then run.** The channels are 5 × 5. How many outputs does each filter make? And the first output of map 0: do it by hand from the slider's first frame, before you move it.

# %% tags=["experiment"]
# About 8 s on an ordinary laptop.
rng = np.random.default_rng(1)
small_x, small_w = rng.integers(0, 4, (2, 5, 5)), rng.integers(-1, 2, (2, 2, 3, 3))
small_b = np.array([1, -1])
frames = [ch04_windows.forward_frame(small_x, small_w, small_b, 2, 1, step) for step in range(-1, 18)]
places = ["before the first", *(f"filter {s // 9}, place ({s % 9 // 3}, {s % 3})" for s in range(18))]
plot.slider(frames, places, "A layer slides two filters")

# %% tags=["experiment"]
for f, small_map in enumerate(fn.conv2d_forward(small_x[None], small_w, small_b, stride=2, padding=1)[0][0]):
    print(f"map {f}, row by row:", *small_map.astype(int).tolist())

# %% [markdown]
# *What to see, moving the slider:* the window and the two kernels in use are orange, finished outputs blue, padding gray. One filter is a pair of kernels, one for each channel. Both lie at the same place, their two sums and the bias make one output. The window moves two places at a time. After nine outputs the map is full and the
# second filter begins at the same first window.
#
# **The smallest kernel, 1 × 1,** looks at no neighbors at all. It still mixes the channels: at each pixel it is a fully connected layer from $C$ to $F$ numbers,
# the same one at every pixel. It is the cheapest way to change the number of channels. Color to gray, for
# example, is a 1 × 1 convolution with one filter:

# %% tags=["experiment"]
flower = data.sample_images()["flower"][::2, ::2]
image = flower.transpose(2, 0, 1)[None]  # (1, 3, H, W)
mixes = {"gray": [0.3, 0.6, 0.1], "red − green": [1, -1, 0], "blue − (red + green)/2": [-0.5, -0.5, 1]}
w_mix = np.array(list(mixes.values())).reshape(3, 3, 1, 1)
mixed = fn.conv2d_forward(image, w_mix, np.zeros(3))[0][0]
fig, axes = plt.subplots(1, 4, figsize=(11, 2.2))
axes[0].imshow(flower)
axes[0].set_title("three channels", fontsize=9)
for ax, name, channel in zip(axes[1:], mixes, mixed):
    ax.imshow(channel, cmap="gray")
    ax.set_title(name, fontsize=9)
    print(f"{name:24s} from {channel.min():.2f} to {channel.max():.2f}")
for ax in axes:
    ax.axis("off")
plt.show()
print(f"image {image.shape}, filters {w_mix.shape}, maps {mixed[None].shape}")

# %% [markdown]
# *What to see:* three filters of three weights each, and already the map "red − green" nearly separates the petals from the leaves. No edge is involved: a 1 × 1 filter
# sees color, not form.
#
# ### Exercise: the forward pass
#
# Cross-correlation of images with filters: `x` $(N, C, H, W)$, `w` $(F, C, K_H, K_W)$, `b` $(F,)$. Images and kernels need not be square. Loops
# over the places of the output are fine; at each place, one product can handle all examples and all filters.
#
# *Example:* the hand-sized one above gives `[[[[4, 5]]]]`.
#
# *Hint:* pad first, then forget the padding. Which rows of the padded image does output row $i$ touch? Where do they start, how far apart are they, how many?

# %% nbgrader={"grade_id": "conv2d_forward", "solution": true}
def conv2d_forward(x, w, b, stride=1, padding=0, dilation=1):
    """Slide every filter over every image, without flipping.

    x (N, C, H, W), w (F, C, KH, KW), b (F,), options ints -> out (N, F, OH, OW),
    cache = (x, w, b, stride, padding, dilation), x as it came, without padding.
    """
    ### BEGIN SOLUTION
    n, _, h, width = x.shape
    f, _, kh, kw = w.shape
    oh = conv_output_size(h, kh, stride, padding, dilation)
    ow = conv_output_size(width, kw, stride, padding, dilation)
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    out = np.zeros((n, f, oh, ow))
    for i in range(oh):
        for j in range(ow):
            rows = i * stride + dilation * np.arange(kh)
            columns = j * stride + dilation * np.arange(kw)
            window = xp[:, :, rows][:, :, :, columns]  # (N, C, KH, KW)
            out[:, :, i, j] = np.tensordot(window, w, axes=([1, 2, 3], [1, 2, 3])) + b
    return out, (x, w, b, stride, padding, dilation)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_conv2d_forward", "grade": true, "points": 9}
check(conv2d_forward)

# %% [markdown]
# ## 2 · The backward pass, index by index
#
# Given is $\mathtt{dout}_{nfij}$, the slope of the loss with respect to each output. The rule is always the same: find *all* outputs that a number enters, multiply the slope of each by the factor with which it enters, and add up.
#
# **The bias.** $b_f$ appears in every output of map $f$ with the factor 1:
#
# $$\mathtt{db}_f = \sum_n\sum_i\sum_j \mathtt{dout}_{nfij} .$$
#
# **A weight.** $w_{fckl}$ appears in every output of map $f$ as well. Its factor is the pixel that lay under it then:
#
# $$\mathtt{dw}_{fckl} = \sum_n\sum_i\sum_j \mathtt{dout}_{nfij}\;\tilde x_{n,\,c,\;iS+kD,\;jS+lD} .$$
#
# Analyze the shapes: $f, c, k, l$ are left, the shape of `w`. Read it for $S = D = 1$: to get $\mathtt{dw}_{kl}$, lay `dout` on the image with its corner at $(k, l)$, multiply, add. It is the
# cross-correlation of the input with `dout` as the kernel. Stride and dilation exchange their roles in it: the index $i$ over which the sum runs has the factor $S$, so the taps of `dout` stand $S$ places apart, as if dilated; the
# index $k$ that names the result has the factor $D$, so it moves in steps of $D$.
#
# In numbers, one dimension, $S = 2$: $x = (1, 2, 0, 3, 1)$, two weights, $\mathtt{dout} = (1, 10)$. The windows start at 0 and at 2. Weight 0 lay on $x_0$ and $x_2$: $\mathtt{dw}_0 = 1\cdot1 + 10\cdot0 = 1$. Weight 1 lay on $x_1$ and $x_3$:
# $\mathtt{dw}_1 = 1\cdot2 + 10\cdot3 = 32$. The two numbers of `dout` meet $x$ two places apart, as a kernel with dilation 2 would; from $\mathtt{dw}_0$ to $\mathtt{dw}_1$ they move by one place.
#
# **A pixel.** $\tilde x_{ncuv}$ appears in those outputs whose window covers it. The window at $(i, j)$ covers it with the tap $(k, l)$ if $iS + kD = u$ and $jS + lD = v$. All filters see it:
#
# $$\mathtt{d\tilde x}_{ncuv} = \sum_f\ \sum_{\substack{i,k:\\ iS + kD = u}}\ \sum_{\substack{j,l:\\ jS + lD = v}} \mathtt{dout}_{nfij}\; w_{fckl} .$$
#
# For $S = D = 1$ the conditions say $i = u - k$ and $j = v - l$:
#
# $$\mathtt{d\tilde x}_{ncuv} = \sum_f \sum_k \sum_l w_{fckl}\;\mathtt{dout}_{n,\,f,\;u-k,\;v-l} .$$
#
# (Where $u - k$ or $v - l$ falls outside of `dout` there is no output, and the term is zero.) The minus signs are the flip. This is a *true convolution* of `dout` with the kernel, in the *wide* mode, since $u$ runs over all $H + 2P$ places while `dout` has $K_H - 1$ fewer. In the
# language of layers: pad `dout` with $K - 1$ zeros, flip the kernel in both directions, exchange the roles of filters and channels, and cross-correlate. Finally, `dx` is the middle of $\mathtt{d\tilde x}$: the padding was not a variable, so its slopes are thrown away.
#
# With $\star$ for cross-correlation and $*$ for true convolution:
#
# | forward | backward for `w` | backward for `x` |
# |---|---|---|
# | $x \star w$, narrow | $x \star \mathtt{dout}$, narrow | $\mathtt{dout} * w$, wide: the flipped kernel |
#
# **By hand**, in one dimension: $x = (1, 2, 0, 3)$, $w = (2, -1)$, so $y = (0, 4, -3)$. Let $\mathtt{dout} = (1, -1, 2)$.
#
# - $\mathtt{db} = 1 - 1 + 2 = 2$
# - $\mathtt{dw}_0 = 1\cdot1 - 1\cdot2 + 2\cdot0 = -1$, $\ \mathtt{dw}_1 = 1\cdot2 - 1\cdot0 + 2\cdot3 = 8$
# - $\mathtt{dx} = (1, -1, 2) * (2, -1) = (2,\; -2 - 1,\; 4 + 1,\; -2) = (2, -3, 5, -2)$
#
# Two checks that cost nothing: the shape of each gradient, and $\sum\mathtt{dx} = \sum\mathtt{dout}\cdot\sum w = 2 \cdot 1 = 2$. (The second holds for one filter without padding; with padding it holds for $\mathtt{d\tilde x}$, before its border is cut off.)
#
# Now by the machine, on images: the derivation claims that `dx` is one more convolution and `dw` another. Central differences know nothing about our derivation.

# %%
rng = np.random.default_rng(0)
x, w, b = rng.standard_normal((2, 3, 5, 6)), rng.standard_normal((4, 3, 3, 2)), rng.standard_normal(4)
dout = rng.standard_normal((2, 4, 3, 5))


def loss_of(x, w):
    return np.sum(dout * fn.conv2d_forward(x, w, b)[0])


def slopes(f, v, eps=1e-5):
    """Central differences of the number f(v) with respect to every entry of v."""
    result = np.zeros_like(v)
    for at in np.ndindex(v.shape):
        step = np.zeros_like(v)
        step[at] = eps
        result[at] = (f(v + step) - f(v - step)) / (2 * eps)
    return result


wide = np.pad(dout, ((0, 0), (0, 0), (2, 2), (1, 1)))  # K − 1 zeros on each side: 2 for rows, 1 for columns
flipped = w[:, :, ::-1, ::-1].transpose(1, 0, 2, 3)  # (C, F, KH, KW)
dx_as_convolution = fn.conv2d_forward(wide, flipped, np.zeros(3))[0]
channels_first = x.transpose(1, 0, 2, 3)  # (C, N, H, W)
maps_first = dout.transpose(1, 0, 2, 3)  # (F, N, OH, OW)
dw_as_convolution = fn.conv2d_forward(channels_first, maps_first, np.zeros(4))[0].transpose(1, 0, 2, 3)
same_dx = np.allclose(dx_as_convolution, slopes(lambda v: loss_of(v, w), x), atol=1e-7)
same_dw = np.allclose(dw_as_convolution, slopes(lambda v: loss_of(x, v), w), atol=1e-7)
print("dx", dx_as_convolution.shape, "agrees with central differences:", same_dx)
print("dw", dw_as_convolution.shape, "agrees with central differences:", same_dw)

# %% [markdown]
# Note the transpositions: in `dx` the filters are summed and the channels stay; in `dw` it is the examples that are summed, so they play the part of channels.
#
# ### Scatter instead of gather
#
# With stride and dilation, the condition $iS + kD = u$ is a nuisance to solve for $i$. Nobody has to. Walk over the *outputs*, as forward
# did: output $(i, j)$ came from one window, so it hands its slope back to this window, times the weights, and teaches the weights, times the
# pixels. Where windows overlap the shares **add up**. These are the same terms in another order.
#
# The slider fills the same `dx` in both ways: on the left, each output hands the kernel, times its slope, to its window (scatter); on the right, each pixel collects with the flipped kernel (gather).

# %% tags=["experiment"]
# About 4 s on an ordinary laptop.
slopes_out = np.array([[1, 2], [-1, 3]])
one_kernel = np.array([[1, 0, -1], [2, 1, 0], [0, 3, 1]])
frames = [ch04_windows.backward_frame(slopes_out, one_kernel, step) for step in range(16)]
plot.slider(frames, [f"pixel ({s // 4}, {s % 4})" for s in range(16)], "One dx, filled in two ways")

# %% [markdown]
# *What to see, moving the slider:* kernels are gray, the outputs and pixels at work orange, pixels that are done on the right blue. On the left the numbers of a window change several times, since windows overlap; nothing is final until the last output has handed back. On the right each pixel is final at once, but has to look at several outputs. At the last step the two are equal.
#
# How often is a pixel visited? With all weights and all slopes equal to 1, $\mathtt{d\tilde x}$ counts the windows that cover each pixel:

# %% tags=["experiment"]
fig, axes = plt.subplots(1, 4, figsize=(11, 2.9))
cases = [("stride 1", 1, 0, 1), ("padding 1", 1, 1, 1), ("stride 2", 2, 0, 1), ("dilation 2", 1, 0, 2)]
for ax, (title, stride, padding, dilation) in zip(axes, cases):
    ones = np.ones((1, 1, 8, 8))
    out, cache = fn.conv2d_forward(ones, np.ones((1, 1, 3, 3)), np.zeros(1), stride, padding, dilation)
    counts = fn.conv2d_backward(np.ones_like(out), cache)[0][0, 0]
    ax.imshow(counts, cmap="Blues", vmin=0, vmax=14)
    for (r, c), count in np.ndenumerate(counts):
        ax.text(c, r, f"{count:.0f}", ha="center", va="center", fontsize=8)
    ax.set_title(f"{title}: {out.shape[2]} × {out.shape[3]} outputs", fontsize=9)
    ax.axis("off")
    print(f"{title:10s} corner {counts[0, 0]:.0f}, middle {counts[4, 4]:.0f}, "
          f"last row {counts[-1, 0]:.0f}, sum {counts.sum():.0f}")
plt.show()

# %% [markdown]
# *What to see:* a kernel of 3 × 3 on 8 × 8 pixels. Without padding a corner pixel enters one output, one in the middle nine: nine shares to be added, and an `=` in place of `+=` would keep only the last. Padding helps the border. With stride 2 the visits are uneven, and the last row and column, which no
# window reaches, have gradient 0. With dilation 2 only 4 × 4 windows fit; the holes of one are filled by its neighbors, so every pixel is visited.
#
# ### Exercise: the backward pass
#
# Return `(dx, dw, db)`, each of the shape of its variable, for every stride, padding and dilation.
#
# *Example:* $x = (1, 2, 0, 3)$ as an image of 1 × 4 with the kernel $(2, -1)$ and $\mathtt{dout} = (1, -1, 2)$ gives the numbers above.
#
# *Hint:* visit the same windows as forward. At the end cut the padding away; mind that the slice `[0:-0]` is empty.

# %% nbgrader={"grade_id": "conv2d_backward", "solution": true}
def conv2d_backward(dout, cache):
    """Gradients of the convolution.

    dout (N, F, OH, OW), cache = (x, w, b, stride, padding, dilation)
    -> dx (N, C, H, W), dw (F, C, KH, KW), db (F,).
    """
    ### BEGIN SOLUTION
    x, w, b, stride, padding, dilation = cache
    _, _, h, width = x.shape
    _, _, kh, kw = w.shape
    _, _, oh, ow = dout.shape
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    dxp, dw = np.zeros(xp.shape), np.zeros(w.shape)
    for i in range(oh):
        for j in range(ow):
            rows = slice(i * stride, i * stride + dilation * (kh - 1) + 1, dilation)
            columns = slice(j * stride, j * stride + dilation * (kw - 1) + 1, dilation)
            slope = dout[:, :, i, j]  # (N, F)
            dw += np.tensordot(slope, xp[:, :, rows, columns], axes=(0, 0))
            dxp[:, :, rows, columns] += np.tensordot(slope, w, axes=(1, 0))
    db = dout.sum(axis=(0, 2, 3))
    dx = dxp[:, :, padding : padding + h, padding : padding + width]
    return dx, dw, db
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_conv2d_backward", "grade": true, "points": 13}
check(conv2d_backward, forward=conv2d_forward)

# %% [markdown]
# ## 3 · Your layer learns
#
# Any pair becomes a layer of `nnkit` with `Layer(forward, backward, ...)`. So yours can be trained at once, loops and all: 400 digits,
# the middle 6 × 6 of their 8 × 8 pixels, four filters of 3 × 3, one linear layer above.

# %% tags=["experiment", "nbval-ignore-output"]
digits, labels, test_digits, test_labels = data.digits(rng=np.random.default_rng(0), flat=False)
crops, test_crops = digits[:400, :, 1:7, 1:7], test_digits[:, :, 1:7, 1:7]


def small_net(forward, backward):
    rng = np.random.default_rng(3)
    conv = Layer(forward, backward, w=rng.normal(0, np.sqrt(2 / 9), (4, 1, 3, 3)), b=np.zeros(4))
    return Sequential(conv, ReLU(), Flatten(), Linear(4 * 4 * 4, 10, rng=rng))


histories, nets, seconds = {}, {}, {}
pairs = {"your loops": (conv2d_forward, conv2d_backward), "nnkit": (fn.conv2d_forward, fn.conv2d_backward)}
for name, pair in pairs.items():
    net = small_net(*pair)
    start = time.process_time()
    histories[name] = fit(net, crops, labels[:400], optimizer=optim.Adam(net, 1e-2), epochs=12, batch_size=40,
                          rng=np.random.default_rng(4), metric=metrics.accuracy,
                          validation=(test_crops, test_labels))
    nets[name], seconds[name] = net, time.process_time() - start
plot.curves(histories["your loops"], title="a convolutional layer made of loops", validation="test")
plt.show()
apart = np.abs(nets["your loops"].parameters()["0.w"] - nets["nnkit"].parameters()["0.w"]).max()
print(f"test accuracy {histories['your loops'].val_metric[-1]:.2f}; "
      f"largest difference to nnkit's filters {apart:.0e}")
print(f"training took {1000 * seconds['your loops']:.0f} ms with the loops, "
      f"{1000 * seconds['nnkit']:.0f} ms with nnkit")

# %% [markdown]
# *What to see:* it learns (nothing was chosen by the test set, the dashed curve), and after 120 steps its filters agree with those of nnkit up to rounding: same gradients, same path. The difference is the time. Where does it go?
#
# ## 4 · im2col: a convolution as one matrix product
#
# Each pass through the loops does little arithmetic and much Python in between. A processor is fastest at one thing: multiplying large matrices, where every number that is
# fetched from memory is used many times. So lay the windows out as the rows of one matrix, once, write every filter as one row of $C K_H K_W$ numbers, and let a single product do everything:
#
# $$\underset{(N O_H O_W,\; C K_H K_W)}{\mathtt{cols}}\;\;\underset{(C K_H K_W,\; F)}{w^\top}
# \;=\;\underset{(N O_H O_W,\; F)}{\text{all outputs}} .$$
#
# The result has a row for every place and a column for every map. Cut its rows into $(N, O_H, O_W)$, move the maps to the second axis, add the bias, and it is the `out` of the layer.
#
# Its name is **im2col**, image to columns (the first programs stored one window per column). **By hand:** an image of 3 × 3 and windows of 2 × 2:
#
# $$\begin{pmatrix}1&2&3\\4&5&6\\7&8&9\end{pmatrix}\;\longrightarrow\;
# \begin{pmatrix}1&2&4&5\\2&3&5&6\\4&5&7&8\\5&6&8&9\end{pmatrix}.$$
#
# The picture has a color for each window. All four contain the 5 in the middle, so it appears in all four rows.

# %% tags=["experiment"]
ch04_windows.im2col_colors(np.arange(1, 10).reshape(3, 3), 2)

# %% [markdown]
# *What to see:* the small pictures show where the four windows lie; beside each stands its row of `cols`, the window read row by row. One product with the column of weights makes all four outputs; more filters would be more columns beside $w$.
#
# The price is memory: pixels that lie in nine windows are stored nine times.
#
# The way back needs nothing new. Lay `dout` out in the same way, a row for every place, as a matrix $(N O_H O_W, F)$. The product has the gradients of an affine map,
#
# $$\underset{(F,\; C K_H K_W)}{\mathtt{dw}} = \mathtt{dout}^\top\,\mathtt{cols},\qquad \underset{(N O_H O_W,\; C K_H K_W)}{\mathtt{dcols}} = \mathtt{dout}\, w ,$$
#
# and since im2col only copies, its backward adds every copy's gradient to where the copy came from. This is **col2im**. It is not the
# inverse of im2col: it *adds*. Applied to the matrix above it gives each pixel times the number of its windows, in the middle $4\cdot5 = 20$:
#
# $$\begin{pmatrix}1&4&3\\8&20&12\\7&16&9\end{pmatrix}.$$
#
# It is the **adjoint** (伴随): $\langle \mathtt{im2col}(x), c\rangle = \langle x, \mathtt{col2im}(c)\rangle$ for every $x$ and $c$. Both sides are sums over the same pairs (pixel, copy).
#
# ### Exercise: im2col and col2im
#
# Write the two: one lays the windows out as rows, the other adds every entry of such a matrix back to its pixel.
#
# `cols` has shape $(N\,O_H O_W,\; C K_H K_W)$; its rows are ordered $(n, i, j)$, its columns $(c, k, l)$: the last index runs fastest.
#
# *Example:* the two matrices above, with one image, one channel, stride 1 and no padding.
#
# *Hint:* you may loop over windows. There are fewer taps than windows: for one tap $(k, l)$, the pixels under it in *all* windows are one slice of the padded image, with step $S$. How many axes does an array need that keeps every index of a row and of a column apart?

# %% nbgrader={"grade_id": "im2col", "solution": true}
def im2col(x, kh, kw, stride, padding, dilation):
    """Lay the windows out as rows. x (N, C, H, W) -> cols (N * OH * OW, C * KH * KW)."""
    ### BEGIN SOLUTION
    n, c, h, width = x.shape
    oh = conv_output_size(h, kh, stride, padding, dilation)
    ow = conv_output_size(width, kw, stride, padding, dilation)
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    cols = np.zeros((n, oh, ow, c, kh, kw))
    for k in range(kh):
        for m in range(kw):
            top, left = k * dilation, m * dilation
            under = xp[:, :, top : top + stride * oh : stride, left : left + stride * ow : stride]
            cols[:, :, :, :, k, m] = under[:, :, :oh, :ow].transpose(0, 2, 3, 1)
    return cols.reshape(n * oh * ow, c * kh * kw)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_im2col", "grade": true, "points": 6}
check(im2col)


# %% nbgrader={"grade_id": "col2im", "solution": true}
def col2im(cols, x_shape, kh, kw, stride, padding, dilation):
    """Add every entry back to its pixel. cols (N * OH * OW, C * KH * KW) -> x of shape x_shape."""
    ### BEGIN SOLUTION
    n, c, h, width = x_shape
    oh = conv_output_size(h, kh, stride, padding, dilation)
    ow = conv_output_size(width, kw, stride, padding, dilation)
    windows = cols.reshape(n, oh, ow, c, kh, kw)
    xp = np.zeros((n, c, h + 2 * padding, width + 2 * padding))
    for i in range(oh):
        for j in range(ow):
            rows = slice(i * stride, i * stride + dilation * (kh - 1) + 1, dilation)
            columns = slice(j * stride, j * stride + dilation * (kw - 1) + 1, dilation)
            xp[:, :, rows, columns] += windows[:, i, j]
    return xp[:, :, padding : padding + h, padding : padding + width]
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_col2im", "grade": true, "points": 5}
check(col2im)

# %% [markdown]
# Both promises, tested: the product with `cols` is the convolution, and col2im is the adjoint of im2col. Then the time of forward and backward together, for four ways of writing the same layer: one product at a time in
# seven nested loops; your loops over places; your im2col and col2im around three matrix products; nnkit. The batch is 32 images of 8 × 14 × 14, 16 filters of 3 × 3, padding 1. (The seven loops
# run forward only, for a single image and a single filter, and their time is multiplied by 32 · 16. With a backward pass in loops the time would be longer still.)
#
# **Predict, then run.** How many times as long as nnkit will each of the other three take?

# %% tags=["experiment", "nbval-ignore-output"]
rng = np.random.default_rng(5)
x, w, b = rng.standard_normal((32, 8, 14, 14)), rng.standard_normal((16, 8, 3, 3)), rng.standard_normal(16)
dout = rng.standard_normal((32, 16, 14, 14))


def nested_loops(x, w, b):
    x = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    out = np.zeros((len(x), len(w), 14, 14))
    for n, f, i, j in np.ndindex(out.shape):
        total = b[f]
        for c in range(8):
            for k in range(3):
                for m in range(3):
                    total += w[f, c, k, m] * x[n, c, i + k, j + m]
        out[n, f, i, j] = total
    return out


def by_im2col():
    cols = im2col(x, 3, 3, 1, 1, 1)
    rows = w.reshape(16, -1)
    out = (cols @ rows.T + b).reshape(32, 14, 14, 16).transpose(0, 3, 1, 2)
    flat = dout.transpose(0, 2, 3, 1).reshape(-1, 16)
    return out, col2im(flat @ rows, x.shape, 3, 3, 1, 1, 1), (flat.T @ cols).reshape(w.shape)


def by_pair(forward, backward):
    out, cache = forward(x, w, b, padding=1)
    return (out, *backward(dout, cache)[:2])


def seconds_of(f, times=5):
    taken = []
    for _ in range(times):
        start = time.process_time()
        f()
        taken.append(time.process_time() - start)
    return min(taken)


# %% tags=["experiment", "nbval-ignore-output"]
same = all(np.allclose(a, b) for a, b in zip(by_im2col(), by_pair(conv2d_forward, conv2d_backward)))
c = rng.standard_normal((32 * 14 * 14, 72))
adjoint = np.isclose(np.sum(im2col(x, 3, 3, 1, 1, 1) * c), np.sum(x * col2im(c, x.shape, 3, 3, 1, 1, 1)))
print("im2col gives the same output and gradients:", same, "   adjoint:", adjoint)

timed = {
    "seven loops, forward": seconds_of(lambda: nested_loops(x[:1], w[:1], b), 1) * 32 * 16,
    "your loops": seconds_of(lambda: by_pair(conv2d_forward, conv2d_backward)),
    "your im2col": seconds_of(by_im2col),
    "nnkit": seconds_of(lambda: by_pair(fn.conv2d_forward, fn.conv2d_backward)),
}
for name, t in timed.items():
    print(f"{name:21s} {1000 * t:9.1f} ms   {t / timed['nnkit']:8.1f} times nnkit's time")

fig, ax = plt.subplots(figsize=(7, 2.2))
for row, t in enumerate(timed.values()):
    multiple = t / timed["nnkit"]
    ax.plot(multiple, row, "o", color="C0", ms=7)
    ax.text(multiple * 1.25, row, f"{multiple:.1f}" if multiple < 20 else f"{multiple:.0f}", va="center")
ax.set(xscale="log", xlim=(0.7, 5000), xlabel="time, as a multiple of nnkit's (logarithmic)",
       yticks=range(len(timed)), yticklabels=list(timed), ylim=(3.5, -0.5))
plt.show()

# %% [markdown]
# *What to see:* each point is one way to compute the same layer. Between one product at a time and one matrix product there is a factor of several hundred to a thousand; it differs between computers. The arithmetic is the same; nearly all of the difference is the interpreter. Your loops over places already leave most of the work to NumPy. im2col leaves nearly all of the rest to it. nnkit uses the same idea with care: it lays the windows out in blocks that stay in the processor's fast memory. The sums are the same
# everywhere; only their order differs.

# %% [markdown]
# ## 5 · Pooling
#
# **Pooling** (汇聚, also 池化) is the subsampling of notebook 4.1: a window of size $Q \times Q$ moves over each map separately, with stride $S$, and keeps one number. No weights.
#
# $$\text{max pooling (最大汇聚)}:\ \max_{k,l}\; x_{n,c,\,iS+k,\,jS+l},
# \qquad \text{average pooling (平均汇聚)}:\ \frac{1}{Q^2}\sum_{k,l} x_{n,c,\,iS+k,\,jS+l}.$$
#
# The maximum answers "is it there, somewhere around?", the average "how much of it?". **Global average pooling** (全局平均汇聚) takes the whole map as its window: $(N, C, H, W) \to (N, C)$. It puts one number per map
# before the classifier, for images of any size. Sizes follow the formula of 4.1 with $K = Q$, $P = 0$; windows that do not fit are dropped.
#
# **The way back.** An average is a convolution with the weights $1/Q^2$: each pixel of the window gets $\mathtt{dout}/Q^2$. A maximum depends only on the winner; change any other pixel a little and
# nothing happens. So the winner takes the whole gradient and the others nothing.
#
# **Overlap and ties, by hand.** $Q = 2$ and $S = 1$, so that windows overlap:
#
# $$x = \begin{pmatrix}1&3&2\\4&4&0\\1&2&5\end{pmatrix},\quad
# \mathtt{out} = \begin{pmatrix}4&4\\4&5\end{pmatrix},\quad
# \mathtt{dout} = \begin{pmatrix}1&2\\3&4\end{pmatrix},\quad
# \mathtt{dx} = \begin{pmatrix}0&0&0\\4&2&0\\0&0&4\end{pmatrix}.$$
#
# The same in colors: a window of `dout` has the color of the pixel that won it.

# %% tags=["experiment"]
ch04_windows.maximum_routes(np.array([[1, 3, 2], [4, 4, 0], [1, 2, 5]]), np.array([[1, 2], [3, 4]]), 2, 1)

# %% [markdown]
# The window at the upper left holds two fours. At a tie the maximum has a kink and no derivative; any rule is a choice, as ReLU's slope at 0 is. The contract here: **the first maximum, row by row,
# takes it all.** So the left 4 takes 1. It also wins the lower left window and takes 3 more: $1 + 3 = 4$. It does not lie in the upper right window; there the other 4 wins and takes 2. Had every tied pixel taken the gradient, the sum of
# `dx` would have been larger than that of `dout`. Are ties rare? On real images they are not:

# %% tags=["experiment"]
digits, labels, test_digits, test_labels = data.digits(rng=np.random.default_rng(0), flat=False)
blocks = digits.reshape(-1, 4, 2, 4, 2).transpose(0, 1, 3, 2, 4).reshape(-1, 4)  # a row for each window
winners = (blocks == blocks.max(axis=1, keepdims=True)).sum(axis=1)
empty = blocks.max(axis=1) == 0
print(f"windows of 2 × 2 in the digits with a tie: {(winners > 1).mean():.0%}; "
      f"of these without any ink: {empty[winners > 1].mean():.0%}")
print(f"gradient handed out per unit of dout if every tied pixel took it: {winners.mean():.2f}")

# %% [markdown]
# ### Exercise: four functions
#
# Write max pooling and average pooling, each forward and backward.
#
# `size` and `stride` are ints, there is no padding. Windows may overlap (stride < size) or leave gaps (stride > size).
#
# *Example:* the hand-sized one above; with the average instead of the maximum the same `x` and `dout` give out = [[3, 2.25], [2.75, 2.75]] and dx = [[0.25, 0.75, 0.5], [1, 2.5, 1.5], [0.75, 1.75, 1]].
#
# *Hint:* `argmax` of a flattened window returns the first maximum. And overlapping windows, once more, add up.

# %% nbgrader={"grade_id": "max_pool2d_forward", "solution": true}
def max_pool2d_forward(x, size, stride):
    """Largest value of each window. x (N, C, H, W) -> out (N, C, OH, OW), cache = (x, size, stride)."""
    ### BEGIN SOLUTION
    n, c, h, width = x.shape
    oh, ow = conv_output_size(h, size, stride), conv_output_size(width, size, stride)
    out = np.zeros((n, c, oh, ow))
    for i in range(oh):
        for j in range(ow):
            window = x[:, :, i * stride : i * stride + size, j * stride : j * stride + size]
            out[:, :, i, j] = window.max(axis=(2, 3))
    return out, (x, size, stride)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_max_pool2d_forward", "grade": true, "points": 4}
check(max_pool2d_forward)


# %% nbgrader={"grade_id": "max_pool2d_backward", "solution": true}
def max_pool2d_backward(dout, cache):
    """The first maximum of each window takes its gradient.

    dout (N, C, OH, OW), cache = (x, size, stride) -> dx (N, C, H, W).
    """
    ### BEGIN SOLUTION
    x, size, stride = cache
    dx = np.zeros(x.shape)
    for n, c, i, j in np.ndindex(dout.shape):
        top, left = i * stride, j * stride
        winner = np.argmax(x[n, c, top : top + size, left : left + size])
        dx[n, c, top + winner // size, left + winner % size] += dout[n, c, i, j]
    return dx
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_max_pool2d_backward", "grade": true, "points": 6}
check(max_pool2d_backward, forward=max_pool2d_forward)


# %% nbgrader={"grade_id": "avg_pool2d_forward", "solution": true}
def avg_pool2d_forward(x, size, stride):
    """Mean of each window. x (N, C, H, W) -> out (N, C, OH, OW), cache = (x, size, stride)."""
    ### BEGIN SOLUTION
    n, c, h, width = x.shape
    oh, ow = conv_output_size(h, size, stride), conv_output_size(width, size, stride)
    out = np.zeros((n, c, oh, ow))
    for i in range(oh):
        for j in range(ow):
            window = x[:, :, i * stride : i * stride + size, j * stride : j * stride + size]
            out[:, :, i, j] = window.mean(axis=(2, 3))
    return out, (x, size, stride)
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_avg_pool2d_forward", "grade": true, "points": 2}
check(avg_pool2d_forward)


# %% nbgrader={"grade_id": "avg_pool2d_backward", "solution": true}
def avg_pool2d_backward(dout, cache):
    """Every pixel of a window takes an equal share.

    dout (N, C, OH, OW), cache = (x, size, stride) -> dx (N, C, H, W).
    """
    ### BEGIN SOLUTION
    x, size, stride = cache
    dx = np.zeros(x.shape)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            share = dout[:, :, i : i + 1, j : j + 1] / size**2
            dx[:, :, i * stride : i * stride + size, j * stride : j * stride + size] += share
    return dx
    ### END SOLUTION


# %% nbgrader={"grade_id": "check_avg_pool2d_backward", "grade": true, "points": 3}
check(avg_pool2d_backward, forward=avg_pool2d_forward)

# %% [markdown]
# ### What pooling gains, and what it loses
#
# It gains some tolerance. Filter the digits for vertical edges, pool, and ask how much the result changes when the digit moves by one pixel to the right:

# %% tags=["experiment"]
sobel = np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])[None, None]
canvas = np.pad(digits[:200], ((0, 0), (0, 0), (5, 5), (5, 5)))  # 18 × 18
moved = np.roll(canvas, 1, axis=3)
edges, moved_edges = (np.maximum(fn.conv2d_forward(v, sobel, np.zeros(1))[0], 0) for v in (canvas, moved))


def change(pool, q):
    """Relative difference of the pooled 16 × 16 edge maps before and after the shift, on average."""
    a, b = pool(edges, q, q)[0], pool(moved_edges, q, q)[0]
    return np.sqrt(np.sum((a - b) ** 2, axis=(1, 2, 3)) / np.sum(a**2, axis=(1, 2, 3))).mean()


# %% tags=["experiment"]
pool_sizes = [1, 2, 4, 8, 16]
by_max = [change(fn.max_pool2d_forward, q) for q in pool_sizes]
by_mean = [change(fn.avg_pool2d_forward, q) for q in pool_sizes]

digit = digits[3, 0]
inside = np.random.default_rng(8)
mixed = digit.reshape(4, 2, 4, 2).transpose(0, 2, 1, 3).reshape(16, 4)
mixed = inside.permuted(mixed, axis=1).reshape(4, 4, 2, 2).transpose(0, 2, 1, 3).reshape(8, 8)
fig, axes = plt.subplots(1, 4, figsize=(11, 2.8), width_ratios=[2, 1, 1, 1])
axes[0].plot(pool_sizes, by_max, "o-", label="max")
axes[0].plot(pool_sizes, by_mean, "s-", label="average")
axes[0].set(xscale="log", xticks=pool_sizes, xticklabels=pool_sizes, xlabel="window and stride (pixels)",
            ylabel="relative change", title="after a shift by one pixel", ylim=(0, None))
axes[0].minorticks_off()
axes[0].legend()
pooled = fn.max_pool2d_forward(digit[None, None], 2, 2)[0][0, 0]
pictures = {"a digit": digit, "shuffled in windows": mixed, "both, pooled: 4 × 4": pooled}
for ax, (title, shown) in zip(axes[1:], pictures.items()):
    ax.imshow(shown, cmap="gray_r", vmin=0, vmax=1)
    ax.set_title(title, fontsize=9)
    ax.set(xticks=[], yticks=[])
    ax.spines[:].set(visible=True, color="0.5")
    ax.grid(False)
plt.show()
print("window ", pool_sizes)
print("max    ", np.round(by_max, 2).tolist())
print("average", np.round(by_mean, 2).tolist())
mixed_pooled = fn.max_pool2d_forward(mixed[None, None], 2, 2)[0][0, 0]
print("the two digits pool to the same map:", np.array_equal(mixed_pooled, pooled))

# %% [markdown]
# *What to see:* without pooling (window 1) a shift by one pixel changes the map by nearly its own size; the larger the window, the less it matters on the whole, and the pool over the whole
# map (window 16) does not notice at all. That is invariance, bought with position. The price is on the right: two pictures that differ in nearly every stroke have the same pooled map. For "which digit?" a little of this is
# a good bargain. For "where is the tumor's border?" it is a bad one, which is why nets that draw outlines must put the positions back later (section 5 of notebook 4.3).
#
# **Maximum or average?** Tolerance does not decide it: on the left the maximum changes less at windows of 2, the average at windows of 4 and 8. They differ in what they keep. By hand, two windows: $(0, 0, 0, 8)$ and $(2, 2, 2, 2)$. The average of both is 2; the maximum is 8 and 2. So one strong answer
# among silent neighbors passes the maximum at full size, and the average divides it by $Q^2$. Turn it around: where all values are noise, the average cancels some of it and the maximum picks out the largest.
#
# **Predict, then run.** The "complete" net of notebook 4.1, with either pool in it, on digits anywhere on a canvas of 12 × 12. Which of the two reads more test digits?

# %% tags=["experiment", "nbval-ignore-output"]
# About 4 s on an ordinary laptop.
def pooled_net(pool, rng):
    return Sequential(Conv2d(1, 8, 3, padding=1, rng=rng), ReLU(), pool(2),
                      Conv2d(8, 16, 3, padding=1, rng=rng), ReLU(), pool(2),
                      Flatten(), Linear(16 * 3 * 3, 10, rng=rng)).astype(np.float32)


def anywhere(images, rng):
    """Put each (1, 8, 8) image somewhere on a black canvas of 12 × 12."""
    canvas = np.zeros((len(images), 1, 12, 12), np.float32)
    for n, (row, column) in enumerate(rng.integers(0, 5, (len(images), 2))):
        canvas[n, :, row : row + 8, column : column + 8] = images[n]
    return canvas


for seed in range(2):
    rng = np.random.default_rng(seed)
    x_train, y_train, x_test, y_test = data.digits(rng=rng, flat=False)
    x_train, y_train, x_test = anywhere(x_train[:800], rng), y_train[:800], anywhere(x_test, rng)
    read = {}
    for pool in (MaxPool2d, AvgPool2d):
        rng = np.random.default_rng(seed)
        net = pooled_net(pool, rng)
        fit(net, x_train, y_train, optimizer=optim.Adam(net, 7e-3), epochs=14, rng=rng, progress=False)
        read[pool.__name__] = round(metrics.accuracy(net(x_test), y_test), 3)
    print(f"split {seed}: test accuracy {read}")

# %% [markdown]
# *What to see:* the same net and the same digits in each pair. After 14 epochs the maximum is ahead or level. (On five splits it was ahead on four, by 1 to 9 percentage points, and level on one: table of claims.) It is a head start, no more: after 60 epochs on the same two splits the maximum reads 0.903 and 0.903, the average 0.897 and 0.919. Common practice is the maximum between layers, where a map answers "is it there?", and one global average at the end.

# %% [markdown]
# ## Quiz
#
# **1.** A 1-D layer has the input $x = (2, 0, 1, 3)$, a kernel of two weights and stride 2, so two outputs. The slopes are $\mathtt{dout} = (1, 10)$. What is $\mathtt{dw}$? Store it as a tuple of two numbers in `quiz_dw`.

# %% nbgrader={"grade_id": "quiz_dw", "solution": true}
# quiz_dw = ...
### BEGIN SOLUTION
quiz_dw = (1 * 2 + 10 * 1, 1 * 0 + 10 * 3)
### END SOLUTION

# %% nbgrader={"grade_id": "check_quiz_dw", "grade": true, "points": 1}
check.quiz("quiz_dw", quiz_dw)

# %% [markdown]
# **2.** A map after a ReLU is zero everywhere in one window of 2 × 2 of a max pool. The gradient 5 arrives at this window. Which gradient does the pool pass back to the four values, and what is left of it after the ReLU's backward pass (slope 0 at 0)?
#
# - A · 5 to each of the four; below the ReLU nothing
# - B · 5 to the first of the four; below the ReLU nothing
# - C · 1.25 to each of the four; below the ReLU the same
# - D · 5 to the first of the four; below the ReLU the same
#
# Store the letter in `quiz_ties`.

# %% nbgrader={"grade_id": "quiz_ties", "solution": true}
# quiz_ties = ...
### BEGIN SOLUTION
quiz_ties = "B"
### END SOLUTION

# %% nbgrader={"grade_id": "check_quiz_ties", "grade": true, "points": 1}
check.quiz("quiz_ties", quiz_ties)

# %% [markdown]
# ## What to remember
#
# - $F$ filters of $C \times K_H \times K_W$ weights turn $C$ channels into $F$ maps; a 1 × 1 filter mixes channels and nothing else.
# - `db` sums dout, `dw` correlates the input with dout, `dx` convolves dout with the kernel: the flip comes back. Written as loops: every output hands back to its window, and overlaps add.
# - im2col makes it one matrix product; col2im, its adjoint, adds.
# - Pooling has no weights. The maximum routes the gradient to the first winner, the average shares it. It trades position for tolerance.
#
# Next, notebook 4.3: a whole net, its filters, and how far each unit can see.
