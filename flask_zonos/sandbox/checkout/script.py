"""The page script, at the path that it has with Zonos."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint
from flask import render_template
from flask import request
from flask import Response
from flask import send_from_directory

from ..constants import API_KEY
from ..constants import STORE_ID
from ..encoding import dumps
from ..graph.resolvers import enum_values
from ..state import current_state
from .currencies import BY_COUNTRY
from .frame import framed_response
from .pricing import domestic_countries

blueprint = Blueprint("script", __name__)

_STATIC = Path(__file__).parents[1] / "static"
_SOURCE = _STATIC / "loadZonos.js"
_ELEMENTS = _STATIC / "zonos-elements"


@blueprint.get("/dist/scripts/loadZonos.js")
def load_zonos() -> Response:
    """The stand-in for Zonos's loader, stamped with this sandbox's address."""
    options = current_state().options
    stamp = {
        "origin": request.host_url.rstrip("/"),
        "zonosApiKey": API_KEY,
        "storeId": STORE_ID,
        "mode": options.mode,
        "countryCode": options.country,
        "domestic": []
        if options.allow_domestic
        else domestic_countries(options.ships_from),
        "notShippedTo": options.not_shipped_to.upper().replace(",", " ").split(),
        "currencies": BY_COUNTRY,
        "language": options.language,
        "helloRemembers": options.hello_remembers,
        "failedCartOpens": options.failed_cart_opens,
        "successBehavior": options.success_behavior,
        "shippingDataWins": options.shipping_data_wins,
        "initOnce": options.init_once,
        "initWaits": options.init_waits,
        "foreignScripts": options.foreign_scripts,
        "survivesSwaps": options.survives_swaps,
        "lateButtons": options.late_buttons,
        "inventoryList": options.inventory_list,
        "orderSuccessIsAwaited": options.order_success_is_awaited,
        "wrongKeyOpens": options.wrong_key_opens,
    }
    source = _SOURCE.read_text(encoding="utf-8").replace("__SANDBOX__", dumps(stamp))
    return _for_shops(Response(source, content_type="text/javascript; charset=utf-8"))


@blueprint.get("/dist/zonos-elements/<path:name>")
def elements(name: str) -> Response:
    """The further scripts that the loader brings, and what they import."""
    return _for_shops(send_from_directory(_ELEMENTS, name, mimetype="text/javascript"))


def _for_shops(script: Response) -> Response:
    """Let shops use a script from their own origin, whatever policy they have."""
    script.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    script.headers["Access-Control-Allow-Origin"] = "*"
    return script


@blueprint.get("/hello")
def hello() -> Response:
    """The choice of country and currency that ``Zonos.openHelloDialog`` opens."""
    countries = enum_values(current_state(), "CountryCode")
    return framed_response(render_template("sandbox/hello.html", countries=countries))
