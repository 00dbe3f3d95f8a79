"""Which items runs train on."""

import numpy as np
import pytest

from data.experiment.plan import hold_out, plan

BINS = np.repeat(np.arange(10), [50, 54, 46, 50, 50, 50, 52, 48, 50, 50])
HELD_OUT = hold_out(BINS, 10, seed=1)
RUNS = plan(BINS, HELD_OUT, seeds=3, base_name="lists-base", root=1)


def test_every_bin_gives_as_many_held_out_items():
    assert np.bincount(BINS[HELD_OUT]).tolist() == [10] * 10


def test_a_bin_too_small_is_refused():
    with pytest.raises(ValueError, match="bin 3 has 46 items"):
        hold_out(BINS, 46, seed=1)


def test_no_run_trains_on_a_held_out_item():
    assert not any(np.isin(run.items, HELD_OUT).any() for run in RUNS)


def test_runs_take_equally_many_items_evenly_from_their_bins():
    baseline, *trained = RUNS
    assert (baseline.kind, len(baseline.items), baseline.first_bin, baseline.seed) == (
        "baseline",
        0,
        None,
        None,
    )
    assert {len(run.items) for run in trained} == {36}
    for run in trained:
        counts = np.bincount(BINS[run.items], minlength=10)
        inside = counts[run.first_bin - 1 : run.last_bin]
        assert inside.sum() == 36
        assert np.ptp(inside) <= 1


def test_ten_bins_two_halves_and_the_full_range_three_times():
    spans = [(run.first_bin, run.last_bin) for run in RUNS[1:]]
    wanted = [(number, number) for number in range(1, 11)] + [(1, 5), (6, 10), (1, 10)]
    assert sorted(spans) == sorted(wanted * 3)
    assert len({run.name for run in RUNS}) == len(RUNS) == 40
    assert all((run.kind == "bin") == (run.first_bin == run.last_bin) for run in RUNS[1:])


def test_seeds_draw_different_items():
    full = [run.items for run in RUNS if (run.first_bin, run.last_bin) == (1, 10)]
    assert not np.array_equal(full[0], full[1])
