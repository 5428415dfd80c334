"""``python -m demo_app``: the storefront, and a Zonos of its own to check out with.

``PORT`` and ``SANDBOX_PORT`` choose the ports. With ``ZONOS_CREDENTIAL_TOKEN`` in the
environment the shop talks to the real Zonos, and no sandbox is started.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from werkzeug.serving import make_server

from flask_zonos.sandbox import Sandbox

from . import create_app
from . import ROOT
from .samples import SAMPLE_PASSWORD
from .samples import SAMPLE_SIGN_INS

HOST = "127.0.0.1"


def port_from(variable: str, default: int) -> int:
    """Return a free port from the environment, or end with a sentence that helps."""
    text = os.environ.get(variable, str(default))
    if not text.isdecimal() or not 0 < int(text) < 65536:
        sys.exit(f"{variable}={text} is no port: give a number from 1 to 65535.")
    with socket.socket() as probe:
        if os.name == "posix":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, int(text)))
        except OSError:
            sys.exit(
                f"Port {text} on {HOST} is taken. Choose another with {variable}=, "
                f"for example: {variable}={int(text) + 1} make demo"
            )
    return int(text)


def stop(*_: Any) -> None:
    raise KeyboardInterrupt


def main() -> None:
    port = port_from("PORT", 8000)
    config: dict[str, Any] = {}
    signal.signal(signal.SIGTERM, stop)
    with ExitStack() as running:
        if not os.environ.get("ZONOS_CREDENTIAL_TOKEN"):
            sandbox_port = port_from("SANDBOX_PORT", 8010)
            instance = Path(ROOT, "instance")
            instance.mkdir(exist_ok=True)
            sandbox = Sandbox(
                str(instance / "sandbox.sqlite3"), host=HOST, port=sandbox_port
            )
            running.enter_context(sandbox)
            # Debug without the debugger: this server has none.
            config = {**sandbox.settings, "DEBUG": True, "PROPAGATE_EXCEPTIONS": False}
        app = create_app(config)
        server = make_server(HOST, port, app, threaded=True)
        running.callback(server.server_close)
        lines = [f"Vindstille, the demo shop   http://{HOST}:{port}/"]
        lines += [
            f"Sign in as                  {email}, password {SAMPLE_PASSWORD}"
            for email, _ in SAMPLE_SIGN_INS
        ]
        if config:
            lines.append(f"What the sandbox holds      {sandbox.url}/")
        else:
            lines.append("Checkout                    with the real Zonos")
        print(*lines, "Ctrl-C stops it.", sep="\n", flush=True)
        server.serve_forever()  # until Ctrl-C or a SIGTERM
        print("Stopped.")


if __name__ == "__main__":
    main()
