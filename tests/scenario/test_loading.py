"""Scenarios come from names, files and dicts; whatever is wrong with a file ends in one report."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.rules.pricing import Fixed, Markup
from sim.scenario import ScenarioError, load_scenario, scenario_names, scenario_path

# Where scenarios come from


def test_a_shipped_name_a_path_a_dict_and_a_scenario_all_load(write: Any) -> None:
    shipped = load_scenario("village")
    assert load_scenario(scenario_path("village")) == shipped
    assert load_scenario(shipped) is shipped
    file = write("town.toml", 'name = "town"\n[time]\ndays = 50\n')
    assert load_scenario(str(file)) == load_scenario(file) == load_scenario({"name": "town", "time": {"days": 50}})


def test_a_file_without_a_name_is_called_after_itself(write: Any) -> None:
    assert load_scenario(write("my market.toml", "[time]\ndays = 50\n")).name == "my-market"
    assert load_scenario(write("heir.toml", 'extends = "village"\n')).name == "heir"


def test_whole_numbers_do_where_decimals_are_meant_and_numpy_numbers_do_too() -> None:
    scenario = load_scenario({"customers": {"travel_cost": 2, "breadth": np.int64(2), "hassle": np.float64(1.5)}})
    assert (scenario.customers.travel_cost, scenario.customers.breadth, scenario.customers.hassle) == (
        2.0,
        2,
        1.5,
    )


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(write: Any) -> None:
    assert load_scenario(write("a.toml", b'\xef\xbb\xbfname = "b"\r\n[time]\r\ndays = 60\r\n')).time.days == 60


# Extending


def test_extending_merges_tables_and_replaces_lists_and_rules(write: Any) -> None:
    write(
        "base.toml",
        """
        [customers]
        travel_cost = 2.0
        hassle = 3.0
        [retailers]
        pricing = { rule = "markup", factor = 1.7, review_days = 3 }
        [suppliers]
        pricing = { rule = "margin", share = 0.2 }
        [[tiers]]
        name = "importer"
        [[tiers]]
        name = "wholesaler"
    """,
    )
    heir = load_scenario(
        write(
            "heir.toml",
            """
        extends = "base.toml"
        [customers]
        hassle = 0.0
        [retailers]
        pricing = { rule = "markup", factor = 2.0 }
        [suppliers]
        pricing = { rule = "fixed", price = 30.0 }
        [[tiers]]
        name = "dealer"
    """,
        )
    )
    assert (heir.customers.travel_cost, heir.customers.hassle) == (2.0, 0.0)
    assert heir.retailers.pricing == Markup(factor=2.0, review_days=3)
    assert heir.suppliers.pricing == Fixed(price=30.0)
    assert [tier.name for tier in heir.tiers] == ["dealer"]


def test_extending_chains_through_folders_and_shipped_names(write: Any) -> None:
    write("base/first.toml", 'extends = "village"\n[time]\ndays = 14\n')
    write("base/second.toml", 'extends = "first.toml"\n[customers]\nhassle = 4.0\n')
    last = load_scenario(write("third.toml", 'extends = "base/second.toml"\nname = "third"\n'))
    assert (last.name, last.time.days, last.customers.hassle) == ("third", 14, 4.0)
    assert last.products == load_scenario("village").products


def test_a_dict_may_extend_too() -> None:
    assert load_scenario({"extends": "village", "time": {"days": 20}}).geography == load_scenario("village").geography


def test_a_changed_number_does_not_keep_the_source_of_the_old_one(write: Any) -> None:
    heir = load_scenario({"extends": "village", "customers": {"hassle": 9.0}})
    assert "customers.hassle" not in heir.sources
    assert "customers.trust" in heir.sources
    other_rule = load_scenario("village", {"retailers.pricing": {"rule": "margin", "share": 0.1}})
    assert "retailers.pricing.factor" not in other_rule.sources


def test_circular_extending_is_shown_as_a_circle(write: Any, only_problem: Any) -> None:
    write("a.toml", 'extends = "b.toml"')
    write("b.toml", 'extends = "c.toml"')
    write("c.toml", 'extends = "b.toml"')
    problem = only_problem("a.toml")
    assert (problem.file, problem.key) == ("c.toml", "extends")
    assert "b.toml -> c.toml -> b.toml" in problem.allowed
    assert problem.remedy


def test_a_file_that_extends_itself_is_a_circle(write: Any, only_problem: Any) -> None:
    write("a.toml", 'extends = "a.toml"')
    assert "a.toml -> a.toml" in only_problem("a.toml").allowed


def test_a_file_may_be_called_like_the_shipped_one_it_extends(write: Any) -> None:
    assert load_scenario(write("village.toml", 'extends = "village"\n[time]\ndays = 13\n')).time.days == 13


@pytest.mark.parametrize(
    ("extends", "expected"),
    [
        ('"vilage"', 'did you mean "village"'),
        ('"lost.toml"', "no such file"),
        ("3", "path of a file"),
        ('""', "path"),
    ],
)
def test_what_is_extended_has_to_exist(write: Any, only_problem: Any, extends: str, expected: str) -> None:
    write("a.toml", f"extends = {extends}\n")
    problem = only_problem("a.toml")
    assert (problem.file, problem.key) == ("a.toml", "extends")
    assert expected in str(problem)


def test_problems_name_the_file_each_value_came_from(write: Any, problems_of: Any) -> None:
    write("base.toml", "[time]\ndays = 0\n[customers]\ntrust = 7\nhassle = -1\n")
    write("heir.toml", 'extends = "base.toml"\n[customers]\nhassle = -2\n')
    found = {problem.key: (problem.file, problem.value) for problem in problems_of("heir.toml", {"time.cool_down": -3})}
    assert found == {
        "time.days": ("base.toml", "0"),
        "time.cool_down": ("override", "-3"),
        "customers.trust": ("base.toml", "7"),
        "customers.hassle": ("heir.toml", "-2"),
    }


# Files that are no scenarios


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "the file is empty"),
        (b"  \n\t\n", "the file is empty"),
        (b"# nothing but a comment\n", "sets no parameters"),
        (b"\x00\x01\x02\xff" * 100, "binary file"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "binary file"),
        (b'name = "a"\ntitle = "\xff\xfe"\n', "line 2 is not UTF-8"),
        (b'name = "a"\n[time\n', "line 2"),
        (b"name = unquoted\n", "line 1"),
        (b"a = 1\na = 2\n", "not valid TOML"),
        (b"name = " + b"[" * 50_000, "nested deeper"),
        (b"a." * 400_000 + b"b = 1\n", "nested deeper"),
        (b"a = " + b"{b=" * 13 + b"1" + b"}" * 13, "nested deeper"),
        (b"days = " + b"9" * 5000 + b"\n", "not valid TOML"),
    ],
    ids=lambda value: value if isinstance(value, str) else value[:12].decode("latin-1"),
)
def test_a_file_that_is_no_toml_says_so(write: Any, only_problem: Any, content: bytes, expected: str) -> None:
    problem = only_problem(write("bad.toml", content))
    assert problem.file == "bad.toml"
    assert expected in problem.allowed
    assert problem.remedy


def test_a_large_file_is_refused_by_its_size(write: Any, only_problem: Any) -> None:
    path = write("large.toml", b"")
    os.truncate(path, 50_000_000)  # all holes: quick to make, slow to read
    problem = only_problem(path)
    assert "50.0 MB; at most 10 MB" in problem.allowed


def test_folders_devices_and_missing_files_are_refused(write: Any, only_problem: Any, tmp_path: Path) -> None:
    assert "folder" in only_problem(tmp_path).allowed
    assert "folder" in only_problem(str(tmp_path)).allowed
    assert "no such file" in only_problem("lost.toml").allowed
    assert "no such file" in only_problem(Path("lost")).allowed
    assert "no such file" in only_problem("a\0b.toml").allowed
    assert "regular file" in only_problem(Path("/dev/zero")).allowed
    assert only_problem("a/" * 5000 + "b.toml").remedy


def test_an_unreadable_file_is_refused(write: Any, only_problem: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write("locked.toml", "name = 'a'")

    def refuse(*_: Any, **__: Any) -> Any:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("sim.common.found_files.open_found", refuse)
    assert "permission denied" in only_problem(path).allowed


def test_an_unknown_name_is_answered_with_the_nearest(only_problem: Any) -> None:
    problem = only_problem("clasroom")
    assert problem.value == '"clasroom"'
    assert "village" in problem.allowed
    assert problem.remedy == 'did you mean "classroom"?'


@pytest.mark.parametrize("source", [3, None, ["village"], b"village"])
def test_anything_else_is_no_scenario(only_problem: Any, source: Any) -> None:
    assert "name, a file or a dict" in only_problem(source).allowed


def test_every_shipped_scenario_is_found_by_name() -> None:
    assert {"village", "classroom", "parable", "empty_shelf", "diapers"} <= set(scenario_names())
    with pytest.raises(ScenarioError, match="did you mean"):
        scenario_path("parables")
