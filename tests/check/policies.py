"""Policies, and what of a checkout each of them keeps out, in a browser too.

The shop is at ``SHOP``, Zonos's script at ``LOADER``, what it loads itself at
``LOADED``, and a frame of Zonos's at ``FRAMED``. Our tag carries ``NONCE`` where a row
says so.
"""

from __future__ import annotations

from dataclasses import dataclass

from .shop import NONCE

SHOP = "https://shop.example"
ZONOS = "https://js.zonos.com"
LOADER = f"{ZONOS}/dist/scripts/loadZonos.js"
#: What Zonos's script loads in its turn.
LOADED = "https://v1.js.zonos.com/dist/further.js"
FRAMED = f"{ZONOS}/frame"

SCRIPT = "script"
LOADS = "loader"
FURTHER = "further"
CLICK = "click"
FRAME = "frame"
BOTH_LOADS = f"{LOADS} {FURTHER}"
SCRIPTS = f"{SCRIPT} {BOTH_LOADS}"
ALL = f"{SCRIPTS} {CLICK} {FRAME}"


@dataclass(frozen=True)
class Row:
    """A page's policies, and the topics that they block.

    :ivar headers: the policies, a header for each.
    :ivar blocked: the topics, by a space.
    :ivar meta: a policy that stands in the page.
    """

    headers: tuple[str, ...]
    blocked: str = ""
    nonce: bool = False
    meta: str | None = None

    def __str__(self) -> str:
        told = " + ".join((*self.headers, *([f"meta {self.meta}"] * bool(self.meta))))
        return f"{told}{' (nonce)' if self.nonce else ''}"


def row(*headers: str, blocked: str = "", nonce: bool = False) -> Row:
    """A row without a policy in the page."""
    return Row(headers, blocked, nonce)


N = f"'nonce-{NONCE}'"
BOTH = f"script-src 'self' {ZONOS}"

