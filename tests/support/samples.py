"""Carts, shoppers and checkouts; the shopper is that of Zonos's own page."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask_zonos import Cart
from flask_zonos import CartItem
from flask_zonos import CustomerProfile
from flask_zonos import Location
from flask_zonos import ZonosClient
from flask_zonos.api.serializers import profile_input
from flask_zonos.checkout import Checkout
from flask_zonos.checkout import open_checkout
from flask_zonos.checkout import Shopper

from .upstream import PATIENCE

ITEM: dict[str, Any] = {
    "amount": Decimal("24.90"),
    "currency_code": "EUR",
    "quantity": 2,
    "sku": "mug",
}
PLACE: dict[str, Any] = {
    "name": "TestCanada TestCanada",
    "line1": "411-1033 Davie Street",
    "line2": "123 testAddress2",
    "locality": "Vancouver",
    "administrative_area": "BC",
    "postal_code": "V6E1M7",
    "country_code": "CA",
}
PERSON: dict[str, Any] = {
    "customer_id": "1234567",
    "email": "test@zonos.com",
    "name": "testFirstName1 testLastName",
    "first_name": "testFirstName1",
    "last_name": "testLastName",
    "phone": "7022920000",
}
#: The texts of the profile that belong to one person.
PERSONAL = (
    *(PERSON[name] for name in ("customer_id", "email", "name", "phone")),
    *(PLACE[name] for name in ("name", "line1", "line2", "locality", "postal_code")),
)

#: An order as Zonos gives it.
ORDER: dict[str, Any] = {
    "id": "order_1",
    "status": "OPEN",
    "mode": "TEST",
    "organization": "organization_1",
    "currencyCode": "CAD",
    "accountOrderNumber": None,
    "zonosOrderId": None,
    "createdAt": "2026-07-30T12:00:00Z",
    "updatedAt": "2026-07-30T12:00:01.5Z",
    "trackingNumbers": ["1Z", None],
    "references": [
        {"key": "customer_id", "value": "1234567"},
        {"key": None, "value": ""},
    ],
    "checkoutSession": {"cartId": "cart_1"},
    "amountSubtotals": {
        "items": 24.9,
        "shipping": 5,
        "duties": 0.1,
        "taxes": 1.2,
        "fees": 0,
        "discounts": -5,
    },
    "items": [
        {
            "id": "item_1",
            "sku": None,
            "productId": "p1",
            "name": "Mug",
            "quantity": 1,
            "amount": 24.9,
            "currencyCode": "CAD",
        }
    ],
    "parties": [{"type": "PAYOR", "person": None, "location": None}],
}

#: The input that Zonos's page on customer profiles shows.
PAGES_EXAMPLE: dict[str, Any] = {
    "email": "test@zonos.com",
    "locations": [
        {
            "administrativeArea": "BC",
            "countryCode": "CA",
            "line1": "411-1033 Davie Street",
            "line2": "123 testAddress2",
            "locality": "Vancouver",
            "name": "TestCanada TestCanada",
            "postalCode": "V6E1M7",
        },
        {
            "administrativeArea": "UT",
            "countryCode": "US",
            "line1": "411-1033 Davie Street",
            "line2": "123 testAddress2",
            "locality": "Saint George",
            "name": "TestUS TestLastName",
            "postalCode": "84770",
        },
    ],
    "customerId": "1234567",
    "name": "testFirstName1 testLastName",
    "phone": "7022920000",
}


def item(**changes: Any) -> CartItem:
    return CartItem(**ITEM | changes)


def cart(*items: CartItem, **changes: Any) -> Cart:
    return Cart(items=items or (item(),), **changes)


def location(**changes: Any) -> Location:
    return Location(**PLACE | changes)


def profile(**changes: Any) -> CustomerProfile:
    return CustomerProfile(**PERSON | {"locations": (location(),)} | changes)


def profile_variables() -> Any:
    return {"input": profile_input(profile())}


def pair(
    client: ZonosClient, *, deadline: float = PATIENCE, grace: float = PATIENCE
) -> Checkout:
    """A checkout opened by itself, without a shop around it."""
    return open_checkout(
        client,
        client.cart_variables(cart()),
        Shopper(profile_variables(), {"customerZip": "V6E1M7"}),
        deadline=deadline,
        profile_grace=grace,
    )
