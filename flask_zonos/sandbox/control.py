"""The control routes: faults, clock, ids, options and webhooks, for tests and the page.

They take JSON, from this machine's own names and from no other origin.
"""

from __future__ import annotations

import time
from typing import Any

from flask import abort
from flask import Blueprint
from flask import request
from flask import Response
from graphql import GraphQLError

from .encoding import dumps
from .encoding import loads
from .faults import Fault
from .faults import KINDS
from .outbox import Rule
from .scalars import moment
from .seeding import sow
from .state import current_state
from .webhooks import queue

blueprint = Blueprint("control", __name__, url_prefix="/_sandbox")


@blueprint.errorhandler(ValueError)
@blueprint.errorhandler(TypeError)
@blueprint.errorhandler(OverflowError)
@blueprint.errorhandler(GraphQLError)
def refused(error: Exception) -> Response:
    """What was asked for makes no sense; the message says why."""
    message = error.message if isinstance(error, GraphQLError) else str(error)
    return _json({"message": message}, 400)


@blueprint.post("/reset")
def reset() -> Response:
    """Begin anew: no data, no faults, the machine's own time, default options."""
    current_state().reset()
    return _json({})


@blueprint.post("/seed")
def seed() -> Response:
    """Put profiles, carts and orders into the sandbox."""
    sow(current_state(), _given())
    return _json({}, 201)


@blueprint.get("/faults")
def list_faults() -> Response:
    """The faults that stand, those drawn at random, and the kinds there are."""
    faults = current_state().faults
    drawn = faults.random_as_dict()
    return _json({"faults": faults.as_list(), "random": drawn, "kinds": KINDS})


@blueprint.post("/faults")
def add_fault() -> Response:
    """Set a fault: ``kind``, ``operation``, ``times`` and what the kind takes."""
    fault = current_state().faults.add(Fault(**_given()))
    return _json({"id": fault.id}, 201)


@blueprint.delete("/faults")
def lift_faults() -> Response:
    """Lift all faults."""
    return _json({"lifted": current_state().faults.lift()})


@blueprint.delete("/faults/<int:id>")
def lift_fault(id: int) -> Response:
    """Lift one fault."""
    return _json({"lifted": current_state().faults.lift(id)})


@blueprint.post("/faults/random")
def set_random_faults() -> Response:
    """``{"share": 0.3, "seed": 7, "faults": [...]}``: let calls fail at random."""
    given = _given()
    faults = [Fault(**each) for each in given.pop("faults", ())]
    chaos = current_state().faults.at_random(faults=faults, **given)
    return _json(chaos.as_dict(), 201)


@blueprint.delete("/faults/random")
def lift_random_faults() -> Response:
    """Let no call fail at random any more."""
    current_state().faults.lift_random()
    return _json({})


@blueprint.get("/clock")
def show_clock() -> Response:
    """The sandbox's present."""
    return _json(current_state().clock.state)


@blueprint.post("/clock")
def set_clock() -> Response:
    """``{"advance": seconds}``, ``{"stop": moment or null}`` or ``{"reset": true}``."""
    clock, given = current_state().clock, _given()
    if given.get("reset"):
        clock.reset()
    if "stop" in given:
        clock.stop(None if given["stop"] is None else moment(given["stop"]))
    if "advance" in given:
        clock.advance(float(given["advance"]))
    return _json(clock.state)


@blueprint.post("/ids")
def set_ids() -> Response:
    """``{"seed": number}`` fixes the ids to come, ``{"seed": null}`` frees them."""
    ids, wanted = current_state().ids, _given().get("seed")
    if wanted is None:
        ids.reset()
    else:
        ids.fix(int(wanted))
    return _json({})


@blueprint.get("/options")
def show_options() -> Response:
    """The options that may be changed while the sandbox runs."""
    return _json(current_state().options.as_dict())


@blueprint.post("/options")
def set_options() -> Response:
    """Set some options by their names."""
    options = current_state().options
    options.change(_given())
    return _json(options.as_dict())


@blueprint.get("/webhooks/rules")
def list_rules() -> Response:
    """The rules for deliveries that stand."""
    return _json({"rules": current_state().outbox.as_list()})


@blueprint.post("/webhooks/rules")
def add_rule() -> Response:
    """Drop, delay, repeat or hold the next deliveries."""
    current_state().outbox.add(Rule(**_given()))
    return _json({}, 201)


@blueprint.delete("/webhooks/rules")
def lift_rules() -> Response:
    """Lift all rules for deliveries."""
    current_state().outbox.clear()
    return _json({})


@blueprint.post("/webhooks/release")
def release() -> Response:
    """Let the held deliveries go, with ``{"reverse": true}`` the last one first."""
    state, now = current_state(), time.time()
    order = "DESC" if _given().get("reverse") else "ASC"
    with state.store.transaction():
        rows = state.store.all(
            f"SELECT id FROM delivery WHERE state = 'held' ORDER BY seq {order}"
        )
        for index, row in enumerate(rows):
            state.store.change(
                "UPDATE delivery SET state = 'pending', due = ? WHERE id = ?",
                now + index * 0.05,
                row["id"],
            )
    state.outbox.bell.set()
    return _json({"released": len(rows)})


@blueprint.post("/webhooks/deliveries/<id>/repeat")
def repeat(id: str) -> Response:
    """Deliver once more what was delivered, or was not."""
    state = current_state()
    row = state.store.one("SELECT * FROM delivery WHERE id = ?", id)
    if row is None:
        abort(404, "There is no such delivery")
    headers = loads(row["headers"])
    with state.store.transaction():
        queue(
            state, row["webhook_id"], row["type"], row["url"], headers, row["request"]
        )
    return _json({}, 201)


def _given() -> dict[str, Any]:
    body = loads(request.get_data() or b"{}")
    if not isinstance(body, dict):
        raise ValueError("The body must be a JSON object")
    plain: dict[str, Any] = _plain(body)
    return plain


def _plain(value: Any) -> Any:
    """JSON's fractions as floats: here they are seconds, not amounts."""
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    return value if not hasattr(value, "as_tuple") else float(value)


def _json(body: Any, status: int = 200) -> Response:
    return Response(dumps(body), status, content_type="application/json")
