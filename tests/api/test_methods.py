"""The requests of the client's methods, and what comes of them."""

from __future__ import annotations

from typing import Any

import pytest

from flask_zonos import InvalidInput
from flask_zonos import ZonosClient
from flask_zonos.api.operations import AUTHENTICATE

from ..support.fault_handlers import errors
from ..support.fault_handlers import says
from ..support.fixtures import MakeClient
from ..support.samples import cart
from ..support.samples import profile
from ..support.upstream import Upstream


def test_an_order_that_is_not_found_is_none(
    upstream: Upstream, client: ZonosClient
) -> None:
    upstream.on("order", errors("NOT_FOUND"))

    assert client.get_order("order_1") is None


@pytest.mark.parametrize("order_id", [None, 7])
def test_an_order_id_is_checked_before_anything_is_sent(
    upstream: Upstream, client: ZonosClient, order_id: Any
) -> None:
    with pytest.raises(InvalidInput, match="order_id"):
        client.get_order(order_id)
    with pytest.raises(InvalidInput, match="order_id"):
        client.set_account_order_number(order_id, "7")

    assert upstream.received == []


def test_the_shops_order_number_is_written(
    upstream: Upstream, client: ZonosClient
) -> None:
    client.set_account_order_number("order_1", "1001")

    assert upstream.received[0].input == {
        "id": "order_1",
        "accountOrderNumber": "1001",
    }


def test_a_cart_of_create_gets_an_hour_and_one_of_upsert_has_no_expiry(
    upstream: Upstream, make_client: MakeClient
) -> None:
    make_client().create_cart(cart(id="cart_9"))
    make_client(cart_mutation="cartUpsert").create_cart(cart(id="cart_9"))

    created, upserted = (request.input for request in upstream.received)
    assert "id" not in created
    assert created["expiresAt"].endswith("Z")
    assert upserted["id"] == "cart_9"
    assert "expiresAt" not in upserted


def test_the_whole_selection_is_had_when_asked_for(
    upstream: Upstream, client: ZonosClient
) -> None:
    address = {
        "administrativeArea": "BC",
        "countryCode": "CA",
        "locality": "Vancouver",
        "line1": "411-1033 Davie Street",
        "line2": None,
        "name": None,
        "postalCode": "V6E1M7",
    }
    found = {
        "email": "test@zonos.com",
        "customerId": "1234567",
        "organizationId": "organization_1",
        "name": "testFirstName1 testLastName",
        "phone": None,
        "oneTimePassword": "otp_1",
        "locations": [address],
    }
    upstream.on(AUTHENTICATE.name, says({"data": {AUTHENTICATE.name: found}}))

    customer = client.authenticate_customer(profile(), whole=True)

    assert (customer.customer_id, customer.email) == ("1234567", "test@zonos.com")
    assert customer.organization_id == "organization_1"
    assert [found.locality for found in customer.locations] == ["Vancouver"]
