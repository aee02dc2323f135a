"""``audit``: would any firm gain by asking other prices?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli import options
from sim.cli.answers import Answer
from sim.cli.console import say
from sim.cli.errors import MISTAKE
from sim.cli.experiment import Asked, experiment
from sim.cli.sweeping import standing
from sim.common.number_format import CURRENCY, NOTHING, Interval, is_clear, number_of, quantity, spread
from sim.report.text.grid import Grid

if TYPE_CHECKING:
    from sim.experiments.auditing import Audit, Audited, Tried
    from sim.runs.progress import Progress
    from sim.scenario import Scenario

GAINS = MISTAKE
"""A firm that looks for its best prices would gain by others."""
MOST_TOLD = 8


@experiment(replications="3", store=False)
def audit(
    asked: Asked,
    scenario: options.ScenarioName,
    *,
    regime: options.Regime = None,
    firms: Annotated[
        str | None, typer.Option("--firms", metavar="A,B,...", help="Whom to try (default: all that set prices).")
    ] = None,
) -> None:
    """Find out whether any firm would gain by other prices: each changes its own, alone. Ends with 1 where one does."""
    market = asked.market(scenario)
    name = options.regime_of(market, regime)
    runs = asked.runs(least=2)
    chosen = None if firms is None else [firm.strip() for firm in firms.split(",") if firm.strip()]
    from sim.experiments import auditing

    with standing(market.name) as moved:

        def report(now: Progress) -> None:
            if now.done == 0:
                say(f"{market.name}, {name}: {now.bound} {number_of(now.total, 'run')}.")
            if moved is not None:
                moved(now)

        found = auditing.audit(market, name, chosen, options=replace(runs, progress=report))
    asked.give(_answer(found, market), found.failed if found.is_clean else ())
    if not found.is_clean:
        raise typer.Exit(GAINS)


def _answer(found: Audit, scenario: Scenario) -> Answer:
    currency = scenario.money.currency
    said = sentences(found, currency)
    return Answer(
        scenario,
        f"{found.scenario}: who would gain by other prices, {found.regime}",
        f"Each firm alone changes its prices by so many per cent for {number_of(found.days, 'day')}; the others ask "
        "what they asked, and firms downstream do what its rule expects. What it earns is profit before fixed charges, "
        f"in {currency} a day; gains are in per cent of that, means of {number_of(len(found.seeds), 'paired run')}, in "
        "[brackets] where the 95 % interval includes zero. * would gain by more than 1 %. Firms in (parentheses) do "
        "not look for their best prices, and are not judged.",
        [("", _gains(found))],
        [*said, *_not_run(found)],
        {**found.to_dict(), "sentences": said},
        found.to_frames,
    )


def _gains(found: Audit) -> Grid:
    from sim.experiments.auditing import ALL, CHANGES

    headings = [f"{'all' if change.goods == ALL else 'one'}\n{100 * change.step:+.0f} %" for change in CHANGES]
    grid = Grid(["firm", "rule", "earns", *headings], left=frozenset({1}))
    for each in found.firms:
        by_change = {tried.change: tried for tried in each.tried}
        name = each.firm if each.judged else f"({each.firm})"
        cells = [_share(each, by_change.get(change)) for change in CHANGES]
        grid.add(name, _rule(each), quantity(each.earns.mean, CURRENCY), *cells)
    return grid


def _rule(firm: Audited) -> str:
    return f"{firm.rule}, {firm.downstream}" if firm.judged else firm.rule


def _share(firm: Audited, tried: Tried | None) -> str:
    """Return a gain in per cent of what the firm earns before fixed charges."""
    if tried is None or tried.gain.mean is None:
        return NOTHING
    base = firm.earns.mean or 0.0
    gain = tried.gain.mean
    text = f"{100.0 * gain / base:+.1f} %" if base > 0.0 else quantity(gain, CURRENCY, plus=True)
    if firm.judged and tried.worth_while:
        return f"{text} *"
    return text if is_clear(tried.gain) else f"[{text}]"


def sentences(found: Audit, currency: str) -> list[str]:
    """Return what was found, in words: who would gain most by what."""
    judged = [each for each in found.firms if each.judged]
    if not judged:
        return ["No firm looks for its best prices here, so there is nobody to judge."]
    if found.is_clean:
        who = f"None of {number_of(len(judged), 'firm')} that look for their best prices"
        who = who if len(judged) > 1 else f"{judged[0].firm}, which looks for its best prices, does not"
        verb = "gains" if len(judged) > 1 else "gain"
        return [f"{who} {verb} by more than 1 % of what it earns, beyond chance, by any of these deviations."]
    said = []
    for firm in found.gaining[:MOST_TOLD]:
        best = max(firm.gains, key=lambda each: each.gain.mean or 0.0)
        said.append(f"{firm.firm} would gain {_money(best.gain, currency)} a day by asking {best.change}.")
    left = len(found.gaining) - len(said)
    return [*said, f"So would {number_of(left, 'more firm')}; --json names them all."] if left else said


def _money(gain: Interval, currency: str) -> str:
    return f"{quantity(gain.mean, CURRENCY)} {spread(gain, CURRENCY)} {currency}".strip()


def _not_run(found: Audit) -> list[str]:
    told = [f"Not run: {failed}" for failed in found.failed[:MOST_TOLD]]
    left = len(found.failed) - len(told)
    return [*told, f"Not run either: {left} more; --json names them all."] if left else told
