"""What ``flask zonos check`` tells of the policies that the shop's pages send."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask import render_template_string
from flask import Response

from .shop import check
from .shop import Found
from .shop import make_shop
from .shop import NONCE
from .shop import OFFLINE
from .shop import SCRIPTS
from .test_policies import N
from .test_policies import PAGE
from .test_policies import SHOP
from .test_policies import TYPES
from .test_policies import ZONOS

HOSTS = "*.zonos.com js.stripe.com unpkg.com"


def told_of(app: Flask, path: str = "/cart") -> tuple[Found, str]:
    report = check(app, "--offline", "--page", path, "--url", SHOP)
    return report.troubles, report.told("CSP")


OURS = "trusted-types zonos-checkout"
PASSES = "unless the page's policy named default lets them pass"
#: Policies, and the levels and words of what is told of them.
TOLD = [
    ("script-src 'none'", "error", "script-src lacks 'self' or the tag's nonce"),
    ("script-src 'self'", "error", "lacks https://js.zonos.com or the tag's"),
    (f"script-src {N}", "error", "lacks 'strict-dynamic' beside a nonce"),
    (f"script-src {N} 'self' {ZONOS}", "error", "loads: https://v1.js.zonos.com"),
    (f"script-src {N} *.zonos.com", "error", "loads: https://js.stripe.com"),
    (f"script-src {N} {HOSTS}", "warning", "script-src lists hosts"),
    (f"{SCRIPTS}; connect-src *.zonos.com", "error", "click"),
    (f"{SCRIPTS}; child-src 'none'", "error", "child-src lets no frame in"),
    (f"{SCRIPTS}; trusted-types a", "error", "trusted-types lacks zonos-checkout"),
    (f"{TYPES}; {SCRIPTS}; {OURS}", "error", "trusted-types lacks default"),
    (f"{TYPES}; {SCRIPTS}; {OURS} default", "warning", PASSES),
    (f"{SCRIPTS}; sandbox allow-same-origin", "error", "lacks allow-scripts"),
    (f"{SCRIPTS}; connect-src 'self'", "warning", "lacks https://route.js.zonos.com"),
    (f"{SCRIPTS}; frame-src 'self'", "warning", "frame-src lacks https://*.zonos.com"),
    ("frame-ancestors 'none'", "warning", "no protection"),
    ("default-src * 'self' 'unsafe-inline'", "warning", "no protection"),
    ("script-src https: 'nonce-x' 'unsafe-inline'", "warning", "no protection"),
    (None, "warning", "has no Content-Security-Policy"),
    # Left alone:
    (SCRIPTS, None, ""),
    (f"{SCRIPTS} https: 'unsafe-inline'", None, ""),  # for browsers that know no better
    (f"{SCRIPTS}; connect-src https:", None, ""),
    (f"{SCRIPTS}; frame-src https://checkout.zonos.com", None, ""),
    (f"{SCRIPTS}; sandbox allow-scripts allow-same-origin", None, ""),
    (f"{SCRIPTS}, frame-ancestors 'none'", None, ""),
]


@pytest.mark.parametrize(("csp", "level", "words"), TOLD, ids=str)
def test_what_a_policy_lacks_is_told_with_the_directive(
    csp: str | None, level: str | None, words: str
) -> None:
    troubles, told = told_of(make_shop(csp, **OFFLINE))
    assert troubles == ([(level, "CSP")] if level else [])
    assert words in told
    assert "/cart" in told


def test_the_nonce_has_to_stand_in_the_tag() -> None:
    app = make_shop(SCRIPTS, **OFFLINE)
    assert told_of(app, "/cart")[0] == []
    assert told_of(app, "/cart-without-nonce")[0] == [("error", "CSP")]


@pytest.mark.parametrize(
    ("meta", "troubles"),
    [
        ("connect-src *.zonos.com", [("error", "CSP")]),
        (f"{SCRIPTS}; sandbox", []),
    ],
)
def test_a_policy_that_stands_in_the_page_counts_too(
    meta: str, troubles: Found
) -> None:
    app = make_shop(SCRIPTS, **OFFLINE)

    @app.get("/meta")
    def page() -> str:
        return render_template_string(PAGE, meta=meta, nonce=NONCE)

    assert told_of(app, "/meta")[0] == troubles


@pytest.mark.parametrize(
    ("name", "level", "words"),
    [
        ("Content-Security-Policy", "error", "connect-src lacks 'self'"),
        # One that only reports stops nothing and protects nobody.
        ("Content-Security-Policy-Report-Only", "warning", "one that only reports"),
    ],
)
def test_of_two_headers_both_have_to_allow(name: str, level: str, words: str) -> None:
    app = make_shop(None, **OFFLINE)

    @app.after_request
    def send_both(response: Response) -> Response:
        for policy in (SCRIPTS, "connect-src *.zonos.com"):
            response.headers.add(name, policy)
        return response

    troubles, told = told_of(app)
    assert troubles == [(level, "CSP")]
    assert words in told


@pytest.mark.parametrize(
    ("csp", "troubles"),
    [
        (SCRIPTS, [("error", "page")]),
        ("script-src 'none'", [("error", "page"), ("error", "CSP")]),
    ],
)
def test_a_page_without_tags_is_told_and_its_policy_all_the_same(
    csp: str, troubles: Found
) -> None:
    app = make_shop(csp, **OFFLINE)
    app.add_url_rule("/empty", view_func=lambda: "Your cart is empty.")
    assert told_of(app, "/empty")[0] == troubles


def test_the_page_is_asked_for_by_the_shops_own_name() -> None:
    app = make_shop(**OFFLINE, TRUSTED_HOSTS=["shop.example"])
    options = ["--offline", "--page", "/cart"]
    assert check(app, *options).troubles == []
    assert check(app, *options, "--url", SHOP).troubles == []
    elsewhere = check(app, *options, "--url", "https://another.example")
    assert ("error", "page") in elsewhere.troubles


@pytest.mark.parametrize(
    ("csp", "troubles"),
    [
        (f"{SCRIPTS}; frame-src http://127.0.0.1:8010; connect-src 'self'", []),
        (f"{SCRIPTS}; frame-src https://*.zonos.com", [("error", "CSP")]),
        (f"script-src {N} 127.0.0.1:8010", [("error", "CSP")]),
    ],
)
def test_against_the_sandbox_its_own_host_has_to_be_let_in(
    csp: str, troubles: Found
) -> None:
    here: dict[str, Any] = {
        "ZONOS_API_URL": "http://127.0.0.1:8010/graphql",
        "ZONOS_SCRIPT_URL": "http://127.0.0.1:8010/dist/scripts/loadZonos.js",
    }
    app = make_shop(csp, **OFFLINE, **here)
    assert check(app, "--offline", "--page", "/cart").troubles == troubles


@pytest.mark.parametrize(
    ("csp", "level", "words"),
    [
        (None, "note", "zonos-checkout.js"),
        (SCRIPTS, "note", "zonos-checkout.js"),
        ("script-src 'none'", "warning", "stops the checkout"),
    ],
)
def test_without_a_page_the_finding_says_that_only_a_file_was_looked_at(
    csp: str | None, level: str, words: str
) -> None:
    report = check(make_shop(csp, **OFFLINE), "--offline")
    [finding] = [f for f in report.findings if f["topic"] == "CSP"]
    assert "No page was looked at" in finding["message"]
    assert "--page /cart" in finding["remedy"]
    assert finding["level"] == level
    assert words in finding["message"]
