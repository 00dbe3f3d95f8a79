"""Run the experiment and write the study folder."""

import argparse
import json
import os
from pathlib import Path

from analysis.subsets.study_folder import write_tables
from data.experiment.cache import HERE, Cache
from data.experiment.card import write_card
from data.experiment.croissant import write_croissant
from data.experiment.manifest import manifest
from data.experiment.sizes import SIZES
from data.experiment.study import STAGES, run_study
from data.experiment.write import tables


def main(arguments: list[str] | None = None) -> None:
    """Run the experiment as the command line says.

    Parameters
    ----------
    arguments
        The command line without the program's name; by default the one this process was started with.
    """
    parser = argparse.ArgumentParser(prog="python -m data.experiment", description=__doc__)
    parser.add_argument("--size", choices=SIZES, default="full", help="how large (default: %(default)s)")
    parser.add_argument("--out", type=Path, required=True, help="folder to write the study to")
    parser.add_argument("--seed", type=int, default=1, help="seed of all draws (default: %(default)s)")
    parser.add_argument("--device", default="cpu", help="torch device to train on (default: %(default)s)")
    parser.add_argument(
        "--workers", type=int, default=os.cpu_count(), help="stages at a time (default: one a core)"
    )
    parser.add_argument("--work", type=Path, default=HERE / ".work", help="folder for finished stages")
    parser.add_argument(
        "--until",
        choices=STAGES,
        default=STAGES[-1],
        help="last stage to run; stages in the work folder, made here or elsewhere, are not run again",
    )
    options = parser.parse_args(arguments)

    size = SIZES[options.size]
    cache = Cache(options.work)
    study = run_study(size, options.seed, options.device, options.workers, cache, options.until)
    if study is None:
        return
    files = write_tables(tables(study, size), options.out)
    description = manifest(size, options.seed, cache.spent, files)
    (options.out / "manifest.json").write_text(json.dumps(description, indent=2) + "\n")
    write_card(options.out)
    write_croissant(options.out)


if __name__ == "__main__":
    main()
