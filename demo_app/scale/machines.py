"""All of it together: databases, a Zonos, two shops, a worker, nginx before them."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

import requests

from . import servers
from .processes import free_port
from .processes import HOST
from .processes import NotStarted
from .processes import Process

ROOT = Path(__file__).parents[2]
THREADS = 16
SHOPS = 2


class Machines:
    """The storefront on many machines; a context manager that starts and ends it.

    :param port: nginx's; ``None`` takes a free one. So does ``sandbox_port``.
    :ivar shops: the gunicorns, each on a port of its own.
    :ivar front: nginx, where shoppers and webhooks come in.
    """

    sandbox: Process
    worker: Process
    front: Process
    shops: list[Process]

    def __init__(
        self, port: int | None = None, sandbox_port: int | None = None
    ) -> None:
        self._port = port or free_port()
        self._sandbox_port = sandbox_port or free_port()
        self._running = ExitStack()
        self.webhook_secret = secrets.token_urlsafe(32)
        self.env: dict[str, str] = {}

    def __enter__(self) -> Machines:
        try:
            self._start()
        except BaseException:
            self._running.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._running.close()

    def start_shop(self, port: int) -> Process:
        """Return one more gunicorn, or one anew on the port of one that ended."""

        def answers() -> bool:
            try:
                return requests.get(f"http://{HOST}:{port}/", timeout=30).ok
            except requests.ConnectionError:
                return False

        gunicorn = ["gunicorn", "--bind", f"{HOST}:{port}", "--threads", str(THREADS)]
        # nginx keeps its connections for a minute; we must not be the first to close.
        gunicorn += ["--keep-alive", "75", "--no-control-socket"]
        return self._python(
            f"shop-{port}", *gunicorn, "demo_app:create_app()", ready=answers, port=port
        )

    def start_worker(self) -> Process:
        """Return Celery's worker, with two processes."""
        celery = ["celery", "--app", "demo_app.worker", "worker", "--concurrency", "2"]
        celery += ["--loglevel", "INFO", "--without-mingle", "--without-gossip"]
        return self._python("worker", *celery, ready=self._worker_is_ready)

    def _start(self) -> None:
        self.folder = Path(
            self._running.enter_context(tempfile.TemporaryDirectory(prefix="scale-"))
        )
        # Its own users must get through to what is theirs.
        self.folder.chmod(0o711)
        password = secrets.token_hex(16)
        database, database_url = servers.postgres(self.folder, password)
        self._until_the_end(database)
        redis, redis_url = servers.redis(self.folder, password)
        self._until_the_end(redis)
        self.env = self._environment(database_url, redis_url)
        self.sandbox = self._start_sandbox()
        for server in (database, redis, self.sandbox):
            server.wait()
        # All at once on an empty database, as a deployment may.
        self.shops = [self.start_shop(free_port()) for _ in range(SHOPS)]
        self.worker = self.start_worker()
        ports = [shop.port for shop in self.shops if shop.port]
        self.front = servers.nginx(self.folder, self._port, ports)
        self._until_the_end(self.front)
        for server in (*self.shops, self.worker, self.front):
            server.wait()
        self.flask("zonos", "webhooks", "create", f"{self.front.url}/zonos/webhooks")

    def flask(self, *words: str) -> str:
        """Return what a command of the shop's says.

        :raises NotStarted: if it fails.
        """
        done = subprocess.run(
            [sys.executable, "-m", "flask", "--app", "demo_app", *words],
            cwd=ROOT,
            env=self.env,
            capture_output=True,
            text=True,
            timeout=120,
        )
        if done.returncode:
            raise NotStarted(f"flask {' '.join(words)}: {done.stdout}{done.stderr}")
        return done.stdout

    def _environment(self, database_url: str, redis_url: str) -> dict[str, str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("ZONOS_", "FLASK_"))
        }
        zonos = f"http://{HOST}:{self._sandbox_port}"
        pool = {"pool_size": THREADS, "pool_pre_ping": True}
        return {
            **kept,
            "PYTHONUNBUFFERED": "1",
            "SHOP_INSTANCE": str(self.folder),
            "DATABASE_URL": database_url,
            "REDIS_URL": f"{redis_url}/0",
            "CELERY_BROKER_URL": f"{redis_url}/1",
            # A letter first: what looks like a number would be read as one.
            "FLASK_SECRET_KEY": f"key-{secrets.token_urlsafe(32)}",
            "FLASK_SHOP_PROXIES": "1",
            "FLASK_SQLALCHEMY_ENGINE_OPTIONS": json.dumps(pool),
            "ZONOS_API_URL": f"{zonos}/graphql",
            "ZONOS_SCRIPT_URL": f"{zonos}/dist/scripts/loadZonos.js",
            "ZONOS_CREDENTIAL_TOKEN": "sandbox_secret_token",
            "ZONOS_API_KEY": "credential_test_sandbox",
            "ZONOS_STORE_ID": "1",
            "ZONOS_WEBHOOK_SECRET": self.webhook_secret,
        }

    def _start_sandbox(self) -> Process:
        run = "from flask_zonos.cli.sandbox import sandbox; sandbox()"
        where = ["--port", str(self._sandbox_port), "--quiet"]
        process = Process(
            "sandbox",
            [sys.executable, "-c", run, *where],
            folder=self.folder,
            port=self._sandbox_port,
            env=self.env,
            cwd=ROOT,
        )
        self._until_the_end(process)
        return process

    def _worker_is_ready(self) -> bool:
        return " ready." in (self.folder / "worker.log").read_text(errors="replace")

    def _python(self, name: str, module: str, *words: str, **how: object) -> Process:
        process = Process(
            name,
            [sys.executable, "-m", module, *words],
            folder=self.folder,
            env=self.env,
            cwd=ROOT,
            **how,  # type: ignore[arg-type]
        )
        self._until_the_end(process)
        return process

    def _until_the_end(self, process: Process) -> None:
        self._running.callback(process.stop)
