"""Reads the schema: which parameters exist, what each may be, and how to find one by its path."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal, TypeAlias

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from sim.common.number_format import compact
from sim.common.parameters import Section
from sim.scenario.numbers import is_position

Step: TypeAlias = str | int
Path: TypeAlias = tuple[Step, ...]

RULE_KEY = "rule"
NUMBER_UNITS_ALREADY_SAID = ("", "choice", "yes or no", "text", "list", "name", "names", "channels", "number")


@dataclass(frozen=True)
class Shape:
    """What may be at one place of a scenario.

    Attributes:
        kind: "section", "rules" (a table whose ``rule`` names one), "list", "table" (with names the user
            chooses), or "value".
        sections: the section, or one per rule.
        inside: what a list or table contains.
        plain: type of a value: int, float, str or bool.
        choices: the values allowed.
        optional: whether it may be absent, which has its own meaning.
        limits: ge, gt, le, lt, min_length, max_length, pattern.
    """

    kind: str
    sections: tuple[type[Section], ...] = ()
    inside: Shape | None = None
    plain: type | None = None
    choices: tuple[Any, ...] = ()
    optional: bool = False
    limits: tuple[tuple[str, Any], ...] = ()

    def rule(self, name: Any) -> type[Section] | None:
        """Return the section of the rule with that name, if it exists."""
        return next((section for section in self.sections if rule_name(section) == name), None)


def rule_name(section: type[Section]) -> str:
    """Return the name of a rule in a scenario."""
    return str(section.model_fields[RULE_KEY].default)


def fields_of(section: type[Section]) -> dict[str, FieldInfo]:
    """Return the parameters of a section by name."""
    return dict(section.model_fields)


@cache
def field_shape(section: type[Section], name: str) -> Shape:
    """Return what one parameter of a section may be."""
    field = section.model_fields[name]
    return _shape(field.annotation, tuple(field.metadata))


def _shape(annotation: Any, metadata: tuple[Any, ...] = ()) -> Shape:
    """Turn a type annotation into a shape."""
    while typing.get_origin(annotation) is Annotated:
        annotation, *more = typing.get_args(annotation)
        for item in more:
            metadata += tuple(item.metadata) if isinstance(item, FieldInfo) else (item,)
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    limits = _limits(metadata)
    if origin in (typing.Union, types.UnionType):
        return _union_shape(arguments, limits)
    if origin is Literal:
        return Shape("value", choices=arguments, limits=limits)
    if origin is list:
        return Shape("list", inside=_shape(arguments[0]), limits=limits)
    if origin is dict:
        return Shape("table", inside=_shape(arguments[1]), limits=limits)
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return Shape("section", sections=(annotation,))
    return Shape("value", plain=annotation, limits=limits)


def _union_shape(arguments: tuple[Any, ...], limits: tuple[tuple[str, Any], ...]) -> Shape:
    """Handle the two unions in the schema: "this or nothing", and tables of rules."""
    members = [_shape(argument) for argument in arguments if argument is not type(None)]
    optional = len(members) < len(arguments)
    if len(members) > 1:
        return Shape("rules", tuple(member.sections[0] for member in members), optional=optional)
    only = members[0]
    return Shape(only.kind, only.sections, only.inside, only.plain, only.choices, optional, limits or only.limits)


def _limits(metadata: tuple[Any, ...]) -> tuple[tuple[str, Any], ...]:
    names = ("ge", "gt", "le", "lt", "min_length", "max_length", "pattern")
    return tuple(
        (name, getattr(item, name)) for item in metadata for name in names if getattr(item, name, None) is not None
    )


def allowed(shape: Shape, unit: str = "") -> str:
    """Say in words what is allowed at a place: type, range, unit."""
    said = _allowed_kind(shape, unit)
    return f"{said}, or left out" if shape.optional else said


def _allowed_kind(shape: Shape, unit: str) -> str:
    limits = dict(shape.limits)
    if shape.choices:
        return "one of " + ", ".join(f'"{choice}"' for choice in shape.choices)
    if shape.kind == "rules":
        return "a table with rule = one of " + ", ".join(f'"{rule_name(section)}"' for section in shape.sections)
    if shape.kind == "section":
        return "a table"
    if shape.kind in ("list", "table") and shape.inside is not None:
        return _allowed_many(shape, _allowed_kind(shape.inside, ""), limits)
    if shape.plain is bool:
        return "true or false"
    if shape.plain is str:
        return _allowed_text(limits)
    noun = "a whole number" if shape.plain is int else "a number"
    unit_said = "" if unit in NUMBER_UNITS_ALREADY_SAID else f" ({unit})"
    return f"{noun}{_range(limits)}{unit_said}"


def _allowed_many(shape: Shape, each: str, limits: dict[str, Any]) -> str:
    if shape.kind == "table":
        return f"a table, each entry {each}"
    least, most = limits.get("min_length"), limits.get("max_length")
    if least is not None and least == most:
        return f"a list of {least}, each {each}"
    size = f" of {least} or more" if least is not None else ""
    size += f" of at most {most}" if most is not None else ""
    return f"a list{size}, each {each}"


def _allowed_text(limits: dict[str, Any]) -> str:
    least, most = limits.get("min_length"), limits.get("max_length")
    said = "text"
    if "pattern" in limits:
        said += " of letters, digits, - and _"
    if least and most:
        return f"{said}, {least} to {most} characters"
    return f"{said}, at most {most} characters" if most else f"{said}, not empty" if least else said


def _range(limits: dict[str, Any]) -> str:
    low = f"at least {compact(limits['ge'])}" if "ge" in limits else ""
    low = f"above {compact(limits['gt'])}" if "gt" in limits else low
    high = f"at most {compact(limits['le'])}" if "le" in limits else ""
    high = f"below {compact(limits['lt'])}" if "lt" in limits else high
    if "ge" in limits and "le" in limits:
        return f" from {compact(limits['ge'])} to {compact(limits['le'])}"
    low = f"of {low}" if "ge" in limits else low
    both = " and ".join(part for part in (low, high) if part)
    return f" {both}" if both else ""


def default_of(field: FieldInfo) -> Any:
    """Return the default of a parameter as a plain value, or ``PydanticUndefined`` if it is required."""
    value = field.get_default(call_default_factory=True)
    if isinstance(value, Section):
        return value.model_dump()
    return list(value) if isinstance(value, list) else value


def is_required(field: FieldInfo) -> bool:
    """Tell whether a parameter has no default."""
    return field.get_default(call_default_factory=True) is PydanticUndefined


def unit_of(field: FieldInfo) -> str:
    """Return the unit of a parameter, empty where it has none."""
    extra = field.json_schema_extra
    return str(extra.get("unit", "")) if isinstance(extra, dict) else ""


@dataclass(frozen=True)
class Place:
    """One place of a scenario: what is allowed there, and the parameter it belongs to."""

    shape: Shape
    field: FieldInfo | None = None
    field_name: str = ""

    def below(self, step: Step, given: Any = None) -> Place | None:
        """Return the place one step down, or None if there is none.

        ``given`` is the value here, which says which rule it is; without it, any rule matches.
        """
        shape = self.shape
        if shape.kind in ("list", "table"):
            assert shape.inside is not None
            return Place(shape.inside, self.field, self.field_name)
        chosen = shape.rule(given.get(RULE_KEY)) if isinstance(given, dict) and shape.kind == "rules" else None
        for section in (chosen,) if chosen else shape.sections:
            if step in section.model_fields:
                name = str(step)
                return Place(field_shape(section, name), section.model_fields[name], name)
        return None

    def known_keys(self, given: Any = None) -> list[str]:
        """Return the keys allowed one step down, as far as they are fixed."""
        is_rule = isinstance(given, dict) and self.shape.kind == "rules"
        chosen = self.shape.rule(given.get(RULE_KEY)) if is_rule else None
        sections = (chosen,) if chosen else self.shape.sections
        return list(dict.fromkeys(name for section in sections for name in section.model_fields))

    def allowed(self) -> str:
        """Say what is allowed here."""
        return allowed(self.shape, unit_of(self.field) if self.field is not None else "")


def root() -> Place:
    """Return the place of a whole scenario."""
    from sim.scenario.schema import Scenario

    return Place(Shape("section", (Scenario,)))


def find(path: Path, given: Any) -> Place | None:
    """Return the place at a path, or None if there is none.

    ``given`` is the scenario as plain tables; it says how long lists are, and which rules and names exist.
    """
    place: Place | None = root()
    for named in path:
        if place is None:
            return None
        step = int(named) if place.shape.kind == "list" and is_position(str(named)) else named
        below = child(given, step)
        if below is None and place.shape.kind in ("list", "table"):
            return None
        place, given = place.below(step, given), below
    return place


def child(given: Any, step: Step) -> Any:
    """Return the value one step down in raw tables and lists, None if there is none."""
    if isinstance(given, dict):
        return given.get(step)
    if isinstance(given, list) and isinstance(step, int) and 0 <= step < len(given):
        return given[step]
    return None


def dotted(path: Path) -> str:
    """Write a path as users do: ``retailers.stores[2].slots``."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            key = step if step and "." not in step and "[" not in step else f'"{step}"'
            text += f".{key}" if text else key
    return text


def walk_values(given: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield every leaf of raw tables and lists with its path."""
    if isinstance(given, dict):
        for key, value in given.items():
            yield from walk_values(value, (*path, key))
    elif isinstance(given, list):
        for position, value in enumerate(given):
            yield from walk_values(value, (*path, position))
    else:
        yield path, given
