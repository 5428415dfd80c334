"""Customer profiles, which only grow, and the passwords that open them once."""

from __future__ import annotations

import re
import secrets
import uuid
from typing import Any

from ..control.options import Options
from ..encoding import dumps
from ..encoding import loads
from ..state import State
from .problems import BadRequest
from .resolvers import Info
from .resolvers import Object
from .resolvers import Resolvers

#: What an address's phone may be, by ``phone_form``; it may be left out in any case.
_PHONES = {
    "any": re.compile(r".*", re.DOTALL),
    "digits": re.compile(r"[0-9 ()+-]*", re.ASCII),
    "international": re.compile(r"([+][0-9]{6,15})?", re.ASCII),
}
_REGION_CODE = re.compile(r"[A-Za-z0-9]{0,3}", re.ASCII)


def find_profile(state: State, customer_id: str) -> Object | None:
    """A profile with all its locations, without a password, or ``None``."""
    row = state.store.one("SELECT * FROM profile WHERE customer_id = ?", customer_id)
    if row is None:
        return None
    locations = state.store.all(
        "SELECT body FROM location WHERE customer_id = ? ORDER BY seq", customer_id
    )
    return {
        "createdAt": row["created_at"],
        "customerId": row["customer_id"],
        "email": row["email"],
        "locations": [loads(location["body"]) for location in locations],
        "name": row["name"],
        "oneTimePassword": None,
        "organizationId": state.options.organization_id,
        "phone": row["phone"],
        "storeCreditBalance": None,
    }


def payment_methods(state: State, customer_id: str) -> list[Object]:
    """A customer's saved test cards, as a shopper sees them."""
    rows = state.store.all(
        "SELECT * FROM payment_method WHERE customer_id = ? ORDER BY seq", customer_id
    )
    return [
        {"id": row["id"], "brand": row["brand"], "lastFour": row["last_four"]}
        for row in rows
    ]


def save_payment_method(
    state: State, customer_id: str, brand: str, last_four: str
) -> None:
    """Add a test card to a profile, unless it is there."""
    with state.store.transaction():
        state.store.change(
            "INSERT OR IGNORE INTO payment_method"
            " (id, customer_id, created_at, brand, last_four) VALUES (?, ?, ?, ?, ?)",
            state.new_id("payment_method", "payment_method"),
            customer_id,
            state.clock.text(),
            brand,
            last_four,
        )


def save_locations(
    state: State, customer_id: str, locations: list[Object]
) -> list[Object]:
    """Add locations to a profile; those that it did not have."""
    added = []
    for given in locations:
        location = {"email": None, "line2": None, "phone": None, **given}
        likeness = dumps([location[name] for name in sorted(location)])
        known = state.store.one(
            "SELECT 1 FROM location WHERE customer_id = ? AND likeness = ?",
            customer_id,
            likeness,
        )
        if known is not None and not state.options.keep_equal_locations:
            continue
        location["id"] = state.new_id("location", "location")
        location["createdAt"] = state.clock.text()
        state.store.insert(
            "location",
            id=location["id"],
            customer_id=customer_id,
            likeness=likeness,
            body=location,
        )
        added.append(location)
    return added


def redeem(state: State, password: str) -> str | None:
    """The id of the customer whom a one-time password stands for.

    It does so once, unless the options say otherwise: the single ``UPDATE`` decides
    between two that come at the same instant. ``None`` for a password that is unknown,
    used or too old.
    """
    now = state.clock.text()
    with state.store.transaction():
        redeemed = state.store.change(
            "UPDATE one_time_password SET used_at = ?"
            " WHERE password = ? AND expires_at > ? AND (used_at IS NULL OR NOT ?)",
            now,
            password,
            now,
            state.options.password_once,
        )
        if redeemed != 1:
            return None
        row = state.store.one(
            "SELECT customer_id FROM one_time_password WHERE password = ?", password
        )
        return str(row["customer_id"]) if row else None


def _authenticate(_: Any, info: Info, input: Object) -> Object:
    state = info.context
    for name in ("customerId", "email"):
        if not input[name].strip() and state.options.empty_customer_is_error:
            raise BadRequest(f"{name!r} must not be empty")
    _check_locations(state.options, input.get("locations") or [])
    customer_id = input["customerId"]
    with state.store.transaction():
        added = _submit(state, input)
        state.store.insert(
            "submission",
            customer_id=customer_id,
            created_at=state.clock.text(),
            body={
                "email": input["email"],
                "name": input.get("name"),
                "phone": input.get("phone"),
                "sent": len(input.get("locations") or ()),
                "added": [location["id"] for location in added],
            },
        )
        password = _password(state, customer_id)
        profile = find_profile(state, customer_id)
    assert profile is not None
    return {**profile, "oneTimePassword": password}


def _password(state: State, customer_id: str) -> str:
    """A new one-time password, or the last one again where the options say so."""
    if not state.options.password_is_new:
        row = state.store.one(
            "SELECT password FROM one_time_password WHERE customer_id = ?"
            " AND expires_at > ? ORDER BY seq DESC",
            customer_id,
            state.clock.text(),
        )
        if row is not None:
            return str(row["password"])
    password = secrets.token_urlsafe(32)
    if state.options.password_form == "uuid":
        password = str(uuid.UUID(bytes=secrets.token_bytes(16), version=4))
    elif state.options.password_form == "jwt":
        password = f"eyJhbGciOiJub25lIn0.{secrets.token_urlsafe(32)}.{password}"
    state.store.insert(
        "one_time_password",
        password=password,
        customer_id=customer_id,
        created_at=state.clock.text(),
        expires_at=state.clock.text(after=state.options.password_lifetime),
    )
    return password


def _check_locations(options: Options, locations: list[Object]) -> None:
    required = []
    if options.strict_locations:
        required += ["name", "line1", "locality", "administrativeArea"]
    if options.strict_postal_codes:
        required.append("postalCode")
    phone = _PHONES[options.phone_form]
    for index, location in enumerate(locations):
        for name in required:
            if not location[name].strip():
                raise BadRequest(f"locations[{index}].{name} must not be empty")
        region = location["administrativeArea"]
        if not options.region_names and not _REGION_CODE.fullmatch(region):
            raise BadRequest(f"locations[{index}].administrativeArea is no code")
        if not phone.fullmatch(location.get("phone") or ""):
            raise BadRequest(f"locations[{index}].phone is no phone number")


def _submit(state: State, input: Object) -> list[Object]:
    """Store what is new; what a profile has already stays as it is."""
    state.store.change(
        "INSERT OR IGNORE INTO profile (customer_id, created_at) VALUES (?, ?)",
        input["customerId"],
        state.clock.text(),
    )
    for name in ("email", "name", "phone"):
        state.store.change(
            f"UPDATE profile SET {name} = coalesce(?, {name})"
            f" WHERE customer_id = ? AND ({name} IS NULL OR ?)",
            input.get(name),
            input["customerId"],
            state.options.profile_updates,
        )
    return save_locations(state, input["customerId"], input.get("locations") or [])


RESOLVERS: Resolvers = {
    ("Mutation", "checkoutCustomerProfileAuthenticate"): _authenticate,
}
