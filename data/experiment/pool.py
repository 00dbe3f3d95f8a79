"""Pool the gains of a study: ``python -m data.experiment.pool FOLDER`` keeps the result in the folder."""

import json
import sys
import tempfile
from pathlib import Path

from analysis import pools
from analysis.imports import import_study
from analysis.store import Store
from analysis.subsets.study_folder import write_tables
from analysis.tables import POOL_PARTS
from analysis.transfer.pooling import Settings
from data.experiment.croissant import write_croissant


def pool_study(store: Store, say: bool = True) -> None:
    """Pool the gains of every benchmark, base model and recipe of a store."""
    with store.open() as snapshot:
        names = snapshot.benchmarks()["name"]
        wanted = [one for name in names for one in pools.requests(snapshot, name)]
    for one in wanted:
        tables, pooled = pools.make(one, Settings())
        with store.change() as draft:
            draft.add_pool(tables)
        if say:
            print(one.benchmark, one.base_model, one.recipe, pooled.diagnostics)


def add_pools(folder: Path, store: Store) -> None:
    """Write a store's pooled gains into the study folder that it was made of, and into its manifest."""
    with store.open() as snapshot:
        tables = snapshot.study_tables(snapshot.benchmarks()["name"].to_list())
    # When it was pooled is in the manifest, so that equal runs write equal files.
    kept = {"pools": tables["pools"].drop_columns("created"), **{name: tables[name] for name in POOL_PARTS}}
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["files"] |= write_tables(kept, folder)
    path.write_text(json.dumps(manifest, indent=2) + "\n")
    write_croissant(folder)


def main(folder: Path) -> None:
    """Import a study into a store of its own, pool there, and write what comes of it back."""
    with tempfile.TemporaryDirectory() as place:
        store = Store(Path(place))
        import_study(store, folder)
        pool_study(store)
        add_pools(folder, store)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
