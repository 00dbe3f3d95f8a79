"""Whether the fit that is shown can be trusted: its gate, its chains, and how it describes the responses."""

import streamlit as st

from pages import data, trusted
from pages.ahead import of_fit, prepare
from pages.checks import checks
from pages.dependence import pairs, which_model
from pages.gate import chains, gate
from pages.shared import about_data, shown_fit, view
from pages.suspects import suspects

state = view()
fit = shown_fit(state)

st.title("The chains agree: this fit can be used" if fit["converged"] else "This fit cannot be trusted yet")
about_data(state)
prepare(state, of_fit(trusted.chains))
if not fit["converged"]:
    st.error(f"Fit {state.fit} did not converge: {fit['problems']}.", icon=":material/error:")
gate(fit, state.benchmark)
chains(state)
items = data.items(state.version, state.benchmark, state.fit)
statistics = data.item_statistics(state.version, state.fit)
table = items.merge(statistics, on="item", how="left")
if checks(state, table):
    pairs(state, table)
if len(statistics) and table["reasons"].isna().all():
    st.subheader("Suspect items")
    st.caption("None: no item departs from the IRT model by more than chance and a small effect.")
suspects(table.assign(proportion=100 * table["proportion"]))
which_model(state)
