"""``explain``: what a figure, a regime, a parameter, a rule or a term means."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from sim.cli import options
from sim.cli.console import Page, print_json
from sim.cli.screen import one_line
from sim.report.text.glossary import CHANNELS, REASONS, Term, terms

if TYPE_CHECKING:
    from sim.results.figures import FigureInfo
    from sim.scenario.explain import ParameterInfo

SAME_NEED = "same_need"


class Explanation(NamedTuple):
    """The explanation of one name.

    Attributes:
        kind: "figure", "regime", "scenario", "rule", "parameter", "term" or "word".
        name: the name.
        meaning: a sentence.
        facts: further facts, by label.
    """

    kind: str
    name: str
    meaning: str
    facts: dict[str, Any]


def explain(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="NAME", help="A parameter, figure, regime, rule, scenario or term."),
    ] = None,
    full: options.Full = False,
    json: options.Json = False,
) -> None:
    """Explain a parameter, figure, regime, rule or term; without a name, say what there is."""
    name = " ".join(names or ()).strip()
    kind, title = GROUPS.get(name, ("", ""))
    found = overview() if kind or not name else entries_for(name)
    if json:
        print_json([entry._asdict() for entry in found if kind in ("", entry.kind)])
    elif kind:
        _print_group(Page(), kind, title, found)
    elif name:
        _print_entries(found)
    elif full:
        _print_overview(found)
    else:
        _print_overview_in_short(found)


def entries_for(name: str) -> list[Explanation]:
    """Return all entries with that name: exact names first, else parameters whose path contains it.

    Raises ScenarioError with the closest names if there are none.
    """
    found = [entry for entry in _named() if entry.name == name]
    figure = name.removeprefix(f"{SAME_NEED}.").split(".")[0]
    if not found and "." in name:  # a row of a figure's table: delivery_days.p95
        within = [f"{SAME_NEED}.{figure}"] if name.startswith(f"{SAME_NEED}.") else [figure]
        found = [entry for entry in _named() if entry.kind == "figure" and entry.name in within]
    found += _rules(name)
    only_exact = bool(found)
    found += [_term(term) for term in terms() if term.is_called(name)]
    found += _parameters(name, only_exact=only_exact)
    if found:
        return found
    raise _unknown(name)


def overview() -> list[Explanation]:
    """Return all names except single parameters, which are listed by section."""
    from sim.scenario import Scenario

    sections = [
        Explanation("section", name, field.description or "", {})
        for name, field in Scenario.model_fields.items()
        if field.description
    ]
    return [*_named(), *map(_term, terms()), *_all_rules(), *sections]


@cache
def _named() -> tuple[Explanation, ...]:
    """Return figures, regimes, scenarios and words of the output."""
    return tuple(_each_named())


def _each_named() -> Iterator[Explanation]:
    from sim.results.figures import FIGURES
    from sim.results.figures import SAME_NEED as COMPARED
    from sim.scenario import Scenario, load_scenario, scenario_names
    from sim.scenario.regimes import PLANNER

    yield from (_figure(name, info) for name, info in FIGURES.items())
    yield from (_figure(f"{SAME_NEED}.{name}", info) for name, info in COMPARED.items())
    usual = Scenario()
    for name in usual.regime_names:
        regime = usual.regime(name)
        facts = {key: value for key, value in regime.model_dump().items() if key != "meaning"}
        base = {"base": f"{usual.planner.base} by default; planner.base changes it"} if name == PLANNER else {}
        yield Explanation("regime", name, regime.meaning, {**base, **facts})
    for name in scenario_names():
        scenario = load_scenario(name)
        yield Explanation("scenario", name, scenario.title, {"question": scenario.question})
    yield from (Explanation("word", name, meaning, {}) for name, meaning in {**CHANNELS, **REASONS}.items())


def _term(term: Term) -> Explanation:
    facts = {"source": term.source, "used by": list(term.used)}
    return Explanation(
        "term", term.name, term.meaning, {"also called": list(term.also), **facts} if term.also else facts
    )


def _figure(name: str, info: FigureInfo) -> Explanation:
    facts = {"unit": info.unit}
    if info.by:
        facts["one number for each"] = info.by
    facts["better when"] = info.better or "depends on the party"
    return Explanation("figure", name, f"{info.meaning}.", facts)


@cache
def _all_rules() -> tuple[Explanation, ...]:
    """Return the rules by which firms decide, each once, with the decision and the parameters."""
    from sim.scenario.explain import parameters
    from sim.scenario.shape import fields_of, rule_name

    seen: dict[tuple[str, str], Explanation] = {}
    for info in parameters():
        what = info.path.rsplit(".", 1)[-1].removeprefix("direct_")
        for section in info.shape.sections if info.shape.kind == "rules" else ():
            key = (what, rule_name(section))
            entry = seen.setdefault(
                key,
                Explanation(
                    "rule",
                    key[1],
                    (section.__doc__ or "").strip().splitlines()[0],
                    {"decides": what, "parameters": [name for name in fields_of(section) if name != "rule"]},
                ),
            )
            entry.facts.setdefault("used in", []).append(info.path)
    return tuple(seen.values())


def _rules(name: str) -> list[Explanation]:
    return [entry for entry in _all_rules() if entry.name == name]


def _parameters(name: str, *, only_exact: bool) -> list[Explanation]:
    """Return the parameters that a path, part of a path or a bare name may refer to."""
    from sim.scenario import ScenarioError
    from sim.scenario.explain import explain as matching

    try:
        found = matching(name)
    except ScenarioError:
        return []
    exact = [info for info in found if info.path == name]
    return [_parameter(info) for info in (exact if exact or only_exact else found)]


def _parameter(info: ParameterInfo) -> Explanation:
    facts = {"unit": info.unit, "allowed": info.allowed, "default": info.default_text}
    if info.section:
        facts["in"] = f"[{info.section}]: {info.section_meaning}"
    return Explanation("parameter", info.path, info.meaning, {key: value for key, value in facts.items() if value})


def _unknown(name: str) -> Exception:
    """Return the error for an unknown name, with the closest known ones."""
    from sim.scenario.explain import parameters

    paths = [info.path for info in parameters()]
    bare = [path.rsplit(".", 1)[-1] for path in paths]
    called = [word for term in terms() for word in (term.name, *term.also)]
    known = [*(entry.name for entry in (*_named(), *_all_rules())), *called, *bare, *paths]
    near = difflib.get_close_matches(name[:100].lower(), dict.fromkeys(known), n=3, cutoff=0.6)
    remedy = f"did you mean {' or '.join(near)}?" if near else "`middleman explain` lists all names"
    from sim.scenario import Problem, ScenarioError
    from sim.scenario.problems import shown

    said = f"there is no figure, parameter, regime, rule, scenario or term called {shown(name)}"
    return ScenarioError([Problem("explain", "", "", said, remedy)])


def _print_entries(found: list[Explanation]) -> None:
    page = Page()
    for number, entry in enumerate(found):
        page.heading(f"{entry.name} ({entry.kind})", above=number > 0)
        page.paragraph(entry.meaning, indent="  ", hanging="  ")
        for what, value in entry.facts.items():
            page.entry(f"{what.replace('_', ' ')}:", _said(value), 18)


def _said(value: Any) -> str:
    """Write a fact: lists with commas, yes or no for truth values."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) or "none" if isinstance(value, list) else str(value)


