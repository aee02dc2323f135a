"""Would any firm gain by deviating? Arithmetic, markets whose answer is known, and planted faults that are caught."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sim.common.estimates import Estimate, estimate
from sim.engine.demand_estimation import competition
from sim.engine.demand_estimation.decisions import number_decisions
from sim.engine.demand_estimation.sale_terms import sale_terms
from sim.experiments import auditing
from sim.experiments.auditing import AuditRun, audit
from sim.experiments.deviations import Deviation, Earned, Seller, live_baseline, sellers_of
from sim.experiments.gains import (
    ALL,
    CHANGES,
    ONE,
    STEPS,
    Audit,
    Audited,
    Change,
    audited,
    deviation_gain,
    is_worth_while,
    share_of,
    tried_again,
)
from sim.market import Market
from sim.runs.progress import Progress
from sim.runs.seeds import replication_seeds
from sim.scenario import ScenarioError, load_scenario, scenario_names
from sim.validation.equilibrium_markets import AT_COST, best_reply, tier
from sim.validation.markets import fixed, market
from sim.validation.multiproduct_markets import alike, sold_by
from sim.validation.themes.demand import customers_with, evenly

DAYS = {"time": {"days": 40, "warm_up": 20, "cool_down": 0}}
MARGIN = best_reply("margin", damping=0.0)
COST = {**AT_COST, "review_days": 1}


def earning(profit: float, receipts: float = 0.0, units: tuple[int, ...] = (1,)) -> Earned:
    return Earned(profit, profit, receipts, np.array(units))


def firm(found: Audit, name: str) -> Audited:
    return next(each for each in found.firms if each.firm == name)


def small_audit(tables: dict, regime: str = "traditional", replications: int = 2, **more) -> Audit:
    return audit({**tables, **DAYS}, regime, replications=replications, workers=1, **more)


# -- arithmetic --


def test_a_firm_alone_gains_what_its_profit_rises_by():
    assert deviation_gain({"a": earning(100.0)}, {"a": earning(104.0)}, 0.05) == 4.0


def test_of_firms_that_set_a_price_together_one_takes_the_whole_change_in_quantity():
    """Cournot by hand: P = 120 - Q, cost 0, three firms: 30 each at 30. One brings 36: P = 24, and it earns 36 x 24."""
    names = ("a", "b", "c")
    before = {name: earning(900.0, receipts=900.0) for name in names}
    after = {name: earning(32.0 * 24.0) for name in names}  # whoever of them sells it: 96 units in all
    assert deviation_gain(before, after, -0.2) == pytest.approx(36.0 * 24.0 - 900.0)


def test_at_cournots_price_no_quantity_gains_and_at_the_cartels_one_does():
    def rise(price: float, step: float) -> float:
        whole = 120.0 - price
        sold, later = whole / 3.0, (120.0 - price * (1.0 + step)) / 3.0
        before = {name: earning(price * sold, receipts=price * sold) for name in "abc"}
        after = {name: earning(price * (1.0 + step) * later) for name in "abc"}
        return deviation_gain(before, after, step)

    assert all(rise(30.0, step) < 0.0 for step in STEPS)
    assert rise(60.0, -0.05) > 0.0


def test_a_group_gains_by_one_good_on_that_goods_receipts_alone():
    before = {name: earning(100.0, receipts=400.0) for name in "ab"}
    assert deviation_gain(before, before, 0.2, share=0.25) == pytest.approx(-0.5 * 0.2 * 800.0 * 0.25)


def test_the_share_of_a_good_is_of_the_money_it_takes():
    firms = {"a": earning(0.0, units=(3, 1)), "b": earning(0.0, units=(1, 0))}
    assert share_of([firms], 0, {0: 10.0, 1: 40.0}) == 0.5
    assert share_of([{"a": earning(0.0, units=(0, 0))}], 0, {0: 10.0, 1: 40.0}) == 0.0


@pytest.mark.parametrize(
    ("gains", "earns", "counts"),
    [
        ([2.0, 2.1, 1.9], 100.0, True),
        ([0.9, 0.95, 0.85], 100.0, False),  # beyond its interval, and less than 1 %
        ([30.0, -20.0, 5.0], 100.0, False),  # chance
        ([0.9, 0.95, 0.85], -50.0, True),  # who earns nothing gains by whatever is clear
        ([5.0], 100.0, False),  # one run gives no interval
        ([], 100.0, False),
    ],
)
def test_a_gain_counts_beyond_its_interval_and_above_a_hundredth(gains, earns, counts):
    assert is_worth_while(estimate(gains), estimate([earns])) is counts


def test_firms_that_do_not_look_for_their_best_prices_never_decide():
    change = Change(0.2, ALL)
    found = {}
    for judged in (True, False):
        seller = Seller(("a",), 0, "markup", "", judged, np.array([0]))
        found[judged] = audited(seller, [10.0, 10.0], {change: [5.0, 5.1]})
        assert found[judged].tried[0].worth_while
        found[judged] = tried_again(found[judged], [10.0, 10.0], {change: [5.0, 5.1]})
    assert not Audit("market", "shops", (0, 1), 20, (found[True],)).is_clean
    assert Audit("market", "shops", (0, 1), 20, (found[False],)).is_clean


def test_a_gain_counts_where_fresh_runs_alone_find_it_worth_while_again():
    seller = Seller(("a",), 0, "best_response", "margin", True, np.array([0]))
    seen, never = Change(0.2, ALL), Change(0.05, ALL)
    at_first = audited(seller, [100.0] * 4, {seen: [10.0, 10.0, 10.1, 9.9], never: [-1.0, 1.0, 0.0, 0.5]})
    assert at_first.gains == ()  # not yet

    def again(values: list[float], earns: float = 100.0) -> Audited:
        found = tried_again(at_first, [earns] * 4, {seen: values, never: [50.0, 50.1]})
        assert found.tried[1] == at_first.tried[1]  # who gained nothing at first is not judged by luck later
        return found

    assert [tried.change for tried in again([8.0, 8.1]).gains] == [seen]
    assert again([9.0, 5.0]).tried[0].confirmed is False  # clear only together with those that chose it
    assert again([0.9, 0.91]).tried[0].confirmed is False  # clear, and less than 1 %
    assert again([2.0, 2.01], earns=300.0).tried[0].confirmed is False  # of what it earns on the fresh seeds
    assert again([-8.0, -8.1]).tried[0].confirmed is False
    assert again([8.0]).tried[0].confirmed is None  # one run tells nothing
    assert again([8.0]).gains == again([]).gains == ()
    (dropped,) = Audit("market", "shops", (0, 1), 20, (again([9.0, 5.0]),)).dropped
    assert dropped[1].change == seen
    assert len(Audit("market", "shops", (0, 1), 20, (again([]),)).undecided) == 1


# -- gains are tried again --

FIRST, FRESH = replication_seeds(0, 4)[:2], replication_seeds(0, 4)[2:]


def with_gains(monkeypatch, gains: dict[int, float]) -> list[AuditRun]:
    """Have the wholesaler gain so many by asking 5 % more, by seed, and lose by all else. Returns the runs asked for.

    Gains are shares of what it earns.
    """
    asked: list[AuditRun] = []

    class Planted(AuditRun):  # of this function, so that other processes are sent it whole
        def do(self, watch=None):
            asked.append(self)
            if self.record is None:
                return live_baseline(self.scenario, self.regime, self.seed)
            own = self.change == Change(0.05, ALL) and "wholesaler" in self.record.sellers[self.seller].firms
            return (gains[self.seed] if own else -0.1) * self.record.earned["wholesaler"].contribution

    monkeypatch.setattr(auditing, "AuditRun", Planted)
    return asked


def test_a_gain_by_chance_is_dropped_and_only_its_runs_are_done_again(monkeypatch):
    asked = with_gains(monkeypatch, dict.fromkeys(FIRST, 0.08) | dict.fromkeys(FRESH, -0.01))
    stood: list[Progress] = []
    found = small_audit(with_conduct("margin"), progress=stood.append)
    assert found.is_clean, found.to_frame()
    assert (found.seeds, found.fresh_seeds) == (FIRST, FRESH)
    assert not set(found.seeds) & set(found.fresh_seeds)
    ((dropped, tried),) = found.dropped
    assert (dropped.firm, tried.change, tried.worth_while, tried.confirmed) == (
        "wholesaler",
        Change(0.05, ALL),
        True,
        False,
    )
    assert tried.gain.low > 0.0 > tried.fresh.high
    fresh = [job for job in asked if job.seed in FRESH]
    assert [job.seed for job in fresh if job.record is None] == list(FRESH)
    assert [(job.seed, job.change) for job in fresh if job.record] == [(s, Change(0.05, ALL)) for s in FRESH]
    assert stood[-1] == Progress(len(asked), len(asked), 0, 0)
    assert all(now.done <= now.total for now in stood)
    assert all(now.bound for now in stood[:-1])


def test_a_gain_that_comes_back_is_confirmed(monkeypatch):
    with_gains(monkeypatch, dict.fromkeys(FIRST, 0.08) | dict.fromkeys(FRESH, 0.05))
    found = small_audit(with_conduct("margin"))
    ((tried,),) = [each.gains for each in found.gaining]
    assert (tried.change, found.dropped, found.undecided) == (Change(0.05, ALL), (), ())
    assert tried.fresh.mean == pytest.approx(0.625 * tried.gain.mean, rel=0.1)
    row = found.to_frame().query("worth_while and judged").iloc[0]
    assert (row["confirmed"], row["fresh_gain"], row["fresh_low"]) == (True, tried.fresh.mean, tried.fresh.low)
    deviations = next(each for each in found.to_dict()["firms"] if each["firm"] == "wholesaler")["deviations"]
    assert [each["confirmed"] for each in deviations] == [None, None, True, None, None, None, None, None]


def test_without_gains_and_for_firms_that_are_not_judged_nothing_is_run_again(monkeypatch):
    asked = with_gains(monkeypatch, dict.fromkeys(FIRST, -0.08))
    assert small_audit(with_conduct("margin")).fresh_seeds == ()
    assert {job.seed for job in asked} == set(FIRST)
    monkeypatch.undo()
    monkeypatch.setattr(AuditRun, "do", lambda job, watch: 1e9 + job.seed % 7 if job.record else live_baseline_of(job))
    found = small_audit(with_conduct("margin"), firms=["maker 0"])
    assert firm(found, "maker 0").tried[0].worth_while
    assert (found.is_clean, found.fresh_seeds) == (True, ())


def live_baseline_of(job: AuditRun) -> object:
    return live_baseline(job.scenario, job.regime, job.seed)


def test_who_fails_on_fresh_seeds_is_told_and_nothing_is_concluded(monkeypatch):
    with_gains(monkeypatch, dict.fromkeys(FIRST, 0.08) | {FRESH[0]: 0.08})  # of the other seed there is none: KeyError
    found = small_audit(with_conduct("margin"))
    assert [(each.seed, each.firm) for each in found.failed] == [(FRESH[1], "wholesaler")]
    assert (found.is_clean, found.dropped) == (True, ())
    ((undecided, tried),) = found.undecided
    assert (undecided.firm, tried.fresh.n) == ("wholesaler", 1)


def test_gains_are_tried_again_in_other_processes_alike(monkeypatch):
    with_gains(monkeypatch, dict.fromkeys(FIRST, 0.08) | {FRESH[0]: 0.05, FRESH[1]: 0.051})
    one, two = (
        audit({**with_conduct("margin"), **DAYS}, "traditional", replications=2, firms=["wholesaler"], workers=hands)
        for hands in (1, 2)
    )
    assert one == two
    assert not one.is_clean


# -- what the others do --


def deviating(tables: dict, name: str, factor: float, product: int | None = None, regime: str = "traditional"):
    """Return prices in a market as it is and while a firm deviates, both opened: by level, then makers' own."""
    scenario = load_scenario({**tables, **DAYS})
    base = live_baseline(scenario, regime, 0)
    seller = next(each for each in base.sellers if name in each.firms)
    opened = Market(scenario, regime, 0, script=Deviation(base.record, seller, factor, product))
    prices = [np.unique(opened.state.network.price[level.nodes]).tolist() for level in opened.state.levels]
    return base.record.prices[base.record.entry[1]], prices, base, opened  # prices are set twice before the first day


