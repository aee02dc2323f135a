"""What a planted fault is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
KERNELS = "sim/kernels/"


@dataclass(frozen=True)
class Mutant:
    """A change of one place in the source that makes the program wrong.

    Attributes:
        file: path from the root of the repository.
        old: text that stands in the file exactly once.
        new: what takes its place.
        tests: what should notice, as pytest's command line names it: the quickest first.
        fault: what is wrong then, in words.
        survives: why no test can notice, or need not; empty where one must.
    """

    file: str
    old: str
    new: str
    tests: tuple[str, ...]
    fault: str
    survives: str = ""

    @property
    def name(self) -> str:
        """Its file and its fault."""
        return f"{self.file}: {self.fault}"

    @property
    def is_kernel(self) -> bool:
        """Whether kernels would have to be compiled again: they run as plain Python instead."""
        return self.file.startswith(KERNELS)

    def applied(self, source: str) -> str:
        """Return the source with the fault. Raises ValueError unless there is exactly one place for it."""
        places = source.count(self.old)
        if places != 1:
            raise ValueError(f"{self.name}: the text to change stands {places} times in {self.file}; name one place")
        return source.replace(self.old, self.new)
