"""Fitting and diagnosing from the command line."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.irt import assess
from analysis.jobs import FAILED, FINISHED, jobs
from analysis.store import Store
from analysis.tables import FIT_CHECKS
from tests.commands import atlas, atlas_process, files, terminal
from tests.irt.simulated import rasch

SMALL = ("--benchmark", "small", "--chains", "2", "--tune", "200", "--seed", "3")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Responses of 100 models of 20 organisations to 12 items; one item is labelled the wrong way round."""
    folder = tmp_path_factory.mktemp("fits")
    _, responses = rasch(100, 12, seed=1)
    wrong = responses["item"] == 5
    responses.loc[wrong, "correct"] = ~responses.loc[wrong, "correct"]
    named = responses.assign(
        model=[f"org{number % 20}/model{number}" for number in responses["model"]],
        item=[f"q{number}" for number in responses["item"]],
        correct=responses["correct"].astype(int),
    )
    named.to_csv(folder / "small.csv", index=False)
    atlas("import", folder / "small.csv", "--benchmark", "small", "--store", folder / "store")
    return folder / "store"


@pytest.fixture(scope="module")
def unconverged(store: Path) -> str:
    """A fit of too few draws: it is kept, and said not to be used."""
    run = atlas("fit", *SMALL, "--draws", "40", "--no-extend", "--no-checks", "--store", store, code=1)
    assert "did not converge" in run.stderr
    with Store(store).open() as snapshot:
        (fit,) = snapshot.fits("small")["fit"]
    assert f"--resume {fit} --draws 120" in run.stderr
    return fit


def test_what_did_not_converge_is_neither_binned_nor_exported(
    store: Path, unconverged: str, tmp_path: Path
) -> None:
    out = tmp_path / "hard.csv"
    options = ("--benchmark", "small", "--bins", "1", "--of", "3", "--out", out, "--store", store)
    for more in ((), ("--fit", unconverged)):
        refused = atlas("export", *options, *more, code=1)
        assert "did not converge" in refused.stderr
        assert f"--resume {unconverged}" in refused.stderr
    assert not out.exists()
    diagnosed = atlas("diagnose", "--benchmark", "small", "--store", store, code=1)
    assert "R-hat" in diagnosed.stdout
    assert "at most 1.01" in diagnosed.stdout


@pytest.fixture(scope="module")
def resumed(store: Path, unconverged: str) -> str:
    atlas("fit", *SMALL, "--resume", unconverged, "--draws", "1500", "--store", store)
    with Store(store).open() as snapshot:
        (fit,) = snapshot.fits("small")["fit"]
    assert fit != unconverged, "the fit that was gone on from is replaced"
    return fit


def test_a_resumed_fit_converges_and_says_what_it_knows(store: Path, resumed: str) -> None:
    said = json.loads(atlas("diagnose", "--benchmark", "small", "--json", "--store", store).stdout)
    assert said["fit"] == resumed
    assert said["converged"]
    assert said["settings"]["draws"] == 1500
    assert said["settings"]["pymc"]
    assert (said["interval"], said["families"], said["family_source"]) == ("lineage", 20, "organisation")
    assert 5 < said["effective_models"] <= 100
    assert said["worst"][0]["item_key"] == "q5", "the item with the wrong label is the most suspect"
    assert said["worst"][0]["p_negative"] > 0.99
    for check in ("scores", "items", "local dependence", "dimensions", "lineage"):
        assert said["checks"][check]
    with Store(store).open() as snapshot:
        kept = {name: snapshot.fit_check(name, resumed) for name in FIT_CHECKS}
        statistics = snapshot.item_statistics(resumed)
    assert kept["traces"]["rhat"].max() == pytest.approx(said["rhat"])
    assert kept["score_checks"]["observed"].sum() == 100
    assert len(kept["item_curves"]) >= 12
    assert len(kept["left_out"]) == said["checks"]["lineage"]["families left out in turn"] == 20
    assert kept["dependent_pairs"]["q3"].is_monotonic_decreasing
    assert (statistics["predicted_low"] <= statistics["predicted_high"]).all()
    assert [told.state for told in jobs(store)] == [FINISHED, FAILED, FINISHED]
    printed = atlas("diagnose", "--benchmark", "small", "--worst", "1", "--store", store).stdout
    assert "q5" in printed
    assert "20 families" in printed


def test_shown_intervals_are_no_narrower_than_the_posterior(store: Path, resumed: str) -> None:
    with Store(store).open() as snapshot:
        items = snapshot.items("small", resumed)
    assert (items["sd"] >= items["posterior_sd"] * 0.999).all()
    assert (items["hdi_low"] <= items["posterior_low"] + 1e-9).all()
    assert (items["hdi_high"] >= items["posterior_high"] - 1e-9).all()


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--model", "3pl"], "No model '3pl'; there are: rasch, 2pl"),
        (["--asymptote", "choices"], "does not say how many choices"),
        (["--asymptote", "half"], "neither a number nor 'choices'"),
        (["--asymptote", "1.5"], "between 0 and 1"),
        (["--families", "moon"], "No source of families 'moon'"),
        (["--backend", "moon"], "No backend 'moon'"),
        (["--backend", "dask"], "needs the address of a scheduler"),
        (["--resume", "nope"], "no fit 'nope'"),
        (["--draws", "0"], "--draws"),
    ],
)
def test_fit_explains_mistakes_before_sampling(
    store: Path, resumed: str, options: list[str], says: str
) -> None:
    before = Store(store).version()
    run = atlas("fit", "--benchmark", "small", *options, "--store", store, code=1)
    assert says in run.stderr
    assert "sampling" not in run.stderr
    assert Store(store).version() == before


