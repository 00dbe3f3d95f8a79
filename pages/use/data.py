"""What is in the store, where it came from, what is under way, and how to add one's own."""

import pandas as pd
import streamlit as st

from pages import data, trusted
from pages.jobs import jobs_table
from pages.plain import plain
from pages.shared import current

version, benchmark = current()
benchmarks = data.benchmarks(version)
row = benchmarks.set_index("name").loc[benchmark]
ORIGINS = {"bundled": "Bundled study", "imported": "Imported"}

st.title(f"{benchmarks['responses'].sum():,} responses to {len(benchmarks)} benchmarks")
st.caption(f"Everything below is of data version {version}; links carry it.")
counts = ("items", "models", "responses", "runs", "fits")
st.dataframe(
    benchmarks.assign(origin=benchmarks["origin"].map(ORIGINS))[
        ["name", "title", "origin", *counts, "licence", "source"]
    ],
    column_config={
        "name": "Benchmark",
        "title": "Title",
        "origin": "Origin",
        **{name: st.column_config.NumberColumn(name.capitalize(), format="localized") for name in counts},
        "licence": "Licence",
        "source": "Source",
    },
    hide_index=True,
    placeholder="not said",
    alt="Benchmarks with their sizes, licences and sources",
)
st.caption("Models: that answered any item. Runs: fine-tune runs with their zero-shot baselines.")

st.subheader(plain(str(row["title"])))
st.caption(f"**{ORIGINS[row['origin']]}** · the benchmark that the sidebar chooses")
for label, column in (("About", "description"), ("Source", "source"), ("Licence", "licence")):
    st.text(f"{label}: {row[column] if pd.notna(row[column]) else 'not said'}")
if row["hide_text"]:
    st.caption("Its authors ask that items not be shown, so that their texts are left out everywhere.")
if pd.notna(row["citation"]):
    st.caption("How to cite it:")
    st.code(row["citation"], language=None, wrap_lines=True)

st.subheader("What is under way")
jobs_table()

st.subheader("What was imported")
imports = trusted.imports(version)
if imports.empty:
    st.info("Nothing was imported here by file.", icon=":material/info:")
else:
    st.dataframe(
        imports[["created", "benchmark", "source", "reader", "read", "remarks"]],
        column_config={
            "created": st.column_config.DatetimeColumn("When, UTC", format="YYYY-MM-DD HH:mm"),
            "benchmark": "Benchmark",
            "source": st.column_config.TextColumn("File", width="small"),
            "reader": "Format",
            "read": st.column_config.TextColumn("Read", width="large"),
            "remarks": st.column_config.TextColumn("Merged or skipped", width="medium"),
        },
        hide_index=True,
        placeholder="",
        alt="Imports, the latest first: what each read, merged and skipped",
    )
    st.caption("The latest first. The same file is imported once; a file with an error changes nothing.")
    if warnings := trusted.import_warnings(version):
        with st.expander(f"What is doubtful in it ({len(warnings)})", expanded=True):
            st.markdown("\n".join(f"- {plain(warning)}" for warning in warnings))

st.subheader("Data versions")
kept = pd.DataFrame(data.STORE.versions())
st.dataframe(
    kept.assign(current=kept["current"].map({True: "▶ in use", False: ""}), size=kept["size"] / 1e6),
    column_config={
        "version": "Version",
        "current": "",
        "made": st.column_config.DatetimeColumn("Written, UTC", format="YYYY-MM-DD HH:mm"),
        "size": st.column_config.NumberColumn("Size", format="%.1f MB"),
    },
    hide_index=True,
    width="content",
    alt=f"Data versions that are kept; {version} is in use",
)
st.caption(
    "A version is named after what it holds: the same imports and fits give the same name anywhere. Earlier "
    "ones stay for a change or two, so that whoever looks at them can finish."
)

st.subheader("Add your own")
st.markdown("On the machine that runs the app; this page follows by itself:")
st.code(
    "python -m analysis import responses.csv --benchmark mybench\npython -m analysis fit --benchmark mybench",
    language="bash",
    wrap_lines=True,
)
st.caption(
    "A CSV matrix with a row a model, a column an item and cells 0, 1 or empty; or rows of model, item, "
    "correct as CSV, JSONL or Parquet, with further columns as you have them."
)
