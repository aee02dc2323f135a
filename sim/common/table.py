"""Room for tables that grow while kernels write them: in memory, or in files that serve as memory.

A table on disk is a file without a name, gone with the last array that looks into it. Kernels and numpy use it like any
other; what they touch of it lies in memory until ``release_pages`` is called, or until the system wants the memory
back.
"""

from __future__ import annotations

import mmap
import os
import tempfile
import weakref
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import DTypeLike, NDArray

from sim.common.memory_pool import POOL

Columns: TypeAlias = dict[str, NDArray[Any]]
"""A table: columns of equal length, by name."""
Item = TypeVar("Item", bound=np.generic)
Tables = TypeVar("Tables", bound=Any)

LARGE_FILES = Path("/var/tmp")
"""Where systems keep large files for a while; /tmp often lies in memory, and nothing would be gained there."""
CHUNK = 1 << 16
"""Rows gone through before memory is let go of: some tens of megabytes."""
LINE = 64
"""Bytes of a line of the processor's cache, at which columns begin."""
BYTES_IN_MB = 2**20


class DiskError(OSError):
    """There is no room for records on disk. Says where, how much is wanted, and what to do."""


class FileMemory(mmap.mmap):
    """The memory of a table on disk, with the number of the file behind it, which is closed with the memory."""

    file: int


def folder_for_records() -> Path:
    """Return where tables on disk lie: the folder TMPDIR names, else /var/tmp, else where temporary files go."""
    if not os.environ.get("TMPDIR") and os.access(LARGE_FILES, os.W_OK):
        return LARGE_FILES
    return Path(tempfile.gettempdir())


def file_memory(size: int, file: int | None = None) -> FileMemory:
    """Return a new file of ``size`` bytes as memory, or a larger view of one there is; the bytes are reserved at once.

    Were they not, a full disk would end the process without a word, at whatever line first wrote too much.

    Raises:
        DiskError: when the disk has no room.
    """
    size = max(size, mmap.PAGESIZE)
    folder = folder_for_records()
    try:
        own = nameless_file(folder) if file is None else os.dup(file)
        memory = FileMemory(own, allocate_file(own, size))
    except OSError as error:
        wanted = f"records on disk want {size / BYTES_IN_MB:,.0f} MB for one more table in {folder}"
        remedy = "name a folder with more room in TMPDIR, or take fewer customers or days"
        raise DiskError(error.errno, f"{wanted}, which are not to be had ({error.strerror}); {remedy}") from error
    memory.file = own
    weakref.finalize(memory, os.close, own)
    return memory


def nameless_file(folder: Path) -> int:
    """Return the number of a new file that is gone when everybody has closed it."""
    with tempfile.TemporaryFile(prefix="middleman-", dir=folder) as file:
        return os.dup(file.fileno())


def allocate_file(file: int, size: int) -> int:
    """Make a file at least ``size`` bytes long, all of them on disk. Closes it where that fails. Returns the size."""
    there = os.fstat(file).st_size
    try:
        if size > there and hasattr(os, "posix_fallocate"):
            os.posix_fallocate(file, there, size - there)
        elif size > there:
            os.lseek(file, there, os.SEEK_SET)
            for start in range(there, size, BYTES_IN_MB):
                os.write(file, bytes(min(BYTES_IN_MB, size - start)))
    except OSError:
        os.close(file)
        raise
    return size


def empty_table(rows: int, kind: DTypeLike, *, on_disk: bool) -> NDArray[Any]:
    """Return a table with room for ``rows`` rows; one on disk begins small, as it grows without being copied."""
    if not on_disk:
        return np.ndarray(rows, np.dtype(kind), buffer=POOL.memory(rows * np.dtype(kind).itemsize))
    rows = min(rows, 1024)
    return np.ndarray(rows, np.dtype(kind), buffer=file_memory(rows * np.dtype(kind).itemsize))


def empty_columns(rows: int, kinds: Mapping[str, DTypeLike], *, on_disk: bool) -> dict[str, NDArray[Any]]:
    """Return columns of equal length, not yet filled, that share a file or a piece of memory.

    One large piece comes from the system in large pages, a small one for each column in thousands of small ones: a
    third of the time it takes to fill them.
    """
    sizes = [-(-rows * np.dtype(kind).itemsize // LINE) * LINE for kind in kinds.values()]
    begins = np.concatenate(([0], np.cumsum(sizes, dtype=np.int64))).tolist()
    memory: Any = file_memory(begins[-1]) if on_disk else POOL.memory(begins[-1])
    return {
        name: np.ndarray(rows, np.dtype(kind), buffer=memory, offset=begin)
        for (name, kind), begin in zip(kinds.items(), begins[:-1], strict=True)
    }


def is_on_disk(table: NDArray[Any]) -> bool:
    """Tell whether a table, not a part of one, lies in a file."""
    return isinstance(table.base, FileMemory)


def release_pages(*tables: NDArray[Any]) -> None:
    """Take those of the tables that lie on disk out of memory; they are read in again where somebody looks."""
    if not hasattr(mmap, "MADV_DONTNEED"):
        return
    done: set[int] = set()
    for table in tables:
        memory = table.base
        if isinstance(memory, FileMemory) and id(memory) not in done:  # columns of a table share a file
            memory.madvise(mmap.MADV_DONTNEED)
            done.add(id(memory))


def chunks(rows: int, *tables: NDArray[Any]) -> Iterator[slice]:
    """Yield the rows stretch by stretch; after each the tables that lie on disk are let go of."""
    for start in range(0, rows, CHUNK):
        yield slice(start, min(start + CHUNK, rows))
        release_pages(*tables)


def reserve(table: NDArray[Item], rows: int) -> NDArray[Item]:
    """Return a table with room for ``rows`` rows: itself if there is, else a longer one that begins alike.

    In memory that is a copy of at least double the length; on disk the file is made longer, by a quarter at least.
    """
    if len(table) >= rows:
        return table
    if isinstance(table.base, FileMemory):
        rows = max(rows, len(table) + len(table) // 4)
        return np.ndarray(rows, table.dtype, buffer=file_memory(rows * table.itemsize, table.base.file))
    larger = empty_table(max(rows, 2 * len(table)), table.dtype, on_disk=False)
    larger[: len(table)] = table
    return larger


def reserve_column(tables: Tables, name: str, rows: int) -> Tables:
    """Return a named tuple of tables, of which one has room for ``rows`` rows: itself if there is.

    A day asks some thirty times, and nearly always there is room; no new tuple is made then.
    """
    table = getattr(tables, name)
    return tables if len(table) >= rows else tables._replace(**{name: reserve(table, rows)})
