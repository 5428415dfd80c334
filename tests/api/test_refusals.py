"""Zonos's refusals, with status, class and request id, without its text."""

from __future__ import annotations

import json
from typing import Any

import pytest

from flask_zonos import BadResponse
from flask_zonos import GraphQLErrors
from flask_zonos import RateLimited
from flask_zonos import ServerError
from flask_zonos import Unauthorized
from flask_zonos import ZonosClient
from flask_zonos.api.responses import MONTH

from ..support.fixtures import MakeClient
from ..support.samples import cart
from ..support.samples import profile
from ..support.upstream import reply_with
from ..support.upstream import Upstream
from .faults import fault
from .faults import MUTATION
from .faults import SECRET


@pytest.mark.parametrize("status", [300, 400, 404, 500, 502, 503, 504])
@pytest.mark.parametrize("body", ["<h1>" + SECRET, "{}", "", '{"data": {}}'])
def test_a_bad_status_is_a_server_error_that_keeps_it(
    upstream: Upstream, client: ZonosClient, status: int, body: str
) -> None:
    error = fault(upstream, client, reply_with(body, status=status))

    assert type(error) is ServerError
    assert error.status == status


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_credential_says_which_setting(
    upstream: Upstream, client: ZonosClient, status: int
) -> None:
    error = fault(upstream, client, reply_with(SECRET, status=status))

    assert type(error) is Unauthorized
    assert "ZONOS_CREDENTIAL_TOKEN" in str(error)


@pytest.mark.parametrize(
    "error",
    [
        {"message": "HTTP Status 401 – Unauthorized"},
        {"message": SECRET, "extensions": {"errorType": "UNAUTHENTICATED"}},
    ],
)
def test_a_refused_credential_is_seen_in_an_answer_of_200_as_well(
    upstream: Upstream, client: ZonosClient, error: Any
) -> None:
    body = json.dumps({"errors": [error], "data": None})

    assert type(fault(upstream, client, reply_with(body))) is Unauthorized


@pytest.mark.parametrize("status", [200, 400, 422, 500])
def test_graphql_errors_keep_status_class_path_and_request_id(
    upstream: Upstream, client: ZonosClient, status: int
) -> None:
    told = {
        "message": SECRET,
        "path": [MUTATION, "locations", 0],
        "extensions": {"errorType": "BAD_REQUEST", "requestId": "req_1"},
    }
    body = json.dumps({"errors": [told], "data": None})

    error = fault(upstream, client, reply_with(body, status=status))

    assert isinstance(error, GraphQLErrors)
    assert error.error_types == {"BAD_REQUEST"}
    assert error.errors[0].path == f"{MUTATION}.locations.0"
    assert (error.status, error.request_id) == (status, "req_1")
    assert "req_1" in str(error)


@pytest.mark.parametrize(
    "errors",
    [
        SECRET,
        {"message": SECRET},
        [SECRET],
        [None],
        [{"message": 7, "path": 7, "extensions": 7}],
        [{"path": [{}], "extensions": {"errorType": SECRET, "requestId": [1]}}],
        [{"extensions": {"errorType": "line\nbreak", "requestId": "a b"}}],
    ],
)
def test_errors_of_any_shape_are_graphql_errors_without_their_text(
    upstream: Upstream, client: ZonosClient, errors: Any
) -> None:
    error = fault(upstream, client, reply_with(json.dumps({"errors": errors})))

    assert type(error) is GraphQLErrors
    assert error.request_id is None
    assert error.error_types == frozenset()
    assert "\n" not in str(error)


def test_a_password_that_comes_with_errors_is_dropped(
    upstream: Upstream, client: ZonosClient
) -> None:
    data = {MUTATION: {"oneTimePassword": "otp_1"}}
    body = json.dumps({"errors": [{"message": SECRET}], "data": data})

    assert type(fault(upstream, client, reply_with(body))) is GraphQLErrors


def test_a_cart_that_comes_with_errors_is_kept_and_the_log_says_so(
    upstream: Upstream, client: ZonosClient, caplog: pytest.LogCaptureFixture
) -> None:
    data = {"cartCreate": {"id": "cart_1", "expiresAt": None}}
    failure = {"message": SECRET, "extensions": {"requestId": "req_8"}}
    body = json.dumps({"errors": [failure], "data": data})
    upstream.on("*", reply_with(body))

    assert client.create_cart(cart()).id == "cart_1"
    [record] = [r for r in caplog.records if r.name == "flask_zonos.api.session"]
    assert "req_8" in record.getMessage()
    assert SECRET not in record.getMessage()


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        ("21600", 21600.0),
        ("9" * 5000, MONTH),
        ("Sat, 31 Dec 2999 23:59:59 GMT", MONTH),
        ("Sat, 31 Dec 2999 23:59:59 -0000", MONTH),
        ("Fri, 01 Jan 2021 00:00:00 GMT", 0.0),
        ("Fri, 31 Dec 2027 23:59:59 +99999999999999999999", None),
        ("-1", None),
        ("0.5", None),
        ("soon", None),
        ("", None),
    ],
)
def test_too_many_requests_tells_the_time_and_never_sleeps_long(
    upstream: Upstream,
    make_client: MakeClient,
    header: str,
    seconds: float | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slept: list[float] = []
    monkeypatch.setattr("flask_zonos.api.session.time.sleep", slept.append)
    headers = {"Retry-After": header}
    upstream.on("*", reply_with("{}", status=429, headers=headers))

    with pytest.raises(RateLimited) as caught:
        make_client().authenticate_customer(profile())

    assert caught.value.retry_after == seconds
    assert len(upstream.received) == (1 if seconds else 2)
    assert all(pause < 0.2 for pause in slept)


@pytest.mark.parametrize(
    ("header", "sent"),
    [({}, 2), ({"Retry-After": "1"}, 2), ({"Retry-After": "3600"}, 1)],
)
def test_what_may_be_sent_again_waits_as_long_as_asked_or_not_at_all(
    upstream: Upstream,
    make_client: MakeClient,
    header: dict[str, str],
    sent: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slept: list[float] = []
    monkeypatch.setattr("flask_zonos.api.session.time.sleep", slept.append)
    upstream.on("*", reply_with("", status=503, headers=header))

    with pytest.raises(ServerError):
        make_client().get_order("order_1")

    assert len(upstream.received) == sent
    assert [int(pause) for pause in slept] == [1 if header else 0] * (sent - 1)


def test_an_answer_of_another_shape_is_told_with_its_status_and_request_id(
    upstream: Upstream, client: ZonosClient
) -> None:
    headers = {"X-Request-Id": "req_9"}
    error = fault(upstream, client, reply_with('{"data": {}}', headers=headers))

    assert type(error) is BadResponse
    assert (error.status, error.request_id) == (200, "req_9")
    assert "req_9" in str(error)
