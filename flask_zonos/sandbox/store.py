"""Everything the sandbox remembers, in SQLite.

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

from .clock import Ids
from .encoding import dumps
from .encoding import loads

_TABLES = """
CREATE TABLE IF NOT EXISTS cart (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL,
    created_at TEXT NOT NULL, expires_at TEXT, order_id TEXT, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS profile (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, customer_id TEXT UNIQUE NOT NULL,
    created_at TEXT NOT NULL, email TEXT, name TEXT, phone TEXT);
CREATE TABLE IF NOT EXISTS submission (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, customer_id TEXT NOT NULL,
    created_at TEXT NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS location (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL,
    customer_id TEXT NOT NULL, likeness TEXT NOT NULL, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS location_customer ON location (customer_id);
CREATE TABLE IF NOT EXISTS payment_method (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL,
    customer_id TEXT NOT NULL, created_at TEXT NOT NULL,
    brand TEXT NOT NULL, last_four TEXT NOT NULL,
    UNIQUE (customer_id, brand, last_four));
CREATE TABLE IF NOT EXISTS one_time_password (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, password TEXT UNIQUE NOT NULL,
    customer_id TEXT NOT NULL, created_at TEXT NOT NULL, expires_at TEXT NOT NULL,
    used_at TEXT, session_id TEXT);
CREATE TABLE IF NOT EXISTS checkout_session (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL,
    token TEXT UNIQUE NOT NULL, cart_id TEXT NOT NULL, customer_id TEXT,
    created_at TEXT NOT NULL, order_id TEXT);
CREATE TABLE IF NOT EXISTS customer_order (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL,
    created_at TEXT NOT NULL, status TEXT NOT NULL, account_order_number TEXT,
    customer_id TEXT, cart_id TEXT, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS store_credit (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL,
    customer_id TEXT NOT NULL, currency_code TEXT NOT NULL, body TEXT NOT NULL,
    UNIQUE (customer_id, currency_code));
CREATE TABLE IF NOT EXISTS store_credit_transaction (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL,
    credit_id TEXT NOT NULL, created_at TEXT NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS webhook (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL,
    type TEXT NOT NULL, status TEXT NOT NULL,
    body TEXT NOT NULL, headers TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS delivery (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL,
    webhook_id TEXT NOT NULL, type TEXT NOT NULL, url TEXT NOT NULL,
    headers TEXT NOT NULL, request TEXT NOT NULL, created_at TEXT NOT NULL,
    due REAL NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL, note TEXT);
CREATE TABLE IF NOT EXISTS webhook_log (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL,
    delivery_id TEXT NOT NULL, type TEXT NOT NULL, created_at TEXT NOT NULL,
    body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
"""

TABLES = (
    "cart",
    "profile",
    "submission",
    "location",
    "payment_method",
    "one_time_password",
    "checkout_session",
    "customer_order",
    "store_credit",
    "store_credit_transaction",
    "webhook",
    "delivery",
    "webhook_log",
    "counter",
)


class Store:
    """One SQLite database, safe to use from any thread and beside other processes.

    :param database: a file's path, or ``":memory:"``
    """

    def __init__(self, database: str = ":memory:") -> None:
        self._lock = RLock()
        self._depth = 0
        #: Grows with every change; the inspector asks whether it has.
        self.version = 0
        self._db = sqlite3.connect(
            database, timeout=30, isolation_level=None, check_same_thread=False
        )
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.executescript(_TABLES)

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
            for table in TABLES:
                self.change(f"DELETE FROM {table}")

    def close(self) -> None:
        """Close the database; nothing can be asked of it afterwards."""
        with self._lock:
            self._db.close()
