"""What a training mix over bins would be expected to give."""

from functools import partial

import streamlit as st

from analysis import charts, transfer
from analysis.transfer import MEAN, SHAPES, TYPED, points, signed
from analysis.view_state import parse_numbers
from pages import mixed, runs, shape
from pages.ahead import prepare
from pages.checked_table import checked_table
from pages.figure import figure
from pages.folded import folded
from pages.shared import about_data, needs_runs, view

state = view()
st.title("What would a mix of difficulties give?")
about_data(state)
needs_runs(state)
prepare(state, mixed.everything)

own_cut = mixed.own_cut(state)
n_bins, drawn = own_cut.count, runs.resampled(own_cut)
trained = shape.trained(own_cut)
left, right = st.columns([1, 2])
form = left.selectbox("Training mix over bins", SHAPES, key="mix", bind="query-params")
typed: tuple[float, ...] = ()
if form == TYPED:
    text = right.text_input(
        "Shares, easy first",
        ", ".join(["1"] * n_bins),
        key="shares",
        bind="query-params",
        help=f"{n_bins} numbers in any unit, one for each training bin",
    )
    typed = parse_numbers(text, "shares")
mix = transfer.shares(form, n_bins, typed)
expected = transfer.expected(drawn, trained, mix)
checks = mixed.checked(own_cut)
whole = expected.iloc[0]
by_bin = expected[expected["test_bin"] != MEAN]
measured = mixed.full_range(own_cut)

if whole["blank"]:
    st.info(f"Nothing can be said of the mean over test bins: {whole['blank']}.", icon=":material/info:")
else:
    st.markdown(
        f"##### Averaged over test bins, this mix would be expected to gain {points(whole)}: an "
        "extrapolation from runs on single bins."
    )
figure(
    partial(charts.mix_expectation, mix, by_bin, measured),
    by_bin.assign(test_bin=by_bin["test_bin"] + 1, share=mix),
    key="mixes",
    alt=(
        f"Shares of {n_bins} training bins in the mix, and the gain expected of it on each test bin: "
        + ", ".join(f"{100 * gain:+.0f}" for gain in by_bin["gain"].dropna())
        + " points."
    ),
    caption=(
        f"Gain over zero-shot of {state.tuned} on held-out items of {n_bins} bins, those that the runs were "
        "trained in. Expected: the gains of runs on single bins, weighted by their shares, as if bins "
        "neither helped nor disturbed each other and a part of the data taught as well as all of it. Bars: "
        "95% interval (joint bootstrap of items and seeds); it does not contain what is wrong with that "
        "assumption."
    ),
)
st.subheader("How good is that assumption?")
if checks.empty:
    st.info("No run on a range of bins tells.", icon=":material/info:")
for _, check in checks[checks["test_bin"] == MEAN].iterrows():
    side = "not clearly other than"
    if check["low"] > 0 or check["high"] < 0:
        side = "more than" if check["low"] > 0 else "less than"
    measured_gain, expected_gain = (signed(check[name]) for name in ("measured", "expected"))
    st.markdown(
        f"- Runs on bins **{check['train']}** gained {measured_gain} points on average, {side} the "
        f"{expected_gain} expected of their parts: {points(check)} apart."
    )
folded("By test bin", partial(checked_table, checks), key="by_bin")
