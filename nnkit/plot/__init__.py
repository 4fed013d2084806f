"""The figures of the chapters; call plot.style() first."""

from nnkit.plot.computational_graph import graph
from nnkit.plot.figures import confusion, curves, decision_regions, images, style
from nnkit.plot.slider import slider
