"""``python -m analysis download``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from analysis import hub
from analysis.cli.common import app, console
from analysis.errors import AtlasError


@app.command()
def download(
    models: Annotated[
        list[str] | None, typer.Argument(help="ORGANISATION/MODEL, or an organisation for all of its models.")
    ] = None,
    listed: Annotated[Path | None, typer.Option("--list", help="File of such names, one a line.")] = None,
    out: Annotated[
        Path, typer.Option(help="Folder to put them into, one a model.", show_default=True)
    ] = Path("data/downloads"),
    leaderboard: Annotated[
        str, typer.Option(help=f"Open LLM Leaderboard: {' or '.join(hub.LEADERBOARDS)}.", show_default=True)
    ] = "v2",
    tasks: Annotated[
        str | None,
        typer.Option(help="Only tasks whose names begin so, e.g. leaderboard_bbh,leaderboard_musr."),
    ] = None,
) -> None:
    """Fetch what models answered on the Open LLM Leaderboard from the Hugging Face hub.

    A download that breaks off goes on where it stopped when the command is given again. Then import the
    folder (this command touches no --store): python -m analysis import data/downloads. Needs
    huggingface_hub; details of the second leaderboard also need a login, hf auth login.
    """
    if leaderboard not in hub.LEADERBOARDS:
        raise AtlasError(f"No leaderboard {leaderboard!r}; there are: {', '.join(hub.LEADERBOARDS)}.")
    wanted = [*(models or []), *_names(listed)]
    if not wanted:
        raise AtlasError("Name models or organisations, or a file of them with --list FILE.")
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("looking", total=None)
        done = hub.download(
            wanted,
            out,
            hub=hub.HuggingFaceHub(),
            leaderboard=leaderboard,
            tasks=tuple(part.strip() for part in tasks.split(",") if part.strip()) if tasks else (),
            progress=lambda file, n, of: bar.update(task, description=file[-60:], completed=n, total=of),
        )
    console.print(
        f"{len(done.folders):,} models in {out}: {done.fetched:,} files fetched, {done.kept:,} were there.",
        highlight=False,
    )
    for remark in done.remarks:
        console.print(f"  warning: {remark.text}", highlight=False, markup=False)


def _names(listed: Path | None) -> list[str]:
    if listed is None:
        return []
    try:
        lines = listed.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        raise AtlasError(f"{listed}: cannot be read as text.") from None
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]
