"""Every response of the webhook route is ours, whatever the shop's other code does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import abort
from flask import redirect
from flask import Response
from werkzeug.test import TestResponse

from flask_zonos import BadResponse

from .conftest import Placing
from .conftest import Shop


def assert_ours(response: TestResponse, status: int) -> None:
    assert response.status_code == status
    assert response.headers["Cache-Control"] == "no-store"
    assert "Location" not in response.headers
    if status == 204:
        assert response.data == b""
    else:
        assert response.mimetype == "application/problem+json"
        assert response.get_json()["status"] == status


def raising(error: Exception) -> Callable[..., Any]:
    def fail(*_: Any) -> Any:
        raise error

    return fail


def page(*_: Any) -> str:
    return "<h1>Sorry</h1>"


FAILURES = {
    "an error": raising(KeyError("row")),
    "an error of ours": raising(BadResponse("odd", operation="order")),
    "a redirect": lambda *_: abort(redirect("/login")),
    "a refusal": lambda *_: abort(503),
}


def test_what_a_handler_or_a_verifier_raises_is_a_500_of_ours(
    shop: Shop,
    placing: Placing,
    caplog: pytest.LogCaptureFixture,
    heard: list[Exception],
) -> None:
    shop.app.register_error_handler(Exception, page)
    order_id = placing.order()
    for name, fail in FAILURES.items():
        shop.before_storing = fail
        response = placing.tell_of(order_id)
        assert_ours(response, 500)
        assert "row" not in response.text
        assert "@zonos.order_handler failed" in caplog.text, name
        assert "Traceback" in caplog.text, name
        assert len(heard) == 1, name
        caplog.clear()
        heard.clear()

    shop.zonos.webhook_verifier(FAILURES["an error"])
    assert_ours(placing.tell_of(order_id), 500)
    assert "@zonos.webhook_verifier failed" in caplog.text
    assert len(heard) == 1
    for aborts in ("a redirect", "a refusal"):
        shop.zonos.webhook_verifier(FAILURES[aborts])
        assert_ours(placing.tell_of(order_id), 403)
    assert shop.stored() == {}


@pytest.mark.parametrize("verdict", ["no", ("no", 401), Response(status=401), 1.0])
def test_a_verifier_that_answers_as_a_view_does_proves_nothing(
    shop: Shop, placing: Placing, caplog: pytest.LogCaptureFixture, verdict: Any
) -> None:
    shop.zonos.webhook_verifier(lambda headers, body: verdict)
    assert_ours(placing.tell_of(placing.order()), 500)
    assert "must return True or False" in caplog.text
    assert shop.stored() == {}


@pytest.mark.parametrize(
    ("hook", "status"),
    [
        (page, 500),
        (lambda: ("", 204), 500),
        (lambda: ("Closed", 503, {"Retry-After": "60"}), 503),
        (lambda: abort(429), 429),
        (lambda: abort(redirect("/login")), 500),
        (raising(KeyError("user")), 500),
    ],
)
@pytest.mark.parametrize("testing", [True, False])
def test_a_hook_that_responds_ahead_of_the_route_loses_no_order(
    shop: Shop,
    placing: Placing,
    hook: Callable[..., Any],
    status: int,
    testing: bool,
) -> None:
    shop.app.testing = testing
    shop.app.before_request(hook)
    shop.app.register_error_handler(Exception, page)
    response = placing.tell_of(placing.order())
    assert_ours(response, status)
    if status == 503:
        assert response.headers["Retry-After"] == "60"
    assert shop.stored() == {}


def made_a_redirect(response: Response) -> Response:
    response.headers["Location"] = "/login"
    response.status_code = 302
    return response


@pytest.mark.parametrize("hook", [lambda response: Response("OK"), made_a_redirect])
def test_a_hook_cannot_change_the_status_of_a_response(
    shop: Shop, placing: Placing, hook: Callable[..., Any]
) -> None:
    shop.app.after_request(hook)
    order_id = placing.order()
    assert_ours(placing.tell_of(order_id), 204)
    shop.before_storing = FAILURES["an error"]
    assert_ours(placing.tell_of(order_id), 500)
    assert_ours(placing.post({}, secret="guessed"), 403)
    assert_ours(placing.post(b"no json"), 400)


def test_a_hook_that_fails_at_the_end_is_a_500_of_ours(
    shop: Shop, placing: Placing
) -> None:
    shop.app.register_error_handler(Exception, page)
    shop.app.after_request(raising(KeyError("session")))
    response = placing.tell_of(placing.order())
    assert response.status_code == 500
    assert response.mimetype == "application/problem+json"


def test_a_developer_sees_what_the_order_handler_raises(
    shop: Shop, placing: Placing
) -> None:
    shop.app.testing = True
    shop.before_storing = FAILURES["an error"]
    with pytest.raises(KeyError, match="row"):
        placing.tell_of(placing.order())
