"""The inspector: a page at the sandbox's root that shows what it now holds."""

from __future__ import annotations

import dataclasses
import sqlite3
from typing import Any

from flask import Blueprint
from flask import make_response
from flask import render_template
from flask import request
from flask import Response

from ..constants import API_KEY
from ..constants import CREDENTIAL_TOKEN
from ..constants import STORE_ID
from ..encoding import dumps
from ..encoding import loads
from ..state import current_state
from ..state import State
from .events import events
from .events import statuses
from .faults import KINDS
from .json_api import json_response
from .options import Options
from .options import PARTS

blueprint = Blueprint("inspector", __name__)

_SHOWN = 50
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
    " img-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)


@blueprint.get("/")
def page() -> Response:
    """The inspector's page; it fetches what it shows."""
    settings = {
        "ZONOS_API_URL": f"{request.host_url}graphql",
        "ZONOS_SCRIPT_URL": f"{request.host_url}dist/scripts/loadZonos.js",
        "ZONOS_CREDENTIAL_TOKEN": CREDENTIAL_TOKEN,
        "ZONOS_API_KEY": API_KEY,
        "ZONOS_STORE_ID": STORE_ID,
        "ZONOS_MODE": "TEST",
    }
    response = make_response(
        render_template(
            "sandbox/inspector.html",
            settings=settings,
            parts=_parts(),
            observed=current_state().options.observed,
        )
    )
    response.headers["Content-Security-Policy"] = _POLICY
    return response


def _parts() -> dict[str, list[dict[str, Any]]]:
    """The settings in their parts, each with what its field in the form needs."""
    return {
        title: [
            {
                "name": one.name,
                "label": one.name.replace("_", " "),
                "default": one.default,
                "kind": "list" if one.type.startswith("tuple") else one.type,
                **one.metadata,
            }
            for one in dataclasses.fields(part)
        ]
        for title, part in PARTS.items()
    }


@blueprint.get("/_sandbox/state")
def show() -> Response:
    """Everything the page shows; 204 if nothing is newer than ``since``."""
    state = current_state()
    settings = _settings(state)
    version = f"{state.store.version}.{state.timeline.version}"
    version += f".{hash(dumps(settings))}"
    if request.args.get("since") == version:
        return Response(status=204)
    return json_response({"version": version, **settings, **_everything(state)})


def _settings(state: State) -> dict[str, Any]:
    """The settings made by hand, here or by a test."""
    clock = state.clock.state
    return {
        "options": state.options.as_dict(),
        "ahead": clock["ahead"],
        "stopped": clock["stopped"],
        "faults": state.faults.as_list(),
        "random": state.faults.random_as_dict(),
        "rules": state.outbox.as_list(),
    }


def _everything(state: State) -> dict[str, Any]:
    schema = state.schema
    roots = [type for type in (schema.query_type, schema.mutation_type) if type]
    return {
        "clock": state.clock.state,
        "timeline": state.timeline.as_list(),
        "defaults": {name: one.default for name, one in Options.known().items()},
        "kinds": KINDS,
        "operations": [name for root in roots for name in root.fields],
        "statuses": statuses(state),
        "events": events(state),
        "profiles": [_profile(state, row) for row in _latest(state, "profile")],
        "carts": [_cart(row) for row in _latest(state, "cart")],
        "passwords": [dict(row) for row in _latest(state, "one_time_password")],
        "orders": [_order(row) for row in _latest(state, "customer_order")],
        "webhooks": [loads(row["body"]) for row in _latest(state, "webhook")],
        "deliveries": [_delivery(row) for row in _latest(state, "delivery")],
    }


def _latest(state: State, table: str) -> list[sqlite3.Row]:
    return state.store.all(f"SELECT * FROM {table} ORDER BY seq DESC LIMIT {_SHOWN}")


def _profile(state: State, row: sqlite3.Row) -> dict[str, Any]:
    id = row["customer_id"]
    locations = {
        each["id"]: loads(each["body"])
        for each in state.store.all(
            "SELECT * FROM location WHERE customer_id = ? ORDER BY seq", id
        )
    }
    submissions = []
    for each in state.store.all(
        "SELECT * FROM submission WHERE customer_id = ? ORDER BY seq DESC LIMIT 20", id
    ):
        sent = loads(each["body"])
        added = [locations[place] for place in sent.pop("added") if place in locations]
        submissions.append({"created_at": each["created_at"], "added": added, **sent})
    cards = state.store.all(
        "SELECT brand, last_four FROM payment_method WHERE customer_id = ?", id
    )
    return {
        **dict(row),
        "locations": list(locations.values()),
        "submissions": submissions,
        "cards": [dict(card) for card in cards],
    }


def _cart(row: sqlite3.Row) -> dict[str, Any]:
    return {**loads(row["body"]), "orderId": row["order_id"]}


def _order(row: sqlite3.Row) -> dict[str, Any]:
    return {**loads(row["body"]), "customerId": row["customer_id"]}


def _delivery(row: sqlite3.Row) -> dict[str, Any]:
    shown = {key: row[key] for key in row.keys() if key not in ("headers", "due")}
    return {**shown, "headers": [each["key"] for each in loads(row["headers"])]}
