"""Clipping of flat vectors, by loops, as PyTorch clips."""
# ruff: noqa: D103

import math

import numpy as np

from autograder.audit.variants import right


@right
def clip_flat():
    def clip_grad_norm(grads, max_norm):
        values = grads.values() if isinstance(grads, dict) else grads
        norm = float(np.linalg.norm(np.concatenate([np.ravel(g) for g in values])))
        scale = min(1.0, max_norm / norm) if norm > 0 else 1.0
        if isinstance(grads, dict):
            return {name: scale * g for name, g in grads.items()}, norm
        return [scale * g for g in grads], norm

    return clip_grad_norm


@right
def clip_loops():
    def clip_grad_norm(grads, max_norm):
        keys = list(grads) if isinstance(grads, dict) else range(len(grads))
        norm = math.sqrt(sum(float(v) ** 2 for k in keys for v in np.ravel(grads[k])))
        new = {
            k: grads[k] * (max_norm / norm) if norm > max_norm else grads[k].copy() for k in keys
        }
        return (new if isinstance(grads, dict) else list(new.values())), norm

    return clip_grad_norm


@right
def clip_like_pytorch():
    def clip_grad_norm(grads, max_norm):
        is_dict = type(grads) is dict
        arrays = list(grads.values()) if is_dict else grads
        norm = np.linalg.norm([np.linalg.norm(np.ravel(g)) for g in arrays])
        scale = min(max_norm / (norm + 1e-6), 1.0)
        clipped = [g * scale for g in arrays]
        return (dict(zip(grads, clipped, strict=True)) if is_dict else clipped), norm

    return clip_grad_norm


@right
def clip_returns_early():
    def clip_grad_norm(grads, max_norm):
        arrays = grads.values() if isinstance(grads, dict) else grads
        norm = sum((g * g).sum() for g in arrays) ** 0.5
        if norm <= max_norm:
            copies = [g.copy() for g in arrays]
            return dict(zip(grads, copies, strict=True)) if isinstance(
                grads, dict
            ) else copies, norm
        factor = max_norm / norm
        return (
            {k: factor * g for k, g in grads.items()}
            if isinstance(grads, dict)
            else [factor * g for g in grads]
        ), norm

    return clip_grad_norm
