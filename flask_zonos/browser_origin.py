"""An origin as a browser writes it into ``Origin``, to be compared as text."""

from __future__ import annotations

import ipaddress
import re

import idna

_DEFAULT_PORTS = {"http": 80, "https": 443}
#: Scheme, host and port, and nothing else: no name, path, query, blank or backslash.
_SHAPE = re.compile(r"(https?)://(\[[0-9a-f:.]+\]|[^\s/?#@\\:\[\]]+)(?::(\d*))?", re.I)
#: Characters that no host has to a browser, and ``*``, which is a wildcard to a person.
_NO_HOST = re.compile(r"[\x00-\x20\x7f%*^|<>\"'`{},;()]")
_NUMBER = re.compile(r"\d+|0x[0-9a-f]*")


def browser_origin(given: str) -> str:
    """The origin in lower case, its host in ASCII, without its scheme's own port.

    :raises ValueError: for anything but scheme, host and port, with what to write. The
        message does not show ``given``, which may hold a password.
    """
    found = _SHAPE.fullmatch(given)
    if found is None:
        raise ValueError(
            "must be whole origins, scheme and host and perhaps a port, such as "
            "https://shop.example or http://127.0.0.1:5000: no user's name, no path, "
            "not even a / at the end, no *, and not null"
        )
    scheme, host, port = found[1].lower(), found[2], found[3]
    number = int(port) if port and len(port) < 8 and port.isascii() else None
    if port and not (number and number < 65536):
        raise ValueError("must have a port from 1 to 65535, or none")
    authority = _host(host)
    if number is not None and number != _DEFAULT_PORTS[scheme]:
        authority += f":{number}"
    return f"{scheme}://{authority}"


def _host(given: str) -> str:
    if given.startswith("["):
        try:
            return f"[{_ipv6(given[1:-1])}]"
        except ValueError:
            raise ValueError("must hold a valid IPv6 address in its brackets") from None
    if _NO_HOST.search(given):
        raise ValueError("must not hold * or another character that no host has")
    if given.isascii():
        host = given.lower()
    else:
        try:
            host = idna.encode(given, uts46=True, transitional=False).decode("ascii")
        except idna.IDNAError:
            raise ValueError(
                "must have a host that can be written in ASCII; write it as a browser "
                "sends it, such as https://xn--bcher-kva.example"
            ) from None
    labels = host.removesuffix(".").split(".")
    if not all(0 < len(label) < 64 for label in labels):
        raise ValueError("must have a host with 1 to 63 letters between its dots")
    if _NUMBER.fullmatch(labels[-1]):
        # A browser takes this for an IPv4 address, also 127.1 and 0x7f.1.
        try:
            return str(ipaddress.IPv4Address(host))
        except ValueError:
            raise ValueError(
                "must have a name or an IPv4 address of four numbers, as 127.0.0.1"
            ) from None
    return host


def _ipv6(given: str) -> str:
    address = ipaddress.IPv6Address(given)
    if address.ipv4_mapped is None:
        return address.compressed
    # Python 3.13 writes these with dots, a browser does not.
    high, low = divmod(int(address.ipv4_mapped), 2**16)
    return f"::ffff:{high:x}:{low:x}"
