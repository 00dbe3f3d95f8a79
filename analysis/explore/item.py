"""One item: its characteristic curve, what models of each ability did, and which of them surprise."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import ndtri

from analysis.irt.intervals import INTERVAL_PROB, wilson
from analysis.irt.point import Point

GROUP_SIZE, MOST_GROUPS = 10, 10  # models in a group of alike ability at least; such groups at most
SURPRISING = 0.2  # a response that had at most this probability is a surprise
CURVE_POINTS = 81


def likely_discriminations(mean: float, sd: float, draws: int) -> np.ndarray:
    """Draws that stand in for those of an item's discrimination where these were not kept, ``(draws,)``.

    Quantiles, in random order, of the log-normal distribution of that mean and sd: log a has a normal prior,
    and its posterior is near normal too. They know nothing of how a goes with b.
    """
    log_sd = np.sqrt(np.log1p((sd / mean) ** 2))
    place = np.random.default_rng(0).permutation((np.arange(draws) + 0.5) / draws)
    return np.exp(np.log(mean) - log_sd**2 / 2 + log_sd * ndtri(place))


def item_curve(
    difficulty: np.ndarray, discrimination: np.ndarray, asymptote: float, abilities: np.ndarray
) -> pd.DataFrame:
    """P(correct) of an item along ability, with the band that its posterior leaves open.

    Parameters
    ----------
    difficulty, discrimination
        Draws of b and of a that go together, shape ``(draws,)``; a is 1 for Rasch.
    asymptote
        γ, the chance of guessing right.
    abilities
        Where the curve is wanted, shape ``(points,)``, in the unit of difficulty.

    Returns
    -------
    DataFrame
        ``ability``; ``mean``, ``low``, ``high``: mean and central 94% of γ + (1 − γ) logistic(a (θ − b)) over
        draws, at every ability.
    """
    probability = Point(difficulty, 0.0, 1.0, discrimination, asymptote).probability(abilities)
    tail = (1 - INTERVAL_PROB) / 2
    low, high = np.quantile(probability, [tail, 1 - tail], axis=1)
    return pd.DataFrame({"ability": abilities, "mean": probability.mean(axis=1), "low": low, "high": high})


def curve_abilities(answers: pd.DataFrame, difficulty: float) -> np.ndarray:
    """Abilities to draw a curve at: those of the models, and as far as the curve's bend; ``(points,)``."""
    ends = [*answers["mean"].agg(["min", "max"]), difficulty - 2, difficulty + 2]
    return np.linspace(min(ends), max(ends), CURVE_POINTS)


def observed_by_ability(answers: pd.DataFrame) -> pd.DataFrame:
    """Proportions right in groups of models of alike ability.

    Parameters
    ----------
    answers
        One row a model that answered the item: ``mean`` (ability), ``correct``, ``expected`` (P(correct)).

    Returns
    -------
    DataFrame
        One row a group of equally many models, the least able first: ``ability``, ``expected`` (means),
        ``models``, ``right``, ``proportion``, ``low``, ``high`` (its 94% Wilson interval, which takes models
        as independent), ``agrees`` (the interval holds what was expected).
    """
    ordered = answers.sort_values("mean", kind="stable")
    count = int(np.clip(len(ordered) // GROUP_SIZE, 1, MOST_GROUPS))
    group = np.arange(len(ordered)) * count // max(1, len(ordered))
    table = ordered.groupby(group).agg(
        ability=("mean", "mean"),
        expected=("expected", "mean"),
        models=("correct", "size"),
        right=("correct", "sum"),
    )
    low, high = wilson(table["right"].to_numpy(), table["models"].to_numpy())
    agrees = (low <= table["expected"]) & (table["expected"] <= high)
    return table.assign(proportion=table["right"] / table["models"], low=low, high=high, agrees=agrees)


def surprises(answers: pd.DataFrame) -> pd.DataFrame:
    """Models by how little their response was to be expected, the most surprising first.

    Parameters
    ----------
    answers
        One row a model that answered the item: ``correct``, ``expected`` (P(correct)) and any more.

    Returns
    -------
    DataFrame
        ``answers`` with ``chance``: the probability of the response that was given.
    """
    chance = np.where(answers["correct"], answers["expected"], 1 - answers["expected"])
    return answers.assign(chance=chance).sort_values("chance", kind="stable")


def surprising_count(surprising: pd.DataFrame, *, correct: bool) -> tuple[int, float]:
    """Count responses of one kind that had at most the probability `SURPRISING`.

    Parameters
    ----------
    surprising
        As of `surprises`.
    correct
        Whether right or wrong responses are counted.

    Returns
    -------
    tuple
        How many there are, and how many the IRT model expects: Σ of that probability over the models of whom
        such a response would be a surprise.
    """
    of_it = surprising["expected"] if correct else 1 - surprising["expected"]
    would_surprise = of_it <= SURPRISING
    given = (surprising["correct"] == correct) & would_surprise
    return int(given.sum()), float(of_it[would_surprise].sum())
