"""The state of one app: its settings and client, both made at first use."""

from __future__ import annotations

import logging
import sysconfig
import threading
import traceback
from collections.abc import Callable
from collections.abc import Coroutine
from dataclasses import dataclass
from types import FrameType
from typing import Any
from urllib.parse import urlsplit

from blinker import NamedSignal
from flask import current_app
from flask import Flask
from flask import got_request_exception
from flask import url_for
from flask.sansio.app import App
from werkzeug.routing import BuildError

from .api.process_local import ProcessLocal
from .client import ZonosClient
from .config import log_once
from .config import read_settings
from .config import Settings
from .config import unknown_settings
from .errors import ConfigurationError
from .signals import propagates_exceptions
from .signals import send_signal

#: Order notifications handled at once in a process: anyone may send them.
MAX_NOTIFICATIONS = 2

logger = logging.getLogger(__name__)

Callback = Callable[..., Any]

#: Folders whose code is not the shop's own.
_LIBRARIES = tuple(
    sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")
)

#: In a row, in a process. Sign-ins in another tab are too rare to come so.
_SUSPICIOUS = 3

_AGAIN = 100


@dataclass
class Callbacks:
    """The shop's callbacks; they belong to the :class:`Zonos`, not to an app."""

    cart_loader: Callback | None = None
    customer_loader: Callback | None = None
    order_handler: Callback | None = None
    inventory_checker: Callback | None = None
    cart_created_handler: Callback | None = None
    before_calls: Callback | None = None
    webhook_verifier: Callback | None = None
    profile_sent_handler: Callback | None = None
    sent_locations: Callback | None = None
    profile_source: Callback | None = None


class State:
    """One app's half of the extension, in ``app.extensions["zonos"]``.

    :ivar blueprint_name: the blueprint's full name, also where it is nested or renamed.
    :ivar hints: the slots for the page's notifications that are handled at once; a
        process has its own, for the threads that handle them do not come along in a
        fork.
    """

    def __init__(self, app: Flask, callbacks: Callbacks, blueprint_name: str) -> None:
        self.callbacks = callbacks
        self.blueprint_name = blueprint_name
        self.identity_mismatches = IdentityMismatches()
        self.shared_context_logged = False
        self.hints = ProcessLocal(lambda: threading.BoundedSemaphore(MAX_NOTIFICATIONS))
        self._app = app
        self._settings = ProcessLocal(self._read_settings, inherit=True)
        self._client = ProcessLocal(self._make_client, inherit=True)

    @property
    def settings(self) -> Settings:
        """The settings, frozen at the first use.

        :raises ConfigurationError: for a value that cannot work.
        """
        return self._settings.get()

    @property
    def client(self) -> ZonosClient:
        """The app's client.

        :raises ConfigurationError: if ``ZONOS_CREDENTIAL_TOKEN`` is missing.
        """
        return self._client.get()

    @property
    def csrf_protected(self) -> bool:
        """True if Flask-WTF's ``CSRFProtect`` wants a token on our routes."""
        csrf = self._app.extensions.get("csrf")
        switches = ("WTF_CSRF_ENABLED", "WTF_CSRF_CHECK_DEFAULT")
        if csrf is None or not all(self._app.config.get(s, True) for s in switches):
            return False
        # Names before Flask-WTF 1.3, the blueprints themselves since.
        exempt: set[object] = getattr(csrf, "_exempt_blueprints", set())
        ours = self._app.blueprints.get(self.blueprint_name)
        return exempt.isdisjoint((self.blueprint_name, ours))

    def call(self, callback: Callable[..., Any], *arguments: Any) -> Any:
        """Call a shop's callback, be it ``def`` or ``async def``.

        An ``async def`` needs ``flask[async]``; Flask's error says so.

        :raises TypeError: if it is hidden from Flask, by a plain decorator for one: it
            would never run, and its missing result would count as a yes.
        """
        result = current_app.ensure_sync(callback)(*arguments)
        if isinstance(result, Coroutine):
            result.close()
            raise TypeError(
                f"{callback!r} gave a coroutine: what wraps an async def must be an "
                "async def too"
            )
        return result

    def release(self) -> None:
        """Run ``@zonos.before_calls``, ahead of a wait for Zonos inside a request.

        If it raises, the log has it: a sale must not depend on it.
        """
        callback = self.callbacks.before_calls
        if callback is None:
            return
        try:
            self.call(callback)
        except Exception:
            current_app.logger.exception(
                "@zonos.before_calls failed: what it should give back, such as a "
                "database connection, is held while Zonos is awaited"
            )

    def url_endpoint(self, name: str) -> str:
        """The endpoint of one of our routes, for ``url_for``."""
        return f"{self.blueprint_name}.{name}"

    def has_route(self, endpoint: str | None) -> bool:
        """Say whether an endpoint is one of our routes."""
        return endpoint is not None and endpoint.rpartition(".")[0] == (
            self.blueprint_name
        )

    def url(self, name: str, **values: Any) -> str:
        """The address of one of our routes, as a page of this request uses it.

        :raises ConfigurationError: if it is not on the page's host, or has a part that
            the page's address lacks.
        """
        problem = "its addresses have a part that this page's address lacks"
        try:
            url = url_for(self.url_endpoint(name), **values)
        except BuildError:
            url = None
        else:
            problem = "it is not on the host of this page, whose session it needs"
        if url is None or not url.startswith("/") or url.startswith("//"):
            raise ConfigurationError(
                "zonos.blueprint",
                f"{problem}; mount it in the blueprint that has the shop's pages: "
                "pages.register_blueprint(zonos.blueprint)",
            )
        return url

    def url_path(self, name: str, **values: str) -> str:
        """The path of one of our routes, wherever the shop has mounted it.

        No request is needed or made up for it: ``TRUSTED_HOSTS`` could refuse its host.

        :raises werkzeug.routing.BuildError: if a part of it varies with the request.
        """
        endpoint = self.url_endpoint(name)
        self._app.inject_url_defaults(endpoint, values)
        urls = self._app.url_map.bind("localhost", self._app.config["APPLICATION_ROOT"])
        return urlsplit(urls.build(endpoint, values)).path

    def _read_settings(self) -> Settings:
        settings = read_settings(self._app)
        # Also those that came after the start, as from app.config.update().
        for sentence in unknown_settings(self._app):
            log_once(logging.WARNING, sentence)
        self._warn_of_csrf()
        return settings

    def _make_client(self) -> ZonosClient:
        settings = self.settings
        client = ZonosClient(
            settings.credential_token or "",
            api_url=settings.api_url,
            timeout=settings.timeout,
            deadline=settings.deadline,
            pool_size=settings.pool_size,
            ca_bundle=settings.ca_bundle,
            cart_mutation=settings.cart_mutation,
            cart_expires=settings.cart_expires,
            customer_reference=settings.customer_reference,
        )
        client.sender = self._app
        return client

    def _warn_of_csrf(self) -> None:
        if self.csrf_protected:
            log_once(
                logging.WARNING,
                "Flask-WTF's CSRFProtect covers the Zonos routes: our page script "
                "sends the token, but Zonos's own snippet and webhooks cannot. The "
                "routes check the origin themselves: csrf.exempt(zonos.blueprint).",
            )


