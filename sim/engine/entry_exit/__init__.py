"""Entry and exit: shops, intermediaries and the platform that give up, suppliers that open channels of their own."""

from __future__ import annotations

from sim.engine.entry_exit.reviews import EntryAndExit

__all__ = ["EntryAndExit"]
