"""Designs of experiments: which values of which parameters to try together."""

from __future__ import annotations

import csv
import itertools
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sim.common.found_files import read_found
from sim.scenario import Problem, Scenario, ScenarioError, load_scenario, parse_override
from sim.scenario.numbers import as_number, hint, with_point
from sim.scenario.overrides import overridden, split_path
from sim.scenario.problems import shown
from sim.scenario.shape import find

Point: TypeAlias = dict[str, Any]
"""One set of values, by path of the parameter."""

LEVELS = 5
"""Values of a range on a grid, unless said."""
MOST_POINTS = 1_000_000
MOST_LEVELS = 10_000
LARGEST_DESIGN = 200_000_000
"""Bytes of a CSV file of points."""
MOST_TRIED = 64
"""Combinations with other parameters in which a value is tried that is not allowed alone."""
_RANGE = re.compile(r"^(?P<low>[^:]+?)\s*\.\.\s*(?P<high>[^:]+?)(?:\s*:\s*(?P<levels>[0-9]{1,9}))?$")
_EXAMPLE = "write, say, customers.travel_cost=0.1..1.0, or customers.travel_cost=0.1,0.4,1.0"


@dataclass(frozen=True)
class Factor:
    """A parameter that is varied.

    Attributes:
        path: of the parameter: ``customers.travel_cost``.
        values: to try, one by one; empty where it is a range.
        low, high: ends of the range, both included.
        levels: values of a range that a grid takes.
        whole: whether only whole numbers will do.
    """

    path: str
    values: tuple[Any, ...] = ()
    low: float = math.nan
    high: float = math.nan
    levels: int = LEVELS
    whole: bool = False

    @property
    def is_range(self) -> bool:
        """Whether every number between two ends will do."""
        return not self.values

    @property
    def ends(self) -> list[Point]:
        """The values that must be allowed for all of it to be: those given, or both ends of a range."""
        return [{self.path: value} for value in (self.values or (self.at(0.0), self.at(1.0)))]

    def grid(self) -> tuple[Any, ...]:
        """Return the values a grid takes, each once."""
        if self.values:
            return self.values
        return tuple(dict.fromkeys(self.at(share) for share in np.linspace(0.0, 1.0, self.levels).tolist()))

    def at(self, share: float) -> Any:
        """Return the value at a share of the way, from 0 to 1; of given values the one whose turn it is."""
        if self.values:
            return self.values[min(int(share * len(self.values)), len(self.values) - 1)]
        if self.whole:
            first, last = math.ceil(self.low), math.floor(self.high)
            return min(first + int(share * (last - first + 1)), last)
        # Ends exactly; and no digits that a person would not have written.
        return float(f"{(1.0 - share) * self.low + share * self.high:.12g}")

    def position(self, value: Any) -> float:
        """Return how far along its range a value lies, from 0 to 1.

        Of given values: between the smallest and the largest where they are numbers, else by their order.
        """
        if self.is_range:
            low, high = (math.ceil(self.low), math.floor(self.high)) if self.whole else (self.low, self.high)
        elif all(isinstance(each, int | float) for each in self.values):
            low, high = min(self.values), max(self.values)
        else:
            value, low, high = self.values.index(value), 0, len(self.values) - 1
        return float((value - low) / (high - low)) if high > low else 0.0


def parse_factors(texts: Iterable[str], scenario: Scenario) -> list[Factor]:
    """Read parameters to vary together, each as ``parse_factor`` does.

    A value that is not allowed beside the scenario's own may be allowed beside the others' values: a run of 40 days
    with a warm-up of 10. So what is refused alone is tried again beside these.

    Raises ScenarioError with everything that is wrong.
    """
    factors: list[Factor] = []
    refused: list[tuple[Factor, Sequence[Problem]]] = []
    problems: list[Problem] = []
    for text in texts:
        try:
            found = _read_factor(text, scenario)
        except ScenarioError as error:
            problems += error.problems
            continue
        try:
            _try(scenario, found.ends)
        except ScenarioError as error:
            refused.append((found, error.problems))
        factors.append(found)
    for found, alone in refused:
        beside = [other for other in factors if other.path != found.path]
        if not (beside and all(_is_allowed_beside(scenario, point, beside) for point in found.ends)):
            problems += alone
    if problems:
        raise ScenarioError(dict.fromkeys(problems))
    return factors


def _is_allowed_beside(scenario: Scenario, point: Point, others: Sequence[Factor]) -> bool:
    """Tell whether a value is allowed beside some of the others' values, the first few combinations tried."""
    values = itertools.product(*([end for each in other.ends for end in each.items()] for other in others))
    for beside in itertools.islice(values, MOST_TRIED):
        try:
            load_scenario(scenario, {**dict(beside), **point})
        except ScenarioError:
            continue
        return True
    return False


