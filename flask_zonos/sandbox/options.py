"""What can be set about a sandbox; above all, what is not known about Zonos."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

#: The secret key that the sandbox accepts as ``credentialToken``.
CREDENTIAL_TOKEN = "sandbox_secret_token"
#: The public key that the sandbox accepts as ``zonosApiKey``.
API_KEY = "credential_test_sandbox"
#: The store that the sandbox accepts as ``storeId``.
STORE_ID = 1
#: The organization to which everything in the sandbox belongs.
ORGANIZATION_ID = "organization_00000000-0000-4000-8000-000000000001"
#: Who made or changed an object, as far as the sandbox knows.
ACTOR = "credential_00000000-0000-4000-8000-000000000002"

LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")


@dataclass(kw_only=True)
class Options:
    """The settings of one sandbox. Seconds where a time is meant.

    Each stands for something that Zonos does not document; ``BEHAVIOUR.md`` lists them.
    """

    #: How long a one-time password can be redeemed.
    password_lifetime: float = 300
    #: How long a cart lives that was made without ``expiresAt``.
    cart_lifetime: float = 3600
    #: Where the shopper is if the page's address has no ``zCountry``.
    country: str = "CA"
    #: Where the shop ships from; a shopper there is domestic.
    ships_from: str = "DK"
    #: Whether domestic shoppers get Zonos Checkout as well.
    allow_domestic: bool = False
    #: The key in ``order.references`` that holds the customer's id.
    customer_reference: str = "customerId"
    #: Whether an address that the profile has already is added again.
    keep_equal_locations: bool = False
    #: Whether a field's error sets the HTTP status too, or comes with 200.
    error_statuses: bool = False
    #: Whether ``order`` answers an unknown id with ``NOT_FOUND`` rather than null.
    unknown_order_is_error: bool = False
    #: The objects that a plain list counts for in the cost of a query.
    list_cost: int = 1
    #: Whether requests are refused once the points are spent.
    points_pool: bool = False
    #: Points at most, and points that come back in a second.
    points_most: int = 300_000
    points_per_second: int = 3_000
    #: The pauses before a webhook is tried again; after the last it is given up.
    webhook_retries: tuple[float, ...] = (1, 5, 30, 120)
    #: How long a webhook's receiver may take.
    webhook_timeout: float = 5
    #: Whether webhooks go to addresses beyond this machine.
    webhook_anywhere: bool = False
    #: Whether answers are delivered to hosts beyond loopback, too.
    allow_remote: bool = False

    def change(self, values: dict[str, Any]) -> None:
        """Set some options anew.

        :raises ValueError: for an unknown name, or a value of another type
        """
        known = {field.name: getattr(self, field.name) for field in self.fields()}
        checked: dict[str, Any] = {}
        for name, value in values.items():
            if name not in known:
                raise ValueError(f"There is no option {name!r}")
            checked[name] = _fitting(name, known[name], value)
        for name, value in checked.items():
            setattr(self, name, value)

    @classmethod
    def fields(cls) -> tuple[dataclasses.Field[Any], ...]:
        """The options that may be changed while the sandbox runs."""
        fixed = {"allow_remote", "webhook_anywhere"}
        return tuple(f for f in dataclasses.fields(cls) if f.name not in fixed)

    def as_dict(self) -> dict[str, Any]:
        """The options that may be changed, by name."""
        return {field.name: getattr(self, field.name) for field in self.fields()}


def _fitting(name: str, present: Any, value: Any) -> Any:
    if isinstance(present, bool):
        fits = isinstance(value, bool)
    elif isinstance(present, int | float):
        fits = not isinstance(value, bool) and _is_duration(value)
        value = type(present)(value) if fits else value
    elif isinstance(present, tuple):
        fits = isinstance(value, list | tuple) and all(map(_is_duration, value))
        value = tuple(map(float, value)) if fits else value
    else:
        fits = isinstance(value, str) and bool(value)
    if not fits:
        raise ValueError(f"{name!r} takes a value like {present!r}")
    return value


def _is_duration(value: object) -> bool:
    try:
        return 0 <= float(value) < 1e9 and not isinstance(value, str)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return False
