"""What the audit measured, as sums and as a table."""

from __future__ import annotations

from statistics import median

from rich.table import Table

from autograder.audit.measure import Measure


def totals(results: list[Measure]) -> dict[str, float]:
    """Sums over exercises; times are the median and the worst."""
    names = (
        "mistakes",
        "rejected",
        "named",
        "itself",
        "variants",
        "accepted",
        "right_runs",
        "false_rejections",
        "in_styles",
        "in_styles_rejected",
        "in_styles_named",
        "mutants",
        "killed",
        "style_mutants",
        "style_killed",
    )
    sums: dict[str, float] = {
        "exercises": len(results),
        **{n: sum(getattr(r, n) for r in results) for n in names},
    }
    if results:
        sums["seconds_median"] = round(median(r.seconds_median for r in results), 4)
        sums["seconds_worst"] = round(max(r.seconds_worst for r in results), 4)
    return sums


def table(results: list[Measure], mutants: bool) -> Table:
    """One row an exercise and a row of totals."""
    heads = [
        *("exercise", "rejected", "named", "in other styles", "named there"),
        *("variants accepted", "false rejections", "ms"),
        *(["mutants killed", "of variants"] if mutants else []),
    ]
    drawn = Table(*heads)
    for column in drawn.columns[1:]:
        column.justify = "right"
    for r in results:
        row = [r.exercise, f"{r.rejected}/{r.mistakes}", f"{r.named}/{r.mistakes}",
               f"{r.in_styles_rejected}/{r.in_styles}", f"{r.in_styles_named}/{r.in_styles}",
               f"{r.accepted}/{r.variants}", f"{r.false_rejections}/{r.right_runs}",
               f"{1000 * r.seconds_median:.0f}"]  # fmt: skip
        killed = [f"{r.killed}/{r.mutants}", f"{r.style_killed}/{r.style_mutants}"]
        drawn.add_row(*row, *(killed if mutants else []))
    t = totals(results)
    row = ["all", f"{t['rejected']}/{t['mistakes']}", f"{t['named']}/{t['mistakes']}",
           f"{t['in_styles_rejected']}/{t['in_styles']}",
           f"{t['in_styles_named']}/{t['in_styles']}",
           f"{t['accepted']}/{t['variants']}", f"{t['false_rejections']}/{t['right_runs']}",
           f"{1000 * t.get('seconds_median', 0):.0f}"]  # fmt: skip
    drawn.add_section()
    killed = [f"{t['killed']}/{t['mutants']}", f"{t['style_killed']}/{t['style_mutants']}"]
    drawn.add_row(*row, *(killed if mutants else []), style="bold")
    return drawn
