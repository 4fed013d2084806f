"""The report of every known mistake on one page: a person reads it as a student would."""

from __future__ import annotations

import html
from pathlib import Path

from autograder.checking import messages
from autograder.checking.public import Check
from autograder.checking.report import as_html
from autograder.exercises import everything

PAGE = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><title>{title}</title></head>
<body style="max-width:60em;margin:2em auto;font-family:sans-serif">
<h1>{title}</h1>
{reports}
</body></html>
"""


def written_page(path: Path, names: list[str]) -> int:
    """Write the reports of the mistakes in these exercises; how many there are."""
    judge, parts, count = Check().judge, list[str](), 0
    for name in names:
        exercise = everything()[name]
        parts.append(f"<h2>{name}</h2>")
        for mistake in exercise.mistakes:
            functions = {**vars(exercise.references()), **mistake.functions}
            report = judge(functions.pop(name), name, functions)
            parts.append(f"<h3>{html.escape(mistake.words)}</h3>\n{as_html(report)}")
            count += 1
    title = f"{count} reports"
    text = PAGE.format(language=messages.language(), title=title, reports="\n".join(parts))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return count
