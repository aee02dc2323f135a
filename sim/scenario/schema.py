"""The whole scenario: all sections, and the rules that tie them together."""

from __future__ import annotations

from typing import Any

from pydantic import Field, model_validator

from sim.common.parameters import Section, parameter
from sim.common.presentation import Presented
from sim.common.regime_wording import in_sentence, under
from sim.scenario.firms import (
    Contacts,
    FirmRules,
    Online,
    Planner,
    Platform,
    Products,
    Retailers,
    Selling,
    Services,
    Suppliers,
    Tier,
)
from sim.scenario.people import Customers, Geography, Money, Styles, Time, TrustLearning
from sim.scenario.records import Records
from sim.scenario.regimes import PLANNER, SHIPPED, Regime, planner_benchmark, title_of
from sim.scenario.transport import Delivery, Returns


class Scenario(Presented, Section):
    """A market to simulate. Money is in units of currency, distance in km, time in days, unless stated."""

    name: str = parameter("unnamed", "Name of the scenario.", "text", min_length=1, max_length=60, pattern=r"^[\w-]+$")
    title: str = parameter("", "What the scenario shows, in one line.", "text", max_length=200)
    question: str = parameter("", "The question it is meant to answer.", "text", max_length=1000)
    compare: list[str] = parameter(
        ["traditional", "direct", "o2o", "hybrid", "planner"],
        "Regimes that a comparison shows by default.",
        "names",
        min_length=1,
    )
    time: Time = Field(default_factory=Time, description="The calendar of a run.")
    money: Money = Field(default_factory=Money, description="Currency, tax, interest.")
    geography: Geography = Field(default_factory=Geography, description="Towns.")
    styles: Styles = Field(default_factory=Styles, description="The ring of styles.")
    customers: Customers = Field(default_factory=Customers, description="What customers want.")
    learning: TrustLearning = Field(default_factory=TrustLearning, description="How trust changes.")
    products: Products = Field(default_factory=Products, description="The goods.")
    suppliers: Suppliers = Field(default_factory=Suppliers, description="The makers.")
    tiers: list[Tier] = Field(
        default_factory=list, description="Intermediaries, starting next to the suppliers.", max_length=20
    )
    retailers: Retailers = Field(default_factory=Retailers, description="Retailers and their stores.")
    platform: Platform = Field(default_factory=Platform, description="The online marketplace.")
    online: Online = Field(default_factory=Online, description="How customers learn about buying online.")
    selling: Selling = Field(default_factory=Selling, description="What a sale costs the seller.")
    contacts: Contacts = Field(default_factory=Contacts, description="What trading relationships cost.")
    services: Services = Field(default_factory=Services, description="The services of the chain, each on or off.")
    delivery: Delivery = Field(default_factory=Delivery, description="How goods travel.")
    returns: Returns = Field(default_factory=Returns, description="What happens to goods sent back.")
    firms: dict[str, FirmRules] = Field(
        default_factory=dict, description=("Rules for single firms, by the firm's name.")
    )
    planner: Planner = Field(default_factory=Planner, description="The pricing benchmark.")
    regimes: dict[str, Regime] = Field(default_factory=dict, description="The scenario's own regimes, by name.")
    records: Records = Field(default_factory=Records, description="What a run records beyond its usual tables.")
    sources: dict[str, str] = Field(
        default_factory=dict, description="Where a number comes from, by its path: the source, or 'assumption: ...'."
    )

    @model_validator(mode="before")
    @classmethod
    def _planner_is_reserved(cls, given: Any) -> Any:
        if isinstance(given, dict) and isinstance(given.get("regimes"), dict) and PLANNER in given["regimes"]:
            raise ValueError("regimes.planner is derived from `planner.base`; give your regime another name")
        return given

    def __repr__(self) -> str:
        return f"<Scenario {self.name}: {self.title or 'no title'}>"

    __str__ = __repr__

    @property
    def regime_names(self) -> tuple[str, ...]:
        """Names of the regimes that can be run: the built-in ones and the scenario's own."""
        return tuple(dict.fromkeys([*SHIPPED, PLANNER, *self.regimes]))

    def regime(self, name: str) -> Regime:
        """Return a regime by name. Raises KeyError with the known names if it does not exist."""
        if name == PLANNER:
            return planner_benchmark(self.regime(self.planner.base))
        known = {**SHIPPED, **self.regimes}
        if name not in known:
            raise KeyError(f"regime {name!r} is unknown; known regimes: {', '.join(self.regime_names)}")
        return known[name]

    def regime_title(self, name: str) -> str:
        """Return the name of a regime in text and charts: ``store chain`` for the key ``traditional``."""
        return title_of(name, self.regimes)

    def regime_phrase(self, name: str) -> str:
        """Return a regime as a noun within a sentence: ``the store chain``, ``direct selling``, ``O2O``."""
        return in_sentence(self.regime_title(name))

    def under_regime(self, name: str) -> str:
        """Return a regime as a circumstance: ``in the store chain``, ``with direct selling``, ``with O2O``."""
        return under(self.regime_title(name))
