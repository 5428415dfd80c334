"""A shop's resources are released before each wait for Zonos in a request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flask_login
import pytest

from ..support.fixtures import MakeShop
from ..support.upstream import Received
from ..support.upstream import Upstream
from ..support.upstream import Wire
from .test_order_hint import ORDER

SECRET = "a-long-random-value-of-a-test"
WAITS = [
    ("cart-info", {}, 200),
    ("order-hint", {"orderId": "order_1"}, 202),
    ("webhooks?type=ORDER_CREATED", {"data": {"orderId": "order_1"}}, 204),
    ("webhooks?type=ORDER_CREATED", {"data": {}}, 204),
]


@pytest.fixture
def steps(upstream: Upstream) -> list[str]:
    """The steps so far, in order; each call to Zonos is one."""
    steps: list[str] = []

    def answer(received: Received, wire: Wire) -> None:
        steps.append("call")
        name = received.operation
        answers: dict[str, Any] = {
            "cartCreate": {"id": "cart_1", "expiresAt": None},
            "checkoutCustomerProfileAuthenticate": {"oneTimePassword": "otp_1"},
            "order": ORDER,
            "orders": {
                "edges": [{"node": ORDER}],
                "pageInfo": {"hasNextPage": False, "endCursor": None},
            },
        }
        wire.reply_json({"data": {name: answers[name]}})

    upstream.on("*", answer)
    return steps


@pytest.mark.parametrize(("route", "body", "status"), WAITS)
def test_it_runs_once_after_the_shops_code_and_before_the_first_call(
    make_a_shop: MakeShop,
    steps: list[str],
    route: str,
    body: dict[str, Any],
    status: int,
) -> None:
    shop = make_a_shop(ZONOS_WEBHOOK_SECRET=SECRET)

    def watched(step: str, loader: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def load(given: Any) -> Any:
            steps.append(step)
            return loader(given)

        return load

    shop.load_cart = watched("cart", shop.load_cart)
    shop.load_customer = watched("customer", shop.load_customer)
    shop.zonos.order_handler(lambda order, event: steps.append("order"))

    @shop.zonos.before_calls
    async def release() -> None:
        assert flask_login.current_user.is_authenticated
        steps.append("release")

    browser = shop.browser("anna")
    steps.clear()
    headers = {"X-Zonos-Webhook-Secret": SECRET}
    answer = browser.post(f"/zonos/{route}", json=body, headers=headers)

    assert answer.status_code == status
    calls = steps.count("call")
    loaders = ["cart", "customer"] if route == "cart-info" else []
    after = [] if route == "cart-info" else ["order"]
    assert steps == [*loaders, "release", *["call"] * calls, *after]
    assert calls


@pytest.mark.parametrize(("route", "body", "status"), WAITS)
def test_if_it_raises_the_log_has_it_and_the_sale_goes_on(
    make_a_shop: MakeShop,
    steps: list[str],
    caplog: pytest.LogCaptureFixture,
    route: str,
    body: dict[str, Any],
    status: int,
) -> None:
    shop = make_a_shop(ZONOS_WEBHOOK_SECRET=SECRET, TESTING=True)
    shop.zonos.order_handler(lambda order, event: None)
    shop.zonos.before_calls(lambda: 1 / 0)

    headers = {"X-Zonos-Webhook-Secret": SECRET}
    answer = shop.browser("anna").post(f"/zonos/{route}", json=body, headers=headers)

    assert answer.status_code == status
    (record,) = [r for r in caplog.records if "@zonos.before_calls" in r.getMessage()]
    assert record.exc_info is not None
