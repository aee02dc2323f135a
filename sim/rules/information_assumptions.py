"""What firms are taken to know that they could not have seen in their own books or on others' price tags.

Everything else in a view is the firm's own, agreed with its partners, posted for all to see, or published. What stands
here is assumed, for the reason given: theory's firms know it, or finding it out is not what the model is about. A field
that is not listed may hold nothing of the kind; a rule that is not listed may not read it (`tests/rules`).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Assumed:
    """One thing that firms are taken to know.

    Attributes:
        field: the view and its field.
        rules: the rules that read it, by name.
        reason: why they may. A sentence.
    """

    field: str
    rules: tuple[str, ...]
    reason: str


ASSUMED = (
    Assumed(
        "PricingView.demand",
        ("best_response", "quantity"),
        "Known demand is what theory gives its firms, so that market and theory can be compared; with taste shocks "
        "that takes in what a unit costs all firms that know their demand, since their prices are found together; "
        "under `stackelberg` how buyers price and what handling costs them, since a leader foresees their answer; "
        "under `quantity` what a unit costs rivals.",
    ),
    Assumed(
        "PricingView.reference_price",
        ("undercut",),
        "Where shops sell their own goods it is their posted mean price; where there is no chain, it is what a chain "
        "of the scenario's cost-plus rules would ask: the price of before, remembered from when there was one.",
    ),
    Assumed(
        "AssortmentView.local_demand",
        ("popularity", "profit"),
        "A shopkeeper knows the tastes of the town, as if from market research; `sales_weight` 1 puts the shop's own "
        "sales in their place after the opening.",
    ),
    Assumed(
        "StockView.forecast",
        ("base_stock", "reorder_point"),
        "On the first day the forecast is what the people around would buy at the opening prices (as given: what the "
        "town's tastes call for), since there are no sales yet; from then on it follows what the place itself was "
        "asked for, unless `forecast` is `opening`.",
    ),
)
"""All of it."""
