"""`python3 start.py site`: build the site, in Chinese too where there are Chinese notebooks."""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from autograder.building.layout import PROJECT_ROOT
from autograder.site.build import SiteError, build_site
from autograder.site.links import broken_links

# Where the notebooks of a language are, below the project: executed, and the students'.
EDITIONS = {"en": ("solutions", "chapters"), "zh": ("solutions-zh", "chapters-zh")}


def main(arguments: list[str] | None = None) -> int:
    """Build all editions that there are; the exit code."""
    parser = argparse.ArgumentParser(prog="start.py site", description=__doc__)
    parser.add_argument("--to", type=Path, default=PROJECT_ROOT / "site", help="default: site/")
    target = parser.parse_args(arguments).to
    folders = {code: [PROJECT_ROOT / name for name in names] for code, names in EDITIONS.items()}
    there = {code: paths for code, paths in folders.items() if all(p.is_dir() for p in paths)}
    shutil.rmtree(target, ignore_errors=True)
    for code, (notebooks, students) in there.items():
        others = [other for other in there if other != code]
        try:
            build_site(
                code,
                notebooks,
                students,
                target=target if code == "en" else target / code,
                others=others,
            )
        except SiteError as error:
            print(error, file=sys.stderr)
            return 1
    problems = broken_links(target)
    if problems:
        print("\n".join(problems), file=sys.stderr)
        return 1
    (target / ".nojekyll").touch()  # GitHub Pages would leave out folders such as _static
    print(f"The site is built: open {target / 'index.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
