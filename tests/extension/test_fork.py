"""Pool and session are made anew after a fork: threads do not come along."""

from __future__ import annotations

import subprocess
import sys

from .upstream import PATIENCE
from .upstream import Upstream

PROGRAM = """
import os, signal, sys
from decimal import Decimal
from flask_zonos import Cart, CartItem, ZonosClient

def make(client, sku):
    item = CartItem(amount=Decimal(1), currency_code="EUR", quantity=1, sku=sku)
    return client.create_cart(Cart(items=[item])).id

client = ZonosClient("token", api_url=sys.argv[1])
print(make(client, "parent"), flush=True)
child = os.fork()
if not child:
    signal.alarm(10)  # a pool that came along would hang
    print(make(client, "child"), flush=True)
    os._exit(0)
_, status = os.waitpid(child, 0)
assert status == 0, status
print(make(client, "parent_again"), flush=True)
client.close()
"""


def test_a_client_works_in_a_forked_child_and_on_in_its_parent(
    upstream: Upstream,
) -> None:
    done = subprocess.run(
        # From 3.12 on Python warns of the very thing that is tested here.
        [
            sys.executable,
            "-W",
            "ignore::DeprecationWarning",
            "-c",
            PROGRAM,
            upstream.url,
        ],
        capture_output=True,
        text=True,
        timeout=3 * PATIENCE,
        check=False,
    )

    assert done.stderr == ""
    assert done.stdout.split() == [
        "cart_of_parent",
        "cart_of_child",
        "cart_of_parent_again",
    ]
    first, child, again = (request.connection for request in upstream.received)
    assert first == again != child


def test_an_app_starts_without_importing_gql() -> None:
    program = "import flask_zonos, sys; print('gql' in sys.modules)"

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert done.stdout == "False\n"
