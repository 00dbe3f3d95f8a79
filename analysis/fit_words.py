"""A fit of item difficulties in words: its kind, its unit, and what its intervals allow for."""

from __future__ import annotations

import pandas as pd

SOURCES = {"metadata": "metadata", "organisation": "organisation", "responses": "alike responses"}


def irt_model(fit: pd.Series) -> str:
    """``Rasch`` or ``2PL``, and its lower asymptote if it has one.

    Parameters
    ----------
    fit
        As `analysis.store.Snapshot.fit` returns it; so for all functions here.
    """
    name = {"rasch": "Rasch", "2pl": "2PL"}[fit["irt_model"]]
    return f"{name}, lower asymptote {fit['asymptote']:.2g}" if fit["asymptote"] else name


def unit(fit: pd.Series) -> str:
    """What difficulties are counted in: the 2PL has a logit of its own for each item."""
    return "logits" if fit["irt_model"] == "rasch" else "sds of ability"


def interval(fit: pd.Series) -> str:
    """What a difficulty's interval allows for; in full where it knows the models' lineage."""
    if fit["interval"] != "lineage":
        return "94% interval, takes models as independent"
    return (
        f"94% interval, lineage-aware: {fit['families']:,.0f} families ({SOURCES[fit['family_source']]}), "
        f"effective number of models {fit['effective_models']:,.0f} of {fit['models']:,}"
    )


def at_zero(fit: pd.Series) -> str:
    """How often the average model is right on an item of difficulty zero."""
    return f"{(1 + fit['asymptote']) / 2:.0%} of the time" if fit["asymptote"] else "half the time"
