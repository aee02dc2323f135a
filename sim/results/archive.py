"""Outcomes on disk: a folder with one Parquet file per table and a manifest, which any tool can read.

Names stand in place of codes, and what is undefined is null. Money is whole cents under the names it has in
``Outcome.columns``: the fields say so (``unit: cents``), and so does the manifest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sim.common.files import FORMAT, MANIFEST, FolderError, read_manifest, resolved_folder, whole_folder, write_json
from sim.common.hashing import sha256_of_file
from sim.common.parquet import ROW_GROUP, read_parquet, write_parts
from sim.common.table import Columns, release_pages
from sim.engine.codes import NOTHING
from sim.results.frames import CODED, FIRST_COLUMNS, KINDS, MONEY
from sim.results.kept import RecordsError
from sim.results.outcome_data import Manifest, OutcomeData
from sim.scenario import ScenarioError, load_scenario, scenario_hash
from sim.scenario.problems import shown

Labels = Mapping[str, tuple[str, ...]]

KIND = "middleman outcome"
UNIT, LABELS, NUMPY_TYPE = b"unit", b"labels", b"numpy"
"""What a field of a Parquet file says of itself: cents; which names, and the type of their codes."""


def save(outcome: OutcomeData, folder: str | Path, *, overwrite: bool = False) -> Path:
    """Write an outcome to a folder, whole or not at all, and return the folder.

    Args:
        outcome: what to write.
        folder: a new or empty folder; what is missing above it is made.
        overwrite: whether an earlier outcome there may be replaced.

    Raises:
        FolderError: when the folder is taken, or two places, products or firms share a name.
        RecordsError: when the run kept figures only.
    """
    if outcome.sums is not None:
        raise RecordsError("tables of needs, ledger and stock to save")
    with whole_folder(folder, KIND, overwrite=overwrite) as place:
        tables = {name: _write_table(outcome, name, place) for name in outcome.columns}
        write_json(place / MANIFEST, manifest_of(outcome, tables))
    return Path(folder)


def manifest_of(outcome: OutcomeData, tables: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return what the manifest says: where the outcome came from, and what lies beside it."""
    origin = outcome.manifest
    return {
        "kind": KIND,
        "format": FORMAT,
        "regime": origin.regime,
        "seed": origin.seed,
        "versions": dict(origin.versions),
        "money": "whole cents; fields with `unit: cents`",
        "scenario_sha256": scenario_hash(origin.scenario),
        "scenario": origin.scenario.model_dump(mode="json"),
        "files": [str(entry["file"]) for entry in tables.values()],
        "tables": dict(tables),
        "labels": {name: list(labels) for name, labels in outcome.labels.items()},
    }


def _write_table(outcome: OutcomeData, name: str, folder: Path) -> dict[str, Any]:
    """Write one table and return its line in the manifest."""
    path = folder / f"{name}.parquet"
    rows = write_parts(_parts_of_table(outcome, name), path)
    return {"file": path.name, "rows": rows, "sha256": sha256_of_file(path)}


def _parts_of_table(outcome: OutcomeData, name: str) -> Iterator[pa.Table]:
    """Yield a table group of rows by group of rows; one without rows is one part."""
    columns = outcome.columns[name]
    for first in range(0, max(len(next(iter(columns.values()))), 1), ROW_GROUP):
        yield to_arrow(name, {of: column[first : first + ROW_GROUP] for of, column in columns.items()}, outcome.labels)
        release_pages(*columns.values())


def to_arrow(name: str, columns: Columns, labels: Labels) -> pa.Table:
    """Return a table for other tools: names for codes, null where something is undefined, money in cents."""
    first = FIRST_COLUMNS.get(name, ())
    order = [*first, *(column for column in columns if column not in first)]
    fields, arrays = [], []
    for column in order:
        kind = KINDS.get(name) if column == "kind" else CODED.get(column)
        values = columns[column]
        if kind is None:
            array, says = pa.array(values, from_pandas=True), {UNIT: b"cents"} if column in MONEY else None
        else:
            array = _named(values, kind, labels[kind])
            says = {LABELS: kind.encode(), NUMPY_TYPE: str(values.dtype).encode()}
        arrays.append(array)
        fields.append(pa.field(column, array.type, metadata=says))
    about = {b"table": name.encode(), b"money": b"whole cents"}
    return pa.Table.from_arrays(arrays, schema=pa.schema(fields, metadata=about))


