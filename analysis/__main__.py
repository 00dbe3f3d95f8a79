"""``python -m analysis``: import responses, fit difficulties, export subsets."""

from analysis.cli import main

main()
