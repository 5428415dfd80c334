"""The control routes: faults, clock, ids and options, for tests and the page.

They take JSON, from this machine's own names and from no other origin.
"""

from __future__ import annotations

from flask import Response

from ..graph.scalars import moment
from ..state import current_state
from .faults import Fault
from .faults import KINDS
from .json_api import answer
from .json_api import control_blueprint
from .json_api import given
from .json_api import given_exactly
from .seeding import sow

blueprint = control_blueprint("control")


@blueprint.post("/reset")
def reset() -> Response:
    """Begin anew: no data, no faults, the machine's own time, default options."""
    current_state().reset()
    return answer({})


@blueprint.post("/seed")
def seed() -> Response:
    """Put profiles, carts and orders into the sandbox."""
    sow(current_state(), given_exactly())
    return answer({}, 201)


@blueprint.get("/faults")
def list_faults() -> Response:
    """The faults that stand, those drawn at random, and the kinds there are."""
    faults = current_state().faults
    drawn = faults.random_as_dict()
    return answer({"faults": faults.as_list(), "random": drawn, "kinds": KINDS})


@blueprint.post("/faults")
def add_fault() -> Response:
    """Set a fault: ``kind``, ``operation``, ``times`` and what the kind takes."""
    fault = current_state().faults.add(Fault(**given()))
    return answer({"id": fault.id}, 201)


@blueprint.delete("/faults")
def lift_faults() -> Response:
    """Lift all faults."""
    return answer({"lifted": current_state().faults.lift()})


@blueprint.delete("/faults/<int:id>")
def lift_fault(id: int) -> Response:
    """Lift one fault."""
    return answer({"lifted": current_state().faults.lift(id)})


@blueprint.post("/faults/random")
def set_random_faults() -> Response:
    """``{"share": 0.3, "seed": 7, "faults": [...]}``: let calls fail at random."""
    wanted = given()
    faults = [Fault(**each) for each in wanted.pop("faults", ())]
    chaos = current_state().faults.at_random(faults=faults, **wanted)
    return answer(chaos.as_dict(), 201)


@blueprint.delete("/faults/random")
def lift_random_faults() -> Response:
    """Let no call fail at random any more."""
    current_state().faults.lift_random()
    return answer({})


@blueprint.get("/clock")
def show_clock() -> Response:
    """The sandbox's present."""
    return answer(current_state().clock.state)


@blueprint.post("/clock")
def set_clock() -> Response:
    """``{"advance": seconds}``, ``{"stop": moment or null}`` or ``{"reset": true}``."""
    clock, wanted = current_state().clock, given()
    if wanted.get("reset"):
        clock.reset()
    if "stop" in wanted:
        clock.stop(None if wanted["stop"] is None else moment(wanted["stop"]))
    if "advance" in wanted:
        clock.advance(float(wanted["advance"]))
    return answer(clock.state)


@blueprint.post("/ids")
def set_ids() -> Response:
    """``{"seed": number}`` fixes the ids to come, ``{"seed": null}`` frees them."""
    ids, wanted = current_state().ids, given().get("seed")
    if wanted is None:
        ids.reset()
    else:
        ids.fix(int(wanted))
    return answer({})


@blueprint.get("/options")
def show_options() -> Response:
    """The options that may be changed while the sandbox runs."""
    return answer(current_state().options.as_dict())


@blueprint.post("/options")
def set_options() -> Response:
    """Set some options by their names."""
    options = current_state().options
    options.change(given())
    return answer(options.as_dict())
