"""Charts say what the figures say: parts of 100, a colour for each party, an interval where there is one, a title."""

from __future__ import annotations

import json
import math
import re

import pandas as pd
import pytest

from sim.common.number_format import aligned, percent, rounded_together, short, with_spread
from sim.experiments.frontier import Crossing, Frontier
from sim.experiments.sensitivity import Influence, Sensitivity
from sim.report import charts
from sim.report.charts import chart as basics
from sim.report.charts import palette
from sim.report.charts.distributions import cumulative
from sim.report.comparison_protocol import Between
from sim.results.figures.groups import FIFTHS
from tests.charts.made_up import MadeUp, about, worth_of
from tests.wording import in_this_order, numbers

ENDINGS = {"elsewhere": 0.5, "delivered": 0.2, "ordered_there": 0.0, "substituted": 0.1, "tomorrow": 0.1, "lost": 0.1}
NOTHING = dict.fromkeys(ENDINGS)


def paths(last: float = 8.0) -> pd.DataFrame:
    rows = [(0, "suppliers", 4.0), (7, "suppliers", 4.0), (0, "wholesaler", 6.0), (7, "wholesaler", 6.0)]
    rows += [(0, "retailers", 9.0), (7, "retailers", last)]
    return pd.DataFrame(rows, columns=["day", "payee", "price"])


def frontier(x: float = 0.4, side: str = "crossing") -> Frontier:
    crossings = [
        Crossing("customers", y, side, x + 0.1 * y, x - 0.05, x + 0.15, "above", 5)  # type: ignore[arg-type]
        if side == "crossing"
        else Crossing("customers", y, side)  # type: ignore[arg-type]
        for y in (0.0, 1.0)
    ]
    crossings += [Crossing("suppliers", y, "always") for y in (0.0, 1.0)]
    return Frontier(
        "village", ("store chain", "direct"), "customers.travel_cost", "delivery.fee", (0.1, 1.0), tuple(crossings)
    )


def sensitivity(method: str = "morris", strongest: str = "customers.travel_cost") -> Sensitivity:
    signed = method == "morris"
    rows = (
        Influence(strongest, 4.0, 0.5, -4.0 if signed else None, 1.0, None if signed else 0.2),
        Influence("customers.scale", 1.0, 0.5, 1.0 if signed else None, 0.5, None if signed else 0.2),
    )
    return Sensitivity("village", "welfare", method, ("store chain", "direct"), 30, rows)  # type: ignore[arg-type]


def every_chart(comparison: MadeUp) -> dict[str, charts.Chart]:
    met = {regime: about(0.2, None) for regime in comparison.regimes}
    found = {
        "hundred": charts.where_your_100_go(comparison, "EUR"),
        "ladder": charts.ladder(comparison, ["wholesaler"], "EUR"),
        "hands": charts.in_your_hands(comparison),
        "rare": charts.rare_tastes(comparison),
        "empty": charts.empty_shelves(dict.fromkeys(comparison.regimes, ENDINGS), met),
        "paths": charts.prices_over_time(paths(), "store chain", "EUR", {"retailers": 8.5}),
        "frontier": charts.frontier_chart(frontier(), (0.3, 0.5)),
        "tornado": charts.tornado(sensitivity()),
        "sobol": charts.tornado(sensitivity("sobol")),
    }
    return found | {regime: charts.who_gains(comparison, regime, "EUR") for regime in comparison.regimes[1:]}


UNDEFINED = dict.fromkeys(MadeUp().figures["store chain"])
CASES = {
    "intervals": MadeUp(),
    "one replication": MadeUp(half=None),
    "one regime": MadeUp(regimes=("store chain",)),
    "one regime, one run": MadeUp(half=None, regimes=("direct",)),
    "undefined": MadeUp(
        changed={"store chain": UNDEFINED, "direct": UNDEFINED}, changes=dict.fromkeys(MadeUp().differences["direct"])
    ),
    "undefined in one": MadeUp(changed={"direct": UNDEFINED}),
}


@pytest.mark.parametrize("case", CASES)
def test_nothing_undefined_is_shown_and_all_is_said(case: str) -> None:
    for name, chart in every_chart(CASES[case]).items():
        content = json.loads(chart.figure.to_json(), parse_constant=pytest.fail)
        words = json.dumps([content["layout"], chart.finding, chart.alternative])
        assert "nan" not in words.lower().replace("nance", ""), name
        assert "None" not in words, name
        assert chart.finding
        assert not chart.finding.endswith(".")
        assert chart.alternative.endswith(".")
        assert content["layout"]["paper_bgcolor"] == basics.PLAIN
        assert "title" not in content["layout"]


