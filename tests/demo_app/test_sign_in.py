"""Sign-in: the page it leads to, and the limit of guesses."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from limits import parse
from sqlalchemy import select

from demo_app import login_throttle
from demo_app.models import db
from demo_app.models import Shopper as Account
from demo_app.urls import safe_path

from .conftest import FREJA
from .conftest import NewShopper
from .conftest import PASSWORD
from .conftest import Shopper
from .conftest import TESTER


def test_a_guests_basket_goes_along_when_they_sign_in_and_no_planted_session(
    new_shopper: NewShopper,
) -> None:
    elsewhere, here = new_shopper(), new_shopper()
    elsewhere.sign_in()
    elsewhere.add("SKIVE-S")
    here.add("SKIVE-S")
    here.add("MORGEN-SAND")
    info = here.cart_info()
    with here.client.session_transaction() as session:
        session["planted"] = "by somebody else"
    here.sign_in()
    with here.client.session_transaction() as session:
        assert "planted" not in session
    page = here.get("/cart").text
    assert "Morgen" in page
    assert ">2</span>" in page
    # The checkout that the guest had opened is of this basket now.
    here.hint(here.pay(info))
    page = here.get("/cart").text
    assert "Morgen" not in page
    assert ">1</span>" in page
    here.sign_out()
    assert "Nothing in it yet" in here.get("/cart").text


def test_signing_in_leads_on_within_the_shop_only(shopper: Shopper) -> None:
    for target, leads in {"/cart": "/cart", "//evil.example": "/account"}.items():
        answer = shopper.post(f"/login?next={target}", email=TESTER, password=PASSWORD)
        assert answer.location == leads
        shopper.sign_out()
    # What a browser could take for another host is refused.
    for doubtful in ("", "cart", "/\\a", "/a\\b", "http:/a", "https://a/", "/\ta"):
        assert safe_path(doubtful) is None


def test_a_password_can_be_guessed_five_times_and_no_more(
    new_shopper: NewShopper,
) -> None:
    guessers = [new_shopper() for _ in range(7)]
    with ThreadPoolExecutor(7) as pool:
        answers = list(pool.map(lambda one: one.sign_in(password="wrong"), guessers))
    assert sorted(answer.status_code for answer in answers) == [422] * 5 + [429] * 2
    refused = new_shopper().sign_in()  # or a right guess would tell
    assert refused.status_code == 429
    assert 800 < int(refused.headers["Retry-After"]) <= 900
    assert "Please wait 15 minutes" in refused.text
    # Others who share the address sign in as ever, and nobody locks out the owner.
    assert new_shopper().sign_in(FREJA).status_code == 303
    elsewhere = new_shopper()
    elsewhere.client.environ_base["REMOTE_ADDR"] = "192.0.2.7"
    assert elsewhere.sign_in().status_code == 303


def test_one_address_cannot_go_through_all_accounts_nor_learn_which_there_are(
    new_shopper: NewShopper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(login_throttle, "AT_ALL_ACCOUNTS", parse("3 per 15 minutes"))
    emails = (TESTER, *(f"{number}@example.com" for number in range(4)))
    answers = [new_shopper().sign_in(email, "wrong") for email in emails]
    assert [answer.status_code for answer in answers] == [422, 422, 422, 429, 429]
    for answer in answers[:3]:
        assert "No account fits that e-mail and password" in answer.text


def test_being_remembered_ends_with_signing_out(shopper: Shopper) -> None:
    shopper.post("/login", email=TESTER, password=PASSWORD, remember="y")
    assert shopper.client.get_cookie("vindstille_remember") is not None
    shopper.client.delete_cookie("vindstille")
    assert shopper.get("/account").status_code == 200
    shopper.sign_out()
    assert shopper.client.get_cookie("vindstille_remember") is None
    assert shopper.get("/account").status_code in (302, 303)


def test_a_new_account_gets_a_random_customer_id(
    app: Flask, new_shopper: NewShopper
) -> None:
    for name in ("one", "two"):
        new_shopper().register(f"{name}@example.com", name)
    with app.app_context():
        query = select(Account.customer_id).where(Account.last_name == "Larsen")
        one, two = db.session.scalars(query)
    assert one != two
    assert len(one) == len(two) == 32
