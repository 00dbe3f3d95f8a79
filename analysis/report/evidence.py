"""What a report shows, computed from a snapshot; pages show the same, piece by piece."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis import bins, transfer
from analysis.store import Snapshot
from analysis.tables import own_measures
from analysis.transfer import claims
from analysis.transfer.resampled import Resampled
from analysis.view_state import BY_BIN, HeatmapChoices, ViewState


@dataclass(frozen=True)
class Gains:
    """What is known of the fine-tune runs.

    Attributes
    ----------
    cells
        The heatmap's, in the order in which they are drawn.
    contrasts, pattern, verdicts
        As the functions of these names in `analysis.transfer` return them.
    """

    cells: pd.DataFrame
    contrasts: pd.DataFrame
    pattern: pd.DataFrame
    verdicts: list[claims.Verdict]


@dataclass(frozen=True)
class Evidence:
    """What a report shows.

    Attributes
    ----------
    about, fit, items
        The benchmark, the fit and its items, as the snapshot has them.
    cut
        The bins.
    gains
        None where the benchmark has no runs.
    """

    about: pd.Series
    fit: pd.Series
    items: pd.DataFrame
    cut: bins.Bins
    gains: Gains | None


def gather(snapshot: Snapshot, view: ViewState, choices: HeatmapChoices) -> Evidence:
    """Read and compute what a report of a view shows.

    Raises
    ------
    AtlasError
        If the view's benchmark, fit or runs are not in the snapshot.
    """
    fit = snapshot.fit(view.benchmark, view.fit)
    about = snapshot.benchmarks().set_index("name").loc[view.benchmark]
    items, draws = snapshot.items(view.benchmark, view.fit), snapshot.draws(view.fit)
    cut = bins.cut(
        items["mean"].to_numpy(), draws, strategy=view.strategy, count=view.count, edges=view.edges
    )
    members = (
        bins.members_in_draws(draws, strategy=view.strategy, count=view.count, edges=view.edges)
        if choices.vary
        else None
    )
    gains = _gains(snapshot, view, choices, items, cut, members) if view.base_model else None
    return Evidence(about, fit, items, cut, gains)


def _gains(
    snapshot: Snapshot,
    view: ViewState,
    choices: HeatmapChoices,
    items: pd.DataFrame,
    cut: bins.Bins,
    members: np.ndarray | None,
) -> Gains:
    tables = [read(view.benchmark) for read in (snapshot.runs, snapshot.run_items, snapshot.run_responses)]

    def matrix(base_model: str | None) -> transfer.RunMatrix:
        return transfer.run_matrix(
            *tables, base_model=str(base_model), recipe=view.recipe, n_items=len(items)
        )

    def resampled(runs: transfer.RunMatrix, stream: int = 0) -> Resampled:
        held_out = choices.held_out
        return transfer.resample(
            runs, cut.member, cut.count, held_out=held_out, members=members, stream=stream
        )

    own = matrix(view.base_model)
    if choices.models:
        drawn = {name: resampled(matrix(name), stream) for stream, name in enumerate(choices.models)}
        cells = transfer.average(drawn)
    else:
        cells = measured(resampled(own), choices.measure)
    return Gains(
        in_order(cells, choices.order),
        transfer.contrasts(own, items["mean"].to_numpy()),
        pattern_of(items, own),
        verdicts_of(items, own),
    )


def measured(drawn: Resampled, measure: str) -> pd.DataFrame:
    """Return a measure of every cell; for accuracies, the zero-shot baseline is the first row."""
    table = transfer.cell_table(drawn, measure)
    return pd.concat([transfer.baseline_cells(drawn), table]) if measure == transfer.ACCURACY else table


def in_order(cells: pd.DataFrame, order: str) -> pd.DataFrame:
    """Return cells in the order of rows that is chosen: by bin, or the largest mean first."""
    if order == BY_BIN:
        return cells
    mean = cells.groupby("row")["value"].transform("mean")
    return cells.assign(mean=mean).sort_values(["mean", "row", "test_bin"], ascending=[False, True, True])


def pattern_of(items: pd.DataFrame, runs: transfer.RunMatrix) -> pd.DataFrame:
    """Return the pattern of gains on the bins that the runs were trained in, whatever the view's cut."""
    difficulty, trained_in = items["mean"].to_numpy(), runs.bins_of
    return transfer.pattern(runs, difficulty, bins.quantile_bins(difficulty, trained_in), trained_in)


def verdicts_of(items: pd.DataFrame, runs: transfer.RunMatrix) -> list[claims.Verdict]:
    """Judge every claim on the bins that the runs were trained in, whatever the view's cut."""
    difficulty, trained_in = items["mean"].to_numpy(), runs.bins_of
    member = bins.quantile_bins(difficulty, trained_in)
    return claims.judge(claims.gather(runs, difficulty, member, trained_in, own_measures(items)))
