"""Partial pooling of cells by a hierarchical logistic model. Loads PyMC: not for pages."""

from analysis.transfer.pooling.pooled import Pooled, pool
from analysis.transfer.pooling.sampling import MORE, Settings

__all__ = ["MORE", "Pooled", "Settings", "pool"]
