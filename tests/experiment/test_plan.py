"""Which items runs train on."""

import numpy as np
import pytest

from data.experiment.plan import BASELINE, hold_out, plan, sample_held_out

BINS = np.repeat(np.arange(10), [50, 54, 46, 50, 50, 50, 52, 48, 50, 50])
HELD_OUT = hold_out(BINS, 10, seed=1)
RUNS = plan(BINS, HELD_OUT, seeds=3, root=1)


def test_every_bin_gives_as_many_held_out_items():
    assert np.bincount(BINS[HELD_OUT]).tolist() == [10] * 10


def test_a_bin_too_small_is_refused():
    with pytest.raises(ValueError, match="bin 3 has 46 items"):
        hold_out(BINS, 46, seed=1)


def test_no_run_trains_on_a_held_out_item():
    assert not any(np.isin(run.items, HELD_OUT).any() for run in RUNS)


def test_a_sample_of_the_held_out_items_has_as_many_of_every_bin():
    sample = sample_held_out(BINS, HELD_OUT, 4, seed=2)
    assert np.isin(sample, HELD_OUT).all()
    assert np.bincount(BINS[sample]).tolist() == [4] * 10
    assert (np.diff(sample) > 0).all()


def test_runs_take_equally_many_items_evenly_from_their_bins():
    assert (BASELINE.kind, len(BASELINE.items), BASELINE.first_bin, BASELINE.seed) == (
        "baseline",
        0,
        None,
        None,
    )
    assert {len(run.items) for run in RUNS} == {36}
    for run in RUNS:
        counts = np.bincount(BINS[run.items], minlength=10)
        inside = counts[run.first_bin - 1 : run.last_bin]
        assert inside.sum() == 36
        assert np.ptp(inside) <= 1


def test_ten_bins_two_halves_and_the_full_range_three_times():
    spans = [(run.first_bin, run.last_bin) for run in RUNS]
    wanted = [(number, number) for number in range(1, 11)] + [(1, 5), (6, 10), (1, 10)]
    assert sorted(spans) == sorted(wanted * 3)
    assert len({run.label for run in RUNS}) == len(RUNS) == 39
    assert all((run.kind == "bin") == (run.first_bin == run.last_bin) for run in RUNS)


def test_seeds_draw_different_items():
    full = [run.items for run in RUNS if (run.first_bin, run.last_bin) == (1, 10)]
    assert not np.array_equal(full[0], full[1])
