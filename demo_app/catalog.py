"""The shop window: the product grid, each product's page, and the small print."""

from __future__ import annotations

from flask import abort
from flask import Blueprint
from flask import render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from .models import db
from .models import Product

blueprint = Blueprint("catalog", __name__)


@blueprint.get("/")
def index() -> ResponseReturnValue:
    products = db.session.scalars(select(Product).order_by(Product.id)).all()
    return render_template("index.html", products=products)


@blueprint.get("/privacy")
def privacy() -> ResponseReturnValue:
    return render_template("privacy.html")


@blueprint.get("/products/<slug>")
def product(slug: str) -> ResponseReturnValue:
    found = db.session.scalar(select(Product).where(Product.slug == slug))
    if found is None:
        abort(404)
    others = db.session.scalars(
        select(Product)
        .where(Product.id != found.id)
        .order_by(Product.category != found.category, Product.id)
        .limit(3)
    ).all()
    return render_template("product.html", product=found, others=others)
