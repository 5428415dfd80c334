"""Lists of orders: one that is odd does not cost the others, and a list has an end."""

from __future__ import annotations

import json
from typing import Any

import pytest

from flask_zonos import BadResponse
from flask_zonos import ZonosClient

from .test_order_hint import ORDER
from .upstream import Handler
from .upstream import Received
from .upstream import Upstream
from .upstream import Wire


def pages(*cursors: str | None, orders: list[Any] | None = None) -> Handler:
    """One page after the other, each with the cursor of the next; then again."""
    asked: list[Any] = []

    def answer(received: Received, wire: Wire) -> None:
        cursor = cursors[len(asked) % len(cursors)]
        asked.append(received)
        info = {"endCursor": cursor, "hasNextPage": cursor is not None}
        edges = [{"node": order} for order in orders or ()]
        page = {"edges": edges, "pageInfo": info}
        wire.reply(json.dumps({"data": {"orders": page}}))

    return answer


def test_an_order_that_cannot_be_read_is_told_after_the_others(
    upstream: Upstream, client: ZonosClient
) -> None:
    odd = {**ORDER["amountSubtotals"], "items": ""}
    orders = [{**ORDER, "amountSubtotals": odd}, {**ORDER, "id": "order_2"}]
    upstream.on("orders", pages(None, orders=orders))
    read = client.orders()

    assert next(read).id == "order_2"
    with pytest.raises(BadResponse, match="of another shape"):
        next(read)


@pytest.mark.parametrize("cursors", ["a", "ab", "abc"])
def test_pages_that_go_in_a_circle_come_to_an_end(
    upstream: Upstream, client: ZonosClient, cursors: str
) -> None:
    upstream.on("orders", pages(*cursors))

    with pytest.raises(BadResponse, match="in a circle"):
        list(client.orders())

    assert len(upstream.received) == len(cursors) + 1
