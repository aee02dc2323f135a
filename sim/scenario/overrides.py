"""Changes single parameters by path: ``customers.travel_cost=0.4``, ``tiers.0.pricing.factor=1.5``."""

from __future__ import annotations

import copy
import difflib
import re
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic_core import PydanticUndefined

from sim.scenario.files import plain_values
from sim.scenario.merging import SOURCES, changed_paths, without_sources
from sim.scenario.numbers import is_position
from sim.scenario.problems import Problem, ScenarioError, shown
from sim.scenario.shape import RULE_KEY, Path, Place, child, default_of, dotted, find, root

OVERRIDE = "override"
MOST_MEANT = 3
"""Number of names suggested in place of an unknown one."""
_STEP = re.compile(
    r"""\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^.\[\]"']+?))?\s*(?P<places>(?:\[[0-9]{1,9}\])*)\s*(?:\.|$)"""
)


_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_UNDERSCORED = re.compile(r"(?<![\w.])[+-]?[0-9.]+_[0-9]")
"""Numbers with underscores, which TOML allows and nobody types who means a number: ``1_0`` is a slip or a name."""


class OverrideError(Exception):
    """An override that cannot be applied; collected by ``overridden``."""

    def __init__(self, path: str, allowed: str, remedy: str) -> None:
        self.problem = Problem(OVERRIDE, path, "", allowed, remedy)
        super().__init__(str(self.problem))


def parse_override(text: str) -> tuple[str, Any]:
    """Split ``path=value``. The value is read as TOML, or as plain text if it is not TOML.

    Raises ScenarioError if there is no ``=`` or no path.
    """
    path, equals, value = text.partition("=")
    path, value = path.strip(), value.strip()
    if not (equals and path):
        example = "for example customers.travel_cost=0.4"
        raise ScenarioError([Problem(OVERRIDE, "", shown(text), "an override reads path=value", example)])
    if "\n" in value or _UNDERSCORED.search(_QUOTED.sub("", value)):
        return path, value
    try:
        return path, tomllib.loads(f"value = {value}")["value"]
    except (ValueError, RecursionError):
        return path, value


def split_path(text: str) -> Path:
    """Split a dotted path; list positions as ``.0`` or ``[0]``, names with dots in quotes.

    Raises ValueError if it is not a path.
    """
    steps: list[str | int] = []
    position = 0
    while position < len(text):
        match = _STEP.match(text, position)
        if match is None or match.end() == position:
            raise ValueError(text)
        quoted = match["double"] if match["double"] is not None else match["single"]
        if quoted is None and match["bare"] is None:
            raise ValueError(text)
        steps.append(match["bare"].strip() if quoted is None else quoted)
        steps += [int(place) for place in re.findall(r"[0-9]+", match["places"])]
        position = match.end()
    if not steps or text.rstrip().endswith("."):
        raise ValueError(text)
    return tuple(steps)


def overridden(given: dict[str, Any], overrides: Mapping[str, Any]) -> tuple[dict[str, Any], list[Path], list[Problem]]:
    """Return the tables with the overrides applied, the paths set, and the overrides that failed."""
    tables = copy.deepcopy(given)
    done: list[Path] = []
    problems: list[Problem] = []
    # A rule's name is set first, because it decides which other parameters exist.
    for key in sorted(overrides, key=lambda path: not str(path).endswith(f".{RULE_KEY}")):
        try:
            value = plain_values(overrides[key], OVERRIDE, str(key))
            done.append(_apply(tables, str(key), value))
        except OverrideError as found:
            problems.append(found.problem)
        except ScenarioError as found:
            problems.extend(found.problems)
    changed = [path[:-1] if path[-1] == RULE_KEY else path for path in done]
    changed += [(*path, *below) for path in done for below in _leaves_below(tables, path)]
    return without_sources(tables, changed), done, problems


def _leaves_below(tables: dict[str, Any], path: Path) -> list[Path]:
    """Return the leaves of a table that is set as a whole."""
    found: Any = tables
    for step in path:
        found = child(found, step)
    return changed_paths(found) if isinstance(found, dict) and path[0] != SOURCES else []


def _apply(tables: dict[str, Any], text: str, value: Any) -> Path:
    """Set one value in place. Raises OverrideError if the path leads nowhere."""
    try:
        steps = split_path(text)
    except ValueError:
        example = "for example customers.travel_cost or tiers.0.firms"
        raise OverrideError(text, "this is not the path of a parameter", example) from None
    place: Place = root()
    holder: Any = tables
    path: Path = ()
    for position, named in enumerate(steps):
        step = _as_list_place(holder, place, named, path)
        below = place.below(step, holder)
        if below is None:
            raise _unknown(place, holder, steps, position, tables)
        path = (*path, step)
        if position == len(steps) - 1:
            _set(holder, place, step, value)
        else:
            holder = _entered(holder, place, below, step, path)
            place = below
    return path


