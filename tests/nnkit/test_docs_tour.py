"""The tour in docs/nnkit.md runs as printed."""

from __future__ import annotations

import re
from pathlib import Path

import matplotlib.pyplot as plt

PAGE = Path(__file__).parents[2] / "docs" / "nnkit.md"


def test_the_tour_runs_and_reaches_what_it_says(monkeypatch, capsys):
    monkeypatch.setenv("TQDM_DISABLE", "1")
    text = PAGE.read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)
    assert len(blocks) == 4
    names: dict = {}
    with plt.rc_context():
        for block in blocks:
            exec(compile(block, str(PAGE), "exec"), names)
    plt.close("all")
    shown = capsys.readouterr().out
    (table,) = (b for b in re.findall(r"```text\n(.*?)```", text, flags=re.DOTALL) if "Conv2d" in b)
    assert table.rstrip() in shown
    assert names["layer"].grads["a"].tolist() == [5, 5, 5]
    assert names["history"].val_metric[names["history"].best_epoch] > 0.95
