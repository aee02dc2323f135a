"""`kernel`, the only decorator that compiles, and the folder of compiled code.

Compiled code is cached between runs, in a folder named after the content of every file of this package and the versions
of Python, numba and numpy. numba itself checks only the file of the function it loads: after an edit of a function
called from another file it would silently run the old code. A new folder for every new content prevents this.
``code_cache`` decides where these folders are, and whether code found there is run.
"""

from __future__ import annotations

import functools
import hashlib
import platform
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import numba
import numpy as np
from numba import types

from sim.kernels.numerics.code_cache import COMPILED, CheckedCache, chosen_folder

config: Any = numba.config
Function = TypeVar("Function", bound=Callable[..., Any])

# 64 random bits or a key made of them: np.uint64 inside kernels, a plain int when a compiled kernel returns it.
Bits: TypeAlias = Any

OPTIONS: dict[str, Any] = {
    "_nrt": False,  # kernels allocate nothing, so numba need not count references to arrays: half the time per choice
    "nogil": True,  # two runs in two threads take the time of one
    "fastmath": False,  # reordered or contracted arithmetic would change results between processors
    "no_cfunc_wrapper": True,  # kernels are not called from C
    "boundscheck": False,
    "error_model": "numpy",  # x / 0 is inf, as in numpy: no hidden branch at every division
}


def fingerprint(package: Path) -> str:
    """Sixteen digits that change with any source file of `package`, its location, or the tools' versions."""
    digest = hashlib.sha256()
    for part in (platform.python_version(), numba.__version__, np.__version__, str(package)):
        digest.update(part.encode() + b"\0")
    for source in sorted(package.rglob("*.py")):
        content = source.read_bytes()
        digest.update(f"{source.relative_to(package)}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:16]


CACHE_FOLDER, WHY_NOT_KEPT = chosen_folder(fingerprint(Path(__file__).resolve().parents[1]))
"""The folder of exactly this code, None if there is none; and why later runs will not find the code again, if so."""
KERNELS: list[Any] = []
"""All kernels of the modules imported so far, unless they stay plain Python."""


def kept_for_others() -> bool:
    """Tell whether other processes can use what this one compiles; not if it is in a temporary folder, or nowhere."""
    return not WHY_NOT_KEPT


REHEARSING: list[Any] = []
"""The active rehearsal, if any: kernels then run as plain Python, and nothing is compiled."""


def compiled_before() -> bool:
    """Tell whether nothing has to be compiled first: a whole day has been run with these kernels, or they stay
    plain.
    """
    return bool(config.DISABLE_JIT) or (CACHE_FOLDER is not None and (CACHE_FOLDER / COMPILED).exists())


def note_compiled() -> None:
    """Record that all kernels of a day are on disk; an interrupted first run leaves only some of them."""
    if not config.DISABLE_JIT and not REHEARSING:
        leave_note()


@functools.cache
def leave_note() -> None:
    """Write a marker beside the code, once per process."""
    if CACHE_FOLDER is not None:
        with suppress(OSError):  # the disk is full, or the folder was deleted meanwhile
            (CACHE_FOLDER / COMPILED).touch(mode=0o600)


@contextmanager
def cached_in(folder: Path) -> Iterator[None]:
    """Cache functions set up inside in `folder`, and restore numba's setting for others."""
    before = config.CACHE_DIR
    config.CACHE_DIR = str(folder)
    try:
        yield
    finally:
        config.CACHE_DIR = before


WITHIN: dict[str, Any] = OPTIONS | {
    "no_cpython_wrapper": True,
    # Passing a hundred arrays between kernels copies five hundred words per call; inlining avoids this and halves the
    # time of a choice.
    "forceinline": True,
}
"""How a kernel is compiled for use by other kernels."""


def kernel(function: Function) -> Function:
    """Compile `function` on its first call. With NUMBA_DISABLE_JIT=1 it stays Python, with the same results.

    In both cases `.py_func` is the original function, and `plain` runs it without warnings.
    """
    if config.DISABLE_JIT:
        return silent(function)
    compiled = numba.njit(**OPTIONS)(function)
    if CACHE_FOLDER is not None:
        with cached_in(CACHE_FOLDER):
            compiled._cache = CheckedCache(function)
    # Not cached: its callers contain it and are; every process that compiles a caller would write it.
    called = numba.njit(**WITHIN)(function)
    compile_for_types_only(called)
    KERNELS.append(compiled)
    return answer_calls_with(compiled, called)


def answer_calls_with(compiled: Any, called: Any) -> Any:
    """Let kernels call ``called``, the same function without its Python entry point.

    Unpacking a hundred arrays from Python objects is more code than most kernels; numba would compile it for functions
    that only kernels call. This saves half of the compile time.
    """
    compiled.get_call_template = called.get_call_template
    compiled.get_overload = called.get_overload
    return compiled


def compile_for_types_only(compiled: Any) -> None:
    """Compile calls between kernels once per argument types, not once per constant.

    numba compiles `pay(..., SALE)` and `pay(..., TAX)` as two functions, because each constant has its own type;
    with many kinds of payments, this doubles the compile time of a first run.
    """
    template_for = compiled.get_call_template

    def without_constants(arguments: Any, named: Any) -> Any:
        plain_types = {name: types.unliteral(kind) for name, kind in named.items()}
        return template_for(tuple(types.unliteral(kind) for kind in arguments), plain_types)

    compiled.get_call_template = without_constants


def plain_python(function: Function) -> Function:
    """Return the Python source of a kernel, to compare with the compiled one. Kernels it calls run as usual."""
    return silent(function.py_func)  # type: ignore[attr-defined]


def silent(function: Function) -> Function:
    """Suppress numpy's warnings about intended wrap-around in hash arithmetic, which compiled code does not give."""

    @functools.wraps(function)
    def run(*arguments: Any, **named: Any) -> Any:
        with np.errstate(all="ignore"):
            return function(*arguments, **named)

    run.py_func = function  # type: ignore[attr-defined]
    return run  # type: ignore[return-value]
