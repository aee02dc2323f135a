"""A game that was played once, for all who look at its results."""

from __future__ import annotations

import pytest

from sim.teaching.play import Game, RoundResult, play_round, start
from sim.teaching.play.firms import CONTROLS_OF_PLAY, playable_market, seats_of
from sim.teaching.rooms.moments import Play

GAME = Play("play", "Play", "class_market", seats_of(playable_market("class_market")), CONTROLS_OF_PLAY, rounds=5)
"""Five rounds instead of nine: makers sell direct from the third on, shops online in the last two."""
SHOCKS = ((), (), ("direct",), ("direct", "o2o"), ("direct", "o2o", "parcels"))
SEED = 7
DECISIONS = (
    {
        "shop 1": {"margin": 6.0},
        "shop 4": {"margin": 12.0},
        "maker 1": {"price": 25.0},
        "wholesaler 3": {"margin": 5.0},
    },
    {"shop 1": {"margin": 7.5}, "shop 4": {"margin": 9.0}, "maker 1": {"price": 21.0}, "wholesaler 3": {"margin": 5.0}},
    {"shop 1": {"margin": 7.5}, "maker 1": {"price": 21.0, "direct_price": 20.0}, "platform": {"commission": 20.0}},
    {"shop 1": {"margin": 5.5}, "maker 1": {"price": 21.0, "direct_price": 0.0}, "platform": {"commission": 30.0}},
    {"shop 1": {"margin": 5.5}, "platform": {"commission": 5.0}},
)
"""Four people, later fewer: the others' seats go back to bots."""


def played(game: Game) -> list[RoundResult]:
    """Play the whole game."""
    return [play_round(game, decisions, shocks) for decisions, shocks in zip(DECISIONS, SHOCKS, strict=True)]


@pytest.fixture(scope="session")
def game() -> Game:
    """The game after its last round."""
    game = start(GAME, SEED)
    played(game)
    return game


@pytest.fixture(scope="session")
def results(game: Game) -> list[RoundResult]:
    """All its rounds."""
    return game.results
