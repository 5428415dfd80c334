"""The policy of docs/guides/csp.md: no foreign script runs, no other site frames it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask import render_template_string
from playwright.sync_api import expect
from playwright.sync_api import Page

from ..docs.blocks import DOCS
from ..docs.blocks import python
from ..support.fixtures import MakeShop
from ..support.serving import serve

ATTACKED = """<!doctype html><html lang="en"><title>Cart</title>
<form action="/own-checkout"><button id="place-order">Place order</button></form>
<p id="review"><script>document.title = "inline"</script>
<img src="/none" onerror="document.title = 'handler'">
<script src="{{ elsewhere }}/script.js"></script></p>
{{ zonos_checkout("#place-order") }}
"""


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """A host that is neither the shop's nor Zonos's."""
    app = Flask("elsewhere")
    headers = {"Content-Type": "text/javascript"}
    script = ("document.title = 'foreign'", 200, headers)
    app.add_url_rule("/script.js", view_func=lambda: script)
    with serve(app) as url:
        yield url


@pytest.fixture
def shop_url(make_a_shop: MakeShop, elsewhere: str) -> Iterator[str]:
    """The shop with what the guide tells it to send; a review holds an attack."""
    app = make_a_shop(ZONOS_SCRIPT_URL=f"{elsewhere}/loadZonos.js").app
    guide = python(DOCS / "guides" / "csp.md")[0]
    written: dict[str, Any] = {"__name__": __name__}
    exec(compile(guide.code, "csp.md", "exec"), written)
    app.add_template_global(written["csp_nonce"])
    app.after_request(written["send_policy"])

    @app.get("/attacked")
    def attacked() -> str:
        return render_template_string(ATTACKED, elsewhere=elsewhere)

    with serve(app) as url:
        yield url


def test_of_all_scripts_in_a_page_only_those_with_the_nonce_run(
    page: Page, shop_url: str, elsewhere: str
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    with page.expect_request(f"{elsewhere}/loadZonos.js"):
        page.goto(f"{shop_url}/attacked")
    assert any("/zonos/static/zonos-checkout.js" in url for url in asked)
    # Ours is a module: whatever stands in the page has had its turn by now.
    expect(page).to_have_title("Cart")
    page.goto("about:blank")  # away from what the policy has blocked


def test_no_other_sites_page_can_put_the_shop_into_a_frame(
    page: Page, shop_url: str
) -> None:
    lure = Flask("lure")
    framing = f'<iframe src="{shop_url}/attacked" title="a trap"></iframe>'
    lure.add_url_rule("/", view_func=lambda: framing)
    with (
        serve(lure) as url,
        page.expect_console_message(lambda told: "frame-ancestors" in told.text),
    ):
        page.goto(url)
    assert page.locator("iframe").content_frame.locator("#place-order").count() == 0
