"""What the conversation may ask, read from the slices."""

import secrets
from functools import cached_property

from flask import current_app

from backend.card import queries as cards
from backend.card.links import lift_url
from backend.card.rows import CardPart
from backend.card.verdict import verdict
from backend.complaints import queries as complaints
from backend.complaints import workflow
from backend.complaints.links import report_url
from backend.complaints.rows import OwnCase
from backend.foundation import clock
from backend.foundation.links import absolute
from backend.registry import search
from bot.reading import rules
from bot.replies import Pages, Words
from bot.state import Case, Lift, Similar
from qr import payload

PAGES = Pages(
    lift=lambda code, tag: absolute(lift_url(code, tag)),
    report=lambda code: absolute(report_url(code)),
)
NO_CARD: CardPart = {"_id": "", "blocks": {}}
SEARCH_LENGTH = 60  # characters; nobody types a longer address


class StoredFacts:
    """The facts for one message of one user.

    Args:
        binding: fingerprint of the user.
        key: of the message in the inbox.
    """

    def __init__(self, binding: str, key: str) -> None:
        self.binding = binding
        self.key = key
        self.now = clock.now()
        self.draft_id = f"wechat-{secrets.token_hex(12)}"
        self.photo_limit = current_app.config["CHATI"].photo_limit

    @cached_property
    def words(self) -> Words:
        """The wording with this deployment's numbers and address."""
        settings = current_app.config["CHATI"]
        labels = {key: row["label"] for key, row in workflow.categories().items()}
        return Words(settings.rescue_phone, settings.hotline_phone, PAGES, labels)

    def find(self, text: str) -> list[Lift]:
        """Find lifts by a scan result, a number or an address; the text is never fetched."""
        scanned = payload.parse(text)
        if scanned is None and len(text) > SEARCH_LENGTH:
            return []
        found = search.find(scanned.value if scanned else text, rules()["choices"])
        tag = scanned.tag if scanned else None
        return [Lift(item["code"], item["title"], item["subtitle"], tag) for item in found]

    def verdict(self, code: str) -> str:
        """Return the one-line verdict on a lift today."""
        return verdict(cards.card(code) or NO_CARD, clock.today()).text

    def similar(self, code: str, category: str) -> Similar | None:
        """Return an open case about the same problem."""
        case = complaints.similar(code, category)
        return Similar(case["number"], case["state_label"]) if case else None

    def cases(self) -> list[Case]:
        """Return the user's own cases, the newest first."""
        return [_case(row) for row in complaints.of_binding(self.binding)]


def _case(row: OwnCase) -> Case:
    return Case(
        number=row["number"],
        state=row["state"],
        state_label=row["state_label"],
        category_label=row["category_label"],
        title=row.get("place") or row.get("lift_code") or "",
        filed_at=row["filed_at"],
        version=row["version"],
        outcome=row.get("outcome") or "",
    )
