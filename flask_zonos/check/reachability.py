"""Reachability of Zonos: address, TLS, clock, page script. No credential is sent."""

from __future__ import annotations

import time
from collections.abc import Generator
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from requests import exceptions

from ..api.adapter import Deadline
from ..api.adapter import ZonosAdapter
from ..api.environment import environment_ca_bundle
from ..api.environment import environment_proxy
from ..config import is_loopback
from ..config import Settings
from ..errors import ConfigurationError
from .finding import error
from .finding import Finding
from .finding import ok
from .finding import warning

_WRONG_CLOCK = 30
#: Seconds. An introspection is some megabytes.
_LONGEST_READ = 30.0
_LARGEST_BODY = 8 * 1024 * 1024


def check(settings: Settings) -> Generator[Finding, None, bool]:
    """Check that the API's address speaks GraphQL; return whether it does."""
    sent = time.time()
    try:
        response = ask(settings, "POST", settings.api_url, {"query": "{ __typename }"})
    except ConfigurationError as trouble:
        topic = "TLS" if trouble.setting == "ZONOS_CA_BUNDLE" else "address"
        yield error(topic, f"{trouble}.", "Correct it; Zonos was not asked.")
        return False
    except OSError as trouble:
        yield _unreached(settings, trouble)
        return False
    wall = (sent + time.time()) / 2
    is_graphql = _is_graphql(response)
    if is_graphql:
        yield ok(
            "address", f"{_host(settings.api_url)} speaks GraphQL.{_tls(settings)}"
        )
    else:
        yield error(
            "address",
            f"{_host(settings.api_url)} responds with HTTP {response.status_code}, but "
            "not as GraphQL.",
            "Correct ZONOS_API_URL; unset, it is https://api.zonos.com/graphql.",
        )
    yield from _clock(settings, response.headers.get("Date"), wall)
    yield from _script(settings)
    return is_graphql


def ask(
    settings: Settings, method: str, url: str, body: dict[str, Any] | None = None
) -> requests.Response:
    """Send a request without credential, by the certificates and proxy of a call.

    :raises OSError: requests' own, if none came.
    :raises ConfigurationError: for certificates or a proxy that cannot be used.
    """
    deadline = Deadline(time.monotonic() + _LONGEST_READ)
    with new_session(settings, url) as session, deadline.applied():
        response = session.request(
            method,
            url,
            json=body,
            timeout=(settings.timeout[0], _LONGEST_READ),
            allow_redirects=False,
            stream=True,
        )
        response._content = read_body(response, deadline)
        return response


def new_session(settings: Settings, url: str) -> requests.Session:
    """Make a session with the certificates and the proxy of a call to the address.

    :raises ConfigurationError: for a proxy or certificates that cannot be used.
    """
    session = requests.Session()
    session.trust_env = False
    proxy = environment_proxy(url)
    session.proxies = {"https": proxy} if proxy else {}
    adapter = ZonosAdapter(
        pool_size=1, ca_bundle=settings.ca_bundle or environment_ca_bundle()
    )
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


def read_body(response: requests.Response, deadline: Deadline) -> bytes:
    """Return the body of a streamed response, decoded.

    :raises OSError: if it is too large, or a ``TimeoutError`` if it is too slow.
    """
    body = bytearray()
    for piece in response.iter_content(256):
        body += piece
        if len(body) > _LARGEST_BODY:
            raise OSError("the response is too large")
        deadline.seconds_left()
    return bytes(body)


def _unreached(settings: Settings, trouble: OSError) -> Finding:
    host = _host(settings.api_url)
    if isinstance(trouble, exceptions.SSLError):
        return error(
            "TLS",
            f"No trusted connection to {host}: its certificate is not accepted.",
            "Behind a company's proxy set ZONOS_CA_BUNDLE to its certificates; "
            "otherwise renew this machine's, and look at its clock.",
        )
    if isinstance(trouble, exceptions.Timeout | TimeoutError):
        return error(
            "address",
            f"{host} did not respond in time.",
            "Look whether a firewall lets this machine out; if so try again.",
        )
    return error(
        "address",
        f"No connection to {host} ({type(trouble).__name__}).",
        "Start the sandbox: flask zonos sandbox."
        if is_loopback(settings.api_url)
        else "Check ZONOS_API_URL, DNS, the firewall and HTTPS_PROXY.",
    )


def _is_graphql(response: requests.Response) -> bool:
    try:
        body = response.json()
    except ValueError:
        return False
    return isinstance(body, dict) and bool({"data", "errors"} & body.keys())


def _tls(settings: Settings) -> str:
    https = settings.api_url.startswith("https:")
    return " Its certificate is trusted." if https else " On this machine, without TLS."


def _clock(settings: Settings, date: str | None, now: float) -> Iterator[Finding]:
    try:
        behind = parsedate_to_datetime(date or "").timestamp() - now
    except ValueError:
        return
    text = f"This machine's clock is {abs(behind):.0f} s"
    text += " behind Zonos's." if behind > 0 else " ahead of Zonos's."
    remedy = "Let the machine keep its time by NTP."
    if behind >= settings.cart_expires:
        yield error("clock", f"{text} Carts are expired when they are made.", remedy)
    elif abs(behind) > _WRONG_CLOCK:
        yield warning("clock", f"{text} Carts, sessions and logs are off.", remedy)
    else:
        yield ok("clock", "This machine's clock agrees with Zonos's.")


def _script(settings: Settings) -> Iterator[Finding]:
    host = _host(settings.script_url)
    try:
        status = ask(settings, "GET", settings.script_url).status_code
    except (OSError, ConfigurationError) as trouble:
        status, outcome = 0, f"could not be fetched ({type(trouble).__name__})"
    else:
        outcome = f"gives HTTP {status}"
    if status == 200:
        yield ok("page script", f"{host} serves Zonos's script.")
    else:
        yield warning(
            "page script",
            f"Zonos's script {outcome} from this machine; shoppers' browsers need it.",
            "Correct ZONOS_SCRIPT_URL, or look at it from a browser.",
        )


def _host(url: str) -> str:
    return urlsplit(url).netloc
