"""ZonosClient: Zonos's API as methods, with or without Flask around it.

Connection and threads (:mod:`flask_zonos.connection`) are made on first use, and made
anew after a fork.
"""

from __future__ import annotations

import os
import threading
import time
import weakref
from collections.abc import Iterator
from collections.abc import Mapping
from datetime import datetime
from datetime import timedelta
from datetime import UTC
from typing import Any
from typing import TYPE_CHECKING
from typing import TypeVar

from . import operations
from .answers import AuthenticatedCustomer
from .answers import CreatedCart
from .calls import Call
from .checks import header_value
from .checks import required
from .errors import BadResponse
from .errors import GraphQLErrors
from .inputs import cart_input
from .inputs import profile_input
from .models import Cart
from .models import CustomerProfile
from .operations import Operation
from .order import Order
from .order import parse_order

if TYPE_CHECKING:
    from .connection import Connection

API_URL = "https://api.zonos.com/graphql"

Answer = TypeVar("Answer")
Variables = TypeVar("Variables", bound=Mapping[str, object])


class ZonosClient:
    """Zonos's API for one credential; safe to share between threads.

    :param credential_token: the secret server key.
    :param timeout: (connect, read) in seconds.
    :param deadline: seconds that a method may take as a whole, retries included.
    :param pool_size: calls at once in a process; threads and connections follow.
    :param ca_bundle: a file of certificates, where certifi's will not do.
    :param cart_mutation: ``cartCreate`` or ``cartUpsert``.
    :param cart_expires: seconds that a cart lives where it does not say itself, with
        ``cartCreate``. An organization's own default can be a minute.
    :param customer_reference: the key of the customer's id in an order's references.
    :raises ConfigurationError: if a value cannot work.
    """

    def __init__(
        self,
        credential_token: str,
        *,
        api_url: str = API_URL,
        timeout: tuple[float, float] = (2, 8),
        deadline: float = 10,
        pool_size: int = 32,
        ca_bundle: str | None = None,
        cart_mutation: str = "cartCreate",
        cart_expires: int = 3600,
        customer_reference: str = "customerId",
    ) -> None:
        self._token = header_value(credential_token, "ZONOS_CREDENTIAL_TOKEN")
        self.api_url = api_url
        self.timeout = timeout
        self.deadline = deadline
        self.pool_size = pool_size
        self.ca_bundle = ca_bundle
        self.cart_mutation = cart_mutation
        self.cart_expires = cart_expires
        self.customer_reference = customer_reference
        self._lock = threading.Lock()
        self._connected: Connection | None = None
        _clients.add(self)

    def create_cart(self, cart: Cart) -> CreatedCart:
        """The cart that Zonos made of the shop's.

        :raises InvalidInput: if Zonos's schema would refuse the cart.
        :raises APIError: if Zonos did not make it.
        """
        return self.execute(self.cart_operation, self.cart_variables(cart))

    def authenticate_customer(
        self, profile: CustomerProfile, *, whole: bool = False
    ) -> AuthenticatedCustomer:
        """A one-time password for the customer's saved addresses and payment methods.

        What the profile holds is added to what Zonos keeps, for good.

        :param whole: ask for all that Zonos's own page asks for, not the password only.
        :raises InvalidInput: if Zonos's schema would refuse the profile.
        :raises APIError: if Zonos did not authenticate it.
        """
        operation = operations.AUTHENTICATE_WHOLE if whole else operations.AUTHENTICATE
        variables = operations.InputVariables(input=profile_input(profile))
        return self.execute(operation, variables)

    def get_order(self, order_id: str) -> Order | None:
        """The order as Zonos holds it now, or ``None`` where there is none.

        :raises APIError: if Zonos did not answer.
        """
        try:
            variables = operations.OrderVariables(
                orderId=required(order_id, "order_id")
            )
            answer = self.execute(operations.ORDER, variables)
        except GraphQLErrors as error:
            if error.error_types == {"NOT_FOUND"}:
                return None
            raise
        return None if answer is None else self._order(answer, operations.ORDER.name)

    def orders(
        self,
        *,
        between: tuple[datetime, datetime] | None = None,
        status: str | None = None,
        page_size: int = 50,
    ) -> Iterator[Order]:
        """All orders that fit, page by page.

        :param between: after and before which moment they were created.
        :param status: such as ``"OPEN"``.
        :raises APIError: if Zonos did not answer.
        """
        wanted: dict[str, Any] = {}
        if between is not None:
            after, before = (moment.astimezone(UTC).isoformat() for moment in between)
            wanted["between"] = {"after": after, "before": before}
        if status is not None:
            wanted["status"] = status
        cursor: str | None = None
        while True:
            variables = operations.OrdersVariables(
                filter=wanted, first=page_size, after=cursor
            )
            page = self.execute(operations.ORDERS, variables)
            if page is None:
                return
            for edge in page["edges"]:
                if edge and edge["node"]:
                    yield self._order(edge["node"], operations.ORDERS.name)
            if not page["pageInfo"]["hasNextPage"]:
                return
            if page["pageInfo"]["endCursor"] in (None, cursor):
                raise BadResponse(
                    "a page without an end cursor", operation=operations.ORDERS.name
                )
            cursor = page["pageInfo"]["endCursor"]

    def set_account_order_number(self, order_id: str, number: str) -> None:
        """Write the shop's own order number into Zonos; a repeat is harmless.

        :raises APIError: if Zonos did not take it.
        """
        variables = operations.InputVariables(
            input={
                "id": required(order_id, "order_id"),
                "accountOrderNumber": required(number, "number"),
            }
        )
        self.execute(operations.SET_ACCOUNT_ORDER_NUMBER, variables)

    @property
    def cart_operation(self) -> Operation[operations.InputVariables, CreatedCart]:
        """The mutation that makes carts."""
        if self.cart_mutation == "cartUpsert":
            return operations.CART_UPSERT
        return operations.CART_CREATE

    def cart_variables(self, cart: Cart) -> operations.InputVariables:
        """The checked variables of :attr:`cart_operation`.

        :raises InvalidInput: if Zonos's schema would refuse the cart.
        """
        if self.cart_operation is operations.CART_CREATE:
            expires_at = datetime.now(UTC) + timedelta(seconds=self.cart_expires)
            variables = cart_input(cart, expires_at=expires_at)
            variables.pop("id", None)
        else:
            variables = cart_input(cart)
            variables.pop("expiresAt", None)
        return {"input": variables}

    def execute(
        self, operation: Operation[Variables, Answer], variables: Variables
    ) -> Answer:
        """What an operation answers, within :attr:`deadline`.

        :raises Busy: if all of :attr:`pool_size` were under way till then.
        :raises APIError: if the call failed.
        """
        deadline = time.monotonic() + self.deadline
        call = self.begin(operation, variables, deadline=deadline)
        return call.result(deadline - time.monotonic())

    def begin(
        self,
        operation: Operation[Variables, Answer],
        variables: Variables,
        *,
        deadline: float,
        wait: bool = True,
    ) -> Call[Answer]:
        """The call, begun in a thread of its own.

        :param deadline: a moment of :func:`time.monotonic`.
        :param wait: whether to wait for a place if :attr:`pool_size` are under way.
        :raises Busy: if there was no place.
        """
        return self._connect().begin(operation, variables, deadline=deadline, wait=wait)

    def warm_up(self) -> None:
        """Read the certificates and import what a first call needs, ahead of it."""
        self._connect()

    def close(self) -> None:
        """Close connections; the next call opens new ones."""
        with self._lock:
            connected, self._connected = self._connected, None
        if connected is not None:
            connected.close()

    def _connect(self) -> Connection:
        connected = self._connected
        if connected is not None:
            return connected
        # gql and requests take 0.2 s to import; an app that starts is spared that.
        from .connection import Connection

        with self._lock:
            if self._connected is None:
                self._connected = Connection(
                    self.api_url,
                    self._token,
                    timeout=self.timeout,
                    pool_size=self.pool_size,
                    ca_bundle=self.ca_bundle,
                )
            return self._connected

    def _order(self, answer: dict[str, Any], operation: str) -> Order:
        try:
            return parse_order(answer, self.customer_reference)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise BadResponse(
                f"an order of another shape ({type(error).__name__})",
                operation=operation,
            ) from None

    def _forget_connections(self) -> None:
        """After a fork: threads are gone, sockets are shared with the parent."""
        self._lock = threading.Lock()
        self._connected = None


_clients: weakref.WeakSet[ZonosClient] = weakref.WeakSet()


def _forget_connections() -> None:
    for client in list(_clients):
        client._forget_connections()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_connections)
