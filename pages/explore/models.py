"""Who answered: how able models are, how they fit, and how they do by difficulty."""

from functools import partial

import streamlit as st

from analysis import charts
from pages import answers, data, fits
from pages.ahead import of_fit, prepare
from pages.figure import figure
from pages.model_fit import person_fit
from pages.model_pair import compare_two
from pages.model_words import families_table, who_answered
from pages.notes import say_what_is_not_here
from pages.shared import about_data, shown_fit, view

CHOSEN = "models"

state = view()
fit = shown_fit(state)
unit = fits.unit(fit)
models = answers.abilities(state.version, state.benchmark, state.fit)
names = models["name"].tolist()

st.title("Who answered, and who can do what?")
about_data(state)
who_answered(models, fit)
spread = list(dict.fromkeys(names[round(k * (len(names) - 1))] for k in (0, 0.25, 0.5)))
say_what_is_not_here(state.version, **{CHOSEN: names})
chosen = st.multiselect(
    "Models to point out",
    names,
    default=spread,
    key=CHOSEN,
    bind="query-params",
    max_selections=charts.MOST_LINES,
    help="The ablest first. At most six can be told apart.",
)
prepare(state, data.cut, of_fit(answers.person_fit), partial(answers.read, names=chosen))
left, right = st.columns(2)
with left:
    st.subheader("How able are they?")
    figure(
        partial(charts.ability_ranks, models, chosen, unit=unit),
        models,
        key="abilities",
        alt=f"Abilities of {len(models)} models in order, with 94% intervals.",
        caption=(
            f"{len(models):,} models; bars or band: 94% intervals (posterior mean ± 1.88 sd), given the "
            f"items' difficulties. Zero is the average model; {unit}."
        ),
    )
with right:
    st.subheader("How often are they right, by difficulty?")
    if chosen:
        bins = data.cut(state)
        accuracy = answers.accuracy(state, chosen)
        sizes = " to ".join(dict.fromkeys(f"{size:,}" for size in (bins.sizes.min(), bins.sizes.max())))
        figure(
            partial(charts.accuracy_lines, accuracy),
            accuracy,
            key="accuracy",
            alt=f"Proportion right in {bins.count} difficulty bins of {len(chosen)} models, with intervals.",
            caption=(
                f"Proportion of the items of a bin that each got right, with 94% Wilson intervals; {sizes} "
                "items a bin. Lines are set apart sideways."
            ),
        )
    else:
        st.info("Choose models above.", icon=":material/info:")
families_table(models)
compare_two(state, models)
person_fit(state, chosen)  # last, since it reads every response
