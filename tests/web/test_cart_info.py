"""POST /cart-info: its shape, each level of recognition, every reason, its headers."""

from __future__ import annotations

import re
import traceback
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any

import pytest
from flask import abort
from werkzeug.local import LocalProxy

from ..support.fixtures import MakeShop
from ..support.samples import location
from ..support.samples import PERSONAL
from ..support.samples import profile
from ..support.shops import click
from ..support.shops import password_in
from ..support.shops import PROFILE
from ..support.shops import Shop
from ..support.upstream import Received
from ..support.upstream import reply_with
from ..support.upstream import Upstream
from ..support.upstream import Wire

ME = "1234567"
CART_ID = "cart_of_mug"
SHIPPING = {
    "customerFirstName": "testFirstName1",
    "customerLastName": "testLastName",
    "customerName": "TestCanada TestCanada",
    "customerEmail": "test@zonos.com",
    "customerPhone": "7022920000",
    "customerAddress1": "411-1033 Davie Street",
    "customerAddress2": "123 testAddress2",
    "customerCity": "Vancouver",
    "customerState": "BC",
    "customerZip": "V6E1M7",
    "customerCountry": "CA",
}
PASSWORD = {PROFILE: {"oneTimePassword": f"otp_of_{ME}"}}


@pytest.mark.parametrize(
    ("user_id", "status", "password", "level", "reason", "shipping"),
    [
        (ME, 200, PASSWORD, "profile", None, None),
        (ME, 500, None, "prefill", "unavailable", SHIPPING),
        (None, 200, None, "guest", "anonymous", None),
    ],
)
def test_each_level_of_recognition_has_its_response(
    shop: Shop,
    upstream: Upstream,
    user_id: str | None,
    status: int,
    password: Any,
    level: str,
    reason: str | None,
    shipping: Any,
) -> None:
    if status != 200:
        upstream.on(PROFILE, reply_with("", status=status))

    answer = shop.click(user_id, json={"customerId": "another", "email": "a@b.example"})

    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert answer.json == {
        "cartId": CART_ID,
        "customerProfileAuthenticate": password,
        "recognition": {"level": level, "reason": reason},
        "shippingData": shipping,
    }
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Cookie" in answer.vary
    number = r"\d+\.\d"
    timing = rf"cart;dur={number}, (profile;dur={number}, )?total;dur={number}"
    assert re.fullmatch(timing, answer.headers["Server-Timing"])
    # Nobody is asked about who did not sign in, and never about whom the body names.
    sent = [call.input for call in upstream.received if call.operation == PROFILE]
    told = [(each["customerId"], each["email"]) for each in sent]
    assert told == ([] if user_id is None else [(ME, "test@zonos.com")])


@pytest.mark.parametrize(
    ("changes", "level"),
    [
        ({"locations": ()}, "guest"),
        ({"phone": None}, "guest"),
        ({"last_name": " "}, "guest"),
        ({"locations": [location(postal_code="")]}, "guest"),
        # Where the country has none.
        ({"locations": [location(country_code="AE", postal_code="")]}, "prefill"),
    ],
)
def test_no_address_is_prefilled_if_a_field_that_the_script_requires_is_missing(
    shop: Shop, upstream: Upstream, changes: dict[str, Any], level: str
) -> None:
    upstream.on(PROFILE, reply_with("", status=500))
    shop.load_customer = lambda user: profile(**changes)
    answer = shop.click(ME)
    assert answer.json["recognition"]["level"] == level
    assert (answer.json["shippingData"] is not None) is (level == "prefill")


def raise_error(*arguments: Any) -> Any:
    raise LookupError("the shop's own database is down")


UNREADABLE = location(phone=LocalProxy(raise_error))


