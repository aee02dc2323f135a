"""``list``, ``new`` and ``check``: which scenarios exist, how to start one, and whether it is valid."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli import options, realities
from sim.cli.console import Page, print_json, say
from sim.cli.errors import bad_argument, unknown
from sim.common.number_format import listed, number_of

if TYPE_CHECKING:
    from sim.scenario import Problem, Scenario

NAME_WIDTH = 12
LIST = "list"
"""Value of --exercise that lists the exercises."""


def size_of(scenario: Scenario) -> dict[str, int]:
    """Return the size of a market."""
    from sim.scenario import names

    return {
        "customers": sum(names.town_sizes(scenario)),
        "towns": len(names.town_names(scenario)),
        "stores": sum(names.stores_per_town(scenario)),
        "products": len(names.product_names(scenario)),
        "suppliers": len(names.supplier_names(scenario)),
        "tiers of intermediaries": len(scenario.tiers),
        "days": scenario.time.days,
    }


def size_in_words(scenario: Scenario) -> str:
    """Return the size of a market in one line."""
    said = []
    for name, count in size_of(scenario).items():
        first, _, rest = name.partition(" ")
        said.append(number_of(count, f"{first[:-1]} {rest}".rstrip(), name))
    return ", ".join(said)


def list_all(json: options.Json = False) -> None:
    """List the built-in scenarios and the regimes."""
    from sim.scenario import load_scenario, scenario_names
    from sim.scenario.regimes import PLANNER, SHIPPED

    scenarios = {name: load_scenario(name) for name in scenario_names()}
    planner = next(iter(scenarios.values())).regime(PLANNER)
    regimes = {**SHIPPED, PLANNER: planner}
    if json:
        print_json(
            {
                "scenarios": [_listing(one) for one in scenarios.values()],
                "regimes": {name: regime.meaning for name, regime in regimes.items()},
            }
        )
        return
    page = Page()
    page.heading("Scenarios: run one with `middleman compare NAME`")
    for place, (name, scenario) in enumerate(scenarios.items()):
        if place:
            page.line()
        page.entry(name, scenario.title, NAME_WIDTH)
        for line in (
            scenario.question,
            size_in_words(scenario),
            f"compares {listed([*map(scenario.regime_title, scenario.compare)])}",
        ):
            page.paragraph(line, indent=" " * (NAME_WIDTH + 4), hanging=" " * (NAME_WIDTH + 4))
    page.heading("Regimes: how goods reach customers")
    for name, regime in regimes.items():
        page.entry(name, f"{regime.title[:1].upper()}{regime.title[1:]}: {regime.meaning}", NAME_WIDTH)


def _key_and_title(scenario: Scenario, name: str) -> str:
    """Return the key of a regime, which is typed, and its title, which reports print."""
    title = scenario.regime_title(name).removesuffix(f" ({name})")
    return name if title.lower() == name else f"{name} ({title})"


def _listing(scenario: Scenario) -> dict[str, Any]:
    size = {key.replace(" ", "_"): count for key, count in size_of(scenario).items()}
    about = {"name": scenario.name, "title": scenario.title, "question": scenario.question}
    return {**about, **size, "compare": list(scenario.compare)}


def new(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="Letters, digits, - and _.")] = None,
    base: Annotated[
        str | None,
        typer.Option("--from", metavar="SCENARIO", help="The scenario to change (default: classroom)."),
    ] = None,
    exercise: Annotated[
        str | None,
        typer.Option("--exercise", metavar="EXERCISE", help="Write a textbook exercise instead; `list` shows them."),
    ] = None,
    letters: Annotated[
        list[str] | None,
        typer.Option(
            "--letter", metavar="LETTER=NUMBER", help=("Set a letter of the exercise: --letter t=5. Repeatable.")
        ),
    ] = None,
) -> None:
    """Write NAME.toml to this folder: a commented scenario that changes a built-in one, or a textbook exercise."""
    if exercise == LIST:
        _list_exercises()
        return
    if exercise is None and letters:
        raise bad_argument(
            "--letter", letters[0], "--letter needs an exercise", "add --exercise EXERCISE, or remove --letter"
        )
    if exercise is not None and base is not None:
        raise bad_argument(
            "--from", base, "an exercise does not extend another scenario", "remove --from or --exercise"
        )
    name = _checked_name(name)
    text = _start_of(name, base or "classroom") if exercise is None else _exercise_of(exercise, name, letters or ())
    path = Path(f"{name}.toml")
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        raise bad_argument("NAME", name, f"{path} already exists", "choose another name, or move the file") from None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise bad_argument(
            "NAME", name, f"{path} cannot be written: {reason}", "change to a folder you can write to"
        ) from None
    if exercise is None:
        say(f"Wrote {path}. Edit it, then: middleman check {path}; middleman compare {path}")
    else:
        say(f"Wrote {path}: its first lines give the published answer and the commands to run.")


def _checked_name(name: str | None) -> str:
    """Return the name of a new scenario. Raises ScenarioError for an invalid name."""
    from sim.scenario import scenario_names

    if name is None:
        raise bad_argument(
            "NAME", "", "a name is needed: 1 to 60 letters, digits, - and _", "for example middleman new mine"
        )
    name = name.removesuffix(".toml")
    if not name or len(name) > 60 or not all(letter.isalnum() or letter in "-_" for letter in name):
        raise bad_argument("NAME", name, "1 to 60 letters, digits, - and _", "choose another name")
    if name in scenario_names():
        raise bad_argument("NAME", name, "a built-in scenario has this name", "choose another")
    return name


def _start_of(name: str, base: str) -> str:
    from sim.cli.starter import starter

    return starter(name, base)


def _exercise_of(exercise: str, name: str, letters: Sequence[str]) -> str:
    """Return the text of an exercise. Raises ScenarioError for unknown exercises, letters and values."""
    from sim.exercises import EXERCISES, ExerciseError, exercise_toml
    from sim.scenario.numbers import as_number, hint_of

    if exercise not in EXERCISES:
        raise unknown("--exercise", exercise, "exercise", list(EXERCISES))
    given: dict[str, float] = {}
    for text in letters:
        letter, _, value = (part.strip() for part in text.partition("="))
        number = as_number(value)
        if not letter or number is None:
            allowed = f"a letter reads LETTER=NUMBER{hint_of(value, ' (', ')')}"
            raise bad_argument("--letter", text, allowed, "for example --letter t=5")
        if letter in given:
            raise bad_argument("--letter", text, f"{letter} is given twice", "set it once")
        given[letter] = number
    try:
        return exercise_toml(EXERCISES[exercise], name, given)
    except ExerciseError as error:
        raise bad_argument("--letter", " ".join(letters) or exercise, str(error), "change it, or remove it") from None


def _list_exercises() -> None:
    """List the exercises with their letters."""
    from sim.exercises import EXERCISES

    page = Page()
    page.heading("Exercises: write one with `middleman new --exercise EXERCISE NAME`")
    for name, exercise in EXERCISES.items():
        page.entry(name, f"{exercise.title} ({exercise.source})", NAME_WIDTH + 1)
        for letter, about in exercise.letters.items():
            indent = " " * (NAME_WIDTH + 5)
            page.paragraph(f"{letter} = {about.value:g}: {about.meaning}", indent=indent, hanging=indent + "  ")


def check(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A .toml file, or the name of a built-in scenario.")],
    settings: options.Settings = None,
    strict: Annotated[bool, typer.Option("--strict", help="Also require a source for every number.")] = False,
    run: realities.Run = False,
    against: realities.Against = None,
    json: options.Json = False,
) -> None:
    """Check a scenario and report everything that is wrong with it."""
    from sim.scenario import ScenarioError, scenario_hash
    from sim.scenario.warnings import warnings

    problems: list[Problem] = []
    scenario = None
    try:
        scenario = options.changed_scenario(file, settings, None)
    except ScenarioError as error:
        problems += error.problems
    if strict and scenario is not None:
        from sim.scenario.sourcing import unsourced

        problems += unsourced(file)
    if problems or scenario is None:
        raise ScenarioError(problems)
    from sim.runs.memory import bytes_at_a_time, ensure_memory, memory_text

    ensure_memory(scenario, scenario.compare)
    memory = bytes_at_a_time(scenario, scenario.compare, 1)
    warned = warnings(scenario)
    seen = realities.look(scenario, against) if run or against is not None else None
    if json:
        found = {**_listing(scenario), "regimes": list(scenario.regime_names), "sha256": scenario_hash(scenario)}
        more = {} if seen is None else {"reality": seen.to_dict()}
        print_json({**found, "memory_bytes": round(memory), "warnings": warned, **more})
        return
    page = Page()
    page.paragraph(f"{file} is valid{': every number has a unit and a source' if strict else ''}.")
    for what, said in (
        ("title", scenario.title),
        ("size", size_in_words(scenario)),
        ("memory", f"about {memory_text(memory)} for each run at a time"),
        ("compares", listed([*map(scenario.regime_title, scenario.compare)])),
        ("can run", listed([_key_and_title(scenario, name) for name in scenario.regime_names])),
    ):
        if said:
            page.entry(what, said, 8)
    for said in warned:
        page.paragraph(f"Note: {said}", hanging="  ")
    if seen is not None:
        realities.print_reality(seen, scenario)
