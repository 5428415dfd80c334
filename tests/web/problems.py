"""A click, and what holds for every problem that stops one."""

from __future__ import annotations

from typing import Any

from werkzeug.test import TestResponse

from ..support.shops import Shop


def problem(answer: TestResponse, status: int, code: str) -> dict[str, Any]:
    """The problem's members, after what holds for every problem was checked."""
    assert answer.status_code == status
    assert answer.mimetype == "application/problem+json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Cookie" in answer.headers["Vary"]
    assert answer.json is not None
    assert answer.json["code"] == code
    assert answer.json["status"] == status
    assert answer.json["detail"].endswith(".")
    assert answer.json["title"]
    return dict(answer.json)


def click(shop: Shop, **more: Any) -> TestResponse:
    return shop.browser("1234567").post("/zonos/cart-info", **more)
