"""A shopper of the shop's own tests, and the webhooks of their orders."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import requests
from flask import g
from flask import session
from flask.testing import FlaskClient
from flask_login import login_user
from werkzeug.test import TestResponse

from ..sandbox import Sandbox

#: Where the orders of :meth:`Shopper.check_out` go unless a test says otherwise.
ADDRESS = {
    "name": "Robin Sample",
    "email": "robin@example.com",
    "line1": "Robson Street 1",
    "locality": "Vancouver",
    "administrativeArea": "BC",
    "postalCode": "V6E 1M7",
    "countryCode": "CA",
}


class CheckoutRefused(AssertionError):
    """The shop or the sandbox did not let a shopper go on.

    :ivar response: the response that refused, with its ``status_code``
    """

    def __init__(self, step: str, response: TestResponse | requests.Response) -> None:
        super().__init__(f"{step}: {_problem_text(response)}")
        self.response = response


def _problem_text(response: TestResponse | requests.Response) -> str:
    """The response's code and sentence, as far as it has them."""
    try:
        body = json.loads(response.text)
    except ValueError:
        body = None
    body = body if isinstance(body, dict) else {}
    # A problem of the shop's has the one pair of names, the sandbox the other.
    code = body.get("code") or body.get("type")
    sentence = body.get("detail") or body.get("message")
    status = "" if response.status_code == 200 else f"HTTP {response.status_code}"
    return ": ".join(filter(None, [" ".join(filter(None, [status, code])), sentence]))


