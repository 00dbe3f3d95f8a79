"""The 2PL where its mode is far from its mass: most items flat, the others steep, abilities in two groups.

Real benchmarks are like that (MMLU-Pro math: median slope 0.2, largest 17).
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.special import expit

from analysis.errors import AtlasError
from analysis.fits import Made, keep, make, request, resumed
from analysis.irt.fit import MANY_ITEMS, fit_irt
from analysis.irt.fitted import Fit, Settings
from analysis.irt.likelihood import Kind
from analysis.irt.matrix import ResponseMatrix
from analysis.store import Store
from tests import studies

ITEMS, MODELS = MANY_ITEMS, 250
SHORT = Settings(draws=150, tune=200, chains=2)


@pytest.fixture(scope="module")
def matrix() -> ResponseMatrix:
    rng = np.random.default_rng(4)
    ability = np.where(rng.random(MODELS) < 0.6, -0.8, 1.2) + 0.1 * rng.standard_normal(MODELS)
    slope = np.where(rng.random(ITEMS) < 0.6, rng.uniform(0.05, 0.4, ITEMS), rng.uniform(2, 12, ITEMS))
    right = rng.random((MODELS, ITEMS)) < expit(slope * (ability[:, None] - rng.uniform(-1, 1, ITEMS)))
    return ResponseMatrix(right.astype("i1"), np.array([f"m{k}" for k in range(MODELS)]))


@pytest.fixture(scope="module")
def fit(matrix: ResponseMatrix) -> Fit:
    return fit_irt(matrix, benchmark="steep", seed=2, kind=Kind("2pl"), settings=SHORT)


def test_the_likelihood_is_right_where_the_draws_are(fit: Fit) -> None:
    assert fit.diagnostics.log_likelihood_error < 1e-3
    assert fit.items["discrimination"].max() > 5


def test_resumed_draws_keep_their_meaning(matrix: ResponseMatrix, fit: Fit) -> None:
    """The coordinates are made around the first run's middle, which goes along with the draws."""
    more = replace(SHORT, draws=300)
    longer = fit_irt(matrix, benchmark="steep", seed=2, kind=Kind("2pl"), settings=more, resume=fit.chains)
    np.testing.assert_array_equal(longer.chains.draws[:, :150], fit.chains.draws)
    # A point of both fits that is the same draw: the first of the first chain.
    np.testing.assert_allclose(longer.points[0].difficulty, fit.points[0].difficulty)


def test_draws_without_their_middle_cannot_be_resumed(matrix: ResponseMatrix, fit: Fit) -> None:
    chains = replace(fit.chains, centre=None)
    with pytest.raises(AtlasError, match="do not say what they are around"):
        fit_irt(matrix, benchmark="steep", seed=2, kind=Kind("2pl"), settings=SHORT, resume=chains)


def test_the_store_keeps_the_middle(toy_store: Store, fit: Fit, tmp_path: Path) -> None:
    store = Store(shutil.copytree(toy_store.directory, tmp_path / "store"))
    with store.open() as snapshot:
        wanted = request(snapshot, studies.BENCHMARK, seed=1)
        small = make(replace(wanted, kind=Kind("2pl"), settings=SHORT, checked=False, extensions=0))
    made = Made(
        small.tables, replace(small.chains, centre=fit.chains.centre), small.diagnostics, resumed=None
    )
    kept = keep(store, made)
    with store.open() as snapshot:
        chains = resumed(store, snapshot, wanted, kept, draws=400).chains
    assert chains is not None
    assert chains.centre is not None
    assert fit.chains.centre is not None
    np.testing.assert_array_equal(chains.centre.difficulty, fit.chains.centre.difficulty)
    np.testing.assert_array_equal(chains.centre.discrimination, fit.chains.centre.discrimination)
    np.testing.assert_array_equal(chains.draws, small.chains.draws)
