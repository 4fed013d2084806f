"""Whether every link of the built pages leads to a file, and to a place in it, of the site."""

from __future__ import annotations

from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit


class _Links(HTMLParser):
    """What a page points to, and the places in it that can be pointed to."""

    def __init__(self) -> None:
        super().__init__()
        self.targets: set[str] = set()
        self.loaded: set[str] = set()
        self.places: set[str] = set()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        for name, value in attributes:
            if name in ("href", "src") and value:
                self.targets.add(value)
                if name == "src" or tag == "link":
                    self.loaded.add(value)
            elif name in ("id", "name") and value:
                self.places.add(value)


def broken_links(site: Path, elsewhere: Sequence[str] = ()) -> list[str]:
    """Return a line for each link of a site's pages that leads nowhere; other sites are not asked.

    What a page loads, a picture say, must be a file of the site: others hold nothing for it.
    elsewhere: languages, whose pages are checked when they are all built.
    """
    # The theme keeps templates among its static files.
    found = [path for path in sorted(site.rglob("*.html")) if "_static" not in path.parts]
    pages = {path: _read(path) for path in found}
    problems = []
    for path, page in pages.items():
        for target in sorted(page.targets):
            parts = urlsplit(target)
            if parts.scheme or parts.netloc:
                if parts.scheme != "data" and target in page.loaded:
                    problems.append(f"{path.relative_to(site)}: loads {target}")
                continue
            there = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            outside = site.resolve() not in (there, *there.parents)
            if elsewhere and (
                outside
                or there.relative_to(site.resolve()).parts[:1] in [(code,) for code in elsewhere]
            ):
                continue
            if not there.exists() and there != path:
                problems.append(f"{path.relative_to(site)}: no file for {target}")
            elif parts.fragment and there.suffix == ".html":
                known = pages[site / there.relative_to(site.resolve())] if parts.path else page
                if unquote(parts.fragment) not in known.places:
                    problems.append(f"{path.relative_to(site)}: no place for {target}")
    return problems


def _read(path: Path) -> _Links:
    links = _Links()
    links.feed(path.read_text(encoding="utf-8"))
    return links
