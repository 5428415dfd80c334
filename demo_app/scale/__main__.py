"""``python -m demo_app.scale``: starts it all, says where it is, ends it by Ctrl-C."""

from __future__ import annotations

import signal
import sys
from typing import Any

from ..__main__ import port_from
from ..samples import SAMPLE_PASSWORD
from ..samples import SAMPLE_SIGN_INS
from .machines import Machines
from .processes import NotStarted
from .servers import Missing


def stop(*_: Any) -> None:
    raise KeyboardInterrupt


def main() -> None:
    signal.signal(signal.SIGTERM, stop)
    port, sandbox_port = port_from("PORT", 8000), port_from("SANDBOX_PORT", 8010)
    try:
        with Machines(port, sandbox_port) as machines:
            print(f"The shop, through nginx      {machines.front.url}/")
            for shop in machines.shops:
                print(f"One gunicorn alone           {shop.url}/")
            for email, _ in SAMPLE_SIGN_INS:
                print(
                    f"Sign in as                   {email}, password {SAMPLE_PASSWORD}"
                )
            print(f"What Zonos holds             {machines.sandbox.url}/")
            print(f"Logs                         {machines.folder}/*.log")
            print("Ctrl-C stops it, and forgets it.", flush=True)
            signal.pause()
    except KeyboardInterrupt:
        # All has ended when the block is left.
        print("Stopped.")
    except (Missing, NotStarted) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
