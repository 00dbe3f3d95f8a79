"""From files to tidy tables: one module a format, and `detect` to pick one."""

from analysis.readers.contents import Contents, Part, Wanted
from analysis.readers.detect import READERS, detect, opened, readable
from analysis.readers.models import read_models
from analysis.readers.study import MANIFEST, Study, StudyBenchmark, read_study

__all__ = [
    "MANIFEST",
    "READERS",
    "Contents",
    "Part",
    "Study",
    "StudyBenchmark",
    "Wanted",
    "detect",
    "opened",
    "read_models",
    "read_study",
    "readable",
]
