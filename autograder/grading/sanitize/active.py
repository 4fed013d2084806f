"""Texts of a student that a browser would act on: shown as they are, not followed.

An instructor reads answers in a browser that is logged in to the gradebook. nbgrader renders markdown
with all HTML in it, so a script there could give points.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

from nbformat import NotebookNode

# Cells without any of this are plain text, which most are: they are not rendered here.
SUSPICIOUS = re.compile(r"<\s*[a-z!/?]|script\s*:|&#|&\w+;|data\s*:|attachment:", re.IGNORECASE)
TAGS = {
    "animate", "applet", "base", "body", "button", "dialog", "embed", "foreignobject", "form", "frame",
    "frameset", "head", "html", "iframe", "input", "link", "math", "meta", "noembed", "noscript", "object",
    "plaintext", "script", "select", "set", "style", "svg", "template", "textarea", "title", "xmp",
}  # fmt: skip
LINKS = {"href", "src", "xlink:href", "action", "formaction", "poster", "background", "srcset"}
SCHEME = re.compile(r"(?!data:image/(png|jpeg|gif)[;,])(javascript|vbscript|data|file):")
MISSING = "missing attachment: "
# One gray pixel in place of a picture that did not come along.
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mM8ceLEfwAIsgNr9bMGBgAAAABJRU5ErkJggg=="
PICTURES = ("image/png", "image/jpeg", "image/gif")
BASE64 = re.compile(r"[A-Za-z0-9+/=\s]*\Z")
MAX_MISSING = 20


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
    """Make a markdown cell safe to show, in place; what was done in a few words, empty if nothing."""
    if cell.cell_type != "markdown" or not SUSPICIOUS.search(cell.source):
        return ""
    missing = []
    page = None
    for _ in range(MAX_MISSING):
        try:
            page = rendered(cell)
            break
        except Exception as error:
            name = str(error).removeprefix(MISSING)
            if not str(error).startswith(MISSING) or name in missing:
                break
            missing.append(name)
            cell.setdefault("attachments", NotebookNode())[name] = NotebookNode(
                {PICTURES[0]: PIXEL}
            )
    if page is None:
        cell.source = fenced(cell.source)
        return "cannot be rendered, shown as it is"
    if is_active(page):
        cell.source = fenced(cell.source)
        return "would act in the browser, shown as it is"
    return f"{len(missing)} pictures did not come along" if missing else ""


def rendered(cell: NotebookNode) -> str:
    """The HTML that nbgrader's pages show."""
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    renderer = IPythonRenderer(escape=False, attachments=dict(cell.get("attachments", {})))
    return MarkdownWithMath(renderer=renderer).render(cell.source)


def is_active(page: str) -> bool:
    """Whether HTML holds anything but text, its layout, pictures and links."""
    looker = _Looker()
    try:
        looker.feed(page)
        # A tag or comment that is left open takes in what follows on the page.
        unfinished = "<" in looker.rawdata
        looker.close()
    except (AssertionError, ValueError):
        return True
    return looker.found or unfinished


class _Looker(HTMLParser):
    found = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at one tag."""
        self.found |= tag in TAGS
        for name, value in attrs:
            link = re.sub(r"[\x00-\x20]", "", (value or "")).lower()
            self.found |= name.startswith("on") or bool(name in LINKS and SCHEME.match(link))
            self.found |= name == "style" and bool(re.search(r"url|expression|position", link))

    def handle_decl(self, decl: str) -> None:
        """A declaration is read by browsers in ways of their own."""
        self.found = True

    def unknown_decl(self, data: str) -> None:
        """As above."""
        self.found = True

    def handle_pi(self, data: str) -> None:
        """As above."""
        self.found = True


def fenced(source: str) -> str:
    """The text as a block of code."""
    longest = max((len(run) for run in re.findall(r"`+", source)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{source}\n{fence}"
