"""The thread that delivers webhooks, with retries until they are accepted."""

from __future__ import annotations

import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import requests

from ..encoding import loads
from ..guard import is_loopback
from ..state import State
from .orders import announce

_AT_ONCE = 4
_SHOWN = 1000
_NOT_SENT = "Not sent: the address is beyond this machine"


class Deliverer:
    """Delivers what is queued, at least once: a row is done only after its response."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._stopping = False
        self._busy: set[str] = set()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to deliver, also what an earlier process has left."""
        self._thread = threading.Thread(
            target=self._run, name="zonos-sandbox-webhooks", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Finish the deliveries under way; the rest stays queued."""
        self._stopping = True
        self._state.outbox.bell.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        bell = self._state.outbox.bell
        with ThreadPoolExecutor(_AT_ONCE, "zonos-sandbox-webhook") as pool:
            while not self._stopping:
                bell.wait(self._pause())
                bell.clear()
                announce(self._state)  # the orders that were late
                for row in self._due():
                    if self._stopping:
                        break
                    pool.submit(self._deliver, row)

    def _pause(self) -> float:
        """Seconds until the next delivery is due, as far as is known."""
        rows = self._state.store.all(
            "SELECT id, due FROM delivery WHERE state='pending'"
        )
        if len(self._busy) >= _AT_ONCE:
            return 1.0  # the bell rings when one of them is done
        waiting = [row["due"] for row in rows if row["id"] not in self._busy]
        return max(0.0, min([1.0, *(float(due) - time.time() for due in waiting)]))

    def _due(self) -> list[sqlite3.Row]:
        rows = self._state.store.all(
            "SELECT * FROM delivery WHERE state = 'pending' AND due <= ?"
            " ORDER BY due, seq",
            time.time(),
        )
        with self._lock:
            free = [row for row in rows if row["id"] not in self._busy]
            free = free[: max(0, _AT_ONCE - len(self._busy))]
            self._busy |= {row["id"] for row in free}
        return free

    def _deliver(self, row: sqlite3.Row) -> None:
        try:
            status, text = self._send(row)
            self._note(row, status, text)
        finally:
            with self._lock:
                self._busy.discard(row["id"])
            self._state.outbox.bell.set()

    def _send(self, row: sqlite3.Row) -> tuple[int | None, str]:
        """Send a delivery: the response's status and text; no status without one."""
        options = self._state.options
        if not options.webhook_anywhere and not is_loopback(
            urlsplit(row["url"]).netloc
        ):
            return None, _NOT_SENT
        headers = {"Content-Type": "application/json", "User-Agent": "zonos-sandbox"}
        headers |= {each["key"]: each["value"] for each in loads(row["headers"])}
        try:
            with requests.Session() as session:
                session.trust_env = False
                response = session.post(
                    row["url"],
                    data=row["request"].encode(),
                    headers=headers,
                    timeout=options.webhook_timeout,
                    allow_redirects=False,
                )
                return response.status_code, response.text[:_SHOWN]
        except (requests.RequestException, ValueError) as error:
            return None, f"No response: {type(error).__name__}"

    def _note(self, row: sqlite3.Row, status: int | None, text: str) -> None:
        """Log an attempt, and decide whether there is another."""
        state = self._state
        attempts = row["attempts"] + 1
        pauses = state.options.webhook_retries
        every = state.options.webhook_any_status_counts
        taken = status is not None and (every or 200 <= status < 300)
        again = not taken and attempts <= len(pauses) and text != _NOT_SENT
        with state.store.transaction():
            now = state.clock.text()
            log = {
                "id": state.new_id("webhook_log", "webhook_log"),
                "createdAt": now,
                "mode": state.options.mode,
                "organizationId": state.options.organization_id,
                "request": row["request"],
                "response": text,
                "responseStatus": status,
                "type": row["type"],
                "url": row["url"],
                "webhookId": row["webhook_id"],
            }
            state.store.insert(
                "webhook_log",
                id=log["id"],
                delivery_id=row["id"],
                type=row["type"],
                created_at=now,
                body=log,
            )
            state.store.change(
                "UPDATE delivery SET attempts = ?, state = ?, due = ?, note = ?"
                " WHERE id = ?",
                attempts,
                "delivered" if taken else "pending" if again else "failed",
                time.time() + (pauses[attempts - 1] if again else 0),
                f"{status}" if status is not None else text,
                row["id"],
            )
