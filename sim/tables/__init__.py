"""Tables as people have them: read from workbooks, CSV and pasted text, and laid over a scenario."""

from sim.tables.cells import TableNote, TableProblem
from sim.tables.history import History, HistoryRow, history_of, read_history
from sim.tables.importing import ImportedMarket, import_tables
from sim.tables.reading import ReadRow, ReadTable, TableChoices, read_table
from sim.tables.uploads import Reading, Remark, Sent, read_sent

__all__ = [
    "History",
    "HistoryRow",
    "ImportedMarket",
    "ReadRow",
    "ReadTable",
    "Reading",
    "Remark",
    "Sent",
    "TableChoices",
    "TableNote",
    "TableProblem",
    "history_of",
    "import_tables",
    "read_history",
    "read_sent",
    "read_table",
]
