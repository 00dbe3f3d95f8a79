"""The choice of what runs were trained on."""

from __future__ import annotations

import streamlit as st

from analysis.transfer import LISTED
from pages.notes import say_what_is_not_here

KEY = "trained"


def training_set(labels: list[str], version: str) -> str:
    """Draw the choice, and say so if a link asked for a training set that is not here."""
    say_what_is_not_here(version, **{KEY: labels})
    return st.selectbox("Trained on bins (1 is the easiest)", labels, key=KEY, bind="query-params")


def in_words(label: str) -> str:
    """``bin 3``, ``bins 1–5`` or ``listed items``."""
    if label == LISTED:
        return label
    return f"bins {label}" if "–" in label else f"bin {label}"