@pytest.mark.parametrize("case", ["one replication", "one regime, one run"])
def test_one_run_has_no_intervals(case: str) -> None:
    found = every_chart(CASES[case])
    for name in ("hundred", "ladder", "hands", "rare", *CASES[case].regimes[1:]):
        for trace in found[name].figure.data:
            for bars in (trace["error_x"] if hasattr(trace, "error_x") else None, getattr(trace, "error_y", None)):
                assert not (bars and bars.array), name
        assert "±" not in found[name].alternative, name


def test_bars_add_up_to_100_and_parties_have_their_colours() -> None:
    figure = charts.where_your_100_go(MadeUp(), "EUR").figure
    assert [round(sum(trace.x[row] or 0 for trace in figure.data), 9) for row in (0, 1)] == [100, 100]
    colours = {trace.name: trace.marker.color for trace in figure.data}
    for party in ("suppliers", "intermediaries", "retailers", "carriers"):
        assert colours[party] == palette.PARTIES[party]
    assert colours["making the goods"] == "#999999"
    assert figure.layout.barmode == "relative"  # a loss lies left of zero
    by_name = {trace.name: trace.x for trace in figure.data}
    assert by_name["carriers"][1] == -5
    assert "tax less subsidy" not in by_name  # nothing anywhere


def test_a_bar_has_its_price_and_interval_at_its_end() -> None:
    written = [note.text for note in charts.where_your_100_go(MadeUp(half=300.0), "EUR").figure.layout.annotations]
    assert written == ["<b>store chain</b>", "price 20 000 ± 300 EUR", "<b>direct</b>", "price 8 000 ± 300 EUR"]


def test_the_ladder_has_a_step_for_each_tier_and_the_offer_across(snapshot) -> None:
    chart = charts.ladder(MadeUp(), ["wholesaler"], "EUR")
    bars = chart.figure.data[0]
    assert list(bars.y) == [5000, 10000, 20000]
    assert list(bars.marker.color) == [palette.SUPPLIER, palette.INTERMEDIARIES, palette.RETAILER]
    assert list(bars.error_y.array) == [1, 1, 1]
    assert list(chart.figure.data[1].y) == [8000, 8000]
    assert chart.finding == snapshot
    assert numbers(chart.finding) == [8000, 5000, 10_000]
    assert in_this_order(chart.finding, "direct selling", "suppliers", "wholesalers", "store chain")


def test_several_tiers_share_what_lies_between_maker_and_shop() -> None:
    tiers = {"intermediary_margin_by_tier.importer": 0.05, "intermediary_margin_by_tier.wholesaler": 0.20}
    bars = charts.ladder(MadeUp(changed={"store chain": tiers}), ["importer", "wholesaler"], "EUR").figure.data[0]
    assert list(bars.y) == [5000, 6000, 10000, 20000]
    assert bars.marker.color[1] == palette.INTERMEDIARIES != bars.marker.color[2]


def test_gains_are_sorted_with_intervals_in_the_colours_of_the_parties(snapshot) -> None:
    chart = charts.who_gains(MadeUp(), "direct", "EUR")
    assert list(chart.figure.layout.yaxis.ticktext) == [
        "customers", "suppliers", "intermediaries", "retailers",
        "rarest tastes", "rare tastes", "middling tastes", "common tastes", "commonest tastes", "Hill", "Brook",
    ]  # fmt: skip
    clear, unclear = chart.figure.data
    assert list(clear.x[:4]) == [12, 3, -5, -10]
    assert list(clear.marker.color[:4]) == list(palette.PARTIES.values())[:4]
    assert list(clear.error_x.array[:4]) == [1, 1, 1, 1]
    assert list(unclear.x) == [1, -1, 1]  # their intervals hold zero
    assert unclear.marker.symbol == "circle-open"
    assert chart.finding == snapshot
    assert in_this_order(chart.finding, "customers gain 12", "retailers lose 10")


def test_of_many_towns_the_best_and_the_worst_off_are_shown() -> None:
    towns = {f"consumer_surplus_by_town.town {n}": float(n) for n in range(30)}
    shown = charts.who_gains(MadeUp(changes=towns), "direct", "EUR").figure.layout.yaxis.ticktext[-12:]
    assert shown[0] == "town 29"
    assert len(shown) == 12
    assert "town 15" not in shown


