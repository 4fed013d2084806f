"""The embedding of tokens: each index takes its row of a table."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograder.checking.exercise import Case, case
from autograder.checking.kinds import leads, pair


def cases(rng: np.random.Generator) -> Iterator[Case]:
    """One, two and three axes of indices; repeated tokens; tokens that never occur."""
    for shape, v, d in (((2, 5), 4, 3), ((6,), 5, 2), ((2, 3, 2), 6, 4)):
        idx = rng.integers(0, v - 1, shape)
        idx.flat[:3] = 1
        label = f"indices of shape {shape}, {v} tokens"
        yield case(label, idx=idx, table=rng.standard_normal((v, d)), V=v, D=d)
    idx = np.array([[3, 0], [3, 3]])
    yield case("the last token", idx=idx, table=rng.standard_normal((4, 2)), V=4, D=2)


embedding = pair(
    says="the embedding of tokens",
    group="text",
    cases=cases,
    cache="(idx, table.shape)",
    any_shape="idx",
    grads="dtable: token entry",
)


@embedding.forward
@leads(
    "A token is a row's number; its vector is that row.",
    "An array of whole numbers between the brackets picks rows, whatever its shape: (…) "
    "becomes (…, D).",
)
def embedding_forward(idx, table):
    """out[...] = table[idx[...]]."""
    return table[idx], (idx, table.shape)
    # ~ columns for rows: table[idx] => np.resize(table.T, table.shape)[idx] | Each token has a row.
    # ~ off by one: table[idx] => table[idx - 1] | Tokens are counted from 0.
    # ~ flattened: table[idx] => table[idx.ravel()] | out has the shape of idx and one axis more.
    # ~ scaled: table[idx] => table[idx] * np.sqrt(table.shape[1]) | The row as it is.
    # ~ summed over tokens: table[idx] => table[idx].sum(axis=-2) | Every place keeps its own row.
    # ~ padding token: table[idx] => table[idx] * (idx > 0)[..., None]
    #     | Token 0 is a token like the others.


@embedding.backward
@leads(
    "A row that was used several times gets a share from each use; rows that were not used get 0.",
    "`dtable[idx] += dout` counts a repeated row once; `np.add.at` or a loop over the "
    "tokens adds all of them.",
)
def embedding_backward(dout, cache):
    """A row of the table receives the gradients of every place where its token stood."""
    idx, shape = cache
    dtable = np.zeros(shape)
    np.add.at(dtable, idx, dout)
    # ~ repeated tokens overwritten: dtable[idx] += dout | A token that stands in several places
    #     receives several gradients; does dtable[idx] += … add them all?
    # ~ repeats in a row lost: for i, d in zip(idx.reshape(len(idx), -1), dout.reshape(len(idx),
    #     -1, shape[1])): dtable[i] += d | A token that stands in several places receives several
    #     gradients; does dtable[idx] += … add them all?
    # ~ off by one: idx => idx - 1 | Tokens are counted from 0.
    # ~ every row gets the sum: dtable += dout.reshape(-1, shape[1]).sum(axis=0)
    #     | Only the tokens that occurred receive a gradient.
    # ~ first sequence only: np.add.at(dtable, idx[:1], dout[:1]) | All of idx counts.
    # ~ ignores dout
    return dtable
    # ~ repeated tokens averaged: dtable /= np.maximum(np.bincount(idx.ravel(),
    #     minlength=shape[0]), 1)[:, None]; ... | Gradients add up.
    # ~ padding token: dtable[0] = 0; ... | Token 0 is a token like the others.
    # ~ divided by batch: dtable / len(idx) | The loss has averaged already.
