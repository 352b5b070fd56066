"""Which organisation is meant: known by its 统一社会信用代码, by its name as long as it has none; names are history.

One that was merged into another is never meant: its names went over to that one.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from pymongo import UpdateOne
from stdnum.cn import uscc

from backend.foundation import database
from backend.foundation.errors import BadInput
from backend.registry import units
from backend.registry.documents import ORGANISATION_KINDS, id_of
from backend.registry.names import borne, name_key

# Who registered it, what it is, its area, its own code and the check digit; `uscc.validate` takes no letters before the
# area, as village collectives (N2…) have.
CREDIT_CODE = re.compile(r"[0-9A-HJ-NP-RTUWXY]{2}[0-9]{6}[0-9A-HJ-NP-RTUWXY]{10}")
Named = str | tuple[str, str]
SAID_OF = {"phone": "电话", "licence_no": "许可证编号", "address": "地址", "website": "网址"}


class Said:
    """What the rows of one import said of each organisation: the first word holds, a contrary one is noted."""

    def __init__(self) -> None:
        self._said: dict[tuple[str, str], str] = {}
        self.contradictions: dict[tuple[str, str, str], str] = {}  # organisation, field, value -> in words

    def first(self, organisation: str, name: str, field: str, value: str) -> str:
        """Return the value that holds; a transaction that is run again finds the same."""
        held = self._said.setdefault((organisation, field), value)
        if held != value:
            told = f"{name}：{SAID_OF[field]}有不同的写法，采用 {held}，没有采用 {value}"
            self.contradictions[organisation, field, value] = told
        return held


def credit_code(text: str) -> str:
    """Return a 统一社会信用代码 in its one form.

    Args:
        text: 18 characters, in either case and width.

    Raises:
        BadInput: it is none; its check digit is looked at.

    Source: GB 32100-2015.
    """
    code = uscc.compact(unicodedata.normalize("NFKC", text))
    if not CREDIT_CODE.fullmatch(code) or uscc.calc_check_digit(code) != code[-1]:
        raise BadInput.of("credit_code", "不是统一社会信用代码（18位，最后一位是校验码），请核对")
    return code


def checked(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return organisations as they may be stored.

    Raises:
        BadInput: a name is missing, a kind unknown or a credit code none.
    """
    found = []
    for row in rows:
        if not row.get("name"):
            raise BadInput.of("name", "单位名称不能为空")
        if row.get("kind") not in ORGANISATION_KINDS:
            raise BadInput.of("kind", f"没有“{row.get('kind')}”这种单位")
        code = row.get("credit_code")
        found.append({**row, **({"credit_code": credit_code(code)} if code else {})})
    return found


class Plan:
    """The organisations that rows mean, each found or made once, and the writes that this takes."""

    def __init__(self, rows: Sequence[Mapping[str, Any]], now: datetime, said: Said | None = None) -> None:
        """Find those that are known with one read.

        Args:
            rows: as `checked` gives them.
            now: since when a new name holds.
            said: what earlier rows of the same import said.
        """
        self._now = now
        self._said = said or Said()
        self._by_code: dict[str, dict[str, Any]] = {}
        self._by_name: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.ids: dict[Named, str] = {}
        self.known: set[str] = set()
        self.writes: list[tuple[str, UpdateOne]] = []
        codes = [row["credit_code"] for row in rows if row.get("credit_code")]
        keys = list({name_key(row["name"]) for row in rows})
        wanted = {"$or": [{"names.key": {"$in": keys}}, {"credit_code": {"$in": codes}}]}
        found = list(database.collection("organisations").find(wanted))
        for one in found:
            if not one.get("merged_into"):
                self.known.add(one["_id"])
                self._remember(one)
        for one in found:
            if one.get("merged_into") and one.get("credit_code"):
                self._remember_heir(one)
        for row in rows:
            self._take(row)

    def _remember_heir(self, merged: Mapping[str, Any]) -> None:
        """Let the code of one that was merged into another mean that one."""
        heir = units.present(merged["_id"])
        known = (one for ones in self._by_name.values() for one in ones if one["_id"] == heir)
        one = next(known, None) or database.collection("organisations").find_one({"_id": heir})
        if one:
            self.known.add(heir)
            self._remember(one)
            self._by_code[merged["credit_code"]] = one

    def _remember(self, one: dict[str, Any]) -> None:
        if code := one.get("credit_code"):
            self._by_code[code] = one
        for name in one.get("names", ()):
            if one not in self._by_name[name["key"]]:
                self._by_name[name["key"]].append(one)

    def _take(self, row: Mapping[str, Any]) -> None:
        """Find the organisation of a row or begin it, and note what the row adds."""
        code, key = row.get("credit_code"), name_key(row["name"])
        one = self._meant(code, key)
        if one is None:
            one = {"_id": id_of(code or key), "kinds": [], "names": []}
        self.ids[row["name"]] = self.ids[row["name"], code or ""] = one["_id"]
        own = one.get("credit_code") in (None, code)  # else it is that of one that was merged into this one
        renamed = one.get("name") is None or (code is not None and own and name_key(one["name"]) != key)
        values = {name: value for name, value in row.items() if value and name not in {"kind", "name"}}
        values |= {} if own else {"credit_code": one["credit_code"]}
        for name in SAID_OF.keys() & values.keys():
            values[name] = self._said.first(one["_id"], row["name"], name, values[name])
        values = {name: value for name, value in values.items() if one.get(name) != value}
        values |= {"name": row["name"]} if renamed else {}
        if not values and row["kind"] in one["kinds"]:
            return
        change: dict[str, Any] = {"$addToSet": {"kinds": row["kind"]}}
        change |= {"$set": values} if values else {}
        if renamed:
            present = borne(row["name"], self._now)
            change["$push"] = {"names": present}
            one["names"] = [*one["names"], present]
        self.writes.append((one["_id"], UpdateOne({"_id": one["_id"]}, change, upsert=True)))
        one |= values
        one["kinds"] = [*one["kinds"], row["kind"]]
        self._remember(one)

    def _meant(self, code: str | None, key: str) -> dict[str, Any] | None:
        """Return the organisation that a code and a name stand for, None where it is new.

        A code decides. A name alone means whoever bears it now, else whoever bore it last; with a code that nobody has,
        it means one that has none yet: so a provisional organisation gains its code and keeps its id.
        """
        if code in self._by_code:
            return self._by_code[code]
        bearers = [one for one in self._by_name[key] if code is None or not one.get("credit_code")]
        current = [one for one in bearers if name_key(one["name"]) == key]
        return next(reversed(current or bearers), None)
