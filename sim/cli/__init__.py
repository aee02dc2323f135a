"""The command line, ``middleman``: asks the market, prints the answer and computes nothing itself.

Heavy libraries are imported only in the commands that need them, so that ``middleman --help`` answers at once.
"""

from __future__ import annotations

import atexit
import gc
import signal
import sys
from collections.abc import Sequence

__all__ = ["main"]

BAD_INPUT, INTERRUPTED = 2, 130
ROOM_FOR_LIBRARIES = 1200 * 2**20
LITTLE_ROOM = (
    "Too little memory: the limit of this shell (ulimit -v) is below 1200 MB, which the libraries need; raise it."
)
SELDOM = (50_000, 2, 2)
"""Thresholds of Python's garbage collector: seventy times the default number of new objects. Imports and compiled code
stay for good, and searching them again and again takes a tenth of the start-up time. A finished run, which is large, is
in no reference cycle."""
KEPT = " Finished runs are in the --store: repeat the command to continue."


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command, by default that of the process. Returns the exit code.

    0: done. 1: an internal error, reported on standard error; or ``theory``, ``case`` or ``audit`` found that a claim
    does not hold. 2: the request cannot be carried out; standard error says why. 3: some runs failed, and the answer
    lacks them. 130: interrupted.
    """
    if arguments is None:
        gc.set_threshold(*SELDOM)
    if _has_little_room(sys.argv[1:] if arguments is None else arguments):
        print(LITTLE_ROOM, file=sys.stderr)
        return BAD_INPUT
    try:
        from sim.cli.app import answer

        return answer(arguments)
    except KeyboardInterrupt:
        _ends_by_its_code()
        words = sys.argv[1:] if arguments is None else arguments
        kept = KEPT if "--store" in words else ""
        print(f"Interrupted; no incomplete folder was left behind.{kept}", file=sys.stderr)
        return INTERRUPTED


def _has_little_room(words: Sequence[str]) -> bool:
    """Tell whether libraries will not find the addresses they need; some of them end the process then, or print."""
    if not words or words[0].startswith("-"):
        return False
    try:
        import resource
    except ImportError:  # Windows
        return False
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    return limit != resource.RLIM_INFINITY and limit < ROOM_FOR_LIBRARIES


def _ends_by_its_code() -> None:
    """Ignore Ctrl-C while the process ends, and make Python exit with the given code.

    If interrupted inside text passed to ``exec``, as dataclasses do, Python would kill itself at the end.
    """
    if hasattr(signal, "pthread_sigmask"):
        atexit.register(signal.pthread_sigmask, signal.SIG_BLOCK, {signal.SIGINT})
