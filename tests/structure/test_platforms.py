"""Nothing that Windows lacks is used without a guard, and the market runs where it is missing."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.structure.source import ROOT, SOURCES, modules, parsed

POSIX_MODULES = {"fcntl", "resource", "pwd", "grp", "termios", "tty", "pty", "syslog", "readline", "crypt", "posix"}
POSIX_NAMES = {
    "os": {
        *("fork", "forkpty", "killpg", "setsid", "getpgid", "setpgid", "getuid", "geteuid", "getgid", "getegid"),
        *("uname", "sysconf", "nice", "mkfifo", "chown", "fchown", "fchmod", "statvfs", "sched_getaffinity"),
        *("getloadavg", "O_NOFOLLOW", "O_NONBLOCK", "O_DIRECTORY", "pread", "pwrite", "register_at_fork", "wait3"),
    },
    "signal": {
        *("SIGKILL", "SIGHUP", "SIGALRM", "SIGUSR1", "SIGUSR2", "SIGQUIT", "SIGCHLD", "SIGPIPE", "SIGSTOP"),
        *("pthread_sigmask", "pthread_kill", "alarm", "setitimer", "SIG_BLOCK", "SIG_UNBLOCK", "sigwait"),
    },
    "time": {"tzset", "clock_gettime", "pthread_getcpuclockid"},
}
POSIX_ARGUMENTS = {"preexec_fn", "start_new_session", "pass_fds"}
CAUGHT = {"ImportError", "AttributeError", "ModuleNotFoundError"}
"""Errors whose handling is a guard."""


def unguarded(tree: ast.Module) -> list[str]:
    """Return what is used that Windows lacks, outside of guards, with line numbers."""
    return [f"{node.lineno} {what}" for node, what, guarded in _uses(tree, guarded=False) if not guarded]


def _uses(node: ast.AST, *, guarded: bool) -> Iterator[tuple[ast.AST, str, bool]]:
    """Yield each use, what it is, and whether something around it is a guard."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        guarded = guarded or any(map(_asks_the_platform, ast.walk(node)))
    if isinstance(node, ast.If | ast.IfExp):
        guarded = guarded or any(map(_asks_the_platform, ast.walk(node.test)))
    what = _lacking(node)
    if what:
        yield node, what, guarded
    for name, value in ast.iter_fields(node):
        inside = guarded or (name == "body" and _catches(node))
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from _uses(child, guarded=inside)


def _lacking(node: ast.AST) -> str:
    """Return what a node uses that Windows lacks, empty if nothing."""
    if isinstance(node, ast.Import):
        return " ".join(sorted(POSIX_MODULES & {alias.name for alias in node.names}))
    if isinstance(node, ast.ImportFrom):
        return node.module if node.module in POSIX_MODULES else ""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return f"{node.value.id}.{node.attr}" if node.attr in POSIX_NAMES.get(node.value.id, ()) else ""
    return node.arg or "" if isinstance(node, ast.keyword) and node.arg in POSIX_ARGUMENTS else ""


def _asks_the_platform(node: ast.AST) -> bool:
    """Tell whether a node asks whether something is there, or for the name of the system."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return node.func.id == "hasattr"
    asked = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    return asked and (node.value.id, node.attr) in (("sys", "platform"), ("os", "name"))  # type: ignore[attr-defined]


def _catches(node: ast.AST) -> bool:
    """Tell whether a node handles what is raised where something is missing."""
    if isinstance(node, ast.Try):
        caught = [handler.type for handler in node.handlers if handler.type is not None]
    elif isinstance(node, ast.With):
        caught = [item.context_expr for item in node.items]
    else:
        return False
    return bool(CAUGHT & {each.id for one in caught for each in ast.walk(one) if isinstance(each, ast.Name)})


@pytest.mark.parametrize("folder", SOURCES)
def test_nothing_that_windows_lacks_is_used_without_a_guard(folder: str) -> None:
    found = {name: unguarded(parsed(file)) for name, file in modules(folder, SOURCES[folder]).items()}
    assert {name: uses for name, uses in found.items() if uses} == {}


def test_the_scan_finds_guarded_uses_too() -> None:
    uses = [use for file in modules("sim", ROOT).values() for use in _uses(parsed(file), guarded=False)]
    assert len(uses) >= 10
    assert all(guarded for _, _, guarded in uses)


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import fcntl", ["1 fcntl"]),
        ("from pwd import getpwuid", ["1 pwd"]),
        ("import os\nos.getuid()", ["2 os.getuid"]),
        ("import os, signal\nos.kill(1, signal.SIGKILL)", ["2 signal.SIGKILL"]),
        ("run(preexec_fn=f)", ["1 preexec_fn"]),
        ("try:\n    import fcntl\nexcept OSError:\n    pass", ["2 fcntl"]),
        ("try:\n    import fcntl\nexcept ImportError:\n    pass", []),
        ("try:\n    pass\nexcept ImportError:\n    import fcntl", ["4 fcntl"]),
        ("with suppress(ImportError):\n    import fcntl", []),
        ("def f():\n    if hasattr(os, 'fork'):\n        os.fork()", []),
        ("if sys.platform != 'win32':\n    os.fork()", []),
        ("if ready:\n    os.fork()", ["2 os.fork"]),
    ],
)
def test_planted_uses_are_found_and_guards_are_seen(source: str, found: list[str]) -> None:
    assert unguarded(ast.parse(source)) == found


AS_ON_WINDOWS = """
import asyncio, multiprocessing, os, signal, subprocess, sys, tempfile
import joblib, mesa, numba, pandas, pyarrow, rich.console, scipy  # what others need of it is not ours
for module, names in {names!r}.items():
    for name in names:
        if hasattr(sys.modules.get(module), name):
            delattr(sys.modules[module], name)
for name in {modules!r}:
    sys.modules[name] = None
from sim.cli import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize(
    "command", [("run", "village"), ("compare", "village", "-n", "1", "--workers", "1", "--out", "saved")]
)
def test_the_market_runs_where_all_of_it_is_missing(command: tuple[str, ...], tmp_path: Path) -> None:
    program = AS_ON_WINDOWS.format(
        names={**POSIX_NAMES, "time": set()}, modules=sorted(POSIX_MODULES - {"posix", "readline"})
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "NUMBA_DISABLE_JIT": "1"}
    done = subprocess.run(
        [sys.executable, "-c", program, *command],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "village: 3 customers" in done.stdout


def test_the_container_is_not_root_and_says_how_it_is() -> None:
    lines = [line.strip() for line in (ROOT / "Containerfile").read_text(encoding="utf-8").splitlines()]
    users = [line.split()[1] for line in lines if line.startswith("USER ")]
    assert users
    assert users[-1] not in ("root", "0")
    started = next(number for number, line in enumerate(lines) if line.startswith("ENTRYPOINT"))
    assert lines.index(f"USER {users[-1]}") < started
    assert any(line.startswith("HEALTHCHECK") for line in lines)
    assert "--read-only" in "\n".join(lines)
    copied = [word for line in lines if line.startswith("COPY ") for word in line.split()[1:-1]]
    assert {"sim", "middleman", "scenarios", "dashboards"} <= set(copied)
    assert [name for name in copied if not (ROOT / name).exists()] == []
    ignored = (ROOT / ".containerignore").read_text(encoding="utf-8").splitlines()
    assert not set(copied) & set(ignored)
