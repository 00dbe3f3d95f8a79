"""The base models that the fine-tuning runs start from: each trained on all tasks, briefly."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from data.experiment.bank import Material
from data.experiment.progress import Reports
from data.experiment.score import exact_match
from data.experiment.seeds import derive
from data.experiment.sizes import Base
from data.experiment.stack import Architecture, initial
from data.experiment.train import train


@dataclass(frozen=True)
class BaseModel:
    """A trained base.

    Attributes
    ----------
    name
        As `Base.name`.
    architecture
        Its shape.
    parameters
        Shape (1, parameters).
    step
        Steps that it was trained for.
    accuracy
        Proportion right on each task's probe items, where training stopped.
    examples
        Training examples that it saw of each task.
    """

    name: str
    architecture: Architecture
    parameters: np.ndarray
    step: int
    accuracy: dict[str, float]
    examples: dict[str, int]


@dataclass
class Mixture:
    """Batches drawn from several pools with weights that may change while they are drawn.

    Attributes
    ----------
    pools
        Rows of each task that may be trained on; gone through in passes, each in a new order.
    batch
        Examples a step.
    seed
        Seed of the draws.
    weights
        Probability of each task, by task.
    drawn
        Examples drawn so far, by task.
    """

    pools: dict[str, np.ndarray]
    batch: int
    seed: int
    weights: dict[str, float]
    drawn: dict[str, int] = field(default_factory=dict)

    def __iter__(self) -> Iterator[np.ndarray]:
        """Yield batches for one model, shape (1, batch), without end."""
        rng = np.random.default_rng(self.seed)
        tasks = list(self.pools)
        streams = {task: _passes(self.pools[task], rng) for task in tasks}
        self.drawn = dict.fromkeys(tasks, 0)
        while True:
            total = sum(self.weights.values())
            counts = rng.multinomial(self.batch, [self.weights[task] / total for task in tasks])
            rows = []
            for task, count in zip(tasks, counts, strict=True):
                rows += [next(streams[task]) for _ in range(count)]
                self.drawn[task] += int(count)
            yield np.array(rows)[None]


def _passes(pool: np.ndarray, rng: np.random.Generator) -> Iterator[int]:
    while True:
        yield from rng.permutation(pool)


def train_base(material: Material, base: Base, seed: int, device: str, reports: Reports) -> BaseModel:
    """Train a base until it answers every task as well as it should.

    Tasks differ in how many examples they need. So at every look each task is drawn the more often, the
    further it is from its accuracy; one that is there gets just enough not to be forgotten.

    Parameters
    ----------
    material
        The banks (not looked at) and the training pool, the start of which is kept as the probe.
    base
        Settings.
    seed
        The study's seed.
    device
        Where to train, as torch names it.
    reports
        Where to say how far it is.

    Raises
    ------
    RuntimeError
        If the accuracy is not reached within the steps allowed.
    """
    language = material.language
    architecture = Architecture(language.size, language.length, base.width, base.depth)
    start = initial(architecture, derive(seed, base.name, "initial")).unsqueeze(0).to(device)
    probes = {task: material.pool[rows[: base.probe]] for task, rows in material.pool_rows.items()}
    mixture = Mixture(
        pools={task: rows[base.probe :] for task, rows in material.pool_rows.items()},
        batch=base.schedule.batch,
        seed=derive(seed, base.name, "order"),
        weights=dict.fromkeys(probes, 1.0),
    )
    training = train(architecture, start, [base.rate], material.pool, iter(mixture), base.schedule)
    accuracy: dict[str, float] = {}
    steps = reports.track(range(1, base.schedule.steps + 1), base.schedule.steps, f"base {base.name}")
    for step, (parameters, _) in zip(steps, training, strict=False):
        if step % base.every:
            continue
        accuracy = {
            task: float(exact_match(architecture, parameters, probe).mean()) for task, probe in probes.items()
        }
        if min(accuracy.values()) >= base.accuracy:
            return BaseModel(
                base.name, architecture, parameters.cpu().numpy().copy(), step, accuracy, mixture.drawn
            )
        mixture.weights = {
            task: base.upkeep + max(0.0, base.accuracy - right) for task, right in accuracy.items()
        }
    reached = ", ".join(f"{task} {right:.0%}" for task, right in accuracy.items())
    raise RuntimeError(
        f"base {base.name!r} did not answer {base.accuracy:.0%} of every task within {base.schedule.steps} "
        f"steps ({reached}): give it more steps or a larger learning rate"
    )
