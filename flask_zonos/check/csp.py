"""A Content-Security-Policy, read as a browser reads it (CSP level 3).

Only what a checkout needs: scripts, requests, frames, and policies of Trusted Types.
Redirects and hashes are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import SplitResult
from urllib.parse import unquote
from urllib.parse import urlsplit

#: Which directive speaks where the first is not there.
_FALLBACK = {
    "script-src-elem": ("script-src-elem", "script-src", "default-src"),
    "connect-src": ("connect-src", "default-src"),
    "frame-src": ("frame-src", "child-src", "default-src"),
}
_DEFAULT_PORTS = {"http": 80, "https": 443}
#: What a browser ignores in a <meta> element.
_HEADER_ONLY = ("frame-ancestors", "report-uri", "sandbox")

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_HOST = re.compile(
    r"(?:(?P<scheme>[a-z][a-z0-9+.-]*)://)?"
    r"(?P<host>\*|(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*)"
    r"(?::(?P<port>[0-9]+|\*))?"
    r"(?P<path>/[^?#]*)?",
    re.IGNORECASE,
)
_NONCE = re.compile(r"'(?i:nonce)-([a-zA-Z0-9+/_-]+={0,2})'")
_HASH = re.compile(r"'sha(256|384|512)-.+'", re.IGNORECASE)


@dataclass(frozen=True)
class Policy:
    """One policy; where a page has several, each of them must allow.

    :ivar directives: each directive's values by its name; the first of a name counts.
    """

    directives: dict[str, tuple[str, ...]]

    def in_force(self, directive: str) -> str | None:
        """The name of the directive that speaks for this one; ``None`` if none does."""
        names = _FALLBACK[directive]
        return next((name for name in names if name in self.directives), None)

    def sources(self, directive: str) -> tuple[str, ...] | None:
        """The sources in force, or ``None`` where everything is allowed."""
        name = self.in_force(directive)
        return None if name is None else self.directives[name]

    def allows(self, directive: str, url: str, origin: str) -> bool:
        """Return whether a page of ``origin`` may request ``url``."""
        sources = self.sources(directive)
        return sources is None or _matches_any(sources, url, origin)

    def allows_script(
        self, url: str, origin: str, nonce: str | None, *, by_script: bool = False
    ) -> bool:
        """Return whether a page may load a script.

        :param nonce: what its tag carries.
        :param by_script: whether another script has made the tag.
        """
        sources = self.sources("script-src-elem")
        if sources is None or (nonce and nonce in _nonces(sources)):
            return True
        if _has(sources, "'strict-dynamic'"):
            return by_script
        return _matches_any(sources, url, origin)

    def allows_trusted_policy(self, name: str) -> bool:
        """Return whether a script may make a Trusted Types policy of this name.

        This counts also where ``require-trusted-types-for`` is not there.
        """
        names = self.directives.get("trusted-types")
        return names is None or name in names or "*" in names

    @property
    def requires_trusted_types(self) -> bool:
        """Return whether a script's address must not be set as plain text."""
        return _has(self.directives.get("require-trusted-types-for", ()), "'script'")

    @property
    def trusts_scripts_of_scripts(self) -> bool:
        """Return whether a trusted script may load others, wherever they are."""
        return _has(self.sources("script-src-elem") or (), "'strict-dynamic'")

    def allows_in_sandbox(self, *tokens: str) -> bool:
        """True if the directive ``sandbox``, if there is one, has all these tokens."""
        given = self.directives.get("sandbox")
        return given is None or all(_has(given, token) for token in tokens)

    @property
    def nonces(self) -> list[str]:
        """The nonces that let scripts in."""
        return _nonces(self.sources("script-src-elem") or ())

    @property
    def restrains_scripts(self) -> bool:
        """Return whether it keeps out a script that has slipped into the page."""
        sources = self.sources("script-src-elem")
        if sources is None:
            return False
        strict = _has(sources, "'strict-dynamic'")
        listed = strict or _nonces(sources) or any(map(_HASH.fullmatch, sources))
        anything = ("*", "http:", "https:", "data:")
        return not (
            (_has(sources, "'unsafe-inline'") and not listed)
            or (not strict and any(_has(sources, source) for source in anything))
        )


def policies(headers: Iterable[str], *, in_page: bool = False) -> list[Policy]:
    """The policies in the values of headers, several of which may be in one value.

    :param in_page: whether they come from ``<meta>`` elements.
    """
    found = []
    for text in ",".join(headers).split(","):
        directives: dict[str, tuple[str, ...]] = {}
        for directive in text.split(";"):
            name, *values = directive.split() or [""]
            if name and directive.isascii():
                directives.setdefault(name.lower(), tuple(values))
        if in_page:
            directives = {n: v for n, v in directives.items() if n not in _HEADER_ONLY}
        if directives:
            found.append(Policy(directives))
    return found


def _has(values: Iterable[str], wanted: str) -> bool:
    return wanted in map(str.lower, values)


def _nonces(sources: Iterable[str]) -> list[str]:
    return [found[1] for source in sources if (found := _NONCE.fullmatch(source))]


def _matches_any(sources: tuple[str, ...], url: str, origin: str) -> bool:
    asked, page = urlsplit(url), urlsplit(origin)
    return any(_matches(source, asked, page) for source in sources)


def _matches(source: str, url: SplitResult, page: SplitResult) -> bool:
    if source == "*":
        return url.scheme in (*_DEFAULT_PORTS, page.scheme)
    if source.lower() == "'self'":
        return _is_same(url, page)
    if _SCHEME.fullmatch(source):
        return _scheme_matches(source[:-1].lower(), url.scheme)
    parts = _HOST.fullmatch(source)
    return (
        parts is not None
        and _scheme_matches((parts["scheme"] or page.scheme).lower(), url.scheme)
        and _host_matches(parts["host"].lower(), url.hostname or "")
        and _port_matches(parts["port"], url)
        and _path_matches(parts["path"], url.path)
    )


def _is_same(url: SplitResult, page: SplitResult) -> bool:
    """``'self'``: the page's origin, or the same host by a safer scheme."""
    if url.hostname != page.hostname:
        return False
    if url.scheme == page.scheme:
        return _port(url) == _port(page)
    both_default = not _own_port(url) and not _own_port(page)
    return url.scheme == "https" and (_port(url) == _port(page) or both_default)


def _scheme_matches(wanted: str, scheme: str) -> bool:
    return scheme == wanted or (wanted, scheme) == ("http", "https")


def _host_matches(wanted: str, host: str) -> bool:
    # IP addresses too, where the specification wants names: browsers take them.
    if wanted == "*":
        return True
    if wanted.startswith("*."):
        return host.endswith(wanted[1:])
    return host == wanted


def _port_matches(wanted: str | None, url: SplitResult) -> bool:
    if wanted is None:
        return not _own_port(url)
    return wanted == "*" or int(wanted) == _port(url)


def _path_matches(wanted: str | None, path: str) -> bool:
    """A path that ends in a slash stands for all below it; any other for itself."""
    if not wanted or wanted == "/":
        return True
    below = wanted.endswith("/")
    pieces = list(_pieces(wanted.removesuffix("/") if below else wanted))
    asked = list(_pieces(path))
    if below:
        return len(asked) > len(pieces) and asked[: len(pieces)] == pieces
    return asked == pieces


def _pieces(path: str) -> Iterator[str]:
    return map(unquote, path.split("/"))


def _port(url: SplitResult) -> int | None:
    return url.port or _DEFAULT_PORTS.get(url.scheme)


def _own_port(url: SplitResult) -> bool:
    return _port(url) != _DEFAULT_PORTS.get(url.scheme)
