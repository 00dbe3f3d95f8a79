"""Which models answered, and which of several runs of one model counts."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from analysis.readers.lm_eval.evaluations import Evaluation
from analysis.readers.lm_eval.results import Variant
from analysis.readers.text import storable
from analysis.remarks import Tally

MODEL_FOLDER = re.compile(r"(?P<organisation>[^_].*?)__(?P<model>.+?)(?:-details)?")


def model_name(path: Path, root: Path) -> str:
    """Return a model's name from a log's folders, the innermost ``ORGANISATION__MODEL`` first."""
    for folder in [path.parent, *path.parent.parents]:
        if found := MODEL_FOLDER.fullmatch(folder.name):
            return storable(f"{found['organisation']}/{found['model']}")
        if folder == root:
            break
    return storable(path.parent.name)


def respondent_names(runs: Sequence[tuple[str, Variant]]) -> list[str]:
    """Name respondents: a model that was run in several ways is as many, named after what differs.

    Parameters
    ----------
    runs
        Each run's model and variant; a variant of which nothing is known is not another way.
    """
    variants: defaultdict[str, set[Variant]] = defaultdict(set)
    for name, variant in runs:
        if variant != Variant():
            variants[name].add(variant)
    return [f"{name}{_difference(variant, variants[name])}" for name, variant in runs]


def chosen_run(evaluations: Sequence[Evaluation], tally: Tally) -> Evaluation:
    """Choose among runs of one respondent on one task: the latest whole one, else that of most documents.

    Parameters
    ----------
    evaluations
        The runs, at least one, `Evaluation.whole` known of all.
    tally
        Where those that are left out are counted.
    """
    best = max(evaluations, key=lambda run: (run.whole, run.whole or run.documents, run.stamp))
    if len(evaluations) > 1:
        sentence = "logs are other runs of the same model on the same task; the latest whole run counts"
        example = f"first: {best.task}, kept {best.path.name}"
        tally.add("duplicate runs", sentence, example, count=len(evaluations) - 1)
    return best


def _difference(variant: Variant, others: set[Variant]) -> str:
    if len(others) < 2 or variant == Variant():
        return ""
    words = []
    if len({other.revision for other in others}) > 1 and variant.revision:
        words.append(f"revision {variant.revision[:8]}")
    if len({other.precision for other in others}) > 1 and variant.precision:
        words.append(variant.precision)
    if len({other.chat_template for other in others}) > 1:
        words.append("chat template" if variant.chat_template else "no chat template")
    return f" ({', '.join(words)})" if words else ""
