"""Wrong answers of the demo class, chapter by chapter, as students write them."""

from __future__ import annotations

from autograder.demo.notebooks import Notebooks
from autograder.demo.stories import Story

AVERAGED_BIAS = """
def affine_backward(dout, cache):
    x, w, b = cache
    n = x.shape[0]
    x2 = x.reshape(n, np.prod(x.shape[1:]))
    db = np.zeros_like(b)
    for i in range(n):
        db += dout[i] / n
    return np.dot(dout, w.T).reshape(x.shape), np.dot(x2.T, dout), db
"""
HALF_TANH = """
def tanh_backward(dout, cache):
    h = cache[0]
    return np.multiply(dout, 1 - h)
"""
CONSTANT_STATISTICS = """
def batchnorm_backward(dout, cache):
    x_hat, gamma, std, train = cache
    dgamma = (dout * x_hat).sum(0)
    dbeta = dout.sum(0)
    return dout * gamma / std, dgamma, dbeta
"""
NO_BIAS_FORWARD = """
def affine_forward(x, w, b):
    rows = x.reshape(x.shape[0], -1)
    return np.matmul(rows, w), (x, w, b)
"""
MEAN_SQUARES = """
def mse_backward(cache):
    a, y = cache
    return 2 * (a - y) / a.shape[0]
"""
UNSHIFTED = """
def softmax(z):
    e = np.exp(z)
    return e / e.sum(-1, keepdims=True)
"""
UNCENTERED = """
def pca(x, k):
    u, s, vt = np.linalg.svd(x, full_matrices=False)
    share = s ** 2 / np.sum(s ** 2)
    return vt[:k], share[:k]
"""


def wrong(student: str, what: str, **answers: str) -> Story:
    """A student with wrong answers in these exercises, right everywhere else."""

    def change(notebooks: Notebooks) -> None:
        for name, source in answers.items():
            notebooks.write(name, source.strip())

    return Story(student, what, change)


OWN = {
    "01_ml_overview": (wrong("uncentered", "PCA without centering", pca=UNCENTERED),),
    "02_linear_models": (
        wrong(
            "factor2", "factor 2 in the gradient of the squared error", mse_backward=MEAN_SQUARES
        ),
        wrong("overflow", "softmax without the shift", softmax=UNSHIFTED),
    ),
    "03_feedforward": (
        wrong("averager", "db averaged over the examples", affine_backward=AVERAGED_BIAS),
        wrong("halftanh", "1 - h in place of 1 - h²", tanh_backward=HALF_TANH),
        wrong("frozen", "batch statistics as constants", batchnorm_backward=CONSTANT_STATISTICS),
        wrong("nobias", "forward wrong, backward right", affine_forward=NO_BIAS_FORWARD),
        wrong("two", "two wrong gradients", affine_backward=AVERAGED_BIAS, tanh_backward=HALF_TANH),
    ),
}
