"""The settings of a sandbox: above all, what is not known about Zonos.

``BEHAVIOUR.md`` says which behaviour each of them turns.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from ..constants import EVENTS
from ..graph.problems import STATUSES
from .page_options import Checkout
from .page_options import PageScript
from .settings import fitting
from .settings import from_text
from .settings import Setting
from .settings import setting

_ERROR_TYPES = tuple(STATUSES)


@dataclass(kw_only=True)
class Endpoint:
    """Settings of the GraphQL endpoint."""

    keep_alive: float = setting(
        75, "How long a connection may stand unused, in seconds; 0 keeps none"
    )
    cart_latency: float = setting(
        0, "The least time that cartCreate and cartUpsert take, in seconds"
    )
    profile_latency: float = setting(
        0,
        "The least time that checkoutCustomerProfileAuthenticate takes, in seconds",
    )
    unauthenticated_status: int = setting(
        401, "The HTTP status without a key", 401, 403, 200
    )
    refusal_status: int = setting(
        400, "The HTTP status when a document does not fit the schema", 400, 422, 200
    )
    error_statuses: bool = setting(
        False, "A field's error sets the HTTP status too, instead of 200"
    )
    invalid_input_error_type: str = setting(
        "BAD_REQUEST", "The class of errors about what was sent", *_ERROR_TYPES
    )
    decimal_texts: bool = setting(False, "A Decimal in the variables may be a text")
    datetime_milliseconds: bool = setting(
        True, "A DateTime is given back with milliseconds"
    )
    plain_dates: bool = setting(
        False, "A DateTime in the variables may lack its zone, or its time of day"
    )
    list_cost: int = setting(
        1, "The objects that a plain list counts for in a query's cost"
    )
    page_size: int = setting(100, "The objects on a page when nobody says how many")
    page_most: int = setting(100, "The objects on a page at most")
    points_pool: bool = setting(False, "Requests are refused once the points are spent")
    points_most: int = setting(300_000, "The points at most")
    points_per_second: int = setting(3_000, "The points that come back in a second")
    throttled_error_type: str = setting(
        "UNAVAILABLE", "The class of the error when the points are spent", *_ERROR_TYPES
    )
    throttled_retry_after: int = setting(
        0, "The Retry-After header when the points are spent, in seconds; 0 for none"
    )
    mode: str = setting("TEST", "The mode of all objects", "TEST", "LIVE")
    organization_id: str = setting(
        "organization_00000000-0000-4000-8000-000000000001",
        "The organization to which everything belongs",
    )


@dataclass(kw_only=True)
class Carts:
    """Settings of carts."""

    cart_lifetime: float = setting(
        3600, "How long a cart lives that was made without expiresAt, in seconds"
    )
    expired_cart_opens: bool = setting(False, "An expired cart still opens a checkout")
    expired_cart_is_gone: bool = setting(
        False, "An expired cart can be neither read nor changed"
    )
    customer_metadata: str = setting(
        "filled",
        "What becomes of customerId in a cart's metadata: empty until the customer is"
        " recognised, empty for good, or taken out",
        "filled",
        "emptied",
        "removed",
    )
    added_metadata: tuple[str, ...] = setting(
        ("cartCreatedAt",),
        "The keys that a cart's metadata gets besides those that were sent",
        "cartCreatedAt",
        "cartCreatedAtEpoc",
    )
    unknown_cart_is_error: bool = setting(
        False, "cart refuses an unknown id with NOT_FOUND instead of null"
    )
    upsert_makes_unknown: bool = setting(
        False, "cartUpsert makes the cart whose id it does not know"
    )
    upsert_replaces: bool = setting(
        True, "cartUpsert replaces a cart's items, adjustments and metadata"
    )
    cart_orders_once: bool = setting(True, "A cart becomes one order at most")
    ordered_cart_changes: bool = setting(False, "An ordered cart can still be changed")


@dataclass(kw_only=True)
class Profiles:
    """Settings of customer profiles and one-time passwords."""

    profile_updates: bool = setting(
        False, "A later submission changes e-mail, name and phone"
    )
    keep_equal_locations: bool = setting(
        False, "An address that the profile has already is added again"
    )
    strict_locations: bool = setting(
        False, "An address with an empty text, such as a region, is refused"
    )
    strict_postal_codes: bool = setting(
        False, "An empty postal code is refused, also where a country has none"
    )
    region_names: bool = setting(
        True, "An address's region may be a name, and not a code alone"
    )
    phone_form: str = setting(
        "any",
        "The phone that an address may have: any text, digits with blanks and dashes,"
        " or + and digits alone",
        "any",
        "digits",
        "international",
    )
    empty_customer_is_error: bool = setting(
        True, "An empty customerId or email is refused"
    )
    password_form: str = setting(
        "token", "The form of a one-time password", "token", "uuid", "jwt"
    )
    password_is_new: bool = setting(
        True, "Each submission gives a new one-time password, not the last one again"
    )
    password_lifetime: float = setting(
        300, "How long a one-time password can be redeemed, in seconds"
    )
    password_once: bool = setting(True, "A one-time password is good for one use")
    bad_password_is_error: bool = setting(
        False, "A wrong, used or old password stops the checkout"
    )
    failed_opening_uses_password: bool = setting(
        False, "A cart that cannot be opened uses the password up"
    )


@dataclass(kw_only=True)
class Orders:
    """Settings of orders."""

    customer_reference: str = setting(
        "customerId", "The key in order.references that holds the customer's id"
    )
    order_names_cart: bool = setting(
        True, "An order's checkoutSession is there, with the cart"
    )
    payor_is_party: bool = setting(
        True, "An order has the party PAYOR beside DESTINATION"
    )
    unknown_order_is_error: bool = setting(
        False, "order refuses an unknown id with NOT_FOUND instead of null"
    )
    order_delay: float = setting(
        0, "How long after payment there is an order, in seconds"
    )
    details_by_target: bool = setting(
        False, "Each target of amountSubtotalsDetails has details of its own"
    )
    discounts_are_negative: bool = setting(
        True, "amountSubtotals.discounts is below zero"
    )
    shipped_status: str = setting(
        "COMPLETED",
        "The status of an order that has a tracking number",
        "COMPLETED",
        "PARTIALLY_SHIPPED",
        "IN_TRANSIT_TO_CONSOLIDATION_CENTER",
        "OPEN",
    )
    unique_order_numbers: bool = setting(
        True, "Two orders cannot have one accountOrderNumber"
    )
    shipped_order_cancels: bool = setting(
        False, "An order that has been shipped can be cancelled"
    )
    cancelling_twice_is_error: bool = setting(
        False, "Cancelling a cancelled order is an error"
    )
    orders_newest_first: bool = setting(True, "orders begins with the newest one")
    between_takes_its_ends: bool = setting(
        False, "The filter between includes both of its timestamps"
    )


@dataclass(kw_only=True)
class Webhooks:
    """Settings of webhooks."""

    webhook_order_id: bool = setting(True, "A webhook's body has the order's id")
    webhook_references: bool = setting(
        False, "A webhook's body has the order's references"
    )
    webhook_secret_is_shown: bool = setting(
        True, "A webhook's secret can be read again after it was made"
    )
    webhook_retries: tuple[float, ...] = setting(
        (1, 5, 30, 120), "The pauses before a webhook is tried again, in seconds"
    )
    webhook_timeout: float = setting(
        5, "How long a webhook's receiver may take, in seconds"
    )
    webhook_any_status_counts: bool = setting(
        False, "Any response is a success, not only one from 200 to 299"
    )
    webhook_silent_types: tuple[str, ...] = setting(
        (), "The types of event that are not emitted", *EVENTS
    )


#: The settings in their parts, as the inspector shows them.
PARTS: Mapping[str, type] = {
    "Endpoint": Endpoint,
    "Carts": Carts,
    "Profiles and passwords": Profiles,
    "Checkout": Checkout,
    "Page script": PageScript,
    "Orders": Orders,
    "Webhooks": Webhooks,
}


@dataclass(kw_only=True)
class Options(Endpoint, Carts, Profiles, Checkout, PageScript, Orders, Webhooks):
    """The settings of one sandbox.

    :raises ValueError: for a value that does not fit
    """

    #: Whether webhooks go to addresses beyond this machine; fixed at the start.
    webhook_anywhere: bool = False
    #: Whether responses are sent to hosts beyond loopback; fixed at the start.
    allow_remote: bool = False
    #: The names of those that were seen at the real Zonos; fixed at the start.
    observed: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self.change(self.as_dict())

    def change(self, values: Mapping[str, Any]) -> None:
        """Set some options anew, all of them or, if one does not fit, none.

        :raises ValueError: for an unknown name, or a value that does not fit
        """
        checked = {n: fitting(self._one(n), value) for n, value in values.items()}
        for name, value in checked.items():
            setattr(self, name, value)

    @classmethod
    def from_text(cls, name: str, text: str) -> Any:
        """The value of one option, as a command line has it.

        :raises ValueError: for an unknown name, or a value that does not fit
        """
        return from_text(cls._one(name), text)

    @classmethod
    def _one(cls, name: str) -> Setting[Any]:
        known = cls.known()
        if name not in known:
            near = get_close_matches(name, known) or sorted(known)
            raise ValueError(
                f"There is no setting {name!r}, but there is {', '.join(near)}"
            )
        return known[name]

    @classmethod
    def known(cls) -> dict[str, Setting[Any]]:
        """The options that may be changed while the sandbox runs, by name."""
        return {one.name: one for one in dataclasses.fields(cls) if one.metadata}

    def as_dict(self) -> dict[str, Any]:
        """The values of the options that may be changed, by name."""
        return {name: getattr(self, name) for name in self.known()}
