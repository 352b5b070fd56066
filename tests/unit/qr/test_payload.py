import string
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qr import payload
from qr.payload import Scanned

SECRET = b"a secret of the test"
TAG_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
QR_ALPHANUMERIC = set(string.digits + string.ascii_uppercase + " $%*+-./:")

codes = st.text(string.digits, min_size=6, max_size=6)
serials = st.integers(min_value=0) | st.text(string.ascii_letters + string.digits, min_size=1)
labels = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?", fullmatch=True)
hosts = st.lists(labels, min_size=1, max_size=4).map(".".join)
ports = st.sampled_from(["", ":80", ":8000", ":65535"])
schemes = st.sampled_from(["http://", "https://", "HTTPS://"])


def full_width(text):
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


@given(st.tuples(schemes, hosts, ports), codes, serials, st.sampled_from([str, str.lower, full_width]))
def test_a_printed_address_reads_back_in_any_case_and_width(base, code, serial, as_scanned):
    tag = payload.tag(code, serial, SECRET)
    printed = payload.url("".join(base), code, tag)
    assert set(printed) <= QR_ALPHANUMERIC
    assert payload.parse(as_scanned(printed), hosts=[base[1]]) == Scanned("rescue_code", code, tag)


@given(codes, serials)
def test_a_tag_is_eight_readable_characters_and_always_the_same(code, serial):
    tag = payload.tag(code, serial, SECRET)
    assert len(tag) == 8
    assert set(tag) <= set(TAG_ALPHABET)
    assert tag == payload.tag(code, serial, SECRET)


def test_a_tag_is_the_one_already_printed_on_signs():
    assert payload.tag("130421", 1, b"s") == "16TVM0MV"


@given(codes, codes, serials, serials)
def test_a_tag_proves_only_its_own_code_and_serial(code, other_code, serial, other_serial):
    tag = payload.tag(code, serial, SECRET)
    same_sign = (code, str(serial)) == (other_code, str(other_serial))
    assert payload.is_genuine(tag, other_code, other_serial, SECRET) is same_sign


@given(codes, serials, st.integers(0, 7), st.sampled_from(TAG_ALPHABET))
def test_one_changed_character_makes_a_tag_false(code, serial, place, character):
    tag = payload.tag(code, serial, SECRET)
    changed = tag[:place] + character + tag[place + 1 :]
    assert payload.is_genuine(changed, code, serial, SECRET) is (changed == tag)


def test_another_secret_makes_every_tag_false():
    assert not payload.is_genuine(payload.tag("130421", 1, SECRET), "130421", 1, b"another secret")


@pytest.mark.parametrize("tag", ["", "0", "梯" * 8, "0" * 7, "\x00" * 8, "ſ" * 8])
def test_a_malformed_tag_is_false_and_not_an_error(tag):
    assert not payload.is_genuine(tag, "130421", 1, SECRET)


def test_a_tag_typed_in_with_look_alike_letters_is_still_genuine():
    tag = payload.tag("130421", 1, b"s")
    assert payload.is_genuine(tag.lower().replace("0", "o").replace("1", "l"), "130421", 1, b"s")


@pytest.mark.parametrize(
    ("code", "serial", "secret", "field"),
    [
        ("13042", 1, SECRET, "code"),
        ("1304210", 1, SECRET, "code"),
        ("13042A", 1, SECRET, "code"),
        ("１３０４２１", 1, SECRET, "code"),
        ("130421\n", 1, SECRET, "code"),
        ("130421", "", SECRET, "serial"),
        ("130421", 1, b"", "secret"),
    ],
)
def test_a_tag_of_bad_parts_is_refused_by_name(code, serial, secret, field):
    with pytest.raises(ValueError, match=rf"^{field}: "):
        payload.tag(code, serial, secret)