def test_cumulative_shares_end_at_all_and_their_intervals_hold_them() -> None:
    shares = cumulative(MadeUp().figures["direct"])
    assert [share.mean for share in shares] == [0, 0, 0, 0, 0, 0.75, 1, 1, 1, 1]
    for share in shares:
        assert share.low is not None
        assert share.high is not None
        assert 0 <= share.low <= (share.mean or 0) <= share.high <= 1
    assert shares[-1] == Between(1.0, 1.0, 1.0)  # everything is in hand in the end, in every run


def test_the_median_and_the_slowest_twentieth_are_marked(snapshot) -> None:
    chart = charts.in_your_hands(MadeUp())
    marks = [(t.x[0], t.y[0], t.marker.symbol) for t in chart.figure.data if t.mode == "markers"]
    assert marks == [(0, 50, "circle"), (0, 95, "diamond"), (4.5, 50, "circle"), (5.5, 95, "diamond")]
    assert chart.finding == snapshot
    assert numbers(chart.finding) == [19, 20, 4]
    assert in_this_order(chart.finding, "store chain", "at once", "direct selling", "4 days")


TITLES = {
    "hundred": (charts.where_your_100_go, {"price_waterfall.retailer_profit": 0.0}, ("EUR",)),
    "ladder": (charts.ladder, {"wholesale_price": 7000.0}, (["wholesaler"], "EUR")),
    "hands": (charts.in_your_hands, {"delivery_days.p95": 9.0}, ()),
    "rare": (charts.rare_tastes, {"unserved_share_by_rarity.rarest": 0.02}, ()),
}


@pytest.mark.parametrize("name", TITLES)
def test_titles_follow_the_figures(name: str) -> None:
    draw, change, given = TITLES[name]
    before, after = draw(MadeUp(), *given), draw(MadeUp(changed={"store chain": change}), *given)  # type: ignore[operator]
    assert before.finding != after.finding
    assert before.alternative != after.alternative


def test_titles_of_the_other_charts_follow_too() -> None:
    pairs = [
        (
            charts.who_gains(MadeUp(), "direct", "EUR"),
            charts.who_gains(MadeUp(changes={"consumer_surplus": -20.0}), "direct", "EUR"),
        ),
        (charts.prices_over_time(paths(), "O2O", "EUR"), charts.prices_over_time(paths(12.0), "O2O", "EUR")),
        (charts.frontier_chart(frontier()), charts.frontier_chart(frontier(0.6))),
        (charts.frontier_chart(frontier()), charts.frontier_chart(frontier(side="never"))),
        (charts.tornado(sensitivity()), charts.tornado(sensitivity(strongest="delivery.fee"))),
    ]
    met = {"O2O": about(0.2, None)}
    worse = {**ENDINGS, "elsewhere": 0.3, "lost": 0.3}
    pairs.append((charts.empty_shelves({"O2O": ENDINGS}, met), charts.empty_shelves({"O2O": worse}, met)))
    for before, after in pairs:
        assert before.finding != after.finding
        assert before.alternative != after.alternative


def test_nobody_gains_where_nothing_is_clear(snapshot) -> None:
    chart = charts.who_gains(MadeUp(half=50.0), "direct", "EUR")
    assert chart.finding == snapshot
    assert numbers(chart.finding) == []


def test_empty_shelves_are_parts_of_100_and_none_met_is_said(snapshot) -> None:
    chart = charts.empty_shelves(
        {"O2O": ENDINGS, "direct": NOTHING}, {"O2O": about(0.2, None), "direct": about(0.0, None)}
    )
    assert round(sum(trace.x[0] for trace in chart.figure.data), 9) == 100
    assert {trace.x[1] for trace in chart.figure.data} == {None}
    assert chart.alternative == snapshot


