"""POST /cart-info: its shape, its rungs, every reason, and its headers."""

from __future__ import annotations

import json
import re
import threading
import traceback
from collections.abc import Callable
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import abort
from flask import session
from werkzeug.local import LocalProxy
from werkzeug.test import TestResponse

from flask_zonos import Cart
from flask_zonos import Recognition
from flask_zonos.signals import cart_created
from flask_zonos.signals import checkout_failed
from flask_zonos.signals import profile_skipped

from ..support.fixtures import MakeShop
from ..support.samples import location
from ..support.samples import profile
from ..support.shops import cart_of_request
from ..support.shops import Shop
from ..support.upstream import held_until
from ..support.upstream import reply_with
from ..support.upstream import Upstream

PROFILE = "checkoutCustomerProfileAuthenticate"
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


def click(shop: Shop, user_id: str | None = "1234567", **more: Any) -> TestResponse:
    return shop.browser(user_id).post("/zonos/cart-info", **more)


def test_a_shopper_who_is_signed_in_gets_a_cart_and_a_password(shop: Shop) -> None:
    answer = click(shop)

    assert answer.status_code == 200
    assert answer.json == {
        "cartId": "cart_of_mug",
        "customerProfileAuthenticate": {PROFILE: {"oneTimePassword": "otp_of_1234567"}},
        "recognition": {"level": "profile", "reason": None},
        "shippingData": None,
    }


def test_a_guest_gets_a_cart_and_nothing_is_asked_about_anyone(
    shop: Shop, upstream: Upstream
) -> None:
    answer = click(shop, None)

    assert answer.json == {
        "cartId": "cart_of_mug",
        "customerProfileAuthenticate": None,
        "recognition": {"level": "guest", "reason": "anonymous"},
        "shippingData": None,
    }
    assert upstream.operations() == ["cartCreate"]


def test_a_shopper_whose_profile_fails_gets_a_prefilled_address(
    shop: Shop, upstream: Upstream
) -> None:
    upstream.on(PROFILE, reply_with("", status=500))

    answer = click(shop)

    assert answer.json == {
        "cartId": "cart_of_mug",
        "customerProfileAuthenticate": None,
        "recognition": {"level": "prefill", "reason": "unavailable"},
        "shippingData": SHIPPING,
    }


def test_an_empty_postal_code_counts_where_the_country_has_none(
    shop: Shop, upstream: Upstream
) -> None:
    upstream.on(PROFILE, reply_with("", status=500))
    home = location(country_code="AE", postal_code="", administrative_area="Dubai")
    shop.load_customer = lambda user: profile(locations=(home,))

    answer = click(shop)

    assert answer.json is not None
    assert answer.json["recognition"]["level"] == "prefill"
    assert answer.json["shippingData"]["customerZip"] == ""
    [sent] = [call.input for call in upstream.received if call.operation == PROFILE]
    assert not {"firstName", "lastName"} & {*sent}


@pytest.mark.parametrize(
    "changes",
    [
        {"locations": ()},
        {"phone": None},
        {"first_name": None},
        {"last_name": " "},
        {"locations": (location(postal_code=""),)},
    ],
)
def test_no_address_is_prefilled_if_a_field_that_the_script_requires_is_missing(
    shop: Shop, upstream: Upstream, changes: dict[str, Any]
) -> None:
    upstream.on(PROFILE, reply_with("", status=500))
    shop.load_customer = lambda user: profile(**changes)

    answer = click(shop)

    assert answer.json is not None
    assert answer.json["shippingData"] is None
    assert answer.json["recognition"]["level"] == "guest"


def raise_error(*arguments: Any) -> Any:
    raise LookupError("the shop's own database is down")


@pytest.mark.parametrize(
    ("reason", "load_customer"),
    [
        ("no-profile", lambda user: None),
        ("loader-error", raise_error),
        ("invalid-profile", lambda user: profile(customer_id="test@zonos.com")),
        ("invalid-profile", lambda user: profile(customer_id="None")),
        ("invalid-profile", lambda user: profile(email=" test@zonos.com")),
        ("invalid-profile", lambda user: profile(locations=None)),
        ("invalid-profile", lambda user: "1234567"),
    ],
)
def test_a_profile_that_the_shop_cannot_give_costs_no_sale(
    shop: Shop, upstream: Upstream, reason: str, load_customer: Any
) -> None:
    shop.load_customer = load_customer

    answer = click(shop)

    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["recognition"] == {"level": "guest", "reason": reason}
    assert upstream.operations() == ["cartCreate"]