def parse_factor(text: str, scenario: Scenario) -> Factor:
    """Read ``path=low..high``, ``path=low..high:levels`` or ``path=a,b,c``; values are read as TOML.

    Raises ScenarioError when it is none of these, or a value is not allowed.
    """
    found = _read_factor(text, scenario)
    _try(scenario, found.ends)
    return found


def _read_factor(text: str, scenario: Scenario) -> Factor:
    """Read a parameter to vary, its values not tried."""
    path, equals, given = (part.strip() for part in text.partition("="))
    if not (path and equals and given):
        raise ScenarioError([Problem("", "", text, "a parameter to vary reads path=values", _EXAMPLE)])
    match = _RANGE.match(given)
    if match is None:
        return Factor(path, tuple(parse_override(f"x={value}")[1] for value in _listed(given)))
    low, high = as_number(match["low"]), as_number(match["high"])
    if low is None or high is None:
        wrong = hint(match["low"]) or hint(match["high"])
        raise ScenarioError([Problem("", path, given, "a range goes from a number to a number", wrong or _EXAMPLE)])
    return _range_of(path, low, high, scenario, int(match["levels"] or LEVELS))


def factor(path: str, values: Iterable[Any], scenario: Scenario) -> Factor:
    """Return a parameter with values to try one by one. Raises ScenarioError when one of them is not allowed."""
    found = Factor(path, tuple(values))
    _try(scenario, found.ends)
    return found


def span(path: str, low: float, high: float, scenario: Scenario, *, levels: int = LEVELS) -> Factor:
    """Return a parameter with a range to try, whole numbers where it has to be one.

    Raises ScenarioError when the range is empty, or an end of it is not allowed.
    """
    found = _range_of(path, low, high, scenario, levels)
    _try(scenario, found.ends)
    return found


def _range_of(path: str, low: float, high: float, scenario: Scenario, levels: int) -> Factor:
    if not low < high or not 2 <= levels <= MOST_LEVELS:
        allowed = f"a range needs a lower and a higher end, and 2 to {MOST_LEVELS:,} levels"
        raise ScenarioError([Problem("", path, f"{low}..{high}", allowed, _EXAMPLE)])
    return Factor(path, low=low, high=high, levels=levels, whole=_is_whole(path, scenario))


def _try(scenario: Scenario, points: Sequence[Point]) -> None:
    """Make sure that values are allowed, each by itself. Raises ScenarioError with everything that is wrong."""
    problems: list[Problem] = []
    for point in points:
        try:
            load_scenario(scenario, point)
        except ScenarioError as error:
            problems += [problem for problem in error.problems if problem not in problems]
    if problems:
        raise ScenarioError(problems)


def _is_whole(path: str, scenario: Scenario) -> bool:
    """Tell whether a parameter has to be a whole number."""
    place = find(split_path(path), scenario.model_dump(mode="json"))
    return place is not None and place.shape.plain is int


def _listed(given: str) -> list[str]:
    """Split values at commas, but not inside brackets or quotes."""
    return [part.strip() for part in re.findall(r"(?:\[[^\]]*\]|\"[^\"]*\"|'[^']*'|[^,])+", given)]


# -- designs ---------------------------------------------------------------------------------------------------------


def grid(factors: Sequence[Factor]) -> list[Point]:
    """Return every combination of values, the last factor's changing fastest."""
    size = math.prod(len(each.grid()) for each in factors)
    if size > MOST_POINTS:
        allowed = f"this grid has {size:,} points, more than {MOST_POINTS:,}"
        raise ScenarioError([Problem("", "design", "grid", allowed, "take fewer levels, or the design `latin`")])
    paths = [each.path for each in factors]
    return [dict(zip(paths, values, strict=True)) for values in itertools.product(*(each.grid() for each in factors))]


def latin_hypercube(factors: Sequence[Factor], points: int, seed: int = 0) -> list[Point]:
    """Return points of which each factor's values are spread evenly (McKay, Beckman & Conover 1979)."""
    from scipy.stats.qmc import LatinHypercube

    return _scaled(factors, LatinHypercube(len(factors), rng=np.random.default_rng(seed)).random(points))


def sobol(factors: Sequence[Factor], points: int, seed: int = 0) -> list[Point]:
    """Return points spread evenly over all factors together (Sobol' 1967; scrambled, Owen 1998).

    A power of 2 of them keeps the balance.
    """
    from scipy.stats.qmc import Sobol

    sampler = Sobol(len(factors), rng=np.random.default_rng(seed))
    return _scaled(factors, sampler.random_base2(math.ceil(math.log2(points)) if points > 1 else 0)[:points])


