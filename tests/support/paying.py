"""Paying in the sandbox's checkout without its screen: what its frame would post."""

from __future__ import annotations

from typing import Any

import requests

from flask_zonos.sandbox import Sandbox

GUEST_ADDRESS = {
    "name": "Ada Guest",
    "email": "ada@example.com",
    "line1": "1 Queen Street",
    "locality": "Toronto",
    "administrativeArea": "ON",
    "postalCode": "M5H 2N2",
    "countryCode": "CA",
}


def pay_for(url: str, cart_info: dict[str, Any], **order: Any) -> str:
    """The id of the order that a click on the button, answered so, leads to.

    It goes to the profile's first address, or a guest's.
    """
    known = cart_info["customerProfileAuthenticate"] or {}
    profile = known.get("checkoutCustomerProfileAuthenticate", {})
    given = {
        "zonosApiKey": Sandbox.api_key,
        "cartId": cart_info["cartId"],
        "customerAuthenticationToken": profile.get("oneTimePassword"),
    }
    opened = requests.post(f"{url}/checkout/sessions", json=given, timeout=60)
    session = opened.json()
    body = {
        "serviceLevel": session["serviceLevels"][0]["code"],
        "payment": {"testCard": "visa"},
        "address": GUEST_ADDRESS,
    }
    locations = (session["customer"] or {}).get("locations")
    if locations and "address" not in order:
        body["locationId"] = locations[0]["id"]
    headers = {"Checkout-Session": session["token"]}
    url = f"{url}/checkout/orders"
    placed = requests.post(url, json=body | order, headers=headers, timeout=60)
    assert placed.status_code == 201, placed.text
    return str(placed.json()["order"]["id"])
