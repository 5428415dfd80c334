"""Neither password, token nor shopper in any log, error, traceback, page or cookie.

Nobody but Zonos is told or asked anything, and no answer tells whether Zonos knows a
customer.
"""

from __future__ import annotations

import logging
import socket
import subprocess
import traceback
from collections.abc import Callable
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from flask import Flask

from flask_zonos import APIError
from flask_zonos import ConfigurationError
from flask_zonos import InvalidInput
from flask_zonos import Zonos
from flask_zonos import ZonosClient
from flask_zonos import ZonosError
from flask_zonos.signals import checkout_failed

from ..support.fault_handlers import says
from ..support.fault_handlers import TOLD
from ..support.faults import TABLE
from ..support.fixtures import MakeClient
from ..support.fixtures import MakeShop
from ..support.samples import cart
from ..support.samples import item
from ..support.samples import PERSON
from ..support.samples import profile
from ..support.shops import PRIVATE
from ..support.shops import PROFILE
from ..support.shops import Shop
from ..support.shops import TOKEN
from ..support.upstream import Handler
from ..support.upstream import Received
from ..support.upstream import Upstream
from ..support.upstream import Wire

TESTS = str(Path(__file__).parents[1])
CART = "cartCreate"
ME, EMAIL = PERSON["customer_id"], PERSON["email"]
HURRIED: dict[str, Any] = {"ZONOS_TIMEOUT": (1, 0.2), "ZONOS_DEADLINE": 0.6}
FAULTS: dict[str, Handler] = {
    name: TABLE[name].handler
    for name in (
        *("reset", "truncated body", "hung", "dripping body", "401", "429"),
        *("errors of 200", "data beside errors", "HTML of 200", "numbers"),
        "data that lacks it",
    )
}
FAULTS["echo"] = says(f"{TOLD} {PRIVATE}".encode(), 500)
faults = pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)


def assert_tells_nothing(text: str) -> None:
    assert text
    assert [secret for secret in (TOLD, *PRIVATE) if secret in text] == []


def seen_in(error: BaseException) -> str:
    """All that a reporter of errors could tell, but for the tests' own locals.

    Causes and contexts too, even those that Python would not print.
    """
    lines = [str(error), repr(error), repr(vars(error))]
    stack = traceback.StackSummary.extract(
        traceback.walk_tb(error.__traceback__), capture_locals=True
    )
    for frame in stack:
        if not frame.filename.startswith(TESTS):
            lines += (f"{frame.name} {pair}" for pair in (frame.locals or {}).items())
    for other in (error.__cause__, error.__context__):
        if other is not None:
            lines.append(seen_in(other))
    return "\n".join(lines)


@pytest.fixture
def reported() -> Iterator[list[str]]:
    """All that could be told of each checkout's error."""
    reported: list[str] = []

    def listen(sender: Flask, error: Exception, **told: Any) -> None:
        reported.append(seen_in(error))

    with checkout_failed.connected_to(listen):
        yield reported


@faults
def test_no_failed_call_shows_the_profile_or_the_token_in_its_locals(
    upstream: Upstream, make_client: MakeClient, fault: Handler
) -> None:
    upstream.on(PROFILE, fault)
    with pytest.raises(APIError) as caught:
        make_client(timeout=(1, 0.2), deadline=0.6).authenticate_customer(profile())
    assert_tells_nothing(seen_in(caught.value))


def without_certificates(client: ZonosClient) -> None:
    other = ZonosClient(TOKEN, api_url="https://127.0.0.1:9/", ca_bundle="/no/such")
    other.authenticate_customer(profile())


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda c: c.authenticate_customer(profile(customer_id=EMAIL)), InvalidInput),
        (lambda c: ZonosClient(f"{TOKEN}\nX-Evil: 1"), ConfigurationError),
        (without_certificates, ConfigurationError),
        (lambda c: c.get_order("order_1"), APIError),
    ],
    ids=["customer id", "token", "certificates", "order"],
)
def test_nothing_that_is_refused_shows_the_rest_of_it(
    upstream: Upstream,
    client: ZonosClient,
    call: Callable[[ZonosClient], object],
    error: type[ZonosError],
) -> None:
    party = {"person": {"email": EMAIL}, "type": 7}
    upstream.on("order", says({"data": {"order": {"id": "o_1", "parties": [party]}}}))
    with pytest.raises(error) as caught:
        call(client)
    assert_tells_nothing(seen_in(caught.value))


@pytest.mark.parametrize("callback", ["cart_loader", "cart_created_handler"])
def test_a_callback_that_fails_is_reported_without_the_shopper(
    shop: Shop, reported: list[str], callback: str
) -> None:
    def fail(*given: Any) -> None:
        raise RuntimeError("a fault of the shop's")

    getattr(shop.zonos, callback)(fail)
    answer = shop.click(ME)
    assert answer.status_code == 500
    [told] = reported
    assert_tells_nothing(told + answer.text)


