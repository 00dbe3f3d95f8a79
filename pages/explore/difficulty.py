"""How hard every item is, and how sure that is."""

from functools import partial

import streamlit as st

from analysis import charts
from analysis.subsets import difficulty_table
from pages import answers, baskets, data, fits
from pages.difficulty_table import items_table
from pages.figure import figure
from pages.shared import about_data, shown_fit, view
from pages.suspects import suspects
from pages.table_download import offer_table

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
middle, typical = items["mean"].quantile([0.25, 0.75]), ((items["hdi_high"] - items["hdi_low"]) / 2).median()
st.markdown(
    f"##### Half of the items are between {middle.iloc[0]:.1f} and {middle.iloc[1]:.1f} {unit}; a typical "
    f"one is known to ±{typical:.2f} (94% interval).".replace(" -", " −")
)
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
            + f" Drawn: {charts.MOST_POINTS:,} of the {len(items):,} items, evenly chosen by rank."
            * (len(items) > charts.MOST_POINTS)
        ),
    )

table = items.merge(data.item_statistics(state.version, state.fit), on="item", how="left").assign(
    bin=bins.member + 1, p_in_bin=100 * bins.own_probability, proportion=100 * items["proportion"]
)
st.subheader("Are there items for every model, and models for every item?")
abilities = answers.abilities(state.version, state.benchmark, state.fit)["mean"]
st.markdown(
    f"**{(items['mean'] > abilities.max()).sum():,}** of {len(items):,} items are harder than the ablest "
    f"model is able, **{(items['mean'] < abilities.min()).sum():,}** easier than the least able one; half of "
    f"the models are between **{abilities.quantile(0.25):.1f}** and **{abilities.quantile(0.75):.1f}** "
    f"{unit}.".replace("**-", "**−")
)
figure(
    partial(charts.wright_map, items["mean"].to_numpy(), abilities.to_numpy(), unit=unit),
    items[["item_key", "mean"]],
    key="wright",
    alt=f"Wright map: {len(items)} items above, {len(abilities)} models below, on one axis.",
    caption=f"Wright map: {len(items):,} items (posterior means) and {len(abilities):,} models on one scale. "
    f"A model gets the item above it right {fits.at_zero(fit)}.",
)

st.subheader("Item by item")
items_table(state.version, table, bins.count, unit, fits.interval(fit))
offer_table(state, "difficulty", lambda: difficulty_table(baskets.everything(state)))
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
