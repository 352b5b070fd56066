"""The shape of the card block `pledges`."""

from datetime import datetime
from typing import Annotated

from backend.card.rows import Pledging


class PledgesBlock(Pledging):
    """The latest declaration, and whether the lift owes one."""

    owed: Annotated[bool, "这台电梯是否应当公开承诺", True]
    no_bridging: Annotated[bool, "是否声明不短接安全回路", True]
    standard_url: Annotated[str | None, "执行的标准的网址；没有填写为 null"]
    published_at: Annotated[datetime | None, "何时公开；没有公开为 null"]
