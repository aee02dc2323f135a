"""Tables of text: names on the left, numbers aligned on the right, cut into several where they are too wide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

GAP = 2


@dataclass
class Grid:
    """A table under construction.

    Attributes:
        headings: of each column, the first over the names; lines within one are split at ``\\n``.
        left: columns beside the first that are aligned on the left.
        names: how many columns name a row: they stand in front of every part of a table that is cut.
        rows: a row of cells, or a line of text across all columns.
    """

    headings: Sequence[str]
    left: frozenset[int] = frozenset()
    names: int = 1
    rows: list[Sequence[str] | str] = field(default_factory=list)

    def add(self, *cells: str) -> None:
        """Add a row."""
        self.rows.append(cells)

    def across(self, text: str) -> None:
        """Add a line of text across all columns."""
        self.rows.append(text)

    def lines(self, width: int) -> list[str]:
        """Return the table as lines of at most ``width`` characters, as far as single columns allow it."""
        blocks = self._blocks(self._widths(), width)
        lines: list[str] = []
        for place, columns in enumerate(blocks):
            lines += [""] if place else []
            lines += self._block(columns)
        return lines

    def _widths(self) -> list[int]:
        cells = [row for row in self.rows if not isinstance(row, str)]
        headings = [heading.split("\n") for heading in self.headings]
        return [
            max(len(text) for text in (*headings[column], *(row[column] for row in cells)))
            for column in range(len(self.headings))
        ]

    def _blocks(self, widths: Sequence[int], room: int) -> list[list[int]]:
        """Return the columns of each part of the table, about as many in each; the names stand in front of all."""
        most = len(widths)
        blocks = self._filled(widths, room, most)
        while most > 1 and len(blocks) > 1 and len(self._filled(widths, room, most - 1)) == len(blocks):
            most -= 1
        return self._filled(widths, room, most)

    def _filled(self, widths: Sequence[int], room: int, most: int) -> list[list[int]]:
        """Return the columns of each part, filled one after another with ``most`` columns or what there is room for."""
        names = list(range(self.names))
        begun = sum(widths[: self.names]) + GAP * (self.names - 1)
        blocks: list[list[int]] = [names.copy()]
        used = begun
        for column in range(self.names, len(widths)):
            full = used + GAP + widths[column] > room or len(blocks[-1]) - self.names >= most
            if full and len(blocks[-1]) > self.names:
                blocks.append(names.copy())
                used = begun
            blocks[-1].append(column)
            used += GAP + widths[column]
        return blocks

    def _block(self, columns: Sequence[int]) -> list[str]:
        widths = self._widths()
        heads = [self.headings[column].rstrip("\n").split("\n") for column in columns]
        height = max(len(head) for head in heads)
        heads = [[""] * (height - len(head)) + head for head in heads]
        lines = [self._line([head[line] for head in heads], columns, widths) for line in range(height)]
        lines.append("-" * (sum(widths[column] for column in columns) + GAP * (len(columns) - 1)))
        for row in self.rows:
            cells = row if isinstance(row, str) else [row[column] for column in columns]
            lines.append(cells if isinstance(cells, str) else self._line(cells, columns, widths))
        return lines

    def _line(self, cells: Sequence[str], columns: Sequence[int], widths: Sequence[int]) -> str:
        aligned = [
            cell.ljust(widths[column]) if column == 0 or column in self.left else cell.rjust(widths[column])
            for cell, column in zip(cells, columns, strict=True)
        ]
        return (" " * GAP).join(aligned).rstrip()
