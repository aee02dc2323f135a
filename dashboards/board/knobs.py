"""Parameter widgets, built from the schema: unit, range, meaning and source of each parameter."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

import streamlit as st
from guard import own

from board import link
from board.showing import folded
from board.text import plain
from sim.common.identity import ByIdentity
from sim.common.number_format import grouped
from sim.experiments.views import MOST_RUNS, View
from sim.report.charts import Named
from sim.runs.uploads import is_upload
from sim.scenario import Scenario, scenario_names
from sim.scenario.pricing_conduct import GAP_SHARE
from sim.scenario.shape import Place, dotted, find, unit_of, walk_values

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
"""The first seven of these that a scenario has are shown. A set share that decides who keeps the saving comes first."""
MOST_IN_SIGHT = 7
NEVER = ("name", "title", "question", "sources", "compare", "extends", "records")
ABSENT = "absent knob"
"""Session key for the path of a requested parameter that has no value yet."""
MOST_ROWS = 12
"""Rows of a list (products, towns) whose parameters can be searched; others can be changed through links or files."""
LONGEST_MEANING = 60
"""Longest meaning that fits on an axis, in characters."""
SPAN = 3.0
"""Upper end of a slider, as a multiple of the scenario's value."""


@dataclass(frozen=True)
class Knob:
    """A parameter of a scenario: path, allowed values, the scenario's value, and its source."""

    path: str
    place: Place
    own: Any
    source: str

    @cached_property
    def meaning(self) -> str:
        """Its meaning in words, shown on hover."""
        field = self.place.field
        said = [field.description or "" if field is not None else "", f"Allowed: {self.place.allowed()}."]
        said += [f"Source: {self.source}."] if self.source else []
        return "\n\n".join(plain(each) for each in [*said, f"Name: {self.path}"] if each)

    @cached_property
    def label(self) -> str:
        """The last parts of its path as words, with its unit."""
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
        """Return its unit, with the currency's name; empty if it has none."""
        unit = unit_of(self.place.field) if self.place.field is not None else ""
        return "" if unit in ("choice", "yes or no") else unit.replace("currency", currency).strip()

    @property
    def in_short(self) -> str:
        """Its meaning, if that is short."""
        said = (self.place.field.description or "") if self.place.field is not None else ""
        first = re.split(r"[.:;(]", said, maxsplit=1)[0].strip()
        return first if len(first) <= LONGEST_MEANING and "=" not in first else ""

    def named(self, currency: str) -> Named:
        """Return its name for charts."""
        return Named(self.name, self.unit(currency), self.in_short)


@lru_cache(maxsize=64)
def _given(name: str) -> dict[str, Any]:
    """Return a scenario without the user's changes as tables."""
    return View(name).market(own.uploads().find).model_dump()


@lru_cache(maxsize=64)
def _values(name: str) -> dict[str, Any]:
    """Return all values of a scenario without the user's changes, by path."""
    return {dotted(path): (path, value) for path, value in walk_values(_given(name)) if path[0] not in NEVER}


@lru_cache(maxsize=64)
def knobs_of(name: str) -> dict[str, Knob]:
    """Return the parameters of a scenario without the user's changes, by path; of long lists, only the first rows."""
    found = {path: knob_of(name, path) for path, (steps, _) in _values(name).items() if not _is_far_down(steps)}
    return {path: knob for path, knob in found.items() if knob is not None}


def _is_far_down(steps: Sequence[Any]) -> bool:
    return any(isinstance(step, int) and step >= MOST_ROWS for step in steps)


def longest_list(name: str) -> tuple[str, int]:
    """Return the longest list of a scenario, and its number of rows."""
    rows: dict[str, int] = {}
    for steps, _ in _values(name).values():
        place = next((place for place, step in enumerate(steps) if isinstance(step, int)), None)
        if place is not None:
            path = dotted(steps[:place])
            rows[path] = max(rows.get(path, 0), steps[place] + 1)
    return max(rows.items(), key=lambda item: item[1], default=("", 0))


@lru_cache(maxsize=4096)
def knob_of(name: str, path: str) -> Knob | None:
    """Return the parameter at a path; None if it does not exist, or if no widget can set it."""
    scenario = View(name).market(own.uploads().find)
    if path not in _values(name):
        return None
    steps, value = _values(name)[path]
    place = find(steps, _given(name))
    if place is None or place.shape.kind != "value" or (value is None and place.shape.plain is str):
        return None
    return Knob(path, place, value, scenario.sources.get(path, ""))


