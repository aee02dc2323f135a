"""What people type: numbers in the ways of their country, names without their section, options that belong together."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mesa
import pytest
import typer

import sim
from sim.cli.app import app
from sim.runs.design import parse_factors, read_points
from sim.scenario import ScenarioError, load_scenario
from sim.scenario.numbers import as_number, hint, with_point

Run = Callable[..., Any]
SHORT = ("-n", "1", "--regimes", "direct", "--set", "geography.customers=300", "--json")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("0,4", "write 0.4, with a decimal point"),
        ("-0,4", "write -0.4, with a decimal point"),
        ("\N{MINUS SIGN}0.4", "write -0.4, with the minus sign of the keyboard"),
        ("\N{EN DASH}3", "write -3, with the minus sign of the keyboard"),
        ("\N{MINUS SIGN}0,4", "write -0.4, with the minus sign of the keyboard and with a decimal point"),
        ("30%", "write 0.3 for 30 per cent: there is no percent sign in numbers"),
        ("17,6 %", "write 0.176 for 17.6 per cent: there is no percent sign in numbers"),
        ("12,50 \N{EURO SIGN}", "write 12.50, without a currency sign and with a decimal point"),
        ("$12.50", "write 12.50, without a currency sign"),
        ("1.234,56", "write 1234.56, with a decimal point and no thousands separators"),
        ("1,234.56", "write 1234.56, with no thousands separators"),
        ("1 000", "write 1000, with no thousands separators"),
        ("1\N{NARROW NO-BREAK SPACE}000", "write 1000, with no thousands separators"),
        ("1'000", "write 1000, with no thousands separators"),
        ("0.4", ""),
        ("-3", ""),
        ("1e3", ""),
        ("much", ""),
        ("a,b", ""),
        ("", ""),
        ("%", ""),
        ("\N{EURO SIGN}", ""),
    ],
)
def test_a_number_in_another_way_of_writing_gets_its_hint(typed: str, said: str) -> None:
    assert hint(typed) == said
    assert (as_number(typed) is not None) == (typed in ("0.4", "-3", "1e3"))


def test_only_numbers_lose_their_comma() -> None:
    assert [with_point(cell) for cell in ("0,4", "-1,5e3", "a,b", "1,2,3", "3")] == [
        *("0.4", "-1.5e3", "a,b", "1,2,3", "3")
    ]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("check", "village", "--set", "customers.travel_cost=0,4"), ("write 0.4, with a decimal point",)),
        (("check", "village", "--set", "customers.trust=30%"), ("write 0.3 for 30 per cent",)),
        (("check", "village", "--set", "customers.hassle=much"), ("write a number",)),
        (("run", "village", "--days", "1 000"), ("--days", "write 1000")),
        (("run", "village", "--seed", "1,5"), ("--seed", "write 1.5")),
        (("sweep", "village", "--vary", "customers.travel_cost=0,1..0,5"), ("write 0.1, with a decimal point",)),
        (("compare", "village", "--until", "consumer_price=0,5%"), ("write 0.5, with a decimal point",)),
        (("check", "village", "--set", "travel_cost=0.4"), ("did you mean customers.travel_cost?",)),
        (("check", "village", "--set", "retailers.travel_cost=0.4"), ("did you mean customers.travel_cost?",)),
        (("check", "village", "--set", "travelcost=0.4"), ("did you mean customers.travel_cost?",)),
        (("check", "village", "--set", "cost_per_parcel=4"), ("did you mean delivery.parcel.cost_per_parcel?",)),
        # what its own section has a longer name for goes before the same word elsewhere (contacts.cost)
        (
            ("check", "village", "--set", "delivery.parcel.cost=4"),
            ("did you mean delivery.parcel.cost_per_parcel or delivery.parcel.cost_per_kg?",),
        ),
        (("sweep", "village", "--vary", "need_rate=0.1,0.2"), ("did you mean customers.need_rate?",)),
        (("run", "village", "--days", "30", "--set", "time.days=31"), ("remove one of the two",)),
    ],
)
def test_what_is_typed_gets_a_hint_that_fits(
    middleman: Run, arguments: tuple[str, ...], words: tuple[str, ...]
) -> None:
    answer = middleman(*arguments)
    assert (answer.code, answer.out) == (2, "")
    assert "without quotes" not in answer.err
    for word in words:
        assert word in answer.err


def test_a_key_at_the_top_of_a_file_is_found_in_its_section(middleman: Run) -> None:
    Path("mine.toml").write_text('extends = "village"\ntravel_cost = 0.4\n')
    assert "did you mean customers.travel_cost?" in middleman("check", "mine.toml").err


def test_options_are_applied_together(middleman: Run) -> None:
    """Either alone would be refused: the scenario's warm-up is 30 days, and its cool-down 14."""
    answer = middleman("compare", "classroom", "--days", "40", "--warm-up", "10", *SHORT)
    assert answer.code == 0, answer.err
    assert middleman("compare", "classroom", "--days", "40", *SHORT).code == 2
    assert "it is set twice" not in answer.err


