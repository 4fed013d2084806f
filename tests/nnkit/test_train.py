"""fit: learns, records, validates, stops early, restores, resumes exactly, survives Ctrl-C."""

from __future__ import annotations

import json

import numpy as np
import pytest

import nnkit.functional as F
from nnkit import data, metrics, optim
from nnkit.layers import BatchNorm1d, Dropout, Embedding, Layer, Linear, ReLU, Sequential
from nnkit.train import History, evaluate, fit
from nnkit.train.loop import _is_best, _postfix

X, Y = data.moons(120, 0.1, np.random.default_rng(0))
X_VAL, Y_VAL = data.moons(60, 0.1, np.random.default_rng(1))


def network(seed=0, rng=None):
    rng = rng or np.random.default_rng(seed)
    return Sequential(
        Linear(2, 16, rng=rng),
        BatchNorm1d(16),
        ReLU(),
        Dropout(0.9, rng=np.random.default_rng(seed + 1)),
        Linear(16, 2, rng=rng),
    )


def run(net, epochs, optimizer=None, seed=5, **options):
    optimizer = optimizer or optim.Adam(net, 0.02)
    settings = {"epochs": epochs, "rng": np.random.default_rng(seed), "progress": False}
    return fit(net, X, Y, optimizer=optimizer, **{**settings, **options})


def test_a_network_learns_the_moons_and_the_history_has_one_entry_an_epoch():
    net = network()
    history = run(net, 30, validation=(X_VAL, Y_VAL), metric=metrics.accuracy)
    assert history.epochs == 30
    for curve in (history.train_loss, history.val_loss, history.train_metric, history.val_metric):
        assert len(curve) == 30
        assert all(type(value) is float for value in curve)
    assert history.val_metric[-1] > 0.93
    assert history.train_loss[-1] < history.train_loss[0]
    assert history.best_epoch == int(np.argmin(history.val_loss))
    json.dumps(history.to_dict())


def test_the_same_seed_gives_the_same_training():
    first, second = network(), network()
    assert run(first, 3).train_loss == run(second, 3).train_loss
    for name, value in first.state_dict().items():
        np.testing.assert_array_equal(value, second.state_dict()[name])


def cross_entropy_by_hand(w, b, x, y):
    """Return loss, accuracy and the gradients of scores x w + b, example by example."""
    loss, right, dw, db = 0.0, 0, np.zeros_like(w), np.zeros_like(b)
    for row, label in zip(x, y, strict=True):
        scores = row @ w + b
        p = np.exp(scores) / np.exp(scores).sum()
        loss -= np.log(p[label]) / len(x)
        right += int(np.argmax(scores)) == label
        p[label] -= 1
        dw += np.outer(row, p) / len(x)
        db += p / len(x)
    return loss, right / len(x), dw, db


def test_every_number_of_a_history_is_that_of_a_loop_by_hand():
    net = Sequential(Linear(2, 2, rng=np.random.default_rng(3)))
    w, b = (value.copy() for value in net.parameters().values())
    history = run(
        net, 3, optimizer=optim.SGD(net, 0.5), batch_size=50,
        validation=(X_VAL, Y_VAL), metric=metrics.accuracy,
    )  # fmt: skip
    rng = np.random.default_rng(5)
    for epoch in range(3):
        order = rng.permutation(len(X))
        losses = accuracies = 0.0
        for rows in (order[:50], order[50:100], order[100:]):  # the last batch is smaller
            loss, accuracy, dw, db = cross_entropy_by_hand(w, b, X[rows], Y[rows])
            losses += loss * len(rows)
            accuracies += accuracy * len(rows)
            w, b = w - 0.5 * dw, b - 0.5 * db
        val_loss, val_accuracy, _, _ = cross_entropy_by_hand(w, b, X_VAL, Y_VAL)
        assert history.train_loss[epoch] == pytest.approx(losses / len(X))
        assert history.train_metric[epoch] == pytest.approx(accuracies / len(X))
        assert history.val_loss[epoch] == pytest.approx(val_loss)
        assert history.val_metric[epoch] == pytest.approx(val_accuracy)
        assert history.lr[epoch] == 0.5
    found = evaluate(net, X, Y, metric=metrics.accuracy, batch_size=7)
    assert found == pytest.approx(cross_entropy_by_hand(w, b, X, Y)[:2])