def _as_list_place(holder: Any, place: Place, step: str | int, path: Path) -> str | int:
    """Return the step as a list position if this is a list; keys stay as they are."""
    if place.shape.kind != "list":
        return str(step)
    size, said = len(holder), dotted(path)
    if isinstance(step, str) and not is_position(step):
        remedy = "say which one by its position, counted from 0"
        raise OverrideError(dotted((*path, step)), f"{said} is a list of {size}", remedy)
    if int(step) >= size:
        there = f"positions 0 to {size - 1}" if size else "nothing"
        remedy = "choose one of these, or give the whole list"
        raise OverrideError(dotted((*path, int(step))), f"{said} has {there}", remedy)
    return int(step)


def _entered(holder: Any, place: Place, below: Place, step: str | int, path: Path) -> Any:
    """Return the table or list one step down, created from its default if the scenario does not give it."""
    inner = child(holder, step)
    if (
        inner is None
        and below.field is not None
        and below.shape.kind != "value"
        and place.shape.kind not in ("list", "table")
    ):
        default = default_of(below.field)
        inner = {} if below.shape.kind == "section" and not below.shape.optional else default
        inner = None if inner is PydanticUndefined else inner
    elif inner is None and place.shape.kind == "table" and below.shape.kind == "section":
        inner = {}
    if not isinstance(inner, list if below.shape.kind == "list" else dict):
        remedy = "remove what follows it" if below.shape.kind == "value" else "set it as a whole first"
        raise OverrideError(dotted(path), f"there is nothing inside it: it is {below.allowed()}", remedy)
    holder[step] = inner
    return inner


def _set(holder: Any, place: Place, step: str | int, value: Any) -> None:
    """Set a value; another rule's name removes the old rule's parameters."""
    if step == RULE_KEY and place.shape.kind == "rules" and holder.get(RULE_KEY) != value:
        rule = place.shape.rule(value)
        known = rule.model_fields if rule is not None else {}
        for other in [name for name in holder if name not in known]:
            del holder[other]
    holder[step] = value


def _unknown(place: Place, holder: Any, steps: Path, position: int, tables: dict[str, Any]) -> OverrideError:
    """Describe an unknown path, with the closest known ones."""
    above, step, rest = steps[:position], str(steps[position]), steps[position + 1 :]
    inside = f'there is no parameter "{step}"' + (f" in {dotted(above)}" if above else "")
    remedy = nearest(step, place.known_keys(holder), above, rest, None if place.shape.kind == "rules" else tables)
    return OverrideError(dotted(steps), inside, remedy)


def close_matches(word: str, known: Sequence[str]) -> list[str]:
    """Return up to three known names that a misspelt one may mean, the closest first."""
    word = word[:100]
    near = difflib.get_close_matches(word, known, n=3, cutoff=0.6)
    likeness = [difflib.SequenceMatcher(None, name, word).ratio() for name in near]
    return [name for name, like in zip(near, likeness, strict=True) if like > likeness[0] - 0.1]


def nearest(
    word: str, known: list[str], above: Path = (), below: Path = (), tables: Mapping[str, Any] | None = None
) -> str:
    """Say which known keys a misspelt or misplaced word may mean; ``above`` and ``below`` are the rest of its path.

    Other sections of the scenario (``tables``) may have the parameter: ``customers.travel_cost`` for a bare name.
    """
    elsewhere = _parameters_of(tables) if tables is not None and not below else {}
    shortened = [dotted((*above, name, *below)) for name in known if name.startswith(f"{word}_")]
    meant = shortened or elsewhere.get(word, [])
    if not meant:
        meant = [dotted((*above, name, *below)) for name in close_matches(word, known)]
    if not meant:
        alike = difflib.get_close_matches(word[:100], list(elsewhere), n=MOST_MEANT, cutoff=0.8)
        meant = [path for name in alike for path in elsewhere[name]]
    if meant:
        return "did you mean " + " or ".join(meant[:MOST_MEANT]) + "?"
    return "known names: " + ", ".join(known) if known else "leave it out"


def _parameters_of(tables: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the paths of the parameters a scenario can set, by the last part of their names."""
    from sim.scenario.explain import parameters

    found: dict[str, list[str]] = {}
    for info in parameters():
        path = re.sub(r" \([^)]*\)", "", info.path).replace("[]", ".0")
        name = path.rsplit(".", 1)[-1]
        if path not in found.get(name, ()) and _is_there(path, tables):
            found.setdefault(name, []).append(path)
    return found


def _is_there(path: str, tables: Mapping[str, Any]) -> bool:
    """Tell whether a path leads to a parameter of this scenario, given its rules and the lengths of its lists."""
    try:
        return find(split_path(path), tables) is not None
    except (ValueError, TypeError, AttributeError):
        return False
