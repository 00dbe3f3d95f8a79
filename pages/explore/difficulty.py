"""How hard every item is, and how sure that is."""

from functools import partial
from typing import Any

import streamlit as st

from analysis import charts
from analysis.glossary import explain
from pages import data, fits
from pages.figure import figure
from pages.shared import about_data, shown_fit, view
from pages.suspects import suspects

NUMBERS = ["item_key", "mean", "sd", "hdi_low", "hdi_high", "posterior_low", "posterior_high"]
NUMBERS += ["proportion", "answered", "flag"]

state = view()
items = data.items(state.version, state.benchmark, state.fit)
bins = data.cut(state)
fit = shown_fit(state)
by_lineage, unit = fit["interval"] == "lineage", fits.unit(fit)
plain_rasch = fit["irt_model"] == "rasch" and not fit["asymptote"]

st.title("How hard is each item?")
about_data(state)
left, right = st.columns(2)
with left:
    figure(
        partial(charts.difficulty_distribution, items, bins.edges, unit=unit),
        items[NUMBERS],
        key="distribution",
        alt=f"Histogram of the difficulty of {len(items)} items.",
        caption=(
            f"Posterior means of {len(items):,} items; dotted: edges of the {bins.count} bins. At zero the "
            f"average model is right {fits.at_zero(fit)}."
        ),
    )
with right:
    figure(
        partial(charts.difficulty_ranks, items, unit=unit),
        items[NUMBERS],
        key="ranks",
        alt=f"Difficulty of {len(items)} items in order, with 94% intervals.",
        caption=(
            f"Line: posterior mean of each item ({fits.irt_model(fit)}). Band: {fits.interval(fit)}."
            + (" Inner band: the interval if models were independent." if by_lineage else "")
        ),
    )

table = items.merge(data.item_statistics(state.version, state.fit), on="item", how="left").assign(
    bin=bins.member + 1, p_in_bin=100 * bins.own_probability, proportion=100 * items["proportion"]
)
ordered = table.sort_values("mean")
number = st.column_config.NumberColumn
shown: dict[str, Any] = {
    "item_key": st.column_config.TextColumn("Item", width="small"),
    "prompt": "Text",
    "target": "Answer",
    "mean": number("Difficulty", format="%.2f", help=f"Posterior mean, {unit}. {explain('difficulty')}"),
    "hdi_low": number("94% from", format="%.2f", help=f"{fits.interval(fit)}. {explain('HDI')}"),
    "hdi_high": number("to", format="%.2f", help=fits.interval(fit)),
    "discrimination": number("Discrimination", format="%.2f", help=explain("discrimination")),
    "proportion": number("Right", format="%.0f%%", help="Of the models that answered"),
    "answered": number("Models", help=f"That answered the item. {explain('respondent model')}"),
    "bin": number("Bin", help=explain("bin")),
    "p_in_bin": st.column_config.ProgressColumn(
        "P(in bin)",
        min_value=0,
        max_value=100,
        format="%.0f%%",
        help=explain("P(in bin)"),
    ),
    "flag": st.column_config.TextColumn(
        "Flag", help="floor: solved by nobody; ceiling: by all. Set by the prior."
    ),
    "infit": number("Infit", format="%.2f", help=explain("infit")),
    "outfit": number("Outfit", format="%.2f", help=explain("outfit")),
    "p_negative": number("P(slope<0)", format="%.2f", help="Probability that better models do worse"),
    "reasons": st.column_config.TextColumn("Suspect because", width="medium"),
}
# A column that says the same of every item says nothing of any.
present = [column for column in shown if ordered[column].nunique(dropna=False) > 1]
needle = st.text_input("Find items whose id or text contains", key="find", bind="query-params")
if needle:
    text = ordered[["item_key", "prompt", "subtask"]].fillna("").agg(" ".join, axis=1)
    ordered = ordered[text.str.contains(needle, case=False, regex=False)]
st.dataframe(
    ordered[present],
    column_config=shown,
    hide_index=True,
    height=420,
    placeholder="",
    alt="Items with difficulty, interval and bin, easiest first",
)
st.caption(f"{len(ordered):,} of {len(items):,} items, easiest first. Click a column's head to sort.")
suspects(table)
order = (
    "On complete data the Rasch order of items is the order of the proportion of models that got them right; "
    "the fit adds the scale, the uncertainty, and fair treatment of missing responses."
    if plain_rasch
    else f"Under this IRT model ({fits.irt_model(fit)}) items need not be in the order of the proportion of "
    f"models that got them right. Difficulty is in {unit}: the average model is at zero."
)
independent = " The interval takes models as independent; near-copies among them make it too narrow."
st.info(order + ("" if by_lineage else independent), icon=":material/info:")
with st.expander(f"How fit {state.fit} was made, and how good it is"):
    fits.show_quality(fit)
