"""What the store keeps of a fit, and which fit may be used."""

from __future__ import annotations

import io
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.errors import AtlasError
from analysis.readers import read_study
from analysis.store import Store
from analysis.store.fit_writes import FIT_PARTS
from analysis.tables import FIT_CHECKS, ComparisonTable, FitTables
from tests import studies
from tests.studies import CHECKS

PARAMETERS = ["mean", "sd", "hdi_low", "hdi_high", "posterior_sd", "posterior_low", "posterior_high"]


@pytest.fixture
def store(toy_store: Store, tmp_path: Path) -> Store:
    """A copy to change."""
    return Store(shutil.copytree(toy_store.directory, tmp_path / "store"))


@pytest.fixture
def full_fit(toy_folder: Path) -> FitTables:
    _, other = read_study(toy_folder).benchmarks()
    return other.fits[0]


def renamed(fit: FitTables, name: str, **about: object) -> FitTables:
    tables = {part: table.assign(fit=name) for part, table in vars(fit).items()}
    return replace(fit, **{**tables, "fits": tables["fits"].assign(**about)})


def contents(store: Store) -> dict[str, int]:
    """Rows of each table of fits."""
    with store.change() as draft:
        tables = ("fits", *FIT_PARTS)
        return {table: draft._scalar(f"SELECT count(*) FROM {table}") for table in tables}


def test_a_fit_comes_back_as_it_was_given(toy_store: Store, full_fit: FitTables) -> None:
    with toy_store.open() as snapshot:
        fit = snapshot.fit(studies.OTHER, studies.OTHER_FIT)
        items = snapshot.items(studies.OTHER, studies.OTHER_FIT)
        statistics = snapshot.item_statistics(studies.OTHER_FIT)
    given = full_fit.fits.iloc[0]
    for column in given.index.drop(["benchmark", "created"]):
        assert fit[column] == given[column], column
    assert fit["models"] == studies.N_OTHER_MODELS
    columns = [*PARAMETERS, "discrimination", "discrimination_sd"]
    pd.testing.assert_frame_equal(items[columns], full_fit.item_parameters[columns])
    expected = full_fit.item_statistics.reindex(columns=statistics.columns)
    pd.testing.assert_frame_equal(statistics, expected, check_dtype=False)
    assert set(statistics.columns) >= {"slope", "decile_changes"}, "what a fit does not know is missing"


def test_what_a_plain_fit_does_not_say_is_missing_or_as_shown(toy_store: Store) -> None:
    with toy_store.open() as snapshot:
        fit = snapshot.fit(studies.BENCHMARK, studies.FIT)
        items = snapshot.items(studies.BENCHMARK, studies.FIT)
        statistics = snapshot.item_statistics(studies.FIT)
    assert (fit["interval"], fit["asymptote"]) == ("independent", 0.0)
    assert fit[["families", "family_source", "effective_models", "checks"]].isna().all()
    np.testing.assert_array_equal(items[PARAMETERS[1:4]], items[PARAMETERS[4:]])
    assert items[["discrimination", "discrimination_sd"]].isna().all(axis=None)
    assert statistics.empty
    assert "infit" in statistics


def test_discriminations_of_draws_are_kept_beside_them(store: Store, full_fit: FitTables) -> None:
    discriminations = np.random.default_rng(0).lognormal(size=(studies.N_OTHER_ITEMS, 200)).astype("f4")
    kept = renamed(full_fit, "withslopes")
    kept = replace(kept, item_draws=kept.item_draws.assign(discriminations=list(discriminations)))
    with store.change() as draft:
        draft.add_fit(kept)
    with store.open() as snapshot:
        np.testing.assert_array_equal(snapshot.discrimination_draws("withslopes", 7), discriminations[7])
        assert snapshot.discrimination_draws(studies.OTHER_FIT, 7) is None
        assert snapshot.draws("withslopes").shape == (200, studies.N_OTHER_ITEMS)


def test_a_fit_without_draws_is_a_clear_line(store: Store, full_fit: FitTables) -> None:
    bare = renamed(full_fit, "nodraws")
    with store.change() as draft:
        draft.add_fit(replace(bare, item_draws=bare.item_draws.iloc[:0]))
    with store.open() as snapshot, pytest.raises(AtlasError, match="Fit nodraws was stored without draws"):
        snapshot.draws("nodraws")


def test_the_models_of_a_fit_come_with_what_is_known_of_them(toy_store: Store) -> None:
    with toy_store.open() as snapshot:
        found = snapshot.abilities(studies.OTHER, studies.OTHER_FIT)
        plain = snapshot.abilities(studies.BENCHMARK, studies.FIT)
        responses = snapshot.responses(studies.OTHER)
        one = snapshot.item_responses(studies.OTHER, 5)
        model = snapshot.model_responses(studies.OTHER, int(found["model"][3]))
    assert len(found) == studies.N_OTHER_MODELS
    assert found["mean"].is_monotonic_decreasing
    right = responses.groupby("model")["correct"].mean()
    np.testing.assert_allclose(found["proportion"], right[found["model"]])
    assert (found["answered"] == studies.N_OTHER_ITEMS).all()
    assert found["family"].str.startswith("family-").all()
    assert plain["family"].notna().all(), "from the source, where the fit counts none"
    assert plain["infit"].isna().all()
    own = responses[responses["item"] == 5].set_index("model")["correct"].sort_index()
    pd.testing.assert_series_equal(one.set_index("model")["correct"], own)
    mine = responses[responses["model"] == found["model"][3]].set_index("item")["correct"].sort_index()
    pd.testing.assert_series_equal(model.set_index("item")["correct"], mine)


