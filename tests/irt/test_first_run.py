"""The 2PL where its mode is far from its mass: most items flat, the others steep, abilities in two groups.

Real benchmarks are like that (MMLU-Pro math: median slope 0.2, largest 17).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from analysis.errors import AtlasError
from analysis.fits import Made, Request, keep, request, resumed
from analysis.irt.fit import MANY_ITEMS, fit_irt
from analysis.irt.fitted import Fit, Settings
from analysis.irt.likelihood import Kind
from analysis.irt.matrix import ResponseMatrix
from analysis.irt.record import fit_tables
from analysis.store import Store
from tests.commands import atlas

ITEMS, MODELS = MANY_ITEMS, 250
SHORT = Settings(draws=40, tune=80, chains=2, max_depth=6)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    rng = np.random.default_rng(4)
    ability = np.where(rng.random(MODELS) < 0.6, -0.8, 1.2) + 0.1 * rng.standard_normal(MODELS)
    slope = np.where(rng.random(ITEMS) < 0.6, rng.uniform(0.05, 0.4, ITEMS), rng.uniform(2, 12, ITEMS))
    right = rng.random((MODELS, ITEMS)) < expit(slope * (ability[:, None] - rng.uniform(-1, 1, ITEMS)))
    folder = tmp_path_factory.mktemp("steep")
    responses = pd.DataFrame(right.astype(int), index=pd.RangeIndex(MODELS, name="model")).add_prefix("q")
    responses.rename(index="m{}".format).to_csv(folder / "steep.csv")
    atlas("import", folder / "steep.csv", "--benchmark", "steep", "--store", folder / "store")
    return Store(folder / "store")


@pytest.fixture(scope="module")
def wanted(store: Store) -> Request:
    with store.open() as snapshot:
        return request(snapshot, "steep", seed=2)


@pytest.fixture(scope="module")
def matrix(wanted: Request) -> ResponseMatrix:
    return wanted.matrix


@pytest.fixture(scope="module")
def fit(matrix: ResponseMatrix) -> Fit:
    return fit_irt(matrix, benchmark="steep", seed=2, kind=Kind("2pl"), settings=SHORT)


def test_the_likelihood_is_right_where_the_draws_are(fit: Fit) -> None:
    assert fit.diagnostics.log_likelihood_error < 1e-3
    assert fit.items["discrimination"].max() > 5


def test_resumed_draws_keep_their_meaning(matrix: ResponseMatrix, fit: Fit) -> None:
    """The coordinates are made around the first run's middle, which goes along with the draws."""
    more = replace(SHORT, draws=80)
    longer = fit_irt(matrix, benchmark="steep", seed=2, kind=Kind("2pl"), settings=more, resume=fit.chains)
    np.testing.assert_array_equal(longer.chains.draws[:, : SHORT.draws], fit.chains.draws)
    # A point of both fits that is the same draw: the first of the first chain.
    np.testing.assert_allclose(longer.points[0].difficulty, fit.points[0].difficulty)


def test_draws_without_their_middle_cannot_be_resumed(matrix: ResponseMatrix, fit: Fit) -> None:
    chains = replace(fit.chains, centre=None)
    with pytest.raises(AtlasError, match="do not say what they are around"):
        fit_irt(matrix, benchmark="steep", seed=2, kind=Kind("2pl"), settings=SHORT, resume=chains)


def test_the_store_keeps_the_middle(store: Store, wanted: Request, fit: Fit) -> None:
    kept = keep(store, Made(fit_tables(fit), fit.chains, fit.diagnostics, resumed=None))
    with store.open() as snapshot:
        chains = resumed(store, snapshot, wanted, kept, draws=400).chains
    assert chains is not None
    assert chains.centre is not None
    assert fit.chains.centre is not None
    np.testing.assert_array_equal(chains.centre.difficulty, fit.chains.centre.difficulty)
    np.testing.assert_array_equal(chains.centre.discrimination, fit.chains.centre.discrimination)
    np.testing.assert_array_equal(chains.draws, fit.chains.draws)
