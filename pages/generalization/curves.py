"""The shape of gains: over test bins, with distance, both ways, and which training is best."""

from functools import partial

import streamlit as st

from pages import shape
from pages.ahead import prepare
from pages.both_ways import best_for_each, both_ways
from pages.carried import carried
from pages.shared import about_data, needs_runs, view

state = view()
st.title("How far does training carry?")
about_data(state)
needs_runs(state)
prepare(state, shape.everything, also=[partial(shape.everything, scale=scale) for scale in shape.SCALES])
carried(state)
if shape.same_cut(state):
    both_ways(state)
best_for_each(state)
