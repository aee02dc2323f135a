"""Mesa 3.3 keeps every model for ever; this lets dropped ones go."""

from __future__ import annotations

from itertools import count
from typing import Any
from weakref import WeakKeyDictionary

import mesa


class WeakCounters:
    """Numbers for new agents, by model, gone with the model."""

    def __init__(self) -> None:
        self._counters: WeakKeyDictionary[mesa.Model, Any] = WeakKeyDictionary()

    def __getitem__(self, model: mesa.Model) -> Any:
        return self._counters.setdefault(model, count(1))


def let_models_go() -> None:
    """Replace the table ``Agent._ids`` of Mesa 3.3, whose keys are models that are never freed.

    Newer versions count inside the model and have no such table.
    """
    if isinstance(getattr(mesa.Agent, "_ids", None), dict):
        mesa.Agent._ids = WeakCounters()
