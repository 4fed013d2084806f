"""Messages in the reader's language, from one gettext catalogue (English texts are the keys)."""

from __future__ import annotations

import gettext
import os
from pathlib import Path

LOCALES = Path(__file__).parent / "locale"
LANGUAGES = ("en", "zh")
_current = ""


def language(code: str | None = None) -> str:
    """Choose "en" or "zh"; without an argument, say which is in use.

    The start value comes from NN_COURSE_LANGUAGE, else LANGUAGE, LC_ALL, LC_MESSAGES, LANG.
    Raises ValueError for any other language.
    """
    global _current
    if code is not None:
        short = code.lower().replace("-", "_").split("_")[0].split(".")[0]
        if short not in LANGUAGES:
            raise ValueError(f"language {code!r} is not available: choose one of {', '.join(LANGUAGES)}")
        _current = short
    return _current or _from_environment()


def translate(text: str) -> str:
    """The text in the chosen language; itself where the catalogue has none."""
    if not text or language() == "en":
        return text
    return gettext.translation("autograder", LOCALES, [language()], fallback=True).gettext(text)


def _from_environment() -> str:
    for name in ("NN_COURSE_LANGUAGE", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"
