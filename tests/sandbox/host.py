"""A tiny shop's page, under a strict policy, that loads the sandbox's script."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from flask import Response
from werkzeug.serving import make_server
from werkzeug.serving import WSGIRequestHandler

from flask_zonos.sandbox import Sandbox

PAGE = """<!doctype html><html lang="en"><title>Shop</title>
<main><h1>Shop</h1>
<form action="/own-checkout">
<button id="place-order" {button}>Place order</button></form></main>
{more}
<script src="{script}" nonce="n0nce"></script>
<script src="/page.js" nonce="n0nce"></script>"""
POLICY = (
    "default-src 'none'; script-src 'nonce-n0nce' 'strict-dynamic';"
    " frame-src {sandbox}; connect-src 'self'"
)
CALL = """
window.told = [];
for (const level of ["warn", "error"]) {{
  console[level] = (...said) => told.push([level, said.map(String).join(" ")]);
}}
window.start = () => Zonos.init({{
  storeId: 1, zonosApiKey: "credential_test_sandbox",
  onCountryChange: (place) => told.push(["country", place]),
  helloSettings: {{ onInitSuccess: (place) => told.push(["init", place]) }},
  ...{init},
  checkoutSettings: {{
    placeOrderButtonSelector: "#place-order",
    onOrderSuccess: ({{ zonosOrder }}) => {{ told.push(["order", zonosOrder]); }},
    onClose: () => {{ told.push(["closed"]); }},
    ...{settings},
  }},
}});
window.started = start()
  .then(() => told.push(["started", Boolean(document.querySelector("iframe"))]))
  .catch((error) => told.push(["failed", error.message]));
document.addEventListener("securitypolicyviolation",
  (event) => told.push(["violation", event.violatedDirective]));
"""


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        pass


class Shop:
    """The page, whose ``settings`` and ``init`` are JavaScript that a test writes."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.settings = "{}"
        self.init = "{}"
        self.button = ""
        self.more = ""
        self.policy = POLICY.format(sandbox=sandbox.url)
        self.url = ""
        self.app = Flask(__name__)
        shop = self

        @self.app.get("/")
        def page() -> Response:
            script, more = sandbox.script_url, shop.more
            text = PAGE.format(script=script, button=shop.button, more=more)
            response = Response(text)
            response.headers["Content-Security-Policy"] = shop.policy
            return response

        @self.app.get("/page.js")
        def script() -> Response:
            call = CALL.format(settings=shop.settings, init=shop.init)
            return Response(call, content_type="text/javascript")

        @self.app.get("/own-checkout")
        def own_checkout() -> str:
            return "<!doctype html><title>Own checkout</title>"

        @self.app.get("/thanks")
        def thanks() -> str:
            return "<!doctype html><title>Thanks</title>"

        @self.app.get("/favicon.ico")
        def icon() -> tuple[str, int]:
            return "", 204


@contextmanager
def hosted(sandbox: Sandbox) -> Iterator[Shop]:
    """The shop's page on a port of its own."""
    shop = Shop(sandbox)
    server = make_server(
        "127.0.0.1", 0, shop.app, threaded=True, request_handler=_Quiet
    )
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    shop.url = f"http://127.0.0.1:{server.port}/"
    yield shop
    server.shutdown()
    thread.join()
    server.server_close()
