"""The sentence of method and citation that goes with a figure."""

from __future__ import annotations

import re

import pandas as pd

from analysis import __version__
from analysis.fit_words import interval, irt_model

ATLAS = f"Difficulty Atlas {__version__}, after Kordi et al. (2025), arXiv 2511.21692"


def method_and_citation(caption: str, benchmark: pd.Series, fit: pd.Series, version: str) -> str:
    """Return one paragraph that can stand below a figure anywhere.

    Parameters
    ----------
    caption
        What is drawn, of how many items and runs, with which interval; Markdown.
    benchmark
        A row of `analysis.store.Snapshot.benchmarks`.
    fit
        As `analysis.store.Snapshot.fit` returns it.
    version
        Data version.
    """
    quality = "" if fit["converged"] else ", which did not converge"
    return (
        f"{plain(caption)} Difficulty: {irt_model(fit)} model, fit {fit['fit']}{quality}, to "
        f"{fit['models']:,} respondent models; {interval(fit)}. Data: {_source(benchmark)}, data version "
        f"{version}. Made with {ATLAS}."
    )


def plain(markdown: str) -> str:
    """Return Markdown without marks of emphasis and code."""
    return re.sub(r"\*\*|`|&ensp;", "", markdown)


def _source(benchmark: pd.Series) -> str:
    """Name the benchmark and cite it: by its citation, or by where it came from."""
    cited = next(
        (str(benchmark[name]) for name in ("citation", "source") if pd.notna(benchmark[name])),
        "imported without a citation",
    )
    return f"{benchmark['title']} ({cited.rstrip('.')})"