class Shopper:
    """A shopper in the shop and in the checkout, without a browser.

    :param client: the shop's test client; its cookies are the shopper's
    :param prefix: the shop's ``ZONOS_URL_PREFIX``
    """

    def __init__(
        self, sandbox: Sandbox, client: FlaskClient, prefix: str = "/zonos"
    ) -> None:
        self.sandbox = sandbox
        self.client = client
        self.prefix = prefix

    def sign_in(self, user: Any, *, fresh: bool = True) -> None:
        """Sign a user in by flask-login, also where sessions are protected strongly.

        :param user: the shop's own user object
        :param fresh: ``False`` for a login that is only remembered
        """
        app = self.client.application
        with app.test_request_context(environ_base=self.client.environ_base):
            if not login_user(user, fresh=fresh):
                raise ValueError("flask-login does not let this user in: is_active")
            signed_in = dict(session)
            # A test's own app context is active: its g must not keep this user.
            g.pop("_login_user", None)
        with self.client.session_transaction() as stored:
            stored.update(signed_in)

    def press(self, **request_data: Any) -> dict[str, Any]:
        """Press the button: returns the JSON of the shop's ``POST /cart-info``.

        :param request_data: what the page sends along
        :raises CheckoutRefused: if the shop responds with an error
        """
        response = self.client.post(f"{self.prefix}/cart-info", json=request_data)
        if response.status_code != 200:
            raise CheckoutRefused("The button", response)
        pair: dict[str, Any] = response.get_json()
        return pair

    def open(self, pair: dict[str, Any]) -> dict[str, Any]:
        """Open the checkout: what it shows.

        ``customer`` is ``None`` for a guest, else it has ``locations`` and
        ``paymentMethods``; ``items`` are the cart's.

        :param pair: what :meth:`press` gave
        :raises CheckoutRefused: if the cart cannot be opened
        """
        profile = pair.get("customerProfileAuthenticate") or {}
        authenticated = profile.get("checkoutCustomerProfileAuthenticate") or {}
        body = {
            "cartId": pair["cartId"],
            "customerAuthenticationToken": authenticated.get("oneTimePassword"),
            "zonosApiKey": self.sandbox.api_key,
        }
        return self._checkout("Opening the checkout", "sessions", body)

    def pay(
        self,
        checkout: dict[str, Any],
        *,
        address: dict[str, str] | None = None,
        save_card: bool = True,
    ) -> str:
        """Pay with a test card: the order's id.

        A shop that has an ``inventory_checker`` is asked first, as by its page.

        :param checkout: what :meth:`open` gave
        :param address: where it goes; else the profile's first location, else
            :data:`ADDRESS`
        :raises CheckoutRefused: if the shop's stock does not allow it, or the order
            cannot be placed
        """
        self._check_inventory(checkout["items"])
        customer = checkout["customer"] or {}
        locations = customer.get("locations") or []
        body: dict[str, Any] = {
            "serviceLevel": checkout["serviceLevels"][0]["code"],
            "payment": {"testCard": "visa"},
            "saveCard": save_card,
        }
        if address is None and locations:
            body["locationId"] = locations[0]["id"]
        else:
            body["address"] = address or ADDRESS
        placed = self._checkout("Paying", "orders", body, checkout["token"])
        return str(placed["order"]["id"])

    def hint(self, order_id: str) -> TestResponse:
        """Notify the shop of an order, as its page does after payment.

        With ``TESTING`` an exception of the order handler comes out here.
        """
        return self.client.post(f"{self.prefix}/order-hint", json={"orderId": order_id})

    def check_out(
        self,
        *,
        deliver: Sequence[str] = ("browser", "webhook"),
        **request_data: Any,
    ) -> str:
        """All of it, from the button to the order's delivery: the order's id.

        :param deliver: by whom the shop is notified of the order, one after the other:
            ``browser`` (the page) and ``webhook``, as ``OrderEvent.source`` names them.
            Both by default, for both happen, and a handler has to bear it
        :param request_data: what the page sends along with the button
        :raises CheckoutRefused: at the first step that is refused
        """
        deliveries = {"browser": self._notify, "webhook": self._send_webhook}
        unknown = set(deliver) - deliveries.keys()
        if unknown:
            known = ", ".join(deliveries)
            raise ValueError(f"deliver takes {known}; it has {sorted(unknown)}")
        order_id = self.pay(self.open(self.press(**request_data)))
        for source in deliver:
            deliveries[source](order_id)
        return order_id

    def _notify(self, order_id: str) -> None:
        response = self.hint(order_id)
        if response.status_code != 202:
            raise CheckoutRefused("The page's notification", response)

    def _send_webhook(self, order_id: str) -> None:
        """Send a proven webhook as Zonos does: without the shopper's cookies."""
        app = self.client.application
        state = app.extensions["zonos"]
        # Proof has tests of its own; here it must not take a shop's signing key.
        verifier = state.callbacks.webhook_verifier
        state.callbacks.webhook_verifier = lambda headers, body: True
        try:
            secrets = state.settings.webhook_secret
            response = send_webhook(
                app.test_client(),
                order_id,
                secret=secrets[0] if secrets else "",
                prefix=self.prefix,
            )
        finally:
            state.callbacks.webhook_verifier = verifier
        if response.status_code != 204:
            raise CheckoutRefused("The webhook", response)

    def _check_inventory(self, items: list[dict[str, Any]]) -> None:
        """Ask as the page does: a check that cannot be had stops nothing."""
        zonos = self.client.application.extensions.get("zonos")
        if zonos is None or zonos.callbacks.inventory_checker is None:
            return
        names = ("sku", "productId", "quantity", "name")
        asked = [{name: item.get(name) for name in names} for item in items]
        url = f"{self.prefix}/inventory-check"
        response = self.client.post(url, json={"items": asked})
        if response.status_code == 200 and response.get_json()["message"]:
            raise CheckoutRefused("The shop's inventory check", response)

    def _checkout(
        self, step: str, path: str, body: dict[str, Any], token: str = ""
    ) -> dict[str, Any]:
        response = requests.post(
            f"{self.sandbox.url}/checkout/{path}",
            json=body,
            headers={"Checkout-Session": token},
            timeout=30,
        )
        if response.status_code != 201:
            raise CheckoutRefused(step, response)
        created: dict[str, Any] = response.json()
        return created


def send_webhook(
    client: FlaskClient,
    order_id: str,
    type: str = "ORDER_CREATED",
    *,
    secret: str | None = None,
    prefix: str = "/zonos",
) -> TestResponse:
    """Send the shop a webhook as the sandbox shapes it; returns the response.

    :param secret: the value of the header; the app's own ``ZONOS_WEBHOOK_SECRET`` if
        it is left out
    """
    if secret is None:
        configured = client.application.config.get("ZONOS_WEBHOOK_SECRET") or ""
        secret = configured if isinstance(configured, str) else configured[0]
    return client.post(
        f"{prefix}/webhooks",
        query_string={"type": type},
        headers={"X-Zonos-Webhook-Secret": secret},
        json={"data": {"order": {"id": order_id, "status": "OPEN"}}},
    )
