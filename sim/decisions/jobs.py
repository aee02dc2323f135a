"""A fit and a decision as jobs that a service does for a page: the same calls as those of the command line."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sim.common.hashing import sha256_of
from sim.common.provenance import sources_sha256
from sim.decisions.deciding import weigh_routes
from sim.decisions.decision import Decision
from sim.decisions.rivals import Answering
from sim.decisions.routes import Role
from sim.fitting.ensemble import MEMBERS, Ensemble
from sim.fitting.fit import OFF, FittedMarket, fit_market
from sim.fitting.history import WeeklyHistory, history_of_tables
from sim.report.fit_report import fit_report
from sim.report.text.grid import Grid
from sim.report.text.reality import QUESTION
from sim.runs.jobs import UNWATCHED, Watch
from sim.scenario import Problem, Scenario, ScenarioError, scenario_hash
from sim.scenario.names import product_names
from sim.tables import ImportedMarket

MOST_ON_A_PAGE = 60
"""Products that a visitor may have fitted and decided on a server; the command line takes more."""
MOST_NAMED = 3
CONFIRMED = 2
"""Sets that are simulated in full beside a decision, as on the command line."""


@dataclass(frozen=True)
class ShownFit:
    """What a page shows of a fit, and what a decision needs of it.

    Attributes:
        scenario, ensemble: the fitted market and its sets of parameters.
        heading, how_to_read, tables, sentences: the fit in words.
        off: products whose fitted units are off by more than the tolerance.
    """

    scenario: Scenario
    ensemble: Ensemble
    heading: str
    how_to_read: str
    tables: tuple[tuple[str, Grid], ...]
    sentences: tuple[str, ...]
    off: tuple[str, ...]

    @classmethod
    def of(cls, found: FittedMarket) -> ShownFit:
        """Return what is shown of a fit."""
        told = fit_report(found)
        off = tuple(each.name for each in found.products if abs(each.off) > OFF)
        ensemble = found.ensemble
        return cls(
            found.scenario, ensemble, told.heading, told.how_to_read, tuple(told.tables), tuple(told.sentences), off
        )

    @property
    def looks_like_the_business(self) -> bool:
        """Whether conclusions may be shown at once."""
        return not self.off and not self.ensemble.refused

    @property
    def line(self) -> str:
        """Whether the fitted market looks like the business, in one line."""
        wrong = []
        if self.off:
            more = f" and {len(self.off) - MOST_NAMED} more" if len(self.off) > MOST_NAMED else ""
            wrong.append(f"units off by more than {OFF:.0%}: {', '.join(self.off[:MOST_NAMED])}{more}")
        if self.ensemble.refused:
            wrong.append(self.ensemble.refused)
        if wrong:
            return f"{QUESTION} Not yet: {'; '.join(wrong)}."
        return f"{QUESTION} Yes: every product sells within {OFF:.0%} of the units observed."


def page_history(scenario: Scenario, market: ImportedMarket | None) -> WeeklyHistory | None:
    """Return the weeks among the tables of a market; None where there are none.

    Raises:
        ScenarioError: for weeks that cannot be used, and more products than a server fits for a visitor.
    """
    names = product_names(scenario)
    if len(names) > MOST_ON_A_PAGE:
        allowed = f"up to {MOST_ON_A_PAGE} products can be decided on here; there are {len(names)}"
        raise ScenarioError([Problem("", "products", "", allowed, "use the command line: middleman fit")])
    if market is None or not market.histories:
        return None
    return history_of_tables(market.histories, names)


@dataclass(frozen=True)
class FitJob:
    """A market fitted to weeks."""

    scenario: Scenario
    history: WeeklyHistory
    members: int = MEMBERS
    cost = 10.0

    @cached_property
    def key(self) -> str:
        """Hash of the market, its weeks and the program."""
        weeks = self.history
        numbers = [part.tobytes().hex() for part in (weeks.price, weeks.units, weeks.present)]
        names = repr((weeks.weeks, weeks.products, self.members))
        return sha256_of("fit", scenario_hash(self.scenario), names, *numbers, sources_sha256())

    @property
    def turn(self) -> str:
        """Its key: a fit has no parts."""
        return self.key

    def kept(self) -> None:
        """Return nothing: fits are not kept on disk, for they hold a firm's own figures."""

    def do(self, watch: Watch = UNWATCHED) -> ShownFit:
        """Return the fit."""
        del watch  # stopped from within
        return ShownFit.of(fit_market(self.scenario, self.history, members=self.members))


@dataclass(frozen=True)
class DecideJob:
    """Routes weighed for a firm."""

    scenario: Scenario
    ensemble: Ensemble | None
    role: Role
    firm: str | None
    routes: tuple[str, ...]
    rivals: Answering
    confirm: int = CONFIRMED
    cost = 20.0

    @cached_property
    def key(self) -> str:
        """Hash of the market, its sets of parameters, what was asked and the program."""
        sets = "" if self.ensemble is None else self.ensemble.text(self.scenario)
        asked = repr((self.role, self.firm, self.routes, self.rivals, self.confirm))
        return sha256_of("decide", scenario_hash(self.scenario), sets, asked, sources_sha256())

    @property
    def turn(self) -> str:
        """Its key: a decision has no parts."""
        return self.key

    def kept(self) -> None:
        """Return nothing: decisions are not kept on disk, for they hold a firm's own figures."""

    def do(self, watch: Watch = UNWATCHED) -> Decision:
        """Return the decision."""
        del watch  # stopped from within
        asked: dict[str, Any] = {"role": self.role, "firm": self.firm, "routes": self.routes, "rivals": self.rivals}
        return weigh_routes(self.scenario, self.ensemble, **asked, confirm=self.confirm)

    def command(self, file: str) -> Sequence[str]:
        """Return what is typed after ``middleman`` to find the same in a file."""
        firm = [] if self.firm is None else ["--firm", self.firm]
        options = ["--options", ",".join(self.routes), "--rivals", self.rivals]
        confirm = [] if self.confirm == CONFIRMED else ["--confirm", str(self.confirm)]
        return ["decide", file, "--as", self.role, *firm, *options, *confirm]

    def command_line(self, file: str) -> str:
        """Return the same as one line."""
        return f"middleman {shlex.join(self.command(file))}"
