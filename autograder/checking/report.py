"""What a student reads: one line a clause, the first failure opened, the hint, the next step."""

from __future__ import annotations

import html
import re
from dataclasses import asdict, dataclass, field
from typing import Any

from autograder.checking.messages import cells, language, output_name, pad
from autograder.checking.messages import translate as _


@dataclass(frozen=True)
class Clause:
    """One promise of the exercise. passed is None where it could not be judged yet."""

    name: str
    passed: bool | None
    detail: str = ""


@dataclass(frozen=True)
class Report:
    """The result of one check.

    mistake: identifier of the known mistake whose numbers the answer shares, or None.
    message: the text a student reads.  rows: (entry, yours, right) of the largest differences.
    code: lines to paste that show the failure, where a notebook asks for them.
    """

    exercise: str
    passed: bool
    mistake: str | None
    message: str
    clauses: tuple[Clause, ...]
    cause: str = ""
    found: str = ""
    example: str = ""
    rows: tuple[tuple[str, str, str], ...] = ()
    next_step: str = ""
    notes: tuple[str, ...] = field(default=())
    hint: str = ""
    code: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return asdict(self)

    def __str__(self) -> str:
        return self.message

    def _repr_html_(self) -> str:
        return as_html(self)


MARK = {True: "passed", False: "FAILED", None: "not judged"}
# Clauses in the order a student should mend them; the outputs' own stand in between.
ORDER = ("runs", "structure", "shapes", "dtype", "finite")
LATER = (
    "linear in dout",
    "inputs unchanged",
    "new arrays",
    "repeatable",
    "memory layout",
    "whole numbers",
    "any shape",
    "sizes of one",
    "equal sizes",
    "names of arguments",
    "extreme values",
    "accuracy",
    "randomness",
    "cost",
    "own work",
)
PROMISES = (*ORDER, *LATER, "answer", "cache")


def as_text(
    exercise: str,
    passed: bool,
    clauses: tuple[Clause, ...],
    found: str,
    cause: str,
    example: str,
    rows: tuple[tuple[str, str, str], ...],
    next_step: str,
    notes: tuple[str, ...],
    hint: str = "",
) -> str:
    """The plain-text form; the words carry the verdict, so that a screen reader needs no color."""
    good = sum(c.passed is True for c in clauses)
    if passed:
        lines = [_("{name}: passed, all {n} clauses.").format(name=exercise, n=good), ""]
    else:
        lines = [_("{name}: not right yet.").format(name=exercise), ""]
        lines += [found] if found else []
        lines += [_("Most likely: {cause}").format(cause=cause)] if cause else []
        lines += [_("Hint: {hint}").format(hint=hint)] if hint else []
        if rows:
            lines += ["", example]
            width = max(cells(r[0]) for r in rows)
            lines += [
                f"  {pad(entry, width)}  {_('yours')} {yours:>12}   {_('right')} {right:>12}"
                for entry, yours, right in rows
            ]
        elif example:
            lines += [example]
        lines += ["", _("Next: {step}").format(step=next_step), ""] if next_step else [""]
    width = max((cells(_(MARK[c.passed])) for c in clauses), default=0)
    lines += [f"  {pad(_(MARK[c.passed]), width)}  {clause_name(c)}" for c in clauses]
    lines += ["", *notes] if notes else []
    return "\n".join(lines).rstrip()


def text_of(report: Report) -> str:
    """The plain-text form of what a report holds now."""
    return as_text(
        report.exercise, report.passed, report.clauses, report.found, report.cause, report.example,
        report.rows, report.next_step, report.notes, report.hint,
    )  # fmt: skip


def clause_name(clause: Clause) -> str:
    """A clause as a reader sees it: a promise in words, or an output's name, which stays."""
    whose, colon, name = clause.name.rpartition(": ")  # two reports joined say whose clause it is
    return whose + colon + (_(name) if name in PROMISES else output_name(name))


def verdict(clause: Clause) -> str:
    """One line: the clause and whether it holds."""
    return _("{clause}: {text}").format(clause=clause_name(clause), text=_(MARK[clause.passed]))


