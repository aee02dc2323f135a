"""A decision in words: the finding first, the doubt beside it, the way on below."""

from __future__ import annotations

import math

from sim.common.number_format import grouped, listed, number_of
from sim.decisions.decision import BreakEven, Decision, ProfitInterval, RouteResult
from sim.decisions.rivals import IN_WORDS
from sim.decisions.routes import COMMISSION, HANDLING_FEE, PACKING, PARCEL_COST, STAY
from sim.decisions.turning import reversals
from sim.fitting.fit import DECIDES, SAYS_NOTHING
from sim.fitting.parameters import HASSLE, PRIORS, SCALE, TRAVEL, WAITING

MOST_PRICES = 8
COUNTED = ("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
COST_PHRASES = {
    PARCEL_COST: "a parcel costs {side} {at}",
    PACKING: "packing a parcel costs {side} {at}",
    COMMISSION: "the commission is {side} {at}",
    HANDLING_FEE: "partner shops get {side} {at} a unit",
}
TO_MEASURE = {
    HASSLE: "a small test of a web shop, a few products for eight weeks",
    WAITING: "a test of faster parcels at a fee",
    TRAVEL: "where customers of a few shops live",
    SCALE: "promotions of 10 % on a few products, at different times, for eight weeks",
    "customers.mismatch_cost": "promotions of one product at a time: which others lose",
    "customers.need_rate": "how many people buy such goods at all, from a survey",
    "customers.worth.spread": "promotions deep enough to win new buyers",
}


def weekly_amount(value: float, *, plus: bool = False, like: float | None = None) -> str:
    """Write an amount a week with as many digits as count: ``+1 150``, ``24.90``."""
    size = abs(value if like is None else like)
    text = grouped(value, 0 if size >= 10 else 2)
    return f"+{text}" if plus and value > 0 and not text.startswith("-") else text


def price(value: float) -> str:
    """Write a price."""
    return grouped(value, 2)


def between(interval: ProfitInterval) -> str:
    """Write the ends of an interval: ``400 to 2 000``."""
    return f"{weekly_amount(interval.low)} to {weekly_amount(interval.high)}"


def decision_headline(decision: Decision) -> str:
    """Return the recommendation in one sentence: what to do, at which price, what it brings, how sure it is."""
    best, count = decision.best, len(decision.results)
    share = decision.best_shares()[best.key]
    of = COUNTED[count] if count < len(COUNTED) else str(count)
    cases = f"best of {of} in {100 * share:.0f} of 100 cases"
    if decision.members < 2:
        cases = f"best of {of}"
    at = _at_prices(best)
    if decision.refused:
        return f"{best.route.order(at)} looks best of {of}, but how sure that is cannot be said."
    if best.key == STAY:
        second = max(decision.others, key=lambda each: float(each.expected[decision.rivals].mean()))
        gain = decision.gain(second)
        what = f"the next best, {second.route.title}, brings {weekly_amount(gain.mean, plus=True)} a week"
        doubt = f" ({between(gain)})" if decision.members > 1 else ""
        return f"{best.route.order()}: {what}{doubt}; staying is {cases}."
    gain = decision.gain(best)
    doubt = f" ({between(gain)})" if decision.members > 1 else ""
    unclear = ", which is no clear gain" if decision.members > 1 and gain.low <= 0 <= gain.high else ""
    return f"{best.route.order(at)}: {weekly_amount(gain.mean, plus=True)} a week{doubt}{unclear}, {cases}."


def _at_prices(result: RouteResult) -> str:
    """Return the prices of a route as part of a sentence: one price, or a range."""
    prices = sorted(result.price.values())
    if not prices:
        return ""
    if prices[-1] - prices[0] < 0.005:
        return f" at {price(prices[0])}"
    return f" at {price(prices[0])} to {price(prices[-1])}"


def price_sentence(decision: Decision) -> str:
    """Return the firm's own price of each product beside what shops ask today; empty where it sets none."""
    result = decision.best if decision.best.price else None
    if result is None:
        return ""
    each = [f"{name} {price(asked)} ({price(result.shelf_price[name])})" for name, asked in result.price.items()]
    left = len(each) - MOST_PRICES
    more = [f"{number_of(left, 'more product')}"] if left > 0 else []
    return f"Your price online, in brackets the price in shops: {listed([*each[:MOST_PRICES], *more])}."


def rivals_sentence(decision: Decision) -> str:
    """Return what the best route brings when rivals answer."""
    best = decision.best if decision.best.key != STAY else decision.others[0]
    answers = [how for how in best.profit if how != "hold"]
    said = []
    for how in answers:
        gain = decision.gain(best, how)
        doubt = f" ({between(gain)})" if decision.members > 1 else ""
        said.append(
            f"if rivals {IN_WORDS[how]}, {best.route.title} brings {weekly_amount(gain.mean, plus=True)} a week{doubt}"
        )
    return f"{_capital('; '.join(said))}." if said else ""


def conflict_sentence(decision: Decision) -> str:
    """Return what the best route does to the shops, and what is left if they drop the range."""
    best = decision.best if decision.best.key != STAY else decision.others[0]
    if decision.role == "retailer":
        return ""
    loss = decision.conflict(best)
    verb = "lose" if loss.mean < 0 else "earn"
    more = "" if loss.mean < 0 else " more"
    doubt = f" ({between(ProfitInterval(abs(loss.mean), *sorted((abs(loss.low), abs(loss.high)))))})"
    said = f"The shops {verb} {weekly_amount(abs(loss.mean))}{more} a week{doubt if decision.members > 1 else ''}"
    if not best.route.keeps_shops and loss.mean < 0 and best.units.mean() > 0:
        said += f", {price(-loss.mean / float(best.units.mean()))} for each unit you sell; they may not agree"
    if decision.shops_drop is not None:
        left = weekly_amount(decision.shops_drop, plus=True)
        said += f"; if they drop your range, {left} a week is left against staying"
    return f"{said}."


def turning_sentence(decision: Decision) -> str:
    """Return the three assumptions that would turn the answer around, nearest first."""
    titles = {each.key: each.route.title for each in decision.results}
    found = [
        turning_phrase(each)
        + (f" ({titles[each.other]} then wins)" if each.other not in (STAY, decision.best.key) else "")
        for each in reversals(decision)
    ]
    if decision.shops_drop is not None and decision.shops_drop < 0 < decision.gain(decision.best).mean:
        found = [*found[:2], "shops drop the range"]
    if not found:
        return "No single assumption within a factor of six of today's turns it around."
    if decision.best.key == STAY:
        return f"{_capital(decision.break_evens[0].key.replace('_', ' '))} would win if {listed(found, 'or if')}."
    return f"Turns around if {listed(found, 'or if')}."


def turning_phrase(found: BreakEven) -> str:
    """Return a break-even as the condition under which the answer turns: ``a parcel costs more than 6.10``."""
    assert found.at is not None
    rises = found.at > found.now
    phrase = COST_PHRASES.get(found.path)
    if phrase is not None:
        at = f"{100 * found.at:.0f} %" if found.path == COMMISSION else price(found.at)
        return phrase.format(side="more than" if rises else "less than", at=at)
    factor = found.at / found.now if found.now > 0 else math.inf
    return f"{found.meaning} is {_times(factor)} what is assumed"


def _times(factor: float) -> str:
    if abs(factor - 2.0) < 0.1:
        return "twice"
    if abs(factor - 0.5) < 0.03:
        return "half"
    return f"{factor:.2g} times"


def break_even_sentences(decision: Decision) -> list[str]:
    """Return up to which cost the best route wins, for costs that are not among what turns the answer around."""
    said, told = [], {each.path for each in reversals(decision)}
    for each in decision.break_evens:
        phrase = COST_PHRASES.get(each.path)
        if phrase is None or each.path in told:
            continue
        name = _capital(each.key.replace("_", " "))
        if each.at is None:
            verb = "wins" if each.now_wins else "loses"
            ends = " to ".join(f"{100 * end:.0f} %" if each.path == COMMISSION else price(end) for end in each.ends)
            said.append(f"{name} {verb} over the whole range of {each.meaning}, {ends}.")
            continue
        below = each.wins_below
        at = f"{100 * each.at:.0f} %" if each.path == COMMISSION else price(each.at)
        said.append(f"{name} wins while {phrase.format(side='less than' if below else 'more than', at=at)}.")
    return said


def measure_sentence(decision: Decision) -> str:
    """Return what to measure next: the parameter whose uncertainty costs most, else makes most of the interval."""
    known = [each for each in decision.unknowns if each.path]
    if not known:
        return ""
    costly = known[0] if known[0].cost >= 0.005 * abs(float(decision.best.expected[decision.rivals].mean())) else None
    first = costly or max(known, key=lambda each: each.share)
    if first.share < 0.02 and costly is None:
        return "No single parameter's uncertainty matters much for the choice."
    how = TO_MEASURE.get(first.path, "")
    cost = f"not knowing it costs {weekly_amount(first.cost)} a week" if costly else "it would not change the choice"
    return f"Measure next: {first.meaning}, {100 * first.share:.0f} % of the interval ({cost})" + (
        f", by {how}." if how else "."
    )


def decided_sentence(decision: Decision) -> str:
    """Return what the data decided and what was assumed, with how much of the interval each makes."""
    if decision.ensemble is None:
        return "Nothing was fitted: all of it is assumed."
    shares = {each.path: each.share for each in decision.unknowns}
    decided = [each for each in PRIORS if decision.ensemble.decided.get(each.path, 1.0) < DECIDES]
    assumed = [
        each for each in PRIORS if each.path in shares and decision.ensemble.decided.get(each.path, 1.0) > SAYS_NOTHING
    ]
    assumed.sort(key=lambda each: -shares[each.path])
    said = []
    if decided:
        said.append(
            f"Decided by {decision.ensemble.weeks} weeks of data: {listed([each.meaning for each in decided])}."
        )
    if assumed:
        parts = [
            f"{each.meaning} ({100 * shares[each.path]:.0f} % of the interval)"
            if shares[each.path] >= 0.01
            else each.meaning
            for each in assumed[:4]
        ]
        said.append(f"Assumed: {listed(parts)}.")
    return " ".join(said)


def confirmed_sentence(decision: Decision) -> str:
    """Return how full simulations agree with expected demand."""
    if not decision.confirmed:
        return ""
    each = [
        f"{weekly_amount(found.simulated, plus=True)} (expected {weekly_amount(found.expected, plus=True)})"
        for found in decision.confirmed
    ]
    best = decision.best if decision.best.key != STAY else decision.others[0]
    return f"Full simulation of {best.route.title}, stock and returns included: {listed(each)} a week over staying."


def three_sentence(decision: Decision) -> str:
    """Return the answer at three price sensitivities where these are assumed."""
    if decision.three is None:
        return ""
    best = decision.best if decision.best.key != STAY else decision.others[0]
    words = {0.5: "half the assumed scale of taste (more sensitive)", 1.0: "the assumed one", 2.0: "twice (less)"}
    each = [
        f"{weekly_amount(gains[best.key], plus=True)} at {words.get(multiple, f'{multiple:g} times')}"
        for multiple, gains in decision.three.items()
    ]
    return f"Price sensitivity is assumed. {_capital(best.route.title)} brings {listed(each)}."


def refusal_sentence(decision: Decision) -> str:
    """Return why intervals are refused; empty if they are not."""
    return f"Intervals are refused: {decision.refused}." if decision.refused else ""


def all_sentences(decision: Decision) -> list[str]:
    """Return everything that is said below the table, the most important first."""
    said = [
        refusal_sentence(decision),
        *decision.notes,
        *(f"{_capital(each.route.assumed)}." for each in decision.results if each.route.assumed),
        price_sentence(decision),
        rivals_sentence(decision),
        conflict_sentence(decision),
        turning_sentence(decision),
        *break_even_sentences(decision),
        measure_sentence(decision),
        three_sentence(decision),
        decided_sentence(decision),
        confirmed_sentence(decision),
    ]
    return [each for each in said if each]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
