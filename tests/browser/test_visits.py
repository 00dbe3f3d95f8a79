"""A visitor whom nobody inspects sees the app."""

from __future__ import annotations

import pytest

from benchmarks.serving import installed_chromium
from benchmarks.visits import visit

pytestmark = pytest.mark.browser


def test_a_visitor_sees_a_title_then_a_chart(app: str) -> None:
    chromium = installed_chromium()
    if chromium is None:
        pytest.skip("no Chromium of the machine's own: Playwright's is not asked")
    [seen] = visit(chromium, app)
    assert seen.title is not None
    assert seen.main is not None
    assert 0 < seen.title <= seen.main < 60
