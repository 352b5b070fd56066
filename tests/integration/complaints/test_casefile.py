"""Attachments known by their bytes, and the case on paper."""

import io
import zipfile

import pymupdf
import pypdfium2
import pytest
from PIL import Image

from backend.casework.attachments import MAX_BYTES, clean_name
from backend.complaints import service
from backend.complaints.desk import casefile, reads
from backend.complaints.life import around
from backend.complaints.life.around import NewSiteVisit
from backend.foundation import clock, photos
from backend.foundation.errors import BadInput, NotFound, TooLarge

PDF = b"%PDF-1.7\n%%EOF\n"
JPEG, PNG = b"\xff\xd8\xff\xe0rest", b"\x89PNG\r\n\x1a\nrest"


def office(part, *, types=True):
    """An office file as its archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        if types:
            archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(part, "<x/>")
    return out.getvalue()


DOCX, XLSX = office("word/document.xml"), office("xl/workbook.xml")


@pytest.fixture
def number(filed):
    return filed(phone="02300001234", description="门夹人")["number"]


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("a.pdf", PDF),
        ("a.JPG", JPEG),
        ("a.jpeg", JPEG),
        ("a.png", PNG),
        ("a.docx", DOCX),
        ("a.xlsx", XLSX),
    ],
)
def test_an_office_file_is_kept_whole(db, officer, number, name, raw):
    stored = around.attach(number, officer, name, raw, "检验报告")
    found, data = around.attachment(officer, str(stored))
    assert (data, found["name"], found["size"]) == (raw, name, len(raw))
    assert db.events.find_one({"kind": "complaint.attached", "actor": officer.id})


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("a.pdf", b""),
        ("a.exe", b"MZ"),
        ("a", PDF),
        ("a.pdf", JPEG),
        ("a.jpg", PDF),
        ("a.docx", XLSX),
        ("a.docx", b"PK\x03\x04broken"),
        ("a.docx", office("word/document.xml", types=False)),
        ("a.xlsx", office("evil.bin")),
        ("a.pdf", b"<html>%PDF-"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_refused(db, officer, number, name, raw):
    with pytest.raises(BadInput) as wrong:
        around.attach(number, officer, name, raw)
    assert list(wrong.value.fields) == ["file"]
    assert db.case_attachments.find_one() is None
    assert db.case_attachment_parts.find_one() is None


def test_twenty_mebibytes_are_kept_and_one_byte_more_is_refused(db, officer, number):
    largest = PDF + bytes(MAX_BYTES - len(PDF))
    stored = around.attach(number, officer, "a.pdf", largest)
    assert around.attachment(officer, str(stored))[1] == largest
    with pytest.raises(TooLarge):
        around.attach(number, officer, "b.pdf", largest + b"x")
    assert db.case_attachments.count_documents({}) == 1


def test_the_same_file_twice_is_one_attachment(db, officer, number):
    assert around.attach(number, officer, "a.pdf", PDF) == around.attach(number, officer, "b.pdf", PDF)
    assert db.case_attachment_parts.count_documents({}) == 1


def test_another_bureau_neither_adds_nor_reads(officer, neighbour, city, number):
    stored = str(around.attach(number, officer, "a.pdf", PDF))
    for wrong in (
        lambda: around.attachment(neighbour, stored),
        lambda: around.attach(number, neighbour, "b.pdf", PDF + b"2"),
        lambda: around.attachment(officer, "x"),
        lambda: around.attachment(officer, "0" * 24),
    ):
        with pytest.raises(NotFound):
            wrong()
    assert around.attachment(city, stored)[1] == PDF


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/a.pdf", "a.pdf"),
        ("C:\\x\\a.pdf", "a.pdf"),
        ("a\r\nX: y.pdf", "a_X_ y.pdf"),
        ("\u202efdp.exe.pdf", "_fdp.exe.pdf"),
        ("报告.pdf", "报告.pdf"),
        ("长" * 300 + ".pdf", "长" * 116 + ".pdf"),
        ("", "附件"),
    ],
)
def test_a_file_name_is_only_a_name(name, kept):
    assert clean_name(name) == kept


def text_of(data):
    """Read a PDF as a person does."""
    document = pypdfium2.PdfDocument(data)
    try:
        pages = []
        for page in document:
            words = page.get_textpage()
            pages.append(words.get_text_range())
            words.close()
            page.close()
        return pages
    finally:
        document.close()


def picture():
    raw = io.BytesIO()
    Image.new("RGB", (400, 300), "red").save(raw, "PNG")
    return photos.clean(raw.getvalue())


def test_the_case_on_paper_holds_facts_dates_lift_history_visits_files_and_letters(db, officer, filed):
    number = filed(phone="02300001234", description="门夹人 <b>&", photos=[picture()])["number"]
    service.act(number, "accept", officer, db.complaints.find_one()["version"], {"text": "马上去看"})
    around.record_visit(number, officer, NewSiteVisit("f-1", clock.now(), "甲、乙", "层门异物", [picture()]))
    around.attach(number, officer, "检验报告.pdf", PDF)
    pages = text_of(casefile.pdf(officer, reads.desk_case(officer, number)))
    whole = "".join(pages)
    for words in (number, "门夹人 <b>&", "马上去看", "层门异物", "检验报告.pdf", "期限", "云栖苑", "投诉登记表"):
        assert words in whole, words
    assert "受理决定书" in pages[-1]
    assert "02300001234" not in whole
    assert db.events.find_one({"kind": "complaint.printed", "actor": officer.id})


def test_rare_names_stand_on_the_paper_as_they_were_written(officer, filed):
    words = "𬭎鑫物业的凯·旋城，阿不力孜·买买提说㙍坝𠮷👍，Łódź"
    data = casefile.pdf(officer, reads.desk_case(officer, filed(description=words)["number"]))
    assert words in "".join(text_of(data))
    assert words in "".join(page.get_text() for page in pymupdf.open(stream=data)).replace("\n", "")
    for page in pymupdf.open(stream=data):
        assert {kind for _, kind, *_ in page.get_fonts()} == {"ttf"}, "each typeface is embedded"


def test_what_no_typeface_has_is_marked_and_the_paper_says_what_the_mark_means(officer, filed):
    plain, odd = filed(description="门夹人")["number"], filed(description="\ue000物业", category="noise")["number"]
    legend = "没有这个字的字形"
    assert legend not in "".join(text_of(casefile.pdf(officer, reads.desk_case(officer, plain))))
    printed = "".join(text_of(casefile.pdf(officer, reads.desk_case(officer, odd))))
    assert "〔U+E000〕物业" in printed
    assert legend in printed


@pytest.mark.parametrize("words", ["<para>&nbsp;</b>", "🛗" * 3, "a" * 2000, "长" * 2000, "一\n二\n" * 300])
def test_whatever_somebody_wrote_prints(officer, filed, words):
    number = filed(description=words)["number"]
    assert text_of(casefile.pdf(officer, reads.desk_case(officer, number)))
