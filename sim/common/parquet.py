"""Parquet as written here: the same content gives the same bytes."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from itertools import chain
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

from sim.common.found_files import open_found

OPTIONS: dict[str, Any] = {
    "version": "2.6",
    "data_page_version": "1.0",
    "compression": "zstd",
    "compression_level": 3,
    "data_page_size": 1 << 20,
    "use_dictionary": True,
    "write_statistics": True,
    "store_schema": True,
}
ROW_GROUP = 1 << 20
"""With these rows in a group, everything that decides the bytes: no new default of pyarrow's changes them unnoticed."""


def write_parquet(table: pa.Table, path: Path | IO[bytes]) -> None:
    """Write a table. The file holds no time, no name of a machine, and no version but that of pyarrow."""
    write_parts([table], path)


def write_parts(parts: Iterable[pa.Table], path: Path | IO[bytes]) -> int:
    """Write the parts of a table, one at least, each of ``ROW_GROUP`` rows but the last. Returns the number of rows.

    The file is the same as that of the whole table; memory holds one part at a time.
    """
    parts = iter(parts)
    first = next(parts)
    rows = 0
    with pq.ParquetWriter(path, first.schema, **OPTIONS) as writer:
        for part in chain([first], parts):
            writer.write_table(part, row_group_size=ROW_GROUP)
            rows += part.num_rows
    return rows


def read_parquet(source: Path | pa.NativeFile, most_rows: int | None = None) -> pa.Table:
    """Read a table as it was written, from a file or from bytes in memory.

    Folders above it called, say, ``regime=o2o`` add no column.

    Raises:
        OSError, pa.ArrowException: when it is none.
        ValueError: when it has more than ``most_rows``, which a few bytes may stand for.
    """
    with ExitStack() as stack:
        file = pq.ParquetFile(stack.enter_context(open_found(source)) if isinstance(source, Path) else source)
        if most_rows is not None and file.metadata.num_rows > most_rows:
            raise ValueError(f"it has more than {most_rows} rows")
        return file.read()
