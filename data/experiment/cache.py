"""Stages kept in a work folder, so that an interrupted run goes on where it stopped."""

import pickle
from collections.abc import Callable, Set
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from time import perf_counter
from typing import ParamSpec, TypeVar, cast

Arguments = ParamSpec("Arguments")
Product = TypeVar("Product")

HERE = Path(__file__).parent
# These call the stages or put down what they made, and sizes are part of the configuration: a change in them
# leaves every kept stage valid.
AROUND = {
    "__main__.py",
    "cache.py",
    "card.py",
    "manifest.py",
    "numbers.py",
    "report.py",
    "sizes.py",
    "write.py",
}


def source_hash(folder: Path = HERE, without: Set[str] = frozenset()) -> str:
    """Return the SHA-256 of a folder's Python sources, names and contents, but the files named."""
    digest = sha256()
    for path in sorted(folder.rglob("*.py")):
        if path.name not in without:
            digest.update(f"{path.relative_to(folder).as_posix()}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()


@dataclass
class Cache:
    """A folder of finished stages.

    Attributes
    ----------
    folder
        Where they are; made when first needed.
    configuration
        Every setting that the stages depend on, as text.
    seconds
        Seconds that each stage took, also if it was taken from the folder.
    """

    folder: Path
    configuration: str = ""
    seconds: dict[str, float] = field(default_factory=dict)

    def depending_on(self, *what: object) -> "Cache":
        """Return the same cache for stages that depend on these settings, too."""
        return replace(self, configuration=f"{self.configuration}{what!r}")

    def stage(
        self,
        name: str,
        make: Callable[Arguments, Product],
        *arguments: Arguments.args,
        **keywords: Arguments.kwargs,
    ) -> Product:
        """Return a stage's product, from the folder if it was made with this configuration and this code.

        Parameters
        ----------
        name
            Stage, unique within a run.
        make
            Makes the product, which must be picklable.
        *arguments, **keywords
            What to call it with.
        """
        key = sha256("\0".join((name, self.configuration, source_hash(without=AROUND))).encode()).hexdigest()
        path = self.folder / f"{name}-{key[:16]}.pickle"
        if path.exists():
            with path.open("rb") as file:
                product, self.seconds[name] = pickle.load(file)
            return cast(Product, product)
        start = perf_counter()
        product = make(*arguments, **keywords)
        self.seconds[name] = perf_counter() - start
        self.folder.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".unfinished")
        with unfinished.open("wb") as file:
            pickle.dump((product, self.seconds[name]), file)
        unfinished.replace(path)
        return product
