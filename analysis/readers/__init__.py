"""From files to tidy tables: one module a format, and `detect` to pick one."""

from analysis.readers.detect import READERS, detect
from analysis.readers.study import MANIFEST, Study, StudyBenchmark, read_study

__all__ = ["MANIFEST", "READERS", "Study", "StudyBenchmark", "detect", "read_study"]
