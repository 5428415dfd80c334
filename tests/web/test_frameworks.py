"""Apps made with APIFlask and flask-smorest, and texts of Flask-Babel."""

from __future__ import annotations

from typing import Any

import apiflask
import flask_babel
import flask_smorest
import pytest
from flask import Flask

from flask_zonos import Zonos

from ..support.samples import cart
from ..support.samples import item
from ..support.shops import add_sign_in
from ..support.upstream import Upstream

SECRET = "a-long-random-value-of-a-test"


@pytest.fixture
def zonos() -> Zonos:
    zonos = Zonos()
    zonos.cart_loader(lambda request_data: cart())
    return zonos


def prepared(app: Flask, upstream: Upstream) -> Flask:
    app.config.update(
        SECRET_KEY="x",
        ZONOS_CREDENTIAL_TOKEN="t",
        ZONOS_API_URL=upstream.url,
        ZONOS_WEBHOOK_SECRET=SECRET,
        API_TITLE="Shop",
        API_VERSION="1",
        OPENAPI_VERSION="3.0.3",
    )
    add_sign_in(app)
    return app


def click(app: Flask) -> Any:
    answer = app.test_client().post("/zonos/cart-info")
    with app.app_context():
        app.extensions["zonos"].client.close()
    return answer


def test_flask_smorest_registers_the_blueprint_and_documents_only_its_own(
    upstream: Upstream, zonos: Zonos
) -> None:
    app = prepared(Flask(__name__), upstream)
    api = flask_smorest.Api(app)

    api.register_blueprint(zonos.blueprint, url_prefix="/zonos")

    assert click(app).json["cartId"]
    assert not any("zonos" in path for path in api.spec.to_dict()["paths"])


def test_an_apiflask_app_opens_checkouts_and_documents_only_its_own(
    upstream: Upstream, zonos: Zonos
) -> None:
    app = prepared(apiflask.APIFlask(__name__), upstream)
    zonos.blueprint.before_request(lambda: None)
    zonos.init_app(app)

    answer = click(app)

    assert answer.json["cartId"]
    document = app.test_client().get("/openapi.json").json
    assert document is not None
    assert not any("zonos" in path for path in document["paths"])


@pytest.mark.parametrize("status", [409, 503])
def test_abort_of_apiflask_keeps_its_status(
    upstream: Upstream, zonos: Zonos, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    app = prepared(apiflask.APIFlask(__name__), upstream)
    zonos.init_app(app)

    @zonos.cart_loader
    def sold_out(request_data: dict[str, Any]) -> Any:
        apiflask.abort(status, "Anna's vase is sold out")

    answer = click(app)

    assert answer.status_code == status
    assert answer.json["code"] == "loader-error"
    assert "Anna" not in answer.text + caplog.text


def test_flask_babels_lazy_texts_are_sent_in_the_language_of_the_click(
    upstream: Upstream, zonos: Zonos
) -> None:
    app = prepared(Flask(__name__), upstream)
    flask_babel.Babel(app)
    zonos.init_app(app)
    lazy = flask_babel.lazy_gettext("Mug")
    zonos.cart_loader(lambda data: cart(item(name=lazy, metadata={"kind": lazy})))

    assert click(app).json["cartId"]
    (sent,) = upstream.received[0].input["items"]
    assert sent["name"] == "Mug"
    assert sent["metadata"] == [{"key": "kind", "value": "Mug"}]
