"""What ``compare`` says about prices first: how they come about, who keeps a set saving, and equal prices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sim.cli.console import Page, say
from sim.cli.errors import bad_argument
from sim.cli.frontiers import frontier_sentences as changing_sides
from sim.cli.sweeping import show_progress
from sim.common.number_format import listed
from sim.report.text.parameter_names import parameter_unit, value_of
from sim.scenario.pricing_conduct import GAP_SHARE, pricing_lines

if TYPE_CHECKING:
    from sim.experiments import Comparison
    from sim.experiments.who_keeps_the_saving import Keeping
    from sim.results.outcome import Outcome
    from sim.runs.options import RunOptions
    from sim.scenario import Scenario


@dataclass(frozen=True)
class WhoKeeps:
    """Who keeps the saving under each regime with a set direct price, and the findings in words."""

    found: tuple[Keeping, ...]
    sentences: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {"regimes": [each.to_dict() for each in self.found], "sentences": list(self.sentences)}


def find_who_keeps(scenario: Scenario, regimes: Sequence[str], options: RunOptions) -> WhoKeeps:
    """Find the values at which customers and makers gain, with a progress bar. Raises ScenarioError."""
    from sim.experiments.who_keeps_the_saving import who_keeps

    with show_progress(f"{scenario.name}: who keeps the saving") as moved:
        found = who_keeps(scenario, regimes, options=replace(options, progress=moved))
    return WhoKeeps(found, tuple(line for each in found for line in gain_sentences(each, scenario)))


def check_who_keeps(scenario: Scenario, regimes: Sequence[str], *, asked: bool, same_prices: bool) -> None:
    """Check that who keeps the saving can be found, if it is ``asked`` for. Raises ScenarioError."""
    from sim.experiments.who_keeps_the_saving import decided_by_the_share

    if asked and same_prices:
        allowed = "if all regimes have the same prices, no set share decides anything"
        raise bad_argument("--who-keeps", "--same-prices", allowed, "use one of the two options at a time")
    if asked:
        decided_by_the_share(scenario, regimes)


def gain_sentences(found: Keeping, scenario: Scenario) -> Iterator[str]:
    """Yield who gains at which values, and in which range both gain."""
    yield from changing_sides(found.frontier, scenario)
    unit = parameter_unit(GAP_SHARE, scenario)
    second = scenario.regime_phrase(found.frontier.regimes[1])

    def bands(of: Sequence[tuple[float, float]]) -> str:
        return listed([f"from {value_of(low, unit)} to {value_of(high, unit)}" for low, high in of])

    if not found.bands:
        yield f"At no value of {GAP_SHARE} tried do both customers and makers gain from {second}."
        return
    sure = (
        f"; with 95 % confidence for each, {bands(found.sure)}"
        if found.sure
        else "; nowhere with 95 % confidence for each"
    )
    yield f"Both gain from {second} {bands(found.bands)}{sure}. Here it is set to {value_of(found.share, unit)}."


def print_pricing(found: Comparison, kept: WhoKeeps | None) -> None:
    """Print how prices come about, and who keeps the saving if that was asked for."""
    said = pricing_lines(found.scenario, found.regimes, found.same_prices)
    print_conduct([*said, *(kept.sentences if kept is not None else ())])


def print_conduct(said: Sequence[str]) -> None:
    """Print how prices come about under a heading."""
    page = Page()
    page.line("How prices come about")
    for line in said:
        page.paragraph(line, indent="  ", hanging="    ")
    page.line()


def asked_the_same(scenario: Scenario, regimes: Sequence[str], *, chosen: bool) -> list[str]:
    """Return the regimes that can use the same prices: those that sell at cost are left out unless ``chosen``.

    Raises ScenarioError if they were chosen, or if the first is one of them.
    """
    from sim.runs.equal_prices import known_to_set_prices

    at_cost = [regime for regime in regimes if scenario.regime(regime).at_cost]
    if chosen or regimes[0] in at_cost:
        return list(known_to_set_prices(scenario, regimes))
    if at_cost:
        titles = [scenario.regime_title(name) for name in at_cost]
        say(f"Left out, because goods are sold at cost there: {listed(titles)}.")
    return [regime for regime in regimes if regime not in at_cost]


def one_each(
    scenario: Scenario, regimes: Sequence[str], seed: int, *, same_prices: bool
) -> Iterator[tuple[str, Outcome]]:
    """Yield one run of each regime, as it was compared."""
    from sim.runs.equal_prices import runs_at_same_prices
    from sim.runs.running import paired_runs

    yield from (runs_at_same_prices if same_prices else paired_runs)(scenario, regimes, seed)
