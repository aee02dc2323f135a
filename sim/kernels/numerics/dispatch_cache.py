"""Caches numba's dispatch for kernels that are called repeatedly with the same argument types."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

C_ORDER, FORTRAN_ORDER, ALIGNED, WRITEABLE = 0x1, 0x2, 0x100, 0x400
IN_MEMORY = C_ORDER | FORTRAN_ORDER | ALIGNED | WRITEABLE
"""Array flags (numpy's numbers) that compiled code depends on; memory ownership does not matter."""
SCALARS = (int, float, np.generic)
"""Arguments whose Python type determines how a kernel was compiled for them."""


class Calls:
    """Calls the kernels of one market.

    numba looks at every array of every table to find out which compiled code fits: some 30 millionths of a second for
    a kernel that is handed a hundred arrays, ten times as long as handing them over takes. Here that is done once, and
    again only when an argument, or a table in one, is neither the same object as at the last call nor of the same kind.
    """

    def __init__(self) -> None:
        self._known: dict[Any, tuple[tuple[Any, ...], Callable[..., Any]]] = {}

    def __reduce__(self) -> tuple[type[Calls], tuple[()]]:
        """Pickle it empty: another process compiles, or loads, code of its own."""
        return Calls, ()

    def __call__(self, kernel: Callable[..., Any], *arguments: Any) -> Any:
        """Call a kernel and return its result."""
        before, code = self._known.get(kernel, ((), None))
        if code is not None and all(map(same_kind, arguments, before)):
            self._known[kernel] = arguments, code  # a table that was replaced by a longer one is let go of
            return code(*arguments)
        result = kernel(*arguments)
        fitting = code_for(kernel, code)
        if fitting is not None:
            self._known[kernel] = arguments, fitting
        return result


def same_kind(new: Any, old: Any) -> bool:
    """Tell whether code compiled for one argument is right for another."""
    if new is old:
        return True
    if type(new) is not type(old):
        return False
    if type(new) is np.ndarray:
        same_order = (new.flags.num ^ old.flags.num) & IN_MEMORY == 0
        return bool(same_order and new.dtype == old.dtype and new.ndim == old.ndim)
    if isinstance(new, tuple):  # of tables, mostly the same ones
        return len(new) == len(old) and all(map(same_kind, new, old))
    return isinstance(new, SCALARS)


def code_for(kernel: Any, known: Callable[..., Any] | None = None) -> Callable[..., Any] | None:
    """Return the compiled code of a kernel just called, ``known`` if there is only one; None for plain Python.

    Also None if it was compiled for several kinds of arguments, which is rare: then numba has to choose.
    """
    compiled: Any = getattr(kernel, "overloads", ())
    if len(compiled) != 1:
        return None
    if known is not None:
        return known
    code: Callable[..., Any]
    [code] = (each.entry_point for each in compiled.values())
    return code
