"""The photos that come with a form, and those kept from one that could not be taken: nobody chooses them twice."""

from datetime import timedelta
from functools import cached_property

import mongoengine as me
from bson import Binary, ObjectId
from flask import request

from backend.foundation import clock, database
from backend.foundation import photos as files
from backend.foundation.errors import BadInput, ChatiError
from backend.foundation.photos import CleanPhoto

FIELD, KEPT = "photos", "kept"
KEPT_FOR = timedelta(days=1)  # as long as somebody may take to correct a form; then they are erased


class KeptPhoto(me.Document):
    """A checked photo of a form that was not taken yet, found by the form's id, which its sender alone knows."""

    meta = {
        "collection": "kept_photos",
        "auto_create_index": False,
        "indexes": ["form", {"fields": ["at"], "expireAfterSeconds": int(KEPT_FOR.total_seconds())}],
    }

    form = me.StringField(required=True)
    data = me.BinaryField(required=True)
    width = me.IntField(required=True)
    height = me.IntField(required=True)
    at = me.DateTimeField(required=True)


def of_form(form: str) -> "Uploads":
    """Return the photos of the form that was sent, read once for a request.

    Args:
        form: id of the form, see `forms.draft`.
    """
    return request.environ.setdefault("chati.uploads", Uploads(form))


class Uploads:
    """The photos of a form as it was sent: those chosen now, behind those kept earlier that are still wanted."""

    def __init__(self, form: str) -> None:
        """Say whose they are; see `of_form`."""
        self.form = form

    def checked(self) -> list[CleanPhoto]:
        """Return all photos, checked and stripped.

        Raises:
            BadInput: too many, one that is none, or one that was kept too long ago.
            TooLarge: one is too large.
        """
        good, wrong = self._chosen
        if wrong:
            raise wrong
        if len(self._kept) < len(self._wanted):
            raise BadInput.of(FIELD, "先前收到的照片已过保存时间，请重新选择")
        photos = [*self._kept.values(), *good]
        files.check_number(photos)
        return photos

    def keep(self) -> list[str]:
        """Keep the good photos of a form that is shown again, and return the ids of all that it has now."""
        kept = [str(one) for one in self._kept]
        for photo in self._chosen[0]:
            stored = KeptPhoto(form=self.form, data=Binary(photo.data), width=photo.width, height=photo.height)
            stored.at = clock.now()
            kept.append(str(stored.save(force_insert=True).id))
        return kept[: files.limit()]

    @cached_property
    def _chosen(self) -> tuple[list[CleanPhoto], ChatiError | None]:
        """The photos chosen now that can be read, and what is wrong with the first one that cannot."""
        good: list[CleanPhoto] = []
        wrong: ChatiError | None = None
        chosen = [one for one in request.files.getlist(FIELD) if one.filename]  # nothing chosen comes without a name
        for n, upload in enumerate(chosen, 1):
            upload.stream.seek(0)
            raw = upload.stream.read()
            try:
                files.check_number([*good, raw])
                good.append(files.clean(raw, FIELD))
            except ChatiError as error:
                error.fields = {FIELD: f"第 {n} 张：{error.message}"} if len(chosen) > 1 else error.fields
                wrong = wrong or error
        return good, wrong

    @cached_property
    def _wanted(self) -> list[ObjectId]:
        return [ObjectId(one) for one in request.form.getlist(KEPT) if ObjectId.is_valid(one)]

    @cached_property
    def _kept(self) -> dict[ObjectId, CleanPhoto]:
        if not self._wanted:
            return {}
        found = database.collection("kept_photos").find({"_id": {"$in": self._wanted}, "form": self.form}).sort("_id")
        return {row["_id"]: CleanPhoto(row["data"], row["width"], row["height"]) for row in found}
