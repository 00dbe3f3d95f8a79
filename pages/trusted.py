"""What pages ask of the library about trust, cached by data version. Callers must change nothing."""

from __future__ import annotations

import json

import pandas as pd
import streamlit as st

from analysis import trust
from analysis.remarks import ADDED, Remark
from analysis.tables import own_measures
from pages import data


@st.cache_resource(max_entries=64, show_spinner=False)
def fit_check(version: str, table: str, fit: str) -> pd.DataFrame:
    return data.snapshot(version).fit_check(table, fit)


@st.cache_resource(max_entries=4, show_spinner="Reading curves …")
def curves(version: str, fit: str) -> pd.DataFrame:
    return data.snapshot(version).fit_check("item_curves", fit)


@st.cache_resource(max_entries=16, show_spinner=False)
def comparison(version: str, benchmark: str) -> pd.Series | None:
    return data.snapshot(version).comparison(benchmark)


@st.cache_resource(max_entries=4, show_spinner=False)
def imports(version: str) -> pd.DataFrame:
    """Return what was imported, the latest first: what it ``read``, and ``remarks`` on that, in sentences."""
    known = data.snapshot(version).imports().iloc[::-1]

    def said(report: list[Remark], *, added: bool) -> str:
        return " ".join(remark.text for remark in report if (remark.kind == ADDED) == added)

    return known.assign(
        read=[said(report, added=True) for report in known["report"]],
        remarks=[said(report, added=False) for report in known["report"]],
    )


def import_warnings(version: str) -> list[str]:
    """Return what imports doubt, the latest first, and once what one says of several benchmarks."""
    known = data.snapshot(version).imports().iloc[::-1]
    said = (
        f"{source}: {remark.text}"
        for source, report in zip(known["source"], known["report"], strict=True)
        for remark in report
        if remark.warning
    )
    return list(dict.fromkeys(said))


@st.cache_resource(max_entries=16, show_spinner="Ranking draws …")
def chains(version: str, benchmark: str, fit: str) -> trust.Shown | None:
    """Chains of the worst parameters, or None where what is kept cannot be told apart by chain."""
    keys = data.items(version, benchmark, fit).set_index("item")["item_key"]
    traces = fit_check(version, "traces", fit)
    if len(traces):
        return trust.from_traces(traces, keys)
    settings = json.loads(data.fit(version, benchmark, fit)["settings"])
    return trust.from_draws(data.draws(version, fit), int(settings.get("chains", 1)), keys)


@st.cache_resource(max_entries=32, show_spinner="Resampling items …")
def correlations(version: str, benchmark: str, fit: str) -> pd.DataFrame:
    items = data.items(version, benchmark, fit)
    return trust.correlations(own_measures(items), items["mean"].to_numpy())


@st.cache_resource(max_entries=32, show_spinner="Putting both fits on one scale …")
def refitted(version: str, benchmark: str, fit: str, other: str) -> trust.Refitted:
    return trust.refitted(data.items(version, benchmark, fit), data.items(version, benchmark, other))
