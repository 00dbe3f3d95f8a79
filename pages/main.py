"""Page registry and the controls that every page shares."""

from pathlib import Path

import streamlit as st

from analysis.errors import AtlasError
from pages.notes import asked_by_link, say_what_was_dropped
from pages.plain import plain
from pages.shared import A_FIT, A_GOOD_FIT, NOTHING, sidebar
from pages.worker import WORKER

st.set_page_config(
    page_title="Difficulty Atlas", page_icon=str(Path(__file__).parent / "favicon.png"), layout="wide"
)
# Streamlit shows the button that folds the sidebar to a mouse alone; keys reach only what is visible.
st.html(
    "<style>[data-testid=stSidebar] [data-testid=stSidebarCollapseButton] { visibility: visible }</style>"
)

navigation = st.navigation(
    {
        "Explore": [
            st.Page("explore/overview.py", title="Overview", icon=":material/explore:", default=True),
            st.Page("explore/difficulty.py", title="Difficulty", icon=":material/equalizer:"),
            st.Page("explore/item.py", title="Item", icon=":material/quiz:"),
            st.Page("explore/models.py", title="Models", icon=":material/smart_toy:"),
            st.Page("explore/coverage.py", title="Coverage", icon=":material/straighten:"),
        ],
        "Generalization": [
            st.Page("generalization/bins.py", title="Bins", icon=":material/view_column:"),
            st.Page("generalization/heatmap.py", title="Heatmap", icon=":material/grid_on:"),
            st.Page("generalization/curves.py", title="Curves and decay", icon=":material/ssid_chart:"),
            st.Page("generalization/pooling.py", title="Pooling", icon=":material/join_inner:"),
            st.Page("generalization/mixes.py", title="Mixes", icon=":material/blender:"),
            st.Page("generalization/training.py", title="While training", icon=":material/show_chart:"),
            st.Page("generalization/tasks.py", title="Across benchmarks", icon=":material/hub:"),
            st.Page("generalization/findings.py", title="Findings", icon=":material/gavel:"),
        ],
        "Trust": [
            st.Page("trust/diagnostics.py", title="Diagnostics", icon=":material/monitor_heart:"),
            st.Page("trust/robustness.py", title="Robustness", icon=":material/balance:"),
            st.Page("trust/methods.py", title="Methods", icon=":material/menu_book:"),
        ],
        "Use": [
            st.Page("use/export.py", title="Export", icon=":material/download:"),
            st.Page("use/data.py", title="Data", icon=":material/database:"),
        ],
    },
    expanded=True,  # sections name what there is; nothing hides behind "View more"
)
needs = {"data": NOTHING, "diagnostics": A_FIT}
asked, notes = asked_by_link(), st.container()
try:
    with WORKER.page():
        if sidebar(needs.get(navigation.url_path, A_GOOD_FIT)):
            navigation.run()
except AtlasError as error:
    st.error(plain(error), icon=":material/error:")
finally:  # a page that stops has taken or dropped what the link asks for too
    with notes:
        say_what_was_dropped(asked)
