"""The control routes: faults, clock, ids and options, for tests and the page.

They take JSON, from this machine's own names and from no other origin.
"""

from __future__ import annotations

from flask import Response

from ..graph.scalars import parse_datetime
from ..state import current_state
from .faults import Fault
from .faults import KINDS
from .json_api import control_blueprint
from .json_api import json_object
from .json_api import json_object_exact
from .json_api import json_response
from .seeding import load_seed

blueprint = control_blueprint("control")


@blueprint.post("/reset")
def reset() -> Response:
    """Begin anew: no data, no faults, the machine's own time, default options."""
    current_state().reset()
    return json_response({})


@blueprint.post("/seed")
def seed() -> Response:
    """Put profiles, carts and orders into the sandbox."""
    load_seed(current_state(), json_object_exact())
    return json_response({}, 201)


@blueprint.get("/faults")
def list_faults() -> Response:
    """The faults that stand, those drawn at random, and the kinds there are."""
    faults = current_state().faults
    drawn = faults.random_as_dict()
    return json_response({"faults": faults.as_list(), "random": drawn, "kinds": KINDS})


@blueprint.post("/faults")
def add_fault() -> Response:
    """Set a fault: ``kind``, ``operation``, ``times`` and what the kind takes."""
    fault = current_state().faults.add(Fault(**json_object()))
    return json_response({"id": fault.id}, 201)


@blueprint.delete("/faults")
def lift_faults() -> Response:
    """Lift all faults."""
    return json_response({"lifted": current_state().faults.lift()})


@blueprint.delete("/faults/<int:id>")
def lift_fault(id: int) -> Response:
    """Lift one fault."""
    return json_response({"lifted": current_state().faults.lift(id)})


@blueprint.post("/faults/random")
def set_random_faults() -> Response:
    """``{"share": 0.3, "seed": 7, "faults": [...]}``: let calls fail at random."""
    wanted = json_object()
    faults = [Fault(**each) for each in wanted.pop("faults", ())]
    chaos = current_state().faults.at_random(faults=faults, **wanted)
    return json_response(chaos.as_dict(), 201)


@blueprint.delete("/faults/random")
def lift_random_faults() -> Response:
    """Let no call fail at random any more."""
    current_state().faults.lift_random()
    return json_response({})


@blueprint.get("/clock")
def show_clock() -> Response:
    """The sandbox's present."""
    return json_response(current_state().clock.state)


@blueprint.post("/clock")
def set_clock() -> Response:
    """``{"advance": seconds}``, ``{"stop": time or null}`` or ``{"reset": true}``."""
    clock, wanted = current_state().clock, json_object()
    if wanted.get("reset"):
        clock.reset()
    if "stop" in wanted:
        clock.stop(None if wanted["stop"] is None else parse_datetime(wanted["stop"]))
    if "advance" in wanted:
        clock.advance(float(wanted["advance"]))
    return json_response(clock.state)


@blueprint.post("/ids")
def set_ids() -> Response:
    """``{"seed": number}`` fixes the ids to come, ``{"seed": null}`` frees them."""
    ids, wanted = current_state().ids, json_object().get("seed")
    if wanted is None:
        ids.reset()
    else:
        ids.fix(int(wanted))
    return json_response({})


@blueprint.get("/options")
def show_options() -> Response:
    """The options that may be changed while the sandbox runs."""
    return json_response(current_state().options.as_dict())


@blueprint.post("/options")
def set_options() -> Response:
    """Set some options by their names."""
    options = current_state().options
    options.change(json_object())
    return json_response(options.as_dict())
