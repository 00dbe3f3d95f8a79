"""Item response theory: how hard each item is for language models, and how sure that is."""

from analysis.irt.diagnostics import Diagnostics
from analysis.irt.fit import Fit, Settings, fit_rasch

__all__ = ["Diagnostics", "Fit", "Settings", "fit_rasch"]
