"""The GraphQL documents, each with the type of its variables and of its answer.

Documents are constants; values travel as variables only. Each asks for no more than is
needed: a mutation costs 10 rate-limit points and a query 5, and each object that
comes back 1 more.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from typing import Generic
from typing import TYPE_CHECKING
from typing import TypedDict
from typing import TypeVar

from .answers import AuthenticatedCustomer
from .answers import CreatedCart
from .answers import parse_cart
from .answers import parse_customer

if TYPE_CHECKING:
    from graphql import DocumentNode

Variables = TypeVar("Variables", bound=Mapping[str, object])
Answer = TypeVar("Answer")


class InputVariables(TypedDict):
    """Variables of a mutation with one ``input``."""

    input: dict[str, Any]


class OrderVariables(TypedDict):
    """Variables of ``order``: its argument is a ``String!``, not an ``ID!``."""

    orderId: str


class OrdersVariables(TypedDict):
    """Variables of ``orders``; ``filter`` is an ``OrdersFilter``."""

    filter: dict[str, Any]
    first: int
    after: str | None


@dataclass(frozen=True)
class Operation(Generic[Variables, Answer]):
    """One operation of the schema.

    :ivar name: the field's name in the schema, sent as the operation's name.
    :ivar text: the document.
    :ivar parse: from the field's value in an answer to what the caller gets.
    :ivar repeatable: whether it may be sent again although the first may have reached
        Zonos. Queries may. ``cartCreate`` has no key of the merchant's, a repeat makes
        a second cart; a profile is append-only, and whether an address sent twice is
        kept twice is not known.
    :ivar partial: whether an answer with errors beside its data counts. A cart that was
        made is not thrown away; a password that came with errors is.
    """

    name: str
    text: str
    parse: Callable[[Any], Answer]
    repeatable: bool = False
    partial: bool = False

    @cached_property
    def document(self) -> DocumentNode:
        """The parsed document, parsed once per process."""
        # gql takes 0.1 s and more to import: a command that calls nothing is spared.
        from gql import gql

        return gql(self.text).document


def _whole(answer: Any) -> Any:
    return answer


CART_CREATE: Operation[InputVariables, CreatedCart] = Operation(
    "cartCreate",
    """
    mutation cartCreate($input: CartCreateInput!) {
      cartCreate(input: $input) { id expiresAt }
    }
    """,
    parse_cart,
    partial=True,
)

CART_UPSERT: Operation[InputVariables, CreatedCart] = Operation(
    "cartUpsert",
    """
    mutation cartUpsert($input: CartUpsertInput!) {
      cartUpsert(input: $input) { id expiresAt }
    }
    """,
    parse_cart,
    partial=True,
)

AUTHENTICATE: Operation[InputVariables, AuthenticatedCustomer] = Operation(
    "checkoutCustomerProfileAuthenticate",
    """
    mutation checkoutCustomerProfileAuthenticate(
      $input: CheckoutCustomerProfileAuthenticateInput!
    ) {
      checkoutCustomerProfileAuthenticate(input: $input) { oneTimePassword }
    }
    """,
    parse_customer,
)

#: The selection of Zonos's own customer-profiles page, and the locations' names.
AUTHENTICATE_WHOLE: Operation[InputVariables, AuthenticatedCustomer] = Operation(
    "checkoutCustomerProfileAuthenticate",
    """
    mutation checkoutCustomerProfileAuthenticate(
      $input: CheckoutCustomerProfileAuthenticateInput!
    ) {
      checkoutCustomerProfileAuthenticate(input: $input) {
        email
        customerId
        organizationId
        name
        phone
        locations {
          administrativeArea
          countryCode
          locality
          line1
          line2
          name
          postalCode
        }
        oneTimePassword
      }
    }
    """,
    parse_customer,
)

_ORDER_FIELDS = """
    fragment OrderFields on Order {
      id
      status
      mode
      organization
      currencyCode
      accountOrderNumber
      zonosOrderId
      createdAt
      updatedAt
      trackingNumbers
      references { key value }
      checkoutSession { cartId }
      amountSubtotals { items shipping duties taxes fees discounts }
      items { id sku productId name quantity amount currencyCode }
      parties {
        type
        person { firstName lastName companyName email phone }
        location {
          line1 line2 locality administrativeArea postalCode countryCode
        }
      }
    }
"""

ORDER: Operation[OrderVariables, dict[str, Any] | None] = Operation(
    "order",
    "query order($orderId: String!) { order(orderId: $orderId) { ...OrderFields } }"
    + _ORDER_FIELDS,
    _whole,
    repeatable=True,
)

ORDERS: Operation[OrdersVariables, dict[str, Any] | None] = Operation(
    "orders",
    """
    query orders($filter: OrdersFilter, $first: Int, $after: String) {
      orders(filter: $filter, first: $first, after: $after) {
        edges { node { ...OrderFields } }
        pageInfo { endCursor hasNextPage }
      }
    }
    """
    + _ORDER_FIELDS,
    _whole,
    repeatable=True,
)

#: Sets a value: a repeat with the same value is harmless.
SET_ACCOUNT_ORDER_NUMBER: Operation[InputVariables, dict[str, Any]] = Operation(
    "orderUpdateAccountOrderNumber",
    """
    mutation orderUpdateAccountOrderNumber(
      $input: OrderUpdateAccountOrderNumberInput!
    ) {
      orderUpdateAccountOrderNumber(input: $input) { id }
    }
    """,
    _whole,
    repeatable=True,
)
