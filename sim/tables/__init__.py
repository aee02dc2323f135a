"""Tables as people have them: read from workbooks, CSV and pasted text, and laid over a scenario."""

from sim.tables.cells import TableNote, TableProblem
from sim.tables.history import History, HistoryRow, history_of, read_history
from sim.tables.reading import ReadRow, ReadTable, TableChoices, read_table

__all__ = [
    "History",
    "HistoryRow",
    "ReadRow",
    "ReadTable",
    "TableChoices",
    "TableNote",
    "TableProblem",
    "history_of",
    "read_history",
    "read_table",
]
