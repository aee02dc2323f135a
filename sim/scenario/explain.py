"""Documentation of every parameter: meaning, unit, default and allowed values."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from sim.common.parameters import Section
from sim.scenario.problems import Problem, ScenarioError, shown
from sim.scenario.schema import Scenario
from sim.scenario.shape import RULE_KEY, Shape, allowed, default_of, field_shape, is_required, rule_name, unit_of

ANY_NAME = "NAME"


@dataclass(frozen=True)
class ParameterInfo:
    """One parameter, as documentation, ``explain`` and the dashboard show it.

    Attributes:
        path: ``customers.travel_cost``, ``tiers[].lead_time``, ``retailers.pricing (markup).factor``,
            ``regimes.NAME.chain``.
        meaning: what it means, in a sentence.
        unit: "days", "km", ...; empty where it has none.
        default: its value if the scenario does not give one, as a plain value; None: absent, or required.
        allowed: type and range in words.
        section: path of the table it belongs to; empty at the top level.
        section_meaning: what that table describes.
        required: whether the scenario must give it.
        shape: the same as ``allowed``, for programs: type, choices, limits.
    """

    path: str
    meaning: str
    unit: str
    default: Any
    allowed: str
    section: str
    section_meaning: str
    required: bool
    shape: Shape

    @property
    def default_text(self) -> str:
        """Return the default as readers see it."""
        if self.required:
            return "must be given"
        if self.default is None:
            return "left out"
        if isinstance(self.default, dict) and RULE_KEY in self.default:
            return rule_text(self.default)
        if isinstance(self.default, list) and self.default:
            return ", ".join(str(entry) for entry in self.default)
        return "none" if self.default in ([], {}) else '""' if self.default == "" else shown(self.default).strip('"')


def rule_text(rule: dict[str, Any]) -> str:
    """Write a rule as ``markup, factor 1.5``: its name and the parameters that differ from their defaults."""
    named = [
        f"{key.replace('_', ' ')} {shown(value)}" for key, value in rule.items() if key not in (RULE_KEY, "review_days")
    ]
    return ", ".join([str(rule[RULE_KEY]), *(text for text in named if not text.endswith(" nothing"))])


@cache
def parameters() -> tuple[ParameterInfo, ...]:
    """Return every parameter of the schema in order; each rule of a table has its own block."""
    return tuple(_section_parameters(Scenario, ""))


def _section_parameters(section: type[Section], path: str) -> Iterator[ParameterInfo]:
    """Yield the parameters of a section and of everything inside it."""
    prefix = f"{path}." if path else ""
    meaning_of_section = (section.__doc__ or "").strip().split("\n")[0]
    for name, field in section.model_fields.items():
        shape = field_shape(section, name)
        if name == RULE_KEY or (shape.kind == "section" and not shape.optional):
            yield from _inside(shape, prefix + name)
            continue
        required, unit = is_required(field), unit_of(field)
        default = None if required else default_of(field)
        meaning, range_allowed = field.description or "", allowed(shape, unit)
        yield ParameterInfo(
            prefix + name, meaning, unit, default, range_allowed, path, meaning_of_section, required, shape
        )
        yield from _inside(shape, prefix + name)


def _inside(shape: Shape, path: str) -> Iterator[ParameterInfo]:
    """Yield the parameters inside a section, a list, a table or a choice of rules."""
    if shape.kind == "rules":
        for section in shape.sections:
            yield from _section_parameters(section, f"{path} ({rule_name(section)})")
    elif shape.kind == "section":
        yield from _section_parameters(shape.sections[0], path)
    elif shape.inside is not None:
        yield from _inside(shape.inside, f"{path}[]" if shape.kind == "list" else f"{path}.{ANY_NAME}")


def explain(path: str) -> list[ParameterInfo]:
    """Return the parameters that a path, part of a path or a bare name may refer to.

    ``customers.travel_cost`` finds one, ``retailers.pricing`` all its rules and their parameters, ``factor`` every
    parameter of that name. List positions are optional: ``tiers.0.firms``.
    Raises ScenarioError with the closest ones if there is none.
    """
    everything = parameters()
    wanted = _bare(path)
    for matches in (_is_at_or_below, _contains):
        found = [info for info in everything if matches(_bare(info.path), wanted)]
        if "(" in path:
            found = [info for info in found if path.strip() in info.path] or found
        if found and wanted:
            return found
    names = sorted({_bare(info.path) for info in everything})
    near = difflib.get_close_matches(wanted, names, n=3, cutoff=0.6)
    if not near:
        near = [name for name in names if difflib.get_close_matches(wanted, [name.rsplit(".", 1)[-1]], cutoff=0.7)][:3]
    sections = f"the sections are: {', '.join(Scenario.model_fields)}"
    remedy = f"did you mean {' or '.join(near)}?" if near else sections
    raise ScenarioError([Problem("", path, "", "there is no such parameter", remedy)])


def _bare(path: str) -> str:
    """Remove list positions and rule names from a path."""
    without_rules = re.sub(r"\s*\([^)]*\)", "", path.strip())
    without_places = re.sub(r"\[\d*\]|\.\d+(?=\.|$)", "", without_rules)
    return without_places.strip(". ")


def _is_at_or_below(path: str, wanted: str) -> bool:
    steps, given = path.split("."), wanted.split(".")
    same = all(step in (name, ANY_NAME) for step, name in zip(steps, given, strict=False))
    return len(steps) >= len(given) and same


def _contains(path: str, wanted: str) -> bool:
    return f".{wanted}." in f"{path}."
