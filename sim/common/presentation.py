"""Results that show themselves: a short ``repr``, a small page in a notebook, and charts under ``plot``.

Results stand below the room that words and draws them, and import nothing of it. The package's front
(``sim/__init__.py``) names the module that presents them, and it is imported when a result is first shown.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_PRESENTED_BY: list[str] = []
"""The module that presents results, last named last; it defines ``html_of`` and ``plots_of``."""


def present_with(module: str) -> None:
    """Name the module that presents results."""
    _PRESENTED_BY.append(module)


def _presenter() -> Any:
    return import_module(_PRESENTED_BY[-1])


class Presented:
    """A result that shows itself."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {in_short(self)}>"

    def _repr_html_(self) -> str:
        """Return what a notebook shows: a small page, whatever the size of the result."""
        return str(_presenter().html_of(self))

    @property
    def plot(self) -> Any:
        """Charts of this result by name, each a plotly figure; ``dir(result.plot)`` lists them."""
        return _presenter().plots_of(self)


def in_short(result: Any) -> str:
    """Return what a result is about in a few words: scenario, regimes, what it holds."""
    scenario = getattr(result, "scenario", "")
    regimes = getattr(result, "regimes", None) or [getattr(result, "regime", "")]
    parts = [str(getattr(scenario, "name", scenario)), ", ".join(filter(None, regimes)), _held(result)]
    return "; ".join(filter(None, parts))


def _held(result: Any) -> str:
    """Return how many of its main things a result holds."""
    for name in ("points", "crossings", "influences", "services", "firms", "checks"):
        held = getattr(result, name, None)
        if held is not None:
            return f"{len(held)} {name}"
    return ""
