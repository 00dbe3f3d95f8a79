"""Run the experiment and write the study folder."""

import argparse
import json
import os
from pathlib import Path

import torch
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from data.experiment.cache import HERE, Cache
from data.experiment.card import write_card
from data.experiment.manifest import manifest
from data.experiment.sizes import SIZES
from data.experiment.study import study_task
from data.experiment.write import tables, write


def main(arguments: list[str] | None = None) -> None:
    """Run the experiment as the command line says.

    Parameters
    ----------
    arguments
        The command line without the program's name; by default the one this process was started with.
    """
    parser = argparse.ArgumentParser(prog="python -m data.experiment", description=__doc__)
    parser.add_argument("--size", choices=SIZES, default="small", help="how large (default: %(default)s)")
    parser.add_argument("--out", type=Path, required=True, help="folder to write the study to")
    parser.add_argument("--seed", type=int, default=1, help="seed of all draws (default: %(default)s)")
    parser.add_argument("--device", default="cpu", help="torch device to train on (default: %(default)s)")
    parser.add_argument("--threads", type=int, default=2, help="stacks at a time (default: %(default)s)")
    parser.add_argument("--work", type=Path, default=HERE / ".work", help="folder for finished stages")
    options = parser.parse_args(arguments)

    # cuBLAS is deterministic only with a workspace of fixed size, set before its first use.
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.use_deterministic_algorithms(True, warn_only=True)
    # One thread for each stack and stacks side by side: twice as fast here as the other way round, and the
    # result does not depend on the number of threads.
    torch.set_num_threads(1)

    size = SIZES[options.size]
    cache = Cache(options.work)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns) as progress:
        studies = [
            study_task(name, size, options.seed, options.device, options.threads, cache, progress)
            for name in size.tasks
        ]
    files = write(tables(studies, size), options.out)
    description = manifest(size, options.seed, options.device, options.threads, cache.seconds, files)
    (options.out / "manifest.json").write_text(json.dumps(description, indent=2) + "\n")
    write_card(options.out)


if __name__ == "__main__":
    main()
