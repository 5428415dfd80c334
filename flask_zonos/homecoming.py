"""For tests: the orders that have come home to a shop, and why another has not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextlib import suppress

from flask import Flask
from flask import got_request_exception
from flask import request
from flask import request_finished
from flask import Response

from .order import Order
from .orders import OrderEvent
from .signals import order_received
from .state import State


class Orders:
    """The orders that have come home to a shop, each with its event."""

    def __init__(self) -> None:
        self.received: list[tuple[Order, OrderEvent]] = []
        self._answers: list[tuple[bytes, str]] = []
        self._failures: list[tuple[bytes, Exception]] = []

    def __call__(self, app: Flask, *, order: Order, event: OrderEvent) -> None:
        self.received.append((order, event))

    @contextmanager
    def watching(self) -> Iterator[Orders]:
        """Itself, while it sees what comes home, and what the shop is told."""
        with (
            order_received.connected_to(self),
            request_finished.connected_to(self._note_answer),
            got_request_exception.connected_to(self._note_failure),
        ):
            yield self

    def assert_came_home(self, order_id: str, *, to: str | None) -> Order:
        """The order, which the shop's handler was given for exactly this customer.

        :param to: the shop's own id of the customer, ``None`` for a guest
        :raises AssertionError: if it has not come, or came for somebody else; it says
            whether the shop was told of it, and what the shop's code then raised
        """
        found = [order for order, _ in self.received if order.id == order_id]
        if not found:
            self._fail(order_id)
        customers = {order.customer_id for order in found}
        if customers != {to}:
            raise AssertionError(f"{order_id} came home to {customers}, not to {to!r}")
        return found[-1]

    def _fail(self, order_id: str) -> None:
        home, about = f"{order_id} has not come home", order_id.encode()
        failures = [failure for body, failure in self._failures if about in body]
        if failures:
            raise AssertionError(
                f"{home}: told of it, the shop's order handler failed with "
                f"{failures[-1]!r}"
            ) from failures[-1]
        answers = [answer for body, answer in self._answers if about in body]
        if answers:
            raise AssertionError(
                f"{home}: the shop was told of it, but did not take it. "
                f"{answers[-1]}; the log says why"
            )
        raise AssertionError(
            f"{home}: the shop has not been told of it yet. Call hint({order_id!r}) of "
            "the shopper, or deliver a webhook with zonos_webhook"
        )

    def _note_answer(self, app: Flask, response: Response) -> None:
        if _tells_of_an_order(app):
            told = f"POST {request.path} was answered with HTTP {response.status_code}"
            self._answers.append((_body(), told))

    def _note_failure(self, app: Flask, exception: Exception) -> None:
        if _tells_of_an_order(app):
            self._failures.append((_body(), exception))


def _body() -> bytes:
    # Of a request that was refused it may not have been read, nor be readable.
    with suppress(Exception):
        return request.get_data()
    return b""


def _tells_of_an_order(app: Flask) -> bool:
    state = app.extensions.get("zonos")
    if not isinstance(state, State) or not request:
        return False
    routes = {state.url_endpoint(name) for name in ("order_hint", "webhooks")}
    return request.method == "POST" and request.endpoint in routes
