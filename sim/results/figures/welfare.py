"""Welfare: what customers, firms and the state gain, in currency per need."""

from __future__ import annotations

import numpy as np

from sim.common.types import CENTS
from sim.engine.roles import Roles
from sim.kernels.need_sums import SPENT, SURPLUS
from sim.results.figures.arithmetic import Value, currency_each
from sim.results.figures.description import FigureInfo
from sim.results.figures.flows import FlowSums
from sim.results.figures.groups import Groups
from sim.results.figures.window import Window

WELFARE = (
    FigureInfo(
        "consumer_surplus",
        "currency per need",
        "Realised utility less that of leaving; sunk trips and returns count negative",
        "higher",
    ),
    FigureInfo("consumer_surplus_by_town", "currency per need", "consumer_surplus, town by town", "higher", "town"),
    FigureInfo(
        "consumer_surplus_by_rarity",
        "currency per need",
        "consumer_surplus, by rarity of taste in the own town",
        "higher",
        "fifth of customers",
    ),
    FigureInfo("producer_surplus", "currency per need", "The profits of all five kinds of firms", "higher"),
    FigureInfo("welfare", "currency per need", "Consumer surplus + producer surplus + tax - subsidy", "higher"),
    FigureInfo(
        "welfare_by_town",
        "currency per need",
        "welfare, town by town; profits, tax and subsidy are laid to towns by what their customers paid",
        "higher",
        "town",
    ),
    FigureInfo(
        "welfare_by_rarity",
        "currency per need",
        "welfare, by rarity of taste in the own town",
        "higher",
        "fifth of customers",
    ),
)


def welfare(window: Window, flows: FlowSums, groups: Groups) -> dict[str, Value]:
    """Return consumer and producer surplus, and their sum with tax less subsidy; also by town and rarity.

    A town has no firms of its own. Firms' profits and the state's net income are therefore laid to towns and
    fifths in proportion to what their customers paid for purchases kept (to their needs if nobody paid);
    weighted by needs, the parts give back the whole.
    """
    consumers, producers = int(window.sums.money[0, 0]), int(window.profits[window.roles.firms].sum())
    public = int(flows.net("tax")[Roles.OUTSIDE] + flows.net("subsidy")[Roles.OUTSIDE])
    surplus, spent = window.sums.cells[[SURPLUS, SPENT]].astype(np.float64)
    weight = spent if spent.sum() > 0 else groups.needs
    others = (producers + public) * weight / max(weight.sum(), 1)
    return {
        "consumer_surplus": currency_each(consumers, window.need_count),
        "consumer_surplus_by_town": groups.by_town(surplus, CENTS),
        "consumer_surplus_by_rarity": groups.by_rarity(surplus, CENTS),
        "producer_surplus": currency_each(producers, window.need_count),
        "welfare": currency_each(consumers + producers + public, window.need_count),
        "welfare_by_town": groups.by_town(surplus + others, CENTS),
        "welfare_by_rarity": groups.by_rarity(surplus + others, CENTS),
    }
