"""Kernels called day after day with the same tables, without asking each time what kind they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

SCALARS = (int, float, np.generic)
"""Arguments whose Python type says how a kernel was compiled for them."""


class Calls:
    """Calls the kernels of one market.

    numba looks at every array of every table to find out which compiled code fits: some 30 millionths of a second for
    a kernel that is handed a hundred arrays, ten times as long as handing them over takes. Here that is done once, and
    again only when an argument is neither the same object as at the last call nor one of the same kind.
    """

    def __init__(self) -> None:
        self._known: dict[Any, tuple[tuple[Any, ...], Callable[..., Any]]] = {}

    def __call__(self, kernel: Callable[..., Any], *arguments: Any) -> Any:
        """Call a kernel and return what it returns."""
        before, code = self._known.get(kernel, ((), None))
        if code is not None and all(map(alike, arguments, before)):
            return code(*arguments)
        result = kernel(*arguments)
        fitting = code_for(kernel)
        if fitting is not None:
            self._known[kernel] = arguments, fitting
        return result


def alike(new: Any, old: Any) -> bool:
    """Tell whether what was compiled for one argument is right for another."""
    if new is old:
        return True
    if type(new) is not type(old):
        return False
    if type(new) is np.ndarray:
        return bool(new.dtype == old.dtype and new.ndim == old.ndim and new.flags.num == old.flags.num)
    return isinstance(new, SCALARS)


def code_for(kernel: Any) -> Callable[..., Any] | None:
    """Return the compiled code of a kernel that has just been called; None for plain Python.

    Also where it was compiled for several kinds of arguments, as hardly any kernel is: then numba has to choose.
    """
    compiled = tuple(getattr(kernel, "overloads", {}).values())
    code: Callable[..., Any] | None = compiled[0].entry_point if len(compiled) == 1 else None
    return code
