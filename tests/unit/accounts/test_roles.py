"""Roles include each other without gaps, and a login is one name however it is typed."""

import pytest

from backend.accounts.service import LOGIN, normal_login
from backend.foundation.permissions import permissions_of_role
from config import load


def test_a_role_has_what_the_roles_it_includes_have():
    district, municipal, administrator = (
        permissions_of_role(role) for role in ("district_officer", "municipal_officer", "administrator")
    )
    assert district < municipal < administrator


def test_a_hotline_may_file_for_a_caller_and_see_nothing():
    assert permissions_of_role("hotline") == {"complaint.file_for_caller"}


@pytest.mark.parametrize("role", [name for name, row in load("roles").items() if row["belongs"] != "nobody"])
def test_whoever_signs_in_may_change_the_own_password(role):
    assert "account.own" in permissions_of_role(role)


@pytest.mark.parametrize("role", load("roles"))
def test_a_role_has_a_name_that_people_read(role):
    assert load("roles")[role]["name"]


@pytest.mark.parametrize(("typed", "stored"), [(" Lin ", "lin"), ("ＬＩＮ", "lin"), ("lin.a-b_1", "lin.a-b_1")])
def test_a_login_is_the_same_however_it_is_typed(typed, stored):
    assert normal_login(typed) == stored
    assert LOGIN.fullmatch(stored)
