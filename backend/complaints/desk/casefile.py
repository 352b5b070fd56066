"""The whole case on paper: a PDF with facts, dates, the lift then and now, history, visits and letters."""

import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    Image,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
)

from backend.accounts.actors import Actor
from backend.casework.attachments import clean_name
from backend.complaints.desk import case_view, reads
from backend.complaints.desk.rows import Beside, DeskCase
from backend.foundation import clock, events
from backend.foundation.web import day, moment
from paper import text

FONT = text.base()
MARGIN = 20 * mm
WIDTH = A4[0] - 2 * MARGIN
PHOTO_WIDTH, PHOTO_HEIGHT = 80 * mm, 70 * mm
LINE, QUIET = HexColor(0xB8BFC8), HexColor(0x56606E)
PLAIN = ParagraphStyle("plain", fontName=FONT, fontSize=10.5, leading=16, wordWrap="CJK")
SMALL = ParagraphStyle("small", PLAIN, fontSize=9, leading=13, textColor=QUIET)
TITLE = ParagraphStyle("title", PLAIN, fontSize=18, leading=26, alignment=1, spaceAfter=4 * mm)
HEAD = ParagraphStyle("head", PLAIN, fontSize=13, leading=20, spaceBefore=5 * mm, spaceAfter=1.5 * mm, keepWithNext=1)
LETTER = ParagraphStyle("letter", PLAIN, fontSize=12, leading=22, firstLineIndent=24, spaceAfter=2 * mm)
MARKED = ParagraphStyle("marked", PLAIN, fontSize=12, leading=22, alignment=1, spaceAfter=6 * mm)
ADDRESSED = ParagraphStyle("addressed", LETTER, firstLineIndent=0)
SIGNED = ParagraphStyle("signed", LETTER, alignment=2, firstLineIndent=0)
MARK = re.compile("〔U[+][0-9A-F]{4,6}〕")


def pdf(officer: Actor, case: DeskCase) -> bytes:
    """Print a case, and record that it was printed.

    Args:
        officer: who prints it; stands on each page.
        case: see `reads.desk_case`.
    """
    events.record("complaint.printed", subject=f"complaint:{case['number']}", actor=officer, lift=case["lift"])
    beside = case_view.around(officer, case)
    out = io.BytesIO()
    title = f"{case['track_label']}档案 {case['number']}"
    document = BaseDocTemplate(
        out,
        pagesize=A4,
        title=title,
        author=case["bureau"],
        initialFontName=FONT,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
    )
    frame = Frame(MARGIN, MARGIN, WIDTH, A4[1] - 2 * MARGIN, leftPadding=0, rightPadding=0)
    foot = f"{title} · {officer.label} {moment(clock.now())} 打印"
    document.addPageTemplates(PageTemplate(frames=[frame], onPage=lambda canvas, _: _foot(canvas, foot)))
    story = [
        _paragraph(title, TITLE),
        *_facts(case, beside),
        *_clocks(case),
        *_people(case),
        *_lift(beside),
        *_photos("反映人提供的照片", officer, case["photos"]),
        *_history(case),
        *_visits(officer, beside["visits"]),
        *_attachments(beside["attachments"]),
    ]
    letters = _letters(beside["letters"])
    document.build([*story, *_marks([*story, *letters]), *letters])
    return out.getvalue()


def _foot(canvas: Canvas, words: str) -> None:
    canvas.setFillColor(QUIET)
    text.draw(canvas, MARGIN, 10 * mm, words[:80], 8)
    text.draw(canvas, A4[0] - MARGIN, 10 * mm, f"第 {canvas.getPageNumber()} 页", 8, align=text.RIGHT)


def _text(words: Any) -> str:
    """Return what somebody wrote as a paragraph's markup."""
    return text.markup(str(words or "—"))


def _paragraph(words: Any, style: ParagraphStyle = PLAIN) -> Paragraph:
    return Paragraph(_text(words), style)


def _named(label: str, words: Any) -> Paragraph:
    return Paragraph(f'<font color="#56606e">{_text(label)}：</font>{_text(words)}', PLAIN)


def _table(heading: Sequence[str], rows: Sequence[Sequence[Any]], widths: Sequence[float]) -> Table:
    cells = [[_paragraph(cell, SMALL) for cell in heading]]
    cells += [[_paragraph(cell) for cell in row] for row in rows]
    return Table(
        cells,
        colWidths=[width * mm for width in widths],
        style=[
            ("FONTNAME", (0, 0), (-1, -1), FONT),
            ("GRID", (0, 0), (-1, -1), 0.5, LINE),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ],
        repeatRows=1,
    )


def _facts(case: DeskCase, beside: Beside) -> list[Flowable]:
    facts = {
        "问题": f"{case['category_label']} · {case['track_label']}",
        "状态": case["state_label"],
        "办理单位": f"{case['bureau']}（{case['route']['reason']}）",
        "经办人": beside["assignee"],
        "反映时间": f"{moment(case['filed_at'])}（{case['channel_label']}）",
        "渠道工单号": case["order_no"],
        "救援识别码": case["lift"],
        "地点": case["place"],
        "说明": case["description"],
        "办理结果": case["outcome"],
        "公示内容": case["published"],
    }
    return [_paragraph("情况", HEAD), *(_named(label, words) for label, words in facts.items() if words)]


