"""Whether a set of items covers the whole range of difficulty, and where it has gaps."""

from dataclasses import replace
from functools import partial

import pandas as pd
import streamlit as st

from analysis import charts, explore
from pages import covered, data, fits
from pages.ahead import prepare, read_ahead
from pages.coverage_sets import choose_set
from pages.figure import figure
from pages.notes import say_what_is_not_here
from pages.plain import plain
from pages.shared import about_data, shown_fit, view

state = view()
fit = shown_fit(state)
unit = fits.unit(fit)
heading = st.empty()
heading.title("Does a set cover every difficulty?")
about_data(state)

left, right = st.columns(2)
with left:
    mine = choose_set(state, "set", "The set", own=True)
with right:
    views = {state.benchmark: state}
    for other in data.benchmarks(state.version)["name"]:
        if usable := data.usable_fits(state.version, other):
            views.setdefault(other, replace(state, benchmark=other, fit=usable[0]))
    say_what_is_not_here(state.version, against=list(views))
    name = st.selectbox("Compared with", list(views), key="against", bind="query-params")
    against = views[name]
    theirs = choose_set(against, "part", "of which", own=False)
near = [views[other] for other in read_ahead(state.version) if other in views]
prepare(state, covered.at_first, also=[partial(covered.at_first, against=one) for one in near])
if mine is None or theirs is None:
    st.stop()
(chosen, what), (part, of_what) = mine, theirs
if against != state:
    both, either = covered.common_models(state, against)
    st.warning(
        f"Two scales: zero is the average model of each benchmark, and {both:,} of {either:,} models "
        "answered both. What differs in those models looks like a difference in difficulty here.",
        icon=":material/straighten:",
    )

found, members, reference = covered.covered(state, chosen, against, part)
gaps = explore.gap_sentences(found, unit)
heading.title(
    f"{found.missed:.0%} of {plain(name)} lie where the set has too few items"
    if gaps
    else "The set covers the whole range"
)
st.markdown(
    f"**{len(chosen):,} items** ({what}) against **{len(part):,}** of {plain(name)} ({of_what}). "
    + ("Gaps that chance would not leave:" if gaps else "No gap that chance would not leave too.")
)
for gap in gaps:
    st.markdown(f"- {gap[0].upper()}{gap[1:]}.")

left, right = st.columns(2)
with left:
    st.subheader("Bin by bin")
    figure(
        partial(charts.coverage_bars, found.bins),
        found.bins,
        key="bins_covered",
        alt=" ".join(
            f"Bin {row.bin}: {row.items} items, {row.share:.0%}." for row in found.bins.itertuples()
        ),
        caption=(
            "Bars: share of the set, with its number of items; thin line: 94% over the posterior; dash: "
            "share of what it is compared with; ▽: fewer than chance would leave (binomial, 5% over all "
            "bins)."
        ),
    )
with right:
    st.subheader("From easy to hard")
    figure(
        partial(charts.coverage_steps, members.difficulty, reference.difficulty, found.holes, unit=unit),
        pd.DataFrame({"difficulty": members.difficulty, "bin": members.bins + 1}),
        key="steps",
        alt="Share of items up to each difficulty, of the set and of what it is compared with.",
        caption=(
            "Posterior means; dashed: what the set is compared with. Shaded: no item of the set where at "
            "least 5% of the others are, more than chance would leave (spacings, 5% over all)."
        ),
    )

st.subheader("What does the set tell of each ability?")
information = covered.information(state, chosen, against, part)
abilities = covered.abilities(state)
st.markdown(explore.weak_sentence(information, abilities, unit))
figure(
    partial(charts.information_lines, information, abilities, unit=unit),
    information,
    key="information",
    alt="Test information of the set over ability, beside that of as many items of the reference.",
    caption=(
        f"Test information of {len(chosen):,} items; one over its root is the standard error of an ability. "
        "Dashed: of as many items of the reference. Band: 94% over the posterior of difficulties; ticks: "
        f"{len(abilities):,} models."
        + " Thick: less than half of what as many items of the reference tell."
        * bool(information["weak"].any())
    ),
)
