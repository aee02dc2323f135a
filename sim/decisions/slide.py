"""The slide: one page that holds the answer, prints as a PDF, and needs nothing from outside itself."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from sim.common.number_format import grouped
from sim.common.provenance import version_of
from sim.decisions.decision import Decision, ProfitInterval, RouteResult
from sim.decisions.rivals import IN_WORDS
from sim.decisions.routes import STAY
from sim.decisions.words import (
    confirmed_sentence,
    conflict_sentence,
    decided_sentence,
    decision_headline,
    measure_sentence,
    price,
    refusal_sentence,
    rivals_sentence,
    three_sentence,
    turning_sentence,
    weekly_amount,
)
from sim.scenario import scenario_hash

LEFT, RIGHT, ROW = 150.0, 605.0, 46.0
"""Where the axis begins and ends, and the height of a route's row, in the units of the drawing."""
HOLD, ANSWER = "#0b5f94", "#b35900"
TICKS = 5
MOST_PRODUCTS = 14


def slide_of(decision: Decision, command: Sequence[str] = (), link: str = "") -> str:
    """Return the slide as one HTML page. No text of the scenario reaches it as markup.

    Args:
        decision: what was found.
        command: what was typed, to make it again.
        link: where the page that shows it lives, where there is one.
    """
    prices = [
        {"name": name, "price": price(asked), "shelf": price(decision.best.shelf_price[name])}
        for name, asked in decision.best.price.items()
    ]
    below = [
        turning_sentence(decision),
        rivals_sentence(decision),
        conflict_sentence(decision),
        measure_sentence(decision),
        three_sentence(decision),
    ]
    shares = decision.best_shares()
    return _template().render(
        headline=decision_headline(decision),
        warnings=[*filter(None, [refusal_sentence(decision)]), *decision.notes],
        currency=decision.scenario.money.currency,
        chart=routes_chart(decision),
        prices=prices[:MOST_PRODUCTS],
        more=max(len(prices) - MOST_PRODUCTS, 0),
        routes=[
            {
                "title": each.route.title,
                "profit": weekly_amount(float(each.profit[_answer(decision, each)].mean())),
                "best": f"{100 * shares[each.key]:.0f}" if decision.members > 1 else "-",
            }
            for each in decision.results
        ],
        below=[each for each in below if each],
        foot=[each for each in foot_of(decision, command, link) if each],
    )


def foot_of(decision: Decision, command: Sequence[str], link: str) -> list[str]:
    """Return the small print: what decided what, what was assumed, and how to make it again."""
    assumed = [f"{each.route.assumed[:1].upper()}{each.route.assumed[1:]}." for each in decision.results]
    again = f"middleman {shlex.join(command)}" if command else ""
    return [
        decided_sentence(decision),
        " ".join(each for each in assumed if each != "."),
        confirmed_sentence(decision),
        f"Middleman {version_of('middleman')}, {decision.members} sets of parameters, seed {decision.seed}, scenario "
        f"{decision.scenario.name} {scenario_hash(decision.scenario)[:12]}. {again} {link}".strip(),
    ]


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    return environment.get_template("slide.html")


def _answer(decision: Decision, result: RouteResult) -> Any:
    return "hold" if result.key == STAY else decision.rivals


def routes_chart(decision: Decision) -> dict[str, Any]:
    """Return the drawing of all routes: a dot with its interval each for rivals that hold, and that answer."""
    certain = decision.members < 2 or bool(decision.refused)
    rows = [each for each in decision.results if each.key != STAY]
    answers = list(rows[0].profit)
    gains = {each.key: {how: decision.gain(each, how) for how in answers} for each in rows}
    ends = [0.0] + [
        end
        for by_answer in gains.values()
        for gain in by_answer.values()
        for end in ((gain.mean,) if certain else (gain.low, gain.high))
    ]
    ticks = round_ticks(min(ends), max(ends))
    low, high = min([ticks[0], *ends]), max([ticks[-1], *ends])

    def x(value: float) -> float:
        return round(LEFT + (RIGHT - LEFT) * (value - low) / max(high - low, 1e-9), 1)

    drawn = []
    for number, each in enumerate(rows):
        y = 8.0 + ROW * (number + 0.5)
        marks = [
            _mark(gains[each.key][how], x, y + (place - (len(answers) - 1) / 2) * 14.0, how, certain=certain)
            for place, how in enumerate(answers)
        ]
        drawn.append({"title": each.route.title, "y": y, "best": each.key == decision.best.key, "marks": marks})
    bottom = 8.0 + ROW * len(rows)
    key = "; ".join(f"{'filled' if how == 'hold' else 'hollow'}: rivals {IN_WORDS[how]}" for how in answers)
    return {
        "height": bottom + 48,
        "bottom": bottom,
        "ticks": [{"x": x(tick), "text": grouped(tick, _decimals(ticks)), "zero": tick == 0} for tick in ticks],
        "rows": drawn,
        "key": f"Dots are means, lines 95 % intervals; {key}." if not certain else f"Dots are expectations; {key}.",
        "source": f"Middleman {version_of('middleman')}, {decision.scenario.name}, seed {decision.seed}",
        "says": decision_headline(decision),
    }


def _mark(gain: ProfitInterval, x: Any, y: float, how: str, *, certain: bool) -> dict[str, Any]:
    return {
        "x": x(gain.mean),
        "low": None if certain else x(gain.low),
        "high": None if certain else x(gain.high),
        "y": y,
        "colour": HOLD if how == "hold" else ANSWER,
        "hollow": how != "hold",
    }


def round_ticks(low: float, high: float) -> list[float]:
    """Return round numbers that span an axis, 0 among them where it lies within."""
    spread = max(high - low, 1e-6)
    raw = spread / TICKS
    size = 10.0 ** np.floor(np.log10(raw))
    step = float(next(size * factor for factor in (1, 2, 5, 10) if size * factor >= raw))
    first, last = int(np.floor(low / step)), int(np.ceil(high / step))
    return [round(step * number, 10) for number in range(first, last + 1)]


def _decimals(ticks: Sequence[float]) -> int:
    step = ticks[1] - ticks[0] if len(ticks) > 1 else 1.0
    return 0 if step >= 1 else 2
