"""``import middleman``: the public names of ``sim``, under the name the package is installed by.

The code is in ``sim``; nothing is defined here, so that no class exists twice.
"""

from typing import Any

import sim

__all__ = list(sim.__all__)


def __getattr__(name: str) -> Any:
    """Return a public name of ``sim``, imported at its first use (PEP 562)."""
    if name in __all__:
        return getattr(sim, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """Return the public names."""
    return sorted(__all__)
