"""The front door: ``streamlit run app.py``. Pages are compressed, since Streamlit sends its scripts raw."""

import streamlit as st
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware

from pages.first_visit import AskAtOnce, KeepScripts

compressed = Middleware(GZipMiddleware, minimum_size=1024)
app = st.App("pages/main.py", middleware=[Middleware(AskAtOnce), Middleware(KeepScripts), compressed])
