"""What pages ask of the library about who answered what, cached by data version.

Callers must not change what they are given.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from analysis import explore
from analysis.view_state import ViewState
from pages import data


@st.cache_resource(max_entries=8, show_spinner="Reading models …")
def abilities(version: str, benchmark: str, fit: str) -> pd.DataFrame:
    """Models of a fit, the ablest first, with intervals."""
    return explore.with_intervals(data.snapshot(version).abilities(benchmark, fit))


@st.cache_resource(max_entries=64, show_spinner=False)
def of_item(version: str, benchmark: str, fit: str, item: int) -> pd.DataFrame:
    """Who answered an item: ``correct``, and what is known of each model."""
    answers = data.snapshot(version).item_responses(benchmark, item)
    return abilities(version, benchmark, fit).merge(answers, on="model")


@st.cache_resource(max_entries=64, show_spinner=False)
def of_model(version: str, benchmark: str, fit: str, model: int) -> np.ndarray:
    """What a model answered: 1 right, 0 wrong, NaN not answered; shape ``(items,)``."""
    answers = data.snapshot(version).model_responses(benchmark, model)
    correct = np.full(len(data.items(version, benchmark, fit)), np.nan)
    answers = answers[answers["item"] < len(correct)]  # those since the fit have no difficulty yet
    correct[answers["item"]] = answers["correct"]
    return correct


def draws_of_item(state: ViewState, item: pd.Series) -> tuple[np.ndarray, np.ndarray, bool]:
    """Draws of an item's difficulty and discrimination, and whether the latter were kept with the fit."""
    difficulty = data.draws(state.version, state.fit)[:, item["item"]].astype(float)
    if pd.isna(item["discrimination"]):
        return difficulty, np.ones(len(difficulty)), True
    kept = data.snapshot(state.version).discrimination_draws(state.fit, int(item["item"]))
    if kept is not None:
        return difficulty, kept, True
    mean, sd = item["discrimination"], item["discrimination_sd"]
    return difficulty, explore.likely_discriminations(mean, sd, len(difficulty)), False


@st.cache_resource(max_entries=8, show_spinner="Comparing every model's answers with its ability …")
def person_fit(version: str, benchmark: str, fit: str) -> pd.DataFrame:
    """Models of a fit, the ablest first, with how each fits: ``infit``, ``outfit``, ``l_z``."""
    values, models = data.snapshot(version).response_matrix(benchmark)
    known = abilities(version, benchmark, fit)
    asymptote = data.fit(version, benchmark, fit)["asymptote"]
    found = explore.person_fit_of(values, models, data.items(version, benchmark, fit), known, asymptote)
    return known.drop(columns=["infit", "outfit"]).merge(found, on="model")


@st.cache_resource(max_entries=64, show_spinner=False)
def probability(version: str, benchmark: str, fit: str, model: int) -> np.ndarray:
    """P(correct) of a model on every item at its posterior mean ability, shape ``(items,)``."""
    ability = abilities(version, benchmark, fit).set_index("model").loc[model, "mean"]
    asymptote = data.fit(version, benchmark, fit)["asymptote"]
    point = explore.point_of(data.items(version, benchmark, fit), asymptote)
    return point.probability(np.array(ability))


def read(state: ViewState, names: list[str]) -> None:
    """Read what some models answered, those of them that answered the benchmark."""
    models = abilities(state.version, state.benchmark, state.fit)
    for model in models.loc[models["name"].isin(names), "model"]:
        of_model(state.version, state.benchmark, state.fit, int(model))


def accuracy(state: ViewState, names: list[str]) -> pd.DataFrame:
    """Accuracy of some models by the view's bins, as `charts.accuracy_lines` takes it."""
    bins = data.cut(state)
    number = abilities(state.version, state.benchmark, state.fit).set_index("name")["model"]
    parts = []
    for name in names:
        correct = of_model(state.version, state.benchmark, state.fit, int(number[name]))
        parts.append(explore.accuracy_by_bin(correct, bins.member, bins.count).assign(name=name))
    return pd.concat(parts, ignore_index=True)
