"""Which district people mean, by its name or by a street of it."""

import pytest

from backend.policy import areas


@pytest.mark.parametrize(
    ("text", "district", "rest"),
    [
        ("渝中区", "500103", ""),
        ("渝中", "500103", ""),
        ("重庆市渝中区云栖苑", "500103", "云栖苑"),
        ("重庆 渝中 云栖苑", "500103", "云栖苑"),
        ("忠县 石宝寨", "500233", "石宝寨"),
        ("石柱 云栖苑", "500240", "云栖苑"),
        ("两江新区云栖苑", "500157", "云栖苑"),
    ],
)
def test_words_that_begin_with_a_district_are_read_as_it_and_the_rest(text, district, rest):
    assert areas.leading(text) == areas.Named(district, rest)


@pytest.mark.parametrize("text", ["", "重庆市", "渝中苑", "忠 石宝寨", "云栖苑 渝中区"])
def test_a_name_that_only_begins_like_a_district_is_none(text):
    assert areas.leading(text) is None


@pytest.mark.parametrize(
    ("text", "district"),
    [
        ("渝中区云栖苑3栋", "500103"),
        ("云栖苑3栋，在渝中区", "500103"),
        ("解放碑步行街旁边那栋楼", "500103"),
        ("南岸区解放碑路", "500108"),
        ("杨家坪", "500107"),
    ],
)
def test_a_place_names_its_district_by_itself_or_by_a_street(text, district):
    assert areas.meant(text) == district


@pytest.mark.parametrize("text", ["", "云栖苑3栋", "从解放碑到杨家坪", "重庆市"])
def test_a_place_that_names_none_or_several_names_no_district(text):
    assert areas.meant(text) is None
