"""Items to order, mix and export: as `analysis.subsets.describe` describes them."""

from __future__ import annotations

import hashlib

import numpy as np
import pandas as pd


def pool(n: int = 100, bins: int = 10, seed: int = 0) -> pd.DataFrame:
    """Return ``n`` items of rising number and shuffled difficulty; bins of equally many."""
    rank = np.random.default_rng(seed).permutation(n)
    prompts, targets = [f"{i} + {i} =" for i in range(n)], [str(2 * i) for i in range(n)]
    hashes = [
        hashlib.sha256(f"{p}\x1f{t}".encode()).hexdigest() for p, t in zip(prompts, targets, strict=True)
    ]
    return pd.DataFrame(
        {
            "item_key": [f"item-{i:04d}" for i in range(n)],
            "content_hash": hashes,
            "benchmark": "sums",
            "subtask": None,
            "prompt": prompts,
            "target": targets,
            "difficulty": rank / n * 4 - 2,
            "difficulty_low": rank / n * 4 - 2.5,
            "difficulty_high": rank / n * 4 - 1.5,
            "difficulty_quantile": (rank + 0.5) / n,
            "bin": rank * bins // n + 1,
            "bins": bins,
            "bin_strategy": "quantile",
            "p_in_bin": 0.8,
            "doc_id": pd.array(range(n), "Int64"),
            "fit": "f00df00d",
            "irt_model": "rasch",
            "rhat": 1.001,
            "ess": 900.0,
            "converged": True,
            "problems": "",
            "data_version": "v1",
            "licence": "CC0-1.0",
            "citation": "Sums (2026). Difficulty: Difficulty Atlas.",
        }
    )
