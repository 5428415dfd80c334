"""The page of the guide "After payment": an order is shown to whom it belongs alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest

from flask_zonos.sandbox import Sandbox
from flask_zonos.testing.shopper import Shopper

from .blocks import DOCS
from .blocks import run

NewShopper = Callable[..., Shopper]


@pytest.fixture
def page(sandbox: Sandbox) -> dict[str, Any]:
    return run(DOCS / "guides" / "after-payment.md")


@pytest.fixture
def new_shopper(page: dict[str, Any], sandbox: Sandbox) -> NewShopper:
    """Makes a shopper with a cup in the basket."""

    def make(signed_in: str | None = None) -> Shopper:
        shopper = Shopper(sandbox, page["app"].test_client())
        if signed_in:
            shopper.sign_in(page["User"](signed_in))
        fill(shopper, {"CUP-1": 1})
        return shopper

    return make


def fill(shopper: Shopper, basket: dict[str, int]) -> None:
    with shopper.client.session_transaction() as held:
        held["basket"] = basket


def basket_of(shopper: Shopper) -> Any:
    with shopper.client.session_transaction() as held:
        return held.get("basket")


def thanked(shopper: Shopper, order_id: str) -> str:
    answer = shopper.client.get(f"/thanks/{order_id}")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "Thank you!" in answer.text
    return answer.text


def pay(shopper: Shopper) -> str:
    """Pay, and do not tell the shop."""
    return shopper.pay(shopper.open(shopper.press()))


@pytest.mark.parametrize("customer", ["anna", None])
def test_an_order_is_thanked_for_before_it_is_home_and_shown_once_it_is(
    new_shopper: NewShopper, customer: str | None
) -> None:
    shopper = new_shopper(customer)
    order = pay(shopper)
    awaited = thanked(shopper, order)
    assert order not in awaited
    assert 'http-equiv="refresh"' in awaited
    shopper.hint(order)
    shown = thanked(shopper, order)
    assert f"Order {order}: OPEN" in shown
    assert "refresh" not in shown


@pytest.mark.parametrize("customer", ["anna", None])
def test_a_stranger_cannot_tell_an_order_from_none(
    new_shopper: NewShopper, customer: str | None
) -> None:
    order = new_shopper(customer).check_out()
    passer_by, other, waiting = new_shopper(), new_shopper("bo"), new_shopper()
    fill(passer_by, {})
    waiting.press()
    for stranger in (passer_by, other, waiting):
        hidden = thanked(stranger, order)
        assert order not in hidden
        assert hidden == thanked(stranger, "order_that_never_was")
        # Only who may have paid waits for an order.
        assert ("refresh" in hidden) is (stranger is not passer_by)


def test_a_customers_order_is_not_shown_in_the_same_browser_after_the_sign_out(
    new_shopper: NewShopper,
) -> None:
    shopper = new_shopper("anna")
    order = shopper.check_out()
    with shopper.client.session_transaction() as held:
        del held["_user_id"]
    assert shopper.client.get_cookie("zonos_carts")
    assert order not in thanked(shopper, order)


def test_the_success_page_waits_for_a_late_order_and_ends(
    new_shopper: NewShopper,
) -> None:
    shopper = new_shopper("anna")
    address = "/success?orderId=order_1"
    for _ in range(11):
        waiting = shopper.client.get(address)
        assert waiting.headers["Cache-Control"] == "private, no-store"
        (query,) = re.findall(r'url=([^"]+)"', waiting.text)
        address = f"/success{unescape(query)}"
    assert "visit=12" in address
    ended = shopper.client.get(address).text
    assert "refresh" not in ended
    assert "longer than usual" in ended

    order = pay(shopper)
    assert ": OPEN" in shopper.client.get(f"/success?orderId={order}").text
    assert basket_of(shopper) is None
    assert "OPEN" not in new_shopper("bo").client.get(f"/success?orderId={order}").text


def test_the_basket_is_emptied_where_its_own_order_is_shown_and_at_no_other_time(
    new_shopper: NewShopper,
) -> None:
    shopper = new_shopper()
    order = pay(shopper)
    thanked(shopper, order)
    assert basket_of(shopper) == {"CUP-1": 1}
    shopper.hint(order)
    fill(shopper, {"CUP-1": 2})
    thanked(shopper, order)
    assert basket_of(shopper) == {"CUP-1": 2}

    order = shopper.check_out()
    thanked(shopper, order)
    assert basket_of(shopper) is None
    fill(shopper, {"CUP-1": 2})
    thanked(shopper, order)
    assert basket_of(shopper) == {"CUP-1": 2}


@pytest.mark.parametrize(
    ("sku", "quantity", "told"),
    [
        ("CUP-1", 3, None),
        ("CUP-1", 4, "Of CUP-1 we have 3 left. Please change your basket."),
        ("MUG-1", 1, "Of MUG-1 we have 0 left. Please change your basket."),
    ],
)
def test_the_order_is_stopped_by_what_has_run_out(
    new_shopper: NewShopper, sku: str, quantity: int, told: str | None
) -> None:
    items = [{"sku": sku, "quantity": quantity}]
    check = "/zonos/inventory-check"
    asked = new_shopper().client.post(check, json={"items": items})
    assert asked.json == {"message": told}
