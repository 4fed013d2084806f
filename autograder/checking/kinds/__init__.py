"""The kinds of exercise: a plain function, a forward and its backward, one with a trial of its own.

A description stands above the reference as a decorator. Whatever the kind, it adds the promises
that hold for all of it: repeated calls, linearity in the upstream gradient, whole numbers,
read-only and column-major memory, extreme values.
"""

from autograder.checking.kinds.custom import custom, described, register
from autograder.checking.kinds.edges import edge_probes
from autograder.checking.kinds.function import function
from autograder.checking.kinds.leads import leads
from autograder.checking.kinds.memory import changed, frozen, snapshot, with_given
from autograder.checking.kinds.pair import pair
from autograder.checking.kinds.results import named
from autograder.checking.kinds.shapes import draws, table

__all__ = [
    "changed",
    "custom",
    "described",
    "draws",
    "edge_probes",
    "frozen",
    "function",
    "leads",
    "named",
    "pair",
    "register",
    "snapshot",
    "table",
    "with_given",
]
