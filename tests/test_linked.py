"""Two fits of a store on one scale."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.errors import AtlasError
from analysis.irt.point import Point
from analysis.linked import MODELS, StoredFit, linked
from analysis.store import Store
from tests import studies
from tests.commands import atlas

SHIFT, NOISE = 0.7, 0.1
DRIFTING = {5: 1.5, 11: -1.5}


def stored(difficulty: np.ndarray, ability: np.ndarray, seed: int) -> StoredFit:
    """A Rasch fit of these items, each known up to `NOISE`, by these models."""
    rng = np.random.default_rng(seed)
    mean = difficulty + NOISE * rng.standard_normal(len(difficulty))
    items = pd.DataFrame(
        {
            "item_key": [f"item {number}" for number in range(len(mean))],
            "content_hash": None,
            "mean": mean,
            "sd": NOISE,
            "hdi_low": mean - 2 * NOISE,
            "hdi_high": mean + 2 * NOISE,
            "flag": None,
        }
    )
    items.loc[0, ["flag", "mean"]] = ["ceiling", -9.0]
    models = pd.DataFrame(
        {
            "name": [f"model {number}" for number in range(len(ability))],
            "family": None,
            "mean": ability + 0.05 * rng.standard_normal(len(ability)),
            "sd": 0.05,
        }
    )
    draws = [
        Point(mean + NOISE * rng.standard_normal(len(mean)), 0.0, 1.0, np.ones(len(mean))) for _ in range(50)
    ]
    return StoredFit(items, models, Point(mean, 0.0, 1.0, np.ones(len(mean))), draws)


@pytest.fixture(scope="module")
def two() -> tuple[StoredFit, StoredFit]:
    """The second fit's models are weaker by `SHIFT`, so that its items are harder; two of them drifted."""
    rng = np.random.default_rng(0)
    difficulty, ability = rng.normal(0, 1.5, 80), rng.normal(0, 1, 60)
    drift = np.zeros(80)
    drift[list(DRIFTING)] = list(DRIFTING.values())
    return stored(difficulty, ability, 1), stored(difficulty + SHIFT + drift, ability + SHIFT, 2)


def test_shared_items_link_and_those_that_drift_are_named(two: tuple[StoredFit, StoredFit]) -> None:
    source, target = two
    found = linked(source, target)
    assert found.link.slope == 1.0
    assert found.link.intercept == pytest.approx(SHIFT, abs=4 * NOISE * np.sqrt(2 / 77))
    assert set(found.anchors.loc[found.anchors["drifts"], "item_key"]) == {"item 5", "item 11"}
    assert "item 0" not in set(found.anchors["item_key"]), "all models got it right"
    assert found.link.anchors == 77
    np.testing.assert_allclose(found.items["difficulty"], source.items["mean"] + found.link.intercept)
    np.testing.assert_allclose(found.items["high"] - found.items["low"], 4 * NOISE)


def test_shared_models_link_where_no_item_is_shared(two: tuple[StoredFit, StoredFit]) -> None:
    source, target = two
    assert linked(source, target, through=MODELS).link.intercept == pytest.approx(SHIFT, abs=0.05)


def test_fits_that_share_nothing_say_so(two: tuple[StoredFit, StoredFit]) -> None:
    source, target = two
    others = StoredFit(
        target.items.assign(item_key="other " + target.items["item_key"]),
        target.models,
        target.point,
        target.draws,
    )
    with pytest.raises(AtlasError, match="fewer than two items"):
        linked(source, others)
    with pytest.raises(AtlasError, match="linked through items or models, not 'texts'"):
        linked(source, target, through="texts")


def test_the_command_links_what_the_store_holds(toy_store: Store, tmp_path: Path) -> None:
    same = ["--benchmark", studies.BENCHMARK, "--to", studies.BENCHMARK, "--store", toy_store.directory]
    out = tmp_path / "linked.csv"
    run = atlas("link", *same, "--out", out)
    assert (
        f"difficulty on the scale of {studies.FIT} = 1.000 × difficulty of {studies.FIT} +0.000" in run.stdout
    )
    assert "shared items drifts" in run.stdout
    with toy_store.open() as snapshot:
        items = snapshot.items(studies.BENCHMARK, studies.FIT)
    table = pd.read_csv(out)
    np.testing.assert_allclose(table["difficulty"], items["mean"])
    assert table["item_key"].to_list() == items["item_key"].to_list()
    elsewhere = ["--benchmark", studies.BENCHMARK, "--to", studies.OTHER, "--store", toy_store.directory]
    assert (
        f"over {studies.N_OTHER_MODELS} shared models"
        in atlas("link", *elsewhere, "--through", "models").stdout
    )
