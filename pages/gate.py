"""What the gate measured of a fit, and the chains behind it."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from analysis import charts
from analysis.gate import checked
from analysis.view_state import ViewState
from pages import data, trusted
from pages.figure import figure


def gate(fit: pd.Series, benchmark: str) -> None:
    """Draw each measurement against its limit, and say what to do about those that fail."""
    more = f"python -m analysis fit --benchmark {benchmark} --resume {fit['fit']} --draws 3000"
    rows = [
        {
            "": "✓" if passes else "✗",
            "Measured": check.name,
            "Found": check.form.format(value),
            "Needed": check.needed,
            "What it says" if fit["converged"] else "What it says, or what to do": (
                check.means if passes else check.remedy.format(more=more)
            ),
        }
        for check, value, passes in checked(fit)
    ]
    failed = [str(row["Measured"]) for row in rows if row[""] == "✗"]
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        column_config={"": st.column_config.TextColumn(width=30)},
        width="content",
        alt=f"The gate: {'all passed' if not failed else 'failed: ' + '; '.join(failed)}",
    )
    st.caption(
        "Of all parameters the worst, from all draws. R-hat and effective draws: rank-normalised, Vehtari et "
        "al. (2021, Bayesian Analysis 16(2)). Brute force: the same likelihood on a fine grid, at five "
        "places of the posterior."
    )
    if failed and not fit["converged"]:
        st.markdown("Go on with this fit, and this page follows by itself:")
        st.code(more, language="bash", wrap_lines=True)


def chains(state: ViewState) -> None:
    """Draw the chains of the worst parameters, or say why there is nothing to compare."""
    st.subheader("Do the chains agree where they agree least?")
    shown = trusted.chains(state.version, state.benchmark, state.fit)
    if shown is None:
        st.info(
            "What is kept of this fit's draws is of one chain, or does not say of which, so that chains "
            "cannot be compared. A fit made here keeps them: "
            f"`python -m analysis fit --benchmark {state.benchmark}`",
            icon=":material/info:",
        )
        return
    how = (
        f"Left: {shown.each} draws of each of {shown.chains} chains, one colour a chain. Right: how many of "
        "a chain's draws are among the lowest tenth of all, the next, and so on; chains that agree stay "
        "level, 94% of counts inside the band."
    )
    which = "The items with the largest R-hat of all draws, then what is not of an item."
    if shown.by_chance is not None:
        low, high = shown.by_chance
        items = len(data.items(state.version, state.benchmark, state.fit))
        verdict = "no more than" if shown.worst <= high else "**more than**"
        which = (
            f"This fit came without its chains, so these are the worst items by the {shown.each} draws of "
            f"each chain that it kept: their R-hat is not the gate's. The largest, {shown.worst:.2f}, is "
            f"{verdict} chance makes of {items:,} items with so few draws ({low:.2f} to {high:.2f} in 20 "
            "shuffles)."
        )
    figure(
        partial(charts.chain_plots, shown.draws, shown.counts),
        shown.counts,
        key="chains",
        alt="Draws of each chain, and how many of a chain's draws have which rank: "
        + "; ".join(shown.draws["name"].unique()),
        caption=f"{how} {which}",
    )
