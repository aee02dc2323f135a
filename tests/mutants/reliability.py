"""Faults in what guards against files, processes and markets that would do harm."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

RELIABILITY = (
    Mutant(
        "sim/kernels/numerics/code_cache.py",
        "if hashlib.sha256(data).digest() == content[:CHECKSUM] else None",
        "if len(content) > CHECKSUM else None",
        ("tests/kernels/test_code_cache.py",),
        "compiled code is loaded whatever became of it",
    ),
    Mutant(
        "sim/kernels/numerics/code_cache.py",
        "        if status.st_uid != own:",
        "        if status.st_uid != own and place == folder:",
        ("tests/kernels/test_code_cache.py",),
        "code is loaded from below another user's folder",
    ),
    Mutant(
        "sim/common/children.py",
        'return [sys.executable, "-P", *arguments]',
        "return [sys.executable, *arguments]",
        ("tests/test_children.py::test_the_dashboard_runs_no_module_of_the_current_folder",),
        "the dashboard looks for modules in the current folder",
    ),
    Mutant(
        "sim/common/orphans.py",
        "        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)",
        "        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)",
        ("tests/test_found_files.py",),
        "what another process is writing is taken for left behind",
    ),
    Mutant(
        "sim/runs/memory.py",
        "    if wanted <= there:",
        "    if wanted >= there:",
        ("tests/test_memory.py",),
        "markets are refused where there is memory, and run where there is none",
    ),
    Mutant(
        "sim/common/spreadsheets.py",
        'return f"\'{text}" if FORMULA.match(text) and not NUMBER.fullmatch(text) else text',
        "return text",
        ("tests/test_spreadsheets.py",),
        "names in CSV files are formulas",
    ),
)
