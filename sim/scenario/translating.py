"""Translates validation errors into problems that users can fix."""

from __future__ import annotations

import difflib
from re import sub
from typing import Any

from pydantic import ValidationError

from sim.scenario.merging import Tables
from sim.scenario.numbers import as_number, hint
from sim.scenario.overrides import nearest
from sim.scenario.problems import Problem, shown
from sim.scenario.shape import RULE_KEY, Path, Place, Step, allowed, child, dotted, root, rule_name, unit_of

MISSING, UNKNOWN_KEY = "missing", "extra_forbidden"
LONGEST_WHOLE = 1e15
MOST_DESCRIBED = 200
"""Errors that are described one by one; a file with more is probably not a scenario."""


def clean_path(location: tuple[Step, ...], given: Any) -> Path:
    """Return the path of an error as users write it, without the rule names that pydantic adds."""
    place: Place | None = root()
    path: Path = ()
    skip = False
    for step in location:
        if skip:
            skip = False
            continue
        path = (*path, step)
        place = place.below(step, given) if place is not None else None
        given = child(given, step)
        skip = place is not None and place.shape.kind == "rules"
    return path


def problems_in(error: ValidationError, tables: Tables) -> list[Problem]:
    """Translate what is wrong, in the order of the schema; beyond ``MOST_DESCRIBED``, only the number of errors."""
    found = error.errors(include_url=False)
    more = len(found) - MOST_DESCRIBED
    problems = [_problem(dict(each), tables) for each in found[:MOST_DESCRIBED]]
    return [*problems, Problem(tables.file, "", "", f"{more} more are wrong", "correct these first")][: len(found)]


def _problem(found: dict[str, Any], tables: Tables) -> Problem:
    path = clean_path(found["loc"], tables.given)
    place, parent, parent_given = _places(path, tables.given)
    file, key = tables.origin(path), dotted(path)
    kind, value = found["type"], found["input"]
    if kind == UNKNOWN_KEY:
        return _unknown_key(tables, path, parent, parent_given)
    if kind == "value_error":
        return Problem(file, key, "", str(found["ctx"]["error"]), "")
    said = place.allowed() if place is not None else ""
    if kind == MISSING:
        meaning = (place.field.description or "") if place is not None and place.field is not None else ""
        remedy = f"add it ({meaning.rstrip('.')})" if meaning else "add it"
        return Problem(file, key, "", f"must be given: {said}", remedy)
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        return _rule_problem(file, path, place, value)
    remedy = _remedy(kind, value, place, key)
    if kind in ("too_short", "too_long") and isinstance(value, list):
        return Problem(file, key, f"a list of {len(value)}", said, remedy)
    return Problem(file, key, shown(value), said or found["msg"], remedy)


def _places(path: Path, given: Any) -> tuple[Place | None, Place | None, Any]:
    """Return the place at a path, the one above it, and the value there."""
    place: Place | None = root()
    parent, holder = None, None
    for step in path:
        parent, holder = place, given
        place = place.below(step, given) if place is not None else None
        given = child(given, step)
    return place, parent, holder


def _unknown_key(tables: Tables, path: Path, parent: Place | None, holder: Any) -> Problem:
    file = tables.origin(path)
    known = parent.known_keys(holder) if parent is not None else []
    inside = f"there is no such parameter in {dotted(path[:-1])}" if len(path) > 1 else "there is no such parameter"
    if parent is not None and parent.shape.kind == "rules" and isinstance(holder, dict):
        inside = f'the rule "{holder.get(RULE_KEY)}" has no such parameter'
    in_rule = parent is not None and parent.shape.kind == "rules"
    remedy = nearest(str(path[-1]), known, path[:-1], tables=None if in_rule else tables.given)
    return Problem(file, dotted(path), "", inside, remedy)


def _rule_problem(file: str, path: Path, place: Place | None, value: Any) -> Problem:
    """Describe a rule without a name, or with an unknown one."""
    names = [rule_name(section) for section in place.shape.sections] if place is not None else []
    said = "one of " + ", ".join(f'"{name}"' for name in names)
    key = (*path, RULE_KEY)
    given = value.get(RULE_KEY) if isinstance(value, dict) else None
    if given is None:
        return Problem(file, dotted(key), "", f"must be given: {said}", "say which rule it is")
    return Problem(file, dotted(key), shown(given), said, _choice(given, names))


REMEDIES = {
    "too_short": "add entries",
    "too_long": "remove entries",
    "finite_number": "write a finite number",
    "greater_than": "raise it",
    "greater_than_equal": "raise it",
    "less_than": "lower it",
    "less_than_equal": "lower it",
    "string_type": "put it in quotes",
    "string_too_short": "write something longer",
    "string_too_long": "shorten it",
    "string_pattern_mismatch": "use only letters, digits, - and _",
    "list_type": "put it in [square brackets]",
    "bool_type": "write true or false, without quotes",
}
"""Remedies by kind of error, where the value does not matter."""


def _remedy(kind: str, value: Any, place: Place | None, key: str) -> str:
    """Say what to do, given the kind of error, the value and the place."""
    if kind == "literal_error" and place is not None:
        return _choice(value, [str(choice) for choice in place.shape.choices])
    if kind in ("float_type", "int_type"):
        return _number_remedy(kind, value)
    if kind in ("model_type", "model_attributes_type", "dict_type"):
        return f"write it as a table, for example {_table_example(place)}"
    inside = place.shape.inside if place is not None else None
    if kind == "list_type" and inside is not None and inside.sections:
        heading = sub(r"\[\d+\]", "", key)
        return f"write each of its tables under its own heading, [[{heading}]]"
    return REMEDIES.get(kind, "change it, or remove it")


def _number_remedy(kind: str, value: Any) -> str:
    """Say how to write a number that was given as something else."""
    if isinstance(value, str):
        return hint(value) or ("write it without quotes" if as_number(value) is not None else "write a number")
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return "write a number"
    if kind == "int_type" and abs(value) < LONGEST_WHOLE:
        return f"write {round(value)}, without a decimal point"
    return "write a smaller number"


def _choice(value: Any, names: list[str]) -> str:
    near = difflib.get_close_matches(str(value), names, n=1, cutoff=0.6)
    return f'did you mean "{near[0]}"?' if near else "choose one of these"


def _table_example(place: Place | None) -> str:
    if place is None or place.shape.kind == "table":
        return "[name] and its entries below"
    if place.shape.kind == "rules":
        return f'{{ rule = "{rule_name(place.shape.sections[0])}", ... }}'
    section = place.shape.sections[0]
    name, field = next(iter(section.model_fields.items()))
    return f"{{ {name} = ... }}, where {name} is {allowed(place.below(name).shape, unit_of(field))}"  # type: ignore[union-attr]
