"""The page of findings, run in process by Streamlit's AppTest."""

from __future__ import annotations

import json

import numpy as np

from analysis.bins import quantile_bins
from analysis.store import Store
from analysis.transfer import claims, run_matrix
from tests import studies
from tests.app.conftest import Open, text
from tests.app.test_pages import numbers


def judged(store: Store) -> list[claims.Verdict]:
    with store.open() as snapshot:
        items = snapshot.items(studies.BENCHMARK, studies.FIT)
        difficulty = items["mean"].to_numpy()
        matrix = run_matrix(
            snapshot.runs(studies.BENCHMARK),
            snapshot.run_items(studies.BENCHMARK),
            snapshot.run_responses(studies.BENCHMARK),
            base_model=studies.BASE,
            n_items=len(difficulty),
        )
    return claims.judge(
        claims.gather(matrix, difficulty, quantile_bins(difficulty, 10), 10, items[["digits"]])
    )


def test_every_claim_is_said_with_its_verdict(open_page: Open, toy_store: Store) -> None:
    app = open_page("findings")
    said = text(app)
    found = judged(toy_store)
    assert [verdict.claim.number for verdict in found] == list(range(1, 12))
    for verdict in found:
        assert f"**{verdict.claim.number} · {verdict.claim.title}**" in said
        assert verdict.sentence in said
        assert verdict.claim.rule in said
    by_number = {verdict.claim.number: verdict.verdict for verdict in found}
    # As the toy study was made: gain decays with distance, and turns to loss far away.
    for number in (2, 3, 5, 6):
        assert by_number[number] == claims.HOLDS


def test_the_matrix_has_every_pair_and_the_forest_every_number_in_points(
    open_page: Open, toy_store: Store
) -> None:
    app = open_page("findings")
    charts = [json.loads(part.proto.spec)["data"] for part in app.get("plotly_chart")]
    matrix, forest = charts
    assert len(matrix[0]["text"]) == 11 * 3, "the toy study and both recipes of the other one"
    expected = [
        100 * part.estimate.gain
        for verdict in judged(toy_store)
        for part in verdict.parts
        if part.unit == claims.POINTS
    ]
    np.testing.assert_allclose(numbers(forest[0]["x"]), expected)
    assert "12 · The pattern holds everywhere" in text(app)


def test_where_runs_are_lacking_the_page_says_which(open_page: Open) -> None:
    said = text(open_page("findings", benchmark=studies.OTHER))
    assert "No run was trained on a single bin." in said
    assert "No run was trained on a single bin of the easiest third." in said
    assert "No test bin has enough held-out items." in said, "ten a bin"


def test_the_cut_of_the_sidebar_changes_no_verdict(open_page: Open) -> None:
    def sentences(bins: str) -> list[str]:
        return [part.value for part in open_page("findings", bins=bins).markdown if "badge" in part.value]

    assert sentences("4") == sentences("10")
