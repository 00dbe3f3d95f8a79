"""Item response theory: how hard each item is for language models, and how sure that is."""

from analysis.irt.fit import Diagnostics, Fit, Settings, fit_rasch

__all__ = ["Diagnostics", "Fit", "Settings", "fit_rasch"]
