"""The command line `autograder`; commands are imported when called, so that help is fast."""

from __future__ import annotations

import importlib
import os

import click

import autograder.startup  # noqa: F401  before any command

# name -> (module, one line for --help, in the order of a course's life). A module exports its
# commands as COMMANDS.
COMMANDS: dict[str, tuple[str, str]] = {
    "build": ("autograder.building.commands", "Make the notebooks from the authored texts."),
    "translate": ("autograder.translation.commands", "Bring the translations up to date."),
    "release": ("autograder.building.commands", "Make or update the course folder."),
    "check": ("autograder.building.commands", "Run the checks of a notebook, print the reports."),
    "audit": ("autograder.audit.commands", "Try every known mistake against its check."),
    "collect": ("autograder.platforms.commands", "Sort a platform's download into submitted/."),
    "extend": ("autograder.platforms.commands", "Give a student more time."),
    "grade": ("autograder.grading.commands", "Grade the submissions of a class."),
    "feedback": ("autograder.grading.commands", "Write each student's feedback."),
    "report": ("autograder.grading.commands", "Write the class report."),
    "similar": ("autograder.similarity.commands", "List submissions that share code."),
    "export": ("autograder.grading.export", "Write grades as CSV, for Canvas or for Moodle."),
    "move-gradebook": ("autograder.coursefolder.commands", "Copy the gradebook to PostgreSQL."),
    "demo": ("autograder.demo.commands", "Grade a demo class, from release to report."),
}


class LazyGroup(click.Group):
    """A group that knows its commands' names and loads their code only when one is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, without importing anything."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported; None when there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        module, _ = COMMANDS[cmd_name]
        for command in importlib.import_module(module).COMMANDS:
            if command.name == cmd_name:
                return command
        raise click.ClickException(f"{module} has no command {cmd_name!r}")

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list in --help, from the table above."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="nn-from-scratch", prog_name="autograder")
def main() -> None:
    """Build, check, hand out and grade the course's notebooks.

    Student data lives in a course folder, by default course/ in the current folder.
    """


def run() -> None:
    """Run the command line; its usage lines name what was typed, which start.py tells."""
    main(prog_name=os.environ.get("AUTOGRADER_CALLED"))


if __name__ == "__main__":
    run()
