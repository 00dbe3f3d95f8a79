"""Two fits of the store on one scale, through the items or the models that they share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.errors import AtlasError
from analysis.irt.drift import drifting_anchors
from analysis.irt.estimate import Estimate
from analysis.irt.linking import Link, link_models, shared
from analysis.irt.point import Point
from analysis.store import Snapshot

ITEMS, MODELS = "items", "models"


@dataclass(frozen=True)
class StoredFit:
    """What linking needs of a fit, in its gauge: the average model has ability 0.

    Attributes
    ----------
    items, models
        As `analysis.store.Snapshot.items` and `abilities` have them.
    point
        Posterior means.
    draws
        Thinned posterior draws; none where discriminations vary and their draws were not kept.
    """

    items: pd.DataFrame
    models: pd.DataFrame
    point: Point
    draws: list[Point]

    @classmethod
    def of(cls, snapshot: Snapshot, benchmark: str, fit: str) -> StoredFit:
        """Read a fit."""
        items, models = snapshot.items(benchmark, fit), snapshot.abilities(benchmark, fit)
        about = snapshot.fit(benchmark, fit)
        # The abilities' own spread and what is not known of each add up to the population's.
        sd = float(np.sqrt(models["mean"].var() + (models["sd"] ** 2).mean()))
        draws = snapshot.draws(fit)
        slopes = (
            snapshot.all_discrimination_draws(fit) if about["irt_model"] == "2pl" else np.ones_like(draws)
        )
        points = [] if slopes is None else zip(draws, slopes, strict=True)
        discrimination = items["discrimination"].fillna(1.0).to_numpy(dtype=float)
        point = Point(items["mean"].to_numpy(), 0.0, sd, discrimination, about["asymptote"])
        return cls(items, models, point, [Point(b, 0.0, sd, a, about["asymptote"]) for b, a in points])

    @property
    def estimate(self) -> Estimate:
        """The fit as links through models take it."""
        return Estimate(self.point, self.models["mean"].to_numpy(), self.models["sd"].to_numpy())


@dataclass(frozen=True)
class Linked:
    """A source fit's items on the scale of a target fit.

    Attributes
    ----------
    link
        The way there.
    items
        One row an item of the source: ``item_key``, ``difficulty``, ``sd``, ``low``, ``high`` (94% interval)
        on the target's scale. The link's own error, which all items share, is not in them.
    anchors
        One row a shared item, those that drift first: ``item_key``, and what
        `analysis.irt.drift.drifting_anchors` says of it; empty for links through models.
    """

    link: Link
    items: pd.DataFrame
    anchors: pd.DataFrame


def linked(
    source: StoredFit, target: StoredFit, *, through: str = ITEMS, method: str | None = None
) -> Linked:
    """Put a fit's difficulties on the scale of another.

    Items are the same if their content is, or, where that is not known, their key. Items that all or none got
    right are no anchors, their difficulty being the prior's; nor are items whose difficulty differs by more
    than chance between the fits.

    Parameters
    ----------
    source, target
        The two fits.
    through
        ``"items"`` or ``"models"``.
    method
        As of `analysis.irt.linking.link_items` or `link_models`; by default what suits the fits.

    Raises
    ------
    AtlasError
        If they share too little, or there is no such method.
    """
    if through == MODELS:
        link, anchors = _through_models(source, target, method), pd.DataFrame()
    elif through == ITEMS:
        link, anchors = _through_items(source, target, method)
    else:
        raise AtlasError(f"Fits are linked through {ITEMS} or {MODELS}, not {through!r}.")
    ours = source.items
    moved = {
        "difficulty": link.difficulty(ours["mean"].to_numpy()),
        "sd": link.slope * ours["sd"],
        "low": link.difficulty(ours["hdi_low"].to_numpy()),
        "high": link.difficulty(ours["hdi_high"].to_numpy()),
    }
    return Linked(link, pd.DataFrame({"item_key": ours["item_key"], **moved}), anchors)


def _through_items(source: StoredFit, target: StoredFit, method: str | None) -> tuple[Link, pd.DataFrame]:
    ours, theirs = source.items, target.items
    by = (
        "item_key"
        if ours["content_hash"].isna().any() or theirs["content_hash"].isna().any()
        else "content_hash"
    )
    pairs = shared(ours[by].to_list(), theirs[by].to_list())
    known = ours["flag"].isna().to_numpy()[pairs[:, 0]] & theirs["flag"].isna().to_numpy()[pairs[:, 1]]
    pairs = pairs[known]
    sds = ours["sd"].to_numpy(), theirs["sd"].to_numpy()
    draws = (source.draws, target.draws) if source.draws and target.draws else (None, None)
    drift = drifting_anchors(
        source.point, target.point, pairs, *sds, method=method, source_draws=draws[0], target_draws=draws[1]
    )
    return drift.link, drift.items.assign(item_key=ours["item_key"].to_numpy()[drift.items["source_item"]])


def _through_models(source: StoredFit, target: StoredFit, method: str | None) -> Link:
    pairs = shared(source.models["name"].to_list(), target.models["name"].to_list())
    families = source.models["family"].fillna(source.models["name"]).to_numpy()[pairs[:, 0]]
    return link_models(source.estimate, target.estimate, pairs, method=method, families=families)
