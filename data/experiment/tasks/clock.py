"""Clock times: move a time of day forwards or backwards, once or twice."""

from dataclasses import dataclass
from random import Random

from data.experiment.tasks.task import Item

HOUR, DAY = 60, 24 * 60
STEPS, STEP_WEIGHTS = (30, 15, 5, 1), (1, 1, 3, 6)
MOVES, MOVE_WEIGHTS = (1, 2), (7, 3)
# What a move moves: hours only, minutes only, or both.
PARTS, PART_WEIGHTS = ((1, 0), (0, 1), (1, 1)), (3, 3, 4)


@dataclass(frozen=True)
class Clock:
    """Items such as ``13:45 - 02:30 =`` with the answer ``11:15``, on a clock of 24 hours."""

    name: str = "clock"
    title: str = "Clock times"
    description: str = (
        "Move a time of day forwards or backwards, once or twice, by some hours, minutes or both, on a "
        "clock of 24 hours that goes on past midnight."
    )
    vocabulary: tuple[str, ...] = (*"0123456789", ":", "+", "-", "=")
    # Times of five tokens, a sign before each move, and an equals sign.
    longest_prompt: int = 5 + 6 * MOVES[-1] + 1
    longest_target: int = 5

    def draw(self, rng: Random) -> Item:
        """Draw one item: signs and hours uniform, few hours moved more often than many, minutes often round.

        Nothing is moved by 00:00.
        """
        start = HOUR * rng.randrange(24) + _minutes(rng)
        (count,) = rng.choices(MOVES, MOVE_WEIGHTS)
        signs = [rng.choice("+-") for _ in range(count)]
        moves = [_move(rng) for _ in range(count)]

        now, carries, wraps = start, 0, 0
        for sign, moved in zip(signs, moves, strict=True):
            after = now + moved if sign == "+" else now - moved
            past_the_hour = now % HOUR + moved % HOUR if sign == "+" else now % HOUR - moved % HOUR
            carries += not 0 <= past_the_hour < HOUR
            wraps += not 0 <= after < DAY
            now = after % DAY
        said = " ".join(f"{sign} {_written(moved)}" for sign, moved in zip(signs, moves, strict=True))
        return Item(
            prompt=f"{_written(start)} {said} =",
            target=_written(now),
            subtask=" then ".join("later" if sign == "+" else "earlier" for sign in signs),
            factors={
                "moves": count,
                "carries": carries,
                "wraps": wraps,
                "hours": sum(moved // HOUR for moved in moves),
                "minutes": sum(moved % HOUR for moved in moves),
                # The roundest step that all times are whole numbers of.
                "round": next(step for step in STEPS if not any(time % step for time in (start, *moves))),
                "operation": "".join(signs),
            },
        )


def _move(rng: Random) -> int:
    """Draw by how many minutes to move, never 0."""
    ((with_hours, with_minutes),) = rng.choices(PARTS, PART_WEIGHTS)
    moved = 0
    while not moved:
        moved = with_hours * HOUR * rng.randrange(rng.randint(1, 24)) + with_minutes * _minutes(rng)
    return moved


def _minutes(rng: Random) -> int:
    """Draw minutes that are a whole number of a step of 30, 15, 5 or 1."""
    (step,) = rng.choices(STEPS, STEP_WEIGHTS)
    return rng.randrange(0, HOUR, step)


def _written(minutes: int) -> str:
    return f"{minutes // HOUR:02}:{minutes % HOUR:02}"