def test_margins_stand_tier_by_tier_with_an_interval_for_each_regime(snapshot) -> None:
    shares = {"supplier_margin": 0.2, "intermediary_margin_by_tier.wholesaler": 0.25, "retailer_margin": 0.5}
    chart = charts.margin_chart(
        MadeUp(half=0.01, changed={"store chain": shares, "direct": {"supplier_margin": 0.6}}), ["wholesaler"]
    )
    assert sorted(x for trace in chart.figure.data for x in trace.x) == [20, 25, 25, 50, 60]
    assert all(trace.error_x.array for trace in chart.figure.data if len(trace.x))
    assert [note.text for note in chart.figure.layout.annotations][:3] == [
        "<b>Suppliers</b>", "<b>Wholesaler</b>", "<b>Retailers</b>",
    ]  # fmt: skip
    nobody = charts.margin_chart(MadeUp(), [])
    assert [chart.finding, chart.alternative, nobody.finding] == snapshot
    assert numbers(chart.finding)[:2] == [100, 75]
    assert "Wholesaler: store chain 25.00 ± 0.01" in chart.alternative


def test_what_the_state_adds_stands_at_the_end_of_a_bar() -> None:
    paid = MadeUp(changed={"direct": {"price_waterfall.subsidy": -50.0, "price_waterfall.production": 100.0}})
    ends = [note.text for note in charts.where_your_100_go(paid, "EUR").figure.layout.annotations]
    (added,) = [text for text in ends if "state adds" in text]
    assert len(added) <= 30  # on a phone it stands beside the regime's name


def test_a_frontier_has_a_curve_for_each_party_and_the_present_position(snapshot) -> None:
    chart = charts.frontier_chart(frontier(), (0.3, 0.5))
    curve, always, present = chart.figure.data
    assert (list(curve.x), list(curve.y)) == ([0.4, 0.5], [0, 1])
    assert curve.line.color == palette.CUSTOMERS
    assert list(curve.error_x.array) == pytest.approx([0.15, 0.05])
    assert list(always.x) == []
    assert (present.x[0], present.y[0]) == (0.3, 0.5)
    assert chart.finding == snapshot
    assert numbers(chart.finding) == [0.4, 0.5]
    assert in_this_order(chart.finding, "Direct", "customers above", "suppliers everywhere")


def test_frontiers_and_tornados_call_parameters_by_their_names_and_units() -> None:
    known = {
        "customers.travel_cost": charts.Named("Customers' travel cost", "EUR per km", "Cost of travelling"),
        "delivery.fee": charts.Named("Delivery fee", "EUR"),
        "customers.scale": charts.Named("Customers' scale", "EUR"),
    }
    for chart in (
        charts.frontier_chart(frontier(), (0.3, 0.5), known),
        charts.tornado(sensitivity(), known, charts.Named("Welfare", "EUR per need")),
    ):
        texts = [chart.finding, chart.alternative, *(note.text for note in chart.figure.layout.annotations)]
        texts += [chart.figure.layout.xaxis.title.text or "", chart.figure.layout.yaxis.title.text or ""]
        assert not [text for text in texts if any(path in text for path in known)]
    crossed = charts.frontier_chart(frontier(), (0.3, 0.5), known)
    assert crossed.figure.layout.xaxis.title.text.startswith("Customers' travel cost, EUR per km<br>")
    assert crossed.figure.layout.yaxis.title.text == "Delivery fee, EUR"
    assert "above 0.4 to 0.5 EUR per km of customers' travel cost" in crossed.finding
    moved = charts.tornado(sensitivity(), known, charts.Named("Welfare", "EUR per need"))
    assert moved.figure.layout.xaxis.title.text.endswith(
        "welfare, direct selling compared with the store chain, EUR per need"
    )


def test_a_tornado_goes_to_the_side_to_which_a_parameter_moves_the_figure() -> None:
    bars = charts.tornado(sensitivity()).figure.data[0]
    assert list(bars.x) == [-4, 1]
    assert list(bars.error_x.array) == [0.5, 0.5]
    shares, together = charts.tornado(sensitivity("sobol")).figure.data
    assert list(shares.x) == [4, 1]
    assert list(together.x) == [1, 0.5]


def test_services_stand_sorted_above_the_margins_they_are_paid_from(snapshot) -> None:
    found = worth_of({"contacts": (0.1, 0.2), "freight": (3.4, 0.3), "stock": (3.9, 0.4)}, total=(7.4, 0.5), margin=8.9)
    chart = charts.services(found, "EUR")
    hollow = charts.services(worth_of({"contacts": (0.1, 0.2)}, total=(0.1, 0.2), margin=8.9), "EUR")
    assert [chart.finding, hollow.finding] == snapshot
    assert numbers(chart.finding) == [7.4, 17.8]
    assert chart.finding.endswith("stock next door")
    rows = list(chart.figure.layout.yaxis.ticktext)
    assert rows == [
        "stock next door", "freight bundled", "contacts saved", "all together",
        "margin of intermediaries", "margin of retailers",
    ]  # fmt: skip
    assert "contacts saved 0.10 ± 0.20" in chart.alternative


