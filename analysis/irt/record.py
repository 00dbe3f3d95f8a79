"""A fit and what is known about it, as the rows that the store keeps."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import UTC, datetime

import numpy as np
import pandas as pd

import analysis
from analysis.irt import backends
from analysis.irt.assess import Assessment
from analysis.irt.fitted import HDI_PROB, Fit, Settings
from analysis.irt.likelihood import Kind
from analysis.irt.lineage import Lineage, widened
from analysis.irt.model import Priors
from analysis.tables import FitTables


def fit_tables(fit: Fit, assessment: Assessment | None = None) -> FitTables:
    """Return the store's rows of a fit.

    Parameters
    ----------
    fit
        The fit.
    assessment
        What is known about it, if that was looked into.
    """
    row: dict[str, object] = {
        "fit": fit.id,
        "benchmark": fit.benchmark,
        "irt_model": fit.kind.name,
        "asymptote": fit.kind.asymptote,
        "settings": json.dumps({**asdict(fit.settings), "hdi_prob": HDI_PROB, **backends.versions()}),
        "seed": fit.seed,
        "data_hash": fit.data_hash,
        "code_version": analysis.__version__,
        **asdict(fit.diagnostics),
        "converged": not fit.diagnostics.problems(),
        "problems": "; ".join(fit.diagnostics.problems()),
        "interval": "independent",
        "created": datetime.now(UTC).replace(tzinfo=None, microsecond=0),
    }
    tables = FitTables(
        fits=pd.DataFrame([row]),
        item_parameters=fit.items.assign(fit=fit.id),
        item_draws=_draws(fit),
        abilities=fit.abilities.assign(fit=fit.id),
        traces=fit.traces.assign(fit=fit.id),
    )
    if assessment is None:
        return tables
    tables = replace(
        tables,
        fits=tables.fits.assign(checks=json.dumps(assessment.checks)),
        abilities=tables.abilities.merge(assessment.models, on="model"),
        item_statistics=assessment.items.assign(fit=fit.id),
        score_checks=assessment.scores.assign(fit=fit.id),
        item_curves=assessment.curves.assign(fit=fit.id),
        dependent_pairs=assessment.pairs.assign(fit=fit.id),
    )
    return tables if assessment.lineage is None else with_lineage(tables, assessment.lineage)


def _draws(fit: Fit) -> pd.DataFrame:
    table = pd.DataFrame({"fit": fit.id, "item": fit.items["item"], "draws": list(fit.draws.T)})
    if fit.discriminations is None:
        return table
    return table.assign(discriminations=list(fit.discriminations.T))


def with_lineage(tables: FitTables, lineage: Lineage) -> FitTables:
    """Widen the intervals and draws of a fit to what families allow; keep the narrow ones beside them.

    Parameters
    ----------
    tables
        A fit whose intervals take models as independent.
    lineage
        What families do to its difficulties.
    """
    items = tables.item_parameters
    draws = np.stack(list(tables.item_draws["draws"])).T.astype("f8")
    wide = widened(draws, lineage)
    # Where shift and deviation pull apart in the few draws, the sum may come out a hair narrower.
    stretch = np.maximum(wide.std(axis=0) / draws.std(axis=0), 1.0)
    mean = items["mean"]
    return replace(
        tables,
        fits=tables.fits.assign(
            interval="lineage",
            families=lineage.families.count,
            family_source=lineage.families.source,
            effective_models=lineage.effective_models,
        ),
        # The edges are of all draws, not of the thinned ones that are kept, stretched as these are.
        item_parameters=items.assign(
            posterior_sd=items["sd"],
            posterior_low=items["hdi_low"],
            posterior_high=items["hdi_high"],
            sd=items["sd"] * stretch,
            hdi_low=mean - stretch * (mean - items["hdi_low"]),
            hdi_high=mean + stretch * (items["hdi_high"] - mean),
        ),
        item_draws=tables.item_draws.assign(draws=list(wide.T.round(3).astype("f4"))),
        left_out=lineage.left_out.drop(columns="family").assign(fit=tables.fits["fit"].iloc[0]),
    )


def settings_of(row: pd.Series) -> tuple[Kind, Settings]:
    """Return what a kept fit was made with, from its row in the store."""
    kept = json.loads(row["settings"])
    names = ("draws", "tune", "chains", "target_accept", "max_depth")
    settings = Settings(**{name: kept[name] for name in names}, priors=Priors(**kept["priors"]))
    return Kind(row["irt_model"], float(row["asymptote"])), settings
