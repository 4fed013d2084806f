"""One step of training a small network with Adam, against PyTorch and scikit-learn."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import torch
from conv_cases import draw
from timing import Case

import nnkit.functional as F
from nnkit import optim
from nnkit.layers import Linear, ReLU, Sequential

# name: layer sizes, batch, ratio to reach against PyTorch
NETWORKS = {
    "MLP large 784-256-128-10": ((784, 256, 128, 10), 128, 0.9),
    "MLP tiny 64-32-10": ((64, 32, 10), 32, 0.2),
}


def network_case(name: str, rng: np.random.Generator) -> Case:
    """Forward, cross-entropy, backward and one step of Adam."""
    sizes, batch, target = NETWORKS[name]
    x, y = draw(rng, batch, sizes[0]), rng.integers(0, sizes[-1], batch)
    dense = [Linear(a, b, rng=rng) for a, b in pairwise(sizes)]
    net = Sequential(*_with_relu(dense, ReLU)).astype(np.float32)
    adam = optim.Adam(net, 1e-3)
    torch_net = torch.nn.Sequential(
        *_with_relu([torch.nn.Linear(a, b) for a, b in pairwise(sizes)])
    )
    torch_adam = torch.optim.Adam(torch_net.parameters(), 1e-3)
    torch_x, torch_y = torch.from_numpy(x), torch.from_numpy(y)

    def mine() -> None:
        _, cache = F.cross_entropy_forward(net(x), y)
        net.backward(F.cross_entropy_backward(cache), need_dx=False)
        adam.step()

    def theirs() -> None:
        torch_adam.zero_grad()
        torch.nn.functional.cross_entropy(torch_net(torch_x), torch_y).backward()
        torch_adam.step()

    return Case(name, mine, theirs, target)


def sklearn_case(rng: np.random.Generator) -> Case:
    """The tiny network against scikit-learn's MLPClassifier, one batch of partial_fit."""
    from sklearn.neural_network import MLPClassifier

    tiny = network_case("MLP tiny 64-32-10", rng)
    x, y = draw(rng, 32, 64), rng.integers(0, 10, 32)
    model = MLPClassifier((32,), batch_size=32, shuffle=False, alpha=0.0)
    classes = np.arange(10)
    return Case(
        "MLP tiny / scikit-learn", tiny.mine, lambda: model.partial_fit(x, y, classes=classes)
    )


def _with_relu(dense: list, relu: type = torch.nn.ReLU) -> list:
    """Return the layers with a ReLU between each two."""
    return [part for layer in dense for part in (layer, relu())][:-1]