def test_prices_say_where_theory_has_them_rest_and_leave_room_for_days_to_come() -> None:
    chart = charts.prices_over_time(paths(), "store chain", "EUR", {"retailers": 8.5}, 400)
    assert "(theory 8.5)" in chart.alternative
    assert sum("theory 8.5" in note.text for note in chart.figure.layout.annotations) == 1
    assert tuple(chart.figure.layout.xaxis.range) == (0, 400)
    [line] = [line for line in chart.figure.data if line.line.dash == "dot"]
    assert line.x[-1] == 400
    assert chart.figure.layout.yaxis.range[1] > 8.5


def test_prices_over_time_have_a_line_for_each_payee_and_one_for_theory() -> None:
    lines = charts.prices_over_time(paths(), "store chain", "EUR", {"retailers": 8.5}).figure.data
    assert [(line.name, line.line.color) for line in lines if line.name] == [
        ("suppliers", palette.SUPPLIER), ("wholesaler", palette.INTERMEDIARIES), ("retailers", palette.RETAILER),
    ]  # fmt: skip
    assert list(lines[-1].y) == [8.5, 8.5]


def test_names_of_a_scenario_are_no_markup() -> None:
    evil = "<b>&x"
    changes: dict[str, float | None] = {f"consumer_surplus_by_town.{evil}": 1.0, "consumer_surplus_by_town.y": 2.0}
    chart = charts.who_gains(MadeUp(changes=changes), "direct", "EUR")
    assert "&lt;b&gt;&amp;x" in chart.figure.layout.yaxis.ticktext
    assert evil in chart.alternative  # plain text; whoever shows it escapes it
    assert "&lt;i&gt;" in charts.ladder(MadeUp(), ["<i>"], "EUR").figure.data[0].text[1]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (20000.0, "20 000"),
        (12345.0, "12 300"),
        (44.928, "44.9"),
        (0.3533, "0.353"),
        (9.0, "9"),
        (0.0, "0"),
        (-5.65, "−5.65"),
    ],
)
def test_numbers_have_three_digits_that_count(value: float, text: str) -> None:
    assert short(value) == text


def test_numbers_with_their_intervals_and_columns_align() -> None:
    assert with_spread(about(44.928, 2.98)) == "44.9 ± 3.0"
    assert with_spread(about(20000.0, 0.0)) == "20 000"
    assert with_spread(about(0.79496, 0.15)) == "0.79 ± 0.15"  # rounded once: the tables say 0.79 as well
    assert with_spread(about(12345.0, 678.0)) == "12 300 ± 678"
    assert aligned([31.2, 0.4496]) == ["+31.2", "+0.4"]
    assert aligned([9.0, -0.284, 0.0]) == ["+9.00", "−0.28", "0.00"]


def test_text_on_colours_can_be_read() -> None:
    def light(colour: str) -> float:
        parts = [part / 255 for part in palette.rgb(colour)]
        linear = [part / 12.92 if part <= 0.04045 else math.pow((part + 0.055) / 1.055, 2.4) for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for colour in [*palette.PARTIES.values(), *palette.tier_colours(4)]:
        bright, dark = sorted([light(colour), light(palette.on(colour))], reverse=True)
        assert (bright + 0.05) / (dark + 0.05) > 4.5


def test_labels_are_moved_apart_upwards() -> None:
    assert basics.apart([5.0, 1.0, 5.1], 0.5) == [5.0, 1.0, 5.5]


@pytest.mark.parametrize(
    ("price", "half", "said"),
    [
        (9990.0, 50.0, "With direct selling, customers pay 9 990, not clearly different from the 10 000"),
        (
            9990.0,
            None,
            "With direct selling, customers pay 9 990, between the 5 000 that suppliers get and the 10 000",
        ),
        (
            8000.0,
            50.0,
            "With direct selling, customers pay 8 000, between the 5 000 that suppliers get and the 10 000",
        ),
        (5060.0, 50.0, "With direct selling, customers pay 5 060, not clearly different from the 5 000"),
    ],
)
def test_a_ladder_is_no_firmer_than_the_intervals_of_its_prices(price: float, half: float | None, said: str) -> None:
    made_up = MadeUp(half=half, changed={"direct": {"consumer_price": price}})
    assert charts.ladder(made_up, ["wholesaler"], "EUR").finding.startswith(said)


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (0.12345, "12.3 %"), (0.00472, "0.47 %"), (0.0000468, "less than 0.01 %"), (0.0, "0 %"), (0.00006, "0.01 %"),
        (1.0, "100 %"),
    ],
)  # fmt: skip
def test_shares_below_one_per_cent_have_two_decimals(share: float, said: str) -> None:
    assert percent(share) == said


