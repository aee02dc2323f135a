"""The options that several commands share, each described once, and what is made of them."""

from __future__ import annotations

import errno
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.errors import refused, together, unknown

if TYPE_CHECKING:
    from sim.experiments.stopping import Precision
    from sim.runs.design import Factor
    from sim.scenario import Problem, Scenario

LARGEST = 2**63 - 1

ScenarioName = Annotated[str, typer.Argument(metavar="SCENARIO", help="Name of a shipped scenario, or a .toml file.")]
Regime = Annotated[
    str | None,
    typer.Option(
        "--regime", "-r", metavar="REGIME", help="How goods reach customers (default: the first the scenario compares)."
    ),
]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="PATH=VALUE", help="Change a parameter: customers.travel_cost=0.4. Repeatable."),
]
# Numbers arrive as text: our own messages say what was given, what is allowed and what to do.
Seed = Annotated[str, typer.Option("--seed", metavar="N", help="Decides all chance: the same seed, the same run.")]
Days = Annotated[str | None, typer.Option("--days", metavar="N", help="Days to simulate, warm-up included.")]
Replications = Annotated[
    str, typer.Option("--replications", "-n", metavar="N", help="Runs per regime, each with its own world.")
]
Workers = Annotated[
    str | None,
    typer.Option("--workers", metavar="N", help="Runs at a time (default: one for each core)."),
]
Out = Annotated[
    Path | None,
    typer.Option("--out", metavar="FOLDER", help="Save the results as well, to a new or empty folder."),
]
Scheduler = Annotated[
    str | None,
    typer.Option("--scheduler", metavar="ADDRESS", help="Let the workers of a Dask scheduler run it: tcp://host:8786."),
]
StoreFolder = Annotated[
    Path | None,
    typer.Option("--store", metavar="FOLDER", help="Keep every finished run there; what is there is not run again."),
]
Vary = Annotated[
    list[str] | None,
    typer.Option("--vary", metavar="PATH=VALUES", help="0.1..1.0 (a range), 0.1..1.0:5 (levels), or a,b,c."),
]
Report = Annotated[
    Path | None,
    typer.Option("--report", metavar="FILE", help="Write a web page that needs nothing but itself: report.html."),
]
AnyReport = Annotated[
    Path | None,
    typer.Option("--report", metavar="FILE", help="Write the answer as a web page (.html) or a table (.csv, .xlsx)."),
]
Overwrite = Annotated[
    bool, typer.Option("--overwrite", help="Let --out replace earlier results of the same kind, --report its file.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs instead of text.")]


def whole_number(option: str, given: str | int, least: int = 1, most: int = LARGEST) -> int:
    """Return the whole number given to an option. Raises ScenarioError when it is none, or out of range."""
    from sim.scenario.numbers import hint

    try:
        number = int(given)
    except ValueError:
        number = least - 1
    if not least <= number <= most:
        bounded = most < LARGEST or number > most
        allowed = f"a whole number from {least} to {most}" if bounded else f"a whole number from {least} up"
        raise refused(option, given, allowed, hint(str(given)) or f"write, say, {option} {max(least, 1)}")
    return number


def overrides_of(
    settings: Sequence[str] | None, days: str | None, warm_up: str | None = None
) -> tuple[dict[str, Any], list[Problem]]:
    """Return the parameters that ``--set``, ``--days`` and ``--warm-up`` change, and what is wrong with these."""
    from sim.scenario import Problem, ScenarioError, parse_override

    overrides: dict[str, Any] = {}
    problems: list[Problem] = []
    for text in settings or ():
        try:
            path, value = parse_override(text)
            if path in overrides:
                problems.append(Problem("override", path, text, "it is set twice", "give it one --set"))
            overrides[path] = value
        except ScenarioError as error:
            problems += error.problems
    for option, given, path, least in (("--days", days, "time.days", 1), ("--warm-up", warm_up, "time.warm_up", 0)):
        if given is None:
            continue
        try:
            number = whole_number(option, given, least)
        except ScenarioError as error:
            problems += error.problems
            continue
        if overrides.setdefault(path, number) != number:
            problems.append(Problem(option, "", given, f"--set gives {path} another value", "leave out one of the two"))
    return overrides, problems


