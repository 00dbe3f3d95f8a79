"""Results as tables that leave: cells of heatmaps, bins, difficulties; every row says where it comes from."""

from __future__ import annotations

import pandas as pd

from analysis.bins import Bins

TEXTS = ("prompt", "target")
FIT = ("fit", "irt_model", "interval", "converged", "data_version", "citation")


def cells_table(
    cells: pd.DataFrame, everything: pd.DataFrame, *, base_model: str, recipe: str | None, measure: str
) -> pd.DataFrame:
    """Return the cells of a heatmap with their origin.

    Parameters
    ----------
    cells
        As `analysis.transfer.cell_table` returns them.
    everything
        As `analysis.subsets.describe` returns it.
    base_model, recipe, measure
        What the cells are of; the measure is what ``value`` and its intervals are in.

    Returns
    -------
    DataFrame
        ``benchmark``, ``base_model``, ``recipe``, ``measure``, ``train``, ``test_bin`` (from 1), the other
        columns of the cells, then bins, fit, data version and citation. Proportions, not points.
    """
    table = cells.drop(columns=["row", "mean"], errors="ignore").reset_index(drop=True)
    table["test_bin"] += 1
    first = {
        "benchmark": everything["benchmark"].iloc[0],
        "base_model": base_model,
        "recipe": recipe,
        "measure": measure,
    }
    for place, (column, value) in enumerate(first.items()):
        table.insert(place, column, value)
    return _with_origin(table, everything)


def bins_table(bins: Bins, everything: pd.DataFrame) -> pd.DataFrame:
    """Return what each bin holds, between which edges, and where that comes from.

    Returns
    -------
    DataFrame
        ``benchmark``, the columns of `analysis.bins.Bins.summary`, ``above`` and ``up_to`` (the bin's edges,
        missing at the ends), then cut, fit, data version and citation.
    """
    table = bins.summary(everything["difficulty"].to_numpy(), everything["proportion_correct"].to_numpy())
    table.insert(0, "benchmark", everything["benchmark"].iloc[0])
    edges = pd.Series(bins.edges.round(4))
    table["above"] = edges.reindex(range(-1, bins.count - 1)).to_numpy()
    table["up_to"] = edges.reindex(range(bins.count)).to_numpy()
    return _with_origin(table, everything)


def difficulty_table(everything: pd.DataFrame) -> pd.DataFrame:
    """Return every item's difficulty with all that `analysis.subsets.describe` says of it but its text."""
    return everything.drop(columns=list(TEXTS))


def _with_origin(table: pd.DataFrame, everything: pd.DataFrame) -> pd.DataFrame:
    one = everything.iloc[0]
    return table.assign(**{name: one[name] for name in ("bins", "bin_strategy", *FIT)})
