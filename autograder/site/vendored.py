"""MathJax as the site's own files: one script, which draws formulas as SVG and fetches nothing."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path

# The Python package that carries MathJax 3; it is installed for its files and never imported.
CARRIER = "mathjax"
SCRIPT = "tex-svg.js"
LOCAL = f"mathjax/{SCRIPT}"


def copy_mathjax(static: Path) -> None:
    """Copy MathJax's script below a folder of static files; RuntimeError where it is missing."""
    found = importlib.util.find_spec(CARRIER)
    folders = list(found.submodule_search_locations or []) if found else []
    scripts = [Path(folder, "static", "mathjax", "es5", SCRIPT) for folder in folders]
    script = next((path for path in scripts if path.exists()), None)
    if script is None:
        raise RuntimeError(
            "MathJax is not installed: install the extra `site` (python3 start.py site does)"
        )
    target = static / LOCAL
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(script, target)
