"""The pairs as one HTML page, side by side: no scripts, nothing of a student unescaped."""

from __future__ import annotations

from importlib.resources import files

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from autograder.coursefolder.shown import shown
from autograder.similarity.pairs import COMMON, LEAST, Pair


def render(assignment: str, pairs: list[Pair], compared: int) -> str:
    """Return the page. compared: how many submissions there were."""
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["shown"] = lambda text: shown(str(text), 100)
    environment.filters["escaped_already"] = Markup  # by `pairs.compared`, around its marks
    template = files("autograder.similarity").joinpath("page.html").read_text(encoding="utf-8")
    return environment.from_string(template).render(
        assignment=assignment, pairs=pairs, compared=compared, common=COMMON, least=LEAST
    )
