"""The sidebar's shared controls, and the words every page says about its data."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analysis.bins import MAX_BINS, MIN_BINS, STRATEGIES, TYPED
from analysis.charts import DARK, LIGHT, Style
from analysis.glossary import explain
from analysis.view_state import ViewState
from pages import data, fits, runs
from pages.copy_link import copy_link
from pages.history import keep_history
from pages.jobs import jobs_line
from pages.notes import link_notes_once
from pages.plain import plain
from pages.typed_edges import typed_edges
from pages.versions import offer_current, shown_version

VIEW, CURRENT = "view", "current"
NOTHING, A_FIT, A_GOOD_FIT = range(3)  # what a page needs: it may be of data alone, or of a fit that failed


def sidebar(needed: int = A_GOOD_FIT) -> bool:
    """Draw the shared controls; return whether there is what a page needs."""
    version = shown_version()
    if version is None:
        st.title("Nothing is stored yet")
        st.markdown("Load the bundled study, and this page follows by itself:")
        st.code("python -m analysis import data/study", language="bash")
        with st.sidebar:
            _follow(version, style())
        return False
    notes = link_notes_once(version)
    with st.sidebar:
        benchmark = _benchmark(version)
        st.session_state[CURRENT] = version, benchmark
        fitted = not data.fits(version, benchmark).empty
        if fitted:
            st.session_state[VIEW] = _view(version, benchmark)
        copy_link(version)
        keep_history()
        _follow(version, style())
    offer_current(version)
    for note in notes:
        st.warning(plain(note), icon=":material/link:")
    if needed == NOTHING:
        return True
    if not fitted:
        _say_what_to_fit(benchmark)
        return False
    if needed == A_FIT:
        return True
    return fits.may_be_shown(version, benchmark, data.fit(version, benchmark, view().fit))


def current() -> tuple[str, str]:
    """Return the data version and the benchmark that the sidebar chooses, whether it has a fit or not."""
    return st.session_state[CURRENT]


def view() -> ViewState:
    """Return what the shared controls say."""
    return st.session_state[VIEW]


def shown_fit(state: ViewState) -> pd.Series:
    """Return what the store knows of the fit that is shown."""
    return data.fit(state.version, state.benchmark, state.fit)


def style() -> Style:
    """Return the look that the browser shows."""
    return DARK if st.context.theme.type == "dark" else LIGHT


def about_data(state: ViewState) -> None:
    """Say in one line what data a page shows."""
    row = data.benchmarks(state.version).set_index("name").loc[state.benchmark]
    fit = shown_fit(state)
    quality = "converged" if fit["converged"] else "**not converged**"
    origin = (
        "**Bundled study** (small transformers on generated tasks)"
        if row["origin"] == "bundled"
        else "Imported"
    )
    st.caption(
        f"{origin} · {row['title']} · {row['items']:,} items · {row['models']:,} respondent models · "
        f"fit {state.fit} ({fits.irt_model(fit)}, {quality}) · data version {state.version}"
    )
    if fit["stale"]:
        st.warning(
            "Responses were added since this fit. Fit again: "
            f"`python -m analysis fit --benchmark {state.benchmark}`",
            icon=":material/update:",
        )


def needs_runs(state: ViewState) -> str:
    """Return the base model; stop the page with a hint if the benchmark has no fine-tune runs."""
    if state.base_model is None:
        st.info(
            f"**{state.benchmark}** has no fine-tune runs, so there is no gain to show. Choose another "
            "benchmark in the sidebar, or import a study that has some: `python -m analysis import FOLDER`.",
            icon=":material/info:",
        )
        st.stop()
    return state.base_model


def _benchmark(version: str) -> str:
    # Links carry what a select box shows, so options are shown by name, not by title (no format_func).
    names = data.benchmarks(version)["name"].to_list()
    return st.selectbox("Benchmark", names, key="benchmark", bind="query-params")


def _view(version: str, benchmark: str) -> ViewState:
    """Draw the controls below the benchmark and return what they say."""
    fit = fits.choose_fit(version, benchmark)
    bases = runs.base_models(version, benchmark)
    base = bases[0] if bases else None
    if len(bases) > 1:
        base = st.selectbox("Base model", bases, key="base", bind="query-params")
    recipes = runs.recipes(version, benchmark, base)
    recipe = recipes[0] if recipes else None
    if len(recipes) > 1:
        recipe = st.selectbox("Recipe", recipes, key="recipe", bind="query-params", help=explain("recipe"))
    strategy = st.selectbox(
        "Bins by",
        STRATEGIES,
        key="cut",
        bind="query-params",
        help=explain("quantile", "natural breaks")
        + "\n\n**equal-width** As many logits in each bin. **typed** Your own edges.",
    )
    count = 10
    edges: tuple[float, ...] = ()
    if strategy == TYPED:
        edges = typed_edges()
    else:
        count = st.slider(
            "Number of bins", MIN_BINS, MAX_BINS, 10, key="bins", bind="query-params", help=explain("bin")
        )
    return ViewState(version, benchmark, fit, strategy, count, edges, base, recipe)


def _say_what_to_fit(benchmark: str) -> None:
    st.info(f"**{benchmark}** has no difficulties yet. Fit it, and this page follows by itself:")
    st.code(f"python -m analysis fit --benchmark {benchmark}", language="bash")


@st.fragment(run_every="5s")
def _follow(version: str | None, look: Style) -> None:
    """Say what is under way, and start over when the store has moved on or the browser looks otherwise."""
    if shown_version() != version or style() != look:
        st.rerun(scope="app")
    jobs_line()
    if version is not None:
        st.caption(f"Data version {version}")
