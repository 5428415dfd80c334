"""The fallback over a sandbox that fails one call in three, in every way it knows."""

from __future__ import annotations

import re
import sqlite3
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from typing import NamedTuple

import pytest
import requests

from demo_app.scale.processes import free_port
from demo_app.scale.processes import Process
from flask_zonos import CustomerProfile
from flask_zonos.sandbox import Sandbox
from flask_zonos.sandbox.control.faults import KINDS

from ..support.fixtures import MakeShop
from ..support.samples import location
from ..support.samples import profile
from ..support.shops import click
from ..support.shops import password_in
from ..support.shops import Shop
from ..support.threads import assert_soon
from ..support.threads import open_files

pytestmark = pytest.mark.process

SHOPPERS = 50
RUN = "from flask_zonos.cli.sandbox import sandbox; sandbox()"
SEED = 20261128
#: Seconds. Nobody waits for what drips or hangs; a busy machine takes its time.
DEADLINE, PATIENCE = 3.0, 20.0

CLASSES = ("BAD_REQUEST", "INTERNAL", "UNAVAILABLE", "UNAUTHENTICATED")
#: The kinds of faults that come in several ways, or with less patience than theirs.
WAYS: dict[str, list[dict[str, Any]]] = {
    "latency": [{"seconds": [0.05, 0.4, 1.2]}],
    "no-answer": [{"seconds": 60}],
    "drip": [{"seconds": 0.05}, {"seconds": 0.002}],
    "status": [{"status": status} for status in (400, 401, 403, 409, 500, 503, 504)],
    "error": [{"error_type": error_type} for error_type in CLASSES],
    "data-and-errors": [{"error_type": error_type} for error_type in CLASSES],
    "rate-limited": [{}, {"seconds": 1}, {"seconds": 600}],
}
FAULTS = [{"kind": kind, **way} for kind in KINDS for way in WAYS.get(kind, [{}])]
STATUSES = {"unavailable": 502, "timeout": 504, "rate-limited": 503, "busy": 503}
REASONS = {"busy", "timeout", "unavailable", "rejected", "no-password"}


def profile_of(user: Any) -> CustomerProfile:
    """A profile that tells whose it is, in its address too."""
    own = {"name": f"{user.id} Holm", "email": f"{user.id}@example.com"}
    return profile(customer_id=user.id, locations=[location(**own)], **own)


class Ending(NamedTuple):
    """The end of one checkout; the cart's only item was named after it."""

    shopper: str
    sku: str
    took: float
    response: Any


def shop_often(shop: Shop, name: str, times: int) -> list[Ending]:
    """One shopper's checkouts, one after the other."""
    browser, endings = shop.browser(name), []
    for number in range(times):
        sku = f"{name}-{number}"
        began = time.monotonic()
        response = click(browser, json={"sku": sku})
        endings.append(Ending(name, sku, time.monotonic() - began, response))
    return endings


@pytest.mark.parametrize("times", [2, pytest.param(40, marks=pytest.mark.soak)])
def test_every_shopper_checks_out_or_gets_an_error_and_sees_nobody_else(
    times: int, make_a_shop: MakeShop, tmp_path: Path
) -> None:
    database = tmp_path / "zonos.sqlite3"
    names = [f"shopper{number:02}" for number in range(SHOPPERS)]
    chaos: Any = {"share": 1 / 3, "seed": SEED, "faults": FAULTS}

    port = free_port()
    # In a process of its own, so that it has another core.
    sandbox = Process(
        "sandbox",
        [sys.executable, "-c", RUN, "--port", str(port), "--database", str(database)],
        folder=tmp_path,
        port=port,
    )
    with ExitStack() as ending:
        ending.callback(sandbox.kill)
        sandbox.wait()
        faults = f"{sandbox.url}/_sandbox/faults/random"
        requests.post(faults, json=chaos, timeout=30).raise_for_status()
        shop = make_a_shop(
            ZONOS_API_URL=f"{sandbox.url}/graphql",
            ZONOS_CREDENTIAL_TOKEN=Sandbox.credential_token,
            ZONOS_DEADLINE=DEADLINE,
            ZONOS_PROFILE_GRACE=0.5,
            ZONOS_TIMEOUT=(1, 1.5),
            # Less than two for each shopper: profiles have to give way.
            ZONOS_POOL_SIZE=70,
        )
        shop.load_customer = profile_of
        threads, files = set(threading.enumerate()), open_files()
        with ThreadPoolExecutor(SHOPPERS) as pool:
            shopped = pool.map(lambda name: shop_often(shop, name, times), names)
            endings = [ending for each in shopped for ending in each]
        shop.close()
        assert_soon(
            lambda: set(threading.enumerate()) <= threads and open_files() <= files
        )
    # What the sandbox has acknowledged outlives a kill.
    with closing(sqlite3.connect(database)) as zonos:
        passwords = "SELECT password, customer_id FROM one_time_password"
        items = "SELECT id, json_extract(body, '$.items[0].sku') FROM cart"
        whose, carts = dict(zonos.execute(passwords)), dict(zonos.execute(items))

    assert len(endings) == SHOPPERS * times
    levels = Counter(level_of(ending, whose, carts) for ending in endings)
    good = [one.response for one in endings if one.response.status_code == 200]
    given = [password for one in good if (password := password_in(one))]
    assert len(set(given)) == len(given)
    assert max(ending.took for ending in endings) < PATIENCE
    # It was as bad as it was meant to be, and most were served all the same.
    assert levels["profile"] + levels["prefill"] > len(endings) / 2
    assert levels["profile"] and levels["prefill"] and levels["unavailable"]


def level_of(
    ending: Ending, whose: dict[str | None, str], carts: dict[str, str]
) -> str:
    """The level of recognition or the code; it is right, and holds nobody else."""
    body, me = ending.response.json, ending.shopper
    assert set(re.findall(r"shopper\d+", ending.response.text)) <= {me}
    if ending.response.status_code != 200:
        assert ending.response.status_code == STATUSES[body["code"]]
        return str(body["code"])
    assert carts[body["cartId"]] == ending.sku
    level, reason = body["recognition"]["level"], body["recognition"]["reason"]
    password = password_in(ending.response)
    if level == "profile":
        assert whose[password] == me
        assert reason is None
        assert body["shippingData"] is None
    else:
        assert level == "prefill"
        assert reason in REASONS
        assert password is None
        assert body["shippingData"]["customerEmail"] == f"{me}@example.com"
    return str(level)
