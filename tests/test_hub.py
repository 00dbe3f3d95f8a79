from __future__ import annotations

import shutil
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import create_autospec

import huggingface_hub
import pytest
from huggingface_hub.errors import GatedRepoError, HfHubHTTPError, RepositoryNotFoundError

from analysis import hub
from analysis.errors import AtlasError
from analysis.imports import import_paths
from analysis.store import Store
from tests.readers import logs
from tests.readers.test_leaderboard_v1 import schema_a

MODELS = ("org/a", "org/b", "other/c")


@pytest.fixture
def remote(tmp_path: Path) -> Path:
    """A copy of the hub's layout: owner/data set/path of a file."""
    root = tmp_path / "hub"
    for number, model in enumerate(MODELS):
        name = model.replace("/", "__")
        for task in ("leaderboard_sums", "leaderboard_more"):
            correct = [number % 2, 1, 0]
            logs.write_run(
                root / "open-llm-leaderboard" / f"{name}-details",
                logs.questions(3),
                correct,
                task=task,
                model=model,
            )
        path = root / "open-llm-leaderboard-old" / f"details_{name}" / "2023" / "x"
        path.parent.mkdir(parents=True)
        frame = schema_a("acc_norm", [1, 0, number % 2])
        frame.to_parquet(
            path.with_name("details_harness|arc:challenge|25_2023-08-24T09:31:52.123456.parquet")
        )
        (path.parent.parent / "README.md").write_text("a card")
    return root


class Failing:
    """Raises what it is told to, once each, before a call goes through."""

    def __init__(self) -> None:
        self.errors: list[Exception] = []

    def __call__(self) -> None:
        if self.errors:
            raise self.errors.pop(0)


@pytest.fixture
def failing(remote: Path, monkeypatch: pytest.MonkeyPatch) -> Failing:
    """The client, replaced by one that reads the copy, with the signatures of the real one."""
    failing = Failing()

    def list_datasets(_api, *, author, search):
        # The hub searches anywhere in the name.
        return [SimpleNamespace(id=f"{author}/{path.name}") for path in (remote / author).glob(f"*{search}*")]

    def list_repo_files(_api, repo_id, *, repo_type):
        failing()
        assert repo_type == "dataset"
        if not (remote / repo_id).is_dir():
            raise http(RepositoryNotFoundError)
        return [
            str(path.relative_to(remote / repo_id))
            for path in (remote / repo_id).rglob("*")
            if path.is_file()
        ]

    def hf_hub_download(repo_id, filename, *, repo_type, local_dir):
        failing()
        target = Path(local_dir) / filename
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(remote / repo_id / filename, target)
        return str(target)

    for owner, function in (
        (huggingface_hub.HfApi, list_datasets),
        (huggingface_hub.HfApi, list_repo_files),
        (huggingface_hub, hf_hub_download),
    ):
        real = getattr(owner, function.__name__)
        monkeypatch.setattr(owner, function.__name__, create_autospec(real, side_effect=function))
    return failing


def http(kind: type[HfHubHTTPError]) -> HfHubHTTPError:
    request = SimpleNamespace(method="GET", url="…")
    response = SimpleNamespace(headers={}, request=request, status_code=500)
    return kind("no luck", response=response)  # type: ignore[arg-type]


def fetch(models, folder: Path, **options) -> tuple[hub.Downloaded, list[float]]:
    waited: list[float] = []
    done = hub.download(models, folder, hub=hub.HuggingFaceHub(), pause=waited.append, **options)
    return done, waited


def test_details_of_the_second_leaderboard_can_be_imported(tmp_path: Path, failing: Failing) -> None:
    done, _ = fetch(["org/a", "other/c"], tmp_path / "out")
    assert (done.fetched, done.kept, done.remarks) == (6, 0, [])  # of each two samples and results
    store = Store(tmp_path / "store")
    (imported,) = import_paths(store, [tmp_path / "out"])
    assert imported.reader == "lm-eval"
    with store.open() as snapshot:
        assert snapshot.respondents("leaderboard_sums")["name"].tolist() == ["org/a", "other/c"]


def test_details_of_the_first_leaderboard_can_be_imported(tmp_path: Path, failing: Failing) -> None:
    done, _ = fetch(["org"], tmp_path / "out", leaderboard="v1")
    assert [folder.name for folder in done.folders] == ["details_org__a", "details_org__b"]
    store = Store(tmp_path / "store")
    (imported,) = import_paths(store, [tmp_path / "out"])
    assert imported.reader == "leaderboard-v1"
    with store.open() as snapshot:
        assert snapshot.respondents("arc_challenge")["name"].tolist() == ["org/a", "org/b"]


def test_tasks_narrow_what_is_fetched(tmp_path: Path, failing: Failing) -> None:
    fetch(["org/a"], tmp_path / "out", tasks=["leaderboard_mo"])
    names = sorted(path.name.rsplit("_", 1)[0] for path in (tmp_path / "out").rglob("*.json*"))
    assert names == ["results", "samples_leaderboard_more"]


def test_it_goes_on_where_it_stopped(tmp_path: Path, failing: Failing) -> None:
    failing.errors = [http(HfHubHTTPError) for _ in range(hub.ATTEMPTS - 1)]
    done, waited = fetch(["org/a"], tmp_path / "out")
    assert waited == [2, 4, 8, 16]
    (tmp_path / "out" / "org__a-details" / "org__a" / f"results_{logs.STAMP}.json").unlink()
    failing.errors = [OSError("no network")] * hub.ATTEMPTS
    with pytest.raises(AtlasError, match=r"5 attempts \(no network\)\. The same command goes on"):
        fetch(["org/a"], tmp_path / "out")
    done, _ = fetch(["org/a"], tmp_path / "out")
    assert (done.fetched, done.kept) == (1, 2)


def test_models_that_are_not_there_are_said(tmp_path: Path, failing: Failing) -> None:
    done, _ = fetch(["org/none", "org/a"], tmp_path / "out")
    (remark,) = done.remarks
    assert (remark.kind, remark.count, remark.warning) == ("not on the hub", 1, True)
    assert "open-llm-leaderboard/org__none-details" in remark.text
    assert len(done.folders) == 1


def test_a_login_is_asked_for(tmp_path: Path, failing: Failing) -> None:
    failing.errors = [http(GatedRepoError)]
    with pytest.raises(AtlasError, match="hf auth login"):
        fetch(["org/a"], tmp_path / "out")


def test_paths_that_lead_out_are_not_fetched(tmp_path: Path) -> None:
    class Evil:
        def datasets(self, owner: str, prefix: str) -> list[str]:
            return []

        def files(self, dataset: str) -> list[str]:
            return ["../samples_x.json", "/samples_y.json", "a/../../samples_z.json"]

        def fetch(self, dataset: str, file: str, folder: Path) -> None:
            raise AssertionError(file)

    assert hub.download(["org/a"], tmp_path, hub=Evil()).fetched == 0
