"""A Zonos on your own machine: the API, the page script, the checkout, webhooks.

It runs with or without a shop around it, in a test or by ``flask zonos sandbox``.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .constants import VISIBLE_LATENCIES
    from .control.clock import Clock
    from .control.faults import Fault
    from .control.faults import Faults
    from .control.faults import RandomFaults
    from .control.options import Options
    from .server import Sandbox

__all__ = [
    "Clock",
    "Fault",
    "Faults",
    "Options",
    "RandomFaults",
    "Sandbox",
    "VISIBLE_LATENCIES",
]

_MODULES = {
    "Clock": ".control.clock",
    "Fault": ".control.faults",
    "Faults": ".control.faults",
    "Options": ".control.options",
    "RandomFaults": ".control.faults",
    "Sandbox": ".server",
    "VISIBLE_LATENCIES": ".constants",
}


def __getattr__(name: str) -> Any:
    # Each ``flask`` command loads this package for the sandbox's own command, and
    # must not pay for a GraphQL server that it does not start.
    if name in _MODULES:
        return getattr(import_module(_MODULES[name], __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
