"""Every claim of the literature, tested: the verdicts on one screen, then one by one."""

from functools import partial
from math import isnan

import streamlit as st

from analysis import charts
from analysis.transfer import claims
from pages import learning, verdicts
from pages.figure import figure
from pages.shared import about_data, needs_runs, view

HEATMAP, SHAPE = "generalization/heatmap.py", "generalization/curves.py"
SEEN_ON = {1: HEATMAP, 2: SHAPE, 3: SHAPE, 4: HEATMAP, 5: HEATMAP, 6: HEATMAP, 7: SHAPE, 8: HEATMAP}
SEEN_ON |= {9: SHAPE, 10: HEATMAP, 11: "explore/difficulty.py"}
NAMES = {HEATMAP: "Heatmap", SHAPE: "Curves and decay", "explore/difficulty.py": "Difficulty"}
JUDGED = "judged"
COLOURS = dict(zip(claims.VERDICTS, ("blue", "orange", "gray", "gray"), strict=True))


def headed(verdict: claims.Verdict) -> str:
    badge = f":{COLOURS[verdict.verdict]}-badge[{charts.VERDICT_MARKS[verdict.verdict]} {verdict.verdict}]"
    return f"**{verdicts.numbered(verdict)}**&ensp;{badge}\n\n{verdict.sentence}"


def say_how(verdict: claims.Verdict) -> None:
    with st.expander("What is tested, and when it holds"):
        st.markdown(
            f"{verdict.claim.hypothesis} *Claimed by {verdict.claim.source}.*\n\n{verdict.claim.rule}"
        )
        if not isnan(verdict.p):
            st.markdown(f"p = {verdict.p:.2g}")


def say(verdict: claims.Verdict) -> None:
    with st.container(border=True, height="stretch"):
        st.markdown(headed(verdict))
        say_how(verdict)
        page = SEEN_ON[verdict.claim.number]
        st.page_link(page, label=f"See it: {NAMES[page]}", icon=":material/arrow_forward:")


state = view()
st.title("What holds, and where?")
about_data(state)
own = verdicts.own_pair(state, needs_runs(state))
overall = st.container()
with st.spinner(f"Judging {own.benchmark}, {own.base} …"):
    mine = verdicts.verdicts(state.version, *own)
if learning.training_sets(state.version, own.benchmark, own.base_model, own.recipe)["seeds"].min() == 1:
    st.warning(
        "Some training sets have one run: its intervals do not contain the noise of training.",
        icon=":material/warning:",
    )

st.subheader(f"One by one: {own.benchmark}, {own.base}")
for first in range(0, len(mine), 2):
    for column, verdict in zip(st.columns(2), mine[first : first + 2], strict=False):
        with column:
            say(verdict)
parts = verdicts.in_points(state.version, own)
if len(parts):
    st.subheader("The numbers in points")
    figure(
        partial(charts.forest, parts),
        parts,
        key="forest",
        alt="Estimates with 95% intervals in points: " + "; ".join(parts["name"] + " " + parts["text"]) + ".",
        caption=(
            "Line: 95% interval; circle: the claim holds, cross: it does not, open circle: the data cannot "
            "tell. The number before a name is that of its claim; 5’s easy → hard and 10’s worst bin decide "
            "nothing."
        ),
    )

with overall:  # last, since every other pair's runs are resampled for it
    waiting, every = st.empty(), verdicts.pairs(state, own)
    if st.session_state.get(JUDGED) != (state.version, every):
        for number, pair in enumerate(every):
            waiting.progress(number / len(every), f"Judging {pair.benchmark}, {pair.base} …")
            verdicts.verdicts(state.version, *pair)
        st.session_state[JUDGED] = state.version, every
    waiting.empty()
    together, table = verdicts.together(state.version, tuple(every))
    counts = table["verdict"].value_counts()
    holds = (table["verdict"] == claims.HOLDS).groupby(table["claim"], sort=False).sum()
    if len(every) > 1:
        st.markdown(
            f"##### “{holds.idxmax()}” holds in {holds.max()} of {len(every)} pairs of a benchmark and a "
            f"base model, “{holds.idxmin()}” in {holds.min()}; the other claims are between."
        )
    figure(
        partial(charts.verdict_matrix, table, chosen=(own.base, own.benchmark)),
        table,
        key="verdicts",
        alt=f"Verdicts on {table['claim'].nunique()} claims in {len(every)} pairs of a benchmark and a base "
        f"model: {', '.join(f'{name} {count}' for name, count in counts.items())}.",
        caption=(
            f"{', '.join(f'{mark} {name}' for name, mark in charts.VERDICT_MARKS.items())}; each at 95%, for "
            "one benchmark, base model and recipe. Right: in how many it holds, of those with data. "
            "Outlined: what the sidebar chooses. Columns are not independent: benchmarks share base models, "
            "base models items."
        ),
    )
    st.markdown(headed(together))
    say_how(together)
