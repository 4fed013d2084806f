"""The next step of a report fits what was seen, and its numbers can be told apart."""

import numpy as np

from autograder import run_check


def steps_of(name, function):
    return run_check(name, {name: function}, seed=None)


def test_a_float_for_a_size_is_no_matter_of_arrays():
    def effective_kernel_size(k, dilation):
        return (k - 1) * dilation + 1.0

    report = steps_of("effective_kernel_size", effective_kernel_size)
    assert "3.0, a float" in report.found
    assert "//" in report.next_step


def test_a_short_float_is_not_called_a_whole_number():
    def avg_pool2d_forward(x, size, stride):
        v = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(2, 3))
        out = v[:, :, ::stride, ::stride].mean(axis=(4, 5)).astype(np.float32)
        return out, (x, size, stride)

    report = steps_of("avg_pool2d_forward", avg_pool2d_forward)
    assert "float32" in report.found
    assert report.mistake is None
    assert "astype" in report.next_step


def test_numbers_that_are_large_are_not_taken_for_numbers_that_are_whole():
    def sequence_cross_entropy_forward(scores, y, mask):
        m = np.asarray(mask) > 0
        s = np.clip(scores - scores.max(axis=2, keepdims=True), -9, 0)
        log_p = s - np.log(np.exp(s).sum(axis=2, keepdims=True))
        n, t = np.indices(y.shape)
        picked = log_p[n, t, np.where(m, y, 0)]
        return -picked[m].sum() / max(m.sum(), 1), (scores, y, mask)

    report = steps_of("sequence_cross_entropy_forward", sequence_cross_entropy_forward)
    assert report.found.startswith("whole numbers")
    assert "unlike" in report.next_step
    assert "cut off" in report.cause


def test_fractions_cut_off_by_whole_numbers_are_still_called_that():
    def avg_pool2d_forward(x, size, stride):
        v = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(2, 3))
        v = v[:, :, ::stride, ::stride]
        out = np.zeros(v.shape[:4], x.dtype)
        out[...] = v.mean(axis=(4, 5)).astype(x.dtype)
        return out, (x, size, stride)

    report = steps_of("avg_pool2d_forward", avg_pool2d_forward)
    assert report.found.startswith("whole numbers")
    assert "hold floats" in report.next_step


def test_a_division_by_zero_is_not_called_an_overflow():
    def sequence_cross_entropy_forward(scores, y, mask):
        m = np.asarray(mask, float)
        s = scores - scores.max(axis=2, keepdims=True)
        n, t = np.indices(y.shape)
        loss = np.log(np.exp(s).sum(axis=2)) - s[n, t, np.where(m > 0, y, 0)]
        return (loss * m).sum() / m.sum(), (scores, y, mask)

    report = steps_of("sequence_cross_entropy_forward", sequence_cross_entropy_forward)
    assert "division by zero" in report.next_step


def test_numbers_that_differ_late_are_shown_with_more_digits():
    def sequence_cross_entropy_forward(scores, y, mask):
        m = np.asarray(mask, float)
        s = scores - scores.max(axis=2, keepdims=True)
        n, t = np.indices(y.shape)
        loss = np.log(np.exp(s).sum(axis=2)) - s[n, t, np.where(m > 0, y, 0)]
        return (loss * m).sum() / (m.sum() + 1e-6), (scores, y, mask)

    report = steps_of("sequence_cross_entropy_forward", sequence_cross_entropy_forward)
    assert report.rows
    assert all(mine != right for _entry, mine, right in report.rows)
    assert report.mistake is None


def test_a_row_of_tokens_is_shown_and_not_measured():
    def greedy_decode(step, state, start, end, max_len):
        tokens, token = [], start
        while token != end and len(tokens) < max_len:
            scores, state = step(token, state)
            token = int(np.argmax(scores))
            tokens.append(token)
        return tokens

    report = steps_of("greedy_decode", greedy_decode)
    assert "expected [" in report.found
    assert "shape" not in report.next_step
