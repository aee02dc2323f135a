"""Requests memory before it is needed, so that the processor does not wait for it."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic, overload

TO_READ, KEEP_NEAR, DATA = 0, 3, 1
"""Prefetch hints: the memory will be read, more than once, and is not code."""


def ask_for(column: Any, row: int) -> None:
    """Prefetch a row of a column and continue at once. Affects only speed."""


@intrinsic
def _prefetch(context: Any, column: Any, row: Any) -> Any:
    """The processor's prefetch instruction, for a one-dimensional column and an existing row."""
    del context, row

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kind = signature.args[0]
        array = context.make_array(kind)(context, builder, arguments[0])
        place = cgutils.get_item_pointer(context, builder, kind, array, [arguments[1]], wraparound=False)
        place = builder.bitcast(place, cgutils.voidptr_t)
        code = ir.IntType(32)
        prefetch = builder.module.declare_intrinsic(
            "llvm.prefetch", [place.type], ir.FunctionType(ir.VoidType(), [place.type, code, code, code])
        )
        builder.call(prefetch, [place, code(TO_READ), code(KEEP_NEAR), code(DATA)])
        return context.get_dummy_value()

    return types.void(column, types.intp), emit


@overload(ask_for)
def _compiled(column: Any, row: Any) -> Any:
    """What compiled kernels run in place of ``ask_for``, for any types."""
    del column, row
    prefetch: Any = _prefetch

    def ask(column: Any, row: Any) -> None:
        prefetch(column, row)

    return ask