def _clocks(case: DeskCase) -> list[Flowable]:
    rows = [
        (item["label"], moment(item["due"]), f"{item.get('reason') or ''} {item.get('clause') or ''}", _met(item))
        for item in case["clocks"]
    ]
    return [_paragraph("期限", HEAD), _table(("事项", "期限", "依据", "情况"), rows, (20, 36, 72, 42))]


def _met(item: Mapping[str, Any]) -> str:
    if not item.get("met_at"):
        return "已超期" if item["overdue"] else "进行中"
    return f"{'逾期' if item['met_at'] > item['due'] else '按期'}完成 {moment(item['met_at'])}"


def _people(case: DeskCase) -> list[Flowable]:
    lines = [
        f"{place}. {moment(one['joined_at'])} {one['channel_label']}，电话 {one['phone'] or '未留'}"
        + (f"。{one['words']}" if one["words"] else "")
        for place, one in enumerate(case["reporters"], start=1)
    ]
    return [_paragraph(f"反映人（{len(lines)}）", HEAD), *(_paragraph(line) for line in lines)]


def _lift(beside: Beside) -> list[Flowable]:
    then, now = beside["evidence"], beside["verdict"]
    if not (then or now):
        return []
    rows = [
        (row["label"], _due(row["then"], recorded=bool(then)), _due(row["now"], recorded=bool(now)))
        for row in case_view.compared(then, now)
    ]
    top = ("结论", then["verdict"].text if then else "没有留存", now.text if now else "—")
    frozen = moment(then["frozen_at"]) if then else "—"
    heading = ("项目", f"反映时（{frozen} 留存）", f"现在（{day(clock.today())}）")
    return [_paragraph("电梯公示信息", HEAD), _table(heading, [top, *rows], (30, 70, 70))]


def _due(due: Any, *, recorded: bool) -> str:
    if due is None:
        return "没有这一项" if recorded else "—"
    return f"{day(due.due)}" if due.due else "未上传"


def _history(case: DeskCase) -> list[Flowable]:
    lines: list[Flowable] = [_paragraph("办理经过", HEAD)]
    for entry in case["entries"]:
        inner = "" if entry["public"] else "（内部）"
        lines.append(_paragraph(f"{moment(entry['at'])} {entry['label']}{inner} {entry['actor_label']}"))
        if entry.get("text"):
            lines.append(_paragraph(entry["text"], SMALL))
    return lines


def _visits(officer: Actor, visits: Sequence[Mapping[str, Any]]) -> list[Flowable]:
    lines: list[Flowable] = []
    for place, visit in enumerate(visits, start=1):
        lines += [
            _paragraph(f"现场核查记录 {place}", HEAD),
            _named("核查时间", moment(visit["visited_at"])),
            _named("核查人员", visit["visitors"]),
            _named("核查情况", visit["findings"]),
            _paragraph(f"{visit['by_label']} {moment(visit['at'])} 记录", SMALL),
            *_photos("", officer, visit["photos"]),
        ]
    return lines


def _photos(heading: str, officer: Actor, photos: Sequence[Any]) -> list[Flowable]:
    lines: list[Flowable] = [_paragraph(heading, HEAD)] if heading and photos else []
    for photo in photos:
        picture = Image(io.BytesIO(reads.photo(officer, str(photo))))
        scale = min(1, PHOTO_WIDTH / picture.drawWidth, PHOTO_HEIGHT / picture.drawHeight)
        picture.drawWidth, picture.drawHeight = picture.drawWidth * scale, picture.drawHeight * scale
        picture.hAlign = "LEFT"
        lines += [picture, Spacer(0, 2 * mm)]
    return lines


def _attachments(attachments: Sequence[Mapping[str, Any]]) -> list[Flowable]:
    if not attachments:
        return []
    rows = [
        (clean_name(one["name"]), one.get("note") or "", f"{one['by_label']} {moment(one['at'])}", one["sha256"][:16])
        for one in attachments
    ]
    return [_paragraph("附件", HEAD), _table(("名称", "说明", "添加", "SHA-256 前 16 位"), rows, (55, 40, 40, 35))]


def _marks(story: Iterable[Flowable]) -> list[Flowable]:
    """Explain the marks that stand for what no typeface has, where there are any."""
    marks = dict.fromkeys(mark for words in _printed(story) for mark in MARK.findall(words))
    if not marks:
        return []
    return [_paragraph(f"{'、'.join(marks)}：没有这个字的字形，括号里是它在 Unicode 中的编码。", SMALL)]


def _printed(story: Iterable[Flowable]) -> Iterator[str]:
    for flowable in story:
        if isinstance(flowable, Paragraph):
            yield flowable.getPlainText()
        elif isinstance(flowable, Table):
            rows = flowable._cellvalues  # type: ignore[attr-defined]  # a table has no other way to ask
            yield from (cell.getPlainText() for row in rows for cell in row)


def _letters(letters: Sequence[Mapping[str, Any]]) -> list[Flowable]:
    lines: list[Flowable] = []
    for letter in letters:
        lines += [
            PageBreak(),
            _paragraph(letter["title"], TITLE),
            *([_paragraph(letter["mark"], MARKED)] if letter["mark"] else []),
            *([_paragraph(f"{letter['to']}：", ADDRESSED)] if letter["to"] else []),
            *(_paragraph(line, LETTER) for line in letter["paragraphs"]),
            Spacer(0, 10 * mm),
            _paragraph(letter["bureau"], SIGNED),
            _paragraph(letter["dated"], SIGNED),
        ]
    return lines
