"""The words that a shop may put in the place of the page script's own."""

from __future__ import annotations

from collections.abc import Mapping

from werkzeug.http import HTTP_STATUS_CODES

from .problems import code_for_name

#: What the page's script says in words of its own.
WORDS = (
    "asking",
    "opening",
    "fallback",
    "failed",
    "network",
    "empty-cart",
    "identity-changed",
    "page-expired",
)
#: Codes for which it says ``failed``, unless the shop has better words.
CODES = (
    "bad-answer",
    "busy",
    "cross-site",
    "invalid-body",
    "invalid-cart",
    "loader-error",
    "method-not-allowed",
    "not-configured",
    "not-found",
    "rate-limited",
    "redirected",
    "script-blocked",
    "timeout",
    "too-large",
    "unavailable",
)

_KNOWN = frozenset({*WORDS, *CODES, *map(code_for_name, HTTP_STATUS_CODES.values())})


def checked_messages(messages: Mapping[str, str] | None) -> dict[str, str]:
    """The shop's words by key, all of which the page may come to say.

    :raises TypeError: if that is not a dict.
    :raises ValueError: for a key that is never looked up, such as a misspelt one.
    """
    if not isinstance(messages or {}, Mapping):
        kind = type(messages).__name__
        raise TypeError(f"messages must be a dict of texts by key, not {kind}")
    given = dict(messages or {})
    if unknown := sorted(map(repr, given.keys() - _KNOWN)):
        raise ValueError(
            f"messages has no key {', '.join(unknown)}. There are {', '.join(WORDS)}, "
            f"and the codes of errors: {', '.join(CODES)}, or an HTTP error's name, "
            "such as forbidden"
        )
    return given
