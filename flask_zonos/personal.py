"""Personal data on its way, in a type that does not show itself."""

from __future__ import annotations

from typing import Any


class PersonalData(dict[str, Any]):
    """A ``dict`` whose ``repr`` shows how much is in it, and nothing of it.

    Error reporters show the locals of every frame, and so what is sent to Zonos or has
    come from it.
    """

    def __repr__(self) -> str:
        return f"PersonalData({len(self)} fields)"
