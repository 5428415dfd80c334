"""Errors that stop a checkout, as problem+json in a shopper's words."""

from __future__ import annotations

import logging
import threading
from typing import Any

import pytest

from flask_zonos import Cart

from ..support.fixtures import MakeShop
from ..support.samples import cart
from ..support.samples import item
from ..support.shops import Shop
from ..support.upstream import held_until
from ..support.upstream import Upstream
from .problems import problem


def test_the_apps_own_limit_of_a_body_holds_too(make_a_shop: MakeShop) -> None:
    answer = make_a_shop(MAX_CONTENT_LENGTH=100).click(json={"a": "x" * 200})
    problem(answer, 413, "too-large")


def test_an_empty_cart_is_told_as_such(
    shop: Shop, upstream: Upstream, caplog: pytest.LogCaptureFixture
) -> None:
    shop.load_cart = lambda request_data: Cart(items=())
    problem(shop.click("a"), 409, "empty-cart")
    assert upstream.received == []
    assert [r for r in caplog.records if r.levelno >= logging.ERROR] == []


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("items[0].amount", cart(item(amount=24.9))),
        ("metadata", cart(metadata={"customer_id": "7"})),
        ("cart.items", Cart(items=None)),  # type: ignore[arg-type]
        ("cart", {"items": []}),
    ],
)
def test_a_cart_that_the_schema_refuses_names_the_field_in_log_and_debug_only(
    shop: Shop,
    upstream: Upstream,
    caplog: pytest.LogCaptureFixture,
    field: str,
    given: Any,
) -> None:
    shop.load_cart = lambda request_data: given

    assert "field" not in problem(shop.click("a"), 500, "invalid-cart")
    assert f"{field}:" in caplog.text
    shop.app.debug = True
    shown = problem(shop.click("a"), 500, "invalid-cart")["field"]
    assert shown.startswith(f"{field}:")
    assert shown in caplog.text
    assert ". @zonos.cart_loader (tests.support.shops.open_shop.<locals>.cur" in shown
    assert ('Decimal("24.90")' in shown) is ("amount" in field)
    assert upstream.received == []


def test_an_error_of_ours_in_a_callback_names_the_shops_line(
    shop: Shop, upstream: Upstream, caplog: pytest.LogCaptureFixture
) -> None:
    def load_cart(request_data: Any) -> Cart:
        shop.app.extensions["zonos"].client.create_cart(Cart(items=[item(amount=1)]))
        raise AssertionError

    shop.load_cart = load_cart
    problem(shop.click("a"), 500, "invalid-cart")
    assert "in load_cart: shop.app.extensions" in caplog.text


def test_no_slot_for_a_cart_is_503(make_a_shop: MakeShop, upstream: Upstream) -> None:
    released = threading.Event()
    upstream.on("cartCreate", held_until(released))
    shop = make_a_shop(ZONOS_POOL_SIZE=1, ZONOS_DEADLINE=5)
    first = threading.Thread(target=shop.click)
    first.start()
    upstream.wait_for(1)
    impatient = make_a_shop(ZONOS_POOL_SIZE=1, ZONOS_DEADLINE=0.1)
    impatient.app.extensions["zonos"]._client = shop.app.extensions["zonos"]._client

    answer = impatient.click()
    released.set()
    first.join()

    problem(answer, 503, "busy")
    assert answer.headers["Retry-After"] == "1"


def without_login(shop: Shop) -> None:
    del shop.app.login_manager  # type: ignore[attr-defined]


def without_cart_loader(shop: Shop) -> None:
    shop.zonos._callbacks.cart_loader = None


@pytest.mark.parametrize(
    ("config", "change", "told"),
    [
        ({"ZONOS_CREDENTIAL_TOKEN": None}, None, "ZONOS_CREDENTIAL_TOKEN"),
        ({"ZONOS_MODE": "PROD"}, None, "ZONOS_MODE"),
        ({}, without_login, "login_manager"),
        ({}, without_cart_loader, "@zonos.cart_loader"),
    ],
)
def test_what_is_missing_or_cannot_work_is_a_problem_of_the_shops(
    make_a_shop: MakeShop,
    caplog: pytest.LogCaptureFixture,
    config: dict[str, Any],
    change: Any,
    told: str,
) -> None:
    shop = make_a_shop(**config)
    if change is not None:
        change(shop)
    answer = shop.click()
    problem(answer, 500, "not-configured")
    assert told in caplog.text
    assert told not in answer.text
