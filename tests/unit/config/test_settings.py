import pytest

from config.settings import Settings, SettingsError

LOOPBACK = ["http://127.0.0.1:8000", "http://127.8.9.1", "http://127.1", "http://2130706433", "http://0.0.0.0:80"]
LOOPBACK += ["http://[::1]:8000", "http://[::]", "http://[::ffff:127.0.0.1]", "https://localhost", "https://LOCALHOST."]
LOOPBACK += ["https://chati.localhost", "http://ip6-localhost"]
OUTSIDE = ["https://lift.example.cn", "http://10.0.0.8:8000", "https://localhost.example.cn", "https://127.example.cn"]


@pytest.mark.parametrize("address", LOOPBACK)
def test_nothing_lasting_carries_an_address_that_leads_to_each_readers_own_machine(address):
    with pytest.raises(SettingsError, match=r"^CHATI_BASE_URL: .*set the address"):
        Settings(base_url=address).lasting_url()
    assert Settings(base_url=address, demo=True).lasting_url() == address


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "::1", "::", "localhost"])
def test_the_address_that_is_only_listened_on_does_not_last_either(host):
    with pytest.raises(SettingsError, match="CHATI_BASE_URL"):
        Settings(host=host).lasting_url()


@pytest.mark.parametrize("address", OUTSIDE)
def test_an_address_that_people_reach_lasts(address):
    assert Settings(base_url=address).lasting_url() == address


WRONG = [
    ("PORT", "0", "a port, 1 to 65535"),
    ("PORT", "65536", "a port, 1 to 65535"),
    ("PORT", "", "a whole number"),
    ("CHATI_BASE_URL", "http://[::1", "http(s)://host"),
    ("CHATI_BASE_URL", "http://lift.example:99999", "http(s)://host"),
    ("CHATI_MONGODB_NAME", " ", "a name"),
    ("CHATI_DEMO", "maybe", "1 or 0"),
    ("CHATI_DEMO_PILOT_UNTIL", "2027-02-30", "a date"),
    ("CHATI_WEB_WORKERS", "0", "1 or more"),
    ("CHATI_TRUSTED_PROXIES", "-1", "0 or more"),
    ("CHATI_MONGODB_CACHE_MB", "64", "256 or more"),
    ("CHATI_REPORT_LIMIT", "often", "a rate such as 30 per hour"),
    ("CHATI_BASE_URL", "chati.example", "http(s)://host"),
    ("CHATI_BASE_URL", "https://chati.example/path", "http(s)://host"),
    ("CHATI_LOG_LEVEL", "loud", "debug, info, warning or error"),
]


@pytest.mark.parametrize(("name", "value", "expected"), WRONG)
def test_a_value_that_cannot_be_is_named_with_what_was_expected(name, value, expected):
    with pytest.raises(SettingsError) as caught:
        Settings.from_env({name: value})
    assert str(caught.value).startswith(f"{name}: ")
    assert expected in str(caught.value)


def test_a_connection_string_is_refused_without_showing_its_password():
    with pytest.raises(SettingsError) as caught:
        Settings.from_env({"CHATI_MONGODB_URI": "mongo://chati:secret@db.example"})
    assert str(caught.value) == "CHATI_MONGODB_URI: must be mongodb://… or mongodb+srv://…"


def test_what_fits_is_taken():
    read = Settings.from_env(
        {"CHATI_BASE_URL": "https://chati.example/", "CHATI_MONGODB_URI": "", "CHATI_REPORT_LIMIT": "5 per minute"}
    )
    assert (read.public_url, read.report_limit) == ("https://chati.example", "5 per minute")


def test_a_key_is_made_once_for_its_owner_only(tmp_path):
    settings = Settings(var=str(tmp_path / "var"))
    key = settings.key("sign_key")
    assert (len(key) >= 32, settings.key("sign_key")) == (True, key)
    assert (tmp_path / "var" / "keys" / "sign_key").stat().st_mode & 0o777 == 0o600


def test_a_key_that_could_not_be_kept_is_an_error_and_not_an_empty_key(tmp_path):
    settings = Settings(var=str(tmp_path))
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "data_key.part").symlink_to("/dev/full")
    with pytest.raises(SettingsError, match=r"CHATI_VAR: .*data_key: No space left"):
        settings.key("data_key")
    assert not (tmp_path / "keys" / "data_key").exists()
    assert len(settings.key("data_key")) >= 32


def test_an_emptied_key_is_not_replaced_by_another(tmp_path):
    settings = Settings(var=str(tmp_path))
    settings.key("sign_key")
    (tmp_path / "keys" / "sign_key").write_text("")
    with pytest.raises(SettingsError, match="restore it"):
        settings.key("sign_key")


@pytest.mark.parametrize("below", ["", "inside/"])
def test_a_folder_that_is_a_file_is_named(tmp_path, below):
    (tmp_path / "var").write_text("")
    with pytest.raises(SettingsError, match=r"^CHATI_VAR: .*/var"):
        Settings(var=f"{tmp_path}/var/{below}").folder()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("CHATI_BASEURL", "CHATI_BASEURL: no such setting; CHATI_BASE_URL is one"),
        ("CHATI_X", "CHATI_X: no such setting"),
    ],
)
def test_a_variable_that_is_no_setting_is_refused_with_the_nearest_that_is(name, words):
    with pytest.raises(SettingsError) as refused:
        Settings.from_env({name: "https://lift.example.cn"})
    assert str(refused.value) == words


def test_variables_of_others_are_none_of_ours():
    assert Settings.from_env({"CHATIER": "1", "PATH": "/bin"}) == Settings()
