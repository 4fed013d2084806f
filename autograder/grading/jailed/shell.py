"""IPython without a kernel: runs cells and collects their outputs as Jupyter would show them."""

from __future__ import annotations

import builtins
import contextlib
import functools
import getpass
import importlib
import os
import sys
from collections.abc import Iterator
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.error import StdinNotImplementedError, UsageError
from IPython.core.formatters import DisplayFormatter
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.text import LSString, SList
from traitlets import Type
from traitlets.config import Config

from .outputs import Outputs, Stream
from .programs import tolerate_missing_programs

NO_SHELL = "[`!{command}` was not run: there is no shell while a notebook is graded]"
NO_MAGIC = "[`{line}` does not work while a notebook is graded: {error}]"
# The module whose name stands for drawing in an order; what else is loaded with it.
DRAWING = "matplotlib.pyplot"
DRAWN_WITH = (
    "matplotlib.animation", "matplotlib_inline.backend_inline", "matplotlib.backends.backend_agg",
    "mpl_toolkits.mplot3d", "nnkit.plot",
)  # fmt: skip
FIGURE = """
import matplotlib.pyplot as plt
_figure, _axes = plt.subplots()
_axes.plot([1, 2], label="$x^2$ a")
_axes.set_title("b")
_axes.legend()
plt.show()
"""
# Set for each submission; the shell of the pre-warmed process has none.
current = Outputs(1 << 20)


class Hook(DisplayHook):
    """The value of a cell's last expression."""

    def write_output_prompt(self) -> None:
        """Notebooks show the number beside the output."""

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        """Collect the value's representations."""
        current.data(
            "execute_result",
            encoded(format_dict),
            dict(md_dict or {}),
            execution_count=self.prompt_count,
        )

    def finish_displayhook(self) -> None:
        """Do nothing: nothing was held back."""


class Publisher(DisplayPublisher):
    """display(), figures, clear_output()."""

    def publish(  # type: ignore[override]
        self,
        data: Any,
        metadata: Any = None,
        *,
        transient: Any = None,
        update: bool = False,
        **_: Any,
    ) -> None:
        """Collect one output; an update replaces the one with its display_id."""
        ident = (transient or {}).get("display_id")
        if update and ident:
            for item in current.items:
                if item.get("display_id") == ident:
                    item["data"], item["metadata"] = encoded(data), dict(metadata or {})
            return
        more = {"display_id": ident} if ident else {}
        current.data("display_data", encoded(data), dict(metadata or {}), **more)

    def clear_output(self, wait: bool = False) -> None:
        """Drop what the cell has shown."""
        current.clear(wait)


class Formatter(DisplayFormatter):
    """The representations of what is shown, pictures of figures among them."""

    def format(self, obj: Any, include: Any = None, exclude: Any = None) -> Any:
        """Return them, none while nobody sees them."""
        return ({}, {}) if current.muted else super().format(obj, include, exclude)


class Shell(InteractiveShell):
    """The shell that runs one submission."""

    displayhook_class = Type(Hook)
    display_pub_class = Type(Publisher)

    def init_display_formatter(self) -> None:
        """Show with the formatter above."""
        self.display_formatter = Formatter(parent=self)
        self.configurables.append(self.display_formatter)  # type: ignore[arg-type]

    def _showtraceback(self, etype: Any, evalue: Any, stb: Any) -> None:
        name = type.__getattribute__(etype, "__name__") if isinstance(etype, type) else str(etype)
        try:
            text = str(evalue)
        except BaseException:
            text = ""
        lines = stb if isinstance(stb, list) else str(stb).split("\n")
        current.error(name, text, lines)

    def system(self, cmd: str) -> None:
        """Answer `!command`: without a shell it says so and goes on, as a failing command does."""
        if os.path.exists("/bin/sh"):
            super().system(cmd)
            return
        self.user_ns["_exit_code"] = 127
        print(NO_SHELL.format(command=str(cmd)[:200]))

    def getoutput(self, cmd: str, split: bool = True, depth: int = 0) -> Any:
        """`x = !command`: nothing comes out where there is no shell."""
        if os.path.exists("/bin/sh"):
            return super().getoutput(cmd, split, depth + 1)
        self.system(cmd)
        return SList([]) if split else LSString("")

    def run_line_magic(self, magic_name: str, line: str, _stack_depth: int = 1) -> Any:
        """A magic that works at home may lack a program, an extension or a display here.

        It says so, and its cell goes on.
        """
        try:
            return super().run_line_magic(magic_name, line, _stack_depth + 1)
        except Exception as error:
            said = NO_MAGIC.format(line=f"%{magic_name} {line}"[:200], error=str(error)[:300])
            print(said, file=sys.stderr)

    def run_cell_magic(self, magic_name: str, line: str, cell: str) -> Any:
        """What stands below a magic of an extension that is not here is run as it is."""
        try:
            return super().run_cell_magic(magic_name, line, cell)
        except UsageError as error:
            if self.find_cell_magic(magic_name) is not None:
                raise
            said = NO_MAGIC.format(line=f"%%{magic_name}"[:200], error=str(error)[:300])
            print(said, file=sys.stderr)
            self.run_cell(cell)

    def ask_exit(self) -> None:
        """exit() and quit() have nothing to end here."""

    def enable_matplotlib(self, gui: Any = None) -> Any:
        """Figures are pictures, whatever is asked for."""
        pictures_only()
        return super().enable_matplotlib(gui)

    def enable_gui(self, gui: Any = None) -> None:
        """Do nothing: there is no display."""

    def init_history(self) -> None:
        """Kept in memory only: a database would need a thread, and a fork allows none."""
        self.config.HistoryManager.enabled = False
        super().init_history()


