"""The command `translate` of `autograder`."""

from __future__ import annotations

import sys

import click

from autograder.command_line import complain


@click.command()
@click.argument("targets", nargs=-1, metavar="[CHAPTER|NOTEBOOK|start|MANUAL]...")
@click.option("--language", default="zh_CN", show_default=True, help="The catalogs' folder.")
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit 1 if work is left.")
@click.option("--list", "every", is_flag=True, help="Name every paragraph, not the first ten.")
@complain
def translate(targets: tuple[str, ...], language: str, only_check: bool, every: bool) -> None:
    """Bring locale/LANGUAGE/LC_MESSAGES/*.po up to date with the texts, and say what is left to do.

    A paragraph is missing when it has no translation, outdated (fuzzy) when its English has
    changed since, and differs when its formulas, code, links, numbers or marks are not those of the
    English. For a new language make its folder: locale/LANGUAGE/LC_MESSAGES.
    """
    from autograder.building.layout import Layout
    from autograder.translation.coverage import Finding, coverage, texts_of

    layout = Layout().authored().edition(language)
    if not layout.language:
        raise ValueError("the texts are written in English: there is nothing to translate")
    shown = 10**9 if every else 10
    entries = done = 0
    findings: list[Finding] = []
    for text in texts_of(layout, targets):
        found = coverage(text, layout, update=not only_check)
        entries, done = entries + found.entries, done + found.done
        findings += found.findings
        click.echo(f"{found.path.stem}: {found.done} of {found.entries} translated")
    for one in findings[:shown]:
        click.echo(f"  {one}")
    if len(findings) > shown:
        click.echo(f"  and {len(findings) - shown} more: --list names all")
    share = 100 * done / entries if entries else 100
    click.echo(f"{layout.language}: {done} of {entries} paragraphs, {share:.1f} %")
    if only_check and findings:
        sys.exit(1)


COMMANDS: list[click.Command] = [translate]
