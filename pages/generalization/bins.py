"""Where the bins are cut, what that costs, what is in each, and how sure that is."""

from functools import partial

import pandas as pd
import streamlit as st

from analysis import charts
from analysis.glossary import explain
from analysis.power import smallest_detectable_gain
from analysis.subsets import bins_table
from pages import baskets, cuts, data, fits
from pages.ahead import of_fit, prepare
from pages.edge_editor import edge_editor
from pages.figure import figure
from pages.real_minus import real_minus
from pages.shared import about_data, shown_fit, view
from pages.table_download import offer_table

state = view()
items = data.items(state.version, state.benchmark, state.fit)
bins = data.cut(state)
difficulty, unit = items["mean"].to_numpy(), fits.unit(shown_fit(state))
number, bar = st.column_config.NumberColumn, st.column_config.ProgressColumn

st.title("Difficulty bins")
about_data(state)
prepare(state, data.cut, of_fit(data.compared_cuts))
st.markdown(
    f"##### {bins.count} bins; the smallest holds {bins.sizes.min():,} items. An item's bin is right with "
    f"probability {bins.own_probability.mean():.0%} on average."
)
edge_editor(difficulty, bins.edges, unit)
st.caption(
    "Drag an edge, or move it by arrow keys: the cut becomes *typed*, and the sidebar holds its edges."
)
left, right = st.columns(2)
with left:
    figure(
        partial(charts.bin_histogram, difficulty, bins.member, bins.edges),
        items[["item_key", "mean", "hdi_low", "hdi_high"]].assign(
            bin=bins.member + 1, p_in_bin=bins.own_probability
        ),
        key="histogram",
        alt=f"Histogram of the difficulty of {len(items):,} items, with the edges and sizes of the bins. "
        + " ".join(f"Bin {k}: {size:,} items." for k, size in enumerate(bins.sizes, 1)),
        caption=(
            f"{len(items):,} items by posterior mean. Dotted: edges between bins; on the right, each bin's "
            f"number and how many items it holds. Edges, {unit}: "
            f"{', '.join(f'{edge:.2f}' for edge in bins.edges)}.".replace("-", "−")
        ),
    )
with right:
    numbers = range(1, bins.count + 1)
    figure(
        partial(charts.bin_overlap, bins.overlap),
        pd.DataFrame(bins.overlap, numbers, numbers).rename_axis("bin").reset_index(),
        key="overlap",
        alt="For the items put into each bin, the share of their posterior in every bin.",
        caption=(
            "Row: the bin items are put into. Cell: percent of their posterior that lies in each bin, edges "
            "recomputed in every draw. A strong diagonal means the bins can be told apart."
        ),
    )
if (bins.sizes == 0).any():
    st.warning("Some bins hold no items; the heatmap leaves their columns blank.", icon=":material/warning:")

st.subheader("What each cut costs")
changes = cuts.compare(state, bins)

st.subheader("What the bins hold")
summary = bins.summary(difficulty, items["proportion"].to_numpy())
in_percent = summary.assign(
    proportion=100 * summary["proportion"],
    p_in_bin=100 * summary["p_in_bin"],
    detectable=100 * smallest_detectable_gain(bins.sizes, changes),
)
st.dataframe(
    real_minus(in_percent, easiest=".2f", hardest=".2f"),
    column_config={
        "bin": number("Bin", help="1 is the easiest"),
        "items": number("Items", format="localized"),
        "easiest": number("From", help=f"Easiest item, {unit}"),
        "hardest": number("To", help=f"Hardest item, {unit}"),
        "proportion": number("Right", format="%.0f%%", help="Mean over items"),
        "p_in_bin": bar("Mean P(in bin)", **cuts.PERCENT, help=explain("P(in bin)")),
        "detectable": cuts.SEEN,
    },
    hide_index=True,
    placeholder="–",
    height=38 + 35 * bins.count,
    alt="Size, edges, certainty and smallest gain seen of each bin",
)
offer_table(state, "bins", lambda: bins_table(bins, baskets.everything(state)))

st.subheader("What is in a bin")
choice = st.pills("Bin", summary["bin"].tolist(), default=1, key="show", bind="query-params", required=True)
inside = items.assign(p_in_bin=100 * bins.own_probability, proportion=100 * items["proportion"])[
    bins.member + 1 == choice
].sort_values("mean")
columns = [name for name in ("prompt", "target", "subtask") if inside[name].notna().any()]
st.dataframe(
    inside[["item_key", "mean", "hdi_low", "hdi_high", "proportion", "p_in_bin", *columns]],
    column_config={
        "item_key": "Item",
        "prompt": "Text",
        "target": "Answer",
        "subtask": "Kind",
        "mean": number("Difficulty", format="%.2f", help=explain("difficulty")),
        "hdi_low": number("94% from", format="%.2f"),
        "hdi_high": number("to", format="%.2f"),
        "proportion": number("Right", format="%.0f%%"),
        "p_in_bin": bar("P(in bin)", **cuts.PERCENT),
    },
    hide_index=True,
    height=320,
    alt=f"Items of bin {choice}, easiest first",
)
st.caption(f"Easiest first. Difficulty in {unit}. {fits.interval(shown_fit(state))}.")
