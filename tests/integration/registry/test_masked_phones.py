"""A phone number as screens show it, one rule for the card and the desk."""

import pytest

from backend.card import queries as cards
from backend.card import service as card_service
from backend.foundation.protect import masked_phone, seal
from tests.factories import make_lift


@pytest.mark.parametrize(("phone", "shown"), [("15800001234", "158****1234"), ("02300001", "****")])
def test_a_sealed_number_is_shown_masked(context, phone, shown):
    assert masked_phone(seal(phone)) == shown


def test_no_number_is_shown_as_nothing(context):
    assert masked_phone(None) == ""


def test_a_number_sealed_with_another_key_hides_neither_itself_nor_the_rest_of_the_card(context, db):
    code = make_lift(safety_manager="云知满", safety_manager_phone="15800001234")
    assert cards.card(code)["blocks"]["identity"]["safety_manager_phone"] == "158****1234"
    db.lifts.update_one({"_id": code}, {"$set": {"safety_manager_phone_sealed": "another"}})
    card_service.rebuild([code])
    shown = cards.card(code)["blocks"]["identity"]
    assert (shown["safety_manager"], shown["safety_manager_phone"]) == ("云**", "无法读取")
