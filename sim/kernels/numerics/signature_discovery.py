"""Finds which kernels a run calls, with which types, by running it once in plain Python before anything is compiled.

numba compiles a kernel on its first call, one after another, half a minute in total. If they are known in advance,
kernels can be compiled in parallel, each in its own process.
"""

from __future__ import annotations

import gc
import pickle
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from types import CodeType
from typing import Any, NamedTuple

import numba
import numpy as np

from sim.kernels.numerics.compiler import KERNELS, REHEARSING, plain_python

MUCH = 10_000
"""With more numbers than this to process, compiling is faster than plain Python."""


class Call(NamedTuple):
    """A kernel and its argument types.

    Attributes:
        module, name: of the kernel.
        arguments: numba's types of its arguments.
    """

    module: str
    name: str
    arguments: tuple[Any, ...]

    @property
    def kernel(self) -> Any:
        """The kernel itself."""
        return getattr(import_module(self.module), self.name)


class Rehearsal:
    """Runs kernels as plain Python, and records those called from outside.

    Attributes:
        calls: each once.
    """

    def __init__(self) -> None:
        self.calls: dict[Call, None] = {}
        self._within = False

    def instead_of_compiling(self, kernel: Any) -> Callable[..., Any]:
        """Return the stand-in for numba's request for code that matches the arguments."""
        compiles, written = kernel._compile_for_args, plain_python(kernel)

        def code_for(*arguments: Any) -> Callable[..., Any]:
            if self._within:
                return written
            self.calls[Call(kernel.__module__, kernel.__name__, tuple(map(numba.typeof, arguments)))] = None
            return (
                compiles(*arguments) if most_numbers(arguments) > MUCH else lambda *given: self._lived(written, given)
            )

        return code_for

    def _lived(self, written: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        self._within = True
        try:
            return as_if_compiled(written(*arguments))
        finally:
            self._within = False


def most_numbers(arguments: tuple[Any, ...]) -> int:
    """Return the size of the largest array. Tables in tuples are only looked up."""
    return max((each.size for each in arguments if isinstance(each, np.ndarray)), default=0)


def as_if_compiled(result: Any) -> Any:
    """Return what Python receives from a compiled kernel: Python numbers instead of numpy's."""
    if isinstance(result, tuple):
        parts = map(as_if_compiled, result)
        return type(result)(*parts) if hasattr(result, "_fields") else tuple(parts)
    return result.item() if isinstance(result, np.generic) else result


@contextmanager
def rehearsing() -> Iterator[Rehearsal]:
    """Keep kernels from being compiled inside, and record those that would be. Single thread only."""
    rehearsal, kernels = Rehearsal(), list(KERNELS)
    REHEARSING.append(rehearsal)
    for kernel in kernels:
        kernel._compile_for_args = rehearsal.instead_of_compiling(kernel)
    try:
        yield rehearsal
    finally:
        for kernel in kernels:
            del kernel._compile_for_args
        REHEARSING.remove(rehearsal)


def compile_what_comes() -> None:
    """Compile kernels for calls that arrive on standard input, and cache the code; answer each with a line.

    Existing code is reused. Ends with the input.
    """
    gc.disable()  # compiled code stays for good, but this process does not
    while True:
        try:
            call: Call = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        call.kernel.compile(call.arguments)
        print(flush=True)


def length(kernel: Any, seen: set[Any] | None = None) -> int:
    """Return the amount of code to compile: bytes of Python bytecode, including that of called kernels."""
    seen = set() if seen is None else seen
    seen.add(kernel)
    function = kernel.py_func
    code: CodeType = function.__code__
    called = {function.__globals__.get(name) for name in code.co_names}
    return len(code.co_code) + sum(length(other, seen) for other in called.intersection(KERNELS) if other not in seen)
