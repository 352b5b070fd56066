"""Tells where two lifts bear one number that only one can have: in a file, and beside the registry."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from backend.foundation import database

OWN = ("device_code", "registration_code")  # a certificate may cover several lifts


class Twins:
    """Remembers the numbers of a file, row by row."""

    def __init__(self) -> None:
        self._lines: dict[str, dict[str, int]] = {name: {} for name in OWN}

    def found(self, rows: Sequence[tuple[int, Mapping[str, Any]]]) -> Iterator[tuple[int, str, str]]:
        """Give each row whose number another row or another lift has: its place, the field, and who has it.

        Args:
            rows: lines and values of a batch, each of another lift.
        """
        for name in OWN:
            numbers = [values[name] for _, values in rows if values.get(name)]
            if not numbers:
                continue
            stored = self._stored(name, numbers, {values["code"] for _, values in rows if name in values})
            for at, (line, values) in enumerate(rows):
                number = values.get(name)
                if not number:
                    continue
                first = self._lines[name].setdefault(number, line)
                if first != line:
                    yield at, name, f"与第 {first} 行相同"
                elif number in stored:
                    yield at, name, f"与电梯 {stored[number]} 相同"

    @staticmethod
    def _stored(name: str, numbers: Sequence[str], besides: set[str]) -> dict[str, str]:
        """Find lifts with these numbers but for those that the batch gives a number of their own."""
        found = database.collection("lifts").find({name: {"$in": numbers}}, {name: 1})
        return {one[name]: one["_id"] for one in found if one["_id"] not in besides}