class Lazy(Sequence[Any]):
    """Rows that are fetched when they are read, which fails."""

    def __len__(self) -> int:
        return 1

    def __getitem__(self, index: Any) -> Any:
        return raise_error()


class Detached:
    """A row whose session is gone."""

    @property
    def line1(self) -> str:
        return str(raise_error())


UNREADABLE: dict[str, Callable[[Any], Any]] = {
    "rows that fail": lambda user: profile(locations=Lazy()),
    "a row that is not found": lambda user: profile(
        locations=LocalProxy(lambda: abort(404))
    ),
    "a proxy that fails": lambda user: profile(name=LocalProxy(raise_error)),
    "a profile that is such": lambda user: LocalProxy(raise_error),
    "an address that fails": lambda user: profile(
        locations=[LocalProxy(lambda: Detached().line1)]
    ),
}


@pytest.mark.parametrize("testing", [False, True])
@pytest.mark.parametrize("load_customer", UNREADABLE.values(), ids=UNREADABLE)
def test_a_profile_that_fails_while_it_is_read_costs_no_sale_and_is_logged(
    shop: Shop,
    upstream: Upstream,
    caplog: pytest.LogCaptureFixture,
    load_customer: Callable[[Any], Any],
    testing: bool,
) -> None:
    shop.app.testing = testing
    shop.load_customer = load_customer

    answer = click(shop)

    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["recognition"] == {"level": "guest", "reason": "loader-error"}
    assert upstream.operations() == ["cartCreate"]
    (record,) = (found for found in caplog.records if found.name == shop.app.name)
    assert record.levelname == "ERROR"
    assert "customer_loader" in record.message
    assert record.exc_info is not None
    told = "".join(traceback.format_exception(record.exc_info[1]))
    assert told.startswith("Traceback")
    assert "test@zonos.com" not in record.message + told


