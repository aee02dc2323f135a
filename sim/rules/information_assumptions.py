"""What firms are assumed to know beyond their own books and posted prices.

Everything else in a view is the firm's own, agreed with its partners, publicly posted, or published. What is listed
here is assumed, for the reason given: firms in theory know it, or finding it out is not the subject of the model. A
field that is not listed must not hold such information; a rule that is not listed must not read it (`tests/rules`).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Assumed:
    """One thing that firms are assumed to know.

    Attributes:
        field: the view and its field.
        rules: the rules that read it, by name.
        reason: why they may, in a sentence.
    """

    field: str
    rules: tuple[str, ...]
    reason: str


ASSUMED = (
    Assumed(
        "PricingView.demand",
        ("best_response", "quantity"),
        "Theory gives its firms known demand, so that market and theory can be compared. With taste shocks this "
        "includes the unit costs of all firms that know their demand, because their prices are found together; "
        "under `stackelberg` also how buyers set prices and what handling costs them, because a leader foresees "
        "their response; under `quantity` also rivals' unit costs.",
    ),
    Assumed(
        "PricingView.reference_price",
        ("undercut",),
        "Where shops sell their own goods, it is their posted mean price. Without a chain, it is the price that a"
        " chain with the scenario's cost-plus rules would charge: the old price, remembered from when there was a"
        " chain.",
    ),
    Assumed(
        "AssortmentView.local_demand",
        ("popularity", "profit"),
        "A shopkeeper knows the tastes of the town, as if from market research; `sales_weight` 1 replaces them "
        "with the shop's own sales after the start.",
    ),
    Assumed(
        "StockView.forecast",
        ("base_stock", "reorder_point"),
        "On the first day the forecast is what customers nearby would buy at the initial prices (as given: the "
        "demand implied by the town's tastes), because there are no sales yet. Afterwards it follows the demand "
        "at the location itself, unless `forecast` is `opening`.",
    ),
)
"""All assumptions."""
