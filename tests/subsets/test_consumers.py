"""Subsets are read by those they are made for: `datasets` and `mlcroissant`."""

from __future__ import annotations

import json
from pathlib import Path

import mlcroissant
import pytest
from datasets import load_dataset

from analysis.bins import quantile_bins
from analysis.subsets import files_of, ordered, put_down
from tests.subsets.pool import pool


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import datasets.config

    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)


def test_datasets_loads_every_config_in_order(tmp_path: Path) -> None:
    subset = ordered(pool(60).query("bin > 7"), "spiral-curriculum", seed=3)
    put_down(files_of(subset, "hf-dataset", "hard sums"), "hf-dataset", tmp_path / "out")
    everything = load_dataset(str(tmp_path / "out"), split="train")
    assert everything["item_key"] == subset["item_key"].tolist()
    assert everything["index"] == list(range(len(subset)))
    assert set(everything.column_names) == set(subset.columns)
    for number in (8, 9, 10):
        part = load_dataset(str(tmp_path / "out"), f"bin-{number:02d}", split="train")
        assert part["item_key"] == subset.query("bin == @number")["item_key"].tolist()


def test_mlcroissant_reads_what_it_describes(tmp_path: Path) -> None:
    subset = ordered(pool(60).query("bin == 9"), "easy-first")
    put_down(files_of(subset, "hf-dataset", "hard sums"), "hf-dataset", tmp_path / "out")
    read = mlcroissant.Dataset(tmp_path / "out" / "croissant.json")
    assert not read.metadata.ctx.issues.errors
    rows = list(read.records("bin-09"))
    assert [row["bin-09/item_key"].decode() for row in rows] == subset["item_key"].tolist()
    assert [row["bin-09/difficulty"] for row in rows] == pytest.approx(subset["difficulty"].tolist())
    assert read.metadata.cite_as == subset["citation"].iloc[0]


def test_the_published_script_finds_its_data_set_and_bins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What its loader does: load by the hub's name, keep rows by quantile, read question and answer."""
    everything = pool(100)
    subset = ordered(everything.query("bin > 5"), "easy-first")
    put_down(files_of(subset, "cross-difficulty", "hard"), "cross-difficulty", tmp_path)
    monkeypatch.chdir(tmp_path)
    for config in ("bbh", "math"):
        rows = load_dataset("Yeganeh/Cross-Difficulty", config, split="train")
        own = quantile_bins(everything["difficulty"].to_numpy(), 10)
        for lower, upper in ((5, 6), (9, 10), (5, 10)):
            top = upper / 10 + (0.01 if upper == 10 else 0)
            kept = rows.filter(lambda row, low=lower / 10, top=top: low <= row["1pl_quantile"] < top)
            expected = everything[(own >= lower) & (own < upper)].sort_values("difficulty")
            assert kept["item_key"] == expected["item_key"].tolist()
            assert kept["question"] == expected["prompt"].tolist()
            assert kept["answer"] == expected["target"].tolist()
            assert kept["1pl_diff"] == expected["difficulty"].tolist()


def test_training_files_load(tmp_path: Path) -> None:
    put_down(files_of(ordered(pool(20), "shuffled"), "trl", "sums"), "trl", tmp_path / "sums.jsonl")
    rows = load_dataset("json", data_files=str(tmp_path / "sums.jsonl"), split="train")
    first = json.loads((tmp_path / "sums.jsonl").read_text().splitlines()[0])
    assert rows[0]["prompt"] == first["prompt"]
    assert rows[0]["completion"] == first["completion"]
