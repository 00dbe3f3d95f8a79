"""How large a study is: every number that a run depends on but the seed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, product

from analysis.irt.fitted import Settings
from analysis.irt.lineage import REPLICATES
from data.experiment.tasks import TASKS
from data.experiment.train import Schedule

Mix = tuple[str, ...]


@dataclass(frozen=True)
class Member:
    """One training run of respondents.

    Attributes
    ----------
    tasks
        Tasks that it is trained on, as much on each as on any other, and answers.
    rate
        Learning rate.
    prompts
        Different training prompts of each task; it goes through them again when they are used up.
    """

    tasks: Mix
    rate: float
    prompts: int


@dataclass(frozen=True)
class Group:
    """Respondent runs of one architecture, trained in one stack.

    Attributes
    ----------
    width, depth
        Architecture.
    members
        The runs.
    schedule
        Steps, warm-up and batch of all of them.
    """

    width: int
    depth: int
    members: tuple[Member, ...]
    schedule: Schedule

    @property
    def name(self) -> str:
        """For example ``w64d2``."""
        return f"w{self.width}d{self.depth}"


@dataclass(frozen=True)
class Base:
    """A model that is fine-tuned: trained until it answers a given share of fresh items of every task.

    Attributes
    ----------
    name
        As in the tables' ``base_model``.
    width, depth, rate, schedule
        Architecture, learning rate, and schedule with the most steps that it may take.
    accuracy
        Proportion right at which training stops; for the task that lags behind the others.
    upkeep
        What a task's chance of being drawn is never below, as a shortfall of accuracy.
    probe
        Items a task that the proportion is measured on; neither in the bank nor trained on.
    every
        Steps between two looks at it.
    recipes
        Learning rates of its fine-tuning runs, by the recipe's name.
    """

    name: str
    width: int
    depth: int
    rate: float
    schedule: Schedule
    accuracy: float
    upkeep: float
    probe: int
    every: int
    recipes: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Tuning:
    """The fine-tuning runs.

    Attributes
    ----------
    bins
        Number of difficulty bins.
    held_out
        Items a bin that no run trains on.
    elsewhere
        How many of them runs on other tasks answer, too.
    seeds
        Runs for every range of bins.
    schedule
        Steps, warm-up and batch.
    curve
        Steps at which runs answer the held-out items of their task, ascending; the last ends the run.
    together
        Runs trained in one stack on a CPU.
    """

    bins: int
    held_out: int
    elsewhere: int
    seeds: int
    schedule: Schedule
    curve: tuple[int, ...]
    together: int


@dataclass(frozen=True)
class Size:
    """A whole study.

    Attributes
    ----------
    name
        As on the command line.
    tasks
        Names of the tasks.
    bank
        Items a task.
    pool
        Training prompts a task; none is in the bank.
    checkpoints, checkpoint_power
        Respondents that a run leaves, and how their steps are spaced; see
        `data.experiment.respondents.checkpoint_steps`.
    groups
        The respondents' runs.
    fit
        How the Rasch model is sampled.
    replicates
        Refits with families of respondents resampled, which widen its intervals.
    bases, tuning
        The fine-tuning runs and where they start.
    """

    name: str
    tasks: tuple[str, ...]
    bank: int
    pool: int
    checkpoints: int
    checkpoint_power: float
    groups: tuple[Group, ...]
    fit: Settings
    replicates: int
    bases: tuple[Base, ...]
    tuning: Tuning


ALL = tuple(TASKS)
SINGLES: list[Mix] = [(task,) for task in ALL]
PAIRS: list[Mix] = list(combinations(ALL, 2))
TRIPLES: list[Mix] = list(combinations(ALL, 3))
EVERYTHING: list[Mix] = [ALL]


def members(mixes: Sequence[Mix], rates: Iterable[float], prompts: Iterable[int]) -> tuple[Member, ...]:
    """Return one run a mix, taking amounts of data and learning rates in turn.

    Each round of them starts one further, so that a mix which comes again meets other settings.
    """
    settings = list(product(prompts, rates))
    chosen = [settings[(number + number // len(settings)) % len(settings)] for number in range(len(mixes))]
    return tuple(Member(mix, rate, count) for mix, (count, rate) in zip(mixes, chosen, strict=True))


# Two tasks that are learnt in a few hundred steps: every stage runs, in a minute or two.
QUICK: Mix = ("nested", "brackets")
QUICK_BASE = Base(
    "atlas-small",
    32,
    1,
    rate=5e-3,
    schedule=Schedule(400, 20, 32),
    accuracy=0.15,
    upkeep=0.05,
    probe=100,
    every=25,
    recipes=(("usual", 1e-3), ("mild", 3e-4)),
)
SMALL = Size(
    name="small",
    tasks=QUICK,
    bank=240,
    pool=4_000,
    checkpoints=4,
    checkpoint_power=2.0,
    groups=(
        Group(
            32,
            1,
            members([("nested",), ("brackets",), QUICK] * 2, (4e-3, 8e-3), (3_000, 1_500)),
            Schedule(300, 20, 32),
        ),
    ),
    fit=Settings(draws=150, tune=150, chains=2, max_depth=4),
    replicates=10,
    bases=(QUICK_BASE, replace(QUICK_BASE, name="atlas-large", width=64, recipes=QUICK_BASE.recipes[:1])),
    tuning=Tuning(
        bins=3, held_out=24, elsewhere=8, seeds=2, schedule=Schedule(10, 2, 16), curve=(5, 10), together=6
    ),
)

RESPONDENT = Schedule(steps=8_000, warmup=200, batch=64)
PROMPTS = (160_000, 50_000, 15_000)
BASE = Base(
    "atlas-small",
    64,
    2,
    rate=3e-3,
    schedule=Schedule(20_000, 200, 64),
    accuracy=0.40,
    upkeep=0.01,
    probe=500,
    every=25,
    recipes=(("usual", 1e-3), ("mild", 3e-4)),
)
FULL = Size(
    name="full",
    tasks=ALL,
    bank=12_400,
    pool=160_000,
    checkpoints=10,
    checkpoint_power=2.5,
    groups=(
        # The longest to train first: then processes end together.
        Group(96, 3, members(EVERYTHING * 6, (3e-3, 2e-3), PROMPTS[:1]), Schedule(14_000, 200, 64)),
        Group(128, 2, members(SINGLES + EVERYTHING * 3, (3e-3, 2e-3), PROMPTS), RESPONDENT),
        Group(96, 2, members(TRIPLES[::4] + SINGLES * 2 + EVERYTHING * 3, (2e-3, 3e-3), PROMPTS), RESPONDENT),
        Group(
            64, 3, members(TRIPLES[2::4] + SINGLES * 2 + EVERYTHING * 3, (3e-3, 4e-3), PROMPTS), RESPONDENT
        ),
        Group(64, 2, members(PAIRS[::2] + SINGLES * 2 + EVERYTHING * 3, (4e-3, 3e-3), PROMPTS), RESPONDENT),
        Group(32, 3, members(PAIRS[1::2] + SINGLES + EVERYTHING * 2, (5e-3, 8e-3), PROMPTS), RESPONDENT),
        Group(32, 2, members(SINGLES * 2 + EVERYTHING * 2, (8e-3, 5e-3), PROMPTS), RESPONDENT),
    ),
    fit=Settings(draws=1_200, tune=300, max_depth=4),
    replicates=REPLICATES,
    bases=(BASE, replace(BASE, name="atlas-large", width=96, rate=2e-3, recipes=BASE.recipes[:1])),
    tuning=Tuning(
        bins=10,
        held_out=150,
        elsewhere=30,
        seeds=5,
        schedule=Schedule(100, 10, 32),
        curve=(20, 50, 100),
        together=13,
    ),
)

SIZES = {size.name: size for size in (SMALL, FULL)}
