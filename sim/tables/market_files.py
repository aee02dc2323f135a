"""A market from tables as a scenario file that says where everything comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sim.scenario.loading import validated
from sim.scenario.merging import SOURCES, Tables
from sim.scenario.problems import ScenarioError
from sim.scenario.reading import read_tables
from sim.scenario.schema import Scenario
from sim.scenario.writing import scenario_to_toml, tables_to_toml
from sim.tables.importing import ImportedMarket, scenario_name

MOST_NOTES = 200


def market_toml(found: ImportedMarket, file: str, tables: Sequence[str], over: str, extends: str = "") -> str:
    """Return an imported market as a scenario file; its first lines repeat the notes.

    Args:
        found: the market.
        file: the name of the file, which names the market.
        tables: the names of the tables.
        over: the scenario under them: a name or a path.
        extends: what the file calls that scenario, so that it holds only what differs; empty: it holds everything.

    Raises ValueError if there is no market.
    """
    if found.scenario is None:
        raise ValueError("a table with problems is no market")
    said = [f"Read from {', '.join(tables)} over {over} by `middleman import`.", *found.notes[:MOST_NOTES]]
    if len(found.notes) > MOST_NOTES:
        said.append(f"... and {len(found.notes) - MOST_NOTES} more notes")
    head = "\n".join(f"# {_one_line(line)}" for line in said)
    return f"{head}\n\n{_body(found, found.scenario, about(file, tables, over), over, extends)}"


def about(file: str, tables: Sequence[str], over: str) -> dict[str, str]:
    """Return name, title and question of a market from tables."""
    title = f"Your market from {', '.join(tables)}"
    question = f"Which way to customers is best for it? What the tables do not say is as in {over}, or assumed."
    return {"name": scenario_name(file), "title": _one_line(title)[:200], "question": _one_line(question)[:1000]}


def _body(found: ImportedMarket, scenario: Scenario, said: dict[str, str], over: str, extends: str) -> str:
    """Return what differs from the scenario under the tables; all of it where that would not load as the same."""
    sources = {"products.items": "the table; what it leaves out as in the scenario that this one extends"}
    sources = {**(sources if "products" in found.changed else {}), **found.changed.get(SOURCES, {})}
    own = {**said, **found.changed, SOURCES: sources}
    whole = scenario.model_copy(update={**said, SOURCES: {**scenario.sources, **sources}})
    again = _loaded(over, own) if extends else None
    if again is not None:
        lost = {path: source for path, source in whole.sources.items() if path not in again.sources}
        own = {**own, SOURCES: {**lost, **sources}}  # lists are replaced as a whole, and their sources with them
        again = _loaded(over, own)
    return tables_to_toml({"extends": extends, **own}) if again == whole else scenario_to_toml(whole)


def _loaded(over: str, own: Mapping[str, Any]) -> Scenario | None:
    """Return the scenario that a file which extends another would load as; None if it would not load."""
    try:
        return validated(read_tables(over).overlaid(Tables("", dict(own))))
    except ScenarioError:
        return None


def _one_line(text: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in text)
