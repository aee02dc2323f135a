"""Why? One purchase, from the need to every account it touched."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from board import work
from board.text import plain
from sim.experiments.tasks import look_at
from sim.scenario import Scenario
from sim.wording.glossary import REASONS
from sim.words import duration, grouped, money

if TYPE_CHECKING:
    from sim.figures.story import Story


def why(scenario: Scenario, regimes: Sequence[str], seed: int) -> None:
    """Let the reader choose a regime and a need, and tell its story."""
    left, right = st.columns(2)
    regime = left.selectbox("Under", list(regimes), key="why-regime")
    number = right.number_input("Need number", 0, value=None, placeholder="the first purchase", key="why-need")
    task = look_at(scenario, [regime], seed, None if number is None else int(number))
    answer = work.ask("why", [task])
    if not answer.complete:
        work.wait("why", [task], answer)
        return
    look = answer.results[0]
    story = look.stories[regime]
    if story is None:
        st.info(f"This run has needs 0 to {look.needs[regime] - 1}; choose one of these.")
        return
    _tell(story)


def _tell(story: Story) -> None:
    who, currency = story.customer, story.currency
    said = [f"Day {story.day}: customer {who.number} of {who.town} has need {story.need}."]
    if story.purchase is None:
        said.append(REASONS[story.result])
    else:
        paid = money(story.purchase.price, currency)
        said.append(f"It buys {story.purchase.product} from {story.purchase.seller} for {paid}.")
        if story.purchase.days is not None:
            said.append(f"It is in hand after {duration(story.purchase.days)}.")
    said.append(f"The customer travelled {grouped(2 * story.km, 1)} km.")
    st.markdown(plain(" ".join(said)))
    if story.payments:
        rows = [
            (str(pay.day), plain(pay.payer), plain(pay.payee), plain(pay.kind.replace("_", " ")), money(pay.cents))
            for pay in story.payments
        ]
        st.table(pd.DataFrame(rows, columns=["day", "from", "to", "for", currency]).set_index("day"))
    if story.parties:
        kept = [(plain(p.name), money(p.received), money(p.paid), money(p.kept)) for p in story.parties]
        st.table(pd.DataFrame(kept, columns=["party", "received", "paid", "kept"]).set_index("party"))
        st.caption("Goods at the latest price paid for them; what all kept adds up to 0.00.")
