"""``decide`` as one call: a market with the sets of parameters that are kept beside its file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sim.decisions.deciding import weigh_routes
from sim.decisions.decision import Decision
from sim.decisions.rivals import Answering
from sim.decisions.routes import Role
from sim.fitting.ensemble import Ensemble, ensemble_path, read_ensemble
from sim.runs.running import Source
from sim.scenario import load_scenario


def decide_on_route(  # noqa: PLR0913 - a decision has many sides
    scenario: Source,
    ensemble: Ensemble | int | None = None,
    *,
    role: Role = "maker",
    firm: str | None = None,
    routes: Sequence[str] | None = None,
    rivals: Answering = "hold",
    regime: str | None = None,
    confirm: int = 2,
    seed: int = 0,
) -> Decision:
    """Weigh a firm's routes to the customer, as ``middleman decide`` does.

    Args:
        scenario: the market as it is, best a fitted one.
        ensemble: sets of parameters that fit about as well. None: those kept beside the market's file, where there are
            any; a number: so many of them, 0 for the best only.
        role, firm, routes, rivals, regime, confirm, seed: see ``sim.decisions.weigh_routes``.

    Raises:
        ScenarioError: for roles, firms and routes that do not exist, markets in which nothing can be expected, and sets
            of parameters of another market.
    """
    market = load_scenario(scenario)
    members = ensemble if isinstance(ensemble, Ensemble) else _kept_beside(scenario, ensemble)
    return weigh_routes(
        market,
        members,
        role=role,
        firm=firm,
        routes=routes,
        rivals=rivals,
        regime=regime,
        confirm=confirm,
        seed=seed,
    )


def _kept_beside(scenario: Source, count: int | None) -> Ensemble | None:
    """Return the sets beside a market's file; None where there is no file, or none are kept or wanted."""
    if count == 0 or not isinstance(scenario, (str, Path)):
        return None
    file = ensemble_path(Path(scenario))
    if count is None and not file.is_file():
        return None
    found = read_ensemble(file, load_scenario(scenario))
    return found if count is None else found.first(count)
