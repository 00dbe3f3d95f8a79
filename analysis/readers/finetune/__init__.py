"""Fine-tune runs: lm-eval's logs of models trained on a range of difficulties, and before that."""

from analysis.readers.finetune.reader import holds_runs, read_runs

__all__ = ["holds_runs", "read_runs"]
