"""Your data: files that can be used, files that cannot, and files that mean harm."""

from __future__ import annotations

import pandas as pd
import pytest

import sim
from sim.experiments.views import View
from sim.scenario import load_scenario, scenario_to_toml
from sim.tables.meanings import FIRMS, PRODUCTS
from sim.tables.templates import template
from tests.dashboards.test_pages import DOWNLOADS, no_trouble, words

pytestmark = pytest.mark.usefixtures("at_once")


def village(**changes):
    return scenario_to_toml(load_scenario("village", {"name": "mine", "compare": ["traditional", "direct"], **changes}))


def send(test, *files):
    for name, content in files:
        test.file_uploader[0].upload(name, content.encode() if isinstance(content, str) else content, "text/plain")
    return no_trouble(test.run())


def use(test):
    """Confirm that tables are read as they are meant."""
    test.button(key="data-use").click()
    return no_trouble(test.run())


def scenario_in(test):
    name = test.query_params["scenario"]
    return name[0] if isinstance(name, list) else name


def remarks(test):
    return "\n".join(code.value for code in test.code)


@pytest.fixture
def data(shown):
    return lambda: no_trouble(shown("data", runs="2"))


def test_a_scenario_is_sent_and_looked_at_like_every_other(data, shown):
    test = send(data(), ("mine.toml", village()))
    assert test.title[0].value.startswith("Direct selling is")
    assert "1 town, 3 customers, 2 products" in words(test)
    assert scenario_in(test).startswith("upload-")
    assert [button.label for button in test.get("download_button")][: len(DOWNLOADS)] == DOWNLOADS
    for page in ("compare", "map", "prices"):
        other = no_trouble(shown(page, scenario=scenario_in(test), runs="2"))
        assert other.get("plotly_chart"), page
        assert other.title[0].value != "This link needs its file"


def test_a_market_that_was_left_can_be_sent_again(data):
    test = send(data(), ("mine.toml", village()))
    sent = scenario_in(test)
    test.selectbox(key="scenario").set_value("village").run()
    assert scenario_in(test) == "village"
    test.file_uploader[0].set_value([])
    assert scenario_in(no_trouble(test.run())) == "village"
    assert scenario_in(send(test, ("mine.toml", village()))) == sent


def test_a_link_is_not_the_file_and_the_file_gives_the_same_figures(data, shown, forget):
    first = send(data(), ("mine.toml", village()))
    link = {"scenario": scenario_in(first), "set": ["customers.travel_cost=1.0"], "runs": "2"}
    before = no_trouble(shown("compare", **link)).table[0].value
    forget()  # another server
    asked = no_trouble(shown("compare", **link))
    assert asked.title[0].value == "This link needs its file"
    other = send(asked, ("other.toml", village(**{"customers.hassle": 2.0})))
    assert "its fingerprint differs" in words(other)
    again = send(no_trouble(shown("compare", **link)), ("renamed.toml", "# a comment\n" + village()))
    assert again.table[0].value.equals(before)
    unchanged = no_trouble(shown("compare", scenario=link["scenario"], runs="2"))
    assert unchanged.table[0].value.equals(first.table[0].value)


def test_tables_are_laid_over_a_scenario(data):
    test = data()
    test.selectbox(key="data-base").set_value("village")
    products = "name,style,unit_cost\nbun,0,3.00\nroll,1,1.00\npie,1,5.00\n"
    test = send(test, ("my-products.csv", products), ("firms.csv", "firm,margin,rent\nretailers,0.5,1\n"))
    assert "scenario" not in test.query_params, "nothing runs before the visitor has seen how the tables are read"
    test = use(test)
    assert "2 products" not in words(test)
    assert "3 products" in words(test)
    toml = next(code.value for code in test.code if "sim.compare" in code.value)
    assert "'village.toml'" in toml


MESSY = "Ding;EK netto;Preis;Menge\nKaffee;4,10 \u20ac;11,90 \u20ac;120\nTee;2;5,00;40\nSumme;6,10;16,90;160\n"


@pytest.mark.usefixtures("never")
def test_a_table_is_shown_as_read_and_waits_for_its_columns_its_totals_and_the_word_of_the_visitor(data):
    test = send(data(), ("mine.csv", MESSY))
    assert "no column says which product" in remarks(test)
    assert test.button(key="data-use").disabled
    next(each for each in test.selectbox if each.label == "Ding").set_value("name")
    test = no_trouble(test.run())
    assert not remarks(test)
    shown = test.dataframe[0].value
    assert shown["price, EUR (Preis)"].tolist()[0] == "11,90 \u20ac \u2192 11.9"
    assert shown["unit cost, EUR per unit (EK netto)"].tolist() == ["4,10 \u20ac \u2192 4.1", "2", "6,10 \u2192 6.1"]
    assert test.button(key="data-use").disabled
    next(each for each in test.radio if each.label.startswith("Rows that look like totals")).set_value("leave_out")
    test = no_trouble(test.run())
    assert not test.button(key="data-use").disabled
    assert "scenario" not in test.query_params
    from guard import own

    test = use(test)
    market = own.uploads().find(scenario_in(test))
    assert market.retailers.pricing.prices == {"Kaffee": 11.9, "Tee": 5.0}


