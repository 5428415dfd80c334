"""The parts of a checkout that a page's policies block."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from ..config import is_loopback
from .csp import Policy
from .origins import origin_of

#: The name that ``zonos-checkout.js`` gives to its one Trusted Types policy.
TRUSTED_POLICY = "zonos-checkout"
#: Where Zonos's script is served from, and what it asks, as its open code shows.
_ZONOS = "zonos.com"
#: Scripts that Zonos's loader asks for, without a nonce, as an older one did; the first
#: host has the version in it.
_ZONOS_LOADS = (
    "https://v1.js.zonos.com/dist/zonos-elements/zonos-elements.esm.js",
    "https://js.stripe.com/v3",
)
_ZONOS_ASKS = ("https://route.js.zonos.com/", "https://route.elements.zonos.com/")


@dataclass(frozen=True, kw_only=True)
class Needs:
    """The addresses that the checkout of one page needs.

    :ivar origin: the page's.
    :ivar script: the address of our script.
    :ivar loader: the address of Zonos's script.
    :ivar cart_info: the address that a click asks.
    :ivar nonce: what the tag of our script carries.
    """

    origin: str
    script: str
    loader: str
    cart_info: str
    nonce: str | None


def blocked(policies: Sequence[Policy], needs: Needs) -> dict[str, str]:
    """Find what the policies block that every checkout needs, by topic.

    The topics are ``page``, ``script``, ``loader``, ``further scripts``, ``trusted
    types``, ``click`` and ``frame``.
    """
    found: dict[str, str] = {}
    for policy in policies:
        for topic, lacking in _blocked(policy, needs):
            found.setdefault(topic, lacking)
    return found


def likely_blocked(policies: Sequence[Policy], needs: Needs) -> list[str]:
    """Find what the policies block that Zonos's own script is likely to need."""
    found = {}
    for policy in policies:
        if policy.requires_trusted_types and policy.allows_trusted_policy("default"):
            found["trusted types"] = (
                "require-trusted-types-for refuses the addresses of scripts, which "
                "Zonos's script sets as plain text, unless the page's policy named "
                "default lets them pass"
            )
        if is_loopback(needs.loader):
            continue
        is_list = policy.restrains_scripts and not policy.trusts_scripts_of_scripts
        if is_list and not _blocked_further(policy, needs):
            name = policy.in_force("script-src-elem")
            found["further scripts"] = (
                f"{name} lists hosts, but those of the scripts that Zonos's asks for "
                "change; a nonce with 'strict-dynamic' needs no list"
            )
        asked = [u for u in _ZONOS_ASKS if _refuses(policy, "connect-src", u, needs)]
        if asked:
            hosts = " and ".join(url.rstrip("/") for url in asked)
            found["connect"] = f"{policy.in_force('connect-src')} lacks {hosts}"
        named = any(_ZONOS in source for source in policy.sources("frame-src") or ())
        refused = _refuses(policy, "frame-src", needs.loader, needs)
        if refused and not named and not _blocks_all_frames(policy):
            name = policy.in_force("frame-src")
            found["frame"] = f"{name} lacks https://*.{_ZONOS}"
    return list(found.values())


def _blocked(policy: Policy, needs: Needs) -> Iterator[tuple[str, str]]:
    if not policy.allows_in_sandbox("allow-scripts", "allow-same-origin"):
        yield "page", "sandbox lacks allow-scripts or allow-same-origin"
    scripts = policy.in_force("script-src-elem")
    if not policy.allows_script(needs.script, needs.origin, needs.nonce):
        own = _source(needs.script, needs)
        yield "script", f"{scripts} lacks {own} or the tag's nonce, for our own script"
    loader = needs.loader
    if not policy.allows_script(loader, needs.origin, needs.nonce, by_script=True):
        host = origin_of(loader)
        yield "loader", f"{scripts} lacks {host} or the tag's nonce, for Zonos's script"
    further = _blocked_further(policy, needs)
    if further:
        lacking = f"{scripts} lacks 'strict-dynamic' beside a nonce, for what "
        yield "further scripts", f"{lacking}Zonos's script loads: {further}"
    if policy.requires_trusted_types and not policy.allows_trusted_policy("default"):
        yield (
            "trusted types",
            "require-trusted-types-for refuses the addresses of scripts, which Zonos's "
            "script sets as plain text, and trusted-types lacks default, for a policy "
            "of the page's that lets them pass",
        )
    if not policy.allows_trusted_policy(TRUSTED_POLICY):
        yield (
            "trusted types",
            f"trusted-types lacks {TRUSTED_POLICY}, for Zonos's script",
        )
    if _refuses(policy, "connect-src", needs.cart_info, needs):
        name = policy.in_force("connect-src")
        yield "click", f"{name} lacks 'self', for the click's request"
    yield from _frames(policy, needs)


def _blocked_further(policy: Policy, needs: Needs) -> str | None:
    """Return the host of the first script that is kept out of those Zonos's loads."""
    for url in _further_scripts(needs.loader):
        if not policy.allows_script(url, needs.origin, None, by_script=True):
            return origin_of(url)
    return None


def _further_scripts(loader: str) -> tuple[str, ...]:
    if not is_loopback(loader):
        return _ZONOS_LOADS
    # The sandbox's come from this machine's other name.
    here, there = "127.0.0.1", "localhost"
    if f"//{there}" in loader:
        here, there = there, here
    return (loader.replace(here, there, 1),)


def _frames(policy: Policy, needs: Needs) -> Iterator[tuple[str, str]]:
    name = policy.in_force("frame-src")
    if is_loopback(needs.loader):
        # The sandbox's checkout is where its script is; Zonos's own is not documented.
        if _refuses(policy, "frame-src", needs.loader, needs):
            yield "frame", f"{name} lacks {origin_of(needs.loader)}, for the checkout"
    elif _blocks_all_frames(policy):
        yield "frame", f"{name} lets no frame in, so no checkout either"


def _blocks_all_frames(policy: Policy) -> bool:
    sources = policy.sources("frame-src")
    return sources is not None and {*map(str.lower, sources)} <= {"'none'"}


def _refuses(policy: Policy, directive: str, url: str, needs: Needs) -> bool:
    return not policy.allows(directive, url, needs.origin)


def _source(url: str, needs: Needs) -> str:
    same = urlsplit(url).netloc == urlsplit(needs.origin).netloc
    return "'self'" if same else origin_of(url)
