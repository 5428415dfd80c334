"""The guide "Seeing the calls": what it shows is true and holds no secret."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.instrumentation.requests import RequestsInstrumentor
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode
from prometheus_client import generate_latest

from flask_zonos.api.operations import AUTHENTICATE
from flask_zonos.api.operations import CART_CREATE

from ..support.fixtures import make_a_shop as make_a_shop
from ..support.fixtures import MakeShop
from ..support.fixtures import upstream as upstream
from ..support.shops import PRIVATE
from ..support.shops import Shop
from ..support.upstream import answer_after
from ..support.upstream import answer_well
from ..support.upstream import Received
from ..support.upstream import reply_with
from ..support.upstream import Upstream
from ..support.upstream import Wire
from .blocks import DOCS
from .blocks import ROOT
from .blocks import run
from .blocks import source

pytestmark = pytest.mark.process

GUIDE = DOCS / "guides" / "seeing-the-calls.md"
CLICK = "POST /zonos/cart-info"


@pytest.fixture(scope="module")
def page() -> dict[str, Any]:
    """The guide's functions, run once: a metric may be registered once only."""
    # Whatever the address, since each upstream has a port of its own.
    return run(GUIDE, **{"https://api.zonos.com/": "http://127.0.0.1:"})


class Spans:
    """The spans of a shop's clicks, by name."""

    def __init__(self, page: dict[str, Any], shop: Shop) -> None:
        self._exporter = InMemorySpanExporter()
        self._provider = page["trace_calls"](shop.app, self._exporter)

    def forget(self) -> None:
        self._provider.force_flush()
        self._exporter.clear()

    def take(self) -> dict[str, list[ReadableSpan]]:
        self._provider.force_flush()
        found: dict[str, list[ReadableSpan]] = {}
        for span in self._exporter.get_finished_spans():
            found.setdefault(span.name, []).append(span)
        return found


@pytest.fixture
def shop(make_a_shop: MakeShop) -> Shop:
    return make_a_shop()


@pytest.fixture
def spans(page: dict[str, Any], shop: Shop) -> Iterator[Spans]:
    yield Spans(page, shop)
    RequestsInstrumentor().uninstrument()


def seconds(span: ReadableSpan) -> float:
    assert span.start_time is not None and span.end_time is not None
    return float(span.end_time - span.start_time) / 1e9


def test_the_calls_are_spans_of_the_click_from_the_request_to_the_last_byte(
    spans: Spans, shop: Shop, upstream: Upstream
) -> None:
    def slowly(received: Received, wire: Wire) -> None:
        wire.send(b"HTTP/1.1 200 Told\r\nContent-Length: 30\r\n\r\n")
        time.sleep(0.3)
        wire.send(b'{"data": {"cartCreate": null}}')

    upstream.on(CART_CREATE.name, slowly)
    upstream.on(AUTHENTICATE.name, answer_after(0.1))

    shop.browser("1234567").post("/zonos/cart-info")

    found = spans.take()
    [click], [cart], [profile] = (
        found[name] for name in (CLICK, CART_CREATE.name, AUTHENTICATE.name)
    )
    assert click.context is not None
    for span in (cart, profile):
        assert span.parent is not None and span.context is not None
        assert span.parent.span_id == click.context.span_id
        assert dict(span.attributes or {})["http.status_code"] == 200
        told = f"{span.context.trace_id:032x}-{span.context.span_id:016x}"
        [sent] = [call for call in upstream.received if call.operation == span.name]
        assert told in sent.headers["traceparent"]
    assert 0.3 <= seconds(cart) <= seconds(click)
    assert 0.1 <= seconds(profile)


def test_a_failed_attempt_and_its_retry_are_spans_of_their_own(
    spans: Spans, shop: Shop, upstream: Upstream
) -> None:
    def refuse_once(received: Received, wire: Wire) -> None:
        upstream.on(CART_CREATE.name, answer_well)
        wire.reply("", status=429)

    upstream.on(CART_CREATE.name, refuse_once)

    assert shop.browser().post("/zonos/cart-info").status_code == 200

    first, second = spans.take()[CART_CREATE.name]
    assert first.status.status_code is StatusCode.ERROR
    assert dict(first.attributes or {})["http.status_code"] == 429
    assert dict(second.attributes or {})["http.status_code"] == 200


@pytest.mark.parametrize("status", [200, 500])
def test_no_span_holds_a_secret_or_personal_data(
    spans: Spans, shop: Shop, upstream: Upstream, status: int
) -> None:
    browser = shop.browser("1234567")
    spans.forget()
    if status != 200:
        upstream.on("*", reply_with(f"echo {PRIVATE}", status=status))

    browser.post("/zonos/cart-info")

    told = "".join(span.to_json() for named in spans.take().values() for span in named)
    assert told.count(CART_CREATE.name) == 1
    assert [found for found in PRIVATE if found in told] == []


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
    code = source(GUIDE)
    assert "traces_sample_rate=0.1" in code
    watched = "traces_sample_rate=1.0, transport=__import__('__main__').Kept()"
    code = code.replace("traces_sample_rate=0.1", watched)
    (tmp_path / "page.py").write_text(code)
    (tmp_path / "watched.py").write_text(WATCHED)

    done = subprocess.run(
        [sys.executable, "-W", "error", "watched.py"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
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
