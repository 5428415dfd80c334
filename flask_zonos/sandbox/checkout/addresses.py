"""The address that an order goes to, checked as the checkout needs it."""

from __future__ import annotations

from collections.abc import Container

from ..graph.problems import BadRequest
from ..graph.resolvers import Object

_REQUIRED = {
    "name": "a name",
    "line1": "an address",
    "locality": "a city",
}
_OPTIONAL = ("line2", "administrativeArea", "postalCode", "phone")
_LONGEST = 200


def address_from(
    given: Object, profile: Object | None, countries: Container[str]
) -> Object:
    """The order's address: a location of the profile, or the one that was typed.

    :param given: has ``locationId``, or ``address`` with a location's fields, where
        ``firstName`` and ``lastName`` may stand for ``name``
    :param countries: the country codes that the schema has
    :raises BadRequest: if there is no such location, or something is missing
    """
    if given.get("locationId") is not None:
        return _from_profile(given["locationId"], profile)
    typed = given.get("address")
    if not isinstance(typed, dict):
        raise BadRequest("Enter an address")
    address: Object = _names(typed)
    for name in (*_REQUIRED, *_OPTIONAL, "email", "countryCode"):
        address[name] = address.get(name) or _text(typed, name)
    for name in ("line2", "phone"):
        address[name] = address[name] or None
    for name, what in _REQUIRED.items():
        if not address[name]:
            raise BadRequest(f"Enter {what}")
    address["email"] = address["email"] or (profile or {}).get("email") or ""
    if "@" not in address["email"]:
        raise BadRequest("Enter an email address")
    if address["countryCode"] not in countries:
        raise BadRequest("Choose a country")
    return address


def _names(typed: Object) -> Object:
    """A person's names: first and last name, of which the whole one is made."""
    parts = {name: _text(typed, name) for name in ("firstName", "lastName")}
    whole = " ".join(filter(None, parts.values()))
    company = _text(typed, "companyName") or None
    return {**(parts if whole else {}), "name": whole, "companyName": company}


def _text(typed: Object, name: str) -> str:
    value = typed.get(name)
    return value.strip()[:_LONGEST] if isinstance(value, str) else ""


def location_of(address: Object) -> Object:
    """An address as a profile keeps it: without what belongs to the order alone."""
    of_order = ("firstName", "lastName", "companyName")
    return {name: value for name, value in address.items() if name not in of_order}


def _from_profile(id: object, profile: Object | None) -> Object:
    for location in (profile or {}).get("locations") or ():
        if location["id"] == id:
            assert profile is not None
            return {
                **location,
                "name": location["name"] or profile["name"],
                "email": location["email"] or profile["email"],
                "phone": location["phone"] or profile["phone"],
            }
    raise BadRequest("There is no such address")
