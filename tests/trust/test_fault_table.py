"""Each fault of upstream's: what the shopper gets, the log says, which signal tells.

Then the same shop serves the next shopper, and holds no more than before.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme
from flask import Flask

from ..support.customers_shop import body_of
from ..support.customers_shop import signed_in
from ..support.fault_handlers import AUTHENTICATE
from ..support.fault_handlers import CART
from ..support.fault_handlers import REQUEST_ID
from ..support.fault_handlers import says
from ..support.fault_handlers import TOLD
from ..support.fault_table import Row
from ..support.fault_table import TABLE
from ..support.outcomes import close
from ..support.outcomes import Heard
from ..support.outcomes import open_files
from ..support.outcomes import TOLD_THE_SHOPPER
from ..support.threads import assert_soon
from ..support.upstream import server_context
from ..support.upstream import Upstream
from .conftest import MakeShop

#: With ``SOAK=1`` each call has each fault over either; else one call over one of them.
BOTH = os.environ.get("SOAK") == "1"
CART_OVER = ("plain", "TLS") if BOTH else ("plain",)
PROFILE_OVER = ("plain", "TLS") if BOTH else ("TLS",)

#: Where requests go, and how; nowhere else, whatever an answer says.
ONE_PLACE = {("POST", "/graphql")}


@pytest.fixture
def upstream(
    request: pytest.FixtureRequest,
    no_thread_stays: None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Upstream]:
    """A Zonos that is well, over plain http or TLS."""
    context = None
    if getattr(request, "param", "plain") == "TLS":
        authority = trustme.CA()
        context = server_context(authority)
        authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "ca.pem"))
    upstream = Upstream(context)
    yield upstream
    upstream.stop()


def assert_works_and_holds_nothing(app: Flask, upstream: Upstream, files: int) -> None:
    upstream._handlers.clear()
    browser = signed_in(app)
    # In as little time as a slow fault has, a busy machine may need a second click.
    assert_soon(lambda: "otp_of_kirsten-1" in browser.post("/zonos/cart-info").text)
    close(app)
    assert_soon(lambda: not upstream._open)
    assert_soon(lambda: open_files() <= files)


@pytest.mark.parametrize("upstream", CART_OVER, indirect=True)
@pytest.mark.parametrize("row", TABLE.values(), ids=TABLE)
def test_a_fault_of_the_cart(
    make_shop: MakeShop, upstream: Upstream, caplog: pytest.LogCaptureFixture, row: Row
) -> None:
    files = open_files()
    app = make_shop(**row.config)
    heard = Heard(app)
    upstream.on(CART, row.fault)
    answer = signed_in(app).post("/zonos/cart-info")
    body = body_of(answer)
    assert answer.status_code == row.status
    assert answer.headers["Cache-Control"] == "no-store"
    assert TOLD not in answer.text
    if row.status == 200:
        assert body["cartId"] == "cart_1"
        assert heard.signals == [("cart_created", "profile")]
    else:
        assert answer.mimetype == "application/problem+json"
        assert body["code"] == row.code
        assert body["detail"] == TOLD_THE_SHOPPER[body["code"]]
        assert 1 <= int(answer.headers["Retry-After"]) <= 60
        assert body.get("requestId") == (REQUEST_ID if row.told else None)
        assert heard.signals == [("checkout_failed", row.code)]
        assert row.log in caplog.text
        assert not row.told or REQUEST_ID in caplog.text
    assert TOLD not in caplog.text
    assert upstream.operations().count(CART) == row.times
    assert {(each.method, each.path) for each in upstream.received} == ONE_PLACE
    assert_works_and_holds_nothing(app, upstream, files)


@pytest.mark.parametrize("upstream", PROFILE_OVER, indirect=True)
@pytest.mark.parametrize("row", TABLE.values(), ids=TABLE)
def test_a_fault_of_the_profile(
    make_shop: MakeShop, upstream: Upstream, caplog: pytest.LogCaptureFixture, row: Row
) -> None:
    files = open_files()
    app = make_shop(**row.config)
    heard = Heard(app)
    upstream.on(AUTHENTICATE, row.fault)
    answer = signed_in(app).post("/zonos/cart-info")
    body = body_of(answer)
    assert answer.status_code == 200
    assert body["recognition"] == {"level": "prefill", "reason": row.reason}
    assert body["customerProfileAuthenticate"] is None
    assert body["shippingData"]["customerAddress1"] == "Vestergade 1"
    assert heard.signals == [
        ("profile_skipped", row.reason),
        ("cart_created", "prefill"),
    ]
    assert "The shopper checks out without a profile: " in caplog.text
    assert row.log in caplog.text
    assert not row.told or REQUEST_ID in caplog.text
    assert TOLD not in caplog.text + answer.text
    assert upstream.operations().count(AUTHENTICATE) == row.times
    assert {(each.method, each.path) for each in upstream.received} == ONE_PLACE
    assert_works_and_holds_nothing(app, upstream, files)


@pytest.mark.parametrize(
    ("asked", "given"), [("7", "7"), ("3600", "60"), ("0", "1"), ("soon", "1")]
)
def test_retry_after_is_whole_seconds_of_1_to_60(
    shop: Flask, upstream: Upstream, asked: str, given: str
) -> None:
    upstream.on(CART, says(b"", 429, **{"Retry-After": asked}))
    answer = shop.test_client().post("/zonos/cart-info")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == given
