"""A stand-in for Zonos's API over TLS, with delays, in a process of its own.

It takes commands as lines on its standard input and answers each with a line:
``delays 0.08 0.12`` (seconds, of the cart and of the profile), ``connections`` (how
many were opened so far) and ``hang-up`` (close those that are idle).
"""

from __future__ import annotations

import asyncio
import re
import selectors
import ssl
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import cast
from typing import Self

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


def _answer(body: bytes) -> bytes:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
    return head + str(len(body)).encode() + b"\r\n\r\n" + body


_CART = _answer(
    b'{"data":{"cartCreate":{"id":"cart_0d9c2f4e-9a41-4f0c-8a6e-1c6d3f0b7a55",'
    b'"expiresAt":"2040-01-01T12:00:00Z"}}}'
)
_PROFILE = _answer(
    b'{"data":{"checkoutCustomerProfileAuthenticate":{"oneTimePassword":'
    b'"otp_7f1c0e2d4b6a8f90123456789abcdef0"}}}'
)


class Upstream:
    """The running stand-in; ends with the ``with`` block.

    :param authority: the folder with ``server.pem``, made by :mod:`bench.authority`.
    """

    def __init__(self, authority: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.upstream", str(authority / "server.pem")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        self.url = f"https://localhost:{self._line()}/graphql"

    def set_delays(self, cart: float, profile: float) -> None:
        """Seconds that each of the two mutations takes from now on."""
        self._ask(f"delays {cart} {profile}")

    def connections(self) -> int:
        """The number of connections opened since the start."""
        return int(self._ask("connections"))

    def hang_up(self) -> None:
        """Close all idle connections, as a load balancer does after a minute."""
        self._ask("hang-up")

    def _ask(self, command: str) -> str:
        assert self._process.stdin is not None
        self._process.stdin.write(command + "\n")
        return self._line()

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the upstream stand-in has ended; its error is above")
        return line.strip()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        # It closes the pipes too, and waits.
        with self._process:
            self._process.terminate()


class _State:
    def __init__(self) -> None:
        self.cart_delay = self.profile_delay = 0.0
        self.opened = 0
        self.connections: set[_Connection] = set()

    def obey(self, command: str) -> str:
        match command.split():
            case ["delays", cart, profile]:
                self.cart_delay, self.profile_delay = float(cart), float(profile)
                return "done"
            case ["connections"]:
                return str(self.opened)
            case ["hang-up"]:
                for connection in list(self.connections):
                    connection.hang_up()
                return "done"
        raise ValueError(f"no such command: {command}")


class _Connection(asyncio.Protocol):
    transport: asyncio.Transport

    def __init__(self, state: _State) -> None:
        self._state = state
        self._loop = asyncio.get_running_loop()
        self._received = b""
        self._busy = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self._state.opened += 1
        self._state.connections.add(self)

    def connection_lost(self, error: Exception | None) -> None:
        self._state.connections.discard(self)

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, blank_line, body = self._received.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if not blank_line or (length and len(body) < int(length[1])):
            return
        self._received = b""
        self._busy = True
        if b"cartCreate" in body:
            delay, answer = self._state.cart_delay, _CART
        else:
            delay, answer = self._state.profile_delay, _PROFILE
        if delay:
            self._loop.call_later(delay, self._respond, answer)
        else:
            self._respond(answer)

    def hang_up(self) -> None:
        if not self._busy:
            self.transport.close()

    def _respond(self, answer: bytes) -> None:
        self._busy = False
        self.transport.write(answer)


async def _serve(certificate: str) -> None:
    loop = asyncio.get_running_loop()
    state = _State()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = await loop.create_server(
        lambda: _Connection(state), "localhost", 0, ssl=context, backlog=512
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    commands = asyncio.StreamReader()
    await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(commands), sys.stdin
    )
    # The end of the input is the end of the benchmark, however it ended.
    while line := await commands.readline():
        print(state.obey(line.decode()), flush=True)


if __name__ == "__main__":
    # select() waits to the microsecond, epoll to the millisecond.
    loop = asyncio.SelectorEventLoop(selectors.SelectSelector())
    loop.run_until_complete(_serve(sys.argv[1]))
