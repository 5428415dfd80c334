"""The blueprint's mount in an app: prefixes, hosts, and other frameworks."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Blueprint
from flask import current_app
from flask import request
from flask import Response
from flask.blueprints import BlueprintSetupState
from flask.sansio.app import App

from ..state import ensure_unregistered

#: The variable part of our addresses in an app with ``host_matching``.
_HOST = "zonos_host"


class ZonosBlueprint(Blueprint):
    """A blueprint that is on one app once, and on the host of the shop's pages.

    With ``host_matching`` its routes are on every host, since a rule without a host
    would be on none.
    """

    #: For APIFlask, which looks for it: these routes are not in an OpenAPI document.
    enable_openapi = False
    #: For flask-smorest, which makes a tag of it.
    description = "Zonos Checkout"

    def register(self, app: App, options: dict[str, Any]) -> None:
        # Ahead of Flask, which would speak of blueprints' names.
        ensure_unregistered(app)
        subdomain = options.get("subdomain")
        if subdomain and "<" not in subdomain and not options.get("name_prefix"):
            raise RuntimeError(
                f"zonos.blueprint cannot be on the subdomain {subdomain!r} by itself: "
                "pages of other hosts could not load its script, and their session "
                "would not reach it. Mount it without a subdomain, or in the blueprint "
                "that has the shop's pages: pages.register_blueprint(zonos.blueprint)."
            )
        super().register(app, options)

    def make_setup_state(
        self, app: App, options: dict[str, Any], first_registration: bool = False
    ) -> BlueprintSetupState:
        return _SetupState(self, app, options, first_registration)

    def send_static_file(self, filename: str, **_: Any) -> Response:
        return super().send_static_file(filename)

    def register_views_in_doc(self, *_: Any, **__: Any) -> None:
        """Called by flask-smorest: there is nothing to put into its document."""


class _SetupState(BlueprintSetupState):
    def add_url_rule(
        self,
        rule: str,
        endpoint: str | None = None,
        view_func: Any = None,
        **options: Any,
    ) -> None:
        if self.app.url_map.host_matching:
            options.setdefault("host", f"<{_HOST}>")
        super().add_url_rule(rule, endpoint, view_func, **options)


def without_url_values(view: Callable[[], Response]) -> Callable[..., Response]:
    """A view that takes none of the variable parts of its address.

    They are of the shop's mount, such as ``/<language>/zonos`` or a tenant's subdomain;
    loaders find them in ``request.view_args``.
    """

    @wraps(view)
    def called(**_: Any) -> Response:
        return view()

    return called


def complete_url(endpoint: str, values: dict[str, Any]) -> None:
    """Take the variable parts of our addresses from the address of the request."""
    known = {**(request.view_args or {}), _HOST: request.host} if request else {}
    known.setdefault(_HOST, "localhost")
    for name, value in known.items():
        if current_app.url_map.is_endpoint_expecting(endpoint, name):
            values.setdefault(name, value)
