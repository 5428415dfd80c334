"""The extension: its decorators, and the set-up of an app."""

from __future__ import annotations

from collections.abc import Awaitable
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from typing import Any
from typing import cast
from typing import Protocol
from typing import TypeVar

import click
from flask import Blueprint
from flask import Flask
from flask import request_finished
from flask.blueprints import BlueprintSetupState
from werkzeug.datastructures import Headers

from .api.order import Order
from .checkout import Recognition
from .client import ZonosClient
from .config import read_url_prefix
from .config import warn_at_start
from .models import Cart
from .models import CustomerProfile
from .models import InventoryItem
from .orders.receiver import OrderEvent
from .orders.references import find_in_redirect
from .state import Callbacks
from .state import current_state
from .state import State
from .web import cart_cookie
from .web.browser_orders import find_redirected_order
from .web.caching import set_cache_control
from .web.cart_cookie import OrderParties
from .web.sent_profiles import ProfileSent
from .web.sessions import drop_login_cookies
from .web.templating import zonos_checkout
from .web.views import make_blueprint
from .web.webhook_endpoint import keep_webhook_response


class CartLoader(Protocol):
    """The type of ``@zonos.cart_loader``."""

    def __call__(self, request_data: dict[str, Any], /) -> Cart | Awaitable[Cart]:
        """Return the current cart."""


class CustomerLoader(Protocol):
    """The type of ``@zonos.customer_loader``."""

    def __call__(
        self, user: Any, /
    ) -> CustomerProfile | None | Awaitable[CustomerProfile | None]:
        """Return the profile of a signed-in user, or ``None``."""


class OrderHandler(Protocol):
    """The type of ``@zonos.order_handler``."""

    def __call__(self, order: Order, event: OrderEvent, /) -> object:
        """Store an order."""


class WebhookVerifier(Protocol):
    """The type of ``@zonos.webhook_verifier``."""

    def __call__(self, headers: Headers, body: bytes, /) -> bool | Awaitable[bool]:
        """Return whether a webhook is Zonos's."""


class InventoryChecker(Protocol):
    """The type of ``@zonos.inventory_checker``."""

    def __call__(
        self, items: list[InventoryItem], /
    ) -> str | None | Awaitable[str | None]:
        """Return the message that stops an order, or ``None``."""


class CartCreatedHandler(Protocol):
    """The type of ``@zonos.cart_created_handler``."""

    def __call__(self, cart_id: str, cart: Cart, recognition: Recognition, /) -> object:
        """Do what must be done when a cart was made."""


class BeforeCalls(Protocol):
    """The type of ``@zonos.before_calls``."""

    def __call__(self) -> object:
        """Release what must not be held while Zonos is awaited."""


class ProfileSentHandler(Protocol):
    """The type of ``@zonos.profile_sent_handler``."""

    def __call__(self, record: ProfileSent, /) -> object:
        """Keep on record what was sent."""


class SentLocations(Protocol):
    """The type of ``@zonos.sent_locations``."""

    def __call__(self, customer_id: str, /) -> Iterable[str] | Awaitable[Iterable[str]]:
        """Return the fingerprints on record for a customer."""


class ProfileSource(Protocol):
    """The type of ``@zonos.profile_source``."""

    def __call__(self) -> Iterator[CustomerProfile | None]:
        """Return an iterator of the profiles of all customers."""


CartLoaderT = TypeVar("CartLoaderT", bound=CartLoader)
CustomerLoaderT = TypeVar("CustomerLoaderT", bound=CustomerLoader)
OrderHandlerT = TypeVar("OrderHandlerT", bound=OrderHandler)
WebhookVerifierT = TypeVar("WebhookVerifierT", bound=WebhookVerifier)
InventoryCheckerT = TypeVar("InventoryCheckerT", bound=InventoryChecker)
CartCreatedHandlerT = TypeVar("CartCreatedHandlerT", bound=CartCreatedHandler)
BeforeCallsT = TypeVar("BeforeCallsT", bound=BeforeCalls)
ProfileSentHandlerT = TypeVar("ProfileSentHandlerT", bound=ProfileSentHandler)
SentLocationsT = TypeVar("SentLocationsT", bound=SentLocations)
ProfileSourceT = TypeVar("ProfileSourceT", bound=ProfileSource)


