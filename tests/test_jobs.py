"""What is told of long work, and by whom it is read."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from analysis import jobs
from analysis.errors import AtlasError
from analysis.jobs import FAILED, FINISHED, KEPT, LOST, RUNNING, SILENCE, Job
from tests.conftest import ROOT

CRASHING = """
import os, sys
from pathlib import Path
from analysis import jobs
with jobs.job(Path(sys.argv[1]), "fit", "toy"):
    os._exit(1)
"""


def states(store: Path) -> list[str]:
    return [told.state for told in jobs.jobs(store)]


def only_file(store: Path) -> Path:
    (path,) = (store / "jobs").glob("*.json")
    return path


def change(path: Path, **entries: object) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), **entries}))


def test_a_job_is_told_of_while_it_runs_and_afterwards(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(jobs, "BEAT", 0.01)
    with jobs.job(tmp_path, "fit", "toy") as telling:
        assert states(tmp_path) == [RUNNING]
        telling.step("sampling")
        telling.share(30, of=120)
        deadline = time.monotonic() + 10
        while jobs.jobs(tmp_path)[0].share is None and time.monotonic() < deadline:
            time.sleep(0.01)
        assert jobs.jobs(tmp_path)[0].sentence == "fit toy: sampling, 25%"
    (told,) = jobs.jobs(tmp_path)
    assert (told.state, told.sentence) == (FINISHED, "fit toy: finished")
    time.sleep(0.05)
    assert states(tmp_path) == [FINISHED], "the heartbeat does not bring it back to life"
    assert not list((tmp_path / "jobs").glob("*.new"))


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (AtlasError("bad.csv, line 3: no.\nMore."), "bad.csv, line 3: no."),
        (KeyboardInterrupt(), "KeyboardInterrupt"),
    ],
)
def test_a_failure_is_told_in_one_line_and_passed_on(tmp_path: Path, error, says: str) -> None:
    with pytest.raises(type(error)), jobs.job(tmp_path, "import", "toy"):
        raise error
    (told,) = jobs.jobs(tmp_path)
    assert (told.state, told.reason) == (FAILED, says)


def test_a_crash_is_found_out_at_once(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", CRASHING, str(tmp_path)], cwd=ROOT, check=False)
    (told,) = jobs.jobs(tmp_path)
    assert (told.state, told.reason) == (LOST, jobs.DIED)


def test_a_number_that_another_process_has_is_no_sign_of_life(tmp_path: Path) -> None:
    """As after a restart: the number is that of this very process."""
    with jobs.job(tmp_path, "fit", "toy"):
        pass
    path = only_file(tmp_path)
    change(path, state=RUNNING, updated=time.time())
    assert states(tmp_path) == [RUNNING]
    change(path, updated=time.time() - SILENCE - 1)
    assert states(tmp_path) == [LOST]


def test_a_process_elsewhere_is_judged_by_its_heartbeat(tmp_path: Path) -> None:
    with jobs.job(tmp_path, "fit", "toy"):
        pass
    change(only_file(tmp_path), state=RUNNING, host="elsewhere", process=2**22 + 1)
    assert states(tmp_path) == [RUNNING]


def test_two_jobs_at_once_are_told_apart(tmp_path: Path) -> None:
    with jobs.job(tmp_path, "fit", "one"):
        with jobs.job(tmp_path, "fit", "two"):
            assert [told.benchmark for told in jobs.jobs(tmp_path)] == ["two", "one"], "the latest first"
        assert states(tmp_path) == [FINISHED, RUNNING]
    assert states(tmp_path) == [FINISHED, FINISHED]


@pytest.mark.parametrize("content", ["", "{", "[1]", '{"kind": "fit"}', "\x00"])
def test_what_cannot_be_read_is_passed_over(tmp_path: Path, content: str) -> None:
    with jobs.job(tmp_path, "fit", "toy"):
        (tmp_path / "jobs/other.json").write_text(content)
    assert states(tmp_path) == [FINISHED]


def test_nothing_is_told_of_a_store_without_jobs(tmp_path: Path) -> None:
    assert jobs.jobs(tmp_path / "nowhere") == []


def test_files_are_swept_after_a_day(tmp_path: Path) -> None:
    with jobs.job(tmp_path, "fit", "old"):
        pass
    path = only_file(tmp_path)
    past = time.time() - KEPT - 60
    change(path, updated=past)
    assert states(tmp_path) == []
    os.utime(path, (past, past))
    with jobs.job(tmp_path, "fit", "new"):
        assert not path.exists()


def test_time_left_is_that_of_the_step() -> None:
    job = Job("fit", "toy", 0.0, 100.0, 130.0, "here", 1, what="sampling", share=0.25)
    assert job.seconds_left == pytest.approx(90.0)
    assert job.sentence == "fit toy: sampling, 25%, about 2 min left"
    for unknown in ({"share": None}, {"share": 0.001}, {"updated": 101.0}, {"state": FINISHED}):
        assert replace(job, **unknown).seconds_left is None
