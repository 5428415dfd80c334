"""Right answers under the servers that shops use, and a clean end amid calls."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from ..support.fault_handlers import hangs
from ..support.servers import end
from ..support.servers import served
from ..support.shops import PROFILE
from ..support.upstream import answer_after
from ..support.upstream import Handler
from ..support.upstream import Upstream

SHOPPERS = 4
#: Of each shopper.
CHECKOUTS = 3


def click(url: str, user_id: str, sku: str) -> requests.Response:
    """A click in a new browser, so that every worker gets some of everyone's."""
    with requests.Session() as session:
        session.trust_env = False
        # Signs in; there is no need for the page that it leads to.
        session.post(f"{url}/sign-in/{user_id}", allow_redirects=False, timeout=30)
        body = {"sku": sku}
        return session.post(f"{url}/zonos/cart-info", json=body, timeout=30)


def shop_often(url: str, user_id: str) -> None:
    """One shopper's checkouts, one after the other; each is this shopper's own."""
    for number in range(CHECKOUTS):
        sku = f"{user_id}-{number}"
        answer: Any = click(url, user_id, sku).json()
        assert answer["cartId"] == f"cart_of_{sku}"
        given = answer["customerProfileAuthenticate"]
        assert given == {PROFILE: {"oneTimePassword": f"otp_of_{user_id}"}}


@pytest.mark.process
@pytest.mark.parametrize(
    ("server", "last", "reason"),
    [
        ("gunicorn gthread", answer_after(1), None),
        ("gunicorn gthread preload", hangs, "timeout"),
        ("gunicorn gevent", hangs, "timeout"),
        ("waitress", answer_after(1), None),
    ],
    ids=["gthread", "gthread preload", "gevent", "waitress"],
)
def test_a_server_gives_everyone_their_own_and_ends_with_a_call_in_flight(
    secure: Upstream,
    ca_bundle: str,
    server: str,
    last: Handler,
    reason: str | None,
) -> None:
    # Of a call that hangs, and far more than one that is well needs on a busy machine.
    seconds = "5" if last is hangs else "20"
    settings = {"ZONOS_DEADLINE": seconds, "ZONOS_PROFILE_GRACE": seconds}
    settings["ZONOS_CA_BUNDLE"] = ca_bundle
    with (
        ThreadPoolExecutor(SHOPPERS) as pool,
        served(server, secure, **settings) as (url, pid),
    ):
        users = [f"user-{number % 2}" for number in range(SHOPPERS)]
        list(pool.map(lambda user: shop_often(url, user), users))
        connections = {each.connection for each in secure.received}
        assert len(connections) < len(secure.received), "none is used twice"

        asked = len(secure.received)
        secure.on(PROFILE, last)
        call = pool.submit(click, url, "user-0", "last")
        secure.wait_for(asked + 2)
        end(server, pid)
        answer: Any = call.result().json()
        assert answer["cartId"] == "cart_of_last"
        assert answer["recognition"]["reason"] == reason
