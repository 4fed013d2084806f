"""`python3 start.py site`: build the site in every language of the course."""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from autograder.building.layout import PROJECT_ROOT, Layout
from autograder.building.problems import BuildError
from autograder.site.build import SiteError, build_site
from autograder.site.links import broken_links
from autograder.translation.build import build_edition


def main(arguments: list[str] | None = None) -> int:
    """Build all editions that there are; the exit code."""
    parser = argparse.ArgumentParser(prog="start.py site", description=__doc__)
    parser.add_argument("--to", type=Path, default=PROJECT_ROOT / "site", help="default: site/")
    target = parser.parse_args(arguments).to
    # Where the notebooks of a language are, below the project: executed, and the students'.
    there = {"en": (PROJECT_ROOT / "solutions", PROJECT_ROOT / "chapters")}
    shutil.rmtree(target, ignore_errors=True)
    try:
        for edition in map(Layout().edition, Layout().languages()):
            build_edition(layout=edition, executed=True)
            code = edition.language.split("_")[0]
            there[code] = (PROJECT_ROOT / f"solutions-{code}", edition.chapters)
        for code, (notebooks, students) in there.items():
            build_site(
                code,
                notebooks,
                students,
                target=target if code == "en" else target / code,
                others=[other for other in there if other != code],
            )
    except (BuildError, SiteError) as error:
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
