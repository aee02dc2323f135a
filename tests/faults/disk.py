"""A disk between the program and the system's: it counts what is done below one folder, and goes wrong when asked to.

It takes the place of the functions of ``os`` and ``io`` through which all of ``sim`` reads and writes, in this process
and for one folder only. The program itself knows nothing of it.
"""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

import pyarrow.parquet as pq

from tests.faults.power import Unsynced

KINDS = {
    "fail": "fails (EIO)",
    "full": "fails, and all that follow (ENOSPC)",
    "memory": "MemoryError",
    "kill": "process killed, a write by half",
    "content": "power cut: content not flushed is lost",
    "power": "power cut: names not flushed are lost as well",
    "corrupt": "one bit of what is read or written flips",
    "overtaken": "slow: another process does all of the same meanwhile",
}
ENDINGS = ("kill", "content", "power")
CHANGING = ("open to write", "write", "fsync", "rename", "mkdir", "touch")
"""What a full disk does not do any more; it still deletes and reads."""


class Killed(BaseException):
    """Stands for the end of the process: no handler of OSError or Exception sees it."""


@dataclass
class Fault:
    """What goes wrong, and at which operation.

    Attributes:
        kind: one of ``KINDS``; empty: nothing.
        at: number of the operation, from 0.
        meanwhile: what another process does at that point, where it is slow.
    """

    kind: str = ""
    at: int = -1
    meanwhile: Callable[[], object] = lambda: None


