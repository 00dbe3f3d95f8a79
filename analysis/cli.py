"""The command line. Exit code 0, or 1 with a one-line reason on standard error."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from analysis import bins as difficulty_bins
from analysis.errors import AtlasError
from analysis.imports import Imported, import_file, import_study
from analysis.readers import MANIFEST, READERS
from analysis.store import Store
from analysis.subsets import FORMATS, select, to_bytes

app = typer.Typer(
    help="""
    Difficulty Atlas: which training difficulty helps which test difficulty?

    Import per-item responses of language models, fit each item's difficulty with its uncertainty, and
    export the items of the difficulty bins you want. Everything lands in a store that the app reads
    while it runs.

    A first walk:

        python -m analysis import responses.csv --benchmark mybench

        python -m analysis fit --benchmark mybench

        python -m analysis export --benchmark mybench --bins 8,9,10 --out hard.jsonl
    """,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)
console = Console(soft_wrap=True)

StoreOption = Annotated[Path, typer.Option("--store", help="Directory of the store.", show_default=True)]
DEFAULT_STORE = Path("data/store")


@app.command("import")
def import_command(
    paths: Annotated[
        list[Path], typer.Argument(help="Files of responses, or a study folder such as data/study.")
    ],
    benchmark: Annotated[
        str | None, typer.Option(help="Name of the benchmark; made if new. A study brings its own.")
    ] = None,
    title: Annotated[str | None, typer.Option(help="Title of a new benchmark, for people.")] = None,
    file_format: Annotated[
        str, typer.Option("--format", help=f"auto, {', '.join(READERS)}.", show_default=True)
    ] = "auto",
    store: StoreOption = DEFAULT_STORE,
) -> None:
    """Read responses into the store.

    Understood are wide CSV matrices (a row a model, a column an item; cells 0, 1 or empty) and tidy CSV,
    JSONL or Parquet files with the columns model, item and correct. Importing the same file twice changes
    nothing; a file with an error changes nothing either, and the message says where the error is.
    """
    if file_format != "auto" and file_format not in READERS:
        raise AtlasError(f"No format {file_format!r}; there are: auto, {', '.join(READERS)}.")
    for path in paths:
        if (path / MANIFEST).exists():
            _print_imported(import_study(Store(store), path))
        elif benchmark is None:
            raise AtlasError(f"{path}: say which benchmark these responses are of, with --benchmark NAME.")
        else:
            _print_imported(
                import_file(Store(store), path, benchmark=benchmark, title=title, reader=file_format)
            )


def _print_imported(imported: Imported) -> None:
    console.print(f"{imported.source} ({imported.reader}): {imported.summary}", highlight=False)
    for remark in imported.remarks:
        console.print(f"  note: {remark}", highlight=False)


@app.command()
def fit(
    benchmark: Annotated[str, typer.Option(help="Name of the benchmark.")],
    seed: Annotated[int, typer.Option(help="Seed of the sampler.", show_default=True)] = 1,
    draws: Annotated[int, typer.Option(help="Draws kept in each chain.", show_default=True)] = 1000,
    chains: Annotated[int, typer.Option(help="Number of chains.", show_default=True)] = 4,
    store: StoreOption = DEFAULT_STORE,
) -> None:
    """Fit every item's difficulty (Rasch model, PyMC) and keep the posterior in the store.

    Takes about half a minute for 4,000 models and 250 items on two cores. Exits with 1 if the fit did not
    converge; it is kept with its diagnostics, but is not used for bins.
    """
    from analysis.irt import Settings, fit_rasch  # PyMC takes seconds to import; other commands need none

    house = Store(store)
    with house.open() as snapshot:
        responses = snapshot.responses(benchmark)
    console.print(
        f"Fitting the Rasch model to {benchmark}: {len(responses):,} responses of "
        f"{responses['model'].nunique():,} models to {responses['item'].nunique():,} items. "
        "Compiling takes 10 to 20 seconds, then sampling starts.",
        highlight=False,
    )
    fitted = fit_rasch(
        responses,
        benchmark=benchmark,
        seed=seed,
        settings=Settings(draws=draws, chains=chains),
        progress=sys.stderr.isatty(),
    )
    with house.change() as draft:
        draft.add_fit(fitted.tables())
    quality = fitted.diagnostics
    difficulty = fitted.items["mean"]
    console.print(
        f"Fit {fitted.id}: difficulties from {difficulty.min():.2f} to {difficulty.max():.2f} logits, "
        f"mean posterior sd {fitted.items['sd'].mean():.3f}. R-hat {quality.rhat:.4f}, smallest ESS "
        f"{min(quality.ess_bulk, quality.ess_tail):,.0f}, {quality.divergences} divergences, "
        f"log-likelihood error {quality.log_likelihood_error:.1e}.",
        highlight=False,
    )
    if problems := quality.problems():
        raise AtlasError(f"Fit {fitted.id} did not converge: {'; '.join(problems)}. Try more --draws.")


@app.command()
def status(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")] = False,
    store: StoreOption = DEFAULT_STORE,
) -> None:
    """Say what the store holds: benchmarks, responses, fits, fine-tune runs, and the data version."""
    with Store(store).open() as snapshot:
        benchmarks = snapshot.benchmarks()
        fits = {name: snapshot.fits(name) for name in benchmarks["name"]}
        version = snapshot.version
    if as_json:
        counts = ["name", "title", "origin", "items", "models", "responses", "runs"]
        kept = ["fit", "irt_model", "converged", "problems", "stale", "rhat", "ess_bulk", "ess_tail"]
        report = {
            "data_version": version,
            "benchmarks": [
                {**row, "fits": json.loads(fits[row["name"]][kept].to_json(orient="records"))}
                for row in json.loads(benchmarks[counts].to_json(orient="records"))
            ],
        }
        typer.echo(json.dumps(report, indent=2))
        return
    table = Table(title=f"Data version {version}", title_justify="left")
    for heading in ("benchmark", "origin"):
        table.add_column(heading)
    for heading in ("items", "models", "responses", "runs"):
        table.add_column(heading, justify="right")
    table.add_column("fits (newest first)")
    for row in benchmarks.itertuples():
        table.add_row(
            row.name,
            row.origin,
            f"{row.items:,}",
            f"{row.models:,}",
            f"{row.responses:,}",
            f"{row.runs:,}",
            "\n".join(_fit_line(one) for one in fits[row.name].to_dict("records"))
            or f"none: python -m analysis fit --benchmark {row.name}",
        )
    console.print(table)


def _fit_line(one: dict) -> str:
    state = "converged" if one["converged"] else f"not converged: {one['problems']}"
    return f"{one['fit']} {state}" + (", stale: responses changed since" if one["stale"] else "")


@app.command()
def export(
    benchmark: Annotated[str, typer.Option(help="Name of the benchmark.")],
    bins: Annotated[str, typer.Option(help="Bins wanted, as 8,9 or 8-10; 1 is the easiest.")],
    out: Annotated[Path, typer.Option(help="File to write.")],
    count: Annotated[int, typer.Option("--of", help="Number of bins to cut into.", show_default=True)] = 10,
    strategy: Annotated[
        str, typer.Option(help="quantile or equal-width.", show_default=True)
    ] = difficulty_bins.QUANTILE,
    edges: Annotated[
        str | None, typer.Option(help="Inner edges in logits, as -1,0,1.5, instead of --of and --strategy.")
    ] = None,
    file_format: Annotated[
        str | None, typer.Option("--format", help=f"{', '.join(FORMATS)}; by default the ending of --out.")
    ] = None,
    fit_id: Annotated[
        str | None, typer.Option("--fit", help="Fit to use; by default the newest converged one.")
    ] = None,
    store: StoreOption = DEFAULT_STORE,
) -> None:
    """Write the items of some difficulty bins to a file.

    Every row carries the item's id, text, difficulty with its 94% interval, bin, probability of being in
    that bin, and the fit and data version they come from.
    """
    typed = tuple(_number(text, "--edges") for text in edges.split(",")) if edges else ()
    with Store(store).open() as snapshot:
        used = snapshot.usable_fit(benchmark, fit_id)
        cut = difficulty_bins.cut(
            (items := snapshot.items(benchmark, used))["mean"].to_numpy(),
            snapshot.draws(used),
            strategy=difficulty_bins.TYPED if typed else strategy,
            count=count,
            edges=typed,
        )
        subset = select(
            items, cut, _bin_numbers(bins), benchmark=benchmark, fit=used, data_version=snapshot.version
        )
    contents = to_bytes(subset, file_format or out.suffix.removeprefix("."))
    try:
        out.write_bytes(contents)
    except OSError as error:
        raise AtlasError(f"{out}: cannot be written ({error.strerror}).") from None
    console.print(
        f"{out}: {len(subset):,} items of {benchmark}, difficulty {subset['difficulty'].min():.2f} to "
        f"{subset['difficulty'].max():.2f} logits, fit {used}.",
        highlight=False,
    )


def _bin_numbers(text: str) -> list[int]:
    """Numbers from ``8,9`` or ``8-10``."""
    numbers: list[int] = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        start = int(_number(first, "--bins"))
        numbers += range(start, int(_number(last or first, "--bins")) + 1)
    return numbers


def _number(text: str, option: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise AtlasError(f"{text!r} in {option} is not a number.") from None


def main() -> None:
    """Run the command line; turn what the user can put right into one line and exit code 1."""
    try:
        app()
    except AtlasError as error:
        typer.echo(f"error: {error}", err=True)
        raise SystemExit(1) from None
    except SystemExit as stop:
        raise SystemExit(1 if stop.code else 0) from None  # wrong usage is 1 like every other reason
