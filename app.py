"""The front door: ``streamlit run app.py``. Pages are compressed, since Streamlit sends its scripts raw."""

import gc

import streamlit as st
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware

# What pages stand on, loaded before the first visitor comes, who would wait a second or two for it.
from analysis import charts, explore, report, subsets, trust  # noqa: F401

app = st.App("pages/main.py", middleware=[Middleware(GZipMiddleware, minimum_size=1024)])

# Streamlit collects garbage after every run of a page, and holds up its last messages while it does: 0.1 s
# to look through all libraries, which are no garbage. Frozen, they are passed over.
gc.collect()
gc.freeze()
