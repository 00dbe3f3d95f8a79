from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import quad
from scipy.special import expit, logsumexp
from scipy.stats import norm
from typer.testing import CliRunner

from analysis.cli import app
from analysis.errors import AtlasError
from analysis.imports import import_file
from analysis.irt import ResponseMatrix, backends, brute_force, comparison, estimate
from analysis.irt import fit as fitting
from analysis.irt.backends import Progress
from analysis.irt.comparison import compare, log_likelihood_of_families
from analysis.irt.diagnostics import Diagnostics
from analysis.irt.families import Families
from analysis.irt.fit import fit_irt
from analysis.irt.fitted import Fit, Settings
from analysis.irt.likelihood import Kind
from analysis.irt.point import Point
from analysis.irt.refits import Refits
from analysis.jobs import jobs
from analysis.store import Store

KINDS = [Kind(), Kind("rasch", 0.2), Kind("2pl"), Kind("2pl", 0.25)]
SHORT = Settings(draws=200, tune=200, chains=2)
HERE = Refits(jobs=1)
FAMILY = np.concatenate([np.zeros(12, dtype=int), 1 + np.arange(288) // 3])


def families(number: np.ndarray) -> Families:
    names = np.array([f"f{family}" for family in range(number.max() + 1)], dtype=object)
    return Families(number, names, "metadata", None, "As given.")


def simulated(slopes: np.ndarray, seed: int) -> ResponseMatrix:
    """300 models; to those of the first family other items are hard than to the rest."""
    rng = np.random.default_rng(seed)
    ability, difficulty = rng.normal(0, 1, (300, 1)), rng.normal(0, 1, len(slopes))
    own = np.where(FAMILY[:, None] == 0, rng.normal(0, 1.2, len(slopes)), 0.0)
    answers = rng.random((300, len(slopes))) < expit(slopes * (ability - difficulty - own))
    return ResponseMatrix(answers.astype("i1"), np.arange(300))


def both(matrix: ResponseMatrix) -> list[Fit]:
    kinds = Kind("rasch"), Kind("2pl")
    return [fit_irt(matrix, benchmark="x", seed=1, kind=kind, settings=SHORT) for kind in kinds]


@pytest.fixture(scope="module")
def alike() -> ResponseMatrix:
    return simulated(np.full(15, 1.2), seed=1)


@pytest.fixture(scope="module")
def varied() -> ResponseMatrix:
    return simulated(np.geomspace(0.3, 3.0, 15), seed=2)


@pytest.fixture(scope="module")
def fits_of_alike(alike: ResponseMatrix) -> list[Fit]:
    return both(alike)


@pytest.fixture(scope="module")
def fits_of_varied(varied: ResponseMatrix) -> list[Fit]:
    return both(varied)


def test_leave_one_out_is_that_of_a_normal_mean() -> None:
    """With a flat prior on the mean, y_i is normal around the others' mean with variance 1 + 1 / (n − 1)."""
    rng = np.random.default_rng(1)
    y = rng.normal(0, 1, 30)
    draws = rng.normal(y.mean(), 30**-0.5, (4000, 1))
    elpd, pareto_k = backends.leave_one_out(norm.logpdf(y, draws, 1.0))
    others = (y.sum() - y) / 29
    np.testing.assert_allclose(elpd, norm.logpdf(y, others, np.sqrt(1 + 1 / 29)), atol=0.02)
    assert pareto_k.max() < 0.5


def test_a_pareto_k_is_the_tail_index_of_the_weights() -> None:
    """1 / likelihood has Pareto tails of index k, the log-likelihood then being exponential with mean k."""
    rng = np.random.default_rng(2)
    heaviness = np.array([0.3, 0.9])
    _, pareto_k = backends.leave_one_out(-rng.exponential(heaviness, (20_000, 2)))
    np.testing.assert_allclose(pareto_k, heaviness, atol=0.15)


@pytest.mark.parametrize("missing", [0.0, 0.3])
@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_the_log_likelihood_of_a_family_is_a_sum_of_integrals(kind: Kind, missing: float) -> None:
    rng = np.random.default_rng(3)
    values = rng.integers(0, 2, (7, 4)).astype("i1")
    values[rng.random(values.shape) < missing] = -1
    slopes = np.array([0.4, 1.0, 1.7, 2.5]) if kind.varies_discrimination else np.ones(4)
    difficulty = np.array([-1.2, 0.1, 0.3, 0.8])
    points = [
        Point(difficulty, 0.3, 1.1, slopes, kind.asymptote),
        Point(difficulty[::-1].copy(), -0.4, 0.8, slopes, kind.asymptote),
    ]
    number = np.array([0, 1, 2, 1, 1, 0, 0])

    def integrated(row: np.ndarray, point: Point) -> float:
        def density(ability: float) -> float:
            p = point.probability(np.array(ability))
            probability = np.where(row == 1, p, 1 - p)[row >= 0].prod()
            return float(probability * norm.pdf(ability, point.mean, point.sd))

        return quad(density, -12, 12, points=[point.mean], epsabs=0, epsrel=1e-10)[0]

    expected = np.zeros((2, 3))
    for which, point in enumerate(points):
        for family, row in zip(number, values, strict=True):
            expected[which, family] += np.log(integrated(row, point))
    matrix = ResponseMatrix(values, np.arange(7))
    found = log_likelihood_of_families(matrix, families(number), points, kind)
    np.testing.assert_allclose(found, expected, atol=1e-4 if kind.asymptote else 1e-6)


def test_draws_share_a_grid_at_no_loss(varied: ResponseMatrix, fits_of_varied: list[Fit]) -> None:
    for fit in fits_of_varied:
        found = log_likelihood_of_families(varied, families(FAMILY), fit.points, fit.kind)
        for which in (0, 50, 99):
            by_model = brute_force.log_likelihood_of_models(varied, fit.points[which])
            np.testing.assert_allclose(found[which], np.bincount(FAMILY, weights=by_model), atol=1e-6)


def test_slopes_of_their_own_are_of_no_use_where_items_discriminate_alike(
    alike: ResponseMatrix, fits_of_alike: list[Fit]
) -> None:
    found = compare(fits_of_alike, alike, families(FAMILY), refits=HERE)
    for table in (found.table, found.kfold):
        assert table["model"].tolist() == ["Rasch", "2PL"]
        gain = table["elpd"][1] - table["elpd"][0]
        assert gain < 2 * table["dse"].max()
        assert table["diff_per_model"].max() < 2 * table["dse_per_model"].max() or gain < 0
    assert "The simpler one will do." in found.sentence or "would fit noise" in found.sentence


def test_slopes_of_their_own_predict_better_where_items_discriminate_differently(
    varied: ResponseMatrix, fits_of_varied: list[Fit]
) -> None:
    found = compare(fits_of_varied, varied, families(FAMILY), refits=HERE)
    for table in (found.table, found.kfold):
        assert table["elpd_diff"][1] == 0.0
        assert table["elpd_diff"][0] == pytest.approx(table["elpd"][1] - table["elpd"][0])
        assert table["elpd_diff"][0] > 3 * table["dse"][0]
        assert table["diff_per_model"][0] == pytest.approx(table["elpd_diff"][0] / 300)
    # A posterior predicts as well as an estimate from nine tenths of the families, or a little better.
    np.testing.assert_allclose(found.table["elpd"], found.kfold["elpd"], atol=12)
    # 15 difficulties, μ and σ; 15 slopes more, none of them free of its prior.
    assert 12 < found.table["p"][0] < 30
    assert found.table["p"][0] < found.table["p"][1] < 45
    assert found.sentence.startswith("The 2PL model predicts the responses of a new family of models better")
    assert "the Rasch difficulty remains the order of the proportion correct" in found.sentence


def test_elpd_is_that_of_a_fit_without_the_family(varied: ResponseMatrix, fits_of_varied: list[Fit]) -> None:
    rasch = fits_of_varied[0]
    by_draw = log_likelihood_of_families(varied, families(FAMILY), rasch.points, rasch.kind)
    elpd, _ = backends.leave_one_out(by_draw)
    without = fit_irt(varied.of_models(FAMILY != 0), benchmark="x", seed=1, settings=SHORT)
    alone = families(np.zeros(12, dtype=int))
    by_draw_without = log_likelihood_of_families(
        varied.of_models(FAMILY == 0), alone, without.points, rasch.kind
    )
    exact = logsumexp(by_draw_without) - np.log(len(without.points))
    fitted = logsumexp(by_draw[:, 0]) - np.log(len(rasch.points))
    assert fitted - exact > 1.0, "the family should matter to the posterior"
    assert elpd[0] == pytest.approx(exact, abs=0.5)


def test_kfold_is_a_loop_over_families(varied: ResponseMatrix, fits_of_varied: list[Fit]) -> None:
    number = np.repeat([0, 1, 2, 3], [20, 60, 100, 120])
    elpd = np.zeros((2, 4))
    for family in range(4):
        out = number == family
        for row, kind in enumerate(("rasch", "2pl")):
            point = estimate(varied.of_models(~out), kind=kind).point
            elpd[row, family] = brute_force.log_likelihood(varied.of_models(out), point)
    found = compare(fits_of_varied, varied, families(number), folds=10, refits=HERE).kfold
    np.testing.assert_allclose(found["elpd"], elpd.sum(axis=1), atol=0.05)
    np.testing.assert_allclose(found["se"], 2 * elpd.std(axis=1, ddof=1), atol=0.05)


def test_families_too_influential_for_psis_are_told_and_kfold_decides(
    varied: ResponseMatrix, fits_of_varied: list[Fit]
) -> None:
    halves = families(np.arange(300) % 2)
    found = compare(fits_of_varied, varied, halves, refits=HERE)
    assert (found.table["k_max"] > 0.7).any()
    assert found.table["k_high_models"].tolist() == (150 * found.table["k_high"]).tolist()
    assert "(K-fold over 2 families" in found.sentence
    assert "PSIS-LOO says" in found.sentence
    assert "of the 300 models, move the posterior too far" in found.sentence


def test_folds_hold_whole_families_and_as_many_models() -> None:
    rng = np.random.default_rng(4)
    sizes = np.append(rng.integers(1, 9, 200), 40)
    fold = comparison._folds(sizes, 10, seed=1)
    filled = np.bincount(fold, weights=sizes, minlength=10)
    assert np.ptp(filled) <= 1, "families of one model come last and level the folds"
    assert (fold == comparison._folds(sizes, 10, seed=1)).all()
    assert (fold != comparison._folds(sizes, 10, seed=2)).any()
    assert sorted(comparison._folds(np.array([3, 1, 2]), 10, seed=1)) == [0, 1, 2]


def test_standard_errors_are_those_of_resampled_families() -> None:
    rng = np.random.default_rng(5)
    sizes = rng.geometric(0.2, 400)
    elpd = np.stack([-60.0 * sizes, -59.0 * sizes + rng.normal(0, np.sqrt(sizes))])
    table = comparison._table([Kind(), Kind("2pl")], elpd, sizes)
    drawn = rng.integers(400, size=(4000, 400))
    gain = (elpd[1] - elpd[0])[drawn].sum(axis=1)
    assert table["dse"][0] == pytest.approx(gain.std(), rel=0.05)
    assert table["dse_per_model"][0] == pytest.approx((gain / sizes[drawn].sum(axis=1)).std(), rel=0.05)
    assert table["se"][1] == pytest.approx(elpd[1][drawn].sum(axis=1).std(), rel=0.05)
    assert table["dse"][0] > 1.5 * 400 * sizes.mean() * table["dse_per_model"][0], "sizes alone vary the sum"


def test_what_is_said_when_the_rasch_model_is_better() -> None:
    sizes, kinds = np.full(50, 2), [Kind("rasch", 0.25), Kind("2pl")]
    psis = np.stack([np.full(50, -10.0), np.full(50, -11.0) + np.linspace(-0.1, 0.1, 50)])
    said = comparison._sentence(kinds, psis, psis - 1, sizes, np.zeros(50, dtype=bool))
    assert said == (
        "The Rasch (guessing 0.25) model predicts the responses of a new family of models better than the "
        "2PL model, by 0.5 ± 0.0042 nats a model (PSIS-LOO over 50 families, ± standard error). So "
        "discriminations that differ from item to item would fit noise. K-fold says 0.5 ± 0.0042."
    )


def test_what_cannot_be_compared_is_an_error(
    varied: ResponseMatrix, alike: ResponseMatrix, fits_of_varied: list[Fit]
) -> None:
    with pytest.raises(AtlasError, match="at least two fits"):
        compare(fits_of_varied[:1], varied, families(FAMILY))
    with pytest.raises(AtlasError, match="families in turn"):
        compare(fits_of_varied, varied, families(np.zeros(300, dtype=int)))
    with pytest.raises(AtlasError, match="299 models have families, 300 have responses"):
        compare(fits_of_varied, varied, families(FAMILY[1:]))
    with pytest.raises(AtlasError, match="is of other responses"):
        compare(fits_of_varied, alike, families(FAMILY))


@pytest.fixture(scope="module")
def store(varied: ResponseMatrix, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("compared")
    wide = pd.DataFrame(varied.values, index=[f"f{family}/m{row}" for row, family in enumerate(FAMILY)])
    wide.columns = [f"i{item}" for item in wide]
    wide.to_csv(folder / "responses.csv", index_label="model")
    import_file(Store(folder / "store"), folder / "responses.csv", benchmark="mine")
    return folder / "store"


def test_the_command_prints_both_tables_and_what_they_say(
    store: Path, fits_of_varied: list[Fit], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def known(
        matrix: ResponseMatrix,
        *,
        kind: Kind,
        settings: Settings,
        seed: int,
        benchmark: str,
        progress: Progress,
    ) -> Fit:
        progress(0, 30)
        asked.append((benchmark, kind.name, settings.draws, seed))
        (fit,) = [fit for fit in fits_of_varied if fit.kind == kind]
        return replace(fit, diagnostics=Diagnostics(1.0, 1000.0, 1000.0, 0, 0.0))

    monkeypatch.setattr(fitting, "fit_irt", known)
    options = ["--benchmark", "mine", "--draws", "700", "--seed", "3", "--jobs", "1", "--store", str(store)]
    run = CliRunner().invoke(app, ["compare", *options], catch_exceptions=False)
    assert run.exit_code == 0
    assert asked == [("mine", "rasch", 700, 3), ("mine", "2pl", 700, 3)]
    assert "Models of one organisation belong together: 97 families of 300 models." in run.stdout
    assert "PSIS-LOO, in nats" in run.stdout
    assert "K-fold, in nats" in run.stdout
    said = "The 2PL model predicts the responses of a new family of models better"
    assert said in run.stdout
    with Store(store).open() as snapshot:
        kept = snapshot.comparison("mine")
    assert kept is not None
    assert said in kept["sentence"]
    assert (kept["families"], kept["family_source"], kept["stale"]) == (97, "organisation", False)
    for table in ("psis", "kfold"):
        assert [row["model"] for row in json.loads(kept[table])] == ["Rasch", "2PL"]
    assert jobs(store)[0].sentence == "compare mine: finished"


def test_the_command_refuses_a_fit_that_did_not_converge(
    store: Path, fits_of_varied: list[Fit], monkeypatch: pytest.MonkeyPatch
) -> None:
    poor = replace(fits_of_varied[0], diagnostics=Diagnostics(1.2, 1000.0, 1000.0, 0, 0.0))
    monkeypatch.setattr(fitting, "fit_irt", lambda matrix, **how: poor)
    with pytest.raises(AtlasError, match=r"did not converge: R-hat 1\.200 is above 1\.01\. .* --draws 3000"):
        CliRunner().invoke(
            app, ["compare", "--benchmark", "mine", "--store", str(store)], catch_exceptions=False
        )
    assert jobs(store)[0].reason.startswith("The rasch fit did not converge")
