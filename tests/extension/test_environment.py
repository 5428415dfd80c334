"""The environment's certificates and proxies, read once at the start."""

from __future__ import annotations

import select
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextlib import suppress
from pathlib import Path

import pytest
import trustme

from flask_zonos import ConfigurationError
from flask_zonos import ConnectionFailed
from flask_zonos import ZonosClient

from ..support.fixtures import MakeClient
from ..support.samples import cart
from ..support.shops import TOKEN
from ..support.upstream import PATIENCE
from ..support.upstream import server_context
from ..support.upstream import Upstream

ELSEWHERE = "https://api.zonos.example/graphql"


class Proxy:
    """An HTTP or SOCKS5 proxy that tunnels, and records each request for a tunnel."""

    def __init__(self, context: ssl.SSLContext | None) -> None:
        self._context = context
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.heard: list[bytes] = []
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._accept)
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(PATIENCE)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                if self._context is not None:
                    near = self._context.wrap_socket(near, server_side=True)
                with near:
                    self._tunnel(near)

    def _tunnel(self, near: socket.socket) -> None:
        asked = near.recv(4096)
        welcome = b"HTTP/1.1 200 Connection established\r\n\r\n"
        if asked[0] == 5:  # SOCKS
            near.sendall(b"\x05\x00")
            asked = near.recv(4096)
            port = int.from_bytes(asked[-2:])
            welcome = b"\x05\x00\x00\x01" + bytes(6)
        else:
            port = int(asked.split()[1].rpartition(b":")[2])
        self.heard.append(asked)
        with socket.create_connection(("127.0.0.1", port)) as far:
            near.sendall(welcome)
            while not self._stopping.is_set():
                ready: list[socket.socket] = [near]
                if not (isinstance(near, ssl.SSLSocket) and near.pending()):
                    ready, _, _ = select.select([near, far], (), (), 0.05)
                for source, target in ((near, far), (far, near)):
                    if source in ready:
                        data = source.recv(65536)
                        if not data:
                            return
                        target.sendall(data)


@contextmanager
def running_proxy(context: ssl.SSLContext | None = None) -> Iterator[Proxy]:
    proxy = Proxy(context)
    try:
        yield proxy
    finally:
        proxy.stop()


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    with running_proxy() as proxy:
        yield proxy


@pytest.fixture
def safe_client(
    make_client: MakeClient, secure: Upstream, ca_bundle: str
) -> Iterator[ZonosClient]:
    """A client of the upstream that speaks TLS."""
    yield make_client(api_url=secure.url, ca_bundle=ca_bundle)


def assert_well(client: ZonosClient, calls: int = 1) -> None:
    for _ in range(calls):
        assert client.create_cart(cart()).id == "cart_of_mug"


def test_tls_connections_are_checked_and_kept_and_one_that_closed_costs_no_call(
    secure: Upstream, safe_client: ZonosClient
) -> None:
    assert_well(safe_client, 5)
    assert secure.connections == 1
    for _ in range(2):
        secure.drop_connections()
        assert_well(safe_client)
    assert len(secure.received) == 7


def test_a_certificate_of_an_unknown_authority_is_refused_before_anything_is_sent(
    secure: Upstream, make_client: MakeClient
) -> None:
    with pytest.raises(ConnectionFailed, match="ZONOS_CA_BUNDLE") as caught:
        make_client(api_url=secure.url, ca_bundle=None).create_cart(cart())
    assert not caught.value.sent
    assert secure.received == []


@pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_the_environments_certificates_count_where_the_setting_gives_none(
    secure: Upstream,
    make_client: MakeClient,
    ca_bundle: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    monkeypatch.setenv(name, ca_bundle)
    assert_well(make_client(api_url=secure.url, ca_bundle=None))
    other = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(str(other))
    monkeypatch.setenv(name, str(other))
    assert_well(make_client(api_url=secure.url, ca_bundle=ca_bundle))


def test_the_environment_is_read_once_and_not_at_each_call(
    secure: Upstream,
    safe_client: ZonosClient,
    proxy: Proxy,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert_well(safe_client)
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere")
    secure.drop_connections()
    assert_well(safe_client)
    assert proxy.heard == []


@pytest.mark.parametrize("content", [None, "", "no certificate"])
def test_certificates_that_cannot_be_read_are_a_wrong_setting(
    make_client: MakeClient, tmp_path: Path, content: str | None
) -> None:
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_text(content)
    client = make_client(api_url=ELSEWHERE, ca_bundle=str(path))
    with pytest.raises(ConfigurationError, match="ZONOS_CA_BUNDLE"):
        client.create_cart(cart())


@pytest.mark.parametrize(
    ("name", "scheme"),
    [
        ("HTTPS_PROXY", "http://ada:pass@"),
        ("https_proxy", "ada:pass@"),
        ("ALL_PROXY", "http://ada:pass@"),
        ("HTTPS_PROXY", "https://ada:pass@"),
        ("HTTPS_PROXY", "socks5://"),
        ("HTTPS_PROXY", "socks5h://"),
    ],
)
def test_a_proxy_of_the_environment_is_tunnelled_through(
    secure: Upstream,
    authority: trustme.CA,
    safe_client: ZonosClient,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    scheme: str,
) -> None:
    context = server_context(authority) if scheme.startswith("https:") else None
    with running_proxy(context) as proxy:
        monkeypatch.setenv(name, f"{scheme}127.0.0.1:{proxy.port}")
        assert_well(safe_client, 3)

    (told,) = proxy.heard
    assert TOKEN.encode() not in told
    if scheme.startswith("socks"):
        assert told.endswith(secure.port.to_bytes(2))
    else:
        assert told.startswith(f"CONNECT 127.0.0.1:{secure.port} ".encode())
        assert b"proxy-authorization: basic ywrhonbhc3m=" in told.lower()


def test_without_pysocks_a_socks_proxy_is_a_wrong_setting_that_says_what_to_install(
    make_client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "socks5://127.0.0.1:1080")
    monkeypatch.setattr("flask_zonos.api.environment.find_spec", lambda name: None)
    with pytest.raises(ConfigurationError, match=r"requests\[socks\]"):
        make_client(api_url=ELSEWHERE).create_cart(cart())


@pytest.mark.parametrize("proxy", ["ftp://127.0.0.1:1080", "http://127.0.0.1:abc"])
def test_a_proxy_of_another_kind_is_a_wrong_setting(
    make_client: MakeClient, monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    with pytest.raises(ConfigurationError, match="HTTPS_PROXY"):
        make_client(api_url=ELSEWHERE).create_cart(cart())


def test_no_proxy_sees_a_host_in_no_proxy_or_the_credential_of_a_plain_address(
    client: ZonosClient,
    safe_client: ZonosClient,
    proxy: Proxy,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
    assert_well(client)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    assert_well(safe_client)
    assert proxy.heard == []
