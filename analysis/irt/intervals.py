"""Central intervals: of what is replicated, and of proportions."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import ndtri

INTERVAL_PROB = 0.94  # as of the difficulties' HDI


def predicted(replicates: np.ndarray) -> pd.DataFrame:
    """Summarise replicates ``(replicates, columns)``, a row a column.

    Returns
    -------
    DataFrame
        ``predicted`` (their mean), ``predicted_low``, ``predicted_high`` (their central 94%).
    """
    tail = (1 - INTERVAL_PROB) / 2
    low, high = np.quantile(replicates, [tail, 1 - tail], axis=0)
    return pd.DataFrame({"predicted": replicates.mean(axis=0), "predicted_low": low, "predicted_high": high})


def wilson(right: np.ndarray, answered: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Ends of the 94% interval of a proportion (Wilson 1927, JASA 22), each of the shape given."""
    z = ndtri((1 + INTERVAL_PROB) / 2)
    centre = (right + z**2 / 2) / (answered + z**2)
    half = z / (answered + z**2) * np.sqrt(right * (answered - right) / answered + z**2 / 4)
    return (centre - half).clip(0), (centre + half).clip(max=1)
