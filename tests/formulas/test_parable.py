"""The story of the middlemen in numbers."""

import pytest

from sim.formulas.parable import rationalise


def test_profit_seeking_firms_ask_the_prices_of_the_story_at_elasticity_two():
    story = rationalise(elasticity=2.0, unit_cost=2500.0, tiers=3, direct_handling=1500.0)
    assert story.chain.prices == (5000.0, 10000.0, 20000.0)
    assert story.chain.margins == (2500.0, 5000.0, 10000.0)
    assert story.direct_price == 8000.0
    assert story.quantity_ratio == pytest.approx(6.25)
    assert story.maker_profit_ratio == pytest.approx(10.0)


def test_without_handling_cost_the_direct_price_is_5000():
    story = rationalise(elasticity=2.0, unit_cost=2500.0, tiers=3, direct_handling=0.0)
    assert story.direct_price == 5000.0
    assert story.quantity_ratio == pytest.approx(16.0)
    assert story.maker_profit_ratio == pytest.approx(16.0)


def test_what_has_no_answer_is_refused():
    with pytest.raises(ValueError, match="direct_handling is -1"):
        rationalise(2.0, 2500.0, 3, -1.0)
