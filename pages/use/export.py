"""Take the items of some bins along, as a file."""

from functools import partial

import streamlit as st

from analysis.subsets import FORMATS, select, to_bytes
from pages import data, fits
from pages.shared import about_data, shown_fit, view

state = view()
items = data.items(state.version, state.benchmark, state.fit)
fit = shown_fit(state)
bins = data.cut(state)

st.title("Take a difficulty subset with you")
about_data(state)
numbers = list(range(1, bins.count + 1))
hardest = numbers[-max(1, bins.count // 3) :]
chosen = st.pills(
    "Bins (1 is the easiest)",
    numbers,
    selection_mode="multi",
    default=hardest,
    key="take",
    bind="query-params",
)
if not chosen:
    st.info("Choose at least one bin above.", icon=":material/info:")
    st.stop()
subset = select(items, bins, chosen, benchmark=state.benchmark, fit=fit, data_version=state.version)
if subset.empty:
    st.info("The chosen bins hold no items. Choose others, or change the cut in the sidebar.")
    st.stop()
st.markdown(
    f"**{len(subset):,} items**, difficulty {subset['difficulty'].min():.2f} to "
    f"{subset['difficulty'].max():.2f} {fits.unit(fit)}; in the right bin with probability "
    f"{subset['p_in_bin'].mean():.0%} on average."
)
name = f"{state.benchmark}-bins-{'-'.join(map(str, sorted(chosen)))}-of-{bins.count}"
for column, (ending, media_type) in zip(st.columns(len(FORMATS)), FORMATS.items(), strict=True):
    column.download_button(
        f"Download {'Parquet' if ending == 'parquet' else ending.upper()}",
        data=partial(to_bytes, subset, ending),
        file_name=f"{name}.{ending}",
        mime=media_type,
        on_click="ignore",
        icon=":material/download:",
        width="stretch",
    )
st.subheader("Preview")
st.dataframe(
    subset.drop(columns=["content_hash", "benchmark"]).dropna(axis="columns", how="all").head(200),
    hide_index=True,
    height=320,
    alt="The first 200 items of the subset",
)
st.caption(
    "Every row carries the item's id and content hash, difficulty with its interval and the standard "
    "deviation if models were independent, bin and probability of being in it, and the fit, its quality and "
    f"the data version these come from. {fits.interval(fit)}."
)
if not fit["converged"]:
    st.caption("The command line exports only fits that converged.")
    st.stop()
st.subheader("The same from the command line")
cut = (
    f"--edges {','.join(map(str, state.edges))}"
    if state.edges
    else f"--of {state.count} --strategy {state.strategy}"
)
st.code(
    f"python -m analysis export --benchmark {state.benchmark} --bins {','.join(map(str, sorted(chosen)))} "
    f"{cut} --fit {state.fit} --out {name}.jsonl",
    language="bash",
    wrap_lines=True,
)