GROUPS = {
    "regimes": ("regime", "Regimes: how goods reach customers"),
    "figures": ("figure", "Figures: what a run or a comparison measures"),
    "rules": ("rule", "Rules: how firms decide"),
    "parameters": ("section", "Parameters: the tables of a scenario; `explain customers` lists those of one"),
    "terms": ("term", "Terms of the field and of this model"),
    "words": ("word", "Words in the output"),
    "scenarios": ("scenario", "Scenarios: see also `middleman list`"),
}
"""Names with which ``explain`` shows all entries of a kind, the kind, and its heading."""

BRIEF = ("figure", "term", "word")
"""Kinds that the overview shows by name only."""


def _print_group(page: Page, kind: str, title: str, found: list[Explanation]) -> None:
    """Print every name of a kind with its meaning."""
    page.heading(title)
    entries = [(_label(entry), entry.meaning) for entry in found if entry.kind == kind]
    width = min(max(len(label) for label, _ in entries), 30)
    for label, meaning in entries:
        page.entry(label, meaning, width)


def _label(entry: Explanation) -> str:
    return f"{entry.name} ({entry.facts['decides']})" if entry.kind == "rule" else entry.name


def _print_overview_in_short(found: list[Explanation]) -> None:
    """Print how to ask, and the first names of each kind."""
    page = Page()
    page.paragraph("`middleman explain NAME` says what a word means: its unit, range, default, source.")
    for group, (kind, title) in GROUPS.items():
        names = list(dict.fromkeys(entry.name for entry in found if entry.kind == kind))
        page.line()
        page.paragraph(f"{title.partition(';')[0].partition(': see')[0]}. All {len(names)}: `explain {group}`")
        page.line(one_line(f"  {', '.join(names)}", page.width))


def _print_overview(found: list[Explanation]) -> None:
    page = Page()
    for group, (kind, title) in GROUPS.items():
        if kind not in BRIEF:
            _print_group(page, kind, title, found)
            continue
        page.heading(f"{title}; `explain {group}` says what they mean")
        names = ", ".join(entry.name for entry in found if entry.kind == kind)
        page.paragraph(names, indent="  ", hanging="  ")
    page.line()
    page.paragraph("`middleman explain NAME` gives the unit, range, default and meaning of each.")
