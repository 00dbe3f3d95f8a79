"""A subset as the published training script of Kordi et al. (2025, arXiv 2511.21692) reads it, unchanged.

The script (github.com/BatsResearch/cross-difficulty) loads the config of a benchmark from the data set
``Yeganeh/Cross-Difficulty`` and keeps rows with lower / 10 ≤ ``1pl_quantile`` < upper / 10. `datasets`
prefers a local folder of that name, so a run started beside it trains on this subset. Of its configs ``bbh``
and ``math`` ask for no more than question and answer.
"""

from __future__ import annotations

import pandas as pd

from analysis.subsets.hf_folder import FILE, configs
from analysis.subsets.tabular import to_bytes

DATA_SET = "Yeganeh/Cross-Difficulty"
CONFIGS = ("bbh", "math")


def cross_difficulty(subset: pd.DataFrame, name: str) -> dict[str, bytes]:
    """Return the data set's files by path; ``1pl_quantile`` is an item's place in its whole benchmark."""
    table = subset.rename(
        columns={
            "prompt": "question",
            "target": "answer",
            "difficulty": "1pl_diff",
            "difficulty_quantile": "1pl_quantile",
        }
    )
    path = f"data/{FILE}"
    front = [f"pretty_name: {name}", *configs(dict.fromkeys(CONFIGS, path), CONFIGS[0])]
    card = "\n".join(["---", *front, "---", f"# {name}", "", f"Cite: {subset['citation'].iloc[0]}", ""])
    return {
        f"{DATA_SET}/README.md": card.encode(),
        f"{DATA_SET}/{path}": to_bytes(table, "parquet"),
    }
