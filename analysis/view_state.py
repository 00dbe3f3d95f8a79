"""What a link holds: which data, which cut, which base model and recipe, and how the heatmap shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from analysis.bins import QUANTILE, checked_edges
from analysis.charts import EACH
from analysis.errors import AtlasError
from analysis.transfer import GAIN

BY_BIN, BY_MEAN = "by bin", "by mean"  # orders of the heatmap's rows
DATA_VERSION = "data"  # the query parameter that says on which data a link was made


@dataclass(frozen=True)
class ViewState:
    """The controls that every page shares.

    Attributes
    ----------
    version
        Data version, the id of a store's snapshot.
    benchmark
        Name of the benchmark.
    fit
        Id of the fit that difficulties come from.
    strategy, count, edges
        How items are cut into bins; see `analysis.bins.cut`.
    base_model
        Base model of the fine-tune runs, None where the benchmark has none.
    recipe
        Training recipe of those runs, None where they name none.
    """

    version: str
    benchmark: str
    fit: str
    strategy: str = QUANTILE
    count: int = 10
    edges: tuple[float, ...] = ()
    base_model: str | None = None
    recipe: str | None = None

    @property
    def tuned(self) -> str:
        """Whose runs are shown: ``atlas-small (recipe mild)``."""
        return f"{self.base_model} (recipe {self.recipe})" if self.recipe else str(self.base_model)


@dataclass(frozen=True)
class HeatmapChoices:
    """What the heatmap's own controls say.

    Attributes
    ----------
    measure, marks
        What cells show, and which are bold.
    order
        Of rows: `BY_BIN` or `BY_MEAN`.
    models
        Base models that are averaged, none where one is shown.
    intervals, mask
        Whether intervals are written, and only bold cells drawn.
    vary, held_out
        Whether bins are cut anew in posterior draws, and items trained on left out.
    """

    measure: str = GAIN
    marks: str = EACH
    order: str = BY_BIN
    models: tuple[str, ...] = ()
    intervals: bool = True
    mask: bool = False
    vary: bool = False
    held_out: bool = True


def link_query(view: ViewState, choices: HeatmapChoices, *, converged: bool = True) -> dict[str, str]:
    """Return the parameters of a link to the heatmap, defaults left out.

    Parameters
    ----------
    view, choices
        What the link shows.
    converged
        Whether the view's fit did: others are named otherwise, see `fit_options`.
    """
    fit = view.fit if converged else unconverged_name(view.fit)
    query = {"benchmark": view.benchmark, "fit": fit, "base": view.base_model, "recipe": view.recipe}
    if view.edges:
        query |= {"cut": view.strategy, "edges": ", ".join(f"{edge:g}" for edge in view.edges)}
    else:
        query |= {"cut": view.strategy, "bins": str(view.count)}
    query |= {"measure": choices.measure, "bold": choices.marks, "rows": choices.order}
    switches = {"average": bool(choices.models), "intervals": choices.intervals, "mask": choices.mask}
    switches |= {"vary": choices.vary, "memory": not choices.held_out}
    query |= {name: str(on).lower() for name, on in switches.items()}
    left_out = {"cut": QUANTILE, "bins": "10", "measure": GAIN, "bold": EACH, "rows": BY_BIN}
    left_out |= dict.fromkeys(switches, "false") | {"intervals": "true"}
    kept = {name: value for name, value in query.items() if value and left_out.get(name) != value}
    return kept | {DATA_VERSION: view.version}


def parse_edges(text: str) -> tuple[float, ...]:
    """Read inner edges typed as ``-1, 0, 1.5``.

    Raises
    ------
    AtlasError
        If something is not a number, or the numbers do not rise.
    """
    return tuple(checked_edges(parse_numbers(text, "edges")).tolist())


def parse_numbers(text: str, what: str) -> tuple[float, ...]:
    """Read numbers typed as ``1, 0, 1.5``.

    Raises
    ------
    AtlasError
        If something is not a number; it says of what the numbers are.
    """
    numbers = []
    for part in text.replace(";", ",").split(","):
        if not part.strip():
            continue
        try:
            numbers.append(float(part))
        except ValueError:
            raise AtlasError(f"{part.strip()!r} is not a number. Type {what} as -1, 0, 1.5.") from None
    return tuple(numbers)


def fit_options(fits: pd.DataFrame) -> dict[str, str]:
    """Return the fits that can be chosen, by the name that the control shows and the link carries.

    Parameters
    ----------
    fits
        A benchmark's fits, newest first, with ``fit`` (id) and ``converged``.

    Returns
    -------
    dict
        Ids by name: first the fits that converged, then those that did not, marked so; newest first.
    """
    converged, others = (fits.loc[fits["converged"] == is_so, "fit"] for is_so in (True, False))
    return {fit: fit for fit in converged} | {unconverged_name(fit): fit for fit in others}


def unconverged_name(fit: str) -> str:
    """Name of a fit that did not converge."""
    return f"{fit} (not converged)"


def link_notes(query: Mapping[str, str], allowed: Mapping[str, Sequence[str]]) -> list[str]:
    """Say what a link asked for that cannot be shown, one sentence each.

    Parameters
    ----------
    query
        Parameters of the link.
    allowed
        For each parameter with a fixed choice, the values it may have here.
    """
    notes = []
    for name, values in allowed.items():
        asked = query.get(name)
        if asked is not None and asked not in values:
            shown = values[0] if values else "nothing"
            notes.append(_not_here(name, asked, shown))
    return notes


def dropped(asked: Mapping[str, Sequence[str]], shown: Mapping[str, object]) -> list[str]:
    """Say which values a link asked for that controls did not take, one sentence each.

    Parameters
    ----------
    asked
        Values of the link's parameters.
    shown
        What the controls of these names hold: one value, a list of them, or None.
    """
    notes = []
    for name in asked:
        if name not in shown:
            continue
        value = shown[name]
        held = list(value) if isinstance(value, list | tuple) else [] if value is None else [value]
        taken = {_as_in_links(one) for one in held}
        words = ", ".join(map(str, held)) or "nothing"
        notes += [
            _not_here(name, one, words) for one in asked[name] if one and _as_in_links(one) not in taken
        ]
    return notes


def _as_in_links(value: object) -> str:
    """Write a value so that ``5``, ``5.0`` and 5 are the same, and ``true`` and True."""
    text = str(value).strip().lower()
    try:
        return repr(float(text))
    except ValueError:
        return text


def _not_here(name: str, asked: str, shown: str) -> str:
    return f"The link asks for {name} {asked[:40]!r}, which is not here; you see {shown[:40]!r}."
