"""Imported first by our own programs, the command line and the workers: they start a second sooner.

jsonschema, which checks notebooks, looks for a package that knows the grammar of international web
addresses. Where it is installed (JupyterLab brings it along), to import it builds a parser for a
second, in every process. No notebook's schema asks for such addresses: here it counts as not
installed.
"""

import sys

sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
