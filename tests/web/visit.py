"""A whole visit of a shop, in a process that notes all that Python asks of the machine.

``SHOP_UPSTREAM`` is the upstream's address. A hook for audits stays for good, hence a
process of its own. Prints the statuses of the answers, and what was noted.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

PICTURE = "http://pictures.example/cup.png"
WATCHED = (
    *("socket.connect", "socket.getaddrinfo", "socket.gethostby", "socket.send"),
    *("http.client.connect", "urllib.", "subprocess.", "os.exec", "os.posix_spawn"),
    "os.system",
)


def visit() -> list[int]:
    from ..support.samples import cart
    from ..support.samples import item
    from ..support.shops import make_shop

    shop = make_shop(os.environ["SHOP_UPSTREAM"], ZONOS_DEMO_PAGE=True)
    shop.load_cart = lambda request_data: cart(item(image_url=PICTURE))
    browser = shop.browser("a")
    answers = [
        browser.get("/cart"),
        browser.get("/zonos/demo"),
        browser.post("/zonos/cart-info"),
        shop.click(),
        browser.post("/zonos/order-hint", json={"orderId": "order_1"}),
    ]
    shop.load_cart = lambda request_data: None
    answers.append(browser.post("/zonos/cart-info"))
    return [answer.status_code for answer in answers]


if __name__ == "__main__":
    noted: set[tuple[str, str]] = set()

    def note(event: str, arguments: tuple[Any, ...]) -> None:
        if event.startswith(WATCHED):
            # The first argument of a connect is the socket or connection itself.
            noted.add((event, str(arguments[event.endswith("connect")])))

    sys.addaudithook(note)
    print(json.dumps({"statuses": visit(), "noted": sorted(noted)}))
