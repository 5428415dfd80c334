"""The shop's pages: our script's tags, and the Content-Security-Policy."""

from __future__ import annotations

import contextvars
from collections.abc import Iterator
from urllib.parse import urljoin

from flask import Flask
from werkzeug.test import TestResponse

from ..config import is_loopback
from ..state import State
from .csp import policies
from .csp import Policy
from .finding import error
from .finding import Finding
from .finding import Level
from .finding import note
from .finding import ok
from .finding import warning
from .origins import base_url
from .policy import blocked
from .policy import likely_blocked
from .policy import Needs
from .tags import Tags
from .tags import tags_of

_HEADER = "Content-Security-Policy"


def check(
    app: Flask, state: State, page: str | None, origin: str | None
) -> Iterator[Finding]:
    """Check that the script is served and that the policy lets it work.

    :param page: the path of a page that has the checkout's tags.
    :param origin: where the shop is, if that is known.
    """
    script = state.url_path("static", filename="zonos-checkout.js")
    path = page or script
    response = _get(app, path, origin)
    if response is None or response.status_code != 200:
        outcome = "raised" if response is None else f"answered {response.status_code}"
        yield error(
            "page",
            f"The shop {outcome} when asked for {path}.",
            "Ask for it in a browser; give another path with --page."
            if page
            else "Something before the Zonos routes stops them: a before_request of "
            "the shop's, or TRUSTED_HOSTS; say where the shop is with --url.",
        )
        return
    tags = tags_of(response.text) if page else Tags()
    if page and not tags.has_settings:
        yield error(
            "page",
            f"{page} has no checkout tags, as an anonymous shopper sees it.",
            'Put {{ zonos_checkout("#place-order") }} into its template. If it shows '
            "them beside a full cart only, name a page that always has them.",
        )
    else:
        yield ok("page", f"The shop serves {path}.")
    found = [
        *policies(response.headers.getlist(_HEADER)),
        *policies(tags.policies, in_page=True),
    ]
    nonce = tags.nonce
    if not tags.has_settings:
        # Tags that were not seen are taken to carry whatever nonce there is.
        nonce = next((nonce for policy in found for nonce in policy.nonces), None)
    needs = _needs(state, response, origin, tags.script or script, nonce)
    if page is None:
        # A file's policy binds no page; but many shops send one with everything.
        yield from _of_script(found, needs, script)
    elif not found:
        yield _without_policy(response, page)
    else:
        yield from _judged(found, needs, f"The policy of {page}", "error")


def _of_script(found: list[Policy], needs: Needs, script: str) -> Iterator[Finding]:
    look = "Name a page with the checkout's tags: flask zonos check --page /cart."
    if not found:
        yield note(
            "CSP",
            f"No page was looked at, and {script} is sent without a policy.",
            look,
        )
        return
    sender = f"No page was looked at. The policy that {script} is sent with"
    for finding in _judged(found, needs, sender, "warning"):
        remedy = f"{finding.remedy} {look}" if finding.remedy else look
        yield Finding(
            level="note" if finding.level == "ok" else finding.level,
            topic=finding.topic,
            message=finding.message,
            remedy=remedy,
        )


def _get(app: Flask, path: str, origin: str | None) -> TestResponse | None:
    base = base_url(app, origin)
    client = app.test_client()
    try:
        # Without this command's app context, as a server would.
        return contextvars.Context().run(client.get, path, base_url=base, buffered=True)
    except Exception:
        return None


def _needs(
    state: State,
    response: TestResponse,
    origin: str | None,
    script: str,
    nonce: str | None,
) -> Needs:
    loader = state.settings.script_url
    if origin is None:
        # A sandbox is used over plain http.
        scheme = "http" if is_loopback(loader) else "https"
        origin = f"{scheme}://{response.request.host}"
    return Needs(
        origin=origin,
        script=urljoin(origin, script),
        loader=loader,
        cart_info=urljoin(origin, state.url_path("cart_info")),
        nonce=nonce,
    )


def _without_policy(response: TestResponse, page: str) -> Finding:
    reports = f"{_HEADER}-Report-Only" in response.headers
    return warning(
        "CSP",
        f"{page} has no {_HEADER}{' but one that only reports' if reports else ''}: a "
        "script that slips into it can act as the shopper.",
        "Send one; the CSP guide has a policy to begin with.",
    )


def _judged(
    found: list[Policy], needs: Needs, sender: str, worst: Level
) -> Iterator[Finding]:
    lacking, likely = blocked(found, needs), likely_blocked(found, needs)
    if lacking:
        yield Finding(
            level=worst,
            topic="CSP",
            message=f"{sender} stops the checkout: {'; '.join(lacking.values())}.",
            remedy="Add what is lacking; the CSP guide lists what Zonos's script may "
            "need on top.",
        )
    if likely:
        yield warning(
            "CSP",
            f"{sender} keeps out what Zonos's script is likely to need: "
            f"{'; '.join(likely)}.",
            "Add it, or go through a checkout in test mode to see that it works.",
        )
    is_restrained = any(policy.restrains_scripts for policy in found)
    if not is_restrained:
        yield warning(
            "CSP",
            f"{sender} lets in any script, or those that stand in a page: it is no "
            "protection.",
            "Restrict script-src, without 'unsafe-inline', * and https: alone; "
            "neither our tags nor our script need them.",
        )
    if is_restrained and not lacking and not likely:
        yield ok("CSP", f"{sender} lets our script and the loader of Zonos's in.")
