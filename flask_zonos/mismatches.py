"""Clicks from pages that were made for another login, counted to find their cause."""

from __future__ import annotations

import logging

#: In a row, in a process. Sign-ins in another tab are too rare to come so.
_SUSPICIOUS = 3
_AGAIN = 100

logger = logging.getLogger(__name__)


class IdentityMismatches:
    """A count of mismatches without a match between them; of no shopper in particular.

    Threads may lose a count, which delays a warning and no more.
    """

    def __init__(self) -> None:
        self._in_a_row = 0

    def add(self) -> None:
        """Count one; warn where so many in a row have a cause other than sign-ins."""
        self._in_a_row += 1
        if self._in_a_row % _AGAIN != _SUSPICIOUS:
            return
        logger.warning(
            "%s clicks in a row came from pages that were made for another login "
            "(409 identity-changed). Most likely a cache replays a page that was "
            "rendered for somebody else: @cache.cached of Flask-Caching, a CDN or a "
            "service worker. Leave pages with zonos_checkout() out of it, or cache "
            "them with unless=lambda: current_user.is_authenticated. Else the users' "
            "get_id() gives another value at each call.",
            self._in_a_row,
        )

    def reset(self) -> None:
        """Begin anew after a click from a page that was made for its login."""
        self._in_a_row = 0
