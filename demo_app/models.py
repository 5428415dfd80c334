"""The shop's tables. Sums are exact; see ``money.py``."""

from __future__ import annotations

import secrets
from datetime import datetime
from datetime import UTC
from decimal import Decimal
from typing import Any

from flask_login import UserMixin
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import ForeignKey
from sqlalchemy import JSON
from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.orm import Mapped
from sqlalchemy.orm import mapped_column
from sqlalchemy.orm import registry
from sqlalchemy.orm import relationship
from werkzeug.security import check_password_hash
from werkzeug.security import generate_password_hash

from .countries import is_domestic
from .money import CURRENCY
from .money import Exact


class Base(DeclarativeBase):
    registry = registry(type_annotation_map={Decimal: Exact})


db = SQLAlchemy(model_class=Base)


def now() -> datetime:
    """Return the time in UTC, without a zone, as SQLite keeps it."""
    return datetime.now(UTC).replace(tzinfo=None)


class Shopper(UserMixin, Base):  # type: ignore[misc]
    """An account. Zonos knows it by ``customer_id`` and never by the row's id.

    What Zonos once stored under a ``customer_id`` stays there for good. Row ids can be
    used again and e-mail addresses change hands; this one is random and never changes.
    """

    __tablename__ = "shopper"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[str] = mapped_column(
        unique=True, default=lambda: secrets.token_hex(16)
    )
    email: Mapped[str] = mapped_column(unique=True)
    first_name: Mapped[str]
    last_name: Mapped[str]
    phone: Mapped[str] = mapped_column(default="")
    password_hash: Mapped[str]
    addresses: Mapped[list[Address]] = relationship(
        back_populates="shopper", order_by="Address.id", cascade="all, delete-orphan"
    )

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"

    @property
    def addresses_abroad(self) -> list[Address]:
        """The addresses that Zonos delivers to; the others are the shop's own."""
        return [one for one in self.addresses if not is_domestic(one.country_code)]

    def set_password(self, password: str) -> None:
        self.password_hash = generate_password_hash(password)

    def check_password(self, password: str) -> bool:
        return check_password_hash(self.password_hash, password)


class Address(Base):
    """One entry of a shopper's address book, in the words of Zonos's schema."""

    __tablename__ = "address"

    id: Mapped[int] = mapped_column(primary_key=True)
    shopper_id: Mapped[int] = mapped_column(ForeignKey("shopper.id"), index=True)
    name: Mapped[str]
    line1: Mapped[str]
    line2: Mapped[str] = mapped_column(default="")
    locality: Mapped[str]
    administrative_area: Mapped[str] = mapped_column(default="")
    postal_code: Mapped[str] = mapped_column(default="")
    country_code: Mapped[str]
    phone: Mapped[str] = mapped_column(default="")
    shopper: Mapped[Shopper] = relationship(back_populates="addresses")


class Product(Base):
    __tablename__ = "product"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    kind: Mapped[str]
    kind_da: Mapped[str]
    description: Mapped[str]
    description_da: Mapped[str]
    category: Mapped[str]
    price: Mapped[Decimal]
    currency_code: Mapped[str] = mapped_column(default=CURRENCY)
    weight: Mapped[int]
    hs_code: Mapped[str]
    country_of_origin: Mapped[str]
    attribute: Mapped[str]
    variants: Mapped[list[Variant]] = relationship(
        back_populates="product", order_by="Variant.id", cascade="all, delete-orphan"
    )

    @property
    def picture(self) -> str:
        return f"products/{self.slug}.svg"

    @property
    def in_stock(self) -> bool:
        return any(variant.stock > 0 for variant in self.variants)

    def kind_in(self, language: str) -> str:
        return self.kind_da if language == "da" else self.kind

    def description_in(self, language: str) -> str:
        return self.description_da if language == "da" else self.description


class Variant(Base):
    """One colour or size of a product, with its own stock.

    ``stock`` is below zero where more was paid for at Zonos than there was.
    """

    __tablename__ = "variant"

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), index=True)
    sku: Mapped[str] = mapped_column(unique=True)
    label: Mapped[str]
    label_da: Mapped[str]
    stock: Mapped[int]
    product: Mapped[Product] = relationship(back_populates="variants")

    def label_in(self, language: str) -> str:
        return self.label_da if language == "da" else self.label

    def name_in(self, language: str) -> str:
        return f"{self.product.name}, {self.label_in(language)}"


