"""Photos: checked, stripped of EXIF, re-encoded, and stored in the transaction of what they belong to."""

import io
import math
import warnings
from collections.abc import Collection, Iterable, Sized
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import mongoengine as me
import pillow_heif
from bson import Binary, ObjectId
from flask import current_app
from PIL import Image, ImageDraw, ImageOps

from backend.foundation import clock
from backend.foundation.database import collection
from backend.foundation.errors import BadInput, NotFound, TooLarge

pillow_heif.register_heif_opener()
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "HEIF", "AVIF", "MPO")
MAX_SOURCE_PIXELS = 60_000_000
MAX_PIXELS = 12_000_000  # of a stored photo: a screenshot of many screens stays to be read, and within one document
SHORT_SIDE = 3 / 4  # of the long one; what is longer than that is not made smaller for its length
JPEG_QUALITY = 80
Box = tuple[int, int, int, int]


class Photo(me.Document):
    """A stored photo: JPEG, without metadata, small enough to live in one document and so in one transaction."""

    meta = {"collection": "photos", "auto_create_index": False, "indexes": ["subject"]}

    subject = me.StringField(required=True)
    data = me.BinaryField(required=True)
    width = me.IntField()
    height = me.IntField()
    created_at = me.DateTimeField(required=True)


@dataclass(frozen=True, slots=True)
class CleanPhoto:
    """A photo that was checked and re-encoded but not stored yet."""

    data: bytes
    width: int
    height: int


def limit() -> int:
    """Return how many photos may be sent at once."""
    return current_app.config["CHATI"].photo_limit


def check_number(photos: Sized) -> None:
    """Check that no more photos are sent at once than allowed.

    Raises:
        BadInput: there are more; the field is `photos`.
    """
    if len(photos) > limit():
        raise BadInput.of("photos", f"照片最多 {limit()} 张")


def clean(raw: bytes, field: str = "photos") -> CleanPhoto:
    """Check an uploaded photo and re-encode it without its metadata.

    Args:
        raw: the file as it arrived.
        field: form field to name in an error.

    Raises:
        TooLarge: more bytes or pixels than allowed.
        BadInput: empty, or not a picture that can be read.
    """
    settings = current_app.config["CHATI"]
    if not raw:
        raise BadInput.of(field, "有一张照片是空的（0 字节），请重新选择")
    if len(raw) > settings.photo_limit_kib * 1024:
        raise TooLarge(f"照片太大，每张不超过 {settings.photo_limit_kib // 1024} MB", {field: "照片太大"})
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what Pillow warns of, the checks below refuse or the re-encoding removes
            with Image.open(io.BytesIO(raw), formats=FORMATS) as source:
                if source.width * source.height > MAX_SOURCE_PIXELS:
                    raise TooLarge("照片的像素太多", {field: "照片的像素太多"})
                picture = _plain(ImageOps.exif_transpose(source), settings.photo_pixels)
    except TooLarge:
        raise
    except Exception as error:  # Pillow's decoders raise anything on hostile bytes
        raise BadInput.of(field, "这不是可以识别的照片") from error
    return _encoded(picture)


def _plain(picture: Image.Image, longest: int) -> Image.Image:
    """Return a picture as it is stored: eight bits a colour, on white where one sees through it, and not too large."""
    if picture.mode.startswith("I"):  # 16 bits of grey, which `convert` would cut off at the brightest of eight
        picture = picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    through = picture.has_transparency_data
    picture = picture.convert("RGBA" if through else "RGB")
    long, short = max(picture.size), min(picture.size)
    scale = max(longest / long, longest * SHORT_SIDE / short)
    scale = min(1, scale, math.sqrt(MAX_PIXELS / (long * short)))
    if scale < 1:
        picture = picture.resize([max(1, round(side * scale)) for side in picture.size], reducing_gap=3)
    if through:
        picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture).convert("RGB")
    return picture


def covered(data: bytes, boxes: Iterable[Box]) -> CleanPhoto:
    """Return a stored photo with black over parts of it.

    Args:
        data: JPEG.
        boxes: (left, top, right, bottom) in pixels.

    Raises:
        BadInput: a box is not within the photo.
    """
    with Image.open(io.BytesIO(data), formats=("JPEG",)) as source:
        picture = source.convert("RGB")
    brush = ImageDraw.Draw(picture)
    for left, top, right, bottom in boxes:
        if not (0 <= left < right <= picture.width and 0 <= top < bottom <= picture.height):
            raise BadInput.of("boxes", "遮盖的位置不在照片里")
        brush.rectangle((left, top, right, bottom), fill="black")
    return _encoded(picture)


def _encoded(picture: Image.Image) -> CleanPhoto:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=JPEG_QUALITY, optimize=True)
    return CleanPhoto(out.getvalue(), picture.width, picture.height)


def find(photo_id: str) -> dict[str, Any]:
    """Return a stored photo: `subject`, and `data` as JPEG; whether it may be seen is the caller's to ask.

    Raises:
        NotFound: there is none of that id.
    """
    found = collection("photos").find_one({"_id": ObjectId(photo_id)}) if ObjectId.is_valid(photo_id) else None
    if found is None:
        raise NotFound("没有这张照片")
    return found


def older(mark: str, before: datetime) -> dict[ObjectId, str]:
    """Return the subjects of photos from before a moment, by id.

    Args:
        mark: how their subjects begin, such as `complaint:`.
        before: aware moment.
    """
    wanted = {"subject": {"$regex": f"^{mark}"}, "created_at": {"$lt": before}}
    return {row["_id"]: row["subject"] for row in collection("photos").find(wanted, {"subject": 1})}


def erase(ids: Collection[ObjectId]) -> int:
    """Erase photos, and return how many there were."""
    return collection("photos").delete_many({"_id": {"$in": list(ids)}}).deleted_count


def store(photo: CleanPhoto, subject: str) -> ObjectId:
    """Store a checked photo and return its id.

    Args:
        photo: from `clean`.
        subject: what it belongs to, such as `complaint:261123-482913`.
    """
    return (
        Photo(
            subject=subject,
            data=Binary(photo.data),
            width=photo.width,
            height=photo.height,
            created_at=clock.now(),
        )
        .save(force_insert=True)
        .id
    )
