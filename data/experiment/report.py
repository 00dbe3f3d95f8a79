"""Print a study's numbers and renew its data card.

``python -m data.experiment.report data/study``
"""

import argparse
from pathlib import Path

from data.experiment.card import numbers_block, write_card


def main(arguments: list[str] | None = None) -> None:
    """Print the numbers of the folder named on the command line and renew its data card.

    Parameters
    ----------
    arguments
        The command line without the program's name; by default the one this process was started with.
    """
    parser = argparse.ArgumentParser(
        prog="python -m data.experiment.report",
        description="Print a study's numbers and renew its data card.",
    )
    parser.add_argument("folder", type=Path, help="the study folder")
    folder = parser.parse_args(arguments).folder
    print(numbers_block(folder))
    write_card(folder)


if __name__ == "__main__":
    main()