class Basket(Base):
    """The basket of an account (``shopper_id``) or of a session (``token``)."""

    __tablename__ = "basket"

    id: Mapped[int] = mapped_column(primary_key=True)
    shopper_id: Mapped[int | None] = mapped_column(
        ForeignKey("shopper.id"), unique=True
    )
    token: Mapped[str] = mapped_column(
        unique=True, default=lambda: secrets.token_urlsafe(24)
    )
    lines: Mapped[list[BasketLine]] = relationship(
        back_populates="basket",
        order_by="BasketLine.id",
        cascade="all, delete-orphan",
    )

    @property
    def subtotal(self) -> Decimal:
        return sum((line.total for line in self.lines), Decimal(0))


class BasketLine(Base):
    __tablename__ = "basket_line"
    __table_args__ = (UniqueConstraint("basket_id", "variant_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    basket_id: Mapped[int] = mapped_column(ForeignKey("basket.id"))
    variant_id: Mapped[int] = mapped_column(ForeignKey("variant.id"))
    quantity: Mapped[int]
    basket: Mapped[Basket] = relationship(back_populates="lines")
    variant: Mapped[Variant] = relationship()

    @property
    def total(self) -> Decimal:
        return self.quantity * self.variant.product.price


class ZonosCart(Base):
    """The basket that a cart at Zonos was made from: so an order finds its basket."""

    __tablename__ = "zonos_cart"

    cart_id: Mapped[str] = mapped_column(primary_key=True)
    basket_id: Mapped[int] = mapped_column(ForeignKey("basket.id"), index=True)


class SentProfile(Base):
    """A profile that Zonos was sent: names of fields and fingerprints, no values.

    ``api_url`` tells the sandbox from Zonos: what one was sent, the other has not got.
    """

    __tablename__ = "sent_profile"

    id: Mapped[int] = mapped_column(primary_key=True)
    api_url: Mapped[str]
    customer_id: Mapped[str] = mapped_column(index=True)
    fields: Mapped[list[str]] = mapped_column(JSON)
    locations: Mapped[list[str]] = mapped_column(JSON)
    at: Mapped[datetime]
    request_id: Mapped[str | None]


class Order(Base):
    """An order, paid at Zonos or placed in the shop's own checkout.

    ``public_id`` is Zonos's order id, or a random one of ours. It is unique: however
    often an order is told of, it is stored once.
    """

    __tablename__ = "shop_order"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    customer_id: Mapped[str | None] = mapped_column(index=True)
    cart_id: Mapped[str | None] = mapped_column(index=True)
    status: Mapped[str]
    currency_code: Mapped[str]
    items_total: Mapped[Decimal]
    shipping: Mapped[Decimal] = mapped_column(default=Decimal(0))
    duties: Mapped[Decimal] = mapped_column(default=Decimal(0))
    taxes: Mapped[Decimal] = mapped_column(default=Decimal(0))
    fees: Mapped[Decimal] = mapped_column(default=Decimal(0))
    discounts: Mapped[Decimal] = mapped_column(default=Decimal(0))
    total: Mapped[Decimal]
    tracking_numbers: Mapped[list[str]] = mapped_column(JSON, default=list)
    ship_to: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)
    lines: Mapped[list[OrderLine]] = relationship(
        back_populates="order", order_by="OrderLine.id", cascade="all, delete-orphan"
    )
    shop_total: Mapped[ShopTotal | None] = relationship(
        lazy="joined", cascade="all, delete-orphan"
    )

    @property
    def number(self) -> str:
        """The shop's own order number, which is written back to Zonos."""
        return f"V-{10_000 + self.id}"


class ShopTotal(Base):
    """An order's total in the shop's currency, where the shopper paid in another.

    A table of its own: a database of before gets new tables, but no new columns.
    """

    __tablename__ = "shop_order_shop_total"

    order_id: Mapped[int] = mapped_column(ForeignKey("shop_order.id"), primary_key=True)
    currency_code: Mapped[str]
    amount: Mapped[Decimal]


class OrderLine(Base):
    __tablename__ = "shop_order_line"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("shop_order.id"), index=True)
    sku: Mapped[str]
    name: Mapped[str]
    quantity: Mapped[int]
    amount: Mapped[Decimal]
    currency_code: Mapped[str]
    order: Mapped[Order] = relationship(back_populates="lines")
