"""The command line, ``middleman``: asks the market, prints the answer, and computes nothing of its own.

Heavy libraries are imported where a command needs them, so that ``middleman --help`` answers at once.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

__all__ = ["main"]

INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command, that of the process unless arguments are given. Returns the exit code.

    0: done; 2: what was asked for cannot be used, standard error says why; 1: a mistake of the program, which standard
    error reports, or ``theory`` found a number that is not what theory says; 3: an answer without some of the
    runs, which failed; 130: interrupted.
    """
    try:
        from sim.cli.app import answer

        return answer(arguments)
    except KeyboardInterrupt:
        print("Interrupted; no half-written folder is left.", file=sys.stderr)
        return INTERRUPTED
