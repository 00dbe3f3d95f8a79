"""What would change the difficulties: families of models, other measures of the items, another fit."""

import streamlit as st

from pages.lineage import lineage
from pages.measures import human, published
from pages.other_fit import other_fit
from pages.shared import about_data, view

state = view()
st.title("What would change these difficulties?")
about_data(state)
lineage(state)
published(state)
human(state)
other_fit(state)
