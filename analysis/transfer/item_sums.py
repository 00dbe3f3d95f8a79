"""What runs sum to over the items of each test bin, as they are and resampled."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

import numpy as np

from analysis.transfer.runs import RunMatrix

BLOCK = 4_000_000  # numbers held at a time


class ItemSums:
    """Sums over items, an item a row: small whole numbers, exact in single precision.

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
        self._pattern = np.array([number.setdefault(row.tobytes(), len(number)) for row in used])
        counts = used[np.unique(self._pattern, return_index=True)[1]]
        baseline = np.nan_to_num(matrix.baseline[self.items])
        parts = [np.where(used, matrix.change[:, self.items], 0.0), counts, counts * baseline]
        self._values = np.concatenate(parts).T.astype("f4")
        self._runs = len(used)

    def counts(self, cut: np.ndarray, n_bins: int) -> np.ndarray:
        """Items of each bin that count for each run, ``(runs, bins)``."""
        return self._sums(cut, n_bins)[self._runs :][self._pattern].astype(int)

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
            Each ``(…, runs, bins)``.
        """
        return self._divided(self._sums(cut, n_bins))

    def resampled(
        self, cuts: np.ndarray, n_bins: int, replicates: int, seed: tuple[int, ...]
    ) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield what `means` returns over resampled items, bin by bin, each ``(runs, replicates)``.

        Parameters
        ----------
        cuts
            The bin of each of ``items``, shape ``(draws, items)``; every draw has its share of the
            replicates, which are NaN where a bin has no items in it.
        n_bins
            Number of bins.
        replicates, seed
            Of the bootstrap.
        """
        times = _times_drawn(len(self.items), replicates, seed)
        sums = np.zeros((n_bins, self._values.shape[1], replicates), dtype="f4")
        shares = np.linspace(0, replicates, len(cuts) + 1).astype(int)
        step = max(1, BLOCK // max(1, len(self.items)))
        for cut, (first, last) in zip(cuts, pairwise(shares), strict=True):
            ascending = np.argsort(cut, kind="stable")
            borders = np.searchsorted(cut[ascending], np.arange(n_bins + 1))
            values = self._values[ascending].T
            for begin in range(first, last, step):
                end = min(begin + step, last)
                drawn = times[ascending, begin:end].astype("f4")
                for of_bin, (start, stop) in zip(sums, pairwise(borders), strict=True):
                    np.matmul(values[:, start:stop], drawn[start:stop], out=of_bin[:, begin:end])
        return map(self._divided, sums)

    def _sums(self, cut: np.ndarray, n_bins: int) -> np.ndarray:
        inside = (cut[..., None, :] == np.arange(n_bins)[:, None]).astype("f4")
        return self._values.T @ inside.swapaxes(-2, -1)

    def _divided(self, sums: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return means from sums, both with what is summed over items in the last axis but one."""
        sums = sums.astype("f8")
        counts, baseline = np.split(sums[..., self._runs :, :], 2, axis=-2)
        with np.errstate(invalid="ignore", divide="ignore"):
            change = sums[..., : self._runs, :] / counts[..., self._pattern, :]
            return change, (baseline / counts)[..., self._pattern, :]


@lru_cache(maxsize=2)
def _times_drawn(n: int, replicates: int, seed: tuple[int, ...]) -> np.ndarray:
    """How often each of n items is drawn when n are, in every replicate: bytes, ``(n, replicates)``.

    Every cut of the same items into bins rests on the same draw, so it is kept.
    """
    rng = np.random.default_rng(seed)
    drawn = np.empty((replicates, n), dtype="u1")
    step = max(1, BLOCK // max(1, n))
    for start in range(0, replicates if n else 0, step):
        size = min(step, replicates - start)
        for row, items in enumerate(rng.integers(0, n, (size, n), dtype=np.int32), start):
            drawn[row] = np.bincount(items, minlength=n)
    times = np.ascontiguousarray(drawn.T)
    times.setflags(write=False)
    return times
