"""A signed cookie of our own: the carts that a browser made, and who it was then.

Each cart is bound to an identity, as a keyed digest: the shop's customer id where the
customer loader gave one, else the id that flask-login keeps in the session. The
customer id comes first: it outlasts a sign-in, with which flask-login's alternative id
may change, and is never given to somebody else. For who has neither no cart is kept.
"""

from __future__ import annotations

import hmac
import time
from typing import Any
from typing import Protocol

from flask import after_this_request
from flask import current_app
from flask import request
from flask import Response
from itsdangerous import BadSignature
from itsdangerous import URLSafeSerializer

from ..checkout import Shopper
from ..identity import current_identity
from ..identity import customer_id_of
from ..identity import Identity
from ..identity import keyed_digest
from ..identity import secret_keys
from ..state import State

MOST_CARTS = 10
#: Seconds.
LIFETIME = 24 * 60 * 60
#: Bytes. Browsers drop a cookie of more than 4096.
LARGEST_COOKIE = 3800

_ANONYMOUS = "anonymous"


class OrderParties(Protocol):
    """An order, of Zonos's or of the shop's own: whose it is, and its cart."""

    @property
    def customer_id(self) -> str | None: ...

    @property
    def cart_id(self) -> str | None: ...


def remember_cart(
    response: Response, state: State, cart_id: str, identity: Identity, shopper: Shopper
) -> None:
    """Add a cart that was just made to the browser's cookie.

    :param shopper: the profile that the cart was made with.
    """
    keys = secret_keys()
    profile = shopper.profile
    customer_id = None if profile is None else profile["input"]["customerId"]
    owner = next(iter(_owners(identity, customer_id)), None)
    if not keys or owner is None:
        return
    now = int(time.time())
    carts = [*_read(state), [cart_id, keyed_digest(owner, keys[0])[:32], now]]
    carts = carts[-MOST_CARTS:]
    serializer = _serializer(keys)
    while len(value := str(serializer.dumps(carts))) > LARGEST_COOKIE:
        del carts[0]
    interface, app = current_app.session_interface, current_app
    response.set_cookie(
        state.settings.cart_cookie,
        value,
        max_age=LIFETIME,
        path=interface.get_cookie_path(app),
        domain=interface.get_cookie_domain(app),
        secure=request.is_secure or app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )


def has_carts(state: State) -> bool:
    """Say whether this browser made any cart, whoever it was then."""
    return bool(_read(state))


def made_cart(state: State, cart_id: str) -> bool:
    """Say whether this browser made the cart, as who is signed in now.

    :raises ConfigurationError: if the app has no ``LoginManager``.
    """
    after_this_request(_vary)
    bound = [owner for made, owner, _ in _read(state) if made == cart_id]
    if not bound:
        return False
    identity = current_identity()
    if any(_is_bound(owner, bound) for owner in _owners(identity, None)):
        return True
    if identity.user is None:
        return False
    customer_id = customer_id_of(state, identity)
    return customer_id is not None and _is_bound(_customer(customer_id), bound)


def may_show(state: State, order: OrderParties) -> bool:
    """Say whether an order may be shown to this request's shopper.

    :raises ConfigurationError: if the app has no ``LoginManager``.
    """
    after_this_request(_vary)
    if order.customer_id is not None:
        identity = current_identity()
        if identity.user is None:
            return False
        return customer_id_of(state, identity) == order.customer_id
    if order.cart_id is None or getattr(order, "is_contradictory", False):
        # An order that names several customers is nobody's.
        return False
    return made_cart(state, order.cart_id)


def _owners(identity: Identity, customer_id: str | None) -> list[str]:
    """List the names of an identity, the most lasting first."""
    if identity.user is None:
        return [_ANONYMOUS]
    names = [] if customer_id is None else [_customer(customer_id)]
    if identity.login_id is not None:
        names.append(f"login:{identity.login_id}")
    return names


def _customer(customer_id: str) -> str:
    return f"customer:{customer_id}"


def _is_bound(owner: str, bound: list[str]) -> bool:
    return any(
        hmac.compare_digest(keyed_digest(owner, key)[:32], digest)
        for key in secret_keys()
        for digest in bound
    )


def _read(state: State) -> list[Any]:
    """Return the carts of the browser's cookie that are not too old.

    Each is ``[cart_id, digest of its owner, Unix seconds]``. The signature is ours, so
    the shape is.
    """
    value, keys = request.cookies.get(state.settings.cart_cookie), secret_keys()
    if not value or not keys:
        return []
    try:
        carts: list[Any] = _serializer(keys).loads(value)
    except BadSignature:
        return []
    oldest = time.time() - LIFETIME
    return [cart for cart in carts if cart[2] > oldest]


def _serializer(keys: list[bytes]) -> URLSafeSerializer:
    # It signs with the last key and takes any.
    return URLSafeSerializer(keys[::-1], salt="flask-zonos.carts")


def _vary(response: Response) -> Response:
    response.vary.add("Cookie")
    return response
