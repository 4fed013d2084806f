"""Names and texts of others as a terminal, a page or a table may show them."""

from __future__ import annotations

import re

SIGN = "\N{REPLACEMENT CHARACTER}"
# Control characters, half surrogate pairs, line separators, and marks that turn the direction of
# text.
HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\uffff]"
)
# Of these, what does harm in a page, whose text has lines and is written in any language.
UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def shown(text: str, most: int = 120) -> str:
    """Return `text` on one line, cut after `most` characters, invisible characters replaced."""
    cut = text[: most + 1].replace("\n", " ").replace("\t", " ")
    clean = HIDDEN.sub(SIGN, cut)
    return clean if len(clean) <= most else clean[: most - 1] + "…"
