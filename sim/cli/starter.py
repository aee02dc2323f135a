"""The text of a new scenario: what it extends, and the parameters people change first, as comments."""

from __future__ import annotations

import json
from typing import Any

from sim.scenario import Scenario, load_scenario
from sim.scenario.explain import parameters
from sim.scenario.shape import RULE_KEY

STARTER = """\
# {name}: everything not set here is as in {base}.
# Remove the # in front of a line, change the number, and say under [sources] where it comes from.
# `middleman explain PARAMETER` says what a parameter means; `middleman check {name}.toml` finds mistakes.

extends = {extends}
name = "{name}"
title = "My market"
question = "What happens when ...?"
compare = {compare}
{sections}
[sources]
# "customers.waiting_cost" = "assumption: an evening at home is worth that much"
"""

OFFERED = {
    "time": ("days", "warm_up"),
    "geography": ("customers",),
    "customers": ("need_rate", "travel_cost", "waiting_cost", "hassle", "scale"),
    "retailers": ("slots", "rent"),
    "platform": ("commission", "handling_fee"),
    "delivery.parcel": ("cost_per_parcel", "handling_days"),
    "delivery.courier": ("cost_per_stop", "capacity"),
}
"""Sections and parameters that a starter file offers."""

RULES = {"retailers": "pricing", "suppliers": "direct_pricing"}
"""Rules it shows in full, because they matter most for prices."""


def starter(name: str, base: str) -> str:
    """Return the text of a scenario that extends another. Raises ScenarioError if that one cannot be used."""
    scenario = load_scenario(base)
    sections = "".join(_section(scenario, section) for section in {**OFFERED, **dict.fromkeys(RULES)})
    return STARTER.format(
        name=name,
        base=base,
        extends=json.dumps(base, ensure_ascii=False),
        compare=json.dumps(list(scenario.compare), ensure_ascii=False),
        sections=sections,
    )


def _section(scenario: Scenario, section: str) -> str:
    """Return a table with its parameters as comments, at their values in the base scenario."""
    meanings = {info.path: info for info in parameters()}
    given: Any = scenario
    for step in section.split("."):
        given = getattr(given, step)
    lines = ["", f"[{section}]"]
    for key in OFFERED.get(section, ()):
        if getattr(given, key) is None:  # absent, which TOML cannot express
            continue
        info = meanings[f"{section}.{key}"]
        lines.append(f"# {key} = {_value(getattr(given, key))}  # {info.meaning} ({info.unit})")
    if section in RULES:
        rule = getattr(given, RULES[section]).model_dump(exclude_none=True)
        fields = [(RULE_KEY, rule.pop(RULE_KEY)), *rule.items()]
        inside = ", ".join(f"{field} = {_value(value)}" for field, value in fields)
        lines.append(f"# {RULES[section]} = {{ {inside} }}")
    return "\n".join(lines) + "\n"


def _value(value: Any) -> str:
    """Write a value as TOML: numbers, text, lists, tables of numbers."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(key)} = {_value(inner)}" for key, inner in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_value(inner) for inner in value) + "]"
    return json.dumps(value, ensure_ascii=False)
