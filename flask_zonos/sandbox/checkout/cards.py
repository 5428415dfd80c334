"""The cards that the sandbox takes: test cards only, never a number of anyone's."""

from __future__ import annotations

from dataclasses import dataclass

from ..graph.problems import BadRequest
from ..graph.problems import FailedPrecondition
from ..graph.resolvers import Object


@dataclass(frozen=True)
class Card:
    """A test card, as a shopper sees one."""

    code: str
    brand: str
    last_four: str
    declined: bool = False

    def as_dict(self) -> Object:
        """The card as the checkout's frame reads it."""
        return {
            "code": self.code,
            "brand": self.brand,
            "lastFour": self.last_four,
            "declined": self.declined,
        }


#: All cards there are, the preselected one first.
TEST_CARDS = (
    Card("visa", "Visa", "4242"),
    Card("mastercard", "Mastercard", "4444"),
    Card("amex", "American Express", "0005"),
    Card("declined", "Visa", "0002", declined=True),
)


def charge(payment: object, saved: list[Object]) -> tuple[str, str]:
    """Charge a card with play money: its brand and last four digits.

    :param payment: ``{"id"}`` of a saved card, or ``{"testCard"}`` with a code
    :param saved: the cards that the shopper has saved
    :raises BadRequest: if there is no such card
    :raises FailedPrecondition: if the card declines
    """
    chosen = payment if isinstance(payment, dict) else {}
    for card in saved:
        if chosen.get("id") == card["id"]:
            return str(card["brand"]), str(card["lastFour"])
    for test in TEST_CARDS:
        if chosen.get("testCard") == test.code:
            if test.declined:
                raise FailedPrecondition("The card was declined. Choose another one.")
            return test.brand, test.last_four
    raise BadRequest("Choose a card to pay with")
