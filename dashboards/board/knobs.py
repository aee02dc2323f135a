"""Knobs: made from what the schema says of each parameter, its unit, range, meaning and source."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

import streamlit as st

from board import link
from board.showing import Same, folded
from board.text import plain
from sim.common.number_format import grouped
from sim.experiments.views import MOST_RUNS, View
from sim.report.charts import Named
from sim.runs.uploads import is_upload
from sim.scenario import Scenario, scenario_names
from sim.scenario.pricing_conduct import GAP_SHARE
from sim.scenario.shape import Place, find, unit_of, walk_values, written

IN_SIGHT = (
    GAP_SHARE,
    "customers.travel_cost",
    "customers.waiting_cost",
    "customers.hassle",
    "delivery.parcel.cost_per_parcel",
    "retailers.slots",
    "tiers[0].firms",
    "platform.commission",
)
"""The first seven that a scenario has. Where a set share decides who keeps the saving, it comes first."""
MOST_IN_SIGHT = 7
NEVER = ("name", "title", "question", "sources", "compare", "extends", "records")
ABSENT = "absent knob"
"""Where a session keeps the path of a parameter that was asked for and has no value yet."""
MOST_ROWS = 12
"""Rows of a list, products or towns, whose parameters can be searched for; of the others one is changed by its link."""
LONGEST_MEANING = 60
"""Letters of a meaning that have room at an axis."""
SPAN = 3.0
"""How far a slider goes, times the scenario's own value."""


@dataclass(frozen=True)
class Knob:
    """A parameter of a scenario: its path, what may stand there, what the scenario says, and why."""

    path: str
    place: Place
    own: Any
    source: str

    @cached_property
    def meaning(self) -> str:
        """What it is, in words, for who hovers over it."""
        field = self.place.field
        said = [field.description or "" if field is not None else "", f"Allowed: {self.place.allowed()}."]
        said += [f"Source: {self.source}."] if self.source else []
        return "\n\n".join(plain(each) for each in [*said, f"Name: {self.path}"] if each)

    @cached_property
    def label(self) -> str:
        """The last parts of its path as words, and its unit."""
        unit = self.unit("").removeprefix(" ")
        return plain(f"{self.name}{f', {unit}' if unit and unit not in self.name else ''}")

    @cached_property
    def name(self) -> str:
        """The last parts of its path as words."""
        words = self.path.replace("_", " ").replace("[0]", "").split(".")
        who = {"customers": "Customers'", "tiers": "Intermediaries'", "platform": "Platform's", "retailers": "Shops'"}
        last = words[-1] if words[-2:-1] and words[-2] in words[-1] else " ".join(words[-2:])
        name = f"{who[words[0]]} {words[-1]}" if words[0] in who and len(words) == 2 else last
        return f"{name[:1].upper()}{name[1:]}"

    def unit(self, currency: str) -> str:
        """Return its unit, in a currency; empty where it has none."""
        unit = unit_of(self.place.field) if self.place.field is not None else ""
        return "" if unit in ("choice", "yes or no") else unit.replace("currency", currency).strip()

    @property
    def in_short(self) -> str:
        """What the schema says it is, as far as that is a few words."""
        said = (self.place.field.description or "") if self.place.field is not None else ""
        first = re.split(r"[.:;(]", said, maxsplit=1)[0].strip()
        return first if len(first) <= LONGEST_MEANING and "=" not in first else ""

    def named(self, currency: str) -> Named:
        """Return what it is called on charts."""
        return Named(self.name, self.unit(currency), self.in_short)


@lru_cache(maxsize=64)
def _given(name: str) -> dict[str, Any]:
    """Return a scenario without its changes as tables."""
    return View(name).market(link.uploads().find).model_dump()


@lru_cache(maxsize=64)
def _values(name: str) -> dict[str, Any]:
    """Return every single value of a scenario without its changes by its path."""
    return {written(path): (path, value) for path, value in walk_values(_given(name)) if path[0] not in NEVER}