def scenario_of(name: str, settings: Sequence[str] | None, days: str | None, warm_up: str | None = None) -> Scenario:
    """Load a scenario with all its changes at once. Raises ScenarioError with every problem of file and changes."""
    from sim.scenario import ScenarioError, load_scenario

    overrides, problems = overrides_of(settings, days, warm_up)
    try:
        scenario = load_scenario(name, overrides)
    except ScenarioError as error:
        raise ScenarioError([*problems, *error.problems]) from None
    if problems:
        raise ScenarioError(problems)
    return scenario


def regime_of(scenario: Scenario, name: str | None) -> str:
    """Return the regime to run, the first the scenario compares unless named. Raises ScenarioError."""
    if name is None:
        return scenario.compare[0]
    if name not in scenario.regime_names:
        raise unknown("--regime", name, "regime", scenario.regime_names)
    return name


def regimes_of(scenario: Scenario, names: str | None) -> list[str]:
    """Return the regimes to compare, each once: those named with commas, else those of the scenario.

    Raises ScenarioError for those that do not exist, and for none.
    """
    if names is None:
        return list(dict.fromkeys(scenario.compare))
    chosen = list(dict.fromkeys(name.strip() for name in names.split(",") if name.strip()))
    if not chosen:
        allowed = "regimes are named with commas between them"
        raise refused("--regimes", names, allowed, "write, say, --regimes traditional,o2o")
    wrong = [name for name in chosen if name not in scenario.regime_names]
    if wrong:
        raise together([unknown("--regimes", name, "regime", scenario.regime_names) for name in wrong])
    return chosen


def factors_of(vary: Sequence[str] | None, scenario: Scenario) -> list[Factor]:
    """Return the parameters to vary with their values. Raises ScenarioError with everything that is wrong."""
    from sim.runs.design import parse_factors

    return parse_factors(vary or (), scenario)


def figures_of(option: str, names: str) -> list[str]:
    """Return figures by dotted name, named with commas. Raises ScenarioError for names of none."""
    from sim.results.figures import FIGURES

    wanted = [name.strip() for name in names.split(",") if name.strip()]
    wrong = [name for name in wanted if name.split(".")[0] not in FIGURES]
    if wrong:
        raise together([unknown(option, name, "figure", list(FIGURES)) for name in wrong])
    return wanted


def chosen_of(option: str, names: str, noun: str, known: Sequence[str]) -> list[str]:
    """Return names out of those that are known, given with commas. Raises ScenarioError for others, and for none."""
    chosen = list(dict.fromkeys(name.strip() for name in names.split(",") if name.strip()))
    wrong = [name for name in chosen if name not in known] if chosen else [names]
    if wrong:
        raise together([unknown(option, name, noun, known) for name in wrong])
    return chosen


def precisions_of(until: Sequence[str] | None) -> list[Precision]:
    """Return how well figures are to be known. Raises ScenarioError with everything that is wrong."""
    from sim.experiments.stopping import parse_precision
    from sim.scenario import ScenarioError

    found, errors = [], []
    for text in until or ():
        try:
            found.append(parse_precision(text))
        except ScenarioError as error:
            errors.append(error)
    if errors:
        raise together(errors)
    return found


def checked_folder(folder: Path | None, kind: str, overwrite: bool) -> None:
    """Make sure, before a long run, that its results can be saved. Raises FolderError or ScenarioError."""
    if folder is None:
        return
    from sim.common.files import check_free, place_of

    place = place_of(folder)
    with writing(folder):
        check_free(folder, kind, overwrite=overwrite)
        existing = next(above for above in (place, *place.parents) if above.exists())
        if not existing.is_dir():
            raise NotADirectoryError(20, "it lies inside a file")
        _try_to_write(existing)


def _try_to_write(folder: Path) -> None:
    """Raise OSError where nothing can be written in a folder: permissions alone do not tell."""
    from tempfile import TemporaryFile

    with TemporaryFile(dir=folder):
        pass


class writing:  # noqa: N801 - reads like a function: with writing(folder)
    """Turn what the system says of a folder or file that cannot be written into bad input."""

    def __init__(self, folder: Path, option: str = "--out"):
        self.folder, self.option = folder, option

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OSError):
            from sim.common.files import reason_of

            reason = reason_of(error).lower()
            full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
            remedy = "make room, or give another place" if full else "give a folder in which you may write"
            raise refused(self.option, str(self.folder), f"it cannot be written: {reason}", remedy) from None
