"""What this machine gives to runs: cores, and memory that is given back or limited."""

from __future__ import annotations

import ctypes
import os
from pathlib import Path


def available_cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def give_memory_back() -> None:
    """Return to the system what a task has left free; where it can. Takes some milliseconds."""
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (AttributeError, OSError, TypeError):  # no C library of GNU
        return


KEPT_FREE, LEAST_FREE = 0.25, 1_500_000_000
"""Share of the machine's memory, and bytes at least, that workers together leave to the server and the system."""


def part_of_memory(whole: int, workers: int) -> int:
    """Return how many bytes each of some workers may take of a machine's memory."""
    return max(whole - max(int(KEPT_FREE * whole), LEAST_FREE), whole // 4) // workers


def limit_memory(workers: int) -> None:
    """Let this process map its part of the machine's memory beside what it has mapped; where the system can."""
    try:
        import resource

        page, all_of_it = os.sysconf("SC_PAGE_SIZE"), os.sysconf("SC_PHYS_PAGES")
        mapped = int(Path("/proc/self/statm").read_text().split()[0])
    except (ImportError, OSError, ValueError):  # no Linux
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = page * mapped + part_of_memory(page * all_of_it, workers)
    resource.setrlimit(resource.RLIMIT_AS, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