@lru_cache(maxsize=64)
def knobs_of(name: str) -> dict[str, Knob]:
    """Return the knobs of a scenario without its changes by path; of long lists those of the first rows."""
    found = {path: knob_of(name, path) for path, (steps, _) in _values(name).items() if not _is_far_down(steps)}
    return {path: knob for path, knob in found.items() if knob is not None}


def _is_far_down(steps: Sequence[Any]) -> bool:
    return any(isinstance(step, int) and step >= MOST_ROWS for step in steps)


def longest_list(name: str) -> tuple[str, int]:
    """Return the longest list of a scenario, and how many rows it has."""
    rows: dict[str, int] = {}
    for steps, _ in _values(name).values():
        place = next((place for place, step in enumerate(steps) if isinstance(step, int)), None)
        if place is not None:
            path = written(steps[:place])
            rows[path] = max(rows.get(path, 0), steps[place] + 1)
    return max(rows.items(), key=lambda item: item[1], default=("", 0))


@lru_cache(maxsize=4096)
def knob_of(name: str, path: str) -> Knob | None:
    """Return the knob of a path; None where there is no such parameter, or none that a knob can set."""
    scenario = View(name).market(link.uploads().find)
    if path not in _values(name):
        return None
    steps, value = _values(name)[path]
    place = find(steps, _given(name))
    if place is None or place.shape.kind != "value" or (value is None and place.shape.plain is str):
        return None
    return Knob(path, place, value, scenario.sources.get(path, ""))


def panel(view: View, scenario: Scenario, regimes: Sequence[str]) -> None:
    """Show the scenario, its regimes and its knobs; whatever is moved goes to the address bar."""
    with st.sidebar:
        _scenario(view)
        _regimes(scenario, regimes)
        knobs = knobs_of(view.scenario)
        seen = [path for path in IN_SIGHT if path in knobs][:MOST_IN_SIGHT]
        changed = [change.partition("=")[0] for change in view.changes]
        also = dict.fromkeys([*changed, st.session_state.get(ABSENT, "")])
        for path in [*seen, *(path for path in also if path not in seen)]:
            knob = knob_of(view.scenario, path)
            if knob is not None:
                _knob(knob, view, scenario)
        if view.changes:
            st.button("All as in the scenario", on_click=link.to, args=(lambda v: replace(v, changes=()),))
        with folded("More", "more") as is_open:
            if is_open:
                _more(knobs, seen, view)


_names = lru_cache(maxsize=1)(scenario_names)


def _scenario(view: View) -> None:
    names = list(_names())
    names += [view.scenario] if view.scenario not in names else []
    st.session_state["scenario"] = view.scenario

    def moved() -> None:
        link.show(View(st.session_state["scenario"], runs=view.runs, seed=view.seed))

    def named(name: str) -> str:
        return "yours, as uploaded" if is_upload(name) else name

    st.selectbox("Scenario", names, key="scenario", on_change=moved, format_func=named)


def _regimes(scenario: Scenario, regimes: Sequence[str]) -> None:
    st.session_state["regimes"] = list(regimes)

    def moved() -> None:
        chosen = [name for name in scenario.regime_names if name in st.session_state["regimes"]]
        usual = tuple(chosen) == tuple(scenario.compare)
        link.to(lambda v: replace(v, regimes=() if usual else tuple(chosen)))

    st.pills(
        "Ways to sell, compared with the first",
        list(scenario.regime_names),
        selection_mode="multi",
        key="regimes",
        on_change=moved,
        help=_meanings(Same(scenario)),
    )


@lru_cache(maxsize=link.MOST_VIEWS)
def _meanings(scenario: Same[Scenario]) -> str:
    """Return what each way to sell means."""
    known = scenario.kept
    return "\n\n".join(plain(f"{name}: {known.regime(name).meaning}") for name in known.regime_names)


