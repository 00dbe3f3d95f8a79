"""Partial pooling of cells by a hierarchical logistic model. Loads PyMC: not for pages."""

from analysis.transfer.pooling.pooled import Pooled, pool
from analysis.transfer.pooling.sampling import Settings

__all__ = ["Pooled", "Settings", "pool"]
