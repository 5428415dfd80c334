"""The probes: each answers one guess of the sandbox with what Zonos does."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from typing import Any

from ...config import Settings
from .connection import Connection
from .connection import ProbeFailed
from .connection import Reply

ITEM = {"amount": 1, "currencyCode": "USD", "quantity": 1, "sku": "flask-zonos-probe"}

CART_CREATE = """
mutation cartCreate($input: CartCreateInput!) {
  cartCreate(input: $input) {
    id createdAt expiresAt metadata { key value } items { id mode }
  }
}
"""


@dataclass
class Subject:
    """Zonos, and what the probes have made there.

    :ivar order_id: an order of the shop's that a recognised shopper placed, if given.
    :ivar customer_id: the invented customer, the same through one run.
    :ivar made_profile: whether the invented customer's profile may be there.
    :ivar made_webhook: whether a webhook of the probe's may still be there.
    :ivar webhook: that webhook as its creation showed it.
    :ivar say: tells a person how it goes.
    :ivar trials: the passwords that a person has tried in a page, once they have.
    """

    settings: Settings
    connection: Connection
    sleep: Callable[[float], None]
    now: Callable[[], float]
    say: Callable[[str], None]
    order_id: str | None
    customer_id: str = field(
        default_factory=lambda: f"flask-zonos-probe-{secrets.token_hex(6)}"
    )
    made_profile: bool = False
    made_webhook: bool = False
    webhook: dict[str, Any] | None = None
    trials: Sequence[Trial] | None = None
    _cart: dict[str, Any] | None = None
    _order: dict[str, Any] | None = None

    def ask(self, document: str, /, **options: Any) -> Reply:
        """Send a document; see :meth:`Connection.ask`."""
        return self.connection.ask(document, **options)

    def new_cart(self, **more: Any) -> dict[str, Any]:
        """Make a cart that nobody will open; it expires by itself.

        :raises ProbeFailed: if Zonos did not make it.
        """
        reply = self.ask(CART_CREATE, input={"items": [ITEM], **more})
        return as_object(reply.value("cartCreate"), "cartCreate")

    @property
    def cart(self) -> dict[str, Any]:
        """A cart that was made without ``expiresAt``, made once."""
        if self._cart is None:
            self._cart = self.new_cart(
                metadata=[{"key": "customerId", "value": "flask-zonos-probe"}]
            )
        return self._cart

    @property
    def order(self) -> dict[str, Any]:
        """The order that was given, fetched once.

        :raises ProbeFailed: if none was given, or Zonos has none of that id.
        """
        if self.order_id is None:
            raise ProbeFailed("needs an order: --order order_...")
        if self._order is None:
            reply = self.ask(ORDER, orderId=self.order_id)
            self._order = as_object(reply.value("order"), "order")
        return self._order


ORDER = """
query order($orderId: String!) {
  order(orderId: $orderId) {
    currencyCode
    references { key value }
    checkoutSession { cartId }
    amountSubtotals { discounts }
    amountSubtotalsDetails { type currencyCode targets }
    items { currencyCode }
    parties { type location { countryCode } }
  }
}
"""


@dataclass
class Trial:
    """A checkout that a person opens in the page, with a password or a wrong one.

    :ivar kind: ``fresh``, ``again`` (a password that was good before), ``wrong``, or
        ``aged``.
    :ivar made: seconds by the subject's clock at which the password was first seen.
    :ivar wait: seconds from then until the checkout may be opened.
    :ivar opened: seconds at which it was opened, ``None`` before.
    :ivar outcome: ``recognised``, ``guest`` or ``stopped``, as the person says.
    """

    kind: str
    password: str = field(repr=False)
    made: float
    wait: float = 0
    opened: float | None = None
    outcome: str | None = None

    @property
    def age(self) -> float:
        """The password's age in seconds when the checkout was opened."""
        return (self.made if self.opened is None else self.opened) - self.made


@dataclass(frozen=True)
class Probe:
    """One guess and the requests that answer it.

    :ivar setting: the sandbox's setting that turns the behaviour.
    :ivar guess: the behaviour, in the words of ``BEHAVIOUR.md``.
    :ivar assumed: the sandbox's default.
    :ivar run: returns what was seen, in the setting's own type; raises
        :class:`ProbeFailed` where nothing can be told.
    :ivar calls: requests at most, those for what it shares with others included.
    :ivar points: points of Zonos's rate limit at most.
    :ivar permanent: whether it writes the invented customer's profile or a webhook.
    :ivar by_chance: whether it waits for what is not brought about, so that nothing is
        amiss where it has seen nothing.
    """

    setting: str
    guess: str
    assumed: Any
    run: Callable[[Subject], Any]
    calls: int = 1
    points: int = 12
    permanent: bool = False
    by_chance: bool = False


def as_object(value: Any, name: str) -> dict[str, Any]:
    """Return a field's value, which has to be an object.

    :raises ProbeFailed: if it is none.
    """
    if not isinstance(value, dict):
        raise ProbeFailed(f"{name} came back empty")
    return value


def first_node(reply: Reply, name: str) -> dict[str, Any] | None:
    """Return the first node of a connection, or ``None`` where it is empty."""
    edges = (reply.value(name) or {}).get("edges") or []
    node = edges[0].get("node") if edges and isinstance(edges[0], dict) else None
    return node if isinstance(node, dict) else None
