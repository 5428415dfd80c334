"""The environment's settings, read once at the start, and their limits."""

from __future__ import annotations

import select
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import trustme

from flask_zonos import ConfigurationError
from flask_zonos import ConnectionFailed
from flask_zonos import TimedOut

from ..support.fixtures import MakeClient
from ..support.samples import cart
from ..support.shops import TOKEN
from ..support.upstream import dripping
from ..support.upstream import PATIENCE
from ..support.upstream import server_context
from ..support.upstream import Upstream


class Proxy:
    """An HTTP or SOCKS5 proxy that tunnels, and keeps what it was told."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self._context = context
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
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
        if asked[0] == 5:
            near.sendall(b"\x05\x00")
            asked = near.recv(4096)
            address = asked[4:8] if asked[3] == 1 else asked[5:-2]
            host = ".".join(map(str, address)) if asked[3] == 1 else address.decode()
            port = int.from_bytes(asked[-2:])
            welcome = b"\x05\x00\x00\x01" + bytes(6)
        else:
            name, _, given = asked.split()[1].decode().rpartition(":")
            host, port = name, int(given)
            welcome = b"HTTP/1.1 200 Connection established\r\n\r\n"
        self.heard.append(asked)
        with socket.create_connection((host, port)) as far:
            near.sendall(welcome)
            while not self._stopping.is_set():
                ready: list[socket.socket]
                if isinstance(near, ssl.SSLSocket) and near.pending():
                    ready = [near]
                else:
                    ready, _, _ = select.select([near, far], (), (), 0.05)
                for source, target in ((near, far), (far, near)):
                    if source in ready:
                        data = source.recv(65536)
                        if not data:
                            return
                        target.sendall(data)


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    proxy = Proxy()
    yield proxy
    proxy.stop()


def test_tls_connections_are_checked_and_kept(
    secure: Upstream, make_client: MakeClient, ca_bundle: str
) -> None:
    client = make_client(api_url=secure.url, ca_bundle=ca_bundle)

    for _ in range(5):
        assert client.create_cart(cart()).id == "cart_of_mug"

    assert secure.connections == 1


def test_a_tls_connection_that_the_server_closed_meanwhile_costs_no_call(
    secure: Upstream, make_client: MakeClient, ca_bundle: str
) -> None:
    client = make_client(api_url=secure.url, ca_bundle=ca_bundle)

    for _ in range(3):
        assert client.create_cart(cart()).id == "cart_of_mug"
        secure.drop_connections()

    assert len(secure.received) == 3


def test_the_deadline_holds_over_tls_too(
    secure: Upstream, make_client: MakeClient, ca_bundle: str
) -> None:
    client = make_client(api_url=secure.url, ca_bundle=ca_bundle, deadline=0.4)
    gone = threading.Event()
    secure.on("*", dripping(gone))

    with pytest.raises(TimedOut):
        client.create_cart(cart())

    assert gone.wait(PATIENCE)


def test_a_certificate_of_an_unknown_authority_is_refused_before_anything_is_sent(
    secure: Upstream, make_client: MakeClient
) -> None:
    with pytest.raises(ConnectionFailed, match="ZONOS_CA_BUNDLE") as caught:
        make_client(api_url=secure.url).create_cart(cart())

    assert not caught.value.sent
    assert secure.received == []


def test_a_certificate_of_another_host_is_refused(
    authority: trustme.CA, make_client: MakeClient, ca_bundle: str
) -> None:
    other = Upstream(server_context(authority, "elsewhere.example"))
    try:
        with pytest.raises(ConnectionFailed, match="TLS failed"):
            make_client(api_url=other.url, ca_bundle=ca_bundle).create_cart(cart())
    finally:
        other.stop()

    assert other.received == []


@pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_the_environments_certificates_count_where_the_setting_gives_none(
    secure: Upstream,
    make_client: MakeClient,
    ca_bundle: str,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    monkeypatch.setenv(name, ca_bundle)

    assert make_client(api_url=secure.url).create_cart(cart()).id == "cart_of_mug"


def test_the_setting_wins_over_the_environments_certificates(
    secure: Upstream,
    make_client: MakeClient,
    ca_bundle: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    other = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(str(other))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(other))
    client = make_client(api_url=secure.url, ca_bundle=ca_bundle)

    assert client.create_cart(cart()).id == "cart_of_mug"


def test_the_environment_is_read_once_and_not_at_each_call(
    secure: Upstream,
    make_client: MakeClient,
    ca_bundle: str,
    proxy: Proxy,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = make_client(api_url=secure.url, ca_bundle=ca_bundle)
    client.create_cart(cart())
    monkeypatch.setenv("HTTPS_PROXY", proxy.url)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere")
    secure.drop_connections()

    assert client.create_cart(cart()).id == "cart_of_mug"
    assert proxy.heard == []


@pytest.mark.parametrize("content", [None, "", "no certificate"])
def test_certificates_that_cannot_be_read_are_a_wrong_setting(
    make_client: MakeClient, tmp_path: Path, content: str | None
) -> None:
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_text(content)
    client = make_client(api_url="https://127.0.0.1/graphql", ca_bundle=str(path))

    with pytest.raises(ConfigurationError, match="ZONOS_CA_BUNDLE"):
        client.create_cart(cart())


@pytest.mark.parametrize("name", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
@pytest.mark.parametrize("scheme", ["http://", ""])
def test_a_proxy_of_the_environment_is_tunnelled_through(
    secure: Upstream,
    make_client: MakeClient,
    ca_bundle: str,
    proxy: Proxy,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    scheme: str,
) -> None:
    with_password = proxy.url.replace("http://", f"{scheme}ada:pass@")
    monkeypatch.setenv(name, with_password)
    client = make_client(api_url=secure.url, ca_bundle=ca_bundle)

    for _ in range(3):
        assert client.create_cart(cart()).id == "cart_of_mug"

    (told,) = proxy.heard
    assert told.startswith(f"CONNECT 127.0.0.1:{secure.port} ".encode())
    assert b"proxy-authorization: basic ywrhonbhc3m=" in told.lower()
    assert TOKEN.encode() not in told


@pytest.mark.parametrize("scheme", ["socks5", "socks5h"])
def test_a_socks_proxy_of_the_environment_is_tunnelled_through(
    secure: Upstream,
    make_client: MakeClient,
    ca_bundle: str,
    proxy: Proxy,
    monkeypatch: pytest.MonkeyPatch,
    scheme: str,
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"{scheme}://127.0.0.1:{proxy.port}")
    client = make_client(api_url=secure.url, ca_bundle=ca_bundle)

    for _ in range(3):
        assert client.create_cart(cart()).id == "cart_of_mug"

    (told,) = proxy.heard
    assert told.endswith(secure.port.to_bytes(2))


def test_a_proxy_over_tls_is_tunnelled_through(
    secure: Upstream,
    make_client: MakeClient,
    authority: trustme.CA,
    ca_bundle: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    proxy = Proxy(server_context(authority))
    try:
        monkeypatch.setenv("HTTPS_PROXY", f"https://127.0.0.1:{proxy.port}")
        client = make_client(api_url=secure.url, ca_bundle=ca_bundle)
        for _ in range(3):
            assert client.create_cart(cart()).id == "cart_of_mug"
    finally:
        proxy.stop()

    (told,) = proxy.heard
    assert told.startswith(f"CONNECT 127.0.0.1:{secure.port} ".encode())
    assert TOKEN.encode() not in told


def test_without_pysocks_a_socks_proxy_is_a_wrong_setting_that_says_what_to_install(
    make_client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "socks5://127.0.0.1:1080")
    monkeypatch.setattr("flask_zonos.api.environment.find_spec", lambda name: None)

    with pytest.raises(ConfigurationError, match=r"requests\[socks\]"):
        make_client(api_url="https://api.zonos.example/graphql").create_cart(cart())


def test_a_host_in_no_proxy_is_reached_directly(
    secure: Upstream,
    make_client: MakeClient,
    ca_bundle: str,
    proxy: Proxy,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy.url)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    make_client(api_url=secure.url, ca_bundle=ca_bundle).create_cart(cart())

    assert proxy.heard == []
    assert len(secure.received) == 1


def test_a_proxy_never_reads_the_credential_of_a_plain_address(
    upstream: Upstream,
    make_client: MakeClient,
    proxy: Proxy,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTP_PROXY", proxy.url)
    monkeypatch.setenv("ALL_PROXY", proxy.url)
    make_client().create_cart(cart())

    assert proxy.heard == []
    assert len(upstream.received) == 1


@pytest.mark.parametrize("proxy", ["ftp://127.0.0.1:1080", "http://127.0.0.1:abc"])
def test_a_proxy_of_another_kind_is_a_wrong_setting(
    make_client: MakeClient, monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)

    with pytest.raises(ConfigurationError, match="HTTPS_PROXY"):
        make_client(api_url="https://api.zonos.example/graphql").create_cart(cart())


def test_netrc_adds_no_credential_of_its_own(
    upstream: Upstream,
    make_client: MakeClient,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login ada password pass\n")
    monkeypatch.setenv("NETRC", str(netrc))
    make_client().create_cart(cart())

    assert "authorization" not in upstream.received[0].headers
