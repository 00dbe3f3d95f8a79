"""What pages ask of the library about mixes of training bins, cached by view.

Callers must not change what they are given.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import streamlit as st

from analysis import transfer
from analysis.bins import QUANTILE
from analysis.view_state import ViewState
from pages import runs, shape


def own_cut(view: ViewState) -> ViewState:
    """Return the view of the bins that runs were trained in, whatever the sidebar cuts."""
    return replace(view, strategy=QUANTILE, count=shape.runs_cut_in(view), edges=())


@st.cache_resource(max_entries=32, show_spinner=False)
def checked(view: ViewState) -> pd.DataFrame:
    """Return what runs on ranges of bins gained beside what is expected of their parts."""
    return transfer.checked(runs.resampled(view), shape.trained(view))


def everything(view: ViewState) -> None:
    """Work out all that is drawn of any mix."""
    cut = own_cut(view)
    checked(cut)
    full_range(cut)


@st.cache_resource(max_entries=32, show_spinner=False)
def full_range(view: ViewState) -> pd.DataFrame:
    """Return the cells of runs on the whole range of difficulty."""
    cells = shape.curves(view, shape.POINTS)
    return cells[cells["full"]]