CHAIN = sold_by(alike(30.0, 2, 10.0, heads=300), (10.0, 10.0), {"wholesaler": MARGIN, "shop": MARGIN}, wholesalers=1)


def with_conduct(conduct: str) -> dict:
    rules = {"wholesaler": best_reply(conduct, damping=0.0), "shop": best_reply(conduct, damping=0.0)}
    return sold_by(alike(30.0, 2, 10.0, heads=300), (10.0, 10.0), rules, wholesalers=1)


def by_level(recorded: np.ndarray, products: int = 2) -> list[list[int]]:
    return [
        np.unique(recorded[k * products : (k + 1) * products]).tolist() for k in range(len(recorded) // products - 1)
    ]


def test_shops_keep_their_margins_in_money_where_the_deviator_expects_that():
    recorded, prices, _, _ = deviating(CHAIN, "wholesaler", 1.2)
    makers, (wholesale,), (retail,) = by_level(recorded)
    raised = round(1.2 * wholesale)
    assert prices == [makers, [raised], [retail + raised - wholesale]]


def test_shops_keep_their_margins_in_per_cent_where_the_deviator_expects_that():
    recorded, prices, _, _ = deviating(with_conduct("percent"), "wholesaler", 1.2)
    makers, (wholesale,), (retail,) = by_level(recorded)
    raised = round(1.2 * wholesale)
    assert prices == [makers, [raised], [round(retail * raised / wholesale)]]


def test_shops_answer_a_leader_by_their_own_rule():
    """The shop's best answer: it earns less on a unit where it pays more, so its price rises by less than its cost."""
    recorded, prices, _, _ = deviating(with_conduct("stackelberg"), "wholesaler", 1.2)
    _, (wholesale,), (retail,) = by_level(recorded)
    raised = round(1.2 * wholesale)
    assert prices[1] == [raised]
    assert retail < prices[2][0] < retail + raised - wholesale


def test_one_good_moves_alone_and_upstream_stays():
    recorded, prices, _, _ = deviating(CHAIN, "retailer 0", 0.8, product=1)
    makers, wholesale, (retail,) = by_level(recorded)
    assert prices == [makers, wholesale, sorted([retail, round(0.8 * retail)])]


def test_a_deviation_by_nothing_is_the_run_itself():
    _, _, base, opened = deviating(with_conduct("margin"), "wholesaler", 1.0)
    again = opened.run()
    first = Market(opened.parameters, "traditional", 0).run()
    for table in ("ledger", "stock", "daily"):
        for name, column in first.columns[table].items():
            assert np.array_equal(column, again.columns[table][name]), (table, name)
    assert base.days == 20


# -- markets whose answer is known --


def test_a_wholesaler_of_two_goods_has_nothing_to_gain():
    found = small_audit(with_conduct("margin"))
    assert found.is_clean, found.to_frame()
    wholesaler = firm(found, "wholesaler")
    assert wholesaler.judged
    assert [tried.change for tried in wholesaler.tried] == list(CHANGES)
    assert {tried.change.goods for tried in wholesaler.tried} == {ALL, ONE}
    assert not firm(found, "maker 0").judged


def test_a_leader_has_nothing_to_gain():
    found = small_audit(
        sold_by(alike(30.0, 2, 10.0, heads=300), (10.0, 10.0), {"maker": best_reply(), "shop": best_reply()})
    )
    assert found.is_clean, found.to_frame()
    assert firm(found, "maker 0").downstream == "live"
    assert firm(found, "maker 0").gains == ()


def cournot() -> dict:
    """Return three wholesalers with the same good before linear demand."""
    quantity = {"rule": "quantity", "conduct": "margin", "review_days": 1, "damping": 0.0}
    return market(
        customers_with(evenly(0.0, 120.0), 600),
        suppliers={"pricing": fixed(20.0)},
        products={"unit_cost": 20.0},
        tiers=[{**tier("wholesaler", quantity, 3), "serves": "all"}],
        retailers={"pricing": COST},
    )


def test_firms_that_bring_quantities_have_nothing_to_gain():
    found = small_audit(cournot())
    together = firm(found, "wholesaler 1, wholesaler 2, wholesaler 3")
    assert together.judged
    assert len(together.tried) == len(STEPS)
    assert found.is_clean, found.to_frame()
    # By hand: P = 45, and 25 a unit for each of 600 x 75 / 120 units, a third of them for each firm.
    assert together.earns.mean == pytest.approx(25.0 * 125.0, rel=0.01)


# -- planted faults --


def test_a_wholesaler_that_forgets_its_other_goods_is_caught(monkeypatch):
    """It prices each good as if a rival sold the others: too low, as in the market of this test's closed form."""

    def each_alone(levels, network, world):
        decisions = number_decisions(levels, network, world)
        return replace(decisions, owner=np.arange(len(decisions)))

    monkeypatch.setattr(competition, "number_decisions", each_alone)
    found = small_audit(with_conduct("margin"), replications=3, firms=["wholesaler"])
    assert not found.is_clean
    assert found.fresh_seeds == replication_seeds(0, 6)[3:]
    assert all(tried.fresh.low > 0.0 for tried in firm(found, "wholesaler").gains)
    best_change = max(firm(found, "wholesaler").gains, key=lambda tried: tried.gain.mean)
    assert best_change.change == Change(0.2, ALL)


def parcels() -> dict:
    return sold_by_parcel(25.0)


def sold_by_parcel(cost: float) -> dict:
    customers = alike(60.0, 1, 10.0, heads=200)
    tables = sold_by(customers, (10.0,), {"direct": best_reply()})
    return {
        **tables,
        "delivery": {"paid_by": "seller", "parcel": {"cost_per_parcel": cost}},
        "regimes": {"parcels": {"supplier_channels": ["parcel"]}},
    }


def test_a_maker_that_forgets_its_parcels_is_caught(monkeypatch):
    right = small_audit(parcels(), "parcels")
    assert right.is_clean, right.to_frame()

    def without_parcels(*given):
        terms = sale_terms(*given)
        return terms._replace(cost=np.zeros_like(terms.cost))

    monkeypatch.setattr(competition, "sale_terms", without_parcels)
    wrong = small_audit(parcels(), "parcels")
    assert [each.firm for each in wrong.gaining] == ["maker 0"]
    assert all(tried.change.step > 0 for tried in firm(wrong, "maker 0").gains)
    assert wrong.fresh_seeds == replication_seeds(0, 4)[2:]


# -- who is asked, and what goes wrong --


def test_firms_that_set_no_price_anybody_pays_are_left_out():
    scenario = load_scenario({**CHAIN, **DAYS})
    assert [each.firms for each in sellers_of(Market(scenario, "traditional", 0))] == [
        ("maker 0",),
        ("wholesaler",),
        ("retailer 0",),
    ]
    assert [each.firms for each in sellers_of(Market("village", "direct", 0))] == [("farm",)]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"firms": ["wholesalers"]}, "did you mean wholesaler"),
        ({"firms": []}, "name at least one"),
        ({"replications": 1}, "one gives no interval"),
        ({"replications": 10_000}, "more than 20,000"),
        ({"regime": "tradtional"}, "traditional"),
    ],
)
def test_what_cannot_be_asked_is_refused_before_any_run(monkeypatch, asked, said):
    monkeypatch.setattr(auditing.AuditRun, "do", None)
    with pytest.raises(ScenarioError) as refusal:
        audit({**CHAIN, **DAYS}, **{"regime": "traditional", "workers": 1, **asked})
    assert said in str(refusal.value)


