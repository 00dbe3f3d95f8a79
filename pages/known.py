"""The three things worth knowing about a benchmark, each with the way to the view that shows it."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd
import streamlit as st

from analysis.transfer import EASY_TO_HARD, FARTHEST, FULL_RANGE, HARD_TO_EASY, OWN_BIN, finding
from analysis.view_state import ViewState
from pages import data, fits, runs
from pages.shared import shown_fit

HEATMAP, CURVES = "generalization/heatmap.py", "generalization/curves.py"


class Known(NamedTuple):
    """A sentence, and the page that shows what it says."""

    sentence: str
    page: str
    link: str


def what_training_does(state: ViewState) -> None:
    """Say what training on easy items does to hard ones, the other way round, and how far it carries."""
    found = runs.pattern(state.version, state.benchmark, state.fit, str(state.base_model), state.recipe)
    says = {part: finding(cell) for part, cell in found.iterrows()}
    third = f"Trained on the **full range**, tested on all of it: {says[FULL_RANGE]}."
    if found.loc[[OWN_BIN, FARTHEST], "gain"].notna().all():
        third = f"Tested on the **bin trained on**: {says[OWN_BIN]}; "
        third += f"**four or more bins away**: {says[FARTHEST]}."
    st.subheader("What happens when a model is trained on one difficulty?")
    easy = f"Trained on **easy** items, tested on **hard** ones: {says[EASY_TO_HARD]}."
    hard = f"Trained on **hard** items, tested on **easy** ones: {says[HARD_TO_EASY]}."
    _draw(
        [
            Known(easy, HEATMAP, "Heatmap of all bins"),
            Known(hard, CURVES, "Both ways, pair by pair"),
            Known(third, CURVES, "Decay with distance"),
        ]
    )
    st.caption(
        f"Gain over zero-shot of {state.tuned} on {state.benchmark}. Easy and hard are the easiest and the "
        "hardest third, of the bins trained on and of the held-out items tested. In brackets: 95% interval "
        "from resampling items and runs; it is about this base model and these runs."
    )


def what_fits_say(state: ViewState, items: pd.DataFrame) -> None:
    """Say how hard items are, how many models that rests on, and whether items behave."""
    fit = shown_fit(state)
    low, high = items["mean"].quantile([0.25, 0.75])
    typical = ((items["hdi_high"] - items["hdi_low"]) / 2).median()
    difficulty = f"**Half of the items** are between {low:.1f} and {high:.1f} {fits.unit(fit)}; a typical "
    difficulty += f"one is known to **±{typical:.2f}** (94% interval)."
    models = f"Intervals take **{fit['models']:,} models** as independent; near-copies make them too narrow."
    if fit["interval"] == "lineage":
        models = f"**{fit['models']:,} models** tell as much as **{fit['effective_models']:,.0f}** "
        models += "independent ones, since many descend from each other."
    suspect = data.item_statistics(state.version, state.fit)["reasons"].notna().sum()
    trust = "The **chains agree**: this fit can be used."
    if suspect:
        trust = f"**{suspect:,} of {len(items):,} items** do not behave as the IRT model expects."
    _draw(
        [
            Known(difficulty.replace(" -", " −"), "explore/difficulty.py", "Every item's difficulty"),
            Known(models, "trust/robustness.py", "Families of models"),
            Known(trust, "trust/diagnostics.py", "What speaks for the fit"),
        ]
    )
    st.caption(
        "No fine-tune runs are stored for this benchmark, so that nothing can be said about training. Import "
        "some: `python -m analysis import FOLDER`."
    )


def _draw(three: list[Known]) -> None:
    for column, known in zip(st.columns(3), three, strict=True):
        with column.container(border=True, height="stretch", vertical_alignment="distribute"):
            st.markdown(known.sentence)
            st.page_link(known.page, label=known.link, icon=":material/arrow_forward:")
