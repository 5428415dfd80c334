"""A Zonos on your own machine: the API, the page script, the checkout, webhooks.

It runs with or without a shop around it, in a test or by ``flask zonos sandbox``.
"""

from __future__ import annotations

from .server import Sandbox

__all__ = ["Sandbox"]
