"""``audit``: would any firm gain by charging other prices?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli import options
from sim.cli.answers import Answer
from sim.cli.console import say
from sim.cli.errors import MISTAKE
from sim.cli.experiment import ExperimentRequest, experiment
from sim.cli.sweeping import show_progress
from sim.common.number_format import CURRENCY, NO_VALUE, Interval, is_clear, number_of, plus_minus, quantity
from sim.report.text.grid import Grid
from sim.report.text.settling import prices_not_found

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.experiments.gains import Audit, Audited, DeviationResult
    from sim.runs.progress import Progress
    from sim.scenario import Scenario

GAINS = MISTAKE
"""A firm that chooses its best prices would gain by charging others."""
MOST_LISTED = 8


@experiment(replications="3", store=False)
def audit(
    asked: ExperimentRequest,
    scenario: options.ScenarioName,
    *,
    regime: options.Regime = None,
    firms: Annotated[
        str | None, typer.Option("--firms", metavar="A,B,...", help="Firms to test (default: all that set prices).")
    ] = None,
) -> None:
    """Check whether any firm would gain by changing its own prices alone. Exit code 1 if one would.

    Each gain is tested again on as many fresh seeds (only the runs it needs), and counts only if it appears there too.
    """
    market = asked.market(scenario)
    name = options.regime_of(market, regime)
    runs = asked.runs(least=2)
    chosen = None if firms is None else [firm.strip() for firm in firms.split(",") if firm.strip()]
    from sim.experiments import auditing

    with show_progress(market.name) as moved:

        def report(now: Progress) -> None:
            if now.done == 0:
                runs = number_of(now.total, "run")
                where = f"{market.name}, {market.regime_title(name)}"
                say(f"{where}: {now.bound} {runs}, then the runs that test gains again on fresh seeds.")
            if moved is not None:
                moved(now)

        found = auditing.audit(market, name, chosen, options=replace(runs, progress=report))
    asked.give(_answer(found, market), (*found.failed, *found.undecided) if found.is_clean else ())
    if not found.is_clean:
        raise typer.Exit(GAINS)


def _answer(found: Audit, scenario: Scenario) -> Answer:
    currency = scenario.money.currency
    said = audit_sentences(found, currency)
    return Answer(
        scenario,
        f"{found.scenario}: who would gain by charging other prices {scenario.under_regime(found.regime)}",
        f"Each firm alone changes its prices by the per cent shown for {number_of(found.days, 'day')}; the others keep "
        "theirs, and firms downstream react as its rule expects. Earnings are profit before fixed costs, "
        f"in {currency} a day; gains are in per cent of earnings, means of "
        f"{number_of(len(found.seeds), 'paired run')}; [brackets] if the 95 % interval includes zero or the gain did "
        "not appear on fresh seeds. *: gains more than 1 %, on fresh seeds too. Firms in (parentheses) do not choose "
        "their best prices and are not judged.",
        [("", _gains(found))],
        [
            *filter(None, [prices_not_found({scenario.regime_title(found.regime): found.unsettled_prices})]),
            *said,
            *_not_run(found),
        ],
        {**found.to_dict(), "sentences": said},
        found.to_frames,
    )


def _gains(found: Audit) -> Grid:
    from sim.experiments.gains import ALL, CHANGES

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


def _share(firm: Audited, tried: DeviationResult | None) -> str:
    """Return a gain in per cent of the firm's earnings before fixed costs."""
    if tried is None or tried.gain.mean is None:
        return NO_VALUE
    base = firm.earns.mean or 0.0
    gain = tried.gain.mean
    text = f"{100.0 * gain / base:+.1f} %" if base > 0.0 else quantity(gain, CURRENCY, plus=True)
    if tried.confirmed:
        return f"{text} *"
    return text if is_clear(tried.gain) and tried.confirmed is None else f"[{text}]"


def audit_sentences(found: Audit, currency: str) -> list[str]:
    """Return the findings in words: who would gain most by what, and which gains did not appear on fresh seeds."""
    judged = [each for each in found.firms if each.judged]
    if not judged:
        return ["No firm chooses its best prices here, so there is none to judge."]
    said = _gaining(found, currency)
    if found.is_clean and not found.undecided:
        who = f"None of {number_of(len(judged), 'firm')} that choose their best prices"
        who = who if len(judged) > 1 else f"{judged[0].firm}, which chooses its best prices, does not"
        verb = "gains" if len(judged) > 1 else "gain"
        said = [f"{who} {verb} more than 1 % of its earnings, beyond chance, by any of these deviations."]
    seeds = number_of(len(found.fresh_seeds), "fresh seed")
    return [
        *said,
        *_seen_at_first(found.dropped, f"did not appear again on {seeds}", currency),
        *_seen_at_first(
            found.undecided, f"could not be tested again, because too few runs on {seeds} finished", currency
        ),
    ]


def _gaining(found: Audit, currency: str) -> list[str]:
    """Return who would gain most by what, with the gain on fresh seeds, which played no part in the choice."""
    seeds, said = number_of(len(found.fresh_seeds), "fresh seed"), []
    for firm in found.gaining[:MOST_LISTED]:
        best = max(firm.gains, key=lambda each: each.gain.mean or 0.0)
        assert best.fresh is not None
        by = f"{_money(best.fresh, currency)} a day by charging {best.change}"
        said.append(f"{firm.firm} would gain {by}, confirmed on {seeds}.")
    left = len(found.gaining) - len(said)
    return [*said, f"So would {number_of(left, 'more firm')}; --json lists all."] if left else said


def _seen_at_first(gains: Sequence[tuple[Audited, DeviationResult]], what: str, currency: str) -> list[str]:
    """Return the line on gains of the first seeds that do not count; empty if there are none."""
    if not gains:
        return []
    names = [f"{firm.firm}, {tried.change.short}{_there(tried, currency)}" for firm, tried in gains[:MOST_LISTED]]
    left = len(gains) - len(names)
    names += [f"{left} more listed by --json"] if left else []
    return [f"{number_of(len(gains), 'gain')} on the first seeds {what}: {'; '.join(names)}."]


def _there(tried: DeviationResult, currency: str) -> str:
    """Return the gain of a deviation on fresh seeds, in brackets; empty if too few runs finished."""
    if tried.fresh is None or tried.confirmed is None:
        return ""
    return f" (fresh seeds: {_money(tried.fresh, currency)} a day)"


def _money(gain: Interval, currency: str) -> str:
    return f"{quantity(gain.mean, CURRENCY)} {plus_minus(gain, CURRENCY)} {currency}".strip()


def _not_run(found: Audit) -> list[str]:
    lines = [f"Not run: {failed}" for failed in found.failed[:MOST_LISTED]]
    left = len(found.failed) - len(lines)
    return [*lines, f"Not run: {left} more; --json lists all."] if left else lines
