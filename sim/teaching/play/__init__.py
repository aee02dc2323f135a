"""A market that people play: seats for them, bots in all others, rounds, and what everybody earned and why."""

from __future__ import annotations

from sim.teaching.play.causes import cause_words
from sim.teaching.play.dealing import deal, seat_for
from sim.teaching.play.game import Game, play_round, start
from sim.teaching.play.island import DAYS, SHOCKS, PlayError
from sim.teaching.play.results import Brief, Cause, MarketResult, RoundResult, SeatResult, digest

__all__ = [
    "DAYS",
    "SHOCKS",
    "Brief",
    "Cause",
    "Game",
    "MarketResult",
    "PlayError",
    "RoundResult",
    "SeatResult",
    "cause_words",
    "deal",
    "digest",
    "play_round",
    "seat_for",
    "start",
]
