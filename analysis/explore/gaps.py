"""Gaps of a set of items in words, and where it tells less than chance would have it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.explore.coverage import Coverage
from analysis.irt.information import set_information
from analysis.irt.point import Point

HALF = 0.5  # of the information of as many items drawn from the reference, below which a set tells little
INFORMATION_POINTS = 41
INFORMATION_DRAWS = 30  # of the posterior, for the band


def gap_sentences(found: Coverage, unit: str) -> list[str]:
    """Name every gap: holes first, then thin bins, neighbours together.

    Parameters
    ----------
    found
        What is covered.
    unit
        Of difficulty.
    """
    size = int(found.bins["items"].sum())
    said = [_hole(hole, unit) for _, hole in found.holes.iterrows()]
    thin = found.bins[found.bins["thin"]]
    for _, part in thin.groupby((thin["bin"].diff() != 1).cumsum()):
        names = [str(number) for number in part["bin"]]
        several = f"bins {', '.join(names[:-1])} and {names[-1]} have"
        head = several if len(names) > 1 else f"bin {names[0]} has"
        said.append(
            f"{head} {part['items'].sum():,} of {size:,} items ({part['share'].sum():.0%}), where "
            f"{part['reference'].sum():.0%} of the reference are; too few in {part['surely'].min():.0%} of "
            "posterior draws"
        )
    return said


def _hole(hole: pd.Series, unit: str) -> str:
    if hole["low"] == -np.inf:
        where = f"below {hole['high']:.1f} {unit}"
    elif hole["high"] == np.inf:
        where = f"above {hole['low']:.1f} {unit}"
    else:
        where = f"between {hole['low']:.1f} and {hole['high']:.1f} {unit}"
    return (
        f"no item {where}, where {hole['share']:.0%} of the reference are: a set as large would have "
        f"{hole['usual']:,.0f} there; this one, difficulties being uncertain, about {hole['expected']:,.0f}"
    ).replace("-", "−")


def information_of(
    members: Point, draws: np.ndarray, reference: Point, abilities: np.ndarray
) -> pd.DataFrame:
    """Test information of a set along ability, beside that of as many items of the reference.

    Parameters
    ----------
    members, reference
        Parameters of either's items, on one scale.
    draws
        Posterior draws of difficulty of the set's items, shape ``(draws, items)``.
    abilities
        Posterior means of the models that answered, shape ``(models,)``.

    Returns
    -------
    DataFrame
        `INFORMATION_POINTS` abilities from the least to the most able model: ``ability``, ``information``,
        ``low``, ``high`` (central 94% over the posterior of difficulties), ``error`` (standard error of an
        ability from these items alone), ``usual`` (information of as many items drawn from the reference),
        ``weak`` (less than half of that).
    """
    along = np.linspace(abilities.min(), abilities.max(), INFORMATION_POINTS)
    information = set_information(members, along)
    some = draws[np.linspace(0, len(draws) - 1, min(len(draws), INFORMATION_DRAWS)).astype(int)]
    single = along.astype("f4")
    drawn = [
        set_information(Point(draw, 0.0, 1.0, members.discrimination, members.asymptote), single)
        for draw in some
    ]
    low, high = np.quantile(drawn, [0.03, 0.97], axis=0)
    usual = set_information(reference, along) * len(members.difficulty) / len(reference.difficulty)
    return pd.DataFrame(
        {
            "ability": along,
            "information": information,
            "low": low,
            "high": high,
            "error": 1 / np.sqrt(information),
            "usual": usual,
            "weak": information < HALF * usual,
        }
    )


def weak_sentence(information: pd.DataFrame, abilities: np.ndarray, unit: str) -> str:
    """Say at which abilities a set tells least, and how many models are there.

    Parameters
    ----------
    information
        As of `information_of`.
    abilities
        Of the models.
    unit
        Of ability.
    """
    best, worst = (information.loc[information["information"].agg(end)] for end in ("idxmax", "idxmin"))
    told = (
        f"An ability is known best at {best['ability']:.1f} {unit} (± {best['error']:.2f}) and worst at "
        f"{worst['ability']:.1f} (± {worst['error']:.2f})"
    )
    share = (np.interp(abilities, information["ability"], information["weak"].astype(float)) >= 0.5).mean()
    if not information["weak"].any():
        return f"{told}; nowhere less than half of what as many items of the reference tell.".replace(
            "-", "−"
        )
    return (
        f"{told}; for {share:.0%} of the models the set tells less than half of what as many items of the "
        "reference would."
    ).replace("-", "−")
