"""gunicorn's settings for these tests: each worker says when it is ready.

A ``SIGTERM`` that comes between a worker's fork and its own handlers of signals is
lost, and gunicorn then waits for the worker until its graceful timeout: with any app,
and the longer a worker takes to start, as under gevent, the likelier.
"""

from __future__ import annotations

from typing import Any

READY = "worker is ready"


def post_worker_init(worker: Any) -> None:
    """The worker has its handlers of signals."""
    worker.log.info(READY)
