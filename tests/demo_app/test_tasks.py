"""The storefront's settings for Celery's retries."""

from __future__ import annotations

from collections.abc import Callable

from celery import Celery
from flask import Flask


def test_a_task_that_waits_for_its_next_try_never_counts_as_lost(
    make_app: Callable[..., Flask],
) -> None:
    """Redis would give it to a second worker, and each copy would try on by itself."""
    celery: Celery = make_app(CELERY_BROKER_URL="memory://").extensions["celery"]
    lost_after = celery.conf.broker_transport_options["visibility_timeout"]

    # It then stands in line, and takes its time.
    assert celery.tasks["shop.take_order"].retry_backoff_max <= lost_after / 2
