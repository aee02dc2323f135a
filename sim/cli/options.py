"""Options shared by several commands, each described once, and their conversion to values."""

from __future__ import annotations

import errno
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.errors import bad_argument, combined_error, unknown

if TYPE_CHECKING:
    from sim.experiments.stopping import Precision
    from sim.runs.design import Factor
    from sim.scenario import Problem, Scenario

LARGEST = 2**63 - 1
KEYS = "traditional (store chain), direct, o2o, hybrid (mixed), planner (benchmark)"
"""Keys of the built-in regimes, for help: what is typed, and what it is called in reports."""

ScenarioName = Annotated[str, typer.Argument(metavar="SCENARIO", help="Name of a built-in scenario, or a .toml file.")]
Regime = Annotated[
    str | None,
    typer.Option(
        "--regime",
        "-r",
        metavar="REGIME",
        help=f"How goods reach customers: {KEYS}, or the scenario's own (default: its first).",
    ),
]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="PATH=VALUE", help="Change a parameter: customers.travel_cost=0.4. Repeatable."),
]
# Numbers arrive as text, so that our own messages can say what was given, what is allowed and what to do.
Seed = Annotated[str, typer.Option("--seed", metavar="N", help="Random seed: the same seed gives the same run.")]
Days = Annotated[str | None, typer.Option("--days", metavar="N", help="Days to simulate, warm-up included.")]
Replications = Annotated[
    str, typer.Option("--replications", "-n", metavar="N", help="Runs per regime, each with its own world.")
]
Workers = Annotated[
    str | None,
    typer.Option("--workers", metavar="N", help="Parallel runs (default: one per core)."),
]
Out = Annotated[
    Path | None,
    typer.Option("--out", metavar="FOLDER", help="Also save the results to a new or empty folder."),
]
Scheduler = Annotated[
    str | None,
    typer.Option("--scheduler", metavar="ADDRESS", help="Run on the workers of a Dask scheduler: tcp://host:8786."),
]
StoreFolder = Annotated[
    Path | None,
    typer.Option(
        "--store", metavar="FOLDER", help=("Keep every finished run there; runs already there are not repeated.")
    ),
]
Vary = Annotated[
    list[str] | None,
    typer.Option("--vary", metavar="PATH=VALUES", help="0.1..1.0 (a range), 0.1..1.0:5 (levels), or a,b,c."),
]
Report = Annotated[
    Path | None,
    typer.Option("--report", metavar="FILE", help="Write a self-contained web page: report.html."),
]
AnyReport = Annotated[
    Path | None,
    typer.Option("--report", metavar="FILE", help="Write the answer as a web page (.html) or a table (.csv, .xlsx)."),
]
Overwrite = Annotated[
    bool,
    typer.Option("--overwrite", help=("Let --out replace earlier results of the same kind, and --report its file.")),
]
Full = Annotated[bool, typer.Option("--full", help="Print all tables and notes, not only the first screen.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


def whole_number(option: str, given: str | int, least: int = 1, most: int = LARGEST) -> int:
    """Return an option as a whole number. Raises ScenarioError if it is not one, or is out of range."""
    from sim.scenario.numbers import as_whole_number, hint

    found = given if isinstance(given, int) else as_whole_number(given.strip())
    number = least - 1 if found is None else found
    if not least <= number <= most:
        bounded = most < LARGEST or number > most
        allowed = f"a whole number from {least} to {most}" if bounded else f"a whole number from {least} up"
        raise bad_argument(option, given, allowed, hint(str(given)) or f"for example {option} {max(least, 1)}")
    return number


def overrides_of(
    settings: Sequence[str] | None, days: str | None, warm_up: str | None = None
) -> tuple[dict[str, Any], list[Problem]]:
    """Return the parameters that ``--set``, ``--days`` and ``--warm-up`` change, and what is wrong with these
    options.
    """
    from sim.scenario import Problem, ScenarioError, parse_override

    overrides: dict[str, Any] = {}
    problems: list[Problem] = []
    for text in settings or ():
        try:
            path, value = parse_override(text)
            if path in overrides:
                problems.append(Problem("override", path, text, "it is set twice", "use one --set"))
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
            problems.append(Problem(option, "", given, f"--set gives {path} another value", "remove one of the two"))
    return overrides, problems


def changed_scenario(
    name: str, settings: Sequence[str] | None, days: str | None, warm_up: str | None = None
) -> Scenario:
    """Load a scenario with all its changes. Raises ScenarioError with every problem of the file and the changes."""
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
    """Return the regime to run, by default the first the scenario compares. Raises ScenarioError."""
    if name is None:
        return scenario.compare[0]
    if name not in scenario.regime_names:
        raise unknown("--regime", name, "regime", scenario.regime_names)
    return name


def regimes_of(scenario: Scenario, names: str | None) -> list[str]:
    """Return the regimes to compare, each once: those named with commas, else those of the scenario.

    Raises ScenarioError for unknown regimes, and if there are none.
    """
    if names is None:
        return list(dict.fromkeys(scenario.compare))
    chosen = list(dict.fromkeys(name.strip() for name in names.split(",") if name.strip()))
    if not chosen:
        allowed = "regime names are separated by commas"
        raise bad_argument("--regimes", names, allowed, "for example --regimes traditional,o2o")
    wrong = [name for name in chosen if name not in scenario.regime_names]
    if wrong:
        raise combined_error([unknown("--regimes", name, "regime", scenario.regime_names) for name in wrong])
    return chosen


def factors_of(vary: Sequence[str] | None, scenario: Scenario) -> list[Factor]:
    """Return the parameters to vary with their values. Raises ScenarioError with everything that is wrong."""
    from sim.runs.design import parse_factors

    return parse_factors(vary or (), scenario)


def parse_figures(option: str, names: str) -> list[str]:
    """Return figures by dotted name, named with commas. Raises ScenarioError for unknown names."""
    from sim.results.figures import FIGURES

    wanted = [name.strip() for name in names.split(",") if name.strip()]
    wrong = [name for name in wanted if name.split(".")[0] not in FIGURES]
    if wrong:
        raise combined_error([unknown(option, name, "figure", list(FIGURES)) for name in wrong])
    return wanted


def chosen_of(option: str, names: str, noun: str, known: Sequence[str]) -> list[str]:
    """Return known names, given with commas. Raises ScenarioError for unknown names, and if there are none."""
    chosen = list(dict.fromkeys(name.strip() for name in names.split(",") if name.strip()))
    wrong = [name for name in chosen if name not in known] if chosen else [names]
    if wrong:
        raise combined_error([unknown(option, name, noun, known) for name in wrong])
    return chosen


def precisions_of(until: Sequence[str] | None) -> list[Precision]:
    """Return the precision to reach for each figure. Raises ScenarioError with everything that is wrong."""
    from sim.experiments.stopping import parse_precision
    from sim.scenario import ScenarioError

    found, errors = [], []
    for text in until or ():
        try:
            found.append(parse_precision(text))
        except ScenarioError as error:
            errors.append(error)
    if errors:
        raise combined_error(errors)
    return found


def checked_folder(folder: Path | None, kind: str, overwrite: bool) -> None:
    """Check, before a long run, that its results can be saved. Raises FolderError or ScenarioError."""
    if folder is None:
        return
    from sim.common.files import check_free, resolved_folder

    place = resolved_folder(folder)
    with writing(folder):
        check_free(folder, kind, overwrite=overwrite)
        existing = next(above for above in (place, *place.parents) if above.exists())
        if not existing.is_dir():
            raise NotADirectoryError(20, "it is inside a file")
        _try_to_write(existing)


def _try_to_write(folder: Path) -> None:
    """Raise OSError if a folder cannot be written to, which permissions alone do not show."""
    from tempfile import TemporaryFile

    with TemporaryFile(dir=folder):
        pass


class writing:  # noqa: N801 - reads like a function: with writing(folder)
    """Turn system errors about unwritable folders or files into messages about bad input."""

    def __init__(self, folder: Path, option: str = "--out"):
        self.folder, self.option = folder, option

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, OSError):
            from sim.common.files import reason_of

            reason = reason_of(error).lower()
            full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
            remedy = "free some space, or choose another place" if full else "choose a folder you can write to"
            raise bad_argument(self.option, str(self.folder), f"it cannot be written: {reason}", remedy) from None