def _more(knobs: dict[str, Knob], seen: Sequence[str], view: View) -> None:
    """Show how long and how often it is run, and a way to every other parameter."""
    st.session_state["runs"] = view.runs
    runs: dict[str, Any] = {
        "on_change": lambda: link.to(_with_runs),
        "help": "Each draws towns, people and chance anew.",
    }
    st.slider("Runs", 1, MOST_RUNS, key="runs", **runs)
    st.session_state["seed"] = view.seed
    st.number_input("Seed", 0, key="seed", on_change=lambda: link.to(_with_seed), help="Decides all chance.")
    others = [path for path in knobs if path not in seen]

    def chosen() -> None:
        path = st.session_state["another"]
        if path and knobs[path].own is None:  # nothing to write before a value is given
            st.session_state[ABSENT] = path
        elif path:
            link.to(lambda v: v.changing(path, _toml(knobs[path].own)))

    st.session_state["another"] = None
    st.selectbox("Another knob", others, key="another", on_change=chosen, placeholder="Search the names")
    path, rows = longest_list(view.scenario)
    if rows > MOST_ROWS:
        first = f"{path} has {grouped(rows)} rows; the first {MOST_ROWS} can be searched here."
        st.caption(plain(f"{first} To change the others, change your file, or the table, and send it again."))


def _with_runs(view: View) -> View:
    return replace(view, runs=st.session_state["runs"])


def _with_seed(view: View) -> View:
    return replace(view, seed=st.session_state["seed"] or 0)


def _knob(knob: Knob, view: View, scenario: Scenario) -> None:
    """Show one knob at the value of the view."""
    now = _value_at(scenario, knob, _values(view.scenario)[knob.path][0])
    key = f"{view.scenario} {knob.path}"
    st.session_state[key] = now

    def moved() -> None:
        value = st.session_state[key]
        same = value is None or value == knob.own
        link.to(lambda v: v.changing(knob.path, None if same else _toml(value)))

    common: dict[str, Any] = {"key": key, "on_change": moved, "help": knob.meaning}
    shape, limits = knob.place.shape, dict(knob.place.shape.limits)
    if shape.choices:
        st.selectbox(knob.label, list(shape.choices), **common)
    elif shape.plain is bool:
        st.toggle(knob.label, **common)
    elif shape.plain is str:
        st.text_input(knob.label, max_chars=40, **common)
    elif shape.plain is int and now is not None:
        top = reach(knob.own, now, limits)
        st.slider(knob.label, int(limits.get("ge", 0)), max(int(top), int(limits.get("ge", 0)) + 1), **common)
    elif now is not None and knob.own:
        top = float(reach(knob.own, now, limits))
        low = min(float(limits.get("ge", limits.get("gt", 0.0))), now)
        step = _step(top)
        low = max(low, step) if "gt" in limits and now >= step else low
        st.slider(knob.label, low, top, step=step, **common)
    else:
        kind = int if shape.plain is int else float
        st.number_input(knob.label, kind(limits.get("ge", 0)), kind(limits.get("le", 1e9)), **common)


def reach(own: Any, now: Any, limits: dict[str, Any]) -> float:
    """Return how far the slider of a knob goes."""
    most = float(limits.get("le", limits.get("lt", 1e9)))
    if most <= 1:
        return most if "le" in limits else max(most - 0.01, float(now))
    return min(max(SPAN * float(own or 0), 1.5 * float(now), 1.0), most)


def _step(top: float) -> float:
    return 0.01 if top <= 3 else 0.05 if top <= 12 else 0.5 if top <= 120 else 5.0 if top < 2000 else 100.0


def _value_at(scenario: Scenario, knob: Knob, steps: Sequence[Any]) -> Any:
    """Return the value of the scenario as it is now; its own where a rule was exchanged."""
    found: Any = scenario
    for step in steps:
        found = found[int(step)] if isinstance(found, (list, tuple)) else _below(found, step, knob.own)
    return found


def _below(found: Any, step: Any, otherwise: Any) -> Any:
    return found.get(step, otherwise) if isinstance(found, dict) else getattr(found, str(step), otherwise)


def _toml(value: Any) -> str:
    """Write a value as TOML does."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(round(value, 6))
    return json.dumps(value) if isinstance(value, str) else str(value)