def test_evaluate_with_another_loss_by_hand():
    net = Sequential(
        Linear(2, 1, rng=np.random.default_rng(3)), Dropout(0.5, rng=np.random.default_rng(0))
    )
    y = Y[:, None].astype(float)
    loss, metric = evaluate(
        net, X, y, loss=(F.mse_forward, F.mse_backward), metric=lambda s, y: s.sum()
    )
    w, b = net.parameters().values()
    scores = X @ w + b  # nothing is dropped
    assert loss == pytest.approx(((scores - y) ** 2).sum() / (2 * len(X)))
    assert metric == pytest.approx(scores.sum())


def test_regression_with_another_loss():
    x = np.linspace(-1, 1, 64)[:, None]
    net = Sequential(Linear(1, 1, rng=np.random.default_rng(0)))
    history = fit(
        net,
        x,
        2 * x - 1,
        optimizer=optim.SGD(net, 0.3, momentum=0.5),
        loss=(F.mse_forward, F.mse_backward),
        epochs=40,
        rng=np.random.default_rng(0),
        progress=False,
    )
    assert history.train_loss[-1] < 1e-6
    assert history.train_metric == history.val_loss == []


def test_evaluate_uses_test_mode_in_batches_and_puts_the_modes_back():
    net = network()
    net[3].eval()
    net.training = True
    small = evaluate(net, X, Y, metric=metrics.accuracy, batch_size=7)
    large = evaluate(net, X, Y, metric=metrics.accuracy, batch_size=1000)
    assert small == pytest.approx(large)
    assert net[0].training
    assert not net[3].training
    assert evaluate(net, X, Y)[1] is None


def test_schedule_sets_the_rate_of_each_epoch():
    net = network()
    history = run(net, 4, schedule=optim.step_decay(0.1, every=2, factor=0.5))
    assert history.lr == [0.1, 0.1, 0.05, 0.05]


def test_clipping_bounds_the_step():
    net = network()
    before = net.state_dict()
    fit_options = {"clip": 0.01, "batch_size": 1000}
    run(net, 1, optimizer=optim.SGD(net, 1.0), **fit_options)
    moved = sum(float(((v - before[k]) ** 2).sum()) for k, v in net.parameters().items()) ** 0.5
    assert moved == pytest.approx(0.01)


def test_patience_stops_and_the_best_weights_come_back():
    net = network()
    states = []

    def jump(epoch, net, history):
        states.append(net.state_dict())
        if epoch >= 3:  # from here on it only gets worse
            for value in net.parameters().values():
                value += 5.0

    history = run(net, 50, validation=(X_VAL, Y_VAL), patience=4, restore_best=True, callback=jump)
    assert history.stopped_early
    assert history.epochs == history.best_epoch + 5
    assert not history.interrupted
    for name, value in net.state_dict().items():
        np.testing.assert_array_equal(value, states[history.best_epoch][name])


def test_patience_without_validation_watches_the_training_loss():
    net = network()
    history = run(net, 50, optimizer=optim.SGD(net, 0.0), patience=2, batch_size=1000)
    assert history.epochs < 50


def test_ctrl_c_returns_the_history_so_far():
    net = network()

    def interrupt(epoch, net, history):
        if epoch == 2:
            raise KeyboardInterrupt

    history = run(net, 10, callback=interrupt)
    assert history.epochs == 3
    assert history.interrupted


def test_a_run_resumed_from_its_checkpoint_ends_where_the_whole_run_ends(tmp_path):
    whole = network()
    expected = run(whole, 6, validation=(X_VAL, Y_VAL), restore_best=True)
    path = tmp_path / "run.npz"
    first = network()
    run(first, 4, validation=(X_VAL, Y_VAL), restore_best=True, checkpoint=path)
    assert [p.name for p in tmp_path.iterdir()] == ["run.npz"]
    resumed = network(seed=77)  # other weights, other generators: all come from the file
    resumed[3].options["rng"] = np.random.default_rng(99)
    history = run(
        resumed, 6, seed=123, validation=(X_VAL, Y_VAL), restore_best=True, checkpoint=path
    )
    assert history.train_loss == expected.train_loss
    assert history.val_loss == expected.val_loss
    for name, value in resumed.state_dict().items():
        np.testing.assert_array_equal(value, whole.state_dict()[name])


