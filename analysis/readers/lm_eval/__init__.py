"""Logs of lm-evaluation-harness with ``--log_samples``, as every version 0.4 writes them."""

from analysis.readers.lm_eval.files import holds_samples, is_results_name
from analysis.readers.lm_eval.reader import read_lm_eval

__all__ = ["holds_samples", "is_results_name", "read_lm_eval"]
