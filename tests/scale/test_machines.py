"""Two shops, one worker, one Zonos: what one machine learns, the other knows."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from sqlalchemy import create_engine
from sqlalchemy import NullPool
from sqlalchemy import text

from demo_app.scale.machines import Machines

from ..support.threads import assert_soon
from .shopper import Shopper

NewShopper = Callable[[], Shopper]


def ask(machines: Machines, query: str, **values: str) -> int:
    """The number that a query of the shop's database gives."""
    engine = create_engine(machines.env["DATABASE_URL"], poolclass=NullPool)
    with engine.connect() as connection:
        return int(connection.execute(text(query), values).scalar_one())


def stored(machines: Machines, order_id: str) -> int:
    """The number of rows that the shop has for an order."""
    query = "SELECT count(*) FROM shop_order WHERE public_id = :id"
    return ask(machines, query, id=order_id)


def stock(machines: Machines) -> int:
    return ask(machines, "SELECT stock FROM variant WHERE sku = 'MORGEN-WHITE'")


def tell(machines: Machines, base: str, order_id: str) -> int:
    """Deliver a webhook once more, to one machine."""
    return requests.post(
        f"{base}/zonos/webhooks?type=ORDER_CREATED",
        json={"data": {"order": {"id": order_id}}},
        headers={"X-Zonos-Webhook-Secret": machines.webhook_secret},
        timeout=30,
    ).status_code


def test_sign_in_on_one_and_check_out_on_the_other(
    machines: Machines, new_shopper: NewShopper
) -> None:
    shopper = new_shopper()
    first, second = (shop.url for shop in machines.shops)
    shopper.at = first
    shopper.sign_in()
    shopper.add()
    tag = shopper.identity()
    shopper.at = second
    answer = shopper.click(X_Zonos_Identity=tag)
    assert answer.status_code == 200, answer.text
    info = answer.json()
    assert info["recognition"]["level"] == "profile"

    before = stock(machines)
    order_id = shopper.pay(info)
    bases = [first, second, machines.front.url] * 4
    with ThreadPoolExecutor(12) as pool:
        told = list(pool.map(lambda base: tell(machines, base, order_id), bases))
    assert set(told) == {204}
    assert_soon(lambda: shopper.sees(order_id))
    done = re.compile("Task shop.take_order.+succeeded")
    log = machines.worker.log
    assert_soon(lambda: len(done.findall(log.read_text())) >= len(bases))
    assert stored(machines, order_id) == 1
    assert stock(machines) == before - 1
    shopper.at = first
    assert shopper.sees(order_id)


def test_a_sign_out_on_one_holds_on_the_other(
    machines: Machines, new_shopper: NewShopper
) -> None:
    shopper = new_shopper()
    shopper.get("/login")
    planted = shopper.http.cookies["vindstille"]
    first, second = (shop.url for shop in machines.shops)
    shopper.at = first
    shopper.add()
    anonymous = shopper.identity()
    shopper.sign_in()
    # A planted session is not the one that signs in.
    assert shopper.http.cookies["vindstille"] != planted
    stale = dict(shopper.http.cookies)
    shopper.at = second
    assert shopper.get("/account").status_code == 200
    answer = shopper.click(X_Zonos_Identity=anonymous)
    assert (answer.status_code, answer.json()["code"]) == (409, "identity-changed")
    shopper.post("/logout")
    for base in (first, second):
        answer = requests.get(
            f"{base}/account", cookies=stale, allow_redirects=False, timeout=30
        )
        assert answer.status_code == 302, "the session is still somebody's"


def test_nginx_tells_whose_click_it_is_and_where_from(
    machines: Machines, new_shopper: NewShopper
) -> None:
    shopper = new_shopper()
    shopper.add()
    own = machines.front.url
    assert shopper.click(Origin=own).status_code == 200
    assert shopper.click(Origin="https://evil.example").status_code == 403
    assert shopper.click(Sec_Fetch_Site="cross-site").status_code == 403
    # Both machines count together, and a made-up address has no count of its own.
    told = [shopper.click(X_Forwarded_For=f"10.0.0.{n}") for n in range(31)]
    assert [one.status_code for one in told[-4:]] == [429] * 4
    assert new_shopper().click().status_code == 409  # an empty basket, but heard


@pytest.mark.parametrize("way", ["webhook", "sync"])
def test_a_killed_shop_loses_no_order(
    way: str, machines: Machines, new_shopper: NewShopper
) -> None:
    shopper = new_shopper()
    shopper.add()
    info = shopper.click().json()
    # Nobody tells of it: both machines are gone while it is paid.
    for shop in machines.shops:
        shop.kill()
    order_id = shopper.pay(info)
    machines.shops = [machines.start_shop(shop.port or 0) for shop in machines.shops]
    for shop in machines.shops:
        shop.wait()
    if way == "sync":
        assert order_id in machines.flask("zonos", "orders", "sync", "--since", "1h")
    else:
        assert tell(machines, machines.shops[1].url, order_id) == 204
    assert_soon(lambda: stored(machines, order_id) == 1)


def test_without_a_worker_an_order_waits_for_one(
    machines: Machines, new_shopper: NewShopper
) -> None:
    shopper = new_shopper()
    shopper.add()
    info = shopper.click().json()
    machines.worker.stop()
    order_id = shopper.pay(info)
    assert tell(machines, machines.front.url, order_id) == 204
    assert stored(machines, order_id) == 0
    machines.worker = machines.start_worker()
    machines.worker.wait()
    assert_soon(lambda: stored(machines, order_id) == 1)
