"""The database's tables, and the check of a file that has others."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from contextlib import suppress

#: Kept as SQLite's ``user_version``; grows whenever a table changes.
VERSION = 2

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
    created_at TEXT NOT NULL, order_id TEXT, currency_code TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS customer_order (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL,
    created_at TEXT NOT NULL, status TEXT NOT NULL, account_order_number TEXT,
    customer_id TEXT, cart_id TEXT, announced INTEGER NOT NULL DEFAULT 0,
    body TEXT NOT NULL);
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


def open_database(database: str, reset: bool) -> sqlite3.Connection:
    """A connection to a database that has these tables.

    :param reset: forget what it holds
    :raises ValueError: if the file cannot be used, with what to do
    """
    is_file = database not in ("", ":memory:")
    if is_file:
        with suppress(OSError):  # SQLite tells better what is wrong with it.
            os.close(os.open(database, os.O_CREAT | os.O_RDWR, 0o600))
    try:
        db = sqlite3.connect(
            database, timeout=30, isolation_level=None, check_same_thread=False
        )
        db.row_factory = sqlite3.Row
        try:
            _check(db, database, reset)
            if is_file:
                _keep_private(database)
            _prepare(db, reset)
        except BaseException:
            db.close()
            raise
    except sqlite3.Error as error:
        raise ValueError(
            f"{database} cannot be the sandbox's database ({error}): choose another"
            " file"
        ) from None
    return db


def table_names(db: sqlite3.Connection) -> list[str]:
    """The names of a database's tables, without SQLite's own."""
    rows = db.execute(
        "SELECT name FROM sqlite_master"
        " WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name"
    )
    with closing(rows):
        return [row["name"] for row in rows]


def _check(db: sqlite3.Connection, database: str, reset: bool) -> None:
    """Refuse the file of another program, and that of another version."""
    tables = table_names(db)
    (version,) = db.execute("PRAGMA user_version").fetchone()
    if tables and "one_time_password" not in tables:
        raise ValueError(f"{database} is not a sandbox's database: choose another file")
    if tables and version != VERSION and not reset:
        raise ValueError(
            f"{database} was made by another version of the sandbox (its tables are of"
            f" version {version}, this one's of {VERSION}). Start once with --reset"
            " (reset=True in Python), which forgets what it holds, or choose another"
            " file."
        )


def _keep_private(database: str) -> None:
    """Let nobody else on this machine read what is in it: addresses and passwords.

    SQLite gives the files that it makes beside a database the same rights.
    """
    for file in (database, f"{database}-wal", f"{database}-shm"):
        with suppress(OSError):  # not there, or another user's
            os.chmod(file, 0o600)


def _prepare(db: sqlite3.Connection, reset: bool) -> None:
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = NORMAL")
    leaving = table_names(db) if reset else []
    drops = [f'DROP TABLE "{name}";' for name in leaving]
    steps = [*drops, _TABLES, f"PRAGMA user_version = {VERSION};"]
    db.executescript("\n".join(["BEGIN IMMEDIATE;", *steps, "COMMIT;"]))