def _named(codes: NDArray[Any], kind: str, names: tuple[str, ...]) -> pa.DictionaryArray:
    """Return codes as names, -1 as null. Raises FolderError when two of them share a name."""
    if len(set(names)) < len(names):
        twice = sorted({name for name in names if names.count(name) > 1})
        raise FolderError(f"several {kind} are called {', '.join(twice)}; rename them in the scenario")
    indices = pa.array(codes, mask=codes == NOTHING)
    return pa.DictionaryArray.from_arrays(indices, pa.array(names, pa.string()))


def load(folder: str | Path) -> OutcomeData:
    """Read an outcome back, equal in every column to the one that was saved.

    Raises:
        FolderError: when the folder holds no outcome, or a part of it is missing or was changed.
    """
    place = resolved_folder(folder)
    manifest = read_manifest(place, KIND)
    try:
        labels = {name: tuple(names) for name, names in manifest["labels"].items()}
        columns = {name: _read_table(place, entry, labels) for name, entry in manifest["tables"].items()}
        scenario = load_scenario(manifest["scenario"])
        origin = Manifest(scenario, manifest["regime"], manifest["seed"], manifest["versions"])
        _check_origin(origin, place)
    except FolderError:
        raise
    except ScenarioError as error:
        raise FolderError(f"the scenario in {place / MANIFEST} cannot be used:\n{error}") from error
    except OSError as error:
        raise FolderError(f"{place} cannot be read: {error.strerror or error}") from error
    except (LookupError, TypeError, AttributeError, ValueError, pa.ArrowException) as error:
        raise FolderError(f"{place / MANIFEST} is incomplete or was changed: {error!r}") from error
    return OutcomeData(origin, labels, columns)


def _check_origin(origin: Manifest, folder: Path) -> None:
    """Make sure that regime and seed are those of a run there can be. Raises FolderError."""
    said = f"{folder / MANIFEST} was changed"
    if origin.regime not in origin.scenario.regime_names:
        raise FolderError(f"{said}: {origin.scenario.name} has no regime {shown(origin.regime)}")
    known = type(origin.seed) is int and 0 <= origin.seed < 2**63
    if not known:
        raise FolderError(f"{said}: {shown(origin.seed)} is no seed")


def _read_table(folder: Path, entry: Mapping[str, Any], labels: Labels) -> Columns:
    """Read one table back as columns of codes, cents and NaN."""
    path = folder / Path(entry["file"]).name
    if not path.is_file():
        raise FolderError(f"{path} is missing; the folder was not copied whole")
    if sha256_of_file(path) != entry["sha256"]:
        raise FolderError(f"{path} is not the file that was saved; make the outcome again")
    table = read_parquet(path)
    return {field.name: _column(table.column(field.name), field, labels) for field in table.schema}


def _column(column: pa.ChunkedArray, field: pa.Field, labels: Labels) -> NDArray[Any]:
    """Return one column as it was in the outcome."""
    says = field.metadata or {}
    if LABELS not in says:
        values: NDArray[Any] = column.combine_chunks().to_numpy(zero_copy_only=False).copy()
        return values
    code = {name: number for number, name in enumerate(labels[says[LABELS].decode()])}
    coded = column.unify_dictionaries().combine_chunks()
    # Where nothing is, the index is -1 and finds the last entry.
    codes = np.array([*(code[name] for name in coded.dictionary.to_pylist()), NOTHING])
    indices = coded.indices.fill_null(NOTHING).to_numpy(zero_copy_only=False)
    return codes[indices].astype(says[NUMPY_TYPE].decode())
