"""Two fits on one scale."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.errors import AtlasError
from analysis.trust import refitted


def fit(mean: np.ndarray, slope: float | None = None) -> pd.DataFrame:
    flag = pd.Series([None] * (len(mean) - 1) + ["floor"], dtype="string")
    return pd.DataFrame(
        {"item": np.arange(len(mean)), "mean": mean, "discrimination": slope, "flag": flag}
    ).astype({"discrimination": float})


def test_another_scale_is_undone() -> None:
    """A 2PL of slopes 1.25 has sds of ability as its unit, of 1.25 logits each."""
    difficulty = np.linspace(-2, 2, 50)
    found = refitted(fit(difficulty), fit((difficulty - 0.3) / 1.25, 1.25))
    assert (found.slope, found.intercept) == (pytest.approx(1.25), pytest.approx(0.3))
    np.testing.assert_allclose(found.items["one"], found.items["other"], atol=1e-12)
    assert not found.items["moved"].any()
    assert (found.rho, found.low, found.high) == (pytest.approx(1), pytest.approx(1), pytest.approx(1))


def test_items_that_change_decile_are_told() -> None:
    difficulty = np.linspace(-2, 2, 50)
    other = difficulty.copy()
    other[[0, 40]] = other[[40, 0]]
    found = refitted(fit(difficulty), fit(other))
    assert set(np.flatnonzero(found.items["moved"])) == {0, 40}
    assert found.rho < 0.95


def test_an_item_that_nobody_solves_does_not_move_the_scale() -> None:
    difficulty = np.linspace(-2, 2, 50)
    found = refitted(fit(difficulty), fit(np.append(difficulty[:-1], 40.0)))
    assert found.intercept == pytest.approx(0)


def test_fits_of_other_items_are_an_error() -> None:
    with pytest.raises(AtlasError, match="fewer than two items"):
        refitted(fit(np.arange(5.0)), fit(np.arange(5.0)).assign(item=np.arange(5) + 9))
