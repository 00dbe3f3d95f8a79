"""Which respondent models descend from each other, and so do not count as independent witnesses.

Families come from metadata, else from organisations, else from the responses themselves.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.errors import AtlasError
from analysis.irt.estimate import Estimate, estimate
from analysis.irt.kinship import calibrated_threshold, related
from analysis.irt.matrix import ResponseMatrix

METADATA, ORGANISATION, RESPONSES, NONE, AUTO = "metadata", "organisation", "responses", "none", "auto"
SOURCES = (AUTO, METADATA, ORGANISATION, RESPONSES, NONE)

MOSTLY = 0.5  # share of models whose family must be known for it to be used unasked


@dataclass(frozen=True)
class Families:
    """Models grouped by descent.

    Attributes
    ----------
    number
        Each model's family, numbered from 0 in order of appearance, shape ``(models,)``.
    names
        Each family's name, shape ``(families,)``: as given, or after its first model.
    source
        ``"metadata"``, ``"organisation"``, ``"responses"`` or ``"none"`` (each model by itself).
    threshold
        Mean `analysis.irt.kinship.kinship` above which responses put models together; None for other sources.
    explanation
        One sentence for a reader.
    """

    number: np.ndarray
    names: np.ndarray
    source: str
    threshold: float | None
    explanation: str

    @property
    def count(self) -> int:
        """Number of families."""
        return len(self.names)

    @property
    def sizes(self) -> np.ndarray:
        """Models of each family, shape ``(families,)``."""
        return np.bincount(self.number, minlength=self.count)


def families(
    models: pd.DataFrame,
    *,
    source: str = AUTO,
    matrix: ResponseMatrix | None = None,
    fitted: Estimate | None = None,
    threshold: float | None = None,
    seed: int = 0,
) -> Families:
    """Group models into families.

    Parameters
    ----------
    models
        Row m describes the model in row m of the matrix: ``name`` and, if known, ``family`` and
        ``organisation``. Without an organisation, what precedes a ``/`` in the name counts as one.
    source
        Where families come from. ``"auto"``: the first of metadata, organisations and responses that knows
        at least half of the models and tells two families apart.
    matrix, fitted
        The responses and an estimate of them, for families from responses; estimated here if not given.
    threshold
        For families from responses: the mean kinship above which models belong together. By default what
        `analysis.irt.kinship.calibrated_threshold` finds.
    seed
        Seed of that calibration.

    Raises
    ------
    AtlasError
        If the source is unknown, or what it needs is not there.
    """
    if source not in SOURCES:
        raise AtlasError(f"No source of families {source!r}; there are: {', '.join(SOURCES)}.")
    known = {METADATA: _text(models, "family"), ORGANISATION: _organisations(models)}
    if source == AUTO:
        usable = (name for name, given in known.items() if given.notna().mean() >= MOSTLY)
        fallback = NONE if matrix is None else RESPONSES
        source = next((name for name in usable if known[name].nunique() > 1), fallback)
    if source in known:
        if known[source].isna().all():
            raise AtlasError(f"No model has a known {'family' if source == METADATA else source}.")
        return _as_given(models["name"], known[source], source)
    if source == NONE or len(models) < 2:
        return _alone(models["name"])
    if matrix is None:
        raise AtlasError("Families from responses need the responses.")
    if len(models) != matrix.n_models:
        raise AtlasError(f"{len(models):,} models are described, but {matrix.n_models:,} have responses.")
    return _from_responses(models["name"], matrix, fitted or estimate(matrix), threshold, seed)


def _text(models: pd.DataFrame, column: str) -> pd.Series:
    """A column as text, empty or absent values missing."""
    if column not in models:
        return pd.Series(pd.NA, index=models.index, dtype="string")
    text = models[column].astype("string").str.strip()
    return text.mask(text == "")


def _organisations(models: pd.DataFrame) -> pd.Series:
    name = models["name"].astype("string")
    return _text(models, "organisation").fillna(name.str.extract(r"^([^/]+)/", expand=False))


def _as_given(name: pd.Series, given: pd.Series, source: str) -> Families:
    """Group models by a column; each model where it is missing is a family of its own."""
    unknown = given.isna().to_numpy()
    # A model without a family might bear the name of one: whether it is known is part of the key.
    number, found = pd.factorize(pd.MultiIndex.from_arrays([unknown, given.where(~unknown, name)]))
    names = found.get_level_values(1).to_numpy(dtype=object)
    bond = "the same given family" if source == METADATA else "one organisation"
    explanation = f"Models of {bond} belong together: {len(names):,} families of {len(name):,} models"
    if unknown.any():
        explanation += f", with a family of its own for each of {unknown.sum():,} that it is not known of"
    return Families(number, names, source, None, f"{explanation}.")


def _alone(name: pd.Series) -> Families:
    explanation = f"All {len(name):,} models count as independent, each a family of its own."
    return Families(np.arange(len(name)), name.to_numpy(dtype=object), NONE, None, explanation)


def _from_responses(
    name: pd.Series, matrix: ResponseMatrix, fitted: Estimate, threshold: float | None, seed: int
) -> Families:
    said = "" if threshold is not None else ", reached by 1 in 100 independent models at most"
    threshold = calibrated_threshold(matrix, fitted, seed=seed) if threshold is None else threshold
    number = related(matrix, fitted, threshold=threshold)
    _, first, sizes = np.unique(number, return_index=True, return_counts=True)
    named = name.to_numpy(dtype=object)[first]
    names = [f"{model} and {n - 1:,} more" if n > 1 else model for model, n in zip(named, sizes, strict=True)]
    explanation = (
        "Models belong together whose responses agree, beyond what ability and difficulty explain, by more "
        f"than {threshold:.2f} (0: independent, 1: copies{said}): {len(names):,} families of {len(name):,} "
        "models."
    )
    return Families(number, np.array(names, dtype=object), RESPONSES, threshold, explanation)
