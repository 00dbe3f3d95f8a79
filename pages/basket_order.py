"""The basket's further controls: a training mix, and the order that items leave in."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from analysis import subsets, transfer
from analysis.view_state import parse_numbers
from pages.notes import say_what_is_not_here

EVERYTHING = "all that is chosen"


@dataclass(frozen=True)
class Arrangement:
    """What the controls say.

    Attributes
    ----------
    order, seed, rounds
        As of `analysis.subsets.ordered`.
    shape, typed, total
        Of the mix, as of `analysis.transfer.shares`, and items in all; no shape, no mix.
    """

    order: str
    seed: int
    rounds: int
    shape: str | None = None
    typed: tuple[float, ...] = ()
    total: int = 0


def choose(n_bins: int, version: str) -> Arrangement:
    """Draw the controls; a mix is over so many bins."""
    say_what_is_not_here(version, shape=(EVERYTHING, *transfer.SHAPES), order=subsets.ORDERS)
    first, second, third, fourth = st.columns(4)
    shape = first.selectbox(
        "Training mix",
        (EVERYTHING, *transfer.SHAPES),
        key="shape",
        bind="query-params",
        help="Draw so many items in all, each chosen bin with its share.",
    )
    order = second.selectbox(
        "Order",
        subsets.ORDERS,
        key="order",
        bind="query-params",
        help="linear-curriculum: rounds from easy to hard, shuffled within; spiral-curriculum: every round "
        "begins with the easiest items again and reaches further.",
    )
    seed = third.number_input("Seed", 0, 2**31 - 1, 0, key="seed", bind="query-params")
    rounds = subsets.ROUNDS
    if order in subsets.CURRICULA:
        rounds = fourth.number_input("Rounds", 2, 100, subsets.ROUNDS, key="rounds", bind="query-params")
    if shape == EVERYTHING:
        return Arrangement(order, seed, rounds)
    left, right = st.columns([1, 3])
    total = left.number_input("Items in all", 1, 10_000_000, 100, key="total", bind="query-params")
    typed: tuple[float, ...] = ()
    if shape == transfer.TYPED:
        ones = ", ".join(["1"] * n_bins)
        text = right.text_input(
            f"Shares of {n_bins} chosen bins, easy first", ones, key="portions", bind="query-params"
        )
        typed = parse_numbers(text, "shares")
    return Arrangement(order, seed, rounds, shape, typed, total)


def arranged(pool: pd.DataFrame, bins: Collection[int], wanted: Arrangement) -> pd.DataFrame:
    """Return the subset in its order; of a mix over some bins, draw it and say what each bin gave."""
    if wanted.shape is not None:
        shares = transfer.shares(wanted.shape, len(bins), wanted.typed)
        shares = subsets.over_bins(shares, bins, int(pool["bins"].iloc[0]))
        pool, report = subsets.sample_mix(pool, shares, wanted.total, seed=wanted.seed)
        _say_what_was_drawn(report)
    return subsets.ordered(pool, wanted.order, seed=wanted.seed, rounds=wanted.rounds)


def _say_what_was_drawn(report: pd.DataFrame) -> None:
    if short := subsets.short_bins(report):
        st.warning(
            f"{short} Bins that run out are not made up for by others. Choose more bins or fewer items.",
            icon=":material/inventory_2:",
        )
    with st.expander("What each bin gives to the mix"):
        st.dataframe(
            report[report["share"] > 0].assign(share=100 * report["share"]),
            column_config={
                "bin": "Bin",
                "share": st.column_config.NumberColumn("Share", format="%.1f%%"),
                "asked": "Asked",
                "there": "In the basket",
                "given": "Given",
            },
            hide_index=True,
            alt="Items asked of each bin, there and given",
        )
