"""Stages kept in a work folder, so that an interrupted run goes on where it stopped."""

import gzip
import pickle
from collections.abc import Callable, Set
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from time import perf_counter
from typing import ParamSpec, TypeVar, cast

from data.experiment.machine import machine

Arguments = ParamSpec("Arguments")
Product = TypeVar("Product")

HERE = Path(__file__).parent
# These call the stages or put down what they made, and sizes are part of the configuration: a change in them
# leaves every kept stage valid.
AROUND = {
    "__main__.py",
    "cache.py",
    "card.py",
    "croissant.py",
    "machine.py",
    "manifest.py",
    "numbers.py",
    "progress.py",
    "report.py",
    "sizes.py",
    "study.py",
    "write.py",
}


def source_hash(folder: Path = HERE, without: Set[str] = frozenset()) -> str:
    """Return the SHA-256 of a folder's Python sources, names and contents, but the files named."""
    digest = sha256()
    for path in sorted(folder.rglob("*.py")):
        if path.name not in without:
            digest.update(f"{path.relative_to(folder).as_posix()}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()


@dataclass(frozen=True)
class Spent:
    """What a stage took: seconds, and the machine that spent them."""

    seconds: float
    machine: str


def timed(
    make: Callable[Arguments, Product], *arguments: Arguments.args, **keywords: Arguments.kwargs
) -> tuple[Product, Spent]:
    """Return what a function makes, and what that took."""
    start = perf_counter()
    product = make(*arguments, **keywords)
    return product, Spent(perf_counter() - start, machine())


@dataclass
class Cache:
    """A folder of finished stages.

    Attributes
    ----------
    folder
        Where they are; made when first needed.
    configuration
        Every setting that the stages depend on, as text.
    spent
        What each stage took, also if it was taken from the folder.
    """

    folder: Path
    configuration: str = ""
    spent: dict[str, Spent] = field(default_factory=dict)

    def depending_on(self, *what: object) -> "Cache":
        """Return the same cache for stages that depend on these settings, too."""
        return replace(self, configuration=f"{self.configuration}{what!r}")

    def stage(self, name: str, run: Callable[[], tuple[Product, Spent]]) -> Product:
        """Return a stage's product, from the folder if it was made with this configuration and this code.

        Parameters
        ----------
        name
            Stage, unique within a run.
        run
            Makes the product, which must be picklable, and says what that took.
        """
        key = sha256("\0".join((name, self.configuration, source_hash(without=AROUND))).encode()).hexdigest()
        path = self.folder / f"{name}-{key[:16]}.pickle.gz"
        if path.exists():
            with gzip.open(path, "rb") as file:
                product, self.spent[name] = pickle.load(file)
            return cast(Product, product)
        product, self.spent[name] = run()
        self.folder.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".unfinished")
        with gzip.open(unfinished, "wb", compresslevel=1) as file:
            pickle.dump((product, self.spent[name]), file)
        unfinished.replace(path)
        return product
