"""Texts of a student that a browser would act on: shown as text, or only their harmless part.

An instructor reads answers in a browser that is logged in to the gradebook. nbgrader renders
markdown with all HTML in it, so a script there could give points. What is harmless is decided by
nh3 (ammonia, which parses as browsers do), never by looking at the text.
"""

from __future__ import annotations

import html
import re

import nh3
from nbformat import NotebookNode

from autograder.grading.sanitize.time_limit import TookTooLong, time_limit

# Cells without any of this are plain text, which most are: they are not rendered here.
SUSPICIOUS = re.compile(
    r"[<\x00]|script\s*:|&#|&\w+;|data\s*:|attachment:|\]\s*[(:\[]", re.IGNORECASE
)
# What costs a parser of markdown and mathematics more than its length.
COSTLY = re.compile(r"\\begin|\$\$|[\[\]*_`<>!]{8}|\n[ >\-+*0-9.]{30}")
# What nobody writes by accident.
ACTS = re.compile(
    r"<(script|iframe|form|style|object|embed|meta|base)|[\"'/\w]on\w+=|(java|vb)script:|position:",
    re.I,
)
RENDER_SECONDS = 1.0
MAX_RENDERED = 50_000
MAX_CUT = 200_000
MISSING = "missing attachment: "
# One gray pixel in place of a picture that did not come along.
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mM8ceLE"
    "fwAIsgNr9bMGBgAAAABJRU5ErkJggg=="
)
PICTURES = ("image/png", "image/jpeg", "image/gif")
BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*\Z")
MAX_MISSING = 20
PICTURE = re.compile(r"data:image/(png|jpeg|gif|svg\+xml);base64,[A-Za-z0-9+/=\s]*\Z")
# Nothing that a form, a frame or a page of its own needs; no class and no id, which name styles and
# scripts of the page around.
TAGS = frozenset([
    "a", "abbr", "b", "bdi", "blockquote", "br", "caption", "center", "cite", "code", "col",
    "colgroup", "dd", "del", "details", "dfn", "div", "dl", "dt", "em", "figcaption", "figure",
    "font", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "mark",
    "ol", "p", "pre", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "summary",
    "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "tt", "u", "ul", "var",
])  # fmt: skip
ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "width", "height"},
    "font": {"color"},
    "td": {"colspan", "rowspan", "align", "style"},
    "th": {"colspan", "rowspan", "align", "scope", "style"},
    "tr": {"style"},
    "span": {"style"},
    "table": {"border"},
    "ol": {"start", "type"},
}
STYLES = {"text-align", "color", "background-color", "font-weight", "font-style", "vertical-align"}


def harmless(page: str) -> str:
    """Return the part of some HTML that only shows: text, tables, pictures, links to the web."""
    return nh3.clean(
        page,
        tags=set(TAGS),
        clean_content_tags={"script", "style"},
        attributes=ATTRIBUTES,
        attribute_filter=_attribute,
        url_schemes={"http", "https", "mailto", "data"},
        filter_style_properties=STYLES,
        link_rel="noopener noreferrer",
    )


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name == "src":  # a picture from elsewhere would tell its owner who looks, and when
        return value if PICTURE.match(value) else None
    if name == "href":
        return value if re.match(r"(https?|mailto):|#", value, re.IGNORECASE) else None
    return value


def attachments(given: dict) -> NotebookNode:
    """Pictures pasted into an answer; what is no picture, or called like a path, is left out."""
    kept = NotebookNode()
    for name, bundle in given.items():
        if not isinstance(bundle, dict) or re.search(r"[/\\\x00-\x1f]|^\.", name):
            continue
        pictures = {
            kind: bundle[kind]
            for kind in PICTURES
            if isinstance(bundle.get(kind), str) and BASE64.match(bundle[kind])
        }
        if pictures:
            kept[name.encode("utf-8", "replace").decode()] = NotebookNode(pictures)
    return kept


def defuse(cell: NotebookNode) -> str:
    """Make a markdown cell safe to show, in place; return what was done in a few words, or ""."""
    if cell.cell_type != "markdown":
        return ""
    costly = len(cell.source) > MAX_RENDERED or COSTLY.search(cell.source)
    if not (costly or SUSPICIOUS.search(cell.source)):
        return ""
    missing: list[str] = []
    page = None if len(cell.source) > MAX_CUT else _page(cell, missing)
    if page is None:
        cell.source = fenced(cell.source)
        return "cannot be rendered, shown as it is"
    if is_active(page):
        cell.source = fenced(cell.source)
        if ACTS.search(re.sub(r"[\x00-\x20]", "", html.unescape(page))):
            return "would act in the browser, shown as it is"
        return "has HTML that is not shown here, shown as it is"
    return f"{len(missing)} pictures did not come along" if missing else ""


def _page(cell: NotebookNode, missing: list[str]) -> str | None:
    """Return the cell's HTML, None where there is none in time; missing pictures get a stand-in."""
    try:
        with time_limit(RENDER_SECONDS):
            for _ in range(MAX_MISSING):
                try:
                    return rendered(cell)
                except TookTooLong:
                    raise
                except Exception as error:
                    name = str(error).removeprefix(MISSING)
                    if not str(error).startswith(MISSING) or name in missing:
                        return None
                    missing.append(name)
                    cell.setdefault("attachments", NotebookNode())[name] = NotebookNode(
                        {PICTURES[0]: PIXEL}
                    )
    except TookTooLong:
        pass
    return None


def rendered(cell: NotebookNode) -> str:
    """Return the HTML that nbgrader's pages show."""
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    renderer = IPythonRenderer(escape=False, attachments=dict(cell.get("attachments", {})))
    return MarkdownWithMath(renderer=renderer).render(cell.source)


def is_active(page: str) -> bool:
    """Return whether HTML holds anything that `harmless` would leave out, or leaves a tag open.

    A comment shows nothing, so it may stay; one that is not closed comes back from nh3 closed, and
    so as something else than what was given.
    """
    return _plain(nh3.clean(page, **_LOOSE)) != _plain(page)


# As `harmless`, but what rendered markdown itself has is kept: ids of headings, classes of code.
_LOOSE: dict = {
    "tags": set(TAGS),
    "clean_content_tags": set(),
    "attributes": {
        **ATTRIBUTES,
        **{f"h{n}": {"id"} for n in range(1, 7)},
        "a": {"href", "title", "class"},
        "code": {"class"},
        "div": {"class"},
        "span": {"class", "style"},
        "pre": {"class"},
    },
    "attribute_filter": lambda tag, name, value: (
        value
        if name not in ("class", "src", "href")
        or (
            name == "class"
            and re.fullmatch(r"(anchor-link|highlight|hl-\w+|language-[\w+-]+|\w{1,3}|\s)*", value)
        )
        or (name != "class" and _attribute(tag, name, value) is not None)
        else None
    ),
    "url_schemes": {"http", "https", "mailto", "data"},
    "filter_style_properties": STYLES,
    "link_rel": None,
    "strip_comments": False,
}


def _plain(page: str) -> str:
    """HTML without what differs between two ways to write the same."""
    text = html.unescape(html.unescape(page))
    return re.sub(r"[\s\"'/;]", "", text).replace("<tbody>", "").lower()


def fenced(source: str) -> str:
    """Return the text as a block of code."""
    longest = max((len(run) for run in re.findall(r"`+", source)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{source}\n{fence}"
