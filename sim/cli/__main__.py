"""``python -m sim.cli``: the same as the command ``middleman``."""

from __future__ import annotations

import sys

from sim.cli import main

if __name__ == "__main__":  # worker processes of a comparison import this module and must not run it
    sys.exit(main())