def encoded(bundle: Any) -> dict[str, Any]:
    """Representations as a notebook file holds them: pictures in base 64, the rest as text."""
    from base64 import b64encode

    return {
        str(kind): b64encode(value).decode() if isinstance(value, bytes) else value
        for kind, value in dict(bundle).items()
    }


def no_input(*_args: Any, **_options: Any) -> str:
    """input() in a notebook that nobody sits at."""
    raise StdinNotImplementedError(
        "input() was called, but nobody is there to answer while a notebook is graded"
    )


def pictures_only() -> None:
    """Let a backend of matplotlib that opens windows be chosen; figures stay pictures here."""
    import matplotlib.pyplot as plt

    switch = plt.switch_backend
    if hasattr(switch, "__wrapped__"):
        return

    @functools.wraps(switch)
    def chosen(newbackend: str) -> None:
        try:
            switch(newbackend)
        except ImportError as error:
            print(NO_MAGIC.format(line=str(newbackend)[:200], error=error), file=sys.stderr)

    vars(plt)["switch_backend"] = chosen


def make_shell() -> Shell:
    """Return a shell that has run its first cell; a fork of it need not do that again."""
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    config.InteractiveShell.autocall = 0
    shell = Shell.instance(config=config)
    builtins.input = getpass.getpass = no_input
    tolerate_missing_programs()
    connect_streams()
    rehearse(shell, "import numpy as np\nnp.ones(2)", "1/0")
    return shell


def draw_once(shell: Shell) -> None:
    """Let the shell draw its first figure, with all that notebooks use of the library loaded."""
    for name in DRAWN_WITH:
        with contextlib.suppress(Exception):
            importlib.import_module(name)
    with contextlib.suppress(Exception):
        shell.enable_matplotlib("inline")
    rehearse(shell, FIGURE)


def rehearse(shell: Shell, *sources: str) -> None:
    """Run cells that leave nothing behind but what they loaded."""
    for source in sources:
        current.start()
        shell.run_cell(source, store_history=True)
    shell.reset(new_session=True)
    shell.execution_count = 1
    current.start()


@contextlib.contextmanager
def unseen() -> Iterator[None]:
    """Let nothing be shown, and leave no figure for the next cell to draw.

    A function that plots is called a few hundred times by its check.
    """
    current.muted = True
    try:
        yield
    finally:
        current.muted = False
        with contextlib.suppress(Exception):
            plt = sys.modules["matplotlib.pyplot"]
            if plt.get_fignums():
                plt.close("all")


def streams(sink: Any) -> tuple[Stream, Stream]:
    """Standard output and error that write to `sink`."""
    return Stream("stdout", sink), Stream("stderr", sink)


def connect_streams(pair: tuple[Stream, Stream] | None = None) -> None:
    """Let print() write to the outputs of the running cell, or to these streams."""
    sys.stdout, sys.stderr = pair or streams(write)  # type: ignore[assignment]


def write(name: str, text: str) -> None:
    """To the outputs of the running cell."""
    current.text(name, text)


def run(shell: Shell, source: str) -> tuple[list[dict[str, Any]], bool, int]:
    """(outputs, whether the cell ended without an error, its number)."""
    current.start()
    connect_streams()
    number = shell.execution_count
    failed = False
    try:
        result = shell.run_cell(source, store_history=True)
        failed = not result.success
    except BaseException as error:
        # The shell itself was interrupted or damaged; a cell's own exceptions never get here.
        failed = True
        current.error(
            type(error).__name__, str(error)[:300], [f"{type(error).__name__}: {str(error)[:300]}"]
        )
    for item in current.items:
        item.pop("display_id", None)
    return current.finished(), not failed, number
