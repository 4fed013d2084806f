"""Gated cells in other styles."""
# ruff: noqa: D103

import numpy as np
from scipy.special import expit

from autograder.audit.variants import right


def _sigma(z):
    return 0.5 * (1 + np.tanh(z / 2))


@right
def lstm_dict_cache():
    def lstm_step_forward(x, h_prev, c_prev, u, w, b):
        n = h_prev.shape[1]
        z = x @ u + h_prev @ w + b
        f, i, g, o = (
            _sigma(z[:, :n]),
            _sigma(z[:, n : 2 * n]),
            np.tanh(z[:, 2 * n : 3 * n]),
            _sigma(z[:, 3 * n :]),
        )
        c = f * c_prev + i * g
        t = np.tanh(c)
        return o * t, c, dict(x=x, h=h_prev, c=c_prev, u=u, w=w, f=f, i=i, g=g, o=o, t=t)

    def lstm_step_backward(dh, dc, cache):
        k = cache
        total = dc + dh * k["o"] * (1 - k["t"] ** 2)
        n = k["h"].shape[1]
        dz = np.empty((len(dh), 4 * n))
        dz[:, :n] = total * k["c"] * k["f"] * (1 - k["f"])
        dz[:, n : 2 * n] = total * k["g"] * k["i"] * (1 - k["i"])
        dz[:, 2 * n : 3 * n] = total * k["i"] * (1 - k["g"] ** 2)
        dz[:, 3 * n :] = dh * k["t"] * k["o"] * (1 - k["o"])
        return dz @ k["u"].T, dz @ k["w"].T, total * k["f"], k["x"].T @ dz, k["h"].T @ dz, dz.sum(0)

    def lstm_forward(x, h0, c0, u, w, b):
        h, c, caches = h0, c0, []
        out = np.zeros((x.shape[0], x.shape[1], h0.shape[1]))
        for t in range(x.shape[1]):
            h, c, cache = lstm_step_forward(x[:, t], h, c, u, w, b)
            out[:, t] = h
            caches.append(cache)
        return out, caches

    def lstm_backward(dh, cache):
        dx, weights = [], None
        back, cell = 0.0, np.zeros(cache[0]["h"].shape)
        for t in reversed(range(len(cache))):
            one, back, cell, *grads = lstm_step_backward(dh[:, t] + back, cell, cache[t])
            dx.append(one)
            weights = (
                grads if weights is None else [a + g for a, g in zip(weights, grads, strict=True)]
            )
        return np.stack(dx[::-1], axis=1), back, cell, *weights

    return lstm_step_forward, lstm_step_backward, lstm_forward, lstm_backward


@right
def lstm_gate_by_gate():
    def lstm_step_forward(x, h_prev, c_prev, u, w, b):
        k = h_prev.shape[1]
        gates = []
        for block in range(4):
            at = slice(block * k, (block + 1) * k)
            z = x @ u[:, at] + h_prev @ w[:, at] + b[at]
            gates.append(np.tanh(z) if block == 2 else expit(z))
        f, i, g, o = gates
        c = c_prev * f + g * i
        return np.tanh(c) * o, c, (x, h_prev, c_prev, u, w, gates, c)

    def lstm_step_backward(dh, dc, cache):
        x, h_prev, c_prev, u, w, (f, i, g, o), c = cache
        k = h_prev.shape[1]
        dcell = dc + dh * o / np.cosh(c) ** 2
        pre = [
            dcell * c_prev * f * (1 - f),
            dcell * g * i * (1 - i),
            dcell * i * (1 - g * g),
            dh * np.tanh(c) * o * (1 - o),
        ]
        dx, dh_prev = np.zeros(x.shape), np.zeros(h_prev.shape)
        du, dw, db = np.zeros(u.shape), np.zeros(w.shape), np.zeros(4 * k)
        for block, d in enumerate(pre):
            at = slice(block * k, (block + 1) * k)
            dx += d @ u[:, at].T
            dh_prev += d @ w[:, at].T
            du[:, at], dw[:, at], db[at] = x.T @ d, h_prev.T @ d, d.sum(axis=0)
        return [dx, dh_prev, dcell * f, du, dw, db]

    def lstm_forward(x, h0, c0, u, w, b):
        steps, states = [], []
        state = (h0, c0)
        for t in range(x.shape[1]):
            *state, cache = lstm_step_forward(x[:, t], *state, u, w, b)
            states.append(state[0])
            steps.append(cache)
        return np.array(states).swapaxes(0, 1), (steps, u.shape, w.shape)

    def lstm_backward(dh, cache):
        steps, u_shape, w_shape = cache
        du, dw, db = np.zeros(u_shape), np.zeros(w_shape), np.zeros(w_shape[1])
        n, length, k = dh.shape
        dx = np.zeros((n, length, u_shape[0]))
        dstate, dcell = np.zeros((n, k)), np.zeros((n, k))
        for t in range(length - 1, -1, -1):
            dx[:, t], dstate, dcell, a, c, e = lstm_step_backward(
                dh[:, t] + dstate, dcell, steps[t]
            )
            du, dw, db = du + a, dw + c, db + e
        return dx, dstate, dcell, du, dw, db

    return lstm_step_forward, lstm_step_backward, lstm_forward, lstm_backward


