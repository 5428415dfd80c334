"""What the shop answers to a browser: our script, and the Content-Security-Policy."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.test import TestResponse

from ..config import Settings
from ..state import State
from .finding import error
from .finding import Finding
from .finding import ok
from .finding import warning

Policy = dict[str, list[str]]


def check(app: Flask, state: State, page: str | None) -> Iterator[Finding]:
    """Whether script and policy let the page do its half.

    :param page: the path of a page that has the checkout's tags.
    """
    path = page or _script_path(app, state)
    response = _get(app, path)
    if response is None or response.status_code != 200:
        told = "raised" if response is None else f"answered {response.status_code}"
        yield error(
            "page",
            f"The shop {told} when asked for {path}.",
            "Ask for it in a browser; give another path with --page."
            if page
            else "Something before the Zonos routes stops them: a before_request of "
            "the shop's, or TRUSTED_HOSTS without this machine.",
        )
        return
    if page and b'id="zonos-settings"' not in response.data:
        yield error(
            "page",
            f"{page} has no checkout tags, as an anonymous shopper sees it.",
            'Put {{ zonos_checkout("#place-order") }} into its template.',
        )
    else:
        yield ok("page", f"The shop serves {path}.")
    yield from _csp(response, state.settings)


def _script_path(app: Flask, state: State) -> str:
    with app.test_request_context():
        return app.url_for(
            state.url_endpoint("static"),
            filename="zonos-checkout.js",
            _external=False,
        )


def _get(app: Flask, path: str) -> TestResponse | None:
    try:
        # By https, so that a redirect from http does not stand in the way.
        return app.test_client().get(path, url_scheme="https", buffered=True)
    except Exception:
        return None


def _csp(response: TestResponse, settings: Settings) -> Iterator[Finding]:
    header = response.headers.get("Content-Security-Policy")
    if header is None:
        yield warning(
            "CSP",
            "The answer has no Content-Security-Policy: a script that slips into a "
            "page can act as the shopper.",
            "Send one; the CSP guide has a policy to begin with.",
        )
        return
    policy = _parse(header)
    scripts = policy.get("script-src", policy.get("default-src", []))
    with_nonce = any(source.startswith("'nonce-") for source in scripts)
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(settings.script_url))
    lacking = []
    if "'self'" not in scripts and not with_nonce:
        lacking.append("script-src lacks 'self' or a nonce, for our own script")
    if not with_nonce and not _allows(scripts, origin):
        lacking.append(f"script-src lacks a nonce or {origin}, for Zonos's script")
    connect = policy.get("connect-src", policy.get("default-src", ["*"]))
    if not _allows(connect, "'self'"):
        lacking.append("connect-src lacks 'self', for the click's request")
    if lacking:
        yield error(
            "CSP",
            f"The policy stops the checkout: {'; '.join(lacking)}.",
            "Add them; the CSP guide lists what Zonos's script may need on top.",
        )
    elif {"'unsafe-inline'", "*"} & set(scripts) and not with_nonce:
        yield warning(
            "CSP",
            "script-src allows inline scripts or any host, which is no protection.",
            "Drop them: neither our tags nor our script need them.",
        )
    else:
        yield ok("CSP", "The policy lets our script and the loader of Zonos's in.")


def _parse(header: str) -> Policy:
    policy: Policy = {}
    for directive in header.split(";"):
        name, *sources = directive.split() or [""]
        policy.setdefault(name.lower(), sources)
    return policy


def _allows(sources: list[str], wanted: str) -> bool:
    host = wanted.partition("://")[2]
    return any(
        source in (wanted, host, "*", "https:" if wanted.startswith("https") else "*")
        for source in (s.rstrip("/") for s in sources)
    )
