from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom, norm

from analysis.errors import AtlasError
from analysis.power import smallest_detectable_gain


def test_known_figures() -> None:
    """First-order figures in points for a fifth of the items changing; the exact form is a little below."""
    items = np.array([55, 117, 132, 525, 1200])
    points = 100 * smallest_detectable_gain(items)
    np.testing.assert_allclose(points, [17, 11.6, 10.9, 5.5, 3.6], atol=0.5)
    first_order = 100 * (norm.ppf(0.975) + norm.ppf(0.8)) * np.sqrt(0.2 / items)
    assert (points < first_order).all()
    np.testing.assert_allclose(points[-2:], first_order[-2:], atol=0.02)


def test_the_sample_size_of_connor_is_recovered() -> None:
    items = np.array([60, 200, 5000])
    for share, power, level in ((0.2, 0.8, 0.05), (0.4, 0.9, 0.01)):
        gain = smallest_detectable_gain(items, share, power, level)
        z_level, z_power = norm.ppf(1 - level / 2), norm.ppf(power)
        needed = ((z_level * np.sqrt(share) + z_power * np.sqrt(share - gain**2)) / gain) ** 2
        np.testing.assert_allclose(needed, items)


@pytest.mark.parametrize(("items", "share"), [(55, 0.2), (117, 0.1), (132, 0.2), (525, 0.4), (20, 0.2)])
def test_simulated_power(items: int, share: float) -> None:
    """McNemar's test finds the gain about as often as asked for, its exact version a little less often."""
    gain = float(smallest_detectable_gain(items, share))
    changing = max(share, gain)
    rng = np.random.default_rng(items)
    up, down, _ = rng.multinomial(
        items, [(changing + gain) / 2, (changing - gain) / 2, 1 - changing], 40_000
    ).T
    changed = np.maximum(up + down, 1)
    mcnemar = (np.abs(up - down) / np.sqrt(changed) > norm.ppf(0.975)).mean()
    exact = (2 * binom.cdf(np.minimum(up, down), up + down, 0.5) < 0.05).mean()
    assert 0.74 < exact < 0.8
    assert 0.795 < mcnemar < (0.87 if items > 20 else 0.96)


def test_a_gain_is_no_more_than_what_changes() -> None:
    items = np.arange(4, 3000)
    gain = smallest_detectable_gain(items)
    assert (np.diff(gain) < 0).all(), "no jump where the share that changes gives way to the gain"
    assert gain[0] < 1
    few = gain[gain > 0.2]
    np.testing.assert_allclose(smallest_detectable_gain(items[: len(few)], few), few)


def test_too_few_items_show_nothing() -> None:
    assert np.isnan(smallest_detectable_gain([0, 1, 3])).all()


def test_shapes_broadcast() -> None:
    assert smallest_detectable_gain(100).shape == ()
    assert smallest_detectable_gain(np.full((3, 1), 100), [0.1, 0.2]).shape == (3, 2)


@pytest.mark.parametrize(
    "wrong", [{"discordant": 0}, {"discordant": [0.2, 1.1]}, {"power": 1}, {"level": 0}, {"power": 0.04}]
)
def test_impossible_shares_are_an_error(wrong: dict[str, float]) -> None:
    with pytest.raises(AtlasError, match="between 0 and 1"):
        smallest_detectable_gain(100, **wrong)
