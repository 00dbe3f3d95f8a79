"""One joint bootstrap of all cells, row × test bin, that serves every combination of them."""

from __future__ import annotations

import numpy as np

from analysis.transfer.resampled import Resampled
from analysis.transfer.runs import RunMatrix

MIN_ITEMS = 20  # with fewer held-out items a cell's 95% interval spans 40 points or more
REPLICATES = 2000
BLOCK = 4_000_000  # drawn items held at a time


def resample(
    matrix: RunMatrix,
    member: np.ndarray,
    n_bins: int,
    *,
    held_out: bool = True,
    members: np.ndarray | None = None,
    replicates: int = REPLICATES,
    seed: int = 0,
    stream: int = 0,
) -> Resampled:
    """Estimate every cell's gain and resample items and runs for all of them at once.

    The gain of a cell is the mean, over its row's runs and over the items of its test bin, of correct
    after training minus correct before. The same items are compared before and after (a paired
    difference). The items of a test bin are resampled once for all rows, since columns share items and
    baseline, and the runs of a row once for all columns. Of S runs S − 1 are drawn, which makes the
    variance between so few runs unbiased (Rao and Wu 1988, "Resampling inference with complex survey data",
    JASA 83). Resampling both counts the noise of single answers three times (Owen 2007, "The pigeonhole
    bootstrap", Annals of Applied Statistics 1): with variances σ_i² of items, σ_r² of runs and σ_e² of
    single answers, the mean over n items and S runs has the variance σ_i²/n + σ_r²/S + σ_e²/nS, and its
    replicates have 2 σ_e²/nS more. That is the excess. With one run a row, training noise is not contained.

    Parameters
    ----------
    matrix
        Runs and baseline.
    member
        Each item's bin, shape ``(items,)``; −1 for an item of none.
    n_bins
        Number of test bins.
    held_out
        Leave out items that a run was trained on. False is the published convention, under which the
        diagonal is partly memory.
    members
        Each item's bin in draws from the posterior, shape ``(draws, items)``: gains are then averages over
        draws, and every draw has its share of the replicates, so that intervals contain what is not known of
        the bins. By default bins are taken as they are in ``member``.
    replicates, seed
        Of the bootstrap. The same seed draws the same items for every matrix of the same evaluated items,
        so that replicates of different base models can be combined.
    stream
        Number of the base model among those combined, so that their runs are drawn independently.
    """
    item_rng, run_rng = np.random.default_rng([seed, 0]), np.random.default_rng([seed, 1, stream])
    used = ~np.isnan(matrix.change)
    if held_out:
        used &= ~matrix.trained
    n_rows, shape = len(matrix.rows), (len(matrix.rows), n_bins)
    in_row = matrix.row[:, None] == np.arange(n_rows)
    seeds = in_row.sum(axis=0)
    tables = _Tables(matrix, used)
    own = member[tables.items]
    items = tables.counts(own, n_bins)
    fewest = np.array([items[in_row[:, row]].min(axis=0) for row in range(n_rows)]).reshape(shape)
    blank = fewest < MIN_ITEMS
    replicated, replicated_before = (np.full((replicates, *shape), np.nan) for _ in range(2))
    run_weights = _run_weights(run_rng, in_row, replicates)
    cuts = own[None] if members is None else members[:, tables.items]
    gain, before = _averaged(tables, cuts, in_row, seeds, blank)
    run_gain, run_before = (
        np.where(blank[matrix.row], np.nan, means.T) for means in tables.means(own, n_bins)
    )
    for test_bin in np.flatnonzero(~blank.all(axis=0)):
        change, baseline = tables.resampled(item_rng, cuts == test_bin, replicates)
        replicated[:, :, test_bin] = _by_row(change * run_weights, in_row)
        replicated_before[:, :, test_bin] = _by_row(baseline * run_weights, in_row)
    replicated[:, blank], replicated_before[:, blank] = np.nan, np.nan
    change, counted = matrix.change[:, tables.items], used[:, tables.items]
    excess, influence = _variances(matrix.row, change, counted, own, ~blank)
    return Resampled(
        rows=matrix.rows,
        items=fewest,
        seeds=seeds,
        before=before,
        gain=gain,
        before_replicates=replicated_before,
        replicates=replicated,
        excess=excess,
        member=own,
        influence=influence,
        row_of_run=matrix.row,
        run_before=run_before,
        run_gain=run_gain,
    )