def test_an_interrupted_run_goes_on(tmp_path):
    path = tmp_path / "run.npz"

    def interrupt(epoch, net, history):
        if epoch == 1:
            raise KeyboardInterrupt

    assert run(network(), 5, checkpoint=path, callback=interrupt).interrupted
    history = run(network(), 5, checkpoint=path)
    assert history.epochs == 5
    assert not history.interrupted
    assert run(network(), 5, checkpoint=path).epochs == 5  # nothing left to do


def test_other_generators_are_kept_in_checkpoints_too(tmp_path):
    path = tmp_path / "run.npz"
    rng = np.random.Generator(np.random.MT19937(3))
    run(network(), 2, rng=rng, checkpoint=path)
    other = np.random.Generator(np.random.MT19937(4))
    run(network(), 2, rng=other, checkpoint=path)
    assert other.random() == rng.random()


def test_a_checkpoint_that_does_not_fit_is_refused(tmp_path):
    path = tmp_path / "run.npz"
    run(network(), 1, checkpoint=path)
    net = network()
    with pytest.raises(ValueError, match="was written with Adam; given SGD"):
        run(net, 2, optimizer=optim.SGD(net, 0.1), checkpoint=path)
    plain = Sequential(Linear(2, 2, rng=np.random.default_rng(0)))
    with pytest.raises(ValueError, match="its random layers differ"):
        run(plain, 2, checkpoint=path)
    plain.save(tmp_path / "weights.npz")
    with pytest.raises(ValueError, match=r"weights.npz is not a checkpoint"):
        run(plain, 2, checkpoint=tmp_path / "weights.npz")


def test_float32_networks_see_float32_data_and_indices_stay_whole():
    net = network().astype(np.float32)
    history = run(net, 2, validation=(X_VAL, Y_VAL))
    assert net[0]._cache[0].dtype == np.float32
    assert history.epochs == 2
    net = Sequential(Embedding(5, 2, rng=np.random.default_rng(0)))
    idx = np.array([0, 1, 2, 3])
    fit(
        net,
        idx,
        np.ones((4, 2)),
        optimizer=optim.SGD(net, 0.1),
        loss=(F.mse_forward, F.mse_backward),
        epochs=1,
        rng=np.random.default_rng(0),
        progress=False,
    )


def test_the_progress_bar_goes_to_stdout_and_can_be_silenced(capsys, monkeypatch):
    monkeypatch.setenv("TQDM_DISABLE", "0")
    options = {"progress": True, "validation": (X_VAL, Y_VAL), "metric": metrics.accuracy}
    run(network(), 2, **options)
    shown = capsys.readouterr()
    assert "epoch" in shown.out
    assert "val " in shown.out
    assert "metric " in shown.out
    assert shown.err == ""
    monkeypatch.setenv("TQDM_DISABLE", "1")
    run(network(), 2, **options)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"epochs": -1}, "epochs is -1"),
        ({"batch_size": 0}, "batch_size is 0"),
        ({"patience": 0}, "patience is 0"),
        ({"clip": 0.0}, "clip is 0.0"),
        ({"rng": 3}, "rng is int"),
        ({"validation": (X_VAL, Y_VAL, Y_VAL)}, r"validation is tuple; expected a pair \(x, y\)"),
        ({"validation": "xy"}, r"validation is str; expected a pair \(x, y\)"),
        ({"validation": (X_VAL, Y_VAL[:3])}, r"validation y has shape \(3,\); expected \(60, "),
        ({"validation": (X_VAL[:0], Y_VAL[:0])}, "validation x has shape"),
        ({"validation": X_VAL}, r"validation is ndarray; expected a pair \(x, y\)"),
        ({"metric": "accuracy"}, "metric is 'accuracy'; expected a function or None"),
        ({"schedule": 0.1}, "schedule is 0.1; expected a function"),
        ({"loss": F.cross_entropy_forward}, "loss is not a pair; expected"),
        ({"optimizer": optim.Adam}, "optimizer is .*expected one made for this network"),
        ({"optimizer": optim.Adam(network(), 0.1)}, "optimizer updates another network"),
    ],
)
def test_wrong_settings_are_refused(change, message):
    with pytest.raises(ValueError, match=message):
        run(network(), **{"epochs": 1, **change})


def test_the_least_of_each_setting_is_taken():
    net = Sequential(Linear(2, 2, rng=np.random.default_rng(0)))
    settings = {"batch_size": 1, "patience": 1, "clip": 1e-12}
    history = run(net, 9, optimizer=optim.SGD(net, 0.0), **settings)
    assert history.epochs == 2  # the second is no better than the first
    assert evaluate(net, X[:1], Y[:1], batch_size=1)[0] > 0.0


