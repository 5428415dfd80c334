"""The shop's public origin, as its shoppers and Zonos see it."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask

from ..config import is_loopback


def shop_origin(app: Flask, url: str | None) -> str | None:
    """The shop's public origin, such as ``https://shop.example``, as far as known.

    :param url: a public address of the shop; else ``SERVER_NAME`` is taken, by https.
    """
    if url is None:
        name = app.config["SERVER_NAME"]
        if not name:
            return None
        scheme = "http" if is_loopback(f"http://{name}") else "https"
        return f"{scheme}://{name.lower()}"
    return origin_of(url)


def base_url(app: Flask, origin: str | None) -> str:
    """The base URL to request the app's pages by: a host that it accepts.

    By https, so that a redirect from http does not stand in the way.
    """
    trusted = [host.lstrip(".") for host in app.config.get("TRUSTED_HOSTS") or ()]
    name = urlsplit(origin or "").netloc or app.config["SERVER_NAME"]
    return f"https://{name or next(iter(trusted), 'localhost')}"


def origin_of(url: str) -> str:
    """Scheme, host and port of an address, the port only where it is not the usual."""
    parts = urlsplit(url)
    usual = {"http": ":80", "https": ":443"}[parts.scheme]
    return f"{parts.scheme}://{parts.netloc.lower().removesuffix(usual)}"
