"""Nothing leaks: into tracebacks with locals, logs, pickles, sessions, other hosts."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from flask_zonos import APIError
from flask_zonos import ConfigurationError
from flask_zonos import CustomerProfile
from flask_zonos import InvalidInput
from flask_zonos import Location
from flask_zonos import Zonos
from flask_zonos import ZonosClient
from flask_zonos import ZonosError
from flask_zonos.signals import checkout_failed

from ..support.customers_shop import body_of
from ..support.customers_shop import PERSONAL
from ..support.customers_shop import signed_in
from ..support.customers_shop import TOKEN
from ..support.fault_handlers import AUTHENTICATE
from ..support.fault_handlers import CART
from ..support.fault_handlers import closes
from ..support.fault_handlers import drips
from ..support.fault_handlers import errors
from ..support.fault_handlers import hangs
from ..support.fault_handlers import REQUEST_ID
from ..support.fault_handlers import resets
from ..support.fault_handlers import says
from ..support.fault_handlers import TOLD
from ..support.fault_handlers import truncates
from ..support.upstream import Handler
from ..support.upstream import Upstream
from .conftest import MakeShop

TESTS = str(Path(__file__).parent)
PASSWORD = "otp_of_kirsten-1"
SECRET = (TOKEN, PASSWORD, TOLD, *PERSONAL)

HOOK = {"X-Zonos-Webhook-Secret": "a-long-random-value"}
FAULTS: dict[str, Handler] = {
    "reset": resets,
    "closed": closes,
    "truncated": truncates,
    "hung": hangs,
    "dripping": drips,
    "500": says(TOLD.encode(), 500),
    "refused": errors("BAD_REQUEST"),
    "401": says({"message": TOLD}, 401),
    "429": says(TOLD.encode(), 429),
    "html": says(f"<h1>{TOLD}</h1>".encode()),
    "data without what was asked for": says({"data": {}}),
    "password of another type": says({"data": {AUTHENTICATE: {"oneTimePassword": 1}}}),
    "password beside errors": errors(
        "INTERNAL", data={AUTHENTICATE: {"oneTimePassword": PASSWORD}}
    ),
}


def kirsten(**more: Any) -> CustomerProfile:
    """The profile whose data must not be seen."""
    location = Location(
        name="Kirsten Holm",
        line1="Vestergade 1",
        locality="Roskilde",
        administrative_area="",
        postal_code="K1456Z",
        country_code="DK",
    )
    given = {"phone": "+4520304050", "locations": [location], "name": "Kirsten Holm"}
    return CustomerProfile(
        customer_id="kirsten-1", email="kirsten@example.com", **(given | more)
    )


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


def assert_tells_nothing(text: str) -> None:
    assert text
    for secret in SECRET:
        assert secret not in text


@contextmanager
def raised(kind: type[BaseException]) -> Iterator[Callable[[], str]]:
    """The error that the block raises, in full."""
    with pytest.raises(kind) as caught:
        yield lambda: seen_in(caught.value)


@pytest.fixture
def client(upstream: Upstream) -> Iterator[ZonosClient]:
    client = ZonosClient(
        TOKEN, api_url=upstream.url, timeout=(1, 0.2), deadline=0.6, pool_size=2
    )
    yield client
    client.close()


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_no_failed_call_shows_the_profile_or_the_token_in_its_locals(
    upstream: Upstream, client: ZonosClient, fault: Handler
) -> None:
    upstream.on(AUTHENTICATE, fault)
    with raised(APIError) as told:
        client.authenticate_customer(kirsten())
    assert_tells_nothing(told())


@pytest.mark.parametrize(
    "more", [{"name": 7}, {"phone": b"+45"}, {"locations": "Vestergade 1"}]
)
def test_no_refused_profile_shows_the_rest_of_it(
    client: ZonosClient, more: dict[str, Any]
) -> None:
    with raised(InvalidInput) as told:
        client.authenticate_customer(kirsten(**more))
    assert_tells_nothing(told())


def test_a_token_that_cannot_travel_is_not_shown() -> None:
    with raised(ConfigurationError) as told:
        ZonosClient(f"{TOKEN}\nX-Evil: 1")
    assert_tells_nothing(told())


@pytest.mark.parametrize(
    ("variable", "value"),
    [("REQUESTS_CA_BUNDLE", "/no/such/file"), ("HTTPS_PROXY", "ftp://127.0.0.1:9")],
)
def test_a_client_that_cannot_connect_shows_no_token(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    client = ZonosClient(TOKEN, api_url="https://127.0.0.1:9/graphql")
    with raised(ZonosError) as told:
        client.authenticate_customer(kirsten())
    assert_tells_nothing(told())


def test_an_order_that_cannot_be_read_shows_no_party(
    upstream: Upstream, client: ZonosClient
) -> None:
    order = {
        "id": "order_1",
        "parties": [{"person": {"email": "kirsten@example.com"}, "type": 7}],
    }
    upstream.on("order", says({"data": {"order": order}}))
    with raised(APIError) as told:
        client.get_order("order_1")
    assert_tells_nothing(told())


@pytest.mark.parametrize("callback", ["cart_loader", "cart_created_handler"])
def test_a_callback_that_fails_is_reported_without_the_shopper(
    make_shop: MakeShop, callback: str
) -> None:
    app = make_shop()

    def fail(*given: Any) -> None:
        raise RuntimeError("a fault of the shop's")

    setattr(app.extensions["zonos"].callbacks, callback, fail)
    seen = []

    def listen(sender: Flask, error: Exception, **told: Any) -> None:
        seen.append(seen_in(error))

    with checkout_failed.connected_to(listen, app):
        assert signed_in(app).post("/zonos/cart-info").status_code == 500
    assert len(seen) == 1
    assert_tells_nothing(seen[0])


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_failed_checkout_is_reported_without_the_shopper(
    make_shop: MakeShop, upstream: Upstream, fault: Handler
) -> None:
    app = make_shop(ZONOS_TIMEOUT=(1, 0.2), ZONOS_DEADLINE=0.6)
    upstream.on(CART, fault)
    seen = []

    def listen(sender: Flask, error: Exception, **told: Any) -> None:
        seen.append(seen_in(error))

    with checkout_failed.connected_to(listen, app):
        answer = signed_in(app).post("/zonos/cart-info")
    assert answer.status_code >= 500
    assert_tells_nothing(answer.text)
    assert_tells_nothing(seen[0])


class Everything(logging.Handler):
    """Keeps every record of every logger, with all it would write."""

    def __init__(self) -> None:
        super().__init__(logging.NOTSET)
        self.names: set[str] = set()
        self.text = ""

    def emit(self, record: logging.LogRecord) -> None:
        self.names.add(record.name)
        self.text += f"{self.format(record)}\n{vars(record)}\n"


@pytest.fixture
def everything() -> Iterator[Everything]:
    handler = Everything()
    loggers = [logging.getLogger()]
    for name in ("gql", "gql.transport.requests", "gql.client", "urllib3", "requests"):
        loggers.append(logging.getLogger(name))
    loggers += [logging.getLogger(n) for n in logging.root.manager.loggerDict]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
    logging.root.addHandler(handler)
    yield handler
    logging.root.removeHandler(handler)
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)


@pytest.mark.parametrize("operation", [CART, AUTHENTICATE])
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_with_every_logger_at_debug_a_checkout_writes_nothing_personal(
    make_shop: MakeShop,
    upstream: Upstream,
    everything: Everything,
    capfd: pytest.CaptureFixture[str],
    fault: Handler,
    operation: str,
) -> None:
    good = body_of(signed_in(make_shop()).post("/zonos/cart-info"))
    assert good["recognition"]["level"] == "profile"
    upstream.on(operation, fault)
    hurried = make_shop(ZONOS_TIMEOUT=(1, 0.2), ZONOS_DEADLINE=0.6)
    signed_in(hurried).post("/zonos/cart-info")
    assert any(name.startswith("flask_zonos") for name in everything.names)
    assert_tells_nothing(everything.text)
    written = capfd.readouterr()
    for secret in SECRET:
        assert secret not in written.out + written.err


def test_upstream_cannot_write_lines_into_the_log(
    make_shop: MakeShop, upstream: Upstream, caplog: pytest.LogCaptureFixture
) -> None:
    evil = "req_1\r\nERROR forged"
    answer = {
        "errors": [
            {
                "message": evil,
                "path": [evil],
                "extensions": {"errorType": evil, "requestId": evil},
            }
        ]
    }
    upstream.on(CART, says(answer))
    response = make_shop().test_client().post("/zonos/cart-info")
    assert response.status_code == 502
    assert "forged" not in caplog.text + response.text


def test_the_request_id_reaches_log_answer_and_signal(
    make_shop: MakeShop, upstream: Upstream, caplog: pytest.LogCaptureFixture
) -> None:
    app = make_shop()
    upstream.on(CART, errors("BAD_REQUEST"))
    seen = []

    def listen(sender: Flask, **told: Any) -> None:
        seen.append(told["request_id"])

    with checkout_failed.connected_to(listen, app):
        answer = app.test_client().post("/zonos/cart-info")
    assert body_of(answer)["requestId"] == REQUEST_ID
    assert REQUEST_ID in caplog.text
    assert seen == [REQUEST_ID]


def test_the_page_holds_neither_token_nor_password_nor_shopper(
    shop: Flask, upstream: Upstream
) -> None:
    page = signed_in(shop).get("/cart")
    the_shops_own = '<p id="who">kirsten-1</p>'
    assert the_shops_own in page.text
    assert_tells_nothing(page.text.replace(the_shops_own, ""))
    assert "credential_test_public" in page.text
    assert upstream.received == []


def test_answers_and_pages_are_kept_by_no_cache(shop: Flask) -> None:
    browser = signed_in(shop)
    answer = browser.post("/zonos/cart-info")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Cookie" in answer.headers["Vary"]
    page = browser.get("/cart")
    assert page.headers["Cache-Control"] == "private, no-store"
    assert "Cookie" in page.headers["Vary"]


@pytest.mark.parametrize(
    ("method", "route", "told", "status"),
    [
        ("POST", "webhooks", {}, 403),
        ("GET", "webhooks", {}, 405),
        ("TRACE", "webhooks", {}, 405),
        ("POST", "webhooks", {"headers": HOOK, "data": "{"}, 400),
        ("POST", "webhooks", {"headers": HOOK, "json": {"orderId": "order_1"}}, 503),
        ("POST", "webhooks?type=OTHER", {"headers": HOOK, "json": {}}, 204),
        ("POST", "cart-info", {}, 500),
        ("POST", "cart-info", {"headers": {"Sec-Fetch-Site": "cross-site"}}, 403),
        ("POST", "inventory-check", {}, 404),
        ("POST", "order-hint", {"json": {"orderId": "order_1"}}, 202),
        ("POST", "order-hint", {}, 400),
        ("PUT", "order-hint", {}, 405),
        ("GET", "demo", {}, 404),
    ],
)
def test_every_answer_is_kept_by_no_cache_without_flask_logins_help(
    upstream: Upstream, method: str, route: str, told: dict[str, Any], status: int
) -> None:
    # Flask-login looks into the session, upon which Flask sends Vary: Cookie by itself.
    app = Flask(__name__)
    app.config.update(
        ZONOS_CREDENTIAL_TOKEN=TOKEN,
        ZONOS_API_URL=upstream.url,
        ZONOS_WEBHOOK_SECRET=HOOK["X-Zonos-Webhook-Secret"],
    )
    zonos = Zonos(app)
    answer = app.test_client().open(f"/zonos/{route}", method=method, **told)
    assert answer.status_code == status
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Cookie" in answer.vary
    with app.app_context():
        zonos.client.close()


def test_a_checkout_leaves_no_password_in_the_session(shop: Flask) -> None:
    browser = signed_in(shop)
    browser.post("/zonos/cart-info")
    with browser.session_transaction() as session:
        assert PASSWORD not in str(dict(session))


def test_the_upstream_of_these_tests_does_give_the_password(shop: Flask) -> None:
    assert PASSWORD in signed_in(shop).post("/zonos/cart-info").text
