"""Every command answers on one screen of 24 lines and 80 columns, the most important first; --full prints the rest."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

import sim
from sim.cli.app import app
from sim.cli.help import COLUMNS, grouped_help
from sim.cli.markdown import markdown_lines
from sim.cli.screen import CUT, LINES, MORE, first_screen, leading, one_line
from sim.common.number_format import grouped
from sim.report.comparison_protocol import Between
from sim.report.text.first_screen import gain_cell, hundred_lines, lines_that_fit, summary_grid
from sim.report.text.short_findings import short_findings
from sim.report.titles import titled
from sim.scenario import load_scenario, scenario_names
from sim.scenario.pricing_conduct import pricing_in_a_line

Run = Callable[..., Any]
PARCEL = "delivery.parcel.cost_per_parcel=0..12"
QUICK = ("village", "--days", "6", "-n", "1", "--workers", "1")
SCREENS = {
    "help": (),
    "list": ("list",),
    "exercises": ("new", "--exercise", "list"),
    "explain": ("explain",),
    "explain a term": ("explain", "full", "price"),
    "check": ("check", "classroom"),
    "run": ("run", "village"),
    "trace": ("trace", "village", "--regime", "o2o", "--need", "3"),
    "compare": ("compare", "village", "-n", "2"),
    "compare what loses money": ("compare", "village", "-n", "2", "--set", "customers.worth.mean=7"),
    "compare the parable": ("compare", "parable", "-n", "1"),
    "compare with the same prices": ("compare", "village", "-n", "2", "--days", "16", "--same-prices"),
    "case": ("case", "parable", "-n", "1"),
    "cases": ("case",),
    "frontier": ("frontier", *QUICK, "--along", PARCEL, "--steps", "2"),
    "worth": ("worth", *QUICK, "--services", "stock,freight"),
    "sensitivity": ("sensitivity", *QUICK, "--vary", PARCEL, "--vary", "retailers.rent=0..3", "--points", "2"),
    "discover": ("discover", *QUICK, "--vary", PARCEL, "--vary", "retailers.rent=0..3", "--points", "24"),
    "optimise": ("optimise", *QUICK, "--vary", "retailers.rent=0..3"),
    "sweep": ("sweep", *QUICK, "--vary", "customers.travel_cost=0.1..1:6"),
    "audit": ("audit", "village", "--days", "6", "-n", "2", "--workers", "1"),
    "theory": ("theory", "cost_plus", "shelf_coverage", "linear_chain"),
}


@pytest.mark.parametrize("name", SCREENS)
def test_the_first_screen_is_one_screen(middleman: Run, name: str) -> None:
    answer = middleman(*SCREENS[name])
    assert answer.code == 0, answer.err
    lines = answer.out.splitlines()
    assert 1 <= len(lines) <= LINES
    assert lines[0].strip(), "no empty line above the answer"
    assert max(map(len, lines)) <= 80
    assert CUT not in answer.out or "--full" in answer.out


def test_compare_says_first_what_does_not_look_like_a_business(middleman: Run) -> None:
    said = " ".join(middleman(*SCREENS["compare what loses money"]).out.split())
    assert "Does this look like your business? Not yet: losing money: retailers (3.01 EUR per need); 100 %" in said
    assert "Does this look like your business?" not in middleman(*SCREENS["compare"]).out


def test_full_prints_what_the_first_screen_leaves_out(middleman: Run) -> None:
    short, full = (middleman("compare", "village", "-n", "2", *more).out for more in ((), ("--full",)))
    assert "All tables: --full." in short
    assert "Prices per unit" in full
    assert "Prices per unit" not in short
    assert "of the gap. Who gains when: --who-keeps" in short
    assert "--who-keeps" not in middleman("run", "village", "-r", "direct").out
    assert len(full.splitlines()) > 5 * LINES


def test_the_table_holds_the_figures_of_the_comparison(middleman: Run) -> None:
    found = sim.compare("village", replications=3)
    printed = middleman("compare", "village", "-n", "3").out
    for regime in found.regimes:
        title = found.scenario.regime_title(regime)
        row = next(line for line in printed.splitlines() if line.startswith(f"{title}  "))
        figures = found.figures[regime]
        assert f"{figures['consumer_price'].mean:.2f}" in row
        assert f"{figures['supplier_price'].mean:.2f}" in row
    gain = found.differences["o2o"]["consumer_surplus"]
    assert gain_cell(gain) in printed
    assert f"O2O leaves customers {gain.mean:.2f} better off per need" in printed


def test_the_commands_it_names_can_be_typed(middleman: Run) -> None:
    printed = middleman("compare", "village", "-n", "1", "--days", "6").out
    commands = [line[line.index("middleman ") :].split()[1:] for line in printed.splitlines() if "middleman " in line]
    assert [command[0] for command in commands] == ["trace", "frontier"]
    for command in commands:
        more = ("--steps", "2", "-n", "1", "--days", "6") if command[0] == "frontier" else ("--days", "6")
        assert middleman(*command, *more).code == 0


def test_every_hundred_adds_up_to_100() -> None:
    found = sim.compare("village", replications=2)
    named = titled(found, found.scenario)
    head, *lines = hundred_lines(named, found.scenario)
    assert head == "Of 100 that customers pay:"
    assert len(lines) == 2
    for line in lines:
        numbers = [int(part.rsplit(" ", 1)[1]) for part in line.split("  ") if part.strip()[-1:].isdigit()]
        assert sum(numbers) == 100


# -- sentences -------------------------------------------------------------------------------------------------------


def by_hand(changes: dict[str, tuple[float, float]], second: str = "direct", replications: int = 9) -> Any:
    """Return a comparison of two regimes from changes with half-widths of their intervals."""
    base = {"consumer_price": 50.0, "no_purchase_share": 0.1, "delivery_days.p50": 0.0}

    def interval(mean: float, half: float) -> Between:
        return Between(mean, mean - half, mean + half)

    figures = {name: interval(value, 0.0) for name, value in base.items()}
    after = {**figures, "delivery_days.p50": interval(2.0, 0.0)}
    differences = {name: interval(*given) for name, given in changes.items()}
    return SimpleNamespace(
        regimes=("store chain", second),
        replications=replications,
        figures={"store chain": figures, second: after},
        differences={second: differences},
        variance_ratios={},
    )


CLEAR = {
    "consumer_price": (-9.2, 0.1),
    "delivery_days.p50": (2.0, 0.0),
    "consumer_surplus": (0.4, 0.3),
    "welfare": (-1.0, 0.2),
    "supplier_profit": (1.5, 0.2),
    "retailer_profit": (-2.9, 0.2),
}


def test_price_wait_gain_and_total_stand_in_one_sentence() -> None:
    first, second, *_ = short_findings(by_hand(CLEAR))
    assert first == "Direct selling is 9.20 cheaper with a wait of 2 days: customers gain 0.40; in total 1.00 is lost."
    assert second == "With direct selling, makers gain 1.50; shops lose 2.90 per need."


@pytest.mark.parametrize(
    ("figure", "said"),
    [
        ("consumer_price", "is not clearly cheaper or dearer"),
        ("consumer_surplus", "customers neither clearly gain nor lose"),
        ("welfare", "in total, no clear difference"),
    ],
)
def test_a_sentence_is_no_firmer_than_its_interval(figure: str, said: str) -> None:
    mean, _ = CLEAR[figure]
    assert said in short_findings(by_hand({**CLEAR, figure: (mean, abs(mean) + 0.1)}))[0]
    assert said not in short_findings(by_hand(CLEAR))[0]


def test_firms_that_lose_money_are_named_before_who_gains_by_taste() -> None:
    found = by_hand({**CLEAR, **{f"same_need.surplus_by_rarity.{name}": (gain, 0.1) for name, gain in TASTES.items()}})
    found.figures["direct"]["retailer_profit"] = Between(-2.0, -3.0, -1.0)
    _, losing, taste = short_findings(found)
    assert losing == "Losing money with direct selling: shops; this cannot last."
    assert taste == "With direct selling, the rarest tastes gain most (6.20), the commonest tastes lose most (1.10)."


TASTES = {"rarest": 6.2, "rare": 2.0, "middle": 0.0, "common": -0.5, "commonest": -1.1}


def test_the_benchmark_is_never_told_as_the_best_channel() -> None:
    found = sim.compare("village", ["traditional", "planner"], replications=2)
    both = sim.compare("village", ["traditional", "o2o", "planner"], replications=2)
    assert "benchmark" in short_findings(titled(found, found.scenario))[0], "it is alone there"
    assert "benchmark" not in short_findings(titled(both, both.scenario))[0]


@pytest.mark.parametrize(
    ("change", "written"),
    [
        ((1.9, 0.3), "+1.90 ±0.30"),
        ((-0.2, 0.4), "[-0.20 ±0.40]"),
        ((12_000.0, 0.0), "+12 000"),
        ((0.0, 0.0), "0"),
        ((0.004, 0.001), "0.00 ±0.00"),
    ],
)
def test_a_gain_has_its_interval_and_brackets_where_it_may_be_chance(change: tuple[float, float], written: str) -> None:
    mean, half = change
    assert gain_cell(Between(mean, mean - half, mean + half)) == written
    assert gain_cell(Between(None, None, None)) == "-"


def test_a_table_too_wide_loses_decimals_then_breaks_names() -> None:
    found = by_hand({**CLEAR, "consumer_surplus": (123.456, 10.0), "welfare": (123.456, 10.0)}, "a channel " * 4)
    wide = summary_grid(found, 200).lines(200)
    narrow = summary_grid(found, 70).lines(70)
    assert max(map(len, narrow)) <= 70
    assert any("123.46" in line for line in wide)
    assert not any("123.46" in line for line in narrow)


@pytest.mark.parametrize(
    ("scenario", "said"),
    [
        ("classroom", "Prices are found: every firm asks what earns it most, given the others."),
        ("parable", "Direct prices are set: makers keep 20 % of the gap."),
        ("department_store", "Prices are set by the scenario, so who keeps a saving is assumed, not found."),
        ("successive_margins", "Prices are learnt: every firm tries prices and watches what it sells."),
    ],
)
def test_how_prices_come_about_is_one_line(scenario: str, said: str) -> None:
    market = load_scenario(scenario)
    line = pricing_in_a_line(market, market.compare)
    assert said.lower() in line.lower()


@pytest.mark.parametrize("name", scenario_names())
def test_every_scenario_says_it_in_two_lines_at_most(name: str) -> None:
    market = load_scenario(name)
    line = pricing_in_a_line(market, market.compare)
    assert line
    assert len(line) <= 160
    assert pricing_in_a_line(market, market.compare, "traditional") == (
        "Prices are the same everywhere: those in the store chain."
    )


# -- the screen itself -----------------------------------------------------------------------------------------------


def test_what_fits_is_shown_whole_and_what_does_not_is_announced() -> None:
    assert first_screen([["a"], [], ["b", "c"]]) == ["a", "", "b", "c"]
    long = [str(number) for number in range(40)]
    cut = first_screen([["head"], long])
    assert (len(cut), cut[-1], cut[-3]) == (LINES, MORE, CUT)
    assert first_screen([["head"], long[:19], long])[-1] == MORE
    assert len(first_screen([["head"], long[:19], long])) <= LINES


def test_sentences_are_left_out_whole() -> None:
    assert leading([["a", "b"], ["c", "d"], ["e"]], 3) == ["a", "b"]
    assert leading([["a", "b"]], 1) == ["a", "b"]
    screen = lines_that_fit(["head"], [["one"], ["two", "more"]], [[str(number) for number in range(18)]])
    assert screen[:3] == ["head", "", "one"]
    assert "two" not in screen
    assert len(screen) == LINES - 1


def test_a_line_is_cut_with_dots() -> None:
    assert one_line("short", 10) == "short"
    assert one_line("a b c d e f g h", 10) == "a b c d..."


def test_help_groups_commands_and_keeps_methods_names_out() -> None:
    known = {command.name: None for command in app.registered_commands}
    lines = grouped_help(known, "About.")
    text = "\n".join(lines)
    assert len(lines) <= LINES
    assert [title for title in ("Look", "Ask", "Your own") if title in text] == ["Look", "Ask", "Your own"]
    assert all(name in text for name in known if name)
    for method in ("Morris", "Sobol", "PRIM", "Shapley", "bisection", "paired"):
        assert method.lower() not in text.lower()
    assert "newcomer" in "\n".join(grouped_help({**known, "newcomer": None}, "")), "also what nobody has grouped"
    shown = {name for groups in COLUMNS for entries in groups.values() for name in entries}
    assert not [name for name in shown - set(known) if f" {name} " in text], "only what there is"


def test_markdown_is_shown_as_a_terminal_can() -> None:
    text = "# Title\n\nSome **bold** words, 20 000.00 EUR.\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"
    lines = markdown_lines(text, 40)
    assert lines[0].strip() == "Title"
    joined = "\n".join(lines)
    assert "**" not in joined
    assert "#" not in joined
    assert "|" not in joined
    assert "20 000.00" in joined
    assert max(map(len, lines)) <= 40
    for width in range(20, 45):
        assert "20 000.00" in "\n".join(markdown_lines(text, width)), "numbers hold together"
    assert grouped(20_000.0, 2) == "20 000.00"
