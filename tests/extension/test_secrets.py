"""Neither password, token nor personal data in any log, error, traceback or cache."""

from __future__ import annotations

import io
import logging
import traceback
from collections.abc import Iterator
from typing import Any

import pytest

from flask_zonos import APIError
from flask_zonos import ZonosClient

from ..support.fixtures import MakeShop
from ..support.samples import cart
from ..support.samples import PERSON
from ..support.samples import PLACE
from ..support.samples import profile
from ..support.shops import TOKEN
from ..support.upstream import reply_with
from ..support.upstream import Upstream

#: Every text of the profile, and what proves who asks.
PRIVATE = (
    TOKEN,
    "otp_of",
    *(PERSON[name] for name in ("customer_id", "email", "name", "phone")),
    *(PLACE[name] for name in ("name", "line1", "line2", "locality", "postal_code")),
)


@pytest.fixture
def everything_logged() -> Iterator[io.StringIO]:
    """All log records at DEBUG, arguments and tracebacks included."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logging.Formatter("%(name)s %(message)s %(args)s"))
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield written
    root.removeHandler(handler)
    root.setLevel(before)


def test_no_logger_at_debug_tells_password_token_or_personal_data(
    make_a_shop: MakeShop, everything_logged: io.StringIO
) -> None:
    shop = make_a_shop()
    logging.getLogger("flask_zonos").debug("the loggers are heard")

    answer = shop.browser("1234567").post("/zonos/cart-info")

    assert answer.json is not None
    assert answer.json["recognition"]["level"] == "profile"
    written = everything_logged.getvalue()
    assert "the loggers are heard" in written
    assert [found for found in PRIVATE if found in written] == []


@pytest.mark.parametrize("status", [200, 401, 429, 500])
def test_a_failure_is_logged_without_password_token_or_personal_data(
    make_a_shop: MakeShop,
    upstream: Upstream,
    everything_logged: io.StringIO,
    status: int,
) -> None:
    shop = make_a_shop()
    upstream.on("*", reply_with(f"echo {PRIVATE}", status=status))

    answer = shop.browser("1234567").post("/zonos/cart-info")

    assert answer.status_code >= 500
    written = everything_logged.getvalue()
    assert "The checkout could not be opened" in written
    assert [found for found in PRIVATE if found in written + answer.text] == []


def test_a_traceback_with_locals_shows_no_variables_of_the_call(
    upstream: Upstream, client: ZonosClient
) -> None:
    upstream.on("*", reply_with("nothing", status=500))
    operation = client.cart_operation
    variables: Any = {"input": {"secret": "of the shopper"}}

    with pytest.raises(APIError) as caught:
        client.execute(operation, variables)

    error = caught.value
    assert error.__cause__ is None
    assert error.__context__ is None
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    # Frames of the pool's or gql's would show what is sent.
    assert [frame.f_code.co_name for frame in frames[1:]] == [
        "execute",
        "result",
        "result",
        "__get_result",
    ]


def test_the_password_is_in_the_answer_of_cart_info_and_in_no_page(
    make_a_shop: MakeShop,
) -> None:
    browser = make_a_shop(ZONOS_DEMO_PAGE=True).browser("1234567")

    answer = browser.post("/zonos/cart-info")

    assert answer.text.count("otp_of_1234567") == 1
    for page in ("/cart", "/zonos/demo"):
        found = browser.get(page)
        assert found.status_code == 200
        assert "otp_of" not in found.text
        assert TOKEN not in found.text


def test_the_password_is_in_no_cookie(make_a_shop: MakeShop) -> None:
    answer = make_a_shop().browser("1234567").post("/zonos/cart-info")

    assert not any("otp" in value for value in answer.headers.getlist("Set-Cookie"))


def test_error_and_repr_of_client_and_settings_hide_the_token(
    make_a_shop: MakeShop, client: ZonosClient
) -> None:
    shop = make_a_shop(ZONOS_WEBHOOK_SECRET="a long webhook secret")
    settings = shop.app.extensions["zonos"].settings

    assert TOKEN not in repr(client)
    assert TOKEN not in repr(settings)
    assert "webhook secret" not in repr(settings)


def test_a_traceback_of_wrong_input_holds_no_value(client: ZonosClient) -> None:
    with pytest.raises(ValueError, match="email") as caught:
        client.authenticate_customer(profile(email=None))

    told = "".join(traceback.format_exception(caught.value))
    assert "7022920000" not in told
    assert client.cart_variables(cart())["input"]["items"]