@right
def lstm_whole_sequence():
    def lstm_forward(x, h0, c0, u, w, b):
        n, length, _ = x.shape
        k = h0.shape[1]
        pre = x @ u + b
        h, c = np.zeros((n, length + 1, k)), np.zeros((n, length + 1, k))
        h[:, 0], c[:, 0] = h0, c0
        gates = np.zeros((n, length, 4, k))
        for t in range(length):
            z = (pre[:, t] + h[:, t] @ w).reshape(n, 4, k)
            gates[:, t] = _sigma(z)
            gates[:, t, 2] = np.tanh(z[:, 2])
            c[:, t + 1] = gates[:, t, 0] * c[:, t] + gates[:, t, 1] * gates[:, t, 2]
            h[:, t + 1] = gates[:, t, 3] * np.tanh(c[:, t + 1])
        return np.array(h[:, 1:]), {"x": x, "u": u, "w": w, "h": h, "c": c, "gates": gates}

    def lstm_backward(dh, cache):
        x, u, w, h, c, gates = (cache[name] for name in ("x", "u", "w", "h", "c", "gates"))
        n, length, _, k = gates.shape
        dz = np.zeros((n, length, 4, k))
        dstate, dcell = np.zeros((n, k)), np.zeros((n, k))
        for t in range(length - 1, -1, -1):
            f, i, g, o = (gates[:, t, j] for j in range(4))
            d, tc = dh[:, t] + dstate, np.tanh(c[:, t + 1])
            dcell = dcell + d * o * (1 - tc**2)
            dz[:, t] = np.stack(
                [
                    dcell * c[:, t] * f * (1 - f),
                    dcell * g * i * (1 - i),
                    dcell * i * (1 - g**2),
                    d * tc * o * (1 - o),
                ],
                axis=1,
            )
            dstate, dcell = dz[:, t].reshape(n, -1) @ w.T, dcell * f
        dz = dz.reshape(n, length, 4 * k)
        return (
            dz @ u.T,
            dstate,
            dcell,
            np.einsum("ntd,ntg->dg", x, dz),
            np.einsum("nth,ntg->hg", h[:, :-1], dz),
            np.einsum("ntg->g", dz),
        )

    return lstm_forward, lstm_backward


@right
def lstm_step_documented():
    def lstm_step_backward(dh, dc, cache):
        x, h_prev, c_prev, u, w, b, f, i, g, o, c = cache
        bent = np.tanh(c)
        cell = dc + dh * o * (1 - bent * bent)
        slopes = np.hstack(
            [c_prev * f * (1 - f), g * i * (1 - i), i * (1 - g * g), bent * o * (1 - o)]
        )
        dz = np.hstack([cell, cell, cell, dh]) * slopes
        return (
            np.dot(dz, u.T),
            np.dot(dz, w.T),
            cell * f,
            np.dot(x.T, dz),
            np.dot(h_prev.T, dz),
            np.sum(dz, axis=0),
        )

    return lstm_step_backward


