"""The goods and the shoppers that a new database begins with."""

from __future__ import annotations

import json
import time
from decimal import Decimal
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import ProgrammingError

from .models import Address
from .models import db
from .models import Product
from .models import Shopper
from .models import Variant

SAMPLE_PASSWORD = "demo-shop"
SAMPLE_SIGN_INS = [
    ("test@zonos.com", "Canada, USA"),
    ("freja@example.com", "Denmark, Japan"),
]


def prepare_database() -> None:
    """Make the tables and fill an empty shop; several processes may start at once."""
    for attempt in range(10):
        try:
            db.create_all()
            if db.session.scalar(select(Product.id).limit(1)) is None:
                db.session.add_all([*sample_products(), *sample_shoppers()])
                db.session.commit()
            return
        except (IntegrityError, OperationalError, ProgrammingError):
            # Another process was faster, or is still at it.
            db.session.rollback()
            if attempt == 9:
                raise
            time.sleep(0.3)


def sample_shoppers() -> list[Shopper]:
    """The shopper of Zonos's own page, and one with a foot in two countries."""
    tester = Shopper(
        customer_id="1234567",
        email="test@zonos.com",
        first_name="testFirstName1",
        last_name="testLastName",
        phone="7022920000",
        addresses=[
            Address(
                administrative_area="BC",
                country_code="CA",
                line1="411-1033 Davie Street",
                line2="123 testAddress2",
                locality="Vancouver",
                name="TestCanada TestCanada",
                postal_code="V6E1M7",
            ),
            Address(
                administrative_area="UT",
                country_code="US",
                line1="411-1033 Davie Street",
                line2="123 testAddress2",
                locality="Saint George",
                name="TestUS TestLastName",
                postal_code="84770",
            ),
        ],
    )
    freja = Shopper(
        email="freja@example.com",
        first_name="Freja",
        last_name="Nakamura",
        phone="+4520123456",
        addresses=[
            Address(
                name="Freja Nakamura",
                line1="Strandgade 27B, 3. tv.",
                postal_code="1401",
                locality="København K",
                country_code="DK",
            ),
            Address(
                name="Freja Nakamura",
                line1="4-12-10 Jingumae",
                line2="Shibuya-ku",
                postal_code="150-0001",
                locality="Tokyo",
                administrative_area="Tokyo",
                country_code="JP",
            ),
        ],
    )
    for shopper in (tester, freja):
        shopper.set_password(SAMPLE_PASSWORD)
    return [tester, freja]


def sample_products() -> list[Product]:
    """Nine things; weights in grams, prices in kroner, HS codes as on export papers."""
    text = (Path(__file__).parent / "products.json").read_text(encoding="utf-8")
    return [
        Product(
            **product
            | {
                "price": Decimal(product["price"]),
                "variants": [Variant(**one) for one in product["variants"]],
            }
        )
        for product in json.loads(text)
    ]
