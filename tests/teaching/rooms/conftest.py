"""Databases for the tests of rooms: SQLite, and a PostgreSQL server of this machine's own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sql

from sim.teaching.rooms.store import TABLES, EventStore

SERVERS = Path("/usr/lib/postgresql")
NOBODY = 65534
"""A user who is not root: the server refuses to be run by root."""


def server_programs() -> Path:
    """Return the folder of PostgreSQL's programs. Without them tests are left out; where CI=true that is a failure."""
    found = sorted(SERVERS.glob("*/bin/initdb"))
    if not found or os.name != "posix":
        pytest.skip("no PostgreSQL server: install Debian's package postgresql")
    return found[-1].parent


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a database on a server that is started for the tests, in a folder that goes with it."""
    programs = server_programs()
    folder = Path(tempfile.mkdtemp(prefix="middleman-postgres-"))
    as_nobody = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
    if as_nobody:
        os.chown(folder, NOBODY, NOBODY)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data, calls = folder / "data", {"cwd": folder, "stdout": subprocess.DEVNULL, **as_nobody}
    try:
        subprocess.run(
            [programs / "initdb", "-D", data, "-U", "middleman", "-A", "trust", "-E", "UTF8"], check=True, **calls
        )
        settings = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={folder} -c fsync=off"
        start = [programs / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", settings, "start"]
        subprocess.run(start, check=True, **calls)
        yield f"postgresql://middleman@127.0.0.1:{port}/postgres"
        subprocess.run([programs / "pg_ctl", "-D", data, "-m", "immediate", "stop"], check=True, **calls)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgres"])
def where(request, tmp_path) -> str:
    """Where rooms are kept: empty, in each kind of database."""
    if request.param == "sqlite":
        return str(tmp_path / "rooms")
    url: str = request.getfixturevalue("postgres")
    engine = sql.create_engine(sql.make_url(url).set(drivername="postgresql+psycopg"))
    TABLES.drop_all(engine)
    engine.dispose()
    return url


@pytest.fixture
def store(where) -> Iterator[EventStore]:
    """An empty database of rooms."""
    found = EventStore(where)
    yield found
    found.close()