@right
def lstm_step_object_cache():
    class Step:
        pass

    def lstm_step_forward(x, h_prev, c_prev, u, w, b):
        s = Step()
        s.x, s.h, s.c_old, s.u, s.w = x, h_prev, c_prev, u, w
        z = np.einsum("nd,dg->ng", x, u) + np.einsum("nh,hg->ng", h_prev, w) + b
        s.f, s.i, s.g, s.o = np.split(z, 4, axis=-1)
        s.f, s.i, s.g, s.o = expit(s.f), expit(s.i), np.tanh(s.g), expit(s.o)
        s.c = s.f * c_prev + s.i * s.g
        return s.o * np.tanh(s.c), s.c.copy(), s

    def lstm_step_backward(dh, dc, s):
        t = np.tanh(s.c)
        d = dc + dh * s.o * (1 - t**2)
        dz = np.concatenate(
            [
                d * s.c_old * s.f * (1 - s.f),
                d * s.g * s.i * (1 - s.i),
                d * s.i * (1 - s.g**2),
                dh * t * s.o * (1 - s.o),
            ],
            axis=1,
        )
        return dz @ s.u.T, dz @ s.w.T, d * s.f, s.x.T @ dz, s.h.T @ dz, dz.sum(axis=0)

    return lstm_step_forward, lstm_step_backward


@right
def gru_dict_cache():
    def gru_step_forward(x, h_prev, u, w, b):
        (uz, ur, ug), (wz, wr, wg), (bz, br, bg) = (
            np.split(u, 3, axis=1),
            np.split(w, 3, axis=1),
            np.split(b, 3),
        )
        z, r = expit(x @ uz + h_prev @ wz + bz), expit(x @ ur + h_prev @ wr + br)
        g = np.tanh(x @ ug + (h_prev * r) @ wg + bg)
        return g + z * (h_prev - g), dict(x=x, h=h_prev, u=u, w=w, z=z, r=r, g=g)

    def gru_step_backward(dh, k):
        wz, wr, wg = np.split(k["w"], 3, axis=1)
        z, r, g, h = k["z"], k["r"], k["g"], k["h"]
        a_g = dh * (1 - z) * (1 - g * g)
        through = a_g @ wg.T
        a_z, a_r = dh * (h - g) * z * (1 - z), through * h * r * (1 - r)
        a = np.hstack([a_z, a_r, a_g])
        dw = np.hstack([h.T @ a_z, h.T @ a_r, (h * r).T @ a_g])
        return (
            a @ k["u"].T,
            z * dh + r * through + a_z @ wz.T + a_r @ wr.T,
            k["x"].T @ a,
            dw,
            a.sum(axis=0),
        )

    return gru_step_forward, gru_step_backward


@right
def gru_joint_gates():
    def gru_step_forward(x, h_prev, u, w, b):
        k = h_prev.shape[1]
        gates = _sigma(x @ u[:, : 2 * k] + h_prev @ w[:, : 2 * k] + b[: 2 * k])
        z, r = gates[:, :k], gates[:, k:]
        held = r * h_prev
        g = np.tanh(x @ u[:, 2 * k :] + held @ w[:, 2 * k :] + b[2 * k :])
        return z * h_prev + g - z * g, [x, h_prev, u, w, gates, held, g]

    def gru_step_backward(dh, cache):
        x, h_prev, u, w, gates, held, g = cache
        k = h_prev.shape[1]
        z, r = gates[:, :k], gates[:, k:]
        dpre = np.zeros((len(x), 3 * k))
        dpre[:, 2 * k :] = dh * (1 - z) * (1 - g**2)
        dheld = dpre[:, 2 * k :] @ w[:, 2 * k :].T
        dpre[:, :k] = dh * h_prev - dh * g
        dpre[:, k : 2 * k] = dheld * h_prev
        dpre[:, : 2 * k] *= gates * (1 - gates)
        dh_prev = dh * z + dheld * r + dpre[:, : 2 * k] @ w[:, : 2 * k].T
        dw = np.zeros(w.shape)
        dw[:, : 2 * k] = h_prev.T @ dpre[:, : 2 * k]
        dw[:, 2 * k :] = held.T @ dpre[:, 2 * k :]
        return dpre @ u.T, dh_prev, x.T @ dpre, dw, np.ones(len(x)) @ dpre

    return gru_step_forward, gru_step_backward