def _scaled(factors: Sequence[Factor], shares: NDArray[np.float64]) -> list[Point]:
    """Return points from shares between 0 and 1, shape (points, factors)."""
    return [{each.path: each.at(share) for each, share in zip(factors, row, strict=True)} for row in shares.tolist()]


SAMPLED: Mapping[str, Callable[[Sequence[Factor], int, int], list[Point]]] = {"latin": latin_hypercube, "sobol": sobol}
"""Designs that take a number of points."""
DESIGNS = ("grid", *SAMPLED)


def points_of(design: str, factors: Sequence[Factor], points: int | None = None, seed: int = 0) -> list[Point]:
    """Return the points of a design by its name.

    Raises:
        ValueError: when there is no such design, nothing to vary, or no number of points where one is needed.
    """
    if design not in DESIGNS:
        raise ValueError(f"there is no design called {design!r}; there are: {', '.join(DESIGNS)}")
    if not factors:
        raise ValueError("nothing is varied; name at least one parameter and its values")
    if design == "grid":
        return grid(factors)
    if points is None or not 1 <= points <= MOST_POINTS:
        allowed = f"the design {design} has 1 to {MOST_POINTS:,} points"
        raise ScenarioError([Problem("", "points", shown(points), allowed, "say how many points")])
    return SAMPLED[design](factors, points, seed)


def read_points(path: Path, scenario: Scenario | None = None) -> list[Point]:
    """Return points from a CSV file: parameters in the first line, a point in each further one.

    Cells apart by commas; or, as spreadsheets of some countries write it, by semicolons or tabs, with decimal commas.

    Args:
        path: of the file.
        scenario: what the points change; where it is given, a column that is none of its parameters is refused.

    Raises ScenarioError when the file is none, with the line.
    """
    rows = _rows_of(path)
    if len(rows) < 2 or not all(rows[0][1]):
        allowed = "a line of parameters, then a line for each point"
        raise ScenarioError([Problem(str(path), "", "", allowed, "write, say, customers.travel_cost,customers.hassle")])
    names = rows[0][1]
    problems = [
        Problem(str(path), name, "", "the column is there twice", "leave one out")
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    ]
    problems += [
        Problem(f"{path}, line {number}", "", ",".join(row), f"{len(names)} values", "give one for each parameter")
        for number, row in rows[1:]
        if len(row) != len(names)
    ]
    if problems:
        raise ScenarioError(problems)
    points = [
        {name: parse_override(f"x={cell}")[1] for name, cell in zip(names, row, strict=True)} for _, row in rows[1:]
    ]
    if scenario is not None:
        _refuse_columns_of_none(path, points, scenario)
    return points


def _rows_of(path: Path) -> list[tuple[int, list[str]]]:
    """Return the rows of a CSV file that are not empty, each with its line. Raises ScenarioError where it is none."""
    try:
        lines = read_found(path, LARGEST_DESIGN).decode("utf-8-sig").splitlines()
        apart = max(",;\t", key=lines[0].count) if lines else ","
        rows = [
            (number, [cell.strip() for cell in row])
            for number, row in enumerate(csv.reader(lines, delimiter=apart), start=1)
        ]
    except OSError as error:
        said = f"it cannot be read: {error.strerror or error}"
        raise ScenarioError([Problem(str(path), "", "", said, "give a CSV file")]) from None
    except (ValueError, csv.Error) as error:
        raise ScenarioError([Problem(str(path), "", "", f"it cannot be read: {error}", "give a CSV file")]) from None
    if len(rows) > MOST_POINTS + 1:
        allowed = f"it has more than {MOST_POINTS:,} points"
        raise ScenarioError([Problem(str(path), "", "", allowed, "take several files, one after another")])
    return [(number, row if apart == "," else [with_point(cell) for cell in row]) for number, row in rows if any(row)]


def _refuse_columns_of_none(path: Path, points: Sequence[Point], scenario: Scenario) -> None:
    """Refuse columns that are no parameter at any point. Raises ScenarioError with all of them.

    A rule's parameter is one only where that rule is chosen; so further points are looked at, too.
    """
    tables = scenario.model_dump(mode="json")
    found: dict[str, Problem] = {}
    for number, point in enumerate(points[:MOST_TRIED]):
        wrong = {problem.key: problem for problem in overridden(tables, point)[2]}
        found = wrong if number == 0 else {key: found[key] for key in wrong if key in found}
        if not found:
            return
    raise ScenarioError(replace(problem, file=str(path)) for problem in found.values())
