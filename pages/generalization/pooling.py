"""Raw gains beside pooled ones, and the probability that each is positive."""

from functools import partial

import streamlit as st

from analysis import charts
from analysis.glossary import explain
from pages import pools
from pages.ahead import prepare
from pages.figure import figure
from pages.pooled_table import pooled_table
from pages.shared import about_data, needs_runs, view

POOLED, PROBABILITY = "pooled gain", "probability of a gain"
SURE, SURE_NOT = 97.5, 2.5  # percent

state = view()
st.title("What do neighbouring cells say?")
about_data(state)
base_model = needs_runs(state)
prepare(state, pools.cells_if_pooled)
command = f"python -m analysis pool --benchmark {state.benchmark} --base-model {base_model} --fit {state.fit}"
pool = pools.pool(state)
if pool is None:
    st.info(
        "The gains of these runs were not pooled yet. The command line does it, in a minute or so, and this "
        "page follows by itself:",
        icon=":material/info:",
    )
    st.code(command, language="bash", wrap_lines=True)
    st.stop()
if pool["stale"]:
    st.warning(f"Runs were added or changed since these gains were pooled. Pool again: `{command}`")
if not pool["converged"]:
    st.error(
        f"The pooling did not converge: {pool['problems']}. Its numbers may be wrong. Draw more: "
        f"`{command} --draws 3000`",
        icon=":material/error:",
    )
    if not st.toggle("Show it anyway", key="unconverged_pool"):
        st.stop()

cells = pools.cells(state, pool)
p = cells["p_positive"]
gains, losses, known = (p >= SURE).sum(), (p <= SURE_NOT).sum(), p.notna().sum()
st.markdown(
    f"##### Of {known} cells, {gains} gain and {losses} lose with a probability of {SURE}% or more; of "
    f"{known - gains - losses} the sign is open."
)
shown = st.segmented_control(
    "Beside the raw gains",
    (POOLED, PROBABILITY),
    default=POOLED,
    required=True,
    key="beside",
    bind="query-params",
)
items = " to ".join(map(str, cells["items"].agg(["min", "max"]).unique()))
left, right = st.columns(2)
with left:
    st.markdown("**Raw gain**, points")
    figure(
        partial(charts.raw_gains, cells),
        cells,
        key="raw_gains",
        alt=f"Raw gains of {known} cells, {cells['raw'].min():.0f} to {cells['raw'].max():.0f} points.",
        caption=f"Gain over zero-shot of {state.tuned} on held-out items ({items} a cell) of the "
        f"{int(pool['bins'])} bins that runs were trained in. Bold: the 95% interval excludes zero (joint "
        "bootstrap of items and seeds).",
    )
with right:
    st.markdown(
        "**Pooled gain**, points" if shown == POOLED else "**Probability that the gain is positive**, %"
    )
    figure(
        partial(charts.pooled_gains if shown == POOLED else charts.gain_probabilities, cells),
        cells,
        key="pooled_gains",
        alt=f"Heatmap of pooled gains, {cells['gain'].min():.0f} to {cells['gain'].max():.0f} points; "
        f"{gains} cells surely gain and {losses} surely lose.",
        caption="Each cell drawn towards what its training set, its test bin and the distance between them "
        "suggest, the more the less its own items and runs tell (hierarchical logistic model, R-hat "
        f"{pool['rhat']:.3f}, ESS {min(pool['ess_bulk'], pool['ess_tail']):.0f}): the expected gain of a new "
        "run on new items. Bold: the 95% interval excludes zero; a probability of 97.5% or more, or 2.5% or "
        "less. Where gains follow neither row, bin nor distance, the raw gain is better.",
    )
st.subheader("What gains differ by", help=explain("standard deviation", "logit", "decay"))
effects = pools.effects(state.version, pool["pool"])
figure(
    partial(charts.pooling_effects, effects),
    effects,
    key="pooling_effects",
    alt="; ".join(f"{row.effect} {row.mean:.2f}" for row in effects.itertuples()),
    caption=(
        "Posterior means and 95% intervals, in logits. Between: standard deviations of gains, from one "
        "training set, test bin, single cell or run to another. Gain: the mean of runs on one bin, tested on "
        "that bin, and of runs on a range. A logit easier or harder: what gain changes by when tested a "
        "logit of difficulty away from the bin trained on (the slopes); around the slopes: standard "
        "deviation from them, a logit away."
    ),
)
st.subheader("The same in numbers")
number = st.column_config.NumberColumn
pooled_table(cells)