class Zonos:
    """Zonos Checkout for Flask apps, which knows the shopper who is signed in.

    One object serves several apps: what is registered here belongs to the object,
    settings and client belong to each app.

    :param app: shortcut for :meth:`init_app`.
    """

    def __init__(self, app: Flask | None = None) -> None:
        self._callbacks = Callbacks()
        self.blueprint: Blueprint = make_blueprint()
        self.blueprint.record(self._set_up)
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Flask) -> None:
        """Mount the routes below ``ZONOS_URL_PREFIX``.

        :raises RuntimeError: if the app has a ``Zonos`` already.
        """
        app.register_blueprint(self.blueprint, url_prefix=read_url_prefix(app))

    @property
    def client(self) -> ZonosClient:
        """The current app's client.

        :raises ConfigurationError: if ``ZONOS_CREDENTIAL_TOKEN`` is missing.
        :raises RuntimeError: outside of an app, or if it has no ``Zonos``.
        """
        return current_state().client

    def made_cart(self, cart_id: str) -> bool:
        """Say whether this browser made the cart, as who is signed in now.

        A signed cookie (``ZONOS_CART_COOKIE``) has the last ten carts, for a day. A
        cart made as a guest does not count for a shopper who has signed in since, nor
        an account's cart after its sign-out.

        :raises ConfigurationError: if the app has no ``LoginManager``.
        :raises RuntimeError: outside of a request.
        """
        return cart_cookie.made_cart(current_state(), cart_id)

    def may_show(self, order: OrderParties) -> bool:
        """Say whether a confirmation page may show an order to this request's shopper.

        An order that names a customer is shown to that customer alone, whom the
        customer loader gives; one that names none, to the identity that made its cart
        in this browser (:meth:`made_cart`). An order's id and an e-mail address prove
        nothing.

        :param order: an :class:`Order`, or a row of the shop's own with ``customer_id``
            and ``cart_id``.
        :raises ConfigurationError: if the app has no ``LoginManager``.
        :raises RuntimeError: outside of a request.
        """
        return cart_cookie.may_show(current_state(), order)

    def order_from_redirect(self, args: Mapping[str, str]) -> Order | None:
        """Return the order of a success page that Zonos Checkout has led to.

        ``None`` where it is not there yet, or not this shopper's (:meth:`may_show`):
        the page says the same in both cases. The order handler is not called by it, so
        the shop may not have stored the order yet. The page is not cached.

        :param args: ``request.args``, with what Zonos's script has added: ``orderId``,
            ``zOrderNumber`` or ``zonosCheckoutSessionId``.
        :raises ConfigurationError: if the app has no ``LoginManager``.
        :raises RuntimeError: outside of a request.
        """
        return find_redirected_order(current_state(), find_in_redirect(args))

    def cart_loader(self, function: CartLoaderT) -> CartLoaderT:
        """Register the function that loads the current cart.

        Called with the request's JSON object, always a ``dict`` and never to be
        trusted; returns a :class:`Cart` from the shop's own database or session.
        """
        self._callbacks.cart_loader = function
        return function

    def customer_loader(self, function: CustomerLoaderT) -> CustomerLoaderT:
        """Register the function that loads a user's profile.

        Called with the real user object, and only for an authenticated user; returns a
        :class:`CustomerProfile`, or ``None`` for a user who has none.
        """
        self._callbacks.customer_loader = function
        return function

    def order_handler(self, function: OrderHandlerT) -> OrderHandlerT:
        """Register the handler of each :class:`Order` and its :class:`OrderEvent`.

        Orders come at least once and in any order, so it has to be idempotent: a unique
        key on ``order.id``, and nothing older than what is stored
        (``order.updated_at``). It runs in an app context of its own, without request,
        session and user, whatever brought the order: the customer is
        ``order.customer_id``, and ``url_for`` needs ``SERVER_NAME``. If it raises or
        aborts, a webhook gets a 500, so that Zonos tries again.
        """
        self._callbacks.order_handler = function
        return function

    def webhook_verifier(self, function: WebhookVerifierT) -> WebhookVerifierT:
        """Register a verifier that proves a webhook by more than the secret header.

        Called with the request's headers and the body's bytes as they were sent, only
        once the header is right; without ``ZONOS_WEBHOOK_SECRET`` it decides alone.
        Returns ``True`` or ``False``; an abort is a no.
        """
        self._callbacks.webhook_verifier = function
        return function

    def inventory_checker(self, function: InventoryCheckerT) -> InventoryCheckerT:
        """Register the stock check just before payment.

        Called with a list of :class:`InventoryItem`; returns a message that stops the
        order, or ``None``.
        """
        self._callbacks.inventory_checker = function
        return function

    def cart_created_handler(
        self, function: CartCreatedHandlerT
    ) -> CartCreatedHandlerT:
        """Register a handler that must run when a cart was made, within the request.

        Called with the cart's id, the :class:`Cart` and the :class:`Recognition`. If it
        raises, the checkout is not opened. What it writes to the session is discarded,
        as in every route of ours: keep it in your own database.
        """
        self._callbacks.cart_created_handler = function
        return function

    def before_calls(self, function: BeforeCallsT) -> BeforeCallsT:
        """Register what gives back scarce resources before Zonos is awaited.

        Called without arguments, after the loaders and before each wait for Zonos
        inside a request, which takes up to ``ZONOS_DEADLINE`` seconds. With
        Flask-SQLAlchemy it is ``db.session.commit()``, which returns the connection to
        the pool and leaves ``current_user`` usable; ``db.session.remove()`` would
        detach it. If it raises, the log has it and the sale goes on.
        """
        self._callbacks.before_calls = function
        return function

    def profile_sent_handler(
        self, function: ProfileSentHandlerT
    ) -> ProfileSentHandlerT:
        """Register a handler that keeps on record what Zonos was sent.

        Called with a :class:`ProfileSent` within the request, once the profile has
        reached Zonos, or may have: a lost response counts. Not where it certainly was
        not sent (no connection, no slot), nor where Zonos refused it unseen (401, 403,
        429). If it raises, the log has it and the sale goes on.
        """
        self._callbacks.profile_sent_handler = function
        return function

    def sent_locations(self, function: SentLocationsT) -> SentLocationsT:
        """Register what returns the fingerprints on record for a customer id.

        Those of all ``ProfileSent.locations`` of that customer. These addresses are not
        sent again, but still fill in the form where the profile cannot be had.
        Fingerprints under ``SECRET_KEY_FALLBACKS`` count too: keep an old key there as
        long as records made under it. If it raises, the log has it, and the profile is
        sent without addresses.
        """
        self._callbacks.sent_locations = function
        return function

    def profile_source(self, function: ProfileSourceT) -> ProfileSourceT:
        """Register the source of all profiles for ``flask zonos addresses review``.

        Called without arguments, in an app context; returns an iterator, so that no
        more than one profile need be in memory. ``None`` is skipped, as of a customer
        loader.
        """
        self._callbacks.profile_source = function
        return function

    def _set_up(self, setup: BlueprintSetupState) -> None:
        app = cast(Flask, setup.app)
        name = f"{setup.name_prefix}.{setup.name}".lstrip(".")
        app.extensions["zonos"] = State(app, self._callbacks, name)
        app.jinja_env.globals["zonos_checkout"] = zonos_checkout
        request_finished.connect(set_cache_control, app)
        request_finished.connect(drop_login_cookies, app)
        request_finished.connect(keep_webhook_response, app)
        command = click.get_current_context(silent=True)
        # Else each command would say it all again; `flask zonos check` is there for it.
        if command is None or command.command.name == "run":
            warn_at_start(app)
