"""Parquet as written here: the same content gives the same bytes."""

from __future__ import annotations

from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.parquet as pq

OPTIONS: dict[str, Any] = {
    "version": "2.6",
    "data_page_version": "1.0",
    "compression": "zstd",
    "compression_level": 3,
    "row_group_size": 1 << 20,
    "data_page_size": 1 << 20,
    "use_dictionary": True,
    "write_statistics": True,
    "store_schema": True,
}
"""Everything that decides the bytes, so that no new default of pyarrow's changes them unnoticed."""


def write_parquet(table: pa.Table, path: Path | IO[bytes]) -> None:
    """Write a table. The file holds no time, no name of a machine, and no version but that of pyarrow."""
    pq.write_table(table, path, **OPTIONS)


def read_parquet(path: Path | pa.NativeFile) -> pa.Table:
    """Read a table as it was written, from a file or from bytes in memory.

    Folders above it called, say, ``regime=o2o`` add no column.
    """
    return pq.ParquetFile(path).read()