def test_where_nobody_sets_prices_there_is_nothing_to_audit():
    with pytest.raises(ScenarioError, match="nobody sets prices under planner"):
        audit("classroom", "planner", workers=1)


def test_a_run_that_fails_is_told_and_the_others_go_on(monkeypatch):
    lived = auditing.live_deviating

    def broken(scenario, regime, seed, deviation):
        if seed == 0 and deviation.factor == 1.2:
            raise ArithmeticError("the books do not balance")
        return lived(scenario, regime, seed, deviation)

    monkeypatch.setattr(auditing, "live_deviating", broken)
    found = small_audit(with_conduct("margin"), firms=["wholesaler"])
    assert len(found.failed) == 2
    assert str(found.failed[0]).startswith("wholesaler asks 20 % more for")
    assert "the books do not balance" in str(found.failed[0])
    tried = {each.change: each.gain.n for each in firm(found, "wholesaler").tried}
    assert tried[Change(0.2, ALL)] == 1
    assert tried[Change(-0.2, ALL)] == 2


def test_estimates_without_a_second_run_never_count():
    assert not is_worth_while(Estimate(5.0, None, None, 1), estimate([10.0]))


# -- shipped scenarios --

DECIDING = ("best_response", '"quantity"')


def shipped() -> list[tuple[str, str]]:
    """Return the shipped scenarios in which some firm finds its prices from known demand, with their regimes."""
    folder = Path(__file__).parents[2] / "scenarios"
    texts = {name: (folder / f"{name}.toml").read_text(encoding="utf-8") for name in scenario_names()}
    names = [name for name, text in texts.items() if any(rule in text for rule in DECIDING)]
    return [
        (name, regime)
        for name in names
        for regime in load_scenario(name).compare
        if not load_scenario(name).regime(regime).at_cost
    ]


@pytest.mark.slow
@pytest.mark.parametrize(("scenario", "regime"), shipped())
def test_no_firm_of_a_shipped_scenario_would_gain(scenario, regime):
    found = audit(scenario, regime, replications=3)
    assert not found.failed
    assert not found.undecided
    assert found.is_clean, found.to_frame().query("confirmed == True").to_string()
