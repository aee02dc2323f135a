"""The command line, ``middleman``: asks the market, prints the answer, and computes nothing of its own.

Heavy libraries are imported where a command needs them, so that ``middleman --help`` answers at once.
"""

from __future__ import annotations

import atexit
import gc
import signal
import sys
from collections.abc import Sequence

__all__ = ["main"]

INTERRUPTED = 130
SELDOM = (50_000, 2, 2)
"""How many new objects there are to be before Python looks for rings of them that nobody holds: seventy times as many
as by itself. What is imported, and what the compiler makes, stays; looking through it again and again is a tenth of the
time a start takes. A finished run, which is large, is in no ring."""
KEPT = " What was finished is in the --store: the same command goes on from there."


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command, that of the process unless arguments are given. Returns the exit code.

    0: done; 2: what was asked for cannot be used, standard error says why; 1: a mistake of the program, which standard
    error reports, or ``theory`` found a number that is not what theory says; 3: an answer without some of the
    runs, which failed; 130: interrupted.
    """
    if arguments is None:
        gc.set_threshold(*SELDOM)
    try:
        from sim.cli.app import answer

        return answer(arguments)
    except KeyboardInterrupt:
        _ends_by_its_code()
        words = sys.argv[1:] if arguments is None else arguments
        kept = KEPT if "--store" in words else ""
        print(f"Interrupted; no half-written folder is left.{kept}", file=sys.stderr)
        return INTERRUPTED


def _ends_by_its_code() -> None:
    """Let no Ctrl-C disturb the end of the process, and Python end with the code it is given.

    Interrupted in text that was handed to ``exec``, as dataclasses do, Python would kill itself at the end.
    """
    if hasattr(signal, "pthread_sigmask"):
        atexit.register(signal.pthread_sigmask, signal.SIG_BLOCK, {signal.SIGINT})
