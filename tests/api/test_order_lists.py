"""Lists of orders: one that is odd does not cost the others, and a list has an end."""

from __future__ import annotations

import json
import time
from itertools import count
from itertools import cycle
from typing import Any

import pytest

from flask_zonos import BadResponse
from flask_zonos import ZonosClient

from ..support.samples import ORDER
from ..support.upstream import Handler
from ..support.upstream import Received
from ..support.upstream import reply_with
from ..support.upstream import Upstream
from ..support.upstream import Wire


def page(orders: list[Any], cursor: str | None) -> str:
    info = {"endCursor": cursor, "hasNextPage": cursor is not None}
    edges = [{"node": order} for order in orders]
    return json.dumps({"data": {"orders": {"edges": edges, "pageInfo": info}}})


def test_an_order_that_cannot_be_read_is_told_after_the_others(
    upstream: Upstream, client: ZonosClient
) -> None:
    odd = {**ORDER["amountSubtotals"], "items": ""}
    orders = [{**ORDER, "amountSubtotals": odd}, {**ORDER, "id": "order_2"}]
    upstream.on("orders", reply_with(page(orders, None)))
    read = client.orders()
    assert next(read).id == "order_2"
    with pytest.raises(BadResponse, match="of another shape"):
        next(read)


@pytest.mark.parametrize("cursors", ["a", "abc"])
def test_pages_that_go_in_a_circle_come_to_an_end(
    upstream: Upstream, client: ZonosClient, cursors: str
) -> None:
    next_cursor = cycle(cursors)
    upstream.on("orders", lambda _, wire: wire.reply(page([], next(next_cursor))))
    with pytest.raises(BadResponse, match="in a circle"):
        list(client.orders())
    assert len(upstream.received) == len(cursors) + 1


def endless(*orders: dict[str, Any] | None, seconds: float = 0) -> Handler:
    """A list that always has a next page; ``None`` is an order that is a new one."""
    numbers = count()

    def answer(received: Received, wire: Wire) -> None:
        time.sleep(seconds)
        number = next(numbers)
        new = {**ORDER, "id": f"o{number}"}
        wire.reply(page([order or new for order in orders], f"c{number}"))

    return answer


@pytest.mark.parametrize(
    ("upstream_sends", "bounds", "asked", "told"),
    [
        (endless(), {}, 10, "have no end"),
        (endless(ORDER), {}, 11, "have no end"),
        (endless(None), {"max_pages": 12}, 12, "more than 12 pages"),
        (endless(None, seconds=0.1), {"max_seconds": 0.05}, 1, "in 0.05 seconds"),
    ],
)
def test_pages_without_an_end_are_given_up(
    upstream: Upstream,
    client: ZonosClient,
    upstream_sends: Handler,
    bounds: dict[str, Any],
    asked: int,
    told: str,
) -> None:
    upstream.on("orders", upstream_sends)
    with pytest.raises(BadResponse, match=told):
        list(client.orders(**bounds))
    assert len(upstream.received) == asked
