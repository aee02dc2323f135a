"""A store of finished runs: a folder with one Parquet file for each, found by what decides its result.

A run is known by its scenario with every change made to it, its regime, its seed, and the sources of ``sim``: what is
there need not be run again. A part appears whole or not at all, so that any process may be killed at
any time, and several may fill one store.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from sim.common.files import FORMAT, FolderError, keep_newest, make_folder, reason_of, resolved_folder, whole_file
from sim.common.found_files import UnfitFileError, json_in, read_found
from sim.common.hashing import sha256_of
from sim.common.orphans import remove_orphans_in
from sim.common.parquet import read_parquet, write_parquet
from sim.common.provenance import sources_sha256, versions
from sim.runs.replication import Flat
from sim.scenario import Scenario, scenario_hash

KIND = b"middleman run"
PARTS, SPOILT = "parts", "set-aside"
LARGEST_PART, MOST_FIGURES = 10_000_000, 1_000_000
"""Bytes of a part, and figures in it; real ones have some 20 kB and a thousand."""
MOST_SET_ASIDE = 100
"""Damaged parts that are copied aside; of a disk that fails, more would only fill it."""
FOLDERS = 256
"""Among which parts are spread evenly."""
UNDER = b"middleman"
"""The key of the metadata under which a part says what it is."""


@dataclass(frozen=True)
class RunKey:
    """What decides the result of a run.

    Attributes:
        scenario_sha256: hash of the scenario, every change made to it included.
        regime: name of the regime.
        seed: seed of world and shocks.
    """

    scenario_sha256: str
    regime: str
    seed: int

    @classmethod
    def of(cls, scenario: Scenario, regime: str, seed: int) -> RunKey:
        """Return the key of a run."""
        return cls(scenario_hash(scenario), regime, seed)

    @property
    def digest(self) -> str:
        """The name under which its part is kept: a hash of all that decides it, the program included."""
        return sha256_of(self.scenario_sha256, self.regime, str(self.seed), sources_sha256())


class RunStore:
    """A folder of finished runs.

    Args:
        folder: where it is or shall be; what is missing is made.
        most: runs kept, about, the oldest of which go when there are more; None: all.
        private: whether nobody else may read what is kept.

    Raises:
        FolderError: when there is a file in its place, or the folder cannot be made.
    """

    def __init__(self, folder: str | Path, *, most: int | None = None, private: bool = False):
        self.folder, self._most, self._private = resolved_folder(folder), most, private
        try:
            make_folder(self.folder / PARTS, private=private)
        except OSError as error:
            raise FolderError(f"{self.folder} cannot be a store of runs ({error.strerror}); give another") from None

    def remove_orphans(self) -> None:
        """Delete what processes that were killed left half-written."""
        parts = self.folder / PARTS
        remove_orphans_in([self.folder, self.folder / SPOILT, parts, *parts.glob("[0-9a-f][0-9a-f]")])

    def path_of(self, key: RunKey) -> Path:
        """Return where a run's part is, or would be."""
        digest = key.digest
        return self.folder / PARTS / digest[:2] / f"{digest}.parquet"

    def get(self, key: RunKey) -> Flat | None:
        """Return the figures of a run, None where it is not there.

        What is in a damaged part is copied aside, and the part is as if it had never been there, until ``put`` writes
        it again. It is not moved: by then another process may have put a good one in its place.

        Raises:
            FolderError: when a part is there and cannot be read: nobody knows whether it is good, and it is left alone.
        """
        path = self.path_of(key)
        for again in (True, False):  # what is damaged on the way from the disk is sound when it is read once more
            content = self._content(path)
            if content is None:
                return None
            try:
                return read_part(content, key.digest)
            except DamagedPartError:
                if not again:
                    self._copy_aside(path, content)
        return None

    def _content(self, path: Path) -> bytes | None:
        """Return what is in the file of a part; None where there is none. Raises FolderError."""
        try:
            return read_found(path, LARGEST_PART)
        except (FileNotFoundError, UnfitFileError):  # what is no file, or far too large, was never written here
            return None
        except OSError as error:
            said = f"{path} cannot be read ({error.strerror or error}); it may be good and was left as it is"
            raise FolderError(f"{said}: see to the folder, then give the same command again") from None

    def put(self, key: RunKey, figures: Flat) -> None:
        """Keep the figures of a run. Once this has returned they survive a power cut.

        Raises:
            FolderError: when they cannot be written, for want of room, say.
        """
        path = self.path_of(key)
        try:
            make_folder(path.parent, private=self._private)
            with whole_file(path, follow=False, private=self._private) as partial:
                write_parquet(as_part(key, figures), partial)
            if self._most is not None:
                remove_orphans_in([path.parent])
                keep_newest(path.parent, "*.parquet", self._most // FOLDERS)
        except OSError as error:
            raise self.unwritable(error) from None

    def unwritable(self, error: OSError) -> FolderError:
        """Return the error for a store that takes nothing in any more."""
        said = f"{self.folder} cannot be written ({reason_of(error)}); make room there, or see to it"
        return FolderError(f"{said}: what it holds is kept, and the same command goes on from there")

    def parts(self) -> Iterator[Path]:
        """Yield the files of all parts, in the order of their names."""
        yield from sorted((self.folder / PARTS).glob("[0-9a-f][0-9a-f]/*.parquet"))

    def set_aside(self) -> list[Path]:
        """Return what was found in damaged parts."""
        return sorted((self.folder / SPOILT).glob("*"))

    def _copy_aside(self, path: Path, content: bytes) -> None:
        """Keep what a damaged part holds for anyone who wants to know; once, however often it is read."""
        aside = self.folder / SPOILT
        target = aside / f"{path.name}.{sha256_of(content)[:8]}"
        if target.exists() or len(self.set_aside()) >= MOST_SET_ASIDE:
            return
        with suppress(OSError):  # a folder that may only be read; writing the part again will say so
            make_folder(aside, private=self._private)
            with whole_file(target, follow=False, private=self._private) as partial:
                partial.write_bytes(content)


class DamagedPartError(ValueError):
    """A part that is not what was written."""


def as_part(key: RunKey, figures: Flat) -> pa.Table:
    """Return a run's part: a row for each figure, and in the metadata what the run was."""
    about = {
        "kind": KIND.decode(),
        "format": FORMAT,
        "key": key.digest,
        "scenario_sha256": key.scenario_sha256,
        "regime": key.regime,
        "seed": key.seed,
        "versions": versions(),
        "content": content_hash(figures),
    }
    columns = {"figure": list(figures), "value": list(figures.values())}
    schema = pa.schema([("figure", pa.string()), ("value", pa.float64())], metadata={UNDER: json.dumps(about).encode()})
    return pa.table(columns, schema=schema)


def read_part(content: bytes, digest: str) -> Flat:
    """Return the figures in a part, given the bytes of its file.

    Raises:
        DamagedPartError: when they are not what was written under this name.
        MemoryError: when there is no memory to read them, which says nothing of the part.
    """
    try:
        table = read_parquet(pa.BufferReader(content), MOST_FIGURES)
        about = json_in((table.schema.metadata or {})[UNDER])
        figures: Flat = dict(zip(table["figure"].to_pylist(), table["value"].to_pylist(), strict=True))
        sound = about["format"] == FORMAT and about["key"] == digest and about["content"] == content_hash(figures)
    except MemoryError:
        raise
    except (pa.ArrowException, OSError, KeyError, ValueError, TypeError, AttributeError) as error:  # all in memory
        raise DamagedPartError(f"{digest}: {error}") from error
    if not sound:
        raise DamagedPartError(f"{digest} is not what was written")
    return figures


def content_hash(figures: Mapping[str, Any]) -> str:
    """Return a hash of names and values, to the last bit."""
    return sha256_of(*(f"{name}={'null' if value is None else float(value).hex()}" for name, value in figures.items()))
