"""One cell of the heatmap: chosen by a click or by name, then shown run by run and item by item."""

import pandas as pd
import streamlit as st

from analysis.glossary import explain
from analysis.transfer import points
from analysis.view_state import ViewState
from pages import gains
from pages.cell_items import items_table
from pages.real_minus import p_value, real_minus

NONE = "none"


def click() -> None:
    """Take a clicked cell over into the two controls, which the link holds."""
    clicked = st.session_state["heatmap"]["selection"]["points"]
    if clicked:
        st.session_state["cell"], st.session_state["on"] = clicked[0]["customdata"]


def choose_cell(labels: list[str], n_bins: int) -> tuple[str, int] | None:
    """Draw the controls; return the training set's label and the test bin (from 1), if a cell is chosen."""
    st.subheader("Inside a cell")
    left, right, _ = st.columns([1, 1, 2])
    label = left.selectbox("Trained on bin", [NONE, *labels], key="cell", bind="query-params")
    test_bin = right.selectbox("Tested on bin", range(1, n_bins + 1), key="on", bind="query-params")
    if label == NONE:
        st.caption("Click a cell above, or choose one here, to see which items were gained and which lost.")
        return None
    return label, int(test_bin)


def say_what_happened(
    state: ViewState, label: str, test_bin: int, cells: pd.DataFrame, *, held_out: bool
) -> None:
    """Draw one cell's runs and items."""
    found = cells[(cells["train"] == label) & (cells["test_bin"] == test_bin - 1)]
    if found.empty or pd.isna(found.iloc[0]["gain"]):
        reason = found.iloc[0]["blank"] if len(found) else "there is no such cell"
        st.info(f"This cell is blank: {reason}.", icon=":material/info:")
        return
    each, items = gains.cell(state, label, test_bin, held_out)
    cell = found.iloc[0]
    st.markdown(
        f"Trained on bin **{label}**, {state.tuned} answers **{cell['after']:.0%}** of bin **{test_bin}** "
        f"right instead of **{cell['before']:.0%}**: {_gain(each, cell)}. Of {len(items)} items, "
        f"**{(items['gain'] > 0).sum()}** are right more often than before and "
        f"**{(items['gain'] < 0).sum()}** less often."
    )
    left, right = st.columns([2, 3])
    number = st.column_config.NumberColumn
    with left:
        st.dataframe(
            real_minus(
                each.assign(gain=100 * each["gain"])[["run", "seed", "gained", "lost", "gain", "p", "items"]],
                gain="+.1f",
                p=p_value,
            ),
            column_config={
                "run": "Run",
                "seed": number("Seed", help=explain("seed")),
                "gained": number("Gained", help="Items wrong before and right after"),
                "lost": number("Lost", help="Items right before and wrong after"),
                "gain": number("Gain, points"),
                "p": number("p", help=explain("McNemar")),
                "items": number("Items"),
            },
            hide_index=True,
            alt="The cell run by run",
        )
        st.caption("McNemar's p takes items as the only noise: it is about that run, not about training.")
    with right:
        items_table(state, items)


def _gain(each: pd.DataFrame, cell: pd.Series) -> str:
    """The gain with its interval on the scale of gains, whatever the heatmap's measure."""
    if cell["value"] == cell["gain"]:
        return points(cell)
    return f"**{100 * each['gain'].mean():+.1f} points**".replace("-", "−")
