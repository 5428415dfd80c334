"""Seeds: profiles, carts and orders that a sandbox begins with, as JSON."""

from __future__ import annotations

from typing import Any

from graphql import execute_sync
from graphql import parse

from ..checkout.checkout_sessions import open_session
from ..checkout.checkout_sessions import place_order
from ..checkout.pricing import SERVICE_LEVELS
from ..graph.problems import Problem
from ..graph.profiles import find_profile
from ..graph.profiles import save_payment_method
from ..state import State

_PROFILE = parse(
    """mutation ($input: CheckoutCustomerProfileAuthenticateInput!) {
      checkoutCustomerProfileAuthenticate(input: $input) { oneTimePassword } }"""
)
_CART = parse(
    "mutation ($input: CartCreateInput!) { cartCreate(input: $input) { id } }"
)

_PARTS = {"options", "profiles", "carts", "orders"}


def load_seed(state: State, seed: Any) -> None:
    """Put a seed into a sandbox, all of it or, if something is wrong, nothing.

    ``{"profiles": [...], "carts": [...], "orders": [...]}``: a profile is the input of
    ``checkoutCustomerProfileAuthenticate``, with ``paymentMethods`` (``brand``,
    ``lastFour``) if it has any; a cart is the input of ``cartCreate``; an order has the
    ``cart``, and either a ``customerId`` of these profiles or a guest's ``address``.
    ``"options"`` sets the sandbox's settings first.

    :raises ValueError: if the schema refuses something, with its path in the seed
    """
    if not isinstance(seed, dict) or set(seed) - _PARTS:
        raise ValueError(f"A seed is an object with {', '.join(sorted(_PARTS))}")
    before = state.options.as_dict()
    try:
        state.options.change(seed.get("options") or {})
        _load_objects(state, seed)
    except ValueError:
        state.options.change(before)
        raise


def _load_objects(state: State, seed: dict[str, Any]) -> None:
    with state.store.transaction():
        for kind, one in (("profiles", _profile), ("carts", _cart), ("orders", _order)):
            for index, given in enumerate(seed.get(kind) or ()):
                try:
                    one(state, given)
                except (Problem, ValueError, KeyError, TypeError) as error:
                    raise ValueError(f"{kind}[{index}]: {error}") from None


def _run(state: State, document: Any, input: Any) -> Any:
    result = execute_sync(
        state.schema, document, context_value=state, variable_values={"input": input}
    )
    if result.errors or result.data is None:
        raise ValueError("; ".join(e.message for e in result.errors or ()))
    return next(iter(result.data.values()))


def _profile(state: State, given: dict[str, Any]) -> str:
    input = {key: value for key, value in given.items() if key != "paymentMethods"}
    for card in given.get("paymentMethods") or ():
        save_payment_method(state, input["customerId"], card["brand"], card["lastFour"])
    return str(_run(state, _PROFILE, input)["oneTimePassword"])


def _cart(state: State, given: dict[str, Any]) -> str:
    return str(_run(state, _CART, given)["id"])


def _order(state: State, given: dict[str, Any]) -> None:
    cart_id = _cart(state, given["cart"])
    password, address = None, given.get("address")
    if given.get("customerId") is not None:
        profile = find_profile(state, given["customerId"])
        if profile is None or not (address or profile["locations"]):
            raise ValueError("The customer needs a profile with an address")
        address = address or {**profile["locations"][0], "email": profile["email"]}
        input = {"customerId": profile["customerId"], "email": profile["email"]}
        password = _profile(state, input)
    if not isinstance(address, dict):
        raise ValueError("An order needs a customerId or an address")
    session = open_session(state, cart_id, password)
    place_order(state, session, address, SERVICE_LEVELS[0].code)
