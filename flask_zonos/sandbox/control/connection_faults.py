"""Faults of the connection: a response reset, cut short or dripping."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Response

from .faults import Fault
from .faults import Faults


class Dropped(ConnectionResetError):
    """Raised while a response is sent, to cut the connection there."""


def apply_connection_fault(
    response: Response, fault: Fault, faults: Faults
) -> Response:
    """Apply a fault of the connection to a response."""
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
