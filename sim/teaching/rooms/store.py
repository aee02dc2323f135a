"""The database of rooms: every event is in it before anybody is told that it happened.

SQLite in WAL mode by default, PostgreSQL by the same code (SQLAlchemy Core). Names stand in a column of their own, so
that they can be deleted and the log remains.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sql

from sim.teaching.rooms.events import EVENT, Event, Forgotten, Opened

TABLES = sql.MetaData()
ROOMS = sql.Table(
    "rooms",
    TABLES,
    sql.Column("code", sql.String(8), primary_key=True),
    sql.Column("opened", sql.Float(53), nullable=False),
    sql.Column("named", sql.Boolean, nullable=False),  # whether names are still in the log
)
EVENTS = sql.Table(
    "events",
    TABLES,
    sql.Column("room", sql.String(8), sql.ForeignKey("rooms.code"), primary_key=True),
    sql.Column("number", sql.Integer, primary_key=True, autoincrement=False),
    sql.Column("at", sql.Float(53), nullable=False),
    sql.Column("kind", sql.String(24), nullable=False),
    sql.Column("student", sql.Integer),
    sql.Column("name", sql.Text),
    sql.Column("data", sql.Text, nullable=False),
)
FILE = "rooms.sqlite"
DURABLE = ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "foreign_keys=ON", "busy_timeout=10000")
"""SQLite then writes through to the disk before it says that it has, and overwrites what is deleted."""


class StaleError(Exception):
    """Another process has appended to the room's log in the meantime: read it again."""


class UnavailableError(Exception):
    """The database does not take or give anything at the moment: its disk is full, or its connection broke.

    What was being appended may be in the log or not; which of them, the next reading tells.
    """


class StoreError(ValueError):
    """The database of rooms cannot be used.

    Attributes:
        reason, remedy: why, and what to do.
    """

    def __init__(self, where: str, reason: str, remedy: str):
        super().__init__(f"rooms cannot be kept in {where}: {reason}; {remedy}")
        self.reason, self.remedy = reason, remedy


class EventStore:
    """The logs of all rooms.

    Args:
        where: a folder, which is created, or the URL of a database.

    Raises:
        StoreError: where there is no such folder or database.
    """

    def __init__(self, where: str | Path):
        self.where = str(where)
        try:
            self._engine = sql.create_engine(_url(where), pool_size=5, max_overflow=20, pool_pre_ping=True)
            if self._engine.dialect.name == "sqlite":
                sql.event.listen(self._engine, "connect", _settle)
            TABLES.create_all(self._engine)
            self._untidy = self._engine.dialect.name == "sqlite"
            self._tidy()  # a server that was killed may have left it undone
        except (sql.exc.SQLAlchemyError, ModuleNotFoundError, OSError) as error:
            first = str(error).splitlines()[0]
            raise StoreError(str(where), first, _remedy(error)) from None

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def has(self, code: str) -> bool:
        """Tell whether there is a room."""
        with _available(), self._engine.connect() as connection:
            return connection.execute(sql.select(ROOMS.c.code).where(ROOMS.c.code == code)).first() is not None

    def create(self, opened: Opened) -> None:
        """Begin the log of a room. Raises StaleError where there is a room with this code."""
        row = {"code": opened.code, "opened": opened.at, "named": False}
        with self._appending() as connection:
            connection.execute(ROOMS.insert(), row)
            connection.execute(EVENTS.insert(), [_row(opened.code, 1, opened)])

    def append(self, code: str, number: int, events: Sequence[Event]) -> None:
        """Append events to the log of a room; when this returns, they are on the disk, all of them.

        Args:
            code: of the room.
            number: of the first of the events in the log.
            events: one or more.

        Raises:
            StaleError: where the log is longer than that; none of the events is then in it.
            UnavailableError: where the database does not take them.
        """
        rows = [_row(code, number + place, event) for place, event in enumerate(events)]
        self._untidy |= any(isinstance(event, Forgotten) for event in events)
        with self._appending() as connection:
            connection.execute(EVENTS.insert(), rows)
            if any(row["name"] for row in rows):
                connection.execute(ROOMS.update().where(ROOMS.c.code == code), {"named": True})
            for event in events:
                if isinstance(event, Forgotten):
                    _forget(connection, code, event.student)
        self._tidy()

    def read(self, code: str, after: int = 0) -> list[Event]:
        """Return the log of a room from the event after number ``after`` on."""
        self._tidy()
        chosen = (
            sql.select(EVENTS.c.data, EVENTS.c.name)
            .where(EVENTS.c.room == code, EVENTS.c.number > after)
            .order_by(EVENTS.c.number)
        )
        with _available(), self._engine.connect() as connection:
            return [_event(row.data, row.name) for row in connection.execute(chosen)]

    def codes(self) -> list[str]:
        """Return the codes of all rooms, the latest first."""
        with _available(), self._engine.connect() as connection:
            return list(connection.scalars(sql.select(ROOMS.c.code).order_by(ROOMS.c.opened.desc())))

    def named_before(self, moment: float) -> list[str]:
        """Return the rooms opened before a moment that still hold names."""
        self._tidy()
        chosen = sql.select(ROOMS.c.code).where(ROOMS.c.opened < moment, ROOMS.c.named)
        with _available(), self._engine.connect() as connection:
            return list(connection.scalars(chosen))

    @contextmanager
    def _appending(self) -> Iterator[sql.Connection]:
        try:
            with _available(), self._engine.begin() as connection:
                yield connection
        except sql.exc.IntegrityError:
            raise StaleError("the log has gone on") from None

    def _tidy(self) -> None:
        """Have SQLite empty its journal, in which deleted names would remain; if it cannot, the next call tries."""
        if self._untidy and self._engine.dialect.name == "sqlite":
            with suppress(UnavailableError), _available(), self._engine.connect() as connection:
                is_busy, *_ = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
                self._untidy = bool(is_busy)


