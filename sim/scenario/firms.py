"""The parameters of goods and firms: products, suppliers, tiers, retailers, platform."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from sim.common.parameters import REQUIRED, Section, money, parameter, share
from sim.rules.assortment import AssortmentChoice, Popularity
from sim.rules.closing import Closing, Never
from sim.rules.entry import Always, DirectEntry
from sim.rules.pricing import Markup, Pricing, Undercut
from sim.rules.replenishment import BaseStock, Replenishment


class Product(Section):
    """A product given by hand."""

    name: str = parameter(REQUIRED, "Name of the product.", "text", min_length=1, max_length=60)
    style: int = parameter(0, "Its place on the ring of styles, counted from 0.", "style", ge=0)
    supplier: str | None = parameter(None, "Name of its supplier; absent: suppliers take turns.", "name")
    quality: float = parameter(0.0, "Worth added for every customer.", "currency", ge=-1e9, le=1e9)
    unit_cost: float = money(10.0, "Cost of making one.", "unit")
    weight: float = parameter(1.0, "Weight of one unit.", "kg", ge=0, le=1e5)
    perish_rate: float = share(0.0, "Share of stock spoiled in a day.")
    return_unseen: float = share(0.0, "Probability of being sent back when bought unseen.")
    return_inspected: float = share(0.0, "Probability of being brought back when inspected before buying.")


class Products(Section):
    """The goods: generated alike, one after another around the ring of styles, or given one by one."""

    count: int = parameter(40, "Products to generate.", "products", ge=1, le=30_000)
    unit_cost: float = money(10.0, "Cost of making one unit of a generated product.", "unit")
    unit_cost_spread: float = share(0.0, "Half-width of the uniform spread of unit cost over generated products.")
    quality: float = parameter(0.0, "Worth a generated product adds for every customer.", "currency", ge=-1e9, le=1e9)
    weight: float = parameter(1.0, "Weight of one unit of a generated product.", "kg", ge=0, le=1e5)
    perish_rate: float = share(0.0, "Share of stock of a generated product spoiled in a day.")
    return_unseen: float = share(0.0, "Probability that a generated product bought unseen is sent back.")
    return_inspected: float = share(
        0.0, "Probability that a generated product inspected before buying is brought back."
    )
    items: list[Product] | None = parameter(
        None,
        "Products given one by one; then the parameters for generating products are not used.",
        "list",
        min_length=1,
    )


class Suppliers(Section):
    """The makers, each with one depot."""

    count: int = parameter(4, "Suppliers to generate.", "firms", ge=1, le=10_000)
    names: list[str] | None = parameter(
        None, "Names given one by one; their number then replaces `count`.", "names", min_length=1
    )
    location: Literal["spread", "centre"] = parameter(
        "spread", "Depots strewn over the region, or all at its centre.", "choice"
    )
    lead_time: int = parameter(5, "From ordering production to goods in the depot.", "days", ge=1, le=365)
    capacity: int | None = parameter(
        None,
        "Units one supplier can start to make in a day; absent: no limit.",
        "units per day",
        ge=0,
        le=10_000_000,
    )
    fixed_cost: float = money(0.0, "Cost of being there, per supplier.", "day")
    direct_handling_cost: float = money(0.0, "Picking and packing of one unit sent to a customer.", "unit")
    pricing: Pricing = Field(default_factory=lambda: Markup(factor=2.0), description="How wholesale prices are set.")
    direct_pricing: Pricing = Field(default_factory=Undercut, description="How prices to customers are set.")
    replenishment: Replenishment = Field(default_factory=BaseStock, description="How production is ordered.")
    direct_entry: DirectEntry = Field(
        default_factory=Always, description="When suppliers sell to customers themselves, where there is a chain, too."
    )


class Tier(Section):
    """One level of intermediaries (importer, wholesaler, distributor, ...) between suppliers and stores."""

    name: str = parameter(REQUIRED, "What firms of this tier are called.", "text", min_length=1, max_length=40)
    firms: int = parameter(1, "Firms in the tier.", "firms", ge=1, le=10_000)
    serves: Literal["all", "nearest", "lines", "chains"] = parameter(
        "all",
        "Whom each firm serves: every buyer downstream; those to whom it is the nearest; every buyer, with product "
        "lines (every n-th style, so that neighbours compete) that no other firm of the tier has; or whole buying "
        "firms with all their places (every n-th retail chain).",
        "choice",
    )
    location: Literal["spread", "centre"] = parameter(
        "spread", "Depots strewn over the region, or all at its centre.", "choice"
    )
    lead_time: int = parameter(3, "From ordering upstream to goods in the depot.", "days", ge=1, le=365)
    handling_cost: float = money(0.0, "Cost of handling one unit.", "unit")
    fixed_cost: float = money(0.0, "Cost of being there, per firm.", "day")
    pricing: Pricing = Field(
        default_factory=lambda: Markup(factor=1.25), description="How prices to the next tier are set."
    )
    replenishment: Replenishment = Field(default_factory=BaseStock, description="How stock is ordered.")
    closing: Closing = Field(default_factory=Never, description="When a firm of the tier gives up.")


class Store(Section):
    """A store or showroom given by hand."""

    name: str = parameter(REQUIRED, "Name of the store.", "text", min_length=1, max_length=60)
    town: str = parameter(REQUIRED, "Name of its town.", "name")
    retailer: str | None = parameter(None, "Name of the retailer that owns it; absent: retailers take turns.", "name")
    east: float = parameter(0.0, "Position east of the town's centre.", "km", ge=-1e4, le=1e4)
    north: float = parameter(0.0, "Position north of the town's centre.", "km", ge=-1e4, le=1e4)
    around: float | None = parameter(
        None,
        "Position on the ring of a ring-shaped town, from due east; then east and north are not used.",
        "share of the ring",
        ge=0,
        lt=1,
    )
    slots: int = parameter(0, "Products it has shelf room for.", "products", ge=0, le=30_000)
    samples: int = parameter(
        0, "Products shown but not stocked; with no slots, the store is a showroom.", "products", ge=0, le=30_000
    )


class Retailers(Section):
    """The shopkeepers and their stores."""

    count: int = parameter(10, "Retailers to generate; they take turns in owning stores.", "firms", ge=1, le=10_000)
    names: list[str] | None = parameter(
        None, "Names given one by one; their number then replaces `count`.", "names", min_length=1
    )
    people_per_store: float = parameter(
        500.0, "Customers per generated store; every town has at least one.", "people", ge=1, le=1e8
    )
    slots: int = parameter(12, "Shelf slots of a generated store, one product each.", "products", ge=0, le=30_000)
    stock_per_slot: int = parameter(20, "Most units of one product on a shelf.", "units", ge=0, le=10_000_000)
    showrooms_per_town: int = parameter(
        0, "Showrooms to generate in each town: samples, no stock.", "showrooms", ge=0, le=100
    )
    samples: int = parameter(0, "Products sampled in a generated showroom.", "products", ge=0, le=30_000)
    stores: list[Store] | None = parameter(
        None,
        "Stores given one by one; then the parameters for generating stores are not used.",
        "list",
        min_length=1,
    )
    lead_time: int = parameter(2, "From ordering to goods on the shelf.", "days", ge=1, le=365)
    rent: float = money(0.0, "Rent of one store or showroom.", "day")
    fixed_cost: float = money(0.0, "Other cost of being there, per retailer.", "day")
    handling_cost: float = money(0.0, "Cost of handling one unit sold from the shelf.", "unit")
    pricing: Pricing = Field(default_factory=lambda: Markup(factor=1.5), description="How shelf prices are set.")
    replenishment: Replenishment = Field(default_factory=BaseStock, description="How shelves are refilled.")
    assortment: AssortmentChoice = Field(default_factory=Popularity, description="How shelf slots are filled.")
    closing: Closing = Field(default_factory=Never, description="When a store is closed.")


class Platform(Section):
    """The online marketplace between suppliers, partner stores and customers."""

    commission: float = share(
        0.0, "Share of the price, before tax and delivery fee, kept from each completed sale.", below_one=True
    )
    handling_fee: float = money(0.0, "Paid by the supplier to the partner store for one unit handed over.", "unit")
    cost_per_sale: float = money(0.0, "The platform's own cost of one sale.", "sale")
    takes_payments: bool = parameter(
        False,
        "Whether the platform, and not the seller, pays for the payment of a sale it takes commission on.",
        "yes or no",
    )
    finds_customers: bool = parameter(
        False,
        "Whether the platform, and not the seller, pays for being found for a sale online "
        "(`selling.online_acquisition_cost`).",
        "yes or no",
    )
    fixed_cost: float = money(0.0, "The platform's cost of being there.", "day")
    closing: Closing = Field(default_factory=Never, description="When the platform gives up.")


class Online(Section):
    """How customers come to know of buying online."""

    advertising_per_head: float = money(0.0, "Spent by whoever sells online, per customer.", "customer and day")
    advertising_scale: float = money(
        0.0,
        "Spending at which 63 of 100 customers who never bought online consider it; 0: everybody does.",
        "customer and day",
    )


class Selling(Section):
    """What a sale to a customer costs its seller, in every regime alike; none of it comes back with returned goods."""

    payment_share: float = share(
        0.0, "Share of the price that taking the customer's payment costs: cards, wallets, cash.", below_one=True
    )
    service_cost: float = money(0.0, "Cost of advice, questions and complaints.", "sale")
    store_acquisition_cost: float = money(0.0, "Spent on being found, for one sale over the counter.", "sale")
    online_acquisition_cost: float = money(
        0.0, "Spent on being found, for one sale online, by its seller or by the platform (`advertising_by`).", "sale"
    )


class Contacts(Section):
    """What trading relations cost."""

    cost: float = money(
        0.0,
        "Cost of keeping one relation between two firms' places, paid by whoever owns the goods bought.",
        "relation and day",
    )


class Services(Section):
    """What the chain in between does for its money; switched off, one by one, to see what that is worth."""

    contacts: bool = parameter(
        True,
        "Whether stores deal with the depots of the tier above; without it each keeps a contact with every maker.",
        "yes or no",
    )
    freight: bool = parameter(
        True,
        "Whether goods on their way to retailers travel in bulk; without it each unit is a parcel from its maker.",
        "yes or no",
    )
    stock: bool = parameter(
        True,
        "Whether customers carry home what a retailer sells; without it they wait as long as a parcel takes.",
        "yes or no",
    )
    inspection: bool = parameter(
        True,
        "Whether customers see what a retailer sells before they buy; without it they buy it unseen.",
        "yes or no",
    )


class Planner(Section):
    """The benchmark in which nobody sets a price."""

    base: str = parameter("o2o", "Regime whose links and channels the planner keeps.", "name", min_length=1)


class FirmRules(Section):
    """Rules of one firm that differ from those of its kind."""

    pricing: Pricing | None = Field(None, description="How this firm sets prices.")
    direct_pricing: Pricing | None = Field(None, description="How this supplier sets prices to customers.")
    replenishment: Replenishment | None = Field(None, description="How this firm orders.")
    assortment: AssortmentChoice | None = Field(None, description="How this retailer fills its slots.")
    closing: Closing | None = Field(
        None, description="When this retailer closes a store, or this firm of a tier gives up."
    )
    direct_entry: DirectEntry | None = Field(None, description="When this supplier sells to customers itself.")
