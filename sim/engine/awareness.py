"""Whom advertising and neighbours make think of buying online."""

from __future__ import annotations

from sim.engine.state import State
from sim.kernels.daily_statistics import word_goes_round


def renew_awareness(state: State) -> None:
    """Work out again how likely advertising and neighbours make customers think of an online channel."""
    online = state.scenario.online
    if online.advertising_scale > 0:
        advertising = online.advertising_per_head * state.advertised / online.advertising_scale
        first_customer, talk = state.world.towns.first_customer, state.scenario.learning.word_of_mouth
        state.call(word_goes_round, state.population, first_customer, advertising, talk, state.rules.awareness)
