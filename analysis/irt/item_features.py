"""What is known of items besides responses, as numbers to learn from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import spmatrix
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline, make_pipeline, make_union
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

from analysis.errors import AtlasError
from analysis.tables import DOC_ID, ITEM_COLUMNS, PUBLISHED

TEXTS = ("prompt", "target")
NOT_FEATURES = {*ITEM_COLUMNS, *PUBLISHED, DOC_ID, "item", "benchmark"} - {"subtask"}
TEXT_COMPONENTS = 100
TREE_COMPONENTS = 20  # with all of them trees take longer and do no better


@dataclass(frozen=True)
class Columns:
    """Which columns are texts, numbers and categories, so that all items are read the same way."""

    texts: tuple[str, ...]
    numbers: tuple[str, ...]
    categories: tuple[str, ...]

    @classmethod
    def of(cls, items: pd.DataFrame, wanted: Sequence[str] | None) -> Columns:
        """Sort the columns that say anything: at least two values, and text in at least half of the items."""
        names = [name for name in items if name not in NOT_FEATURES] if wanted is None else wanted
        lacking = [name for name in names if name not in items]
        if lacking:
            raise AtlasError(f"The items have no column {lacking[0]!r}.")
        names = [name for name in names if items[name].nunique() > 1]
        numbers = tuple(name for name in names if pd.api.types.is_numeric_dtype(items[name]))
        filled = [name for name in TEXTS if name in items and items[name].notna().mean() >= 0.5]
        texts = tuple(name for name in filled if items[name].nunique() > 1)
        return cls(texts, numbers, tuple(name for name in names if name not in numbers))

    def frame(self, items: pd.DataFrame) -> pd.DataFrame:
        """Return texts and categories as strings, never missing, and numbers as floats."""
        known = items.reindex(columns=[*self.texts, *self.numbers, *self.categories])
        numbers = known[list(self.numbers)].astype(float)
        words = known[[*self.texts, *self.categories]].astype(object)
        return pd.concat([words.where(words.notna(), "").astype(str), numbers], axis=1)


class _Components(TransformerMixin, BaseEstimator):
    """Leading components of sparse features, scaled together so that the widest has an sd of 1."""

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed

    def fit(self, texts: spmatrix, _: object = None) -> _Components:
        """Find the components."""
        count = min(TEXT_COMPONENTS, min(texts.shape) - 1)
        self.svd_ = TruncatedSVD(count, random_state=self.seed)
        self.scale_ = max(self.svd_.fit_transform(texts).std(axis=0).max(), 1e-9)
        return self

    def transform(self, texts: spmatrix) -> np.ndarray:
        """Return each text's components."""
        return self.svd_.transform(texts) / self.scale_


def features_of(columns: Columns, seed: int) -> ColumnTransformer:
    """Everything known about items as one dense matrix."""
    words = TfidfVectorizer(
        token_pattern=r"\w+|[^\w\s]", ngram_range=(1, 2), sublinear_tf=True, max_features=20_000
    )
    characters = TfidfVectorizer(analyzer="char", ngram_range=(2, 4), sublinear_tf=True, max_features=20_000)
    parts: list[tuple[str, Pipeline, str | list[str]]] = []
    if "prompt" in columns.texts:
        parts.append(("text", make_pipeline(make_union(words, characters), _Components(seed)), "prompt"))
    if columns.texts:
        parts.append(
            ("surface", make_pipeline(FunctionTransformer(_surface), StandardScaler()), list(columns.texts))
        )
    if columns.numbers:
        imputer = SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True)
        parts.append(("numbers", make_pipeline(imputer, StandardScaler()), list(columns.numbers)))
    if columns.categories:
        seen = OneHotEncoder(min_frequency=10, handle_unknown="ignore", sparse_output=False)
        parts.append(("categories", make_pipeline(seen), list(columns.categories)))
    return ColumnTransformer(parts, sparse_threshold=0.0)


def _surface(texts: pd.DataFrame) -> np.ndarray:
    """Counts of characters, words, different words, digits, capitals, symbols and lines of each text."""
    counts = [
        [
            text.str.len(),
            text.str.split().str.len(),
            text.str.split().map(lambda words: len(set(words))),
            text.str.count(r"\d"),
            text.str.count(r"[A-Z]"),
            text.str.count(r"[^\w\s]"),
            text.str.count("\n"),
        ]
        for _, text in texts.items()
    ]
    return np.log1p(np.vstack([np.asarray(count, dtype=float) for count in counts]).T)


def for_trees_only(known: np.ndarray, features: ColumnTransformer) -> np.ndarray:
    """All features but the later text components."""
    text = features.output_indices_.get("text", slice(0, 0))
    return np.delete(known, slice(min(text.start + TREE_COMPONENTS, text.stop), text.stop), axis=1)
