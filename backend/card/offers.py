"""What pages about lifts offer to do: each slice brings its part as a template, the card names none of them."""

from typing import NamedTuple

from flask import Flask, current_app

OFFERS = "chati.offers"
# Pages: of a lift, of one that is not found, and the top of a lift's page where the scanned sign is none of ours.
LIFT, NO_LIFT, FORGED = "lift", "no lift", "forged"


class Offer(NamedTuple):
    """One part of a page.

    Args:
        order: its place among the parts, from the top.
        template: what shows it; given what its page is: of a lift `code` and `identity`, else the code looked for.
    """

    order: int
    template: str


def add(app: Flask, page: str, offer: Offer) -> None:
    """Bring a part of a page.

    Args:
        app: the application.
        page: LIFT, NO_LIFT or FORGED.
        offer: the part; the same again is harmless.
    """
    app.extensions.setdefault(OFFERS, {}).setdefault(page, set()).add(offer)


def templates(page: str) -> list[str]:
    """Return the templates of a page's parts, from the top."""
    return [offer.template for offer in sorted(current_app.extensions.get(OFFERS, {}).get(page, ()))]
