"""The tables. Prices are integer cents, so that sums stay exact."""

from uuid import uuid4

from flask_security.models import fsqla_v3 as fsqla
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON
from sqlalchemy.orm import Mapped
from sqlalchemy.orm import mapped_column

db = SQLAlchemy()
fsqla.FsModels.set_db_info(db)


class Role(db.Model, fsqla.FsRoleMixin):
    """A role of Flask-Security's; this shop has none."""


class User(db.Model, fsqla.FsUserMixin):
    """An account.

    ``customer_id`` names the person to Zonos, for good. Not ``id``, which a database
    may use again, and not ``fs_uniquifier``, which a new password may change.
    """

    customer_id = mapped_column(
        db.String(32), unique=True, nullable=False, default=lambda: uuid4().hex
    )


class Product(db.Model):
    """Something to buy."""

    sku: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    cents: Mapped[int]


class ZonosCart(db.Model):
    """What was in the basket when Zonos made a cart of it."""

    id: Mapped[str] = mapped_column(primary_key=True)
    basket: Mapped[dict] = mapped_column(JSON)


class Order(db.Model):
    """An order of Zonos's. Its id is the key, so no order is stored twice."""

    id: Mapped[str] = mapped_column(primary_key=True)
    customer_id: Mapped[str | None] = mapped_column(index=True)
    cart_id: Mapped[str | None]
    status: Mapped[str | None]
    #: Seconds since 1970: SQLite keeps no time zone.
    updated_at: Mapped[float]


def add_products():
    """Make the tables, and put two products into them."""
    db.create_all()
    db.session.merge(Product(sku="CUP-1", name="A cup", cents=2490))
    db.session.merge(Product(sku="POT-1", name="A pot", cents=6900))
    db.session.commit()