ROWS = [
    # Directives that speak of something else.
    row("frame-ancestors 'none'"),
    row("upgrade-insecure-requests"),
    row("object-src 'none'; base-uri 'self'; img-src 'none'; style-src 'none'"),
    row("script-src-attr 'none'"),
    row(";;"),
    # The chains of fallbacks.
    row("default-src 'none'", blocked=ALL),
    row("default-src 'self'", blocked=f"{BOTH_LOADS} {FRAME}"),
    row("default-src 'self' https://js.zonos.com", blocked=FURTHER),
    row("script-src 'none'", blocked=SCRIPTS),
    row("script-src", blocked=SCRIPTS),
    row("script-src-elem 'none'", blocked=SCRIPTS),
    row(f"script-src-elem 'none'; {BOTH}", blocked=SCRIPTS),
    row(f"script-src 'none'; script-src-elem 'self' {ZONOS}", blocked=FURTHER),
    row(f"default-src 'none'; {BOTH}; connect-src *; frame-src *", blocked=FURTHER),
    row("frame-src 'none'", blocked=FRAME),
    row("child-src 'none'", blocked=FRAME),
    row(f"child-src 'none'; frame-src {ZONOS}"),
    row("child-src 'none'; worker-src 'self'", blocked=FRAME),
    row("connect-src 'none'", blocked=CLICK),
    row("default-src 'none'; default-src *", blocked=ALL),
    row("SCRIPT-SRC 'NONE'", blocked=SCRIPTS),
    row("script-src 'none' 'self'", blocked=BOTH_LOADS),
    # Hosts.
    row("script-src 'self' https://*.zonos.com"),
    row("script-src 'self' *.zonos.com"),
    row("script-src 'self' JS.Zonos.com", blocked=FURTHER),
    row("script-src 'self' http://js.zonos.com", blocked=FURTHER),
    row("script-src 'self' https://zonos.com", blocked=BOTH_LOADS),
    row("script-src 'self' https://*.js.zonos.com", blocked=LOADS),
    row("script-src 'self' https://js.zonos.com.evil.example", blocked=BOTH_LOADS),
    row("script-src 'self' wss://js.zonos.com", blocked=BOTH_LOADS),
    row("script-src https://shop.example https://js.zonos.com", blocked=FURTHER),
    row("script-src shop.example js.zonos.com", blocked=FURTHER),
    row("script-src *"),
    row("script-src https://*"),
    row("script-src 'self'", blocked=BOTH_LOADS),
    row(f"script-src {ZONOS}", blocked=f"{SCRIPT} {FURTHER}"),
    row(f"script-src self {ZONOS}", blocked=f"{SCRIPT} {FURTHER}"),
    # Schemes.
    row("script-src https:"),
    row("script-src http:"),
    row("script-src data: blob:", blocked=SCRIPTS),
    row("connect-src https:"),
    row("connect-src http:"),
    row("connect-src wss:", blocked=CLICK),
    row("frame-src https:"),
    row("frame-src data:", blocked=FRAME),
    # Ports.
    row("script-src 'self' https://js.zonos.com:443", blocked=FURTHER),
    row("script-src 'self' https://js.zonos.com:*", blocked=FURTHER),
    row("script-src 'self' https://js.zonos.com:8443", blocked=BOTH_LOADS),
    row("connect-src https://shop.example:443"),
    # Paths.
    row("script-src 'self' https://js.zonos.com/", blocked=FURTHER),
    row("script-src 'self' https://js.zonos.com/dist/", blocked=FURTHER),
    row("script-src 'self' https://js.zonos.com/d%69st/", blocked=FURTHER),
    row(
        "script-src 'self' https://js.zonos.com/dist/scripts/loadZonos.js",
        blocked=FURTHER,
    ),
    row("script-src 'self' https://js.zonos.com/dist", blocked=BOTH_LOADS),
    row("script-src 'self' https://js.zonos.com/Dist/", blocked=BOTH_LOADS),
    row("script-src 'self' https://js.zonos.com/dist/scripts/", blocked=FURTHER),
    row("script-src 'self' https://js.zonos.com/dist/loadZonos.js", blocked=BOTH_LOADS),
    row("connect-src https://shop.example/zonos/"),
    row("connect-src https://shop.example/zonos/order-hint", blocked=CLICK),
    row("frame-src https://js.zonos.com/frame"),
    # Nonces and 'strict-dynamic'.
    row(f"script-src {N}", nonce=True, blocked=FURTHER),
    row(f"script-src {N}", blocked=SCRIPTS),
    row(f"script-src 'none' {N}", nonce=True, blocked=FURTHER),
    row(f"script-src 'NONCE-{NONCE}'", nonce=True, blocked=FURTHER),
    row(f"script-src 'nonce-{NONCE.lower()}'", nonce=True, blocked=SCRIPTS),
    row("script-src 'nonce-another'", nonce=True, blocked=SCRIPTS),
    row(f"script-src 'self' {ZONOS}", nonce=True, blocked=FURTHER),
    row(f"script-src {N} 'strict-dynamic'", nonce=True),
    row(f"script-src 'self' {ZONOS} 'strict-dynamic'", blocked=SCRIPT),
    row(f"script-src 'self' {ZONOS} 'strict-dynamic'", nonce=True, blocked=SCRIPT),
    row("script-src 'unsafe-inline'", blocked=SCRIPTS),
    # Trusted Types.
    row("require-trusted-types-for 'script'", blocked=FURTHER),
    row(
        "require-trusted-types-for 'script'; trusted-types zonos-checkout",
        blocked=FURTHER,
    ),
    row(
        "require-trusted-types-for 'script'; trusted-types another", blocked=BOTH_LOADS
    ),
    row(
        "require-trusted-types-for 'script'; trusted-types a zonos-checkout b",
        blocked=FURTHER,
    ),
    row("require-trusted-types-for 'script'; trusted-types *", blocked=FURTHER),
    row("require-trusted-types-for 'script'; trusted-types 'none'", blocked=BOTH_LOADS),
    row("require-trusted-types-for 'script'; trusted-types", blocked=BOTH_LOADS),
    row("trusted-types another", blocked=LOADS),
    row("trusted-types Zonos-Checkout", blocked=LOADS),
    # Several policies: each of them must allow.
    row(f"{BOTH}, connect-src 'none'", blocked=f"{CLICK} {FURTHER}"),
    row(BOTH, "frame-src 'none'", blocked=f"{FRAME} {FURTHER}"),
    row("script-src 'self'", f"script-src {ZONOS}", blocked=SCRIPTS),
    row("trusted-types zonos-checkout", "trusted-types another", blocked=LOADS),
    row(BOTH, "frame-ancestors 'none'", blocked=FURTHER),
    Row((), CLICK, meta="connect-src 'none'"),
    Row((BOTH,), BOTH_LOADS, meta="script-src 'self'"),
    Row((), meta="sandbox; frame-ancestors 'none'"),
]
