"""Feedback pages with nbconvert, where what many pages share is rendered once.

Most of a page is the course's own text. Its markdown and its code are kept by their source, so that
a page costs little more than what its student wrote.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from typing import Any, ClassVar

from jinja2 import pass_context
from nbconvert.exporters import HTMLExporter
from nbconvert.filters import Highlight2HTML, clean_html
from nbconvert.filters.widgetsdatatypefilter import WidgetsDataTypeFilter
from nbformat import NotebookNode

from autograder.coursefolder.shown import SIGN, UNSEEN

# Code that nobody wrote by hand is shown without colors: IPython's lexer takes hours over ten
# thousand empty lines.
LONG = 8_000
BLANK = re.compile(r"\s{200}")
FIGURE = "No description has been provided for this image"  # what nbconvert says itself
MOST = 4_000  # a chapter has some hundred cells


class FeedbackExporter(HTMLExporter):
    """nbconvert's exporter without its second reading of the whole page.

    That reading, by BeautifulSoup, took half the time of a page. It gives images a text for those
    who cannot see them, which stands in the output's metadata here, and makes cells of another
    template than nbgrader's focusable.
    """

    _rendered: ClassVar[dict[Any, str]] = {}

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.optimistic_validation = True  # once, not after every preprocessor

    def from_notebook_node(  # type: ignore[override]
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **options: Any
    ) -> tuple[str, dict[str, Any]]:
        """Return the page of a notebook, and what was known of it."""
        for cell in nb.cells:
            for output in cell.get("outputs", ()):
                for mime in ("image/png", "image/jpeg"):
                    if mime in output.get("data", ()):
                        output.metadata.setdefault(mime, NotebookNode()).setdefault("alt", FIGURE)
        language = nb.metadata.get("language_info", {})
        lexer = language.get("pygments_lexer", language.get("name", None))
        known = self._init_resources(resources)
        highlight = Highlight2HTML(pygments_lexer=lexer, parent=self)
        self._code: set[str] = set()
        self.register_filter("clean_html", self._clean)
        self.register_filter("highlight_code", self._once(highlight, lexer))
        self.register_filter(
            "filter_data_type",
            WidgetsDataTypeFilter(
                notebook_metadata=self._nb_metadata, parent=self, resources=known
            ),
        )
        page, known = super(HTMLExporter, self).from_notebook_node(nb, known, **options)
        return UNSEEN.sub(SIGN, page), known

    @pass_context
    def markdown2html(self, context: Any, source: str) -> str:
        """Return markdown as HTML; a cell with attachments is rendered anew each time."""
        if context.get("cell", {}).get("attachments"):
            return super().markdown2html(context, source)
        key = ("markdown", source)
        if key not in self._rendered:
            self._keep(key, super().markdown2html(context, source))
        return self._rendered[key]

    def _once(self, highlight: Callable[..., str], lexer: str | None) -> Callable[..., str]:
        def highlighted(source: str, language: str | None = None, metadata: Any = None) -> str:
            key = (lexer, language, source)
            if len(source) > LONG or BLANK.search(source):
                page = f'<div class="highlight"><pre>{escape(source)}</pre></div>'
            elif key in self._rendered:
                page = self._rendered[key]
            else:
                page = highlight(source, language, metadata)
                self._keep(key, page)
            self._code.add(page)
            return page

        return highlighted

    def _clean(self, page: str) -> str:
        """Return HTML as nbconvert cleans it; code comes from a lexer, which escapes everything.

        bleach takes a minute for code with ten thousand quotes.
        """
        return page if page in self._code else clean_html(page)

    def _keep(self, key: Any, page: str) -> None:
        if len(self._rendered) >= MOST:
            self._rendered.clear()
        self._rendered[key] = page