@right
def gru_documented():
    def gru_step_forward(x, h_prev, u, w, b):
        k = h_prev.shape[1]
        zx, rx, gx = (x @ u[:, j * k : (j + 1) * k] + b[j * k : (j + 1) * k] for j in range(3))
        z, r = (
            1 / (1 + np.exp(-np.clip(zx + h_prev @ w[:, :k], -60, 700))),
            expit(rx + h_prev @ w[:, k : 2 * k]),
        )
        g = np.tanh(gx + np.multiply(r, h_prev) @ w[:, 2 * k :])
        return (1 - z) * g + z * h_prev, (x, h_prev, u, w, b, z, r, g)

    def gru_step_backward(dh, cache):
        x, h_prev, u, w, b, z, r, g = cache
        k = h_prev.shape[1]
        u3, w3 = u.reshape(-1, 3, k), w.reshape(k, 3, k)
        dg = dh * (1 - z) * (1 - g**2)
        ds = np.einsum("nh,kh->nk", dg, w3[:, 2])
        dz, dr = dh * (h_prev - g) * z * (1 - z), ds * h_prev * r * (1 - r)
        d = np.stack([dz, dr, dg], axis=1)
        inputs = np.stack([h_prev, h_prev, r * h_prev], axis=1)
        return (
            np.einsum("njh,djh->nd", d, u3),
            dh * z + ds * r + np.einsum("njh,kjh->nk", d[:, :2], w3[:, :2]),
            np.einsum("nd,njh->djh", x, d).reshape(u.shape),
            np.einsum("njk,njh->kjh", inputs, d).reshape(w.shape),
            d.sum(axis=0).ravel(),
        )

    return gru_step_forward, gru_step_backward


@right
def peephole_dict_cache():
    def peephole_lstm_step_forward(x, h_prev, c_prev, u, w, b, p):
        k = h_prev.shape[1]
        z = x @ u + h_prev @ w + b
        f, i = expit(z[:, :k] + c_prev * p[0]), expit(z[:, k : 2 * k] + c_prev * p[1])
        g = np.tanh(z[:, 2 * k : 3 * k])
        c = f * c_prev + i * g
        o = expit(z[:, 3 * k :] + c * p[2])
        return (
            o * np.tanh(c),
            c,
            dict(x=x, h=h_prev, c0=c_prev, u=u, w=w, p=p, f=f, i=i, g=g, o=o, c=c),
        )

    def peephole_lstm_step_backward(dh, dc, m):
        t = np.tanh(m["c"])
        a_o = dh * t * m["o"] * (1 - m["o"])
        d = dc + dh * m["o"] * (1 - t**2) + a_o * m["p"][2]
        a_f, a_i = d * m["c0"] * m["f"] * (1 - m["f"]), d * m["g"] * m["i"] * (1 - m["i"])
        a = np.hstack([a_f, a_i, d * m["i"] * (1 - m["g"] ** 2), a_o])
        dp = np.array(
            [
                np.einsum("nh,nh->h", a_f, m["c0"]),
                np.einsum("nh,nh->h", a_i, m["c0"]),
                np.einsum("nh,nh->h", a_o, m["c"]),
            ]
        )
        dc_prev = d * m["f"] + a_f * m["p"][0] + a_i * m["p"][1]
        return a @ m["u"].T, a @ m["w"].T, dc_prev, m["x"].T @ a, m["h"].T @ a, a.sum(axis=0), dp

    return peephole_lstm_step_forward, peephole_lstm_step_backward


@right
def peephole_documented():
    def peephole_lstm_step_backward(dh, dc, cache):
        x, h_prev, c_prev, u, w, b, p, f, i, g, o, c = cache
        s = np.tanh(c)
        do = dh * s * (o - o * o)
        d = dc + dh * o - dh * o * s * s + do * p[2]
        df, di, dg = d * c_prev * (f - f * f), d * g * (i - i * i), d * i - d * i * g * g
        dz = np.concatenate((df, di, dg, do), 1)
        dp = np.zeros((3, len(p[0])))
        for n in range(len(x)):
            dp += np.array([df[n] * c_prev[n], di[n] * c_prev[n], do[n] * c[n]])
        return [
            dz @ u.T,
            dz @ w.T,
            d * f + df * p[0] + di * p[1],
            x.T @ dz,
            h_prev.T @ dz,
            dz.sum(0),
            dp,
        ]

    return peephole_lstm_step_backward


