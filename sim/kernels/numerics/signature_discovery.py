"""Which kernels a run calls, and with what: found by living it once in plain Python, before anything is compiled.

numba compiles a kernel when it is first called, one after another, half a minute in all. Known beforehand, kernels can
be compiled side by side, each by a process of its own.
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

from sim.kernels.numerics.compiler import KERNELS, REHEARSING, plain

MUCH = 10_000
"""With this many numbers to go through, compiling is faster than doing it as it is written."""


class Call(NamedTuple):
    """A kernel and what it was called with.

    Attributes:
        module, name: of the kernel.
        arguments: numba's types of what it was given.
    """

    module: str
    name: str
    arguments: tuple[Any, ...]

    @property
    def kernel(self) -> Any:
        """The kernel itself."""
        return getattr(import_module(self.module), self.name)


class Rehearsal:
    """Runs kernels as they are written, and notes those that are called from outside.

    Attributes:
        calls: each once.
    """

    def __init__(self) -> None:
        self.calls: dict[Call, None] = {}
        self._within = False

    def instead_of_compiling(self, kernel: Any) -> Callable[..., Any]:
        """Return what answers numba, which asks for code that fits the arguments."""
        compiles, written = kernel._compile_for_args, plain(kernel)

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
    """Return how many numbers the largest array has. Tables that stand in tuples are only looked up in."""
    return max((each.size for each in arguments if isinstance(each, np.ndarray)), default=0)


def as_if_compiled(result: Any) -> Any:
    """Return what Python gets from a compiled kernel: its own numbers in place of numpy's."""
    if isinstance(result, tuple):
        parts = map(as_if_compiled, result)
        return type(result)(*parts) if hasattr(result, "_fields") else tuple(parts)
    return result.item() if isinstance(result, np.generic) else result


@contextmanager
def rehearsing() -> Iterator[Rehearsal]:
    """Let no kernel be compiled inside that is not yet, and note those that would be. For one thread alone."""
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
    """Compile kernels for calls that come in on standard input, and keep the code; answer each with a line.

    Code that is there already will do. Ends with the input.
    """
    gc.disable()  # what the compiler makes stays, and the process does not
    while True:
        try:
            call: Call = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        call.kernel.compile(call.arguments)
        print(flush=True)


def length(kernel: Any, seen: set[Any] | None = None) -> int:
    """Return how much there is to compile: bytes of Python's own code, those of the kernels it calls included."""
    seen = set() if seen is None else seen
    seen.add(kernel)
    function = kernel.py_func
    code: CodeType = function.__code__
    called = {function.__globals__.get(name) for name in code.co_names}
    return len(code.co_code) + sum(length(other, seen) for other in called.intersection(KERNELS) if other not in seen)
