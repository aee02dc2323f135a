"""``import``: shown as read, refused with everything that is wrong, written only when nothing waits for a word."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sim.scenario import load_scenario

OWN = "SKU;EK netto;VK;Absatz/Woche\n1001;4,10 €;11,90 €;120\n1002;48,00 €;89,00 €;12\n"


@pytest.fixture
def table(tmp_path):
    def write(text=OWN, name="mine.csv", encoding="utf-8"):
        (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return name

    return write


def test_a_table_is_shown_as_read_and_nothing_is_written(middleman, table):
    answer = middleman("import", table())
    assert answer.code == 0
    for part in (
        "EK netto -> unit_cost (EUR per unit)",
        "1001  4.1        11.9   120",
        "read as 4.1 with a decimal comma",
    ):
        assert part in answer.out
    assert "Nothing is written yet" in answer.err
    assert [path.name for path in Path().iterdir()] == ["mine.csv"]


def test_json_has_the_rows_as_read_and_every_reinterpretation(middleman, table):
    found = middleman("import", table(), "--json").content
    assert list(found) == ["rows", "notes"]
    assert [(row["line"], row["sku"], row["unit_cost"], row["price"], row["units"]) for row in found["rows"]] == [
        (2, "1001", 4.1, 11.9, 120.0),
        (3, "1002", 48.0, 89.0, 12.0),
    ]
    assert found["rows"][0]["weight"] == 1.5
    assert any('"89,00 €" is read as 89' in note for note in found["notes"])


def test_a_market_is_written_and_can_be_checked_strictly(middleman, table):
    assert middleman("import", table(), "-o", "mine.toml").code == 0
    assert load_scenario("mine.toml").retailers.pricing.prices == {"1001": 11.9, "1002": 89.0}
    assert middleman("check", "mine.toml", "--strict").code == 0
    assert "it exists already" in middleman("import", table(), "-o", "mine.toml").err
    assert middleman("import", table(), "-o", "mine.toml", "--overwrite").code == 0


def test_everything_wrong_is_said_at_once_with_code_2(middleman, table):
    answer = middleman("import", table("name;price;units;what\nA;cheap;3;x\nB;5;-1;y\nB;5;2;z\n"), "--json")
    assert answer.code == 2
    assert not answer.out
    for part in ("3 problems", "line 2, price", "line 3, units", '--column "what=MEANING"'):
        assert part in answer.err


def test_a_total_is_shown_and_must_be_decided_before_anything_is_written(middleman, table):
    name = table("name,unit_cost,units\nA,12,1\nB,13,2\nTotal,25,3\n")
    assert "looks like a total" in middleman("import", name).out
    refused = middleman("import", name, "-o", "mine.toml")
    assert refused.code == 2
    assert "--totals leave_out" in refused.err
    assert not Path("mine.toml").exists()
    assert middleman("import", name, "-o", "mine.toml", "--totals", "leave_out").code == 0
    assert [item.name for item in load_scenario("mine.toml").products.items] == ["A", "B"]


def test_a_mapping_is_kept_and_used_again(middleman, table):
    name = table("Ding;Wert;Farbe\nA;1.000;rot\nB;2.000;blau\n")
    said = ("--column", "Ding=name", "--column", "Wert=price", "--column", "Farbe=ignore", "--decimal", "comma")
    assert middleman("import", name).code == 2
    assert middleman("import", name, *said, "--save-mapping", "map.toml").code == 0
    found = middleman("import", name, "--mapping", "map.toml", "--json").content
    assert [row["price"] for row in found["rows"]] == [1000.0, 2000.0]


@pytest.mark.parametrize(
    ("options", "part"),
    [
        (("--decimal", "dot"), "one of: point, comma"),
        (("--totals", "drop"), "one of: keep, leave_out"),
        (("--column", "price"), "HEADING=MEANING"),
        (("--headings", "none"), "the number of a line"),
        (("--mapping", "none.toml"), "none.toml"),
        (("-o", "mine.csv"), "ending in .toml"),
        (("--over", "clasroom"), "did you mean"),
        (("--sheet", "x"), ""),
    ],
)
def test_options_that_cannot_be_used_are_refused(middleman, table, options, part):
    answer = middleman("import", table(), *options)
    assert part in answer.err
    assert answer.code == (2 if part else 0)


def test_a_table_in_place_of_a_scenario_points_to_import(middleman, table):
    answer = middleman("compare", table())
    assert answer.code == 2
    assert "middleman import" in answer.err


def test_a_missing_table_is_named(middleman):
    answer = middleman("import", "none.csv")
    assert answer.code == 2
    assert "there is no such file" in answer.err


@pytest.mark.parametrize("command", [("check", "village", "--against"), ("fit", "village", "--to")])
def test_a_table_that_is_no_file_is_refused(middleman, command):
    os.mkfifo("pipe.csv")
    for place in ("pipe.csv", os.devnull):
        answer = middleman(*command, place)
        assert answer.code == 2
        assert command[-1] in answer.err
        assert "it is not a regular file" in answer.err


def test_a_market_is_held_against_the_table_it_came_from(middleman, table):
    """With 12 days there is little to count: the prices are exact all the same."""
    assert middleman("import", table(), "-o", "mine.toml").code == 0
    short = ("--set", "time.days=60", "--set", "geography.customers=2000", "--set", "customers.need_rate=0.044")
    found = middleman("check", "mine.toml", *short, "--against", "mine.csv", "--json").content["reality"]
    assert [(each["name"], each["price"], each["simulated_price"]) for each in found["products"]] == [
        ("1001", 11.9, 11.9),
        ("1002", 89.0, 89.0),
    ]
    assert not any(each["price_off"] for each in found["products"])
    said = middleman("check", "mine.toml", *short, "--against", "mine.csv").out
    assert "Does this look like your business?" in said


def test_two_markets_are_compared_on_the_same_seeds(middleman):
    one = ("--set", "time.days=20")
    (Path("other.toml")).write_text('extends = "village"\nname = "other"\n[retailers]\nrent = 9.0\n')
    answer = middleman("compare", "village", "other.toml", "-n", "2", "--regimes", "traditional", *one)
    assert answer.code == 0
    for part in (
        "village against other",
        "retailers.rent  2        9",
        "Both markets have the same customers",
        "retailers -",
    ):
        assert part in answer.out
    found = middleman("compare", "village", "other.toml", "-n", "2", "--regimes", "traditional", *one, "--json").content
    assert found["changed"] == [{"path": "retailers.rent", "first": 2.0, "second": 9.0}]
    assert middleman("compare", "village", "other.toml", "--same-prices").code == 2
    assert middleman("compare", "village", "none.toml").code == 2
