"""`kernel`, the one decorator that compiles, and the folder where compiled code is kept.

Compiled code is kept between runs, in a folder named after the content of every file of this package and the
versions of Python, numba and numpy. numba alone checks only the file of the function it loads: after an edit
of a function called from another file it would run the old code without a word. A new folder for every new
content rules this out.
"""

from __future__ import annotations

import functools
import hashlib
import os
import platform
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import numba
import numpy as np
from numba import types

config: Any = numba.config
Function = TypeVar("Function", bound=Callable[..., Any])

# 64 random bits or a key made of them: np.uint64 inside kernels, a plain int when a compiled one returns it.
Bits: TypeAlias = Any

OPTIONS: dict[str, Any] = {
    "cache": True,
    "_nrt": False,  # kernels allocate nothing, so numba need not count references to arrays: half the time per choice
    "nogil": True,  # two runs in two threads take the time of one
    "fastmath": False,  # reordered or contracted arithmetic changes results from one processor to the next
    "no_cfunc_wrapper": True,  # nobody calls kernels from C
    "boundscheck": False,
    "error_model": "numpy",  # x / 0 is inf, as in numpy: no hidden branch at every division
}


def fingerprint(package: Path) -> str:
    """Sixteen digits that change with any source file of `package`, its place, or the tools' versions."""
    digest = hashlib.sha256()
    for part in (platform.python_version(), numba.__version__, np.__version__, str(package)):
        digest.update(part.encode() + b"\0")
    for source in sorted(package.rglob("*.py")):
        content = source.read_bytes()
        digest.update(f"{source.relative_to(package)}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:16]


def user_cache_folder() -> Path:
    """Where this user wants compiled code: NUMBA_CACHE_DIR, else XDG_CACHE_HOME, else ~/.cache."""
    chosen = os.environ.get("NUMBA_CACHE_DIR")
    if chosen:
        return Path(chosen)
    caches = os.environ.get("XDG_CACHE_HOME")
    return (Path(caches) if caches else Path("~/.cache").expanduser()) / "middleman"


def writable(folder: Path) -> bool:
    """Make `folder` if need be, and try it: permissions alone do not tell for root or a read-only disk."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


@functools.cache
def temporary_folder() -> tempfile.TemporaryDirectory[str]:
    """A folder that ends with the process. Nobody can guess its name and place code of theirs in it."""
    return tempfile.TemporaryDirectory(prefix="middleman-")


def choose_cache_folder() -> Path:
    """The folder of exactly this code: the user's, or a temporary one where that cannot be written."""
    name = f"kernels-{fingerprint(Path(__file__).resolve().parents[1])}"
    folder = user_cache_folder() / name
    return folder if writable(folder) else Path(temporary_folder().name) / name


CACHE_FOLDER = choose_cache_folder()
COMPILED = "compiled"
KERNELS: list[Any] = []
"""All kernels of the modules that were imported so far, unless they stay plain."""


def kept_for_others() -> bool:
    """Whether other processes find what this one compiles; not so in a folder that ends with the process."""
    return CACHE_FOLDER.is_relative_to(user_cache_folder())


REHEARSING: list[Any] = []
"""The rehearsal that is on, if one is: kernels run as they are written, and nothing is compiled."""


def compiled_before() -> bool:
    """Whether nothing needs compiling first: a whole day has been lived with these kernels, or they stay plain."""
    return bool(config.DISABLE_JIT) or (CACHE_FOLDER / COMPILED).exists()


def note_compiled() -> None:
    """Remember that all kernels of a day are on disk now; an interrupted first run leaves only some of them."""
    if not config.DISABLE_JIT and not REHEARSING:
        leave_note()


@functools.cache
def leave_note() -> None:
    """Leave a note beside the code, once a process."""
    (CACHE_FOLDER / COMPILED).touch()


@contextmanager
def cached_in(folder: Path) -> Iterator[None]:
    """Keep functions decorated inside in `folder`, and leave numba's setting to others as they set it."""
    before = config.CACHE_DIR
    config.CACHE_DIR = str(folder)
    try:
        yield
    finally:
        config.CACHE_DIR = before


WITHIN: dict[str, Any] = OPTIONS | {
    # What calls it contains it, and is kept. Kept itself, it would be written by every process that compiles a caller.
    "cache": False,
    "no_cpython_wrapper": True,
    # Handing a hundred arrays down from kernel to kernel is five hundred words copied at each call: in place of the
    # call, none. A choice takes half the time.
    "forceinline": True,
}
"""How a kernel is compiled for other kernels."""


def kernel(function: Function) -> Function:
    """Compile `function` when it is first called. With NUMBA_DISABLE_JIT=1 it stays Python: same results.

    In both cases `.py_func` is the function as written, and `plain` runs it without warnings.
    """
    if config.DISABLE_JIT:
        return silent(function)
    with cached_in(CACHE_FOLDER):
        compiled = numba.njit(**OPTIONS)(function)
    called = numba.njit(**WITHIN)(function)
    compile_for_types_only(called)
    KERNELS.append(compiled)
    return answer_calls_with(compiled, called)


def answer_calls_with(compiled: Any, called: Any) -> Any:
    """Let kernels call ``called``, the same function without what Python needs to call it.

    Unpacking a hundred arrays from Python objects is more code than most kernels are; numba would compile it for
    functions that only kernels ever call. Half of the compiler's work is saved.
    """
    compiled.get_call_template = called.get_call_template
    compiled.get_overload = called.get_overload
    return compiled


def compile_for_types_only(compiled: Any) -> None:
    """Let calls between kernels compile once per types of arguments, not once per constant that is passed.

    numba compiles `pay(..., SALE)` and `pay(..., TAX)` as two functions, since each constant has a type of its own;
    with a payment for every kind, that doubles the time a first run waits for the compiler.
    """
    template_for = compiled.get_call_template

    def without_constants(arguments: Any, named: Any) -> Any:
        plain_types = {name: types.unliteral(kind) for name, kind in named.items()}
        return template_for(tuple(types.unliteral(kind) for kind in arguments), plain_types)

    compiled.get_call_template = without_constants


def plain(function: Function) -> Function:
    """The Python source of a kernel, to hold the compiled one against. Kernels it calls run as always."""
    return silent(function.py_func)  # type: ignore[attr-defined]


def silent(function: Function) -> Function:
    """Numpy's scalars warn when hash arithmetic wraps around, as it is meant to; compiled code does not."""

    @functools.wraps(function)
    def run(*arguments: Any, **named: Any) -> Any:
        with np.errstate(all="ignore"):
            return function(*arguments, **named)

    run.py_func = function  # type: ignore[attr-defined]
    return run  # type: ignore[return-value]
