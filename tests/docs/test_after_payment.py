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
def new_shopper(sandbox: Sandbox) -> NewShopper:
    """Makes a shopper with a cup in the basket."""
    page = run(DOCS / "guides" / "after-payment.md")

    def make(signed_in: str | None = None) -> Shopper:
        shopper = Shopper(sandbox, page["app"].test_client())
        if signed_in:
            shopper.sign_in(page["User"](signed_in))
        fill(shopper, 1)
        return shopper

    return make


def fill(shopper: Shopper, cups: int) -> None:
    with shopper.client.session_transaction() as held:
        held["basket"] = {"CUP-1": cups}


def cups_of(shopper: Shopper) -> Any:
    with shopper.client.session_transaction() as held:
        return held.get("basket", {}).get("CUP-1")


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
def test_an_order_is_waited_for_and_shown_to_its_own_shopper_alone(
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
    # A stranger cannot tell it from none.
    guest = new_shopper()
    guest.press()
    for stranger in (guest, new_shopper("bo")):
        assert thanked(stranger, order) == thanked(stranger, "order_that_never_was")


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
    ended = shopper.client.get(address).text
    assert "refresh" not in ended
    assert "longer than usual" in ended

    order = pay(shopper)
    assert ": OPEN" in shopper.client.get(f"/success?orderId={order}").text
    assert cups_of(shopper) is None
    assert "OPEN" not in new_shopper("bo").client.get(f"/success?orderId={order}").text


def test_the_basket_is_emptied_where_its_own_order_is_shown_and_at_no_other_time(
    new_shopper: NewShopper,
) -> None:
    shopper = new_shopper()
    order = pay(shopper)
    thanked(shopper, order)
    assert cups_of(shopper) == 1
    shopper.hint(order)
    fill(shopper, 2)
    thanked(shopper, order)
    assert cups_of(shopper) == 2

    order = shopper.check_out()
    thanked(shopper, order)
    assert cups_of(shopper) is None
    fill(shopper, 2)
    thanked(shopper, order)
    assert cups_of(shopper) == 2