def test_an_interval_never_looks_like_nothing() -> None:
    assert with_spread(about(26.64, 0.01)) == "26.64 ± 0.01"
    assert with_spread(about(26.64, 0.3)) == "26.6 ± 0.3"
    assert with_spread(about(26.64, 0.0)) == "26.6"


def test_no_line_of_an_axis_title_is_wider_than_a_phone() -> None:
    long = charts.Named("Customers' travel cost", "EUR per km, there and back", "Cost of travelling a km")
    *lines, meaning = long.axis.split("<br>")
    assert " ".join(lines) == "Customers' travel cost, EUR per km, there and back"
    assert max(len(line) for line in lines) <= 34
    assert "Cost of travelling a km" in meaning


@pytest.mark.parametrize(
    ("effects", "named"),
    [
        (((4.0, 0.5), (1.0, 0.5)), ["fee"]),
        (((4.0, 2.0), (3.0, 1.5)), ["fee", "rent"]),
        (((1.0, 2.0), (0.5, 0.7)), []),
        (((0.0, 0.0), (0.0, 0.0)), []),
    ],
    ids=["one decides", "two may", "unclear", "nothing moves"],
)
def test_a_tornado_says_no_more_than_its_intervals(
    effects: tuple[tuple[float, float], ...], named: list[str], snapshot
) -> None:
    rows = tuple(
        Influence(name, effect, half, effect, 0.0, None)
        for name, (effect, half) in zip(("fee", "rent"), effects, strict=True)
    )
    found = Sensitivity("village", "welfare", "morris", ("store chain", "direct"), 30, rows)
    finding = charts.tornado(found).finding
    assert finding == snapshot
    assert re.findall(r"\bfee\b|\brent\b", finding) == named


def test_where_every_taste_is_served_there_are_no_empty_strips(snapshot) -> None:
    served = {f"unserved_share_by_rarity.{fifth}": 0.0 for fifth in FIFTHS}
    chart = charts.rare_tastes(MadeUp(half=None, changed={"store chain": served, "direct": served}))
    assert chart.finding == snapshot
    assert not chart.figure.data


def test_long_names_and_prices_have_room_beside_their_lines() -> None:
    dear = pd.DataFrame(
        [(0, "intermediary", 10_000.0), (7, "intermediary", 10_000.0)], columns=["day", "payee", "price"]
    )
    assert charts.prices_over_time(dear, "store chain", "EUR").figure.layout.margin.r >= 8 * len("intermediary 10 000")
    assert charts.prices_over_time(paths(), "store chain", "EUR").figure.layout.margin.r == 118


@pytest.mark.parametrize(
    ("parts", "decimals", "written"),
    [
        ([12.5, 12.5, 25.0, 50.0], 0, [13, 12, 25, 50]),
        ([100 / 3] * 3, 0, [34, 33, 33]),
        ([100 / 3] * 3, 1, [33.4, 33.3, 33.3]),
        ([-4.5, 54.5, 50.0], 0, [-4, 54, 50]),
        ([0.4, 0.4, 0.4], 0, [1, 0, 0]),
        ([], 0, []),
    ],
)
def test_rounded_parts_still_add_up(parts: list[float], decimals: int, written: list[float]) -> None:
    assert rounded_together(parts, decimals) == written
    assert sum(rounded_together(parts, decimals)) == pytest.approx(round(sum(parts), decimals))


def test_the_numbers_on_a_bar_add_up_to_100() -> None:
    shares = {"production": 12.5, "rent": 12.5, "supplier_profit": 25.0, "intermediary_profit": 0.0}
    shares["retailer_profit"] = 50.0
    changed = {"store chain": {f"price_waterfall.{name}": value for name, value in shares.items()}}
    chart = charts.where_your_100_go(MadeUp(regimes=("store chain",), changed=changed), "EUR")
    assert sorted(int(trace.text[0]) for trace in chart.figure.data if trace.text[0]) == [12, 13, 25, 50]
