"""Finds set bits of words by the processor's own instruction."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic, overload


def lowest_bit(word: Any) -> int:
    """Return the position of the lowest set bit, from 0; ``word`` is a uint64 other than 0."""
    number = int(word)
    return (number & -number).bit_length() - 1


@intrinsic
def _trailing_zeros(context: Any, word: Any) -> Any:
    """Count the zeros below the lowest set bit."""
    del context

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        del context, signature
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 1))

    return types.int64(word), emit


@overload(lowest_bit)
def _compiled(word: Any) -> Any:
    """What compiled kernels run in place of ``lowest_bit``."""
    del word
    trailing_zeros: Any = _trailing_zeros

    def lowest(word: Any) -> Any:
        return trailing_zeros(word)

    return lowest
