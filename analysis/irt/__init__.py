"""Item response theory: how hard each item is for language models, and how sure that is.

`analysis.irt.fit` samples posteriors and loads PyMC, which takes seconds; the rest loads neither.
"""

from analysis.irt.estimate import Estimate, estimate
from analysis.irt.likelihood import Kind
from analysis.irt.matrix import ResponseMatrix
from analysis.irt.point import Point

__all__ = ["Estimate", "Kind", "Point", "ResponseMatrix", "estimate"]
