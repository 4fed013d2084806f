"""Truncated backpropagation by reach, by levels, by cutting the sequence."""
# ruff: noqa: D103

import numpy as np

from autograder.audit.variants import right
from autograder.audit.variants.ch05 import rnn


@right
def truncated_list_of_steps():
    rnn_forward = rnn.list_of_steps.functions["rnn_forward"]

    def rnn_backward_truncated(dh, cache, steps):
        x, states, u, w = cache["x"], cache["states"], cache["u"], cache["w"]
        length = x.shape[1]
        reach = {(t, t): dh[:, t] for t in range(length)}
        total, dh0 = np.zeros(dh.shape), np.zeros(states[0].shape)
        for t in range(length):
            d = reach[t, t]
            for s in range(t, -1, -1):
                if t - s >= steps:
                    break
                ds = d * (1 - states[s + 1] ** 2)
                total[:, s] += ds
                d = ds @ w.T
            else:
                dh0 += d
        before = np.stack(states[:-1], axis=1)
        return (
            total @ u.T,
            dh0,
            np.einsum("ntd,nth->dh", x, total),
            np.einsum("ntk,nth->kh", before, total),
            total.sum(axis=(0, 1)),
        )

    return rnn_forward, rnn_backward_truncated


@right
def truncated_precomputed_inputs():
    rnn_forward = rnn.precomputed_inputs.functions["rnn_forward"]

    def rnn_backward_truncated(dh, cache, steps):
        x, h, u, w = cache
        length = dh.shape[1]
        # level k: gradients that have passed k cells already
        ds, dh0, level = np.zeros(dh.shape), np.zeros(h[:, 0].shape), np.array(dh)
        for _ in range(min(steps, length)):
            passed = level * (1 - h[:, 1:] ** 2)
            ds += passed
            down = passed @ w.T
            dh0 += down[:, 0]
            level = np.concatenate([down[:, 1:], np.zeros((len(x), 1, dh.shape[2]))], axis=1)
        flat = ds.reshape(-1, ds.shape[2])
        return [
            ds @ u.T,
            dh0,
            x.reshape(-1, x.shape[2]).T @ flat,
            h[:, :-1].reshape(flat.shape).T @ flat,
            flat.sum(axis=0),
        ]

    return rnn_forward, rnn_backward_truncated


@right
def truncated_closures():
    rnn_forward, rnn_backward = rnn.closures.functions.values()

    def rnn_backward_truncated(dh, cache, steps):
        cells, u, w = cache
        length = len(cells)
        totals = None
        for t in range(length):
            alone = np.zeros(dh.shape)
            alone[:, t] = dh[:, t]
            first = max(0, t - steps + 1)
            part = rnn_backward(alone[:, first : t + 1], (cells[first : t + 1], u, w))
            dx = np.zeros((*dh.shape[:2], u.shape[0]))
            dx[:, first : t + 1] = part[0]
            grads = [dx, part[1] if first == 0 else 0.0 * part[1], *part[2:]]
            totals = (
                grads if totals is None else [a + g for a, g in zip(totals, grads, strict=True)]
            )
        return tuple(totals)

    return rnn_forward, rnn_backward_truncated


@right
def truncated_by_age():
    # All gradients go back together, one cell at a time, for as many rounds as a gradient lives.
    def rnn_backward_truncated(dh, cache, steps):
        x, h0, u, w, b, h = cache
        before = np.concatenate([h0[:, None], h[:, :-1]], axis=1)
        ds, dh0, arriving = np.zeros(h.shape), np.zeros(h0.shape), np.array(dh, dtype=float)
        for _ in range(min(steps, h.shape[1])):
            here = arriving * (1 - h**2)
            ds += here
            sent = here @ w.T
            dh0 += sent[:, 0]
            arriving = np.concatenate([sent[:, 1:], np.zeros_like(sent[:, :1])], axis=1)
        du, dw = np.einsum("ntd,nti->di", x, ds), np.einsum("ntj,nti->ji", before, ds)
        return ds @ u.T, dh0, du, dw, ds.sum(axis=(0, 1))

    return rnn_backward_truncated
