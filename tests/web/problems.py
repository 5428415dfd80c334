"""The form of every problem that stops a click."""

from __future__ import annotations

from typing import Any


def problem(response: Any, status: int, code: str) -> dict[str, Any]:
    """The problem's members, once what holds for every problem was asserted."""
    assert response.status_code == status
    assert response.mimetype == "application/problem+json"
    assert response.headers["Cache-Control"] == "no-store"
    assert "Cookie" in response.vary
    found: dict[str, Any] = response.json
    assert (found["status"], found["code"]) == (status, code)
    assert found["detail"].endswith(".")
    assert found["title"]
    return found
