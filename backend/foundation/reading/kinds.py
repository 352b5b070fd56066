"""What a file is, told from its content: an ending may say anything."""

import mmap
import pathlib
import zipfile
from typing import BinaryIO

from backend.foundation.reading.rows import UnusableError

TEXT, WORKBOOK = "text", "workbook"
TEXT_ENDINGS = (".csv", ".tsv", ".txt")
ENDINGS = (*TEXT_ENDINGS, ".xlsx", ".xlsm")
HEAD = 4096  # bytes in which a page of the web shows itself
_RESAVE = "请在表格软件中打开，另存为 .xlsx"
_STARTS = {
    b"%PDF": "这是 PDF 文件，不是表格",
    b"Rar!": "这是压缩包，请先解开",
    b"7z\xbc\xaf": "这是压缩包，请先解开",
    b"\x1f\x8b": "这是压缩包，请先解开",
    b"\x89PNG": "这是图片，不是表格",
    b"\xff\xd8\xff": "这是图片，不是表格",
    b"{\\rtf": "这是文字处理文件，不是表格",
}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_STREAMS = {
    "EncryptedPackage": "文件有密码，请在表格软件中去掉密码后另存",
    "WordDocument": "这是 Word 文档，不是表格",
    "Workbook": f"这是旧的 .xls 文件，{_RESAVE}",
    "Book": f"这是旧的 .xls 文件，{_RESAVE}",
}
_PARTS = {
    "xl/workbook.bin": f"这是 .xlsb 文件，{_RESAVE}",
    "word/document.xml": "这是 Word 文档，不是表格",
    "ppt/presentation.xml": "这是演示文稿，不是表格",
    "content.xml": f"这是 .ods 文件，{_RESAVE}",
    "index.xml": f"这是 Numbers 文件，{_RESAVE}",
}
_PAGES = (b"<!doctype html", b"<html", b"<table", b"<head", b"<body", b"<div", b"<meta", b"<script")


def kind_of(path: pathlib.Path) -> str:
    """Tell whether a file is text or a workbook.

    Raises:
        UnusableError: it is neither; the message says what it is.
    """
    with path.open("rb") as file:
        head = file.read(HEAD)
        if not head.strip(b"\0\r\n\t \xef\xbb\xbf"):
            raise UnusableError("文件是空的，没有表头" if not head.strip(b"\r\n\t \xef\xbb\xbf") else "文件不是文本")
        for start, reason in _STARTS.items():
            if head.startswith(start):
                raise UnusableError(reason)
        if head.startswith(_OLE):
            raise UnusableError(_inside_ole(file))
        if head.startswith(b"PK"):
            return _zipped(file)
    return _of_text(path, head)


def _of_text(path: pathlib.Path, head: bytes) -> str:
    shown = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe\r\n\t ").lower()
    if shown.startswith(_PAGES) or (shown.startswith(b"<") and b"<html" in shown):
        raise UnusableError(f"这是网页，只是改了文件名，{_RESAVE}")
    if shown.startswith(b"<?xml"):
        raise UnusableError(f"这是 XML 文件，{_RESAVE}")
    if path.suffix.lower() in TEXT_ENDINGS:
        return TEXT
    if path.suffix.lower() in ENDINGS:
        raise UnusableError("XLSX 文件损坏，打不开")
    raise UnusableError("只能读取 .csv 和 .xlsx 文件")


def _inside_ole(file: BinaryIO) -> str:
    """Say what an OLE file is by the names of its streams, which stand in it as UTF-16."""
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        for name, reason in _OLE_STREAMS.items():
            if content.find(f"{name}\0".encode("utf-16-le")) >= 0:
                return reason
    if pathlib.Path(str(file.name)).suffix.lower() in (".xlsx", ".xlsm"):
        return "文件有密码，请在表格软件中去掉密码后另存"
    return f"这是旧的 .xls 文件，{_RESAVE}"


def _zipped(file: BinaryIO) -> str:
    try:
        with zipfile.ZipFile(file) as archive:
            names = {one.filename.lower(): one for one in archive.infolist()}
    except (zipfile.BadZipFile, OSError, ValueError, UnicodeError, NotImplementedError) as error:
        raise UnusableError("XLSX 文件损坏，打不开") from error
    for part, reason in _PARTS.items():
        if part in names:
            raise UnusableError(reason)
    if any(one.flag_bits & 1 for one in names.values()):
        raise UnusableError("压缩包有密码，请先解开")
    if not any(name.startswith("xl/") for name in names):
        raise UnusableError("这是压缩包，里面没有表格，请先解开")
    return WORKBOOK
