"""What pages ask of the library about claims, cached by data version, benchmark and base model."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd
import streamlit as st

from analysis.report import verdicts_of
from analysis.transfer import claims
from analysis.view_state import ViewState
from pages import data, runs

MOST_PAIRS = 20  # that one screen has room for


class Pair(NamedTuple):
    """A benchmark with a usable fit, a base model and a recipe whose runs are judged together."""

    benchmark: str
    fit: str
    base_model: str
    recipe: str | None

    @property
    def base(self) -> str:
        """Base model and recipe in words."""
        return f"{self.base_model}, {self.recipe}" if self.recipe else self.base_model


@st.cache_resource(max_entries=256, show_spinner=False)
def verdicts(
    version: str, benchmark: str, fit: str, base_model: str, recipe: str | None
) -> list[claims.Verdict]:
    """Judge every claim of one pair; on the bins that its runs were trained in, whatever the view's cut."""
    items = data.items(version, benchmark, fit)
    return verdicts_of(items, runs.run_matrix(version, benchmark, base_model, recipe, len(items)))


@st.cache_resource(max_entries=16, show_spinner="Judging every claim …")
def together(version: str, judged: tuple[Pair, ...]) -> tuple[claims.Verdict, pd.DataFrame]:
    """Return what holds over all pairs, and every verdict as `charts.verdict_matrix` takes them."""
    each = [claims.Judged(pair.benchmark, pair.base, verdicts(version, *pair)) for pair in judged]
    return claims.across(each), _as_table(each)


def own_pair(state: ViewState, base_model: str) -> Pair:
    """Return the pair that the sidebar chooses."""
    return Pair(state.benchmark, state.fit, base_model, state.recipe)


def pairs(state: ViewState, own: Pair) -> list[Pair]:
    """Return all pairs that have runs; of one base model and recipe only, where one screen has not room."""
    found = []
    for name in data.benchmarks(state.version)["name"]:
        usable = data.usable_fits(state.version, name)
        fit = own.fit if name == own.benchmark else next(iter(usable), None)
        for base_model in runs.base_models(state.version, name) if fit else []:
            recipes: list[str | None] = [*runs.recipes(state.version, name, base_model)] or [None]
            found += [Pair(name, str(fit), base_model, recipe) for recipe in recipes]
    if len(found) > MOST_PAIRS:
        found = [pair for pair in found if (pair.base_model, pair.recipe) == (own.base_model, own.recipe)]
    return found


@st.cache_resource(max_entries=64, show_spinner=False)
def in_points(version: str, pair: Pair) -> pd.DataFrame:
    """Return a pair's numbers in percentage points as `charts.forest` takes them."""
    return pd.DataFrame(
        [
            {
                "name": f"{verdict.claim.number} · {part.name}",
                "text": str(part).replace(f" {part.unit.name}", ""),
                "verdict": verdict.verdict,
                **{name: 100 * getattr(part.estimate, name) for name in ("gain", "low", "high")},
            }
            for verdict in verdicts(version, *pair)
            for part in verdict.parts
            if part.unit == claims.POINTS
        ]
    )


def numbered(verdict: claims.Verdict) -> str:
    """Title of a claim with its number."""
    return f"{verdict.claim.number} · {verdict.claim.title}"


def _as_table(judged: list[claims.Judged]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "claim": numbered(verdict),
                "benchmark": each.benchmark,
                "base": each.base,
                "verdict": verdict.verdict,
                "sentence": verdict.sentence,
            }
            for each in judged
            for verdict in each.verdicts
        ]
    )
