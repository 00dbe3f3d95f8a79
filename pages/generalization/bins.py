"""Where the bins are cut, what is in each, and how sure that is."""

import numpy as np
import pandas as pd
import streamlit as st

from analysis import charts
from pages import data, fits
from pages.shared import about_data, shown_fit, style, view

state = view()
items = data.items(state.version, state.benchmark, state.fit)
bins = data.cut(state)
table = items.assign(
    bin=bins.member + 1, p_in_bin=100 * bins.own_probability, proportion=100 * items["proportion"]
)
by_bin = table.groupby("bin")
numbers = np.arange(1, bins.count + 1)
summary = pd.DataFrame(
    {
        "bin": numbers,
        "items": bins.sizes,
        "from": by_bin["mean"].min().reindex(numbers),
        "to": by_bin["mean"].max().reindex(numbers),
        "proportion": by_bin["proportion"].mean().reindex(numbers),
        "p_in_bin": by_bin["p_in_bin"].mean().reindex(numbers),
    }
).reset_index(drop=True)
overlap = pd.DataFrame(bins.probability).groupby(bins.member).mean().reindex(np.arange(bins.count)).to_numpy()

st.title("Difficulty bins")
about_data(state)
st.markdown(
    f"{bins.count} bins; the smallest holds **{bins.sizes.min():,}** items. An item's bin is right with "
    f"probability **{bins.own_probability.mean():.0%}** on average. Change the cut in the sidebar."
)
left, right = st.columns([5, 4])
with left:
    st.dataframe(
        summary,
        column_config={
            "bin": st.column_config.NumberColumn("Bin", help="1 is the easiest"),
            "items": st.column_config.NumberColumn("Items", format="localized"),
            "from": st.column_config.NumberColumn("From", format="%.2f", help="Easiest item, logits"),
            "to": st.column_config.NumberColumn("To", format="%.2f", help="Hardest item, logits"),
            "proportion": st.column_config.NumberColumn("Right", format="%.0f%%", help="Mean over items"),
            "p_in_bin": st.column_config.ProgressColumn(
                "Mean P(in bin)", min_value=0, max_value=100, format="%.0f%%"
            ),
        },
        hide_index=True,
        height=38 + 35 * bins.count,
        alt="Size, edges and certainty of each bin",
    )
    if (bins.sizes == 0).any():
        st.warning(
            "Some bins hold no items; the heatmap leaves their columns blank.", icon=":material/warning:"
        )
    st.caption(f"Edges between bins, in logits: {', '.join(f'{edge:.2f}' for edge in bins.edges)}.")
with right:
    st.plotly_chart(
        charts.bin_overlap(overlap, style()),
        theme=None,
        key="overlap",
        alt="For the items put into each bin, the share of their posterior in every bin.",
    )
    st.caption(
        "Row: the bin items are put into. Cell: percent of their posterior that lies in each bin, edges "
        "recomputed in every draw. A strong diagonal means the bins can be told apart."
    )

st.subheader("What is in a bin")
choice = st.pills("Bin", numbers.tolist(), default=1, key="show", bind="query-params", required=True)
inside = table[table["bin"] == choice].sort_values("mean")
columns = [name for name in ("item_key", "prompt", "target", "subtask") if inside[name].notna().any()]
st.dataframe(
    inside[[*columns, "mean", "hdi_low", "hdi_high", "proportion", "p_in_bin"]],
    column_config={
        "item_key": "Item",
        "prompt": "Text",
        "target": "Answer",
        "subtask": "Kind",
        "mean": st.column_config.NumberColumn("Difficulty", format="%.2f"),
        "hdi_low": st.column_config.NumberColumn("94% from", format="%.2f"),
        "hdi_high": st.column_config.NumberColumn("to", format="%.2f"),
        "proportion": st.column_config.NumberColumn("Right", format="%.0f%%"),
        "p_in_bin": st.column_config.ProgressColumn("P(in bin)", min_value=0, max_value=100, format="%.0f%%"),
    },
    hide_index=True,
    height=320,
    alt=f"Items of bin {choice}, easiest first",
)
st.caption(f"Difficulty in logits. {fits.interval(shown_fit(state))}.")
