"""The parameters of goods and firms: products, suppliers, tiers, retailers, platform."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from sim.common.parameters import REQUIRED, Section, choice, flag, money, parameter, share
from sim.rules.assortment import AssortmentChoice, Popularity
from sim.rules.closing import Closing, Never
from sim.rules.entry import Always, DirectEntry
from sim.rules.pricing import Markup, Pricing, Undercut
from sim.rules.replenishment import BaseStock, Replenishment


class Product(Section):
    """A product listed in the scenario."""

    name: str = parameter(REQUIRED, "Name of the product.", "text", min_length=1, max_length=60)
    style: int = parameter(0, "Position on the ring of styles, counted from 0.", "style", ge=0)
    supplier: str | None = parameter(None, "Name of its supplier; absent: suppliers are assigned in turn.", "name")
    quality: float = parameter(0.0, "Added to every customer's willingness to pay.", "currency", ge=-1e9, le=1e9)
    unit_cost: float = money(10.0, "Cost of producing one unit.", "unit")
    weight: float = parameter(1.0, "Weight of one unit.", "kg", ge=0, le=1e5)
    perish_rate: float = share(0.0, "Share of the stock that spoils each day.")
    return_unseen: float = share(0.0, "Probability that a unit bought unseen is sent back.")
    return_inspected: float = share(0.0, "Probability that a unit inspected before purchase is brought back.")


class Products(Section):
    """The products: generated evenly around the ring of styles, or listed one by one."""

    count: int = parameter(40, "Number of products to generate.", "products", ge=1, le=30_000)
    unit_cost: float = money(10.0, "Cost of producing one unit of a generated product.", "unit")
    unit_cost_spread: float = share(0.0, "Half-width of the uniform distribution of unit cost over generated products.")
    quality: float = parameter(
        0.0, "What a generated product adds to every customer's willingness to pay.", "currency", ge=-1e9, le=1e9
    )
    weight: float = parameter(1.0, "Weight of one unit of a generated product.", "kg", ge=0, le=1e5)
    perish_rate: float = share(0.0, "Share of the stock of a generated product that spoils each day.")
    return_unseen: float = share(0.0, "Probability that a generated product bought unseen is sent back.")
    return_inspected: float = share(
        0.0, "Probability that a generated product inspected before purchase is brought back."
    )
    items: list[Product] | None = parameter(
        None,
        "Products listed one by one; the parameters for generated products are then ignored.",
        "list",
        min_length=1,
    )


class Suppliers(Section):
    """The manufacturers, each with one depot."""

    count: int = parameter(4, "Number of suppliers to generate.", "firms", ge=1, le=10_000)
    names: list[str] | None = parameter(
        None, "Names of the suppliers; their number then replaces `count`.", "names", min_length=1
    )
    location: Literal["spread", "centre"] = choice("spread", "Depots spread over the region, or all at its centre.")
    lead_time: int = parameter(5, "Time from a production order to goods in the depot.", "days", ge=1, le=365)
    capacity: int | None = parameter(
        None,
        "Units one supplier can start to produce in a day; absent: no limit.",
        "units per day",
        ge=0,
        le=10_000_000,
    )
    fixed_cost: float = money(0.0, "Fixed cost of one supplier.", "day")
    direct_handling_cost: float = money(0.0, "Cost of picking and packing one unit sent to a customer.", "unit")
    pricing: Pricing = Field(default_factory=lambda: Markup(factor=2.0), description="How wholesale prices are set.")
    direct_pricing: Pricing = Field(default_factory=Undercut, description="How prices to customers are set.")
    replenishment: Replenishment = Field(default_factory=BaseStock, description="How production is ordered.")
    direct_entry: DirectEntry = Field(
        default_factory=Always, description="When suppliers also sell direct to customers where a chain exists."
    )


class Tier(Section):
    """One level of intermediaries (importer, wholesaler, distributor, ...) between suppliers and stores."""

    name: str = parameter(REQUIRED, "Name for the firms of this tier.", "text", min_length=1, max_length=40)
    firms: int = parameter(1, "Number of firms in the tier.", "firms", ge=1, le=10_000)
    serves: Literal["all", "nearest", "lines", "chains"] = choice(
        "all",
        "Which buyers each firm serves. all: every buyer downstream; nearest: the buyers closest to it; lines: "
        "every buyer, with product lines (every n-th style, so that neighbours compete) that no other firm of the"
        " tier carries; chains: whole buying firms with all their places (every n-th retail chain).",
    )
    location: Literal["spread", "centre"] = choice("spread", "Depots spread over the region, or all at its centre.")
    lead_time: int = parameter(3, "Time from an order upstream to goods in the depot.", "days", ge=1, le=365)
    handling_cost: float = money(0.0, "Cost of handling one unit.", "unit")
    fixed_cost: float = money(0.0, "Fixed cost of one firm.", "day")
    pricing: Pricing = Field(
        default_factory=lambda: Markup(factor=1.25), description="How prices to the next tier are set."
    )
    replenishment: Replenishment = Field(default_factory=BaseStock, description="How stock is ordered.")
    closing: Closing = Field(default_factory=Never, description="When a firm of the tier closes.")


class Store(Section):
    """A store or showroom listed in the scenario."""

    name: str = parameter(REQUIRED, "Name of the store.", "text", min_length=1, max_length=60)
    town: str = parameter(REQUIRED, "Name of its town.", "name")
    retailer: str | None = parameter(
        None, "Name of the retailer that owns it; absent: retailers are assigned in turn.", "name"
    )
    east: float = parameter(0.0, "Position east of the town's centre.", "km", ge=-1e4, le=1e4)
    north: float = parameter(0.0, "Position north of the town's centre.", "km", ge=-1e4, le=1e4)
    around: float | None = parameter(
        None,
        "Position around a ring-shaped town, starting due east; east and north are then ignored.",
        "share of the ring",
        ge=0,
        lt=1,
    )
    slots: int = parameter(0, "Number of products it has shelf space for.", "products", ge=0, le=30_000)
    samples: int = parameter(
        0, "Products on display but not in stock; with no slots, the store is a showroom.", "products", ge=0, le=30_000
    )


class Retailers(Section):
    """The retailers and their stores."""

    count: int = parameter(
        10, "Number of retailers to generate; stores are assigned to them in turn.", "firms", ge=1, le=10_000
    )
    names: list[str] | None = parameter(
        None, "Names of the retailers; their number then replaces `count`.", "names", min_length=1
    )
    people_per_store: float = parameter(
        500.0, "Customers per generated store; every town has at least one store.", "people", ge=1, le=1e8
    )
    slots: int = parameter(12, "Shelf slots of a generated store, one product each.", "products", ge=0, le=30_000)
    stock_per_slot: int = parameter(20, "Maximum units of one product on a shelf.", "units", ge=0, le=10_000_000)
    showrooms_per_town: int = parameter(
        0, "Showrooms to generate in each town; they show samples and hold no stock.", "showrooms", ge=0, le=100
    )
    samples: int = parameter(0, "Products on display in a generated showroom.", "products", ge=0, le=30_000)
    stores: list[Store] | None = parameter(
        None, "Stores listed one by one; the parameters for generated stores are then ignored.", "list", min_length=1
    )
    lead_time: int = parameter(2, "Time from an order to goods on the shelf.", "days", ge=1, le=365)
    rent: float = money(0.0, "Rent of one store or showroom.", "day")
    fixed_cost: float = money(0.0, "Other fixed cost of one retailer.", "day")
    handling_cost: float = money(0.0, "Cost of handling one unit sold from the shelf.", "unit")
    pricing: Pricing = Field(default_factory=lambda: Markup(factor=1.5), description="How shelf prices are set.")
    replenishment: Replenishment = Field(default_factory=BaseStock, description="How shelf stock is replenished.")
    assortment: AssortmentChoice = Field(
        default_factory=Popularity, description=("How products are chosen for shelf slots.")
    )
    closing: Closing = Field(default_factory=Never, description="When a store closes.")


class Platform(Section):
    """The online marketplace between suppliers, partner stores and customers."""

    commission: float = share(
        0.0,
        "Share of the price, before tax and delivery fee, that the platform keeps from each completed sale.",
        below_one=True,
    )
    handling_fee: float = money(0.0, "Fee the supplier pays the partner store for each unit handed over.", "unit")
    cost_per_sale: float = money(0.0, "The platform's own cost per sale.", "sale")
    takes_payments: bool = flag(
        False, "Whether the platform, not the seller, pays the payment costs of sales on which it takes commission."
    )
    finds_customers: bool = flag(
        False,
        "Whether the platform, not the seller, pays the cost of winning an online sale "
        "(`selling.online_acquisition_cost`).",
    )
    fixed_cost: float = money(0.0, "The platform's fixed cost.", "day")
    closing: Closing = Field(default_factory=Never, description="When the platform closes.")


class Online(Section):
    """How customers learn about buying online."""

    advertising_per_head: float = money(
        0.0, "Advertising that online sellers pay for, per customer.", "customer and day"
    )
    advertising_scale: float = money(
        0.0,
        "Spending at which 63 of 100 customers who never bought online consider it; 0: all customers do.",
        "customer and day",
    )


class Selling(Section):
    """What a sale costs the seller, the same under every regime; none of it is recovered when goods are returned."""

    payment_share: float = share(
        0.0, "Share of the price that it costs to take the customer's payment: cards, wallets, cash.", below_one=True
    )
    service_cost: float = money(0.0, "Cost of advice, questions and complaints per sale.", "sale")
    store_acquisition_cost: float = money(0.0, "Marketing cost of winning one sale over the counter.", "sale")
    online_acquisition_cost: float = money(
        0.0,
        "Marketing cost of winning one online sale, paid by the seller or by the platform "
        "(`platform.finds_customers`).",
        "sale",
    )


class Contacts(Section):
    """What trading relationships cost."""

    cost: float = money(
        0.0,
        "Cost of maintaining one relationship between two firms' locations, paid by the firm that buys the goods.",
        "relation and day",
    )


class Services(Section):
    """The services of the chain. Switching them off one by one shows what each is worth."""

    contacts: bool = flag(
        True,
        "Whether stores deal with the depots of the tier above; if not, each store keeps a contact with every "
        "supplier.",
    )
    freight: bool = flag(
        True, "Whether goods travel to retailers in bulk; if not, each unit is a parcel from its supplier."
    )
    stock: bool = flag(
        True, "Whether customers take home what a retailer sells at once; if not, they wait as long as for a parcel."
    )
    inspection: bool = flag(
        True, "Whether customers see what a retailer sells before they buy; if not, they buy it unseen."
    )


class Planner(Section):
    """The benchmark in which no firm sets a price."""

    base: str = parameter("o2o", "Regime whose links and channels the planner uses.", "name", min_length=1)


class FirmRules(Section):
    """Rules of one firm that differ from the rules of its kind."""

    pricing: Pricing | None = Field(None, description="How this firm sets prices.")
    direct_pricing: Pricing | None = Field(None, description="How this supplier sets prices to customers.")
    replenishment: Replenishment | None = Field(None, description="How this firm orders.")
    assortment: AssortmentChoice | None = Field(None, description="How this retailer chooses products for its slots.")
    closing: Closing | None = Field(
        None, description="When this retailer closes a store, or this firm of a tier closes."
    )
    direct_entry: DirectEntry | None = Field(None, description="When this supplier sells direct to customers.")
