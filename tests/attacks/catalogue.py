"""All attacks in one list."""

from __future__ import annotations

from tests.attacks import (
    exhausting,
    forging,
    honest,
    lingering,
    patching,
    prying,
    returning,
    sanitizing,
    surprising,
    wiring,
)

GROUPS = (honest, sanitizing, forging, patching, returning, prying, exhausting, lingering, wiring,
          surprising)  # fmt: skip
ATTACKS = [attack for group in GROUPS for attack in group.ATTACKS]

# Rows of the table of what stock nbgrader does with 28 submissions -> the attacks that are that row
# here.
TABLE = {
    "right": ("right",),
    "wrong": ("wrong",),
    "syntax error": ("syntax error",),
    "sys.exit": ("sys.exit in a cell",),
    "input()": ("input",),
    "infinite loop": ("an infinite loop in a cell", "an infinite loop in a function"),
    "os._exit": ("os._exit in a cell", "os._exit in a function"),
    "copied cell (duplicate grade_id)": ("copied cell: a test twice", "copied cell: a solution "
                                                                      "tried before"),
    "deleted test cell": ("deleted test cell", "deleted test cells of wrong answers"),
    "invalid JSON": ("invalid JSON",),
    "wrong file name": ("wrong file name",),
    "grade: false metadata": ("grade: false metadata on the tests", "grade: false metadata on "
                                                                    "right answers"),
    "honest RuntimeWarning on stderr": ("a RuntimeWarning on stderr",),
    "np.testing.assert_allclose replaced": ("numpy.testing patched",),
    "sys.displayhook(points) then raise": ("displayhook shows points and raises",),
    "input_transformers to pass": ("input transformers to pass",),
    "tag skip-execution on tests": ("skip-execution on the tests",),
    "opens the gradebook: reads hidden tests": ("the gradebook and other submissions",),
    "opens the gradebook: gives everyone 99 points": ("writes points into the gradebook",),
    "writes outside its folder: another submission": ("writes outside its folder",),
    "writes outside its folder: the library sources": ("writes outside its folder",),
    "network": ("sockets of every family",),
    "3 GiB of memory": ("three gigabytes in a cell",),
    "left-over child processes": ("subprocesses", "daemons in sessions of their own"),
    "40 MB of output": ("40 MB of printed output", "40 MB of rich output"),
    "reads In[-1] while a test runs": ("In, Out and history while a test runs",),
}  # fmt: skip
