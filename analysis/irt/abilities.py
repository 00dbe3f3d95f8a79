"""Abilities of the respondent models, given draws of everything else."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import softmax

from analysis.irt.windows import Windows


def abilities(windows: Windows, difficulty: np.ndarray, mean: np.ndarray, sd: np.ndarray) -> pd.DataFrame:
    """Posterior mean and sd of each model's ability θ − μ.

    Parameters
    ----------
    windows
        Quadrature nodes.
    difficulty, mean, sd
        Posterior draws in the zero-sum gauge: shapes ``(draws, items)``, ``(draws,)``, ``(draws,)``.

    Returns
    -------
    DataFrame
        Columns ``model``, ``mean``, ``sd`` (logits; zero is the average model).
    """
    first = np.zeros(len(windows.theta))
    second = np.zeros(len(windows.theta))
    for b, mu, sigma in zip(difficulty, mean, sd, strict=True):
        weight = softmax(windows.log_joint(b, mu, sigma), axis=1)
        ability = windows.theta - mu
        first += (weight * ability).sum(axis=1)
        second += (weight * ability**2).sum(axis=1)
    average = first / len(mean)
    spread = np.sqrt(second / len(mean) - average**2)
    groups = windows.groups
    return pd.DataFrame(
        {
            "model": groups.models,
            "mean": average[groups.group_of_model],
            "sd": spread[groups.group_of_model],
        }
    )
