import pytest

from bot.account import PLATFORM, account
from config.settings import Settings, SettingsError

FULL = {
    "wechat_appid": "wx0123456789abcdef",
    "wechat_secret": "s",
    "wechat_token": "t",
    "wechat_aes_key": "A" * 43,
}


def test_without_settings_and_without_demo_there_is_no_account():
    assert account(Settings(), b"key") is None


def test_demo_makes_an_account_of_its_own_from_the_data_key():
    one, other = account(Settings(demo=True), b"one"), account(Settings(demo=True), b"other")
    assert one == account(Settings(demo=True), b"one")
    assert {one.token, one.secret, one.aes_key}.isdisjoint({other.token, other.secret, other.aes_key})
    assert one.api_base == "http://127.0.0.1:8000/simulator/api"


def test_real_settings_speak_to_the_platform():
    assert account(Settings(**FULL), b"key").api_base == PLATFORM


def test_demo_with_real_settings_uses_them_with_the_stand_in():
    real = account(Settings(**FULL, demo=True, host="0.0.0.0", port=9000), b"key")
    assert real.appid == FULL["wechat_appid"]
    assert real.api_base == "http://127.0.0.1:9000/simulator/api"


@pytest.mark.parametrize("missing", FULL)
def test_a_half_configured_account_is_refused_by_the_name_of_what_is_missing(missing):
    with pytest.raises(SettingsError, match=f"CHATI_{missing.upper()}"):
        account(Settings(**(FULL | {missing: ""})), b"key")


@pytest.mark.parametrize("key", ["A" * 42, "A" * 44, "!" * 43])
def test_an_aes_key_of_the_wrong_form_is_refused(key):
    with pytest.raises(SettingsError, match="CHATI_WECHAT_AES_KEY"):
        account(Settings(**(FULL | {"wechat_aes_key": key})), b"key")


def test_secrets_are_not_in_the_representation():
    shown = repr(account(Settings(**FULL | {"wechat_secret": "hidden", "wechat_token": "hidden"}), b"key"))
    assert "hidden" not in shown
