"""The simple recurrent net in other styles."""
# ruff: noqa: D103

import numpy as np

from autograder.audit.variants import right


@right
def dict_cache():
    def rnn_step_forward(x, h_prev, u, w, b):
        h = np.tanh(np.einsum("nd,dh->nh", x, u) + np.einsum("nk,kh->nh", h_prev, w) + b)
        return h, {"x": x, "before": h_prev, "u": u, "w": w, "slope": 1 - h * h}

    def rnn_step_backward(dh, cache):
        ds = dh * cache["slope"]
        return (
            np.einsum("nh,dh->nd", ds, cache["u"]),
            np.einsum("nh,kh->nk", ds, cache["w"]),
            np.einsum("nd,nh->dh", cache["x"], ds),
            np.einsum("nk,nh->kh", cache["before"], ds),
            np.einsum("nh->h", ds),
        )

    return rnn_step_forward, rnn_step_backward


@right
def joined_weights():
    def rnn_step_forward(x, h_prev, u, w, b):
        both, weights = np.concatenate([x, h_prev], axis=1), np.concatenate([u, w])
        h = np.tanh(both @ weights + b)
        return h, (both, weights, h, x.shape[1])

    def rnn_step_backward(dh, cache):
        both, weights, h, d = cache
        ds = (1 - h) * (1 + h) * dh
        dboth, dweights = ds @ weights.T, both.T @ ds
        return [dboth[:, :d], dboth[:, d:], dweights[:d], dweights[d:], ds.sum(axis=0)]

    return rnn_step_forward, rnn_step_backward


@right
def example_by_example():
    def rnn_step_forward(x, h_prev, u, w, b):
        h = np.array([np.tanh(u.T @ a + w.T @ s + b) for a, s in zip(x, h_prev, strict=True)])
        return h, (x, h_prev, u, w, b, h)

    def rnn_step_backward(dh, cache):
        x, h_prev, u, w, b, h = cache
        dx, dh_prev = np.zeros(x.shape), np.zeros(h_prev.shape)
        du, dw, db = np.zeros(u.shape), np.zeros(w.shape), np.zeros(b.shape)
        for n in range(len(x)):
            ds = dh[n] * (1 - h[n] ** 2)
            dx[n], dh_prev[n] = u @ ds, w @ ds
            du += np.outer(x[n], ds)
            dw += np.outer(h_prev[n], ds)
            db += ds
        return dx, dh_prev, du, dw, db

    return rnn_step_forward, rnn_step_backward


@right
def list_of_steps():
    def rnn_forward(x, h0, u, w, b):
        states = [h0]
        for t in range(x.shape[1]):
            states.append(np.tanh(x[:, t] @ u + states[-1] @ w + b))
        return np.stack(states[1:], axis=1), {"x": x, "states": states, "u": u, "w": w}

    def rnn_backward(dh, cache):
        x, states, u, w = cache["x"], cache["states"], cache["u"], cache["w"]
        back, slopes = 0, []
        for t in reversed(range(x.shape[1])):
            ds = (dh[:, t] + back) * (1 - states[t + 1] ** 2)
            slopes.insert(0, ds)
            back = ds @ w.T
        ds = np.stack(slopes, axis=1)
        before = np.stack(states[:-1], axis=1)
        return (
            ds @ u.T,
            back,
            np.einsum("ntd,nth->dh", x, ds),
            np.einsum("ntk,nth->kh", before, ds),
            ds.sum(axis=(0, 1)),
        )

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

    def gradient_norms(cache):
        states, w = cache["states"], cache["w"]
        length, norms, products = len(states) - 1, [1.0], [np.eye(len(w)) for _ in states[0]]
        for t in range(length - 1, 0, -1):
            products = [
                p @ (np.diag(1 - s**2) @ w.T) for p, s in zip(products, states[t + 1], strict=True)
            ]
            norms.append(float(np.mean([np.linalg.svd(p, compute_uv=False)[0] for p in products])))
        return np.array(norms[::-1])

    return rnn_forward, rnn_backward, rnn_backward_truncated, gradient_norms


@right
def precomputed_inputs():
    def rnn_forward(x, h0, u, w, b):
        n, steps, _ = x.shape
        inputs = x @ u + b
        h = np.zeros((n, steps + 1, len(b)))
        h[:, 0] = h0
        for t in range(steps):
            h[:, t + 1] = np.tanh(inputs[:, t] + h[:, t] @ w)
        return h[:, 1:].copy(), (x, h, u, w)

    def rnn_backward(dh, cache):
        x, h, u, w = cache
        ds, carry = np.zeros(dh.shape), np.zeros(h[:, 0].shape)
        for t in range(dh.shape[1])[::-1]:
            ds[:, t] = (dh[:, t] + carry) * (1 - h[:, t + 1] ** 2)
            carry = ds[:, t] @ w.T
        flat = ds.reshape(-1, ds.shape[2])
        return (
            ds @ u.T,
            carry,
            x.reshape(-1, x.shape[2]).T @ flat,
            h[:, :-1].reshape(flat.shape).T @ flat,
            flat.sum(axis=0),
        )

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

    def gradient_norms(cache):
        x, h, u, w = cache
        steps = x.shape[1]
        total = np.zeros(steps)
        for states in h:
            product = np.eye(len(w))
            total[-1] += 1
            for t in range(steps - 1, 0, -1):
                product = product @ ((1 - states[t + 1] ** 2)[:, None] * w.T)
                total[t - 1] += np.sqrt(np.linalg.eigvalsh(product @ product.T)[-1])
        return total / len(x)

    return rnn_forward, rnn_backward, rnn_backward_truncated, gradient_norms


@right
def closures():
    def rnn_forward(x, h0, u, w, b):
        steps, state, out = [], h0, []
        for t in range(x.shape[1]):
            before, state = state, np.tanh(x[:, t] @ u + state @ w + b)
            steps.append((x[:, t], before, state))
            out.append(state)
        return np.array(out).transpose(1, 0, 2), (steps, u, w)

    def rnn_backward(dh, cache):
        steps, u, w = cache
        du, dw, db = 0.0 * u, 0.0 * w, np.zeros(u.shape[1])
        dx, down = [], np.zeros(steps[0][1].shape)
        for t, (x, before, after) in reversed(list(enumerate(steps))):
            ds = (down + dh[:, t]) * (1 - after**2)
            dx.append(ds @ u.T)
            du, dw, db, down = du + x.T @ ds, dw + before.T @ ds, db + ds.sum(0), ds @ w.T
        return np.stack(dx[::-1], axis=1), down, du, dw, db

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

    def gradient_norms(cache):
        cells, _, w = cache
        n, k = cells[0][1].shape
        norms, product = [1.0], np.broadcast_to(np.eye(k), (n, k, k))
        for _, _, after in cells[:0:-1]:
            product = np.einsum("nij,nj,kj->nik", product, 1 - after**2, w)
            norms.insert(0, np.linalg.svd(product, compute_uv=False).max(axis=1).mean())
        return np.array(norms)

    return rnn_forward, rnn_backward, rnn_backward_truncated, gradient_norms
