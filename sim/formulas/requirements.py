"""Checks of arguments, with uniform messages."""

from __future__ import annotations


def require(holds: bool, problem: str) -> None:
    """Raise ValueError with the problem unless the condition holds."""
    if not holds:
        raise ValueError(problem)


def require_positive(**named: float) -> None:
    """Raise ValueError naming the first argument that is not above 0."""
    for name, value in named.items():
        require(value > 0, f"{name} is {value}; it must be above 0")


def require_not_negative(**named: float) -> None:
    """Raise ValueError naming the first argument that is below 0."""
    for name, value in named.items():
        require(value >= 0, f"{name} is {value}; it must not be below 0")


def require_share(**named: float) -> None:
    """Raise ValueError naming the first argument that does not lie from 0 to 1."""
    for name, value in named.items():
        require(0 <= value <= 1, f"{name} is {value}; it must lie from 0 to 1")
