"""An ``async def`` that Flask cannot see for one is told of and not passed over."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import pytest

from ..support.fixtures import MakeShop
from ..support.shops import Shop
from ..support.upstream import Upstream

BODY = {"data": {"order": {"id": "order_1"}}}
SECRET = "a long random value"


def plainly_decorated(function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def wrapped(*arguments: Any) -> Any:
        return function(*arguments)

    return wrapped


class Asynchronous:
    async def __call__(self, *arguments: Any) -> bool:
        return True


@plainly_decorated
async def decorated(*arguments: Any) -> bool:
    return True


@pytest.fixture(params=[decorated, Asynchronous()], ids=["decorated", "object"])
def hidden(request: pytest.FixtureRequest) -> Any:
    return request.param


@pytest.fixture
def shop(make_a_shop: MakeShop) -> Shop:
    return make_a_shop(ZONOS_WEBHOOK_SECRET=SECRET, PROPAGATE_EXCEPTIONS=False)


@pytest.mark.parametrize(
    ("register", "path", "body"),
    [
        ("cart_loader", "cart-info", {}),
        ("cart_created_handler", "cart-info", {}),
        ("inventory_checker", "inventory-check", {"items": [{"quantity": 1}]}),
        ("webhook_verifier", "webhooks?type=ORDER_CREATED", BODY),
    ],
)
def test_it_stops_what_cannot_go_on_without_it(
    shop: Shop,
    upstream: Upstream,
    hidden: Any,
    register: str,
    path: str,
    body: dict[str, Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    getattr(shop.zonos, register)(hidden)

    answer = shop.browser().post(
        f"/zonos/{path}", json=body, headers={"X-Zonos-Webhook-Secret": SECRET}
    )

    assert answer.status_code == 500
    assert "what wraps an async def must be an async def too" in caplog.text
    assert "order" not in upstream.operations()


def test_it_costs_a_profile_and_no_sale(
    shop: Shop, hidden: Any, caplog: pytest.LogCaptureFixture
) -> None:
    shop.zonos.customer_loader(hidden)

    answer = shop.browser("1234567").post("/zonos/cart-info").get_json()

    assert answer["recognition"] == {"level": "guest", "reason": "loader-error"}
    assert "what wraps an async def must be an async def too" in caplog.text
