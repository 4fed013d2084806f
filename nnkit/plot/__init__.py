"""The figures of the chapters; call plot.style() first."""

from nnkit.plot.figures import confusion, curves, decision_regions, images, style
from nnkit.plot.slider import slider

__all__ = ["confusion", "curves", "decision_regions", "images", "slider", "style"]
