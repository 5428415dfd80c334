"""Faults on demand: what can go wrong between a shop and Zonos."""

from __future__ import annotations

import random
from collections.abc import Iterable
from collections.abc import Iterator
from dataclasses import asdict
from dataclasses import dataclass
from dataclasses import field
from threading import Event
from threading import Lock
from typing import Any

from flask import Response

from .outbox import check_times
from .problems import STATUSES

#: Every kind of fault, and what it does.
KINDS = {
    "latency": "The answer comes 'seconds' later; with a list, one of them is drawn",
    "reset-before": "The connection is reset before anything is executed",
    "reset-after": "It is executed, then the connection is reset",
    "no-answer": "It is executed, and no answer comes for 'seconds' (60)",
    "drip": "The answer comes byte by byte, 'seconds' (0.05) apart",
    "truncated": "The answer is whole as HTTP, but only half of the JSON",
    "closed-early": "The connection is reset in the middle of the body",
    "html": "A page of HTML with status 200 comes instead",
    "status": "An error with the HTTP status 'status' comes instead",
    "error": "A GraphQL error of the class 'error_type' comes instead",
    "data-and-errors": "It is executed, and the answer has an error beside its data",
    "data-null": "It is executed, and the answer's data is null without any error",
    "no-password": "It is executed, and oneTimePassword is null",
    "redirect": "A redirect to 'location' comes instead",
    "rate-limited": "429 comes instead, with Retry-After if 'seconds' are given",
    "expired-cart": "The cart that is made has expired already",
    "expired-password": "The password that is made is too old already",
    "used-password": "The password that is made has been used already",
}
_HTTP = (400, 401, 403, 404, 405, 406, 409, 412, 422, 429, 500, 502, 503, 504)


@dataclass
class Fault:
    """One fault: for an operation (``*`` for any), for so many calls.

    :param times: the calls it hits; ``None`` is until it is lifted
    :raises ValueError: for a kind or a value that there is not
    """

    kind: str
    operation: str = "*"
    times: int | None = 1
    seconds: float | list[float] | None = None
    status: int = 503
    error_type: str = "UNAVAILABLE"
    location: str = "http://127.0.0.1:9/"
    id: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"'kind' is one of {', '.join(KINDS)}")
        check_times(self.times)
        given = self.seconds if isinstance(self.seconds, list) else [self.seconds]
        for one in given:
            if one is not None and (isinstance(one, str) or not 0 <= one <= 600):
                raise ValueError("'seconds' is a number from 0 to 600, or a list")
        if self.kind == "latency" and not (self.seconds or self.seconds == 0):
            raise ValueError("'latency' needs 'seconds'")
        if self.status not in _HTTP:
            raise ValueError(f"'status' is one of {', '.join(map(str, _HTTP))}")
        if self.error_type not in STATUSES:
            raise ValueError(f"'error_type' is one of {', '.join(STATUSES)}")
        sound = isinstance(self.operation, str) and isinstance(self.location, str)
        if not sound or not self.location.isascii() or "\n" in self.location:
            raise ValueError("'operation' and 'location' are texts")

    def pause(self, default: float) -> float:
        """The seconds of this fault; drawn where there is a list."""
        if isinstance(self.seconds, list):
            return float(random.choice(self.seconds))
        return float(default if self.seconds is None else self.seconds)


class Faults:
    """The faults that stand."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._standing: list[Fault] = []
        self._count = 0
        #: Set when the sandbox stops; whoever waits goes on.
        self.stopping = Event()

    def add(self, fault: Fault) -> Fault:
        """Set a fault; several hit a call together."""
        with self._lock:
            self._count += 1
            fault.id = self._count
            self._standing.append(fault)
            return fault

    def take(self, operations: Iterable[str]) -> list[Fault]:
        """The faults for one call, which counts towards their times."""
        names = {"*", *operations}
        with self._lock:
            hits = [fault for fault in self._standing if fault.operation in names]
            for fault in hits:
                if fault.times is not None:
                    fault.times -= 1
            self._standing = [each for each in self._standing if each.times != 0]
            return hits

    def lift(self, id: int | None = None) -> int:
        """Lift one fault, or all; how many it were."""
        with self._lock:
            before = len(self._standing)
            self._standing = [
                f for f in self._standing if id is not None and f.id != id
            ]
            return before - len(self._standing)

    def wait(self, seconds: float) -> None:
        """Let so much time pass, unless the sandbox stops."""
        self.stopping.wait(seconds)

    def as_list(self) -> list[dict[str, Any]]:
        """The faults that stand."""
        with self._lock:
            return [asdict(fault) for fault in self._standing]


class Dropped(ConnectionResetError):
    """Raised while an answer is sent, to cut the connection there."""


def spoilt(response: Response, fault: Fault, faults: Faults) -> Response:
    """An answer as a fault of the connection lets it through."""
    body = response.get_data()
    if fault.kind in ("reset-before", "reset-after"):
        response.response = _cut(b"")
    elif fault.kind == "no-answer":
        response.response = _silent(faults, fault.pause(60))
    elif fault.kind == "truncated":
        response.set_data(body[: len(body) // 2])
    elif fault.kind == "closed-early":
        response.response = _cut(body[: len(body) // 2])
        response.headers["Content-Length"] = str(len(body))
    elif fault.kind == "drip":
        response.response = _dripping(body, faults, fault.pause(0.05))
        response.headers["Content-Length"] = str(len(body))
    return response


def _cut(first: bytes) -> Iterator[bytes]:
    if first:
        yield first
    raise Dropped


def _silent(faults: Faults, seconds: float) -> Iterator[bytes]:
    faults.wait(seconds)
    raise Dropped
    yield b""


def _dripping(body: bytes, faults: Faults, seconds: float) -> Iterator[bytes]:
    for index in range(len(body)):
        faults.wait(seconds)
        yield body[index : index + 1]
