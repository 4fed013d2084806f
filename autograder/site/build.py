"""Build the site in one language: write what Sphinx reads, run it, check the links."""

from __future__ import annotations

import io
import shutil
from collections.abc import Sequence
from pathlib import Path

import nbformat
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

from autograder.building.layout import PROJECT_ROOT
from autograder.site.book import Chapter, chapter_names, read_book
from autograder.site.configuration import configuration
from autograder.site.glossary import glossary_page
from autograder.site.links import broken_links
from autograder.site.notebook import page
from autograder.site.pages import write_pages
from autograder.site.reference import write_reference
from autograder.site.reports import Reports
from autograder.site.search import prepare_search
from autograder.site.vendored import copy_mathjax

WORKERS = 2


class SiteError(Exception):
    """What Sphinx or the check of the links found, one line each."""


def build_site(
    language: str = "en",
    notebooks: Path = PROJECT_ROOT / "solutions",
    students: Path = PROJECT_ROOT / "chapters",
    *,
    target: Path = PROJECT_ROOT / "site",
    scratch: Path = PROJECT_ROOT / ".build" / "site",
    others: Sequence[str] = (),
) -> Path:
    """Write the site in `language` to `target` and return that; SiteError for any warning.

    notebooks: executed notebooks, NN_chapter/MM_topic.ipynb; students: what students are given,
    with the start page, under the same names. scratch: a folder for what is made on the way.
    others: languages whose sites have the same pages: English in a folder, each other below it.
    """
    source, made = scratch / language / "source", scratch / language / "html"
    static, extra = scratch / language / "static", scratch / language / "extra"
    for folder in (source, made, static, extra):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    start = nbformat.read(students / "start.ipynb", as_version=4)
    chapters = read_book(notebooks, chapter_names(start))
    reports = Reports(language, scratch / "reports")
    write_chapters(chapters, students, source, extra, reports, language)
    (source / "glossary.md").write_text(glossary_page(chapters, language), encoding="utf-8")
    write_reference(source / "reference")
    write_pages(source, chapters, start, reports, language)
    reports.save()
    copy_mathjax(static)
    prepare_search(language)
    _run_sphinx(source, made, configuration(language, list(others), static, extra))
    problems = broken_links(made, elsewhere=tuple(others))
    if problems:
        raise SiteError("\n".join(problems))
    for unused in (".buildinfo", "objects.inv"):
        (made / unused).unlink(missing_ok=True)
    shutil.copytree(made, target, dirs_exist_ok=True)
    return target


def write_chapters(
    chapters: Sequence[Chapter],
    students: Path,
    source: Path,
    extra: Path,
    reports: Reports,
    language: str,
) -> None:
    """Write the chapters' pages for Sphinx, and the students' notebooks to be downloaded."""
    for one in [one for chapter in chapters for one in chapter.pages]:
        given = students / f"{one.name}.ipynb"
        stubs = {cell.id: cell.source for cell in nbformat.read(given, as_version=4).cells}
        made = page(one.notebook, one.name, stubs, reports, language)
        written = source / f"{one.name}.ipynb"
        written.parent.mkdir(exist_ok=True)
        nbformat.write(made, written)
        download = extra / "notebooks" / f"{one.name}.ipynb"
        download.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(given, download)


def _run_sphinx(source: Path, made: Path, settings: dict) -> None:
    warnings = io.StringIO()
    with patch_docutils(None), docutils_namespace():
        app = Sphinx(
            srcdir=source,
            confdir=None,
            outdir=made,
            doctreedir=source.parent / "doctrees",
            buildername="html",
            confoverrides=settings,
            status=None,
            warning=warnings,
            freshenv=True,
            parallel=WORKERS,
        )
        app.build(force_all=True)
    found = [line for line in warnings.getvalue().splitlines() if line.strip()]
    if found:
        raise SiteError("\n".join(found))