@pytest.mark.usefixtures("never")
def test_a_pasted_table_is_read_like_a_file_and_a_mapping_is_used_again(data):
    test = data()
    test.text_area(key="data-pasted").set_value("name\tprice\nA\t1.000\n")
    test = no_trouble(test.run())
    assert "it can mean 1 (decimal point) or 1000 (decimal comma)" in remarks(test)
    next(each for each in test.radio if each.label.startswith("Decimal sign")).set_value("comma")
    test = no_trouble(test.run())
    assert not remarks(test)
    assert test.dataframe[0].value["price, currency"].tolist() == ["1.000 \u2192 1000"]
    kept = 'decimal = "comma"\n[columns]\n"Ding" = "name"\n"Wert" = "price"\n'
    test = send(data(), ("map.toml", kept), ("mine.csv", "Ding;Wert\nA;1.000\n"))
    assert not remarks(test)
    assert test.dataframe[0].value["price, currency (Wert)"].tolist() == ["1.000 \u2192 1000"]


def test_what_is_wrong_stands_beside_its_line_until_it_is_mended(data):
    bad = village().replace("slots = 2", "slots = -2", 1)
    line = next(number for number, text in enumerate(bad.split("\n"), 1) if text == "slots = -2")
    test = send(data(), ("mine.toml", bad))
    assert "There is 1 problem" in words(test)
    assert f"line {line} | slots = -2\n  ^ retailers.stores[0].slots: -2 is not allowed" in remarks(test)
    assert "scenario" not in test.query_params
    test.file_uploader[0].set_value([])
    assert send(test, ("mine.toml", village())).title[0].value.startswith("Direct selling is")


def test_conclusions_on_a_market_that_looks_like_no_business_are_held_back_until_asked_for(data, shown):
    test = send(data(), ("mine.toml", village(**{"retailers.rent": 60.0})))
    assert "Does this look like your business? Not yet: losing money: retailers" in words(test).replace("\\", "")
    assert not test.get("plotly_chart")
    assert not test.title or not test.title[0].value.startswith("Direct selling is")
    other = no_trouble(shown("compare", scenario=scenario_in(test), runs="2"))
    assert not other.get("plotly_chart")
    test.toggle(key=f"anyway-{scenario_in(test)}").set_value(True)
    test = no_trouble(test.run())
    assert test.get("plotly_chart")


HOSTILE = {
    "binary": ("x.toml", b"\x7fELF\x00\x01" * 50, "binary file"),
    "not text": ("x.csv", b"\xff\xfen\x00a", "not valid UTF-16"),
    "large": ("x.toml", b"a = 1\n" * 180_000, "at most 1000 kB"),
    "empty": ("x.toml", b"", "empty"),
    "deep lists": ("x.toml", b"a = " + b"[" * 100_000, "nested deeper"),
    "deep tables": ("x.toml", b"a" + b".a" * 100_000 + b" = 1", "nested deeper"),
    "another file": ("x.toml", b'extends = "/etc/passwd"', "name of a built-in scenario"),
    "many keys": ("x.toml", b"".join(b"k%d = 1\n" % n for n in range(5_000)), "there is no such parameter"),
    "many columns": ("x.csv", b",".join(b"c%d" % n for n in range(30_000)), "100 columns"),
    "a path": ("../../etc/x.csv", b"name,supplier\n../../etc/passwd,../../etc/shadow\n", "supplier"),
    "markup": ("<b>x.toml", b'name = "<script>alert(1)</script>"', "is not allowed"),
    "escapes": ("\x1b[31mx.toml", b'name = "x"\ntitle = "\\u001b[31m"', "control characters"),
    "no end": ("x.csv", b'name\n"abc', "not valid CSV"),
    "a giant": ("x.toml", b"[geography]\ncustomers = 90000000\n", "customers"),
}


@pytest.mark.parametrize("harm", HOSTILE)
def test_harm_is_refused_in_words_and_shown_as_letters(data, harm):
    name, content, said = HOSTILE[harm]
    test = send(data(), (name, content))
    shown = words(test) + remarks(test)
    assert said in shown
    assert not test.get("plotly_chart")
    assert "\x1b" not in shown
    marked = "".join(str(each.value) for kind in (test.markdown, test.error, test.title) for each in kind)
    assert "<script" not in marked
    assert "<b>x" not in marked


