"""Recurrent cells in PyTorch, written from the formulas of the chapter; autograd does the rest."""

from __future__ import annotations

import torch


def rnn(x, h, u, w, b):
    h = torch.tanh(x @ u + h @ w + b)
    return h, (h,)


def gru(x, h, u, w, b):
    k = h.shape[1]
    s = x @ u + b
    z, r = torch.sigmoid(s[:, : 2 * k] + h @ w[:, : 2 * k]).split(k, 1)
    g = torch.tanh(s[:, 2 * k :] + (r * h) @ w[:, 2 * k :])
    h = z * h + (1 - z) * g
    return h, (h,)


def lstm(x, h, c, u, w, b):
    f, i, g, o = (x @ u + h @ w + b).split(h.shape[1], 1)
    c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    h = torch.sigmoid(o) * torch.tanh(c)
    return h, (h, c)


def peephole(x, h, c, u, w, b, p):
    f, i, g, o = (x @ u + h @ w + b).split(h.shape[1], 1)
    f, i = torch.sigmoid(f + p[0] * c), torch.sigmoid(i + p[1] * c)
    c = f * c + i * torch.tanh(g)
    h = torch.sigmoid(o + p[2] * c) * torch.tanh(c)
    return h, (h, c)


def coupled(x, h, c, u, w, b):
    f, g, o = (x @ u + h @ w + b).split(h.shape[1], 1)
    f = torch.sigmoid(f)
    c = f * c + (1 - f) * torch.tanh(g)
    h = torch.sigmoid(o) * torch.tanh(c)
    return h, (h, c)


def unroll(cell, x, states, params):
    """Return all states h (N, T, H) of `cell` over x (N, T, D)."""
    out = []
    for t in range(x.shape[1]):
        h, states = cell(x[:, t], *states, *params)
        out.append(h)
    return torch.stack(out, 1)


# name in nnkit: (cell, number of states, blocks of H columns)
CELLS = {
    "rnn": (rnn, 1, 1),
    "gru": (gru, 1, 3),
    "lstm": (lstm, 2, 4),
    "peephole_lstm": (peephole, 2, 4),
    "coupled_lstm": (coupled, 2, 3),
}
