"""The bridge from decoder to encoder: where the gradient of the decoder's first state arrives."""

from __future__ import annotations

import numpy as np

from autograder.checking.kinds import draws, function, leads


@function(
    says="the gradient across the bridge",
    group="attention",
    cases=draws(
        "dh0: N H",
        {"N": 3, "H": 4, "steps": 5},
        {"N": 2, "H": 5, "steps": 3},
        {"N": 4, "H": 2, "steps": 1},
    ),
    whole="dh0",
    outputs="dstates: example step unit",
)
@leads(
    "Which of the encoder's states does the decoder see?",
    "Zeros (N, S, H), and dh0 at the last step.",
)
def bridge_gradient(dh0, steps):
    """Zeros everywhere but at the last step, whose state was handed on."""
    dstates = np.zeros((dh0.shape[0], steps, dh0.shape[1]))
    # ~ time first: np.zeros((steps, dh0.shape[0], dh0.shape[1])).swapaxes(0, 1).copy();
    #     dstates[:, -1] = dh0; return dstates.swapaxes(0, 1)
    #     | The example comes first, then the step.
    # ~ one step short: steps => max(steps - 1, 1) | The encoder has one state for each step.
    dstates[:, -1] = dh0
    # ~ first step: dstates[:, 0] = dh0 | Which of its states did the encoder hand on?
    # ~ every step: dstates[:, :] = dh0[:, None]
    #     | Only one state was handed on; what the others receive, the encoder's own backward adds.
    # ~ spread over steps: dstates[:, :] = dh0[:, None] / steps
    #     | Only one state was handed on.
    # ~ sign: dstates[:, -1] = -dh0 | The state was handed on as it was.
    # ~ averaged over batch: dstates[:, -1] = dh0 / len(dh0) | The loss has averaged already.
    # ~ bridge missing: pass | Without this gradient the encoder learns nothing.
    return dstates
