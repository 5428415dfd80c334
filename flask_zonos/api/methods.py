"""The client's methods for orders and webhooks, each an operation or a list."""

from __future__ import annotations

from abc import ABC
from abc import abstractmethod
from collections.abc import Iterator
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from typing import TypeVar

from ..errors import GraphQLErrors
from . import operations
from .datetimes import format_datetime
from .datetimes import format_datetime_up
from .operations import Operation
from .order import Order
from .order import read_order
from .order import read_orders
from .pagination import MAX_PAGES
from .pagination import MAX_SECONDS
from .pagination import Page
from .pagination import paginate
from .validators import required
from .webhook import Webhook
from .webhook import webhook_filter
from .webhook import webhook_input
from .webhook import WebhookLog

Result = TypeVar("Result")
Node = TypeVar("Node")
Variables = TypeVar("Variables", bound=Mapping[str, object])


class OrderAndWebhookMethods(ABC):
    """Operations of a :class:`ZonosClient` besides those of a checkout."""

    customer_reference: str

    @abstractmethod
    def execute(
        self,
        operation: Operation[Variables, Result],
        variables: Variables,
        *,
        wait: bool = True,
    ) -> Result:
        """Run an operation and return its result."""

    def get_order(self, order_id: str, *, wait: bool = True) -> Order | None:
        """The order as Zonos holds it now, or ``None`` where there is none.

        :param wait: whether to wait for a slot if :attr:`pool_size` are under way.
        :raises Busy: if there was no slot.
        :raises APIError: if Zonos did not respond.
        """
        variables = operations.OrderVariables(orderId=required(order_id, "order_id"))
        return self._order(operations.ORDER, variables, wait)

    def get_session_order(
        self, checkout_session_id: str, *, wait: bool = True
    ) -> Order | None:
        """The order of a checkout session, or ``None`` where there is none yet.

        :param wait: whether to wait for a slot if :attr:`pool_size` are under way.
        :raises Busy: if there was no slot.
        :raises APIError: if Zonos did not respond.
        """
        id = required(checkout_session_id, "checkout_session_id")
        variables = operations.IdVariables(id=id)
        return self._order(operations.SESSION_ORDER, variables, wait)

    def find_order_id(
        self,
        zonos_order_id: str,
        *,
        between: tuple[datetime, datetime],
        wait: bool = True,
    ) -> str | None:
        """The id of the order with a number of Zonos's, among the orders of a time.

        It looks at a hundred orders at most, for Zonos has no query for a number.

        :param zonos_order_id: the number that shoppers read, such as ``1001019``.
        :param between: after and before which datetime it was created, with time zones.
        :param wait: whether to wait for a slot if :attr:`pool_size` are under way.
        :raises Busy: if there was no slot.
        :raises APIError: if Zonos did not respond.
        """
        variables = operations.ListVariables(
            filter={"between": _between(between)}, first=100, after=None
        )
        page = self.execute(operations.ORDER_NUMBERS, variables, wait=wait)
        return next(
            (
                str(order["id"])
                for order in page.nodes
                if order["zonosOrderId"] == zonos_order_id
            ),
            None,
        )

    def orders(
        self,
        *,
        between: tuple[datetime, datetime] | None = None,
        status: str | None = None,
        page_size: int = 50,
        max_pages: int = MAX_PAGES,
        max_seconds: float = MAX_SECONDS,
    ) -> Iterator[Order]:
        """All orders that fit, page by page.

        :param between: after and before which datetime they were created, each with a
            time zone.
        :param status: such as ``"OPEN"``.
        :param max_pages: pages to ask for at most; more are a :class:`BadResponse`.
        :param max_seconds: seconds to wait for pages, all together.
        :raises APIError: if Zonos did not respond; and after the last order
            :class:`BadResponse`, if there were some that could not be read.
        """
        wanted: dict[str, Any] = {}
        if between is not None:
            wanted["between"] = _between(between)
        if status is not None:
            wanted["status"] = status

        nodes = self._all(operations.ORDERS, wanted, page_size, max_pages, max_seconds)
        yield from read_orders(nodes, self.customer_reference, operations.ORDERS.name)

    def set_account_order_number(self, order_id: str, number: str) -> None:
        """Write the shop's own order number into Zonos; a retry is harmless.

        :raises APIError: if Zonos did not take it.
        """
        variables = operations.InputVariables(
            input={
                "id": required(order_id, "order_id"),
                "accountOrderNumber": required(number, "number"),
            }
        )
        self.execute(operations.SET_ACCOUNT_ORDER_NUMBER, variables)

    def webhooks(self, *, type: str | None = None) -> Iterator[Webhook]:
        """All webhooks of the credential's organization, or those of one type.

        :raises APIError: if Zonos did not respond.
        """
        return self._all(operations.WEBHOOKS, webhook_filter(type))

    def create_webhook(
        self,
        url: str,
        type: str,
        *,
        headers: Mapping[str, str] | None = None,
        status: str = "ENABLED",
    ) -> Webhook:
        """A new subscription; a second one like it has each event delivered twice.

        :param type: one of Zonos's ``WebhookType``, such as ``ORDER_CREATED``.
        :param headers: sent with each delivery; Zonos never shows their values again.
        :raises InvalidInput: if Zonos's schema would refuse it.
        :raises APIError: if Zonos did not make it.
        """
        given = webhook_input(url=url, type=type, status=status, headers=headers)
        variables = operations.InputVariables(input=given)
        return self.execute(operations.WEBHOOK_CREATE, variables)

    def update_webhook(
        self,
        id: str,
        *,
        url: str | None = None,
        type: str | None = None,
        headers: Mapping[str, str] | None = None,
        status: str | None = None,
    ) -> Webhook:
        """The webhook, with what is given changed and the rest as it was.

        :raises InvalidInput: if Zonos's schema would refuse it.
        :raises APIError: if Zonos did not change it.
        """
        given = webhook_input(url=url, type=type, status=status, headers=headers)
        variables = operations.InputVariables(input={"id": id, **given})
        return self.execute(operations.WEBHOOK_UPDATE, variables)

    def delete_webhook(self, id: str) -> bool:
        """Delete a webhook; return whether Zonos has removed it.

        :raises APIError: if Zonos did not respond, or has none of this id.
        """
        variables = operations.IdVariables(id=id)
        return self.execute(operations.WEBHOOK_DELETE, variables) == "SUCCESS"

    def webhook_logs(self, *, type: str | None = None) -> Iterator[WebhookLog]:
        """Zonos's log of its deliveries, of one type or of all.

        :raises APIError: if Zonos did not respond.
        """
        return self._all(operations.WEBHOOK_LOGS, webhook_filter(type))

    def _order(
        self,
        operation: Operation[Variables, dict[str, Any] | None],
        variables: Variables,
        wait: bool,
    ) -> Order | None:
        try:
            found = self.execute(operation, variables, wait=wait)
        except GraphQLErrors as error:
            if error.error_types == {"NOT_FOUND"}:
                return None
            raise
        if found is None:
            return None
        return read_order(found, self.customer_reference, operation.name)

    def _all(
        self,
        operation: Operation[operations.ListVariables, Page[Node]],
        filter: dict[str, Any],
        page_size: int = 50,
        max_pages: int = MAX_PAGES,
        max_seconds: float = MAX_SECONDS,
    ) -> Iterator[Node]:
        def fetch(cursor: str | None) -> Page[Node]:
            variables = operations.ListVariables(
                filter=filter, first=page_size, after=cursor
            )
            return self.execute(operation, variables)

        return paginate(
            fetch, operation.name, max_pages=max_pages, max_seconds=max_seconds
        )


def _between(span: tuple[datetime, datetime]) -> dict[str, str]:
    after, before = span
    return {
        "after": format_datetime(after, "between[0]"),
        "before": format_datetime_up(before, "between[1]"),
    }