@pytest.mark.parametrize("testing", [False, True])
@pytest.mark.parametrize(
    ("reason", "given"),
    [
        ("no-profile", lambda user: None),
        ("invalid-profile", lambda user: profile(customer_id="None")),
        ("invalid-profile", lambda user: "1234567"),
        ("loader-error", raise_error),
        # Those that fail while they are read.
        ("loader-error", lambda user: LocalProxy(raise_error)),
        ("loader-error", lambda user: profile(locations=[LocalProxy(raise_error)])),
        ("loader-error", lambda user: profile(locations=[UNREADABLE])),
        ("loader-error", lambda user: profile(name=LocalProxy(lambda: abort(404)))),
    ],
)
def test_a_profile_that_the_shop_cannot_give_costs_no_sale(
    shop: Shop,
    upstream: Upstream,
    caplog: pytest.LogCaptureFixture,
    reason: str,
    given: Any,
    testing: bool,
) -> None:
    shop.app.testing = testing
    shop.load_customer = given

    answer = shop.click(ME)

    assert answer.json["recognition"] == {"level": "guest", "reason": reason}
    assert upstream.operations() == ["cartCreate"]
    assert "customer_loader" in caplog.text or reason == "no-profile"
    tracebacks = [each.exc_info for each in caplog.records if each.exc_info]
    assert len(tracebacks) == (reason == "loader-error")
    for exc_info in tracebacks:
        # The shop's frames, and none with the profile in its locals.
        told = traceback.TracebackException(*exc_info, capture_locals=True)
        assert told.stack
        shown = caplog.text + "".join(told.format())
        assert [private for private in PERSONAL if private in shown] == []


def test_the_body_goes_to_the_cart_loader_as_a_dict(shop: Shop) -> None:
    # As text/plain too, which is how Zonos's own snippet sends it.
    for content_type in ("application/json", "text/plain"):
        for data, sku in ((None, "mug"), (b" \n", "mug"), (b'{"sku": "a"}', "a")):
            answer = shop.click(data=data, content_type=content_type)
            assert answer.json["cartId"] == f"cart_of_{sku}"


def test_the_page_sets_no_item_no_price_and_no_currency(
    shop: Shop, upstream: Upstream
) -> None:
    items = [{"sku": "cup", "amount": 0.01, "quantity": 1}]
    answer = shop.click(
        json={
            **{"items": items, "input": {"items": items}, "variables": {}},
            **{"amount": 0.01, "price": 0.01, "total": 0, "quantity": 99},
            **{"currencyCode": "IRR", "currency": "IRR"},
            **{"adjustments": [{"amount": -24, "type": "CART_TOTAL"}]},
            **{"cartId": "cart_of_another", "id": "cart_of_another"},
        }
    )
    assert answer.json["cartId"] == CART_ID
    [sent] = [call.input for call in upstream.received]
    item = {"sku": "mug", "amount": 24.9, "currencyCode": "EUR", "quantity": 2}
    assert sent["items"] == [item]
    assert {*sent} == {"items", "expiresAt"}


def test_every_click_has_a_cart_and_a_password_of_its_own(
    shop: Shop, upstream: Upstream
) -> None:
    numbers = {"cartCreate": count(1), PROFILE: count(1)}

    def number(received: Received, wire: Wire) -> None:
        own = next(numbers[received.operation])
        both = {"id": f"cart_{own}", "expiresAt": None, "oneTimePassword": f"otp_{own}"}
        wire.reply_json({"data": {received.operation: both}})

    upstream.on("*", number)
    browser = shop.browser(ME)
    browser.set_cookie("cartId", "cart_of_another")
    clicks = [click(browser, json={"cartId": "cart_of_another"}) for _ in range(3)]

    assert [c.json["cartId"] for c in clicks] == ["cart_1", "cart_2", "cart_3"]
    assert [password_in(c) for c in clicks] == ["otp_1", "otp_2", "otp_3"]


@pytest.mark.usefixtures("small_switch_interval")
def test_two_shoppers_two_apps_sixteen_threads_and_no_answer_carries_anothers_data(
    make_a_shop: MakeShop,
) -> None:
    shops = [make_a_shop(), make_a_shop()]

    def many_clicks(thread: int) -> None:
        shopper = f"shopper_{thread // 2 % 2}"
        browser = shops[thread % 2].browser(shopper)
        for number in range(6):
            sku = f"{thread}_{number}"
            answer = click(browser, json={"sku": sku})
            assert answer.json["cartId"] == f"cart_of_{sku}"
            assert password_in(answer) == f"otp_of_{shopper}"

    with ThreadPoolExecutor(16) as executor:
        list(executor.map(many_clicks, range(16)))
