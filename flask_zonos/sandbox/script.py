"""The page script, at the path that it has with Zonos."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint
from flask import render_template
from flask import request
from flask import Response

from .checkout import framed
from .constants import API_KEY
from .constants import STORE_ID
from .encoding import dumps
from .resolving import enum_values
from .state import current_state

blueprint = Blueprint("script", __name__)

_SOURCE = Path(__file__).parent / "static" / "loadZonos.js"
_EUROPEAN_UNION = (
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
)


@blueprint.get("/dist/scripts/loadZonos.js")
def load_zonos() -> Response:
    """The stand-in for Zonos's script, stamped with this sandbox's address."""
    options = current_state().options
    stamp = {
        "origin": request.host_url.rstrip("/"),
        "zonosApiKey": API_KEY,
        "storeId": STORE_ID,
        "countryCode": options.country,
        "domestic": _domestic(options.ships_from) if not options.allow_domestic else [],
        "language": options.language,
        "helloRemembers": options.hello_remembers,
        "failedCartOpens": options.failed_cart_opens,
        "wrongKeyLeavesButton": options.wrong_key_leaves_button,
        "orderSuccessIsAwaited": options.order_success_is_awaited,
        "successBehavior": options.success_behavior,
        "redirectParameter": options.redirect_parameter,
        "shippingDataWins": options.shipping_data_wins,
    }
    source = _SOURCE.read_text(encoding="utf-8").replace("__SANDBOX__", dumps(stamp))
    response = Response(source, content_type="text/javascript; charset=utf-8")
    # Shops load it from their own origin, with whatever policy for others they have.
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


@blueprint.get("/hello")
def hello() -> Response:
    """The choice of country and currency that ``Zonos.openHelloDialog`` opens."""
    countries = enum_values(current_state(), "CountryCode")
    return framed(render_template("sandbox/hello.html", countries=countries))


def _domestic(ships_from: str) -> list[str]:
    union = _EUROPEAN_UNION.split()
    return union if ships_from in union else [ships_from]
