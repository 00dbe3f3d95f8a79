"""The command line. Exit code 0, or 1 with a one-line reason on standard error."""

from __future__ import annotations

import typer

from analysis.cli import (
    comparing,
    diagnosing,
    downloading,
    exporting,
    exporting_tables,
    fitting,
    importing,
    linking,
    pooling,
    predicting,
    reporting,
    status,
)
from analysis.cli.common import app
from analysis.errors import AtlasError

__all__ = [
    "app",
    "comparing",
    "diagnosing",
    "downloading",
    "exporting",
    "exporting_tables",
    "fitting",
    "importing",
    "linking",
    "main",
    "pooling",
    "predicting",
    "reporting",
    "status",
]


def main() -> None:
    """Run the command line; turn what the user can put right into one line and exit code 1."""
    try:
        app()
    except AtlasError as error:
        typer.echo(f"error: {error}", err=True)
        raise SystemExit(1) from None
    except SystemExit as stop:
        raise SystemExit(1 if stop.code else 0) from None  # wrong usage is 1 like every other reason