@pytest.fixture
def everything(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """The records of every logger, at every level."""
    names = ("gql.transport.requests", "gql.client", "urllib3", "requests")
    for name in ("", *names, *logging.root.manager.loggerDict):
        caplog.set_level(logging.DEBUG, name)
    return caplog


def written(log: pytest.LogCaptureFixture) -> str:
    return log.text + "".join(f"{vars(record)}\n" for record in log.records)


@pytest.mark.parametrize("operation", [CART, PROFILE])
@faults
def test_with_every_logger_at_debug_no_checkout_writes_or_tells_anything_personal(
    make_a_shop: MakeShop,
    upstream: Upstream,
    everything: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    reported: list[str],
    fault: Handler,
    operation: str,
) -> None:
    upstream.on(operation, fault)

    answer = make_a_shop(**HURRIED).click(ME)

    assert (answer.status_code >= 500) is (len(reported) == 1)
    for told in reported:
        assert_tells_nothing(told + answer.text)
    assert any(r.name.startswith("flask_zonos") for r in everything.records)
    assert_tells_nothing(written(everything))
    printed = capfd.readouterr()
    assert_tells_nothing(f"printed: {printed.out}{printed.err}")


def test_a_checkout_that_goes_well_gives_the_password_in_its_body_alone(
    make_a_shop: MakeShop, everything: pytest.LogCaptureFixture
) -> None:
    browser = make_a_shop(ZONOS_DEMO_PAGE=True).browser(ME)

    answer = browser.post("/zonos/cart-info")

    assert answer.text.count(f"otp_of_{ME}") == 1
    assert not any("otp" in value for _, value in answer.headers)
    assert_tells_nothing(written(everything))
    with browser.session_transaction() as session:
        assert "otp" not in str(dict(session))
    demo = browser.get("/zonos/demo").text
    assert "otp_of" not in demo and TOKEN not in demo


def test_every_answer_is_kept_by_no_cache_without_flask_logins_help(
    upstream: Upstream,
) -> None:
    # Flask-login looks into the session, upon which Flask sends Vary: Cookie by itself.
    app = Flask(__name__)
    app.config.update(ZONOS_CREDENTIAL_TOKEN=TOKEN, ZONOS_API_URL=upstream.url)
    app.config.update(ZONOS_WEBHOOK_SECRET="a-long-random-value")
    zonos, browser = Zonos(app), app.test_client()
    for answer, status in (
        (browser.post("/zonos/webhooks"), 403),
        (browser.post("/zonos/cart-info"), 500),
        (browser.post("/zonos/order-hint", json={"orderId": "order_1"}), 202),
        (browser.get("/zonos/demo"), 404),
    ):
        assert answer.status_code == status
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Cookie" in answer.vary
    with app.app_context():
        zonos.client.close()


@pytest.mark.parametrize("password", ["otp_1", None])
def test_of_a_profile_the_password_is_asked_for_and_no_more_reaches_the_page(
    shop: Shop, upstream: Upstream, password: str | None
) -> None:
    kept = "kept at Zonos"

    def talk(received: Received, wire: Wire) -> None:
        told = {"oneTimePassword": password, "name": kept, "known": True}
        profile = told | {"locations": [{"line1": kept}]}
        answer = {"data": {PROFILE: profile}, "extensions": {"kept": kept}}
        wire.reply_json(answer, headers={"X-Known": kept})

    upstream.on(PROFILE, talk)

    answer = shop.click("a")

    assert answer.status_code == 200
    told = f"{answer.text}{answer.headers}"
    assert kept not in told and "known" not in told
    [call] = [each for each in upstream.received if each.operation == PROFILE]
    asked_for = call.payload["query"].rpartition(PROFILE)[2].partition("{")[2]
    assert asked_for.strip(" \n}") == "oneTimePassword"


def test_a_whole_visit_talks_to_zonos_alone(
    make_a_shop: MakeShop, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    connected = set()
    really_connect = socket.socket.connect

    def connect(connection: socket.socket, address: Any) -> None:
        connected.add(address)
        really_connect(connection, address)

    monkeypatch.setattr(socket.socket, "connect", connect)
    shop = make_a_shop(ZONOS_DEMO_PAGE=True)
    picture = "http://pictures.example/cup.png"
    shop.load_cart = lambda request_data: cart(item(image_url=picture))
    browser = shop.browser(ME)
    with (
        patch.object(socket, "getaddrinfo", wraps=socket.getaddrinfo) as resolve,
        patch.object(socket.socket, "sendto") as send,
        patch.object(subprocess, "Popen") as run,
    ):
        answers = [
            browser.get("/cart"),
            browser.get("/zonos/demo"),
            browser.post("/zonos/cart-info"),
            browser.post("/zonos/order-hint", json={"orderId": "order_1"}),
        ]
        shop.load_cart = lambda request_data: None
        answers.append(browser.post("/zonos/cart-info"))

    assert [answer.status_code for answer in answers] == [200, 200, 200, 202, 500]
    assert connected == {("127.0.0.1", upstream.port)}
    assert {call.args[0] for call in resolve.mock_calls} <= {"127.0.0.1"}
    assert send.mock_calls == run.mock_calls == []
    # The picture of an item is a text that goes to Zonos.
    [sent] = [each for each in upstream.received if each.operation == CART]
    assert sent.input["items"][0]["imageUrl"] == picture
