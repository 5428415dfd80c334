"""Results of the two mutations of a checkout, as frozen dataclasses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..models import Location
from .datetimes import parse_datetime
from .redaction import OneTimePassword


@dataclass(frozen=True, kw_only=True)
class CreatedCart:
    """The cart that Zonos made.

    :param expires_at: when it ends, or ``None`` where Zonos does not say, or says it in
        a way that cannot be read.
    """

    id: str
    expires_at: datetime | None


@dataclass(frozen=True, kw_only=True, repr=False)
class AuthenticatedCustomer:
    """Zonos's response to a customer profile.

    Only the password is asked for, unless the whole selection was wanted: each object
    costs rate-limit points and each field may be personal data.

    :param one_time_password: ``None`` where a response without errors lacks it, which
        the schema allows.
    :param locations: the addresses that Zonos holds, also of earlier submissions; one
        that cannot be read is left out.
    """

    one_time_password: OneTimePassword | None
    customer_id: str | None = None
    organization_id: str | None = None
    email: str | None = None
    name: str | None = None
    phone: str | None = None
    locations: tuple[Location, ...] = ()

    def __repr__(self) -> str:
        return f"AuthenticatedCustomer(locations={len(self.locations)})"


def parse_cart(data: dict[str, Any]) -> CreatedCart:
    """Parse the cart in a response's data.

    A checkout needs the id only, so nothing else may cost it.

    :raises ValueError: if its id is no text: without one there is no checkout.
    """
    if not isinstance(data["id"], str) or not data["id"]:
        raise ValueError("a cart without an id")
    return CreatedCart(id=data["id"], expires_at=_datetime(data.get("expiresAt")))


def parse_customer(data: dict[str, Any]) -> AuthenticatedCustomer:
    """Parse the profile in a response's data, of either selection.

    A checkout needs the password only, so nothing else may cost it.

    :raises ValueError: if the password is neither text nor null.
    """
    password = data["oneTimePassword"]
    if password is not None and not isinstance(password, str):
        raise ValueError("a one-time password that is no text")
    return AuthenticatedCustomer(
        one_time_password=OneTimePassword(password) if password else None,
        customer_id=_text(data.get("customerId")),
        organization_id=_text(data.get("organizationId")),
        email=_text(data.get("email")),
        name=_text(data.get("name")),
        phone=_text(data.get("phone")),
        locations=tuple(_locations(data.get("locations"))),
    )


def _datetime(data: Any) -> datetime | None:
    try:
        return parse_datetime(data)
    except (TypeError, ValueError):
        return None


def _text(data: Any) -> str | None:
    return data if isinstance(data, str) else None


def _locations(data: Any) -> Iterator[Location]:
    for found in data if isinstance(data, list) else ():
        try:
            yield _location(found)
        except (AttributeError, KeyError, TypeError):
            continue


def _location(data: dict[str, Any]) -> Location:
    return Location(
        name=data.get("name") or "",
        line1=data["line1"],
        line2=data.get("line2"),
        locality=data["locality"],
        administrative_area=data["administrativeArea"],
        postal_code=data["postalCode"],
        country_code=data["countryCode"],
    )
