"""The environment's certificates and proxies, read once at the start."""

from __future__ import annotations

import select
import socket
import socketserver
import ssl
import threading

import pytest
import trustme

from flask_zonos import ConfigurationError
from flask_zonos import ConnectionFailed
from flask_zonos import ZonosClient

from ..support.fault_handlers import says
from ..support.fixtures import MakeClient
from ..support.samples import cart
from ..support.shops import TOKEN
from ..support.upstream import server_context
from ..support.upstream import Upstream


class Tunnel(socketserver.BaseRequestHandler):
    """The tunnel of an HTTP or SOCKS5 proxy, which records what it is asked for."""

    def handle(self) -> None:
        near: socket.socket = self.request
        asked = near.recv(4096)
        welcome = b"HTTP/1.1 200 Connection established\r\n\r\n"
        if asked[0] == 5:  # SOCKS
            near.sendall(b"\x05\x00")
            asked = near.recv(4096)
            port = int.from_bytes(asked[-2:])
            welcome = b"\x05\x00\x00\x01" + bytes(6)
        else:
            port = int(asked.split()[1].rpartition(b":")[2])
        assert isinstance(self.server, Proxy)
        self.server.heard.append(asked)
        with socket.create_connection(("127.0.0.1", port)) as far:
            near.sendall(welcome)
            while self.pass_on(near, far):
                pass

    def pass_on(self, near: socket.socket, far: socket.socket) -> bytes:
        """Pass on what one side says to the other; nothing once one has gone."""
        is_near = isinstance(near, ssl.SSLSocket) and near.pending()
        if not is_near:
            is_near = near in select.select([near, far], (), ())[0]
        data = (near if is_near else far).recv(65536)
        (far if is_near else near).sendall(data)
        return data


class Proxy(socketserver.ThreadingTCPServer):
    """Serves in a thread for as long as its context lasts."""

    daemon_threads = True

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), Tunnel)
        if context is not None:
            self.socket = context.wrap_socket(self.socket, server_side=True)
        self.port: int = self.server_address[1]
        self.heard: list[bytes] = []

    def __enter__(self) -> Proxy:
        threading.Thread(target=self.serve_forever, args=(0.01,)).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()


def assert_well(client: ZonosClient, calls: int = 1) -> None:
    for _ in range(calls):
        assert client.create_cart(cart()).id == "cart_of_mug"


@pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_the_environments_certificates_count_where_the_setting_gives_none(
    secure: Upstream,
    make_client: MakeClient,
    ca_bundle: str,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    monkeypatch.setenv(name, ca_bundle)
    assert_well(make_client(api_url=secure.url, ca_bundle=None))
    monkeypatch.setenv(name, "/nowhere")
    assert_well(make_client(api_url=secure.url))


@pytest.mark.parametrize(
    ("name", "scheme"),
    [
        ("https_proxy", "ada:pass@"),
        ("HTTPS_PROXY", "https://ada:pass@"),
        ("ALL_PROXY", "socks5://"),
    ],
)
def test_a_proxy_of_the_environment_is_tunnelled_through(
    secure: Upstream,
    authority: trustme.CA,
    make_client: MakeClient,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    scheme: str,
) -> None:
    context = server_context(authority) if scheme.startswith("https:") else None
    with Proxy(context) as proxy:
        monkeypatch.setenv(name, f"{scheme}127.0.0.1:{proxy.port}")
        assert_well(make_client(api_url=secure.url), 3)

    (told,) = proxy.heard
    assert TOKEN.encode() not in told
    if scheme.startswith("socks"):
        assert told.endswith(secure.port.to_bytes(2))
    else:
        assert told.startswith(f"CONNECT 127.0.0.1:{secure.port} ".encode())
        assert b"proxy-authorization: basic ywrhonbhc3m=" in told.lower()


def test_no_proxy_sees_a_host_in_no_proxy_or_the_credential_of_a_plain_address(
    secure: Upstream, make_client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Proxy() as proxy:
        for name in ("HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        assert_well(make_client())
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        assert_well(make_client(api_url=secure.url))
    assert proxy.heard == []


@pytest.mark.parametrize("scheme", ["http", "socks5"])
def test_a_proxy_that_will_not_is_no_connection(
    upstream: Upstream,
    make_client: MakeClient,
    monkeypatch: pytest.MonkeyPatch,
    scheme: str,
) -> None:
    upstream.on("*", says(b"", 407))
    port = upstream.port if scheme == "http" else 9
    monkeypatch.setenv("HTTPS_PROXY", f"{scheme}://127.0.0.1:{port}")
    client = make_client(api_url="https://zonos.invalid/graphql")
    with pytest.raises(ConnectionFailed) as caught:
        client.create_cart(cart())
    assert not caught.value.sent


@pytest.mark.parametrize(
    ("variable", "value", "problem"),
    [
        ("REQUESTS_CA_BUNDLE", __file__, "ZONOS_CA_BUNDLE"),
        ("HTTPS_PROXY", "ftp://127.0.0.1:1080", "HTTPS_PROXY"),
        ("HTTPS_PROXY", "http://127.0.0.1:abc", "HTTPS_PROXY"),
        # Without PySocks.
        ("HTTPS_PROXY", "socks5://127.0.0.1:1080", r"requests\[socks\]"),
    ],
)
def test_what_cannot_be_used_is_a_wrong_setting(
    make_client: MakeClient,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    value: str,
    problem: str,
) -> None:
    monkeypatch.setenv(variable, value)
    monkeypatch.setattr("flask_zonos.api.environment.find_spec", lambda name: None)
    client = make_client(api_url="https://api.zonos.example/graphql", ca_bundle=None)
    with pytest.raises(ConfigurationError, match=problem):
        client.create_cart(cart())