def test_an_address_is_upper_case_with_the_code_and_the_tag_in_its_path():
    assert payload.url("https://lift.example.cn/", "130421", "16TVM0MV") == "HTTPS://LIFT.EXAMPLE.CN/E/130421/16TVM0MV"
    assert payload.url("http://localhost:8000", "130421", "16TVM0MV") == "HTTP://LOCALHOST:8000/E/130421/16TVM0MV"


@pytest.mark.parametrize(
    "base_url",
    [
        "",
        "lift.example.cn",
        "ftp://lift.example.cn",
        "https://",
        "https://查梯.example.cn",
        "https://lift_one.example.cn",
        "https://user@lift.example.cn",
        "https://[::1]:8000",
        "https://lift.example.cn/chati",
        "https://lift.example.cn?x=1",
        "https://lift.example.cn\n",
        "https://lift..example.cn",
        "https://lift.example.cn:port",
    ],
)
def test_a_base_url_that_the_code_cannot_carry_is_refused_by_name(base_url):
    with pytest.raises(ValueError, match=r"^base_url: "):
        payload.url(base_url, "130421", "16TVM0MV")


@pytest.mark.parametrize("tag", ["", "16TVM0M", "16tvm0mv", "16TVM0MU", "16TVM0MV0"])
def test_a_tag_that_was_never_computed_is_not_printed(tag):
    with pytest.raises(ValueError, match=r"^tag: "):
        payload.url("https://lift.example.cn", "130421", tag)


def test_a_code_that_is_not_six_digits_is_not_printed():
    with pytest.raises(ValueError, match=r"^code: "):
        payload.url("https://lift.example.cn", "../etc", "16TVM0MV")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("130421", Scanned("rescue_code", "130421")),
        (" 130 421\r\n", Scanned("rescue_code", "130421")),
        ("１３０４２１", Scanned("rescue_code", "130421")),
        ("https://lift.example.cn/e/130421", Scanned("rescue_code", "130421")),
        ("https://lift.example.cn/e/130421/?from=wx", Scanned("rescue_code", "130421")),
        (
            "https://lift.example.cn/e/130421/16tvm0mv?from=timeline#top",
            Scanned("rescue_code", "130421", "16TVM0MV"),
        ),
        ("HTTPS://LIFT.EXAMPLE.CN/E/130421/FORGED", Scanned("rescue_code", "130421", "F0RGED")),
        ("31101089020200001", Scanned("device_code", "31101089020200001")),
        ("311010890202000098", Scanned("device_code", "311010890202000098")),
        ("31101089020 20a0001", Scanned("device_code", "31101089020" + "20A0001")),
        ("31105001062011050006", Scanned("registration_code", "31105001062011050006")),
        ("31103506002016053337", Scanned("registration_code", "31103506002016053337")),
        ("梯11闽E3622(16)", Scanned("certificate_number", "梯11闽E3622(16)")),
        ("梯１１渝a00001（20）", Scanned("certificate_number", "梯11渝A00001(20)")),
    ],
)
def test_every_identifier_of_a_lift_is_recognised(text, expected):
    assert payload.parse(text) == expected


AROUND = [
    *(
        ("", behind)
        for behind in (")", "）", "]", "】", "。", "，", ",", ".", "、", "；", "!", "？", "…", "/", "//", "'", '"', "”")
    ),
    *(
        ("", behind)
        for behind in ("%20", "%E3%80%82", "%0A", " ", "\u3000", "\u200b", "/)", "。”）", "，快来看", " 电梯坏了", ">")
    ),
    *(("（", "）"), ("【查梯】", ""), ("“", "”"), ("<", ">"), ("请扫 ", " 。"), ("看这里：", "")),
]


@pytest.mark.parametrize(("before", "behind"), AROUND)
@pytest.mark.parametrize(
    "link", ["https://lift.example.cn/e/130421/16TVM0MV", "HTTPS://LIFT.EXAMPLE.CN/E/13O42l/i6tvmomv"]
)
def test_a_link_is_read_as_what_it_is_whatever_stands_around_it(link, before, behind):
    assert payload.parse(before + link + behind) == Scanned("rescue_code", "130421", "16TVM0MV")
    assert payload.parse(before + link.rpartition("/")[0] + behind) == Scanned("rescue_code", "130421")