def test_a_fit_cannot_be_resumed_to_fewer_draws(store: Path, resumed: str) -> None:
    run = atlas_process("fit", *SMALL, "--resume", resumed, "--draws", "1500", "--store", store, code=1)
    assert "has 1500 draws a chain already" in run.stderr


def kept(store: Path) -> dict[str, int]:
    """Files of a store, those aside that tell of jobs."""
    return {name: written for name, written in files(store).items() if not name.startswith("jobs")}


def test_interrupting_leaves_the_store_as_it_was(store: Path) -> None:
    """Ctrl-C on a terminal while chains are drawing, which their progress bars tell."""
    before = kept(store)
    draws = 5_000_000
    with terminal("fit", *SMALL, "--draws", str(draws), "--store", store) as fit:
        fit.read_until(rf"[1-9]\d*/{draws + 200}")
        code = fit.interrupt()
    assert code == 1
    assert "Stopped; the store is as it was." in fit.said
    assert "Traceback" not in fit.said
    assert kept(store) == before
    told = jobs(store)[0]
    assert (told.state, told.reason) == (FAILED, "Stopped; the store is as it was.")


def test_a_dask_cluster_gives_the_same_numbers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole command on two workers, and in this process: same fit, same lineage-aware intervals."""
    # Refits enough to be spread over workers.
    monkeypatch.setattr(assess, "MOST_REPLICATES", assess.FEWEST_REPLICATES)
    monkeypatch.setattr(assess, "lineage", partial(assess.lineage, replicates=20))
    distributed = pytest.importorskip("distributed")
    _, responses = rasch(60, 8, seed=1)
    source = tmp_path / "small.csv"
    responses.assign(
        model=[f"org{number % 20}/model{number}" for number in responses["model"]],
        correct=responses["correct"].astype(int),
    ).to_csv(source, index=False)
    found = []
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0"
    ) as cluster:
        for where in (("--backend", "dask", "--scheduler", cluster.scheduler_address), ("--jobs", "1")):
            own = tmp_path / where[-1].replace("/", "").replace(":", "")
            atlas("import", source, "--benchmark", "small", "--store", own)
            atlas("fit", *SMALL, "--draws", "1000", *where, "--store", own)
            with Store(own).open() as snapshot:
                fit = snapshot.usable_fit("small")
                found.append((fit, snapshot.items("small", fit), snapshot.item_statistics(fit)))
    (first, items, statistics), (second, same_items, same_statistics) = found
    assert first == second
    pd.testing.assert_frame_equal(items, same_items)
    pd.testing.assert_frame_equal(statistics, same_statistics)
    assert np.isfinite(items["sd"]).all()


def test_a_fit_goes_on_by_itself_until_it_converges(store: Path, resumed: str) -> None:
    run = atlas("fit", *SMALL, "--draws", "250", "--seed", "4", "--no-checks", "--store", store)
    assert "not converged yet" in run.stderr
    assert "going on to 500 draws a chain" in run.stderr


def test_several_benchmarks_in_one_command(tmp_path: Path) -> None:
    for name, seed in (("one", 1), ("two", 2)):
        _, responses = rasch(150, 10, seed=seed)
        responses.astype({"correct": int}).to_csv(tmp_path / f"{name}.csv", index=False)
        atlas("import", tmp_path / f"{name}.csv", "--benchmark", name, "--store", tmp_path / "store")
    options = ("--draws", "800", "--chains", "2", "--no-checks", "--store", tmp_path / "store")
    said = atlas("fit", "--benchmark", "one", "--benchmark", "two", *options).stdout
    assert "2 of 2 benchmarks fitted" in said
    with Store(tmp_path / "store").open() as snapshot:
        assert snapshot.usable_fit("one") != snapshot.usable_fit("two")


def test_two_parameter_fit_from_the_command_line(store: Path, resumed: str) -> None:
    """Item 5 is labelled the wrong way round: its slope goes to nothing, the others' do not."""
    options = ("--model", "2pl", "--draws", "1500", "--families", "none", "--no-checks")
    said = atlas("fit", *SMALL, *options, "--store", store).stdout
    assert "sds of ability" in said
    with Store(store).open() as snapshot:
        fits = snapshot.fits("small")
        two = fits.loc[fits["irt_model"] == "2pl", "fit"].iloc[0]
        items = snapshot.items("small", two)
    assert items["discrimination"].idxmin() == 5
    assert items["discrimination"].drop(5).min() > 2 * items["discrimination"][5]
