"""The usage signs of an estate or an area on sheets: which are printed, which are to be taken down, and the PDF."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from flask import current_app

from backend.accounts.actors import Actor
from backend.foundation.errors import BadInput
from backend.registry import printing, signs
from config.settings import SettingsError
from qr import payload, sheet

WATERMARK = "演示数据"


@dataclass(frozen=True, slots=True)
class Chosen:
    """What goes on a sheet.

    Args:
        signs: in the order of their places.
        gone: signs that were withdrawn, or whose lift is scrapped; they are to be taken down.
    """

    signs: Sequence[sheet.SignFields]
    gone: Sequence[printing.Gone]


def chosen(jurisdiction: str | None, estate: str | None, *, changed: bool = False, by: Actor) -> Chosen:
    """Choose the signs of a place; lifts without a sign get their first, scrapped ones have none.

    Args:
        jurisdiction: lifts that this bureau answers for today.
        estate: only those of the estate with this name.
        changed: only what says something new since it was last on a sheet or a list.
        by: who has them printed.

    Raises:
        BadInput: no place is given, or it has no lifts.
        SettingsError: people do not reach the address that the signs would carry.
    """
    if not (estate or jurisdiction):
        raise BadInput.of("estate", "请写小区或选择辖区，也可以两个都给")
    lifts = printing.lifts_of(jurisdiction, estate)
    if not lifts:
        raise BadInput.of("estate", "没有找到电梯")
    address()
    codes = [lift["_id"] for lift in lifts if lift.get("status") != signs.SCRAPPED]
    signs.first_signs(codes, by)
    current = fields(codes)
    gone = [one for one in printing.to_take_down(lifts) if not (changed and one.listed)]
    return Chosen(list(printing.unprinted(current) if changed else current), gone)


def pdf(on_it: Chosen, progress: Callable[[object], object] = lambda _: None) -> bytes:
    """Lay the chosen signs out on A4 pages.

    Args:
        on_it: what goes on them.
        progress: called once a sign.
    """
    return sheet.sheet(on_it.signs, progress=progress, watermark=watermark())


def fields(codes: Iterable[str]) -> Iterator[sheet.SignFields]:
    """Give what the current signs of lifts say, see `signs.printed`."""
    return signs.printed(codes, address(), current_app.config["CHATI"].hotline_phone)


def address() -> str:
    """Return the deployment's address, checked before a sign is issued that it can stand on one.

    Raises:
        SettingsError: it cannot, or leads everybody to a machine of their own.
    """
    found = current_app.config["CHATI"].lasting_url()
    try:
        payload.url(found, "000000", "0" * payload.TAG_LENGTH)
    except ValueError as error:
        raise SettingsError(f"CHATI_BASE_URL: {error}") from error
    return found


def watermark() -> str:
    """Return what is printed across signs of made-up lifts, nothing outside of a demo."""
    return WATERMARK if current_app.config["CHATI"].demo else ""
