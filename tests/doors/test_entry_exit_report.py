"""What a run tells of those who came and went."""

from __future__ import annotations

from sim.cli.entry_exit_report import entry_exit_sentence
from tests.entry.test_channels import market_with
from tests.entry.test_depots import chain, tier
from tests.entry.test_stores import street
from tests.small_markets import OWN, SmallMarket
from tests.wording import in_this_order, numbers


def test_a_run_tells_who_closed_when_and_why_and_which_town_is_left_without_a_store(snapshot) -> None:
    text = entry_exit_sentence(street(2.5).live(12).market.outcome())
    assert text == snapshot
    assert numbers(text) == [2, 6, 9, 2, 6, 9, 4, 2.0]  # stores, from day 6 to 9; retailers likewise; notice, loss
    assert in_this_order(text, "near", "EUR", "Brook")


def test_a_run_tells_of_intermediaries_and_channels(snapshot) -> None:
    dealer = entry_exit_sentence(chain(tier("dealer", 5.0, 3.0)).live(12).market.outcome())
    direct = entry_exit_sentence(market_with({"fixed_cost": 0.5}).market.outcome())
    assert [dealer, direct] == snapshot
    assert numbers(dealer) == [1, 6, 4, 8.0]
    assert "dealer depot" in dealer
    assert numbers(direct) == [1, 4]


def test_where_nothing_happened_nothing_is_said() -> None:
    assert entry_exit_sentence(SmallMarket(OWN).live(2).market.outcome()) == ""
    assert entry_exit_sentence(street(0.0).live(12).market.outcome()) == ""