class Untouched:
    """A file whose content nobody may ask for."""

    def __init__(self, name, size):
        self.name, self.size = name, size

    def getvalue(self):
        raise AssertionError("read")


@pytest.mark.parametrize(
    ("files", "said"),
    [([("mine.toml", 1_400_000)], "at most 1000 kB"), ([(f"{n}.csv", 10) for n in range(40)], "1 to 3 files")],
)
def test_what_is_too_large_or_too_many_is_refused_unread(data, monkeypatch, files, said):
    monkeypatch.setattr("streamlit.file_uploader", lambda *given, **named: [Untouched(*file) for file in files])
    assert said in remarks(no_trouble(data()))


def test_a_market_too_large_for_a_shared_machine_is_refused_where_it_is_sent(data):
    table = "name,style,unit_cost\n" + "".join(f"product {number},0,5\n" for number in range(2100))
    test = send(data(), ("many.csv", table))
    assert "products.count: 2100 is not allowed: up to 2000 can be run here" in remarks(test)
    assert "scenario" not in test.query_params


@pytest.mark.usefixtures("never")
def test_of_hundreds_of_products_some_can_be_searched_and_the_page_says_so(data):
    from board.knobs import MOST_ROWS

    table = "name,style,unit_cost\n" + "".join(f"product {number},0,5\n" for number in range(500))
    test = data()
    test.selectbox(key="data-base").set_value("village").run()
    test.session_state["more"] = True
    test = use(send(test, ("many.csv", table)))
    offered = test.selectbox(key="another").options
    assert any(f"items[{MOST_ROWS - 1}]" in path for path in offered)
    assert not any(f"items[{MOST_ROWS}]" in path for path in offered)
    assert "products.items has 500 rows" in words(test)
    test.query_params["set"] = "products.items[400].unit_cost=7.0"
    test = no_trouble(test.run())
    assert any(each.key.endswith("products.items[400].unit_cost") for each in test.sidebar.slider)


def test_texts_of_a_market_that_can_be_used_are_shown_as_letters(data):
    title = "<script>alert(1)</script> **bold** [a](http://b) :red[c] $d$"
    products = "name,style\n<img src=x onerror=alert(1)>,0\n=1+1,1\n"
    test = use(send(data(), ("mine.toml", village(title=title)), ("p.csv", products)))
    assert test.title[0].value.startswith("Direct selling is")
    marked = "".join(str(each.value) for kind in (test.markdown, test.caption, test.title) for each in kind)
    assert "<script" not in marked
    assert "<img" not in marked


@pytest.mark.parametrize("uploaded", [False, True])
def test_the_lines_of_python_reproduce_the_view(data, shown, uploaded, tmp_path, monkeypatch):
    link = {"runs": "2", "set": ["customers.travel_cost=1.0"], "regimes": "traditional,o2o"}
    link["scenario"] = scenario_in(send(data(), ("mine.toml", village()))) if uploaded else "village"
    test = no_trouble(shown("compare", opened=("download",), **link))
    lines = next(code.value for code in test.code if "sim.compare" in code.value)
    saved = load_scenario(load_scenario("village", {"name": "mine"}), {"customers.travel_cost": 1.0})
    (tmp_path / "mine.toml").write_text(scenario_to_toml(saved))
    monkeypatch.chdir(tmp_path)
    found: dict[str, object] = {}
    exec(lines, found)
    frame = found["comparison"].to_frame()  # type: ignore[attr-defined]
    market = sim.compare("village", ["traditional", "o2o"], replications=2, overrides={"customers.travel_cost": 1.0})
    pd.testing.assert_frame_equal(frame, market.to_frame())
    price = market.figures["o2o"]["consumer_price"].mean
    assert f"{price:.2f}" in "".join(test.table[0].value.loc["O2O"].tolist()).replace("\\", "")


def test_a_report_is_prepared_when_asked_for(data):
    test = send(data(), ("mine.toml", village()))
    test.toggle(key="report").set_value(True)
    no_trouble(test.run())
    assert "Report" in [button.label for button in test.get("download_button")]


@pytest.mark.parametrize("table", [PRODUCTS, FIRMS])
def test_a_template_sent_back_is_the_scenario_it_came_from(table):
    from sim.tables import Sent, read_sent

    own = load_scenario("village")
    assert read_sent([Sent("t.csv", template(table, own).encode())], "village").scenario == own


def test_the_command_of_an_upload_names_its_file():
    view = View("upload-00", ("traditional",), ("customers.hassle=1",), 3, 5)
    assert view.command("mine.toml") == ("middleman compare mine.toml --regimes traditional --replications 3 --seed 5")
