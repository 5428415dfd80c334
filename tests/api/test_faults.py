"""Every fault of the network and every odd response becomes one of our errors."""

from __future__ import annotations

import inspect
from dataclasses import replace
from typing import Any
from unittest.mock import Mock

import gql.transport.exceptions
import pytest
import requests
import requests.exceptions
import trustme
from gql.transport.exceptions import TransportError

from flask_zonos import APIError
from flask_zonos import BadResponse
from flask_zonos import GraphQLErrors
from flask_zonos import TimedOut
from flask_zonos import ZonosClient
from flask_zonos.api.operations import AUTHENTICATE

from ..support.fault_handlers import CART
from ..support.fault_handlers import errors
from ..support.fault_handlers import REQUEST_ID
from ..support.fault_handlers import says
from ..support.fault_handlers import TOLD
from ..support.faults import BESIDE
from ..support.faults import Fault
from ..support.faults import TABLE
from ..support.fixtures import MakeClient
from ..support.samples import cart
from ..support.samples import profile
from ..support.samples import profile_variables
from ..support.unreachable import UNREACHABLE
from ..support.unreachable import Unreachable
from ..support.upstream import PATIENCE
from ..support.upstream import Upstream

#: Those that end by themselves; the others are in tests/web/test_faults.py.
FAULTS = {
    name: fault for name, fault in TABLE.items() if fault.error and not fault.lasts
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_fault_is_an_error_that_tells_no_text_of_upstreams(
    upstream: Upstream, client: ZonosClient, fault: Fault
) -> None:
    upstream.on("*", fault.handler)
    with pytest.raises(APIError) as caught:
        client.authenticate_customer(profile())

    error = caught.value
    assert type(error) is fault.error
    assert fault.log in str(error)
    assert TOLD not in str(error)
    assert "\n" not in str(error)
    assert error.request_id == (REQUEST_ID if fault.told else None)
    assert error.sent
    assert error.__cause__ is error.__context__ is None
    assert len(upstream.received) == fault.times


@pytest.mark.parametrize("unreachable", UNREACHABLE.values(), ids=UNREACHABLE)
def test_without_a_connection_the_error_says_whether_anything_was_sent(
    authority: trustme.CA,
    make_client: MakeClient,
    unreachable: Unreachable,
) -> None:
    with unreachable.address(authority) as url:
        client = make_client(
            api_url=url,
            timeout=(unreachable.connect, PATIENCE),
            deadline=unreachable.deadline,
        )
        with pytest.raises(APIError) as caught:
            client.create_cart(cart())

    assert type(caught.value) is unreachable.error
    assert unreachable.log in str(caught.value)
    assert caught.value.sent == unreachable.sent


@pytest.mark.parametrize("status", [200, 422])
def test_graphql_errors_keep_status_class_and_path(
    upstream: Upstream, client: ZonosClient, status: int
) -> None:
    told = {"path": [CART, "items", 0], "extensions": {"errorType": "BAD_REQUEST"}}
    upstream.on(CART, says({"errors": [told], "data": None}, status))
    with pytest.raises(GraphQLErrors) as caught:
        client.create_cart(cart())
    assert caught.value.error_types == {"BAD_REQUEST"}
    assert caught.value.errors[0].path == f"{CART}.items.0"
    assert caught.value.status == status


def test_a_cart_that_comes_with_errors_is_kept_and_the_log_says_so(
    upstream: Upstream, client: ZonosClient, caplog: pytest.LogCaptureFixture
) -> None:
    upstream.on(CART, errors("INTERNAL", data=BESIDE))
    assert client.create_cart(cart()).id == "cart_1"
    [record] = [r for r in caplog.records if r.name == "flask_zonos.api.session"]
    assert REQUEST_ID in record.getMessage()
    assert TOLD not in record.getMessage()


def test_a_parser_that_fails_in_any_way_is_a_bad_response(client: ZonosClient) -> None:
    def fail(data: object) -> Any:
        raise RecursionError(TOLD)

    operation = replace(AUTHENTICATE, parse=fail)
    with pytest.raises(BadResponse, match="RecursionError") as caught:
        client.execute(operation, profile_variables())
    assert TOLD not in str(caught.value)


def _exceptions(module: Any, root: type[BaseException]) -> list[type[BaseException]]:
    found = [e for _, e in inspect.getmembers(module, inspect.isclass)]
    return [e for e in found if issubclass(e, root) and not issubclass(e, Warning)]


@pytest.mark.parametrize(
    "kind",
    [
        *_exceptions(requests.exceptions, requests.RequestException),
        *_exceptions(gql.transport.exceptions, TransportError),
    ],
)
def test_every_exception_of_requests_and_gql_becomes_one_of_ours(
    client: ZonosClient, monkeypatch: pytest.MonkeyPatch, kind: type[Exception]
) -> None:
    error = kind(TOLD, "", 0) if "JSONDecode" in kind.__name__ else kind(TOLD)
    monkeypatch.setattr(requests.Session, "send", Mock(side_effect=error))
    with pytest.raises(APIError) as caught:
        client.authenticate_customer(profile())
    is_timeout = issubclass(kind, requests.Timeout)
    assert isinstance(caught.value, TimedOut) == is_timeout
    assert TOLD not in str(caught.value)
    assert caught.value.__context__ is None
