"""Data: shapes, ranges, honest splits, and what the made-up sets promise."""

from __future__ import annotations

import numpy as np
import pytest

from nnkit import data


def rng(seed=0):
    return np.random.default_rng(seed)


def test_minibatches_give_every_example_once_and_keep_pairs_together():
    x = np.arange(23)
    batches = list(data.minibatches(x, x * 10, 5, rng()))
    assert [len(b) for b, _ in batches] == [5, 5, 5, 5, 3]
    seen = np.concatenate([b for b, _ in batches])
    assert sorted(seen) == list(range(23))
    assert list(seen) != list(range(23))
    assert all((y == 10 * b).all() for b, y in batches)
    again = np.concatenate([b for b, _ in data.minibatches(x, x, 5, rng())])
    np.testing.assert_array_equal(again, seen)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((np.ones(3), np.ones(4), 2), "expected one length N"),
        ((np.ones(3), np.ones(3), 0), "batch_size is 0"),
        ((1.0, np.ones(3), 2), r"x has shape \(\)"),
    ],
)
def test_minibatches_refuse_at_the_call_not_at_the_first_batch(arguments, message):
    with pytest.raises(ValueError, match=message):
        data.minibatches(*arguments, rng())


def test_digits():
    x, y, x_test, y_test = data.digits(rng=rng())
    assert x.shape[1:] == (64,)
    assert len(x) + len(x_test) == 1797
    assert len(x_test) == round(0.2 * 1797)
    assert (x.min(), x.max()) == (0.0, 1.0)
    assert set(y) == set(y_test) == set(range(10))
    images = data.digits(rng=rng(), flat=False)[0]
    np.testing.assert_array_equal(images.reshape(-1, 64), x)
    assert images.shape[1:] == (1, 8, 8)
    rows = data.digit_rows(rng=rng())[0]
    np.testing.assert_array_equal(rows, images[:, 0])


def test_bundled_tables():
    shapes = {
        "iris": ((150, 4), 3),
        "wine": ((178, 13), 3),
        "breast_cancer": ((569, 30), 2),
    }
    for name, (shape, classes) in shapes.items():
        x, y = getattr(data, name)()
        assert x.shape == shape
        assert x.dtype == np.float64
        assert set(y) == set(range(classes))
    x, y = data.diabetes()
    assert x.shape == (442, 10)
    assert y.dtype == np.float64


# First and last rows as the data's own files have them (UCI: iris, wine, breast cancer).
@pytest.mark.parametrize(
    ("name", "counts", "rows"),
    [
        (
            "iris",
            [50, 50, 50],
            {
                0: ([5.1, 3.5, 1.4, 0.2], 0),
                50: ([7.0, 3.2, 4.7, 1.4], 1),
                149: ([5.9, 3.0, 5.1, 1.8], 2),
            },
        ),
        ("wine", [59, 71, 48], {0: ([14.23, 1.71, 2.43], 0), 177: ([14.13, 4.1, 2.74], 2)}),
        (
            "breast_cancer",
            [212, 357],
            {0: ([17.99, 10.38, 122.8], 0), 568: ([7.76, 24.54, 47.92], 1)},
        ),
    ],
)
def test_the_rows_and_labels_of_a_table_are_the_published_ones(name, counts, rows):
    x, y = getattr(data, name)()
    assert np.bincount(y).tolist() == counts
    for at, (features, label) in rows.items():
        assert x[at, : len(features)].tolist() == features
        assert y[at] == label


def test_the_targets_of_diabetes_are_the_published_ones():
    x, y = data.diabetes()
    assert y[:3].tolist() == [151, 75, 141]
    assert y[-1] == 57
    assert y.mean() == pytest.approx(152.13, abs=0.01)  # Efron et al. 2004
    np.testing.assert_allclose(x.mean(axis=0), 0, atol=1e-12)
    assert np.corrcoef(x[:, 2], y)[0, 1] == pytest.approx(0.586, abs=0.001)  # the body mass index


def test_sample_images():
    images = data.sample_images()
    assert set(images) == {"china", "flower"}
    for image in images.values():
        assert image.shape == (427, 640, 3)
        assert 0.0 <= image.min() < image.max() <= 1.0


def test_moons_lie_on_their_half_circles():
    x, y = data.moons(200, 0.0, rng())
    upper, lower = x[y == 0], x[y == 1]
    np.testing.assert_allclose((upper**2).sum(axis=1), 1)
    assert (upper[:, 1] >= 0).all()
    np.testing.assert_allclose(((lower - [1.0, 0.5]) ** 2).sum(axis=1), 1)
    assert (lower[:, 1] <= 0.5).all()
    assert abs(data.moons(200, 0.3, rng())[0] - x).max() > 0.3


def test_spirals_and_blobs_are_balanced():
    x, y = data.spirals(99, 3, 0.0, rng())
    assert np.bincount(y).tolist() == [33, 33, 33]
    assert np.linalg.norm(x, axis=1).max() <= 1.0
    x, y = data.blobs(400, 4, 0.1, rng())
    centers = np.array([x[y == k].mean(axis=0) for k in range(4)])
    np.testing.assert_allclose(np.linalg.norm(centers, axis=1), 2, atol=0.1)
    assert data.blobs(30, 3, 0.1, rng(), dims=5)[0].shape == (30, 5)
    assert data.blobs(30, 3, 0.1, rng(), dims=1)[0].shape == (30, 1)


