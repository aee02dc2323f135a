"""What this machine gives to runs: cores, and memory that is given back or limited, and how much of it there is."""

from __future__ import annotations

import ctypes
import gc
import os
import re
from math import inf
from pathlib import Path

from sim.scenario import Problem, ScenarioError

MEMORY = "MIDDLEMAN_MEMORY"
"""Environment variable that says how much memory may be used: 32GB. For machines on which this is told wrongly."""
UNITS = {"B": 1.0, "KB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12}


def available_cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def collect_garbage() -> None:
    """Drop what is in circles that nobody holds, and return to the system what is free then.

    Python looks for these by itself only once there are a quarter more objects than before, which in a server that
    holds hundreds of thousands is late.
    """
    gc.collect()
    give_memory_back()


def keep_what_is_loaded() -> None:
    """Spare the search for garbage what is loaded by now: modules and compiled code stay for good."""
    gc.collect()
    gc.freeze()


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


def memory_of_worker(workers: int) -> float:
    """Return how many bytes each of some workers may take of this machine's memory; infinity where nobody says."""
    try:
        return part_of_memory(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"), workers)
    except (AttributeError, ValueError, OSError):  # Windows
        return inf


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


def available_memory() -> float:
    """Return the bytes that this process may hold, what it holds now included; infinity where nobody says.

    Raises ScenarioError when ``MIDDLEMAN_MEMORY`` is no number of bytes.
    """
    said = os.environ.get(MEMORY, "")
    if said:
        return _bytes_in(said)
    held = _status("VmRSS")
    return max(min(_free_on_machine(), _free_in_group(), _free_addresses()), 0.0) + held


def _bytes_in(text: str) -> float:
    match = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?) ?([KMGT]?B)?", text.strip(), re.IGNORECASE)
    if match is None:
        raise ScenarioError([Problem("", MEMORY, text[:60], "a number of bytes, such as 32GB or 500MB", "correct it")])
    return float(match[1]) * UNITS[(match[2] or "B").upper()]


def _status(name: str, file: str = "/proc/self/status") -> float:
    """Return a number of bytes out of a table of the system's, 0 where there is none."""
    try:
        lines = Path(file).read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return 0.0
    return next((1024.0 * int(line.split()[1]) for line in lines if line.startswith(f"{name}:")), 0.0)


def _free_on_machine() -> float:
    free = _status("MemAvailable", "/proc/meminfo")
    if free:
        return free
    try:
        return float(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    except (AttributeError, ValueError, OSError):  # Windows
        return inf


def _free_in_group(root: Path = Path("/sys/fs/cgroup"), own: Path = Path("/proc/self/cgroup")) -> float:
    """Return what the groups of processes that this one is in, such as a container, may still take."""
    try:
        groups = [line.split(":", 2) for line in own.read_text(encoding="utf-8").splitlines()]
    except OSError:
        return inf
    free = [inf]
    for _, kinds, path in groups:
        if kinds == "":
            place, most, used = root / path.lstrip("/"), "memory.max", "memory.current"
        elif "memory" in kinds.split(","):
            place, most, used = root / "memory" / path.lstrip("/"), "memory.limit_in_bytes", "memory.usage_in_bytes"
        else:
            continue
        above = [place, *(each for each in place.parents if each.is_relative_to(root))]
        free += [_free_in(each, most, used) for each in above]
    return min(free)


def _free_in(group: Path, most: str, used: str) -> float:
    """Return what one group may still take; what it holds of files is given back when it is needed."""
    try:
        said = (group / most).read_text(encoding="ascii").strip()
        limit = inf if said == "max" else float(said)
        taken = float((group / used).read_text(encoding="ascii"))
        lines = (group / "memory.stat").read_text(encoding="ascii").splitlines()
    except (OSError, ValueError):
        return inf
    files = sum(float(line.split()[1]) for line in lines if line.startswith(("inactive_file ", "total_inactive_file ")))
    return limit - taken + files


def _free_addresses() -> float:
    """Return what ``ulimit -v`` leaves."""
    try:
        import resource
    except ImportError:  # Windows
        return inf
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    return inf if limit == resource.RLIM_INFINITY else limit - _status("VmSize")
