"""What the names of cross-difficulty's folders and checkpoints say of a fine-tune run.

As the scripts of BatsResearch/cross-difficulty name them::

    EVAL/SHORT-DATASET-LOW-HIGH-full-QUANTILE_KEY-epoch-EPOCHS/   what was evaluated
    EVAL/SHORT-DATASET-zero-shot/                                 before training
    …/sft-SHORT-DATASET-LOW-HIGH-epoch-EPOCHS-full-QUANTILE_KEY/  what was trained,
      ORGANISATION--MODEL_DATASET_SEED--trainer-saved             and its checkpoint

SHORT is lossy, so that a checkpoint's name goes before it. LOW and HIGH are tenths of the quantile.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from analysis.readers.finetune.run import TENTHS, Run

SHORT = r"(?P<short>.+?-\d+(?:\.\d+)?b)"
BINS = r"(?P<dataset>.+)-(?P<low>\d+)-(?P<high>\d+)"
EVALUATED = re.compile(rf"{SHORT}-{BINS}-full-(?P<quantile_key>\w+)-epoch-(?P<epochs>\d+)")
ZERO_SHOT = re.compile(rf"{SHORT}-(?P<dataset>.+)-zero-shot")
TRAINED = re.compile(rf"sft-{SHORT}-{BINS}-epoch-(?P<epochs>\d+)-full-(?P<quantile_key>\w+)")
DATASETS = (
    *("math-solutions-qwen", "math-solutions-llama", "gpqa_extended", "mmlu_pro"),
    *("gsm8k", "arc", "bbh", "math", "musr", "ifeval"),
)
CHECKPOINT = re.compile(
    rf"(?P<model>.+)_(?P<dataset>{'|'.join(DATASETS)}|[^_]+)_(?P<seed>\d+)--trainer-saved"
)
LARGE = ("ifeval", "mmlu_pro", "musr")
"""Data sets whose training script does not pass on the number of epochs that names bear."""
EVALUATED_AS = {"math-solutions-qwen": "math", "math-solutions-llama": "math"}


def is_run_folder(name: str) -> bool:
    """Whether a folder is named as what was evaluated, after training or before."""
    return any(pattern.fullmatch(name) for pattern in (EVALUATED, ZERO_SHOT))


def run_of_names(folders: Sequence[str], model_name: str | None) -> Run | None:
    """Read a run off its names; None if they are no such names.

    Parameters
    ----------
    folders
        Names of the folders that a log is in, the innermost first.
    model_name
        What was evaluated, as the results file has it: a checkpoint's path or a model of the hub.
    """
    folder = next((name for name in folders if is_run_folder(name)), None)
    if folder is not None and (found := ZERO_SHOT.fullmatch(folder)):
        base = model_name or found["short"]
        return Run(name=f"{base}-zero-shot", base_model=base, dataset=found["dataset"])
    # lm-eval writes a path's slashes as two underscores where it makes a folder's name of it.
    parts = re.split("/|__", model_name or "/".join(folders[::-1]))[::-1]
    trained = next((match for part in parts if (match := TRAINED.fullmatch(part))), None)
    trained = trained or (EVALUATED.fullmatch(folder) if folder is not None else None)
    if trained is None:
        return None
    checkpoint = next((match for part in parts if (match := CHECKPOINT.fullmatch(part))), None)
    base = checkpoint["model"].replace("--", "/", 1) if checkpoint else trained["short"]
    low, high, epochs = int(trained["low"]), int(trained["high"]), int(trained["epochs"])
    if not 0 <= low < high <= TENTHS:
        return None
    seed = int(checkpoint["seed"]) if checkpoint else None
    dataset = trained["dataset"]
    verified = {} if dataset in LARGE else {"epochs": epochs}
    return Run(
        name=f"{base}-{dataset}-{low}-{high}-full-{trained['quantile_key']}-epoch-{epochs}"
        + ("" if seed is None else f"-seed{seed}"),
        base_model=base,
        dataset=EVALUATED_AS.get(dataset, dataset),
        bins=(low / TENTHS, high / TENTHS),
        quantile_key=trained["quantile_key"],
        recipe="full" if trained["quantile_key"] == "1pl_quantile" else f"full, {trained['quantile_key']}",
        seed=seed,
        hyperparameters={"method": "full", "epochs_in_name": epochs, "trained_on": dataset, **verified},
    )


def short_name(model: str) -> str:
    """Return what folders call a model: its organisation and size, in lower case."""
    organisation, _, name = model.partition("/")
    size = re.search(r"[0-9]+\.[0-9]+B|[0-9]+B", name)
    return f"{organisation}-{size[0]}".lower() if size else model
