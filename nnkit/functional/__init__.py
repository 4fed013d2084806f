"""Forward/backward pairs of pure functions, one concept a file.

`name_forward(x, *params, **options) -> (out, cache)` and `name_backward(dout, cache) -> gradients`
in the order and with the shapes of the inputs; a loss is `name_forward(scores, y) -> (loss, cache)`
and `name_backward(cache) -> dscores`. float32 stays float32, whole numbers become float64, inputs
are never changed, and wrong input raises a ValueError before any work is done.
"""

from nnkit.functional.activations import (
    elu_backward,
    elu_forward,
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
from nnkit.functional.affine import (
    affine_backward,
    affine_forward,
)
from nnkit.functional.attention import (
    attention_backward,
    attention_forward,
)
from nnkit.functional.conv.conv1d import (
    conv1d,
    conv1d_backward,
    conv1d_forward,
)
from nnkit.functional.conv.conv2d import (
    conv2d_backward,
    conv2d_forward,
)
from nnkit.functional.conv.im2col import (
    col2im,
    im2col,
)
from nnkit.functional.conv.sizes import (
    conv_output_size,
    conv_parameters,
    effective_kernel_size,
    receptive_field,
)
from nnkit.functional.conv.transpose import (
    conv2d_transpose_backward,
    conv2d_transpose_forward,
)
from nnkit.functional.dropout import (
    dropout_backward,
    dropout_forward,
)
from nnkit.functional.embedding import (
    embedding_backward,
    embedding_forward,
)
from nnkit.functional.gelu import (
    gelu_backward,
    gelu_forward,
)
from nnkit.functional.losses import (
    bce_with_logits_backward,
    bce_with_logits_forward,
    cross_entropy_backward,
    cross_entropy_forward,
    hinge_backward,
    hinge_forward,
    mse_backward,
    mse_forward,
    sequence_cross_entropy_backward,
    sequence_cross_entropy_forward,
)
from nnkit.functional.norm import (
    batchnorm2d_backward,
    batchnorm2d_forward,
    batchnorm_backward,
    batchnorm_forward,
    layernorm_backward,
    layernorm_forward,
)
from nnkit.functional.pool import (
    avg_pool2d_backward,
    avg_pool2d_forward,
    global_avg_pool2d_backward,
    global_avg_pool2d_forward,
    max_pool2d_backward,
    max_pool2d_forward,
)
from nnkit.functional.recurrent.gradient_flow import (
    gradient_norms,
    state_jacobian,
)
from nnkit.functional.recurrent.gru import (
    gru_backward,
    gru_forward,
    gru_step_backward,
    gru_step_forward,
)
from nnkit.functional.recurrent.lstm import (
    lstm_backward,
    lstm_forward,
    lstm_step_backward,
    lstm_step_forward,
)
from nnkit.functional.recurrent.lstm_variants import (
    coupled_lstm_backward,
    coupled_lstm_forward,
    coupled_lstm_step_backward,
    coupled_lstm_step_forward,
    peephole_lstm_backward,
    peephole_lstm_forward,
    peephole_lstm_step_backward,
    peephole_lstm_step_forward,
)
from nnkit.functional.recurrent.rnn import (
    rnn_backward,
    rnn_forward,
    rnn_step_backward,
    rnn_step_forward,
)
from nnkit.functional.recurrent.truncated import (
    coupled_lstm_backward_truncated,
    gru_backward_truncated,
    lstm_backward_truncated,
    peephole_lstm_backward_truncated,
    rnn_backward_truncated,
)
from nnkit.functional.residual import (
    residual_backward,
    residual_forward,
)
from nnkit.functional.softmax import (
    log_softmax,
    log_softmax_backward,
    log_softmax_forward,
    softmax,
    softmax_backward,
    softmax_forward,
)
