"""The environment's certificates and proxies, read once at the start."""

from __future__ import annotations

import select
import socket
import ssl
import threading
from contextlib import closing
from contextlib import suppress
from pathlib import Path

import pytest
import trustme

from flask_zonos import ConfigurationError
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

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self._context = context
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.heard: list[bytes] = []
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._accept)
        self._thread.start()

    def close(self) -> None:
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


def assert_well(client: ZonosClient, calls: int = 1) -> None:
    for _ in range(calls):
        assert client.create_cart(cart()).id == "cart_of_mug"


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


@pytest.mark.parametrize(
    ("name", "scheme"),
    [
        ("https_proxy", "ada:pass@"),
        ("ALL_PROXY", "http://ada:pass@"),
        ("HTTPS_PROXY", "https://ada:pass@"),
        ("HTTPS_PROXY", "socks5://"),
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
    with closing(Proxy(context)) as proxy:
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
    with closing(Proxy()) as proxy:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        assert_well(make_client())
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        assert_well(make_client(api_url=secure.url))
    assert proxy.heard == []


@pytest.mark.parametrize("content", [None, "no certificate"])
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
    ("proxy", "problem"),
    [
        *[
            ("ftp://127.0.0.1:1080", "HTTPS_PROXY"),
            ("http://127.0.0.1:abc", "HTTPS_PROXY"),
        ],
        # Without PySocks.
        ("socks5://127.0.0.1:1080", r"requests\[socks\]"),
    ],
)
def test_a_proxy_that_cannot_be_used_is_a_wrong_setting(
    make_client: MakeClient, monkeypatch: pytest.MonkeyPatch, proxy: str, problem: str
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    monkeypatch.setattr("flask_zonos.api.environment.find_spec", lambda name: None)
    with pytest.raises(ConfigurationError, match=problem):
        make_client(api_url=ELSEWHERE).create_cart(cart())
