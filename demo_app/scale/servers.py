"""PostgreSQL, Redis and nginx from Debian's packages, with data of their own.

The machine's own clusters, services and configuration are neither read nor changed.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterable
from pathlib import Path

from .processes import free_port
from .processes import HOST
from .processes import Process

#: PostgreSQL refuses to run as root; Debian's package makes this user.
DATABASE_USER = "postgres"

NGINX = """\
daemon off;
pid nginx.pid;
worker_processes 1;
error_log stderr warn;
events { worker_connections 1024; }
http {
  access_log off;
  client_body_temp_path nginx-body;
  proxy_temp_path nginx-proxy;
  fastcgi_temp_path nginx-fastcgi;
  uwsgi_temp_path nginx-uwsgi;
  scgi_temp_path nginx-scgi;
  upstream shops {
%(shops)s
    keepalive 32;
  }
  server {
    listen %(host)s:%(port)d;
    location / {
      proxy_pass http://shops;
      proxy_http_version 1.1;
      proxy_connect_timeout 2s;
      proxy_set_header Connection "";
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header X-Forwarded-Host $http_host;
      proxy_set_header X-Forwarded-Proto $scheme;
    }
  }
}
"""


class Missing(Exception):
    """A server is not installed; the text says how to install it."""


def program(name: str, *places: Path) -> str:
    """Return where a program is; Debian keeps some of them off the path.

    :raises Missing: if it is not there.
    """
    path = os.pathsep.join([os.environ.get("PATH", ""), *map(str, places)])
    found = shutil.which(name, path=path)
    if found is None:
        raise Missing(
            f"{name} is not installed. On Debian: "
            "sudo apt-get install postgresql redis-server nginx"
        )
    return found


def postgres(folder: Path, password: str) -> tuple[Process, str]:
    """Return a PostgreSQL of our own and its ``DATABASE_URL``."""
    versions = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"),
        key=lambda path: float(path.parent.name),
        reverse=True,
    )
    initdb, server = program("initdb", *versions), program("postgres", *versions)
    user = DATABASE_USER if os.geteuid() == 0 else None
    home = folder / "postgres"
    home.mkdir(mode=0o700)
    (home / "password").write_text(password)
    if user is not None:
        for path in (home, home / "password"):
            shutil.chown(path, user, user)
    made = subprocess.run(
        [
            *(initdb, "--pgdata", "data", "--username", "shop", "--no-sync"),
            *("--pwfile", "password", "--auth", "scram-sha-256"),
            *("--encoding", "UTF8", "--locale", "C.UTF-8"),
        ],
        cwd=home,
        user=user,
        group=user,
        extra_groups=None if user is None else [],
        capture_output=True,
        text=True,
    )
    if made.returncode:
        raise Missing(f"PostgreSQL could not make its data directory: {made.stderr}")
    port = free_port()
    options = {
        "listen_addresses": HOST,
        "unix_socket_directories": "",
        "port": str(port),
    }
    process = Process(
        "postgres",
        [server, "-D", str(home / "data")]
        + [word for name in options for word in ("-c", f"{name}={options[name]}")],
        folder=folder,
        port=port,
        user=user,
        cwd=home,
        end=signal.SIGINT,  # "fast": ends the connections and itself
    )
    return process, f"postgresql+psycopg://shop:{password}@{HOST}:{port}/postgres"


def redis(folder: Path, password: str) -> tuple[Process, str]:
    """Return a Redis of our own and its ``REDIS_URL``, without a database number."""
    port = free_port()
    (folder / "redis").mkdir(mode=0o700)
    config = folder / "redis" / "redis.conf"
    config.touch(mode=0o600)
    config.write_text(
        f"bind {HOST}\nport {port}\nrequirepass {password}\n"
        f'dir {folder / "redis"}\nsave ""\nappendonly yes\n'
    )
    process = Process(
        "redis", [program("redis-server"), str(config)], folder=folder, port=port
    )
    return process, f"redis://:{password}@{HOST}:{port}"


def nginx(folder: Path, port: int, shops: Iterable[int]) -> Process:
    """Return an nginx of our own before the shops on these ports."""
    listed = "\n".join(f"    server {HOST}:{shop} max_fails=0;" for shop in shops)
    config = folder / "nginx.conf"
    config.write_text(NGINX % {"shops": listed, "host": HOST, "port": port})
    command = program("nginx", Path("/usr/sbin"))
    return Process(
        "nginx",
        [command, "-e", "stderr", "-p", str(folder), "-c", str(config)],
        folder=folder,
        port=port,
        end=signal.SIGQUIT,
    )