# Colors come from JupyterLab's theme variables, with fallbacks that have a contrast above 4.5:1
# on white and on near-black.
STYLE = """
.ag-report{font-family:var(--jp-ui-font-family,system-ui,sans-serif);font-size:14px;line-height:1.5;max-width:52em;
 border:1px solid var(--jp-border-color2,#bbb);border-left-width:5px;border-radius:4px;padding:.6em 1em;margin:.3em 0}
.ag-report.ag-ok{border-left-color:#1b7f4b}.ag-report.ag-no{border-left-color:#b3401f}
.ag-report p{margin:.35em 0}.ag-report .ag-title{font-weight:600}
.ag-report table{border-collapse:collapse;margin:.4em 0;font-family:var(--jp-code-font-family,monospace);font-size:13px}
.ag-report th,.ag-report td{border:0;border-bottom:1px solid var(--jp-border-color2,#ccc);padding:.15em .9em .15em 0;white-space:nowrap;text-align:right;background:none}
.ag-report th:first-child,.ag-report td:first-child{text-align:left}
.ag-report ul{list-style:none;columns:2;margin:.4em 0;padding:0}.ag-report li{margin:0;break-inside:avoid}
.ag-report .ag-bad{font-weight:600}.ag-report .ag-open{opacity:.7}
""".replace("\n", "")


def _marked(text: str) -> str:
    """Text for HTML, in it what stands between backticks as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text))


def as_html(report: Report) -> str:
    """The form shown in a notebook: same words as the text, no scripts, no fixed background."""
    e = html.escape
    title = (
        _("{name}: passed, all {n} clauses.").format(
            name=report.exercise, n=sum(c.passed is True for c in report.clauses)
        )
        if report.passed
        else _("{name}: not right yet.").format(name=report.exercise)
    )
    parts = [
        f'<style>{STYLE}</style><section class="ag-report {"ag-ok" if report.passed else "ag-no"}" '
        f'role="status" lang="{language()}" aria-label="{e(title)}"><p '
        f'class="ag-title">{"✓" if report.passed else "✗"} {e(title)}</p>'
    ]
    if not report.passed:
        what, *where = report.found.split("\n")
        parts += [f"<p>{_marked(what)}</p>"] if what else []
        parts += [f"<p><strong>{_marked(line)}</strong></p>" for line in where]
        parts += (
            [f"<p><strong>{e(_('Most likely: {cause}').format(cause=report.cause))}</strong></p>"]
            if report.cause
            else []
        )
        parts += [f"<p>{e(_('Hint: {hint}').format(hint=report.hint))}</p>"] if report.hint else []
        if report.example:
            parts.append(f"<p>{e(report.example)}</p>")
        if report.rows:
            head = "".join(
                f'<th scope="col">{e(h)}</th>' for h in (_("entry"), _("yours"), _("right"))
            )
            body = "".join(
                "<tr>" + "".join(f"<td>{e(v)}</td>" for v in row) + "</tr>" for row in report.rows
            )
            parts.append(f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>")
        parts += (
            [f"<p>{e(_('Next: {step}').format(step=report.next_step))}</p>"]
            if report.next_step
            else []
        )
    mark, css = {True: "✓", False: "✗", None: "·"}, {True: "", False: "ag-bad", None: "ag-open"}
    rows = "".join(
        f'<li class="{css[c.passed]}">{mark[c.passed]} {e(verdict(c))}</li>' for c in report.clauses
    )
    clauses, unfolded = _("the clauses"), "" if report.passed else " open"
    # A passed check is one line; the clauses open on demand.
    parts.append(f"<details{unfolded}><summary>{e(clauses)}</summary><ul>{rows}</ul></details>")
    if report.code:
        text = _("Code to paste; check.example gives the same as variables.")
        parts.append(f"<details><summary>{e(text)}</summary><pre>{e(report.code)}</pre></details>")
    parts += [f"<p>{e(note)}</p>" for note in report.notes]
    return "".join(parts) + "</section>"
