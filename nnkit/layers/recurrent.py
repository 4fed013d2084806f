"""Recurrent layers: whole sequences (N, T, D) -> every state (N, T, H)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import nnkit.functional as F
from nnkit import init as inits
from nnkit.layers.containers import check_parts
from nnkit.layers.layer import Layer
from nnkit.layers.module import Module
from nnkit.validate import Array, describe, floats, generator, integer, number, upstream


class _Recurrent(Layer):
    """u is drawn by Xavier, w orthogonal, one block at a time; biases start at 0.

    layer(x) starts from zeros, layer(x, h0) (or h0, c0) from given states, whose gradients
    backward leaves in `dstates`.
    """

    states = 1

    def __init__(
        self,
        pair: tuple[Callable[..., Any], ...],
        blocks: int,
        input_size: int,
        hidden_size: int,
        rng: np.random.Generator,
        **more: Any,
    ) -> None:
        d = integer(input_size, "input_size", least=1)
        h = integer(hidden_size, "hidden_size", least=1)
        generator(rng)
        u = np.concatenate([inits.xavier_normal(d, h, rng) for _ in range(blocks)], axis=1)
        w = np.concatenate([inits.orthogonal((h, h), rng) for _ in range(blocks)], axis=1)
        self._pair = pair
        self._initial: tuple[Array, ...] = ()
        self.dstates: tuple[Array, ...] = ()
        super().__init__(self._run, self._run_back, u=u, w=w, b=np.zeros(blocks * h), **more)

    def __call__(self, x: Any, *states: Any) -> Array:
        """Return every state h (N, T, H) for x (N, T, D)."""
        if len(states) not in (0, self.states):
            names = ("h0", "c0")[: self.states]
            raise ValueError(
                f"{self.name}: given {len(states)} initial states; expected none or "
                f"{' and '.join(names)}"
            )
        self._initial = states
        return super().__call__(x)

    def _run(self, x: Any, *params: Array) -> tuple[Array, Any]:
        u, w = params[:2]
        x = floats(x, "x", ("N", "T", u.shape[0]), "as many features as u has rows")
        zeros = np.zeros((x.shape[0], w.shape[0]), w.dtype)
        return self._pair[0](x, *(self._initial or [zeros] * self.states), *params)

    def _run_back(self, dout: Any, cache: Any) -> tuple[Array, ...]:
        dx, *rest = self._pair[1](dout, cache)
        self.dstates = tuple(rest[: self.states])
        return dx, *rest[self.states :]

    def extra(self) -> str:
        """Return the two sizes."""
        return f"{self.params['u'].shape[0]}, {self.params['w'].shape[0]}"


class RNN(_Recurrent):
    """h_t = tanh(x_t u + h_(t-1) w + b)."""

    def __init__(self, input_size: int, hidden_size: int, *, rng: np.random.Generator) -> None:
        super().__init__((F.rnn_forward, F.rnn_backward), 1, input_size, hidden_size, rng)


class GRU(_Recurrent):
    """Gated recurrent unit, blocks z, r, h̃."""

    def __init__(self, input_size: int, hidden_size: int, *, rng: np.random.Generator) -> None:
        super().__init__((F.gru_forward, F.gru_backward), 3, input_size, hidden_size, rng)


class LSTM(_Recurrent):
    """Long short-term memory, blocks f, i, c̃, o; the forget gate's bias starts at 1.

    With that bias the cell remembers until it learns otherwise (Gers et al. 2000).
    """

    states = 2

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        *,
        rng: np.random.Generator,
        forget_bias: float = 1.0,
    ) -> None:
        super().__init__((F.lstm_forward, F.lstm_backward), 4, input_size, hidden_size, rng)
        self.params["b"][:hidden_size] = number(forget_bias, "forget_bias")


class PeepholeLSTM(_Recurrent):
    """LSTM whose gates also see the cell, through p (3, H), which starts at 0."""

    states = 2

    def __init__(self, input_size: int, hidden_size: int, *, rng: np.random.Generator) -> None:
        pair = F.peephole_lstm_forward, F.peephole_lstm_backward
        p = np.zeros((3, integer(hidden_size, "hidden_size", least=1)))
        super().__init__(pair, 4, input_size, hidden_size, rng, p=p)
        self.params["b"][:hidden_size] = 1.0


class CoupledLSTM(_Recurrent):
    """LSTM that writes exactly where it forgets, blocks f, c̃, o."""

    states = 2

    def __init__(self, input_size: int, hidden_size: int, *, rng: np.random.Generator) -> None:
        pair = F.coupled_lstm_forward, F.coupled_lstm_backward
        super().__init__(pair, 3, input_size, hidden_size, rng)
        self.params["b"][:hidden_size] = 1.0


class LastStep(Layer):
    """The last step of a sequence: (N, T, H) -> (N, H), for one answer a sequence."""

    def __init__(self) -> None:
        super().__init__(last_step_forward, last_step_backward)


def last_step_forward(x: Any) -> tuple[Array, tuple]:
    """Return x[:, -1] for x (N, T, H); cache = (x.shape,). ValueError for T = 0."""
    x = floats(x, "x", ("N", "T", "H"))
    if x.shape[1] == 0:
        raise ValueError(f"x has shape {describe(x.shape)}; expected at least one step")
    return x[:, -1].copy(), (x.shape,)


def last_step_backward(dout: Any, cache: tuple) -> Array:
    """Return dx (N, T, H): dout at the last step, 0 before it."""
    (shape,) = cache
    dout = upstream(dout, (shape[0], shape[2]))
    dx = np.zeros(shape, dout.dtype)
    dx[:, -1] = dout
    return dx


class Bidirectional(Module):
    """Two layers over a sequence, one reading it backward; outputs side by side.

    (N, T, D) -> (N, T, H1 + H2): at every step the first layer's state and, after it, the second
    layer's, which has read the steps from the end to this one.
    """

    def __init__(self, ahead: Module, back: Module) -> None:
        self.ahead, self.back = ahead, back
        check_parts(self)
        self._width = 0

    def children(self) -> dict[str, Module]:
        """Return the two layers."""
        return {"ahead": self.ahead, "back": self.back}

    def __call__(self, x: Any) -> Array:
        """Return both layers' states, (N, T, H1 + H2)."""
        x = floats(x, "x", ("N", "T", "D"))
        first, second = self.ahead(x), self.back(x[:, ::-1])[:, ::-1]
        self._width = first.shape[-1]
        return np.concatenate([first, second], axis=-1)

    def backward(self, dout: Any, *, need_dx: bool = True) -> Any:
        """Return dx (N, T, D): the gradients of both readings add up."""
        dout = floats(dout, "dout", ("N", "T", "H"))
        dx = self.ahead.backward(dout[..., : self._width], need_dx=need_dx)
        dx_back = self.back.backward(dout[:, ::-1, self._width :], need_dx=need_dx)
        return dx + dx_back[:, ::-1] if need_dx else None
