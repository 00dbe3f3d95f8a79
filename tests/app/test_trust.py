"""The pages Diagnostics and Robustness in every state that a store can bring about."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from analysis.readers import read_study
from analysis.store import Store
from analysis.tables import ComparisonTable
from tests import studies
from tests.app.conftest import Open, notes, text

FIT = f"python -m analysis fit --benchmark {studies.BENCHMARK}"
KEPT = {
    "scores": {"mean p": 0.5, "skew p": 0.02},
    "items": {"proportions inside 94% predictive interval": 0.98},
    "local dependence": {"mean Q3": -0.005, "cut-off": 0.2, "items beyond it": 2},
}


def charts(app: AppTest) -> set[str]:
    return {chart.proto.id.rsplit("-", 1)[-1] for chart in app.get("plotly_chart")}


@pytest.fixture
def store(toy_store: Store, tmp_path: Path) -> Store:
    """A copy to change."""
    return Store(shutil.copytree(toy_store.directory, tmp_path / "store"))


def changed(store: Store, *statements: str) -> Store:
    with store.change() as draft:
        for statement in statements:
            draft._rows(statement)
        draft.record_import(str(statements), benchmark="toy", source="x", reader="test", report=[])
    return store


@pytest.fixture
def full(store: Store, toy_folder: Path) -> Store:
    """A store where another fit of the first benchmark, the newest, was looked at in every way."""
    first, _ = read_study(toy_folder).benchmarks()
    (fit,) = first.fits
    tables = {name: table.assign(fit="l00ked") for name, table in {**vars(fit), **studies.CHECKS}.items()}
    statistics = pd.DataFrame(
        {"fit": "l00ked", "item": np.arange(studies.N_ITEMS), "predicted": 0.5, "predicted_low": 0.4}
    ).assign(predicted_high=0.6, misfit=lambda table: np.where(table["item"] == 3, 9.0, 1.0))
    about = tables["fits"].assign(checks=json.dumps(KEPT), created=pd.Timestamp("2026-06-01"), seed=2)
    with store.change() as draft:
        draft.add_fit(replace(fit, **{**tables, "fits": about, "item_statistics": statistics}))
    return store


def test_the_gate_shows_each_measurement_against_its_limit(open_page: Open) -> None:
    app = open_page("diagnostics")
    assert app.title[0].value == "The chains agree: this fit can be used"
    gate = app.dataframe[0].value
    assert gate[""].tolist() == ["✓"] * 5
    assert dict(zip(gate["Measured"], gate["Found"], strict=True))["R-hat, largest"] == "1.0010"
    assert not app.error


def test_a_fit_that_failed_is_explained_without_being_accepted(open_page: Open, store: Store) -> None:
    failed = changed(
        store,
        "UPDATE fits SET converged = false, rhat = 1.2, divergences = 3, log_likelihood_error = 'nan', "
        f"problems = 'R-hat 1.200 is above 1.01' WHERE fit = '{studies.FIT}'",
    )
    app = open_page("diagnostics", failed)
    assert app.title[0].value == "This fit cannot be trusted yet"
    assert "R-hat 1.200 is above 1.01" in app.error[0].value
    gate = app.dataframe[0].value.set_index("Measured")
    assert gate[""].tolist() == ["✗", "✓", "✓", "✗", "✗"], "what is missing did not pass"
    remedies = gate.iloc[:, -1]
    assert f"--resume {studies.FIT} --draws 3000" in remedies["R-hat, largest"]
    assert "--prior-sd" in remedies["Divergent transitions"]
    assert f"{FIT} --resume {studies.FIT} --draws 3000" in app.code[0].value
    assert "**not converged**" in text(app)


def test_draws_of_one_chain_are_not_compared(open_page: Open, store: Store) -> None:
    """Settings that name no chains, or one."""
    for single in (store, changed(store, "UPDATE fits SET settings = '{\"chains\": 1}'")):
        app = open_page("diagnostics", single)
        assert any("of one chain" in info.value and FIT in info.value for info in app.info)
        assert "chains" not in charts(app)


def test_kept_draws_of_several_chains_are_compared_with_chance(open_page: Open, store: Store) -> None:
    app = open_page("diagnostics", changed(store, "UPDATE fits SET settings = '{\"chains\": 4}'"))
    assert "chains" in charts(app)
    assert f"chance makes of {studies.N_ITEMS} items with so few draws" in text(app)


def test_a_fit_without_checks_says_how_to_get_them(open_page: Open) -> None:
    app = open_page("diagnostics")
    assert any("without predictive checks" in info.value and FIT in info.value for info in app.info)
    assert not charts(app) & {"scores", "proportions", "item_curve"}
    compare = f"python -m analysis compare --benchmark {studies.BENCHMARK}"
    assert any(compare in info.value for info in app.info)
    assert "Suspect items" not in text(app)


def test_what_was_looked_at_is_shown(open_page: Open, full: Store) -> None:
    app = open_page("diagnostics", full)
    assert charts(app) == {"chains", "scores", "proportions", "item_curve"}
    said = text(app)
    assert "The items with the largest R-hat of all draws" in said
    assert "2 of 2 bars inside the band" in said
    assert "98.0% are inside" in said
    assert "**2** of 500 items have a residual correlation Q3 above 0.20" in said
    pairs = next(table.value for table in app.dataframe if "Q3" in table.value)
    assert pairs[["", "Item", "With"]].to_numpy().tolist() == [["✗", "toy-003", "toy-007"]]
    assert app.selectbox(key="curve").value == "toy-003", "the worst fitted item"
    assert "None: no item departs" in said
    link = open_page("diagnostics", full, curve="toy-005")
    assert link.selectbox(key="curve").value == "toy-005"
    assert not link.warning
    stale = open_page("diagnostics", full, curve="nonsense")
    assert stale.selectbox(key="curve").value == "toy-003"
    assert "asks for curve 'nonsense', which is not here; you see 'toy-003'" in notes(stale)[0]


def test_a_comparison_is_shown_and_said_to_be_old(open_page: Open, store: Store) -> None:
    table = pd.DataFrame(
        {"model": ["Rasch", "2PL"], "elpd": [-10.5, -9.5], "se": 1.0, "elpd_diff": [1.0, 0.0]}
    )
    table = table.assign(dse=0.5, diff_per_model=0.1, dse_per_model=0.05)
    with store.change() as draft:
        said = "The 2PL model predicts better."
        draft.add_comparison(ComparisonTable(studies.BENCHMARK, "0", 30, "metadata", table, table, said))
    app = open_page("diagnostics", store)
    assert said in text(app)
    assert "30 families (metadata)" in text(app)
    assert any("Compare again" in warning.value for warning in app.warning)
    shown = next(table.value for table in app.dataframe if "elpd" in table.value)
    assert shown["By"].tolist() == ["K-fold", "K-fold", "PSIS-LOO", "PSIS-LOO"]


def test_without_families_intervals_are_said_to_be_narrow(open_page: Open) -> None:
    app = open_page("robustness")
    assert app.title[0].value == "Intervals here take models as independent"
    assert any("--families responses" in info.value for info in app.info)
    assert not charts(app) & {"families", "widths", "left_out"}


def test_families_are_shown_with_what_they_do(open_page: Open, full: Store) -> None:
    app = open_page("robustness", benchmark=studies.OTHER)
    assert app.title[0].value == "80 models are worth 31 independent ones"
    assert {"families", "widths"} <= charts(app)
    assert "typical interval 1.67 times as wide" in text(app)
    assert any("did not keep what leaving out" in info.value for info in app.info)
    by_lineage = changed(
        full,
        "UPDATE fits SET interval = 'lineage', families = 30, family_source = 'metadata', effective_models = "
        "60 WHERE fit = 'l00ked'",
    )
    other = open_page("robustness", by_lineage)
    assert {"families", "widths", "left_out"} <= charts(other), "families as the models' metadata has them"
    assert "**6.0% of the items change decile** (12 of 500)" in text(other)


def test_measures_are_correlated_with_difficulty(open_page: Open) -> None:
    app = open_page("robustness")
    assert {"correlations", "measure_scatter"} <= charts(app)
    assert "**“digits”** goes with difficulty most closely" in text(app)
    assert any("carry no published difficulty" in info.value for info in app.info)


def test_published_difficulties_are_told_from_measures(open_page: Open, store: Store) -> None:
    with_both = changed(
        store,
        "UPDATE items SET extras = json_object('1pl_diff', item / 100, 'steps', item % 7, 'grade', item % 5) "
        "WHERE benchmark = 0",
    )
    app = open_page("robustness", with_both, measure="grade")
    assert {"published_scatter", "correlations", "measure_scatter"} <= charts(app)
    assert app.selectbox(key="measure").value == "grade"
    assert sorted(app.selectbox(key="measure").options) == ["grade", "steps"]


def test_items_without_measures_say_so(open_page: Open, store: Store) -> None:
    app = open_page("robustness", changed(store, "UPDATE items SET extras = NULL"))
    assert any("without measures in numbers" in info.value for info in app.info)
    assert not charts(app) & {"correlations", "measure_scatter", "published_scatter"}


def test_two_fits_are_put_on_one_scale(open_page: Open, full: Store) -> None:
    alone = open_page("robustness")
    assert any("has this fit only" in info.value for info in alone.info)
    app = open_page("robustness", full)
    assert "fits" in charts(app)
    assert f"**0 of 500 items (0.0%) are in another decile** by fit {studies.FIT}" in text(app)
    assert "difficulty here = 1.00 × difficulty there" in text(app)
    assert "of the same responses" in text(app)