@pytest.mark.parametrize("around", ["{}。", "（{}）", "“{}”", "{}，", "{}%20", " {}/ ", "[{}]", "{}\u3000", "#{}"])
@pytest.mark.parametrize("code", ["130421", "13O42l", "I3o421", "１３０４２１"])
def test_a_code_is_read_with_marks_around_it_and_look_alike_letters_in_it(around, code):
    assert payload.parse(around.format(code)) == Scanned("rescue_code", "130421")
    assert payload.read_code(around.format(code)) == "130421"


@pytest.mark.parametrize("identifier", ["31101089020200001", "31105001062011050006", "梯11渝A00001(20)"])
@pytest.mark.parametrize("around", ["{}。", "“{}”", "{} ，", "{}/"])
def test_other_identifiers_are_read_with_marks_around_them(identifier, around):
    assert payload.parse(around.format(identifier)).value == identifier


@pytest.mark.parametrize(
    "words", ["", "OIL", "OILOIL", "loliIl", "13042", "1304211", "13042%31", "门130421", "13-0421", "1" * 9999]
)
def test_what_is_no_code_is_not_read_as_one(words):
    assert payload.read_code(words) is None


@pytest.mark.parametrize(
    "written", ["16TVM0MV", "i6tvmomv", "16TVMOMV。", "16tvm0mv）", "16TVM0MV%20", "１６ＴＶＭ０ＭＶ"]
)
def test_a_tag_is_read_with_marks_around_it_and_look_alike_letters_in_it(written):
    assert payload.read_tag(written) == "16TVM0MV"


def test_only_a_rescue_code_answers_as_code():
    assert payload.parse("130421").code == "130421"
    assert payload.parse("31105001062011050006").code is None


@pytest.mark.parametrize(
    ("hosts", "ours"),
    [
        (None, True),
        ([], False),
        (["lift.example.cn"], True),
        (["LIFT.example.CN:8443"], True),
        (["lift.example.cn:80"], False),
        (["example.cn"], False),
    ],
)
def test_an_address_counts_only_on_the_hosts_of_the_caller(hosts, ours):
    found = payload.parse("https://lift.example.cn:8443/e/130421/16TVM0MV", hosts=hosts)
    assert (found is not None) is ours


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "13042",
        "1304211",
        "٠١٢٣٤٥",
        "130421; DROP TABLE lifts",
        "javascript:alert(1)//e/130421",
        "https://lift.example.cn@evil.example/e/130421/16TVM0MV",
        "https://lift.example.cn/x/e/130421",
        "https://lift.example.cn/e/130421/../../admin",
        "https://lift.example.cn/e/130421/16TVM0MV/more",
        "https://lift.example.cn/e/130421\nhttps://evil.example",
        "https://lift.example.cn/e/13042%31",
        "https://lift.example.cn/e/130421/16TVM0MV%31",
        "https://lift.example.cn/e/130421，https://evil.example",
        "OILOIL",
        "https://evil.example/?u=https://lift.example.cn/e/130421",
        "21101089020200001",
        "31101089018990001",
        "41105001062011050006",
        "梯19渝A00001(20)",
        "梯11渝A001(20)",
        "渝A00001",
        "\x00130421",
        "\ud800",
    ],
)
def test_a_text_that_names_no_lift_gives_nothing(text):
    assert payload.parse(text, hosts=["lift.example.cn"]) is None


@pytest.mark.parametrize("text", ["1" * 10_000_000, "ﷺ" * 10_000_000, " " * 1_000_000 + "130421"])
def test_a_huge_text_gives_nothing(text):
    assert payload.parse(text) is None


@given(st.text(max_size=600))
def test_no_text_makes_parsing_fail(text):
    found = payload.parse(text)
    assert found is None or found.value == unicodedata.normalize("NFKC", found.value)
