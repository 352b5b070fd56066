"""Bureaus over time, and who accepts an application (三（一）1; 附件1 四（一）3; 附件2 四（一）3)."""

from datetime import date

MERGER = date(2025, 11, 6)
ABOLISHED = {"500105": "500157", "500112": "500157", "CQ-LJ": "500157"}
FOUNDED = {"500157": MERGER}
COUNTS_WITH_HOST = {"CQ-JK": "500108"}
DISTRICTS = (
    *(str(code) for code in range(500101, 500121)),
    *(str(code) for code in range(500151, 500158)),
    *("500229", "500230", "500231", "500233", "500235", "500236", "500237", "500238"),
    *("500240", "500241", "500242", "500243"),
    *("CQ-WS", "CQ-LJ", "CQ-GX", "CQ-JK"),
)
# 渝中区、渝北区、九龙坡区、南岸区、綦江区、万盛经开区
FIRST_BATCH = ("500103", "500112", "500107", "500108", "500110", "CQ-WS")
WINDOWS = {
    "maintenance": (date(2020, 9, 23), date(2022, 12, 31)),
    "inspection": (date(2021, 9, 1), date(2022, 12, 31)),
}


def in_window(programme, on, extended=None):
    first, last = WINDOWS[programme]
    if extended and extended > last:
        last = extended
    return first <= on <= last


def current(district, on):
    if district in COUNTS_WITH_HOST:
        district = COUNTS_WITH_HOST[district]
    if district in ABOLISHED and on >= MERGER:
        district = ABOLISHED[district]
    return district


def is_pilot(district, programme, on, extended, confirmed):
    if not in_window(programme, on, extended):
        return False
    answering = current(district, on)
    if answering in FOUNDED and on < FOUNDED[answering]:
        return False
    named = [*confirmed]
    if programme == "maintenance":
        named.extend(FIRST_BATCH)
    return any(current(one, on) == answering for one in named)


def authority_for(programme, unit_lifts, districts, on, *, extended, confirmed):
    """Give (bureaus, excluded), each sorted."""
    if not in_window(programme, on, extended):
        return [], sorted(districts)
    if programme == "inspection" or any(lifts >= 1000 for lifts in unit_lifts):
        return ["CQ"], []
    bureaus, excluded = set(), []
    for district in districts:
        if is_pilot(district, programme, on, extended, confirmed):
            bureaus.add(current(district, on))
        else:
            excluded.append(district)
    return sorted(bureaus), sorted(excluded)
