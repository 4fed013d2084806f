"""The line below a page's title: open in the lab, download, open in Colab where it is published."""

from __future__ import annotations

import html

from autograder.building.repository import address, colab
from autograder.site.texts import text


def actions(source: str, name: str, language: str) -> str:
    """Return the first Markdown cell of a page with the line of actions below its title.

    name: "03_feedforward/03_training"; the student's notebook is meant, not the one with answers.
    """
    title, _, rest = source.partition("\n")

    def word(key: str) -> str:
        return html.escape(text(key, language))

    def folded(key: str, how: str, command: str, more: str = "") -> str:
        return (
            f"<details><summary>{word(key)}</summary><div><p>{word(how)}</p>"
            f'<pre tabindex="0">{html.escape(command)}</pre>{more}</div></details>'
        )

    lab = folded("lab", "lab_how", f"python3 start.py lab work/{name}.ipynb")
    link = colab(f"chapters/{name}.ipynb")
    install = f"!pip install git+{address()}"
    more = f'<p><a href="{link}">colab.research.google.com</a></p>'
    cloud = folded("colab", "colab_how", install, more) if link else ""
    file = f'<a download href="../notebooks/{name}.ipynb">{word("download")}</a>'
    return f'{title}\n\n<div class="nn-actions">{lab}{file}{cloud}</div>\n\n{rest.strip()}'