@right
def peephole_loops():
    def peephole_lstm_step_forward(x, h_prev, c_prev, u, w, b, p):
        zf, zi, zg, zo = (
            x @ u_ + h_prev @ w_ + b_
            for u_, w_, b_ in zip(np.split(u, 4, 1), np.split(w, 4, 1), np.split(b, 4), strict=True)
        )
        f, i, g = _sigma(zf + p[0] * c_prev), _sigma(zi + p[1] * c_prev), np.tanh(zg)
        c = f * c_prev + i * g
        o = _sigma(zo + p[2] * c)
        return o * np.tanh(c), c, ((x, h_prev, c_prev), (u, w, p), (f, i, g, o, c))

    def peephole_lstm_step_backward(dh, dc, cache):
        (x, h_prev, c_prev), (u, w, p), (f, i, g, o, c) = cache
        k = h_prev.shape[1]
        dx, dh_prev, dc_prev = np.zeros(x.shape), np.zeros(h_prev.shape), np.zeros(c.shape)
        du, dw, db, dp = np.zeros(u.shape), np.zeros(w.shape), np.zeros(4 * k), np.zeros(p.shape)
        for n in range(len(x)):
            t = np.tanh(c[n])
            zo = dh[n] * t * o[n] * (1 - o[n])
            d = dc[n] + dh[n] * o[n] * (1 - t**2) + p[2] * zo
            zf, zi, zg = (
                d * c_prev[n] * f[n] * (1 - f[n]),
                d * g[n] * i[n] * (1 - i[n]),
                d * i[n] * (1 - g[n] ** 2),
            )
            z = np.concatenate([zf, zi, zg, zo])
            dx[n], dh_prev[n], dc_prev[n] = u @ z, w @ z, d * f[n] + p[0] * zf + p[1] * zi
            du += np.outer(x[n], z)
            dw += np.outer(h_prev[n], z)
            db += z
            dp += np.stack([zf * c_prev[n], zi * c_prev[n], zo * c[n]])
        return dx, dh_prev, dc_prev, du, dw, db, dp

    return peephole_lstm_step_forward, peephole_lstm_step_backward


@right
def coupled_slices():
    def coupled_lstm_step_forward(x, h_prev, c_prev, u, w, b):
        k = h_prev.shape[1]
        z = x @ u + h_prev @ w + b
        f, g, o = expit(z[:, :k]), np.tanh(z[:, k : 2 * k]), expit(z[:, 2 * k :])
        c = g + f * (c_prev - g)
        return o * np.tanh(c), c, None

    return coupled_lstm_step_forward


@right
def coupled_blocks():
    def coupled_lstm_step_forward(x, h_prev, c_prev, u, w, b):
        z = [
            x @ a + h_prev @ m + v
            for a, m, v in zip(np.split(u, 3, 1), np.split(w, 3, 1), np.split(b, 3), strict=True)
        ]
        keep = _sigma(z[0])
        replace = _sigma(-z[0])
        cell = keep * c_prev + replace * np.tanh(z[1])
        return [_sigma(z[2]) * np.tanh(cell), cell, {"keep": keep}]

    return coupled_lstm_step_forward


@right
def coupled_rows():
    def coupled_lstm_step_forward(x, h_prev, c_prev, u, w, b):
        hs, cs = [], []
        for a, h, c in zip(x, h_prev, c_prev, strict=True):
            f, g, o = (u.T @ a + w.T @ h + b).reshape(3, -1)
            new = expit(f) * c + (1 - expit(f)) * np.tanh(g)
            cs.append(new)
            hs.append(expit(o) * np.tanh(new))
        return np.array(hs), np.array(cs), (x, h_prev, c_prev)

    return coupled_lstm_step_forward


@right
def peephole_forward_rows():
    def peephole_lstm_step_forward(x, h_prev, c_prev, u, w, b, p):
        hs, cs = [], []
        for a, h, c in zip(x, h_prev, c_prev, strict=True):
            f, i, g, o = (u.T @ a + w.T @ h + b).reshape(4, -1)
            new = expit(f + p[0] * c) * c + expit(i + p[1] * c) * np.tanh(g)
            cs.append(new)
            hs.append(expit(o + p[2] * new) * np.tanh(new))
        return np.array(hs), np.array(cs), None

    return peephole_lstm_step_forward
