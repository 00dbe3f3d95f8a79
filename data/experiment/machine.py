"""What the experiment runs on, in words that name no particular machine."""

import os
import platform
from functools import cache
from pathlib import Path

import torch


def processor() -> str:
    """Return the kind of processor, for example "AMD EPYC", as the operating system names it."""
    information = Path("/proc/cpuinfo")
    if information.exists():
        for line in information.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


@cache
def machine() -> str:
    """Return processor, cores, accelerator and torch, as "AMD EPYC, 16 cores, NVIDIA H100, torch 2.13.0"."""
    parts = [processor(), f"{os.cpu_count()} cores"]
    if torch.cuda.is_available():
        parts.append(torch.cuda.get_device_name())
    parts.append(f"torch {torch.__version__}")
    return ", ".join(parts)
