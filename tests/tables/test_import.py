"""Tables become markets: what they say stands, what they leave out comes from the scenario, and all is said."""

from __future__ import annotations

import pytest

import sim
from sim.scenario import load_scenario
from sim.scenario.reading import read_tables
from sim.tables import TableChoices, import_tables, read_table
from sim.tables.market_files import market_toml


def market(*texts, over="classroom", **choices):
    files = [f"t{place}.csv" for place in range(len(texts))]
    read = [read_table(text.encode(), file, TableChoices(**choices)) for text, file in zip(texts, files, strict=True)]
    return import_tables(read, read_tables(over))


def problems(found):
    return [(each.line, str(each.problem)) for each in found.problems]


OWN = """\
SKU;Bezeichnung;EK-Preis;VK-Preis;Absatz pro Woche;Preis Wettbewerb;Lieferzeit (Tage)
1001;Kaffee klein;4,10 €;11,90 €;120;12,49 €;5
1002;Kaffee gro\u00df;9,80 €;24,90 €;80;23,99 €;5
1003;M\u00fchle;21,00 €;49,00 €;25;52,00 €;14
1004;Kanne;12,50 €;29,90 €;40;27,90 €;14
1005;Waage;15,00 €;34,50 €;30;;14
1006;Maschine;48,00 €;89,00 €;12;95,00 €;21
"""


def test_an_empty_cell_and_a_missing_column_are_what_the_scenario_says():
    found = market("name,unit_cost\nA,\nB,30\n")
    first, second = found.scenario.products.items
    assert (first.unit_cost, second.unit_cost) == (20.0, 30.0)
    for item in (first, second):
        assert (item.weight, item.return_unseen, item.return_inspected) == (1.5, 0.176, 0.1002)
    assert found.rows[0]["unit_cost"] == 20.0
    assert found.rows[0]["weight"] == 1.5
    assert "unit_cost" in found.rows[0]["from_scenario"]
    assert "unit_cost" not in found.rows[1]["from_scenario"]
    assert "unit_cost of A is empty: 20 from classroom" in "\n".join(found.notes)


def test_products_that_the_scenario_lists_keep_what_the_table_leaves_out():
    found = market("name,unit_cost\nbrown bread,\nrye bread,3\n", over="village")
    brown, rye = found.scenario.products.items
    assert (brown.unit_cost, brown.style, brown.supplier) == (2.0, 1, "farm")
    assert (rye.unit_cost, rye.weight) == (3.0, 1.0)


def test_what_neither_table_nor_scenario_says_is_asked_for():
    own = {"extends": "village", "products": {"items": [
        {"name": "white bread", "supplier": "farm", "unit_cost": 2.0},
        {"name": "brown bread", "supplier": "farm", "unit_cost": 3.0},
    ]}}  # fmt: skip
    read = read_table(b"name,unit_cost\nbrown bread,\nrye bread,\n", "t.csv")
    found = import_tables([read], read_tables(own))
    assert [line for line, _ in problems(found)] == [3]
    assert "products of village differ in it" in problems(found)[0][1]


def test_a_market_of_ones_own_sells_at_its_prices_what_it_sells():
    """Fixed prices are exact; units come within a fifth, from a closed form that leaves journeys out."""
    found = market(OWN)
    outcome = sim.run(found.scenario, regime="traditional", seed=1)
    first, end = outcome.manifest.window
    counted = outcome.needs[(outcome.needs["day"] >= first) & (outcome.needs["day"] < end)]
    bought = counted[counted["result"] == "bought"]
    assert len(bought) > 0.9 * len(counted)
    paid = bought.groupby("product", observed=True)["price"]
    for row in found.rows:
        assert paid.min()[row["name"]] == paid.max()[row["name"]] == row["price"]
        units = paid.size()[row["name"]] / (end - first) * 7.0
        assert units == pytest.approx(row["units"], rel=0.2, abs=4.0)


def test_competitors_stand_beside_the_own_products_and_earn_like_them():
    found = market(OWN).scenario
    rival = next(item for item in found.products.items if item.name == "competitors: M\u00fchle")
    own = next(item for item in found.products.items if item.name == "M\u00fchle")
    assert (own.supplier, rival.supplier) == ("your firm", "competitors")
    assert rival.style == own.style + 1
    assert rival.unit_cost == pytest.approx(21.0 * 52.0 / 49.0, abs=0.01)
    assert found.retailers.pricing.prices[rival.name] == 52.0
    assert len(found.products.items) == 11


def test_no_firm_of_the_chain_sells_below_what_it_paid():
    found = market(OWN).scenario
    for item in found.products.items:
        steps = [item.unit_cost, found.suppliers.pricing.prices[item.name], found.tiers[0].pricing.prices[item.name]]
        steps.append(found.retailers.pricing.prices[item.name])
        assert steps == sorted(steps)
        assert len(set(steps)) == 4


def test_everything_assumed_is_in_the_sources_and_in_the_notes():
    found = market(OWN)
    changed = set(found.changed) - {"sources"}
    assert {"customers", "styles", "suppliers", "retailers", "products", "tiers"} <= changed
    assert "tiers[0].pricing" in found.changed["sources"]
    said = "\n".join(found.notes)
    for part in ("x 0.511", "584 units a week", "shops keep 45%", "the same price as in shops", "shops carry all"):
        assert part in said


