from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from analysis.errors import AtlasError
from analysis.irt import cutoffs as module
from analysis.irt.cutoffs import simulated_cutoffs
from analysis.irt.estimate import estimate
from analysis.irt.item_fit import fit_statistics
from analysis.irt.matrix import MISSING, ResponseMatrix


def matrix_of(values: np.ndarray) -> ResponseMatrix:
    return ResponseMatrix(values.astype("i1"), np.arange(len(values)))


def answers(slope: np.ndarray, *, models: int, seed: int) -> ResponseMatrix:
    """Responses to items of given slopes; the last third of models skipped the first third of items."""
    rng = np.random.default_rng(seed)
    ability, difficulty = rng.normal(0.4, 1.2, (models, 1)), rng.normal(0.0, 1.4, len(slope))
    values = (rng.random((models, len(slope))) < expit(slope * (ability - difficulty))).astype("i1")
    values[-models // 3 :, : len(slope) // 3] = MISSING
    return matrix_of(values)


def flagged(table: pd.DataFrame, name: str) -> pd.Series:
    """−1 where a statistic is below its simulated cut-offs, 1 where above."""
    return (table[name] > table[f"{name}_high"]).astype(int) - (table[name] < table[f"{name}_low"])


def test_cutoffs_flag_the_nominal_share_of_fitting_items_and_models() -> None:
    items, models = [], []
    for seed in range(6):
        matrix = answers(np.ones(60), models=300, seed=seed)
        fitted = estimate(matrix)
        found = fit_statistics(matrix, fitted)
        cutoffs = simulated_cutoffs(matrix, fitted, seed=seed, replicates=25, tail=0.05)
        items.append(found.items.merge(cutoffs.items, on="item"))
        models.append(found.models.merge(cutoffs.models, on="model"))
    items, models = pd.concat(items), pd.concat(models)
    # 360 items, 1,800 models: the standard errors of 5% are 1.2 and 0.5 points; models' differ in shape.
    for table, names, slack in (
        (items, ["infit", "outfit", "item_rest"], 0.03),
        (models, ["infit", "outfit"], 0.025),
    ):
        for name in names:
            for side in (-1, 1):
                assert (flagged(table, name) == side).mean() == pytest.approx(0.05, abs=slack), (name, side)


def test_planted_misfit_is_caught_and_the_2pl_model_explains_it() -> None:
    slope = np.ones(50)
    slope[[5, 25, 45]] = 3.0
    slope[[10, 30]] = 0.2
    matrix = answers(slope, models=800, seed=1)

    def flags(kind: str) -> tuple[pd.Series, pd.Series]:
        fitted = estimate(matrix, kind=kind)
        cutoffs = simulated_cutoffs(matrix, fitted, seed=1, replicates=10)
        table = fit_statistics(matrix, fitted).items.merge(cutoffs.items, on="item")
        return flagged(table, "infit"), flagged(table, "item_rest")

    infit, item_rest = flags("rasch")
    assert infit[[5, 25, 45]].tolist() == [-1, -1, -1]
    assert item_rest[[5, 25, 45]].tolist() == [1, 1, 1]
    assert infit[[10, 30]].tolist() == [1, 1]
    assert item_rest[[10, 30]].tolist() == [-1, -1]
    assert infit.drop([5, 25, 45, 10, 30]).abs().sum() <= 4
    infit, item_rest = flags("2pl")
    assert infit[[5, 25, 45, 10, 30]].abs().sum() <= 1
    assert item_rest[[5, 25, 45, 10, 30]].abs().sum() <= 1


def test_a_model_that_answers_at_random_is_caught() -> None:
    matrix = answers(np.ones(250), models=200, seed=2)
    values = matrix.values.copy()
    values[:3] = np.random.default_rng(0).random((3, 250)) < 0.5
    matrix = matrix_of(values)
    fitted = estimate(matrix)
    cutoffs = simulated_cutoffs(matrix, fitted, seed=1, replicates=10)
    table = fit_statistics(matrix, fitted).models.merge(cutoffs.models, on="model")
    assert (flagged(table, "outfit")[:3] == 1).all()


def test_cutoffs_depend_on_the_seed_and_not_on_where_replicates_run() -> None:
    matrix = answers(np.ones(12), models=60, seed=3)
    fitted = estimate(matrix)

    def cutoffs(seed: int, run: Callable = map) -> pd.DataFrame:
        return simulated_cutoffs(matrix, fitted, seed=seed, replicates=10, run=run).items

    with ThreadPoolExecutor(2) as pool:
        pd.testing.assert_frame_equal(cutoffs(7), cutoffs(7, pool.map))
    assert not np.allclose(cutoffs(7)["infit_high"], cutoffs(8)["infit_high"])


def test_too_few_replicates_are_refused() -> None:
    matrix = answers(np.ones(12), models=60, seed=3)
    with pytest.raises(AtlasError, match="at least 10"):
        simulated_cutoffs(matrix, estimate(matrix), seed=0, replicates=9)


def test_standardising_by_the_other_replicates_is_what_leaving_each_out_makes_it() -> None:
    values = np.exp(np.random.default_rng(5).normal(size=(15, 4)))
    values[3, 2] = np.nan  # an item that was constant in one replicate
    x, standardised = np.log(values), []
    for item in range(4):
        for replicate in range(15):
            others = np.delete(x[:, item], replicate)
            standardised.append((x[replicate, item] - np.nanmean(others)) / np.nanstd(others, ddof=1))
    low, high = np.nanquantile(standardised, [0.1, 0.9])
    mean, sd = np.nanmean(x, axis=0), np.nanstd(x, axis=0, ddof=1)
    found = module._cutoffs(values, module.MEAN_SQUARE, 0.1)
    np.testing.assert_allclose(found, np.exp([mean + low * sd, mean + high * sd]))
