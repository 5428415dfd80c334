"""``flask zonos ...``"""

from __future__ import annotations

from flask.cli import AppGroup

from .doctor.command import check
from .sandbox.command import sandbox

zonos = AppGroup("zonos", help="Zonos Checkout: a sandbox, checks and orders.")
zonos.add_command(check)
zonos.add_command(sandbox)
