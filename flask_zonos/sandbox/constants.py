"""Constants of every sandbox: its keys, its store, and its names."""

from __future__ import annotations

from typing import Any

#: The secret key that the sandbox accepts as ``credentialToken``.
CREDENTIAL_TOKEN = "sandbox_secret_token"
#: The public key that the sandbox accepts as ``zonosApiKey``.
API_KEY = "credential_test_sandbox"
#: The store that the sandbox accepts as ``storeId``.
STORE_ID = 1
#: Who made or changed an object, as far as the sandbox knows.
ACTOR = "credential_00000000-0000-4000-8000-000000000002"

LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")

#: The types of webhook that something in the sandbox emits by itself.
EVENTS = (
    "ORDER_CREATED",
    "ORDER_UPDATED",
    "ORDER_STATUS_CHANGED",
    "ORDER_CANCELED",
    "ORDER_SHIPPING",
    "SHIPMENT_CREATED",
    "SHIPMENT_CANCELED",
)

#: What the two calls of a checkout take in a sandbox to be looked at, in seconds; in a
#: sandbox of a test they take no longer than they need.
VISIBLE_LATENCIES: dict[str, Any] = {"cart_latency": 0.08, "profile_latency": 0.12}
