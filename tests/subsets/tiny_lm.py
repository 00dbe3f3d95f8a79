"""Evaluate tasks by lm-evaluation-harness, in its own environment, on a language model that can add.

Every second sum it gets wrong, so that right and wrong both have to arrive. `test_lm_eval` starts this file
with a folder and evaluations as JSON, and reads what the harness logs; the harness's command line does the
same after indexing ten thousand tasks of its own.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

from lm_eval import simple_evaluate
from lm_eval.api.model import LM
from lm_eval.loggers import EvaluationTracker
from lm_eval.tasks import TaskManager


class Adder(LM):
    """Answers ``3 + 3 =``; odd numbers it adds wrongly."""

    def generate_until(self, requests, disable_tqdm=False):
        return [str(self._sum(request.args[0])) for request in requests]

    def loglikelihood(self, requests, disable_tqdm=False):
        raise NotImplementedError

    def loglikelihood_rolling(self, requests, disable_tqdm=False):
        raise NotImplementedError

    @staticmethod
    def _sum(prompt):
        first, second = map(int, re.findall(r"\d+", prompt.rsplit("\n", 1)[-1])[:2])
        return first + second + first % 2


def evaluate(folder: Path, task: str, samples: str | None) -> None:
    """Evaluate one task and let the harness log it to ``out``, or write what stopped it to ``error``."""
    try:
        results = simple_evaluate(
            model=Adder(),
            tasks=[task],
            samples=json.loads((folder / samples).read_text()) if samples else None,
            task_manager=TaskManager(include_path=str(folder), include_defaults=False),
            log_samples=True,
            bootstrap_iters=0,
        )
    except Exception as error:
        (folder / "error").write_text(f"{type(error).__name__}: {error}")
        return
    tracker = EvaluationTracker(output_path=str(folder / "out"))
    logged = results.pop("samples")
    tracker.save_results_aggregated(results=results, samples=logged)
    tracker.save_results_samples(task_name=task, samples=logged[task])


if __name__ == "__main__":
    for job in json.loads(sys.argv[2]):
        evaluate(Path(sys.argv[1]) / job["folder"], job["task"], job.get("samples"))
