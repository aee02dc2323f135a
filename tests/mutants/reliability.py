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
)
