"""Fit what the store holds, and keep the fit there: all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from analysis.errors import AtlasError
from analysis.irt.assess import Step, assess
from analysis.irt.backends import Chains, Progress
from analysis.irt.diagnostics import Diagnostics
from analysis.irt.families import AUTO
from analysis.irt.fit import fit_irt
from analysis.irt.fitted import Fit, Settings
from analysis.irt.likelihood import Kind
from analysis.irt.matrix import ResponseMatrix
from analysis.irt.point import Point
from analysis.irt.record import fit_tables, settings_of
from analysis.irt.refits import Refits
from analysis.store import Snapshot, Store
from analysis.store.chains import keep_chains, kept_chains
from analysis.tables import FitTables


@dataclass(frozen=True)
class Request:
    """A fit that is wanted, with all it needs.

    Attributes
    ----------
    benchmark
        Name of the benchmark.
    matrix
        Its responses.
    respondents
        The models of the matrix's rows: ``name``, ``organisation``, ``family``.
    choices
        Number of answer choices, where it is fixed.
    kind, settings, seed
        What to fit, and how.
    family_source
        Where families come from; see `analysis.irt.families.families`.
    checked
        Whether to look into lineage and item fit too.
    resumed, chains
        The fit to go on from, and its draws.
    extensions
        How often the number of draws is doubled, at most, while the fit has not converged.
    unanswered
        Items that no model answered, only fine-tune runs: they get no difficulty.
    """

    benchmark: str
    matrix: ResponseMatrix
    respondents: pd.DataFrame
    choices: int | None
    seed: int
    kind: Kind = field(default_factory=Kind)
    settings: Settings = field(default_factory=Settings)
    family_source: str = AUTO
    checked: bool = True
    resumed: str | None = None
    chains: Chains | None = None
    extensions: int = 2
    unanswered: int = 0


@dataclass(frozen=True)
class Made:
    """A fit that was made, not kept yet.

    Attributes
    ----------
    tables
        As the store keeps them.
    chains
        All draws.
    diagnostics
        Whether it can be trusted.
    resumed
        The fit that it replaces, if it went on from one.
    """

    tables: FitTables
    chains: Chains
    diagnostics: Diagnostics
    resumed: str | None


def request(snapshot: Snapshot, benchmark: str, *, seed: int) -> Request:
    """Ask for the default fit of a benchmark; `dataclasses.replace` what should be otherwise.

    Raises
    ------
    AtlasError
        If there is no such benchmark, or no model answered any of its items, as can be after an import of
        fine-tune runs.
    """
    values, models = snapshot.response_matrix(benchmark)
    answered = np.count_nonzero(values >= 0, axis=0) > 0
    # The store numbers what models answered first; what only runs answered has no difficulty.
    n_items = int(np.count_nonzero(answered))
    if not answered[:n_items].all():
        raise AtlasError(
            f"No model answered some items of {benchmark!r} that its source puts before others, so nothing "
            "tells how hard they are. Import responses of models to all."
        )
    if not n_items:
        raise AtlasError(
            f"No model answered any item of {benchmark!r}, so nothing tells how hard they are. Import "
            f"responses of models: python -m analysis import FILE --benchmark {benchmark}"
        )
    matrix = ResponseMatrix(values[:, :n_items], models)
    choices = snapshot.benchmarks().set_index("name").loc[benchmark, "choices"]
    return Request(
        benchmark=benchmark,
        matrix=matrix,
        respondents=snapshot.respondents(benchmark),
        choices=None if pd.isna(choices) else int(choices),
        seed=seed,
        unanswered=len(answered) - n_items,
    )


def resumed(store: Store, snapshot: Snapshot, wanted: Request, fit: str, draws: int) -> Request:
    """Ask to go on with a kept fit until each chain has so many draws.

    Raises
    ------
    AtlasError
        If there is no such fit, its draws are gone, responses have changed since, or it has as many draws.
    """
    row = snapshot.fit(wanted.benchmark, fit)
    if row["data_hash"] != wanted.matrix.data_hash:
        raise AtlasError(f"The responses have changed since fit {fit}: it has to be started over.")
    kind, settings = settings_of(row)
    if draws <= settings.draws:
        raise AtlasError(
            f"Fit {fit} has {settings.draws} draws a chain already; say how many it should have in all, "
            f"as --draws {3 * settings.draws}."
        )
    kept, divergences, items = kept_chains(store, fit)
    centre = None if items is None else Point(items[0], 0.0, 1.0, items[1], kind.asymptote)
    return replace(
        wanted,
        kind=kind,
        settings=replace(settings, draws=draws),
        seed=int(row["seed"]),
        resumed=fit,
        chains=Chains(kept, divergences, centre),
    )


def make(
    wanted: Request,
    refits: Refits | None = None,
    progress: Progress | None = None,
    step: Step = lambda what: None,
) -> Made:
    """Fit, and find out what there is to know about the fit.

    Parameters
    ----------
    wanted
        What to fit.
    refits
        Where refits run.
    progress
        Told how far each chain is.
    step
        Told what is being done besides sampling.
    """
    fit = _sampled(wanted, progress, step)
    for _ in range(wanted.extensions):
        problems = fit.diagnostics.problems()
        if not problems:
            break
        draws = 2 * fit.settings.draws
        step(f"not converged yet ({'; '.join(problems)}): going on to {draws:,} draws a chain")
        more = replace(wanted, chains=fit.chains, settings=replace(fit.settings, draws=draws))
        fit = _sampled(more, progress, step)
    assessment = None
    if wanted.checked:
        assessment = assess(
            wanted.matrix,
            fit,
            wanted.respondents,
            family_source=wanted.family_source,
            choices=wanted.choices,
            refits=refits,
            step=step,
        )
    return Made(fit_tables(fit, assessment), fit.chains, fit.diagnostics, wanted.resumed)


def _sampled(wanted: Request, progress: Progress | None, step: Step) -> Fit:
    return fit_irt(
        wanted.matrix,
        benchmark=wanted.benchmark,
        seed=wanted.seed,
        kind=wanted.kind,
        settings=wanted.settings,
        resume=wanted.chains,
        progress=progress,
        step=step,
    )


def make_all(wanted: Sequence[Request], refits: Refits, done: Callable[[int, int], None]) -> list[Made]:
    """Make several fits side by side, each on one core of wherever refits run."""
    return refits.run(make, wanted, shared=[Refits("threading", jobs=1)], progress=done)


def keep(store: Store, made: Made) -> str:
    """Put a fit into the store, in place of the one that it went on from; return its id."""
    fit = str(made.tables.fits["fit"].iloc[0])
    with store.change() as draft:
        if made.resumed is not None and made.resumed != fit:
            draft.remove_fit(made.resumed)
        draft.add_fit(made.tables)
    chains, centre = made.chains, made.chains.centre
    items = None if centre is None else np.stack([centre.difficulty, centre.discrimination])
    keep_chains(store, fit, chains.draws, chains.divergences, items)
    return fit
