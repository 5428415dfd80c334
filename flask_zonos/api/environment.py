"""Certificates and proxy of the environment, as requests reads them."""

from __future__ import annotations

import os
from importlib.util import find_spec
from urllib.parse import urlsplit

from ..errors import ConfigurationError
from .validators import has_valid_port

_SCHEMES = ("http", "https", "socks4", "socks4a", "socks5", "socks5h")


def environment_ca_bundle() -> str:
    """Return the file of certificates that requests would use."""
    from requests.utils import DEFAULT_CA_BUNDLE_PATH

    return (
        os.environ.get("REQUESTS_CA_BUNDLE")
        or os.environ.get("CURL_CA_BUNDLE")
        or DEFAULT_CA_BUNDLE_PATH
    )


def environment_proxy(url: str) -> str | None:
    """Return the proxy that the environment names for an ``https`` address.

    A plain ``http`` address gets none: the proxy would read the credential.

    :raises ConfigurationError: for a proxy that cannot be used.
    """
    from requests.utils import get_environ_proxies
    from requests.utils import select_proxy

    if urlsplit(url).scheme != "https":
        return None
    named = select_proxy(url, get_environ_proxies(url))
    if named is None:
        return None
    # As requests reads it: a host and a port alone are an http:// proxy.
    proxy = named if "://" in named else f"http://{named}"
    scheme = urlsplit(proxy).scheme
    if scheme not in _SCHEMES or not has_valid_port(proxy):
        raise ConfigurationError(
            "HTTPS_PROXY",
            "must be http://, https:// or socks5:// with host and port; or list "
            "Zonos's host in NO_PROXY",
        )
    if scheme.startswith("socks") and find_spec("socks") is None:
        raise ConfigurationError(
            "HTTPS_PROXY", 'a SOCKS proxy needs pip install "requests[socks]"'
        )
    return proxy
