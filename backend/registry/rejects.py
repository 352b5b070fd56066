"""What of a file did not go in, as files beside it: each bad cell with its reason, and the rows to be put right."""

import contextlib
import csv
import pathlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from backend.foundation.tables import inert
from backend.registry.mapping import REASON

CELLS_HEADING = ("行号", "列", "值", REASON)
CHECK = "已导入，请核对："


@dataclass(frozen=True, slots=True)
class Reject:
    """A cell (or a whole row, `column` empty) that cannot be taken, or that somebody should look at.

    Args:
        line: of the file.
        column, value: heading and content of the cell.
        reason: in Chinese.
        fatal: whether its row stays out.
    """

    line: int
    column: str
    value: str
    reason: str
    fatal: bool = True

    @property
    def said(self) -> str:
        """What is wrong, and what became of the row."""
        return self.reason if self.fatal else f"{CHECK}{self.reason}"


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that stays out, as it stands in the file, and why."""

    cells: Sequence[str]
    reasons: Sequence[Reject]


Write = Callable[[Reject], object]
WriteRow = Callable[[RejectedRow], object]


def rejects_path(path: pathlib.Path) -> pathlib.Path:
    """Return where the bad cells of a file are written."""
    return path.with_suffix(".rejects.csv")


@contextlib.contextmanager
def rejects_beside(path: pathlib.Path) -> Iterator[Write]:
    """Write bad cells to `<name>.rejects.csv` as they come; an earlier import's file goes, none is left without need.

    Args:
        path: the imported file.
    """
    with _written(rejects_path(path), CELLS_HEADING) as write:
        yield lambda one: write([str(one.line), one.column, one.value, one.said])


@contextlib.contextmanager
def rows_to(path: pathlib.Path | None, heading: Sequence[str]) -> Iterator[WriteRow]:
    """Write the rows that stay out to a CSV with the columns of their file and why: put right, it can be imported.

    Args:
        path: the CSV; None writes none.
        heading: of the imported file.
    """
    if path is None:
        yield lambda _: None
        return
    names = [name for name in heading if name != REASON]
    own = [i for i, name in enumerate(heading) if name != REASON]

    def row_of(row: RejectedRow) -> list[str]:
        cells = [row.cells[i] if i < len(row.cells) else "" for i in own]
        reason = "；".join(f"{one.column}：{one.reason}" if one.column else one.reason for one in row.reasons)
        return [*cells, reason, *row.cells[len(heading) :]]

    with _written(path, [*names, REASON]) as write:
        yield lambda row: write(row_of(row))


@contextlib.contextmanager
def _written(path: pathlib.Path, heading: Sequence[str]) -> Iterator[Callable[[Sequence[str]], object]]:
    path.unlink(missing_ok=True)
    with contextlib.ExitStack() as stack:
        writer: Any = None

        def write(cells: Sequence[str]) -> None:
            nonlocal writer
            if writer is None:
                writer = csv.writer(stack.enter_context(path.open("w", encoding="utf-8-sig", newline="")))
                writer.writerow(heading)
            writer.writerow([inert(cell) for cell in cells])

        yield write
