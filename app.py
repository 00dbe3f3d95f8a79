"""The front door: ``streamlit run app.py``. Pages are compressed, since Streamlit sends its scripts raw."""

import gc

import streamlit as st
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from threadpoolctl import threadpool_limits

# What pages stand on, loaded before the first visitor comes, who would wait a second or two for it.
from analysis import charts, explore, report, subsets, trust  # noqa: F401
from pages.first_visit import AskAtOnce, KeepScripts
from pages.worker import WORKER

compressed = Middleware(GZipMiddleware, minimum_size=1024)
app = st.App("pages/main.py", middleware=[Middleware(AskAtOnce), Middleware(KeepScripts), compressed])

# A page's products of matrices are small: more threads than one spin longer than they work (three times the
# processor's time for a bootstrap), and visitors share the processor.
threadpool_limits(1, user_api="blas")

# To look for garbage through all libraries, which are none, holds up pages by 0.1 s. Frozen, they are passed
# over.
gc.collect()
gc.freeze()

WORKER.start()
