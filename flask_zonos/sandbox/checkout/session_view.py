"""The JSON for a checkout's frame: the cart, and only what the password opened."""

from __future__ import annotations

from decimal import Decimal

from ..graph.profiles import find_profile
from ..graph.profiles import payment_methods
from ..graph.resolvers import enum_values
from ..graph.resolvers import Object
from ..graph.store_credit import balance_of
from ..state import State
from . import pricing
from .cards import TEST_CARDS
from .checkout_sessions import ready_cart
from .presentment import Presentment
from .presentment import presentment

#: The fields of a cart's item as Zonos's types of the page script name them.
_ITEM = (
    "amount",
    "attributes",
    "countryOfOrigin",
    "currencyCode",
    "description",
    "hsCode",
    "imageUrl",
    "itemType",
    "measurements",
    "metadata",
    "name",
    "productId",
    "quantity",
    "sku",
)


def shown(state: State, session: Object, country: str) -> Object:
    """The session as the frame reads it.

    :param country: where the shopper is
    """
    cart = ready_cart(state, session["cart_id"])
    present = presentment(state, cart, country, session["currency_code"])
    customer_id = session["customer_id"]
    customer = find_profile(state, customer_id) if customer_id else None
    if customer is not None:
        customer["paymentMethods"] = payment_methods(state, customer_id)
    credit = present.convert(balance_of(state, customer_id, present.shop))
    return {
        "id": session["id"],
        "token": session["token"],
        "expiresAtRenewalToken": cart.get("expiresAtRenewalToken"),
        "cartId": cart["id"],
        "currencyCode": present.shopper,
        "items": [_item(item) for item in cart["items"]],
        "lines": [_line(item, present) for item in cart["items"]],
        "customer": customer,
        "storeCredit": credit,
        "countries": enum_values(state, "CountryCode"),
        "testCards": [card.as_dict() for card in TEST_CARDS],
        "serviceLevels": [
            {
                "code": level.code,
                "name": level.name,
                "price": present.convert(pricing.shipping_price(level, present.shop)),
                "days": list(level.days),
            }
            for level in pricing.SERVICE_LEVELS
        ],
    }


def _item(item: Object) -> Object:
    """An item as the page script's callbacks get it; what is not there is left out."""
    return {name: item[name] for name in _ITEM if item.get(name) is not None}


def _line(item: Object, present: Presentment) -> Object:
    return {
        "name": item.get("name") or item["sku"] or item["productId"],
        "imageUrl": item.get("imageUrl"),
        "quantity": item["quantity"],
        "sum": present.convert(Decimal(item["amount"]) * item["quantity"]),
    }
