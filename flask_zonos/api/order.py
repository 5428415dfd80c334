"""The finished order, as frozen dataclasses.

Unknown statuses pass through as text: the schema has gained values within months.
Personal data stays out of ``repr``.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from typing import TypeVar

from ..errors import BadResponse
from .amounts import AmountSubtotals
from .amounts import read_exchange_rate
from .amounts import read_shop_amounts
from .amounts import read_subtotals
from .amounts import ShopAmounts
from .datetimes import parse_datetime
from .validators import keys_match

#: What reading a response of another shape raises.
UNREADABLE = (ArithmeticError, LookupError, TypeError, ValueError, AttributeError)

Value = TypeVar("Value")

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class OrderItem:
    """One line of an order.

    :param amount: the price of one unit in major units of ``currency_code``.
    """

    id: str
    sku: str
    product_id: str
    name: str | None
    quantity: int
    amount: Decimal
    currency_code: str


@dataclass(frozen=True, kw_only=True, repr=False)
class Party:
    """Somebody in an order: ``DESTINATION`` is the ship-to party, ``PAYOR`` pays."""

    type: str | None
    first_name: str | None = None
    last_name: str | None = None
    company_name: str | None = None
    email: str | None = None
    phone: str | None = None
    line1: str | None = None
    line2: str | None = None
    locality: str | None = None
    administrative_area: str | None = None
    postal_code: str | None = None
    country_code: str | None = None

    def __repr__(self) -> str:
        return f"Party(type={self.type!r})"


@dataclass(frozen=True, kw_only=True)
class OrderReference:
    """One of an order's ``references``; both halves may be missing."""

    key: str | None
    value: str | None


@dataclass(frozen=True, kw_only=True)
class Order:
    """An order as Zonos holds it now.

    :param currency_code: the currency that the shopper pays in, and that of
        ``amount_subtotals``; the items are in the shop's.
    :param shop_amounts: the same sums in the shop's currency; ``None`` where Zonos's
        response lacks one of them.
    :param exchange_rate: units of ``currency_code`` for one of the shop's currency, 1
        where they are the same; ``None`` where the response lacks it.
    :param customer_id: the shop's own id of the customer, from ``references``; ``None``
        for a guest, and where two references contradict each other: never guessed.
    :param references: ``None`` where Zonos has not given any yet, which is not yet
        proof of a guest.
    :param customer_reference: the key that ``customer_id`` was looked for under.
    :param cart_id: the cart that the order was made from.
    :param status: such as ``"OPEN"``; a value that is new to the schema comes as text.
    """

    id: str
    status: str
    mode: str
    organization: str
    currency_code: str
    account_order_number: str | None
    zonos_order_id: str | None
    customer_id: str | None
    cart_id: str | None
    items: tuple[OrderItem, ...]
    parties: tuple[Party, ...]
    amount_subtotals: AmountSubtotals
    references: tuple[OrderReference, ...] | None
    tracking_numbers: tuple[str, ...]
    created_at: datetime
    updated_at: datetime
    customer_reference: str = "customerId"
    shop_amounts: ShopAmounts | None = None
    exchange_rate: Decimal | None = None

    @property
    def is_guest(self) -> bool:
        """True if Zonos has given the references and no customer is among them.

        An order whose references contradict each other is no guest's.
        """
        return self.references is not None and not _customer_ids(
            self.references, self.customer_reference
        )

    @property
    def is_contradictory(self) -> bool:
        """True if the references name several customers, so that it is nobody's."""
        return len(_customer_ids(self.references or (), self.customer_reference)) > 1

    def party(self, type: str) -> Party | None:
        """The first party of a type, such as ``"DESTINATION"``."""
        return next((party for party in self.parties if party.type == type), None)


