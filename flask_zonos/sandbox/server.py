"""The sandbox on a port of its own, in a thread, for as long as it is wanted."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from flask import Flask

from .app import close_sandbox
from .app import create_sandbox
from .constants import API_KEY
from .constants import CREDENTIAL_TOKEN
from .constants import LOOPBACK_NAMES
from .constants import STORE_ID
from .control.faults import Faults
from .control.observed import read_observed
from .serving import Server
from .state import KEY
from .state import State


class Sandbox:
    """A running sandbox: a context manager that knows its own addresses.

    .. code-block:: python

        with Sandbox() as sandbox:
            app.config.update(sandbox.settings)

    :param database: a file's path, or ``":memory:"``
    :param host: the address to listen at; beyond loopback it takes
        ``allow_remote=True``
    :param port: the port, or 0 for a free one
    :param reset: forget what the file holds, also what another version has left
    :param observed: the path of what ``flask zonos probe`` has written, or its content;
        ``options`` go before it
    :param options: what :class:`~flask_zonos.sandbox.control.options.Options` knows
    :raises ValueError: for a host beyond loopback without ``allow_remote``, or an
        ``observed`` that cannot be read; on entering, for an option that does not fit
        or a file that cannot be used
    :raises OSError: on entering, if the port is taken
    """

    #: The secret key, for ``ZONOS_CREDENTIAL_TOKEN``.
    credential_token = CREDENTIAL_TOKEN
    #: The public key, for ``ZONOS_API_KEY``.
    api_key = API_KEY
    #: The store's number, for ``ZONOS_STORE_ID``.
    store_id = STORE_ID

    def __init__(
        self,
        database: str = ":memory:",
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        quiet: bool = True,
        reset: bool = False,
        observed: str | Path | Mapping[str, Any] | None = None,
        **options: Any,
    ) -> None:
        refuse_remote(host, bool(options.get("allow_remote")))
        if observed is not None:
            seen = read_observed(observed)
            options = {**seen, "observed": frozenset(seen), **options}
        self._database = str(database)
        self._host = host
        self._port = port
        self._quiet = quiet
        self._reset = reset
        self._options = options
        self._app: Flask | None = None
        self._server: Server | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Sandbox:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Open the database and serve requests, until :meth:`stop`."""
        app = create_sandbox(self._database, reset=self._reset, **self._options)
        try:
            server = Server(self._host, self._port, app, self._quiet)
        except BaseException:
            close_sandbox(app)
            raise
        thread = threading.Thread(
            target=server.serve_forever,
            kwargs={"poll_interval": 0.05},
            name="zonos-sandbox",
            daemon=True,
        )
        self._app, self._server, self._thread = app, server, thread
        thread.start()

    def stop(self) -> None:
        """Finish the requests under way, then close port and database."""
        if self._app is None or self._server is None or self._thread is None:
            return
        self.state.faults.stopping.set()  # nobody is kept waiting on purpose
        self._server.shutdown()
        self._server.close_connections()
        self._thread.join()
        close_sandbox(self._app)
        self._app = self._server = self._thread = None

    @property
    def app(self) -> Flask:
        """The running application.

        :raises RuntimeError: if it does not run
        """
        if self._app is None:
            raise RuntimeError("The sandbox does not run: use it in a 'with' statement")
        return self._app

    @property
    def state(self) -> State:
        """The running sandbox's store, clock, ids and options."""
        state: State = self.app.extensions[KEY]
        return state

    @property
    def faults(self) -> Faults:
        """The running sandbox's faults: set here, on demand or at random."""
        return self.state.faults

    @property
    def url(self) -> str:
        """The address of the inspector, and of everything else below it."""
        if self._server is None:
            raise RuntimeError("The sandbox does not run: use it in a 'with' statement")
        name = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{name}:{self._server.port}"

    @property
    def graphql_url(self) -> str:
        """The address of the GraphQL endpoint, for ``ZONOS_API_URL``."""
        return f"{self.url}/graphql"

    @property
    def script_url(self) -> str:
        """The address of the page script, for ``ZONOS_SCRIPT_URL``."""
        return f"{self.url}/dist/scripts/loadZonos.js"

    @property
    def settings(self) -> dict[str, Any]:
        """All settings that a shop needs to work with this sandbox."""
        return {
            "ZONOS_API_URL": self.graphql_url,
            "ZONOS_SCRIPT_URL": self.script_url,
            "ZONOS_CREDENTIAL_TOKEN": self.credential_token,
            "ZONOS_API_KEY": self.api_key,
            "ZONOS_STORE_ID": self.store_id,
            "ZONOS_MODE": "TEST",
        }


def refuse_remote(host: str, allow_remote: bool) -> None:
    """Refuse a host beyond loopback unless it was allowed.

    :raises ValueError: for a host beyond loopback that was not allowed
    """
    name = f"[{host}]" if ":" in host else host
    if not allow_remote and name not in LOOPBACK_NAMES:
        raise ValueError(
            f"{host!r} opens the sandbox to other machines. It shows one-time passwords"
            " and has no real keys, so say that you mean it: allow_remote=True, or"
            " --allow-remote."
        )
