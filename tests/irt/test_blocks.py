from __future__ import annotations

import numpy as np
import pytest

from analysis.irt.blocks import blocks, of_items
from analysis.irt.point import Point


@pytest.mark.parametrize(
    ("count", "width", "sizes"), [(7, 3, [3, 3, 1]), (6, 5, [2, 2, 2]), (3, 99, [1, 1, 1])]
)
def test_blocks_cover_everything_once_and_are_no_larger_than_allowed(
    count: int, width: int, sizes: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("analysis.irt.blocks.BLOCK_CELLS", 10)
    found = [np.arange(count)[block] for block in blocks(count, width)]
    assert [len(block) for block in found] == sizes
    assert np.concatenate(found).tolist() == list(range(count))
    assert all(
        block.stop - block.start == size for block, size in zip(blocks(count, width), sizes, strict=True)
    )


def test_some_items_have_the_curves_that_they_have_among_all() -> None:
    point = Point(np.array([-1.0, 0.2, 0.8]), 0.1, 1.2, np.array([0.5, 1.0, 2.0]), 0.2)
    ability = np.linspace(-2, 2, 5)
    expected = point.probability(ability)[:, 1:]
    np.testing.assert_array_equal(of_items(point, slice(1, 3)).probability(ability), expected)
    single = of_items(point, slice(1, 3), dtype="f4").probability(ability.astype("f4"))
    assert single.dtype == np.float32
    np.testing.assert_allclose(single, expected, rtol=1e-6)