def test_prices_near_those_of_the_scenario_leave_its_customers_alone():
    found = market("name,price,unit_cost\nA,48,20\nB,55,22\n").scenario
    base = load_scenario("classroom").customers
    assert found.customers.worth == base.worth
    assert (found.customers.travel_cost, found.customers.need_rate) == (base.travel_cost, base.need_rate)


def test_price_cost_and_margin_complete_each_other_or_are_refused():
    found = market("name,price,margin\nA,10,40%\n")
    assert found.scenario.products.items[0].unit_cost == 6.0
    found = market("name,unit_cost,markup\nA,6,50%\n")
    assert found.scenario.retailers.pricing.prices["A"] == 9.0
    found = market("name,unit_cost,price,margin\nA,4.20,7.99,47.4%\n")
    assert not found.problems
    found = market("name,unit_cost,price,margin\nA,4.20,7.99,40%\n")
    assert "make a margin of 47.4%, and the table says margin 40.0%" in problems(found)[0][1]


def test_a_product_may_have_a_price_for_each_channel():
    found = market(
        "name,channel,price,units,return rate,unit_cost\nA,shop,50,10,5%,20\nA,online,45,4,20%,20\n"
    ).scenario
    assert found.retailers.pricing.prices == {"A": 50.0}
    assert found.suppliers.direct_pricing.prices == {"A": 45.0}
    item = found.products.items[0]
    assert (item.return_inspected, item.return_unseen) == (0.05, 0.2)
    wrong = market("name,channel,price\nA,moon,50\n")
    assert "a channel is a shop, online or a marketplace" in problems(wrong)[0][1]


def test_rows_of_one_product_that_differ_are_refused_not_merged():
    found = market("name,channel,price,unit_cost\nA,shop,50,20\nA,online,45,21\n")
    assert 'the rows of "A" differ: 20.0 on line 2, 21.0 on line 3' in problems(found)[0][1]


def test_suppliers_of_a_table_take_the_place_of_generated_ones_but_no_slip_makes_a_new_firm():
    assert market("name,supplier\nA,Ace\nB,Best\n").scenario.suppliers.names == ["Ace", "Best"]
    assert "did you mean supplier 1" in problems(market("name,supplier\nA,supplier 2\nB,suplier 1\n"))[0][1]
    assert "no such supplier" in problems(market("name,supplier\nA,farmer\n", over="village"))[0][1]


def test_sales_too_many_to_simulate_make_a_sample():
    found = market("name,price,units,unit_cost\nA,50,1000000,20\nB,52,500000,20\n")
    assert found.sample == pytest.approx(20_000 * 0.2 * 7.0 * 0.97 / 1.5e6)
    assert found.scenario.customers.need_rate == pytest.approx(0.2)
    assert "the market is a sample" in "\n".join(found.notes)


def test_the_sheet_of_firms_and_the_history_go_with_it():
    history = "week,sku,price,units\n1,A,50,10\n2,A,40,30\n"
    found = market("sku,unit_cost\nA,20\n", "firm,lead_time,rent\nretailers,4,9\n", history)
    assert not found.problems
    assert (found.scenario.retailers.lead_time, found.scenario.retailers.rent) == (4, 9.0)
    assert found.scenario.retailers.pricing.prices == {"A": 42.5}  # (50 x 10 + 40 x 30) / 40
    assert found.histories[0].weeks == 2
    alone = market(history)
    assert alone.scenario.retailers.pricing.prices == {"A": 42.5}
    wrong = market("sku,price\nA,20\n", "week,sku,price,units\n1,a,50,10\n")
    assert 'spell it like "A"' in problems(wrong)[0][1]


def test_a_total_waits_for_the_users_word_and_never_becomes_a_product():
    text = "name,unit_cost,units\nA,12,1\nB,13,2\nTotal,25,3\n"
    waiting = market(text)
    assert [item.name for item in waiting.scenario.products.items] == ["A", "B"]
    assert [row.get("looks_like_total") for row in waiting.rows] == [None, None, True]
    assert len(market(text, totals="keep").scenario.products.items) == 3
    assert len(market(text, totals="leave_out").rows) == 2


@pytest.mark.parametrize("over", ["classroom", "village", "shoes", "groceries", "parable_costs", "electronics"])
def test_the_file_loads_as_the_market_it_was_written_from(over, tmp_path):
    found = market(OWN, over=over)
    assert not found.problems
    text = market_toml(found, "mine.toml", ["t.csv"], over, over)
    (tmp_path / "mine.toml").write_text(text, encoding="utf-8")
    again = load_scenario(tmp_path / "mine.toml")
    about = {"name": "mine", "title": again.title, "question": again.question, "sources": again.sources}
    assert again == found.scenario.model_copy(update=about)
    assert again.sources["products.items"].startswith("the table")


def test_a_market_can_be_imported_over_an_imported_one(tmp_path):
    first = market(OWN)
    (tmp_path / "first.toml").write_text(market_toml(first, "first.toml", ["t.csv"], "classroom", "classroom"))
    path = str(tmp_path / "first.toml")
    second = import_tables([read_table(b"name,price,unit_cost\nX,20,9\nY,25,9\n", "t.csv")], read_tables(path))
    assert not second.problems
    (tmp_path / "second.toml").write_text(market_toml(second, "second.toml", ["t.csv"], path, "first.toml"))
    again = load_scenario(tmp_path / "second.toml")
    assert again.retailers.pricing.prices == {"X": 20.0, "Y": 25.0}
