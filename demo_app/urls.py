"""The next page after a form: one of this shop's own paths only."""

from __future__ import annotations

from urllib.parse import urlsplit


def safe_path(target: str | None) -> str | None:
    """Return the target if it is a path of this shop, else ``None``.

    Refused is all that a browser could read as another host: ``//evil.example``,
    ``/\\evil.example``, a scheme, a control character.
    """
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    if any(ord(character) < 32 for character in target) or "\\" in target:
        return None
    parts = urlsplit(target)
    return target if not parts.scheme and not parts.netloc else None
