"""A Zonos on your own machine: the API, the page script, the checkout, webhooks.

It runs with or without a shop around it, in a test or by ``flask zonos sandbox``.
"""

from __future__ import annotations

from typing import Any
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .control.faults import Fault
    from .server import Sandbox

__all__ = ["Fault", "Sandbox"]


def __getattr__(name: str) -> Any:
    # Each ``flask`` command loads this package for the sandbox's own command, and
    # must not pay for a GraphQL server that it does not start.
    if name == "Fault":
        from .control.faults import Fault

        return Fault
    if name == "Sandbox":
        from .server import Sandbox

        return Sandbox
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
