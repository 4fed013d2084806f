"""Forward/backward pairs of pure functions, one concept a file.

`name_forward(x, *params, **options) -> (out, cache)` and `name_backward(dout, cache) -> gradients`
in the order and with the shapes of the inputs; a loss is `name_forward(scores, y) -> (loss, cache)`
and `name_backward(cache) -> dscores`. float32 stays float32, whole numbers become float64, inputs
are never changed, and wrong input raises a ValueError before any work is done.
"""

from nnkit.functional.activations import (
    elu_backward,
    elu_forward,
    gelu_backward,
    gelu_forward,
    leaky_relu_backward,
    leaky_relu_forward,
    logistic,
    logistic_backward,
    logistic_forward,
    prelu_backward,
    prelu_forward,
    relu_backward,
    relu_forward,
    softplus_backward,
    softplus_forward,
    swish_backward,
    swish_forward,
    tanh_backward,
    tanh_forward,
)
from nnkit.functional.batchnorm import batchnorm_backward, batchnorm_forward
from nnkit.functional.batchnorm2d import batchnorm2d_backward, batchnorm2d_forward
from nnkit.functional.dropout import dropout_backward, dropout_forward
from nnkit.functional.embedding import embedding_backward, embedding_forward
from nnkit.functional.layernorm import layernorm_backward, layernorm_forward
from nnkit.functional.linear import affine_backward, affine_forward
from nnkit.functional.losses import (
    bce_with_logits_backward,
    bce_with_logits_forward,
    cross_entropy_backward,
    cross_entropy_forward,
    hinge_backward,
    hinge_forward,
    mse_backward,
    mse_forward,
)
from nnkit.functional.sequence_cross_entropy import (
    sequence_cross_entropy_backward,
    sequence_cross_entropy_forward,
)
from nnkit.functional.softmax import (
    log_softmax,
    log_softmax_backward,
    log_softmax_forward,
    softmax,
    softmax_backward,
    softmax_forward,
)

__all__ = [
    "affine_backward",
    "affine_forward",
    "batchnorm2d_backward",
    "batchnorm2d_forward",
    "batchnorm_backward",
    "batchnorm_forward",
    "bce_with_logits_backward",
    "bce_with_logits_forward",
    "cross_entropy_backward",
    "cross_entropy_forward",
    "dropout_backward",
    "dropout_forward",
    "elu_backward",
    "elu_forward",
    "embedding_backward",
    "embedding_forward",
    "gelu_backward",
    "gelu_forward",
    "hinge_backward",
    "hinge_forward",
    "layernorm_backward",
    "layernorm_forward",
    "leaky_relu_backward",
    "leaky_relu_forward",
    "log_softmax",
    "log_softmax_backward",
    "log_softmax_forward",
    "logistic",
    "logistic_backward",
    "logistic_forward",
    "mse_backward",
    "mse_forward",
    "prelu_backward",
    "prelu_forward",
    "relu_backward",
    "relu_forward",
    "sequence_cross_entropy_backward",
    "sequence_cross_entropy_forward",
    "softmax",
    "softmax_backward",
    "softmax_forward",
    "softplus_backward",
    "softplus_forward",
    "swish_backward",
    "swish_forward",
    "tanh_backward",
    "tanh_forward",
]
