"""The sandbox's data, in SQLite.

What a transaction has committed outlives the process, also a killed one: the database
is a write-ahead log that the operating system holds. Objects are kept as the JSON that
the API shows of them; columns exist for what is searched, counted or raced for.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock
from typing import Any

from ..control.clock import Ids
from ..encoding import dumps
from ..encoding import loads
from .tables import open_database
from .tables import table_names


class Store:
    """One SQLite database, safe to use from any thread and beside other processes.

    :param database: a file's path, or ``":memory:"``
    :param reset: forget what it holds, also what another version has left
    :raises ValueError: if the file cannot be used, with what to do
    """

    def __init__(self, database: str = ":memory:", reset: bool = False) -> None:
        self._lock = RLock()
        self._depth = 0
        #: Grows with every change; the inspector asks whether it has.
        self.version = 0
        self._db = open_database(database, reset)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All changes inside happen, or none; one inside another joins it."""
        with self._lock:
            if self._depth:
                yield
                return
            self._db.execute("BEGIN IMMEDIATE")
            self._depth = 1
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            else:
                self._db.execute("COMMIT")
                self.version += 1
            finally:
                self._depth = 0

    def all(self, sql: str, *values: object) -> list[sqlite3.Row]:
        """All rows that a query finds."""
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    def one(self, sql: str, *values: object) -> sqlite3.Row | None:
        """The first row that a query finds."""
        rows = self.all(sql, *values)
        return rows[0] if rows else None

    def change(self, sql: str, *values: object) -> int:
        """Change rows in one atomic statement; how many it were."""
        with self.transaction():
            return self._db.execute(sql, values).rowcount

    def insert(self, table: str, **values: object) -> int:
        """Add a row; a ``dict`` or ``list`` goes in as JSON."""
        stored = [
            dumps(value) if isinstance(value, dict | list) else value
            for value in values.values()
        ]
        marks = ", ".join("?" * len(stored))
        sql = f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})"
        with self.transaction():
            return self._db.execute(sql, stored).lastrowid or 0

    def new_id(self, ids: Ids, table: str, prefix: str) -> str:
        """An id that nothing in a table has yet."""
        while True:
            id = ids.new(prefix)
            if self.one(f"SELECT 1 FROM {table} WHERE id = ?", id) is None:
                return id

    def body(self, table: str, id: str) -> Any:
        """The object with an id, as it was stored, or ``None``."""
        row = self.one(f"SELECT body FROM {table} WHERE id = ?", id)
        return None if row is None else loads(row["body"])

    def count(self, name: str, start: int) -> int:
        """The next number of a counter."""
        with self.transaction():
            self.change(
                "INSERT INTO counter VALUES (?, ?)"
                " ON CONFLICT (name) DO UPDATE SET value = value + 1",
                name,
                start,
            )
            row = self.one("SELECT value FROM counter WHERE name = ?", name)
            return int(row["value"]) if row else start

    def clear(self) -> None:
        """Forget everything."""
        with self.transaction():
            for table in table_names(self._db):
                self.change(f"DELETE FROM {table}")

    def close(self) -> None:
        """Close the database; nothing can be asked of it afterwards."""
        with self._lock:
            self._db.close()