def test_no_epochs_change_nothing():
    net = network()
    before = net.state_dict()
    assert run(net, 0) == History()
    np.testing.assert_array_equal(net.parameters()["0.w"], before["0.w"])


def test_the_best_weights_come_back_only_where_that_is_asked_for(tmp_path):
    net = network()
    run(net, 0, restore_best=True)  # there are none
    settings = {"optimizer": None, "checkpoint": tmp_path / "run.npz", "schedule": lambda e: 9.0**e}

    def trained(epochs, **options):
        net = network()
        states = []
        options = {**settings, "optimizer": optim.SGD(net, 1.0), **options}
        run(net, epochs, callback=lambda *_: states.append(net.state_dict()), **options)
        return net.parameters()["0.w"], states

    at_best, _ = trained(3, restore_best=True)
    now, states = trained(4)  # goes on from the file, which has the best weights of before
    np.testing.assert_array_equal(now, states[-1]["0.w"])
    assert (now != at_best).any()


def test_examples_come_in_the_networks_precision_and_whole_numbers_as_they_are():
    seen = []

    def look(x, *w):
        seen.append(x.dtype)
        return np.zeros((len(x), 2)), None

    single = Layer(look, lambda dout, cache: None, w=np.ones(1, np.float32))
    evaluate(single, X, Y)
    evaluate(single, Y[:, None], Y)
    evaluate(Layer(look, lambda dout, cache: None), X, Y)  # no parameter, no precision
    assert seen == [np.float32, Y.dtype, X.dtype]


def test_what_is_no_network_is_refused():
    settings = {"optimizer": None, "epochs": 1, "rng": np.random.default_rng(0)}
    with pytest.raises(ValueError, match="net is list; expected a layer or a network"):
        fit([network()], X, Y, **settings)
    with pytest.raises(ValueError, match="batch_size is 0"):
        evaluate(network(), X, Y, batch_size=0)


def test_an_optimizer_of_a_part_trains_that_part():
    net = network()
    before = net.state_dict()
    run(net, 1, optimizer=optim.SGD(net[4], 0.1))
    np.testing.assert_array_equal(net.parameters()["0.w"], before["0.w"])
    assert (net.parameters()["4.w"] != before["4.w"]).any()


def test_an_epoch_that_ends_in_nan_is_never_the_best():
    net = network()
    losses = iter([np.nan, 3.0, np.nan, 2.0, 5.0])
    forward, backward = F.cross_entropy_forward, F.cross_entropy_backward
    loss = (lambda scores, y: (next(losses), forward(scores, y)[1])), backward
    history = run(net, 5, loss=loss, batch_size=1000)
    assert history.best_epoch == 3


@pytest.mark.parametrize(
    ("curves", "line"),
    [
        ({"train_loss": [2.0, 1.5]}, "loss 1.5000"),
        ({"train_loss": [2.0], "val_loss": [3.0, 0.25]}, "loss 2.0000, val 0.2500"),
        ({"train_loss": [2.0], "train_metric": [0.5, 0.75]}, "loss 2.0000, metric 0.7500"),
        ({"train_loss": [2.0], "val_loss": [3.0], "train_metric": [0.5], "val_metric": [0.125]},
         "loss 2.0000, val 3.0000, metric 0.1250"),
    ],
)  # fmt: skip
def test_the_bar_shows_the_last_numbers_of_the_validation_where_there_is_one(curves, line):
    assert _postfix(History(**curves)) == line


@pytest.mark.parametrize(
    ("losses", "best_epoch", "is_best"),
    [
        ([3.0], -1, True), ([3.0, 2.0], 0, True), ([3.0, 3.0], 0, False), ([3.0, 4.0], 0, False),
        ([np.nan, 4.0], 0, True), ([np.nan, np.nan], 0, False), ([3.0, np.nan], 0, False),
    ],
)  # fmt: skip
def test_an_epoch_is_the_best_where_its_loss_is_less_than_that_of_the_best_so_far(
    losses, best_epoch, is_best
):
    history = History(train_loss=[9.0] * len(losses), val_loss=losses, best_epoch=best_epoch)
    assert _is_best(history) is is_best
    assert _is_best(History(train_loss=losses, best_epoch=best_epoch)) is is_best
