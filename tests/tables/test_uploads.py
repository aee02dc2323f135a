"""What strangers send: lines of problems, tables laid over scenarios, and no way out of the data."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.scenario import load_scenario, scenario_to_toml
from sim.scenario.lines import line_of, statements, toml_lines
from sim.tables import Sent, read_sent
from sim.tables.meanings import FIRMS, MEANINGS, PRODUCTS
from sim.tables.templates import columns, template
from sim.tables.uploads import LARGEST_UPLOAD, MOST_REMARKS, unfit

TOML = '''# a comment with = and [
name = "x # y"
a.b = 3
[geography."to.wns"]  # heading
shares = [1, # one
  2]
[[tiers]]
name = "w"
[tiers.pricing]
rule = "margin"
[[tiers]]
name = """two
[no.heading]
"""
pricing = { rule = "margin", share = 2 }
[[retailers.stores]]
slots = 1
[[retailers.stores]]
slots = 2
'''


@pytest.mark.parametrize(
    ("key", "line"),
    [
        ("name", 2), ("a.b", 3), ('geography."to.wns".shares', 5), ("tiers[0].name", 8), ("tiers[0].pricing.rule", 10),
        ("tiers[1].name", 12), ("tiers[1].pricing.share", 15), ("retailers.stores[1].slots", 19),
        ("retailers.stores[1].around", 18), ("nowhere", None), ("", None), ("[[[", None),
    ],
)  # fmt: skip
def test_a_parameter_has_the_line_on_which_it_stands(key, line):
    assert line_of(key, toml_lines(TOML)) == line


def test_every_value_of_a_shipped_scenario_is_found_on_its_line():
    text = scenario_to_toml(load_scenario("classroom"))
    lines = text.split("\n")
    for path, line in toml_lines(text).items():
        if isinstance(path[-1], str) and not lines[line - 1].startswith("["):
            assert path[-1] in lines[line - 1]
    assert sum(1 for each in statements(text) if not each.text.startswith("[")) == sum("=" in each for each in lines)


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="ab[]{}=\"'#.\\\n ,1", max_size=80))
def test_any_text_has_lines_within_it(text):
    assert all(1 <= line <= text.count("\n") + 1 for line in toml_lines(text).values())


def said(files, base="village"):
    reading = read_sent([Sent(name, content.encode()) for name, content in files], base)
    return reading.scenario, [(remark.file, remark.line, str(remark.problem)) for remark in reading.remarks]


def test_products_take_the_place_of_those_there_are():
    scenario, remarks = said([("p.csv", "name;unit_cost;style\nbun;3,5;0\nroll;1;1\n")])
    assert not remarks
    assert [(item.name, item.unit_cost, item.style) for item in scenario.products.items] == [
        ("bun", 3.5, 0), ("roll", 1.0, 1),
    ]  # fmt: skip


def test_firms_get_margins_costs_and_lead_times():
    table = "firm,margin,number,lead_time,rent,handling_cost\nwholesaler,0.2,2,4,,1\nretailers,0.3,,,5,\nfarm,0.6,,,,\n"
    scenario, remarks = said([("f.csv", table + "platform,0.05,,,,0.1\n")])
    assert not remarks
    tier = scenario.tiers[0]
    assert (tier.pricing.share, tier.firms, tier.lead_time, tier.handling_cost) == (0.2, 2, 4, 1.0)
    assert (scenario.retailers.pricing.share, scenario.retailers.rent) == (0.3, 5.0)
    assert scenario.firms["farm"].pricing.share == 0.6
    assert (scenario.platform.commission, scenario.platform.cost_per_sale) == (0.05, 0.1)
    assert "tiers[0].lead_time" not in scenario.sources, "a number must not pass under another's source"


def test_tables_go_with_a_scenario_that_is_sent():
    own = scenario_to_toml(load_scenario("village", {"name": "mine", "tiers.0.name": "importer"}))
    scenario, remarks = said([("m.toml", own), ("f.csv", "firm,lead_time\nimporter,9\n")])
    assert not remarks
    assert (scenario.name, scenario.tiers[0].lead_time) == ("mine", 9)


@pytest.mark.parametrize(
    ("table", "line", "part"),
    [
        ("name,style,colouring\nx,0,red\n", 1, "this heading is not known"),
        ("name,stlye\nx,0\n", 1, "did you mean style?"),
        ("name,name\nx,y\n", 1, "2 columns mean name"),
        ("name,style\nx,0\n\ny,one\n", 4, 'style: "one" is not allowed: a number'),
        ("name,style\nx,0\ny,7\n", 3, "products.items[1].style"),
        ("name,style\nx,0,9\n", 2, "there are 2 columns"),
        ("name,style\n", None, "no row below"),
        ("style\n1\n", 1, "no column says which product"),
        ("name,supplier\nx,nobody\n", 2, "village has no such supplier"),
        ("name\nx\nx\n", 3, "on line 2 already"),
        ("firm,margin\nwholesalr,0.2\n", 2, "did you mean wholesaler?"),
        ("firm,margin\n,0.2\n", 2, "nothing says what this row is about"),
        ("firm,rent\nwholesaler,2\n", 2, "wholesaler has no rent; it has: margin, number"),
        ("firm,margin\nwholesaler,1.5\n", 2, "can mean 1.5 % = 0.015, or 1.5 = 150 %"),
        ("firm,margin\nwholesaler,much\n", 2, "a number is needed"),
        ("firm,lead_time\nretailers,2.5\n", 2, "lead_time: \"2.5\" is not allowed: a whole number"),
        ("firm,margin\nfarm,inf\n", 2, "margin"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_table_stands_beside_its_row(table, line, part):
    scenario, remarks = said([("t.csv", table)])
    assert scenario is None
    assert any(file == "t.csv" and at == line and part in told for file, at, told in remarks), remarks


def test_thousands_of_wrong_rows_are_counted_and_only_the_first_are_shown():
    table = "name,unit_cost\n" + "".join(f"product {number},x\n" for number in range(1000))
    _, remarks = said([("t.csv", table)])
    assert [line for _, line, _ in remarks[:-1]] == list(range(2, MOST_REMARKS + 2))
    assert remarks[-1][1:] == (None, f"t.csv: {1000 - MOST_REMARKS} more problems; correct those above first; "
                               "then send it again")  # fmt: skip
    _, remarks = said([("t.csv", "name\n" + "same\n" * 1000)])
    assert len(remarks) == MOST_REMARKS + 1


def test_files_are_judged_by_name_and_size_before_any_is_read():
    fine = ("mine.toml", LARGEST_UPLOAD)
    assert unfit([fine], "village") == []
    assert "at most 1000 kB" in str(unfit([("mine.toml", LARGEST_UPLOAD + 1)], "village")[0])
    assert "1 to 3 files" in str(unfit([(f"{n}.csv", 1) for n in range(9)], "village")[0])
    assert "files end in .toml" in str(unfit([("mine.exe", 1)], "village")[0])


def test_all_that_is_wrong_is_said_at_once():
    _, remarks = said([("t.csv", "name,style,unit_cost\nx,9,-1\ny,one,2\n")])
    assert [line for _, line, _ in remarks] == [3, 2]


@pytest.mark.parametrize(
    ("files", "part"),
    [
        ([], "1 to 3 files"),
        ([("a.toml", "name='a'"), ("b.toml", "name='b'")], "only one scenario"),
        ([("a.csv", "name\nx"), ("x/a.csv", "name\ny")], "same name"),
        ([("a.exe", "x")], "files end in .toml"),
        ([("a.toml", " " * (LARGEST_UPLOAD + 1))], "at most 1000 kB"),
        ([("a.toml", 'extends = "village.toml"')], "name of a built-in scenario"),
        ([("a.toml", 'extends = ["village"]')], "name of a built-in scenario"),
    ],
)
def test_files_that_are_not_read(files, part):
    scenario, remarks = said(files)
    assert scenario is None
    assert any(part in told for _, _, told in remarks)


def test_an_unknown_base_and_a_base_that_is_a_path_are_refused():
    for base in ("nowhere", "../../etc/passwd", "/etc/passwd"):
        scenario, remarks = said([("t.csv", "name\nx\n")], base)
        assert scenario is None
        assert "one of: class_market, classroom, " in remarks[0][2]


def test_a_scenario_may_extend_a_shipped_one_and_its_problems_keep_their_lines():
    scenario, remarks = said([("a.toml", 'extends = "village"\nname = "mine"\n[customers]\nhassle = 7\n')])
    assert not remarks
    assert (scenario.name, scenario.customers.hassle, len(scenario.products.items)) == ("mine", 7.0, 2)
    _, remarks = said([("a.toml", 'extends = "village"\n[customers]\nhasle = 7\n')])
    assert [(file, line) for file, line, _ in remarks] == [("a.toml", 3)]
    assert "did you mean customers.hassle?" in remarks[0][2]


def test_a_mistake_is_told_once_not_again_for_each_source_that_names_it():
    bad = scenario_to_toml(load_scenario("village")).replace("slots = 2", "slots = -2")
    _, remarks = said([("a.toml", bad)])
    assert [told.split(":")[0] for _, _, told in remarks] == [
        "a.toml, retailers.stores[0].slots", "a.toml, retailers.stores[1].slots",
    ]  # fmt: skip


@pytest.mark.parametrize("base", ["village", "classroom"])
def test_a_template_of_firms_says_what_the_scenario_says(base):
    scenario, remarks = said([("f.csv", template(FIRMS, load_scenario(base)))], base)
    assert not remarks
    assert scenario == load_scenario(base)


@pytest.mark.parametrize("base", ["village", "classroom", "diapers"])
def test_a_template_of_products_has_the_same_goods(base):
    own = load_scenario(base)
    scenario, remarks = said([("p.csv", template(PRODUCTS, own))], base)
    assert not remarks
    assert len(scenario.products.items) == len(own.products.items or ()) or own.products.count


def test_every_column_is_described():
    described = columns()
    assert tuple(name for name, _ in described[PRODUCTS]) == tuple(MEANINGS[PRODUCTS])
    assert tuple(name for name, _ in described[FIRMS]) == tuple(MEANINGS[FIRMS])
    assert all(meaning.endswith(".") for table in described.values() for _, meaning in table)


def test_a_table_of_too_many_firms_is_refused():
    scenario, remarks = said([("f.csv", "firm,margin\n" + "retailers,0.5\n" * 501)], "village")
    assert scenario is None
    assert any("at most 500 rows" in problem for _, _, problem in remarks)
