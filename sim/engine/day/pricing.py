"""Morning: prices are set, from the top of the chain down."""

from __future__ import annotations

from sim.engine.state import State


def prices_are_set(state: State) -> None:
    """Let firms whose review day it is set prices, top of the chain first."""
    state.prices.set(state.day)
