"""The credential: accepted by Zonos, and not mixed up with the public key."""

from __future__ import annotations

from collections.abc import Generator
from collections.abc import Iterator
from typing import Any

from ..api.operations import Operation
from ..client import ZonosClient
from ..config import Settings
from ..errors import APIError
from ..errors import ConfigurationError
from ..errors import GraphQLErrors
from ..errors import Unauthorized
from ..errors import ZonosError
from ..state import State
from .finding import error
from .finding import Finding
from .finding import ok

#: 6 points at most: the newest order tells whose credential it is, and in which mode.
NEWEST_ORDER: Operation[dict[str, object], dict[str, Any] | None] = Operation(
    "orders",
    "query orders { orders(first: 1) { edges { node { mode organization } } } }",
    lambda data: data,
    repeatable=True,
)


def check(state: State) -> Generator[Finding, None, bool]:
    """Check that Zonos accepts the credential; return whether it does."""
    settings = state.settings
    try:
        orders = state.client.execute(NEWEST_ORDER, {})
    except Unauthorized:
        state.client.close()
        yield _refused(settings)
        return False
    except ConfigurationError as trouble:
        yield error("credential", f"{trouble}.", "Copy the secret key once more.")
        return False
    except GraphQLErrors as trouble:
        yield error(
            "credential",
            f"Zonos knows the credential, but refuses access to orders: {trouble}.",
            "Ask Zonos which roles the key has; it needs those of Checkout.",
        )
        return True
    except APIError as trouble:
        yield error("credential", f"Zonos could not be asked: {trouble}.", "Try again.")
        return False
    yield ok("credential", "Zonos accepts ZONOS_CREDENTIAL_TOKEN.")
    yield from _public_key(settings)
    yield from _belongs(settings, orders)
    return True


def _refused(settings: Settings) -> Finding:
    if _is_accepted(settings, settings.api_key):
        return error(
            "key mix-up",
            "ZONOS_API_KEY and ZONOS_CREDENTIAL_TOKEN are swapped: the secret key is "
            "printed into the shop's pages.",
            "Swap them at once, and ask Zonos for a new secret key if the shop was "
            "open to anyone.",
        )
    return error(
        "credential",
        "Zonos does not accept ZONOS_CREDENTIAL_TOKEN.",
        "Copy the GraphQL key once more from Zonos's Dashboard: Settings, "
        "Integrations. It is not the zonosApiKey of the page.",
    )


def _public_key(settings: Settings) -> Iterator[Finding]:
    if _is_accepted(settings, settings.api_key):
        yield error(
            "key mix-up",
            "ZONOS_API_KEY opens Zonos's orders: it is a secret key, and printed into "
            "the shop's pages.",
            "Set it to the public key, the zonosApiKey of Zonos.init, and ask Zonos to "
            "replace the secret one.",
        )
    elif settings.api_key:
        yield ok("key mix-up", "The public key opens nothing secret.")


def _is_accepted(settings: Settings, key: str | None) -> bool:
    if not key:
        return False
    try:
        client = ZonosClient(
            key,
            api_url=settings.api_url,
            timeout=settings.timeout,
            deadline=settings.deadline,
            pool_size=1,
            ca_bundle=settings.ca_bundle,
        )
    except ConfigurationError:
        return False
    try:
        client.execute(NEWEST_ORDER, {})
    except ZonosError:
        return False
    else:
        return True
    finally:
        client.close()


def _belongs(settings: Settings, orders: dict[str, Any] | None) -> Iterator[Finding]:
    nodes = [edge["node"] for edge in (orders or {}).get("edges", ()) if edge]
    if not nodes or not nodes[0]:
        return
    if nodes[0].get("mode") != settings.mode:
        yield error(
            "mode",
            f"The credential's newest order is not of mode {settings.mode}, so the "
            "shop would leave its orders alone.",
            "Take the credential of the same mode, or change ZONOS_MODE.",
        )
    wanted = settings.organization_id
    if wanted is not None and nodes[0].get("organization") != wanted:
        yield error(
            "organization",
            "The credential's newest order is not of ZONOS_ORGANIZATION_ID, so the "
            "shop would leave its orders alone.",
            "Correct ZONOS_ORGANIZATION_ID (organization_...), or unset it.",
        )
