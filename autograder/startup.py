"""Imported first by our own programs, the command line and the workers: they start sooner.

jsonschema, which checks notebooks, looks for a package that knows the grammar of international web
addresses. Where it is installed (JupyterLab brings it along), to import it builds a parser for a
second, in every process. No notebook's schema asks for such addresses: here it counts as not
installed.

`import nbgrader` loads its four extensions of JupyterLab's server, and with them the server itself:
half of the time that a command needs to start. Grading asks for the gradebook and the preprocessors
only, so here an extension is loaded when something of it is used.
"""

import importlib
import os
import sys
from types import ModuleType
from typing import Any

EXTENSIONS = ("assignment_list", "course_list", "validate_assignment", "formgrader")


class Later(ModuleType):
    """Stands for a module of this name until something of it is asked for."""

    def __getattr__(self, name: str) -> Any:
        # To look through all modules, or to import from this one, is no use of it.
        if name == "__path__":
            package, _, last = self.__name__.rpartition(".")
            return [
                os.path.join(folder, last) for folder in importlib.import_module(package).__path__
            ]
        if name.startswith("__"):
            raise AttributeError(name)
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(importlib.import_module(self.__name__), name)

    def load_jupyter_server_extension(self, app: Any) -> None:
        """Load the extension into a server, as nbgrader does; nbgrader imports this name."""
        self.__getattr__("load_jupyter_server_extension")(app)


sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
if "nbgrader" not in sys.modules:
    for extension in EXTENSIONS:
        full = f"nbgrader.server_extensions.{extension}"
        sys.modules.setdefault(full, Later(full))
