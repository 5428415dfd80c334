"""Shoppers who check out again and again, on sockets that cost next to nothing."""

from __future__ import annotations

import http.client
import json
import re
import socket
import threading
import time
from collections import Counter
from collections.abc import Sequence
from http.cookies import SimpleCookie

from .server import Server
from .server import THREADS
from .server import WORKERS

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


class Shopper:
    """One kept-alive connection to a shop, signed in.

    :param headers: the cookie and the identity tag; see :func:`sign_in`.
    """

    def __init__(self, address: tuple[str, int], headers: dict[str, str]) -> None:
        self._headers = headers
        self._socket = socket.create_connection(address, timeout=60)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.worker = self._exchange(self._request("GET", "/worker"))
        self.choose({})

    def choose(self, hints: dict[str, int]) -> None:
        """Check out another cart from now on: so many ``lines`` and ``addresses``."""
        self._checkout = self._request("POST", "/zonos/cart-info", json.dumps(hints))

    def check_out(self) -> float:
        """Seconds that one checkout took.

        :raises RuntimeError: if the answer holds no cart and password.
        """
        began = time.perf_counter()
        answer = self._exchange(self._checkout)
        took = time.perf_counter() - began
        if b"cart_" not in answer or b"otp_" not in answer:
            raise RuntimeError(f"no checkout: {answer[:300]!r}")
        return took

    def close(self) -> None:
        self._socket.close()

    def _request(self, method: str, path: str, body: str = "") -> bytes:
        headers = {
            "Host": "127.0.0.1",
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
            **self._headers,
        }
        lines = [f"{method} {path} HTTP/1.1"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        return "\r\n".join([*lines, "", body]).encode()

    def _exchange(self, request: bytes) -> bytes:
        self._socket.sendall(request)
        received = b""
        while True:
            data = self._socket.recv(65536)
            if not data:
                raise RuntimeError("the shop has closed the connection")
            received += data
            head, blank_line, body = received.partition(b"\r\n\r\n")
            length = _LENGTH.search(head)
            if blank_line and length and len(body) >= int(length[1]):
                return body


def sign_in(server: Server) -> dict[str, str]:
    """The headers of a signed-in shopper's browser."""
    connection = http.client.HTTPConnection(*server.address, timeout=60)
    connection.request("GET", "/login")
    answer = connection.getresponse()
    answer.read()
    cookie: SimpleCookie = SimpleCookie(answer.headers.get("Set-Cookie", ""))
    pairs = [f"{name}={morsel.value}" for name, morsel in cookie.items()]
    headers = {"Cookie": "; ".join(pairs)} if pairs else {}
    connection.request("GET", "/page", headers=headers)
    page = connection.getresponse().read().decode()
    connection.close()
    if identity := re.search(r'"identity": *"(\w+)"', page):
        headers["X-Zonos-Identity"] = identity[1]
    return headers


def shoppers(server: Server, count: int) -> list[Shopper]:
    """So many shoppers, spread evenly over the workers as a balancer would.

    gunicorn's workers race for each connection, and a kept connection stays where it
    is: without this one worker's threads may be too few while the other's are idle.
    """
    headers = sign_in(server)
    share = -(-count // WORKERS)
    chosen: list[Shopper] = []
    surplus: list[Shopper] = []
    counts: Counter[bytes] = Counter()
    while len(chosen) < count:
        shopper = Shopper(server.address, headers)
        if counts[shopper.worker] < share or len(surplus) > 10 * count:
            counts[shopper.worker] += 1
            chosen.append(shopper)
        else:
            surplus.append(shopper)
    for shopper in surplus:
        shopper.close()
    return chosen


def at_once(
    crowd: Sequence[Shopper], *, seconds: float = 1e9, checkouts: int | None = None
) -> list[float]:
    """What each checkout took while all shoppers checked out again and again.

    :param seconds: how long to go on.
    :param checkouts: how many at most, together.
    """
    end = time.perf_counter() + seconds
    left = iter(range(10**9 if checkouts is None else checkouts))
    lock = threading.Lock()
    taken: list[float] = []
    errors: list[BaseException] = []

    def run(shopper: Shopper) -> None:
        try:
            while time.perf_counter() < end and not errors:
                with lock:
                    if next(left, None) is None:
                        return
                taken.append(shopper.check_out())
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(shopper,)) for shopper in crowd]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return taken


#: Requests that a shop can hold at once.
PLACES = WORKERS * THREADS