def current_state() -> State:
    """The current app's state.

    :raises RuntimeError: if the app has no ``Zonos``.
    """
    state = current_app.extensions.get("zonos")
    if not isinstance(state, State):
        raise RuntimeError(
            "This app has no Zonos: call zonos.init_app(app) where the app is made."
        )
    return state


def ensure_unregistered(app: App) -> None:
    """Ensure that an app has one :class:`Zonos`, mounted once.

    :raises RuntimeError: if it has one already.
    """
    if "zonos" in app.extensions:
        raise RuntimeError(
            "This app has a Zonos already. Keep one: zonos.init_app(app) mounts the "
            "routes below ZONOS_URL_PREFIX; app.register_blueprint(zonos.blueprint) "
            "mounts them where you say. Not both, and not twice."
        )


def required_callback(callback: Callback | None, name: str) -> Callback:
    """The callback, which the shop has to register.

    :raises ConfigurationError: if it has not.
    """
    if callback is None:
        raise ConfigurationError(
            f"@zonos.{name}", "is not registered; decorate a function of the shop's"
        )
    return callback


def callback_name(callback: Callback) -> str:
    """The dotted name of a shop's callback, such as ``shop.current_cart``."""
    name = getattr(callback, "__qualname__", type(callback).__qualname__)
    return f"{callback.__module__}.{name}"


def describe_error(error: BaseException) -> str | None:
    """Describe an error in one line, in debug: type, message, the shop's own line.

    Elsewhere it is ``None``: the message may hold anything, a shopper's data too.
    """
    if not current_app.debug:
        return None
    description = "".join(traceback.format_exception_only(error)).strip()
    line = line_of_shop(error)
    return description if line is None else f"{description} ({line})"


def line_of_shop(error: BaseException) -> str | None:
    """The innermost line of an error's traceback that is no library's and not ours."""
    for frame, number in reversed(list(traceback.walk_tb(error.__traceback__))):
        is_library = frame.f_code.co_filename.startswith(_LIBRARIES)
        if not is_library and not is_our_frame(frame):
            [line] = traceback.StackSummary.extract([(frame, number)])
            return f"{line.filename}, line {line.lineno}, in {line.name}: {line.line}"
    return None


def is_our_frame(frame: FrameType) -> bool:
    """Say whether a frame is of this package and not of the shop's code."""
    package = frame.f_globals.get("__package__") or ""
    return bool(package.partition(".")[0] == __name__.partition(".")[0])


def send_app_signal(signal: NamedSignal, **details: Any) -> None:
    """Send a signal; a receiver that fails is logged, for it must not cost a sale.

    Where exceptions propagate it is raised.
    """
    send_signal(signal, current_app._get_current_object(), **details)  # type: ignore[attr-defined]


def signal_exception(error: Exception) -> None:
    """Send ``got_request_exception`` of an error of the shop's, as Flask does.

    Where exceptions propagate, in debug and in tests, it is raised instead. What the
    log says is the caller's.
    """
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    if propagates_exceptions(app):
        raise error
    got_request_exception.send(app, _async_wrapper=app.ensure_sync, exception=error)


class IdentityMismatches:
    """A count of mismatches without a match between them; of no shopper in particular.

    Threads may lose a count, which delays a warning and no more.
    """

    def __init__(self) -> None:
        self._in_a_row = 0

    def add(self) -> None:
        """Count one; warn where so many in a row have a cause other than sign-ins."""
        self._in_a_row += 1
        if self._in_a_row % _AGAIN != _SUSPICIOUS:
            return
        logger.warning(
            "%s clicks in a row came from pages that were made for another login "
            "(409 identity-changed). Most likely a cache replays a page that was "
            "rendered for somebody else: @cache.cached of Flask-Caching, a CDN or a "
            "service worker. Leave pages with zonos_checkout() out of it, or cache "
            "them with unless=lambda: current_user.is_authenticated. Else the users' "
            "get_id() gives another value at each call.",
            self._in_a_row,
        )

    def reset(self) -> None:
        """Begin anew after a click from a page that was made for its login."""
        self._in_a_row = 0
