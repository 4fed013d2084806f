"""A cell that takes long says so before it starts, with a bar; its own comment has the seconds.

The course writes `# About 12 s on an ordinary laptop.` into such a cell. The bar is drawn by the
browser: a kernel that computes has no time for it.
"""

from __future__ import annotations

import html
import re
import sys
import time
from typing import Any

from autograder.learning.progress import attended

COMMENT = re.compile(r"^# About (\d+) s on an ordinary laptop\.$", re.MULTILINE)
LEAST = 5  # seconds; for less a bar is a nuisance
BAR = (
    "<style>@keyframes ag-wait {{ from {{ width: 0 }} to {{ width: 100% }} }}</style>"
    '<p style="margin:0">{text}</p>'
    '<div role="progressbar" aria-label="{text}" style="max-width:24em; height:8px; '
    'border-radius:4px; background:rgba(128,128,128,.3); overflow:hidden">'
    '<div style="height:100%; background:#0072b2; width:0; '
    'animation:ag-wait {seconds}s linear forwards"></div></div>'
)


class Announcer:
    """Shows what a cell's comment says when it starts, and the time it took at its end."""

    def __init__(self) -> None:
        self._shown: Any = None
        self._began = 0.0

    def before(self, info: Any) -> None:
        """Show the bar; `info.raw_cell` is the cell's text."""
        self._shown = None
        said = COMMENT.search(info.raw_cell or "")
        if said is None or int(said[1]) <= LEAST or not attended():
            return
        from IPython.display import display

        from autograder.checking.messages import translate as _

        text = _("This takes about {seconds} s on an ordinary laptop.").format(seconds=said[1])
        page = BAR.format(text=html.escape(text), seconds=said[1])
        self._began = time.monotonic()
        self._shown = display(both(text, page), raw=True, display_id=True)

    def after(self, result: Any) -> None:
        """Put the time that it took in the bar's place, nothing where the cell failed."""
        if self._shown is None:
            return
        from autograder.checking.messages import translate as _

        shown, self._shown = self._shown, None
        took = f"{time.monotonic() - self._began:.0f}"
        text = _("This took {seconds} s.").format(seconds=took) if result.success else ""
        shown.update(both(text, f"<p>{html.escape(text)}</p>" if text else ""), raw=True)


def both(text: str, page: str) -> dict[str, str]:
    """Return a display's data: for a notebook, and for what shows text only."""
    return {"text/plain": text, "text/html": page}


def announce() -> None:
    """Let the cells of this notebook be announced; nothing where no notebook runs."""
    # Where nobody has loaded IPython no cell runs.
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is None or getattr(shell, "kernel", None) is None:
        return
    announcer = Announcer()
    shell.events.register("pre_run_cell", announcer.before)
    shell.events.register("post_run_cell", announcer.after)