def test_evaluated_items_are_those_that_own_runs_answered(toy_store: Store) -> None:
    with toy_store.open() as snapshot:
        np.testing.assert_array_equal(snapshot.evaluated_items(studies.OTHER), studies.OTHER_HELD_OUT)
        assert len(snapshot.evaluated_items(studies.BENCHMARK)) == studies.HELD_OUT * studies.N_BINS


def test_a_fit_of_the_same_id_is_left_alone(store: Store, full_fit: FitTables) -> None:
    before, version = contents(store), store.version()
    with store.change() as draft:
        draft.add_fit(replace(full_fit, fits=full_fit.fits.assign(seed=99)))
    assert contents(store) == before
    assert store.version() == version
    with store.open() as snapshot:
        assert snapshot.fit(studies.OTHER, studies.OTHER_FIT)["seed"] == 1


def test_a_removed_fit_leaves_nothing_and_the_others_alone(store: Store, full_fit: FitTables) -> None:
    before = contents(store)
    with store.change() as draft:
        draft.add_fit(renamed(full_fit, "resumed1"))
    assert contents(store) == {table: rows + len(getattr(full_fit, table)) for table, rows in before.items()}
    with store.change() as draft:
        draft.remove_fit("resumed1")
    assert contents(store) == before
    with store.open() as snapshot:
        assert snapshot.fits(studies.OTHER)["fit"].tolist() == [studies.OTHER_FIT]
    with store.change() as draft, pytest.raises(AtlasError, match="no fit 'resumed1'"):
        draft.remove_fit("resumed1")


def test_which_fit_is_used(store: Store, full_fit: FitTables) -> None:
    newest, failed = pd.Timestamp("2030-01-01"), {"converged": False, "problems": "R-hat 1.2"}
    with store.change() as draft:
        draft.add_fit(renamed(full_fit, "failed01", created=newest, **failed))
    with store.open() as snapshot:
        assert snapshot.usable_fit(studies.OTHER) == studies.OTHER_FIT, "the newest that converged"
        assert snapshot.usable_fit(studies.OTHER, accept_unconverged=True) == studies.OTHER_FIT
        assert snapshot.usable_fit(studies.OTHER, "failed01", accept_unconverged=True) == "failed01"
        with pytest.raises(AtlasError) as refused:
            snapshot.usable_fit(studies.OTHER, "failed01")
        assert "did not converge (R-hat 1.2)" in str(refused.value)
        assert "fit --benchmark toy-other --resume failed01 --draws 3000" in str(refused.value)
        with pytest.raises(AtlasError, match="has no fit 'f0'"):
            snapshot.usable_fit(studies.OTHER, "f0", accept_unconverged=True)
    with store.change() as draft:
        draft.remove_fit(studies.OTHER_FIT)
    with store.open() as snapshot:
        with pytest.raises(AtlasError, match="--resume failed01"):
            snapshot.usable_fit(studies.OTHER)
        assert snapshot.usable_fit(studies.OTHER, accept_unconverged=True) == "failed01"
    with store.change() as draft:
        draft.remove_fit("failed01")
    with store.open() as snapshot, pytest.raises(AtlasError, match="has no difficulties yet"):
        snapshot.usable_fit(studies.OTHER, accept_unconverged=True)


def test_checks_come_back_as_they_were_given_and_go_with_their_fit(store: Store, full_fit: FitTables) -> None:
    assert set(CHECKS) == set(FIT_CHECKS)
    given = {name: table.assign(fit="another1") for name, table in CHECKS.items()}
    with store.change() as draft:
        draft.add_fit(replace(renamed(full_fit, "another1"), **given))
    with store.open() as snapshot:
        for name, table in CHECKS.items():
            found = snapshot.fit_check(name, "another1")
            pd.testing.assert_frame_equal(found[table.columns], table, check_dtype=False)
            assert snapshot.fit_check(name, studies.OTHER_FIT).empty, "a fit may come without"
        with pytest.raises(ValueError, match="no table of checks"):
            snapshot.fit_check("fits; DROP", "another1")
        abilities = snapshot.abilities(studies.OTHER, "another1")
    assert len(abilities) == studies.N_OTHER_MODELS
    assert abilities["name"].iloc[0] == f"toy-model-{abilities['model'].iloc[0]:03d}"
    with store.change() as draft:
        draft.remove_fit("another1")
    kept = contents(store)
    assert all(kept[name] == 0 for name in CHECKS)


def test_the_latest_comparison_is_kept_and_is_part_of_the_version(store: Store) -> None:
    table = pd.DataFrame({"model": ["Rasch", "2PL"], "elpd": [-10.5, -9.5]})
    versions = []
    for sentence in ("First.", "Second."):
        with store.change() as draft:
            draft.add_comparison(
                ComparisonTable(studies.BENCHMARK, "0123", 7, "metadata", table, table, sentence)
            )
        versions.append(store.version())
    assert len(set(versions)) == 2
    with store.open() as snapshot:
        found = snapshot.comparison(studies.BENCHMARK)
        assert found is not None
        assert (found["sentence"], found["families"], found["stale"]) == ("Second.", 7, True)
        pd.testing.assert_frame_equal(pd.read_json(io.StringIO(found["psis"])), table)
        assert snapshot.comparison(studies.OTHER) is None
    with store.change() as draft:
        draft.remove_benchmarks([studies.BENCHMARK])
        assert draft._scalar("SELECT count(*) FROM comparisons") == 0
