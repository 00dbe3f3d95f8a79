"""One item: its text, how hard it is, and who solves it."""

from functools import partial

import pandas as pd
import streamlit as st

from analysis import charts, explore
from pages import answers, data, fits
from pages.ahead import of_fit, prepare
from pages.figure import figure
from pages.item_choice import choose_item
from pages.item_facts import flags_of, numbers_of, text_of
from pages.item_tables import neighbours, surprising_models
from pages.plain import plain
from pages.shared import about_data, shown_fit, view

state = view()
items = data.items(state.version, state.benchmark, state.fit)
fit = shown_fit(state)
unit = fits.unit(fit)

heading = st.empty()
about_data(state)
prepare(state, data.cut, of_fit(answers.abilities))
ordered, place = choose_item(items, state.benchmark)
item = ordered.loc[place]
number = int(item["item"])
easier = (items["mean"] < item["mean"]).mean()
heading.title(f"Item {plain(item['item_key'])} is harder than {easier:.0%} of {plain(state.benchmark)}")
bins = data.cut(state)
own = bins.member[number]

left, right = st.columns([3, 2])
with left:
    text_of(item, state)
with right:
    numbers_of(item, bins, state)
flags_of(item, state)

difficulty, discrimination, kept = answers.draws_of_item(state, item)
st.subheader("How sure is its difficulty?")
left, right = st.columns(2)
with left:
    interval = (item["hdi_low"], item["hdi_high"])
    figure(
        partial(charts.item_posterior, difficulty, item["mean"], interval, bins.edges, unit=unit),
        pd.DataFrame({"difficulty": difficulty}),
        key="posterior",
        alt=f"Posterior of the difficulty: {item['mean']:.2f}, 94% {interval[0]:.2f} to {interval[1]:.2f}.",
        caption=(
            f"{len(difficulty)} posterior draws; line below: mean and 94% interval; dotted: edges of bins. "
            f"{fits.interval(fit)}."
        ),
    )
with right:
    probability = bins.probability[number]
    figure(
        partial(charts.bin_probabilities, probability, own),
        pd.DataFrame({"bin": range(1, bins.count + 1), "probability": probability}),
        key="in_bins",
        alt=" ".join(f"Bin {k}: {p:.0%}." for k, p in enumerate(probability, 1) if p >= 0.005),
        caption=(
            "Share of the posterior in each bin, edges recomputed in every draw. Full: the bin it is in."
        ),
    )

st.subheader("Who solves it?")
replies = answers.of_item(state.version, state.benchmark, state.fit, number)
draws = (difficulty, discrimination, fit["asymptote"])
replies = replies.assign(expected=explore.item_curve(*draws, replies["mean"].to_numpy())["mean"])
curve = explore.item_curve(*draws, explore.curve_abilities(replies, item["mean"]))
observed = explore.observed_by_ability(replies)
st.markdown(
    f"In **{observed['agrees'].sum()} of {len(observed)}** groups of models of alike ability the proportion "
    "right agrees with the curve."
)
figure(
    partial(charts.characteristic_curve, curve, observed, item["mean"], unit=unit),
    curve,
    key="curve",
    alt=f"Item characteristic curve over the proportion right in {len(observed)} groups by ability.",
    caption=(
        f"Line and band: item characteristic curve ({fits.irt_model(fit)}), 94% over the posterior"
        + (
            ""
            if kept
            else "; the fit kept no draws of discrimination, so the band takes it as independent of b"
        )
        + f". Diamonds: proportion right of groups of some {observed['models'].median():.0f} models of alike "
        "ability, with 94% Wilson intervals that take models as independent."
    ),
)
surprising_models(replies)
neighbours(ordered, place)
