from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from analysis.errors import BadInput
from analysis.readers import read_study
from tests import studies


def test_reads_every_table(toy_folder: Path) -> None:
    (part,) = read_study(toy_folder)
    assert part.benchmark.name == studies.BENCHMARK
    assert part.benchmark.origin == "bundled"
    assert len(part.responses.cells) == studies.N_ITEMS * studies.N_MODELS
    assert len(part.fits) == 1
    assert len(part.fits[0].item_draws) == studies.N_ITEMS
    assert len(part.runs.runs) == 1 + (studies.N_BINS + 1) * len(studies.SEEDS)


@pytest.mark.parametrize("what", ["changed", "missing"])
def test_a_file_unlike_its_manifest_is_an_error(toy_folder: Path, tmp_path: Path, what: str) -> None:
    folder = Path(shutil.copytree(toy_folder, tmp_path / "study"))
    victim = folder / "responses.parquet"
    if what == "changed":
        victim.write_bytes(victim.read_bytes()[:-1] + b"?")
    else:
        victim.unlink()
    with pytest.raises(BadInput, match=f"responses.parquet.*{what}"):
        read_study(folder)


def test_other_manifests_are_refused(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"format": "something else"}')
    with pytest.raises(BadInput, match="not the manifest of a study"):
        read_study(tmp_path)
