"""Imported first by our own programs, the command line and the workers: they start a second sooner.

jsonschema, which checks notebooks, looks for a package that knows the grammar of international web
addresses. Where it is installed (JupyterLab brings it along), to import it builds a parser for a
second, in every process. No notebook's schema asks for such addresses: here it counts as not
installed.
"""

import importlib
import importlib.util
import sys
from functools import partial
from types import ModuleType

SERVER_PARTS = ("assignment_list", "course_list", "validate_assignment", "formgrader")

sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]


def without_server_parts() -> None:
    """Import nbgrader without the parts of its web server; a server gets them when it asks.

    `import nbgrader` loads JupyterLab's server, its exchange and its programs, two seconds in every
    process. Grading needs the gradebook and the preprocessors only.
    """
    if "nbgrader" in sys.modules or importlib.util.find_spec("nbgrader") is None:
        return
    names = [f"nbgrader.server_extensions.{part}" for part in SERVER_PARTS]
    stand_ins = {name: ModuleType(name) for name in names if name not in sys.modules}
    for name, stand_in in stand_ins.items():
        vars(stand_in)["load_jupyter_server_extension"] = partial(load_later, name)
    sys.modules.update(stand_ins)
    try:
        importlib.import_module("nbgrader")
    finally:
        for name in stand_ins:
            del sys.modules[name]


def load_later(name: str, app: object) -> None:
    """Load the server's part `name` into `app`, as nbgrader does."""
    importlib.import_module(name).load_jupyter_server_extension(app)


without_server_parts()
