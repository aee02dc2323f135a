"""Names and numbers of everything a scenario leaves to be generated.

Nothing here is random: town sizes, store counts and names follow from the scenario alone. A scenario can therefore
refer to a generated firm or town by name, and checks know what will exist.
"""

from __future__ import annotations

from sim.scenario.schema import Scenario

PLATFORM = "platform"
BULK_FREIGHT, PARCEL_CARRIER, COURIERS = "bulk freight", "parcel carrier", "couriers"
CARRIERS = (BULK_FREIGHT, PARCEL_CARRIER, COURIERS)
OUTSIDE_ACCOUNTS = ("households", "inputs", "labour", "landlords", "fuel", "lenders", "media", "state")
"""Accounts that belong to no firm; no firm may use these names."""
OUTSIDE_PLACES = ("factory", "households", "returning", "spoiled", "written off")
"""Where goods are when they are neither at a node nor in transit; no store may use these names."""

REMAINDER_DIGITS = 6
"""Remainders that agree this closely are ties, so that rounding of a power never moves a customer."""


def numbered(word: str, count: int) -> tuple[str, ...]:
    """Return ``word`` alone for one, else "word 1", "word 2", ..."""
    return (word,) if count == 1 else tuple(f"{word} {number}" for number in range(1, count + 1))


def supplier_names(scenario: Scenario) -> tuple[str, ...]:
    """Names of the suppliers, as given or generated."""
    suppliers = scenario.suppliers
    return tuple(suppliers.names) if suppliers.names is not None else numbered("supplier", suppliers.count)


def tier_names(scenario: Scenario, k: int) -> tuple[str, ...]:
    """Names of the firms of tier ``k``, counted from 0 on the suppliers' side."""
    tier = scenario.tiers[k]
    return numbered(tier.name, tier.firms)


def retailer_names(scenario: Scenario) -> tuple[str, ...]:
    """Names of the retailers, as given or generated."""
    retailers = scenario.retailers
    return tuple(retailers.names) if retailers.names is not None else numbered("retailer", retailers.count)


def firm_names(scenario: Scenario) -> tuple[str, ...]:
    """Names of all firms from the top of the chain down, then the platform and the carriers."""
    tiers = [name for k in range(len(scenario.tiers)) for name in tier_names(scenario, k)]
    return (*supplier_names(scenario), *tiers, *retailer_names(scenario), PLATFORM, *CARRIERS)


def product_names(scenario: Scenario) -> tuple[str, ...]:
    """Names of the products: as given, else "product 1", "product 2", ..."""
    products = scenario.products
    if products.items is not None:
        return tuple(product.name for product in products.items)
    return tuple(f"product {number}" for number in range(1, products.count + 1))


def product_suppliers(scenario: Scenario) -> tuple[int, ...]:
    """Number of each product's supplier: as given, else suppliers are assigned in turn."""
    makers = supplier_names(scenario)
    if scenario.products.items is None:
        return tuple(position % len(makers) for position in range(scenario.products.count))
    number = {name: position for position, name in enumerate(makers)}
    return tuple(
        number[item.supplier] if item.supplier is not None else position % len(makers)
        for position, item in enumerate(scenario.products.items)
    )


def town_names(scenario: Scenario) -> tuple[str, ...]:
    """Names of the towns: as given, else "town 1", "town 2", ... from the largest down."""
    geography = scenario.geography
    if geography.towns is not None:
        return tuple(town.name for town in geography.towns)
    return tuple(f"town {rank}" for rank in range(1, geography.town_count + 1))


def town_sizes(scenario: Scenario) -> tuple[int, ...]:
    """Customers of each town: as given, else allocated by rank; they add up to ``geography.customers``."""
    geography = scenario.geography
    if geography.towns is not None:
        return tuple(town.customers for town in geography.towns)
    weights = [float(rank) ** -geography.town_zipf for rank in range(1, geography.town_count + 1)]
    return share_out(geography.customers, weights)


def share_out(total: int, weights: list[float]) -> tuple[int, ...]:
    """Divide ``total`` by weights that fall with rank: largest remainder, at least 1 each, ties by rank.

    Raises ValueError if there are more shares than units.
    """
    if total < len(weights):
        raise ValueError(f"{total} cannot be shared out in {len(weights)} parts of at least 1")
    large = len(weights)
    weight_left = sum(weights)
    while large > 1 and weights[large - 1] * (total - (len(weights) - large)) < weight_left:
        large -= 1
        weight_left -= weights[large]
    to_share = total - (len(weights) - large)
    shares = [to_share * weight / weight_left for weight in weights[:large]]
    whole = [int(round(share, REMAINDER_DIGITS)) for share in shares]
    left_over = to_share - sum(whole)
    by_remainder = sorted(range(large), key=lambda rank: (-round(shares[rank] - whole[rank], REMAINDER_DIGITS), rank))
    for rank in by_remainder[:left_over]:
        whole[rank] += 1
    return (*whole, *(1 for _ in range(large, len(weights))))


def stores_per_town(scenario: Scenario) -> tuple[int, ...]:
    """Stores of each town without showrooms: generated in proportion to customers, at least one."""
    given = scenario.retailers.stores
    if given is not None:
        towns = [store.town for store in given if not is_showroom(store.slots, store.samples)]
        return tuple(towns.count(name) for name in town_names(scenario))
    people_per_store = scenario.retailers.people_per_store
    return tuple(max(1, round(people / people_per_store)) for people in town_sizes(scenario))


def is_showroom(slots: int, samples: int) -> bool:
    """Tell whether a store has samples and no stock."""
    return slots == 0 and samples > 0


def store_names(scenario: Scenario) -> tuple[str, ...]:
    """Names of all stores: as given, else town by town, each town's showrooms after its stores."""
    retailers = scenario.retailers
    if retailers.stores is not None:
        return tuple(store.name for store in retailers.stores)
    names: list[str] = []
    for town, stores in zip(town_names(scenario), stores_per_town(scenario), strict=True):
        names += [f"store {number} in {town}" for number in range(1, stores + 1)]
        names += [f"showroom {number} in {town}" for number in range(1, retailers.showrooms_per_town + 1)]
    return tuple(names)
