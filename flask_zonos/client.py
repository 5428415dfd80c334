"""ZonosClient: Zonos's API as methods, with or without Flask around it.

Its session and its executor are made on first use, and made anew after a fork.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from datetime import datetime
from datetime import timedelta
from datetime import UTC
from typing import Any
from typing import TYPE_CHECKING
from typing import TypeVar

from .api import operations
from .api.executor import Call
from .api.methods import OrderAndWebhookMethods
from .api.operations import Operation
from .api.process_local import ProcessLocal
from .api.results import AuthenticatedCustomer
from .api.results import CreatedCart
from .api.serializers import cart_input
from .api.serializers import profile_input
from .api.validators import header_value
from .errors import APIError
from .errors import ConfigurationError
from .models import Cart
from .models import CustomerProfile
from .signals import send_signal
from .signals import zonos_called

if TYPE_CHECKING:
    from .api.session import ApiSession

logger = logging.getLogger(__name__)

API_URL = "https://api.zonos.com/graphql"

Result = TypeVar("Result")
Variables = TypeVar("Variables", bound=Mapping[str, object])


class ZonosClient(OrderAndWebhookMethods):
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
    :ivar sender: of the signal ``zonos_called``: the app, or the client itself.
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
        try:
            self._token = header_value(credential_token, "ZONOS_CREDENTIAL_TOKEN")
        except ConfigurationError as error:
            # Its frames would show the token, and so would this one.
            raise error.with_traceback(None) from None
        finally:
            del credential_token
        self.api_url = api_url
        self.timeout = timeout
        self.deadline = deadline
        self.pool_size = pool_size
        self.ca_bundle = ca_bundle
        self.cart_mutation = cart_mutation
        self.cart_expires = cart_expires
        self.customer_reference = customer_reference
        self.sender: object = self
        self._session = ProcessLocal(self._open_session)

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
        expires_at = datetime.now(UTC) + timedelta(seconds=self.cart_expires)
        variables = cart_input(cart, expires_at=expires_at)
        # Each of the two inputs has a field that the other has not.
        creates = self.cart_operation is operations.CART_CREATE
        variables.pop("id" if creates else "expiresAt", None)
        return {"input": variables}

    def execute(
        self,
        operation: Operation[Variables, Result],
        variables: Variables,
        *,
        wait: bool = True,
    ) -> Result:
        """Run an operation within :attr:`deadline` and return its result.

        :param wait: whether to wait for a slot if :attr:`pool_size` are under way.
        :raises Busy: if there was no slot.
        :raises APIError: if the call failed.
        """
        deadline = time.monotonic() + self.deadline
        call = self.submit(operation, variables, deadline=deadline, wait=wait)
        return call.result(deadline - time.monotonic())

    def submit(
        self,
        operation: Operation[Variables, Result],
        variables: Variables,
        *,
        deadline: float,
        wait: bool = True,
    ) -> Call[Result]:
        """Return the future of an operation.

        :param deadline: in seconds of :func:`time.monotonic`.
        :param wait: whether to wait for a slot if :attr:`pool_size` are under way.
        :raises Busy: if there was no slot.
        """
        session = self._session.get()
        return session.submit(operation, variables, deadline=deadline, wait=wait)

    def warm_up(self) -> None:
        """Get ready for a checkout, ahead of the first: call it where a worker starts.

        It imports gql and requests, reads the certificates, and opens two connections,
        on each of which Zonos is asked for the name of a type. If Zonos cannot be
        reached that is logged only: the first call tries again. A child opens
        connections of its own after a fork.

        :raises ConfigurationError: if the certificates cannot be read.
        """
        session = self._session.get()
        try:
            session.warm_up(time.monotonic() + self.deadline)
        except APIError as error:
            logger.warning("No connection to Zonos was opened ahead: %s", error)

    def close(self) -> None:
        """Close connections; the next call opens new ones."""
        session = self._session.reset()
        if session is not None:
            session.close()

    def _open_session(self) -> ApiSession:
        # gql and requests take 0.2 s to import; an app that starts is spared that.
        from .api.session import ApiSession

        try:
            return ApiSession(
                self.api_url,
                self._token,
                timeout=self.timeout,
                pool_size=self.pool_size,
                ca_bundle=self.ca_bundle,
                report=self._report,
            )
        except ConfigurationError as error:
            # Its frames hold the token.
            raise error.with_traceback(None) from None
        except ValueError as error:
            raise ConfigurationError("ZonosClient", f"cannot work ({error})") from None

    def _report(self, call: Call[Any], outcome: str) -> None:
        send_signal(
            zonos_called,
            self.sender,
            operation=call.operation,
            seconds=call.seconds,
            status=call.status,
            retries=call.retries,
            outcome=outcome,
        )