@contextmanager
def _available() -> Iterator[None]:
    """Tell a database that is away from one that refuses."""
    try:
        yield
    except (sql.exc.OperationalError, sql.exc.InterfaceError, sql.exc.TimeoutError) as error:
        raise UnavailableError(str(error).splitlines()[0]) from None


def _url(where: str | Path) -> sql.URL:
    text = str(where)
    if "://" not in text:
        folder = Path(text).expanduser()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return sql.URL.create("sqlite", database=str(folder / FILE))
    url = sql.make_url(text)
    return url.set(drivername="postgresql+psycopg") if url.drivername in ("postgresql", "postgres") else url


def _remedy(error: Exception) -> str:
    if isinstance(error, ModuleNotFoundError):
        return "install the driver: pip install 'middleman[postgres]'"
    return "give a folder you may write to, or the URL of a database: postgresql://user@host/name"


def _settle(connection: Any, record: object) -> None:
    """Give a connection to SQLite its settings."""
    del record
    cursor = connection.cursor()
    for setting in DURABLE:
        cursor.execute(f"PRAGMA {setting}")
    cursor.close()


def _row(code: str, number: int, event: Event) -> dict[str, Any]:
    """Return the row of an event; a name only in its own column."""
    data = EVENT.dump_python(event, mode="json")
    name = data.pop("name", None)
    return {
        "room": code,
        "number": number,
        "at": event.at,
        "kind": event.kind,
        "student": data.get("student"),
        "name": name,
        "data": json.dumps(data),
    }


def _event(data: str, name: str | None) -> Event:
    """Return the event of a row."""
    plain = json.loads(data)
    found: Event = EVENT.validate_python(plain if name is None else {**plain, "name": name})
    return found


def _forget(connection: sql.Connection, code: str, student: int | None) -> None:
    """Delete the names of a room, or of one student."""
    chosen = EVENTS.update().where(EVENTS.c.room == code, EVENTS.c.name.is_not(None))
    if student is not None:
        chosen = chosen.where(EVENTS.c.student == student)
    connection.execute(chosen.values(name=""))
    left = connection.execute(
        sql.select(EVENTS.c.number).where(EVENTS.c.room == code, EVENTS.c.name != "").limit(1)
    ).first()
    if left is None:
        connection.execute(ROOMS.update().where(ROOMS.c.code == code).values(named=False))
