"""``flask zonos ...``"""

from __future__ import annotations

from flask.cli import AppGroup

from ..doctor.command import check
from ..order_commands import orders
from ..sandbox.command import sandbox
from ..webhook_commands import webhooks
from .probe.command import probe

zonos = AppGroup("zonos", help="Zonos Checkout: a sandbox, checks and orders.")
zonos.add_command(check)
zonos.add_command(orders)
zonos.add_command(probe)
zonos.add_command(sandbox)
zonos.add_command(webhooks)
