"""What a run tells of those who came and went."""

from __future__ import annotations

from sim.cli.entry_exit_report import entry_exit_summary
from tests.entry.test_channels import market_with
from tests.entry.test_depots import chain, tier
from tests.entry.test_stores import street
from tests.small_markets import OWN, SmallMarket


def test_a_run_tells_who_closed_when_and_why_and_which_town_is_left_without_a_store() -> None:
    assert entry_exit_summary(street(2.5).live(12).market.outcome()) == (
        "Over the whole run 2 stores closed (from day 6 to 9) and 2 retailers closed (from day 6 to 9). The first to "
        "give notice was near, on day 4, after a review with a loss of 2.00 EUR. Brook has no store left."
    )


def test_a_run_tells_of_intermediaries_and_channels() -> None:
    assert entry_exit_summary(chain(tier("dealer", 5.0, 3.0)).live(12).market.outcome()) == (
        "Over the whole run 1 intermediary closed (on day 6). The first to give notice was dealer depot, on day 4, "
        "after a review with a loss of 8.00 EUR."
    )
    summary = entry_exit_summary(market_with({"fixed_cost": 0.5}).market.outcome())
    assert summary == "Over the whole run 1 supplier started to sell direct (on day 4)."


def test_where_nothing_happened_nothing_is_said() -> None:
    assert entry_exit_summary(SmallMarket(OWN).live(2).market.outcome()) == ""
    assert entry_exit_summary(street(0.0).live(12).market.outcome()) == ""
