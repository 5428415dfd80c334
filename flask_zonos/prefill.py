"""An address prefilled from the shop's own data, where the profile cannot be had."""

from __future__ import annotations

from typing import Any

#: The page script's names; the first five are required by its type file (1.3.134).
_REQUIRED = (
    "customerName",
    "customerEmail",
    "customerPhone",
    "customerAddress1",
    "customerZip",
)


def shipping_data(profile: dict[str, Any]) -> dict[str, str] | None:
    """The page script's ``shippingData``; ``None`` where a required field is missing.

    :param profile: a checked ``CheckoutCustomerProfileAuthenticateInput``; its first
        location is the one used.
    """
    locations = profile.get("locations")
    if not locations:
        return None
    first = locations[0]
    fields = {
        "customerName": first["name"] or profile.get("name"),
        "customerEmail": first.get("email") or profile["email"],
        "customerPhone": first.get("phone") or profile.get("phone"),
        "customerAddress1": first["line1"],
        "customerAddress2": first.get("line2"),
        "customerCity": first["locality"],
        "customerState": first["administrativeArea"],
        "customerZip": first["postalCode"],
        "customerCountry": first["countryCode"],
    }
    if not all(fields[name] for name in _REQUIRED):
        return None
    return {name: value for name, value in fields.items() if value}
