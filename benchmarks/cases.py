"""The list of all cases; each is built when its turn comes, so that memory stays small."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
from conv_cases import CONVOLUTIONS, conv_case, pool_case
from layer_cases import LAYERS, layer_case
from network_cases import NETWORKS, network_case, sklearn_case
from pointwise_cases import batchnorm_case, gelu_case, softmax_case
from recurrent_cases import BLOCKS, SIZES, recurrent_case
from timing import Case


def all_cases(only: str) -> Iterator[Callable[[], Case]]:
    """Yield a builder for each case whose name contains `only`."""
    builders: dict[str, Callable[..., Case]] = {}
    for name in CONVOLUTIONS:
        builders[f"conv {name}"] = partial(conv_case, name)
    for kind in BLOCKS:
        for size in SIZES:
            builders[f"{kind} {size}"] = partial(recurrent_case, kind, size)
    for name in NETWORKS:
        builders[name] = partial(network_case, name)
    builders["MLP tiny / scikit-learn"] = sklearn_case
    for name in ("max", "avg"):
        builders[f"{name} pool"] = partial(pool_case, name)
    builders["batchnorm"] = partial(batchnorm_case, images=False)
    builders["batchnorm2d"] = partial(batchnorm_case, images=True)
    builders["GELU"] = gelu_case
    builders["softmax"] = softmax_case
    for name in LAYERS:
        builders[f"layer {name}"] = partial(layer_case, name)
    for name, build in builders.items():
        if only in name:
            yield partial(build, np.random.default_rng(0))
