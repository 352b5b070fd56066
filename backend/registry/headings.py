"""How a heading of somebody's file is known again: line breaks, widths, brackets and stars do not matter."""

import re
import unicodedata
from collections.abc import Sequence

_BRACKETED = re.compile(r"[(\[【]([^()\[\]【】]*)[)\]】]$")
_AROUND = "*:★※"
_SUFFIX = "名称"  # 使用单位名称 is 使用单位


def key(name: str) -> str:
    """Return what two spellings of one heading share."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split()).strip(_AROUND)


def bare(name: str) -> str:
    """Return the same without what stands in brackets behind it."""
    return _BRACKETED.sub("", key(name)).strip(_AROUND).removesuffix(_SUFFIX)


def unit_in(name: str) -> str:
    """Return what stands in brackets behind a heading: the unit of its numbers, if it is one."""
    found = _BRACKETED.search(key(name))
    return found[1].replace("∕", "/") if found else ""


class Headings:
    """The headings of a file, to be looked up by what somebody calls them."""

    def __init__(self, names: Sequence[str]) -> None:
        """Take the headings in the order of the columns."""
        self.names = list(names)
        self._forms = [(name, key(name), bare(name)) for name in names]

    def places(self, wanted: str) -> list[int]:
        """Return where a heading stands: as it is written, else as it is spelt, else but for its brackets."""
        for form, looked_for in enumerate((wanted, key(wanted), key(wanted))):
            if found := [i for i, forms in enumerate(self._forms) if forms[form] and forms[form] == looked_for]:
                return found
        return []
