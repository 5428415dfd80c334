"""``python -m demo_app``: the storefront, and a Zonos of its own to check out with.

``PORT`` and ``SANDBOX_PORT`` choose the ports. With ``ZONOS_CREDENTIAL_TOKEN`` in the
environment the shop talks to the real Zonos, and no sandbox is started.
"""

from __future__ import annotations

import os
import secrets
import signal
import socket
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from flask import Flask
from flask import request
from flask import request_finished
from werkzeug.serving import make_server

from flask_zonos.cli import zonos as commands
from flask_zonos.sandbox import Sandbox
from flask_zonos.sandbox import VISIBLE_LATENCIES

from . import create_app
from . import ROOT
from .samples import SAMPLE_PASSWORD
from .samples import SAMPLE_SIGN_INS
from .sent_profiles import forget_sent_profiles
from .zonos import zonos

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


def subscribe(app: Flask, webhooks: str) -> None:
    """Have the sandbox tell the shop of its orders: ``flask zonos webhooks create``.

    One without webhooks is new or was reset. It has nothing of what the shop has on
    record as sent, whose database may be older.
    """
    with app.app_context():
        known = list(zonos.client.webhooks())
        if not known:
            forget_sent_profiles(zonos.client.api_url)
        for webhook in known:
            if not webhook.url.startswith(webhooks):  # of a run on another port
                zonos.client.delete_webhook(webhook.id)
        runner = app.test_cli_runner()
        told = runner.invoke(commands, ["webhooks", "create", webhooks])
    if told.exit_code:
        sys.exit(told.output)


def follow(sandbox: Sandbox, app: Flask, webhooks: str) -> None:
    """Subscribe, and again after each reset by the sandbox's page."""

    def on_request(_: Flask, **__: Any) -> None:
        if request.endpoint == "control.reset":
            subscribe(app, webhooks)

    subscribe(app, webhooks)
    request_finished.connect(on_request, sandbox.app, weak=False)


def stop(*_: Any) -> None:
    raise KeyboardInterrupt


def main() -> None:
    signal.signal(signal.SIGTERM, stop)
    with ExitStack() as running:
        port = port_from("PORT", 8000)
        shop = f"http://{HOST}:{port}"
        if os.environ.get("ZONOS_CREDENTIAL_TOKEN"):
            app = create_app()
            holds = "Zonos itself"
        else:
            sandbox = start_sandbox(running)
            # Debug without the debugger: this server has none.
            app = create_app(
                {
                    **sandbox.settings,
                    "ZONOS_WEBHOOK_SECRET": secrets.token_urlsafe(32),
                    "DEBUG": True,
                    "PROPAGATE_EXCEPTIONS": False,
                }
            )
            follow(sandbox, app, f"{shop}/zonos/webhooks")
            holds = f"{sandbox.url}/"
        server = make_server(HOST, port, app, threaded=True)
        running.callback(server.server_close)
        print(f"Vindstille, the demo shop    {shop}/")
        for email, _ in SAMPLE_SIGN_INS:
            print(f"Sign in as                   {email}, password {SAMPLE_PASSWORD}")
        print(f"What Zonos holds             {holds}")
        print("Ctrl-C stops it.", flush=True)
        server.serve_forever()  # until Ctrl-C or a SIGTERM
        print("Stopped.")


def start_sandbox(running: ExitStack) -> Sandbox:
    port = port_from("SANDBOX_PORT", 8010)
    instance = Path(os.environ.get("SHOP_INSTANCE", ROOT / "instance"))
    instance.mkdir(parents=True, exist_ok=True)
    database = str(instance / "sandbox.sqlite3")
    try:
        return running.enter_context(
            Sandbox(database, host=HOST, port=port, **VISIBLE_LATENCIES)
        )
    except ValueError as error:
        refused = error
    try:  # A file of another version cannot be read, only begun anew.
        sandbox = running.enter_context(
            Sandbox(database, host=HOST, port=port, reset=True, **VISIBLE_LATENCIES)
        )
    except ValueError:
        sys.exit(str(refused))
    print(f"{database} was made by another version: the sandbox starts afresh.")
    return sandbox


if __name__ == "__main__":
    main()
