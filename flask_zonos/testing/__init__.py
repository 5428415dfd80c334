"""A pytest plugin for a shop's own tests, on a sandbox that runs beside them.

Opt in where your tests are, in the topmost ``conftest.py`` or in a test module:

.. code-block:: python

    pytest_plugins = ["flask_zonos.testing"]


    def test_an_order_is_received(app, zonos_sandbox, zonos_shopper, zonos_orders):
        app.config.update(zonos_sandbox.settings)
        shopper = zonos_shopper(app.test_client())
        shopper.sign_in(anna)

        order = shopper.check_out()

        zonos_orders.assert_received(order, to=anna.customer_id)

Nothing here is imported unless a shop's tests ask for it.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ..sandbox import Fault
from ..sandbox import Sandbox
from ..sandbox.control.clock import Clock
from .orders import OrderRecorder
from .shopper import ADDRESS
from .shopper import CheckoutRefused
from .shopper import send_webhook
from .shopper import Shopper

__all__ = [
    "ADDRESS",
    "CheckoutRefused",
    "OrderRecorder",
    "Shopper",
    "send_webhook",
    "zonos_clock",
    "zonos_fault",
    "zonos_orders",
    "zonos_sandbox",
    "zonos_server",
    "zonos_shopper",
    "zonos_webhook",
]


@pytest.fixture(scope="session")
def zonos_server() -> Iterator[Sandbox]:
    """One sandbox for all tests; use ``zonos_sandbox``, which is clean in each."""
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def zonos_sandbox(zonos_server: Sandbox) -> Iterator[Sandbox]:
    """A running sandbox that knows nobody yet; ``.settings`` are for the app."""
    zonos_server.state.reset()
    yield zonos_server
    zonos_server.state.reset()


@pytest.fixture
def zonos_shopper(zonos_sandbox: Sandbox) -> Callable[..., Shopper]:
    """Makes a :class:`Shopper` of one of the shop's test clients."""

    def make(client: FlaskClient, prefix: str = "/zonos") -> Shopper:
        return Shopper(zonos_sandbox, client, prefix)

    return make


@pytest.fixture
def zonos_orders() -> Iterator[OrderRecorder]:
    """Records the orders that the shop's handler receives during the test."""
    with OrderRecorder().recording() as recorder:
        yield recorder


@pytest.fixture
def zonos_fault(zonos_sandbox: Sandbox) -> Callable[..., Fault]:
    """Sets a fault: ``zonos_fault("latency", "cartCreate", seconds=3)``.

    It hits the next call, or ``times`` calls, or all with ``times=None``; with
    ``customer_id`` only calls about that customer. It is lifted when the test ends.
    A kind or an operation that there is not is refused with a list of those there are.
    For faults at random there is ``zonos_sandbox.faults.at_random``.
    """

    def fault(kind: str, operation: str = "*", **details: Any) -> Fault:
        return zonos_sandbox.faults.add(Fault(kind, operation, **details))

    return fault


@pytest.fixture
def zonos_webhook() -> Callable[..., TestResponse]:
    """Sends the shop a webhook: :func:`send_webhook`."""
    return send_webhook


@pytest.fixture
def zonos_clock(zonos_sandbox: Sandbox) -> Clock:
    """The sandbox's clock: ``advance(seconds)``, ``stop()``; reset after the test."""
    return zonos_sandbox.state.clock
