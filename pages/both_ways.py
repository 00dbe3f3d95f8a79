"""Easy to hard against hard to easy, and the best training set for each test bin."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from analysis import charts
from analysis.glossary import explain
from analysis.view_state import ViewState
from pages import runs, shape
from pages.figure import figure
from pages.folded import folded
from pages.real_minus import p_value, real_minus
from pages.shape_words import asymmetry_title, best_title


def both_ways(state: ViewState) -> None:
    """Say and draw which direction of every pair of bins gains more."""
    st.subheader("Easy to hard, or hard to easy?", help=explain("asymmetry"))
    found = shape.asymmetry(state)
    st.markdown(f"##### {asymmetry_title(found)}")
    if found.pairs.empty:
        return
    pairs = found.pairs.assign(easier=found.pairs["easier"] + 1, harder=found.pairs["harder"] + 1)
    discovered = found.pairs["q"] < 0.05
    figure(
        partial(charts.asymmetry_triangle, found.pairs),
        pairs,
        key="pairs",
        alt=f"Asymmetry of {len(found.pairs)} pairs of bins in log odds; {discovered.sum()} are found.",
        caption=(
            "Gain on the harder bin of a pair when trained on the easier, less the gain the other way round, "
            f"in log odds, {len(found.pairs)} pairs; above: their mean, 95% interval from the joint "
            f"bootstrap. Bold: q < .05 (Benjamini–Hochberg over pairs), {discovered.sum()} pairs. Always in "
            "log odds, since in points ceiling and floor alone make an asymmetry; bins too near either are "
            "left out."
        ),
    )
    folded("Pairs in numbers", partial(_numbers, pairs), key="in_numbers")


def _numbers(pairs: pd.DataFrame) -> None:
    number = st.column_config.NumberColumn
    st.dataframe(
        real_minus(pairs, **dict.fromkeys(("gain", "low", "high"), "+.2f"), p=p_value, q=p_value),
        column_config={
            "easier": number("Easier bin"),
            "harder": number("Harder bin"),
            "gain": number("Asymmetry, log odds"),
            "low": number("95% from"),
            "high": number("to"),
            "p": number("p"),
            "q": number("q", help=explain("false discovery rate")),
        },
        hide_index=True,
        alt="Asymmetry of every pair with interval, p and q",
    )


def best_for_each(state: ViewState) -> None:
    """Say and draw which training set is the best for each test bin."""
    st.subheader("What to train on for each test bin")
    best, probability = shape.best(state)
    st.markdown(f"##### {best_title(best, shape.trained(state))}")
    labels = runs.runs_of(state).rows["label"].to_list()
    table = pd.DataFrame(probability, labels, range(1, probability.shape[1] + 1)).rename_axis("train")
    figure(
        partial(charts.best_strip, probability, labels, best),
        table.reset_index(),
        key="best",
        alt=f"Probability that each of {len(labels)} training sets is the best for each test bin.",
        caption=(
            "Probability in percent that a training set has the largest gain of those that were run, given "
            "these runs and items (share of the joint bootstrap's replicates); below 5% nothing is written. "
            "Bold: the largest gain. Outlined: ahead of every other training set (largest p of all "
            "comparisons < .05). The largest of many gains is too large by chance, so read the probability, "
            "not only the winner."
        ),
    )
