"""``flask zonos ...``"""

from __future__ import annotations

from flask.cli import AppGroup

from .addresses import addresses
from .check import check
from .orders import orders
from .probe.command import probe
from .sandbox import sandbox
from .webhooks import webhooks

zonos = AppGroup(
    "zonos", help="Zonos Checkout: a sandbox, checks, addresses and orders."
)
zonos.add_command(addresses)
zonos.add_command(check)
zonos.add_command(orders)
zonos.add_command(probe)
zonos.add_command(sandbox)
zonos.add_command(webhooks)