def panel(view: View, scenario: Scenario, regimes: Sequence[str]) -> None:
    """Show the scenario, its regimes and its parameters; every change goes to the address bar."""
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
            st.button("Reset to the scenario", on_click=link.to, args=(lambda v: replace(v, changes=()),))
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
        return "your upload" if is_upload(name) else name

    st.selectbox("Scenario", names, key="scenario", on_change=moved, format_func=named)


def _regimes(scenario: Scenario, regimes: Sequence[str]) -> None:
    st.session_state["regimes"] = list(regimes)

    def moved() -> None:
        chosen = [name for name in scenario.regime_names if name in st.session_state["regimes"]]
        usual = tuple(chosen) == tuple(scenario.compare)
        link.to(lambda v: replace(v, regimes=() if usual else tuple(chosen)))

    st.pills(
        "Channels, compared with the first",
        list(scenario.regime_names),
        selection_mode="multi",
        key="regimes",
        on_change=moved,
        format_func=lambda name: plain(scenario.regime_title(name)),
        help=_meanings(ByIdentity(scenario)),
    )


@lru_cache(maxsize=link.MOST_VIEWS)
def _meanings(scenario: ByIdentity[Scenario]) -> str:
    """Return the meaning of each regime."""
    known = scenario.kept
    return "\n\n".join(
        plain(f"{known.regime_title(name)}: {known.regime(name).meaning}") for name in known.regime_names
    )


def _more(knobs: dict[str, Knob], seen: Sequence[str], view: View) -> None:
    """Show the number of days, runs and the seed, and a search for every other parameter."""
    st.session_state["runs"] = view.runs
    runs: dict[str, Any] = {
        "on_change": lambda: link.to(_with_runs),
        "help": "Each run draws new towns, customers and random shocks.",
    }
    st.slider("Runs", 1, MOST_RUNS, key="runs", **runs)
    st.session_state["seed"] = view.seed
    st.number_input(
        "Seed",
        0,
        key="seed",
        on_change=lambda: link.to(_with_seed),
        help=("Random seed: the same seed gives the same figures."),
    )
    others = [path for path in knobs if path not in seen]

    def chosen() -> None:
        path = st.session_state["another"]
        if path and knobs[path].own is None:  # no value to write yet
            st.session_state[ABSENT] = path
        elif path:
            link.to(lambda v: v.changing(path, _toml(knobs[path].own)))

    st.session_state["another"] = None
    st.selectbox("Another parameter", others, key="another", on_change=chosen, placeholder="Search by name")
    path, rows = longest_list(view.scenario)
    if rows > MOST_ROWS:
        first = f"{path} has {grouped(rows)} rows; only the first {MOST_ROWS} can be searched here."
        st.caption(plain(f"{first} To change the others, edit your file or table and upload it again."))


def _with_runs(view: View) -> View:
    return replace(view, runs=st.session_state["runs"])


def _with_seed(view: View) -> View:
    return replace(view, seed=st.session_state["seed"] or 0)


def _knob(knob: Knob, view: View, scenario: Scenario) -> None:
    """Show a parameter's widget at the view's value."""
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
    """Return the upper end of a parameter's slider."""
    most = float(limits.get("le", limits.get("lt", 1e9)))
    if most <= 1:
        return most if "le" in limits else max(most - 0.01, float(now))
    return min(max(SPAN * float(own or 0), 1.5 * float(now), 1.0), most)


def _step(top: float) -> float:
    return 0.01 if top <= 3 else 0.05 if top <= 12 else 0.5 if top <= 120 else 5.0 if top < 2000 else 100.0


def _value_at(scenario: Scenario, knob: Knob, steps: Sequence[Any]) -> Any:
    """Return the scenario's current value; the original one if its rule was replaced."""
    found: Any = scenario
    for step in steps:
        found = found[int(step)] if isinstance(found, (list, tuple)) else _below(found, step, knob.own)
    return found


def _below(found: Any, step: Any, otherwise: Any) -> Any:
    return found.get(step, otherwise) if isinstance(found, dict) else getattr(found, str(step), otherwise)


def _toml(value: Any) -> str:
    """Write a value as TOML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(round(value, 6))
    return json.dumps(value) if isinstance(value, str) else str(value)
