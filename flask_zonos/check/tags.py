"""The checkout's tags in a page of the shop, as a browser finds them."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field
from html.parser import HTMLParser


@dataclass
class Tags:
    """The checkout's tags in a page, and the policies that stand in it.

    :ivar has_settings: whether the data block of ``zonos_checkout()`` is there.
    :ivar script: the address of our script, as it is written.
    :ivar nonce: what the script's tag carries.
    :ivar policies: the Content-Security-Policies of ``<meta>`` elements.
    """

    has_settings: bool = False
    script: str | None = None
    nonce: str | None = None
    policies: list[str] = field(default_factory=list)


def tags_of(html: str) -> Tags:
    """The tags in a page's source."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.tags


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags = Tags()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag == "script" and attributes.get("id") == "zonos-settings":
            self.tags.has_settings = True
        elif tag == "script" and "data-zonos-script" in attributes:
            self.tags.script = attributes.get("src")
            self.tags.nonce = attributes.get("nonce")
        elif tag == "meta" and (attributes.get("http-equiv") or "").lower() == (
            "content-security-policy"
        ):
            self.tags.policies.append(attributes.get("content") or "")
