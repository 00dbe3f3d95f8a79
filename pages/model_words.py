"""Families of models, and how many independent ones they are worth."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analysis.fit_words import SOURCES

number = st.column_config.NumberColumn


def who_answered(models: pd.DataFrame, fit: pd.Series) -> None:
    """Say how many models there are, in how many families, and how many they are worth."""
    row = st.container(horizontal=True, gap="medium")
    row.metric("Models", f"{len(models):,}", width="content")
    if fit["interval"] == "lineage":
        row.metric(
            "Families",
            f"{fit['families']:,.0f}",
            help=f"By {SOURCES[fit['family_source']]}.",
            width="content",
        )
        row.metric(
            "Effective number of models",
            f"{fit['effective_models']:,.0f}",
            help="As many independent models would make difficulties as sure: number of models over the "
            "square of the ratio of standard errors, families resampled against single models resampled.",
            width="content",
        )
        return
    known = models["family"].nunique()
    row.metric(
        "Families", f"{known:,}" if known else "not known", help="As the source names them.", width="content"
    )
    row.metric(
        "Effective number of models",
        "not known",
        help="This fit takes models as independent. A fit by `python -m analysis fit` looks into it.",
        width="content",
    )


def families_table(models: pd.DataFrame) -> None:
    """Draw the families with what their models have in common."""
    if models["family"].nunique() < 2:
        return
    table = (
        models.groupby("family")
        .agg(
            models=("name", "size"),
            best=("name", "first"),
            low=("mean", "min"),
            median=("mean", "median"),
            high=("mean", "max"),
        )
        .sort_values("high", ascending=False)
        .reset_index()
    )
    with st.expander(f"The {len(table):,} families, the ablest first"):
        st.dataframe(
            table,
            column_config={
                "family": "Family",
                "models": number("Models"),
                "best": "Ablest model",
                "low": number("Ability from", format="%.2f"),
                "median": number("median", format="%.2f"),
                "high": number("to", format="%.2f"),
            },
            hide_index=True,
            alt="Families of models with their abilities, the ablest first",
        )
        st.caption("Models of a family descend from each other, so they are not independent witnesses.")
