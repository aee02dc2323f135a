"""One way to describe a parameter: default, meaning, unit and allowed range, said once.

The same description feeds validation, ``middleman explain``, the tables in ``docs/`` and the
dashboard's sliders.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

REQUIRED: Any = ...


class Section(BaseModel):
    """A group of parameters. Unknown keys are errors, values are never coerced, and frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False, validate_default=True)


def parameter(
    default: Any,
    meaning: str,
    unit: str = "",
    *,
    ge: float | None = None,
    gt: float | None = None,
    le: float | None = None,
    lt: float | None = None,
    min_length: int | None = None,
    max_length: int | None = None,
    pattern: str | None = None,
) -> Any:
    """Describe one scenario parameter.

    ``default=REQUIRED`` makes it compulsory; ``unit`` is free text ("days", "km", "currency per km").
    """
    limits = {
        "ge": ge,
        "gt": gt,
        "le": le,
        "lt": lt,
        "min_length": min_length,
        "max_length": max_length,
        "pattern": pattern,
    }
    given: dict[str, Any] = {name: limit for name, limit in limits.items() if limit is not None}
    return Field(default, description=meaning, json_schema_extra={"unit": unit}, **given)


def flag(default: bool, meaning: str) -> Any:
    """Describe a parameter that is true or false."""
    return parameter(default, meaning, "yes or no")


def choice(default: str, meaning: str) -> Any:
    """Describe a parameter that is one of the names of its type."""
    return parameter(default, meaning, "choice")


def share(default: Any, meaning: str, *, below_one: bool = False) -> Any:
    """Describe a parameter that is a share between 0 and 1 (strictly below 1 where asked)."""
    return parameter(default, meaning, "share", ge=0, **({"lt": 1} if below_one else {"le": 1}))  # type: ignore[arg-type]


def money(default: Any, meaning: str, per: str = "") -> Any:
    """Describe a parameter that is an amount of money, not negative, in units of currency."""
    return parameter(default, meaning, f"currency per {per}" if per else "currency", ge=0, le=1e9)
