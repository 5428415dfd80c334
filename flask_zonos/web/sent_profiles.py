"""The record of what was sent: a shop's own, of fingerprints and no addresses."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import replace
from datetime import datetime
from datetime import UTC
from typing import Any

from flask import current_app

from ..api.operations import InputVariables
from ..api.redaction import RedactedDict
from ..checkout import Shopper
from ..errors import ConfigurationError
from ..identity import keyed_digest
from ..identity import secret_keys
from ..state import State


@dataclass(frozen=True, kw_only=True, repr=False)
class ProfileSent:
    """A profile that was sent to Zonos, or may have been, without its values.

    Zonos keeps it for good, so a shop records it: to send no address twice, and to say
    customers on request.

    :ivar fields: the names of :class:`~flask_zonos.CustomerProfile`'s fields that were
        sent, such as ``("customer_id", "email", "locations")``.
    :ivar locations: a fingerprint of each address that was sent, 64 hexadecimal digits:
        an HMAC under ``SECRET_KEY`` that differs between customers.
    :ivar at: with its zone, UTC.
    :ivar request_id: Zonos's own id of the request, where a response had one.
    """

    customer_id: str
    fields: tuple[str, ...]
    locations: tuple[str, ...]
    at: datetime
    request_id: str | None

    def __repr__(self) -> str:
        return (
            f"ProfileSent(fields={len(self.fields)}, locations={len(self.locations)})"
        )


def omit_sent_locations(state: State, shopper: Shopper) -> Shopper:
    """The shopper with the addresses that are to be sent: those not on record.

    What the prefill shows stays as it is. Where the record cannot be read no address is
    sent: one too few can be sent later, one too many is kept for good.
    """
    callback = state.callbacks.sent_locations
    if callback is None or shopper.profile is None or shopper.reason is not None:
        return shopper
    profile = shopper.profile["input"]
    locations = profile.get("locations")
    if not locations:
        return shopper
    try:
        known = _fingerprints(state.call(callback, profile["customerId"]))
        keys = _required_keys()
        kept = [
            location
            for location in locations
            if known.isdisjoint(_fingerprint(profile, location, key) for key in keys)
        ]
    except Exception:
        current_app.logger.exception(
            "@zonos.sent_locations failed: the profile is sent without addresses, for "
            "those that were sent before are not known"
        )
        kept = []
    rest = RedactedDict(profile)
    if kept:
        rest["locations"] = kept
    else:
        del rest["locations"]
    return replace(shopper, profile=InputVariables(input=rest))


def record_sent_profile(state: State, shopper: Shopper, request_id: str | None) -> None:
    """Call ``@zonos.profile_sent_handler``; if it raises, the log has it."""
    handler = state.callbacks.profile_sent_handler
    if handler is None or shopper.profile is None:
        return
    profile = shopper.profile["input"]
    try:
        locations = profile.get("locations") or ()
        # Without addresses there is nothing to fingerprint, and no key is needed.
        key = _required_keys()[0] if locations else b""
        record = ProfileSent(
            customer_id=profile["customerId"],
            fields=tuple(
                "customer_id" if name == "customerId" else name for name in profile
            ),
            locations=tuple(_fingerprint(profile, one, key) for one in locations),
            at=datetime.now(UTC),
            request_id=request_id,
        )
        state.call(handler, record)
    except Exception:
        current_app.logger.exception(
            "@zonos.profile_sent_handler failed: what was sent to Zonos is not on "
            "record (request %s)",
            request_id or "without an id",
        )


def _fingerprint(profile: dict[str, Any], location: dict[str, Any], key: bytes) -> str:
    text = json.dumps([profile["customerId"], location], sort_keys=True)
    return keyed_digest(f"flask-zonos.location:{text}", key)


def _fingerprints(given: Any) -> frozenset[str]:
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise TypeError(
            "@zonos.sent_locations must return the fingerprints on record, a set or "
            f"list of str, not {type(given).__name__}"
        )
    return frozenset(given)


def _required_keys() -> list[bytes]:
    keys = secret_keys()
    if not keys:
        raise ConfigurationError("SECRET_KEY", "is not set; fingerprints need it")
    return keys
