"""The reader's guesses, carried in the link, so that the way back and a shared link have them all."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from board.text import plain
from sim.common.number_format import short
from sim.publishing.argument import NAMES, STEPS
from sim.publishing.step import Step

ALL, LONGEST = "guesses", 400
"""Query parameter of the guesses at all steps, ``chain:8000,hands:40``, and its longest text."""


def guesses() -> dict[str, float]:
    """Return the guesses in the link by step; what is none is left out. That at the shown step is not among them."""
    found = {}
    for each in st.query_params.get(ALL, "")[:LONGEST].split(","):
        name, _, text = each.partition(":")
        guess = _number(text)
        if name in NAMES and guess is not None and STEPS[NAMES.index(name)].is_guess(guess):
            found[name] = guess
    return found


def guess_at(step: Step) -> float | None:
    """Return the guess at the shown step, None if it is missing or cannot be."""
    text = st.query_params.get("guess")
    if text is None:
        return None
    guess = _number(text)
    if guess is not None and step.is_guess(guess):
        return guess
    st.warning(plain(f"A guess must be between {short(step.low)} and {short(step.high)} {step.unit}; guess again."))
    return None


def _number(text: str) -> float | None:
    try:
        return float(text[:20])
    except ValueError:
        return None


def with_current(shown: str, guess: float | None) -> dict[str, float]:
    """Return all guesses, that at the shown step among them."""
    found = guesses()
    if guess is not None and shown in NAMES:
        found[shown] = guess
    return found


def step_link(step: str, known: Mapping[str, float]) -> dict[str, str]:
    """Return the query parameters that show a step, with the guess made there and all the others."""
    others = {name: guess for name, guess in known.items() if name != step}
    found = {"step": step}
    if step in known:
        found["guess"] = f"{known[step]:g}"
    if others:
        found[ALL] = ",".join(f"{name}:{others[name]:g}" for name in NAMES if name in others)
    return found
