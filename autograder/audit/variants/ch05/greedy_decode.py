"""Greedy decoding by a while loop, by recursion, by a generator, with a list for the scores."""
# ruff: noqa: D103

from itertools import islice

import numpy as np

from autograder.audit.variants import right


@right
def decode_while():
    def greedy_decode(step, state, start, end, max_len):
        out = []
        last = start
        while len(out) < max_len:
            scores, state = step(last, state)
            last = list(scores).index(max(scores))
            if last == end:
                return out
            out += [last]
        return out

    return greedy_decode


@right
def decode_recursive():
    def greedy_decode(step, state, start, end, max_len):
        if max_len == 0:
            return []
        scores, after = step(start, state)
        best = np.argmax(scores)
        if best == end:
            return []
        return [best, *greedy_decode(step, after, best, end, max_len - 1)]

    return greedy_decode


@right
def decode_generator():
    def greedy_decode(step, state, start, end, max_len):
        def text(token, state):
            while True:
                scores, state = step(token, state)
                token = int(np.flatnonzero(scores == np.max(scores))[0])
                if token == end:
                    return
                yield token

        return list(islice(text(start, state), max_len))

    return greedy_decode


@right
def decode_and_cut():
    def greedy_decode(step, state, start, end, max_len):
        written = [start]
        for _ in range(max_len):
            scores, state = step(written[-1], state)
            written.append(int(np.asarray(scores).argmax()))
        written = written[1:]
        return written[: written.index(end)] if end in written else written

    return greedy_decode
