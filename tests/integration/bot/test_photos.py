import io

import pytest
from PIL import Image

from backend.complaints.documents import Complaint
from backend.delivery import worker
from backend.foundation import clock
from backend.foundation.outbox import OutboxMessage
from backend.foundation.photos import Photo
from bot.documents import DraftPhoto
from bot.simulator.documents import StandInMedia


def keep(media_id, raw):
    StandInMedia(id=media_id, data=raw, mimetype="image/jpeg", at=clock.now()).save()
    return media_id


def picture(exif=True):
    image, raw = Image.new("RGB", (800, 600), "teal"), io.BytesIO()
    data = Image.Exif()
    data[0x010E] = "somebody's home"
    image.save(raw, "JPEG", exif=data)
    return raw.getvalue()


@pytest.fixture
def telling(user, lift, on_socket):
    """Somebody in the middle of telling what is wrong."""
    for words in ("投诉", lift, "门", "门关不上"):
        user.says(words)
    return user


def work():
    while worker.deliver_next("test"):
        pass


def test_a_photo_is_fetched_by_the_worker_and_filed_without_its_metadata(telling):
    telling.photographs(keep("m1", picture()))
    work()
    assert DraftPhoto.objects.count() == 1
    telling.says("完成")
    telling.says("提交")
    case = Complaint.objects.get()
    stored = Photo.objects.get(id=case.photos[0])
    assert not Image.open(io.BytesIO(stored.data)).getexif()
    assert DraftPhoto.objects.count() == 0


def test_a_photo_the_worker_has_not_fetched_yet_is_fetched_before_filing(telling):
    telling.photographs(keep("m1", picture()))
    telling.says("完成")
    answer = telling.says("提交")
    assert len(Complaint.objects.get().photos) == 1
    assert "没有收到" not in answer


def test_what_is_no_photo_is_left_out_and_said(telling):
    telling.photographs(keep("m1", b"MZ this is a program"))
    telling.photographs("gone")
    work()
    telling.says("完成")
    answer = telling.says("提交")
    assert "有2张照片没有收到" in answer
    assert list(Complaint.objects.get().photos) == []
    assert {row.state for row in OutboxMessage.objects(channel="wechat-media")} == {"undeliverable"}


def test_the_same_photo_message_twice_is_one_photo(telling):
    media_id = keep("m1", picture())
    telling.photographs(media_id)
    work()
    OutboxMessage.objects(channel="wechat-media").update(set__state="pending")
    work()
    assert DraftPhoto.objects.count() == 1


def test_cancelling_deletes_the_photos(telling):
    telling.photographs(keep("m1", picture()))
    work()
    telling.says("取消")
    assert DraftPhoto.objects.count() == 0
