"""Orders handled by Celery's workers instead of in the webhook's request.

Only imported where ``CELERY_BROKER_URL`` is set. What is queued is the order's id: the
worker fetches the order as it is by then, and stores it as ``zonos.py`` does.
"""

from __future__ import annotations

from typing import Any

from celery import Celery
from celery import shared_task
from celery import Task
from flask import Flask

from .zonos import take_order as store_order
from .zonos import zonos

#: Seconds after which Redis gives a task that nobody has done to another worker.
GIVEN_UP_AFTER = 600
#: A worker holds a task that waits for its next try. One that waited longer than the
#: above would count as lost and go to another, and each copy would try on by itself.
LONGEST_WAIT = GIVEN_UP_AFTER // 2


@shared_task(  # type: ignore[untyped-decorator]
    name="shop.take_order",
    autoretry_for=(Exception,),
    retry_backoff=True,
    retry_backoff_max=LONGEST_WAIT,
    max_retries=20,
    # Done when it is done: a repeat is harmless, a lost order is not.
    acks_late=True,
    reject_on_worker_lost=True,
)
def take_order(order_id: str) -> None:
    """Fetch the order from Zonos and store it, as often as it takes."""
    order = zonos.client.get_order(order_id)
    if order is not None:
        store_order(order)


def init_app(app: Flask, broker_url: str) -> None:
    """Have this shop's orders queued; its workers are in ``worker.py``."""

    class TaskOfTheShop(Task):  # type: ignore[misc]
        def __call__(self, *args: Any, **kwargs: Any) -> Any:
            with app.app_context():
                return self.run(*args, **kwargs)

    celery = Celery(app.name, broker=broker_url, task_cls=TaskOfTheShop)
    celery.conf.update(
        task_ignore_result=True,
        broker_connection_retry_on_startup=True,
        broker_transport_options={
            "visibility_timeout": GIVEN_UP_AFTER,
            # A broker that is away is told to Zonos soon, which tells the order again.
            "socket_timeout": 5,
            "socket_connect_timeout": 2,
        },
        task_publish_retry_policy={"max_retries": 2, "interval_max": 0.5},
    )
    celery.set_default()
    app.extensions["celery"] = celery
    app.extensions["order_queue"] = take_order.delay
