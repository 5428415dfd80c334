"""Shoppers who check out again and again, on sockets that cost next to nothing."""

from __future__ import annotations

import http.client
import json
import re
import socket
import threading
import time
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Sequence
from http.cookies import SimpleCookie

from .server import Server

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


class Shopper:
    """Someone signed in, each of whose requests comes on a connection of its own.

    So nginx passes them on where nothing else is said.

    :param headers: the cookie and the identity tag; see :func:`sign_in`.
    """

    def __init__(self, address: tuple[str, int], headers: dict[str, str]) -> None:
        self._address = address
        self._headers = headers
        self.choose({})

    def choose(self, hints: dict[str, int]) -> None:
        """Check out another cart from now on: so many ``lines`` and ``addresses``."""
        body = json.dumps(hints)
        headers = {
            "Host": "127.0.0.1",
            "Connection": "close",
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
            "Sec-Fetch-Site": "same-origin",
            **self._headers,
        }
        lines = ["POST /zonos/cart-info HTTP/1.1"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self._request = "\r\n".join([*lines, "", body]).encode()

    def check_out(self) -> float:
        """Seconds that one checkout took.

        :raises RuntimeError: if the answer holds no cart and password.
        """
        began = time.perf_counter()
        with socket.create_connection(self._address, timeout=60) as connection:
            connection.sendall(self._request)
            answer = _whole_answer(connection)
            took = time.perf_counter() - began
        if b"cart_" not in answer or b"otp_" not in answer:
            raise RuntimeError(f"no checkout: {answer[:300]!r}")
        return took


def _whole_answer(connection: socket.socket) -> bytes:
    received = b""
    while data := connection.recv(65536):
        received += data
        head, blank_line, body = received.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if blank_line and length and len(body) >= int(length[1]):
            return body
    raise RuntimeError(f"the shop broke off: {received[:300]!r}")


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
    """So many shoppers of a shop, signed in."""
    headers = sign_in(server)
    return [Shopper(server.address, headers) for _ in range(count)]


def at_once(
    crowd: Sequence[Shopper], *, seconds: float, checkouts: int | None = None
) -> list[float]:
    """The duration of each checkout while all shoppers check out again and again.

    :param seconds: how long to go on.
    :param checkouts: how many at most, together.
    """
    end = time.perf_counter() + seconds
    left = iter(range(10**9 if checkouts is None else checkouts))
    lock = threading.Lock()

    def run(shopper: Shopper) -> Iterator[float]:
        while time.perf_counter() < end:
            with lock:
                if next(left, None) is None:
                    return
            yield shopper.check_out()

    return _together(crowd, run)


def paced(crowd: Sequence[Shopper], *, rate: float, seconds: float) -> list[float]:
    """The duration of each checkout at so many a second, begun one by one."""
    began = time.perf_counter()
    starts = iter(began + number / rate for number in range(int(rate * seconds)))
    lock = threading.Lock()

    def run(shopper: Shopper) -> Iterator[float]:
        while True:
            with lock:
                start = next(starts, None)
            if start is None:
                return
            time.sleep(max(start - time.perf_counter(), 0))
            yield shopper.check_out()

    return _together(crowd, run)


def _together(
    crowd: Sequence[Shopper], run: Callable[[Shopper], Iterator[float]]
) -> list[float]:
    taken: list[float] = []
    errors: list[BaseException] = []

    def checks_out(shopper: Shopper) -> None:
        try:
            for took in run(shopper):
                taken.append(took)
                if errors:
                    return
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=checks_out, args=(each,)) for each in crowd]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return taken
