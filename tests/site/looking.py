"""What a browser finds out about a page."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

LIGHTEN = """() => {
  document.querySelectorAll("mjx-container").forEach(formula => formula.remove());
  document.querySelectorAll(".highlight pre").forEach(code => code.textContent = code.textContent);
}"""
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


class Visit:
    """A page in a browser of its own size and theme, with what went wrong on it.

    problems: errors in the console, scripts that broke, requests that failed.  left: addresses
    asked for that are not the site's own.
    """

    def __init__(self, browser: Any, home: str, size: dict = WIDE, theme: str = "light") -> None:
        self.home = home
        self.context = browser.new_context(viewport=size, color_scheme=theme)
        self.page = self.context.new_page()
        self.problems: list[str] = []
        self.left: list[str] = []
        self.page.on("console", self._on_console)
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("requestfailed", self._on_failure)
        self.page.on("request", self._on_request)

    def _on_console(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.problems.append(message.text)

    def _on_failure(self, request: Any) -> None:
        if request.failure != "net::ERR_ABORTED":  # the next page was opened before it had come
            self.problems.append(request.url)

    def _on_request(self, request: Any) -> None:
        if not request.url.startswith((self.home, "data:", "blob:")):
            self.left.append(request.url)

    def open(self, name: str) -> Any:
        """Go to a page of the site and wait until its formulas are drawn."""
        self.page.goto(f"{self.home}/{name}")
        self.page.wait_for_function("!window.MathJax || MathJax.startup?.promise")
        self.page.evaluate("window.MathJax ? MathJax.startup.promise : 0")
        return self.page

    def wider(self) -> int:
        """How many pixels the page is wider than the window."""
        return self.page.evaluate("document.documentElement.scrollWidth - innerWidth")

    def barriers(self) -> list[str]:
        """What axe-core calls serious or critical, with the first element of each."""
        import axe_playwright_python

        # Just after it was opened a page still fades from one color to the other.
        self.page.add_style_tag(content="* { transition: none !important; }")
        script = files(axe_playwright_python) / "axe.min.js"
        self.page.evaluate(script.read_text(encoding="utf-8"))
        # Formulas are drawings of thousands of strokes, hidden from who does not see them; the
        # colors of code are those of the theme's accessible style.
        self.page.evaluate(LIGHTEN)
        found = self.page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
        return [
            f"{v['id']} ({len(v['nodes'])}): {v['nodes'][0]['html'][:150]}"
            for v in found
            if v["impact"] in ("serious", "critical")
        ]

    def close(self) -> None:
        """Close the browser's window."""
        self.context.close()


def pages(site: Path) -> list[str]:
    """The pages of a built site, by their addresses below it."""
    found = [path for path in sorted(site.rglob("*.html")) if "_static" not in path.parts]
    return [path.relative_to(site).as_posix() for path in found]
