"""Responses simulated from the Rasch model, with the truth kept."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import expit


def tidy(matrix: np.ndarray) -> pd.DataFrame:
    """Turn a matrix, a row a model, NaN where missing, into tidy responses."""
    model, item = np.nonzero(~np.isnan(matrix))
    return pd.DataFrame({"item": item, "model": model, "correct": matrix[model, item] == 1})


def rasch(
    models: int, items: int, *, seed: int, mean: float = 0.5, sd: float = 1.2, missing: float = 0.0
) -> tuple[np.ndarray, pd.DataFrame]:
    """Simulate; return the true b − μ, shape ``(items,)``, and the responses."""
    rng = np.random.default_rng(seed)
    ability, difficulty = rng.normal(mean, sd, models), rng.normal(0.0, 1.4, items)
    answers = (rng.random((models, items)) < expit(ability[:, None] - difficulty)).astype(float)
    answers[rng.random(answers.shape) < missing] = np.nan
    return difficulty - mean, tidy(answers)