def _averaged(
    tables: _Tables,
    cuts: np.ndarray,
    in_row: np.ndarray,
    seeds: np.ndarray,
    blank: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Gain and baseline of every cell, averaged over the draws that have items in it: ``(rows, bins)``."""
    sums, draws = np.zeros((2, *blank.shape)), np.zeros(blank.shape)
    step = max(1, BLOCK // max(blank.shape[1] * len(tables.items), 1))
    for start in range(0, len(cuts), step):
        by_run = np.stack(tables.means(cuts[start : start + step], blank.shape[1]))
        means = (_by_row(by_run, in_row) / seeds).swapaxes(-2, -1)  # (2, draws, rows, bins)
        known = np.isfinite(means[0])
        sums += np.where(known, means, 0.0).sum(axis=1)
        draws += known.sum(axis=0)
    gain, before = np.divide(sums, draws, out=np.full(sums.shape, np.nan), where=(draws > 0) & ~blank)
    return gain, before


def _by_row(values: np.ndarray, in_row: np.ndarray) -> np.ndarray:
    """Sum values ``(…, runs)`` over the runs of each row; NaN where a run of it has none."""
    missing = np.isnan(values)
    if not missing.any():
        return values @ in_row
    return np.where(missing @ in_row > 0, np.nan, np.where(missing, 0.0, values) @ in_row)


def _run_weights(rng: np.random.Generator, in_row: np.ndarray, replicates: int) -> np.ndarray:
    """Weight of each run in its row's mean in every replicate, shape ``(replicates, runs)``."""
    weights = np.ones((replicates, len(in_row)))
    for row in range(in_row.shape[1]):
        runs = np.flatnonzero(in_row[:, row])
        size = len(runs) - 1
        if size:
            drawn = rng.multinomial(size, np.full(len(runs), 1 / len(runs)), size=replicates)
            weights[:, runs] = drawn / size
    return weights


class _Tables:
    """What is summed over resampled items, an item a row: small whole numbers, exact in single precision.

    Parameters
    ----------
    matrix
        Runs and baseline.
    used
        Which items count for which run, shape ``(runs, items)``. Most runs share one pattern.

    Attributes
    ----------
    items
        Those that count for any run; a study may test a fraction of a benchmark's items.
    """

    def __init__(self, matrix: RunMatrix, used: np.ndarray) -> None:
        self.items = np.flatnonzero(used.any(axis=0))
        used = used[:, self.items]
        number: dict[bytes, int] = {}
        self.pattern = np.array([number.setdefault(row.tobytes(), len(number)) for row in used])
        counts = used[np.unique(self.pattern, return_index=True)[1]]
        baseline = np.nan_to_num(matrix.baseline[self.items])
        parts = [np.where(used, matrix.change[:, self.items], 0.0), counts, counts * baseline]
        self.values = np.concatenate(parts).T.astype("f4")
        self.n_runs = len(used)

    def counts(self, cut: np.ndarray, n_bins: int) -> np.ndarray:
        """Items of each bin that count for each run, ``(runs, bins)``."""
        return self._sums(cut, n_bins)[:, self.n_runs :][:, self.pattern].T.astype(int)

    def means(self, cut: np.ndarray, n_bins: int) -> tuple[np.ndarray, np.ndarray]:
        """Mean change and baseline of every run over the items of each bin; NaN of none.

        Parameters
        ----------
        cut
            The bin of each of ``items``, shape ``(…, items)``.
        n_bins
            Number of bins.

        Returns
        -------
        tuple of ndarray
            Each ``(…, bins, runs)``.
        """
        return self._divided(self._sums(cut, n_bins))

    def _sums(self, cut: np.ndarray, n_bins: int) -> np.ndarray:
        return (cut[..., None, :] == np.arange(n_bins)[:, None]).astype("f4") @ self.values

    def _divided(self, sums: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        sums = sums.astype("f8")
        counts, baseline = np.split(sums[..., self.n_runs :], 2, axis=-1)
        with np.errstate(invalid="ignore", divide="ignore"):
            change = sums[..., : self.n_runs] / counts[..., self.pattern]
            return change, (baseline / counts)[..., self.pattern]

    def resampled(
        self, rng: np.random.Generator, inside: np.ndarray, replicates: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return mean change and baseline of every run over resampled items, ``(replicates, runs)``.

        Parameters
        ----------
        rng
            Draws the items.
        inside
            Which of ``items`` are drawn from, shape ``(draws, items)``; every draw has its share of the
            replicates, which are NaN where it has no items.
        replicates
            How many.
        """
        sums = np.zeros((replicates, self.values.shape[1]), dtype="f4")
        ends = np.linspace(0, replicates, len(inside) + 1).astype(int)
        for drawn_from, first, last in zip(inside, ends, ends[1:], strict=False):
            values = self.values[drawn_from]
            step = max(1, BLOCK // max(len(values), 1))
            for start in range(first, last, step) if len(values) else ():
                stop = min(start + step, last)
                np.matmul(_times(rng, stop - start, len(values)), values, out=sums[start:stop])
        return self._divided(sums)


def _times(rng: np.random.Generator, replicates: int, n: int) -> np.ndarray:
    """How often each of n items is drawn when n are, ``(replicates, n)``."""
    drawn = rng.integers(0, n, (replicates, n), dtype=np.int32)
    drawn += n * np.arange(replicates, dtype=np.int32)[:, None]
    return np.bincount(drawn.ravel(), minlength=replicates * n).reshape(replicates, n).astype("f4")


def _variances(
    row_of_run: np.ndarray, change: np.ndarray, used: np.ndarray, member: np.ndarray, wanted: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Excess variance of each cell, ``(rows, bins)``, and the influence of items, ``(rows, items)``.

    Both are read off the items that every run of a row counts.
    """
    excess, influence = np.zeros(wanted.shape), np.zeros((len(wanted), len(member)))
    for row, in_bins in enumerate(wanted):
        runs = np.flatnonzero(row_of_run == row)
        counted = np.flatnonzero(used[runs].all(axis=0))
        for test_bin in np.flatnonzero(in_bins):
            columns = counted[member[counted] == test_bin]
            of_cell = change[np.ix_(runs, columns)]
            n_runs, n_items = of_cell.shape
            if n_items < 2:
                continue
            by_item, overall = of_cell.mean(axis=0), of_cell.mean()
            influence[row, columns] = (by_item - overall) / n_items
            if n_runs > 1:
                residual = of_cell - by_item - of_cell.mean(axis=1, keepdims=True) + overall
                answer_variance = (residual**2).sum() / ((n_runs - 1) * (n_items - 1))
                excess[row, test_bin] = 2 * answer_variance / (n_runs * n_items)
    return excess, influence
