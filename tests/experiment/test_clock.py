"""The clock task: right answers, honest factors."""

import re
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from data.experiment.bank import draw_unique
from data.experiment.tasks.clock import STEPS, Clock

TASK = Clock()
DAY = datetime(2020, 6, 15)
MINUTE = timedelta(minutes=1)


def read(prompt: str) -> tuple[datetime, list[str], list[timedelta]]:
    """Read the time of day, on a day of its own, and the signs and sizes of the moves."""
    start, *moves = re.findall(r"([+-] )?(\d\d):(\d\d)", prompt)
    assert prompt == " ".join(f"{sign}{hours}:{minutes}" for sign, hours, minutes in (start, *moves)) + " ="
    return (
        DAY.replace(hour=int(start[1]), minute=int(start[2])),
        [sign.strip() for sign, _, _ in moves],
        [timedelta(hours=int(hours), minutes=int(minutes)) for _, hours, minutes in moves],
    )


def times(prompt: str) -> list[datetime]:
    """Times of day from the first to the last, with their dates."""
    start, signs, moves = read(prompt)
    passed = [start]
    for sign, moved in zip(signs, moves, strict=True):
        passed.append(passed[-1] + moved if sign == "+" else passed[-1] - moved)
    return passed


@pytest.fixture(scope="module")
def items():
    return draw_unique(TASK, 4_000, seed=5)


def test_targets_are_what_the_prompts_ask_for(items):
    assert [item.target for item in items] == [f"{times(item.prompt)[-1]:%H:%M}" for item in items]


def test_known_items():
    assert f"{times('13:45 - 02:30 =')[-1]:%H:%M}" == "11:15"
    assert f"{times('23:45 + 00:30 =')[-1]:%H:%M}" == "00:15"
    assert f"{times('00:05 - 23:10 + 01:00 =')[-1]:%H:%M}" == "01:55"


def test_factors_describe_the_prompt(items):
    for item in items:
        start, signs, moves = read(item.prompt)
        minutes = [moved // MINUTE % 60 for moved in moves]
        passed = times(item.prompt)
        carries = 0
        for (before, _), sign, moved in zip(pairwise(passed), signs, minutes, strict=True):
            after = before + moved * MINUTE if sign == "+" else before - moved * MINUTE
            carries += after.hour != before.hour
        shared = [
            step for step in STEPS if {start.minute % step, *(moved % step for moved in minutes)} == {0}
        ]
        assert item.subtask == " then ".join({"+": "later", "-": "earlier"}[sign] for sign in signs)
        assert item.factors == {
            "moves": len(moves),
            "carries": carries,
            "wraps": sum(after.date() != before.date() for before, after in pairwise(passed)),
            "hours": sum(moved // timedelta(hours=1) for moved in moves),
            "minutes": sum(minutes),
            "round": max(shared),
            "operation": "".join(signs),
        }


def test_the_whole_range_is_drawn(items):
    single = [item for item in items if item.factors["moves"] == 1]
    assert {item.factors["moves"] for item in items} == {1, 2}
    assert {item.factors["hours"] for item in single} == set(range(24))
    assert {item.factors["minutes"] for item in single} == set(range(60))
    assert {item.factors["round"] for item in items} == set(STEPS)
    assert {read(item.prompt)[0].hour for item in items} == set(range(24))
    assert not any(re.search(r"[+-] 00:00", item.prompt) for item in items)
    for other in (lambda factors: not factors["hours"], lambda factors: not factors["minutes"]):
        assert 0.2 < sum(other(item.factors) for item in single) / len(single) < 0.45
