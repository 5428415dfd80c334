"""The GraphQL documents, each with the type of its variables and its result.

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

from ..errors import GraphQLErrors
from .pagination import Page
from .pagination import page_parser
from .redaction import RedactedDict
from .results import AuthenticatedCustomer
from .results import CreatedCart
from .results import parse_cart
from .results import parse_customer
from .webhook import parse_webhook
from .webhook import parse_webhook_log
from .webhook import Webhook
from .webhook import WebhookLog

if TYPE_CHECKING:
    from graphql import DocumentNode

Variables = TypeVar("Variables", bound=Mapping[str, object])
Result = TypeVar("Result")


class InputVariables(TypedDict):
    """Variables of a mutation with one ``input``."""

    input: dict[str, Any]


class OrderVariables(TypedDict):
    """Variables of ``order``: its argument is a ``String!``, not an ``ID!``."""

    orderId: str


class ListVariables(TypedDict):
    """Variables of the lists; each list's filter is an input type of its own."""

    filter: dict[str, Any]
    first: int
    after: str | None


class IdVariables(TypedDict):
    """Variables of ``webhookDelete``."""

    id: str


@dataclass(frozen=True)
class Operation(Generic[Variables, Result]):
    """One operation of the schema.

    :ivar name: the field's name in the schema, sent as the operation's name.
    :ivar text: the document.
    :ivar parse: from the field's value in a response to what the caller gets.
    :ivar repeatable: whether it may be sent again although the first may have reached
        Zonos. Queries may. ``cartCreate`` has no key of the merchant's, a retry makes
        a second cart; a profile is append-only, and whether an address sent twice is
        kept twice is not known.
    :ivar partial: whether a response with errors beside its data counts. A cart that
        was made is not thrown away; a password that came with errors is.
    :ivar optional: fields that a result counts without, though they have errors.
    """

    name: str
    text: str
    parse: Callable[[Any], Result]
    repeatable: bool = False
    partial: bool = False
    optional: frozenset[str] = frozenset()

    def accepts(self, errors: GraphQLErrors) -> bool:
        """Return whether a result counts though these errors came beside its data."""
        if self.partial:
            return True
        paths = [set(error.path.split(".")) for error in errors.errors]
        return bool(paths) and all(path & self.optional for path in paths)

    @cached_property
    def document(self) -> DocumentNode:
        """The parsed document, parsed once per process."""
        # gql takes 0.1 s and more to import: a command that calls nothing is spared.
        from gql import gql

        return gql(self.text).document


def _redacted(data: Any) -> Any:
    return RedactedDict(data) if isinstance(data, dict) else data


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
      amountSubtotalsDetails {
        id amount currencyCode exchangeRateIds targets type
      }
      root {
        exchangeRates { id rate sourceCurrencyCode targetCurrencyCode type }
      }
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

#: What an order has besides: the sums in the shop's currency.
_OPTIONAL = frozenset({"amountSubtotalsDetails", "root"})

ORDER: Operation[OrderVariables, dict[str, Any] | None] = Operation(
    "order",
    "query order($orderId: String!) { order(orderId: $orderId) { ...OrderFields } }"
    + _ORDER_FIELDS,
    _redacted,
    repeatable=True,
    optional=_OPTIONAL,
)

#: The order of a checkout session; ``null`` while there is none.
SESSION_ORDER: Operation[IdVariables, dict[str, Any] | None] = Operation(
    "checkoutSession",
    """
    query checkoutSession($id: ID!) {
      checkoutSession(id: $id) { order { ...OrderFields } }
    }
    """
    + _ORDER_FIELDS,
    lambda session: _redacted(session["order"]),
    repeatable=True,
    optional=_OPTIONAL,
)

ORDERS: Operation[ListVariables, Page[dict[str, Any]]] = Operation(
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
    page_parser(_redacted),
    repeatable=True,
    optional=_OPTIONAL,
)

#: Ids by Zonos's own numbers: there is no query for a number.
ORDER_NUMBERS: Operation[ListVariables, Page[dict[str, Any]]] = Operation(
    "orders",
    """
    query orders($filter: OrdersFilter, $first: Int, $after: String) {
      orders(filter: $filter, first: $first, after: $after) {
        edges { node { id zonosOrderId } }
        pageInfo { endCursor hasNextPage }
      }
    }
    """,
    page_parser(_redacted),
    repeatable=True,
)

#: Sets a value: a retry with the same value is harmless.
SET_ACCOUNT_ORDER_NUMBER: Operation[InputVariables, dict[str, Any]] = Operation(
    "orderUpdateAccountOrderNumber",
    """
    mutation orderUpdateAccountOrderNumber(
      $input: OrderUpdateAccountOrderNumberInput!
    ) {
      orderUpdateAccountOrderNumber(input: $input) { id }
    }
    """,
    _redacted,
    repeatable=True,
)

_WEBHOOK_FIELDS = """
    fragment WebhookFields on Webhook {
      id type status mode url query headers { key } createdAt updatedAt
    }
"""

WEBHOOKS: Operation[ListVariables, Page[Webhook]] = Operation(
    "webhooks",
    """
    query webhooks($filter: WebhooksFilterInput, $first: Int, $after: String) {
      webhooks(filter: $filter, first: $first, after: $after) {
        edges { node { ...WebhookFields } }
        pageInfo { endCursor hasNextPage }
      }
    }
    """
    + _WEBHOOK_FIELDS,
    page_parser(parse_webhook),
    repeatable=True,
)

#: Not repeatable: a second one would have each event delivered twice.
WEBHOOK_CREATE: Operation[InputVariables, Webhook] = Operation(
    "webhookCreate",
    """
    mutation webhookCreate($input: WebhookCreateInput!) {
      webhookCreate(input: $input) { ...WebhookFields }
    }
    """
    + _WEBHOOK_FIELDS,
    parse_webhook,
)

#: Sets values: a retry with the same values is harmless.
WEBHOOK_UPDATE: Operation[InputVariables, Webhook] = Operation(
    "webhookUpdate",
    """
    mutation webhookUpdate($input: WebhookUpdateInput!) {
      webhookUpdate(input: $input) { ...WebhookFields }
    }
    """
    + _WEBHOOK_FIELDS,
    parse_webhook,
    repeatable=True,
)

#: Not repeatable: a retry would find nothing and say that it failed.
WEBHOOK_DELETE: Operation[IdVariables, str | None] = Operation(
    "webhookDelete",
    "mutation webhookDelete($id: ID!) { webhookDelete(id: $id) }",
    _redacted,
)

WEBHOOK_LOGS: Operation[ListVariables, Page[WebhookLog]] = Operation(
    "webhookLogs",
    """
    query webhookLogs($filter: WebhookLogsFilterInput, $first: Int, $after: String) {
      webhookLogs(filter: $filter, first: $first, after: $after) {
        edges { node { id type url response responseStatus createdAt } }
        pageInfo { endCursor hasNextPage }
      }
    }
    """,
    page_parser(parse_webhook_log),
    repeatable=True,
)
