"""Two fits on one scale: exact where it must be, and within its standard errors where data are noisy."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit
from scipy.stats import norm

from analysis.errors import AtlasError
from analysis.irt.drift import drifting_anchors
from analysis.irt.estimate import Estimate, estimate
from analysis.irt.linking import Link, link_items, link_models, shared
from analysis.irt.matrix import MISSING, ResponseMatrix
from analysis.irt.point import Point
from analysis.irt.stacking import stack

METHODS = ["mean/mean", "mean/sigma", "stocking-lord", "haebara"]
SLOPE, INTERCEPT = 1 / 1.4, -1.0 / 1.4  # a group with mean 1 and sd 1.4 seen from one with mean 0 and sd 1


def two_pl(items: int, rng: np.random.Generator, asymptote: float = 0.0) -> Point:
    return Point(rng.normal(0, 1.3, items), 0.4, 1.1, np.exp(rng.normal(0, 0.3, items)), asymptote)


def on_other_scale(point: Point) -> Point:
    """What a fit with another gauge would say of the same items."""
    return Link(SLOPE, INTERCEPT, 0, 0, "", 0).point(point)


def every(items: int) -> np.ndarray:
    return np.column_stack([np.arange(items)] * 2)


def noisy(point: Point, sd: float, rng: np.random.Generator, common: float = 0.0) -> Point:
    shift = rng.normal(0, common) if common else 0.0
    return Point(
        point.difficulty + rng.normal(0, sd, len(point.difficulty)) + shift,
        point.mean,
        point.sd,
        point.discrimination * np.exp(rng.normal(0, sd / 2, len(point.difficulty))),
    )


@pytest.mark.parametrize("asymptote", [0.0, 0.2])
def test_a_linked_point_gives_the_same_probabilities(asymptote: float) -> None:
    point = two_pl(30, np.random.default_rng(0), asymptote)
    ability = np.linspace(-4, 4, 17)
    link = Link(1.2, 0.3, 0.0, 0.0, "mean/sigma", 30)
    linked = link.point(point).probability(link.ability(ability))
    assert np.abs(linked - point.probability(ability)).max() < 1e-12
    standardised = (link.ability(ability) - link.point(point).mean) / link.point(point).sd
    assert standardised == pytest.approx((ability - point.mean) / point.sd)


def test_the_formula_of_a_published_table_changes_probabilities() -> None:
    """ATLAS links with d* = A d + B a; the invariant form is d* = d − a B / A."""
    a, b, ability = (
        grid.ravel() for grid in np.meshgrid(np.linspace(0.3, 3, 10), *[np.linspace(-3, 3, 13)] * 2)
    )
    d, slope, intercept = -a * b, 1.2, 0.3
    link = Link(slope, intercept, 0.0, 0.0, "published", 0)
    truth = expit(a * ability + d)
    a_linked, ability_linked = link.discrimination(a), link.ability(ability)
    ours = expit(a_linked * ability_linked + link.item_intercept(d, a))
    theirs = expit(a_linked * ability_linked + slope * d + intercept * a_linked)
    assert np.abs(ours - truth).max() < 1e-12
    assert np.abs(theirs - truth).max() > 0.3
    assert link.item_intercept(d, a) == pytest.approx(-a_linked * link.difficulty(b))


@pytest.mark.parametrize("method", METHODS)
def test_without_noise_every_method_finds_the_scale(method: str) -> None:
    source = two_pl(25, np.random.default_rng(1))
    target = on_other_scale(source)
    anchors = every(25)[3:20][::-1]
    link = link_items(source, target, anchors, method=method, replicates=20)
    assert (link.slope, link.intercept) == pytest.approx((SLOPE, INTERCEPT), abs=1e-7)
    assert max(link.slope_se, link.intercept_se) < 1e-7
    assert link.anchors == 17
    assert link.point(source).difficulty == pytest.approx(target.difficulty, abs=1e-6)


def test_anchors_pair_items_in_any_order() -> None:
    names, others = ["a", "b", "c", "d"], ["x", "d", "b", "y", "a"]
    pairs = shared(names, others)
    assert [(names[i], others[j]) for i, j in pairs] == [("a", "a"), ("b", "b"), ("d", "d")]
    source = Point(np.array([-1.0, 0.5, 9.0, 2.0]), 0.0, 1.0)
    target = Point(np.array([7.0, 2.5, 1.0, 8.0, -0.5]), 0.0, 1.0)
    link = link_items(source, target, pairs)
    assert link.method == "mean/mean"  # two Rasch fits share the logit
    assert (link.slope, link.intercept) == pytest.approx((1.0, 0.5))


@pytest.mark.parametrize("method", ["stocking-lord", "haebara"])
@pytest.mark.parametrize("kind", ["2pl", "rasch"])
def test_curve_methods_equal_a_search_by_plain_loops(method: str, kind: str) -> None:
    rng = np.random.default_rng(2)
    source = two_pl(12, rng)
    target = noisy(on_other_scale(source), 0.3, rng)
    if kind == "rasch":  # sums of zero make the search start at B = 0, but for rounding
        source, target = (
            Point(point.difficulty - point.difficulty.mean(), point.mean, point.sd, np.ones(12))
            for point in (source, target)
        )
    link = link_items(source, target, every(12), method=method, replicates=2)
    standard = np.linspace(-4, 4, 41)

    def loss(slope: float, intercept: float) -> float:
        total = 0.0
        for z in standard:
            theta = target.mean + target.sd * z
            gaps = [
                expit(a2 * (theta - b2)) - expit(a1 / slope * (theta - slope * b1 - intercept))
                for a1, b1, a2, b2 in zip(
                    source.discrimination,
                    source.difficulty,
                    target.discrimination,
                    target.difficulty,
                    strict=True,
                )
            ]
            total += norm.pdf(z) * (sum(gaps) ** 2 if method == "stocking-lord" else sum(g**2 for g in gaps))
        return total

    centre, width = (0.8, -0.6), 0.4
    for _ in range(7):  # a grid of 7 × 7, ever finer around its best node
        grid = [
            (centre[0] + width * i / 3, centre[1] + width * j / 3) for i in range(-3, 4) for j in range(-3, 4)
        ]
        centre = min(grid, key=lambda at: loss(*at))
        width /= 2.2
    assert (link.slope, link.intercept) == pytest.approx(centre, abs=2 * width)
    assert loss(link.slope, link.intercept) <= loss(*centre) + 1e-12


def drifted(point: Point, sd: float, rng: np.random.Generator) -> Point:
    return replace(point, difficulty=point.difficulty + rng.normal(0, sd, len(point.difficulty)))


def coverage(method: str, sets: int, *, drift: float = 0.0, replicates: int = 100) -> np.ndarray:
    """Share of sets in which ±1.96 standard errors hold the true slope, and intercept."""
    hits = []
    for seed in range(sets):
        rng = np.random.default_rng(seed)
        source = two_pl(40, rng)
        target = on_other_scale(source)
        link = link_items(
            drifted(noisy(source, 0.12, rng), drift, rng),
            drifted(noisy(target, 0.12 * SLOPE, rng), drift * SLOPE, rng),
            every(40),
            method=method,
            replicates=replicates,
            seed=seed,
        )
        error = np.array([link.slope - SLOPE, link.intercept - INTERCEPT])
        hits.append(np.abs(error) < 1.96 * np.array([link.slope_se, link.intercept_se]))
    return np.mean(hits, axis=0)


@pytest.mark.parametrize(
    ("method", "sets", "replicates", "drift"),
    [
        ("mean/mean", 200, 100, 0.0),
        ("mean/sigma", 200, 100, 0.0),
        ("mean/sigma", 200, 100, 0.3),
        ("stocking-lord", 100, 30, 0.0),
    ],
)
def test_standard_errors_cover_unlike_groups(method: str, sets: int, replicates: int, drift: float) -> None:
    """Groups a mean of 1 and an sd of 1.4 apart; also where items drift at random."""
    covered = coverage(method, sets, drift=drift, replicates=replicates)
    assert ((covered > 0.88) & (covered < 0.99)).all()  # 95% ± 3.5 binomial standard errors at most


def test_draws_add_the_error_that_items_have_in_common() -> None:
    """As when b − μ is given and μ is uncertain: no bootstrap of anchors sees it."""
    hits, blind = [], []
    for seed in range(150):
        rng = np.random.default_rng(seed)
        truth = Point(rng.normal(0, 1.3, 30), 0.0, 1.0)
        fits = [noisy(truth, 0.1, rng, common=0.15) for _ in range(2)]
        rasch = [Point(fit.difficulty, 0.0, 1.0) for fit in fits]
        draws = [
            [Point(noisy(fit, 0.1, rng, common=0.15).difficulty, 0.0, 1.0) for _ in range(100)]
            for fit in rasch
        ]
        link = link_items(*rasch, every(30), source_draws=draws[0], target_draws=draws[1], replicates=80)
        hits.append(abs(link.intercept) < 1.96 * link.intercept_se)
        blind.append(abs(link.intercept) < 1.96 * link_items(*rasch, every(30)).intercept_se)
    assert 0.88 < np.mean(hits) <= 0.99
    assert np.mean(blind) < 0.5


def test_in_the_zero_sum_gauge_draws_leave_no_error_to_a_shift() -> None:
    """All items are anchors and sum to zero in both fits: B is 0, and certainly so."""
    rng = np.random.default_rng(3)

    def centred() -> Point:
        difficulty = np.linspace(-2, 2, 200) + rng.normal(0, 0.1, 200)
        return Point(difficulty - difficulty.mean(), 0.0, 1.0)

    draws = [centred() for _ in range(100)]
    link = link_items(centred(), centred(), every(200), source_draws=draws, target_draws=draws[::-1])
    assert link.intercept == pytest.approx(0, abs=1e-12)
    alone = link_items(centred(), centred(), every(200))
    assert link.intercept_se < alone.intercept_se / 2


def estimated(
    ability: np.ndarray, noise: np.ndarray, mean: float, sd: float, rng: np.random.Generator
) -> Estimate:
    """Posterior of abilities under Normal(mean, sd) after one normal measurement of each."""
    measured = ability + rng.normal(0, noise)
    precision = 1 / noise**2 + 1 / sd**2
    return Estimate(
        Point(np.zeros(2), mean, sd), (measured / noise**2 + mean / sd**2) / precision, precision**-0.5
    )


@pytest.mark.parametrize("method", ["mean/sigma", "mean/mean"])
def test_shared_models_link_tests_of_unlike_precision(method: str) -> None:
    """The shared models are better than both populations, and one test is far shorter than the other."""
    slope = 1.0 if method == "mean/mean" else 1.4
    hits = []
    for seed in range(150):
        rng = np.random.default_rng(seed)
        ability = rng.normal(1.0, 0.8, 150)
        source = estimated(ability, rng.uniform(0.2, 0.3, 150), 0.0, 1.2, rng)
        target = estimated(slope * ability + 0.7, rng.uniform(0.5, 1.0, 150), -0.5, 1.5, rng)
        link = link_models(source, target, every(150), method=method, seed=seed, replicates=400)
        error = np.array([link.slope - slope, link.intercept - 0.7])
        hits.append(np.abs(error) <= 1.96 * np.array([link.slope_se, link.intercept_se]))
    covered = np.mean(hits, axis=0)
    assert (covered > 0.88).all()
    assert covered[1] < 0.99


def test_models_of_one_family_are_resampled_together() -> None:
    rng = np.random.default_rng(4)
    ability = rng.normal(0, 1, 200)
    source = estimated(ability, np.full(200, 0.2), 0.0, 1.0, rng)
    familiar = np.repeat(np.arange(20), 10)
    shift = rng.normal(0, 0.5, 20)[familiar]  # each family finds the other test easier or harder
    target = estimated(ability + shift, np.full(200, 0.2), 0.0, 1.1, rng)
    plain = link_models(source, target, every(200))
    clustered = link_models(source, target, every(200), families=familiar)
    assert (plain.slope, plain.method) == (1.0, "mean/mean")
    assert clustered.intercept == plain.intercept
    assert clustered.intercept_se == pytest.approx(0.5 / np.sqrt(20), rel=0.5)
    assert clustered.intercept_se > 2 * plain.intercept_se


def test_drifting_anchors_are_named_and_do_not_bend_the_link() -> None:
    rng = np.random.default_rng(5)
    sd = np.full(60, 0.1)
    truth = Point(rng.normal(0, 1.2, 60), 0.0, 1.0)
    moved = truth.difficulty + 0.5
    moved[:15] += 1.0
    target = Point(moved + rng.normal(0, 0.1, 60), 0.5, 1.0)
    source = Point(truth.difficulty + rng.normal(0, 0.1, 60), 0.0, 1.0)
    found = drifting_anchors(source, target, every(60), sd, sd)
    named = found.items[found.items["drifts"]]
    assert set(named["source_item"]) >= set(range(15))
    assert len(named) <= 18
    assert found.items["drifts"].is_monotonic_decreasing
    assert named["difference"].abs().is_monotonic_decreasing
    assert named.loc[list(range(15)), "difference"].mean() == pytest.approx(1.0, abs=0.1)
    assert found.link.intercept == pytest.approx(0.5, abs=0.07)
    assert link_items(source, target, every(60)).intercept == pytest.approx(0.75, abs=0.07)
    assert found.link.anchors == 60 - len(named)


def test_false_discoveries_of_drift_are_kept_to_what_is_promised() -> None:
    any_named, false_share = [], []
    for seed in range(150):
        rng = np.random.default_rng(seed)
        source_sd, target_sd = rng.uniform(0.05, 0.3, 50), rng.uniform(0.05, 0.3, 50)
        difficulty = rng.normal(0, 1.2, 50)
        for drifting, record in [(0, any_named), (10, false_share)]:
            drift = np.where(np.arange(50) < drifting, 1.2, 0.0)
            source = Point(difficulty + rng.normal(0, source_sd), 0.0, 1.0)
            target = Point(difficulty + drift + rng.normal(0, target_sd), 0.0, 1.0)
            items = drifting_anchors(source, target, every(50), source_sd, target_sd, replicates=2).items
            named = items.loc[items["drifts"], "source_item"]
            record.append((named >= drifting).sum() / max(1, len(named)))
    assert np.mean(any_named) < 0.11  # 5% + 3.5 binomial standard errors
    assert np.mean(false_share) < 0.07


def test_where_all_items_drift_the_steadier_half_still_links() -> None:
    rng = np.random.default_rng(6)
    source = Point(np.linspace(-2, 2, 31), 0.0, 1.0)
    target = Point(source.difficulty + rng.normal(0, 2, 31), 0.0, 1.0)
    found = drifting_anchors(source, target, every(31), np.full(31, 1e-3), np.full(31, 1e-3))
    assert found.link.anchors == 16


def simulated(ability: np.ndarray, difficulty: np.ndarray, rng: np.random.Generator) -> ResponseMatrix:
    right = rng.random((len(ability), len(difficulty))) < expit(ability[:, None] - difficulty)
    return ResponseMatrix(right.astype(np.int8), np.arange(len(ability)))


def test_stacked_matrices_keep_every_answer_in_its_place() -> None:
    first = ResponseMatrix(np.array([[1, 0, 1], [0, MISSING, 1]], dtype=np.int8), np.array([3, 8]))
    second = ResponseMatrix(np.array([[1, 1], [1, MISSING]], dtype=np.int8), np.array([0, 1]))
    stacked = stack(first, second, items=np.array([[1, 0]]), models=np.array([[1, 0]]))
    assert stacked.matrix.values.tolist() == [
        [1, 0, 1, MISSING],
        [0, 1, 1, 1],  # the second matrix knows what the first does not
        [MISSING, 1, MISSING, MISSING],
    ]
    assert stacked.second_items.tolist() == [1, 3]
    assert stacked.second_models.tolist() == [1, 2]


@pytest.mark.parametrize("mean", [0.0, 1.0])
def test_concurrent_calibration_agrees_with_separate_fits_linked(mean: float) -> None:
    """But for its bias where one population is assumed and two differ, stated in the docstring of `stack`."""
    rng = np.random.default_rng(7)
    difficulty = rng.normal(0, 1.2, 180)
    first = simulated(rng.normal(0, 1, 700), difficulty[:120], rng)
    second = simulated(rng.normal(mean, 1.4, 700), difficulty[60:], rng)
    anchors = np.column_stack([np.arange(60, 120), np.arange(60)])

    fits = estimate(first), estimate(second)
    link = link_items(fits[1].point, fits[0].point, anchors[:, ::-1])
    separate = np.concatenate([fits[0].point.difficulty, link.difficulty(fits[1].point.difficulty[60:])])
    concurrent = estimate(stack(first, second, items=anchors).matrix).point.difficulty
    centred = [values - values.mean() for values in (separate, concurrent, difficulty)]
    assert np.std(centred[0] - centred[2]) < 0.13  # a standard error is 0.1
    assert np.std(centred[0] - centred[1]) < (0.04 if mean == 0 else 0.06)
    drawn_together = [(d - centred[2])[120:].mean() - (d - centred[2])[:60].mean() for d in centred[:2]]
    assert drawn_together[0] == pytest.approx(0.0, abs=0.1)
    assert drawn_together[1] - drawn_together[0] == pytest.approx(-0.07 * mean, abs=0.04)
    group_gap = link.ability(fits[1].point.mean) - fits[0].point.mean
    assert group_gap == pytest.approx(mean, abs=0.2)  # the gap's standard error is 0.065


def test_shared_models_link_separate_items_as_one_fit_of_all_does() -> None:
    rng = np.random.default_rng(8)
    ability, difficulty = rng.normal(0.3, 1.2, 800), rng.normal(0, 1, 70) + np.repeat([0.0, 1.0], [40, 30])
    whole = simulated(ability, difficulty, rng)
    first = ResponseMatrix(whole.values[:, :40], whole.models)
    second = ResponseMatrix(whole.values[:, 40:], whole.models)
    stacked = stack(first, second, models=every(800))
    assert (stacked.matrix.values == whole.values).all()

    fits = estimate(first), estimate(second)
    link = link_models(fits[1], fits[0], every(800))
    separate = np.concatenate([fits[0].point.difficulty, link.difficulty(fits[1].point.difficulty)])
    together = estimate(whole).point.difficulty
    assert separate - separate.mean() == pytest.approx(together - together.mean(), abs=0.06)


def test_what_cannot_be_linked_says_so() -> None:
    rng = np.random.default_rng(9)
    point = two_pl(5, rng)
    with pytest.raises(AtlasError, match="fewer than two items"):
        link_items(point, point, every(5)[:1])
    with pytest.raises(AtlasError, match="choose one of mean/mean"):
        link_items(point, point, every(5), method="equipercentile")
    flat = Point(np.zeros(5), 0.0, 1.0)
    with pytest.raises(AtlasError, match="all equally difficult"):
        link_items(flat, point, every(5), method="mean/sigma")
    with pytest.raises(AtlasError, match="occurs twice"):
        shared(["a", "a"], ["a"])
    matrix = simulated(np.zeros(4), np.zeros(3), rng)
    with pytest.raises(AtlasError, match="neither items nor models"):
        stack(matrix, matrix)
    other = ResponseMatrix(1 - matrix.values, matrix.models)
    with pytest.raises(AtlasError, match="12 answers"):
        stack(matrix, other, items=every(3), models=every(4))
    same = Estimate(flat, np.full(6, 0.1), np.full(6, 0.4))
    with pytest.raises(AtlasError, match="no more than noise"):
        link_models(same, same, every(6), method="mean/sigma")
    with pytest.raises(AtlasError, match="one family"):
        link_models(same, same, every(6), families=np.zeros(6))
