"""``POST /graphql``: the key, the response, and the faults that were set."""

from __future__ import annotations

import hmac
import time
from dataclasses import replace
from typing import Any

from flask import Blueprint
from flask import request
from flask import Response
from graphql import GraphQLError

from ..constants import CREDENTIAL_TOKEN
from ..control.connection_faults import apply_connection_fault
from ..control.faults import Fault
from ..control.response_faults import apply_response_fault
from ..control.timeline import Entry
from ..encoding import dumps
from ..encoding import loads
from ..introspection import TooCostly
from ..state import current_state
from ..state import State
from .execution import Call
from .execution import execute
from .execution import GraphQLResponse
from .execution import parse_call
from .execution import refusal
from .execution import throttled
from .problems import formatted
from .problems import STATUSES

blueprint = Blueprint("graphql", __name__)

_UNAUTHENTICATED = (
    "HTTP Status 401: Full authentication is required to access this resource"
)
# The response to a GET, with a key or without; operations come by POST only.
_NO_OPERATION = GraphQLError(
    "Send the operation as a POST request with a JSON body",
    extensions={"errorType": "BAD_REQUEST", "code": "INVALID_GRAPHQL_REQUEST"},
)
_HTML = "<!doctype html><title>Zonos</title><h1>We will be back soon</h1>"


@blueprint.route("/graphql", methods=["GET", "POST"])
@blueprint.route("/graphql/", methods=["GET", "POST"])
def graphql() -> Response:
    """Execute one GraphQL request."""
    state = current_state()
    entry = Entry(request_id=state.ids.new("req"), started=time.time())
    state.timeline.begin(entry)
    response = _response(state, entry)
    entry.status = response.status_code
    response.headers["x-request-id"] = entry.request_id

    def end() -> None:
        entry.ended = time.time()
        state.timeline.touch()

    end()
    response.call_on_close(end)  # later, where a fault holds the response back
    return response


def _response(state: State, entry: Entry) -> Response:
    if request.method == "GET":
        errors = [formatted(_NO_OPERATION, entry.request_id, "BAD_REQUEST")]
        return _json(GraphQLResponse({"errors": errors, "data": None}, 400))
    key_fits = _has_key()
    try:
        call = parse_call(state, _body(), has_key=key_fits)
    except GraphQLError as error:
        if not key_fits and not isinstance(error, TooCostly):
            return _unauthenticated(state)
        return _json(refusal([error], entry.request_id, state.options))
    entry.operations = call.fields
    if not key_fits and not call.is_introspection:
        return _unauthenticated(state)
    entry.customer_id = _customer_of(state, call)
    faults = state.faults.take(call.fields, entry.customer_id)
    entry.faults = [fault.kind for fault in faults]
    return _faulty(state, call, entry, faults)


def _faulty(state: State, call: Call, entry: Entry, faults: list[Fault]) -> Response:
    """The response to a call, with its faults."""
    options = state.options
    latencies = {
        "cartCreate": options.cart_latency,
        "cartUpsert": options.cart_latency,
        "checkoutCustomerProfileAuthenticate": options.profile_latency,
    }
    state.faults.wait(max(latencies.get(name, 0) for name in call.fields or [""]))
    for fault in faults:
        if fault.kind == "latency":
            state.faults.wait(fault.pause(0))
    for fault in faults:
        instead = _instead(state, fault, entry.request_id, call)
        if instead is not None:
            return apply_connection_fault(instead, fault, state.faults)
    result = execute(state, call, entry.request_id)
    _note_result(entry, call, result)
    for fault in faults:
        result = apply_response_fault(state, fault, result, entry.request_id)
    response = _json(result)
    for fault in faults:
        response = apply_connection_fault(response, fault, state.faults)
    return response


def _instead(
    state: State, fault: Fault, request_id: str, call: Call
) -> Response | None:
    """The response of a fault that lets nothing be executed, else ``None``."""
    if fault.kind == "reset-before":
        return Response()
    if fault.kind == "html":
        return Response(_HTML, 200, content_type="text/html; charset=utf-8")
    if fault.kind == "redirect":
        return Response("", 302, {"Location": fault.location})
    if fault.kind == "rate-limited":
        result = throttled(request_id, state.options)
        seconds = None if fault.seconds is None else round(fault.pause(0))
        return _json(replace(result, retry_after=seconds))
    if fault.kind == "status":
        reason = GraphQLError(f"The sandbox was asked to respond with {fault.status}")
        by_status = {status: type for type, status in STATUSES.items()}
        type = by_status.get(fault.status, "BAD_REQUEST")
        errors = [formatted(reason, request_id, type)]
        return _json(GraphQLResponse({"errors": errors, "data": None}, fault.status))
    if fault.kind == "error":
        error = GraphQLError(
            f"The sandbox was asked to respond with {fault.error_type}",
            path=call.fields[:1],
        )
        errors = [formatted(error, request_id, fault.error_type)]
        return _json(GraphQLResponse({"errors": errors, "data": None}))
    return None


def _note_result(entry: Entry, call: Call, result: GraphQLResponse) -> None:
    """Show in the timeline what a call was about."""
    entry.cost = result.cost
    entry.errors = [error["message"] for error in result.body.get("errors") or ()]
    for value in (result.body.get("data") or {}).values():
        id = value.get("id") if isinstance(value, dict) else None
        if isinstance(id, str) and id.startswith("cart_"):
            entry.cart_id = id


def _customer_of(state: State, call: Call) -> str | None:
    """The customer of a call: named in its variables, or by an order in them."""
    input = call.variables.get("input")
    given = {**call.variables, **(input if isinstance(input, dict) else {})}
    for name in ("customerId", "checkoutCustomerId"):
        if isinstance(given.get(name), str):
            return str(given[name])
    for name in ("orderId", "id"):
        if isinstance(given.get(name), str):
            row = state.store.one(
                "SELECT customer_id FROM customer_order WHERE id = ?", given[name]
            )
            if row is not None and row["customer_id"] is not None:
                return str(row["customer_id"])
    return None


def _json(result: GraphQLResponse) -> Response:
    response = Response(
        dumps(result.body), result.status, content_type="application/json"
    )
    if result.cost is not None:
        response.headers["zonos-query-complexity"] = str(result.cost)
    if result.retry_after is not None:
        response.headers["Retry-After"] = str(result.retry_after)
    return response


def _body() -> Any:
    try:
        return loads(request.get_data())
    except ValueError:
        raise GraphQLError("The request's body is no JSON") from None


def _has_key() -> bool:
    given = request.headers.get("credentialToken", "")
    return hmac.compare_digest(given.encode(), CREDENTIAL_TOKEN.encode())


def _unauthenticated(state: State) -> Response:
    """The response to a missing or wrong key; it has no extensions."""
    body = {"data": None, "errors": [{"message": _UNAUTHENTICATED}]}
    return _json(GraphQLResponse(body, state.options.unauthenticated_status))
