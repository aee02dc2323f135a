"""``decide``: which way to the customer, at which price, and how sure that is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli import options
from sim.cli.answers import check_report, give
from sim.cli.console import announce_compiling, say
from sim.cli.errors import unknown
from sim.common.files import write_text

if TYPE_CHECKING:
    from sim.decisions import Decision

SLIDES = (".html", ".htm")


def decide(  # noqa: PLR0913 - one argument per option
    scenario: options.ScenarioName,
    *,
    context: typer.Context,
    role: Annotated[
        str, typer.Option("--as", metavar="ROLE", help="Who decides: maker, retailer or marketplace.")
    ] = "maker",
    firm: Annotated[str | None, typer.Option("--firm", metavar="NAME", help="Which firm (default: the first).")] = None,
    routes: Annotated[
        str | None,
        typer.Option("--options", metavar="A,B,...", help="Of direct, marketplace, partner_shops, direct_only."),
    ] = None,
    rivals: Annotated[
        str, typer.Option("--rivals", metavar="HOW", help="How rivals answer: hold, match or best_response.")
    ] = "hold",
    regime: options.Regime = None,
    ensemble: options.EnsembleOption = None,
    confirm: Annotated[
        str, typer.Option("--confirm", metavar="N", help="Sets of parameters to simulate in full as a check.")
    ] = "2",
    seed: options.Seed = "0",
    settings: options.Settings = None,
    report: options.AnyReport = None,
    overwrite: options.Overwrite = False,
    json: options.Json = False,
) -> None:
    """Weigh routes to the customer for one firm: stay, sell direct, marketplace, partner shops.

    Best on a fitted market (middleman fit), so that intervals hold what the data do not say. --report slide.html writes
    one page to print, --report answer.xlsx a workbook that opens on a summary.
    """
    from sim.decisions.rivals import ANSWERS
    from sim.decisions.routes import ROLES

    check_report(report, overwrite=overwrite)
    market = options.changed_scenario(scenario, settings, None)
    if role not in ROLES:
        raise unknown("--as", role, "role", ROLES)
    if rivals not in ANSWERS:
        raise unknown("--rivals", rivals, "answer", ANSWERS)
    chosen = None if routes is None else [key.strip() for key in routes.split(",") if key.strip()]
    number, simulated = options.whole_number("--seed", seed, 0), options.whole_number("--confirm", confirm, 0, 200)
    members = options.ensemble_of(scenario, ensemble, settings)
    announce_compiling()
    from sim.decisions import weigh_routes

    name = None if regime is None else options.regime_of(market, regime)
    found = weigh_routes(
        market,
        members,
        role=role,
        firm=firm,
        routes=chosen,
        rivals=rivals,
        regime=name,
        confirm=simulated,
        seed=number,
    )
    _give(found, report, context, json=json)


def _give(found: Decision, report: Path | None, context: typer.Context, *, json: bool) -> None:
    """Print the answer; write it as a slide where the report's name asks for one, else as other commands do."""
    from sim.decisions.answer import decision_report
    from sim.decisions.slide import slide_of

    is_slide = report is not None and report.suffix.lower() in SLIDES
    give(decision_report(found), None if is_slide else report, context, json=json)
    if report is not None and is_slide:
        with options.writing(report, "--report"):
            write_text(report, slide_of(found, context.obj or []))
        say(f"The slide is in {report}.")
