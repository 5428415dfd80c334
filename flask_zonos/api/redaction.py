"""Types that do not show what they hold: the one-time password, personal data."""

from __future__ import annotations

from typing import Any
from typing import NoReturn


class OneTimePassword:
    """The proof, for Zonos's page script, that the shopper is this customer.

    It shows itself only when asked by :meth:`reveal`: not in ``repr``, ``str``, logs,
    format strings or tracebacks with locals, and it refuses to be pickled or copied,
    and so to be put into a session or a cache. How it looks and how long it lives is
    documented nowhere, so it is fetched anew at every checkout and never kept.
    """

    __slots__ = ("__value",)

    def __init__(self, value: str) -> None:
        self.__value = value

    def reveal(self) -> str:
        """The password itself, for the one response that hands it to the page."""
        return self.__value

    def __repr__(self) -> str:
        return "OneTimePassword(...)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("A one-time password is not to be stored: fetch a new one")

    # Python's own would give the value to a serialiser.
    __getstate__ = __reduce__


class RedactedDict(dict[str, Any]):
    """A ``dict`` whose ``repr`` shows how much is in it, and nothing of it.

    Error reporters show the locals of every frame, and so what is sent to Zonos or has
    come from it.
    """

    def __repr__(self) -> str:
        return f"PersonalData({len(self)} fields)"
