"""What would change the difficulties: families of models, other measures of the items, another fit."""

import streamlit as st

from pages import answers, trusted
from pages.ahead import of_fit, prepare
from pages.lineage import lineage
from pages.measures import human, published
from pages.other_fit import other_fit
from pages.shared import about_data, shown_fit, view

state = view()
fit = shown_fit(state)
st.title(
    f"{fit['models']:,} models are worth {fit['effective_models']:,.0f} independent ones"
    if fit["interval"] == "lineage"
    else "Intervals here take models as independent"
)
about_data(state)
prepare(state, of_fit(answers.abilities), of_fit(trusted.correlations))
lineage(state)
published(state)
human(state)
other_fit(state)
