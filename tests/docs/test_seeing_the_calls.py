"""The guide "Seeing the calls": what it shows is true and holds no secret."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.instrumentation.requests import RequestsInstrumentor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client import generate_latest

from flask_zonos.api.operations import AUTHENTICATE
from flask_zonos.api.operations import CART_CREATE

from ..support.shops import PRIVATE
from ..support.shops import Shop
from ..support.upstream import reply_with
from ..support.upstream import Upstream
from .blocks import DOCS
from .blocks import ROOT
from .blocks import run
from .blocks import source

pytestmark = pytest.mark.process

GUIDE = DOCS / "guides" / "seeing-the-calls.md"


@pytest.fixture(scope="module")
def page() -> dict[str, Any]:
    """The guide's functions, run once: a metric may be registered once only."""
    # Whatever the address, since each upstream has a port of its own.
    return run(GUIDE, **{"https://api.zonos.com/": "http://127.0.0.1:"})


@pytest.mark.parametrize("status", [200, 500])
def test_the_calls_are_spans_of_the_click_and_hold_nothing_personal(
    page: dict[str, Any], shop: Shop, upstream: Upstream, status: int
) -> None:
    exporter = InMemorySpanExporter()
    provider = page["trace_calls"](shop.app, exporter)
    browser = shop.browser("1234567")
    provider.force_flush()
    exporter.clear()  # the sign-in, whose address names the shopper
    if status != 200:
        upstream.on("*", reply_with(f"echo {PRIVATE}", status=status))

    browser.post("/zonos/cart-info")

    RequestsInstrumentor().uninstrument()
    provider.force_flush()
    spans = exporter.get_finished_spans()
    found = {span.name: span for span in spans}
    # Where the cart fails, its profile is given up.
    calls = {CART_CREATE.name} | ({AUTHENTICATE.name} if status == 200 else set())
    for name in calls:
        span = found[name]
        assert span.parent == found["POST /zonos/cart-info"].context
        assert dict(span.attributes or {})["http.status_code"] == status
        [sent] = [each for each in upstream.received if each.operation == name]
        assert span.context is not None
        assert f"-{span.context.span_id:016x}" in sent.headers["traceparent"]
    told = "".join(span.to_json() for span in spans)
    assert [private for private in PRIVATE if private in told] == []


def test_prometheus_counts_each_call_with_its_outcome(
    page: dict[str, Any], shop: Shop, upstream: Upstream
) -> None:
    upstream.on(AUTHENTICATE.name, reply_with("", status=401))

    shop.browser("1234567").post("/zonos/cart-info")

    told = generate_latest().decode()
    labels = f'operation="{AUTHENTICATE.name}",outcome="unauthorized"'
    assert f"zonos_call_seconds_count{{{labels}}} 1.0" in told
    assert f'operation="{CART_CREATE.name}",outcome="ok"' in told
    assert [found for found in PRIVATE if found in told] == []


#: What Sentry is sent of a click that goes well, and of one that fails at Zonos or in
#: the shop.
WATCHED = """
import json
import sentry_sdk
from sentry_sdk.transport import Transport
from tests.support.samples import PERSON
from tests.support.shops import make_shop, PRIVATE
from tests.support.upstream import reply_with, Upstream
from page import watch_with_sentry

sent = []

class Kept(Transport):
    def capture_envelope(self, envelope):
        sent.extend(item.payload.json for item in envelope.items)

def break_down(request_data):
    raise RuntimeError("no basket")

upstream = Upstream()
shop = make_shop(upstream.url)
browser = shop.browser(PERSON["customer_id"])
init = sentry_sdk.init
sentry_sdk.init = lambda **told: init(
    **told | {"traces_sample_rate": 1.0, "transport": Kept()}
)
watch_with_sentry("https://public@sentry.example/1")
browser.post("/zonos/cart-info")
upstream.on("*", reply_with(f"echo {PRIVATE}", status=500))
browser.post("/zonos/cart-info")
shop.load_cart = break_down
browser.post("/zonos/cart-info")
upstream.stop()
print(json.dumps(sent, default=str))
"""


def test_sentry_sees_both_calls_and_what_failed_and_nothing_personal(
    tmp_path: Path,
) -> None:
    (tmp_path / "page.py").write_text(source(GUIDE))
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", WATCHED],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=200,
    )

    assert done.returncode == 0, done.stderr
    assert [found for found in PRIVATE if found in done.stdout] == []
    well, logged, _, raised, _ = json.loads(done.stdout)
    calls = [
        (span["op"], span["data"]["http.response.status_code"])
        for span in well["spans"]
    ]
    assert calls == [("http.client", 200)] * 2
    assert logged["logentry"]["message"].startswith("The checkout could not be opened")
    assert raised["exception"]["values"][-1]["value"] == "no basket"