def test_the_log_of_a_profile_that_fails_has_the_shops_frames_and_none_of_ours(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    shop.load_customer = UNREADABLE["rows that fail"]
    click(shop)

    (record,) = (found for found in caplog.records if found.exc_info)
    assert record.exc_info is not None
    told = traceback.TracebackException(*record.exc_info, capture_locals=True)
    names = [frame.name for frame in told.stack]
    assert names[-2:] == ["__getitem__", "raise_error"]
    assert not any("flask_zonos" in frame.filename for frame in told.stack)
    assert "test@zonos.com" not in "".join(told.format())


@pytest.mark.parametrize(
    ("reason", "status", "body"),
    [
        ("unavailable", 503, ""),
        ("rejected", 401, ""),
        ("rejected", 200, '{"errors": [{}]}'),
        (
            "no-password",
            200,
            json.dumps({"data": {PROFILE: {"oneTimePassword": None}}}),
        ),
    ],
)
def test_a_profile_that_zonos_does_not_give_costs_no_sale(
    shop: Shop, upstream: Upstream, reason: str, status: int, body: str
) -> None:
    upstream.on(PROFILE, reply_with(body, status=status))

    answer = click(shop)

    assert answer.json is not None
    assert answer.json["cartId"] == "cart_of_mug"
    assert answer.json["recognition"]["reason"] == reason


def test_a_profile_that_comes_late_costs_no_sale(
    make_a_shop: MakeShop, upstream: Upstream
) -> None:
    released = threading.Event()
    upstream.on(PROFILE, held_until(released))
    shop = make_a_shop(ZONOS_PROFILE_GRACE=0)

    answer = click(shop)

    assert not released.is_set()
    released.set()
    assert answer.json is not None
    assert answer.json["recognition"] == {"level": "prefill", "reason": "timeout"}


@pytest.mark.parametrize("user_id", [None, "1234567"])
def test_every_answer_is_cached_nowhere(shop: Shop, user_id: str | None) -> None:
    answer = click(shop, user_id)

    assert answer.headers["Cache-Control"] == "no-store"
    assert "Cookie" in answer.headers["Vary"]
    assert answer.mimetype == "application/json"


def test_the_time_of_each_call_stands_in_the_answer(shop: Shop) -> None:
    timing = click(shop).headers["Server-Timing"]

    assert re.fullmatch(
        r"cart;dur=\d+\.\d, profile;dur=\d+\.\d, total;dur=\d+\.\d", timing
    )


@pytest.mark.parametrize("content_type", ["application/json", "text/plain"])
def test_the_body_goes_to_the_cart_loader_as_a_dict(
    shop: Shop, content_type: str
) -> None:
    shop.load_cart = cart_of_request

    answer = click(shop, data='{"sku": "plate"}', content_type=content_type)

    assert answer.json is not None
    assert answer.json["cartId"] == "cart_of_plate"


@pytest.mark.parametrize("data", [None, b"", b" \n", b"{}"])
def test_an_empty_body_is_an_empty_dict(shop: Shop, data: bytes | None) -> None:
    given: list[Any] = []

    def load_cart(request_data: dict[str, Any]) -> Cart:
        given.append(request_data)
        return cart_of_request({"sku": "mug"})

    shop.load_cart = load_cart

    assert click(shop, data=data, content_type="text/plain").status_code == 200
    assert given == [{}]


def test_who_the_shopper_is_never_comes_from_the_body(
    shop: Shop, upstream: Upstream
) -> None:
    click(shop, json={"customerId": "7654321", "email": "someone@else.example"})

    (request,) = (r for r in upstream.received if r.operation == PROFILE)
    assert request.input["customerId"] == "1234567"
    assert request.input["email"] == "test@zonos.com"


def test_the_customer_loader_gets_the_real_user_object(shop: Shop) -> None:
    given: list[type] = []

    def load_customer(user: Any) -> Any:
        given.append(type(user))
        return profile(customer_id=user.id)

    shop.load_customer = load_customer
    click(shop)

    assert [found.__name__ for found in given] == ["User"]


def test_signals_tell_what_happened_without_a_secret(
    shop: Shop, upstream: Upstream
) -> None:
    heard: list[tuple[str, dict[str, Any]]] = []

    def made(sender: Any, **told: Any) -> None:
        assert sender is shop.app
        heard.append(("made", told))

    def skipped(sender: Any, **told: Any) -> None:
        heard.append(("skipped", told))

    def failed(sender: Any, **told: Any) -> None:
        heard.append(("failed", told))

    with (
        cart_created.connected_to(made),
        profile_skipped.connected_to(skipped),
        checkout_failed.connected_to(failed),
    ):
        click(shop)
        click(shop, None)
        upstream.on("cartCreate", reply_with("", status=500))
        click(shop)

    assert [name for name, _ in heard] == ["made", "skipped", "made", "failed"]
    assert heard[0][1]["cart_id"] == "cart_of_mug"
    assert heard[0][1]["recognition"] == Recognition("profile", None)
    assert heard[1][1] == {"reason": "anonymous"}
    assert heard[3][1]["code"] == "unavailable"
    assert "otp_of" not in repr(heard)


def test_the_cart_created_handler_runs_within_the_request(shop: Shop) -> None:
    made = []

    @shop.zonos.cart_created_handler
    def remember(cart_id: str, cart: Cart, recognition: Recognition) -> None:
        made.append((session["_user_id"], cart_id, recognition.level))

    shop.browser("1234567").post("/zonos/cart-info")

    assert made == [("1234567", "cart_of_mug", "profile")]


@pytest.mark.usefixtures("small_switch_interval")
def test_two_shoppers_two_apps_sixteen_threads_and_no_answer_carries_anothers_data(
    make_a_shop: MakeShop,
) -> None:
    shops = [make_a_shop(), make_a_shop()]
    for shop in shops:
        shop.load_cart = cart_of_request

    def many_clicks(thread: int) -> list[tuple[str, str, Any]]:
        shop = shops[thread % 2]
        shopper = f"shopper_{thread // 2 % 2}"
        browser = shop.browser(shopper)
        found = []
        for click_number in range(12):
            sku = f"{thread}_{click_number}"
            answer = browser.post("/zonos/cart-info", json={"sku": sku})
            found.append((sku, shopper, answer.json))
        return found

    with ThreadPoolExecutor(16) as executor:
        answers = [a for found in executor.map(many_clicks, range(16)) for a in found]

    assert len(answers) == 16 * 12
    for sku, shopper, answer in answers:
        assert answer["cartId"] == f"cart_of_{sku}"
        authenticated = answer["customerProfileAuthenticate"][PROFILE]
        assert authenticated["oneTimePassword"] == f"otp_of_{shopper}"