def read_order(data: dict[str, Any], customer_reference: str, operation: str) -> Order:
    """The order in a response that has the whole selection of ``operations.ORDER``.

    :param customer_reference: the key of the customer's id in ``references``.
        ``customerId`` is the likely one; Zonos does not name it.
    :param operation: the operation of the response, for the error.
    :raises BadResponse: if it is an order of another shape.
    """
    try:
        return _order(data, customer_reference)
    except UNREADABLE as error:
        kind = type(error).__name__
    # Not raised above: the other error's frames hold the order's parties.
    raise BadResponse(f"an order of another shape ({kind})", operation=operation)


def read_orders(
    nodes: Iterable[dict[str, Any]], customer_reference: str, operation: str
) -> Iterator[Order]:
    """The orders in responses, as :func:`read_order` reads them.

    :raises BadResponse: after the last, if there were some that could not be read.
    """
    unread: BadResponse | None = None
    for data in nodes:
        try:
            order = read_order(data, customer_reference, operation)
        except BadResponse as error:
            unread = error
        else:
            yield order
    if unread is not None:
        raise unread


def _order(data: dict[str, Any], customer_reference: str) -> Order:
    given = data.get("references")
    references = None if given is None else tuple(_reference(r) for r in given)
    customer_ids = _customer_ids(references or (), customer_reference)
    subtotals = read_subtotals(data["amountSubtotals"])
    return Order(
        id=data["id"],
        status=data["status"],
        mode=data["mode"],
        organization=data["organization"],
        currency_code=data["currencyCode"],
        account_order_number=data["accountOrderNumber"],
        zonos_order_id=data["zonosOrderId"],
        customer_id=customer_ids.pop() if len(customer_ids) == 1 else None,
        cart_id=(data["checkoutSession"] or {}).get("cartId"),
        items=tuple(_item(item) for item in data["items"] or ()),
        parties=tuple(_party(party) for party in data["parties"] or ()),
        amount_subtotals=subtotals,
        references=references,
        tracking_numbers=tuple(n for n in data["trackingNumbers"] or () if n),
        created_at=parse_datetime(data["createdAt"]),
        updated_at=parse_datetime(data["updatedAt"]),
        customer_reference=customer_reference,
        shop_amounts=_or_none(
            lambda: read_shop_amounts(data, subtotals),
            data["id"],
            "amounts in the shop's currency",
        ),
        exchange_rate=_or_none(
            lambda: read_exchange_rate(data), data["id"], "its exchange rate"
        ),
    )


def _reference(data: dict[str, Any]) -> OrderReference:
    return OrderReference(key=data["key"], value=data["value"])


def _customer_ids(
    references: tuple[OrderReference, ...], customer_reference: str
) -> set[str]:
    return {
        reference.value
        for reference in references
        if reference.key and reference.value
        if keys_match(reference.key, customer_reference)
    }


def _item(data: dict[str, Any]) -> OrderItem:
    return OrderItem(
        id=data["id"],
        sku=data["sku"] or "",
        product_id=data["productId"],
        name=data["name"],
        quantity=data["quantity"],
        amount=Decimal(data["amount"]),
        currency_code=data["currencyCode"],
    )


def _party(data: dict[str, Any]) -> Party:
    person = data["person"] or {}
    location = data["location"] or {}
    return Party(
        type=data["type"],
        first_name=person.get("firstName"),
        last_name=person.get("lastName"),
        company_name=person.get("companyName"),
        email=person.get("email"),
        phone=person.get("phone"),
        line1=location.get("line1"),
        line2=location.get("line2"),
        locality=location.get("locality"),
        administrative_area=location.get("administrativeArea"),
        postal_code=location.get("postalCode"),
        country_code=location.get("countryCode"),
    )


def _or_none(
    read: Callable[[], Value | None], order_id: str, what: str
) -> Value | None:
    """Return what can be read; what is only extra never costs the order."""
    try:
        found = read()
    except UNREADABLE:
        found = None
    if found is None:
        logger.warning("Order %s came without %s", order_id, what)
    return found