def test_a_warm_up_that_is_to_be_found_does_not_refuse_a_shorter_run(middleman: Run) -> None:
    answer = middleman("compare", "classroom", "--days", "40", "--warm-up", "find", *SHORT)
    assert answer.code in (0, 2)
    assert "must be less than days" not in answer.err


def test_values_that_fit_together_are_not_refused_alone() -> None:
    market = load_scenario("classroom")
    both = parse_factors(["time.days=40,60", "time.warm_up=10,12"], market)
    assert [each.values for each in both] == [(40, 60), (10, 12)]
    with pytest.raises(ScenarioError, match="must be less than days"):
        parse_factors(["time.days=40,60"], market)
    with pytest.raises(ScenarioError, match="must be less than days"):
        parse_factors(["time.days=40,60", "customers.hassle=1,2"], market)


SEMICOLONS = "customers.travel_cost;customers.hassle\n0,1;0,5\n\n0,5;1,5\n"


@pytest.mark.parametrize("apart", [";", "\t"])
def test_designs_with_semicolons_or_tabs_have_decimal_commas(tmp_path: Path, apart: str) -> None:
    file = tmp_path / "points.csv"
    file.write_text(SEMICOLONS.replace(";", apart), encoding="utf-8-sig")
    assert read_points(file, load_scenario("village")) == [
        {"customers.travel_cost": 0.1, "customers.hassle": 0.5},
        {"customers.travel_cost": 0.5, "customers.hassle": 1.5},
    ]


def test_a_column_that_is_no_parameter_is_refused_before_the_first_run(middleman: Run) -> None:
    Path("p.csv").write_text("customers.hassle,note,travel_cost\n0.5,base,1\n1.5,high,2\n")
    answer = middleman("sweep", "village", "--design", "p.csv", "--store", "kept")
    assert (answer.code, answer.out) == (2, "")
    assert 'there is no parameter "note"' in answer.err
    assert "did you mean customers.travel_cost?" in answer.err
    assert not Path("kept").exists()


def test_a_rules_parameter_may_be_a_column_where_only_some_points_have_the_rule(tmp_path: Path) -> None:
    file = tmp_path / "points.csv"
    file.write_text("retailers.pricing.rule,retailers.pricing.factor\nmarkup,1.5\nbest_response,2\n")
    assert len(read_points(file, load_scenario("village"))) == 2


def test_columns_that_are_there_twice_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "points.csv"
    file.write_text("customers.hassle,customers.hassle\n1,2\n")
    with pytest.raises(ScenarioError, match="there twice"):
        read_points(file)


def test_a_table_in_the_place_of_a_scenario_is_told_where_it_goes(middleman: Run) -> None:
    Path("p.csv").write_text("customers.hassle\n0.5\n")
    answer = middleman("compare", "p.csv")
    assert answer.code == 2
    assert "a scenario is a .toml file" in answer.err
    assert "middleman sweep SCENARIO --design FILE.csv" in answer.err


def test_messages_point_at_commands_and_options_that_there_are() -> None:
    """Every `middleman COMMAND` and every option behind it, in the texts of the sources, exists."""
    commands: dict[str, set[str]] = {}
    for name, command in typer.main.get_command(app).commands.items():  # type: ignore[attr-defined]
        commands[name] = {flag for each in command.params for flag in each.opts}
    places = [*Path(sim.__file__).parent.rglob("*.py"), *Path("dashboards").rglob("*.py")]
    pointed = [
        (found[1], re.findall(r"--[a-z][a-z-]+", found[2]))
        for place in places
        for found in re.finditer(r"`?\bmiddleman ([a-z]+)\b([^`\"'\n;]*)", place.read_text(encoding="utf-8"))
        if found[1] in commands or found[0].startswith("`")
    ]
    assert len(pointed) > 30
    for name, options in pointed:
        assert name in commands, name
        assert set(options) <= commands[name] | {"--help"}, (name, options)


def test_a_run_without_a_seed_draws_its_own_and_reports_it() -> None:
    rows = mesa.batch_run(
        sim.Market, {"scenario": "village", "regime": "o2o"}, number_processes=1, display_progress=False, **thrice()
    )
    seeds = [row["seed"] for row in rows]
    assert len(set(seeds)) == 3
    for row in rows:
        again = sim.Market("village", "o2o", row["seed"])
        again.run()
        assert sum(firm.profit for firm in again.agents if firm.kind == "retailer") == row["retailer_profit"]


def thrice() -> dict[str, Any]:
    """Return how Mesa is asked for three runs: ``rng`` has taken the place of ``iterations`` in Mesa 3.5."""
    import inspect

    return {"rng": [None] * 3} if "rng" in inspect.signature(mesa.batch_run).parameters else {"iterations": 3}
