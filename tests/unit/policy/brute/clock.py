"""The clock that inspection and testing are counted on, and the years each profile asks for (二（二）3)."""

from dataclasses import dataclass, field

from tests.unit.policy.brute.days import month_end, months_later, years_later

PILOT, OLD, NEW = "cq-2020-84", "national-2009", "tsg-2023"
# TSG T7001-2023: inspected in these years, afterwards every year; tests in the others, up to 15.
NEW_YEARS = (1, 4, 7, 9, 11, 13, 15)
# An inspection so many months before its month still is that year's (A4); a test under TSG T7008-2023 only one.
EARLY_INSPECTION = {PILOT: 2, OLD: 2, NEW: 2}
EARLY_TEST = {PILOT: 2, OLD: 2, NEW: 1}


@dataclass
class Clock:
    """Year `index` stands at `start`; `months` are the due months with the day each came into force."""

    start: object
    index: int
    months: list
    skipped: set = field(default_factory=set)

    def due(self, index):
        """What was due before a month came into force keeps the month of its time."""
        due = month_end(self.start.year + index - self.index, self.start.month)
        for since, month in self.months[1:]:
            if due >= since:
                due = month_end(due.year, month)
        return due

    def anniversary(self, index):
        return years_later(self.start, index - self.index)

    def fulfils(self, day, early):
        """Give the year that an inspection or test on a day counts for."""
        if day <= self.start:
            return self.index
        month = [month for since, month in self.months if since <= day][-1]
        passed = early
        year, at = self.start.year, month
        while (year, at) < (day.year, day.month):
            passed += 1
            year, at = (year, at + 1) if at < 12 else (year + 1, 1)
        return self.index + passed // 12


def clock(profile_id, origin, events):
    in_use_since = origin
    running = Clock(origin, 0, [(origin, origin.month)])
    for kind, day in sorted(events, key=lambda event: event[1]):
        if day <= origin:
            continue
        if kind == "modernised":
            # 对于经改造的电梯，监督检验后视同新安装电梯
            in_use_since = day
            running = Clock(day, 0, [(day, day.month)])
        elif profile_id == PILOT and kind == "major-repair":
            # 使用15年以上经重大修理的电梯，监督检验后视同使用6年以上电梯; real use counts, exactly 15 too (A7, A8)
            if day >= months_later(in_use_since, 15 * 12):
                running = Clock(day, 6, [(day, day.month)])
        elif profile_id == NEW:
            running.months.append((day, day.month))
            if kind == "major-repair":
                running.skipped.add(day.year)
    return running


def interval(index):
    """每3年检验1次 within 6 years, 每2年 within 15, 每1年 from 15; on the anniversary the stricter (A1, A2)."""
    if index >= 15:
        return 1
    if index >= 6:
        return 2
    return 3


def asked_years(profile_id, last, until):
    """List the years with a periodic inspection after the one last inspected (A5), whatever a repair stands in for."""
    years = []
    done = last
    for index in range(last + 1, until + 1):
        if profile_id == PILOT and index - done < interval(index):
            continue
        if profile_id == NEW and index <= 15 and index not in NEW_YEARS:
            continue
        years.append(index)
        done = index
    return years


def without_skipped(running, years):
    """Under TSG T7001-2023 a major repair's supervision inspection stands in for that calendar year's."""
    return [index for index in years if running.start.year + index - running.index not in running.skipped]


def years_with_test(profile_id, last, until, inspected):
    """List the years with a test, the one last inspected included where both are asked for."""
    years = []
    for index in range(last, until + 1):
        if profile_id == OLD:
            continue
        if profile_id == NEW and index > 15:
            continue
        both = profile_id == PILOT and index >= 15
        if both or (index > last and index not in inspected):
            years.append(index)
    return years
