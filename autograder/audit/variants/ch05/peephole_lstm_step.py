"""The step with peepholes in other styles."""
# ruff: noqa: D103

import numpy as np
from scipy.special import expit

from autograder.audit.variants import right
from autograder.audit.variants.ch05.sigma import sigma


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
        f, i, g = sigma(zf + p[0] * c_prev), sigma(zi + p[1] * c_prev), np.tanh(zg)
        c = f * c_prev + i * g
        o = sigma(zo + p[2] * c)
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
