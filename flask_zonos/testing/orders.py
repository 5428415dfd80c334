"""For tests: record the orders that a shop has received."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextlib import suppress

from flask import Flask
from flask import got_request_exception
from flask import request
from flask import request_finished
from flask import Response

from ..api.order import Order
from ..orders.receiver import OrderEvent
from ..signals import order_received
from ..state import State


class OrderRecorder:
    """The orders that a shop's handler has received, each with its event."""

    def __init__(self) -> None:
        self.received: list[tuple[Order, OrderEvent]] = []
        self._responses: list[tuple[bytes, str]] = []
        self._failures: list[tuple[bytes, Exception]] = []

    def __call__(self, app: Flask, *, order: Order, event: OrderEvent) -> None:
        self.received.append((order, event))

    @contextmanager
    def recording(self) -> Iterator[OrderRecorder]:
        """Record orders meanwhile, and the responses to notifications of them."""
        with (
            order_received.connected_to(self),
            request_finished.connected_to(self._note_response),
            got_request_exception.connected_to(self._note_failure),
        ):
            yield self

    def assert_received(self, order_id: str, *, to: str | None) -> Order:
        """Return the order, which the handler received for exactly this customer.

        :param to: the shop's own id of the customer, ``None`` for a guest
        :raises AssertionError: if it was not received, or for somebody else; it says
            whether the shop was notified, and what the shop's code then raised
        """
        found = [order for order, _ in self.received if order.id == order_id]
        if not found:
            self._fail(order_id)
        customers = {order.customer_id for order in found}
        if customers != {to}:
            raise AssertionError(f"{order_id} was received for {customers}, not {to!r}")
        return found[-1]

    def _fail(self, order_id: str) -> None:
        said, about = f"{order_id} was not received", order_id.encode()
        failures = [failure for body, failure in self._failures if about in body]
        if failures:
            raise AssertionError(
                f"{said}: the shop was notified, but its order handler failed with "
                f"{failures[-1]!r}"
            ) from failures[-1]
        responses = [outcome for body, outcome in self._responses if about in body]
        if responses:
            raise AssertionError(
                f"{said}: the shop was notified, but did not take it. "
                f"{responses[-1]}; the log says why"
            )
        raise AssertionError(
            f"{said}: the shop was not notified of it yet. Call hint({order_id!r}) "
            "of the shopper, or deliver a webhook with zonos_webhook"
        )

    def _note_response(self, app: Flask, response: Response) -> None:
        if _is_order_route(app):
            outcome = f"POST {request.path} got HTTP {response.status_code}"
            self._responses.append((_body(), outcome))

    def _note_failure(self, app: Flask, exception: Exception) -> None:
        if _is_order_route(app):
            self._failures.append((_body(), exception))


def _body() -> bytes:
    # Of a request that was refused it may not have been read, nor be readable.
    with suppress(Exception):
        return request.get_data()
    return b""


def _is_order_route(app: Flask) -> bool:
    state = app.extensions.get("zonos")
    if not isinstance(state, State) or not request:
        return False
    routes = {state.url_endpoint(name) for name in ("order_hint", "webhooks")}
    return request.method == "POST" and request.endpoint in routes
