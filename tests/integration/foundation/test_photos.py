"""A photo is stored as people saw it: on white, in its greys, large enough to be read, whatever the phone wrote."""

import io
import pathlib

import pytest
from PIL import Image

from backend.foundation import photos
from backend.foundation.errors import BadInput

CASES = pathlib.Path(__file__).parents[2] / "data" / "cases"


def stored(raw):
    """Clean a photo and open what would be stored of it."""
    kept = photos.clean(raw)
    picture = Image.open(io.BytesIO(kept.data))
    assert (picture.format, picture.mode, picture.size) == ("JPEG", "RGB", (kept.width, kept.height))
    return picture


def written(picture, form="PNG", **options):
    raw = io.BytesIO()
    picture.save(raw, form, **options)
    return raw.getvalue()


def nearly(colour, wanted):
    return all(abs(one - other) <= 6 for one, other in zip(colour, wanted, strict=True))


def see_through(mode):
    """A picture with nothing in it but a red middle."""
    picture = Image.new("RGBA", (90, 90), (0, 0, 0, 0))
    picture.paste((255, 0, 0, 255), (30, 30, 60, 60))
    return picture.convert(mode)


def test_a_transparent_picture_lies_on_white(context):
    given = Image.open(CASES / "54-transparent.png")
    kept = stored((CASES / "54-transparent.png").read_bytes())
    clear = next((x, y) for x in range(given.width) for y in range(given.height) if given.getpixel((x, y))[3] == 0)
    assert nearly(kept.getpixel(clear), (255, 255, 255))


@pytest.mark.parametrize(("mode", "form"), [("RGBA", "PNG"), ("LA", "PNG"), ("RGBA", "WEBP"), ("RGBA", "AVIF")])
def test_what_one_sees_through_is_white_in_every_form(context, mode, form):
    kept = stored(written(see_through(mode), form))
    assert nearly(kept.getpixel((2, 2)), (255, 255, 255))
    assert kept.getpixel((45, 45))[1] < 100


def test_a_palette_with_a_transparent_colour_is_white_there(context):
    picture = Image.new("P", (60, 60), 0)
    picture.putpalette([0, 0, 0, 255, 0, 0])
    picture.paste(1, (20, 20, 40, 40))
    kept = stored(written(picture, transparency=0))
    assert nearly(kept.getpixel((2, 2)), (255, 255, 255))
    assert kept.getpixel((30, 30))[0] > 200


def test_sixteen_bits_of_grey_keep_their_greys(context):
    given = Image.open(CASES / "55-grey16.png")
    kept = stored((CASES / "55-grey16.png").read_bytes())
    for at in ((8, 32), (128, 32), (248, 32)):
        assert nearly(kept.getpixel(at), (given.getpixel(at) // 256,) * 3)


def test_a_long_screenshot_stays_wide_enough_to_be_read(context):
    kept = stored((CASES / "66-long-strip.png").read_bytes())
    assert kept.width >= 700
    assert kept.width * kept.height <= photos.MAX_PIXELS * 1.01
    assert kept.height / kept.width == pytest.approx(20000 / 1080, rel=0.01)


def test_an_avif_is_read(context):
    assert stored((CASES / "61-plain.avif").read_bytes()).size == (400, 300)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ((3200, 2400), (1600, 1200)),
        ((2400, 3200), (1200, 1600)),
        ((2000, 2000), (1600, 1600)),
        ((640, 480), (640, 480)),
    ],
)
def test_an_ordinary_photo_is_as_large_as_before(context, given, kept):
    assert stored(written(Image.new("RGB", given, "teal"), "JPEG")).size == kept


@pytest.mark.parametrize("size", [(1, 60000), (60000, 1)])
def test_a_line_of_a_picture_is_a_picture_too(context, size):
    assert min(stored(written(Image.new("L", size, 90))).size) == 1


def test_an_empty_file_is_told_as_empty(context):
    with pytest.raises(BadInput, match="0 字节") as wrong:
        photos.clean((CASES / "58-zero.jpg").read_bytes())
    assert list(wrong.value.fields) == ["photos"]