@dataclass
class Disk:
    """The operations below a folder, and the fault among them.

    Attributes:
        root: the folder.
        fault: what goes wrong.
        done: kinds of the operations so far, in order.
        dead: whether the process is held to be killed: nothing changes the disk any more.
    """

    root: Path
    fault: Fault = field(default_factory=Fault)
    done: list[str] = field(default_factory=list)
    dead: bool = False
    resting: bool = False

    def __post_init__(self) -> None:
        self._open: dict[int, Path] = {}
        self.unsynced = Unsynced(self.root)

    def place(self, path: Any, dir_fd: int | None = None) -> Path | None:
        """Return where a path leads if it is below the folder; None else."""
        if isinstance(path, int):
            return self._open.get(path)
        above = self._open.get(dir_fd) if dir_fd is not None else None
        found = Path(os.path.abspath(os.path.join(above or "", os.fsdecode(path))))
        return found if found.is_relative_to(self.root) else None

    def step(self, kind: str) -> bool:
        """Count an operation, and let the fault happen if it is its turn; return whether data is to be spoilt."""
        if self.dead:
            raise Killed
        if self.resting:
            return False
        number, fault = len(self.done), self.fault
        self.done.append(kind)
        if fault.kind == "full" and 0 <= fault.at <= number and kind in CHANGING:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        if number != fault.at:
            return False
        if fault.kind == "fail":
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        if fault.kind == "memory":
            raise MemoryError("injected")
        if fault.kind in ENDINGS and kind != "write":
            self.end()
        if fault.kind == "overtaken":
            with self.rest():
                fault.meanwhile()
        return fault.kind == "corrupt" or fault.kind in ENDINGS

    def end(self) -> None:
        """Let the process be killed now; with the power, what was not written to the disk itself is lost as well."""
        self.dead = True
        if self.fault.kind != "kill":
            with self.rest():
                self.unsynced.lose(names=self.fault.kind == "power")
        raise Killed

    @contextmanager
    def rest(self) -> Iterator[None]:
        """Let everything pass uncounted: it is another process that does it."""
        before, self.resting, dead, self.dead = self.resting, True, self.dead, False
        try:
            yield
        finally:
            self.resting, self.dead = before, dead

    @contextmanager
    def between(self) -> Iterator[Disk]:
        """Stand between the program and the system."""
        real = {name: getattr(os, name) for name in ("open", "close", "fsync", "mkdir", "rmdir", "unlink")}
        changes = {
            "open": self._opening(real["open"]),
            "close": self._closing(real["close"]),
            "fsync": self._syncing(real["fsync"]),
            "mkdir": self._naming("mkdir", real["mkdir"]),
            "rmdir": self._naming("delete", real["rmdir"]),
            "unlink": self._naming("delete", real["unlink"]),
            "remove": self._naming("delete", os.remove),
            "utime": self._naming("touch", os.utime),
            "listdir": self._naming("list", os.listdir),
            "scandir": self._naming("list", os.scandir),
            "rename": self._moving(os.rename),
            "replace": self._moving(os.replace),
            "link": self._moving(os.link),
        }
        opened, writer = _opener(self, io.open), _writer()
        with (
            mock.patch.multiple(os, **changes),
            mock.patch("io.open", opened),
            mock.patch("builtins.open", opened),
            mock.patch.object(pq, "ParquetWriter", writer),
        ):
            yield self

    def _opening(self, real: Callable[..., int]) -> Callable[..., int]:
        def opening(path: Any, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
            place = self.place(path, dir_fd)
            writes = bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))
            if place is not None:
                self.step("open to write" if writes else "open to read")
                if writes and not self.resting:
                    self.unsynced.create(place)
            handle = real(path, flags, mode, dir_fd=dir_fd)
            self._open.pop(handle, None)
            if place is not None:
                self._open[handle] = place
            return handle

        return opening

    def _closing(self, real: Callable[[int], None]) -> Callable[[int], None]:
        def closing(handle: int) -> None:
            self._open.pop(handle, None)
            real(handle)

        return closing

    def _syncing(self, real: Callable[[int], None]) -> Callable[[int], None]:
        def syncing(handle: Any) -> None:
            place = self.place(handle if isinstance(handle, int) else handle.fileno())
            if place is None:
                real(handle)
                return
            self.step("fsync")  # the real disk is spared: what would be lost is known here
            if not self.resting:
                self.unsynced.synced(place)

        return syncing

    def _naming(self, kind: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def naming(path: Any = ".", *given: Any, **named: Any) -> Any:
            place = self.place(path, named.get("dir_fd"))
            if place is not None:
                self.step(kind)
                if kind in ("mkdir", "delete") and not self.resting:
                    self.unsynced.change(kind, place)
            return real(path, *given, **named)

        return naming

    def _moving(self, real: Callable[..., None]) -> Callable[..., None]:
        def moving(source: Any, target: Any, **named: Any) -> None:
            place, old = self.place(target), self.place(source)
            if place is not None and old is not None:
                self.step("rename")
                if not self.resting:
                    self.unsynced.move(old, place)
            real(source, target, **named)

        return moving

    def adopt(self, handle: int, place: Path) -> None:
        """Remember which file a handle is of."""
        self._open[handle] = place


class _Raw(io.FileIO):
    """A file as the system knows it, whose reads and writes are counted."""

    def __init__(self, disk: Disk, place: Path, path: Any, mode: str, **named: Any):
        super().__init__(path, mode, **named)
        self._disk, self._place = disk, place
        disk.adopt(self.fileno(), place)

    def write(self, data: Any) -> int:
        data = bytes(data)
        if self._disk.dead:  # buffers are emptied after the end, in vain
            return len(data)
        if self._disk.step("write"):
            if self._disk.fault.kind != "corrupt":
                super().write(data[: len(data) // 2])
                self._disk.unsynced.write(self._place)
                self._disk.end()
            data = spoilt(data)
        if not self._disk.resting:
            self._disk.unsynced.write(self._place)
        return super().write(data)

    def readinto(self, buffer: Any) -> int:
        spoils = self._disk.step("read")
        count = super().readinto(buffer)
        if spoils and count:
            buffer[:count] = spoilt(bytes(buffer[:count]))
        return count

    def readall(self) -> bytes:
        content = super().readall()
        return spoilt(content) if self._disk.step("read") else content


def spoilt(content: bytes) -> bytes:
    """Return bytes of which one bit in the middle is another."""
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :] if content else content


def _opener(disk: Disk, real: Callable[..., Any]) -> Callable[..., Any]:
    """Return ``open`` with counted files below the folder."""

    def opened(file: Any, mode: str = "r", buffering: int = -1, encoding: Any = None, *rest: Any, **named: Any) -> Any:
        place = disk.place(file)
        if place is None:
            return real(file, mode, buffering, encoding, *rest, **named)
        writes = not set(mode).isdisjoint("wax+")
        if not isinstance(file, int):
            disk.step("open to write" if writes else "open to read")
            if writes and not disk.resting:
                disk.unsynced.create(place)
        closefd = named.pop("closefd", True)
        raw = _Raw(disk, place, file, mode.replace("b", "").replace("t", ""), closefd=closefd)
        if "b" in mode and buffering == 0:
            return raw
        around = io.BufferedRandom if "+" in mode else io.BufferedWriter if writes else io.BufferedReader
        buffer = around(raw)
        return buffer if "b" in mode else io.TextIOWrapper(buffer, encoding, *rest, **named)

    return opened


def _writer() -> type:
    """Return Arrow's writer of Parquet, which opens its files here."""

    class Writer(pq.ParquetWriter):
        def __init__(self, where: Any, *given: Any, **named: Any):
            self._own = open(where, "wb") if isinstance(where, str | Path) else None  # noqa: SIM115
            try:
                super().__init__(self._own or where, *given, **named)
            except BaseException:
                self._end()
                raise

        def close(self) -> None:
            try:
                super().close()
            finally:
                self._end()

        def _end(self) -> None:
            if self._own is not None:
                self._own.close()

    return Writer
