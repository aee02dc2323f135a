"""The parameters of what a run writes down beyond its usual tables."""

from __future__ import annotations

from sim.parameters import Section, parameter


class Records(Section):
    """What is written down on top of the usual tables. The market does not notice."""

    choices: bool = parameter(
        False,
        "Write down every offer a customer considered, for estimating tastes from choices.",
        "yes or no",
    )