@pytest.mark.parametrize("classes", [1, 2, 5])
def test_every_arm_of_a_spiral_turns_as_it_goes_out(classes):
    x, y = data.spirals(2000, classes, 0.0, rng())
    for arm in range(classes):
        points = x[y == arm]
        radius = np.linalg.norm(points, axis=1)
        points = points[np.argsort(radius)]
        angle = np.unwrap(np.arctan2(points[:, 1], points[:, 0]))
        assert (np.diff(angle) > 0).all()
        turns = (angle[-1] - angle[0]) / (2 * np.pi) / (radius.max() - radius.min())
        assert turns == pytest.approx(0.75, abs=1e-6)


@pytest.mark.parametrize("dims", [2, 3])
@pytest.mark.parametrize("noise", [0.0, 0.1, 0.7])
def test_the_noise_of_blobs_is_their_standard_deviation(noise, dims):
    x, y = data.blobs(6000, 3, noise, rng(), dims=dims)
    for k in range(3):
        np.testing.assert_allclose(x[y == k].std(axis=0), noise, rtol=0.06, atol=1e-12)


def test_adding_problem_adds_one_number_of_each_half():
    x, y = data.adding_problem(2000, 11, rng())
    assert x.shape == (2000, 11, 2)
    assert y.shape == (2000, 1)
    assert (x[:, :5, 1].sum(axis=1) == 1).all()
    assert (x[:, 5:, 1].sum(axis=1) == 1).all()
    np.testing.assert_allclose(y[:, 0], (x[..., 0] * x[..., 1]).sum(axis=1))
    assert np.mean((y - 1) ** 2) == pytest.approx(1 / 6, rel=0.1)
    with pytest.raises(ValueError, match="length is 1; expected at least 2"):
        data.adding_problem(5, 1, rng())


def test_python_text_is_long_and_readable():
    text = data.python_text()
    assert len(text) > 200_000
    assert 'The "while" statement' in text


def test_split_takes_the_share_asked_for():
    x, y, x_test, y_test = data.split(np.arange(10), np.arange(10), rng=rng(), test_size=0.3)
    assert len(x_test) == 3
    assert sorted([*x, *x_test]) == list(range(10))
    np.testing.assert_array_equal(x, y)
    np.testing.assert_array_equal(x_test, y_test)
    with pytest.raises(ValueError, match="test_size is 2"):
        data.split(x, y, rng=rng(), test_size=2)
    with pytest.raises(ValueError, match="expected one length N"):
        data.split(x, y[1:], rng=rng())


class Bunch:
    def __init__(self, n, d):
        self.data = np.full((n, d), 255)
        self.target = np.array(["3"] * n)


@pytest.mark.parametrize(
    ("load", "image", "flat_default"),
    [
        (data.mnist, (1, 28, 28), True),
        (data.fashion_mnist, (1, 28, 28), True),
        (data.cifar10, (3, 32, 32), False),
    ],
)
def test_downloaded_sets_come_scaled_and_split(monkeypatch, load, image, flat_default):
    d = int(np.prod(image))
    monkeypatch.setattr("sklearn.datasets.fetch_openml", lambda *a, **k: Bunch(30, d))
    monkeypatch.setattr(data.openml, "TEST", 10)
    x, y, x_test, y_test = load()
    assert x.shape == ((20, d) if flat_default else (20, *image))
    assert x.dtype == np.float32
    assert len(x_test) == len(y_test) == 10
    assert x.max() == 1.0
    assert y[0] == 3
    assert y_test.dtype == np.int64
    assert load(flat=not flat_default)[2].shape == ((10, *image) if flat_default else (10, d))


def test_without_a_network_the_message_says_what_to_do(monkeypatch):
    def offline(*args, **options):
        raise OSError("unreachable")

    monkeypatch.setattr("sklearn.datasets.fetch_openml", offline)
    with pytest.raises(RuntimeError, match=r"mnist_784 could not be downloaded.*data.digits"):
        data.mnist()


def test_character_sequences_foretell_the_next_character():
    x, y, alphabet = data.character_sequences("hello world", 3)
    assert alphabet == " dehlorw"
    assert x.shape == y.shape == (3, 3)
    read = ["".join(alphabet[i] for i in row) for row in x]
    assert read == ["hel", "lo ", "wor"]
    assert ["".join(alphabet[i] for i in row) for row in y] == ["ell", "o w", "orl"]


@pytest.mark.parametrize(
    ("text", "length", "message"),
    [("abc", 3, "text has 3 characters; expected a string of at least 4"), (b"abc", 1, "bytes")],
)
def test_character_sequences_name_what_is_wrong(text, length, message):
    with pytest.raises(ValueError, match=message):
        data.character_sequences(text, length)


def test_splitting_numbers_is_refused():
    with pytest.raises(ValueError, match="expected one length N"):
        data.split(3, 3, rng=np.random.default_rng(0))


@pytest.mark.parametrize("classes", [1, 2, 3, 5])
def test_blobs_in_the_plane_have_their_centers_at_the_roots_of_unity_times_two(classes):
    x, y = data.blobs(4 * classes, classes, 0.0, rng())
    corners = 2.0 * np.exp(2j * np.pi * y / classes)
    np.testing.assert_allclose(x[:, 0] + 1j * x[:, 1], corners, atol=1e-12)


@pytest.mark.parametrize("made", [data.blobs, data.spirals])
def test_negative_noise_is_refused(made):
    with pytest.raises(ValueError, match=r"noise is -0\.5"):
        made(6, 3, -0.5, rng())


@pytest.mark.parametrize(("characters", "sequences"), [(6, 1), (7, 2), (9, 2), (10, 3)])
def test_the_last_character_of_a_text_is_predicted_and_begins_no_sequence(characters, sequences):
    x, y, alphabet = data.character_sequences("abcdefghij"[:characters], 3)
    assert x.shape == y.shape == (sequences, 3)
    read = "".join(alphabet[i] for i in y.ravel())
    assert read == "bcdefghij"[: 3 * sequences]
