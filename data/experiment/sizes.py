"""How large a study is: every number that a run depends on but the seed."""

from dataclasses import dataclass

from analysis.irt import Settings
from data.experiment.train import Recipe


@dataclass(frozen=True)
class Group:
    """Respondent runs of one architecture, one for each learning rate and amount of data.

    Attributes
    ----------
    width, depth
        Architecture.
    rates
        Learning rates.
    prompts
        Different training prompts that a run sees; it goes through them again when they are used up.
    recipe
        Schedule.
    """

    width: int
    depth: int
    rates: tuple[float, ...]
    prompts: tuple[int, ...]
    recipe: Recipe


@dataclass(frozen=True)
class Base:
    """The model that is fine-tuned: trained briefly, until it answers a given share of fresh items.

    Attributes
    ----------
    width, depth, rate, recipe
        Architecture, learning rate, and schedule with the most steps that it may take.
    accuracy
        Proportion right at which training stops.
    probe
        Number of items that the proportion is measured on; neither in the bank nor trained on.
    every
        Steps between two looks at it.
    """

    width: int
    depth: int
    rate: float
    recipe: Recipe
    accuracy: float
    probe: int
    every: int


@dataclass(frozen=True)
class Tuning:
    """The fine-tuning runs.

    Attributes
    ----------
    bins
        Number of difficulty bins.
    held_out
        Items a bin that no run trains on.
    seeds
        Runs for every range of bins.
    rate, recipe
        Learning rate and schedule.
    together
        Runs trained in one stack.
    """

    bins: int
    held_out: int
    seeds: int
    rate: float
    recipe: Recipe
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
    checkpoints
        Respondents that a run leaves, at steps spaced evenly on a logarithmic scale.
    first_checkpoint
        Step of the first of them.
    groups
        The respondents' runs.
    fit
        How the Rasch model is sampled.
    base, tuning
        The fine-tuning runs and where they start.
    """

    name: str
    tasks: tuple[str, ...]
    bank: int
    pool: int
    checkpoints: int
    first_checkpoint: int
    groups: tuple[Group, ...]
    fit: Settings
    base: Base
    tuning: Tuning


TINY = Size(
    name="tiny",
    tasks=("lists",),
    bank=300,
    pool=20_000,
    checkpoints=6,
    first_checkpoint=100,
    groups=(Group(32, 2, rates=(4e-3, 8e-3), prompts=(10_000, 20_000), recipe=Recipe(700, 50, 32)),),
    fit=Settings(draws=200, tune=200, chains=2),
    base=Base(32, 1, rate=5e-3, recipe=Recipe(400, 20, 32), accuracy=0.05, probe=100, every=20),
    tuning=Tuning(bins=3, held_out=10, seeds=2, rate=1e-3, recipe=Recipe(10, 2, 16), together=6),
)

SMALL = Size(
    name="small",
    tasks=("lists",),
    bank=6_000,
    pool=150_000,
    checkpoints=7,
    first_checkpoint=120,
    groups=(
        # The longest to train first: then the threads end together.
        Group(64, 3, rates=(1.5e-3, 4e-3), prompts=(50_000, 150_000), recipe=Recipe(1_500, 100, 64)),
        Group(96, 2, rates=(2e-3,), prompts=(50_000, 150_000), recipe=Recipe(1_500, 100, 64)),
        Group(64, 2, rates=(1.5e-3, 4e-3), prompts=(15_000, 50_000, 150_000), recipe=Recipe(1_600, 100, 64)),
        Group(32, 2, rates=(3e-3, 6e-3), prompts=(15_000, 50_000, 150_000), recipe=Recipe(2_000, 100, 64)),
    ),
    fit=Settings(),
    base=Base(64, 3, rate=2e-3, recipe=Recipe(2_000, 100, 64), accuracy=0.40, probe=500, every=20),
    tuning=Tuning(bins=10, held_out=80, seeds=3, rate=1e-3, recipe=Recipe(150, 10, 32), together=10),
)

SIZES = {size.name: size for size in (TINY, SMALL)}
